/*
 * One shard: what it gives the hub, what it leaves to the hub, and its answers to what
 * the hub asks. "generate" fills in:
 *
 *   @{number}       the number of this shard, 0 to 30
 *   @{routes_all}   the functions that the hub asks all shards, a list of SQL texts
 *
 * Run it as a superuser in the database of concert_booking, after install.sql and before
 * hub2.sql and shard2.sql; run it again at any time. What is there already is left alone,
 * so that nobody who buys tickets waits for it.
 */
\set ON_ERROR_STOP on
SET client_min_messages = warning;
SET lock_timeout = '5s';
-- replicas may not be there yet
SET synchronous_commit = local;

/* The ids that this server makes have to lead back to it. */
DO $do$
BEGIN
	IF concert_booking.shard_of(concert_booking.uuid_v7()) <> @{number}
	   OR current_setting('concert_booking.shard')::integer <> @{number} THEN
		RAISE EXCEPTION 'concert_booking.shard is not @{number}'
			USING HINT = 'Set it in postgresql.conf, not with ALTER DATABASE: a dump would lose it.';
	END IF;
END
$do$;

/*
 * Two roles, with no password yet. concert_router is the hub that asks for a client: it
 * becomes that client's role, as web_authenticator does, and has the rights of staff for
 * what the owner of the hub asks. concert_replicator reads what is published.
 */
DO $do$
DECLARE
	client name;
BEGIN
	IF to_regrole('concert_router') IS NULL THEN
		CREATE ROLE concert_router LOGIN NOINHERIT;
		ALTER ROLE concert_router SET lock_timeout = '5s';
		COMMENT ON ROLE concert_router IS 'the hub logs in as this role to ask this shard';
	END IF;
	IF to_regrole('concert_replicator') IS NULL THEN
		CREATE ROLE concert_replicator LOGIN REPLICATION;
		COMMENT ON ROLE concert_replicator IS 'hub and shards log in as this role to follow each other';
	END IF;
	IF NOT has_function_privilege('concert_router', 'concert_booking.expire_holds(integer)', 'EXECUTE') THEN
		PERFORM concert_booking.grant_access('concert_router', 'staff');
	END IF;
	/* Whoever may call something here may be spoken for. */
	FOR client IN
		SELECT DISTINCT r.rolname
		FROM pg_proc p CROSS JOIN LATERAL aclexplode(p.proacl) a JOIN pg_roles r ON r.oid = a.grantee
		WHERE p.pronamespace = 'concert_booking'::regnamespace AND a.grantee <> p.proowner
		  AND r.rolname <> 'concert_router' AND NOT r.rolsuper AND NOT pg_has_role('concert_router', r.oid, 'MEMBER')
	LOOP
		EXECUTE format('GRANT %I TO concert_router', client);
	END LOOP;
END
$do$;

/* -------- what goes to the hub -------- */

SELECT EXISTS (SELECT FROM pg_publication p WHERE p.pubname = 'concert_sales') AS published \gset
DO $do$
BEGIN
	/* The filter of a publication may name columns of the replica identity only. */
	IF (SELECT c.relreplident FROM pg_class c WHERE c.oid = 'concert_booking.price_types'::regclass) <> 'f' THEN
		ALTER TABLE concert_booking.price_types REPLICA IDENTITY FULL;
	END IF;
	/* No TRUNCATE: on the hub it would take the rows of all shards. */
	IF NOT EXISTS (SELECT FROM pg_publication p WHERE p.pubname = 'concert_sales') THEN
		CREATE PUBLICATION concert_sales FOR TABLE
			concert_booking.concert_schedules, concert_booking.schedule_prices, concert_booking.availability_changes,
			concert_booking.price_types WHERE (concert_schedule_id IS NOT NULL)
			WITH (publish = 'insert, update, delete');
		COMMENT ON PUBLICATION concert_sales IS 'what the hub shows of the schedules of this shard';
	END IF;
END
$do$;
GRANT USAGE ON SCHEMA concert_booking TO concert_replicator;
GRANT SELECT ON concert_booking.concert_schedules, concert_booking.schedule_prices, concert_booking.availability_changes,
	concert_booking.price_types TO concert_replicator;
/* Patroni makes the slot before this file runs; one that is older than its publication cannot be read. */
\if :published
\else
	SELECT pg_drop_replication_slot(s.slot_name) FROM pg_replication_slots s WHERE s.slot_name = 'concert_sales_@{number}' \g /dev/null
