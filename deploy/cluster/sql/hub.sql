/*
 * The hub: it has the catalogue, shows the schedules of all shards, and asks the shards
 * what only all of them together know. "generate" fills in:
 *
 *   @{shards}       the shards and how to reach them: (0, 'host=... port=... dbname=...'), ...
 *   @{routes_all}   the functions that ask all shards, a list of SQL texts (routes.txt)
 *
 * Run it as a superuser in the database of concert_booking, after install.sql, before
 * shard.sql and hub2.sql; run it again at any time, and with one shard more. What is there
 * already is left alone.
 *
 * The functions of the schema concert_hub have the signatures, comments and grants of
 * those of concert_booking: they are made from the catalogue of the database, at the end.
 * How the answers of the shards become one is in the table concert_hub.functions.
 */
\set ON_ERROR_STOP on
SET client_min_messages = warning;
SET lock_timeout = '5s';
-- replicas may not be there yet
SET synchronous_commit = local;

CREATE EXTENSION IF NOT EXISTS plproxy;
CREATE SCHEMA IF NOT EXISTS concert_hub;
COMMENT ON SCHEMA concert_hub IS 'functions of concert_booking that ask all shards, and what they need';

/* -------- the shards -------- */

CREATE TABLE IF NOT EXISTS concert_hub.shards (
	number integer PRIMARY KEY CHECK (number BETWEEN 0 AND 30),
	connection text NOT NULL,
	place integer
);
COMMENT ON TABLE concert_hub.shards IS 'the shards';
COMMENT ON COLUMN concert_hub.shards.number IS 'the number in the ids that it makes';
COMMENT ON COLUMN concert_hub.shards.connection IS 'how to reach it, but for the role';
COMMENT ON COLUMN concert_hub.shards.place IS 'its partition of the server concert_shards; null: it is not asked yet, see hub2.sql';
REVOKE ALL ON concert_hub.shards FROM PUBLIC;

/* A shard can move and another one can come; one that has sold tickets cannot go. */
DO $do$
DECLARE
	gone text;
BEGIN
	SELECT string_agg(s.number::text, ', ') INTO gone
	FROM concert_hub.shards s WHERE s.number NOT IN (SELECT w.number FROM (VALUES @{shards}) AS w (number, connection));
	IF gone IS NOT NULL THEN
		RAISE EXCEPTION 'a shard is missing' USING DETAIL = format('The description does not name shard %s.', gone),
			HINT = 'Its tickets would be lost. A shard is moved by naming another address.';
	END IF;
	INSERT INTO concert_hub.shards AS s (number, connection)
	SELECT w.number, btrim(regexp_replace(w.connection, '\s*\muser=\S+', ''))
	FROM (VALUES @{shards}) AS w (number, connection)
	ON CONFLICT (number) DO UPDATE SET connection = excluded.connection WHERE s.connection <> excluded.connection;
END
$do$;

/* -------- what goes to the shards -------- */

SELECT EXISTS (SELECT FROM pg_publication p WHERE p.pubname = 'concert_catalogue') AS published \gset
DO $do$
BEGIN
	IF to_regrole('concert_replicator') IS NULL THEN
		CREATE ROLE concert_replicator LOGIN REPLICATION;
		COMMENT ON ROLE concert_replicator IS 'hub and shards log in as this role to follow each other';
	END IF;
	/* The filter of a publication may name columns of the replica identity only. */
	IF (SELECT c.relreplident FROM pg_class c WHERE c.oid = 'concert_booking.price_types'::regclass) <> 'f' THEN
		ALTER TABLE concert_booking.price_types REPLICA IDENTITY FULL;
	END IF;
	IF NOT EXISTS (SELECT FROM pg_publication p WHERE p.pubname = 'concert_catalogue') THEN
		CREATE PUBLICATION concert_catalogue FOR TABLE concert_booking.venues, concert_booking.concerts,
			concert_booking.price_types WHERE (concert_schedule_id IS NULL)
			WITH (publish = 'insert, update, delete');
		COMMENT ON PUBLICATION concert_catalogue IS 'what the shards know of the catalogue';
	END IF;
END
$do$;
GRANT USAGE ON SCHEMA concert_booking TO concert_replicator;
GRANT SELECT ON concert_booking.venues, concert_booking.concerts, concert_booking.price_types TO concert_replicator;
/* Patroni makes the slots before this file runs; one that is older than its publication cannot be read. */
\if :published
\else
	SELECT pg_drop_replication_slot(s.slot_name) FROM pg_replication_slots s WHERE s.slot_name LIKE 'concert_catalogue_%' \g /dev/null
