-- sales_report() and schedule_report(): a performance with every kind of line, added up a second
-- time from the seats and booking by booking; and the same numbers out of the archive.
\i test/fixtures/world.sql
\i test/fixtures/orders.sql
INSERT INTO concert_booking.price_types (concert_id, code, name, percent_off) VALUES (test.concert(), 'child', 'Child', 50);
UPDATE concert_booking.concert_schedules
SET refund_ladder = '{"steps": [{"hours": 24, "percent": 60}], "fee": 1000}' WHERE id = test.schedule();

-- 1 May: alice pays for three seats, one of them a child's; a free seat, and one that is not paid through the ledger
SELECT count(*) AS held FROM concert_booking.hold_seats(test.seats('A-1', 'A-2', 'B-1'), test.booker('alice'));
SELECT booking_id AS alices FROM concert_booking.begin_payment(test.schedule(), test.booker('alice'),
	price_types => jsonb_build_object(test.seat('B-1'), 'child')) \gset
SELECT test.pay(:'alices', 360000, 'charge 1');
SELECT total_price FROM concert_booking.book_seats(test.seats('B-2'), test.booker('bob'), free_reason => 'Press');
SELECT booking_id AS hugos FROM concert_booking.book_seats(test.seats('B-3', 'A-4'), session_id => test.booker('hugo'), customer_name => 'Hugo', customer_phone => '010-1234-5678') \gset
-- bob pays a part of a seat, and not in time
SELECT test.begin('bob', 'A-3') AS bobs \gset
SELECT test.pay(:'bobs', 50000, 'charge 2');
-- 2 May: alice gives one seat back, and part of what is due goes back; hugo cancels both of his
CALL test.set_clock('2040-05-02 12:00');
SELECT refund_due FROM concert_booking.cancel_seats(:'alices', test.seats('A-2'), user_id => test.booker('alice'));
SELECT status FROM concert_booking.cancel_booking(:'hugos', session_id => test.booker('hugo'));
SELECT outcome, refund_due FROM concert_booking.record_refund(:'alices', 50000, 'toss', 'refund 1');
-- gina buys a seat that hugo gave back, bob is paying for another one, and alice has come
SELECT total_price FROM concert_booking.book_seats(test.seats('B-3'), session_id => test.booker('gina'), customer_name => 'Gina', customer_phone => '010-1234-5678');
SELECT test.begin('bob', 'B-4') AS pending \gset
UPDATE concert_booking.booking_seats SET checked_in_at = test.now(), gate = 'North' WHERE booking_id = :'alices' AND active;
-- the other performance has one seat sold
SELECT total_price FROM concert_booking.book_seats(ARRAY[test.seat('A-2', 2)], test.booker('bob'));

CREATE VIEW test.sales AS
SELECT right(r.concert_schedule_id::text, 1) AS schedule, r.sale_date, r.seat_grade, r.price_type, r.status, r.seat_count, r.amount, r.cancellation_fees, r.free_seats, r.total_count
FROM concert_booking.sales_report(concert_id => test.concert()) r;
CREATE VIEW test.house AS
SELECT right(r.concert_schedule_id::text, 1) AS schedule, r.concert_date, r.concert_time, r.seat_grade, r.total_seats, r.sold_seats, r.pending_seats, r.checked_in_seats,
	   r.free_seats, r.occupancy_percent, r.amount, r.cancellation_fees, r.paid, r.refunded, r.refund_due, r.total_count
FROM concert_booking.schedule_report(concert_id => test.concert()) r;
SELECT * FROM test.sales;
SELECT * FROM test.house;
-- one schedule has the same rows as in the report of its concert
SELECT count(*) AS different FROM (
	SELECT to_jsonb(r) - 'total_count' FROM concert_booking.sales_report(test.schedule()) r
	EXCEPT SELECT to_jsonb(r) - 'total_count' FROM concert_booking.sales_report(concert_id => test.concert()) r) d;
SELECT count(*) AS different FROM (
	SELECT to_jsonb(r) - 'total_count' FROM concert_booking.schedule_report(test.schedule()) r
	EXCEPT SELECT to_jsonb(r) - 'total_count' FROM concert_booking.schedule_report(concert_id => test.concert()) r) d;

