-- my_holds(): what a page that is loaded again has to know.
\i test/fixtures/world.sql

CREATE VIEW pg_temp.alices AS
SELECT right(concert_schedule_id::text, 1) AS schedule, seat_number, seat_grade, price, expires_at, booking_id IS NOT NULL AS pending
FROM concert_booking.my_holds(test.booker('alice'));
\o /dev/null
SELECT concert_booking.hold_seats(test.seats('B-1', 'A-2'), test.booker('alice'));
SELECT concert_booking.hold_seat(test.seat('A-1', 2), test.booker('alice'));
SELECT concert_booking.hold_seat(test.seat('A-1'), test.booker('bob'));
SELECT concert_booking.hold_seat(test.seat('A-3'), session_id => test.booker('gina'));
\o
-- by schedule and seat order, nobody else's
SELECT schedule, seat_number, seat_grade, price, date_trunc('minute', expires_at) AS until, pending FROM pg_temp.alices;
SELECT seat_number FROM concert_booking.my_holds(session_id => test.booker('gina'));
SELECT count(*) FROM concert_booking.my_holds(session_id => test.booker('hugo'));
-- a member's id is no session
SELECT count(*) FROM concert_booking.my_holds(session_id => test.booker('alice'));
-- they are what the hold told: seat, price, end
SELECT h.seat_id = s.seat_id AND h.expires_at = s.expires_at AND h.price = s.price AS same
FROM concert_booking.hold_seat(test.seat('A-2'), test.booker('alice')) h
JOIN concert_booking.my_holds(test.booker('alice')) s USING (seat_number) WHERE s.concert_schedule_id = test.schedule(1);
-- the price is kept, and a hold of 0.1 costs what the seat costs
UPDATE concert_booking.seats SET price = 1;
UPDATE concert_booking.temp_reservations SET price = NULL WHERE seat_id = test.seat('B-1');
SELECT seat_number, price FROM pg_temp.alices;
-- kept for a payment, until it has to be there
SELECT status, pay_by FROM concert_booking.begin_payment(test.schedule(1), test.booker('alice'), seat_ids => test.seats('A-2')) \g /dev/null
SELECT h.seat_number, h.booking_id = b.id AS of_booking, h.expires_at = b.pay_by AS until_pay_by
FROM concert_booking.my_holds(test.booker('alice')) h LEFT JOIN concert_booking.bookings b ON b.user_id = test.booker('alice') AND b.status = 'pending'
	AND b.concert_schedule_id = h.concert_schedule_id;
-- sold, released or lapsed: gone, swept or not
SELECT concert_booking.release_seats(test.seats('B-1'), test.booker('alice')) \g /dev/null
SELECT seat_number FROM pg_temp.alices;
SELECT count(*) FROM concert_booking.confirm_booking(test.schedule(2), test.booker('alice'));
SELECT seat_number FROM pg_temp.alices;
CALL test.set_clock('2040-05-01 12:09:59');
SELECT count(*) FROM concert_booking.my_holds(test.booker('bob'));
CALL test.set_clock('2040-05-01 12:11');
SELECT count(*) FROM concert_booking.my_holds(test.booker('bob'));
SELECT count(*) FROM concert_booking.temp_reservations WHERE user_id = test.booker('bob');
-- by hand: a seat whose row does not tell the end; one that is not held any more
SELECT count(*) FROM concert_booking.hold_seats(test.seats('B-3', 'B-4'), test.booker('bob'));
UPDATE concert_booking.seats SET hold_expires_at = NULL WHERE id = test.seat('B-3');
UPDATE concert_booking.seats SET status = 'unavailable' WHERE id = test.seat('B-4');
SELECT seat_number FROM concert_booking.my_holds(test.booker('bob'));

-- by claim; an answer that nobody may keep
SET request.jwt.claims = '{"sub": "b0b00000-0000-4000-8000-000000000002"}';
BEGIN READ ONLY;
SET LOCAL request.method = 'GET';
SELECT seat_number FROM concert_booking.my_holds();
SELECT current_setting('response.headers') AS headers;
COMMIT;
\t on
SET request.jwt.claims = '{"role": "anon"}';
SELECT test.raises($$SELECT concert_booking.my_holds()$$);
RESET request.jwt.claims;
SELECT test.raises($$SELECT concert_booking.my_holds()$$);
SELECT test.raises($$SELECT concert_booking.my_holds(test.booker('alice'), test.booker('gina'))$$);