\endif
SELECT pg_create_logical_replication_slot('concert_catalogue_' || h.number, 'pgoutput')
FROM concert_hub.shards h
WHERE NOT EXISTS (SELECT FROM pg_replication_slots s WHERE s.slot_name = 'concert_catalogue_' || h.number) \g /dev/null

/* -------- what comes from the shards -------- */

/*
 * subscribe(shard) - follow a shard, from its slot on. What the shard has is copied first.
 */
CREATE OR REPLACE FUNCTION concert_hub.subscribe(shard integer)
RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	/* See shard2.sql for the two settings. */
	EXECUTE format('CREATE SUBSCRIPTION %1$I CONNECTION %2$L PUBLICATION concert_sales
		WITH (create_slot = false, slot_name = %1$L, copy_data = true, synchronous_commit = ''on'')',
		'concert_sales_' || shard,
		(SELECT s.connection || ' user=concert_replicator' FROM concert_hub.shards s WHERE s.number = shard));
	EXECUTE format('COMMENT ON SUBSCRIPTION %I IS ''schedules, prices and availability of a shard''', 'concert_sales_' || shard);
END
$fn$;
REVOKE ALL ON FUNCTION concert_hub.subscribe(integer) FROM PUBLIC;

/*
 * refuse_sales() - the shards keep schedules, seats and everything that is sold: a row
 * that was written here would be nobody's, and could stop what comes from there.
 * Trigger, BEFORE INSERT OR UPDATE OR DELETE; not for what the subscriptions write.
 * Errors: 55000.
 */
CREATE OR REPLACE FUNCTION concert_hub.refuse_sales()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	PERFORM concert_booking.refuse('55000', 'the sales belong to the shards',
		format('The table is "%s".', TG_TABLE_NAME), 'Write it on the shard of the schedule; what the hub shows of it comes by itself.');
	RETURN NULL;
END
$fn$;
REVOKE ALL ON FUNCTION concert_hub.refuse_sales() FROM PUBLIC;

/*
 * refuse_deletion() - a concert or venue that is deleted here would go on all shards, and
 * leave its schedules and bookings there. Trigger, BEFORE DELETE. Errors: 55000.
 */
CREATE OR REPLACE FUNCTION concert_hub.refuse_deletion()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	PERFORM concert_booking.refuse('55000', 'the catalogue of a cluster is not deleted',
		format('The table is "%s".', TG_TABLE_NAME), 'Set is_deleted of the concert: it is not shown any more, and the shards keep its bookings.');
	RETURN NULL;
END
$fn$;
REVOKE ALL ON FUNCTION concert_hub.refuse_deletion() FROM PUBLIC;

DO $do$
DECLARE
	guarded record;
	stale record;
BEGIN
	/* Two shards may have the same concert at the same time; here that would stop the second one's rows. */
	ALTER TABLE concert_booking.concert_schedules DROP CONSTRAINT IF EXISTS unique_concert_schedule;

	FOR guarded IN
		SELECT t.name, 'BEFORE INSERT OR UPDATE OR DELETE' AS event, '' AS condition, 'refuse_sales' AS function, 'belongs_to_the_shards' AS trigger
		FROM unnest('{concert_schedules,schedule_prices,availability_changes,seats,temp_reservations,bookings,booking_seats,
					  payments,refunds_due,archived_schedules,archived_bookings}'::text[]) AS t (name)
		UNION ALL VALUES
			('price_types', 'BEFORE INSERT OR UPDATE', 'WHEN (NEW.concert_schedule_id IS NOT NULL)', 'refuse_sales', 'belongs_to_the_shards'),
			('price_types', 'BEFORE UPDATE OR DELETE', 'WHEN (OLD.concert_schedule_id IS NOT NULL)', 'refuse_sales', 'belonged_to_the_shards'),
			('venues', 'BEFORE DELETE', '', 'refuse_deletion', 'keep_for_the_shards'),
			('concerts', 'BEFORE DELETE', '', 'refuse_deletion', 'keep_for_the_shards')
	LOOP
		CONTINUE WHEN EXISTS (SELECT FROM pg_trigger g WHERE g.tgname = guarded.trigger
							  AND g.tgrelid = format('concert_booking.%I', guarded.name)::regclass);
		EXECUTE format('CREATE TRIGGER %I %s ON concert_booking.%I FOR EACH ROW %s EXECUTE FUNCTION concert_hub.%I()',
			guarded.trigger, guarded.event, guarded.name, guarded.condition, guarded.function);
	END LOOP;
	/* The shards recompute starts_at; refuse_move() of hub2.sql asks them before. */
	FOR stale IN
		SELECT g.tgrelid::regclass AS table_name, g.tgname FROM pg_trigger g
		WHERE g.tgname = 'refresh_schedule_starts' AND g.tgenabled <> 'D'
		  AND g.tgrelid IN ('concert_booking.venues'::regclass, 'concert_booking.concerts'::regclass)
	LOOP
		EXECUTE format('ALTER TABLE %s DISABLE TRIGGER %I', stale.table_name, stale.tgname);
	END LOOP;
