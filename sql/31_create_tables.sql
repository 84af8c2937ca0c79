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
 * Errors: 42501 when the schema or one of the tables belongs to somebody else.
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
	grants_are_known boolean;
	is_old boolean;
	has_view boolean;
	session_timeout text;
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
	  AND c.relname IN ('venues', 'concerts', 'concert_schedules', 'seats', 'schedule_prices',
						'bookings', 'booking_seats', 'temp_reservations', 'wishlists',
						'availability_changes', 'booking_events', 'booking_events_default',
						'archived_schedules', 'archived_bookings', 'interest_marks',
						'access_grants', 'schedule_availability')
	  AND c.relowner <> n.nspowner
	ORDER BY 1 LIMIT 1;
	IF FOUND THEN
		PERFORM concert_booking.refuse('42501', 'a table of the schema belongs to another role',
			format('"%s" belongs to "%s".', stranger.relname, stranger.owner),
			'Look at what it is, then drop it or give it to the owner of the schema.');
	END IF;
	PERFORM pg_advisory_xact_lock(hashtextextended('concert_booking.create_tables', 0));
	is_old := to_regclass('concert_booking.seats') IS NOT NULL;

	/* -------- tables -------- */

	CREATE TABLE IF NOT EXISTS concert_booking.venues (
		id uuid PRIMARY KEY,
		name varchar(200) NOT NULL,
		address text NOT NULL,
		location_lat decimal(10, 8),
		location_lng decimal(11, 8),
		timezone text NOT NULL DEFAULT 'Asia/Seoul',
		created_at timestamptz NOT NULL DEFAULT now(),
		updated_at timestamptz NOT NULL DEFAULT now()
	);

	CREATE TABLE IF NOT EXISTS concert_booking.concerts (
		id uuid PRIMARY KEY,
		venue_id uuid NOT NULL REFERENCES concert_booking.venues (id) ON DELETE RESTRICT,
		title varchar(300) NOT NULL,
		poster_url text,
		description text,
		genre varchar(50),
		performers text,
		rating varchar(20),
		running_time integer,
		status text NOT NULL DEFAULT 'active',
		is_deleted boolean NOT NULL DEFAULT false,
		popularity integer NOT NULL DEFAULT 0,
		counted_bookings integer NOT NULL DEFAULT 0,
		created_at timestamptz NOT NULL DEFAULT now(),
		updated_at timestamptz NOT NULL DEFAULT now(),
		CONSTRAINT chk_concerts_status CHECK (status IN ('active', 'cancelled', 'postponed')),
		CONSTRAINT chk_concerts_running_time CHECK (running_time > 0)
	);

	CREATE TABLE IF NOT EXISTS concert_booking.concert_schedules (
		id uuid PRIMARY KEY,
		concert_id uuid NOT NULL REFERENCES concert_booking.concerts (id) ON DELETE CASCADE,
		concert_date date NOT NULL,
		concert_time time NOT NULL,
		starts_at timestamptz NOT NULL,
		total_seats integer NOT NULL DEFAULT 0,
		available_seats integer NOT NULL DEFAULT 0,
		is_sold_out boolean NOT NULL DEFAULT false,
		lowest_price integer,
		layout_version integer NOT NULL DEFAULT 1,
		is_booking_open boolean NOT NULL DEFAULT true,
		booking_opens_at timestamptz,
		booking_closes_at timestamptz,
		hold_duration interval,
		max_seats_per_booker smallint,
		cancel_until interval,
		created_at timestamptz NOT NULL DEFAULT now(),
		updated_at timestamptz NOT NULL DEFAULT now(),
		CONSTRAINT unique_concert_schedule UNIQUE (concert_id, concert_date, concert_time),
		CONSTRAINT chk_available_seats CHECK (available_seats >= 0 AND available_seats <= total_seats),
		CONSTRAINT chk_concert_schedules_window CHECK (booking_opens_at < booking_closes_at),
		CONSTRAINT chk_concert_schedules_max_seats CHECK (max_seats_per_booker > 0)
	) WITH (fillfactor = 50);

	/*
	 * What a sale changes stands together, right behind the keys of fixed width:
	 * a poll reads the status without walking past texts, and the WAL of an
	 * update holds these columns only.
	 */
	CREATE TABLE IF NOT EXISTS concert_booking.seats (
		id uuid PRIMARY KEY,
		concert_schedule_id uuid NOT NULL REFERENCES concert_booking.concert_schedules (id) ON DELETE CASCADE,
		status text NOT NULL DEFAULT 'available',
		hold_expires_at timestamptz,
		updated_at timestamptz NOT NULL DEFAULT now(),
		seat_number varchar(20) NOT NULL,
		seat_grade varchar(20) NOT NULL,
		price integer NOT NULL,
		position_x integer,
		position_y integer,
		ordinal integer NOT NULL,
		section text,
		row_label text,
		seat_index integer,
		created_at timestamptz NOT NULL DEFAULT now(),
		CONSTRAINT unique_seat UNIQUE (concert_schedule_id, seat_number),
		CONSTRAINT unique_seat_ordinal UNIQUE (concert_schedule_id, ordinal),
		CONSTRAINT chk_seats_price CHECK (price >= 0),
		CONSTRAINT chk_seats_status CHECK (status IN ('available', 'temp_reserved', 'reserved', 'unavailable'))
	) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05);

	CREATE TABLE IF NOT EXISTS concert_booking.schedule_prices (
		concert_schedule_id uuid NOT NULL REFERENCES concert_booking.concert_schedules (id) ON DELETE CASCADE,
		seat_grade varchar(20) NOT NULL,
		price integer NOT NULL,
		seat_count bigint NOT NULL,
		PRIMARY KEY (concert_schedule_id, seat_grade, price)
	);

	CREATE TABLE IF NOT EXISTS concert_booking.bookings (
		id uuid PRIMARY KEY,
		user_id uuid,
		session_id uuid,
		concert_schedule_id uuid NOT NULL REFERENCES concert_booking.concert_schedules (id) ON DELETE RESTRICT,
		booking_number varchar(50) NOT NULL UNIQUE,
		status text NOT NULL DEFAULT 'confirmed',
		customer_name varchar(100),
		customer_phone varchar(20),
		customer_email varchar(255),
		seat_count integer NOT NULL DEFAULT 0,
		total_price bigint NOT NULL DEFAULT 0,
		idempotency_key varchar(255),
		cancelled_at timestamptz,
		cancellation_reason text,
		created_at timestamptz NOT NULL DEFAULT now(),
		updated_at timestamptz NOT NULL DEFAULT now(),
		CONSTRAINT chk_bookings_status CHECK (status IN ('confirmed', 'cancelled')),
		CONSTRAINT chk_bookings_booker CHECK (
			CASE WHEN user_id IS NULL THEN customer_name IS NOT NULL AND customer_phone IS NOT NULL
				 ELSE session_id IS NULL END),
		CONSTRAINT chk_bookings_totals CHECK (seat_count >= 0 AND total_price >= 0)
	) WITH (fillfactor = 80);

	CREATE TABLE IF NOT EXISTS concert_booking.booking_seats (
		id uuid PRIMARY KEY,
		booking_id uuid NOT NULL REFERENCES concert_booking.bookings (id) ON DELETE CASCADE,
		seat_id uuid NOT NULL REFERENCES concert_booking.seats (id) ON DELETE RESTRICT,
		price integer NOT NULL,
		active boolean NOT NULL DEFAULT true,
		created_at timestamptz NOT NULL DEFAULT now(),
		CONSTRAINT unique_booking_seat UNIQUE (booking_id, seat_id)
	);

	CREATE TABLE IF NOT EXISTS concert_booking.temp_reservations (
		id uuid NOT NULL,
		user_id uuid,
		session_id uuid,
		seat_id uuid NOT NULL REFERENCES concert_booking.seats (id) ON DELETE CASCADE,
		concert_schedule_id uuid NOT NULL REFERENCES concert_booking.concert_schedules (id) ON DELETE CASCADE,
		held_since timestamptz NOT NULL DEFAULT now(),
		expires_at timestamptz NOT NULL,
		created_at timestamptz NOT NULL DEFAULT now(),
		price integer,
		CONSTRAINT unique_temp_seat PRIMARY KEY (seat_id),
		CONSTRAINT chk_temp_reservations_booker CHECK ((user_id IS NULL) <> (session_id IS NULL)),
		CONSTRAINT chk_temp_reservations_price CHECK (price >= 0)
	);

	CREATE TABLE IF NOT EXISTS concert_booking.wishlists (
		id uuid PRIMARY KEY,
		user_id uuid NOT NULL,
		concert_id uuid NOT NULL REFERENCES concert_booking.concerts (id) ON DELETE CASCADE,
		created_at timestamptz NOT NULL DEFAULT now(),
		CONSTRAINT unique_wishlist UNIQUE (user_id, concert_id)
	);

	CREATE TABLE IF NOT EXISTS concert_booking.availability_changes (
		id uuid,
		concert_schedule_id uuid NOT NULL REFERENCES concert_booking.concert_schedules (id) ON DELETE CASCADE,
		available_change integer NOT NULL,
		created_at timestamptz NOT NULL DEFAULT now(),
		version bigint NOT NULL DEFAULT 0,
		PRIMARY KEY (concert_schedule_id, id, version)
	) WITH (fillfactor = 50);

	CREATE TABLE IF NOT EXISTS concert_booking.booking_events (
		id uuid,
		occurred_at timestamptz NOT NULL DEFAULT now(),
		event_type text NOT NULL,
		concert_schedule_id uuid,
		booking_id uuid,
		seat_count integer NOT NULL DEFAULT 0,
		actor name NOT NULL DEFAULT current_user,
		detail jsonb,
		PRIMARY KEY (id, occurred_at)
	) PARTITION BY RANGE (occurred_at);
	IF to_regclass('concert_booking.booking_events_default') IS NULL THEN
		CREATE TABLE concert_booking.booking_events_default
			PARTITION OF concert_booking.booking_events DEFAULT;
	END IF;

	CREATE TABLE IF NOT EXISTS concert_booking.archived_schedules (
		id uuid PRIMARY KEY,
		concert_id uuid NOT NULL REFERENCES concert_booking.concerts (id) ON DELETE RESTRICT,
		concert_date date NOT NULL,
		concert_time time NOT NULL,
		starts_at timestamptz NOT NULL,
		seat_count integer NOT NULL,
		booking_count integer NOT NULL,
		schedule jsonb NOT NULL,
		seats jsonb NOT NULL,
		archived_at timestamptz NOT NULL DEFAULT now()
	);

	CREATE TABLE IF NOT EXISTS concert_booking.archived_bookings (
		id uuid PRIMARY KEY,
		concert_schedule_id uuid NOT NULL REFERENCES concert_booking.archived_schedules (id) ON DELETE CASCADE,
		user_id uuid,
		session_id uuid,
		booking_number varchar(50) NOT NULL UNIQUE,
		status text NOT NULL,
		customer_phone varchar(20),
		customer_email varchar(255),
		seat_count integer NOT NULL,
		total_price bigint NOT NULL,
		cancelled_at timestamptz,
		created_at timestamptz NOT NULL,
		booking jsonb NOT NULL,
		seats jsonb NOT NULL
	);

	CREATE TABLE IF NOT EXISTS concert_booking.interest_marks (
		id uuid PRIMARY KEY,
		concert_id uuid NOT NULL REFERENCES concert_booking.concerts (id) ON DELETE CASCADE,
		created_at timestamptz NOT NULL DEFAULT now()
	);

	grants_are_known := to_regclass('concert_booking.access_grants') IS NOT NULL;
	CREATE TABLE IF NOT EXISTS concert_booking.access_grants (
		id uuid PRIMARY KEY,
		role_name name NOT NULL,
		level text NOT NULL,
		is_lost boolean NOT NULL DEFAULT false,
		created_at timestamptz NOT NULL DEFAULT now()
	);

	/* What takes its time comes before tables of an older version are locked. */
	has_view := to_regclass('concert_booking.schedule_availability') IS NOT NULL;
	IF has_view THEN
		PERFORM concert_booking.finish_tables(NOT grants_are_known);
	END IF;
	session_timeout := current_setting('lock_timeout');
	BEGIN
		/* Beside the locks of a migration nothing else may be waited for. */
		IF is_old AND concert_booking.migrate_tables() THEN
			PERFORM set_config('lock_timeout', '20ms', true);
		END IF;
		PERFORM concert_booking.complete_tables();
		PERFORM concert_booking.comment_tables();
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
END
$fn$;

