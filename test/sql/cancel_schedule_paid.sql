-- cancel_schedule() makes all that was paid due back: whole prices, part-payments, and no fee. The rows are made by hand.
\i test/fixtures/world.sql
UPDATE concert_booking.concert_schedules SET refund_ladder = '{"steps": [{"hours": 240, "percent": 100}, {"hours": 24, "percent": 50}], "fee": 1000}';

CREATE FUNCTION test.charge(uuid, won bigint, outcome text DEFAULT 'confirmed') RETURNS void LANGUAGE sql AS $$
	INSERT INTO concert_booking.payments (booking_id, kind, amount, provider, reference, outcome, actor)
	SELECT $1, 'charge', $2, 'toss', 'c' || count(*), $3, current_user FROM concert_booking.payments;
	UPDATE concert_booking.bookings b SET paid_at = test.now(), pay_by = test.now() + interval '35 minutes', refund_ladder = cs.refund_ladder
	FROM concert_booking.concert_schedules cs
	WHERE $3 = 'confirmed' AND b.id = $1 AND cs.id = b.concert_schedule_id
$$;
-- a pending booking with one seat, which is kept for it until pay_by
CREATE FUNCTION test.pend(uuid, who text, label text, pay_by timestamptz) RETURNS void LANGUAGE sql AS $$
	INSERT INTO concert_booking.bookings (id, user_id, concert_schedule_id, booking_number, status, seat_count, total_price, pay_by)
	SELECT $1, test.booker($2), test.schedule(), right($1::text, 1), 'pending', 1, s.price, $4 FROM concert_booking.seats s WHERE s.id = test.seat($3);
	INSERT INTO concert_booking.booking_seats (booking_id, seat_id, price, active) VALUES ($1, test.seat($3), NULL, false);
	INSERT INTO concert_booking.temp_reservations (seat_id, user_id, booking_id, expires_at) VALUES (test.seat($3), test.booker($2), $1, $4);
	UPDATE concert_booking.seats s SET status = 'temp_reserved', hold_expires_at = $4 WHERE s.id = test.seat($3)
$$;
-- alice has paid three seats and given one of them back; bob has paid one that costs nothing; gina has not paid
SELECT booking_id AS alices FROM concert_booking.book_seats(test.seats('A-1', 'A-2', 'A-3'), test.booker('alice')) \gset
SELECT booking_id AS bobs FROM concert_booking.book_seats(test.seats('A-4'), test.booker('bob')) \gset
SELECT booking_id AS ginas FROM concert_booking.book_seats(test.seats('B-1'), session_id => test.booker('gina'),
	customer_name => 'Gina', customer_phone => '010-1234-5678') \gset
\o /dev/null
SELECT test.charge(:'alices', 450000);
UPDATE concert_booking.booking_seats SET active = false, cancellation_fee = 1000 WHERE seat_id = test.seat('A-2');
UPDATE concert_booking.seats SET status = 'available' WHERE id = test.seat('A-2');
UPDATE concert_booking.bookings SET seat_count = 2, total_price = 300000 WHERE id = :'alices';
INSERT INTO concert_booking.refunds_due (booking_id, amount, claimed_until) VALUES (:'alices', 149000, '2040-05-01 12:10');
UPDATE concert_booking.booking_seats SET price = 0, price_type = 'carer' WHERE booking_id = :'bobs';
UPDATE concert_booking.bookings SET total_price = 0, paid_at = test.now() WHERE id = :'bobs';
-- pending: paid in part, of which some went back; nothing paid; over, paid in part
SELECT test.pend('b0000000-0000-7000-8000-000000000001', 'alice', 'B-2', '2040-05-01 12:35');
SELECT test.charge('b0000000-0000-7000-8000-000000000001', 70000, 'amount_short'), test.charge('b0000000-0000-7000-8000-000000000001', 20000, 'amount_short');
INSERT INTO concert_booking.payments (booking_id, kind, amount, provider, reference, outcome, actor)
VALUES ('b0000000-0000-7000-8000-000000000001', 'refund', 5000, 'toss', 'r1', 'recorded', current_user);
SELECT test.pend('b0000000-0000-7000-8000-000000000002', 'bob', 'B-3', '2040-05-01 12:35');
SELECT test.pend('b0000000-0000-7000-8000-000000000003', 'bob', 'B-4', '2040-05-01 11:59');
SELECT test.charge('b0000000-0000-7000-8000-000000000003', 1, 'amount_short');
-- cancelled before, with something due; and one of the other schedule
INSERT INTO concert_booking.bookings (id, user_id, concert_schedule_id, booking_number, status, seat_count, total_price, cancelled_at, cancellation_reason)
VALUES ('b0000000-0000-7000-8000-000000000004', test.booker('bob'), test.schedule(), '4', 'cancelled', 1, 150000, '2040-05-01', 'ill');
INSERT INTO concert_booking.booking_seats (booking_id, seat_id, price, active, cancellation_fee)
VALUES ('b0000000-0000-7000-8000-000000000004', test.seat('A-2'), 150000, false, 75000);
INSERT INTO concert_booking.refunds_due (booking_id, amount) VALUES ('b0000000-0000-7000-8000-000000000004', 75000);
SELECT test.charge(b.booking_id, 150000) FROM concert_booking.book_seats(ARRAY[test.seat('A-1', 2)], test.booker('alice')) b;
\o
CREATE VIEW test.money AS
SELECT right(b.concert_schedule_id::text, 1) AS schedule, k.name AS booker, b.status, b.seat_count, b.total_price, b.cancellation_reason AS reason,
	   (SELECT string_agg(concat_ws(' ', s.seat_number, bs.price, CASE WHEN bs.active THEN 'active' END, 'fee ' || bs.cancellation_fee), ', ' ORDER BY s.ordinal)
		FROM concert_booking.booking_seats bs JOIN concert_booking.seats s ON s.id = bs.seat_id WHERE bs.booking_id = b.id) AS lines,
	   r.amount AS due, r.claimed_until IS NOT NULL AS claimed
