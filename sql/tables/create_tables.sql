/*
 * The tables belong to the owner of the data, not to the extension: they are
 * made by create_tables(), so that they dump, restore, replicate and outlive
 * DROP EXTENSION like any other table. Only the functions that their triggers
 * and defaults call are the extension's.
 *
 * The triggers' functions are SECURITY DEFINER: what a trigger derives must not
 * depend on what the role whose statement fired it may read or write.
 *
 * The other files of sql/tables have one noun each: its define_NOUN() has the
 * tables, what belongs to them, and their comments; beside it stand the functions
 * of their triggers.
 */

/*
 * create_tables() - make the tables, or bring them up to date.
 *
 * Idempotent: it adds what is missing (a table, a column of a newer version, an
 * index, a trigger, a default that DROP EXTENSION CASCADE took off, the levels
 * that roles had before it: see restore_grants()) and leaves everything else, also
 * what the owner has added or described, as it is.
 *
 * Locking: callers wait for each other. What is there already is not locked, so
 * that an application can run it at every start while tickets are sold; tables
 * of an older version are locked once, for a moment: see migrate_tables().
 * Returns: nothing. Tables written: all of the schema are created.
 * Errors: 42501 when the schema or one of the tables belongs to somebody else;
 * 55000 when a table is in use, or see refuse_strange_columns().
 * Source: A 2, 4.1, 5.1, 5.2; B schema and indexes. docs/data-model.md lists
 * every difference.
 *
 * SECURITY DEFINER: the tables must belong to the role that owns the functions.
 */
CREATE FUNCTION concert_booking.create_tables()
RETURNS void
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET client_min_messages = warning
AS $fn$
DECLARE
	stranger record;
	wanted record;
	grants_are_known boolean;
	payment_tables constant text[] := ARRAY['price_types', 'payments', 'refunds_due', 'concert_interest'];
	is_old boolean;
	lacks_payment boolean;
	has_migrated boolean := false;
	has_view boolean;
	session_timeout text;
	unfilled text;
