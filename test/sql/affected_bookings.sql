-- affected_bookings(): whom to tell after the last change of a schedule, and nobody else.
\i test/fixtures/world.sql
\i test/fixtures/orders.sql
CREATE FUNCTION test.affected(page_size integer DEFAULT 100, page_offset integer DEFAULT 0)
RETURNS TABLE (change text, who text, status text, phone text, email text, seats text[], before text, starts text, due bigint, total bigint)
LANGUAGE sql STABLE AS $$
	SELECT a.change, coalesce(k.name, a.customer_name), a.status, a.customer_phone, a.customer_email, a.seat_numbers,
		   to_char(a.previous_starts_at, 'MM-DD HH24:MI'), to_char(a.starts_at, 'MM-DD HH24:MI'), a.refund_due, a.total_count
	FROM concert_booking.affected_bookings(test.schedule(), $1, $2) WITH ORDINALITY a
	LEFT JOIN test.bookers k ON k.id = a.user_id ORDER BY a.ordinality
$$;

-- paid in part by one seat, sold to a guest, given back, about to be paid, not paid in time; and the other schedule
SELECT booking_id AS alices FROM concert_booking.book_seats(test.seats('A-2', 'A-1', 'A-3'), test.booker('alice')) \gset
SELECT test.pay(:'alices', 450000, 'charge 1');
SELECT seat_numbers FROM concert_booking.cancel_seats(:'alices', test.seats('A-3'), NULL, test.booker('alice'));
SELECT count(*) FROM concert_booking.book_seats(test.seats('B-1'), session_id => test.booker('gina'),
	customer_name => 'Gina', customer_phone => '010-1234-5678', customer_email => 'gina@example.com');
SELECT count(*) FROM concert_booking.book_seats(test.seats('B-2'), test.booker('bob')) b,
	concert_booking.cancel_booking(b.booking_id, 'other plans', test.booker('bob'));
SELECT test.begin('bob', 'B-2') IS NOT NULL AS is_over;
SELECT count(*) FROM concert_booking.book_seats(ARRAY[test.seat('A-1', 2)], test.booker('alice'));
CALL test.set_clock('2040-05-01 12:36');
SELECT test.begin('bob', 'B-3') IS NOT NULL AS pending;
SELECT * FROM test.affected();

SELECT affected_bookings FROM concert_booking.postpone_schedule(test.schedule(), '2040-07-01', '19:00');
SELECT * FROM test.affected();
-- who books afterwards knows the date
SELECT count(*) FROM concert_booking.book_seats(test.seats('B-4'), test.booker('bob'));
SELECT who, seats FROM test.affected();
-- who gives the booking back need not be told, nor who did not pay in time
SELECT count(*) FROM concert_booking.cancel_booking(:'alices', NULL, test.booker('alice'));
SELECT who, seats FROM test.affected();
CALL test.set_clock('2040-05-01 13:15');
SELECT who, seats FROM test.affected();
-- moved again: both that are left
SELECT affected_bookings FROM concert_booking.postpone_schedule(test.schedule(), '2040-07-02', '19:00');
SELECT who, seats, before, starts, total FROM test.affected();
SELECT who, total FROM test.affected(1);
SELECT who, total FROM test.affected(1, 1);
SELECT who, total FROM test.affected(1, 2);

-- cancelled: those that this has cancelled, with what goes back to them
SELECT test.pay(b.booking_id, b.total_price, 'cash') FROM concert_booking.find_bookings(booking_number =>
	(SELECT booking_number FROM concert_booking.bookings WHERE session_id = test.booker('gina'))) b;
SELECT * FROM concert_booking.cancel_schedule(test.schedule(), 'storm', dry_run => true);
SELECT who FROM test.affected();
SELECT * FROM concert_booking.cancel_schedule(test.schedule(), 'storm');
SELECT * FROM test.affected();
-- reinstated: nobody has a booking
SELECT * FROM concert_booking.reinstate_schedule(test.schedule());
SELECT count(*) FROM test.affected();
-- cancelled once more: those of this time
SELECT count(*) FROM concert_booking.book_seats(test.seats('A-1'), test.booker('alice'));
SELECT cancelled_bookings FROM concert_booking.cancel_schedule(test.schedule());
SELECT change, who, status, seats FROM test.affected();

-- arguments
\t on
SELECT test.raises('SELECT concert_booking.affected_bookings(NULL)');
SELECT test.raises($$SELECT concert_booking.affected_bookings('00000000-0000-0000-0000-000000000000')$$);
SELECT test.raises('SELECT concert_booking.affected_bookings(test.schedule(), 0)');
SELECT test.raises('SELECT concert_booking.affected_bookings(test.schedule(), 1001)');
SELECT test.raises('SELECT concert_booking.affected_bookings(test.schedule(), NULL)');
SELECT test.raises('SELECT concert_booking.affected_bookings(test.schedule(), 1, -1)');
\t off
SELECT * FROM concert_booking.check_integrity();
DROP FUNCTION test.affected;
