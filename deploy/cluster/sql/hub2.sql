/*
 * The hub: how the answers of the shards become one. No placeholders.
 *
 * Run it after hub.sql, and again at any time.
 */
\set ON_ERROR_STOP on
SET client_min_messages = warning;
SET synchronous_commit = local;

CREATE TABLE IF NOT EXISTS concert_hub.functions (
	function_name name PRIMARY KEY,
	merge text NOT NULL
);
COMMENT ON TABLE concert_hub.functions IS 'how the answers of the shards become one';
REVOKE ALL ON concert_hub.functions FROM PUBLIC;
BEGIN;
DELETE FROM concert_hub.functions;
INSERT INTO concert_hub.functions VALUES
	/* each figure added up; batch_size is for each shard */
	('release_seats', 'sum'), ('expire_holds', 'sum'), ('expire_bookings', 'sum'), ('fold_pending_availability', 'sum'),
	('archive_past_schedules', 'sum'), ('purge_cancelled_bookings', 'sum'), ('purge_events', 'sum'),
	/* one after the other */
	('check_integrity', 'list'), ('reconcile_availability', 'list'),
	/* sorted, and a page of them */
	('my_bookings', 'page'), ('find_bookings', 'page'),
	/* by start */
	('my_holds', 'holds'), ('sales_report', 'report'), ('schedule_report', 'report'),
	('metrics', 'metrics'), ('due_refunds', 'queue'), ('forget_booker', 'forget'), ('refresh_popularity', 'popularity');
COMMIT;

/*
 * home_of(arguments) - the shard of the seats or the schedule that a call names; null: it
 * names none. The number in an id says whom to ask first; an id of 0.1 has random bits
 * there, so the others are asked after it. What nobody has goes to the first one, or to
 * the lowest number where the id names no shard: it is refused there.
 *
 * Errors: PT503 (the shard that the id names does not answer).
 */
CREATE OR REPLACE FUNCTION concert_hub.home_of(arguments jsonb)
RETURNS integer
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $fn$
DECLARE
	wanted_id constant uuid := coalesce(((arguments ->> 'seat_ids')::uuid[])[1], (arguments ->> 'concert_schedule_id')::uuid);
	numbers constant integer[] := ARRAY(
		SELECT s.number FROM concert_hub.shards s WHERE s.place IS NOT NULL
		ORDER BY s.number <> concert_booking.shard_of(wanted_id), s.number);
	shard integer;
BEGIN
	IF wanted_id IS NULL THEN
		RETURN NULL;
	END IF;
	IF concert_hub.ask_one(numbers[1], 'has', jsonb_build_object('id', wanted_id), false) #>> '{0,f}' = 'false' THEN
		FOREACH shard IN ARRAY numbers[2:] LOOP
			IF concert_hub.try_one(shard, 'has', jsonb_build_object('id', wanted_id), false) #>> '{0,f}' = 'true' THEN
				RETURN shard;
			END IF;
		END LOOP;
	END IF;
	RETURN numbers[1];
END
$fn$;
REVOKE ALL ON FUNCTION concert_hub.home_of(jsonb) FROM PUBLIC;

/*
 * merge(function_name, arguments) - call a function on the shards, and make one answer.
 *
 * Arguments: arguments, an object of texts by name. Returns: its rows, as objects.
 */
CREATE OR REPLACE FUNCTION concert_hub.merge(function_name text, arguments jsonb)
RETURNS SETOF jsonb
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
SET intervalstyle = 'postgres'
SET datestyle = 'ISO, YMD'
AS $fn$
DECLARE
	kind constant text := (SELECT f.merge FROM concert_hub.functions f WHERE f.function_name = merge.function_name);
	home constant integer := concert_hub.home_of(arguments);
