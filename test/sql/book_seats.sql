-- book_seats: free seats, or seats of one's own holds, are sold in one call.
\i test/fixtures/world.sql

-- a guest
SELECT right(concert_schedule_id::text, 1) AS schedule, status, seat_count, total_price, seat_numbers,
	   to_char(created_at, 'HH24:MI') AS created, cancelled_at
FROM concert_booking.book_seats(test.seats('B-1', 'A-1'), session_id => test.booker('gina'),
	customer_name => '김지나', customer_phone => '010-1234-5678', customer_email => 'gina@example.com');
SELECT user_id, session_id = test.booker('gina') AS ginas, customer_name, customer_phone, customer_email,
	   seat_count, total_price FROM concert_booking.bookings;
SELECT * FROM test.taken;
SELECT * FROM test.availability;
SELECT * FROM test.events;
SELECT count(*) AS hold_rows FROM concert_booking.temp_reservations;

-- free, one's own hold, and a lapsed hold of somebody else together
SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-2'), test.booker('bob'));
CALL test.set_clock('2040-05-01 12:11');
SELECT seat_number FROM concert_booking.hold_seats(test.seats('A-3', 'A-4'), test.booker('alice'));
SELECT seat_numbers, total_price
FROM concert_booking.book_seats(test.seats('A-2', 'A-3', 'B-2'), test.booker('alice'));

-- one's other hold stands
SELECT seat, status, held_by, sold_to FROM test.taken;

-- to the last seat: sold out
SELECT seat_numbers FROM concert_booking.book_seats(test.seats('A-4', 'B-3', 'B-4'), test.booker('alice'));
SELECT * FROM test.availability;
SELECT count(*) AS hold_rows FROM concert_booking.temp_reservations;
SELECT * FROM concert_booking.check_integrity();
