-- extend_holds: a fresh term for all live holds on a schedule.
\i test/fixtures/world.sql

SELECT seat_number FROM concert_booking.hold_seats(test.seats('B-1', 'A-2'), test.booker('alice'));
SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-1', 2), test.booker('alice'));
SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-3'), test.booker('bob'));

-- in seat order; other schedules and other bookers keep their end
CALL test.set_clock('2040-05-01 12:05');
SELECT seat_number, seat_grade, price, to_char(expires_at, 'HH24:MI') AS until
FROM concert_booking.extend_holds(test.schedule(), test.booker('alice'));
SELECT schedule, seat, held_by, until, same_end FROM test.taken;

-- the term is the schedule's, but no end moves back
UPDATE concert_booking.concert_schedules SET hold_duration = '3 minutes' WHERE id = test.schedule();
SELECT seat_number, to_char(expires_at, 'HH24:MI') AS until
FROM concert_booking.extend_holds(test.schedule(), test.booker('alice'));
CALL test.set_clock('2040-05-01 12:14');
SELECT seat_number, to_char(expires_at, 'HH24:MI') AS until
FROM concert_booking.extend_holds(test.schedule(), test.booker('alice'));

-- a hold taken later in the same schedule has its own first instant
UPDATE concert_booking.concert_schedules SET hold_duration = NULL WHERE id = test.schedule();
SELECT seat_number, to_char(expires_at, 'HH24:MI') AS until
FROM concert_booking.hold_seat(test.seat('B-4'), test.booker('alice'));
CALL test.set_clock('2040-05-01 12:16');
SELECT seat_number, to_char(expires_at, 'HH24:MI') AS until
FROM concert_booking.extend_holds(test.schedule(), test.booker('alice'));

-- half an hour from the first instant is the end, however often one asks
CALL test.set_clock('2040-05-01 12:25');
SELECT seat_number, to_char(expires_at, 'HH24:MI') AS until
FROM concert_booking.extend_holds(test.schedule(), test.booker('alice'));
CALL test.set_clock('2040-05-01 12:31');
SELECT seat_number, to_char(expires_at, 'HH24:MI') AS until
FROM concert_booking.extend_holds(test.schedule(), test.booker('alice'));

-- an end that hand-written SQL took from the seat is told again, even if it stays the same
UPDATE concert_booking.seats SET hold_expires_at = NULL WHERE id = test.seat('B-4');
SELECT seat_number, to_char(expires_at, 'HH24:MI') AS until
FROM concert_booking.extend_holds(test.schedule(), test.booker('alice'));
SELECT to_char(hold_expires_at, 'HH24:MI') AS until FROM concert_booking.seats WHERE id = test.seat('B-4');

-- what has lapsed is not revived
SELECT schedule, seat, until FROM test.taken WHERE held_by = 'alice';
SELECT * FROM concert_booking.check_integrity();
