/*
 * The world of the web tests: one concert in a hall, with a schedule for each
 * purpose. Ids are fixed where a test or docs/clients.md names them:
 *
 *   schedule 1 and 2	A-1 to A-10 (R, 150000 won), B-1 to B-10 (S, 120000 won)
 *   schedule 3			booking is switched off
 *   schedule 4			booking opens in 2089
 *   schedule 5			two seats for one booker
 *   schedule 6			cancelling ended long ago
 *   schedule 7 and 8	50 seats each, for the races
 *	schedule 9			5,000 seats
 *	schedule a and b	none yet
 *
 * In a cluster each group gets its part: -v group=hub, -v group=0 and so on, and in
 * -v shards='4=1 5=1' which schedules lie on another shard than 0.
 */
SET client_min_messages = warning;
\if :{?group}
\else
	\set group all
\endif
\if :{?shards}
\else
	\set shards ''
\endif
SELECT :'group' IN ('all', 'hub') AS has_catalogue, :'group' <> 'hub' AS has_sales \gset

CREATE SCHEMA test;
CREATE FUNCTION test.shard(name text) RETURNS integer
LANGUAGE sql IMMUTABLE RETURN coalesce(substring(:'shards' FROM name || '=(\d+)')::integer, 0);
CREATE FUNCTION test.is_here(name text) RETURNS boolean
LANGUAGE sql IMMUTABLE RETURN :'group' IN ('all', test.shard(name)::text);
CREATE FUNCTION test.shard_byte(name text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$ SELECT to_hex(128 + test.shard(name)) $$;
CREATE FUNCTION test.schedule(number integer) RETURNS uuid
LANGUAGE sql IMMUTABLE AS $$
	SELECT ('5c000000-0000-7000-' || test.shard_byte(number::text) || '00-00000000000' || number)::uuid
$$;
CREATE FUNCTION test.seat_id(schedule_number integer, place integer) RETURNS uuid
LANGUAGE sql IMMUTABLE AS $$
	SELECT ('5ea70000-0000-7000-' || test.shard_byte(schedule_number::text) || '00-00000'
			|| schedule_number || lpad(place::text, 6, '0'))::uuid
$$;

\if :has_catalogue
INSERT INTO concert_booking.venues (id, name, address)
VALUES ('0e000000-0000-7000-8000-000000000001', 'Olympic Hall', '424 Olympic-ro, Seoul');
INSERT INTO concert_booking.concerts (id, venue_id, title, genre, performers)
VALUES ('c0000000-0000-7000-8000-000000000001', '0e000000-0000-7000-8000-000000000001',
		'Summer Nights', 'pop', 'Haneul Quartet');
\endif
\if :has_sales

INSERT INTO concert_booking.concert_schedules
	(id, concert_id, concert_date, concert_time, is_booking_open, booking_opens_at,
	 max_seats_per_booker, cancel_until)
SELECT test.schedule(n), 'c0000000-0000-7000-8000-000000000001',
	   date '2090-05-31' + n, '19:00', n <> 3,
	   CASE WHEN n = 4 THEN timestamptz '2089-01-01 12:00+09' END,
	   CASE WHEN n = 5 THEN 2 END,
	   CASE WHEN n = 6 THEN interval '80 years' END
FROM generate_series(1, 9) AS n
WHERE test.is_here(n::text);

/* Two schedules without seats, for the box office. */
INSERT INTO concert_booking.concert_schedules (id, concert_id, concert_date, concert_time)
SELECT ('5c000000-0000-7000-' || test.shard_byte(name) || '00-00000000000' || name)::uuid,
	   'c0000000-0000-7000-8000-000000000001', day, '19:00'
FROM (VALUES ('a', date '2090-06-20'), ('b', '2090-06-21')) AS s (name, day)
WHERE test.is_here(name);

INSERT INTO concert_booking.seats
	(id, concert_schedule_id, seat_number, seat_grade, price, position_x, position_y)
SELECT test.seat_id(s.number, n), test.schedule(s.number),
	   chr(64 + (n - 1) / s.row_length + 1) || '-' || (n - 1) % s.row_length + 1,
	   CASE WHEN n <= s.row_length THEN 'R' ELSE 'S' END,
	   CASE WHEN n <= s.row_length THEN 150000 ELSE 120000 END,
	   (n - 1) % s.row_length + 1, (n - 1) / s.row_length + 1
FROM (SELECT number,
			 CASE number WHEN 7 THEN 50 WHEN 8 THEN 50 WHEN 9 THEN 5000 ELSE 20 END AS seat_count,
			 CASE number WHEN 9 THEN 250 ELSE 10 END AS row_length
	  FROM generate_series(1, 9) AS number) s
CROSS JOIN LATERAL generate_series(1, s.seat_count) AS n
WHERE test.is_here(s.number::text)
ORDER BY s.number, n;

/* A booking with a fixed id, on the schedule whose bookings cannot be cancelled. */
INSERT INTO concert_booking.bookings (id, user_id, concert_schedule_id, booking_number, seat_count, total_price)
SELECT 'b0000000-0000-7000-8000-000000000006', 'a11ce000-0000-4000-8000-000000000001', test.schedule(6),
	   '0000-0000-0000-0', 1, 150000
WHERE test.is_here('6');
UPDATE concert_booking.seats SET status = 'reserved' WHERE id = test.seat_id(6, 1);
INSERT INTO concert_booking.booking_seats (booking_id, seat_id)
SELECT 'b0000000-0000-7000-8000-000000000006', test.seat_id(6, 1)
WHERE test.is_here('6');
\endif
