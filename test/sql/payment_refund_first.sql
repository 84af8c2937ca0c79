-- A refund is reported before its charge is, or for money that never came: the booking can be paid and given up all the same.
\i test/fixtures/world.sql
CREATE FUNCTION pg_temp.begin(who text, label text) RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
	booking uuid;
BEGIN
	PERFORM concert_booking.hold_seat(test.seat(label), test.booker(who));
	SELECT b.booking_id INTO booking FROM concert_booking.begin_payment(test.schedule(), test.booker(who)) b;
	PERFORM concert_booking.record_refund(booking, 1000, 'bank', 'refund of ' || label);
	RETURN booking;
END
$$;
CREATE FUNCTION pg_temp.pay(booking uuid, amount bigint, reference text) RETURNS TABLE (outcome text, status text, refund_due bigint)
LANGUAGE sql AS $$ SELECT p.outcome, p.status, p.refund_due FROM concert_booking.confirm_payment(booking, amount, 'bank', reference) p $$;
CREATE VIEW pg_temp.sums AS
SELECT s.status, s.paid, s.refunded, s.due
FROM concert_booking.bookings b CROSS JOIN LATERAL concert_booking.payment_status(b.id) s ORDER BY b.created_at, b.id;

-- in time: what went back has to come in once more
SELECT pg_temp.begin('alice', 'A-1') AS booking \gset
SELECT * FROM pg_temp.pay(:'booking', 150000, 'price');
SELECT * FROM pg_temp.pay(:'booking', 1000, 'rest');

-- given up
SELECT pg_temp.begin('bob', 'A-2') AS booking \gset
SELECT status, refund_due FROM concert_booking.cancel_payment(:'booking', test.booker('bob'));

-- late: too little, then the whole price
SELECT pg_temp.begin('bob', 'A-3') AS booking \gset
CALL test.set_clock('2040-05-01 13:00');
SELECT * FROM pg_temp.pay(:'booking', 1000, 'late');
SELECT * FROM pg_temp.pay(:'booking', 150000, 'late price');

-- for no booking
SELECT outcome, status, refund_due FROM concert_booking.record_refund(test.concert(), 30, 'bank', 'refund for nobody');
SELECT * FROM pg_temp.pay(test.concert(), 50, 'for nobody');
SELECT paid, refunded, due FROM concert_booking.payment_status(test.concert());

-- sent back at the provider's office before it was cancelled here: some of the seats, the rest, all
SELECT booking_id AS booking FROM concert_booking.book_seats(test.seats('B-1', 'B-2'), test.booker('alice')) \gset
SELECT * FROM pg_temp.pay(:'booking', 240000, 'B-1 and B-2');
SELECT outcome, status, refund_due FROM concert_booking.record_refund(:'booking', 140000, 'bank', 'by the office');
SELECT seat_count, refund_due, cancellation_fee FROM concert_booking.quote_cancellation(:'booking', test.seats('B-1'), test.booker('alice'));
SELECT seat_count, refund_due, cancellation_fee FROM concert_booking.quote_cancellation(:'booking', NULL, test.booker('alice'));
SELECT status, refund_due FROM concert_booking.cancel_seats(:'booking', test.seats('B-1'), user_id => test.booker('alice'));
SELECT seat_count, refund_due, cancellation_fee FROM concert_booking.quote_cancellation(:'booking', NULL, test.booker('alice'));
SELECT status, refund_due FROM concert_booking.cancel_booking(:'booking', user_id => test.booker('alice'));
SELECT paid, refunded, due FROM concert_booking.payment_status(:'booking');
SELECT booking_id AS booking FROM concert_booking.book_seats(test.seats('B-3'), test.booker('alice')) \gset
SELECT * FROM pg_temp.pay(:'booking', 120000, 'B-3');
SELECT outcome, status, refund_due FROM concert_booking.record_refund(:'booking', 100000, 'bank', 'of B-3');
BEGIN;
SELECT cancelled_bookings FROM concert_booking.cancel_schedule(test.schedule());
SELECT paid, refunded, due FROM concert_booking.payment_status(:'booking');
ROLLBACK;
SELECT status, refund_due FROM concert_booking.cancel_booking(:'booking', user_id => test.booker('alice'));

-- swept
SELECT pg_temp.begin('bob', 'A-4') AS booking \gset
CALL test.set_clock('2040-05-01 14:00');
SELECT expired_bookings FROM concert_booking.expire_bookings();

-- the ledger has all of it, and whoever looks is told where more went back than came in
SELECT * FROM pg_temp.sums;
SELECT invariant, detail FROM concert_booking.check_integrity() ORDER BY detail;
