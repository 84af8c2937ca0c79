/*
 * hostile.sql - what an attacker who may create objects puts in the way.
 *
 * Into the schema named by the variable trap goes a copy of every function,
 * operator and type name of pg_catalog that can be copied, and of operators and
 * functions that fit text against varchar better than the server's own. Whatever
 * is resolved by search_path while that schema comes before pg_catalog lands
 * here, and raises "captured".
 */
\set ON_ERROR_STOP on
SET client_min_messages = warning;
SET search_path = pg_catalog;
SET check_function_bodies = off;
SELECT set_config('hostile.trap', :'trap', false) \g /dev/null

DO $do$
DECLARE
	trap constant text := current_setting('hostile.trap');
	body constant text := ' LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION USING ERRCODE = ''ZZZZZ'', MESSAGE = ''captured'', DETAIL = ';
	f record;
	o record;
	made integer := 0;
BEGIN
	FOR f IN
		SELECT p.oid, p.proname, format_type(p.prorettype, NULL) AS result, p.proretset, p.provariadic,
			   (SELECT string_agg(format('%s pg_catalog.%s', CASE WHEN p.provariadic <> 0 AND n = p.pronargs THEN 'VARIADIC' ELSE '' END,
										 CASE WHEN t.typelem <> 0 AND t.typlen = -1 THEN format('%I[]', e.typname) ELSE format('%I', t.typname) END), ', ' ORDER BY n)
				FROM unnest(p.proargtypes) WITH ORDINALITY a (oid, n) JOIN pg_type t ON t.oid = a.oid
				LEFT JOIN pg_type e ON e.oid = t.typelem) AS arguments
		FROM pg_proc p
		WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.prokind = 'f'
		  AND p.prorettype NOT IN (SELECT oid FROM pg_type WHERE typtype = 'p')
		  AND NOT EXISTS (SELECT FROM unnest(p.proargtypes) a JOIN pg_type t ON t.oid = a
						  WHERE t.typtype = 'p' AND t.typname !~ '^any')
	LOOP
		BEGIN
			EXECUTE format('CREATE FUNCTION %I.%I(%s) RETURNS %s pg_catalog.%s', trap, f.proname, f.arguments,
						   CASE WHEN f.proretset THEN 'SETOF' ELSE '' END,
						   (SELECT CASE WHEN t.typelem <> 0 AND t.typlen = -1 THEN format('%I[]', e.typname) ELSE format('%I', t.typname) END
							FROM pg_type t LEFT JOIN pg_type e ON e.oid = t.typelem
							WHERE t.oid = (SELECT prorettype FROM pg_proc WHERE oid = f.oid)))
				|| body || quote_literal(f.proname || '(' || coalesce(f.arguments, '') || ')') || '; END $$';
			made := made + 1;
		EXCEPTION WHEN OTHERS THEN NULL;	/* some cannot be copied */
		END;
	END LOOP;

	/* Better fits than the server's own: exact types, no cast in between. */
	FOR f IN
		SELECT n.name, a.arguments
		FROM (VALUES ('lower'), ('upper'), ('length'), ('btrim'), ('md5'), ('replace'), ('left'), ('right'),
					 ('substr'), ('regexp_match'), ('regexp_replace'), ('concat'), ('format'), ('to_char')) n (name),
			 (VALUES ('varchar'), ('varchar, varchar'), ('varchar, text'), ('text, varchar'),
					 ('varchar, integer'), ('varchar, text, text'), ('text, text, varchar')) a (arguments)
	LOOP
		EXECUTE format('CREATE FUNCTION %I.%I(%s) RETURNS text', trap, f.name, f.arguments)
			|| body || quote_literal(f.name || ', better fit') || '; END $$';
		made := made + 1;
	END LOOP;

	FOR o IN
		SELECT DISTINCT op.oprname, op.oprleft::regtype::text AS l, op.oprright::regtype::text AS r, op.oprresult::regtype::text AS result
		FROM pg_operator op
		WHERE op.oprnamespace = 'pg_catalog'::regnamespace AND op.oprleft <> 0 AND op.oprright <> 0
		  AND NOT EXISTS (SELECT FROM pg_type t WHERE t.oid IN (op.oprleft, op.oprright, op.oprresult) AND t.typtype = 'p')
		UNION
		SELECT n.name, a.l, a.r, 'boolean'
		FROM (VALUES ('='), ('<>'), ('<'), ('>'), ('<='), ('>='), ('~'), ('!~'), ('~~'), ('~~*')) n (name),
			 (VALUES ('varchar', 'text'), ('text', 'varchar'), ('varchar', 'varchar'), ('name', 'varchar'),
					 ('varchar', 'name'), ('smallint', 'bigint'), ('uuid', 'text')) a (l, r)
	LOOP
		BEGIN
			EXECUTE format('CREATE FUNCTION %I.%I(%s, %s) RETURNS %s', trap, 'operator ' || o.oprname, o.l, o.r, o.result)
				|| body || quote_literal(format('%s %s %s', o.l, o.oprname, o.r)) || '; END $$';
			EXECUTE format('CREATE OPERATOR %I.%s (LEFTARG = %s, RIGHTARG = %s, FUNCTION = %I.%I)',
						   trap, o.oprname, o.l, o.r, trap, 'operator ' || o.oprname);
			made := made + 1;
		EXCEPTION WHEN OTHERS THEN NULL;
		END;
	END LOOP;

	/* Types: a cast to "text" or "uuid" that is not qualified. */
	FOR o IN SELECT unnest(ARRAY['text', 'uuid', 'jsonb', 'json', 'name', 'date', 'regclass', 'regprocedure', 'money', 'bytea']) AS name LOOP
		EXECUTE format('CREATE FUNCTION %I.%I(v pg_catalog.%I) RETURNS boolean', trap, 'check ' || o.name, o.name)
			|| body || quote_literal('type ' || o.name) || '; END $$';
		EXECUTE format('CREATE DOMAIN %I.%I AS pg_catalog.%I CHECK (%I.%I(VALUE))', trap, o.name, o.name, trap, 'check ' || o.name);
		made := made + 1;
	END LOOP;

	/* Tables of our names and of the catalogue's. */
	EXECUTE format('CREATE FUNCTION %I.trap_row() RETURNS uuid', trap) || body || quote_literal('a table') || '; END $$';
	FOR o IN
		SELECT unnest(ARRAY['venues', 'concerts', 'concert_schedules', 'seats', 'schedule_prices', 'bookings', 'booking_seats',
							'temp_reservations', 'wishlists', 'availability_changes', 'booking_events', 'schedule_availability',
							'pg_class', 'pg_proc', 'pg_namespace', 'pg_roles', 'pg_extension', 'pg_timezone_names',
							'pg_attribute', 'pg_attrdef', 'pg_constraint', 'pg_depend', 'pg_trigger', 'pg_inherits']) AS relname
	LOOP
		EXECUTE format('CREATE VIEW %I.%I AS SELECT %I.trap_row() AS id', trap, o.relname, trap);
		made := made + 1;
	END LOOP;
	PERFORM set_config('hostile.made', made::text, false);
END
$do$;
SELECT current_setting('hostile.made');
