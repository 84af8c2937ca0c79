-- hold_best_seats: every refusal, and nothing changed by it.
\i test/fixtures/world.sql

SELECT test.raises($$SELECT * FROM concert_booking.hold_best_seats(NULL, 2, user_id => test.booker('bob'))$$);
SELECT test.raises($$SELECT * FROM concert_booking.hold_best_seats(test.schedule(), NULL, user_id => test.booker('bob'))$$);
SELECT test.raises($$SELECT * FROM concert_booking.hold_best_seats(test.schedule(), 0, user_id => test.booker('bob'))$$);
SELECT test.raises($$SELECT * FROM concert_booking.hold_best_seats(test.schedule(), -5, user_id => test.booker('bob'))$$);
SELECT test.raises($$SELECT * FROM concert_booking.hold_best_seats(test.schedule(), 2147483647, user_id => test.booker('bob'))$$);
SELECT test.raises($$SELECT * FROM concert_booking.hold_best_seats(test.schedule(), 2, max_price => -1, user_id => test.booker('bob'))$$);
SELECT test.raises($$SELECT * FROM concert_booking.hold_best_seats(test.schedule(), 2, seat_grade => ' ', user_id => test.booker('bob'))$$);
SELECT test.raises($$SELECT * FROM concert_booking.hold_best_seats(test.schedule(), 2, seat_grade => repeat('R', 21), user_id => test.booker('bob'))$$);
SELECT test.raises($$SELECT * FROM concert_booking.hold_best_seats(test.schedule(), 2, adjacent => NULL, user_id => test.booker('bob'))$$);
SELECT test.raises($$SELECT * FROM concert_booking.hold_best_seats(test.schedule(), 2)$$);
SELECT test.raises($$SELECT * FROM concert_booking.hold_best_seats(test.concert(), 2, user_id => test.booker('bob'))$$);

-- more neighbours than a row has; a grade that is not there; a price nobody asks
SELECT test.raises($$SELECT * FROM concert_booking.hold_best_seats(test.schedule(), 5, user_id => test.booker('bob'))$$);
SELECT test.raises($$SELECT * FROM concert_booking.hold_best_seats(test.schedule(), 9, adjacent => false, user_id => test.booker('bob'))$$);
SELECT test.raises($$SELECT * FROM concert_booking.hold_best_seats(test.schedule(), 1, seat_grade => 'VIP', user_id => test.booker('bob'))$$);
SELECT test.raises($$SELECT * FROM concert_booking.hold_best_seats(test.schedule(), 1, max_price => 100, user_id => test.booker('bob'))$$);

-- the booker's limit, and the window
UPDATE concert_booking.concert_schedules SET max_seats_per_booker = 2 WHERE id = test.schedule();
SELECT test.raises($$SELECT * FROM concert_booking.hold_best_seats(test.schedule(), 3, user_id => test.booker('bob'))$$);
UPDATE concert_booking.concert_schedules SET is_booking_open = false WHERE id = test.schedule();
SELECT test.raises($$SELECT * FROM concert_booking.hold_best_seats(test.schedule(), 1, user_id => test.booker('bob'))$$);
UPDATE concert_booking.concert_schedules SET is_booking_open = true, booking_opens_at = '2040-05-02' WHERE id = test.schedule();
SELECT test.raises($$SELECT * FROM concert_booking.hold_best_seats(test.schedule(), 1, user_id => test.booker('bob'))$$);

SELECT * FROM test.taken;
SELECT * FROM concert_booking.check_integrity();
