-- Money comes while somebody's own SQL has changed what is being paid: it is recorded all the same, and never refused.
\i test/fixtures/world.sql
CREATE FUNCTION pg_temp.begin(who text, VARIADIC labels text[]) RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
	booking uuid;
BEGIN
	PERFORM concert_booking.hold_seats(test.seats(VARIADIC labels), test.booker(who));
	SELECT b.booking_id INTO booking
	FROM concert_booking.begin_payment(test.schedule(), test.booker(who), seat_ids => test.seats(VARIADIC labels)) b;
	RETURN booking;
END
$$;
CREATE FUNCTION pg_temp.pay(booking uuid, amount bigint, reference text) RETURNS TABLE (outcome text, status text, refund_due bigint)
LANGUAGE sql AS $$ SELECT p.outcome, p.status, p.refund_due FROM concert_booking.confirm_payment(booking, amount, 'bank', reference) p $$;

-- durations that are older than their bounds: a hold is refused, money is not
SELECT pg_temp.begin('alice', 'A-1') AS booking \gset
ALTER TABLE concert_booking.concert_schedules DROP CONSTRAINT IF EXISTS chk_concert_schedules_hold_bounds,
	DROP CONSTRAINT IF EXISTS chk_concert_schedules_cancel_bounds, DROP CONSTRAINT IF EXISTS chk_concert_schedules_payment_bounds;
UPDATE concert_booking.concert_schedules SET hold_duration = '-1 day', cancel_until = '-1 day', payment_window = '-1 day'
WHERE id = test.schedule();
SELECT split_part(test.raises($$SELECT concert_booking.hold_seat(test.seat('B-1'), test.booker('bob'))$$), E'\n', 1);
SELECT * FROM pg_temp.pay(:'booking', 150000, 'durations');
UPDATE concert_booking.concert_schedules SET hold_duration = NULL, cancel_until = NULL, payment_window = NULL;
SELECT concert_booking.create_tables();

-- in time: the performance was closed by hand, the money is for what was promised
SELECT pg_temp.begin('alice', 'A-2') AS booking \gset
UPDATE concert_booking.concerts SET status = 'cancelled';
UPDATE concert_booking.concert_schedules SET is_booking_open = false, booking_closes_at = '2040-01-01', max_seats_per_booker = 1;
SELECT * FROM pg_temp.pay(:'booking', 150000, 'closed');
UPDATE concert_booking.concerts SET status = 'active';
UPDATE concert_booking.concert_schedules SET is_booking_open = true, booking_closes_at = NULL, max_seats_per_booker = NULL;

-- in time: the hold was deleted, and with it the seat set free, which is claimed again
SELECT pg_temp.begin('alice', 'A-3') AS booking \gset
DELETE FROM concert_booking.temp_reservations WHERE seat_id = test.seat('A-3');
SELECT * FROM pg_temp.pay(:'booking', 150000, 'deleted');
SELECT * FROM test.taken;

-- in time: one of two seats was blocked: all of the money is due, the other seat free
SELECT pg_temp.begin('bob', 'B-1', 'B-2') AS booking \gset
SELECT * FROM pg_temp.pay(:'booking', 40000, 'part');
DELETE FROM concert_booking.temp_reservations WHERE seat_id = test.seat('B-2');
UPDATE concert_booking.seats SET status = 'unavailable' WHERE id = test.seat('B-2');
SELECT * FROM pg_temp.pay(:'booking', 200000, 'blocked');
SELECT amount FROM concert_booking.refunds_due WHERE booking_id = :'booking';
UPDATE concert_booking.seats SET status = 'available' WHERE id = test.seat('B-2');

-- in time: the seat belongs to another performance now
SELECT pg_temp.begin('bob', 'B-3') AS booking \gset
DELETE FROM concert_booking.temp_reservations WHERE seat_id = test.seat('B-3');
UPDATE concert_booking.seats SET concert_schedule_id = test.schedule(2), ordinal = 9 WHERE id = test.seat('B-3');
SELECT * FROM pg_temp.pay(:'booking', 120000, 'moved');
UPDATE concert_booking.seats SET concert_schedule_id = test.schedule(1), ordinal = 7 WHERE ordinal = 9;

-- in time: the total was lowered below what was paid in part
BEGIN;
SELECT pg_temp.begin('bob', 'A-4') AS booking \gset
SELECT * FROM pg_temp.pay(:'booking', 100000, 'first part');
UPDATE concert_booking.bookings SET total_price = 80000 WHERE id = :'booking';
SELECT * FROM pg_temp.pay(:'booking', 10, 'second part');
SELECT status, paid, refunded, due FROM concert_booking.payment_status(:'booking');
ROLLBACK;

-- the booking was deleted
SELECT pg_temp.begin('bob', 'B-1') AS booking \gset
DELETE FROM concert_booking.bookings WHERE id = :'booking';
SELECT * FROM pg_temp.pay(:'booking', 120000, 'gone');
DELETE FROM concert_booking.temp_reservations WHERE booking_id = :'booking';

-- without its unique index and its index of bookings the ledger has each charge once, too
BEGIN;
ALTER TABLE concert_booking.payments DROP CONSTRAINT unique_payment;
DROP INDEX concert_booking.idx_payments_booking_id;
SELECT * FROM pg_temp.pay(:'booking', 120000, 'gone');
SELECT * FROM pg_temp.pay(:'booking', 5, 'more');
SELECT * FROM pg_temp.pay(:'booking', 5, 'more');
SELECT reference, amount, outcome FROM concert_booking.payments WHERE booking_id = :'booking' ORDER BY reference;
SELECT amount FROM concert_booking.refunds_due WHERE booking_id = :'booking';
ROLLBACK;

SELECT * FROM test.taken;
SELECT * FROM concert_booking.check_integrity();