COMMENT ON FUNCTION concert_booking.create_tables() IS
	'Make the tables, indexes, triggers and the view, or bring them up to date.
Idempotent; run it after CREATE EXTENSION and after ALTER EXTENSION UPDATE.';

/*
 * finish_tables(grants_are_new) - partitions of the log, and the levels of
 * roles. Internal: a step of create_tables().
 *
 * Returns: nothing. Tables written: booking_events, access_grants. Errors: those
 * of create_event_partitions() and grant_access().
 */
CREATE FUNCTION concert_booking.finish_tables(grants_are_new boolean)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	PERFORM concert_booking.create_event_partitions();
	IF grants_are_new THEN
		PERFORM concert_booking.record_grants();
	END IF;
	PERFORM concert_booking.restore_grants();
END
$fn$;
COMMENT ON FUNCTION concert_booking.finish_tables(boolean) IS
	'Internal: partitions of the event log and the levels of roles.';

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
	trgm_schema name;
	moddatetime_schema name;
	wanted record;
	present_definition text;
	present_state "char";
BEGIN
	SELECT n.nspname INTO STRICT trgm_schema
	FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'pg_trgm';
	SELECT n.nspname INTO STRICT moddatetime_schema
	FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'moddatetime';

	FOR wanted IN
		SELECT t.name
		FROM unnest(ARRAY['venues', 'concerts', 'concert_schedules', 'seats', 'bookings', 'booking_seats',
						  'temp_reservations', 'wishlists', 'availability_changes', 'booking_events',
						  'interest_marks', 'access_grants']) AS t (name)
		JOIN pg_attribute a ON a.attrelid = format('concert_booking.%I', t.name)::regclass AND a.attname = 'id'
		WHERE NOT a.atthasdef
	LOOP
		EXECUTE format('ALTER TABLE concert_booking.%I ALTER COLUMN id SET DEFAULT concert_booking.uuid_v7()', wanted.name);
	END LOOP;

	PERFORM concert_booking.add_bounds();

	/* Law 6: no index names seats.status, hold_expires_at or updated_at. */
	FOR wanted IN
		SELECT i.name, i.definition, i.purpose
		FROM (VALUES
			('idx_concerts_venue_id', 'INDEX %I ON concert_booking.concerts (venue_id)',
			 'The concerts of a venue.'),
			('idx_concerts_created_at', 'INDEX %I ON concert_booking.concerts (created_at, id)',
			 'Newest concerts first.'),
			('idx_concerts_genre', 'INDEX %I ON concert_booking.concerts (genre) WHERE is_deleted = false',
			 'Search by genre.'),
			('idx_concerts_status', 'INDEX %I ON concert_booking.concerts (status) WHERE is_deleted = false',
			 'Search by status.'),
			('idx_concerts_popularity', 'INDEX %I ON concert_booking.concerts (popularity, id) WHERE is_deleted = false',
			 'Most popular concerts first.'),
			('idx_concerts_title_trgm', format('INDEX %%I ON concert_booking.concerts USING gin (title %I.gin_trgm_ops)', trgm_schema),
			 'Search within titles.'),
			('idx_concerts_performers_trgm', format('INDEX %%I ON concert_booking.concerts USING gin (performers %I.gin_trgm_ops)', trgm_schema),
			 'Search within performers.'),
			('idx_concert_schedules_date', 'INDEX %I ON concert_booking.concert_schedules (concert_date)',
			 'Schedules of a range of dates.'),
			('idx_concert_schedules_starts_at', 'INDEX %I ON concert_booking.concert_schedules (starts_at)',
			 'Schedules from an instant on.'),
			('idx_concert_schedules_concert_start', 'INDEX %I ON concert_booking.concert_schedules (concert_id, starts_at)',
			 'The schedules of a concert from an instant on.'),
			('idx_concert_schedules_available', 'INDEX %I ON concert_booking.concert_schedules (concert_date) WHERE is_booking_open = true AND is_sold_out = false',
			 'Schedules that still sell.'),
			('idx_bookings_user_status', 'INDEX %I ON concert_booking.bookings (user_id, status) WHERE user_id IS NOT NULL',
			 'A member''s bookings.'),
			('idx_bookings_session_id', 'INDEX %I ON concert_booking.bookings (session_id) WHERE session_id IS NOT NULL',
			 'A guest''s bookings.'),
			('idx_bookings_schedule_id', 'INDEX %I ON concert_booking.bookings (concert_schedule_id)',
			 'The bookings of a schedule.'),
			('idx_bookings_status', 'INDEX %I ON concert_booking.bookings (status, created_at)',
			 'Bookings by status, oldest first: upkeep.'),
			('idx_bookings_created_at', 'INDEX %I ON concert_booking.bookings (created_at)',
			 'Bookings of a period.'),
			('idx_bookings_customer_phone', 'INDEX %I ON concert_booking.bookings (concert_booking.normalize_phone(customer_phone)) WHERE customer_phone IS NOT NULL',
			 'Bookings by phone number, however it is spelt.'),
			('idx_bookings_customer_email', 'INDEX %I ON concert_booking.bookings (lower(customer_email)) WHERE customer_email IS NOT NULL',
			 'Bookings by e-mail address.'),
			('idx_bookings_user_key', 'UNIQUE INDEX %I ON concert_booking.bookings (user_id, idempotency_key) WHERE user_id IS NOT NULL AND idempotency_key IS NOT NULL',
			 'One booking for each key of a member.'),
			('idx_bookings_session_key', 'UNIQUE INDEX %I ON concert_booking.bookings (session_id, idempotency_key) WHERE session_id IS NOT NULL AND idempotency_key IS NOT NULL',
			 'One booking for each key of a guest.'),
			('idx_booking_seats_active_seat', 'UNIQUE INDEX %I ON concert_booking.booking_seats (seat_id) WHERE active',
			 'Whatever anybody does, a seat is sold once.'),
			('idx_booking_seats_seat_id', 'INDEX %I ON concert_booking.booking_seats (seat_id)',
			 'The history of a seat.'),
			('idx_temp_reservations_user_id', 'INDEX %I ON concert_booking.temp_reservations (user_id, concert_schedule_id) WHERE user_id IS NOT NULL',
			 'A member''s holds.'),
			('idx_temp_reservations_session_id', 'INDEX %I ON concert_booking.temp_reservations (session_id, concert_schedule_id) WHERE session_id IS NOT NULL',
			 'A guest''s holds.'),
			('idx_wishlists_concert_id', 'INDEX %I ON concert_booking.wishlists (concert_id)',
			 'Who wishes for a concert.'),
			('idx_booking_events_schedule_id', 'INDEX %I ON concert_booking.booking_events (concert_schedule_id)',
			 'The events of a schedule.'),
			('idx_booking_events_booking_id', 'INDEX %I ON concert_booking.booking_events (booking_id) WHERE booking_id IS NOT NULL',
			 'The events of a booking.'),
			('idx_booking_events_occurred_at', 'INDEX %I ON concert_booking.booking_events (occurred_at)',
			 'The events of a period.'),
			('idx_archived_schedules_concert_id', 'INDEX %I ON concert_booking.archived_schedules (concert_id)',
			 'The past schedules of a concert.'),
			('idx_archived_bookings_schedule_id', 'INDEX %I ON concert_booking.archived_bookings (concert_schedule_id)',
			 'The bookings of a past schedule.'),
			('idx_archived_bookings_user_id', 'INDEX %I ON concert_booking.archived_bookings (user_id) WHERE user_id IS NOT NULL',
			 'A member''s past bookings.'),
			('idx_archived_bookings_session_id', 'INDEX %I ON concert_booking.archived_bookings (session_id) WHERE session_id IS NOT NULL',
			 'A guest''s past bookings.'),
			('idx_archived_bookings_customer_phone', 'INDEX %I ON concert_booking.archived_bookings (concert_booking.normalize_phone(customer_phone)) WHERE customer_phone IS NOT NULL',
			 'Past bookings by phone number, however it is spelt.'),
			('idx_archived_bookings_customer_email', 'INDEX %I ON concert_booking.archived_bookings (lower(customer_email)) WHERE customer_email IS NOT NULL',
			 'Past bookings by e-mail address.'),
			('idx_archived_bookings_cancelled_at', 'INDEX %I ON concert_booking.archived_bookings (cancelled_at) WHERE cancelled_at IS NOT NULL',
			 'Cancelled bookings of the archive, oldest first: upkeep.'),
			('idx_interest_marks_concert_id', 'INDEX %I ON concert_booking.interest_marks (concert_id)',
			 'The uncounted looks at a concert.')) AS i (name, definition, purpose)
		WHERE to_regclass(format('concert_booking.%I', i.name)) IS NULL
		  /* see migrate_tables() */
		  AND NOT (i.name IN ('idx_bookings_user_key', 'idx_bookings_session_key')
				   AND to_regclass('concert_booking.idx_bookings_idempotency_key') IS NOT NULL)
	LOOP
		EXECUTE 'CREATE ' || format(wanted.definition, wanted.name);
		EXECUTE format('COMMENT ON INDEX concert_booking.%I IS %L', wanted.name, wanted.purpose);
	END LOOP;

	/* In the words of pg_get_triggerdef(), so that only a difference is written. */
	FOR wanted IN
		SELECT t.table_name, t.name, format('CREATE TRIGGER %I %s', t.name, t.definition) AS definition
		FROM (SELECT m.name, format('update_%s_updated_at', m.name),
					 format('BEFORE UPDATE ON concert_booking.%I FOR EACH ROW EXECUTE FUNCTION %I.moddatetime(''updated_at'')',
							m.name, moddatetime_schema)
			  FROM unnest(ARRAY['venues', 'concerts', 'concert_schedules', 'seats', 'bookings']) AS m (name)
			  UNION ALL VALUES
			('venues', 'check_venue_timezone',
			 'BEFORE INSERT OR UPDATE OF timezone ON concert_booking.venues FOR EACH ROW EXECUTE FUNCTION concert_booking.check_venue_timezone()'),
			('venues', 'refresh_schedule_starts',
			 'AFTER UPDATE OF timezone ON concert_booking.venues FOR EACH ROW WHEN ((old.timezone IS DISTINCT FROM new.timezone)) EXECUTE FUNCTION concert_booking.refresh_schedule_starts()'),
			('concerts', 'refresh_schedule_starts',
			 'AFTER UPDATE OF venue_id ON concert_booking.concerts FOR EACH ROW WHEN ((old.venue_id IS DISTINCT FROM new.venue_id)) EXECUTE FUNCTION concert_booking.refresh_schedule_starts()'),
			('concert_schedules', 'start_totals',
			 'BEFORE INSERT ON concert_booking.concert_schedules FOR EACH ROW WHEN (((new.total_seats <> 0) OR (new.available_seats <> 0) OR new.is_sold_out)) EXECUTE FUNCTION concert_booking.start_totals()'),
			('concert_schedules', 'fill_schedule_start',
			 'BEFORE INSERT OR UPDATE OF concert_id, concert_date, concert_time, starts_at ON concert_booking.concert_schedules FOR EACH ROW EXECUTE FUNCTION concert_booking.fill_schedule_start()'),
			('seats', 'fill_seat',
			 'BEFORE INSERT ON concert_booking.seats FOR EACH ROW WHEN (((new.ordinal IS NULL) OR (new.row_label IS NULL) OR (new.seat_index IS NULL))) EXECUTE FUNCTION concert_booking.fill_seat()'),
			('seats', 'follow_seats_insert',
			 'AFTER INSERT ON concert_booking.seats REFERENCING NEW TABLE AS new_seats FOR EACH STATEMENT EXECUTE FUNCTION concert_booking.follow_seats_insert()'),
			('seats', 'follow_seats_update',
			 'AFTER UPDATE ON concert_booking.seats REFERENCING OLD TABLE AS old_seats NEW TABLE AS new_seats FOR EACH STATEMENT EXECUTE FUNCTION concert_booking.follow_seats_update()'),
			('seats', 'follow_seats_delete',
			 'AFTER DELETE ON concert_booking.seats REFERENCING OLD TABLE AS old_seats FOR EACH STATEMENT EXECUTE FUNCTION concert_booking.follow_seats_delete()'),
			('seats', 'follow_layout_insert',
			 'AFTER INSERT ON concert_booking.seats REFERENCING NEW TABLE AS new_seats FOR EACH STATEMENT EXECUTE FUNCTION concert_booking.follow_layout()'),
			('seats', 'follow_layout_update',
			 'AFTER UPDATE ON concert_booking.seats REFERENCING OLD TABLE AS old_seats NEW TABLE AS new_seats FOR EACH STATEMENT EXECUTE FUNCTION concert_booking.follow_layout()'),
			('seats', 'follow_layout_delete',
			 'AFTER DELETE ON concert_booking.seats REFERENCING OLD TABLE AS old_seats FOR EACH STATEMENT EXECUTE FUNCTION concert_booking.follow_layout()'),
			('schedule_prices', 'follow_prices_insert',
			 'AFTER INSERT ON concert_booking.schedule_prices REFERENCING NEW TABLE AS changed_prices FOR EACH STATEMENT EXECUTE FUNCTION concert_booking.follow_prices()'),
			('schedule_prices', 'follow_prices_delete',
			 'AFTER DELETE ON concert_booking.schedule_prices REFERENCING OLD TABLE AS changed_prices FOR EACH STATEMENT EXECUTE FUNCTION concert_booking.follow_prices()'),
			('temp_reservations', 'fill_hold',
			 'BEFORE INSERT ON concert_booking.temp_reservations FOR EACH ROW WHEN (((new.concert_schedule_id IS NULL) OR (new.price IS NULL))) EXECUTE FUNCTION concert_booking.fill_hold()'),
			('temp_reservations', 'follow_holds_delete',
			 'AFTER DELETE ON concert_booking.temp_reservations REFERENCING OLD TABLE AS old_holds FOR EACH STATEMENT EXECUTE FUNCTION concert_booking.follow_holds_delete()'),
			('booking_seats', 'fill_booking_seat',
			 'BEFORE INSERT ON concert_booking.booking_seats FOR EACH ROW WHEN ((new.price IS NULL)) EXECUTE FUNCTION concert_booking.fill_booking_seat()'),
			('booking_events', 'refuse_change',
			 'BEFORE DELETE OR UPDATE ON concert_booking.booking_events FOR EACH ROW EXECUTE FUNCTION concert_booking.refuse_change()')
			) AS t (table_name, name, definition)
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
 * slots_can_be_made() - whether availability_changes is a table of 0.1, and small
 * enough for make_slots(): its new index takes 0.1 s for 2 MB, most of it dead rows.
 * Internal.
 */
