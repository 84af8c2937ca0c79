/*
 * The hub begins: it asks the shards, and follows what they say of their schedules.
 * "generate" fills in:
 *
 *   @{routes_all}   the functions that ask all shards, a list of SQL texts (routes.txt)
 *
 * Run it after hub.sql, hub2.sql and shard.sql, and again at any time: from then on a new
 * shard is asked, and a changed address is used.
 */
\set ON_ERROR_STOP on
SET client_min_messages = warning;
SET lock_timeout = '5s';
SET synchronous_commit = local;

/*
 * PL/Proxy logs in as concert_router (shard.sql). Keepalives find a host that is silent;
 * PL/Proxy's own timeouts do not. Places and addresses change together.
 */
BEGIN;
UPDATE concert_hub.shards s SET place = w.place
FROM (SELECT n.number, row_number() OVER (ORDER BY n.number) - 1 AS place FROM concert_hub.shards n) w
WHERE w.number = s.number AND w.place IS DISTINCT FROM s.place;
DO $do$
DECLARE
	present text[] := (SELECT coalesce(f.srvoptions, '{}') FROM pg_foreign_server f WHERE f.srvname = 'concert_shards');
	partitions text;
BEGIN
	SELECT string_agg(format('%s %I %L', CASE WHEN o.option_name IS NOT NULL THEN 'SET' WHEN present IS NOT NULL THEN 'ADD' END,
							 p.name, p.connection), ', ' ORDER BY p.place)
	INTO partitions
	FROM (SELECT s.place, 'p' || s.place AS name, s.connection || ' user=concert_router'
			  || ' keepalives_idle=5 keepalives_interval=2 keepalives_count=3 tcp_user_timeout=10000' AS connection
		  FROM concert_hub.shards s) p
	LEFT JOIN pg_options_to_table(present) o ON o.option_name = p.name
	WHERE o.option_value IS DISTINCT FROM p.connection;
	IF present IS NULL THEN
		EXECUTE format('CREATE SERVER concert_shards FOREIGN DATA WRAPPER plproxy
			OPTIONS (modular_mapping ''1'', connection_lifetime ''1800'', %s)', partitions);
		COMMENT ON SERVER concert_shards IS 'the shards, in the order of their numbers';
		CREATE USER MAPPING FOR PUBLIC SERVER concert_shards;
	ELSIF partitions IS NOT NULL THEN
		EXECUTE format('ALTER SERVER concert_shards OPTIONS (%s)', partitions);
	END IF;
END
$do$;
COMMIT;

DO $do$
DECLARE
	followed record;
BEGIN
	FOR followed IN
		SELECT h.number, h.connection || ' user=concert_replicator' AS connection, s.subconninfo
		FROM concert_hub.shards h
		LEFT JOIN pg_subscription s ON s.subname = 'concert_sales_' || h.number
			AND s.subdbid = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
		ORDER BY h.number
	LOOP
		IF followed.subconninfo IS NULL THEN
			PERFORM concert_hub.subscribe(followed.number);
		ELSIF followed.subconninfo <> followed.connection THEN
			EXECUTE format('ALTER SUBSCRIPTION %I CONNECTION %L', 'concert_sales_' || followed.number, followed.connection);
		END IF;
	END LOOP;
END
$do$;

/*
 * copy_again(shard) - what the hub shows of a shard is thrown away and copied anew: after
 * the shard's slot was lost, or wherever the copy is not what the shard has. Until it is
 * copied (see pg_subscription_rel) lists are without the shard; sales go on. For superusers.
 *
 * The shards say whose a performance is, for an id of 0.1 has random bits in place of the
 * number: what this shard has goes, and what no shard has any more. While another one
 * does not answer the latter stays, with a WARNING: it may be that one's.
 *
 * Errors: PT503; 22023 (no such shard).
 */
CREATE OR REPLACE FUNCTION concert_hub.copy_again(shard integer)
RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $fn$
DECLARE
	subscription constant name := 'concert_sales_' || shard;
	ids uuid[];
	others uuid[];
	other integer;
	answer jsonb;
	silent integer[] := '{}';
BEGIN
	IF NOT EXISTS (SELECT FROM concert_hub.shards s WHERE s.number = shard AND s.place IS NOT NULL) THEN
		PERFORM concert_booking.refuse_value('shard', 'Use the number of a shard of this cluster.');
	END IF;
	PERFORM concert_hub.ask_one(shard, 'is_there', '{}', false);
	IF EXISTS (SELECT FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid
			   WHERE s.subname = subscription AND d.datname = current_database()) THEN
		EXECUTE format('ALTER SUBSCRIPTION %I DISABLE', subscription);
		EXECUTE format('ALTER SUBSCRIPTION %I SET (slot_name = NONE)', subscription);
		EXECUTE format('DROP SUBSCRIPTION %I', subscription);
	END IF;

	/* First what is here, then whose it is: what comes from the others meanwhile is not in the list. */
	ids := ARRAY(
		SELECT cs.id FROM concert_booking.concert_schedules cs
		UNION SELECT p.concert_schedule_id FROM concert_booking.schedule_prices p
		UNION SELECT a.concert_schedule_id FROM concert_booking.availability_changes a
		UNION SELECT t.concert_schedule_id FROM concert_booking.price_types t WHERE t.concert_schedule_id IS NOT NULL);
	answer := concert_hub.ask_one(shard, 'which_schedules', jsonb_build_object('ids', ids::text), false);
	others := ARRAY(SELECT i.id FROM unnest(ids) AS i (id)
					EXCEPT SELECT (r.value ->> 'concert_schedule_id')::uuid FROM jsonb_array_elements(answer) r);
	ids := ARRAY(SELECT (r.value ->> 'concert_schedule_id')::uuid FROM jsonb_array_elements(answer) r);
	FOR other IN SELECT s.number FROM concert_hub.shards s WHERE s.number <> shard AND s.place IS NOT NULL ORDER BY 1 LOOP
		answer := concert_hub.try_one(other, 'which_schedules', jsonb_build_object('ids', others::text), false);
		IF answer IS NULL THEN
			silent := silent || other;
		END IF;
		others := ARRAY(SELECT i.id FROM unnest(others) AS i (id)
						EXCEPT SELECT (r.value ->> 'concert_schedule_id')::uuid FROM jsonb_array_elements(answer) r);
	END LOOP;
	IF cardinality(silent) = 0 THEN
		ids := ids || others;
	ELSIF cardinality(others) > 0 THEN
		RAISE WARNING 'performances that no shard has any more may still be shown'
			USING DETAIL = format('Shard %s cannot be reached, and may have them.', array_to_string(silent, ', ')),
				  HINT = 'Call copy_again() once more when it is back.';
	END IF;

	PERFORM set_config('session_replication_role', 'replica', true);
	DELETE FROM concert_booking.schedule_prices p WHERE p.concert_schedule_id = ANY (ids);
	DELETE FROM concert_booking.availability_changes a WHERE a.concert_schedule_id = ANY (ids);
	DELETE FROM concert_booking.price_types t WHERE t.concert_schedule_id = ANY (ids);
	DELETE FROM concert_booking.concert_schedules cs WHERE cs.id = ANY (ids);
	PERFORM set_config('session_replication_role', 'origin', true);
	PERFORM concert_hub.ask_one(shard, 'renew_slot', '{}', false);
	PERFORM concert_hub.subscribe(shard);
END
$fn$;
REVOKE ALL ON FUNCTION concert_hub.copy_again(integer) FROM PUBLIC;

/*
 * The functions that ask all shards, made from those of concert_booking: the same
 * arguments, defaults, result, comment and grants. One whose signature has changed since
 * is made anew.
 */
BEGIN;
DO $do$
DECLARE
	original record;
	grantee name;
BEGIN
	/* Whoever reaches no function of this schema is told so of the function, as elsewhere. */
	FOR grantee IN
		SELECT r.rolname FROM pg_namespace n CROSS JOIN LATERAL aclexplode(n.nspacl) a JOIN pg_roles r ON r.oid = a.grantee
		WHERE n.nspname = 'concert_booking' AND a.privilege_type = 'USAGE' AND a.grantee <> n.nspowner
	LOOP
		EXECUTE format('GRANT USAGE ON SCHEMA concert_hub TO %I', grantee);
	END LOOP;
	IF EXISTS (SELECT FROM unnest(ARRAY[@{routes_all}]::name[]) AS r (name)
			   WHERE r.name NOT IN (SELECT f.function_name FROM concert_hub.functions f)) THEN
		RAISE EXCEPTION 'a function has no rule' USING HINT = 'Say in hub2.sql how the answers of the shards become one.';
	END IF;
	FOR original IN
		SELECT p.proname AS name, p.proacl, p.proowner, p.provolatile, p.prorows,
			   pg_get_function_arguments(p.oid) AS arguments, pg_get_function_result(p.oid) AS result,
			   pg_get_function_identity_arguments(p.oid) AS identity, obj_description(p.oid, 'pg_proc') AS comment,
			   i.named, coalesce('jsonb_populate_record(NULL::' || c.oid::regtype || ', m.value) AS r',
								 format('jsonb_to_record(m.value) AS r (%s)', o.columns)) AS unpacked,
			   e.oid::regprocedure AS present,
			   pg_get_function_arguments(e.oid) = pg_get_function_arguments(p.oid)
				   AND pg_get_function_result(e.oid) = pg_get_function_result(p.oid) AS is_same
		FROM pg_proc p
		LEFT JOIN pg_type c ON c.oid = p.prorettype AND c.typtype = 'c'
		LEFT JOIN pg_proc e ON e.pronamespace = 'concert_hub'::regnamespace AND e.proname = p.proname
		CROSS JOIN LATERAL (
			SELECT string_agg(format('%L, $%s::text', n.name, n.place), ', ' ORDER BY n.place) AS named
			FROM unnest(p.proargnames[1:p.pronargs]) WITH ORDINALITY AS n (name, place)) i
		CROSS JOIN LATERAL (
			SELECT string_agg(format('%I %s', n.name, format_type(n.type, NULL)), ', ' ORDER BY n.place) AS columns
			FROM unnest(p.proallargtypes, p.proargnames, p.proargmodes) WITH ORDINALITY AS n (type, name, mode, place)
			WHERE n.mode IN ('o', 't')) o
		WHERE p.pronamespace = 'concert_booking'::regnamespace AND p.proname = ANY (ARRAY[@{routes_all}]::name[])
	LOOP
		IF NOT original.is_same THEN
			EXECUTE 'DROP FUNCTION ' || original.present;
		END IF;
		EXECUTE format(
			'CREATE OR REPLACE FUNCTION concert_hub.%I(%s) RETURNS %s LANGUAGE sql %s %s SECURITY DEFINER SET search_path = pg_catalog, pg_temp
			 AS $body$ SELECT r.* FROM concert_hub.merge(%L, jsonb_build_object(%s)) WITH ORDINALITY AS m (value, place), LATERAL %s ORDER BY m.place $body$',
			original.name, original.arguments, original.result,
			CASE original.provolatile WHEN 'v' THEN 'VOLATILE' ELSE 'STABLE' END,
			CASE WHEN original.prorows > 0 THEN 'ROWS ' || original.prorows END,
			original.name, original.named, original.unpacked);
		EXECUTE format('COMMENT ON FUNCTION concert_hub.%I IS %L', original.name, original.comment);
		EXECUTE format('REVOKE ALL ON FUNCTION concert_hub.%I FROM PUBLIC', original.name);
		FOR grantee IN
			SELECT r.rolname FROM pg_proc p CROSS JOIN LATERAL aclexplode(p.proacl) a JOIN pg_roles r ON r.oid = a.grantee
			WHERE p.pronamespace = 'concert_hub'::regnamespace AND p.proname = original.name AND a.grantee <> p.proowner
		LOOP
			EXECUTE format('REVOKE ALL ON FUNCTION concert_hub.%I FROM %I', original.name, grantee);
		END LOOP;
		FOR grantee IN
			SELECT r.rolname FROM aclexplode(original.proacl) a JOIN pg_roles r ON r.oid = a.grantee
			WHERE a.privilege_type = 'EXECUTE' AND a.grantee <> original.proowner
		LOOP
			EXECUTE format('GRANT EXECUTE ON FUNCTION concert_hub.%I TO %I', original.name, grantee);
		END LOOP;
	END LOOP;
END
$do$;
COMMIT;

/* A running PostgREST looks at functions and grants again. */
NOTIFY pgrst, 'reload schema';