BEGIN
	PERFORM concert_booking.cache_answer('personal');
	IF home IS NOT NULL THEN
		RETURN QUERY SELECT r.value FROM jsonb_array_elements(concert_hub.ask_one(home, function_name, arguments)) r;
	ELSIF kind = 'sum' THEN
		RETURN QUERY
		SELECT jsonb_object_agg(f.key, f.figure)
		FROM (SELECT e.key, sum(e.value::numeric) AS figure
			  FROM (SELECT a.rows FROM concert_hub.ask_each(function_name, arguments) a
					UNION ALL
					/* The hub has a log of its own. */
					SELECT jsonb_build_array(to_jsonb(p)) FROM concert_booking.purge_events((arguments ->> 'keep')::interval) p
					WHERE function_name = 'purge_events') a, jsonb_array_elements(a.rows) r, jsonb_each_text(r.value) e
			  GROUP BY e.key) f;
	ELSIF function_name = 'reconcile_availability' THEN
		RETURN QUERY SELECT r.value FROM concert_hub.ask_each(function_name, arguments) a, jsonb_array_elements(a.rows) r;
	ELSIF kind = 'list' THEN
		RETURN QUERY SELECT concert_hub.name_shard(r.value, a.shard)
		FROM concert_hub.ask_all(function_name, arguments) a, jsonb_array_elements(a.rows) r;
	ELSIF kind = 'page' THEN
		RETURN QUERY SELECT * FROM concert_hub.merge_page(function_name, arguments);
	ELSIF kind = 'holds' THEN
		RETURN QUERY
		SELECT r.value
		FROM concert_hub.ask_all(function_name, arguments) a
		CROSS JOIN LATERAL jsonb_array_elements(a.rows) WITH ORDINALITY AS r (value, place)
		LEFT JOIN concert_booking.concert_schedules cs ON cs.id = (r.value ->> 'concert_schedule_id')::uuid
		ORDER BY cs.starts_at, r.value ->> 'concert_schedule_id', r.place;
	ELSIF kind = 'report' THEN
		RETURN QUERY SELECT * FROM concert_hub.merge_report(function_name, arguments);
	ELSIF kind = 'metrics' THEN
		RETURN QUERY SELECT * FROM concert_hub.merge_metrics();
	ELSIF kind = 'queue' THEN
		RETURN QUERY SELECT * FROM concert_hub.merge_queue(function_name, arguments);
	ELSIF kind = 'forget' THEN
		RETURN QUERY SELECT concert_hub.forget(arguments);
	ELSIF kind = 'popularity' THEN
		RETURN QUERY SELECT concert_hub.popularity(arguments);
	END IF;
END
$fn$;
REVOKE ALL ON FUNCTION concert_hub.merge(text, jsonb) FROM PUBLIC;

/* name_shard(finding, shard) - a finding of check_integrity() that no id leads to a shard gets its number. */
CREATE OR REPLACE FUNCTION concert_hub.name_shard(finding jsonb, shard integer)
RETURNS jsonb
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
	SELECT CASE WHEN finding ->> 'subject' IS NULL
		THEN finding || jsonb_build_object('detail', format('shard %s: %s', shard, finding ->> 'detail')) ELSE finding END
$fn$;
REVOKE ALL ON FUNCTION concert_hub.name_shard(jsonb, integer) FROM PUBLIC;

/*
 * merge_page(function_name, arguments) - a page of a list that the shards have sorted:
 * the newest bookings first, or with sort_by date the first performances. Each shard is
 * asked for all rows up to the end of the page, at most 1,000 at a time. total_count is
 * that of all shards.
 */
CREATE OR REPLACE FUNCTION concert_hub.merge_page(function_name text, arguments jsonb)
RETURNS SETOF jsonb
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $fn$
DECLARE
	most_rows constant integer := 1000;
	page_size constant integer := arguments ->> 'page_size';
	page_offset constant integer := arguments ->> 'page_offset';
	wanted constant integer := page_size + page_offset;
	answer record;
	page jsonb;
	listed jsonb[] := '{}';
	shard_count bigint;
	total bigint := 0;
	asked integer;