CREATE FUNCTION concert_booking.slots_can_be_made()
RETURNS boolean
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
	SELECT NOT concert_booking.has_column('availability_changes', 'version')
		   AND pg_relation_size('concert_booking.availability_changes') <= 2097152
$fn$;
COMMENT ON FUNCTION concert_booking.slots_can_be_made() IS
	'Internal: whether availability_changes is of 0.1 and small.';

/*
 * make_slots() - availability_changes as it is since 0.2, and the view over it.
 * Internal: a step of create_tables().
 *
 * In 0.1 each sale that found its schedule locked left a row, and the next fold
 * deleted it. Since 0.2 the rows are slots, and version is part of the key. What is
 * pending becomes one slot a schedule. Library and functions work with either
 * table; only what a long snapshot costs differs. Where the table is too big, a
 * warning tells so and it stays as it is.
 *
 * Locking: ACCESS EXCLUSIVE on availability_changes, which migrate_tables() has
 * taken where it is an old one.
 * Returns: nothing. Tables written: definitions, availability_changes. Errors: none.
 */
CREATE FUNCTION concert_booking.make_slots()
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET client_min_messages = warning
AS $fn$
DECLARE
	old_key name;
	options text;
	columns text[];
	definition text := $view$
		SELECT cs.id AS concert_schedule_id,
			   cs.total_seats,
			   greatest(least(cs.available_seats + coalesce(p.available_change, 0), 2147483647), -2147483647)::integer AS available_seats,
			   cs.total_seats > 0 AND cs.available_seats + coalesce(p.available_change, 0) = 0 AS is_sold_out
		FROM concert_booking.concert_schedules cs
		LEFT JOIN LATERAL (
			WITH RECURSIVE slot AS (
				(SELECT a.id, a.available_change
				 FROM concert_booking.availability_changes a
				 WHERE a.concert_schedule_id = cs.id
				 ORDER BY a.concert_schedule_id DESC, a.id DESC LIMIT 1)
				UNION ALL
				SELECT n.id, n.available_change
				FROM (SELECT slot.id FROM slot LIMIT 1) s
				CROSS JOIN LATERAL (
					SELECT a.id, a.available_change
					FROM concert_booking.availability_changes a
					WHERE a.concert_schedule_id = cs.id AND a.id < s.id
					ORDER BY a.concert_schedule_id DESC, a.id DESC LIMIT 1) n)
			SELECT sum(slot.available_change) AS available_change FROM slot) p ON true$view$;
