-- Upkeep and money: what was not paid in time is purged and archived too, and what is due stays due.
\i test/fixtures/world.sql
\i test/fixtures/payments.sql

-- 1 was paid, at a price type and with a refund ladder; 2 was paid and cancelled for a fee; 3 and 4 were not paid in
-- time, 4 was paid in part; 5 can still be paid; 6 was sold without a payment
CALL test.pend(1, 'gina', '2040-05-01 12:35', 'A-1');
CALL test.charge(1, 150000, '1', 'confirmed');
CALL test.sell(1);
UPDATE concert_booking.booking_seats SET price_type = 'child' WHERE booking_id = test.booking(1);
UPDATE concert_booking.bookings SET refund_ladder = '{"steps": [{"hours": 24, "percent": 50}]}' WHERE id = test.booking(1);
CALL test.pend(2, 'alice', '2040-05-01 12:35', 'A-2', 'A-3');
CALL test.charge(2, 300000, '2', 'confirmed');
CALL test.sell(2);
UPDATE concert_booking.booking_seats SET active = false, cancellation_fee = 50000 WHERE booking_id = test.booking(2);
UPDATE concert_booking.bookings SET status = 'cancelled', cancelled_at = test.now() WHERE id = test.booking(2);
UPDATE concert_booking.seats SET status = 'available' WHERE id = ANY (test.seats('A-2', 'A-3'));
CALL test.owe(2, 200000);
CALL test.pend(3, 'alice', '2040-05-01 12:35', 'A-4');
CALL test.pend(4, 'bob', '2040-05-01 12:35', 'B-1');
CALL test.charge(4, 20000, '4');
CALL test.pend(5, 'hugo', '2040-05-03 12:00', 'B-2');
SELECT seat_count FROM concert_booking.book_seats(test.seats('B-3'), test.booker('bob'));

-- nobody has swept; purge what was over before 12:35 on the first of May, then what was over before the second
CALL test.set_clock('2040-05-02 12:00');
SELECT * FROM concert_booking.purge_cancelled_bookings('2040-05-01 12:35');
SELECT n, stored, paid, refunded, due FROM test.money;
SELECT * FROM concert_booking.purge_cancelled_bookings('2040-05-02');
SELECT * FROM concert_booking.purge_cancelled_bookings('2040-05-02');
-- 2 and 4 stay as long as something is due
SELECT n, stored, paid, refunded, due FROM test.money;
SELECT count(*) FROM concert_booking.booking_seats bs JOIN concert_booking.bookings b ON b.id = bs.booking_id WHERE b.id = test.booking(3);
SELECT detail FROM concert_booking.booking_events WHERE event_type = 'bookings_purged';
SELECT * FROM concert_booking.check_integrity();

-- the schedule is over, and 7 was to be paid until its start: archived as expired, its part-payment due
CALL test.set_clock('2040-06-01 18:00');
SELECT * FROM concert_booking.expire_holds();
CALL test.pend(7, 'alice', '2040-06-01 19:00', 'A-4', 'B-4');
CALL test.charge(7, 30000, '7');
CALL test.set_clock('2040-06-01 22:00');
SELECT refreshed_concerts FROM concert_booking.refresh_popularity();
CREATE TEMP TABLE before AS
SELECT b.id, p.status, p.total_price, p.pay_by, p.paid, p.refunded, p.due
FROM concert_booking.bookings b, concert_booking.payment_status(b.id) p;
CREATE TEMP TABLE row_before AS SELECT to_jsonb(b) AS booking FROM concert_booking.bookings b;
SELECT n, stored, status, due FROM test.money;
SELECT * FROM concert_booking.archive_past_schedules('2040-06-01 20:00');
SELECT test.number_of(id) AS n, status, seat_count, total_price, cancelled_at IS NOT NULL AS is_cancelled
FROM concert_booking.archived_bookings WHERE id BETWEEN test.booking(1) AND test.booking(9) ORDER BY id;
SELECT * FROM test.queue;
SELECT event_type, seat_count, names_booking FROM test.events WHERE event_type IN ('booking_expired', 'schedule_archived')
ORDER BY event_type, seat_count;
-- the booking that was sold counts for its concert, before and after
SELECT popularity, counted_bookings FROM concert_booking.concerts;
SELECT refreshed_concerts FROM concert_booking.refresh_popularity();
SELECT popularity FROM concert_booking.concerts;
-- payment_status() answers what it did, and no column is lost; 5 and 7 have become expired
(SELECT 'lost', * FROM before EXCEPT ALL
 SELECT 'lost', b.id, p.status, p.total_price, p.pay_by, p.paid, p.refunded, p.due FROM before b, concert_booking.payment_status(b.id) p);
SELECT test.number_of((b.booking ->> 'id')::uuid) AS n, k.key, b.booking -> k.key AS was, a.booking -> k.key AS is
FROM row_before b JOIN concert_booking.archived_bookings a ON a.id = (b.booking ->> 'id')::uuid
CROSS JOIN LATERAL jsonb_object_keys(b.booking || a.booking) AS k (key)
WHERE b.booking -> k.key IS DISTINCT FROM a.booking -> k.key AND k.key <> 'updated_at' ORDER BY 1, 2;
SELECT test.number_of(a.id) AS n, a.booking -> 'refund_ladder' AS refund_ladder, a.booking ->> 'paid_at' IS NOT NULL AS is_paid,
	   s.seat ->> 'seat_number' AS seat, s.seat -> 'price_type' AS price_type, s.seat -> 'cancellation_fee' AS fee, s.seat -> 'active' AS active
FROM concert_booking.archived_bookings a, jsonb_array_elements(a.seats) AS s (seat)
WHERE a.id BETWEEN test.booking(1) AND test.booking(7) ORDER BY 1, 4;
SELECT * FROM concert_booking.check_integrity();

-- what is due goes back from the archive as well, and then it is purged: 5 at once, 2, 4 and 7 afterwards
SELECT * FROM concert_booking.purge_cancelled_bookings('2040-06-01 21:00');
SELECT test.number_of(id) AS n FROM concert_booking.archived_bookings WHERE status <> 'confirmed' ORDER BY 1;
SELECT test.number_of(booking_id) AS n, amount, charges FROM concert_booking.due_refunds();
SELECT r.status, r.refund_due FROM (VALUES (2, 200000), (4, 20000), (7, 30000)) AS d (n, amount),
	concert_booking.record_refund(test.booking(d.n), d.amount, 'toss', 'refund ' || d.n) r ORDER BY d.n;
SELECT * FROM concert_booking.purge_cancelled_bookings('2040-06-01 18:30', 1);
SELECT * FROM concert_booking.purge_cancelled_bookings('2040-06-01 18:30');
SELECT test.number_of(id) AS n FROM concert_booking.archived_bookings WHERE status <> 'confirmed' ORDER BY 1;
SELECT * FROM concert_booking.purge_cancelled_bookings('2040-06-01 21:00');
SELECT status, count(*) FROM concert_booking.archived_bookings GROUP BY 1;
-- the ledger knows them still
SELECT test.number_of(booking_id) AS n, status, total_price, pay_by, paid, refunded, due
FROM unnest('{2,4,7}'::integer[]) n, concert_booking.payment_status(test.booking(n)) ORDER BY n;
SELECT * FROM concert_booking.check_integrity();
