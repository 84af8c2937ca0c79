-- confirm_booking: every refusal, in the order of the checks.
\i test/fixtures/world.sql
CREATE FUNCTION pg_temp.confirming(arguments text) RETURNS text LANGUAGE sql AS $$
	SELECT test.raises(format('SELECT concert_booking.confirm_booking(%s)', arguments))
$$;

-- arguments, booker, schedule
SELECT pg_temp.confirming($$NULL, NULL$$);
SELECT pg_temp.confirming($$'5c000000-0000-7000-8000-00000000dead'$$);
SELECT pg_temp.confirming($$'5c000000-0000-7000-8000-00000000dead', test.booker('alice'), test.booker('gina')$$);
SELECT pg_temp.confirming($$'5c000000-0000-7000-8000-00000000dead', test.booker('alice')$$);

-- the list of seats
SELECT pg_temp.confirming($$test.schedule(), seat_ids => '{}'$$);
SELECT pg_temp.confirming($$test.schedule(), seat_ids => ARRAY[test.seats('A-1'), test.seats('A-2')]$$);
SELECT pg_temp.confirming($$test.schedule(), seat_ids => ARRAY[NULL, test.seat('A-1')]$$);
SELECT pg_temp.confirming($$test.schedule(), seat_ids => test.seats('A-1', 'A-1')$$);
SELECT pg_temp.confirming($$test.schedule(), seat_ids => array_fill(test.seat('A-1'), ARRAY[1000000])$$);

-- no hold
SELECT pg_temp.confirming($$test.schedule(), test.booker('alice')$$);
SELECT pg_temp.confirming($$test.schedule(), test.booker('alice'), seat_ids => test.seats('A-1')$$);

-- the end of the window says nothing to who holds nothing, see confirm_after_closing
UPDATE concert_booking.concert_schedules SET booking_closes_at = '2040-05-01 12:00' WHERE id = test.schedule();
SELECT pg_temp.confirming($$test.schedule(), test.booker('alice')$$);
UPDATE concert_booking.concert_schedules SET booking_closes_at = NULL WHERE id = test.schedule();

-- a live hold of a schedule that was switched off meanwhile
SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-1'), test.booker('alice'));
UPDATE concert_booking.concert_schedules SET is_booking_open = false WHERE id = test.schedule();
SELECT pg_temp.confirming($$test.schedule(), test.booker('alice')$$);
UPDATE concert_booking.concert_schedules SET is_booking_open = true WHERE id = test.schedule();
UPDATE concert_booking.concerts SET status = 'cancelled';
SELECT pg_temp.confirming($$test.schedule(), test.booker('alice')$$);
UPDATE concert_booking.concerts SET status = 'active';

-- an opening that was moved behind the hold does not stop a sale that has begun
SELECT count(*) AS bookings FROM concert_booking.bookings;
UPDATE concert_booking.concert_schedules SET booking_opens_at = '2040-05-02 09:00' WHERE id = test.schedule();
SELECT seat_numbers FROM concert_booking.confirm_booking(test.schedule(), test.booker('alice'));
SELECT * FROM concert_booking.check_integrity();