BEGIN
	IF (SELECT n.nspowner FROM pg_namespace n WHERE n.nspname = 'concert_booking')
	   <> (SELECT r.oid FROM pg_roles r WHERE r.rolname = current_user) THEN
		PERFORM concert_booking.refuse('42501', 'schema "concert_booking" belongs to another role',
			format('The owner of the extension''s functions is "%s".', current_user),
			'Look at what is in the schema, then run ALTER SCHEMA concert_booking OWNER TO the owner of the functions.');
	END IF;
	SELECT c.relname, pg_get_userbyid(c.relowner) AS owner INTO stranger
	FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
	WHERE n.nspname = 'concert_booking'
	  AND c.relname IN (SELECT p.table_name FROM concert_booking.table_parts() p WHERE p.kind IN ('table', 'view'))
	  AND c.relowner <> n.nspowner
	ORDER BY 1 LIMIT 1;
	IF FOUND THEN
		PERFORM concert_booking.refuse('42501', 'a table of the schema belongs to another role',
			format('"%s" belongs to "%s".', stranger.relname, stranger.owner),
			'Look at what it is, then drop it or give it to the owner of the schema.');
	END IF;
	PERFORM pg_advisory_xact_lock(hashtextextended('concert_booking.create_tables', 0));
	PERFORM concert_booking.refuse_strange_columns();
	is_old := to_regclass('concert_booking.seats') IS NOT NULL;
	lacks_payment := is_old AND NOT EXISTS (
		SELECT FROM unnest(payment_tables) AS t (name) WHERE to_regclass(format('concert_booking.%I', t.name)) IS NOT NULL);

	grants_are_known := to_regclass('concert_booking.access_grants') IS NOT NULL;
	FOR wanted IN
		SELECT p.table_name, p.definition FROM concert_booking.table_parts() p WHERE p.kind = 'table' ORDER BY p.place
	LOOP
		/* Foreign keys of these lock the tables that are there: see add_columns(). */
		CONTINUE WHEN lacks_payment AND wanted.table_name = ANY (payment_tables);
		IF to_regclass(format('concert_booking.%I', wanted.table_name)) IS NULL THEN
			EXECUTE wanted.definition;
		END IF;
	END LOOP;

	/* What takes its time comes before tables of an older version are locked. */
	has_view := to_regclass('concert_booking.schedule_availability') IS NOT NULL;
	IF has_view THEN
		PERFORM concert_booking.finish_tables(NOT grants_are_known);
	END IF;
	session_timeout := current_setting('lock_timeout');
	BEGIN
		/* No sale writes concerts; whoever does would wait behind this. */
		IF is_old THEN
			PERFORM set_config('lock_timeout', '1s', true);
			PERFORM concert_booking.make_indexes('concerts');
			PERFORM set_config('lock_timeout', session_timeout, true);
		END IF;
		/* Beside the locks of a migration nothing else may be waited for. */
		IF is_old AND concert_booking.migrate_tables() THEN
			has_migrated := true;
			PERFORM set_config('lock_timeout', '20ms', true);
		END IF;
		PERFORM concert_booking.complete_tables();
		PERFORM concert_booking.grant_bigrams();
		FOR wanted IN SELECT o.name FROM concert_booking.outdated_indexes() o WHERE has_migrated ORDER BY 1 LOOP
			EXECUTE format('DROP INDEX concert_booking.%I', wanted.name);
		END LOOP;
		PERFORM concert_booking.comment_tables();
		PERFORM concert_booking.complete_grants();
	EXCEPTION WHEN lock_not_available THEN
		PERFORM concert_booking.refuse('55000', 'the tables are in use',
			'Some transaction keeps a lock on a table that has to be changed.',
			'Run create_tables() again when it has ended; nothing was changed, and sales go on.');
	END;
	PERFORM set_config('lock_timeout', session_timeout, true);
	IF NOT has_view THEN
		PERFORM concert_booking.finish_tables(NOT grants_are_known);
	END IF;
	/* Under the locks of a migration only if that is quick; else the upkeep does it. */
	IF NOT is_old OR pg_relation_size('concert_booking.concert_schedules') <= 4 * 1024 * 1024 THEN
		PERFORM concert_booking.validate_bounds();
	END IF;
	IF NOT is_old OR pg_relation_size('concert_booking.bookings') <= 4 * 1024 * 1024 THEN
		PERFORM concert_booking.validate_statuses();
	END IF;
	PERFORM concert_booking.correct_jobs();
	/* Last, because it locks what everybody reads; if it cannot, the upkeep does it. */
	PERFORM concert_booking.drop_interest_marks();
	SELECT string_agg(f.thing, ', and ') INTO unfilled
	FROM (VALUES ('"concert_id" of the table "schedule_prices", for lists by price', concert_booking.prices_are_filled()),
				 ('"concert_created_at" of the table "concert_schedules", for lists of the latest concerts with dates',
				  concert_booking.schedules_are_filled())) AS f (thing, is_filled)
	WHERE NOT f.is_filled;
	IF unfilled IS NOT NULL THEN
		RAISE WARNING 'a column is to be filled by the upkeep'
			USING DETAIL = format('It is %s. Until then, these take longer, and the data neither restores nor replicates into new tables.', unfilled),
				  HINT = 'Run CALL concert_booking.run_upkeep(), or wait for its job.';
	END IF;
END
$fn$;

COMMENT ON FUNCTION concert_booking.create_tables() IS
	'Make the tables, indexes, triggers and the view, or bring them up to date.
Idempotent; run it after CREATE EXTENSION and after ALTER EXTENSION UPDATE.';

