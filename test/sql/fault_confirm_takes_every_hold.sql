-- Seed A's confirm takes every hold of the user, of any schedule and lapsed
-- ones as well, and books them all under the one schedule that was named.
\i test/fixtures/world.sql
\i test/seeds/a.sql

-- the seed's statements: one seat of schedule 1, one of schedule 2, and one
-- whose hold is over
CALL seed_a.hold(test.booker('alice'), seed_a.seat('A-1', 1));
CALL seed_a.hold(test.booker('alice'), seed_a.seat('A-1', 2));
CALL seed_a.hold(test.booker('alice'), seed_a.seat('A-2', 1), expires_in => '-1 minute');
SELECT seed_a.confirm(test.booker('alice'), seed_a.schedule(1), 'ALICE', 1) IS NOT NULL AS sold;
SELECT schedule, seat, status, bookings, available_seats FROM seed_a.state;

-- here
SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-2', 1), test.booker('alice'));
CALL test.set_clock('2040-05-01 12:11');
SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-1', 1), test.booker('alice'));
SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-1', 2), test.booker('alice'));
SELECT seat_numbers FROM concert_booking.confirm_booking(test.schedule(1), test.booker('alice'));
SELECT schedule, seat, status, held_by, sold_to FROM test.taken;
SELECT * FROM test.availability;

-- the lapsed one can be had by anybody
SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-2', 1), test.booker('bob'));
SELECT * FROM concert_booking.check_integrity();
DROP SCHEMA seed_a CASCADE;
