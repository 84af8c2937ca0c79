/*
 * world.sql - a small, crowded world for the history checker.
 *
 * Terms are short so that holds lapse all the time, seats are few so that
 * clients meet. Variable closing: until booking of the second schedule closes, in
 * hundredths of a second (0: it never does). Variable terms: "short", or "long" where
 * something crashes: four of the six schedules then have holds that outlive every crash, so
 * that a lost one is missed. The last schedule is the one that is cancelled as a whole.
 * Pending bookings are over as soon as holds; what comes back of a paid seat differs
 * from schedule to schedule.
 *
 * Variables homes and home, where several servers have the world together: this one is
 * number home of so many (from 0), and has every so manyth schedule. The catalogue (world_catalogue.sql)
 * is there.
 */
\set ON_ERROR_STOP on
\if :{?homes}
\else
\set homes 1
\set home 0
\endif
BEGIN;

INSERT INTO concert_booking.concert_schedules
	(concert_id, concert_date, concert_time, hold_duration, max_seats_per_booker,
	 booking_closes_at, payment_window, refund_ladder)
SELECT '00000000-0000-4000-a000-000000000002', current_date + 30, make_time(w.hour, 0, 0),
	   CASE WHEN :'terms' = 'long' THEN w.long_term ELSE w.term END, w.seat_limit,
	   CASE WHEN w.hour = 1 AND :closing > 0 THEN clock_timestamp() + :closing * interval '10 ms' END,
	   CASE WHEN :'terms' = 'long' THEN 8 ELSE 1 END * w.kept, w.ladder::jsonb
FROM (VALUES (0, interval '30 ms', interval '30 s', NULL, interval '80 ms', NULL),
			 (1, interval '70 ms', interval '70 ms', NULL, interval '150 ms', NULL),
			 (2, interval '60 ms', interval '30 s', 4, interval '100 ms',
			  '{"steps": [{"hours": 240, "percent": 90}, {"hours": 24, "percent": 50}], "fee": 1000}'),
			 (3, interval '120 ms', interval '120 ms', 7, interval '250 ms',
			  '{"steps": [{"hours": 10, "percent": 33}, {"hours": 1000, "percent": 100}]}'),
			 (4, interval '500 ms', interval '30 s', NULL, interval '60 ms',
			  '{"steps": [{"hours": 1000, "percent": 100}]}'),
			 (5, interval '90 ms', interval '30 s', NULL, interval '200 ms',
			  '{"steps": [{"hours": 0, "percent": 100}], "fee": 2500}'))
	 AS w (hour, term, long_term, seat_limit, kept, ladder)
WHERE w.hour % :homes = :home;

/*
 * Five rows of eight seats. Row A has one grade and no aisle; an aisle divides row
 * B, a grade row C, the edge of the balcony row D. Within a row the price rises.
 */
INSERT INTO concert_booking.seats
	(concert_schedule_id, seat_number, seat_grade, price, ordinal, section, row_label, seat_index)
SELECT cs.id, chr(64 + r) || '-' || n,
	   CASE WHEN r = 1 THEN 'VIP' WHEN r = 2 OR r = 3 AND n <= 4 THEN 'R' ELSE 'S' END,
	   100000 - 1000 * r + n, (r - 1) * 8 + n,
	   CASE WHEN r = 5 OR r = 4 AND n > 4 THEN 'balcony' ELSE 'stalls' END, chr(64 + r),
	   CASE WHEN r = 2 AND n > 4 THEN n + 1 ELSE n END
FROM concert_booking.concert_schedules cs
CROSS JOIN generate_series(1, 5) r
CROSS JOIN generate_series(1, 8) n
WHERE cs.concert_time > time '00:00' OR r < 3;		/* the first schedule is the smallest */

COMMIT;