/*
 * table_parts() - every table of create_tables(), and what belongs to it, in the
 * order in which it is made. Internal. Its parts stand in the files of sql/tables,
 * each where the table's noun is.
 *
 * Returns: place, the order; kind, which tells what the rest is:
 *   table		table_name; definition, the statement that makes it; comment
 *   view		table_name; comment
 *   column		table_name, name; definition, a default that calls a function of
 *				the extension (null: none); comment
 *   constraint	table_name, name; comment
 *   index		table_name, name; definition, the statement (%I: the schema of
 *				pg_trgm); comment
 *   trigger	table_name, name; definition, what follows CREATE TRIGGER and the
 *				name, in the words of pg_get_triggerdef() (%I: the schema of
 *				moddatetime)
 * Tables written: none. Errors: none.
 */
CREATE FUNCTION concert_booking.table_parts()
RETURNS TABLE (place bigint, kind text, table_name text, name text, definition text, comment text)
LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	RETURN QUERY
	SELECT row_number() OVER (ORDER BY d.noun, d.ordinality), d.kind, d.table_name, d.name, d.definition, d.comment
	FROM (
		SELECT 1 AS noun, d.* FROM concert_booking.define_venues() WITH ORDINALITY d
		UNION ALL
		SELECT 2 AS noun, d.* FROM concert_booking.define_concerts() WITH ORDINALITY d
		UNION ALL
		SELECT 3 AS noun, d.* FROM concert_booking.define_schedules() WITH ORDINALITY d
		UNION ALL
		SELECT 4 AS noun, d.* FROM concert_booking.define_seats() WITH ORDINALITY d
		UNION ALL
		SELECT 5 AS noun, d.* FROM concert_booking.define_prices() WITH ORDINALITY d
		UNION ALL
		SELECT 6 AS noun, d.* FROM concert_booking.define_bookings() WITH ORDINALITY d
		UNION ALL
		SELECT 7 AS noun, d.* FROM concert_booking.define_holds() WITH ORDINALITY d
		UNION ALL
		SELECT 8 AS noun, d.* FROM concert_booking.define_wishlists() WITH ORDINALITY d
		UNION ALL
		SELECT 9 AS noun, d.* FROM concert_booking.define_availability() WITH ORDINALITY d
		UNION ALL
		SELECT 10 AS noun, d.* FROM concert_booking.define_events() WITH ORDINALITY d
		UNION ALL
		SELECT 11 AS noun, d.* FROM concert_booking.define_archive() WITH ORDINALITY d
		UNION ALL
		SELECT 12 AS noun, d.* FROM concert_booking.define_popularity() WITH ORDINALITY d
		UNION ALL
		SELECT 13 AS noun, d.* FROM concert_booking.define_access() WITH ORDINALITY d
		UNION ALL
		SELECT 14 AS noun, d.* FROM concert_booking.define_price_types() WITH ORDINALITY d
		UNION ALL
		SELECT 15 AS noun, d.* FROM concert_booking.define_payments() WITH ORDINALITY d
		UNION ALL
		SELECT 16 AS noun, d.* FROM concert_booking.define_upkeep() WITH ORDINALITY d
	) d
	ORDER BY 1;
END
$fn$;
COMMENT ON FUNCTION concert_booking.table_parts() IS
	'Internal: every table of create_tables(), and what belongs to it.';

/*
 * finish_tables(grants_are_new) - partitions of the log, and the levels of
 * roles. Internal: a step of create_tables().
 *
 * Returns: nothing. Tables written: booking_events, access_grants. Errors: those
 * of make_event_partitions() and grant_access().
 */
CREATE FUNCTION concert_booking.finish_tables(grants_are_new boolean)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	PERFORM concert_booking.make_event_partitions();
	IF grants_are_new THEN
		PERFORM concert_booking.record_grants();
	END IF;
	PERFORM concert_booking.restore_grants();
END
$fn$;
COMMENT ON FUNCTION concert_booking.finish_tables(boolean) IS
	'Internal: partitions of the event log and the levels of roles.';

/*
 * make_indexes(table_name) - the indexes that are missing. Internal: a step of
 * create_tables().
 *
 * Arguments: table_name, null: of all tables. Returns: nothing. Tables written:
 * definitions only. Errors: none; of an index that would keep sales waiting a WARNING.
 */