END
$do$;

/* -------- asking -------- */

/*
 * send(places, function_name, arguments, role_name, claims, is_read_only) - ask some shards
 * at once, by their places. For the functions of this schema alone. A transaction that may
 * not write (a GET) may not write on the shards either.
 */
CREATE OR REPLACE FUNCTION concert_hub.send(
	places integer[],
	function_name text,
	arguments jsonb,
	role_name text,
	claims text,
	is_read_only boolean)
RETURNS TABLE (shard integer, rows jsonb, error jsonb)
LANGUAGE plproxy
AS $fn$
	CLUSTER 'concert_shards';
	RUN ON pg_catalog.unnest(places);
	SELECT * FROM concert_shard.answer($2, $3, $4, $5, $6);
$fn$;
REVOKE ALL ON FUNCTION concert_hub.send(integer[], text, jsonb, text, text, boolean) FROM PUBLIC;

/*
 * asker() - the role that a shard shall become: the caller's; null for whoever has the
 * rights of the schema's owner.
 */
CREATE OR REPLACE FUNCTION concert_hub.asker()
RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
	SELECT CASE WHEN NOT pg_has_role(concert_booking.acting_role(), n.nspowner, 'MEMBER') THEN concert_booking.acting_role()::text END
	FROM pg_namespace n WHERE n.nspname = 'concert_booking'
$fn$;
REVOKE ALL ON FUNCTION concert_hub.asker() FROM PUBLIC;

/* raise_again(error) - the error that a shard has answered, as it was there. */
CREATE OR REPLACE FUNCTION concert_hub.raise_again(error jsonb)
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	IF error ->> 'detail' IS NOT NULL AND error ->> 'hint' IS NOT NULL THEN
		RAISE EXCEPTION USING ERRCODE = error ->> 'sqlstate', MESSAGE = error ->> 'message', DETAIL = error ->> 'detail', HINT = error ->> 'hint';
	ELSIF error ->> 'detail' IS NOT NULL THEN
		RAISE EXCEPTION USING ERRCODE = error ->> 'sqlstate', MESSAGE = error ->> 'message', DETAIL = error ->> 'detail';
	ELSIF error ->> 'hint' IS NOT NULL THEN
		RAISE EXCEPTION USING ERRCODE = error ->> 'sqlstate', MESSAGE = error ->> 'message', HINT = error ->> 'hint';
	ELSIF error IS NOT NULL THEN
		RAISE EXCEPTION USING ERRCODE = error ->> 'sqlstate', MESSAGE = error ->> 'message';
	END IF;
END
$fn$;
REVOKE ALL ON FUNCTION concert_hub.raise_again(jsonb) FROM PUBLIC;

/* refuse_without(shard) - PT503: this call cannot do without a shard that does not answer. */
CREATE OR REPLACE FUNCTION concert_hub.refuse_without(shard integer)
RETURNS void
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
	SELECT concert_booking.refuse('PT503', 'shard cannot be reached', jsonb_build_object('shard', shard)::text,
		'Try again when it is back.')
$fn$;
REVOKE ALL ON FUNCTION concert_hub.refuse_without(integer) FROM PUBLIC;

/*
 * try_one(shard, function_name, arguments, as_caller) - ask one shard.
 *
 * Arguments: as_caller, false for a function that shards have for the hub alone.
 * Returns: rows; null: the shard does not answer. Errors: those of the shard.
 */
CREATE OR REPLACE FUNCTION concert_hub.try_one(
	shard integer,
	function_name text,
	arguments jsonb,
	as_caller boolean DEFAULT true)
RETURNS jsonb
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
SET client_min_messages = error
SET log_min_messages = error
AS $fn$
DECLARE
	answer record;
BEGIN
	BEGIN
		SELECT a.rows, a.error INTO answer
		FROM concert_hub.send(ARRAY(SELECT s.place FROM concert_hub.shards s WHERE s.number = shard),
			function_name, arguments, CASE WHEN as_caller THEN concert_hub.asker() END,
			CASE WHEN as_caller THEN current_setting('request.jwt.claims', true) END,
			current_setting('transaction_read_only')::boolean) a;
	EXCEPTION WHEN internal_error OR connection_exception OR admin_shutdown OR crash_shutdown OR cannot_connect_now THEN
		RETURN NULL;
	END;
	PERFORM concert_hub.raise_again(answer.error);
	RETURN answer.rows;
