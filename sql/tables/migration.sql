/*
 * has_column(table_name, column_name) - whether a table of the schema has a
 * column. Internal.
 */
CREATE FUNCTION concert_booking.has_column(table_name text, column_name text)
RETURNS boolean
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
	SELECT EXISTS (SELECT FROM pg_attribute a
				   WHERE a.attrelid = to_regclass(format('concert_booking.%I', table_name))
					 AND a.attname = column_name AND NOT a.attisdropped)
$fn$;
COMMENT ON FUNCTION concert_booking.has_column(text, text) IS
	'Internal: whether a table of the schema has a column.';

/*
 * lacks_columns(table_name) - whether a table of 0.1 lacks columns of this version.
 * Internal.
 *
 * Arguments: table_name; null: any of them, or bookings' list of statuses, or the
 * tables of payment. Returns: whether. Tables written: none. Errors: none.
 */
CREATE FUNCTION concert_booking.lacks_columns(table_name text DEFAULT NULL)
RETURNS boolean
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
	SELECT EXISTS (
			SELECT FROM (VALUES
				('concert_schedules', 'payment_required'), ('concert_schedules', 'payment_window'),
				('concert_schedules', 'refund_ladder'), ('concert_schedules', 'status'),
				('concert_schedules', 'status_changed_at'), ('concert_schedules', 'previous_starts_at'),
				('concert_schedules', 'concert_created_at'),
				('bookings', 'pay_by'), ('bookings', 'paid_at'), ('bookings', 'refund_ladder'),
				('bookings', 'is_anonymous'), ('bookings', 'free_reason'), ('booking_seats', 'price_type'),
				('booking_seats', 'cancellation_fee'), ('booking_seats', 'seat_grade'), ('booking_seats', 'ticket_code'),
				('booking_seats', 'checked_in_at'), ('booking_seats', 'gate'),
				('temp_reservations', 'booking_id'), ('schedule_prices', 'concert_id')) AS c (of_table, name)
			WHERE c.of_table = coalesce(lacks_columns.table_name, c.of_table)
			  AND NOT concert_booking.has_column(c.of_table, c.name))
		OR lacks_columns.table_name IS NULL
			AND (concert_booking.booking_statuses() = '{cancelled,confirmed}' OR to_regclass('concert_booking.payments') IS NULL)
$fn$;
COMMENT ON FUNCTION concert_booking.lacks_columns(text) IS
	'Internal: whether tables of 0.1 lack columns of this version.';

/*
 * refuse_strange_columns() - refuse tables of 0.1 to which their owner has added a
 * column that has a name of this version and is not as create_tables() would make
 * it. Internal: the first step of create_tables().
 *
 * The C code sells beside such a column (see src/tables_shape.c); to take it for
 * ours would lose what it says. Domains, and varchar for text, are as good.
 * Returns: nothing. Tables written: none. Errors: 55000 (DETAIL: the column).
 */
CREATE FUNCTION concert_booking.refuse_strange_columns()
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $fn$
DECLARE
	strange record;
	is_strange boolean;
