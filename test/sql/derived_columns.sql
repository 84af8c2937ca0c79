-- Columns that a trigger fills where a statement written by hand left them out.
\i test/fixtures/world.sql

-- row, number and place of a seat, from what is printed on the ticket
INSERT INTO concert_booking.seats (concert_schedule_id, seat_number, seat_grade, price)
VALUES (test.schedule(2), 'C-12', 'S', 90000), (test.schedule(2), 'D7', 'S', 90000),
	   (test.schedule(2), '101', 'S', 90000), (test.schedule(2), 'STANDING', 'A', 70000),
	   (test.schedule(2), 'floor-E-3', 'A', 70000);
SELECT ordinal, seat_number, row_label, seat_index FROM concert_booking.seats
WHERE concert_schedule_id = test.schedule(2) ORDER BY ordinal;

-- what is given stays
INSERT INTO concert_booking.seats (concert_schedule_id, seat_number, seat_grade, price, ordinal, row_label, seat_index)
VALUES (test.schedule(2), 'Z-1', 'S', 90000, 77, 'box', 9)
RETURNING ordinal, row_label, seat_index;

-- a hold's schedule, a booked seat's price
INSERT INTO concert_booking.temp_reservations (user_id, seat_id, expires_at)
VALUES (test.booker('alice'), test.seat('A-1'), '2040-05-01 12:10')
RETURNING concert_schedule_id = test.schedule(1) AS on_schedule_1;
INSERT INTO concert_booking.bookings (id, user_id, concert_schedule_id, booking_number)
VALUES ('b0000000-0000-7000-8000-000000000001', test.booker('bob'), test.schedule(1), 'by hand');
INSERT INTO concert_booking.booking_seats (booking_id, seat_id)
VALUES ('b0000000-0000-7000-8000-000000000001', test.seat('B-1'))
RETURNING price;

-- a concert that is not there is the foreign key's matter
SELECT test.raises($$
	INSERT INTO concert_booking.concert_schedules (id, concert_id, concert_date, concert_time)
	VALUES ('5c000000-0000-7000-8000-000000000009', 'c0000000-0000-7000-8000-000000000009', '2040-06-09', '19:00')$$);
