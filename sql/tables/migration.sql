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
 * migrate_tables() - from tables of an older version to those of this one.
 * Internal: a step of create_tables(), right before complete_tables().
 *
 * 0.2: temp_reservations.price, added without a rewrite: holds that are there
 * have none and cost what the seat costs. availability_changes as slots, see
 * make_slots(). Bounds of durations, see add_bounds().
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
	lacks_bounds boolean;
	drops_old_key boolean := false;
	lacks_defaults boolean := EXISTS (
		SELECT FROM pg_attribute a WHERE a.attrelid = 'concert_booking.seats'::regclass AND a.attname = 'id' AND NOT a.atthasdef);
	missing text;
BEGIN
	lacks_bounds := (SELECT count(*) < 2 FROM pg_constraint c
		WHERE c.conrelid = 'concert_booking.concert_schedules'::regclass
		  AND c.conname IN ('chk_concert_schedules_hold_bounds', 'chk_concert_schedules_cancel_bounds'));
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
	IF NOT (lacks_price OR lacks_slots OR lacks_bounds OR drops_old_key) THEN
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