BEGIN
	IF to_regclass('concert_booking.seats') IS NULL OR to_regclass('concert_booking.payments') IS NOT NULL THEN
		RETURN;
	END IF;
	SELECT c.of_table, c.name, c.type, c.default_value INTO strange
	FROM (VALUES
		('concert_schedules', 'payment_required', 'boolean', 'false'), ('concert_schedules', 'payment_window', 'interval', NULL),
		('concert_schedules', 'refund_ladder', 'jsonb', NULL), ('concert_schedules', 'status', 'text', '''scheduled'''),
		('concert_schedules', 'status_changed_at', 'timestamptz', NULL),
		('concert_schedules', 'previous_starts_at', 'timestamptz', NULL),
		('concert_schedules', 'concert_created_at', 'timestamptz', NULL),
		('bookings', 'pay_by', 'timestamptz', NULL), ('bookings', 'paid_at', 'timestamptz', NULL),
		('bookings', 'refund_ladder', 'jsonb', NULL), ('bookings', 'is_anonymous', 'boolean', 'false'),
		('bookings', 'free_reason', 'text', NULL),
		('booking_seats', 'price_type', 'varchar(50)', NULL), ('booking_seats', 'cancellation_fee', 'integer', NULL),
		('booking_seats', 'seat_grade', 'varchar(20)', NULL), ('booking_seats', 'ticket_code', 'uuid', NULL),
		('booking_seats', 'checked_in_at', 'timestamptz', NULL), ('booking_seats', 'gate', 'varchar(50)', NULL),
		('temp_reservations', 'price', 'integer', NULL), ('temp_reservations', 'booking_id', 'uuid', NULL),
		('availability_changes', 'version', 'bigint', '0'), ('schedule_prices', 'concert_id', 'uuid', NULL)) AS c (of_table, name, type, default_value)
	JOIN pg_attribute a ON a.attrelid = to_regclass(format('concert_booking.%I', c.of_table))
		AND a.attname = c.name AND NOT a.attisdropped
	JOIN pg_type t ON t.oid = a.atttypid
	LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
	CROSS JOIN LATERAL (SELECT coalesce(nullif(t.typbasetype, 0), t.oid) AS type,
							   CASE WHEN t.typbasetype = 0 THEN a.atttypmod ELSE t.typtypmod END AS modifier,
							   substring(c.type FROM '\((\d+)\)')::integer AS text_limit) b
	WHERE (CASE WHEN b.type = 'varchar'::regtype THEN 'text'::regtype ELSE b.type END)
			  <> (CASE WHEN c.type LIKE 'varchar%' THEN 'text' ELSE c.type END)::regtype
	   OR b.type = 'varchar'::regtype AND b.modifier <> -1 AND (b.text_limit IS NULL OR b.modifier - 4 < b.text_limit)
	   /* these two: see below */
	   OR a.attnotnull <> (c.default_value IS NOT NULL) AND c.name NOT IN ('concert_id', 'concert_created_at')
	   OR c.default_value IS NOT NULL
		  AND split_part(coalesce(pg_get_expr(d.adbin, d.adrelid), ''), '::', 1) <> c.default_value
	   OR a.attgenerated <> '' OR a.attidentity <> ''
	ORDER BY 1, 2 LIMIT 1;
	is_strange := FOUND;
	IF NOT is_strange AND concert_booking.has_column('concert_schedules', 'status') THEN
		SELECT 'concert_schedules' AS of_table, 'status' AS name, 'one of scheduled, postponed, cancelled' AS type,
			   NULL AS default_value INTO strange;
		EXECUTE $$SELECT EXISTS (SELECT FROM concert_booking.concert_schedules cs
								 WHERE cs.status NOT IN ('scheduled', 'postponed', 'cancelled'))$$ INTO is_strange;
	END IF;
	IF NOT is_strange AND concert_booking.has_column('schedule_prices', 'concert_id') THEN
		SELECT 'schedule_prices' AS of_table, 'concert_id' AS name, 'uuid, without a default, null or the concert of the schedule' AS type,
			   NULL AS default_value INTO strange;
		/* With NOT NULL it tells of every row: see prices_are_filled(). */
		EXECUTE $$SELECT EXISTS (SELECT FROM pg_attribute a
								 WHERE a.attrelid = 'concert_booking.schedule_prices'::regclass AND a.attname = 'concert_id' AND a.atthasdef)
					  OR EXISTS (SELECT FROM concert_booking.schedule_prices p
								 JOIN concert_booking.concert_schedules cs ON cs.id = p.concert_schedule_id
								 WHERE p.concert_id <> cs.concert_id)$$ INTO is_strange;
	END IF;
	IF NOT is_strange AND concert_booking.has_column('concert_schedules', 'concert_created_at') THEN
		SELECT 'concert_schedules' AS of_table, 'concert_created_at' AS name,
			   'timestamptz, without a default, null or created_at of the concert' AS type, NULL AS default_value INTO strange;
		/* With NOT NULL it tells of every row: see schedules_are_filled(). */
		EXECUTE $$SELECT EXISTS (SELECT FROM pg_attribute a
								 WHERE a.attrelid = 'concert_booking.concert_schedules'::regclass AND a.attname = 'concert_created_at' AND a.atthasdef)
					  OR EXISTS (SELECT FROM concert_booking.concert_schedules cs
								 JOIN concert_booking.concerts c ON c.id = cs.concert_id
								 WHERE cs.concert_created_at <> c.created_at)$$ INTO is_strange;
	END IF;
	IF is_strange THEN
		PERFORM concert_booking.refuse('55000', 'a column has a name that is needed',
			format('Column "%s" of table "%s" must be %s%s.', strange.name, strange.of_table, strange.type,
				   CASE WHEN strange.default_value IS NOT NULL THEN ' NOT NULL DEFAULT ' || strange.default_value END),
			'Rename it by ALTER TABLE, and run create_tables() again; nothing was changed, and sales go on.');
	END IF;
