/*
 * world.sql - what buyers pay for (buyer.c counts on these numbers).
 *
 *   seat n       00000000-0000-7000-8000-(100000000000 + n)
 *   schedule s   00000000-0000-7000-9000-(100000000000 + s)
 *
 * Schedules 0 to 7 are hot: 60 seats each, numbers 60 s to 60 s + 59, whose payments
 * have 100 to 275 ms. The others are cold: 1,000 seats each, from number 100000 on, whose
 * payments have 200 ms in every fourth, in most others 20 seconds. Every second has a limit, every
 * third a ladder that keeps something, every fifth asks for payment. Variable seats: how
 * many cold ones, in thousands.
 */
\set ON_ERROR_STOP on
BEGIN;

INSERT INTO concert_booking.venues (id, name, address)
VALUES ('00000000-0000-4000-a000-000000000001', 'hall', 'here');
INSERT INTO concert_booking.concerts (id, venue_id, title)
VALUES ('00000000-0000-4000-a000-000000000002', '00000000-0000-4000-a000-000000000001', 'payments');

INSERT INTO concert_booking.concert_schedules
	(id, concert_id, concert_date, concert_time, hold_duration, max_seats_per_booker, payment_required,
	 payment_window, refund_ladder)
SELECT ('00000000-0000-7000-9000-' || 100000000000 + s)::uuid, '00000000-0000-4000-a000-000000000002',
	   current_date + 30 + s, '19:00',
	   CASE WHEN s < 8 THEN interval '1 second' ELSE interval '1 minute' END,
	   CASE WHEN s % 2 = 0 THEN 4 END,
	   s % 5 = 0,
	   CASE WHEN s < 8 THEN (100 + 25 * s) * interval '1 ms' WHEN s % 4 = 0 THEN interval '200 ms'
			WHEN s % 7 <> 0 THEN interval '20 seconds' END,
	   CASE WHEN s % 3 = 0 THEN '{"steps": [{"hours": 800000, "percent": 100}, {"hours": 24, "percent": 70}], "fee": 1000}'::jsonb END
FROM generate_series(0, 7 + :seats) s;

INSERT INTO concert_booking.seats (id, concert_schedule_id, seat_number, seat_grade, price, ordinal)
SELECT ('00000000-0000-7000-8000-' || 100000000000 + p.first + n)::uuid,
	   ('00000000-0000-7000-9000-' || 100000000000 + p.s)::uuid, 'S-' || n, 'S', 30000 + n % 7 * 1001, n + 1
FROM (SELECT s, s * 60 AS first, 60 AS size FROM generate_series(0, 7) s
	  UNION ALL
	  SELECT s, 100000 + (s - 8) * 1000, 1000 FROM generate_series(8, 7 + :seats) s) p,
	 generate_series(0, p.size - 1) n
ORDER BY p.s, n;

COMMIT;
VACUUM ANALYZE;
