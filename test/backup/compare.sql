/*
 * What the buyers' ledgers (test/backup/client) say beside a restored database; psql
 * variables: ledger, a file; instant, in seconds. Prints what is wrong, one line a kind with
 * how many and an example; and at its end that it has compared.
 *
 * What was acknowledged before the instant is there, what was begun after it is not. What
 * was under way at the instant may be there or not.
 */
\set ON_ERROR_STOP on
SET client_min_messages = warning;
CREATE TEMP TABLE ledger (
	what text, began numeric, acknowledged numeric, booking_id uuid, booking_number text, booker uuid, reference text,
	amount bigint, seat_ids uuid[]);
SELECT format('\copy ledger FROM %L WITH (DELIMITER '' '')', :'ledger') AS copy \gset
:copy
CREATE TEMP TABLE done AS SELECT * FROM ledger WHERE acknowledged <= :instant;
CREATE TEMP TABLE coming AS SELECT * FROM ledger WHERE began > :instant;
CREATE INDEX ON ledger (booking_id);
ANALYZE ledger, done, coming;

CREATE TEMP TABLE sales AS
SELECT b.id, b.booking_number, b.user_id, b.idempotency_key, b.status, b.total_price,
	   array_agg(bs.seat_id ORDER BY bs.seat_id) AS seat_ids
FROM concert_booking.bookings b LEFT JOIN concert_booking.booking_seats bs ON bs.booking_id = b.id
GROUP BY b.id;
ANALYZE sales;

WITH findings AS (
	SELECT 'a booking is lost' AS finding, d.booking_number AS example
	FROM done d LEFT JOIN sales b ON b.id = d.booking_id
	WHERE d.what IN ('book', 'begin') AND b.id IS NULL
	UNION ALL
	SELECT 'a booking differs', d.booking_number
	FROM done d JOIN sales b ON b.id = d.booking_id
	WHERE d.what IN ('book', 'begin')
	  AND (b.booking_number, b.user_id, b.idempotency_key, b.total_price, b.seat_ids) IS DISTINCT FROM
		  (d.booking_number, d.booker, d.reference, d.amount, (SELECT array_agg(s ORDER BY s) FROM unnest(d.seat_ids) s))
	UNION ALL
	SELECT 'a booking of the time after', c.booking_number
	FROM coming c
	WHERE c.what IN ('book', 'begin')
	  AND (c.booking_id IN (SELECT b.id FROM sales b) OR c.booking_number IN (SELECT b.booking_number FROM sales b)
		   OR c.reference IN (SELECT b.idempotency_key FROM sales b))
	UNION ALL
	SELECT 'a cancellation is lost', d.booking_number
	FROM done d JOIN sales b ON b.id = d.booking_id
	WHERE d.what = 'cancel' AND b.status <> 'cancelled'
	UNION ALL
	SELECT 'cancelled, and nobody had asked for it', b.booking_number
	FROM sales b
	WHERE b.status = 'cancelled'
	  AND NOT EXISTS (SELECT FROM ledger l WHERE l.booking_id = b.id AND l.what = 'cancel' AND l.began <= :instant)
	UNION ALL
	SELECT 'sold and not confirmed', d.booking_number
	FROM done d JOIN sales b ON b.id = d.booking_id
	WHERE d.what IN ('book', 'pay') AND b.status NOT IN ('confirmed', 'cancelled')
	UNION ALL
	SELECT 'money is lost', d.reference
	FROM done d LEFT JOIN concert_booking.payments p
		ON p.booking_id = d.booking_id AND p.reference = d.reference AND p.amount = d.amount AND p.provider = 'toss'
		AND p.kind = CASE d.what WHEN 'pay' THEN 'charge' ELSE 'refund' END
	WHERE d.what IN ('pay', 'refund') AND p.booking_id IS NULL
	UNION ALL
	SELECT 'money of the time after', p.reference
	FROM coming c JOIN concert_booking.payments p ON p.reference = c.reference
	WHERE c.what IN ('pay', 'refund')
	UNION ALL
	SELECT 'too little was noted: ' || w.what, NULL
	FROM unnest('{book,begin,pay,cancel,refund}'::text[]) w (what)
	WHERE (SELECT count(*) FROM done d WHERE d.what = w.what) < 20
	   OR (SELECT count(*) FROM coming c WHERE c.what = w.what) < 5
)
SELECT f.finding, count(*), min(f.example) FROM findings f GROUP BY f.finding ORDER BY f.finding;
SELECT 'compared';
