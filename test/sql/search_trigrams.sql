-- search_concerts(): a rare word is found by trigrams, a frequent one along the
-- order's index, and one of two characters without either's help.
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

CREATE FUNCTION pg_temp.scans(index_name text) RETURNS bigint LANGUAGE sql VOLATILE AS
$$ SELECT pg_stat_get_xact_numscans(('concert_booking.' || index_name)::regclass) $$;
CREATE FUNCTION pg_temp.way(word text) RETURNS TABLE (hits bigint, by_title boolean, by_performers boolean, along_order boolean)
LANGUAGE plpgsql AS $$
DECLARE
	title_before bigint := pg_temp.scans('idx_concerts_title_trgm');
	performers_before bigint := pg_temp.scans('idx_concerts_performers_trgm');
	order_before bigint := pg_temp.scans('idx_concerts_created_at');
BEGIN
	SELECT count(*) INTO hits FROM concert_booking.search_concerts(word);
	by_title := pg_temp.scans('idx_concerts_title_trgm') > title_before;
	by_performers := pg_temp.scans('idx_concerts_performers_trgm') > performers_before;
	along_order := pg_temp.scans('idx_concerts_created_at') > order_before;
	RETURN NEXT;
END $$;
SELECT * FROM pg_temp.way('summer');
SELECT * FROM pg_temp.way('überr');
SELECT * FROM pg_temp.way('%_ \ n');
SELECT * FROM pg_temp.way('nightly');
SELECT * FROM pg_temp.way('mm');
TRUNCATE concert_booking.venues CASCADE;