BEGIN
	IF concert_booking.slots_can_be_made() THEN
		SELECT c.conname INTO old_key FROM pg_constraint c
		WHERE c.conrelid = 'concert_booking.availability_changes'::regclass AND c.contype = 'p';
		IF FOUND THEN
			EXECUTE format('ALTER TABLE concert_booking.availability_changes DROP CONSTRAINT %I', old_key);
		END IF;
		ALTER TABLE concert_booking.availability_changes
			ADD COLUMN version bigint NOT NULL DEFAULT 0,
			ADD CONSTRAINT availability_changes_pkey PRIMARY KEY (concert_schedule_id, id, version),
			SET (fillfactor = 50);
		WITH gone AS (
			DELETE FROM concert_booking.availability_changes a
			RETURNING a.concert_schedule_id, a.available_change)
		INSERT INTO concert_booking.availability_changes (concert_schedule_id, available_change)
		SELECT g.concert_schedule_id, greatest(least(sum(g.available_change), 2147483647), -2147483647)
		FROM gone g GROUP BY 1 HAVING sum(g.available_change) <> 0;
	ELSIF NOT concert_booking.has_column('availability_changes', 'version') THEN
		RAISE WARNING 'table "availability_changes" is not brought up to date yet'
			USING DETAIL = 'It is so big that sales would wait. They go on meanwhile.',
				  HINT = 'When long transactions have ended, run SELECT * FROM concert_booking.fold_pending_availability(), VACUUM concert_booking.availability_changes and SELECT concert_booking.create_tables().';
	END IF;

	/* Replaced, the view keeps its grants, its options and whatever was made over it. */
	IF coalesce(pg_get_viewdef(to_regclass('concert_booking.schedule_availability')), '') LIKE '%RECURSIVE%' THEN
		RETURN;
	END IF;
	SELECT ' WITH (' || array_to_string(c.reloptions, ', ') || ')',
		   ARRAY(SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 ORDER BY a.attnum)
	INTO options, columns
	FROM pg_class c WHERE c.oid = to_regclass('concert_booking.schedule_availability');
	IF FOUND AND columns <> '{concert_schedule_id,total_seats,available_seats,is_sold_out}' THEN
		RAISE WARNING 'view "schedule_availability" is not brought up to date'
			USING DETAIL = 'It has other columns than create_tables() gave it.',
				  HINT = 'Drop it, run create_tables() again, and make your own beside it.';
		RETURN;
	END IF;
	EXECUTE 'CREATE OR REPLACE VIEW concert_booking.schedule_availability' || coalesce(options, '') || ' AS' || definition;
