-- Cancelling ends cancel_until before the start: the schedule's, else the setting.
\i test/fixtures/world.sql
SELECT booking_id AS b1 FROM concert_booking.book_seats(test.seats('A-1'), test.booker('alice')) \gset
SELECT booking_id AS b2 FROM concert_booking.book_seats(test.seats('A-2'), test.booker('alice')) \gset
SELECT booking_id AS b3 FROM concert_booking.book_seats(test.seats('A-3'), test.booker('alice')) \gset
CREATE FUNCTION pg_temp.cancelling(id uuid) RETURNS text LANGUAGE sql AS $$
	SELECT test.raises(format('SELECT concert_booking.cancel_booking(%L, NULL, test.booker(''alice''))', id))
$$;

-- by default, the start itself
CALL test.set_clock('2040-06-01 19:00');
SELECT pg_temp.cancelling(:'b1');
CALL test.set_clock('2040-06-01 18:59');
SELECT pg_temp.cancelling(:'b1');

-- the setting
SET concert_booking.cancel_until = '2h';
SELECT pg_temp.cancelling(:'b2');
CALL test.set_clock('2040-06-01 16:59');
SELECT pg_temp.cancelling(:'b2');

-- the schedule's own, in days, whatever the setting says
UPDATE concert_booking.concert_schedules SET cancel_until = '3 days' WHERE id = test.schedule();
SELECT pg_temp.cancelling(:'b3');
CALL test.set_clock('2040-05-29 18:59');
BEGIN;
SELECT pg_temp.cancelling(:'b3');
ROLLBACK;
UPDATE concert_booking.concert_schedules SET cancel_until = '0' WHERE id = test.schedule();
CALL test.set_clock('2040-06-01 18:58');
SELECT pg_temp.cancelling(:'b3');
RESET concert_booking.cancel_until;

-- a cancelled booking is told to be so even when it is too late
CALL test.set_clock('2040-06-02');
SELECT status FROM concert_booking.cancel_booking(:'b1', NULL, test.booker('alice'));
SELECT count(*) AS taken FROM test.taken;
SELECT * FROM concert_booking.check_integrity();
