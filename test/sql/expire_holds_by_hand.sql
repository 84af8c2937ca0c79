-- expire_holds judges by the seat: hand-written rows are put right, never sold
-- seats set free.
\i test/fixtures/world.sql

-- A-1: lapsed by its row, the seat tells no end; A-2: the seat's own end is
-- later than the row's; A-3 and A-4: sold and blocked, with a left-over row
INSERT INTO concert_booking.temp_reservations (user_id, seat_id, expires_at)
SELECT test.booker('alice'), s.id, '2040-05-01 11:00'
FROM unnest(test.seats('A-1', 'A-2')) AS s (id);
UPDATE concert_booking.seats SET status = 'temp_reserved' WHERE id = ANY (test.seats('A-1', 'A-2'));
UPDATE concert_booking.seats SET hold_expires_at = '2040-05-01 13:00' WHERE id = test.seat('A-2');
SELECT seat_numbers FROM concert_booking.book_seats(test.seats('A-3'), test.booker('bob'));
UPDATE concert_booking.seats SET status = 'unavailable' WHERE id = test.seat('A-4');
INSERT INTO concert_booking.temp_reservations (user_id, seat_id, expires_at)
SELECT test.booker('alice'), s.id, '2040-05-01 11:00'
FROM unnest(test.seats('A-3', 'A-4')) AS s (id);

SELECT expired_holds FROM concert_booking.expire_holds();
SELECT seat, status, held_by, sold_to FROM test.taken;
SELECT * FROM test.availability;

-- A-2 follows at the seat's own end
CALL test.set_clock('2040-05-01 13:01');
SELECT expired_holds FROM concert_booking.expire_holds();
SELECT seat, status, held_by, sold_to FROM test.taken;
SELECT * FROM concert_booking.check_integrity();