END
$fn$;
COMMENT ON FUNCTION concert_booking.make_slots() IS
	'Internal: availability_changes as a table of slots, and the view schedule_availability.';

/*
 * wanted_bounds() - the bounds of hold_duration and cancel_until, in place of
 * those of 0.1, which took 300,000 years. Internal.
 *
 * Each part of an interval is looked at, because their sum says little: '1 month
 * -29 days' is longer than nothing, and ends in February before it began.
 * src/schedule.c has the same bounds.
 * Returns: for each constraint its name, that of 0.1, the column, the condition, and
 * whether it is validated (null: it is not there).
 */
CREATE FUNCTION concert_booking.wanted_bounds()
RETURNS TABLE (name text, old_name text, column_name text, condition text, is_valid boolean)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
	SELECT b.name, b.old_name, b.column_name,
		   format('%1$s AND least(extract(year FROM %2$I), extract(month FROM %2$I), extract(day FROM %2$I),'
				  || ' extract(hour FROM %2$I), extract(minute FROM %2$I), extract(second FROM %2$I)) >= 0',
				  b.bounds, b.column_name),
		   c.convalidated
	FROM (VALUES
		('chk_concert_schedules_hold_bounds', 'chk_concert_schedules_hold_duration', 'hold_duration',
		 'hold_duration > interval ''0'' AND hold_duration <= interval ''1 year'''),
		('chk_concert_schedules_cancel_bounds', 'chk_concert_schedules_cancel_until', 'cancel_until',
		 'cancel_until >= interval ''0'' AND cancel_until <= interval ''100 years'''))
		AS b (name, old_name, column_name, bounds)
	LEFT JOIN pg_constraint c
		ON c.conrelid = 'concert_booking.concert_schedules'::regclass AND c.conname = b.name
