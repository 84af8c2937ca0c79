/*
 * create_tables() - make the tables, or bring them up to date.
 *
 * Idempotent: it adds what is missing (a table, a column of a newer version, an
 * index, a trigger, a default that DROP EXTENSION CASCADE took off) and leaves
 * everything else, also what the owner has added, as it is.
 *
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
	trgm_schema name;
	moddatetime_schema name;
	t text;
BEGIN
	IF (SELECT n.nspowner FROM pg_namespace n WHERE n.nspname = 'concert_booking')
	   <> (SELECT r.oid FROM pg_roles r WHERE r.rolname = current_user) THEN
		RAISE EXCEPTION 'schema "concert_booking" belongs to another role'
			USING ERRCODE = '42501',
				  HINT = 'Give the schema to the owner of the extension''s functions: ALTER SCHEMA concert_booking OWNER TO ...';
	END IF;
	SELECT c.relname, pg_get_userbyid(c.relowner) AS owner INTO stranger
	FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
	WHERE n.nspname = 'concert_booking' AND c.relkind IN ('r', 'p', 'v')
	  AND c.relname IN ('venues', 'concerts', 'concert_schedules', 'seats', 'schedule_prices',
						'bookings', 'booking_seats', 'temp_reservations', 'wishlists',
						'availability_changes', 'booking_events', 'booking_events_default',
						'schedule_availability')
	  AND c.relowner <> n.nspowner
	LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION 'a table of the schema belongs to another role'
			USING ERRCODE = '42501',
				  DETAIL = format('"%s" belongs to "%s".', stranger.relname, stranger.owner),
				  HINT = 'Look at what it is, then drop it or give it to the owner of the schema.';
	END IF;
	SELECT n.nspname INTO STRICT trgm_schema
	FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'pg_trgm';
	SELECT n.nspname INTO STRICT moddatetime_schema
	FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'moddatetime';

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
		CONSTRAINT chk_concert_schedules_hold_duration CHECK (hold_duration > interval '0'),
		CONSTRAINT chk_concert_schedules_max_seats CHECK (max_seats_per_booker > 0),
		CONSTRAINT chk_concert_schedules_cancel_until CHECK (cancel_until >= interval '0')
	) WITH (fillfactor = 50);

	CREATE TABLE IF NOT EXISTS concert_booking.seats (
		id uuid PRIMARY KEY,
		concert_schedule_id uuid NOT NULL REFERENCES concert_booking.concert_schedules (id) ON DELETE CASCADE,
		seat_number varchar(20) NOT NULL,
		seat_grade varchar(20) NOT NULL,
		price integer NOT NULL,
		position_x integer,
		position_y integer,
		status text NOT NULL DEFAULT 'available',
		ordinal integer NOT NULL,
		section text,
		row_label text,
		seat_index integer,
		hold_expires_at timestamptz,
		created_at timestamptz NOT NULL DEFAULT now(),
		updated_at timestamptz NOT NULL DEFAULT now(),
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
		CONSTRAINT chk_bookings_booker CHECK (user_id IS NOT NULL
			OR (customer_name IS NOT NULL AND customer_phone IS NOT NULL)),
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
		id uuid PRIMARY KEY,
		user_id uuid,
		session_id uuid,
		seat_id uuid NOT NULL REFERENCES concert_booking.seats (id) ON DELETE CASCADE,
		concert_schedule_id uuid NOT NULL REFERENCES concert_booking.concert_schedules (id) ON DELETE CASCADE,
		held_since timestamptz NOT NULL DEFAULT now(),
		expires_at timestamptz NOT NULL,
		created_at timestamptz NOT NULL DEFAULT now(),
		CONSTRAINT unique_temp_seat UNIQUE (seat_id),
		CONSTRAINT chk_temp_reservations_booker CHECK ((user_id IS NULL) <> (session_id IS NULL))
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
		PRIMARY KEY (concert_schedule_id, id)
	);

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

	/* -------- defaults that DROP EXTENSION CASCADE takes off -------- */

	FOREACH t IN ARRAY ARRAY['venues', 'concerts', 'concert_schedules', 'seats', 'bookings',
							 'booking_seats', 'temp_reservations', 'wishlists',
							 'availability_changes', 'booking_events'] LOOP
		IF NOT EXISTS (SELECT FROM pg_attrdef d
					   JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
					   WHERE d.adrelid = format('concert_booking.%I', t)::regclass AND a.attname = 'id') THEN
			EXECUTE format('ALTER TABLE concert_booking.%I ALTER COLUMN id SET DEFAULT concert_booking.uuid_v7()', t);
		END IF;
	END LOOP;

	/* -------- indexes; law 6: none names seats.status, hold_expires_at or updated_at -------- */

	CREATE INDEX IF NOT EXISTS idx_concerts_venue_id ON concert_booking.concerts (venue_id);
	CREATE INDEX IF NOT EXISTS idx_concerts_created_at ON concert_booking.concerts (created_at);
	CREATE INDEX IF NOT EXISTS idx_concerts_genre ON concert_booking.concerts (genre) WHERE is_deleted = false;
	CREATE INDEX IF NOT EXISTS idx_concerts_status ON concert_booking.concerts (status) WHERE is_deleted = false;
	CREATE INDEX IF NOT EXISTS idx_concerts_popularity ON concert_booking.concerts (popularity DESC) WHERE is_deleted = false;
	EXECUTE format('CREATE INDEX IF NOT EXISTS idx_concerts_title_trgm ON concert_booking.concerts USING gin (title %I.gin_trgm_ops)', trgm_schema);
	EXECUTE format('CREATE INDEX IF NOT EXISTS idx_concerts_performers_trgm ON concert_booking.concerts USING gin (performers %I.gin_trgm_ops)', trgm_schema);

	CREATE INDEX IF NOT EXISTS idx_concert_schedules_date ON concert_booking.concert_schedules (concert_date);
	CREATE INDEX IF NOT EXISTS idx_concert_schedules_starts_at ON concert_booking.concert_schedules (starts_at);
	CREATE INDEX IF NOT EXISTS idx_concert_schedules_concert_start ON concert_booking.concert_schedules (concert_id, starts_at);
	CREATE INDEX IF NOT EXISTS idx_concert_schedules_available ON concert_booking.concert_schedules (concert_date)
		WHERE is_booking_open = true AND is_sold_out = false;

	CREATE INDEX IF NOT EXISTS idx_bookings_user_status ON concert_booking.bookings (user_id, status) WHERE user_id IS NOT NULL;
	CREATE INDEX IF NOT EXISTS idx_bookings_session_id ON concert_booking.bookings (session_id) WHERE session_id IS NOT NULL;
	CREATE INDEX IF NOT EXISTS idx_bookings_schedule_id ON concert_booking.bookings (concert_schedule_id);
	CREATE INDEX IF NOT EXISTS idx_bookings_status ON concert_booking.bookings (status, created_at);
	CREATE INDEX IF NOT EXISTS idx_bookings_created_at ON concert_booking.bookings USING brin (created_at);
	CREATE INDEX IF NOT EXISTS idx_bookings_customer_phone ON concert_booking.bookings (concert_booking.normalize_phone(customer_phone)) WHERE customer_phone IS NOT NULL;
	CREATE INDEX IF NOT EXISTS idx_bookings_customer_email ON concert_booking.bookings (lower(customer_email)) WHERE customer_email IS NOT NULL;
	CREATE UNIQUE INDEX IF NOT EXISTS idx_bookings_idempotency_key ON concert_booking.bookings (idempotency_key, (coalesce(user_id, session_id)))
		WHERE idempotency_key IS NOT NULL;

	/* Law 1: whatever anybody does, a seat has one live owner. */
	CREATE UNIQUE INDEX IF NOT EXISTS idx_booking_seats_active_seat ON concert_booking.booking_seats (seat_id) WHERE active;
	CREATE INDEX IF NOT EXISTS idx_booking_seats_seat_id ON concert_booking.booking_seats (seat_id);

	CREATE INDEX IF NOT EXISTS idx_temp_reservations_user_id ON concert_booking.temp_reservations (user_id, concert_schedule_id) WHERE user_id IS NOT NULL;
	CREATE INDEX IF NOT EXISTS idx_temp_reservations_session_id ON concert_booking.temp_reservations (session_id, concert_schedule_id) WHERE session_id IS NOT NULL;
	CREATE INDEX IF NOT EXISTS idx_temp_reservations_expires_at ON concert_booking.temp_reservations (expires_at);

	CREATE INDEX IF NOT EXISTS idx_wishlists_concert_id ON concert_booking.wishlists (concert_id);

	CREATE INDEX IF NOT EXISTS idx_booking_events_schedule_id ON concert_booking.booking_events (concert_schedule_id);
	CREATE INDEX IF NOT EXISTS idx_booking_events_booking_id ON concert_booking.booking_events (booking_id) WHERE booking_id IS NOT NULL;

	PERFORM concert_booking.create_event_partitions();

	/* -------- triggers -------- */

	FOREACH t IN ARRAY ARRAY['venues', 'concerts', 'concert_schedules', 'seats', 'bookings'] LOOP
		EXECUTE format('CREATE OR REPLACE TRIGGER update_%1$s_updated_at BEFORE UPDATE ON concert_booking.%1$I'
					   || ' FOR EACH ROW EXECUTE FUNCTION %2$I.moddatetime(updated_at)', t, moddatetime_schema);
	END LOOP;
	CREATE OR REPLACE TRIGGER check_venue_timezone BEFORE INSERT OR UPDATE OF timezone ON concert_booking.venues
		FOR EACH ROW EXECUTE FUNCTION concert_booking.check_venue_timezone();
	CREATE OR REPLACE TRIGGER refresh_schedule_starts AFTER UPDATE OF timezone ON concert_booking.venues
		FOR EACH ROW WHEN (OLD.timezone IS DISTINCT FROM NEW.timezone)
		EXECUTE FUNCTION concert_booking.refresh_schedule_starts();
	CREATE OR REPLACE TRIGGER refresh_schedule_starts AFTER UPDATE OF venue_id ON concert_booking.concerts
		FOR EACH ROW WHEN (OLD.venue_id IS DISTINCT FROM NEW.venue_id)
		EXECUTE FUNCTION concert_booking.refresh_schedule_starts();
	CREATE OR REPLACE TRIGGER fill_schedule_start
		BEFORE INSERT OR UPDATE OF concert_id, concert_date, concert_time, starts_at ON concert_booking.concert_schedules
		FOR EACH ROW EXECUTE FUNCTION concert_booking.fill_schedule_start();
	CREATE OR REPLACE TRIGGER fill_seat BEFORE INSERT ON concert_booking.seats
		FOR EACH ROW WHEN (NEW.ordinal IS NULL OR NEW.row_label IS NULL OR NEW.seat_index IS NULL)
		EXECUTE FUNCTION concert_booking.fill_seat();
	CREATE OR REPLACE TRIGGER fill_hold BEFORE INSERT ON concert_booking.temp_reservations
		FOR EACH ROW WHEN (NEW.concert_schedule_id IS NULL)
		EXECUTE FUNCTION concert_booking.fill_hold();
	CREATE OR REPLACE TRIGGER fill_booking_seat BEFORE INSERT ON concert_booking.booking_seats
		FOR EACH ROW WHEN (NEW.price IS NULL)
		EXECUTE FUNCTION concert_booking.fill_booking_seat();
	CREATE OR REPLACE TRIGGER follow_seats_insert AFTER INSERT ON concert_booking.seats
		REFERENCING NEW TABLE AS new_seats
		FOR EACH STATEMENT EXECUTE FUNCTION concert_booking.follow_seats_insert();
	CREATE OR REPLACE TRIGGER follow_seats_update AFTER UPDATE ON concert_booking.seats
		REFERENCING OLD TABLE AS old_seats NEW TABLE AS new_seats
		FOR EACH STATEMENT EXECUTE FUNCTION concert_booking.follow_seats_update();
	CREATE OR REPLACE TRIGGER follow_seats_delete AFTER DELETE ON concert_booking.seats
		REFERENCING OLD TABLE AS old_seats
		FOR EACH STATEMENT EXECUTE FUNCTION concert_booking.follow_seats_delete();
	CREATE OR REPLACE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON concert_booking.booking_events
		FOR EACH ROW EXECUTE FUNCTION concert_booking.refuse_change();

	/* -------- view -------- */

	CREATE OR REPLACE VIEW concert_booking.schedule_availability AS
	SELECT cs.id AS concert_schedule_id,
		   cs.total_seats,
		   (cs.available_seats + coalesce(p.available_change, 0))::integer AS available_seats,
		   cs.total_seats > 0 AND cs.available_seats + coalesce(p.available_change, 0) = 0 AS is_sold_out
	FROM concert_booking.concert_schedules cs
	LEFT JOIN LATERAL (
		SELECT sum(a.available_change) AS available_change
		FROM concert_booking.availability_changes a
		WHERE a.concert_schedule_id = cs.id) p ON true;

	PERFORM concert_booking.comment_tables();
END
$fn$;

COMMENT ON FUNCTION concert_booking.create_tables() IS
	'Make the tables, indexes, triggers and the view, or bring them up to date.
Idempotent; run it after CREATE EXTENSION and after ALTER EXTENSION UPDATE.';