END
$fn$;
COMMENT ON FUNCTION concert_booking.refuse_strange_columns() IS
	'Internal: refuse tables of 0.1 with a column of a new name that is not ours.';

/*
 * booking_statuses() - the statuses that chk_bookings_status lists, sorted; null:
 * it is not there. Internal.
 */
CREATE FUNCTION concert_booking.booking_statuses()
RETURNS text[]
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
	SELECT array_agg(m.word[1] ORDER BY m.word[1])
	FROM pg_constraint c, regexp_matches(pg_get_constraintdef(c.oid), '''([^'']*)''', 'g') AS m (word)
	WHERE c.conrelid = to_regclass('concert_booking.bookings') AND c.conname = 'chk_bookings_status'
$fn$;
COMMENT ON FUNCTION concert_booking.booking_statuses() IS
	'Internal: the statuses that bookings may have.';

/*
 * booker_rule() - what chk_bookings_booker demands, in the words of
 * pg_get_constraintdef() with one space between them; null: it is not there. Internal.
 */
CREATE FUNCTION concert_booking.booker_rule()
RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
	SELECT regexp_replace(pg_get_constraintdef(c.oid), '\s+', ' ', 'g')
	FROM pg_constraint c
	WHERE c.conrelid = to_regclass('concert_booking.bookings') AND c.conname = 'chk_bookings_booker'
$fn$;
COMMENT ON FUNCTION concert_booking.booker_rule() IS
	'Internal: what chk_bookings_booker demands.';

/*
 * add_columns() - what payment and the box office need in tables of 0.1: columns, the
 * wider list of statuses, the rule about who books, the tables of payment. Internal:
 * a step of migrate_tables(), under its locks.
 *
 * A column has no default, or one that is a constant, and validate_statuses() reads the
 * bookings later: no row is read or rewritten but where few are filled at once. Comments of 0.1 that are not
 * true any more are taken off; comment_tables() writes the new ones.
 * Returns: nothing. Tables written: definitions only. Errors: none.
 */
CREATE FUNCTION concert_booking.add_columns()
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET client_min_messages = warning
AS $fn$
DECLARE
	missing record;
	outdated record;
	filled_id uuid;
	is_over boolean;
