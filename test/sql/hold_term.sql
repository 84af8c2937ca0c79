-- How long a hold lasts: the schedule's term, else the setting, and never past
-- the closing or the start.
\i test/fixtures/world.sql
CREATE FUNCTION pg_temp.held_until(label text, schedule integer DEFAULT 1) RETURNS text LANGUAGE sql AS
$$ SELECT to_char(h.expires_at, 'MM-DD HH24:MI')
   FROM concert_booking.hold_seat(test.seat(label, schedule), test.booker('alice')) h $$;

SELECT pg_temp.held_until('A-1') AS ten_minutes;
SET concert_booking.hold_duration = '4min';
SELECT pg_temp.held_until('A-2') AS four_minutes;
RESET concert_booking.hold_duration;

UPDATE concert_booking.concert_schedules SET hold_duration = '5 minutes' WHERE id = test.schedule(1);
SELECT pg_temp.held_until('A-3') AS five_minutes;
SET concert_booking.hold_duration = '1h';
SELECT pg_temp.held_until('A-4') AS still_five, pg_temp.held_until('A-1', 2) AS an_hour;
RESET concert_booking.hold_duration;

-- a term of days
UPDATE concert_booking.concert_schedules SET hold_duration = '2 days' WHERE id = test.schedule(1);
SELECT pg_temp.held_until('B-1') AS two_days;

-- cut off by the closing
UPDATE concert_booking.concert_schedules SET booking_closes_at = '2040-05-01 12:03' WHERE id = test.schedule(1);
SELECT pg_temp.held_until('B-2') AS until_the_closing;

-- cut off by the start, at the instant itself
UPDATE concert_booking.concert_schedules SET booking_closes_at = NULL, hold_duration = NULL WHERE id = test.schedule(1);
CALL test.set_clock('2040-06-01 18:55');
SELECT pg_temp.held_until('B-3') AS until_the_start;
SELECT s.hold_expires_at = cs.starts_at AS exactly
FROM concert_booking.seats s JOIN concert_booking.concert_schedules cs ON cs.id = s.concert_schedule_id
WHERE s.id = test.seat('B-3');

-- live holds of different ends; a look at each
SELECT seat, until, same_end FROM test.taken;
SELECT * FROM concert_booking.check_integrity();
