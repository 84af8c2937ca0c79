-- uuid_v7: version 7, born now, in order of birth.
\i test/fixtures/world.sql

SELECT u::text ~ '^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$' AS version_7
FROM concert_booking.uuid_v7() u;

-- the first 48 bits are milliseconds of the clock, whatever the tests' offset
SELECT floor(extract(epoch FROM clock_timestamp()) * 1000) AS before \gset
SELECT ('x' || left(replace(concert_booking.uuid_v7()::text, '-', ''), 12))::bit(48)::bigint AS born \gset
SELECT :born BETWEEN :before AND extract(epoch FROM clock_timestamp()) * 1000 AS born_now;

-- no two are the same, and the later one is the greater one
CREATE TEMP TABLE ids AS SELECT n, concert_booking.uuid_v7() AS id FROM generate_series(1, 10000) n;
SELECT count(DISTINCT id) FROM ids;
SELECT count(*) AS out_of_order
FROM (SELECT left(id::text, 13) < lag(left(id::text, 13)) OVER (ORDER BY n) AS earlier FROM ids) AS o WHERE earlier;

-- 57 of the last 62 bits are random: each of them is set about every second time; five are the shard
SELECT random_bits, count(*), min(share) > 0.45 AND max(share) < 0.55 AS even, max(share) = 0 AS zero
FROM (SELECT b > 4 AS random_bits, avg(get_bit(uuid_send(id), 8 * (8 + b / 8) + b % 8)) AS share
	  FROM ids, generate_series(0, 63) AS b WHERE b NOT IN (6, 7) GROUP BY b) AS bits
GROUP BY 1 ORDER BY 1;
SET concert_booking.shard = -1;
SELECT min(share) > 0.4 AND max(share) < 0.6 AS even_without_a_shard
FROM (SELECT avg(get_bit(uuid_send(id), 8 * 8 + b)) AS share
	  FROM (SELECT concert_booking.uuid_v7() AS id FROM generate_series(1, 5000)) i, generate_series(0, 4) AS b GROUP BY b) AS bits;
RESET concert_booking.shard;

-- it is the default of every table's id
SELECT count(*) AS tables_without
FROM information_schema.columns
WHERE table_schema = 'concert_booking' AND column_name = 'id' AND table_name !~ '_\d+$'
  AND table_name IN ('venues', 'concerts', 'concert_schedules', 'seats', 'bookings', 'booking_seats',
					 'temp_reservations', 'wishlists', 'availability_changes', 'booking_events')
  AND column_default IS DISTINCT FROM 'concert_booking.uuid_v7()';
