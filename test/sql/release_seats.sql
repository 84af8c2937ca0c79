-- release_seats: held seats are given back, named ones or all.
\i test/fixtures/world.sql

SELECT seat_number FROM concert_booking.hold_seats(test.seats('A-1', 'A-2', 'A-3'), test.booker('alice'));
SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-1', 2), test.booker('alice'));
SELECT seat_number FROM concert_booking.hold_seat(test.seat('B-1'), test.booker('bob'));
SELECT seat_number FROM concert_booking.hold_seat(test.seat('B-2'), session_id => test.booker('gina'));

-- named
SELECT released_seats FROM concert_booking.release_seats(test.seats('A-2', 'A-1'), test.booker('alice'));
SELECT schedule, seat, held_by FROM test.taken;

-- free again for anybody
SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-1'), test.booker('bob'));

-- all, of every schedule; other bookers keep theirs
SELECT released_seats FROM concert_booking.release_seats(user_id => test.booker('alice'));
SELECT schedule, seat, held_by FROM test.taken;

-- nothing to give back is no error
SELECT released_seats FROM concert_booking.release_seats(user_id => test.booker('alice'));

-- lapsed ones go, too, but are not counted
CALL test.set_clock('2040-05-01 12:11');
SELECT seat_number FROM concert_booking.hold_seat(test.seat('B-3'), test.booker('bob'));
SELECT released_seats FROM concert_booking.release_seats(user_id => test.booker('bob'));
SELECT schedule, seat, held_by FROM test.taken;

-- a session is not a user: gina's hold has lapsed, hugo has none
SELECT released_seats FROM concert_booking.release_seats(user_id => test.booker('gina'));
SELECT released_seats FROM concert_booking.release_seats(session_id => test.booker('hugo'));
SELECT released_seats FROM concert_booking.release_seats(session_id => test.booker('gina'));
SELECT count(*) AS left_over FROM test.taken;

-- a closed window is no reason to keep a hold
SELECT seat_number FROM concert_booking.hold_seat(test.seat('B-3'), test.booker('bob'));
UPDATE concert_booking.concert_schedules SET is_booking_open = false;
SELECT released_seats FROM concert_booking.release_seats(test.seats('B-3'), test.booker('bob'));

SELECT * FROM test.availability;
SELECT * FROM concert_booking.check_integrity();
