-- hold_best_seats where ordinals are not 1, 2, 3: gaps, nothing and less, the lowest and the highest there are.
\i test/fixtures/world.sql
INSERT INTO concert_booking.concert_schedules (id, concert_id, concert_date, concert_time)
VALUES (test.schedule(4), test.concert(), '2040-06-04', '19:00');
INSERT INTO concert_booking.seats (concert_schedule_id, seat_number, seat_grade, price, ordinal)
VALUES (test.schedule(4), 'A-1', 'R', 100000, -2147483648),
	   (test.schedule(4), 'A-2', 'R', 100000, -2147483647),
	   (test.schedule(4), 'B-1', 'R', 100000, -300),
	   (test.schedule(4), 'B-2', 'S', 100000, 0),
	   (test.schedule(4), 'B-3', 'S', 100000, 257),
	   (test.schedule(4), 'C-1', 'R', 100000, 2147483390),
	   (test.schedule(4), 'C-2', 'R', 100000, 2147483646),
	   (test.schedule(4), 'C-3', 'R', 100000, 2147483647);

-- one after the other, as they come in the order
SELECT seat_number FROM concert_booking.hold_best_seats(test.schedule(4), 3, user_id => test.booker('alice'));
SELECT test.raises($$SELECT * FROM concert_booking.hold_best_seats(test.schedule(4), 1, seat_grade => 'S', adjacent => false, user_id => test.booker('alice'))$$);
SELECT seat_number FROM concert_booking.hold_best_seats(test.schedule(4), 2, adjacent => false, user_id => test.booker('bob'));
SELECT concert_booking.release_seats(user_id => test.booker('bob'));
SELECT concert_booking.release_seats(user_id => test.booker('alice'));
SELECT seat_number FROM concert_booking.hold_best_seats(test.schedule(4), 2, user_id => test.booker('alice'));
SELECT seat_number FROM concert_booking.hold_best_seats(test.schedule(4), 2, seat_grade => 'S', user_id => test.booker('bob'));
SELECT seat_number FROM concert_booking.hold_best_seats(test.schedule(4), 3, user_id => test.booker('bob'));
SELECT seat_number FROM concert_booking.hold_best_seats(test.schedule(4), 1, user_id => test.booker('alice'));
SELECT test.raises($$SELECT * FROM concert_booking.hold_best_seats(test.schedule(4), 1, user_id => test.booker('alice'))$$);

-- a single seat at nothing, at the lowest and at the highest number
DELETE FROM concert_booking.seats WHERE concert_schedule_id = test.schedule(4);
INSERT INTO concert_booking.seats (concert_schedule_id, seat_number, seat_grade, price, ordinal)
VALUES (test.schedule(4), 'Z-1', 'R', 100000, 0);
SELECT seat_number FROM concert_booking.hold_best_seats(test.schedule(4), 1, user_id => test.booker('gina'));
SELECT concert_booking.release_seats(user_id => test.booker('gina'));
UPDATE concert_booking.seats SET ordinal = -2147483648 WHERE concert_schedule_id = test.schedule(4);
SELECT seat_number FROM concert_booking.hold_best_seats(test.schedule(4), 1, adjacent => false, user_id => test.booker('gina'));
SELECT concert_booking.release_seats(user_id => test.booker('gina'));
UPDATE concert_booking.seats SET ordinal = 2147483647 WHERE concert_schedule_id = test.schedule(4);
SELECT seat_number FROM concert_booking.hold_best_seats(test.schedule(4), 1, user_id => test.booker('gina'));
SELECT * FROM concert_booking.check_integrity();
