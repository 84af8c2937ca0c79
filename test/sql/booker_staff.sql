-- Who may execute acts_for_others() acts for any booker, and cancel any
-- booking without naming one.
\i test/fixtures/world.sql
CREATE ROLE regress_booking_staff;
GRANT USAGE ON SCHEMA concert_booking TO regress_booking_staff;
GRANT EXECUTE ON FUNCTION concert_booking.hold_seat, concert_booking.confirm_booking, concert_booking.cancel_booking
	TO regress_booking_staff;
SELECT booking_id AS bobs FROM concert_booking.book_seats(test.seats('B-4'), test.booker('bob')) \gset
SELECT booking_id AS ginas FROM concert_booking.book_seats(test.seats('B-3'), session_id => test.booker('gina'),
	customer_name => 'Gina', customer_phone => '010-1234-5678') \gset
CREATE FUNCTION pg_temp.cancelling(id uuid, arguments text DEFAULT '') RETURNS text LANGUAGE sql AS
$$ SELECT test.raises(format('SELECT concert_booking.cancel_booking(%L%s)', id, arguments)) $$;

-- not staff yet
SET ROLE regress_booking_staff;
SET request.jwt.claims = '{"sub": "57af0000-0000-4000-8000-000000000009"}';
SELECT test.raises($$SELECT concert_booking.hold_seat(test.seat('A-1'), test.booker('alice'))$$);
SELECT pg_temp.cancelling(:'bobs');

-- the privilege makes the staff
RESET ROLE;
GRANT EXECUTE ON FUNCTION concert_booking.acts_for_others TO regress_booking_staff;
SET ROLE regress_booking_staff;
SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-1'), test.booker('alice'));
SELECT seat_numbers FROM concert_booking.confirm_booking(test.schedule(), test.booker('alice'));

-- a booker who is named must be the right one
SELECT pg_temp.cancelling(:'bobs', $$, NULL, test.booker('alice')$$);
SELECT pg_temp.cancelling('b0000000-0000-7000-8000-00000000dead');
SELECT status FROM concert_booking.cancel_booking(:'bobs', 'by phone', test.booker('bob'));

-- nobody named: any booking; also for a service without a sub of its own
SET request.jwt.claims = '{"role": "service_role"}';
SELECT status FROM concert_booking.cancel_booking(:'ginas');
SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-2'), test.booker('alice'));
SELECT test.raises($$SELECT concert_booking.hold_seat(test.seat('A-3'))$$);

-- without claims nobody is staff: a trusted caller names the booker
RESET request.jwt.claims;
SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-3'), test.booker('alice'));
SELECT pg_temp.cancelling(:'ginas');
RESET ROLE;
SELECT seat, status, held_by, sold_to FROM test.taken;
SELECT * FROM concert_booking.check_integrity();
DROP OWNED BY regress_booking_staff;
DROP ROLE regress_booking_staff;