\endif
SELECT pg_create_logical_replication_slot('concert_sales_@{number}', 'pgoutput')
WHERE NOT EXISTS (SELECT FROM pg_replication_slots s WHERE s.slot_name = 'concert_sales_@{number}') \g /dev/null

/* -------- what comes from the hub -------- */

CREATE SCHEMA IF NOT EXISTS concert_shard;
COMMENT ON SCHEMA concert_shard IS 'what makes this database a shard of a cluster of concert_booking';
GRANT USAGE ON SCHEMA concert_shard TO concert_router;

/*
 * refuse_catalogue() - the hub keeps venues, concerts and the price types of concerts:
 * what was written here would be different there, and stop what comes from there.
 * Trigger, BEFORE INSERT OR UPDATE OR DELETE; not for what the subscription writes.
 *
 * archive_past_schedules() and refresh_popularity() keep figures of their own in a
 * concert's row. Errors: 55000.
 */
CREATE OR REPLACE FUNCTION concert_shard.refuse_catalogue()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
DECLARE
	figures constant text[] := '{popularity,counted_bookings,updated_at}';
BEGIN
	IF TG_OP = 'UPDATE' THEN
		IF to_jsonb(OLD) - figures = to_jsonb(NEW) - figures THEN
			RETURN NEW;
		END IF;
	END IF;
	PERFORM concert_booking.refuse('55000', 'the catalogue belongs to the hub',
		format('The table is "%s".', TG_TABLE_NAME), 'Write it on the hub; it comes here by itself.');
	RETURN NULL;
END
$fn$;
REVOKE ALL ON FUNCTION concert_shard.refuse_catalogue() FROM PUBLIC;

DO $do$
DECLARE
	catalogue_table text;
	always record;
