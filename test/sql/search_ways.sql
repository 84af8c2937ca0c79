-- C only: the twin has no search
-- search_concerts() beside the plain statement: whichever way a page is found, it is the same page, in tables
-- that nobody has analyzed.
\i test/fixtures/world.sql

-- written at once, with what triggers derive
CREATE FUNCTION pg_temp.id(kind text, n integer) RETURNS uuid LANGUAGE sql IMMUTABLE AS
$$ SELECT (kind || '000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid $$;
CREATE FUNCTION pg_temp.dice(n integer, sides integer) RETURNS integer LANGUAGE sql IMMUTABLE AS
$$ SELECT (('x' || substr(md5(n || ':' || sides), 1, 7))::bit(28)::integer) % sides $$;
TRUNCATE concert_booking.venues CASCADE;
SET session_replication_role = replica;
INSERT INTO concert_booking.venues (id, name, address)
SELECT pg_temp.id('ab', n), 'Hall ' || n, (ARRAY['서울 강남', '부산', '대구', '100% _\'])[1 + n % 4] || ' ' || n FROM generate_series(1, 40) n;
INSERT INTO concert_booking.concerts (id, venue_id, title, performers, genre, popularity, created_at, status, is_deleted)
SELECT pg_temp.id('ac', n), pg_temp.id('ab', 1 + pg_temp.dice(n, 40)),
	   CASE WHEN n % 2 = 0 THEN '콘서트 ' ELSE 'Live ' END || n || CASE WHEN n % 150 = 7 THEN ' 앙코르' ELSE '' END,
	   CASE WHEN n % 5 > 0 THEN 'Band ' || n % 90 || CASE WHEN n % 400 = 3 THEN ' 100%_\ ÜBER' ELSE '' END END,
	   (ARRAY['Rock', 'Rock', 'Pop', 'Pop', 'Jazz', NULL])[1 + pg_temp.dice(n, 6)], pg_temp.dice(n, 30),
	   '2026-01-01'::timestamptz + (n / 3) * interval '1 hour', CASE WHEN n % 31 = 0 THEN 'cancelled' ELSE 'active' END, n % 37 = 0
FROM generate_series(1, 1600) n;
UPDATE concert_booking.concerts SET genre = 'Pansori' WHERE title LIKE '%77%';
INSERT INTO concert_booking.concert_schedules (id, concert_id, concert_date, concert_time, starts_at, lowest_price, status, is_booking_open,
	booking_opens_at, booking_closes_at, concert_created_at)
SELECT pg_temp.id('ad', n), c.id, d, time '10:00' + n / 1500 * interval '1 hour',
	   (d + time '10:00' + n / 1500 * interval '1 hour') AT TIME ZONE 'Asia/Seoul', CASE WHEN n % 41 > 0 THEN 10000 * (1 + pg_temp.dice(n, 12)) END,
	   CASE n % 23 WHEN 0 THEN 'cancelled' WHEN 1 THEN 'postponed' ELSE 'scheduled' END, n % 13 > 0,
	   CASE WHEN n % 3 = 0 THEN (d - 30)::timestamptz END, CASE WHEN n % 7 = 0 THEN (d - 20)::timestamptz END, c.created_at
FROM (SELECT n, test.now()::date - 150 + pg_temp.dice(n, 300) AS d FROM generate_series(1, 3600) n) x
JOIN concert_booking.concerts c ON c.id = pg_temp.id('ac', 1 + CASE WHEN n % 6 = 0 THEN n % 7 ELSE n % 1500 END)
ORDER BY n
ON CONFLICT DO NOTHING;
INSERT INTO concert_booking.schedule_prices (concert_schedule_id, concert_id, seat_grade, price, seat_count)
SELECT cs.id, cs.concert_id, g.grade, cs.lowest_price + CASE WHEN cs.id::text LIKE '%a7' THEN 20 ELSE 1 END * g.more, 1
FROM concert_booking.concert_schedules cs, (VALUES ('S', 0), ('A', 0), ('R', 30000)) g (grade, more) WHERE cs.lowest_price IS NOT NULL;
RESET session_replication_role;

-- the plain statement: every concert, every schedule, every price
CREATE FUNCTION pg_temp.plain(search_text text, genre text, date_from date, date_to date, region text, price_from integer, price_to integer,
	bookable_only boolean, sort_by text, page_size integer, page_offset integer, after_cursor text) RETURNS text[]
LANGUAGE sql STABLE AS $$
	WITH offers AS (
		SELECT cs.*, cs.is_booking_open AND cs.starts_at > test.now() AND coalesce(cs.booking_opens_at < cs.starts_at, true)
			AND coalesce(cs.booking_closes_at > test.now(), true) AS is_offered
		FROM concert_booking.concert_schedules cs WHERE cs.status <> 'cancelled' AND cs.lowest_price IS NOT NULL
	), schedules AS (
		SELECT o.concert_id, min(o.concert_date) AS nearest_date, min(p.price) AS min_price,
			   min(CASE WHEN o.is_offered THEN CASE WHEN o.booking_opens_at > test.now() THEN o.booking_opens_at ELSE '-infinity' END END) AS opens_at
		FROM offers o JOIN concert_booking.schedule_prices p ON p.concert_schedule_id = o.id
		WHERE coalesce(o.concert_date >= $3, true) AND coalesce(o.concert_date <= $4, true)
		  AND coalesce(p.price >= $6, true) AND coalesce(p.price <= $7, true) AND (NOT $8 OR o.is_offered)
		GROUP BY o.concert_id
	), listed AS (
		SELECT c.id, c.title, v.name, m.nearest_date, m.min_price, nullif(m.opens_at, '-infinity') AS opens_at,
			   CASE $9 WHEN 'latest' THEN -round(extract(epoch FROM c.created_at - '2000-01-01 00:00+00') * 1000000) WHEN 'popularity' THEN -c.popularity
					   WHEN 'price' THEN m.min_price ELSE m.nearest_date - '2000-01-01'::date END AS key
		FROM concert_booking.concerts c JOIN concert_booking.venues v ON v.id = c.venue_id JOIN schedules m ON m.concert_id = c.id
		WHERE NOT c.is_deleted AND c.status = 'active' AND coalesce(c.genre = $2, $2 IS NULL)
		  AND coalesce(v.address LIKE concert_booking.containing($5), true)
		  AND ($1 IS NULL OR c.title ILIKE concert_booking.containing($1) OR c.performers ILIKE concert_booking.containing($1))
	), mark AS (
		SELECT split_part($12, ':', 2)::numeric * CASE WHEN $9 IN ('latest', 'popularity') THEN -1 ELSE 1 END AS key, split_part($12, ':', 3)::uuid AS id
		WHERE $12 IS NOT NULL
	), page AS (
		SELECT l.* FROM listed l LEFT JOIN mark k ON true
		WHERE k.id IS NULL OR l.key > k.key OR l.key = k.key AND l.id < k.id
		ORDER BY l.key, l.id DESC LIMIT $10 OFFSET $11
	)
	SELECT array_agg(concat_ws('|', p.title, p.name, p.nearest_date, p.min_price, p.opens_at, least((SELECT count(*) FROM listed), 1001)) ORDER BY p.key, p.id DESC)
	FROM page p
$$;
CREATE FUNCTION pg_temp.ours(arguments text, after text) RETURNS text[] LANGUAGE plpgsql STABLE AS $$
DECLARE
	answer text[];
BEGIN
	EXECUTE format('SELECT array_agg(concat_ws(''|'', title, venue_name, nearest_date, min_price, opens_at, total_count))
		FROM concert_booking.search_concerts(%s, %L, true)', arguments, after) INTO answer;
	RETURN answer;
END $$;

-- random questions, the same ones in every run
CREATE TEMP TABLE questions AS
SELECT n, format('%L, %L, %L::date, %L::date, %L, %L::integer, %L::integer, %L::boolean, %L, %s, %s',
	(ARRAY['콘서', '콘서트', '앙코', '앙코르', 'live', 'live 1', 'BAND 7', 'and', '100%', '_', '\', 'üb', 'über', '7', '77', '없다', 'nobody', 'Band 1'])
		[1 + pg_temp.dice(n, 45)],
	(ARRAY['Rock', 'Jazz', 'Pansori', 'None'])[1 + pg_temp.dice(n + 1000, 12)],
	CASE WHEN n % 3 = 0 THEN d END, CASE WHEN n % 3 = 0 AND n % 2 = 0 OR n % 11 = 0 THEN d + (ARRAY[0, 3, 40, 400])[1 + pg_temp.dice(n, 4)] END,
	(ARRAY['서울', '부산', '구 2', '0% _\', 'nowhere'])[1 + pg_temp.dice(n + 2000, 19)],
	CASE WHEN n % 4 = 0 THEN price END, CASE WHEN n % 4 = 0 AND n % 8 > 0 OR n % 13 = 0 THEN price + (ARRAY[0, 20000, 500000])[1 + n % 3] END,
	n % 5 = 0, (ARRAY['latest', 'popularity', 'price', 'date'])[1 + pg_temp.dice(n, 4)],
	(ARRAY[1, 5, 20, 20, 20, 300])[1 + pg_temp.dice(n + 3000, 6)], (ARRAY[0, 0, 0, 7, 900])[1 + pg_temp.dice(n + 4000, 5)]) AS arguments
FROM (SELECT n, test.now()::date - 160 + pg_temp.dice(n, 320) AS d, 10000 * pg_temp.dice(n, 17) AS price FROM generate_series(1, 150) n) x;
CREATE FUNCTION pg_temp.cursor_of(arguments text, place integer) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
	answer text;
BEGIN
	EXECUTE format('SELECT cursor FROM concert_booking.search_concerts(%s) OFFSET %s LIMIT 1',
				   regexp_replace(arguments, '\d+, \d+$', '1000'), place) INTO answer;
	RETURN answer;
END $$;
CREATE FUNCTION pg_temp.theirs(arguments text, after text) RETURNS text[] LANGUAGE plpgsql STABLE AS $$
DECLARE
	answer text[];
BEGIN
	EXECUTE format('SELECT pg_temp.plain(%s, %L)', arguments, after) INTO answer;
	RETURN answer;
END $$;
CREATE TEMP TABLE answers AS
SELECT q.n, q.arguments, c.after, pg_temp.ours(q.arguments, c.after) AS ours, pg_temp.theirs(q.arguments, c.after) AS theirs
FROM questions q
CROSS JOIN LATERAL (SELECT CASE WHEN q.n % 2 = 0 THEN pg_temp.cursor_of(q.arguments, pg_temp.dice(q.n, 60)) END AS after) c;
SELECT count(*), count(*) FILTER (WHERE ours IS DISTINCT FROM theirs) AS differ, count(*) FILTER (WHERE after IS NOT NULL) > 30 AS behind_cursors,
	   count(*) FILTER (WHERE ours IS NULL) > 10 AS found_nothing, count(*) FILTER (WHERE cardinality(ours) > 1) > 50 AS found_many,
	   count(*) FILTER (WHERE ours[1] LIKE '%|1001') > 1 AS more_than_a_thousand
FROM answers;
SELECT * FROM answers WHERE ours IS DISTINCT FROM theirs ORDER BY n LIMIT 3;

-- each filter was looked up by its own index, and each order walked along its own
SELECT i.relname FROM pg_class i
WHERE i.relname IN ('idx_concerts_created_at', 'idx_concerts_popularity', 'idx_concerts_genre_created_at', 'idx_concerts_genre_popularity',
	'idx_concert_schedules_price', 'idx_concert_schedules_date_concert', 'idx_schedule_prices_price', 'idx_concert_schedules_starts_at',
	'idx_concerts_venue_genre', 'idx_concerts_bigrams', 'idx_concerts_title_trgm')
  AND pg_stat_get_numscans(i.oid) + pg_stat_get_xact_numscans(i.oid) = 0;

-- the newest concerts are those that come last, some at the same instant: those of earlier dates are found along schedules,
-- and along concerts where one schedule does not tell its concert's time, as in a snapshot from before it was filled
UPDATE concert_booking.concerts c SET created_at = d.first_date + (c.popularity % 3) * interval '1 hour'
FROM (SELECT cs.concert_id, min(cs.concert_date)::timestamptz AS first_date FROM concert_booking.concert_schedules cs GROUP BY 1) d
WHERE d.concert_id = c.id;
BEGIN;
CREATE TEMP TABLE past AS
SELECT q.n, q.arguments, c.after, pg_temp.ours(q.arguments, c.after) AS ours, pg_temp.theirs(q.arguments, c.after) AS theirs
FROM (SELECT n, quote_literal(test.now()::date + pg_temp.dice(n, 40)) AS until, quote_literal(test.now()::date + 100) AS later, format('%L, NULL, %L::date, %L::date, %L, NULL, %L::integer, %L::boolean, %L, %s, %s',
		(ARRAY['콘서', 'live', '앙코르', 'Band 7'])[1 + pg_temp.dice(n, 16)], CASE WHEN n % 5 = 0 THEN test.now()::date - 140 END,
		test.now()::date + pg_temp.dice(n, 40), (ARRAY['서울', '부산'])[1 + pg_temp.dice(n + 2000, 8)], CASE WHEN n % 7 = 0 THEN 90000 END,
		n % 11 = 0, 'latest', (ARRAY[1, 5, 20])[1 + n % 3], (ARRAY[0, 0, 40])[1 + pg_temp.dice(n + 4000, 3)]) AS arguments
	  FROM generate_series(1, 45) n) q
CROSS JOIN LATERAL (SELECT CASE WHEN q.n % 2 = 0 THEN pg_temp.cursor_of(replace(q.arguments, q.until, q.later), 0) END AS after) c;
SELECT count(*), count(*) FILTER (WHERE ours IS DISTINCT FROM theirs) AS differ, count(*) FILTER (WHERE after IS NOT NULL) > 10 AS behind_cursors,
	   count(*) FILTER (WHERE cardinality(ours) > 1) > 20 AS found_many FROM past;
SELECT * FROM past WHERE ours IS DISTINCT FROM theirs ORDER BY n LIMIT 3;
SELECT pg_stat_get_xact_numscans('concert_booking.idx_concert_schedules_created_date'::regclass) > 10 AS along_schedules;
COMMIT;
ALTER TABLE concert_booking.concert_schedules ALTER COLUMN concert_created_at DROP NOT NULL;
SET session_replication_role = replica;
UPDATE concert_booking.concert_schedules SET concert_created_at = NULL WHERE id = (SELECT id FROM concert_booking.concert_schedules ORDER BY id LIMIT 1);
UPDATE concert_booking.concert_schedules SET concert_created_at = '2000-01-01' WHERE id <> (SELECT id FROM concert_booking.concert_schedules ORDER BY id LIMIT 1);
RESET session_replication_role;
SELECT count(*) FILTER (WHERE pg_temp.ours(arguments, after) IS DISTINCT FROM theirs) AS differ FROM past;

-- whatever the planner is told by the caller
SET enable_indexscan = off;
SET enable_nestloop = off;
SET plan_cache_mode = force_custom_plan;
SELECT count(*) FILTER (WHERE pg_temp.ours(arguments, after) IS DISTINCT FROM pg_temp.theirs(arguments, after)) AS differ FROM answers WHERE n % 9 = 0;
SHOW enable_indexscan;
TRUNCATE concert_booking.venues CASCADE;
