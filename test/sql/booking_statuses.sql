-- Lists and details show what a booking is now: pending, confirmed, expired or cancelled, whole or in part. The rows are made by hand.
\i test/fixtures/world.sql

-- a booking of seats that nobody has yet; pay_by null: it was never pending
CREATE FUNCTION test.make(number integer, who text, made_status text, labels text[], pay_by timestamptz DEFAULT NULL) RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
	made_id constant uuid := ('b0000000-0000-7000-8000-00000000000' || number)::uuid;
	is_guest constant boolean := who IN ('gina', 'hugo');
BEGIN
	INSERT INTO concert_booking.bookings (id, user_id, session_id, customer_name, customer_phone, concert_schedule_id, booking_number,
										  status, seat_count, total_price, pay_by, created_at, cancelled_at)
	SELECT made_id, CASE WHEN NOT is_guest THEN test.booker(who) END, CASE WHEN is_guest THEN test.booker(who) END, initcap(who), '010-1234-5678',
		   test.schedule(), 'NUMBER-' || number, made_status, count(*), sum(s.price), make.pay_by, timestamptz '2040-05-01 11:00' + number * interval '1 minute',
		   CASE made_status WHEN 'cancelled' THEN timestamptz '2040-05-01 11:30' END
	FROM concert_booking.seats s WHERE s.id = ANY (test.seats(VARIADIC labels));
	INSERT INTO concert_booking.booking_seats (booking_id, seat_id, price, active)
	SELECT made_id, seat_id, NULL, made_status = 'confirmed' FROM unnest(test.seats(VARIADIC labels)) AS seat_id;
	UPDATE concert_booking.seats s SET status = 'reserved' WHERE made_status = 'confirmed' AND s.id = ANY (test.seats(VARIADIC labels));
	RETURN made_id;
END
$$;
\o /dev/null
SELECT test.make(1, 'alice', 'confirmed', '{A-3,A-1,A-2}', '2040-05-01 11:40');
SELECT test.make(2, 'alice', 'pending', '{B-2,B-1}', '2040-05-01 12:35');
SELECT test.make(3, 'alice', 'pending', '{A-4}', '2040-05-01 11:59');
SELECT test.make(4, 'alice', 'expired', '{A-4}', '2040-05-01 11:40');
SELECT test.make(5, 'alice', 'cancelled', '{B-3,B-4}');
SELECT test.make(6, 'alice', 'confirmed', '{B-4}');
SELECT test.make(7, 'gina', 'pending', '{B-3}', '2040-05-01 12:20');
-- 1: paid, A-2 given back with a fee; 5: paid, something is still due
UPDATE concert_booking.bookings SET paid_at = created_at, seat_count = 2, total_price = 225000 WHERE booking_number = 'NUMBER-1';
UPDATE concert_booking.booking_seats SET price = 75000, price_type = 'child' WHERE booking_id = 'b0000000-0000-7000-8000-000000000001' AND seat_id = test.seat('A-3');
UPDATE concert_booking.booking_seats SET active = false, cancellation_fee = 1000
WHERE booking_id = 'b0000000-0000-7000-8000-000000000001' AND seat_id = test.seat('A-2');
UPDATE concert_booking.seats SET status = 'available' WHERE id = test.seat('A-2');
INSERT INTO concert_booking.refunds_due (booking_id, amount) VALUES ('b0000000-0000-7000-8000-000000000001', 149000), ('b0000000-0000-7000-8000-000000000005', 5);
\o

SELECT booking_number, status, seat_count, seat_numbers, total_price, pay_by, refund_due FROM concert_booking.my_bookings(test.booker('alice'));
SELECT wanted, array_agg(m.booking_number ORDER BY m.booking_number) AS found
FROM unnest('{pending,confirmed,expired,cancelled}'::text[]) WITH ORDINALITY AS w (wanted, place),
	 concert_booking.my_bookings(test.booker('alice'), status => wanted) m GROUP BY wanted, place ORDER BY place;
