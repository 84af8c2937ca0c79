-- release_seats: every refusal; a named seat must be a live hold of the booker.
\i test/fixtures/world.sql
CREATE FUNCTION pg_temp.releasing(list text) RETURNS text LANGUAGE sql AS $$
	SELECT test.raises(format('SELECT concert_booking.release_seats(%s, test.booker(''alice''))', list))
$$;

-- arguments and booker
SELECT pg_temp.releasing($$'{}'$$);
SELECT pg_temp.releasing($$ARRAY[test.seats('A-1'), test.seats('A-2')]$$);
SELECT pg_temp.releasing($$ARRAY[test.seat('A-1'), NULL]$$);
SELECT pg_temp.releasing($$test.seats('A-1', 'A-1')$$);
SELECT pg_temp.releasing($$array_fill(test.seat('A-1'), ARRAY[1000000])$$);
SELECT test.raises($$SELECT concert_booking.release_seats()$$);
SELECT test.raises($$SELECT concert_booking.release_seats(test.seats('A-1'))$$);
SELECT test.raises($$SELECT concert_booking.release_seats(NULL, test.booker('alice'), test.booker('gina'))$$);

-- free, somebody else's, sold, unknown; what is one's own stays held
SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-1'), test.booker('alice'));
SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-2'), test.booker('bob'));
SELECT seat_numbers FROM concert_booking.book_seats(test.seats('A-3'), test.booker('alice'));
SELECT pg_temp.releasing($$test.seats('A-4', 'A-3', 'A-2', 'A-1')$$);
SELECT pg_temp.releasing($$ARRAY['5ea70000-0000-7000-8000-00000000dead', test.seat('A-1')]$$);
SELECT seat, status, held_by FROM test.taken;

-- lapsed
CALL test.set_clock('2040-05-01 12:11');
SELECT pg_temp.releasing($$test.seats('A-1')$$);
SELECT seat, status, held_by FROM test.taken;
SELECT * FROM concert_booking.check_integrity();