END
$fn$;
REVOKE ALL ON FUNCTION concert_hub.try_one(integer, text, jsonb, boolean) FROM PUBLIC;

/* ask_one(...) - the same; a shard that does not answer is refused (PT503). */
CREATE OR REPLACE FUNCTION concert_hub.ask_one(
	shard integer,
	function_name text,
	arguments jsonb,
	as_caller boolean DEFAULT true)
RETURNS jsonb
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $fn$
DECLARE
	answer constant jsonb := concert_hub.try_one(shard, function_name, arguments, as_caller);
BEGIN
	IF answer IS NULL THEN
		PERFORM concert_hub.refuse_without(shard);
	END IF;
	RETURN answer;
END
$fn$;
REVOKE ALL ON FUNCTION concert_hub.ask_one(integer, text, jsonb, boolean) FROM PUBLIC;

/*
 * reachable(all_again) - the shards that answer. One that did not is not tried again for
 * two seconds, so that a list does not wait for it each time: this connection remembers it.
 * What is further ahead was written before the clock was set back.
 *
 * Arguments: all_again, ask each of them now.
 */
CREATE OR REPLACE FUNCTION concert_hub.reachable(all_again boolean DEFAULT false)
RETURNS integer[]
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $fn$
DECLARE
	/* shard: when it is asked again, in seconds */
	silent jsonb := coalesce(nullif(current_setting('concert_hub.silent', true), '')::jsonb, '{}');
	number integer;
	numbers integer[] := '{}';
BEGIN
	FOR number IN SELECT s.number FROM concert_hub.shards s WHERE s.place IS NOT NULL ORDER BY s.number LOOP
		IF all_again OR (silent ->> number::text)::numeric - extract(epoch FROM clock_timestamp()) NOT BETWEEN 0 AND 2 THEN
			silent := silent - number::text;
			IF concert_hub.try_one(number, 'is_there', '{}', false) IS NULL THEN
				silent := silent || jsonb_build_object(number::text, extract(epoch FROM clock_timestamp()) + 2);
			END IF;
		END IF;
		IF NOT silent ? number::text THEN
			numbers := numbers || number;
		END IF;
	END LOOP;
	PERFORM set_config('concert_hub.silent', silent::text, false);
	RETURN numbers;
END
$fn$;
REVOKE ALL ON FUNCTION concert_hub.reachable(boolean) FROM PUBLIC;

/*
 * tell_missing(shards) - the answer is without these shards: a WARNING, or for a web
 * client status 206, the header Concert-Incomplete with their numbers, and no caching.
 */
CREATE OR REPLACE FUNCTION concert_hub.tell_missing(shards integer[])
RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
SET log_min_messages = error	-- metrics() tells it once, not each call
AS $fn$
DECLARE
	headers jsonb := '[]';
BEGIN
	IF cardinality(shards) = 0 THEN
		RETURN;
	END IF;
	BEGIN
		headers := coalesce(nullif(current_setting('response.headers', true), ''), '[]')::jsonb;
	EXCEPTION WHEN data_exception THEN
		NULL;	-- what nobody can read is replaced
	END;
	SELECT coalesce(jsonb_agg(h.header), '[]') INTO headers
	FROM jsonb_array_elements(CASE jsonb_typeof(headers) WHEN 'array' THEN headers ELSE '[]' END) AS h (header)
	WHERE NOT h.header ? 'Concert-Incomplete';
	headers := headers || jsonb_build_object('Concert-Incomplete', array_to_string(shards, ','));
	IF NOT headers::text ILIKE '%"cache-control"%' THEN
		headers := headers || '{"Cache-Control": "no-store"}'::jsonb;
	END IF;
	PERFORM set_config('response.headers', headers::text, true), set_config('response.status', '206', true);
	IF coalesce(current_setting('request.method', true), '') = '' THEN
		RAISE WARNING 'the answer is incomplete'
			USING DETAIL = format('Shard %s cannot be reached.', array_to_string(shards, ', ')),
				  HINT = 'Try again when it is back.';
	END IF;
END
$fn$;
REVOKE ALL ON FUNCTION concert_hub.tell_missing(integer[]) FROM PUBLIC;

/*
 * ask_all(function_name, arguments) - ask all shards at once, for a list.
 *
 * Returns: shard; rows. Errors: that of the shard with the lowest number. With except_code
 * only where all of them have one: what a shard does not know, another one may.
 */