BEGIN
	IF concert_booking.lacks_columns('concert_schedules') THEN
		ALTER TABLE concert_booking.concert_schedules
			ADD COLUMN IF NOT EXISTS payment_required boolean NOT NULL DEFAULT false,
			ADD COLUMN IF NOT EXISTS payment_window interval,
			ADD COLUMN IF NOT EXISTS refund_ladder jsonb,
			ADD COLUMN IF NOT EXISTS status text NOT NULL DEFAULT 'scheduled',
			ADD COLUMN IF NOT EXISTS status_changed_at timestamptz,
			ADD COLUMN IF NOT EXISTS previous_starts_at timestamptz,
			ADD COLUMN IF NOT EXISTS concert_created_at timestamptz;
		/* No row needs a look: each has the default. */
		IF NOT EXISTS (SELECT FROM pg_constraint c
					   WHERE c.conrelid = 'concert_booking.concert_schedules'::regclass AND c.conname = 'chk_concert_schedules_status') THEN
			ALTER TABLE concert_booking.concert_schedules
				ADD CONSTRAINT chk_concert_schedules_status CHECK (status IN ('scheduled', 'postponed', 'cancelled'));
		END IF;
	END IF;
	IF concert_booking.lacks_columns('bookings') THEN
		ALTER TABLE concert_booking.bookings ADD COLUMN IF NOT EXISTS pay_by timestamptz,
			ADD COLUMN IF NOT EXISTS paid_at timestamptz, ADD COLUMN IF NOT EXISTS refund_ladder jsonb,
			ADD COLUMN IF NOT EXISTS is_anonymous boolean NOT NULL DEFAULT false, ADD COLUMN IF NOT EXISTS free_reason text;
		/* Weaker than that of 0.1; one that the owner has changed or taken off stays so. */
		IF concert_booking.booker_rule() = 'CHECK ( CASE WHEN (user_id IS NULL) THEN '
				'((customer_name IS NOT NULL) AND (customer_phone IS NOT NULL)) ELSE (session_id IS NULL) END)' THEN
			ALTER TABLE concert_booking.bookings DROP CONSTRAINT chk_bookings_booker,
				ADD CONSTRAINT chk_bookings_booker CHECK (
					CASE WHEN user_id IS NULL THEN is_anonymous OR customer_name IS NOT NULL AND customer_phone IS NOT NULL
						 ELSE session_id IS NULL END) NOT VALID;
		END IF;
	END IF;
	IF concert_booking.lacks_columns('booking_seats') THEN
		ALTER TABLE concert_booking.booking_seats ADD COLUMN IF NOT EXISTS price_type varchar(50),
			ADD COLUMN IF NOT EXISTS cancellation_fee integer,
			ADD COLUMN IF NOT EXISTS seat_grade varchar(20), ADD COLUMN IF NOT EXISTS ticket_code uuid,
			ADD COLUMN IF NOT EXISTS checked_in_at timestamptz, ADD COLUMN IF NOT EXISTS gate varchar(50);
	END IF;
	IF concert_booking.lacks_columns('temp_reservations') THEN
		ALTER TABLE concert_booking.temp_reservations ADD COLUMN booking_id uuid;
	END IF;
	IF concert_booking.lacks_columns('schedule_prices') THEN
		ALTER TABLE concert_booking.schedule_prices ADD COLUMN concert_id uuid;
	END IF;
	/* Some thousand rows take some hundredths of a second; more are left to run_upkeep(). */
	IF pg_relation_size('concert_booking.schedule_prices') <= 512 * 1024 THEN
		PERFORM concert_booking.fill_prices();
	END IF;
	IF pg_relation_size('concert_booking.concert_schedules') <= 512 * 1024 THEN
		LOOP
			SELECT f.last_id, f.is_over INTO filled_id, is_over FROM concert_booking.fill_schedules(filled_id) f;
			EXIT WHEN is_over;
		END LOOP;
	END IF;
	/* The list of 0.1; one that the owner has changed stays. */
	IF concert_booking.booking_statuses() = '{cancelled,confirmed}' THEN
		ALTER TABLE concert_booking.bookings DROP CONSTRAINT chk_bookings_status,
			ADD CONSTRAINT chk_bookings_status CHECK (status IN ('pending', 'confirmed', 'expired', 'cancelled')) NOT VALID;
	END IF;
	FOR missing IN
		SELECT p.definition FROM concert_booking.table_parts() p
		WHERE p.kind = 'table' AND to_regclass(format('concert_booking.%I', p.table_name)) IS NULL
		ORDER BY p.place
	LOOP
		EXECUTE missing.definition;
	END LOOP;

	FOR outdated IN
		SELECT format(CASE WHEN c.name IS NULL THEN 'TABLE concert_booking.%I' ELSE 'COLUMN concert_booking.%I.%I' END,
					  c.of_table, c.name) AS thing
		FROM (VALUES
			('bookings', NULL, 'Seats sold to one booker on one schedule. Holds personal data.'),
			('bookings', 'status', 'confirmed or cancelled'),
			('bookings', 'seat_count', 'number of its seats, also after cancelling'),
			('bookings', 'total_price', 'sum of its seats'' prices in won'),
			('booking_seats', 'active', 'the booking owns the seat; false once cancelled'),
			('booking_events', 'event_type', 'booking_confirmed, booking_cancelled, holds_expired, schedule_cancelled, seats_blocked, seats_unblocked, seats_generated, availability_reconciled'),
			('booking_events_default', 'event_type', 'booking_confirmed, booking_cancelled, holds_expired, schedule_cancelled, seats_blocked, seats_unblocked, seats_generated, availability_reconciled'),
			('booking_events', 'actor', 'the role that did it'),
			('booking_events_default', 'actor', 'the role that did it'),
			('schedule_availability', 'is_sold_out', 'it has seats and none is available; exact'),
			('archived_bookings', 'status', 'confirmed or cancelled'),
			('archived_bookings', 'created_at', 'when it was confirmed')) AS c (of_table, name, comment)
		LEFT JOIN pg_attribute a ON a.attrelid = to_regclass(format('concert_booking.%I', c.of_table)) AND a.attname = c.name
		JOIN pg_description d ON d.objoid = to_regclass(format('concert_booking.%I', c.of_table))
			AND d.classoid = 'pg_class'::regclass AND d.objsubid = coalesce(a.attnum, 0)
		WHERE d.description = c.comment
	LOOP
		EXECUTE format('COMMENT ON %s IS NULL', outdated.thing);
	END LOOP;
	/* The months of the event log were described as the whole was; no step comes back to them. */
	FOR outdated IN
		SELECT i.inhrelid::regclass AS month, p.name, p.comment
		FROM pg_inherits i
		JOIN pg_attribute a ON a.attrelid = i.inhrelid
		JOIN concert_booking.define_events() p ON p.kind = 'column' AND p.table_name = 'booking_events' AND p.name = a.attname
		WHERE i.inhparent = to_regclass('concert_booking.booking_events')
		  AND (a.attname, col_description(i.inhrelid, a.attnum)) IN (
			('actor', 'the role that did it'),
			('event_type', 'booking_confirmed, booking_cancelled, holds_expired, schedule_cancelled, seats_blocked, seats_unblocked, seats_generated, availability_reconciled'))
	LOOP
		EXECUTE format('COMMENT ON COLUMN %s.%I IS %L', outdated.month, outdated.name, outdated.comment);
	END LOOP;
