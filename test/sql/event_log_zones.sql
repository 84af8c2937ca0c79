-- A month of the event log begins at 00:00 UTC, whatever the zone of the session that writes or makes it.
\i test/fixtures/world.sql
CREATE VIEW test.bounds AS
SELECT c.relname, trim('''' FROM b.ends[1])::timestamptz AS month_start, trim('''' FROM b.ends[2])::timestamptz AS month_end
FROM pg_inherits i
JOIN pg_class c ON c.oid = i.inhrelid
CROSS JOIN regexp_match(pg_get_expr(c.relpartbound, c.oid), 'FROM [(](.+)[)] TO [(](.+)[)]') AS b (ends)
WHERE i.inhparent = 'concert_booking.booking_events'::regclass AND b.ends IS NOT NULL;
CREATE FUNCTION test.month(n integer) RETURNS timestamptz LANGUAGE sql STABLE
SET timezone = 'UTC'
AS $$ SELECT date_trunc('month', now()) + make_interval(months => n) $$;
CREATE FUNCTION test.make_months(months_ahead integer, zone text) RETURNS integer LANGUAGE plpgsql AS $$
BEGIN
	PERFORM set_config('TimeZone', zone, true);
	RETURN concert_booking.create_event_partitions(months_ahead);
END
$$;

-- now() stands still, so that the months are the same to the end
BEGIN;
SELECT string_agg(format('concert_booking.%I', relname), ', ') AS made FROM test.bounds \gset
DROP TABLE :made;
SELECT test.make_months(2, 'UTC');

-- the last and the first instants of months that have no partition yet; then each is made from another zone
INSERT INTO concert_booking.booking_events (event_type, occurred_at)
SELECT 'early', test.month(n) + span
FROM generate_series(3, 6) n, unnest('{-1 ms,-1 us,0,1 us}'::interval[]) span;
SELECT test.make_months(3, 'Pacific/Kiritimati') AS kiritimati, test.make_months(4, 'America/St_Johns') AS st_johns,
	   test.make_months(5, 'Asia/Seoul') AS seoul;
SELECT test.make_months(5, zone) FROM unnest('{UTC,Pacific/Kiritimati,America/St_Johns,Asia/Seoul}'::text[]) zone;

-- read in whatever zone, they are the months of UTC, one behind the other
CREATE FUNCTION test.look(zone text, OUT months bigint, OUT whole boolean, OUT in_a_row boolean) LANGUAGE plpgsql AS $$
BEGIN
	PERFORM set_config('TimeZone', zone, true);
	SELECT count(*),
		   bool_and(b.month_end = (b.month_start AT TIME ZONE 'UTC' + interval '1 month') AT TIME ZONE 'UTC'
					AND b.month_start = date_trunc('month', b.month_start, 'UTC')
					AND b.relname LIKE 'booking_events_' || to_char(b.month_start AT TIME ZONE 'UTC', 'YYYYMM') || '%'),
		   bool_and(b.following IS NULL OR b.following = b.month_end)
	INTO months, whole, in_a_row
	FROM (SELECT x.*, lead(x.month_start) OVER (ORDER BY x.month_start) AS following
		  FROM test.bounds x WHERE x.month_start >= test.month(0)) b;
END
$$;
SELECT zone, l.* FROM unnest('{UTC,Pacific/Kiritimati,America/St_Johns,Asia/Seoul}'::text[]) zone, test.look(zone) l;

-- what the default partition had caught has moved to where it belongs; the last month has none yet
CREATE VIEW test.placed AS
SELECT e.event_type, e.occurred_at, e.tableoid::regclass::text = 'concert_booking.booking_events_' ||
		   CASE WHEN e.occurred_at < test.month(6) THEN to_char(e.occurred_at AT TIME ZONE 'UTC', 'YYYYMM') ELSE 'default' END AS in_its_month
FROM concert_booking.booking_events e;
SELECT in_its_month, count(*) FROM test.placed WHERE event_type = 'early' GROUP BY 1;

-- as many made by one session in UTC are the same ones
CREATE TABLE test.made AS SELECT * FROM test.bounds;
SELECT string_agg(format('concert_booking.%I', relname), ', ') AS made FROM test.made WHERE month_start >= test.month(3) \gset
DROP TABLE :made;
SELECT test.make_months(5, 'UTC');
SELECT count(*) AS of_both, count(b.relname) AS same FROM test.made m LEFT JOIN test.bounds b USING (relname, month_start, month_end);

-- written by hand at the edge of a month, from sessions in several zones
CREATE FUNCTION test.write(zone text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	PERFORM set_config('TimeZone', zone, true);
	INSERT INTO concert_booking.booking_events (event_type, occurred_at)
	SELECT zone, (test.month(n) + span)::text::timestamptz
	FROM generate_series(1, 5) n, unnest('{-1 ms,-1 us,0,1 us}'::interval[]) span;
END
$$;
SELECT test.write(zone) FROM unnest('{Asia/Seoul,America/St_Johns,Pacific/Kiritimati}'::text[]) zone;
SELECT event_type AS zone, in_its_month, count(*) FROM test.placed WHERE event_type LIKE '%/%' GROUP BY 1, 2 ORDER BY 1;

-- and by the calls, at an hour that is in another month in the session's zone
CREATE FUNCTION test.act(zone text, from_month_start interval, member text, OUT other_month_here boolean) LANGUAGE plpgsql AS $$
DECLARE
	booking uuid;
BEGIN
	CALL test.set_clock(test.month(4) + from_month_start);
	PERFORM set_config('TimeZone', zone, true);
	SELECT b.booking_id INTO booking FROM concert_booking.book_seats(test.seats('A-1'), test.booker(member)) b;
	PERFORM concert_booking.cancel_booking(booking, NULL, test.booker(member));
	PERFORM concert_booking.block_seats(test.seats('B-1'));
	PERFORM concert_booking.unblock_seats(test.seats('B-1'));
	other_month_here := to_char(test.now() AT TIME ZONE zone, 'YYYYMM') <> to_char(test.now() AT TIME ZONE 'UTC', 'YYYYMM');
END
$$;
-- the schedule starts after all that
UPDATE concert_booking.concert_schedules SET concert_date = '2090-06-01' WHERE id = test.schedule();
SELECT test.act('Asia/Seoul', '-6 hours', 'alice') AS seoul, test.act('Pacific/Kiritimati', '-12 hours', 'alice') AS kiritimati,
	   test.act('America/St_Johns', '1 hour', 'alice') AS st_johns;
SELECT event_type, in_its_month, array_agg(DISTINCT test.month(4) <= occurred_at) AS behind_the_end, count(*) FROM test.placed
WHERE event_type LIKE 'booking\_%' OR event_type LIKE 'seats\_%' GROUP BY 1, 2 ORDER BY 1;
SELECT * FROM concert_booking.check_integrity();
ROLLBACK;
DROP VIEW test.bounds;
DROP FUNCTION test.make_months, test.month;
