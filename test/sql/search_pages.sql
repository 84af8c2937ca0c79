-- search_concerts(): order, pages, cursors, and what is refused.
\i test/fixtures/world.sql

-- nine concerts with equal birth dates, popularities and prices among them
INSERT INTO concert_booking.concerts (id, venue_id, title, popularity, created_at)
SELECT ('c1000000-0000-7000-8000-00000000000' || n)::uuid, '0e000000-0000-7000-8000-000000000001',
	   'Concert ' || n, n % 2, '2026-01-01'::timestamptz + (n / 3) * interval '1.000001 seconds'
FROM generate_series(1, 8) AS n;
INSERT INTO concert_booking.concert_schedules (id, concert_id, concert_date, concert_time)
SELECT replace(c.id::text, 'c1', '5d')::uuid, c.id, '2040-07-01', '19:00'
FROM concert_booking.concerts c WHERE c.title LIKE 'Concert%';
INSERT INTO concert_booking.seats (concert_schedule_id, seat_number, seat_grade, price)
SELECT cs.id, 'A-1', 'R', 10000 * (1 + right(cs.id::text, 1)::integer % 3)
FROM concert_booking.concert_schedules cs WHERE cs.concert_date = '2040-07-01';
UPDATE concert_booking.concerts SET created_at = '2025-01-01' WHERE id = test.concert();

SELECT title FROM concert_booking.search_concerts(sort_by => 'latest');
SELECT title FROM concert_booking.search_concerts(sort_by => 'popularity');
SELECT title, min_price FROM concert_booking.search_concerts(sort_by => 'price');
UPDATE concert_booking.concert_schedules SET concert_date = '2040-06-15' WHERE id::text LIKE '5d%' AND right(id::text, 1) IN ('2', '5', '6');
UPDATE concert_booking.concert_schedules SET concert_date = 'infinity' WHERE id::text LIKE '5d%7';
SELECT title, nearest_date FROM concert_booking.search_concerts(sort_by => 'date');
SELECT title FROM concert_booking.search_concerts(page_size => 3, page_offset => 3);
SELECT title FROM concert_booking.search_concerts(page_size => 3, page_offset => 8);
SELECT title FROM concert_booking.search_concerts(page_size => 3, page_offset => 9);

-- the pages by cursor, one after the other, are the whole list
CREATE FUNCTION pg_temp.walk(sort_by text, page_size integer) RETURNS text[]
LANGUAGE plpgsql AS $$
DECLARE
	titles text[] := '{}';
	page record;
	last text;
	rows integer;
BEGIN
	LOOP
		rows := 0;
		FOR page IN SELECT * FROM concert_booking.search_concerts(
				sort_by => walk.sort_by, page_size => walk.page_size, after_cursor => last) LOOP
			titles := titles || page.title;
			last := page.cursor;
			rows := rows + 1;
		END LOOP;
		EXIT WHEN rows = 0;
	END LOOP;
	RETURN titles;
END $$;
SELECT sort_by, size, pg_temp.walk(sort_by, size)
	= ARRAY(SELECT l.title FROM concert_booking.search_concerts(sort_by => s.sort_by) l) AS same
FROM unnest('{latest,popularity,price,date}'::text[]) AS s (sort_by), unnest('{1,2,4,9}'::integer[]) AS p (size)
ORDER BY 1, 2;

-- a cursor outlives its row and works in any time zone
SELECT l.cursor FROM concert_booking.search_concerts(page_size => 1, page_offset => 4) l \gset
DELETE FROM concert_booking.concerts WHERE title = 'Concert 4';
SET timezone = 'America/New_York';
SELECT title FROM concert_booking.search_concerts(after_cursor => :'cursor');
SET timezone = 'Asia/Seoul';
UPDATE concert_booking.concerts SET created_at = 'infinity' WHERE title = 'Concert 3';
SELECT cursor FROM concert_booking.search_concerts(page_size => 1);
SELECT count(*) FROM concert_booking.search_concerts(after_cursor => 'latest:9223372036854775807:c1000000-0000-7000-8000-000000000003');

-- refusals
\t on
SELECT test.raises($$SELECT concert_booking.search_concerts(sort_by => 'newest')$$);
SELECT test.raises($$SELECT concert_booking.search_concerts(sort_by => NULL)$$);
SELECT test.raises($$SELECT concert_booking.search_concerts(page_size => 0)$$);
SELECT test.raises($$SELECT concert_booking.search_concerts(page_size => 1001)$$);
SELECT test.raises($$SELECT concert_booking.search_concerts(page_size => NULL)$$);
SELECT test.raises($$SELECT concert_booking.search_concerts(page_offset => -1)$$);
SELECT test.raises($$SELECT concert_booking.search_concerts(bookable_only => NULL)$$);
SELECT test.raises($$SELECT concert_booking.search_concerts(repeat('x', 301))$$);
SELECT test.raises($$SELECT concert_booking.search_concerts(region => repeat('x', 301))$$);
SELECT test.raises($$SELECT concert_booking.search_concerts(after_cursor => 'x')$$);
SELECT test.raises($$SELECT concert_booking.search_concerts(sort_by => 'price',
	after_cursor => 'latest:1:c1000000-0000-7000-8000-000000000003')$$);
SELECT test.raises($$SELECT concert_booking.search_concerts(
	after_cursor => 'latest:99999999999999999999:c1000000-0000-7000-8000-000000000003')$$);
SELECT test.raises($$SELECT concert_booking.search_concerts(sort_by => 'price',
	after_cursor => 'price:9999999999:c1000000-0000-7000-8000-000000000003')$$);
SELECT test.raises($$SELECT concert_booking.search_concerts(sort_by => 'date',
	after_cursor => 'date:9999999999:c1000000-0000-7000-8000-000000000003')$$);
SELECT test.raises(format($$SELECT concert_booking.search_concerts(after_cursor => %L)$$, c.wrong))
	= test.raises($$SELECT concert_booking.search_concerts(after_cursor => 'x')$$) AS same
FROM unnest('{"",latest,latest:,latest:1,latest:1:,latest:x:c1000000-0000-7000-8000-000000000003,
	latest::c1000000-0000-7000-8000-000000000003x,latest:1:c1000000-0000-7000-8000-00000000000,
	latest:1:c10000000-000-7000-8000-000000000003,latest:1:c1000000-0000-7000-8000-000000000003x,
	latestx1:c1000000-0000-7000-8000-000000000003,latest:-:c1000000-0000-7000-8000-000000000003}'::text[]) AS c (wrong);
