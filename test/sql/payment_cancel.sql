-- cancel_payment: a pending booking is given up; its seats are free at once, its money is due back.
\i test/fixtures/world.sql
\i test/fixtures/orders.sql
CREATE FUNCTION pg_temp.cancelling(arguments text) RETURNS text LANGUAGE sql AS $$
	SELECT test.raises(format('SELECT concert_booking.cancel_payment(%s)', arguments))
$$;
SELECT test.begin('alice', 'A-1', 'A-2') AS alices, test.begin('bob', 'B-1') AS bobs \gset

-- arguments, bookers; unknown and somebody else's are one answer
SELECT pg_temp.cancelling('NULL');
SELECT pg_temp.cancelling(quote_literal(:'alices'));
SELECT pg_temp.cancelling(format('%L, test.booker(''bob'')', :'alices'));
SELECT pg_temp.cancelling('test.concert(), test.booker(''bob'')') = pg_temp.cancelling(format('%L, test.booker(''bob'')', :'alices')) AS the_same,
	   pg_temp.cancelling(format('%L, session_id => test.booker(''bob'')', :'bobs')) = pg_temp.cancelling('test.concert(), test.booker(''bob'')') AS a_guest;
BEGIN READ ONLY;
SELECT pg_temp.cancelling(format('%L, test.booker(''alice'')', :'alices'));
ROLLBACK;

-- paid in part: that is due; another may have the seats at once
SELECT test.pay(:'alices', 100000, 'part');
CALL test.set_clock('2040-05-01 12:10');
SELECT status, seat_count, total_price, seat_numbers, to_char(cancelled_at, 'HH24:MI') AS cancelled, to_char(pay_by, 'HH24:MI') AS pay_by, refund_due
FROM concert_booking.cancel_payment(:'alices', test.booker('alice'));
SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-2'), test.booker('bob'));
SELECT * FROM test.orders;
SELECT * FROM test.taken;
SELECT * FROM test.events;
SELECT * FROM test.availability WHERE schedule = '1';
SELECT * FROM concert_booking.check_integrity();

-- again: the same answer; money that comes all the same is due back
SELECT status, refund_due FROM concert_booking.cancel_payment(:'alices', test.booker('alice'));
SELECT test.pay(:'alices', 300000, 'whole');
SELECT status, refund_due FROM concert_booking.cancel_payment(:'alices', test.booker('alice'));

-- what is confirmed, expired or was sold without a payment is not given up by it; of what
-- is over, a part-payment is due, whether or not it was tidied
SELECT test.pay(:'bobs', 120000, 'bob pays');
SELECT status, refund_due FROM concert_booking.cancel_payment(:'bobs', test.booker('bob'));
SELECT booking_id AS third FROM concert_booking.book_seats(test.seats('B-2'), test.booker('bob')) \gset
SELECT status FROM concert_booking.cancel_payment(:'third', test.booker('bob'));
SELECT test.begin('alice', 'B-3') AS fourth \gset
SELECT test.pay(:'fourth', 20000, 'part of it');
CALL test.set_clock('2040-05-01 12:50');
SELECT status, cancelled_at, refund_due FROM concert_booking.cancel_payment(:'fourth', test.booker('alice'));
SELECT status, cancelled_at, refund_due FROM concert_booking.cancel_booking(:'fourth', 'too late', test.booker('alice'));
SELECT booker, status, due FROM test.orders;

-- cancel_booking of a pending one does the same, and keeps the reason; the cut-off is for what was sold
SELECT test.begin('alice', 'B-4') AS fifth \gset
UPDATE concert_booking.concert_schedules SET cancel_until = '90 days' WHERE id = test.schedule();
SELECT test.raises(format('SELECT concert_booking.cancel_seats(%L, test.seats(''B-4''), NULL, test.booker(''alice''))', :'fifth'))
	= format(E'PT409 a payment is under way\n  DETAIL: {"reason": "payment_pending", "booking_id": "%s"}\n  HINT: Finish it, or give it up by cancel_payment().', :'fifth') AS refused;
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT test.pay(:'fifth', 119999, 'short by one');
SELECT status, refund_due FROM concert_booking.cancel_booking(:'fifth', 'cannot come', test.booker('alice'));
SELECT status, refund_due FROM concert_booking.cancel_booking(:'fifth', 'cannot come', test.booker('alice'));
COMMIT;
SELECT status, cancellation_reason FROM concert_booking.bookings WHERE id = :'fifth';
SELECT seat, status, held_by, sold_to FROM test.taken;
SELECT event_type, seat_count FROM test.events;
SELECT * FROM concert_booking.check_integrity();