BEGIN
	FOREACH catalogue_table IN ARRAY '{venues,concerts}'::text[] LOOP
		CONTINUE WHEN EXISTS (SELECT FROM pg_trigger g WHERE g.tgname = 'belongs_to_the_hub'
							  AND g.tgrelid = format('concert_booking.%I', catalogue_table)::regclass);
		EXECUTE format('CREATE TRIGGER belongs_to_the_hub BEFORE INSERT OR UPDATE OR DELETE ON concert_booking.%I
			FOR EACH ROW EXECUTE FUNCTION concert_shard.refuse_catalogue()', catalogue_table);
	END LOOP;
	IF NOT EXISTS (SELECT FROM pg_trigger g WHERE g.tgname = 'belongs_to_the_hub'
				   AND g.tgrelid = 'concert_booking.price_types'::regclass) THEN
		CREATE TRIGGER belongs_to_the_hub BEFORE INSERT OR UPDATE ON concert_booking.price_types
			FOR EACH ROW WHEN (NEW.concert_id IS NOT NULL) EXECUTE FUNCTION concert_shard.refuse_catalogue();
		CREATE TRIGGER belonged_to_the_hub BEFORE UPDATE OR DELETE ON concert_booking.price_types
			FOR EACH ROW WHEN (OLD.concert_id IS NOT NULL) EXECUTE FUNCTION concert_shard.refuse_catalogue();
	END IF;
	/* A venue whose zone has changed on the hub moves the performances here. */
	FOR always IN
		SELECT g.tgrelid::regclass AS table_name, g.tgname FROM pg_trigger g
		WHERE (g.tgrelid, g.tgname) IN (('concert_booking.venues'::regclass, 'refresh_schedule_starts'),
				('concert_booking.concerts'::regclass, 'refresh_schedule_starts'),
				('concert_booking.concert_schedules'::regclass, 'fill_schedule_start'))
		  AND g.tgenabled <> 'A'
	LOOP
		EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', always.table_name, always.tgname);
	END LOOP;
END
$do$;

/* -------- answers -------- */

CREATE TABLE IF NOT EXISTS concert_shard.functions (
	function_name name PRIMARY KEY,
	schema_name name NOT NULL
);
COMMENT ON TABLE concert_shard.functions IS 'what the hub may ask: functions of the API, and those of this schema';
DELETE FROM concert_shard.functions f
WHERE f.schema_name = 'concert_booking' AND f.function_name <> ALL (ARRAY[@{routes_all}]::name[]);
INSERT INTO concert_shard.functions
SELECT f.name, 'concert_booking' FROM unnest(ARRAY[@{routes_all}]) AS f (name)
UNION ALL
SELECT f.name, 'concert_shard'
FROM unnest('{is_there,has,which_schedules,booking_counts,schedule_starts,bookers,guest_numbers,moved_with_bookings,renew_slot}'::text[]) AS f (name)
ON CONFLICT DO NOTHING;

/*
 * statement_for(function_name, arguments) - the statement that answers a question of the
 * hub: its arguments, an object of texts, are the parameter $1. Nothing of them gets into
 * the statement but names that the function's own definition has.
 *
 * Errors: 42883 (no such function; an argument that this version does not know).
 */
CREATE OR REPLACE FUNCTION concert_shard.statement_for(function_name text, arguments jsonb)
RETURNS text
LANGUAGE plpgsql STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
DECLARE
	called record;
	strange text;
BEGIN
	SELECT n.nspname, p.proname,
		   coalesce(p.proallargtypes, p.proargtypes::oid[]) AS types, coalesce(p.proargnames, '{}') AS names,
		   coalesce(p.proargmodes, array_fill('i'::"char", ARRAY[p.pronargs::integer])) AS modes
	INTO called
	FROM concert_shard.functions f
	JOIN pg_namespace n ON n.nspname = f.schema_name
	JOIN pg_proc p ON p.pronamespace = n.oid AND p.proname = f.function_name
	WHERE f.function_name = statement_for.function_name;
	IF NOT FOUND THEN
		PERFORM concert_booking.refuse('42883', 'the hub may not ask for this function',
			format('The function is "%s".', statement_for.function_name), 'Run shard.sql again after a change of the routes.');
	END IF;
	SELECT a.key INTO strange FROM jsonb_each_text(arguments) a
	WHERE a.value IS NOT NULL AND NOT EXISTS (
		SELECT FROM unnest(called.names, called.modes) AS n (name, mode) WHERE n.name = a.key AND n.mode = 'i');
	IF FOUND THEN
		PERFORM concert_booking.refuse('42883', 'the hub has another version of a function',
			format('Here %s() has no argument "%s".', called.proname, strange), 'Bring hub and shards to the same version.');
	END IF;
	RETURN format('SELECT coalesce(jsonb_agg(to_jsonb(r)), %L) FROM (SELECT f.* FROM %I.%I(%s) AS f) AS r', '[]',
		called.nspname, called.proname, (
			SELECT string_agg(format('%I => ($1 ->> %L)::%s', n.name, n.name, format_type(n.type, NULL)), ', ' ORDER BY n.place)
			FROM unnest(called.types, called.names, called.modes) WITH ORDINALITY AS n (type, name, mode, place)
			WHERE n.mode = 'i' AND arguments ? n.name));
END
$fn$;
REVOKE ALL ON FUNCTION concert_shard.statement_for(text, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION concert_shard.statement_for(text, jsonb) TO concert_router;

/*
 * answer(function_name, arguments, role_name, claims, is_read_only) - call a function as the client of
 * the hub who asks for it.
 *
 * PL/Proxy would write words of its own into an error's message and detail, and open a
 * new connection after each one. So an error is answered as data, and the hub raises it.
 * Arguments: arguments, an object of texts by name; role_name, null for the owner of the
 * hub; claims, what PostgREST has set as request.jwt.claims; is_read_only, nothing may be
 * written, because the request is a GET.
 * Returns: one row: shard, the number of this one; rows, a list of objects; or error,
 * with sqlstate, message, detail and hint.
 */
CREATE OR REPLACE FUNCTION concert_shard.answer(
	function_name text,
	arguments jsonb,
	role_name text,
	claims text,
	is_read_only boolean DEFAULT false)
RETURNS TABLE (shard integer, rows jsonb, error jsonb)
LANGUAGE plpgsql VOLATILE ROWS 1
SET search_path = pg_catalog, pg_temp
SET intervalstyle = 'postgres'
SET datestyle = 'ISO, YMD'
AS $fn$
DECLARE
	own_role constant text := current_setting('role');
	statement text;
	error_message text;
	error_detail text;
	error_hint text;
BEGIN
	shard := @{number};
	BEGIN
		statement := concert_shard.statement_for(function_name, arguments);
		IF is_read_only THEN
			PERFORM set_config('transaction_read_only', 'on', true);
		END IF;
		PERFORM set_config('request.jwt.claims', coalesce(claims, ''), true),
				set_config('role', coalesce(role_name, own_role), true);
		EXECUTE statement INTO rows USING arguments;
		PERFORM set_config('role', own_role, true);
	EXCEPTION WHEN query_canceled OR OTHERS THEN
		GET STACKED DIAGNOSTICS error_message = MESSAGE_TEXT, error_detail = PG_EXCEPTION_DETAIL, error_hint = PG_EXCEPTION_HINT;
		rows := NULL;
		error := jsonb_build_object('sqlstate', SQLSTATE, 'message', error_message,
			'detail', nullif(error_detail, ''), 'hint', nullif(error_hint, ''));
	END;
	RETURN NEXT;
END
$fn$;
COMMENT ON FUNCTION concert_shard.answer(text, jsonb, text, text, boolean) IS
	'Calls a function as the client of the hub who asks for it; an error is a row.';
REVOKE ALL ON FUNCTION concert_shard.answer(text, jsonb, text, text, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION concert_shard.answer(text, jsonb, text, text, boolean) TO concert_router;

/* -------- what the hub asks beside the API -------- */

/* is_there() - whether this shard answers. */
CREATE OR REPLACE FUNCTION concert_shard.is_there()
RETURNS boolean
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$ SELECT true $fn$;

/* has(id) - whether a seat or a schedule is here, or was: an id of 0.1 does not tell it. */
CREATE OR REPLACE FUNCTION concert_shard.has(id uuid)
RETURNS boolean
LANGUAGE sql STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
	SELECT EXISTS (SELECT FROM concert_booking.concert_schedules cs WHERE cs.id = has.id)
		OR EXISTS (SELECT FROM concert_booking.seats s WHERE s.id = has.id)
		OR EXISTS (SELECT FROM concert_booking.archived_schedules a WHERE a.id = has.id)
$fn$;

/* which_schedules(ids) - those of these schedules that are here and not in the archive. */
CREATE OR REPLACE FUNCTION concert_shard.which_schedules(ids uuid[])
RETURNS TABLE (concert_schedule_id uuid)
LANGUAGE sql STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$ SELECT cs.id FROM concert_booking.concert_schedules cs WHERE cs.id = ANY (which_schedules.ids) $fn$;

/*
 * booking_counts(recent, concert_ids) - the confirmed bookings of these concerts here,
 * those of the archive included; or of the concerts that had any in this last span of
 * time; or of all that ever had, where both are null.
 */
CREATE OR REPLACE FUNCTION concert_shard.booking_counts(recent interval, concert_ids uuid[])
RETURNS TABLE (concert_id uuid, booking_count bigint)
LANGUAGE sql STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
	WITH schedules AS (
		SELECT cs.id, cs.concert_id FROM concert_booking.concert_schedules cs
		UNION ALL
		SELECT a.id, a.concert_id FROM concert_booking.archived_schedules a),
	wanted AS (
		SELECT DISTINCT w.concert_id
		FROM (SELECT unnest(booking_counts.concert_ids) AS concert_id
			  UNION ALL
			  SELECT s.concert_id FROM schedules s
			  WHERE booking_counts.concert_ids IS NULL AND booking_counts.recent IS NULL
			  UNION ALL
			  SELECT s.concert_id FROM concert_booking.booking_events e JOIN schedules s ON s.id = e.concert_schedule_id
			  WHERE booking_counts.concert_ids IS NULL
				AND e.occurred_at >= concert_booking.clock() - booking_counts.recent
				AND e.event_type IN ('booking_confirmed', 'booking_cancelled')) w)
	SELECT w.concert_id, coalesce(sum(c.booking_count), 0)::bigint
	FROM wanted w
	LEFT JOIN schedules s ON s.concert_id = w.concert_id
	LEFT JOIN LATERAL (
		SELECT (SELECT count(*) FROM concert_booking.bookings b
				WHERE b.concert_schedule_id = s.id AND b.status = 'confirmed')
			 + (SELECT count(*) FROM concert_booking.archived_bookings a
				WHERE a.concert_schedule_id = s.id AND a.status = 'confirmed') AS booking_count) c ON true
	GROUP BY w.concert_id
$fn$;

/* schedule_starts(concert_id) - when the performances of a concert begin, for the order of a report. */
CREATE OR REPLACE FUNCTION concert_shard.schedule_starts(concert_id uuid)
RETURNS TABLE (concert_schedule_id uuid, starts_at timestamptz)
LANGUAGE sql STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
	SELECT cs.id, cs.starts_at FROM concert_booking.concert_schedules cs WHERE cs.concert_id = schedule_starts.concert_id
	UNION ALL
	SELECT a.id, a.starts_at FROM concert_booking.archived_schedules a WHERE a.concert_id = schedule_starts.concert_id
$fn$;

/*
 * bookers() - what tells the booker of a booking, for forget_booker(). No row: there is
 * no such booking here. What is anonymous leads to nobody else's bookings.
 */
CREATE OR REPLACE FUNCTION concert_shard.bookers(booking_number text)
RETURNS TABLE (user_id uuid, session_id uuid, customer_phone text)
LANGUAGE sql STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $fn$
	SELECT b.user_id, b.session_id, b.customer_phone::text FROM concert_booking.bookings b
	WHERE b.booking_number = concert_booking.parse_booking_number(bookers.booking_number)
	UNION ALL
	SELECT a.user_id, a.session_id, a.customer_phone::text FROM concert_booking.archived_bookings a
	WHERE a.booking_number = concert_booking.parse_booking_number(bookers.booking_number)
$fn$;

/* guest_numbers(session_id, customer_phone) - the bookings here of a guest who was found elsewhere. */
CREATE OR REPLACE FUNCTION concert_shard.guest_numbers(session_id uuid, customer_phone text)
RETURNS TABLE (booking_number text)
LANGUAGE sql STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $fn$
	SELECT g.booking_number
	FROM (SELECT b.booking_number::text, b.customer_phone::text AS phone, b.user_id FROM concert_booking.bookings b
		  WHERE b.session_id = guest_numbers.session_id
		  UNION ALL
		  SELECT a.booking_number::text, a.customer_phone::text, a.user_id FROM concert_booking.archived_bookings a
		  WHERE a.session_id = guest_numbers.session_id) g
	WHERE g.user_id IS NULL
	  AND concert_booking.normalize_phone(g.phone) = concert_booking.normalize_phone(guest_numbers.customer_phone)
	ORDER BY 1
$fn$;

/*
 * moved_with_bookings(venue_id, concert_id, timezone) - a performance that somebody has
 * booked and that would begin at another time, if the venue or the concert's venue had
 * this time zone.
 */
CREATE OR REPLACE FUNCTION concert_shard.moved_with_bookings(venue_id uuid, concert_id uuid, timezone text)
RETURNS TABLE (concert_schedule_id uuid)
LANGUAGE sql STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $fn$
	SELECT cs.id
	FROM concert_booking.concert_schedules cs
	JOIN concert_booking.concerts c ON c.id = cs.concert_id
	WHERE (c.venue_id = moved_with_bookings.venue_id OR c.id = moved_with_bookings.concert_id)
	  AND cs.starts_at <> (cs.concert_date + cs.concert_time) AT TIME ZONE moved_with_bookings.timezone
	  AND EXISTS (SELECT FROM concert_booking.bookings b
				  WHERE b.concert_schedule_id = cs.id
					AND concert_booking.booking_status(b.status, b.pay_by, concert_booking.clock()) IN ('pending', 'confirmed'))
	ORDER BY cs.id LIMIT 1
$fn$;

/*
 * renew_slot() - the slot of the hub's subscription begins anew, before all is copied
 * again: see copy_again() on the hub. It waits until the hub has let go of it.
 */
CREATE OR REPLACE FUNCTION concert_shard.renew_slot()
RETURNS pg_lsn
LANGUAGE plpgsql VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
DECLARE
	attempts integer := 0;
BEGIN
	WHILE EXISTS (SELECT FROM pg_replication_slots s WHERE s.slot_name = 'concert_sales_@{number}' AND s.active) AND attempts < 600 LOOP
		attempts := attempts + 1;
		PERFORM pg_sleep(0.05);
	END LOOP;
	PERFORM pg_drop_replication_slot(s.slot_name) FROM pg_replication_slots s WHERE s.slot_name = 'concert_sales_@{number}';
	RETURN (SELECT s.lsn FROM pg_create_logical_replication_slot('concert_sales_@{number}', 'pgoutput') s);
END
$fn$;

/* For the hub alone. */
DO $do$
DECLARE
	own text;
BEGIN
	FOR own IN
		SELECT p.oid::regprocedure::text FROM pg_proc p
		JOIN concert_shard.functions f ON f.schema_name = 'concert_shard' AND f.function_name = p.proname
		WHERE p.pronamespace = 'concert_shard'::regnamespace
	LOOP
		EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', own);
		EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO concert_router', own);
	END LOOP;
END
$do$;
