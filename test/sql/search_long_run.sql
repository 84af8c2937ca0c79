-- C only: it counts the rows that a search reads
-- One concert with 2,000 performances: a search reads each of them a few times, whatever the order and behind whichever cursor.
\i test/fixtures/world.sql

-- 1,600 are over, 400 are to come; prices fall with the date or rise with it, two by two are the same; each has two grades
TRUNCATE concert_booking.venues CASCADE;
SET session_replication_role = replica;
INSERT INTO concert_booking.venues (id, name, address) VALUES ('ab000000-0000-7000-8000-000000000000', 'Hall', 'Seoul');
INSERT INTO concert_booking.concerts (id, venue_id, title, genre)
SELECT ('ac000000-0000-7000-8000-00000000000' || n)::uuid, 'ab000000-0000-7000-8000-000000000000', title, 'Musical'
FROM (VALUES (1, 'One night'), (2, 'For years'), (3, 'Another night')) x (n, title);
CREATE PROCEDURE pg_temp.play(slope integer) LANGUAGE plpgsql AS $$ BEGIN
	DELETE FROM concert_booking.schedule_prices;
	DELETE FROM concert_booking.concert_schedules;
	INSERT INTO concert_booking.concert_schedules (id, concert_id, concert_date, concert_time, starts_at, lowest_price, is_booking_open, concert_created_at)
	SELECT gen_random_uuid(), c.id, x.day, '19:00', (x.day + time '19:00') AT TIME ZONE 'Asia/Seoul', x.price, true, c.created_at
	FROM (SELECT 2 AS concert, test.now()::date + k AS day, 100000 + slope * (k / 2) AS price FROM generate_series(-1600, 399) k
		  UNION ALL SELECT 1, test.now()::date - 1000, 60000 UNION ALL SELECT 3, test.now()::date + 300, 140000) x
	JOIN concert_booking.concerts c ON c.id = ('ac000000-0000-7000-8000-00000000000' || x.concert)::uuid;
	INSERT INTO concert_booking.schedule_prices (concert_schedule_id, concert_id, seat_grade, price, seat_count)
	SELECT cs.id, cs.concert_id, g.grade, cs.lowest_price + g.more, 1
	FROM concert_booking.concert_schedules cs, (VALUES ('S', 0), ('R', 30)) g (grade, more);
END $$;

-- how many rows of the tables a search reads, and which concerts it finds
CREATE FUNCTION pg_temp.rows_read() RETURNS bigint LANGUAGE sql VOLATILE AS $$
	SELECT sum(pg_stat_get_xact_tuples_fetched(i.indexrelid))::bigint FROM pg_index i
	WHERE i.indrelid IN ('concert_booking.concert_schedules'::regclass, 'concert_booking.schedule_prices'::regclass, 'concert_booking.concerts'::regclass) $$;
CREATE FUNCTION pg_temp.ask(arguments text, OUT answer text, OUT rows_read bigint) LANGUAGE plpgsql VOLATILE AS $$
BEGIN
	rows_read := -pg_temp.rows_read();
	EXECUTE format('SELECT string_agg(concat_ws('' '', title, min_price, nearest_date - test.now()::date, total_count), '', '') FROM concert_booking.search_concerts(%s)',
				   arguments) INTO answer;
	rows_read := rows_read + pg_temp.rows_read();
END $$;
CREATE FUNCTION pg_temp.cursor_of(arguments text, place integer) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
	answer text;
BEGIN
	EXECUTE format('SELECT cursor FROM concert_booking.search_concerts(%s) OFFSET %s LIMIT 1', arguments, place - 1) INTO answer;
	RETURN answer;
END $$;
CREATE TEMP TABLE answers (prices text, sort_by text, filter text, page text, answer text, rows_read bigint);
CREATE PROCEDURE pg_temp.ask_everything(prices text) LANGUAGE sql AS $$
	INSERT INTO answers
	SELECT ask_everything.prices, s, f, p, a.answer, a.rows_read
	FROM unnest(ARRAY['latest', 'price', 'date']) WITH ORDINALITY AS s (s, s_place)
	CROSS JOIN unnest(ARRAY['', ', price_from => 1', ', bookable_only => true', ', bookable_only => true, price_from => 1, price_to => 10000000',
		', date_from => test.now()::date - 5, genre => ''Musical''']) WITH ORDINALITY AS f (f, f_place)
	CROSS JOIN unnest(ARRAY['', ', page_offset => 1', ', page_size => 1, with_total => true', ', behind the first', ', behind the second']) WITH ORDINALITY AS p (p, p_place)
	CROSS JOIN LATERAL pg_temp.ask(format('sort_by => %L%s', s, f) || CASE WHEN p LIKE ', behind%'
		THEN format(', after_cursor => %L', pg_temp.cursor_of(format('sort_by => %L%s', s, f), CASE WHEN p LIKE '%first' THEN 1 ELSE 2 END)) ELSE p END) a
	ORDER BY s_place, f_place, p_place
$$;
CALL pg_temp.play(-20);
CALL pg_temp.ask_everything('fall');
CALL pg_temp.play(20);
CALL pg_temp.ask_everything('rise');

-- 2,000 performances have 4,000 prices; each row that is read asks two others; what is over is not read where it cannot be booked
SELECT count(*), count(*) FILTER (WHERE rows_read = 0) AS read_nothing FROM answers;
SELECT * FROM answers
WHERE rows_read > CASE WHEN sort_by = 'latest' AND filter = ', bookable_only => true' AND page LIKE ', page_size%' THEN 200 ELSE 50000 END;
SELECT prices, sort_by, filter, page, answer FROM answers WHERE sort_by <> 'latest' ORDER BY prices, sort_by, filter COLLATE "C", page COLLATE "C";
TRUNCATE concert_booking.venues CASCADE;