SELECT booking_number, status, cancelled_at, seat_count, total_price, pay_by, refund_due, jsonb_array_length(seats) AS seats
FROM unnest('{1,2,3,4,5,6}'::integer[]) n, concert_booking.booking_detail(('b0000000-0000-7000-8000-00000000000' || n)::uuid, test.booker('alice'))
ORDER BY n;
SELECT e.seat ->> 'seat_number' AS seat, e.seat - 'seat_id' - 'seat_number' - 'ticket_code' AS rest
FROM concert_booking.booking_detail('b0000000-0000-7000-8000-000000000001', test.booker('alice')) d, jsonb_array_elements(d.seats) WITH ORDINALITY AS e (seat, place)
ORDER BY e.place;
SELECT e.seat ->> 'seat_number' AS seat, e.seat - 'seat_id' - 'seat_number' - 'ticket_code' AS rest
FROM concert_booking.booking_detail('b0000000-0000-7000-8000-000000000002', test.booker('alice')) d, jsonb_array_elements(d.seats) WITH ORDINALITY AS e (seat, place)
ORDER BY e.place;
-- the guest and the box office
SELECT status, pay_by, refund_due FROM concert_booking.my_bookings(session_id => test.booker('gina'));
SELECT booking_number, status, pay_by, refund_due FROM concert_booking.find_bookings(customer_phone => '01012345678');

-- when pay_by comes, the booking is over
CALL test.set_clock('2040-05-01 12:34');
SELECT status FROM concert_booking.my_bookings(test.booker('alice'), status => 'pending');
CALL test.set_clock('2040-05-01 12:35');
SELECT booking_number FROM concert_booking.my_bookings(test.booker('alice'), status => 'pending');
SELECT booking_number, status, seat_numbers FROM concert_booking.my_bookings(test.booker('alice'), status => 'expired');
SELECT status FROM concert_booking.booking_detail('b0000000-0000-7000-8000-000000000002', test.booker('alice'));
SELECT status FROM concert_booking.my_bookings(session_id => test.booker('gina'));

-- put away, it is what it was
CREATE TEMP VIEW answers AS
SELECT 'my_bookings' AS what, to_jsonb(m) AS answer FROM concert_booking.my_bookings(test.booker('alice')) m
UNION ALL SELECT 'by status', to_jsonb(m) FROM concert_booking.my_bookings(test.booker('alice'), status => 'expired') m
UNION ALL SELECT 'office', to_jsonb(d) FROM concert_booking.find_bookings(customer_phone => '01012345678') d
UNION ALL SELECT 'detail', to_jsonb(d) FROM concert_booking.booking_detail('b0000000-0000-7000-8000-000000000001', test.booker('alice')) d;
CALL test.set_clock('2040-06-02');
CREATE TEMP TABLE before AS TABLE answers;
SELECT archived_bookings FROM concert_booking.archive_past_schedules('2040-06-01 21:00');
SELECT (SELECT count(*) FROM concert_booking.bookings) AS bookings, what, count(*) FROM answers GROUP BY what ORDER BY what;
(SELECT 'lost', * FROM before EXCEPT ALL SELECT 'lost', * FROM answers)
UNION ALL (SELECT 'new', * FROM answers EXCEPT ALL SELECT 'new', * FROM before);
-- put away by 0.1, which knew nothing of payment
UPDATE concert_booking.archived_bookings a
SET booking = a.booking - '{pay_by,paid_at,refund_ladder}'::text[],
	seats = (SELECT jsonb_agg(e.seat - '{price_type,cancellation_fee}'::text[] ORDER BY e.place) FROM jsonb_array_elements(a.seats) WITH ORDINALITY AS e (seat, place))
WHERE a.booking_number = 'NUMBER-6';
SELECT status, seat_numbers, pay_by, refund_due FROM concert_booking.my_bookings(test.booker('alice'), page_size => 1);
SELECT status, (seats -> 0) - 'seat_id' - 'ticket_code' AS seat FROM concert_booking.booking_detail('b0000000-0000-7000-8000-000000000006', test.booker('alice'));
-- what is still due of an archived booking is told until it has gone
DELETE FROM concert_booking.refunds_due WHERE booking_id = 'b0000000-0000-7000-8000-000000000005';
SELECT booking_number, refund_due FROM concert_booking.my_bookings(test.booker('alice')) WHERE booking_number IN ('NUMBER-1', 'NUMBER-5');
DROP VIEW answers;
DROP FUNCTION test.make;
