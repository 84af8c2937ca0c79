-- cancel_booking frees exactly the seats that the booking still owns.
\i test/fixtures/world.sql
SELECT booking_id AS alices FROM concert_booking.book_seats(test.seats('A-1', 'A-2', 'A-3'), test.booker('alice')) \gset

-- by hand: A-1 was given to bob, A-2 was taken off sale
UPDATE concert_booking.booking_seats SET active = false
WHERE seat_id = test.seat('A-1') AND booking_id = :'alices';
INSERT INTO concert_booking.bookings (id, user_id, concert_schedule_id, booking_number, seat_count, total_price)
VALUES ('b0000000-0000-7000-8000-000000000001', test.booker('bob'), test.schedule(), '0000-0000-0001-1', 1, 150000);
INSERT INTO concert_booking.booking_seats (booking_id, seat_id)
VALUES ('b0000000-0000-7000-8000-000000000001', test.seat('A-1'));
UPDATE concert_booking.seats SET status = 'unavailable' WHERE id = test.seat('A-2');
SELECT * FROM test.availability;

SELECT status, seat_count, seat_numbers FROM concert_booking.cancel_booking(:'alices', NULL, test.booker('alice'));
SELECT seat, status, sold_to FROM test.taken;
SELECT * FROM test.availability;
SELECT event_type, seat_count FROM test.events;
SELECT s.seat_number, bs.active FROM concert_booking.booking_seats bs
JOIN concert_booking.seats s ON s.id = bs.seat_id WHERE bs.booking_id = :'alices' ORDER BY s.ordinal;

SELECT seat_numbers FROM concert_booking.book_seats(test.seats('A-3'), test.booker('bob'));
SELECT * FROM concert_booking.check_integrity();