-- the second way: from the seats, and from payment_status() of one booking after the other
SELECT count(*) FILTER (WHERE s.status = 'reserved') = max(r.sold_seats) AS sold, count(*) = max(r.total_seats) AS seats,
	   count(*) FILTER (WHERE s.status = 'temp_reserved' AND s.hold_expires_at > test.now()) = max(r.pending_seats) AS pending
FROM concert_booking.seats s, concert_booking.schedule_report(test.schedule()) r
WHERE s.concert_schedule_id = test.schedule() AND r.seat_grade IS NULL;
SELECT sum(p.paid) = max(r.paid) AS paid, sum(p.refunded) = max(r.refunded) AS refunded, sum(p.due) = max(r.refund_due) AS due
FROM concert_booking.schedule_report(test.schedule()) r, concert_booking.bookings b CROSS JOIN LATERAL concert_booking.payment_status(b.id) p
WHERE b.concert_schedule_id = test.schedule() AND r.seat_grade IS NULL;
SELECT sum(b.total_price) FILTER (WHERE b.status = 'confirmed') = max(r.amount) AS amount,
	   sum(b.seat_count) FILTER (WHERE b.status = 'confirmed') = max(r.sold_seats) AS sold_seats,
	   sum(b.seat_count) FILTER (WHERE b.free_reason IS NOT NULL) = max(r.free_seats) AS free_seats
FROM concert_booking.schedule_report(test.schedule()) r, concert_booking.bookings b
WHERE b.concert_schedule_id = test.schedule() AND r.seat_grade IS NULL;
-- what was paid, and is neither back nor due, is what was sold for it and what was kept
SELECT r.paid - r.refunded - r.refund_due = (SELECT sum(b.total_price) FROM concert_booking.bookings b WHERE b.paid_at IS NOT NULL) + r.cancellation_fees AS adds_up
FROM concert_booking.schedule_report(test.schedule()) r WHERE r.seat_grade IS NULL;
-- the two reports agree with each other
SELECT count(*) AS different FROM (
	SELECT r.seat_grade, r.sold_seats, r.pending_seats, r.free_seats, r.amount, r.cancellation_fees
	FROM concert_booking.schedule_report(test.schedule()) r WHERE r.seat_grade IS NOT NULL
	EXCEPT
	SELECT r.seat_grade, coalesce(sum(r.seat_count) FILTER (WHERE r.status = 'confirmed'), 0), coalesce(sum(r.seat_count) FILTER (WHERE r.status = 'pending'), 0),
		   coalesce(sum(r.free_seats) FILTER (WHERE r.status = 'confirmed'), 0), coalesce(sum(r.amount) FILTER (WHERE r.status = 'confirmed'), 0), sum(r.cancellation_fees)
	FROM concert_booking.sales_report(test.schedule()) r GROUP BY 1) d;
SELECT * FROM concert_booking.check_integrity();

-- the grade is the one that was sold; a line of 0.1 has none, and its seat tells it
UPDATE concert_booking.seats SET seat_grade = 'VIP' WHERE id = ANY (test.seats('A-1', 'B-1'));
UPDATE concert_booking.booking_seats SET seat_grade = NULL WHERE seat_id = test.seat('A-1');
SELECT seat_grade, total_seats, sold_seats, amount FROM test.house WHERE schedule = '1';

-- out of the archive: the same, but that the pending booking has expired
CREATE TABLE test.before AS SELECT * FROM test.sales WHERE schedule = '1';
CREATE TABLE test.house_before AS SELECT * FROM test.house WHERE schedule = '1';
CALL test.set_clock('2040-06-01 20:00');
CREATE TABLE test.evening AS SELECT * FROM test.house WHERE schedule = '1';
SET client_min_messages = warning;
SELECT archived_schedules, archived_bookings FROM concert_booking.archive_past_schedules('2040-06-01 20:00');
SELECT * FROM test.sales WHERE schedule = '1' EXCEPT SELECT * FROM test.before ORDER BY 1, 2, 3, 4, 5;
SELECT * FROM test.evening EXCEPT SELECT * FROM test.house;
SELECT seat_grade, pending_seats, paid, refunded, refund_due FROM test.house_before WHERE seat_grade IS NULL
UNION ALL SELECT seat_grade, pending_seats, paid, refunded, refund_due FROM test.house WHERE schedule = '1' AND seat_grade IS NULL;
SELECT schedule, seat_grade, sold_seats FROM test.house;
SELECT * FROM concert_booking.check_integrity();
DROP VIEW test.sales, test.house;
DROP TABLE test.before, test.house_before, test.evening;