CREATE OR REPLACE FUNCTION concert_hub.ask_all(
	function_name text,
	arguments jsonb,
	as_caller boolean DEFAULT true,
	except_code text DEFAULT NULL)
RETURNS TABLE (shard integer, rows jsonb)
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $fn$
#variable_conflict use_column
DECLARE
	numbers integer[] := concert_hub.reachable();
	answers jsonb;
	failure jsonb;
BEGIN
	answers := concert_hub.try_all(numbers, function_name, arguments, as_caller);
	IF answers IS NULL THEN
		numbers := concert_hub.reachable(true);
		answers := concert_hub.try_all(numbers, function_name, arguments, as_caller);
	END IF;
	IF answers IS NULL OR cardinality(numbers) = 0 THEN
		PERFORM concert_hub.refuse_without((SELECT s.number FROM concert_hub.shards s WHERE s.place IS NOT NULL
											ORDER BY s.number = ANY (numbers), s.number LIMIT 1));
	END IF;
	SELECT a.answer -> 'error' INTO failure
	FROM jsonb_array_elements(answers) AS a (answer)
	WHERE jsonb_typeof(a.answer -> 'error') = 'object'
	  AND (a.answer #>> '{error,sqlstate}' IS DISTINCT FROM except_code
		   OR NOT EXISTS (SELECT FROM jsonb_array_elements(answers) AS o (answer) WHERE jsonb_typeof(o.answer -> 'rows') = 'array'))
	ORDER BY (a.answer -> 'shard')::integer LIMIT 1;
	PERFORM concert_hub.raise_again(failure);
	PERFORM concert_hub.tell_missing(ARRAY(
		SELECT s.number FROM concert_hub.shards s WHERE s.place IS NOT NULL AND s.number <> ALL (numbers) ORDER BY 1));
	RETURN QUERY
	SELECT (a.answer -> 'shard')::integer, a.answer -> 'rows'
	FROM jsonb_array_elements(answers) AS a (answer)
	WHERE jsonb_typeof(a.answer -> 'rows') = 'array'
	ORDER BY 1;
END
$fn$;
REVOKE ALL ON FUNCTION concert_hub.ask_all(text, jsonb, boolean, text) FROM PUBLIC;

/* try_all(shards, ...) - a list of the answers of these shards; null: one of them does not answer. */
CREATE OR REPLACE FUNCTION concert_hub.try_all(
	shards integer[],
	function_name text,
	arguments jsonb,
	as_caller boolean)
RETURNS jsonb
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
SET client_min_messages = error
SET log_min_messages = error
AS $fn$
DECLARE
	places constant integer[] := ARRAY(SELECT s.place FROM concert_hub.shards s WHERE s.number = ANY (shards));
BEGIN
	IF cardinality(places) = 0 THEN
		RETURN '[]';
	END IF;
	RETURN (SELECT jsonb_agg(to_jsonb(a))
			FROM concert_hub.send(places, function_name, arguments, CASE WHEN as_caller THEN concert_hub.asker() END,
				CASE WHEN as_caller THEN current_setting('request.jwt.claims', true) END,
				current_setting('transaction_read_only')::boolean) a);
EXCEPTION WHEN internal_error OR connection_exception OR admin_shutdown OR crash_shutdown OR cannot_connect_now THEN
	RETURN NULL;
END
$fn$;
REVOKE ALL ON FUNCTION concert_hub.try_all(integer[], text, jsonb, boolean) FROM PUBLIC;

/*
 * ask_each(function_name, arguments) - ask all shards one after the other, for what
 * changes something: it is tried once on each. The first error ends it; what shards
 * before it have done stays done.
 *
 * Returns: shard; rows.
 */
CREATE OR REPLACE FUNCTION concert_hub.ask_each(function_name text, arguments jsonb)
RETURNS TABLE (shard integer, rows jsonb)
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $fn$
DECLARE
	missing integer[] := '{}';
BEGIN
	FOR shard IN SELECT s.number FROM concert_hub.shards s WHERE s.place IS NOT NULL ORDER BY s.number LOOP
		rows := concert_hub.try_one(shard, function_name, arguments);
		IF rows IS NULL THEN
			missing := missing || shard;
		ELSE
			RETURN NEXT;
		END IF;
	END LOOP;
	IF cardinality(missing) > 0 AND cardinality(missing) = (SELECT count(s.place) FROM concert_hub.shards s) THEN
		PERFORM concert_hub.refuse_without(missing[1]);
	END IF;
	PERFORM concert_hub.tell_missing(missing);
END
$fn$;
REVOKE ALL ON FUNCTION concert_hub.ask_each(text, jsonb) FROM PUBLIC;