END
$fn$;
COMMENT ON FUNCTION concert_booking.add_columns() IS
	'Internal: what payment and the box office need in tables of 0.1.';

/*
 * validate_statuses() - validates the list of statuses of bookings, as
 * add_columns() makes it. Internal: a step of create_tables() and of
 * run_upkeep().
 *
 * Locking: SHARE UPDATE EXCLUSIVE on bookings, which blocks no sale.
 * Returns: nothing. Tables written: definitions only. Errors: none.
 */
CREATE FUNCTION concert_booking.validate_statuses()
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	IF concert_booking.booker_rule() = 'CHECK ( CASE WHEN (user_id IS NULL) THEN '
			'(is_anonymous OR ((customer_name IS NOT NULL) AND (customer_phone IS NOT NULL))) ELSE (session_id IS NULL) END) NOT VALID' THEN
		ALTER TABLE concert_booking.bookings VALIDATE CONSTRAINT chk_bookings_booker;
	END IF;
	IF concert_booking.booking_statuses() = '{cancelled,confirmed,expired,pending}'
	   AND EXISTS (SELECT FROM pg_constraint c
				   WHERE c.conrelid = 'concert_booking.bookings'::regclass AND c.conname = 'chk_bookings_status'
					 AND NOT c.convalidated) THEN
		ALTER TABLE concert_booking.bookings VALIDATE CONSTRAINT chk_bookings_status;
	END IF;
EXCEPTION WHEN check_violation THEN
	RAISE WARNING 'a booking has an unknown status, or no booker'
		USING DETAIL = 'A constraint of the table "bookings" is not validated.',
			  HINT = 'Correct the booking and run create_tables() again.';
END
$fn$;
COMMENT ON FUNCTION concert_booking.validate_statuses() IS
	'Internal: validate the list of statuses of bookings.';

/*
 * outdated_indexes() - indexes of 0.1 that nothing uses any more: the one that took
 * their place is there, or none has to. Internal.
 *
 * One of the owner's making that has such a name has another definition, and is none.
 * Returns: name; table_name. Tables written: none. Errors: none.
 */
