-- cancel_booking: the seats are free again, the booking stays as history.
\i test/fixtures/world.sql

SELECT booking_id AS alices FROM concert_booking.book_seats(test.seats('A-2', 'A-1'), test.booker('alice')) \gset
SELECT booking_id AS bobs FROM concert_booking.book_seats(test.seats('A-3'), test.booker('bob')) \gset
CALL test.set_clock('2040-05-10 09:00');

SELECT booking_id = :'alices' AS same, status, seat_count, total_price, seat_numbers,
	   to_char(created_at, 'MM-DD HH24:MI') AS created, to_char(cancelled_at, 'MM-DD HH24:MI') AS cancelled
FROM concert_booking.cancel_booking(:'alices', 'cannot come', test.booker('alice'));
SELECT seat, status, sold_to FROM test.taken;
SELECT * FROM test.availability;
SELECT * FROM test.events;
SELECT status, cancellation_reason, seat_count, total_price FROM concert_booking.bookings WHERE id = :'alices';
SELECT s.seat_number, bs.active, bs.price
FROM concert_booking.booking_seats bs JOIN concert_booking.seats s ON s.id = bs.seat_id
WHERE bs.booking_id = :'alices' ORDER BY s.ordinal;

-- again, later: the same answer, and nothing changes
CALL test.set_clock('2040-05-11 09:00');
SELECT status, to_char(cancelled_at, 'MM-DD HH24:MI') AS cancelled
FROM concert_booking.cancel_booking(:'alices', 'another reason', test.booker('alice'));
SELECT cancellation_reason FROM concert_booking.bookings WHERE id = :'alices';
SELECT * FROM test.availability;
SELECT event_type, seat_count FROM test.events;

-- the seat is sold to somebody else; the old booking can take nothing from him
SELECT seat_numbers FROM concert_booking.book_seats(test.seats('A-1'), test.booker('bob'));
SELECT status FROM concert_booking.cancel_booking(:'alices', NULL, test.booker('alice'));
SELECT seat, status, sold_to FROM test.taken;

-- a reason is not needed; a closed window is no reason to keep a ticket
UPDATE concert_booking.concert_schedules SET is_booking_open = false;
SELECT status FROM concert_booking.cancel_booking(booking_id => :'bobs', user_id => test.booker('bob'));
SELECT * FROM test.availability;
SELECT * FROM concert_booking.check_integrity();
