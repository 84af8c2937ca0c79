-- A hold that is deleted by hand sets its seat free, whatever the statement forgets.
\i test/fixtures/world.sql

SELECT count(*) FROM concert_booking.hold_seats(test.seats('A-1', 'A-2', 'A-3'), test.booker('alice'));
CALL test.set_clock('2040-05-01 12:11');
SELECT count(*) FROM concert_booking.hold_seats(test.seats('B-1', 'A-3'), test.booker('bob'));
SELECT seat, held_by, until FROM test.taken;

-- the sweep of system A: the holds first, then seats that it cannot find any more
DELETE FROM concert_booking.temp_reservations WHERE expires_at < '2040-05-01 12:12';
UPDATE concert_booking.seats SET status = 'available'
WHERE id IN (SELECT seat_id FROM concert_booking.temp_reservations WHERE expires_at < '2040-05-01 12:12');
SELECT seat, held_by, until FROM test.taken;
SELECT * FROM concert_booking.check_integrity();

-- a sold seat stays sold, a seat that goes takes its hold along
SELECT count(*) FROM concert_booking.book_seats(test.seats('B-1'), test.booker('bob'));
DELETE FROM concert_booking.seats WHERE id = test.seat('A-3');
SELECT seat, status, held_by, sold_to FROM test.taken;
SELECT count(*) AS holds FROM concert_booking.temp_reservations;
SELECT * FROM concert_booking.check_integrity();
