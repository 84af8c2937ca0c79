-- postpone_schedule(): what it refuses, and the clocks of the venue, whatever the session's are.
\i test/fixtures/world.sql
\t on
-- arguments
SELECT test.raises($$SELECT concert_booking.postpone_schedule(NULL, '2040-07-01', '19:00')$$);
SELECT test.raises($$SELECT concert_booking.postpone_schedule(test.schedule(), NULL, '19:00')$$);
SELECT test.raises($$SELECT concert_booking.postpone_schedule(test.schedule(), '2040-07-01', NULL)$$);
SELECT test.raises($$SELECT concert_booking.postpone_schedule('00000000-0000-0000-0000-000000000000', '2040-07-01', '19:00')$$);
SELECT test.raises($$SELECT concert_booking.postpone_schedule(test.schedule(), '2040-07-01', '19:00', repeat('x', 1001))$$);
-- dates that nobody would type
SELECT d, test.raises(format($$SELECT concert_booking.postpone_schedule(test.schedule(), %L, '19:00')$$, d))
FROM unnest('{infinity,-infinity,10000-01-01,5874897-12-31,4713-01-01 BC,0001-01-01,2040-05-01,2040-06-01}'::text[]) d;
SELECT t, test.raises(format($$SELECT concert_booking.postpone_schedule(test.schedule(), '2040-07-01', %L)$$, t))
FROM unnest('{24:00,25:00}'::text[]) t;
-- earlier, and at the same time
SELECT test.raises($$SELECT concert_booking.postpone_schedule(test.schedule(), '2040-06-01', '18:59:59')$$);
SELECT test.raises($$SELECT concert_booking.postpone_schedule(test.schedule(), '2040-06-01', '19:00')$$);
-- later than the start, but over
CALL test.set_clock('2040-06-10 12:00');
SELECT test.raises($$SELECT concert_booking.postpone_schedule(test.schedule(), '2040-06-09', '19:00')$$);
CALL test.set_clock('2040-05-01 12:00');
-- the concert has a schedule then
SELECT test.raises($$SELECT concert_booking.postpone_schedule(test.schedule(), '2040-06-02', '19:00')$$);
-- cancelled
SELECT * FROM concert_booking.cancel_schedule(test.schedule(2));
SELECT test.raises($$SELECT concert_booking.postpone_schedule(test.schedule(2), '2040-07-01', '19:00')$$);
SELECT status, status_changed_at, previous_starts_at, concert_date FROM concert_booking.concert_schedules WHERE id = test.schedule(1);
SELECT count(*) AS events FROM concert_booking.booking_events WHERE event_type = 'schedule_postponed';
-- a start that has always been, or never comes, and an end of booking that never comes
UPDATE concert_booking.concert_schedules SET concert_date = '-infinity', booking_closes_at = 'infinity' WHERE id = test.schedule();
SELECT * FROM concert_booking.postpone_schedule(test.schedule(), '2040-06-01', '19:00');
SELECT * FROM concert_booking.postpone_schedule(test.schedule(), '2040-06-01', '20:00');
SELECT booking_closes_at FROM concert_booking.concert_schedules WHERE id = test.schedule(1);
UPDATE concert_booking.concert_schedules SET concert_date = 'infinity', booking_closes_at = NULL WHERE id = test.schedule();
SELECT test.raises($$SELECT concert_booking.postpone_schedule(test.schedule(), '2040-06-02', '19:00')$$);
UPDATE concert_booking.concert_schedules SET concert_date = '2040-06-01' WHERE id = test.schedule();
-- an end of booking that would leave the calendar
UPDATE concert_booking.concert_schedules SET booking_closes_at = '294276-12-31' WHERE id = test.schedule();
SELECT test.raises($$SELECT concert_booking.postpone_schedule(test.schedule(), '2050-12-31', '23:59')$$);
UPDATE concert_booking.concert_schedules SET booking_closes_at = NULL WHERE id = test.schedule();
-- the last date and time that there is
SELECT * FROM concert_booking.postpone_schedule(test.schedule(), '9999-12-31', '23:59:59.999999');
SELECT * FROM concert_booking.check_integrity();
\t off

-- In a zone with summer time the end of booking stays an hour before the start, wherever the session is. At two
-- o'clock in the night of 31 March 2041 clocks in Berlin are put on: half past two is half past three.
CREATE PROCEDURE test.move(session_zone text, new_date date, new_time time) LANGUAGE plpgsql AS $$
BEGIN
	UPDATE concert_booking.concert_schedules
	SET concert_date = '2041-03-01', concert_time = '19:00', status = 'scheduled', status_changed_at = test.now(), previous_starts_at = NULL,
		booking_closes_at = '2041-03-01 18:00 Europe/Berlin' WHERE id = test.schedule(1);
	PERFORM set_config('timezone', session_zone, true);
	PERFORM concert_booking.postpone_schedule(test.schedule(1), new_date, new_time);
	INSERT INTO moved
	SELECT session_zone, new_date, new_time, to_char(cs.starts_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI'), cs.starts_at - cs.booking_closes_at
	FROM concert_booking.concert_schedules cs WHERE cs.id = test.schedule(1);
END
$$;
CREATE TEMP TABLE moved (session_zone text, new_date date, new_time time, start_utc text, closes_before interval);
UPDATE concert_booking.venues SET timezone = 'Europe/Berlin';
CALL test.move('Europe/Berlin', '2041-04-20', '19:00');
CALL test.move('Asia/Seoul', '2041-04-20', '19:00');
CALL test.move('America/New_York', '2041-03-31', '02:30');
CALL test.move('UTC', '2041-10-27', '02:30');
CALL test.move('Pacific/Kiritimati', '2042-01-01', '00:00');
TABLE moved;
SELECT * FROM concert_booking.check_integrity();
DROP PROCEDURE test.move;
