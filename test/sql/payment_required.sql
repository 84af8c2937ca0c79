-- payment_required: nobody who comes with claims books without paying, except staff.
\i test/fixtures/world.sql
\i test/fixtures/orders.sql
UPDATE concert_booking.concert_schedules SET payment_required = true WHERE id = test.schedule();
CREATE ROLE regress_booking_member;
CREATE ROLE regress_booking_staff;
GRANT USAGE ON SCHEMA concert_booking TO regress_booking_member, regress_booking_staff;
GRANT EXECUTE ON FUNCTION concert_booking.hold_seats, concert_booking.confirm_booking, concert_booking.book_seats, concert_booking.begin_payment
	TO regress_booking_member, regress_booking_staff;
GRANT EXECUTE ON FUNCTION concert_booking.acts_for_others TO regress_booking_staff;
SELECT count(*) AS held FROM concert_booking.hold_seats(test.seats('A-1', 'A-2', 'A-3'), test.booker('alice'));

-- a member, a guest with the page's public key, and whoever names nobody
SET ROLE regress_booking_member;
SET request.jwt.claims = '{"sub": "a11ce000-0000-4000-8000-000000000001"}';
SELECT test.raises($$SELECT concert_booking.confirm_booking(test.schedule())$$);
SELECT test.raises($$SELECT concert_booking.book_seats(test.seats('B-1'))$$);
SET request.jwt.claims = '{"role": "anon"}';
SELECT test.raises($$SELECT concert_booking.book_seats(test.seats('B-1'), session_id => test.booker('gina'),
	customer_name => 'Gina', customer_phone => '010-1234-5678')$$);
SELECT test.raises($$SELECT concert_booking.book_seats(test.seats('B-1'))$$);
SET request.jwt.claims = '{';
SELECT test.raises($$SELECT concert_booking.book_seats(test.seats('B-1'), session_id => test.booker('gina'))$$);

-- what is wrong with the seats and the sale is told first
SET request.jwt.claims = '{"role": "anon"}';
SELECT left(test.raises($$SELECT concert_booking.book_seats(test.seats('A-1'), session_id => test.booker('gina'),
	customer_name => 'Gina', customer_phone => '010-1234-5678')$$), 5) AS taken;
SELECT status, seat_numbers FROM concert_booking.book_seats(ARRAY[test.seat('A-1', 2)], session_id => test.booker('gina'),
	customer_name => 'Gina', customer_phone => '010-1234-5678');

-- the way that is open to them; a repeated call is no new sale
SET request.jwt.claims = '{"sub": "a11ce000-0000-4000-8000-000000000001"}';
SELECT status, seat_numbers FROM concert_booking.begin_payment(test.schedule(), seat_ids => test.seats('A-1'), idempotency_key => 'order 1');
SELECT status, seat_numbers FROM concert_booking.confirm_booking(test.schedule(), idempotency_key => 'order 1');

-- staff, and a backend that is trusted: without claims
SET ROLE regress_booking_staff;
SELECT status, seat_numbers, pay_by FROM concert_booking.confirm_booking(test.schedule(), seat_ids => test.seats('A-2'));
SELECT status, seat_numbers FROM concert_booking.book_seats(test.seats('B-1'), test.booker('bob'));
SET ROLE regress_booking_member;
SET request.jwt.claims = '';
SELECT status, seat_numbers FROM concert_booking.confirm_booking(test.schedule(), test.booker('alice'));
SELECT status, seat_numbers FROM concert_booking.book_seats(test.seats('B-2'), test.booker('bob'));

-- a payment may be begun where none is required
SELECT count(*) AS held FROM concert_booking.hold_seats(ARRAY[test.seat('A-2', 2)], test.booker('bob'));
SELECT status FROM concert_booking.begin_payment(test.schedule(2), test.booker('bob'));
RESET ROLE;
SELECT schedule, seat, status, held_by, sold_to FROM test.taken;
SELECT * FROM concert_booking.check_integrity();
DROP OWNED BY regress_booking_member, regress_booking_staff;
DROP ROLE regress_booking_member, regress_booking_staff;
