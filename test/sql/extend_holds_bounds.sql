-- extend_holds: no hold outlives the maximum, the closing or the start, and the
-- opening does not matter to who holds already.
\i test/fixtures/world.sql
CREATE FUNCTION pg_temp.extended() RETURNS text LANGUAGE sql AS
$$ SELECT to_char(h.expires_at, 'MM-DD HH24:MI')
   FROM concert_booking.extend_holds(test.schedule(), session_id => test.booker('gina')) h $$;

SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-1'), session_id => test.booker('gina'));

-- the maximum is a setting
SET concert_booking.max_hold_duration = '12min';
CALL test.set_clock('2040-05-01 12:09');
SELECT pg_temp.extended() AS three_minutes_more;
RESET concert_booking.max_hold_duration;

-- one that is shorter than the term takes nothing away
SET concert_booking.max_hold_duration = '1min';
SELECT pg_temp.extended() AS unchanged;
RESET concert_booking.max_hold_duration;

-- the closing
UPDATE concert_booking.concert_schedules SET booking_closes_at = '2040-05-01 12:15' WHERE id = test.schedule();
SELECT pg_temp.extended() AS until_the_closing;
CALL test.set_clock('2040-05-01 12:14');
SELECT pg_temp.extended() AS still_the_closing;

-- an opening that was moved behind the hold
UPDATE concert_booking.concert_schedules
SET booking_opens_at = '2040-05-03 09:00', booking_closes_at = NULL WHERE id = test.schedule();
SELECT pg_temp.extended() AS from_now;

-- the start
UPDATE concert_booking.concert_schedules SET booking_opens_at = NULL WHERE id = test.schedule();
SELECT concert_booking.release_seats(session_id => test.booker('gina'));
CALL test.set_clock('2040-06-01 18:40');
SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-1'), session_id => test.booker('gina'));
CALL test.set_clock('2040-06-01 18:49:30');
SELECT pg_temp.extended() AS a_term_ends_before_the_start;
CALL test.set_clock('2040-06-01 18:55');
SELECT pg_temp.extended() AS until_the_start;
SELECT seat, status, held_by, same_end FROM test.taken;
SELECT * FROM concert_booking.check_integrity();
