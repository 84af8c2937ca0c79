-- What quote_cancellation() tells is what the cancellation does: the same bookings, asked and then cancelled.
\i test/fixtures/world.sql
UPDATE concert_booking.concert_schedules
SET refund_ladder = '{"steps": [{"hours": 240, "percent": 100}, {"hours": 24, "percent": 50}, {"hours": 1, "percent": 10}], "fee": 1000}', cancel_until = '30 minutes'
WHERE id = test.schedule(1);
INSERT INTO concert_booking.price_types (concert_id, code, name, percent_off) VALUES (test.concert(), 'child', 'Child', 33), (test.concert(), 'carer', 'Carer', 100);

-- 1: three seats at three prices, paid; 2: without a ladder; 3: not paid; 4: pending, paid in part
CREATE TABLE test.asked (n integer PRIMARY KEY, id uuid NOT NULL, who text NOT NULL);
SELECT concert_booking.hold_seats(test.seats('A-1', 'A-2', 'B-1'), test.booker('alice')) \g /dev/null
INSERT INTO test.asked SELECT 1, booking_id, 'alice' FROM concert_booking.begin_payment(test.schedule(), test.booker('alice'),
	price_types => jsonb_build_object(test.seat('A-1'), 'child', test.seat('A-2'), 'carer'));
SELECT p.outcome, p.status, p.refund_due, b.total_price
FROM test.asked a JOIN concert_booking.bookings b USING (id), concert_booking.confirm_payment(a.id, 220500, 'toss', 'p1') p WHERE a.n = 1;
SELECT concert_booking.hold_seats(ARRAY[test.seat('A-1', 2), test.seat('A-2', 2)], test.booker('alice')) \g /dev/null
INSERT INTO test.asked SELECT 2, booking_id, 'alice' FROM concert_booking.begin_payment(test.schedule(2), test.booker('alice'));
SELECT p.outcome, p.refund_due FROM test.asked a, concert_booking.confirm_payment(a.id, 300001, 'toss', 'p2') p WHERE a.n = 2;
INSERT INTO test.asked SELECT 3, booking_id, 'bob' FROM concert_booking.book_seats(test.seats('A-3', 'A-4'), test.booker('bob'));
SELECT concert_booking.hold_seats(test.seats('B-2', 'B-3'), test.booker('bob')) \g /dev/null
INSERT INTO test.asked SELECT 4, booking_id, 'bob' FROM concert_booking.begin_payment(test.schedule(), test.booker('bob'));
SELECT p.outcome, p.status FROM test.asked a, concert_booking.confirm_payment(a.id, 70000, 'toss', 'p4') p WHERE a.n = 4;

-- what a cancellation does, taken back again
CREATE FUNCTION test.cancelled(n integer, seats uuid[]) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	asked test.asked;
	done text;
BEGIN
	SELECT a.* INTO asked FROM test.asked a WHERE a.n = cancelled.n;
	CREATE TEMP TABLE lines ON COMMIT DROP AS
		SELECT bs.seat_id, bs.price, bs.active, bs.cancellation_fee FROM concert_booking.booking_seats bs WHERE bs.booking_id = asked.id;
	CREATE TEMP TABLE owed ON COMMIT DROP AS
		SELECT coalesce(sum(r.amount), 0) AS amount FROM concert_booking.refunds_due r WHERE r.booking_id = asked.id;
	IF seats IS NULL THEN
		PERFORM concert_booking.cancel_booking(asked.id, NULL, test.booker(asked.who));
	ELSE
		PERFORM concert_booking.cancel_seats(asked.id, seats, NULL, test.booker(asked.who));
	END IF;
	SELECT format('%s seats, %s due, %s kept',
		(SELECT count(*) FROM concert_booking.booking_seats bs JOIN concert_booking.seats s ON s.id = bs.seat_id
		 JOIN lines l ON l.seat_id = bs.seat_id
		 WHERE bs.booking_id = asked.id AND s.status = 'available' AND (l.active OR b.pay_by > test.now() AND b.paid_at IS NULL)),
		(SELECT coalesce(sum(r.amount), 0) FROM concert_booking.refunds_due r WHERE r.booking_id = asked.id) - (SELECT amount FROM owed),
		(SELECT coalesce(sum(bs.cancellation_fee), 0) FROM concert_booking.booking_seats bs WHERE bs.booking_id = asked.id)
			- (SELECT coalesce(sum(cancellation_fee), 0) FROM lines))
	INTO done FROM concert_booking.bookings b WHERE b.id = asked.id;
	RAISE EXCEPTION USING ERRCODE = 'ZZ000', MESSAGE = done;