CREATE FUNCTION concert_booking.outdated_indexes()
RETURNS TABLE (name text, table_name text)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
	SELECT o.name, o.table_name
	FROM (VALUES
		('idx_concerts_venue_id', 'concerts', '(venue_id)', 'idx_concerts_venue_genre'),
		('idx_concerts_genre', 'concerts', '(genre) WHERE (is_deleted = false)', 'idx_concerts_genre_created_at'),
		('idx_concerts_status', 'concerts', '(status) WHERE (is_deleted = false)', NULL),
		('idx_concert_schedules_date', 'concert_schedules', '(concert_date)', 'idx_concert_schedules_date_concert'),
		('idx_concert_schedules_available', 'concert_schedules', '(concert_date) WHERE ((is_booking_open = true) AND (is_sold_out = false))', NULL),
		('idx_bookings_created_at', 'bookings', '(created_at)', NULL)) AS o (name, table_name, definition, successor)
	JOIN pg_index i ON i.indexrelid = to_regclass(format('concert_booking.%I', o.name))
	LEFT JOIN pg_index s ON s.indexrelid = to_regclass('concert_booking.' || quote_ident(o.successor))
	WHERE pg_get_indexdef(i.indexrelid) = format('CREATE INDEX %I ON concert_booking.%I USING btree %s', o.name, o.table_name, o.definition)
	  AND NOT i.indisclustered
	  AND (o.successor IS NULL OR s.indisvalid)
$fn$;
COMMENT ON FUNCTION concert_booking.outdated_indexes() IS
	'Internal: indexes of 0.1 that nothing uses any more.';

/*
 * migrate_tables() - from tables of an older version to those of this one.
 * Internal: a step of create_tables(), right before complete_tables().
 *
 * 0.2: temp_reservations.price, added without a rewrite: holds that are there
 * have none and cost what the seat costs. availability_changes as slots, see
 * make_slots(). Bounds of durations, see add_bounds(). Columns of payment, of the
 * box office and of search, see add_columns(). Indexes that nothing uses go, see
 * outdated_indexes(); create_tables() drops them when their successors are made.
 * idx_bookings_idempotency_key took a guest whose session_id is a member's user_id
 * for that member: it goes, and complete_tables() makes the two that follow it.
 * To make them keeps sales out; where that would take long, they are left to the
 * owner: the warning tells the statements, and the functions use the old index
 * meanwhile.
 *
 * Locking: nothing where nothing is to do. Else every table of a sale is locked
 * until create_tables() is done, some hundredths of a second. A lock that is
 * waited for makes everybody behind it wait, so: seats first, for at most 20 ms,
 * because a call locks that table before all others and none is under way then;
 * the rest without waiting; all or none, and again a little later.
 * Returns: whether it has locked them. Tables written: definitions only. Errors:
 * 55000 (some transaction has kept a lock for many tries).
 */
CREATE FUNCTION concert_booking.migrate_tables()
RETURNS boolean
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET client_min_messages = warning
SET lock_timeout = '20ms'
AS $fn$
DECLARE
	/* About 15,000 bookings: two indexes of so many are made in some 40 ms. */
	small_bookings constant bigint := 4 * 1024 * 1024;
	lacks_price boolean := NOT concert_booking.has_column('temp_reservations', 'price');
	lacks_slots boolean := concert_booking.slots_can_be_made();
	lacks_bounds boolean := EXISTS (SELECT FROM concert_booking.wanted_bounds() b WHERE b.is_valid IS NULL);
	lacks_columns boolean := concert_booking.lacks_columns();
	drops_indexes boolean := EXISTS (SELECT FROM concert_booking.outdated_indexes() o);
	drops_old_key boolean := false;
	lacks_defaults boolean := EXISTS (
		SELECT FROM pg_attribute a WHERE a.attrelid = 'concert_booking.seats'::regclass AND a.attname = 'id' AND NOT a.atthasdef);
	missing text;
