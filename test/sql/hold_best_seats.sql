-- hold_best_seats: neighbours, the best row first, its middle, no single left.
\i test/fixtures/world.sql

-- a third schedule: four rows of ten, two grades
INSERT INTO concert_booking.concert_schedules (id, concert_id, concert_date, concert_time)
VALUES (test.schedule(3), test.concert(), '2040-06-03', '19:00');
SELECT concert_booking.generate_seats(test.schedule(3), ARRAY['A', 'B'], 10, 'R', 150000, 'floor');
SELECT concert_booking.generate_seats(test.schedule(3), ARRAY['C', 'D'], 10, 'S', 90000, 'gallery');
CREATE OR REPLACE VIEW test.plan AS
SELECT s.row_label, string_agg(CASE s.status WHEN 'available' THEN '.' ELSE 'x' END, '' ORDER BY s.ordinal) AS seats
FROM concert_booking.seats s WHERE s.concert_schedule_id = test.schedule(3)
GROUP BY s.row_label ORDER BY s.row_label;

-- the middle of the first row
SELECT seat_number, seat_grade, price FROM concert_booking.hold_best_seats(test.schedule(3), 2, user_id => test.booker('alice'));
-- beside it, and no single seat between it and the aisle
SELECT array_agg(seat_number) FROM concert_booking.hold_best_seats(test.schedule(3), 3, user_id => test.booker('bob'));
SELECT * FROM test.plan;
-- four fit left of them without leaving one alone
SELECT array_agg(seat_number) FROM concert_booking.hold_best_seats(test.schedule(3), 4, user_id => test.booker('bob'));
-- by grade, by price, by section
SELECT array_agg(seat_number) FROM concert_booking.hold_best_seats(test.schedule(3), 2, seat_grade => 'S', user_id => test.booker('bob'));
SELECT array_agg(seat_number) FROM concert_booking.hold_best_seats(test.schedule(3), 2, max_price => 100000, user_id => test.booker('bob'));
SELECT array_agg(seat_number) FROM concert_booking.hold_best_seats(test.schedule(3), 2, section => 'gallery', session_id => test.booker('gina'));
SELECT * FROM test.plan;
-- seats apart: the best ones, wherever they are
SELECT array_agg(seat_number) FROM concert_booking.hold_best_seats(test.schedule(3), 5, adjacent => false, session_id => test.booker('gina'));
SELECT * FROM test.plan;
-- what is given back is the best again, and what has lapsed is free without a sweep
SELECT released_seats FROM concert_booking.release_seats(NULL, test.booker('alice'));
SELECT array_agg(seat_number) FROM concert_booking.hold_best_seats(test.schedule(3), 2, user_id => test.booker('bob'));
CALL test.set_clock('2040-05-01 12:30');
SELECT array_agg(seat_number) FROM concert_booking.hold_best_seats(test.schedule(3), 10, user_id => test.booker('alice'));
SELECT concert_booking.expire_holds() > 0 AS swept;
SELECT * FROM test.plan;
SELECT * FROM concert_booking.check_integrity();
