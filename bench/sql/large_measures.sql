/*
 * What the workload catalogue_large needs beside large_catalogue.sql: seats to sell in
 * a thousand concerts, and functions that measure searches inside one backend.
 *
 * 2,000 schedules of 60 seats, two for each of the 1,000 concerts that are newest, at
 * the lowest price there is: what is sold is what the first pages show. Ids are made
 * from numbers, as in world.sql: seat n is of schedule n % 2000.
 */
CREATE SCHEMA bench;

CREATE TABLE bench.sold AS
SELECT row_number() OVER (ORDER BY c.created_at DESC, c.id DESC) - 1 AS k, c.id AS concert_id
FROM concert_booking.concerts c
WHERE NOT c.is_deleted AND c.status = 'active'
ORDER BY c.created_at DESC, c.id DESC LIMIT 1000;
ALTER TABLE bench.sold ADD PRIMARY KEY (k);
ANALYZE bench.sold;

INSERT INTO concert_booking.concert_schedules (id, concert_id, concert_date, concert_time)
SELECT ('00000000-0000-7000-9000-' || (100000000000 + s))::uuid, b.concert_id, current_date + 40 + (s / 7)::integer, time '11:11'
FROM generate_series(0, 1999) s JOIN bench.sold b ON b.k = s % 1000;
INSERT INTO concert_booking.seats (id, concert_schedule_id, seat_number, seat_grade, price, ordinal, section, row_label, seat_index)
SELECT ('00000000-0000-7000-8000-' || (100000000000 + i * 2000 + s))::uuid, ('00000000-0000-7000-9000-' || (100000000000 + s))::uuid,
	   'Z-' || i + 1, 'A', 20000, i + 1, 'main', 'Z', i + 1
FROM generate_series(0, 1999) s, generate_series(0, 59) i
ORDER BY s, i;

/* -------- searches -------- */

/* filter: its name in the report; word: a text of two syllables is in it */
CREATE TABLE bench.filters (place serial, filter text, arguments text, is_word boolean);
CREATE TABLE bench.cases (filter text, sort_by text, page text, statement text, is_word boolean);

/* Milliseconds of each of so many calls, after three that warm up. */
CREATE FUNCTION bench.calls_ms(statement text, times integer) RETURNS double precision[]
LANGUAGE plpgsql AS $$
DECLARE
	began timestamptz;
	each double precision[] := '{}';
BEGIN
	FOR i IN 1 .. 3 + times LOOP
		began := clock_timestamp();
		EXECUTE statement;
		IF i > 3 THEN
			each := each || extract(epoch FROM clock_timestamp() - began) * 1000;
		END IF;
	END LOOP;
	RETURN each;
END $$;

CREATE FUNCTION bench.median_ms(statement text, times integer) RETURNS double precision
LANGUAGE sql AS $$
	SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) FROM unnest(bench.calls_ms(statement, times)) ms
$$;

CREATE FUNCTION bench.search(arguments text, sort_by text, more text DEFAULT '') RETURNS text
LANGUAGE sql AS $$
	SELECT format('SELECT * FROM concert_booking.search_concerts(%s)',
				  concat_ws(', ', nullif(arguments, ''), format('sort_by => %L', sort_by), nullif(more, '')))
$$;

/* The first page of each filter in each order, and the page behind row 2,000, or
 * behind the middle one where there are fewer; where there is one row, none. */
CREATE FUNCTION bench.make_cases(orders text[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	f record;
	sort_by text;
	cursors text[];
BEGIN
	FOR f IN SELECT * FROM bench.filters ORDER BY place LOOP
		FOREACH sort_by IN ARRAY orders LOOP
			INSERT INTO bench.cases VALUES (f.filter, sort_by, 'first', bench.search(f.arguments, sort_by), f.is_word);
			EXECUTE format('SELECT array_agg(l.cursor) FROM (%s) l',
						   bench.search(f.arguments, sort_by, 'page_size => 1000, page_offset => 1000')) INTO cursors;
			IF cursors IS NULL THEN
				EXECUTE format('SELECT array_agg(l.cursor) FROM (%s) l',
							   bench.search(f.arguments, sort_by, 'page_size => 1000')) INTO cursors;
				cursors := cursors[1 : cardinality(cursors) / 2];
			END IF;
			IF cardinality(cursors) > 0 THEN
				INSERT INTO bench.cases VALUES (f.filter, sort_by, 'cursor', bench.search(f.arguments, sort_by,
					format('after_cursor => %L', cursors[cardinality(cursors)])), f.is_word);
			END IF;
		END LOOP;
	END LOOP;
END $$;

/* The least that a page of 20 rows can take: their keys are known. */
CREATE FUNCTION bench.bare_ms(times integer) RETURNS double precision
LANGUAGE plpgsql AS $$
DECLARE
	keys text := (SELECT string_agg(quote_literal(k.id) || '::uuid', ', ') FROM (
		SELECT c.id FROM concert_booking.concerts c ORDER BY md5(c.id::text) LIMIT 20) k);
BEGIN
	RETURN bench.median_ms(format('SELECT * FROM concert_booking.concerts c WHERE c.id IN (%s)', keys), times);
END $$;

/* The median of each of these cases: nine calls in three passes over all of them, so
 * that a moment in which the machine is busy does not meet all calls of one. */
CREATE TABLE bench.calls (LIKE bench.cases, ms double precision);
CREATE FUNCTION bench.medians(condition text)
RETURNS TABLE (filter text, sort_by text, page text, is_word boolean, ms double precision)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
	c bench.cases;
BEGIN
	DELETE FROM bench.calls;
	FOR pass IN 1 .. 3 LOOP
		FOR c IN EXECUTE 'SELECT * FROM bench.cases c WHERE ' || condition LOOP
			INSERT INTO bench.calls SELECT c.*, unnest(bench.calls_ms(c.statement, 3));
		END LOOP;
	END LOOP;
	RETURN QUERY SELECT x.filter, x.sort_by, x.page, x.is_word, percentile_cont(0.5) WITHIN GROUP (ORDER BY x.ms)
	FROM bench.calls x GROUP BY 1, 2, 3, 4;
END $$;