EXCEPTION
	WHEN SQLSTATE 'ZZ000' THEN RETURN SQLERRM;
	WHEN SQLSTATE 'PT412' OR SQLSTATE 'PT409' THEN RETURN 'refused';
END
$$;
CREATE FUNCTION test.compared(n integer, seats uuid[] DEFAULT NULL) RETURNS text LANGUAGE sql AS $$
	SELECT CASE WHEN NOT q.is_cancellable THEN 'refused' ELSE format('%s seats, %s due, %s kept', q.seat_count, q.refund_due, q.cancellation_fee) END
		|| CASE WHEN test.cancelled($1, $2) = CASE WHEN q.is_cancellable THEN format('%s seats, %s due, %s kept', q.seat_count, q.refund_due, q.cancellation_fee) ELSE 'refused' END
				THEN '' ELSE ', but: ' || test.cancelled($1, $2) END
	FROM test.asked a, concert_booking.quote_cancellation(a.id, $2, test.booker(a.who)) q WHERE a.n = $1
$$;
CREATE VIEW test.answers AS
SELECT test.compared(1) AS three, test.compared(1, test.seats('A-1')) AS child, test.compared(1, test.seats('A-2', 'B-1')) AS carer_and_full,
	   test.compared(2) AS no_ladder, test.compared(2, ARRAY[test.seat('A-2', 2)]) AS one_of_it, test.compared(3) AS not_paid;
\x on
SELECT * FROM test.answers;
SELECT test.compared(4) AS pending, test.compared(4, test.seats('B-2')) AS one_of_it;
CALL test.set_clock('2040-05-30');
SELECT * FROM test.answers;
CALL test.set_clock('2040-06-01 12:00');
SELECT * FROM test.answers;
CALL test.set_clock('2040-06-01 18:15');
SELECT * FROM test.answers;
CALL test.set_clock('2040-06-01 18:30');
SELECT * FROM test.answers;
\x off
-- and when it is done, for good
CALL test.set_clock('2040-05-30');
SELECT q.refund_due AS quoted, r.refund_due AS due, r.status, r.seat_numbers, r.total_price
FROM test.asked a, concert_booking.quote_cancellation(a.id, test.seats('A-1'), test.booker('alice')) q,
	 concert_booking.cancel_seats(a.id, test.seats('A-1'), NULL, test.booker('alice')) r WHERE a.n = 1;
SELECT test.compared(1, test.seats('A-1', 'B-1')) AS the_others, test.compared(1, test.seats('A-1')) AS once_more;
SELECT q.refund_due AS quoted, r.refund_due AS due_in_all, r.status, r.seat_numbers, r.total_price
FROM test.asked a, concert_booking.quote_cancellation(a.id, NULL, test.booker('alice')) q, concert_booking.cancel_booking(a.id, NULL, test.booker('alice')) r WHERE a.n = 1;
SELECT q.seat_count, q.refund_due, q.is_cancellable FROM test.asked a, concert_booking.quote_cancellation(a.id, NULL, test.booker('alice')) q WHERE a.n = 1;
DROP VIEW test.answers;
DROP FUNCTION test.compared, test.cancelled;
DROP TABLE test.asked;
SELECT * FROM concert_booking.check_integrity();