BEGIN
	IF to_regclass('concert_booking.idx_bookings_idempotency_key') IS NOT NULL THEN
		SELECT string_agg(
			CASE WHEN i.indexrelid IS NOT NULL THEN format('DROP INDEX CONCURRENTLY concert_booking.%I; ', k.name) ELSE '' END
			|| format('CREATE UNIQUE INDEX CONCURRENTLY %I ON concert_booking.bookings (%I, idempotency_key) WHERE %2$I IS NOT NULL AND idempotency_key IS NOT NULL;',
					  k.name, k.booker), ' ' ORDER BY k.name DESC) INTO missing
		FROM (VALUES ('idx_bookings_user_key', 'user_id'), ('idx_bookings_session_key', 'session_id')) AS k (name, booker)
		LEFT JOIN pg_index i ON i.indexrelid = to_regclass(format('concert_booking.%I', k.name))
		WHERE i.indisvalid IS NOT TRUE;
		drops_old_key := missing IS NULL OR pg_relation_size('concert_booking.bookings') <= small_bookings;
		IF NOT drops_old_key THEN
			RAISE WARNING USING MESSAGE = 'indexes of concert_booking.bookings are to be made by hand',
				DETAIL = 'The table is so large that making them here would keep sales waiting.',
				HINT = format('Run %s Then run SELECT concert_booking.create_tables() again.', missing);
		END IF;
	END IF;
	IF NOT (lacks_price OR lacks_slots OR lacks_bounds OR lacks_columns OR drops_indexes OR drops_old_key) THEN
		RETURN false;
	END IF;

	FOR attempt IN REVERSE 200 .. 1 LOOP
		BEGIN
			/* a default that DROP EXTENSION took off needs more */
			IF lacks_defaults THEN
				LOCK TABLE concert_booking.seats IN ACCESS EXCLUSIVE MODE;
			ELSE
				LOCK TABLE concert_booking.seats IN SHARE ROW EXCLUSIVE MODE;
			END IF;
			LOCK TABLE concert_booking.temp_reservations, concert_booking.concert_schedules,
				concert_booking.bookings, concert_booking.availability_changes
				IN ACCESS EXCLUSIVE MODE NOWAIT;
			IF to_regclass('concert_booking.schedule_availability') IS NOT NULL THEN
				LOCK TABLE concert_booking.schedule_availability IN ACCESS EXCLUSIVE MODE NOWAIT;
			END IF;
			IF lacks_columns THEN
				/* price_types refers to concerts */
				LOCK TABLE concert_booking.booking_seats, concert_booking.schedule_prices, concert_booking.concerts
					IN ACCESS EXCLUSIVE MODE NOWAIT;
			ELSIF drops_indexes THEN
				LOCK TABLE concert_booking.concerts IN ACCESS EXCLUSIVE MODE NOWAIT;
			END IF;
			LOCK TABLE concert_booking.booking_seats, concert_booking.booking_events
				IN SHARE ROW EXCLUSIVE MODE NOWAIT;
			EXIT;
		EXCEPTION WHEN lock_not_available THEN
			IF attempt = 1 THEN
				PERFORM concert_booking.refuse('55000', 'the tables are in use',
					'Some transaction keeps a lock on a table that has to be changed, as a running dump does.',
					'Run create_tables() again when it has ended; nothing was changed, and sales go on.');
			END IF;
		END;
		PERFORM pg_sleep(0.05);
	END LOOP;
	IF lacks_price THEN
		/* Every row there has null: the check has nothing to look for. */
		ALTER TABLE concert_booking.temp_reservations ADD COLUMN price integer,
			ADD CONSTRAINT chk_temp_reservations_price CHECK (price >= 0);
	END IF;
	IF lacks_columns THEN
		PERFORM concert_booking.add_columns();
	END IF;
	IF drops_old_key THEN
		DROP INDEX concert_booking.idx_bookings_idempotency_key;
		IF missing IS NOT NULL THEN
			/* what a CONCURRENTLY that failed has left */
			DROP INDEX IF EXISTS concert_booking.idx_bookings_user_key, concert_booking.idx_bookings_session_key;
		END IF;
	END IF;
	RETURN true;
END
$fn$;
COMMENT ON FUNCTION concert_booking.migrate_tables() IS
	'Internal: from tables of an older version to those of this one.';