BEGIN
	/* What the shards refuse anyway is for them to refuse. */
	IF page_size BETWEEN 1 AND 1000 AND page_offset BETWEEN 0 AND 1000000 THEN
		arguments := arguments || jsonb_build_object('page_size', least(wanted, most_rows)::text, 'page_offset', '0');
	END IF;
	FOR answer IN SELECT a.shard, a.rows FROM concert_hub.ask_all(function_name, arguments) a LOOP
		shard_count := coalesce((answer.rows #>> '{0,total_count}')::bigint, 0);
		total := total + shard_count;
		page := answer.rows;
		asked := most_rows;
		LOOP
			listed := listed || ARRAY(SELECT r.value FROM jsonb_array_elements(page) r);
			EXIT WHEN asked >= least(wanted, shard_count);
			page := concert_hub.ask_one(answer.shard, function_name, arguments || jsonb_build_object(
				'page_size', least(wanted - asked, most_rows)::text, 'page_offset', asked::text));
			asked := asked + most_rows;
		END LOOP;
	END LOOP;
	RETURN QUERY
	SELECT r.value || jsonb_build_object('total_count', total)
	FROM unnest(listed) AS r (value)
	ORDER BY CASE WHEN arguments ->> 'sort_by' = 'date' THEN (r.value ->> 'concert_date')::date END,
			 CASE WHEN arguments ->> 'sort_by' = 'date' THEN (r.value ->> 'starts_at')::timestamptz
				  END,
			 CASE WHEN arguments ->> 'sort_by' IS DISTINCT FROM 'date' THEN (r.value ->> 'created_at')::timestamptz END DESC,
			 (r.value ->> 'booking_id')::uuid DESC
	LIMIT page_size OFFSET page_offset;
END
$fn$;
REVOKE ALL ON FUNCTION concert_hub.merge_page(text, jsonb) FROM PUBLIC;

/*
 * merge_report(function_name, arguments) - a report on a concert whose performances are on
 * several shards, by their starts. A shard that has not heard of the concert yet has sold
 * nothing of it.
 */
CREATE OR REPLACE FUNCTION concert_hub.merge_report(function_name text, arguments jsonb)
RETURNS SETOF jsonb
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $fn$
DECLARE
	wanted_id constant uuid := arguments ->> 'concert_id';
BEGIN
	/* The hub knows best which concerts there are. */
	IF wanted_id IS NOT NULL AND NOT EXISTS (SELECT FROM concert_booking.concerts c WHERE c.id = wanted_id) THEN
		PERFORM concert_booking.refuse_unknown_concert(wanted_id);
	END IF;
	RETURN QUERY
	WITH listed AS MATERIALIZED (
		SELECT r.value, r.place
		FROM concert_hub.ask_all(function_name, arguments, true, 'PT404') a
		CROSS JOIN LATERAL jsonb_array_elements(a.rows) WITH ORDINALITY AS r (value, place)),
	starts AS MATERIALIZED (
		SELECT r.value ->> 'concert_schedule_id' AS id, (r.value ->> 'starts_at')::timestamptz AS starts_at
		FROM concert_hub.ask_all('schedule_starts', jsonb_build_object('concert_id', wanted_id), false) a
		CROSS JOIN LATERAL jsonb_array_elements(a.rows) r
		WHERE EXISTS (SELECT FROM listed))
	SELECT l.value || jsonb_build_object('total_count', count(*) OVER ())
	FROM listed l LEFT JOIN starts s ON s.id = l.value ->> 'concert_schedule_id'
	ORDER BY s.starts_at, l.value ->> 'concert_schedule_id', l.place;
END
$fn$;
REVOKE ALL ON FUNCTION concert_hub.merge_report(text, jsonb) FROM PUBLIC;

/*
 * merge_metrics() - the figures of all shards and of the hub, each with the label shard.
 * What the hub has copied from the shards is not told twice. concert_booking_shard_up
 * says whether a shard has answered.
 */
CREATE OR REPLACE FUNCTION concert_hub.merge_metrics()
RETURNS SETOF jsonb
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	RETURN QUERY
	WITH told AS MATERIALIZED (SELECT a.shard, a.rows FROM concert_hub.ask_all('metrics', '{}') a)
	SELECT jsonb_build_object('name', 'concert_booking_shard_up', 'labels', jsonb_build_object('shard', s.number::text),
			'value', CASE WHEN EXISTS (SELECT FROM told t WHERE t.shard = s.number) THEN 1 ELSE 0 END)
	FROM (SELECT h.number FROM concert_hub.shards h WHERE h.place IS NOT NULL ORDER BY h.number) s
	UNION ALL
	SELECT r.value || jsonb_build_object('labels', (r.value -> 'labels') || jsonb_build_object('shard', t.shard::text))
	FROM told t CROSS JOIN LATERAL jsonb_array_elements(t.rows) r
	UNION ALL
	SELECT jsonb_build_object('name', m.name, 'labels', m.labels || '{"shard": "hub"}', 'value', m.value)
	FROM concert_booking.metrics() m
	WHERE m.name NOT IN ('concert_booking_schedules_on_sale', 'concert_booking_pending_availability');
END
$fn$;
REVOKE ALL ON FUNCTION concert_hub.merge_metrics() FROM PUBLIC;

/*
 * merge_queue(function_name, arguments) - the next of a queue that is spread over the
 * shards: due_refunds(). A shard claims what it answers, so each is asked for its share
 * of what is left, and none for more than is returned. What one has not got, the others
 * are asked for. It begins anywhere, so that no shard is always the last.
 */
CREATE OR REPLACE FUNCTION concert_hub.merge_queue(function_name text, arguments jsonb)
RETURNS SETOF jsonb
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $fn$
DECLARE
	left_over integer := arguments ->> 'page_size';
	turns integer[] := ARRAY(SELECT s.number FROM concert_hub.shards s WHERE s.place IS NOT NULL ORDER BY random());
	again integer[] := '{}';
	missing integer[] := '{}';
	shard integer;
	share integer;
	rows jsonb;
	claimed jsonb[] := '{}';
BEGIN
	WHILE cardinality(turns) > 0 LOOP
		shard := turns[1];
		/* What is no number of rows is for the shard to refuse. */
		share := CASE WHEN left_over BETWEEN 1 AND 1000 THEN ceil(left_over::numeric / cardinality(turns)) ELSE left_over END;
		turns := turns[2:];
		rows := concert_hub.try_one(shard, function_name, arguments || jsonb_build_object('page_size', share::text));
		IF rows IS NULL THEN
			missing := missing || shard;
		ELSE
			claimed := claimed || ARRAY(SELECT r.value FROM jsonb_array_elements(rows) r);
			left_over := left_over - jsonb_array_length(rows);
			IF jsonb_array_length(rows) = share THEN
				again := again || shard;
			END IF;
		END IF;
		EXIT WHEN left_over <= 0;
		IF cardinality(turns) = 0 THEN
			turns := again;
			again := '{}';
		END IF;
	END LOOP;
	IF cardinality(missing) = (SELECT count(s.place) FROM concert_hub.shards s) THEN
		PERFORM concert_hub.refuse_without(missing[1]);
	END IF;
	PERFORM concert_hub.tell_missing(missing);
	RETURN QUERY SELECT unnest(claimed);
END
$fn$;
REVOKE ALL ON FUNCTION concert_hub.merge_queue(text, jsonb) FROM PUBLIC;

/*
 * forget(arguments) - forget_booker() everywhere: a member's bookings, holds and wishes,
 * or the bookings of a guest on all shards that have some.
 *
 * Who is forgotten is forgotten everywhere or is told otherwise: nothing is changed
 * unless every shard answers. If one goes away, or refuses (a payment is under way),
 * after others are done, that is the error of the call, and the same call can be made
 * again: the shard of the booking that was named comes last. Each is asked for it: the
 * number of a booking of 0.1 begins with any symbol.
 */
CREATE OR REPLACE FUNCTION concert_hub.forget(arguments jsonb)
RETURNS jsonb
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $fn$
DECLARE
	numbers constant integer[] := ARRAY(SELECT s.number FROM concert_hub.shards s WHERE s.place IS NOT NULL ORDER BY s.number);
	member_id uuid := arguments ->> 'user_id';
	named constant text := arguments ->> 'booking_number';
	home integer := numbers[1];
	shard integer;
	booker jsonb;
	found_booker jsonb;
	guest_number text;
	done jsonb := '[]';
BEGIN
	FOREACH shard IN ARRAY numbers LOOP
		PERFORM concert_hub.ask_one(shard, 'is_there', '{}', false);
	END LOOP;
	IF named IS NOT NULL AND member_id IS NULL THEN
		FOREACH shard IN ARRAY numbers LOOP
			found_booker := concert_hub.ask_one(shard, 'bookers', jsonb_build_object('booking_number', named), false) -> 0;
			/* Where two have the number, the symbol decides. */
			IF found_booker IS NOT NULL AND (booker IS NULL OR shard = concert_booking.shard_of_booking_number(named)) THEN
				booker := found_booker;
				home := shard;
			END IF;
		END LOOP;
		member_id := booker ->> 'user_id';
	END IF;
	IF booker IS NULL AND (member_id IS NULL OR named IS NOT NULL) THEN
		RETURN concert_hub.ask_one(home, 'forget_booker', arguments) -> 0;	-- which refuses it
	END IF;

	FOREACH shard IN ARRAY array_remove(numbers, home) || home LOOP
		IF member_id IS NOT NULL THEN
			done := done || concert_hub.ask_one(shard, 'forget_booker', jsonb_build_object('user_id', member_id));
		ELSIF shard = home THEN
			done := done || concert_hub.ask_one(shard, 'forget_booker', jsonb_build_object('booking_number', named));
		ELSE
			guest_number := concert_hub.ask_one(shard, 'guest_numbers', booker - 'user_id', false) #>> '{0,booking_number}';
			IF guest_number IS NOT NULL THEN
				done := done || concert_hub.ask_one(shard, 'forget_booker', jsonb_build_object('booking_number', guest_number));
			END IF;
		END IF;
	END LOOP;
	IF member_id IS NOT NULL THEN
		done := done || (SELECT to_jsonb(f) FROM concert_booking.forget_booker(user_id => member_id) f);
	END IF;
	RETURN (SELECT jsonb_object_agg(f.key, f.figure)
			FROM (SELECT e.key, sum(e.value::integer) AS figure
				  FROM jsonb_array_elements(done) r, jsonb_each_text(r.value) e GROUP BY e.key) f);
END
$fn$;
REVOKE ALL ON FUNCTION concert_hub.forget(jsonb) FROM PUBLIC;

/*
 * booking_counts(recent) - how many bookings the concerts have on all shards: those that
 * had any in this last span of time, or null: all. While a shard is missing there are none,
 * because without its bookings a concert would fall.
 */
CREATE OR REPLACE FUNCTION concert_hub.booking_counts(recent interval)
RETURNS jsonb
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
SET intervalstyle = 'postgres'
AS $fn$
DECLARE
	shard_count constant integer := (SELECT count(s.place) FROM concert_hub.shards s);
	told record;
BEGIN
	SELECT count(*) AS shards, jsonb_agg(a.rows) AS counts INTO told
	FROM concert_hub.ask_all('booking_counts', jsonb_build_object('recent', recent::text, 'concert_ids', NULL), false) a;
	IF recent IS NOT NULL AND told.shards = shard_count THEN
		SELECT count(*) AS shards, jsonb_agg(a.rows) AS counts INTO told
		FROM concert_hub.ask_all('booking_counts', jsonb_build_object('recent', NULL, 'concert_ids', ARRAY(
				SELECT DISTINCT c.value ->> 'concert_id' FROM jsonb_array_elements(told.counts) s, jsonb_array_elements(s.value) c)::text), false) a;
	END IF;
	IF told.shards <> shard_count THEN
		RETURN '{}';
	END IF;
	RETURN (SELECT coalesce(jsonb_object_agg(b.id, b.figure), '{}')
			FROM (SELECT c.value ->> 'concert_id' AS id, sum((c.value ->> 'booking_count')::bigint) AS figure
				  FROM jsonb_array_elements(told.counts) s, jsonb_array_elements(s.value) c GROUP BY 1) b);
END
$fn$;
REVOKE ALL ON FUNCTION concert_hub.booking_counts(interval) FROM PUBLIC;

/*
 * popularity(arguments) - refresh_popularity(): the shards count the bookings, the hub
 * has the concerts.
 */
CREATE OR REPLACE FUNCTION concert_hub.popularity(arguments jsonb)
RETURNS jsonb
LANGUAGE sql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $fn$
	SELECT jsonb_build_object('refreshed_concerts', concert_booking.refresh_popularity((arguments ->> 'recent')::interval,
		coalesce((arguments ->> 'bookings')::jsonb, concert_hub.booking_counts((arguments ->> 'recent')::interval))))
$fn$;
REVOKE ALL ON FUNCTION concert_hub.popularity(jsonb) FROM PUBLIC;

/*
 * run_popularity(recent, bookings) - the same in batches, each in a transaction of its own:
 * the job of the hub. CALL it outside a transaction.
 *
 * No SET clause: PostgreSQL allows no COMMIT then. Every name is qualified.
 */
CREATE OR REPLACE PROCEDURE concert_hub.run_popularity(
	recent interval DEFAULT NULL,
	bookings jsonb DEFAULT NULL,
	INOUT refreshed_concerts integer DEFAULT NULL)
LANGUAGE plpgsql
AS $fn$
BEGIN
	IF bookings IS NULL THEN
		bookings := concert_hub.booking_counts(recent);
	END IF;
	CALL concert_booking.run_popularity(recent, bookings, refreshed_concerts);
END
$fn$;
REVOKE ALL ON PROCEDURE concert_hub.run_popularity(interval, jsonb, integer) FROM PUBLIC;

/*
 * refuse_move() - another time zone of a venue, or another venue of a concert, moves its
 * performances. The tables' owner corrects what was wrong; anybody else moves those only
 * that nobody has booked. Trigger, AFTER UPDATE ON venues and ON concerts: in place of
 * refresh_schedule_starts(), which has no bookings to look at here.
 *
 * A booking that is made before the change has reached the shard is not seen.
 * Errors: PT409 (DETAIL: reason has_bookings), PT503.
 */
CREATE OR REPLACE FUNCTION concert_hub.refuse_move()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
DECLARE
	shard integer;
	moved text;
	arguments jsonb;
BEGIN
	IF pg_has_role(concert_booking.acting_role(), (SELECT t.relowner FROM pg_class t WHERE t.oid = TG_RELID), 'MEMBER') THEN
		RETURN NULL;
	END IF;
	IF TG_TABLE_NAME = 'venues' THEN
		arguments := jsonb_build_object('venue_id', NEW.id, 'timezone', NEW.timezone);
	ELSE
		arguments := jsonb_build_object('concert_id', NEW.id,
			'timezone', (SELECT v.timezone FROM concert_booking.venues v WHERE v.id = NEW.venue_id));
	END IF;
	FOR shard IN SELECT s.number FROM concert_hub.shards s WHERE s.place IS NOT NULL ORDER BY 1 LOOP
		moved := concert_hub.ask_one(shard, 'moved_with_bookings', '{"venue_id": null, "concert_id": null}' || arguments, false)
			#>> '{0,concert_schedule_id}';
		IF moved IS NOT NULL THEN
			PERFORM concert_booking.refuse('PT409', 'schedule has bookings',
				jsonb_build_object('reason', 'has_bookings', 'concert_schedule_id', moved)::text,
				'The performance would begin at another time. Call postpone_schedule(); a wrong time zone is corrected by the owner of the tables.');
		END IF;
	END LOOP;
	RETURN NULL;
END
$fn$;
REVOKE ALL ON FUNCTION concert_hub.refuse_move() FROM PUBLIC;
DO $do$
BEGIN
	IF NOT EXISTS (SELECT FROM pg_trigger g WHERE g.tgname = 'refuse_move' AND g.tgrelid = 'concert_booking.venues'::regclass) THEN
		CREATE TRIGGER refuse_move AFTER UPDATE OF timezone ON concert_booking.venues
			FOR EACH ROW WHEN (OLD.timezone IS DISTINCT FROM NEW.timezone) EXECUTE FUNCTION concert_hub.refuse_move();
		CREATE TRIGGER refuse_move AFTER UPDATE OF venue_id ON concert_booking.concerts
			FOR EACH ROW WHEN (OLD.venue_id IS DISTINCT FROM NEW.venue_id) EXECUTE FUNCTION concert_hub.refuse_move();
	END IF;
END
$do$;
