-- expire_holds: sweeps what has lapsed, leaves what is live, logs one event for
-- each schedule.
\i test/fixtures/world.sql

-- nothing to do writes nothing
SELECT expired_holds FROM concert_booking.expire_holds();
SELECT count(*) AS events FROM test.events;

SELECT seat_number FROM concert_booking.hold_seats(test.seats('A-1', 'A-2'), test.booker('alice'));
SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-1', 2), test.booker('bob'));
CALL test.set_clock('2040-05-01 12:05');
SELECT seat_number FROM concert_booking.hold_seat(test.seat('B-1'), session_id => test.booker('gina'));
SELECT expired_holds FROM concert_booking.expire_holds();

CALL test.set_clock('2040-05-01 12:10:30');
SELECT expired_holds FROM concert_booking.expire_holds();
SELECT schedule, seat, status, held_by, until FROM test.taken;
SELECT * FROM test.events ORDER BY event_type, schedule, seat_count;
SELECT expired_holds FROM concert_booking.expire_holds();

-- holds never counted against what is available
SELECT * FROM test.availability;

-- an extended hold is not swept at its old end
CALL test.set_clock('2040-05-01 12:14');
SELECT seat_number, to_char(expires_at, 'HH24:MI') AS until
FROM concert_booking.extend_holds(test.schedule(), session_id => test.booker('gina'));
CALL test.set_clock('2040-05-01 12:16');
SELECT expired_holds FROM concert_booking.expire_holds();

-- a closed schedule and a past performance are swept as well
UPDATE concert_booking.concert_schedules SET is_booking_open = false;
CALL test.set_clock('2040-07-01');
SELECT expired_holds FROM concert_booking.expire_holds(batch_size => 1);
SELECT count(*) AS left_over FROM test.taken;
SELECT * FROM test.events ORDER BY event_type, schedule, seat_count;
SELECT * FROM concert_booking.check_integrity();
