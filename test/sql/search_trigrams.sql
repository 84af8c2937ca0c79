-- C only: the twin has no search
-- search_concerts(): a frequent word is found along the order's index, a rare one by trigrams, and one of
-- two characters or of another script by bigrams, after a few hundred rows along the order.
\i test/fixtures/world.sql

INSERT INTO concert_booking.concerts (venue_id, title, performers, created_at)
SELECT '0e000000-0000-7000-8000-000000000001', 'Nightly ' || md5(n::text), NULL, '2026-01-01'::timestamptz - n * interval '1 minute'
FROM generate_series(1, 20000) n;
INSERT INTO concert_booking.concert_schedules (concert_id, concert_date, concert_time)
SELECT c.id, '2040-06-03', '19:00' FROM concert_booking.concerts c ORDER BY c.created_at DESC LIMIT 100;
INSERT INTO concert_booking.seats (concert_schedule_id, seat_number, seat_grade, price)
SELECT cs.id, 'A-1', 'R', 1000 FROM concert_booking.concert_schedules cs WHERE cs.concert_date = '2040-06-03';
UPDATE concert_booking.concerts SET title = 'Summer %_ \ Nights', performers = 'Überraschung' WHERE id = test.concert();
VACUUM ANALYZE concert_booking.concerts, concert_booking.concert_schedules;

CREATE FUNCTION pg_temp.way(word text) RETURNS TABLE (hits bigint, by_title bigint, by_performers bigint, by_bigrams bigint, hundreds_along_order bigint)
LANGUAGE plpgsql AS $$
DECLARE
	before bigint[];
	indexes regclass[] := '{concert_booking.idx_concerts_title_trgm, concert_booking.idx_concerts_performers_trgm,
		concert_booking.idx_concerts_bigrams}';
	along_order regclass := 'concert_booking.idx_concerts_created_at';
BEGIN
	before := ARRAY(SELECT pg_stat_get_xact_numscans(i) FROM unnest(indexes) i) || pg_stat_get_xact_tuples_returned(along_order);
	SELECT count(*) INTO hits FROM concert_booking.search_concerts(word);
	by_title := pg_stat_get_xact_numscans(indexes[1]) - before[1];
	by_performers := pg_stat_get_xact_numscans(indexes[2]) - before[2];
	by_bigrams := pg_stat_get_xact_numscans(indexes[3]) - before[3];
	hundreds_along_order := (pg_stat_get_xact_tuples_returned(along_order) - before[4]) / 100;
	RETURN NEXT;
END $$;
SELECT * FROM pg_temp.way('summer');
SELECT * FROM pg_temp.way('überr');
SELECT * FROM pg_temp.way('%_ \ n');
SELECT * FROM pg_temp.way('nightly');
SELECT * FROM pg_temp.way('mm');
SELECT * FROM pg_temp.way('%');
SELECT * FROM pg_temp.way('여름');
TRUNCATE concert_booking.venues CASCADE;
