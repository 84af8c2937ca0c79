-- confirm_booking with seat_ids: exactly these, and each a live hold of the
-- booker on the schedule.
\i test/fixtures/world.sql
CREATE FUNCTION pg_temp.confirming(list text) RETURNS text LANGUAGE sql AS $$
	SELECT test.raises(format('SELECT concert_booking.confirm_booking(test.schedule(), test.booker(''alice''), seat_ids => %s)', list))
$$;

SELECT seat_number FROM concert_booking.hold_seats(test.seats('A-1', 'A-2', 'A-3'), test.booker('alice'));
SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-1', 2), test.booker('alice'));
SELECT seat_number FROM concert_booking.hold_seat(test.seat('B-1'), test.booker('bob'));
SELECT seat_numbers FROM concert_booking.book_seats(test.seats('B-2'), test.booker('bob'));

-- two of three; the third stays held
SELECT seat_numbers, total_price FROM concert_booking.confirm_booking(test.schedule(), test.booker('alice'),
	seat_ids => test.seats('A-3', 'A-1'));
SELECT seat, status, held_by, sold_to FROM test.taken WHERE schedule = '1';

-- free, somebody else's, sold, sold to oneself, of another schedule, unknown
SELECT pg_temp.confirming($$test.seats('A-2', 'A-4')$$);
SELECT pg_temp.confirming($$test.seats('B-1', 'A-2', 'B-2')$$);
SELECT pg_temp.confirming($$test.seats('A-1')$$);
SELECT pg_temp.confirming($$ARRAY[test.seat('A-1', 2)]$$);
SELECT pg_temp.confirming($$ARRAY['5ea70000-0000-7000-8000-00000000dead', test.seat('A-2')]$$);

-- nothing of all this was sold
SELECT count(*) AS bookings FROM concert_booking.bookings;
SELECT schedule, seat, held_by FROM test.taken WHERE held_by IS NOT NULL;

-- a blocked seat cannot be sold, though its hold was live
UPDATE concert_booking.seats SET status = 'unavailable' WHERE id = test.seat('A-2');
SELECT pg_temp.confirming($$test.seats('A-2')$$);
SELECT pg_temp.confirming($$NULL$$);
DELETE FROM concert_booking.temp_reservations WHERE seat_id = test.seat('A-2');
UPDATE concert_booking.seats SET status = 'available', hold_expires_at = NULL WHERE id = test.seat('A-2');
SELECT * FROM concert_booking.check_integrity();
