-- extend_holds: every refusal, in the order of the checks.
\i test/fixtures/world.sql
CREATE FUNCTION pg_temp.extending() RETURNS text LANGUAGE sql AS
$$ SELECT test.raises('SELECT * FROM concert_booking.extend_holds(test.schedule(), test.booker(''alice''))') $$;

SELECT test.raises($$SELECT * FROM concert_booking.extend_holds(NULL)$$);
SELECT test.raises($$SELECT * FROM concert_booking.extend_holds('5c000000-0000-7000-8000-00000000dead')$$);
SELECT test.raises($$SELECT * FROM concert_booking.extend_holds(test.schedule(), test.booker('alice'), test.booker('gina'))$$);
SELECT test.raises($$SELECT * FROM concert_booking.extend_holds('5c000000-0000-7000-8000-00000000dead', test.booker('alice'))$$);

-- nothing held: at all, by this booker, on this schedule, any more
SELECT pg_temp.extending();
SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-1'), test.booker('bob'));
SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-1', 2), test.booker('alice'));
SELECT pg_temp.extending();
SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-2'), test.booker('alice'));
SELECT pg_temp.extending();
CALL test.set_clock('2040-05-01 12:11');
SELECT pg_temp.extending();

-- a closed window is told first
UPDATE concert_booking.concert_schedules SET is_booking_open = false WHERE id = test.schedule();
SELECT pg_temp.extending();
UPDATE concert_booking.concert_schedules
SET is_booking_open = true, booking_closes_at = '2040-05-01 12:10' WHERE id = test.schedule();
SELECT pg_temp.extending();
UPDATE concert_booking.concert_schedules SET booking_closes_at = NULL WHERE id = test.schedule();
UPDATE concert_booking.concerts SET status = 'postponed';
SELECT pg_temp.extending();
UPDATE concert_booking.concerts SET status = 'active';
CALL test.set_clock('2040-06-01 19:00');
SELECT pg_temp.extending();

SELECT schedule, seat, held_by, until FROM test.taken;
SELECT * FROM concert_booking.check_integrity();