FROM concert_booking.bookings b
JOIN test.bookers k ON k.id = coalesce(b.user_id, b.session_id)
LEFT JOIN concert_booking.refunds_due r ON r.booking_id = b.id
ORDER BY 1, 2, 3, 4, 5, 7;
SELECT * FROM test.money;

-- a booker would pay the fee of each seat; the house does not ask for it
CALL test.set_clock('2040-05-01 12:05');
SELECT * FROM concert_booking.cancel_schedule(test.schedule(1), 'the singer is ill');
SELECT * FROM test.money;
SELECT schedule, seat, status, held_by, sold_to FROM test.taken;
SELECT * FROM test.availability;
SELECT event_type, seat_count, detail FROM concert_booking.booking_events
WHERE concert_schedule_id = test.schedule(1) AND event_type IN ('booking_cancelled', 'schedule_cancelled') ORDER BY event_type, seat_count, booking_id;
-- paid = kept + due + gone back, of every booking that was paid
SELECT b.booking_number = '1' AS in_part, p.paid, f.kept, r.amount AS due, p.refunded
FROM concert_booking.bookings b
JOIN LATERAL (SELECT sum(amount) FILTER (WHERE kind = 'charge') AS paid, coalesce(sum(amount) FILTER (WHERE kind = 'refund'), 0) AS refunded
			  FROM concert_booking.payments WHERE booking_id = b.id) p ON p.paid IS NOT NULL
JOIN LATERAL (SELECT coalesce(sum(cancellation_fee), 0) AS kept FROM concert_booking.booking_seats WHERE booking_id = b.id) f ON true
LEFT JOIN concert_booking.refunds_due r ON r.booking_id = b.id
WHERE b.concert_schedule_id = test.schedule(1) AND b.status = 'cancelled' ORDER BY p.paid;

-- a second call owes nothing more
SELECT * FROM concert_booking.cancel_schedule(test.schedule(1), 'again');
SELECT sum(amount) AS due, count(*) FROM concert_booking.refunds_due;
-- all of it or nothing: what cannot be finished owes nothing
ALTER TABLE concert_booking.concert_schedules ADD CONSTRAINT takes_place CHECK (status <> 'cancelled') NOT VALID;
SELECT split_part(test.raises($$SELECT concert_booking.cancel_schedule(test.schedule(2))$$), E'\n', 1);
SELECT status, due FROM test.money WHERE schedule = '2';
ALTER TABLE concert_booking.concert_schedules DROP CONSTRAINT takes_place;
-- after the start as before
CALL test.set_clock('2040-06-02 20:00');
SELECT * FROM concert_booking.cancel_schedule(test.schedule(2));
SELECT status, seat_count, total_price, lines, due FROM test.money WHERE schedule = '2';
DROP VIEW test.money;
DROP FUNCTION test.charge, test.pend;
