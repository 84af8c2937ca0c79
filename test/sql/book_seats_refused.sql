-- book_seats: every refusal, in the order of the checks.
\i test/fixtures/world.sql
CREATE FUNCTION pg_temp.booking(arguments text) RETURNS text LANGUAGE sql AS $$
	SELECT test.raises(format('SELECT concert_booking.book_seats(%s)', arguments))
$$;

-- arguments
SELECT pg_temp.booking($$NULL$$);
SELECT pg_temp.booking($$'{}'$$);
SELECT pg_temp.booking($$ARRAY[test.seats('A-1'), test.seats('A-2')]$$);
SELECT pg_temp.booking($$ARRAY[test.seat('A-1'), NULL]$$);
SELECT pg_temp.booking($$test.seats('A-1', 'A-2', 'A-1')$$);
SELECT pg_temp.booking($$array_fill(test.seat('A-1'), ARRAY[1000000])$$);
SELECT pg_temp.booking($$test.seats('A-1'), customer_name => ' '$$);
SELECT pg_temp.booking($$test.seats('A-1'), customer_phone => 'none'$$);
SELECT pg_temp.booking($$test.seats('A-1'), customer_email => repeat('e', 256)$$);
SELECT pg_temp.booking($$test.seats('A-1'), idempotency_key => ''$$);

-- booker
SELECT pg_temp.booking($$test.seats('A-1')$$);
SELECT pg_temp.booking($$test.seats('A-1'), test.booker('alice'), test.booker('gina')$$);
SELECT pg_temp.booking($$test.seats('A-1'), session_id => test.booker('gina'), customer_name => 'Gina'$$);

-- seats
SELECT pg_temp.booking($$ARRAY[test.seat('A-1'), '5ea70000-0000-7000-8000-00000000dead'], test.booker('alice')$$);
SELECT pg_temp.booking($$ARRAY[test.seat('A-1'), test.seat('A-1', 2)], test.booker('alice')$$);
SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-1'), test.booker('bob'));
SELECT seat_numbers FROM concert_booking.book_seats(test.seats('A-2'), test.booker('alice'));
UPDATE concert_booking.seats SET status = 'unavailable' WHERE id = test.seat('A-3');
SELECT pg_temp.booking($$test.seats('A-4', 'A-3', 'A-2', 'A-1'), test.booker('alice')$$);

-- window and limit
UPDATE concert_booking.concert_schedules
SET booking_opens_at = '2040-05-02 09:00', max_seats_per_booker = 2 WHERE id = test.schedule();
SELECT pg_temp.booking($$test.seats('A-4', 'B-1', 'B-2'), test.booker('bob')$$);
UPDATE concert_booking.concert_schedules SET booking_opens_at = NULL WHERE id = test.schedule();
SELECT pg_temp.booking($$test.seats('A-4', 'B-1'), test.booker('bob')$$);
UPDATE concert_booking.concert_schedules SET booking_closes_at = '2040-05-01 11:00' WHERE id = test.schedule();
SELECT pg_temp.booking($$test.seats('A-4', 'B-1'), test.booker('bob')$$);
-- unlike hold_seats, it does not answer with what one holds
SELECT pg_temp.booking($$test.seats('A-1'), test.booker('bob')$$);

SELECT seat, status, held_by, sold_to FROM test.taken;
SELECT * FROM concert_booking.check_integrity();