CREATE FUNCTION concert_booking.make_indexes(table_name text DEFAULT NULL)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET client_min_messages = warning
AS $fn$
DECLARE
	trgm_schema name;
	wanted record;
BEGIN
	SELECT n.nspname INTO STRICT trgm_schema
	FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'pg_trgm';

	FOR wanted IN
		SELECT p.name, format(p.definition, trgm_schema) AS definition, p.comment,
			   /* 0.1 made all but these; a table of 4 MB takes some 40 ms */
			   p.name IN ('idx_booking_seats_ticket_code', 'idx_bookings_customer_name', 'idx_archived_bookings_customer_name',
							  'idx_concert_schedules_price', 'idx_concert_schedules_date_concert',
							  'idx_concert_schedules_created_date')
				   AND pg_relation_size(format('concert_booking.%I', p.table_name)) > 4 * 1024 * 1024 AS would_keep_waiting
		FROM concert_booking.table_parts() p
		WHERE p.kind = 'index' AND to_regclass(format('concert_booking.%I', p.name)) IS NULL
		  AND p.table_name = coalesce(make_indexes.table_name, p.table_name)
		  /* see fill_prices() */
		  AND (p.table_name <> 'schedule_prices' OR concert_booking.prices_are_filled())
		  /* see migrate_tables() */
		  AND NOT (p.name IN ('idx_bookings_user_key', 'idx_bookings_session_key')
				   AND to_regclass('concert_booking.idx_bookings_idempotency_key') IS NOT NULL)
		ORDER BY p.place
	LOOP
		IF wanted.would_keep_waiting THEN
			RAISE WARNING 'an index is to be made by hand'
				USING DETAIL = format('The index is "%s". Its table is so large that making it here would keep sales waiting.', wanted.name),
					  HINT = format('Run %s; it is looked for by name.', regexp_replace(wanted.definition, ' INDEX ', ' INDEX CONCURRENTLY '));
			CONTINUE;
		END IF;
		EXECUTE wanted.definition;
		EXECUTE format('COMMENT ON INDEX concert_booking.%I IS %L', wanted.name, wanted.comment);
	END LOOP;
END
$fn$;
COMMENT ON FUNCTION concert_booking.make_indexes(text) IS
	'Internal: the indexes that are missing.';

/*
 * complete_tables() - what belongs to the tables and is not there: defaults,
 * indexes, triggers, the view. Internal: a step of create_tables().
 *
 * DROP EXTENSION CASCADE takes off what calls a function of the extension. What
 * is there is compared in the catalogues only, because CREATE INDEX IF NOT
 * EXISTS and CREATE OR REPLACE TRIGGER lock out writers even if they do nothing.
 * Returns: nothing. Tables written: definitions only. Errors: none.
 */
CREATE FUNCTION concert_booking.complete_tables()
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET client_min_messages = warning
AS $fn$
DECLARE
	moddatetime_schema name;
	wanted record;
	present_definition text;
	present_state "char";
BEGIN
	SELECT n.nspname INTO STRICT moddatetime_schema
	FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'moddatetime';

	FOR wanted IN
		SELECT p.table_name, p.name, p.definition
		FROM concert_booking.table_parts() p
		JOIN pg_attribute a ON a.attrelid = to_regclass(format('concert_booking.%I', p.table_name)) AND a.attname = p.name
		WHERE p.kind = 'column' AND p.definition IS NOT NULL AND NOT a.atthasdef
		ORDER BY p.place
	LOOP
		EXECUTE format('ALTER TABLE concert_booking.%I ALTER COLUMN %I SET DEFAULT %s',
					   wanted.table_name, wanted.name, wanted.definition);
	END LOOP;

	PERFORM concert_booking.add_bounds();

	PERFORM concert_booking.make_indexes();

	/* In the words of pg_get_triggerdef(), so that only a difference is written. */
	FOR wanted IN
		SELECT p.table_name, p.name, format('CREATE TRIGGER %I %s', p.name, format(p.definition, moddatetime_schema)) AS definition
		FROM concert_booking.table_parts() p WHERE p.kind = 'trigger'
		ORDER BY p.place
	LOOP
		SELECT pg_get_triggerdef(g.oid), g.tgenabled INTO present_definition, present_state FROM pg_trigger g
		WHERE g.tgrelid = format('concert_booking.%I', wanted.table_name)::regclass AND g.tgname = wanted.name;
		CONTINUE WHEN wanted.definition = present_definition;
		EXECUTE replace(wanted.definition, 'CREATE TRIGGER', 'CREATE OR REPLACE TRIGGER');
		/* as its owner has switched it */
		IF present_state <> 'O' THEN
			EXECUTE format('ALTER TABLE concert_booking.%I %s TRIGGER %I', wanted.table_name,
						   CASE present_state WHEN 'D' THEN 'DISABLE' WHEN 'A' THEN 'ENABLE ALWAYS' ELSE 'ENABLE REPLICA' END,
						   wanted.name);
		END IF;
	END LOOP;

	PERFORM concert_booking.make_slots();