$fn$;
COMMENT ON FUNCTION concert_booking.wanted_bounds() IS
	'Internal: the bounds of a schedule''s durations, and whether they are there.';

/*
 * add_bounds() - those constraints where they are missing, not validated.
 * Internal: a step of create_tables().
 *
 * Locking: ACCESS EXCLUSIVE on concert_schedules, which migrate_tables() has
 * taken where it is an old one.
 * Returns: nothing. Tables written: definitions only. Errors: none.
 */
CREATE FUNCTION concert_booking.add_bounds()
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET client_min_messages = warning
AS $fn$
DECLARE
	wanted record;
BEGIN
	FOR wanted IN SELECT b.* FROM concert_booking.wanted_bounds() b WHERE b.is_valid IS NULL LOOP
		EXECUTE format('ALTER TABLE concert_booking.concert_schedules DROP CONSTRAINT IF EXISTS %I,'
					   || ' ADD CONSTRAINT %I CHECK (%s) NOT VALID',
					   wanted.old_name, wanted.name, wanted.condition);
	END LOOP;
END
$fn$;
COMMENT ON FUNCTION concert_booking.add_bounds() IS
	'Internal: the bounds of a schedule''s durations where they are missing.';

/*
 * validate_bounds() - validates the constraints of add_bounds() where every
 * schedule keeps them. Internal: a step of create_tables() and of run_upkeep().
 *
 * Schedules that are out of bounds do not make it fail: a WARNING says how many,
 * the constraint stays unvalidated, and the calls on such a schedule refuse
 * (55000) until it is corrected.
 * Locking: SHARE UPDATE EXCLUSIVE on concert_schedules, which no sale minds.
 * Returns: nothing. Tables written: definitions only. Errors: none.
 */
CREATE FUNCTION concert_booking.validate_bounds()
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET client_min_messages = warning
AS $fn$
DECLARE
	wanted record;
	wrong_count bigint;
BEGIN
	FOR wanted IN SELECT b.* FROM concert_booking.wanted_bounds() b WHERE NOT b.is_valid LOOP
		EXECUTE format('SELECT count(*) FROM concert_booking.concert_schedules WHERE NOT (%s)', wanted.condition)
		INTO wrong_count;
		IF wrong_count = 0 THEN
			EXECUTE format('ALTER TABLE concert_booking.concert_schedules VALIDATE CONSTRAINT %I', wanted.name);
		ELSE
			RAISE WARNING 'a duration of some schedules is out of range'
				USING DETAIL = format('The column is "%s", the number of schedules %s.', wanted.column_name, wrong_count),
					  HINT = 'hold_duration is at most 1 year, cancel_until at most 100 years, and no part of them is negative.'
							 ' Correct them and run create_tables() again; the calls on such a schedule are refused until then.';
		END IF;
	END LOOP;
END
$fn$;
COMMENT ON FUNCTION concert_booking.validate_bounds() IS
	'Internal: validate the bounds of a schedule''s durations where every schedule keeps them.';
