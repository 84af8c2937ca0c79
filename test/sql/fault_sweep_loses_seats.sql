-- Seed A's cron job deletes the expired holds first and looks for them
-- afterwards to free their seats: those seats stay temp_reserved for ever.
\i test/fixtures/world.sql
\i test/seeds/a.sql

-- the seed's statements
CALL seed_a.hold(test.booker('alice'), seed_a.seat('A-1'), expires_in => '-1 minute');
CALL seed_a.hold(test.booker('bob'), seed_a.seat('A-2'));
CALL seed_a.expire();
CALL seed_a.expire();
SELECT seat, status, has_hold FROM seed_a.state WHERE schedule = '1';

-- here
SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-1'), test.booker('alice'));
CALL test.set_clock('2040-05-01 12:11');
SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-2'), test.booker('bob'));
SELECT expired_holds FROM concert_booking.expire_holds();
SELECT seat, status, held_by FROM test.taken;

-- seats that the seed's job has left behind can be had nevertheless
UPDATE concert_booking.seats SET status = 'temp_reserved' WHERE id = test.seat('A-3');
SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-3'), test.booker('bob'));
SELECT seat, status, held_by FROM test.taken;
SELECT * FROM concert_booking.check_integrity();
DROP SCHEMA seed_a CASCADE;
