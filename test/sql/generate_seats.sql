-- generate_seats() makes rows of seats, in the order in which people count them.
\i test/fixtures/world.sql
CREATE VIEW test.plan AS
SELECT s.ordinal, s.seat_number, s.section, s.row_label, s.seat_index, s.seat_grade, s.price,
	   s.position_x AS x, s.position_y AS y, s.status
FROM concert_booking.seats s WHERE s.concert_schedule_id = test.schedule(3) ORDER BY s.ordinal;
INSERT INTO concert_booking.concert_schedules (id, concert_id, concert_date, concert_time)
VALUES (test.schedule(3), test.concert(), '2040-06-03', '19:00');

-- the simple way
SELECT concert_booking.generate_seats(test.schedule(3), '{A,B}', 3, 'VIP', 200000);
-- a second block continues behind it; seats 9 to 11 of two rows, as system B writes them
SELECT * FROM concert_booking.generate_seats(test.schedule(3), '{C,D}', 3, 'R', 150000,
	first_seat_index => 9, seat_number_format => '{row}{seat2}');
-- a section, at its place on the plan
SELECT concert_booking.generate_seats(test.schedule(3), concert_booking.row_labels(1), 2, 'S', 0,
	section => 'balcony', position_x => -5, position_y => 20);
-- a standing area
SELECT concert_booking.generate_seats(test.schedule(3), '{F}', 2, 'standing', 70000,
	section => 'floor', seat_number_format => '{section} {seat3}');
SELECT * FROM test.plan;

SELECT * FROM test.availability WHERE schedule = '3';
SELECT seat_grade, price, seat_count FROM concert_booking.schedule_prices
WHERE concert_schedule_id = test.schedule(3) ORDER BY price DESC;
SELECT event_type, schedule, seat_count, by_caller FROM test.events;
SELECT detail FROM concert_booking.booking_events ORDER BY occurred_at;
SELECT * FROM concert_booking.check_integrity();

-- a large hall in one call
INSERT INTO concert_booking.concert_schedules (id, concert_id, concert_date, concert_time)
VALUES (test.schedule(4), test.concert(), '2040-06-04', '19:00');
SELECT concert_booking.generate_seats(test.schedule(4), concert_booking.row_labels(100), 200, 'R', 150000);
SELECT count(*), min(ordinal), max(ordinal), count(DISTINCT seat_number) AS numbers,
	   max(seat_number) FILTER (WHERE ordinal = 20000) AS last
FROM concert_booking.seats WHERE concert_schedule_id = test.schedule(4);
DROP VIEW test.plan;