END
$fn$;
COMMENT ON FUNCTION concert_booking.complete_tables() IS
	'Internal: defaults, indexes, triggers and the view, where they are missing.';

/*
 * comment_tables() - COMMENTs of every table, column, constraint and the view.
 * Internal: the last step of create_tables().
 *
 * A comment that is there stays: the owner may have written another one.
 * Returns: nothing. Tables written: comments only. Errors: none.
 */
CREATE FUNCTION concert_booking.comment_tables()
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $fn$
DECLARE
	wanted record;
BEGIN
	FOR wanted IN
		SELECT p.kind, p.table_name, p.comment
		FROM concert_booking.table_parts() p
		JOIN pg_class c ON c.oid = to_regclass(format('concert_booking.%I', p.table_name))
		WHERE p.kind IN ('table', 'view') AND obj_description(c.oid, 'pg_class') IS NULL
		ORDER BY p.place
	LOOP
		EXECUTE format('COMMENT ON %s concert_booking.%I IS %L',
					   CASE wanted.kind WHEN 'view' THEN 'VIEW' ELSE 'TABLE' END, wanted.table_name, wanted.comment);
	END LOOP;

	FOR wanted IN
		SELECT p.table_name, a.attname AS name,
			   CASE WHEN c.kind IS NOT NULL THEN c.comment
					WHEN a.attname = 'created_at' THEN 'when the row was made'
					WHEN a.attname = 'updated_at' THEN 'when the row was last changed' END AS comment
		FROM concert_booking.table_parts() p
		JOIN pg_attribute a ON a.attrelid = to_regclass(format('concert_booking.%I', p.table_name))
			AND a.attnum > 0 AND NOT a.attisdropped
		LEFT JOIN concert_booking.table_parts() c
			ON c.kind = 'column' AND (c.table_name, c.name) = (p.table_name, a.attname)
		WHERE p.kind IN ('table', 'view') AND col_description(a.attrelid, a.attnum) IS NULL
		  AND (c.kind IS NOT NULL OR a.attname IN ('created_at', 'updated_at'))
		ORDER BY p.place, a.attnum
	LOOP
		EXECUTE format('COMMENT ON COLUMN concert_booking.%I.%I IS %L',
					   wanted.table_name, wanted.name, wanted.comment);
	END LOOP;

	FOR wanted IN
		SELECT p.table_name, p.name, p.comment
		FROM concert_booking.table_parts() p
		JOIN pg_constraint c ON c.conname = p.name
			AND c.conrelid = to_regclass(format('concert_booking.%I', p.table_name))
		WHERE p.kind = 'constraint' AND obj_description(c.oid, 'pg_constraint') IS NULL
		ORDER BY p.place
	LOOP
		EXECUTE format('COMMENT ON CONSTRAINT %I ON concert_booking.%I IS %L',
					   wanted.name, wanted.table_name, wanted.comment);
	END LOOP;
END
$fn$;
COMMENT ON FUNCTION concert_booking.comment_tables() IS
	'Internal: comment every table, column, constraint and the view.';
