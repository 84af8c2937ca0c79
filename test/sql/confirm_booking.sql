-- confirm_booking: all live holds of the booker on one schedule become a booking.
\i test/fixtures/world.sql

SELECT seat_number FROM concert_booking.hold_seats(test.seats('B-1', 'A-2', 'A-1'), test.booker('alice'));
SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-1', 2), test.booker('alice'));
SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-3'), test.booker('bob'));

-- the receipt; seat numbers in seat order
SELECT booking_id, booking_number, right(concert_schedule_id::text, 1) AS schedule, status, seat_count,
	   total_price, seat_numbers, to_char(created_at, 'HH24:MI') AS created, cancelled_at IS NULL AS stands
FROM concert_booking.confirm_booking(test.schedule(), test.booker('alice'), customer_name => 'Alice') \gset r_
SELECT :'r_schedule' AS schedule, :'r_status' AS status, :r_seat_count AS seats, :r_total_price AS won,
	   :'r_seat_numbers' AS seat_numbers, :'r_created' AS created, :'r_stands' AS stands;

-- a number for people: twelve symbols and a check symbol
SELECT :'r_booking_number' ~ '^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z*~$=U]$' AS well_formed;

-- the other schedule's hold and the other booker's are still holds
SELECT * FROM test.taken;
SELECT * FROM test.availability;
SELECT * FROM test.events;

-- the rows
SELECT b.id = :'r_booking_id' AS same, b.user_id = test.booker('alice') AS alices, b.session_id, b.status,
	   b.customer_name, b.customer_phone, b.customer_email, b.seat_count, b.total_price, b.idempotency_key,
	   b.cancelled_at, b.cancellation_reason
FROM concert_booking.bookings b;
SELECT s.seat_number, bs.price, bs.active, bs.booking_id = :'r_booking_id' AS of_this
FROM concert_booking.booking_seats bs JOIN concert_booking.seats s ON s.id = bs.seat_id ORDER BY s.ordinal;

-- the price is the one that the hold told, and stays
UPDATE concert_booking.seats SET price = 99000 WHERE id = test.seat('A-3');
SELECT total_price FROM concert_booking.confirm_booking(test.schedule(), test.booker('bob'));
UPDATE concert_booking.seats SET price = 10 WHERE id = test.seat('A-3');
SELECT b.total_price, bs.price FROM concert_booking.bookings b
JOIN concert_booking.booking_seats bs ON bs.booking_id = b.id WHERE b.user_id = test.booker('bob');

-- a second confirm has nothing left to sell
SELECT test.raises($$SELECT concert_booking.confirm_booking(test.schedule(), test.booker('bob'))$$);
SELECT * FROM concert_booking.check_integrity();
