\echo Use "CREATE EXTENSION concert_booking CASCADE" to load this file. \quit

/*
 * The schema itself is made by CREATE EXTENSION (control file: schema =
 * concert_booking). A schema of that name which somebody else made first
 * would let that somebody add functions beside ours, or drop them: refuse it.
 */
DO $do$
DECLARE
	owner_name pg_catalog.name;
BEGIN
	SELECT pg_catalog.pg_get_userbyid(n.nspowner) INTO owner_name
	FROM pg_catalog.pg_namespace n
	WHERE n.nspname OPERATOR(pg_catalog.=) 'concert_booking';

	IF owner_name OPERATOR(pg_catalog.<>) current_user THEN
		RAISE EXCEPTION 'schema "concert_booking" belongs to another role'
			USING ERRCODE = '42501',
				  DETAIL = pg_catalog.format('The owner is "%s"; the extension is being created by "%s".', owner_name, current_user),
				  HINT = 'Look at what is in the schema, then drop it or run ALTER SCHEMA concert_booking OWNER TO the role that creates the extension.';
	END IF;
END
$do$;

/*
 * Only if PUBLIC has any right (by default privileges). What is granted or
 * revoked here, PostgreSQL takes for the extension's own and leaves out of
 * dumps; after DROP EXTENSION the schema has the rights of roles, which a dump
 * must have.
 */
DO $do$
BEGIN
	IF EXISTS (SELECT FROM pg_catalog.pg_namespace n, pg_catalog.aclexplode(n.nspacl) a
			   WHERE n.nspname OPERATOR(pg_catalog.=) 'concert_booking'
				 AND a.grantee OPERATOR(pg_catalog.=) 0::pg_catalog.oid) THEN
		REVOKE ALL ON SCHEMA concert_booking FROM PUBLIC;
	END IF;
END
$do$;

COMMENT ON SCHEMA concert_booking IS
	'concert seats: catalogue, holds and bookings (extension concert_booking)';
/* What the commands answer with. One row is one seat, or one booking. */

CREATE TYPE concert_booking.seat_hold AS (
	seat_id uuid,
	concert_schedule_id uuid,
	seat_number text,
	seat_grade text,
	price integer,
	expires_at timestamptz
);
COMMENT ON TYPE concert_booking.seat_hold IS
	'One live hold: the seat, its price in won and the instant at which the hold ends.';
COMMENT ON COLUMN concert_booking.seat_hold.seat_id IS 'the seat';
COMMENT ON COLUMN concert_booking.seat_hold.concert_schedule_id IS 'the schedule the seat belongs to';
COMMENT ON COLUMN concert_booking.seat_hold.seat_number IS 'the seat''s number, as printed on the ticket';
COMMENT ON COLUMN concert_booking.seat_hold.seat_grade IS 'the seat''s grade';
COMMENT ON COLUMN concert_booking.seat_hold.price IS 'price in won';
COMMENT ON COLUMN concert_booking.seat_hold.expires_at IS 'the hold is over at this instant';

CREATE TYPE concert_booking.booking_receipt AS (
	booking_id uuid,
	booking_number text,
	concert_schedule_id uuid,
	status text,
	seat_count integer,
	total_price bigint,
	seat_numbers text[],
	created_at timestamptz,
	cancelled_at timestamptz
);
COMMENT ON TYPE concert_booking.booking_receipt IS
	'One booking as its booker sees it.';
COMMENT ON COLUMN concert_booking.booking_receipt.booking_id IS 'the booking';
COMMENT ON COLUMN concert_booking.booking_receipt.booking_number IS 'number for people and QR codes; a secret of the booker';
COMMENT ON COLUMN concert_booking.booking_receipt.concert_schedule_id IS 'the schedule that was booked';
COMMENT ON COLUMN concert_booking.booking_receipt.status IS 'confirmed or cancelled';
COMMENT ON COLUMN concert_booking.booking_receipt.seat_count IS 'number of seats';
COMMENT ON COLUMN concert_booking.booking_receipt.total_price IS 'sum of the seats'' prices in won';
COMMENT ON COLUMN concert_booking.booking_receipt.seat_numbers IS 'the seats'' numbers, in seat order';
COMMENT ON COLUMN concert_booking.booking_receipt.created_at IS 'when the booking was confirmed';
COMMENT ON COLUMN concert_booking.booking_receipt.cancelled_at IS 'when it was cancelled, null while it stands';
/*
 * uuid_v7() - a new time-ordered id.
 *
 * Every id of the data model is one of these: 48 bits of milliseconds, then
 * 74 random bits, so that new rows land on the right-hand page of an index.
 * It tells its time of birth; what must not be guessed (a booking number) is
 * not made of it.
 *
 * Returns: uuid. Tables written: none. Errors: none.
 */
CREATE FUNCTION concert_booking.uuid_v7()
RETURNS uuid
LANGUAGE c VOLATILE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'concert_booking_uuid_v7';

COMMENT ON FUNCTION concert_booking.uuid_v7() IS
	'A new time-ordered id (UUID version 7).';

/*
 * normalize_phone(phone) - the digits by which two spellings of one Korean
 * or international number compare equal: '010-1234-5678', '+82 10 1234 5678'
 * and '01012345678' are the same number.
 *
 * Arguments: phone, any spelling. Returns: digits, or null when there are
 * none. Tables written: none. Errors: none. Source: B, bookings by phone.
 */
CREATE FUNCTION concert_booking.normalize_phone(phone text)
RETURNS text
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'concert_booking_normalize_phone';

COMMENT ON FUNCTION concert_booking.normalize_phone(text) IS
	'A phone number as bare digits, a leading +82 written as 0.';
/*
 * The tables belong to the owner of the data, not to the extension: they are
 * made by create_tables(), so that they dump, restore, replicate and outlive
 * DROP EXTENSION like any other table. Only the functions that their triggers
 * and defaults call are the extension's.
 *
 * These functions are SECURITY DEFINER: what a trigger derives must not depend
 * on what the role whose statement fired it may read or write.
 */

/*
 * start_totals() - a schedule begins without seats. Trigger, BEFORE INSERT ON
 * concert_schedules WHEN totals are given.
 *
 * The totals follow the seats: a statement that announces 100 seats and then
 * inserts them would count them twice.
 */
CREATE FUNCTION concert_booking.start_totals()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	NEW.total_seats := 0;
	NEW.available_seats := 0;
	NEW.is_sold_out := false;
	RETURN NEW;
END
$fn$;
COMMENT ON FUNCTION concert_booking.start_totals() IS
	'Trigger: a schedule begins without seats; its totals follow them.';

/*
 * fill_schedule_start() - starts_at from concert_date and concert_time in the
 * venue's time zone. Trigger, BEFORE INSERT OR UPDATE ON concert_schedules.
 */
CREATE FUNCTION concert_booking.fill_schedule_start()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	SELECT (NEW.concert_date + NEW.concert_time) AT TIME ZONE v.timezone
	INTO NEW.starts_at
	FROM concert_booking.concerts c
	JOIN concert_booking.venues v ON v.id = c.venue_id
	WHERE c.id = NEW.concert_id;
	IF NOT FOUND THEN
		/* Any instant: the foreign key is about to say what is wrong. */
		NEW.starts_at := now();
	END IF;
	RETURN NEW;
END
$fn$;
COMMENT ON FUNCTION concert_booking.fill_schedule_start() IS
	'Trigger: keeps concert_schedules.starts_at true to date, time and the venue''s time zone.';

/*
 * refresh_schedule_starts() - starts_at of existing schedules after a venue's
 * time zone or a concert's venue has changed. Trigger, AFTER UPDATE ON venues
 * and ON concerts.
 */
CREATE FUNCTION concert_booking.refresh_schedule_starts()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	IF TG_TABLE_NAME = 'venues' THEN
		UPDATE concert_booking.concert_schedules cs
		SET starts_at = cs.starts_at
		FROM concert_booking.concerts c
		WHERE c.id = cs.concert_id AND c.venue_id = NEW.id;
	ELSE
		UPDATE concert_booking.concert_schedules cs
		SET starts_at = cs.starts_at
		WHERE cs.concert_id = NEW.id;
	END IF;
	RETURN NULL;
END
$fn$;
COMMENT ON FUNCTION concert_booking.refresh_schedule_starts() IS
	'Trigger: recomputes starts_at when a time zone or a venue changes.';

/*
 * check_venue_timezone() - refuses a time zone that PostgreSQL does not know.
 * Trigger, BEFORE INSERT OR UPDATE OF timezone ON venues. Errors: 22023.
 */
CREATE FUNCTION concert_booking.check_venue_timezone()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	/* pg_timezone_names reads some 600 files: a zone in use was checked before. */
	IF NOT EXISTS (SELECT FROM concert_booking.venues v WHERE v.timezone = NEW.timezone)
	   AND NOT EXISTS (SELECT FROM pg_timezone_names z WHERE z.name = NEW.timezone) THEN
		PERFORM concert_booking.refuse('22023', 'time zone is not known',
			format('The venue''s time zone is "%s".', NEW.timezone),
			'Use a name of pg_timezone_names, such as Asia/Seoul.');
	END IF;
	RETURN NEW;
END
$fn$;
COMMENT ON FUNCTION concert_booking.check_venue_timezone() IS
	'Trigger: only time zones of pg_timezone_names.';

/*
 * fill_seat() - ordinal, row_label and seat_index of a seat inserted without
 * them: 'B-12' and 'B12' are row B, seat 12. The ordinal is the natural one, so
 * that seats inserted by hand in any order come in theirs; where there is none
 * or it is taken, the seat comes last. Trigger, BEFORE INSERT ON seats.
 */
CREATE FUNCTION concert_booking.fill_seat()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	SELECT coalesce(NEW.row_label, p.row_label), coalesce(NEW.seat_index, p.seat_index)
	INTO NEW.row_label, NEW.seat_index
	FROM concert_booking.split_seat_number(NEW.seat_number) p;
	IF NEW.ordinal IS NOT NULL THEN
		RETURN NEW;
	END IF;
	IF NEW.section IS NULL THEN
		NEW.ordinal := concert_booking.natural_ordinal(NEW.row_label, NEW.seat_index);
	END IF;
	IF NEW.ordinal IS NULL
	   OR EXISTS (SELECT FROM concert_booking.seats s
				  WHERE s.concert_schedule_id = NEW.concert_schedule_id AND s.ordinal = NEW.ordinal) THEN
		SELECT coalesce(max(s.ordinal), 0) + 1 INTO NEW.ordinal
		FROM concert_booking.seats s
		WHERE s.concert_schedule_id = NEW.concert_schedule_id;
	END IF;
	RETURN NEW;
END
$fn$;
COMMENT ON FUNCTION concert_booking.fill_seat() IS
	'Trigger: row, index and place of a seat inserted by hand.';

/*
 * fill_hold() - the schedule of a hold inserted by hand. Trigger, BEFORE
 * INSERT ON temp_reservations.
 */
CREATE FUNCTION concert_booking.fill_hold()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	IF NEW.concert_schedule_id IS NULL THEN
		SELECT s.concert_schedule_id INTO NEW.concert_schedule_id
		FROM concert_booking.seats s WHERE s.id = NEW.seat_id;
	END IF;
	RETURN NEW;
END
$fn$;
COMMENT ON FUNCTION concert_booking.fill_hold() IS
	'Trigger: the schedule of a hold inserted by hand.';

/*
 * fill_booking_seat() - the price of a booked seat inserted by hand. Trigger,
 * BEFORE INSERT ON booking_seats.
 */
CREATE FUNCTION concert_booking.fill_booking_seat()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	IF NEW.price IS NULL THEN
		SELECT s.price INTO NEW.price
		FROM concert_booking.seats s WHERE s.id = NEW.seat_id;
	END IF;
	RETURN NEW;
END
$fn$;
COMMENT ON FUNCTION concert_booking.fill_booking_seat() IS
	'Trigger: the price of a booked seat inserted by hand.';

/*
 * refuse_change() - booking_events is append-only. Trigger, BEFORE UPDATE OR
 * DELETE ON booking_events. Errors: 55000.
 */
CREATE FUNCTION concert_booking.refuse_change()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	RAISE EXCEPTION 'the event log is append-only'
		USING ERRCODE = '55000',
			  HINT = 'To remove old events, detach and drop a partition of booking_events.';
END
$fn$;
COMMENT ON FUNCTION concert_booking.refuse_change() IS
	'Trigger: no row of the event log is changed or deleted.';

/*
 * follow_seats_insert(), follow_seats_update(), follow_seats_delete() - keep
 * totals, availability and schedule_prices true under hand-written statements.
 * Statement triggers AFTER INSERT, UPDATE, DELETE ON seats; the C commands do
 * not fire them, they account for their own changes.
 *
 * Locking: the schedules' rows, by ascending id, before their prices. They are
 * waited for, unlike in a sale: a statement of the owner must leave the totals
 * exact.
 */
CREATE FUNCTION concert_booking.follow_seats_insert()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	PERFORM concert_booking.fold_availability(d.concert_schedule_id,
		d.seats_change::integer, d.available_change::integer)
	FROM (SELECT n.concert_schedule_id, count(*) AS seats_change,
				 count(*) FILTER (WHERE n.status IN ('available', 'temp_reserved')) AS available_change
		  FROM new_seats n GROUP BY 1 ORDER BY 1) d;

	INSERT INTO concert_booking.schedule_prices AS p
		(concert_schedule_id, seat_grade, price, seat_count)
	SELECT n.concert_schedule_id, n.seat_grade, n.price, count(*)
	FROM new_seats n
	GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
	ON CONFLICT (concert_schedule_id, seat_grade, price)
	DO UPDATE SET seat_count = p.seat_count + excluded.seat_count;
	RETURN NULL;
END
$fn$;
COMMENT ON FUNCTION concert_booking.follow_seats_insert() IS
	'Trigger: totals and prices of a schedule after seats were inserted.';

CREATE FUNCTION concert_booking.follow_seats_update()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	/* A change of price or grade moves no total, but locks the schedule as well. */
	PERFORM concert_booking.fold_availability(d.concert_schedule_id,
		d.seats_change::integer, d.available_change::integer)
	FROM (SELECT c.concert_schedule_id, sum(c.seats_change) AS seats_change,
				 sum(c.available_change) AS available_change
		  FROM (SELECT x.concert_schedule_id, sum(x.sign) AS seats_change,
					   coalesce(sum(x.sign) FILTER (WHERE x.status IN ('available', 'temp_reserved')), 0) AS available_change
				FROM (SELECT n.concert_schedule_id, n.seat_grade, n.price, n.status, 1 AS sign FROM new_seats n
					  UNION ALL
					  SELECT o.concert_schedule_id, o.seat_grade, o.price, o.status, -1 FROM old_seats o) x
				GROUP BY x.concert_schedule_id, x.seat_grade, x.price) c
		  WHERE c.seats_change <> 0 OR c.available_change <> 0
		  GROUP BY 1 ORDER BY 1) d;

	INSERT INTO concert_booking.schedule_prices AS p
		(concert_schedule_id, seat_grade, price, seat_count)
	SELECT d.concert_schedule_id, d.seat_grade, d.price, d.seats_change
	FROM (SELECT x.concert_schedule_id, x.seat_grade, x.price, sum(x.sign) AS seats_change
		  FROM (SELECT n.concert_schedule_id, n.seat_grade, n.price, 1 AS sign FROM new_seats n
				UNION ALL
				SELECT o.concert_schedule_id, o.seat_grade, o.price, -1 FROM old_seats o) x
		  GROUP BY 1, 2, 3 HAVING sum(x.sign) <> 0) d
	ORDER BY 1, 2, 3
	ON CONFLICT (concert_schedule_id, seat_grade, price)
	DO UPDATE SET seat_count = p.seat_count + excluded.seat_count;
	DELETE FROM concert_booking.schedule_prices p
	USING (SELECT DISTINCT o.concert_schedule_id FROM old_seats o) o
	WHERE p.concert_schedule_id = o.concert_schedule_id AND p.seat_count = 0;

	IF coalesce(nullif(current_setting('concert_booking.notify_seat_changes', true), ''), 'off')::boolean THEN
		PERFORM concert_booking.announce_seats(n.concert_schedule_id,
			array_agg(n.ordinal ORDER BY n.ordinal), array_agg(n.status ORDER BY n.ordinal))
		FROM new_seats n
		JOIN old_seats o ON o.id = n.id
		WHERE n.status <> o.status
		GROUP BY n.concert_schedule_id ORDER BY n.concert_schedule_id;
	END IF;
	RETURN NULL;
END
$fn$;
COMMENT ON FUNCTION concert_booking.follow_seats_update() IS
	'Trigger: totals and prices of a schedule after seats were changed by hand.';

CREATE FUNCTION concert_booking.follow_seats_delete()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	PERFORM concert_booking.fold_availability(d.concert_schedule_id,
		-d.seats_gone::integer, -d.available_gone::integer)
	FROM (SELECT o.concert_schedule_id, count(*) AS seats_gone,
				 count(*) FILTER (WHERE o.status IN ('available', 'temp_reserved')) AS available_gone
		  FROM old_seats o GROUP BY 1 ORDER BY 1) d;

	UPDATE concert_booking.schedule_prices p
	SET seat_count = p.seat_count - d.seats_gone
	FROM (SELECT o.concert_schedule_id, o.seat_grade, o.price, count(*) AS seats_gone
		  FROM old_seats o GROUP BY 1, 2, 3) d
	WHERE (p.concert_schedule_id, p.seat_grade, p.price)
		= (d.concert_schedule_id, d.seat_grade, d.price);
	DELETE FROM concert_booking.schedule_prices p
	USING (SELECT DISTINCT o.concert_schedule_id FROM old_seats o) o
	WHERE p.concert_schedule_id = o.concert_schedule_id AND p.seat_count = 0;
	RETURN NULL;
END
$fn$;
COMMENT ON FUNCTION concert_booking.follow_seats_delete() IS
	'Trigger: totals and prices of a schedule after seats were deleted.';

/*
 * follow_holds_delete() - the seats of holds that were deleted by hand, or with
 * their user, are free. Statement trigger AFTER DELETE ON temp_reservations;
 * the C commands do not fire it, they free the seats themselves.
 *
 * Locking: seats after holds, the wrong way round: such a statement can meet a
 * sale in a deadlock, which PostgreSQL ends.
 */
CREATE FUNCTION concert_booking.follow_holds_delete()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	UPDATE concert_booking.seats s
	SET status = 'available', hold_expires_at = NULL
	FROM old_holds o
	WHERE s.id = o.seat_id AND s.status = 'temp_reserved'
	  AND coalesce(s.hold_expires_at, o.expires_at) = o.expires_at;
	RETURN NULL;
END
$fn$;
COMMENT ON FUNCTION concert_booking.follow_holds_delete() IS
	'Trigger: seats are free after their holds were deleted by hand.';

/*
 * create_event_partitions(months_ahead) - partitions of booking_events.
 *
 * One a month, from this month (UTC) to months_ahead later; what the default
 * partition caught of a month moves into its place. Run by pg_cron.
 *
 * Locking: a missing partition is attached under a lock of the default
 * partition alone: sales, which write into the month's own, go on.
 * Arguments: months_ahead, 0 to 120. Returns: how many were made.
 * Tables written: booking_events. Errors: 22004, 22023. Source: A 6.3, B upkeep.
 */
CREATE FUNCTION concert_booking.create_event_partitions(
	months_ahead integer DEFAULT 2,
	OUT created_partitions integer)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
AS $fn$
DECLARE
	month_start date;
	month_end date;
	partition_name text;
BEGIN
	PERFORM concert_booking.require_tables();
	PERFORM concert_booking.check_range('months_ahead', months_ahead, 0, 120);
	created_partitions := 0;
	FOR i IN 0 .. months_ahead LOOP
		month_start := (date_trunc('month', now()) + make_interval(months => i))::date;
		month_end := (month_start + interval '1 month')::date;
		partition_name := 'booking_events_' || to_char(month_start, 'YYYYMM');
		CONTINUE WHEN to_regclass(format('concert_booking.%I', partition_name)) IS NOT NULL;

		/* One maker at a time: the second finds the partition there. */
		LOCK TABLE concert_booking.booking_events IN SHARE UPDATE EXCLUSIVE MODE;
		CONTINUE WHEN to_regclass(format('concert_booking.%I', partition_name)) IS NOT NULL;

		EXECUTE format('CREATE TABLE concert_booking.%I (LIKE concert_booking.booking_events INCLUDING DEFAULTS INCLUDING COMMENTS)',
					   partition_name);
		EXECUTE format('COMMENT ON TABLE concert_booking.%I IS %L', partition_name,
					   'Events of ' || to_char(month_start, 'YYYY-MM') || ' (UTC).');
		LOCK TABLE concert_booking.booking_events_default IN ACCESS EXCLUSIVE MODE;
		PERFORM concert_booking.move_default_events(partition_name, month_start, month_end);
		EXECUTE format('ALTER TABLE concert_booking.booking_events ATTACH PARTITION concert_booking.%I'
					   || ' FOR VALUES FROM (%L) TO (%L)', partition_name, month_start, month_end);
		created_partitions := created_partitions + 1;
	END LOOP;
END
$fn$;
COMMENT ON FUNCTION concert_booking.create_event_partitions(integer) IS
	'Make the coming months'' partitions of the event log.
Returns how many were made; run by pg_cron, see schedule_jobs().';

/*
 * move_default_events(partition_name, month_start, month_end) - what the
 * default partition holds of a month into a table that is about to become its
 * partition. Internal.
 *
 * A month is written there when its partition was not made in time. The event
 * log refuses the deletion, so its trigger rests meanwhile; the caller has
 * locked everybody else out.
 * Returns: nothing. Tables written: booking_events_default, the new table.
 */
CREATE FUNCTION concert_booking.move_default_events(
	partition_name text, month_start date, month_end date)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
AS $fn$
DECLARE
	is_guarded boolean;
BEGIN
	IF NOT EXISTS (SELECT FROM concert_booking.booking_events_default e
				   WHERE e.occurred_at >= month_start AND e.occurred_at < month_end) THEN
		RETURN;
	END IF;
	is_guarded := EXISTS (SELECT FROM pg_trigger t
						  WHERE t.tgrelid = 'concert_booking.booking_events_default'::regclass
							AND t.tgname = 'refuse_change' AND t.tgenabled <> 'D');
	IF is_guarded THEN
		ALTER TABLE concert_booking.booking_events_default DISABLE TRIGGER refuse_change;
	END IF;
	EXECUTE format('WITH moved AS (DELETE FROM concert_booking.booking_events_default'
				   || ' WHERE occurred_at >= %L AND occurred_at < %L RETURNING *)'
				   || ' INSERT INTO concert_booking.%I SELECT * FROM moved',
				   month_start, month_end, partition_name);
	IF is_guarded THEN
		ALTER TABLE concert_booking.booking_events_default ENABLE TRIGGER refuse_change;
	END IF;
END
$fn$;
COMMENT ON FUNCTION concert_booking.move_default_events(text, date, date) IS
	'Internal: a month''s events out of the default partition.';
/*
 * create_tables() - make the tables, or bring them up to date.
 *
 * Idempotent: it adds what is missing (a table, a column of a newer version, an
 * index, a trigger, a default that DROP EXTENSION CASCADE took off, the levels
 * that roles had before it: see restore_grants()) and leaves everything else, also
 * what the owner has added or described, as it is.
 *
 * Locking: callers wait for each other. What is there already is not locked, so
 * that an application can run it at every start while tickets are sold.
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
		CONSTRAINT chk_concert_schedules_hold_duration CHECK (hold_duration > interval '0'),
		CONSTRAINT chk_concert_schedules_max_seats CHECK (max_seats_per_booker > 0),
		CONSTRAINT chk_concert_schedules_cancel_until CHECK (cancel_until >= interval '0')
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
		CONSTRAINT unique_temp_seat PRIMARY KEY (seat_id),
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

	PERFORM concert_booking.complete_tables();
	PERFORM concert_booking.comment_tables();
	PERFORM concert_booking.create_event_partitions();
	IF NOT grants_are_known THEN
		PERFORM concert_booking.record_grants();
	END IF;
	PERFORM concert_booking.restore_grants();
END
$fn$;

COMMENT ON FUNCTION concert_booking.create_tables() IS
	'Make the tables, indexes, triggers and the view, or bring them up to date.
Idempotent; run it after CREATE EXTENSION and after ALTER EXTENSION UPDATE.';

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
			('idx_bookings_idempotency_key', 'UNIQUE INDEX %I ON concert_booking.bookings (idempotency_key, (coalesce(user_id, session_id))) WHERE idempotency_key IS NOT NULL',
			 'One booking for each key of a booker.'),
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
			 'BEFORE INSERT ON concert_booking.temp_reservations FOR EACH ROW WHEN ((new.concert_schedule_id IS NULL)) EXECUTE FUNCTION concert_booking.fill_hold()'),
			('temp_reservations', 'follow_holds_delete',
			 'AFTER DELETE ON concert_booking.temp_reservations REFERENCING OLD TABLE AS old_holds FOR EACH STATEMENT EXECUTE FUNCTION concert_booking.follow_holds_delete()'),
			('booking_seats', 'fill_booking_seat',
			 'BEFORE INSERT ON concert_booking.booking_seats FOR EACH ROW WHEN ((new.price IS NULL)) EXECUTE FUNCTION concert_booking.fill_booking_seat()'),
			('booking_events', 'refuse_change',
			 'BEFORE DELETE OR UPDATE ON concert_booking.booking_events FOR EACH ROW EXECUTE FUNCTION concert_booking.refuse_change()')
			) AS t (table_name, name, definition)
	LOOP
		CONTINUE WHEN wanted.definition = (
			SELECT pg_get_triggerdef(g.oid) FROM pg_trigger g
			WHERE g.tgrelid = format('concert_booking.%I', wanted.table_name)::regclass AND g.tgname = wanted.name);
		EXECUTE replace(wanted.definition, 'CREATE TRIGGER', 'CREATE OR REPLACE TRIGGER');
	END LOOP;

	IF to_regclass('concert_booking.schedule_availability') IS NULL THEN
		CREATE VIEW concert_booking.schedule_availability AS
		SELECT cs.id AS concert_schedule_id,
			   cs.total_seats,
			   (cs.available_seats + coalesce(p.available_change, 0))::integer AS available_seats,
			   cs.total_seats > 0 AND cs.available_seats + coalesce(p.available_change, 0) = 0 AS is_sold_out
		FROM concert_booking.concert_schedules cs
		LEFT JOIN LATERAL (
			SELECT sum(a.available_change) AS available_change
			FROM concert_booking.availability_changes a
			WHERE a.concert_schedule_id = cs.id) p ON true;
	END IF;
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
		SELECT c.relkind, t.name, t.comment
		FROM (VALUES
			('venues', 'Where concerts take place.'),
			('concerts', 'What is performed.'),
			('concert_schedules', 'One performance of a concert, at one date and time. Its totals follow its seats.'),
			('seats', 'One numbered or standing place of one schedule.'),
			('schedule_prices', 'The distinct prices of a schedule, kept by triggers on seats: search reads them instead of every seat.'),
			('bookings', 'Seats sold to one booker on one schedule. Holds personal data.'),
			('booking_seats', 'The seats of a booking. A row stays as history when the booking is cancelled.'),
			('temp_reservations', 'Holds: timed claims on one seat by one booker.'),
			('wishlists', 'The concerts a member wishes for.'),
			('availability_changes', 'Internal: changes of available_seats that are not folded into the schedule''s row yet.'),
			('booking_events', 'Append-only log of what was booked, cancelled, swept and done by operators; a partition a month. No personal data.'),
			('booking_events_default', 'Events of months that have no partition yet.'),
			('archived_schedules', 'Schedules of the past, put away by archive_past_schedules().'),
			('archived_bookings', 'Bookings of archived schedules. Holds personal data.'),
			('interest_marks', 'Internal: looks at a concert that refresh_popularity() has not counted yet.'),
			('access_grants', 'Which role has which level by grant_access(), so that create_tables() can give it again after DROP EXTENSION.'),
			('schedule_availability', 'The exact availability of each schedule: its row plus what is pending.')
			) AS t (name, comment)
		JOIN pg_class c ON c.oid = to_regclass(format('concert_booking.%I', t.name))
		WHERE obj_description(c.oid, 'pg_class') IS NULL
	LOOP
		EXECUTE format('COMMENT ON %s concert_booking.%I IS %L',
					   CASE wanted.relkind WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END, wanted.name, wanted.comment);
	END LOOP;

	FOR wanted IN
		SELECT n.table_name, t.name, t.comment
		FROM (VALUES
			('venues', 'id', 'the venue'),
			('venues', 'name', 'name of the venue'),
			('venues', 'address', 'postal address; search by region reads it'),
			('venues', 'location_lat', 'latitude in degrees, for the map'),
			('venues', 'location_lng', 'longitude in degrees, for the map'),
			('venues', 'timezone', 'time zone by its name; dates and times of schedules are local to it'),

			('concerts', 'id', 'the concert'),
			('concerts', 'venue_id', 'where it takes place'),
			('concerts', 'title', 'title'),
			('concerts', 'poster_url', 'address of the poster''s image'),
			('concerts', 'description', 'what it is about'),
			('concerts', 'genre', 'genre; search filters by it'),
			('concerts', 'performers', 'who performs; search looks in it'),
			('concerts', 'rating', 'who is admitted, such as all or 15'),
			('concerts', 'running_time', 'length in minutes'),
			('concerts', 'status', 'active, cancelled or postponed; only an active concert can be booked'),
			('concerts', 'is_deleted', 'taken off the catalogue, kept for the bookings'),
			('concerts', 'popularity', 'rises with bookings; search sorts by it'),
			('concerts', 'counted_bookings', 'confirmed bookings that popularity holds already'),

			('concert_schedules', 'id', 'the schedule'),
			('concert_schedules', 'concert_id', 'what is performed'),
			('concert_schedules', 'concert_date', 'date, local to the venue'),
			('concert_schedules', 'concert_time', 'time of day, local to the venue'),
			('concert_schedules', 'starts_at', 'the instant of date and time in the venue''s zone, kept by a trigger'),
			('concert_schedules', 'total_seats', 'number of seats, kept by triggers on seats'),
			('concert_schedules', 'available_seats', 'seats neither sold nor blocked, holds included, as of the last fold; schedule_availability is exact'),
			('concert_schedules', 'is_sold_out', 'no seat is available, as of the last fold'),
			('concert_schedules', 'lowest_price', 'lowest price in won among the seats, kept by triggers; null: no seats'),
			('concert_schedules', 'layout_version', 'rises when the seat plan changes, kept by triggers'),
			('concert_schedules', 'is_booking_open', 'false: nobody can hold or book'),
			('concert_schedules', 'booking_opens_at', 'booking begins; null: at once'),
			('concert_schedules', 'booking_closes_at', 'booking ends; null: at the start'),
			('concert_schedules', 'hold_duration', 'term of a hold; null: the setting concert_booking.hold_duration'),
			('concert_schedules', 'max_seats_per_booker', 'most seats that one booker may hold and own; null: no limit'),
			('concert_schedules', 'cancel_until', 'how long before the start cancelling ends; null: the setting concert_booking.cancel_until'),

			('seats', 'id', 'the seat'),
			('seats', 'concert_schedule_id', 'the schedule it is a place of'),
			('seats', 'seat_number', 'number as printed on the ticket, such as B-12'),
			('seats', 'seat_grade', 'grade, such as VIP, R or S'),
			('seats', 'price', 'price in won'),
			('seats', 'position_x', 'place on the plan, from left to right'),
			('seats', 'position_y', 'place on the plan, from front to back'),
			('seats', 'status', 'available, temp_reserved (held, or the hold has lapsed), reserved (sold) or unavailable (blocked)'),
			('seats', 'ordinal', 'place in the schedule''s seat order'),
			('seats', 'section', 'part of the hall'),
			('seats', 'row_label', 'row within the section'),
			('seats', 'seat_index', 'number within the row; null: no neighbours'),
			('seats', 'hold_expires_at', 'end of the hold on it; null: not held'),

			('schedule_prices', 'concert_schedule_id', 'the schedule'),
			('schedule_prices', 'seat_grade', 'the grade'),
			('schedule_prices', 'price', 'price in won'),
			('schedule_prices', 'seat_count', 'number of seats of this grade and price'),

			('bookings', 'id', 'the booking'),
			('bookings', 'user_id', 'the member who booked; null: a guest'),
			('bookings', 'session_id', 'the guest''s secret; null: a member'),
			('bookings', 'concert_schedule_id', 'what was booked'),
			('bookings', 'booking_number', 'number for people and QR codes, not to be guessed: a secret of the booker'),
			('bookings', 'status', 'confirmed or cancelled'),
			('bookings', 'customer_name', 'the customer''s name; a guest gives it'),
			('bookings', 'customer_phone', 'the customer''s phone number; a guest gives it and proves it'),
			('bookings', 'customer_email', 'the customer''s e-mail address'),
			('bookings', 'seat_count', 'number of its seats, also after cancelling'),
			('bookings', 'total_price', 'sum of its seats'' prices in won'),
			('bookings', 'idempotency_key', 'the booker''s key: a repeated call answers with this booking'),
			('bookings', 'cancelled_at', 'when it was cancelled; null: it stands'),
			('bookings', 'cancellation_reason', 'why it was cancelled'),

			('booking_seats', 'id', 'the booked seat'),
			('booking_seats', 'booking_id', 'the booking'),
			('booking_seats', 'seat_id', 'the seat'),
			('booking_seats', 'price', 'price in won at which it was sold'),
			('booking_seats', 'active', 'the booking owns the seat; false once cancelled'),

			('temp_reservations', 'id', 'the hold'),
			('temp_reservations', 'user_id', 'the member who holds; null: a guest'),
			('temp_reservations', 'session_id', 'the guest''s secret; null: a member'),
			('temp_reservations', 'seat_id', 'the seat'),
			('temp_reservations', 'concert_schedule_id', 'the seat''s schedule'),
			('temp_reservations', 'held_since', 'start of the hold, from which extensions are limited'),
			('temp_reservations', 'expires_at', 'the hold is over at this instant, swept or not'),

			('wishlists', 'id', 'the wish'),
			('wishlists', 'user_id', 'the member'),
			('wishlists', 'concert_id', 'the concert'),

			('availability_changes', 'id', 'the change'),
			('availability_changes', 'concert_schedule_id', 'the schedule'),
			('availability_changes', 'available_change', 'to be added to available_seats'),

			('booking_events', 'id', 'the event'),
			('booking_events', 'occurred_at', 'when it happened'),
			('booking_events', 'event_type', 'booking_confirmed, booking_cancelled, holds_expired, schedule_cancelled, seats_blocked, seats_unblocked, seats_generated, availability_reconciled'),
			('booking_events', 'concert_schedule_id', 'the schedule it was about; no foreign key, it outlives the schedule'),
			('booking_events', 'booking_id', 'the booking it was about'),
			('booking_events', 'seat_count', 'how many seats it was about'),
			('booking_events', 'actor', 'the role that did it'),
			('booking_events', 'detail', 'further facts; nothing personal'),

			('archived_schedules', 'id', 'the schedule'),
			('archived_schedules', 'concert_id', 'the concert'),
			('archived_schedules', 'concert_date', 'date, local to the venue'),
			('archived_schedules', 'concert_time', 'time of day, local to the venue'),
			('archived_schedules', 'starts_at', 'the instant of the start'),
			('archived_schedules', 'seat_count', 'number of its seats'),
			('archived_schedules', 'booking_count', 'number of its bookings'),
			('archived_schedules', 'schedule', 'the row of concert_schedules'),
			('archived_schedules', 'seats', 'the rows of seats, a list in seat order'),
			('archived_schedules', 'archived_at', 'when it was put away'),

			('archived_bookings', 'id', 'the booking'),
			('archived_bookings', 'concert_schedule_id', 'what was booked'),
			('archived_bookings', 'user_id', 'the member who booked; null: a guest'),
			('archived_bookings', 'session_id', 'the guest''s secret; null: a member'),
			('archived_bookings', 'booking_number', 'number for people and QR codes: a secret of the booker'),
			('archived_bookings', 'status', 'confirmed or cancelled'),
			('archived_bookings', 'customer_phone', 'the customer''s phone number'),
			('archived_bookings', 'customer_email', 'the customer''s e-mail address'),
			('archived_bookings', 'seat_count', 'number of its seats'),
			('archived_bookings', 'total_price', 'sum of its seats'' prices in won'),
			('archived_bookings', 'cancelled_at', 'when it was cancelled; null: it stands'),
			('archived_bookings', 'created_at', 'when it was confirmed'),
			('archived_bookings', 'booking', 'the row of bookings'),
			('archived_bookings', 'seats', 'the rows of booking_seats, a list in seat order, with seat_number and seat_grade'),

			('interest_marks', 'id', 'the look'),
			('interest_marks', 'concert_id', 'the concert'),
			('interest_marks', 'created_at', 'when'),

			('access_grants', 'id', 'the grant'),
			('access_grants', 'role_name', 'the role'),
			('access_grants', 'level', 'its level, as grant_access() takes it'),
			('access_grants', 'is_lost', 'the extension was dropped since; create_tables() gives the level again'),
			('access_grants', 'created_at', 'when'),

			('schedule_availability', 'concert_schedule_id', 'the schedule'),
			('schedule_availability', 'total_seats', 'number of seats'),
			('schedule_availability', 'available_seats', 'seats neither sold nor blocked, holds included; exact'),
			('schedule_availability', 'is_sold_out', 'it has seats and none is available; exact')
			) AS t (table_name, name, comment)
		CROSS JOIN LATERAL unnest(CASE t.table_name
			WHEN 'booking_events' THEN ARRAY['booking_events', 'booking_events_default']
			ELSE ARRAY[t.table_name] END) AS n (table_name)
		UNION ALL
		SELECT c.relname, a.attname,
			   CASE a.attname WHEN 'created_at' THEN 'when the row was made' ELSE 'when the row was last changed' END
		FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
		WHERE c.relnamespace = 'concert_booking'::regnamespace AND a.attname IN ('created_at', 'updated_at')
		  AND c.relname IN ('venues', 'concerts', 'concert_schedules', 'seats', 'bookings', 'booking_seats',
							'temp_reservations', 'wishlists', 'availability_changes')
	LOOP
		CONTINUE WHEN (SELECT col_description(a.attrelid, a.attnum) FROM pg_attribute a
					   WHERE a.attrelid = to_regclass(format('concert_booking.%I', wanted.table_name))
						 AND a.attname = wanted.name) IS NOT NULL;
		EXECUTE format('COMMENT ON COLUMN concert_booking.%I.%I IS %L',
					   wanted.table_name, wanted.name, wanted.comment);
	END LOOP;

	FOR wanted IN
		SELECT t.table_name, t.name, t.comment
		FROM (VALUES
			('concerts', 'chk_concerts_status', 'the statuses there are'),
			('concerts', 'chk_concerts_running_time', 'a length is positive'),
			('concert_schedules', 'unique_concert_schedule', 'a concert begins once at a time'),
			('concert_schedules', 'chk_available_seats', 'no more seats are available than there are'),
			('concert_schedules', 'chk_concert_schedules_window', 'booking opens before it closes'),
			('concert_schedules', 'chk_concert_schedules_hold_duration', 'a term is positive'),
			('concert_schedules', 'chk_concert_schedules_max_seats', 'a limit is positive'),
			('concert_schedules', 'chk_concert_schedules_cancel_until', 'a cut-off is not after the start'),
			('seats', 'unique_seat', 'a number is one seat of a schedule'),
			('seats', 'unique_seat_ordinal', 'the seats of a schedule have one order'),
			('seats', 'chk_seats_price', 'a price is not negative'),
			('seats', 'chk_seats_status', 'the statuses there are'),
			('bookings', 'chk_bookings_status', 'the statuses there are'),
			('bookings', 'chk_bookings_booker', 'a booking has a member, or a guest with name and phone number'),
			('bookings', 'chk_bookings_totals', 'totals are not negative'),
			('booking_seats', 'unique_booking_seat', 'a booking has a seat once'),
			('temp_reservations', 'unique_temp_seat', 'a seat has one hold'),
			('temp_reservations', 'chk_temp_reservations_booker', 'a hold has a member or a guest'),
			('wishlists', 'unique_wishlist', 'a member wishes for a concert once')
			) AS t (table_name, name, comment)
		JOIN pg_constraint c ON c.conname = t.name
			AND c.conrelid = to_regclass(format('concert_booking.%I', t.table_name))
		WHERE obj_description(c.oid, 'pg_constraint') IS NULL
	LOOP
		EXECUTE format('COMMENT ON CONSTRAINT %I ON concert_booking.%I IS %L',
					   wanted.name, wanted.table_name, wanted.comment);
	END LOOP;
END
$fn$;
COMMENT ON FUNCTION concert_booking.comment_tables() IS
	'Internal: comment every table, column, constraint and the view.';
/*
 * Refusals that the functions written in SQL and PL/pgSQL share, in the words
 * of src/errors.c. A message is constant text: PostgREST puts it on the HTTP
 * status line. All internal, none returns or writes anything.
 */

/*
 * require_tables() - 42P01 where a table of create_tables() is missing.
 *
 * Every function of the API that is not written in C calls it first; those in C
 * judge the tables that they use (src/tables.c). So each of them can raise 42P01.
 */
CREATE FUNCTION concert_booking.require_tables()
RETURNS void
LANGUAGE c STABLE
AS 'MODULE_PATHNAME', 'concert_booking_require_tables';
COMMENT ON FUNCTION concert_booking.require_tables() IS
	'Internal: refuse where a table of create_tables() is missing (42P01).';

/* refuse(...) - raise an error; detail can be null. */
CREATE FUNCTION concert_booking.refuse(code text, message text, detail text, hint text)
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	IF detail IS NULL THEN
		RAISE EXCEPTION USING ERRCODE = code, MESSAGE = message, HINT = hint;
	END IF;
	RAISE EXCEPTION USING ERRCODE = code, MESSAGE = message, DETAIL = detail, HINT = hint;
END
$fn$;
COMMENT ON FUNCTION concert_booking.refuse(text, text, text, text) IS
	'Internal: raise an error.';

/* refuse_null(argument) - 22004. */
CREATE FUNCTION concert_booking.refuse_null(argument text)
RETURNS void
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
	SELECT concert_booking.refuse('22004', 'argument must not be null',
		format('The argument is "%s".', argument), 'Pass a value for it.')
$fn$;
COMMENT ON FUNCTION concert_booking.refuse_null(text) IS
	'Internal: refuse an argument that is null (22004).';

/* refuse_value(argument, rule) - 22023; rule says what would be right. */
CREATE FUNCTION concert_booking.refuse_value(argument text, rule text)
RETURNS void
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
	SELECT concert_booking.refuse('22023', 'argument has an invalid value',
		format('The argument is "%s".', argument), rule)
$fn$;
COMMENT ON FUNCTION concert_booking.refuse_value(text, text) IS
	'Internal: refuse an argument with an invalid value (22023).';

/* check_range(argument, value, lowest, highest) - 22004, 22023. */
CREATE FUNCTION concert_booking.check_range(argument text, value bigint, lowest bigint, highest bigint)
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	IF value IS NULL THEN
		PERFORM concert_booking.refuse_null(argument);
	ELSIF value NOT BETWEEN lowest AND highest THEN
		PERFORM concert_booking.refuse_value(argument, format('Use %s to %s.', lowest, highest));
	END IF;
END
$fn$;
COMMENT ON FUNCTION concert_booking.check_range(text, bigint, bigint, bigint) IS
	'Internal: refuse a number that is null (22004) or out of its range (22023).';

/* check_length(argument, value, length_limit) - 22001; null is no text. */
CREATE FUNCTION concert_booking.check_length(argument text, value text, length_limit integer)
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	IF char_length(value) > length_limit THEN
		PERFORM concert_booking.refuse('22001', 'argument is too long',
			format('The argument "%s" has %s characters.', argument, char_length(value)),
			format('Use at most %s characters.', length_limit));
	END IF;
END
$fn$;
COMMENT ON FUNCTION concert_booking.check_length(text, text, integer) IS
	'Internal: refuse a text that is too long (22001).';

/* refuse_unknown_schedule(schedule_id) - PT404. */
CREATE FUNCTION concert_booking.refuse_unknown_schedule(schedule_id uuid)
RETURNS void
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
	SELECT concert_booking.refuse('PT404', 'no such schedule',
		format('The schedule is "%s".', schedule_id), 'Load the concert''s schedules again.')
$fn$;
COMMENT ON FUNCTION concert_booking.refuse_unknown_schedule(uuid) IS
	'Internal: refuse a schedule that does not exist (PT404).';

/* refusal(...) - one line of a DETAIL that lists seats, a JSON object. */
CREATE FUNCTION concert_booking.refusal(seat_id uuid, seat_number text, reason text)
RETURNS text
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
	SELECT format('{"seat_id": "%s", "seat_number": %s, "reason": "%s"}',
		seat_id, coalesce(to_json(seat_number)::text, 'null'), reason)
$fn$;
COMMENT ON FUNCTION concert_booking.refusal(uuid, text, text) IS
	'Internal: one line of a DETAIL that lists seats.';
/*
 * What the operators' functions share: the clock, who is acting, and the line
 * in the event log. They run as the owner of the data (SECURITY DEFINER), so
 * current_user is not the one who acts.
 */

/*
 * clock() - the instant by which a hold is live or over. Internal.
 *
 * The time of the call, not of the transaction's start, so that a wait for a
 * lock counts; moved by concert_booking.test_clock_offset as in the commands.
 * Returns: timestamptz. Tables written: none. Errors: none.
 */
CREATE FUNCTION concert_booking.clock()
RETURNS timestamptz
LANGUAGE c VOLATILE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'concert_booking_clock';

COMMENT ON FUNCTION concert_booking.clock() IS
	'Internal: the instant by which a hold is live or over.';

/*
 * acting_role() - the role on whose behalf a function of the owner runs: the
 * one chosen by SET ROLE (PostgREST does), else the one that logged in.
 * Internal. Returns: name. Tables written: none. Errors: none.
 */
CREATE FUNCTION concert_booking.acting_role()
RETURNS name
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
	SELECT coalesce(nullif(current_setting('role'), 'none')::name, session_user)
$fn$;
COMMENT ON FUNCTION concert_booking.acting_role() IS
	'Internal: the role on whose behalf a function of the owner runs.';

/*
 * log_event(...) - one line of the event log. Internal.
 *
 * Arguments: event_type; concert_schedule_id; seat_count, how many seats it
 * was about; detail, facts without personal data. Returns: nothing.
 * Tables written: booking_events. Errors: none.
 */
CREATE FUNCTION concert_booking.log_event(
	event_type text,
	concert_schedule_id uuid,
	seat_count integer,
	detail jsonb DEFAULT NULL)
RETURNS void
LANGUAGE sql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $fn$
	INSERT INTO concert_booking.booking_events
		(occurred_at, event_type, concert_schedule_id, seat_count, actor, detail)
	VALUES (concert_booking.clock(), log_event.event_type, log_event.concert_schedule_id,
			log_event.seat_count, concert_booking.acting_role(),
			jsonb_strip_nulls(log_event.detail))
$fn$;
COMMENT ON FUNCTION concert_booking.log_event(text, uuid, integer, jsonb) IS
	'Internal: one line of the event log.';
/*
 * What the reading functions share. They are STABLE, run in a read-only
 * transaction and on a standby, read one snapshot, lock nothing and write
 * nothing: a lapsed hold is shown as free, not swept.
 */

/*
 * resolve_booker(user_id, session_id) - who is calling, by the rules of
 * sql/40_hold.sql. Internal.
 *
 * Returns: one of user_id (a member) and session_id (a guest); is_anybody is
 * false. Tables written: none. Errors: 22023, 42501, PT401.
 */
CREATE FUNCTION concert_booking.resolve_booker(
	INOUT user_id uuid,
	INOUT session_id uuid,
	OUT is_anybody boolean)
LANGUAGE c STABLE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'concert_booking_resolve_booker';
COMMENT ON FUNCTION concert_booking.resolve_booker(uuid, uuid) IS
	'Internal: who is calling.';

/*
 * resolve_booker_or_staff(user_id, session_id) - the same, but staff of a web
 * client that names nobody may see anybody's: is_anybody is true. Internal.
 */
CREATE FUNCTION concert_booking.resolve_booker_or_staff(
	INOUT user_id uuid,
	INOUT session_id uuid,
	OUT is_anybody boolean)
LANGUAGE c STABLE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'concert_booking_resolve_booker_or_staff';
COMMENT ON FUNCTION concert_booking.resolve_booker_or_staff(uuid, uuid) IS
	'Internal: who is calling; staff that names nobody is anybody.';

/*
 * resolve_member_if_any(user_id) - the member who is calling, null where nobody
 * is signed in or named. Internal. Errors: 42501.
 */
CREATE FUNCTION concert_booking.resolve_member_if_any(user_id uuid)
RETURNS uuid
LANGUAGE c STABLE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'concert_booking_resolve_member_if_any';
COMMENT ON FUNCTION concert_booking.resolve_member_if_any(uuid) IS
	'Internal: the member who is calling, or null.';

/*
 * resolve_member(user_id) - the member who is calling, and nobody else.
 * Internal. Errors: 42501, PT401.
 */
CREATE FUNCTION concert_booking.resolve_member(user_id uuid)
RETURNS uuid
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
	SELECT b.user_id FROM concert_booking.resolve_booker(resolve_member.user_id, NULL) b
$fn$;
COMMENT ON FUNCTION concert_booking.resolve_member(uuid) IS
	'Internal: the member who is calling.';

/*
 * parse_booking_number(booking_number) - the stored form of a number as people
 * type it: any case, with or without dashes. Internal.
 *
 * Returns: text, null where it is no booking number. Errors: none.
 */
CREATE FUNCTION concert_booking.parse_booking_number(booking_number text)
RETURNS text
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'concert_booking_parse_booking_number';
COMMENT ON FUNCTION concert_booking.parse_booking_number(text) IS
	'Internal: the stored form of a booking number, null where it is none.';

/*
 * refuse_unknown_concert(concert_id), refuse_unknown_booking() - PT404.
 * Internal. One answer for an unknown booking, somebody else's and a wrong
 * proof: it tells nothing.
 */
CREATE FUNCTION concert_booking.refuse_unknown_concert(concert_id uuid)
RETURNS void
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
	SELECT concert_booking.refuse('PT404', 'no such concert',
		format('The concert is "%s".', concert_id), 'Load the list of concerts again.')
$fn$;
COMMENT ON FUNCTION concert_booking.refuse_unknown_concert(uuid) IS
	'Internal: refuse a concert that does not exist (PT404).';

CREATE FUNCTION concert_booking.refuse_unknown_booking()
RETURNS void
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
	SELECT concert_booking.refuse('PT404', 'no such booking', NULL,
		'Check the booking and who is asking for it.')
$fn$;
COMMENT ON FUNCTION concert_booking.refuse_unknown_booking() IS
	'Internal: refuse a booking that does not exist, or not for this caller (PT404).';

/*
 * is_bookable(...) - whether seats of a schedule can be held at an instant, as
 * far as its own row tells. Internal; the concert must be active and not
 * deleted beside it. The same rule as in src/schedule.c.
 *
 * Arguments: the schedule's columns; instant. Returns: boolean. Tables
 * written: none. Errors: none. No SET clause, so that it can be inlined and
 * use the index on starts_at: its body is parsed once, when it is created.
 */
CREATE FUNCTION concert_booking.is_bookable(
	is_booking_open boolean,
	booking_opens_at timestamptz,
	booking_closes_at timestamptz,
	starts_at timestamptz,
	instant timestamptz)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN is_booking_open
	AND starts_at > instant
	AND (booking_opens_at IS NULL OR booking_opens_at <= instant)
	AND (booking_closes_at IS NULL OR booking_closes_at > instant);

COMMENT ON FUNCTION concert_booking.is_bookable(boolean, timestamptz, timestamptz, timestamptz, timestamptz) IS
	'Internal: whether a schedule''s seats can be held at an instant.';

/*
 * containing(search_text) - the LIKE pattern of texts that contain this one;
 * %, _ and \ in it mean themselves. Internal.
 *
 * Returns: text, null for null. Tables written: none. Errors: none.
 */
CREATE FUNCTION concert_booking.containing(search_text text)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $fn$
	SELECT '%' || replace(replace(replace(search_text, '\', '\\'), '%', '\%'), '_', '\_') || '%'
$fn$;
COMMENT ON FUNCTION concert_booking.containing(text) IS
	'Internal: the LIKE pattern of texts that contain this one literally.';

/*
 * check_page(page_size, page_offset) - the arguments of a list. Internal.
 *
 * Arguments: page_size, 1 to 1,000 rows; page_offset, 0 to 1,000,000 rows
 * left out first. Returns: nothing. Tables written: none. Errors: 22004, 22023.
 */
CREATE FUNCTION concert_booking.check_page(page_size integer, page_offset integer)
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	PERFORM concert_booking.check_range('page_size', page_size, 1, 1000);
	PERFORM concert_booking.check_range('page_offset', page_offset, 0, 1000000);
END
$fn$;
COMMENT ON FUNCTION concert_booking.check_page(integer, integer) IS
	'Internal: refuse a page that is null (22004) or out of range (22023).';

/*
 * check_choice(argument, value, choices) - one of a few words. Internal.
 *
 * Returns: nothing. Tables written: none. Errors: 22004, 22023.
 */
CREATE FUNCTION concert_booking.check_choice(argument text, value text, choices text[])
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	IF value IS NULL THEN
		PERFORM concert_booking.refuse_null(argument);
	ELSIF value <> ALL (choices) THEN
		PERFORM concert_booking.refuse_value(argument, format('Use one of %s.', array_to_string(choices, ', ')));
	END IF;
END
$fn$;
COMMENT ON FUNCTION concert_booking.check_choice(text, text, text[]) IS
	'Internal: refuse a word that is null (22004) or none of the choices (22023).';
/*
 * announce_seats(concert_schedule_id, ordinals, statuses) - tell who listens
 * that seats have changed. Internal: the commands do it in C, the trigger on
 * seats calls this for statements.
 *
 * One notification of the channel concert_booking_seats, or one call of
 * concert_booking.notify_function; nothing unless
 * concert_booking.notify_seat_changes is on.
 * Arguments: ordinals and statuses, one of each for a seat. Returns: nothing.
 * Tables written: none. Errors: 22004, 22023.
 */
CREATE FUNCTION concert_booking.announce_seats(
	concert_schedule_id uuid,
	ordinals integer[],
	statuses text[])
RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'concert_booking_announce_seats';

COMMENT ON FUNCTION concert_booking.announce_seats(uuid, integer[], text[]) IS
	'Internal: tell who listens that seats have changed.';
/*
 * cache_answer(kind) - how long the answer to a web request may be kept.
 * Internal: the reading functions call it; outside of PostgREST it does
 * nothing.
 *
 * Sets Cache-Control and Vary for GET and HEAD by PostgREST's response.headers,
 * local to the transaction, unless something before (a db-pre-request function)
 * has set Cache-Control. An error drops it.
 * Arguments: kind, one of seat_status, seat_map, list (public, for as long as
 * concert_booking.cache_seat_status, cache_seat_map, cache_lists say), detail
 * (as a list, but private to a member who asks), personal (never kept).
 * Returns: nothing. Tables written: none. Errors: 22004, 22023. Source: B,
 * Redis caches.
 */
CREATE FUNCTION concert_booking.cache_answer(kind text)
RETURNS void
LANGUAGE c VOLATILE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'concert_booking_cache_answer';

COMMENT ON FUNCTION concert_booking.cache_answer(text) IS
	'Internal: how long the answer to a web request may be kept.';
/*
 * The layout of a schedule: which seats there are, in which order, and what
 * they cost. Triggers keep what is derived from it.
 */

/*
 * split_seat_number(seat_number) - row and place of a seat by its number:
 * 'B-12' and 'B12' are row B, seat 12. Internal.
 *
 * Returns: row_label (the whole number where no figure ends it), seat_index
 * (null then). Tables written: none. Errors: none. No SET clause, so that it can
 * be inlined; its body is parsed once, when it is created.
 */
CREATE FUNCTION concert_booking.split_seat_number(seat_number text)
RETURNS TABLE (row_label text, seat_index integer)
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
	SELECT coalesce(p.parts[1], split_seat_number.seat_number), p.parts[2]::integer
	FROM (SELECT regexp_match(split_seat_number.seat_number, '^(.*?)[-_ ]?([0-9]{1,9})$') AS parts) p;
END;
COMMENT ON FUNCTION concert_booking.split_seat_number(text) IS
	'Internal: row and place of a seat by its number.';

/*
 * natural_ordinal(row_label, seat_index) - the place in the seat order of a
 * seat that nobody gave one: a thousand for the row, one for the seat. A-1 is
 * 1001, A-2 1002, A-10 1010, B-1 2001, AA-1 27001; rows by number count alike:
 * 7-12 is 7012, and 12 without a row is 12. So 'A-2' comes before 'A-10' whichever was inserted first.
 * Internal.
 *
 * Returns: integer, null where row and index are of another kind. Tables
 * written: none. Errors: none.
 */
CREATE FUNCTION concert_booking.natural_ordinal(row_label text, seat_index integer)
RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $fn$
	SELECT 1000 * CASE
			WHEN row_label = '' THEN 0
			WHEN row_label ~ '^[0-9]{1,6}$' THEN row_label::integer
			WHEN row_label ~ '^[A-Z]$' THEN ascii(row_label) - 64
			WHEN row_label ~ '^[A-Z]{2}$'
				THEN 26 * (ascii(row_label) - 64) + ascii(right(row_label, 1)) - 64
		END + seat_index
	WHERE seat_index BETWEEN 0 AND 999
$fn$;
COMMENT ON FUNCTION concert_booking.natural_ordinal(text, integer) IS
	'Internal: place in the seat order by row and index.';

/*
 * follow_prices() - concert_schedules.lowest_price, after a price of a schedule
 * has appeared or gone. Statement trigger AFTER INSERT, DELETE ON
 * schedule_prices.
 *
 * Locking: each schedule's row before its prices are read, so that of two
 * transactions the second one sees what the first one added.
 */
CREATE FUNCTION concert_booking.follow_prices()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
DECLARE
	schedule_id uuid;
	lowest integer;
BEGIN
	FOR schedule_id IN
		SELECT DISTINCT p.concert_schedule_id FROM changed_prices p ORDER BY 1
	LOOP
		PERFORM FROM concert_booking.concert_schedules cs
		WHERE cs.id = schedule_id FOR NO KEY UPDATE;
		SELECT min(p.price) INTO lowest
		FROM concert_booking.schedule_prices p
		WHERE p.concert_schedule_id = schedule_id AND p.seat_count > 0;
		UPDATE concert_booking.concert_schedules cs SET lowest_price = lowest
		WHERE cs.id = schedule_id AND cs.lowest_price IS DISTINCT FROM lowest;
	END LOOP;
	RETURN NULL;
END
$fn$;
COMMENT ON FUNCTION concert_booking.follow_prices() IS
	'Trigger: lowest_price of a schedule after its prices have changed.';

/*
 * follow_layout() - concert_schedules.layout_version, which tells a client that
 * the seat plan it has loaded is no longer the plan. Statement trigger AFTER
 * INSERT, UPDATE, DELETE ON seats.
 *
 * Sales do not change the layout; the C commands do not fire it.
 */
CREATE FUNCTION concert_booking.follow_layout()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
DECLARE
	schedule_ids uuid[];
BEGIN
	IF TG_OP = 'INSERT' THEN
		schedule_ids := ARRAY(SELECT DISTINCT n.concert_schedule_id FROM new_seats n);
	ELSIF TG_OP = 'DELETE' THEN
		schedule_ids := ARRAY(SELECT DISTINCT o.concert_schedule_id FROM old_seats o);
	ELSE
		schedule_ids := ARRAY(
			SELECT unnest(ARRAY[o.concert_schedule_id, n.concert_schedule_id])
			FROM old_seats o
			FULL JOIN new_seats n ON n.id = o.id
			WHERE (o.id, o.concert_schedule_id, o.seat_number, o.seat_grade, o.price, o.position_x,
				   o.position_y, o.ordinal, o.section, o.row_label, o.seat_index)
				IS DISTINCT FROM
				  (n.id, n.concert_schedule_id, n.seat_number, n.seat_grade, n.price, n.position_x,
				   n.position_y, n.ordinal, n.section, n.row_label, n.seat_index));
	END IF;
	PERFORM FROM concert_booking.concert_schedules cs
	WHERE cs.id = ANY (schedule_ids) ORDER BY cs.id FOR NO KEY UPDATE;
	UPDATE concert_booking.concert_schedules cs
	SET layout_version = cs.layout_version + 1
	WHERE cs.id = ANY (schedule_ids);
	RETURN NULL;
END
$fn$;
COMMENT ON FUNCTION concert_booking.follow_layout() IS
	'Trigger: layout_version of a schedule after its seat plan has changed.';
/*
 * Holds. A hold is one booker's timed claim on one seat.
 *
 * The booker of every command is user_id (a member) or session_id (a guest's
 * secret), exactly one of them. Where request.jwt.claims is set, the member is
 * the claim's sub, and naming another one raises 42501 unless the caller is
 * staff (may execute cancel_schedule).
 *
 * Order of the checks, the same in every command: arguments (22004, 22023,
 * 54000), booker (PT401, 42501), existence (PT404), one schedule (PT422), what
 * a look without locks shows (PT409), the sales window (PT423, PT425), the
 * booker's limit (PT422), and last what the row locks show (PT409, PT410).
 */

/*
 * hold_seat(seat_id, user_id, session_id) - hold one seat.
 *
 * Arguments: seat_id; booker. Returns: the hold. A seat that the booker holds
 * already keeps its term. The term is the schedule's hold_duration, else the
 * setting, and ends no later than booking_closes_at and the start.
 * Tables written: seats, temp_reservations.
 * Errors: 22004, 22023, 42501, PT401, PT404, PT409, PT422, PT423, PT425.
 * Source: A 3.3.2; B flow 4 (Redis lock).
 */
CREATE FUNCTION concert_booking.hold_seat(
	seat_id uuid,
	user_id uuid DEFAULT NULL,
	session_id uuid DEFAULT NULL)
RETURNS concert_booking.seat_hold
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'concert_booking_hold_seat';

COMMENT ON FUNCTION concert_booking.hold_seat(uuid, uuid, uuid) IS
	'Hold one seat.
Returns the hold with the instant at which it ends. Holding a seat that one holds already succeeds and keeps its term.';

/*
 * hold_seats(seat_ids, user_id, session_id) - hold all of them or none.
 *
 * Arguments: seat_ids, 1 to concert_booking.max_seats_per_call different seats
 * of one schedule; booker. Returns: one row a seat, in the order asked for. A
 * refusal's DETAIL is a JSON list of seat_id, seat_number and reason (held,
 * reserved, blocked).
 * Tables written: seats, temp_reservations.
 * Errors: 22004, 22023, 54000, 42501, PT401, PT404, PT409, PT422, PT423, PT425.
 * Source: A 3.3.2; B flow 4.
 */
CREATE FUNCTION concert_booking.hold_seats(
	seat_ids uuid[],
	user_id uuid DEFAULT NULL,
	session_id uuid DEFAULT NULL)
RETURNS SETOF concert_booking.seat_hold
LANGUAGE c VOLATILE PARALLEL UNSAFE ROWS 4
AS 'MODULE_PATHNAME', 'concert_booking_hold_seats';

COMMENT ON FUNCTION concert_booking.hold_seats(uuid[], uuid, uuid) IS
	'Hold several seats of one schedule, all of them or none.
A refusal (PT409) names each seat that is not available and why.';

/*
 * hold_best_seats(concert_schedule_id, seat_count, seat_grade, max_price,
 * adjacent, section, user_id, session_id) - hold the best free seats.
 *
 * Seats are chosen under the locks: lowest ordinal first, row by row, towards
 * the row's middle. Adjacent seats are neighbours in one row, and no single
 * seat is left alone beside them while other places do not leave one. Seats
 * that others are taking just now are passed over, not waited for; a refusal
 * comes only after every seat was looked at and locked ones were waited for up
 * to a second.
 *
 * Arguments: concert_schedule_id; seat_count, 1 to
 * concert_booking.max_seats_per_call; seat_grade, section, or null for any;
 * max_price, the most one seat may cost in won, or null; adjacent, false for
 * seats anywhere (standing areas); booker. Returns: one row a seat, in seat
 * order. Tables written: seats, temp_reservations.
 * Errors: 22001, 22004, 22023, 54000, 42501, PT401, PT404 (schedule), PT409
 * (not enough seats are free), PT422 (booker's limit), PT423, PT425.
 * Source: beyond the seeds.
 */
CREATE FUNCTION concert_booking.hold_best_seats(
	concert_schedule_id uuid,
	seat_count integer,
	seat_grade text DEFAULT NULL,
	max_price integer DEFAULT NULL,
	adjacent boolean DEFAULT true,
	section text DEFAULT NULL,
	user_id uuid DEFAULT NULL,
	session_id uuid DEFAULT NULL)
RETURNS SETOF concert_booking.seat_hold
LANGUAGE c VOLATILE PARALLEL UNSAFE ROWS 4
AS 'MODULE_PATHNAME', 'concert_booking_hold_best_seats';

COMMENT ON FUNCTION concert_booking.hold_best_seats(uuid, integer, text, integer, boolean, text, uuid, uuid) IS
	'Hold the best free seats of a schedule.
Neighbours in one row unless adjacent is false; grade, section and price narrow the choice.';

/*
 * extend_holds(concert_schedule_id, user_id, session_id) - a fresh term.
 *
 * Every live hold of the booker on the schedule gets a full term from now,
 * never past held_since + concert_booking.max_hold_duration, the schedule's
 * closing or its start, and never an earlier end than it had.
 * Returns: one row a live hold, in seat order. Tables written: seats,
 * temp_reservations.
 * Errors: 22004, 22023, 42501, PT401, PT404 (schedule), PT410 (no live hold),
 * PT423. Source: beyond the seeds.
 */
CREATE FUNCTION concert_booking.extend_holds(
	concert_schedule_id uuid,
	user_id uuid DEFAULT NULL,
	session_id uuid DEFAULT NULL)
RETURNS SETOF concert_booking.seat_hold
LANGUAGE c VOLATILE PARALLEL UNSAFE ROWS 4
AS 'MODULE_PATHNAME', 'concert_booking_extend_holds';

COMMENT ON FUNCTION concert_booking.extend_holds(uuid, uuid, uuid) IS
	'Give all live holds on a schedule a fresh term.
No hold outlives concert_booking.max_hold_duration counted from its first instant.';

/*
 * release_seats(seat_ids, user_id, session_id) - give holds back.
 *
 * Arguments: seat_ids, each a live hold of the booker, or null for all holds
 * of the booker on every schedule; booker. Returns: how many live holds were
 * given back. Tables written: seats, temp_reservations.
 * Errors: 22004, 22023, 54000, 42501, PT401, PT404 (a named seat is not held
 * by this booker). Source: B flow 4 (unlock).
 */
CREATE FUNCTION concert_booking.release_seats(
	seat_ids uuid[] DEFAULT NULL,
	user_id uuid DEFAULT NULL,
	session_id uuid DEFAULT NULL,
	OUT released_seats integer)
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'concert_booking_release_seats';

COMMENT ON FUNCTION concert_booking.release_seats(uuid[], uuid, uuid) IS
	'Give held seats back.
Without seat_ids, all holds of the booker.';

/*
 * expire_holds(batch_size) - sweep lapsed holds.
 *
 * Housekeeping: a lapsed seat can be held by anybody whether or not this has
 * run. Rows that are locked are left for the next run.
 * Arguments: batch_size, the most holds to sweep, 1 to 1,000,000. Returns: how
 * many were swept. Tables written: seats, temp_reservations, booking_events
 * (one row a schedule).
 * Errors: 22004, 22023. Source: A 5.2.2.
 */
CREATE FUNCTION concert_booking.expire_holds(
	batch_size integer DEFAULT 1000,
	OUT expired_holds integer)
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'concert_booking_expire_holds';

COMMENT ON FUNCTION concert_booking.expire_holds(integer) IS
	'Sweep lapsed holds and set their seats free.
Returns how many; run by pg_cron, see schedule_jobs().';
/*
 * Bookings. A booking is seats sold to one booker on one schedule.
 *
 * A guest (session_id) must give customer_name and customer_phone. An
 * idempotency_key belongs to its booker: a repeated call with the same key
 * answers with the booking that the first one made; with another schedule,
 * other seats or another customer it raises PT422.
 */

/*
 * confirm_booking(...) - sell the booker's live holds on one schedule.
 *
 * Arguments: concert_schedule_id; booker; seat_ids, exactly the seats that
 * must be live holds of the booker, or null for all of them; customer_name (up
 * to 100 characters), customer_phone (20), customer_email (255);
 * idempotency_key (255). Returns: the booking.
 * Tables written: bookings, booking_seats, seats, temp_reservations,
 * booking_events, concert_schedules or availability_changes.
 * Errors: 22001, 22004, 22023, 54000, 42501, PT401, PT404 (schedule), PT410 (a
 * named hold has lapsed, or there is none; DETAIL lists the seats), PT422 (key
 * used for something else), PT423, PT425. Source: A 3.3.3; B 5.
 */
CREATE FUNCTION concert_booking.confirm_booking(
	concert_schedule_id uuid,
	user_id uuid DEFAULT NULL,
	session_id uuid DEFAULT NULL,
	seat_ids uuid[] DEFAULT NULL,
	customer_name text DEFAULT NULL,
	customer_phone text DEFAULT NULL,
	customer_email text DEFAULT NULL,
	idempotency_key text DEFAULT NULL)
RETURNS concert_booking.booking_receipt
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'concert_booking_confirm_booking';

COMMENT ON FUNCTION concert_booking.confirm_booking(uuid, uuid, uuid, uuid[], text, text, text, text) IS
	'Sell the seats that one holds on a schedule.
With seat_ids exactly these must be live holds, else PT410. The same idempotency_key answers with the same booking.';

/*
 * book_seats(...) - hold and confirm in one call.
 *
 * Arguments: seat_ids, 1 to concert_booking.max_seats_per_call seats of one
 * schedule, free or held by the booker; the rest as in confirm_booking.
 * Returns: the booking. Tables written: as confirm_booking.
 * Errors: 22001, 22004, 22023, 54000, 42501, PT401, PT404, PT409, PT422, PT423,
 * PT425. Source: B 5.
 */
CREATE FUNCTION concert_booking.book_seats(
	seat_ids uuid[],
	user_id uuid DEFAULT NULL,
	session_id uuid DEFAULT NULL,
	customer_name text DEFAULT NULL,
	customer_phone text DEFAULT NULL,
	customer_email text DEFAULT NULL,
	idempotency_key text DEFAULT NULL)
RETURNS concert_booking.booking_receipt
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'concert_booking_book_seats';

COMMENT ON FUNCTION concert_booking.book_seats(uuid[], uuid, uuid, text, text, text, text) IS
	'Hold and sell seats in one call, all of them or none.';

/*
 * cancel_booking(booking_id, reason, user_id, session_id) - cancel one's own.
 *
 * Until cancel_until (the schedule's, else the setting) before the start. Frees
 * exactly the seats that the booking still owns. Cancelling a cancelled booking
 * answers with it and changes nothing. Staff and trusted callers name the
 * booking's booker.
 * Arguments: booking_id; reason (up to 1,000 characters); booker.
 * Returns: the booking. Tables written: bookings, booking_seats, seats,
 * booking_events, concert_schedules or availability_changes.
 * Errors: 22001, 22004, 22023, 42501, PT401, PT404 (unknown or somebody
 * else's), PT412. Source: A 3.6.
 */
CREATE FUNCTION concert_booking.cancel_booking(
	booking_id uuid,
	reason text DEFAULT NULL,
	user_id uuid DEFAULT NULL,
	session_id uuid DEFAULT NULL)
RETURNS concert_booking.booking_receipt
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'concert_booking_cancel_booking';

COMMENT ON FUNCTION concert_booking.cancel_booking(uuid, text, uuid, uuid) IS
	'Cancel one''s own booking before the cut-off.';

/*
 * cancel_guest_booking(booking_number, customer_phone, reason) - the same for
 * whoever knows both the number and the phone of a guest's booking.
 *
 * Arguments: booking_number, with or without its dashes, any case;
 * customer_phone, any spelling; reason. Returns: the booking.
 * Tables written: as cancel_booking.
 * Errors: 22001, 22004, PT404 (one answer for a wrong number, a wrong phone
 * and a member's booking), PT412. Source: B 7.
 */
CREATE FUNCTION concert_booking.cancel_guest_booking(
	booking_number text,
	customer_phone text,
	reason text DEFAULT NULL)
RETURNS concert_booking.booking_receipt
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'concert_booking_cancel_guest_booking';

COMMENT ON FUNCTION concert_booking.cancel_guest_booking(text, text, text) IS
	'Cancel a guest''s booking by its number and phone.';
/*
 * Availability. concert_schedules.available_seats plus the pending
 * availability_changes of a schedule is always the number of its seats that
 * are neither sold nor blocked. A sale never waits for the schedule's row: it
 * leaves a pending change where somebody else has the row. Folding moves
 * pending changes into the row.
 *
 * Locking: whoever writes totals or prices of a schedule holds the schedule's
 * row lock first, so that nothing here can wait in a circle.
 */

/*
 * fold_availability(concert_schedule_id, seats_change, available_change) -
 * write a change of the totals, and all pending availability_changes, into the
 * schedule's row.
 *
 * Internal: called by the triggers on seats and by the minute job. Waits for
 * the schedule's row, unlike a sale.
 * Arguments: concert_schedule_id; seats_change, added to total_seats;
 * available_change, added to available_seats. Returns: nothing; a schedule
 * that is not there (any more) is passed over.
 * Tables written: concert_schedules, availability_changes. Errors: 23514 (the
 * totals had drifted before; see reconcile_availability()).
 */
CREATE FUNCTION concert_booking.fold_availability(
	concert_schedule_id uuid,
	seats_change integer DEFAULT 0,
	available_change integer DEFAULT 0)
RETURNS void
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
DECLARE
	new_total integer;
	new_available integer;
BEGIN
	/* The lock first: what is pending must be read after the last folder's commit. */
	SELECT cs.total_seats + fold_availability.seats_change,
		   cs.available_seats + fold_availability.available_change
	INTO new_total, new_available
	FROM concert_booking.concert_schedules cs
	WHERE cs.id = fold_availability.concert_schedule_id
	FOR NO KEY UPDATE;
	IF NOT FOUND THEN
		RETURN;
	END IF;

	WITH folded AS (
		DELETE FROM concert_booking.availability_changes a
		WHERE a.concert_schedule_id = fold_availability.concert_schedule_id
		RETURNING a.available_change)
	SELECT new_available + coalesce(sum(folded.available_change), 0) INTO new_available
	FROM folded;
	IF new_available NOT BETWEEN 0 AND new_total THEN
		PERFORM concert_booking.refuse('23514', 'the totals of the schedule do not fit its seats',
			format('The schedule "%s" would have %s of %s seats available.',
				   fold_availability.concert_schedule_id, new_available, new_total),
			'Run SELECT * FROM concert_booking.reconcile_availability() first.');
	END IF;

	UPDATE concert_booking.concert_schedules cs
	SET total_seats = new_total,
		available_seats = new_available,
		is_sold_out = new_total > 0 AND new_available = 0
	WHERE cs.id = fold_availability.concert_schedule_id
	  AND (cs.total_seats, cs.available_seats, cs.is_sold_out)
		IS DISTINCT FROM (new_total, new_available, new_total > 0 AND new_available = 0);
END
$fn$;
COMMENT ON FUNCTION concert_booking.fold_availability(uuid, integer, integer) IS
	'Internal: write a change of totals and all pending changes into the schedule''s row.';

/*
 * fold_pending_availability(batch_size) - fold what a burst of sales left
 * pending. Run by pg_cron each minute, see schedule_jobs().
 *
 * A schedule whose totals have drifted so far that they cannot take the change
 * is reconciled instead.
 *
 * Locking: schedules that somebody else has locked are left for the next run.
 * Arguments: batch_size, the most schedules to fold, 1 to 1,000,000. Returns:
 * how many schedules were folded. Tables written: concert_schedules,
 * availability_changes; where it reconciles, as
 * reconcile_availability(). Errors: 22004, 22023. Source: A 6.2.
 */
CREATE FUNCTION concert_booking.fold_pending_availability(
	batch_size integer DEFAULT 1000,
	OUT folded_schedules integer)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
DECLARE
	schedule_id uuid;
BEGIN
	PERFORM concert_booking.require_tables();
	PERFORM concert_booking.check_range('batch_size', batch_size, 1, 1000000);

	folded_schedules := 0;
	FOR schedule_id IN
		SELECT cs.id FROM concert_booking.concert_schedules cs
		WHERE cs.id IN (SELECT a.concert_schedule_id FROM concert_booking.availability_changes a)
		ORDER BY cs.id LIMIT batch_size
		FOR NO KEY UPDATE SKIP LOCKED
	LOOP
		BEGIN
			PERFORM concert_booking.fold_availability(schedule_id);
		EXCEPTION WHEN check_violation THEN
			/* One schedule's drift must not keep the others from being folded. */
			PERFORM concert_booking.reconcile_availability(schedule_id);
		END;
		folded_schedules := folded_schedules + 1;
	END LOOP;
END
$fn$;
COMMENT ON FUNCTION concert_booking.fold_pending_availability(integer) IS
	'Fold pending availability changes into the schedules'' rows.
Returns how many schedules; run by pg_cron, see schedule_jobs().';

/*
 * availability_drift(only_schedule_id) - where a derived figure differs from a
 * recount of the seats. Internal: reconcile_availability() and
 * check_integrity() judge by it.
 *
 * Seats, column and pending changes are read in one snapshot: a sale changes
 * its seats and the figure in one transaction, so that sales in flight are
 * never drift.
 * Arguments: only_schedule_id, null for all schedules. Returns: one row a
 * wrong figure. measure is total_seats, available_seats (stored: column plus
 * pending), is_sold_out (0 or 1), lowest_price, or seat_count (of a grade and
 * price).
 * Tables written: none. Errors: none.
 */
CREATE FUNCTION concert_booking.availability_drift(only_schedule_id uuid DEFAULT NULL)
RETURNS TABLE (schedule_id uuid, measure text, seat_grade text, price integer,
			   stored bigint, counted bigint)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $fn$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH price_counts AS (
		SELECT s.concert_schedule_id, s.seat_grade, s.price, count(*) AS seats,
			   count(*) FILTER (WHERE s.status IN ('available', 'temp_reserved')) AS available
		FROM concert_booking.seats s
		WHERE only_schedule_id IS NULL OR s.concert_schedule_id = only_schedule_id
		GROUP BY 1, 2, 3
	), seat_counts AS (
		SELECT pc.concert_schedule_id, sum(pc.seats)::bigint AS seats, sum(pc.available)::bigint AS available,
			   min(pc.price) AS lowest_price
		FROM price_counts pc GROUP BY 1
	), pending AS (
		SELECT a.concert_schedule_id, sum(a.available_change) AS available_change
		FROM concert_booking.availability_changes a
		WHERE only_schedule_id IS NULL OR a.concert_schedule_id = only_schedule_id
		GROUP BY 1
	), figures AS (
		SELECT cs.id, cs.total_seats, cs.available_seats, cs.is_sold_out, cs.lowest_price,
			   p.concert_schedule_id IS NOT NULL AS is_pending,
			   cs.available_seats + coalesce(p.available_change, 0) AS available_stored,
			   coalesce(sc.seats, 0) AS seats_counted,
			   coalesce(sc.available, 0) AS available_counted,
			   sc.lowest_price AS lowest_counted
		FROM concert_booking.concert_schedules cs
		LEFT JOIN seat_counts sc ON sc.concert_schedule_id = cs.id
		LEFT JOIN pending p ON p.concert_schedule_id = cs.id
		WHERE only_schedule_id IS NULL OR cs.id = only_schedule_id
	)
	SELECT f.id, 'total_seats', NULL::text, NULL::integer, f.total_seats::bigint, f.seats_counted
	FROM figures f WHERE f.total_seats <> f.seats_counted
	UNION ALL
	SELECT f.id, 'available_seats', NULL, NULL, f.available_stored, f.available_counted
	FROM figures f WHERE f.available_stored <> f.available_counted
	UNION ALL
	/* While changes are pending the flag may lag behind; the view tells then. */
	SELECT f.id, 'is_sold_out', NULL, NULL, f.is_sold_out::integer,
		   (f.total_seats > 0 AND f.available_seats = 0)::integer
	FROM figures f
	WHERE NOT f.is_pending AND f.is_sold_out <> (f.total_seats > 0 AND f.available_seats = 0)
	UNION ALL
	SELECT f.id, 'lowest_price', NULL, NULL, f.lowest_price, f.lowest_counted
	FROM figures f WHERE f.lowest_price IS DISTINCT FROM f.lowest_counted
	UNION ALL
	SELECT coalesce(pc.concert_schedule_id, sp.concert_schedule_id), 'seat_count',
		   coalesce(pc.seat_grade, sp.seat_grade)::text, coalesce(pc.price, sp.price),
		   coalesce(sp.seat_count, 0), coalesce(pc.seats, 0)
	FROM price_counts pc
	FULL JOIN (SELECT * FROM concert_booking.schedule_prices x
			   WHERE only_schedule_id IS NULL OR x.concert_schedule_id = only_schedule_id) sp
		ON (sp.concert_schedule_id, sp.seat_grade, sp.price)
		 = (pc.concert_schedule_id, pc.seat_grade, pc.price)
	WHERE sp.seat_count IS DISTINCT FROM pc.seats;
END
$fn$;
COMMENT ON FUNCTION concert_booking.availability_drift(uuid) IS
	'Internal: derived figures that differ from a recount of the seats.';

/*
 * reconcile_availability(concert_schedule_id) - recount, and repair what
 * differs: totals, availability, the sold-out flag, prices.
 *
 * There must be nothing to repair: only an owner who switches triggers off, or
 * a damaged restore, leaves drift behind. Safe while tickets are sold: the drift is
 * measured again once the schedule's row is locked, and added to the
 * figures, so that sales in flight still count.
 * Arguments: concert_schedule_id, null for all schedules. Returns: one row a
 * figure that was wrong, and has been repaired; stored is what it said
 * (available_seats: with pending changes), counted what the seats say.
 * Tables written: concert_schedules, schedule_prices, availability_changes,
 * booking_events (one row a repaired schedule).
 * Errors: PT404. Source: A 6.2 (recount of available_seats).
 */
CREATE FUNCTION concert_booking.reconcile_availability(concert_schedule_id uuid DEFAULT NULL)
RETURNS TABLE (schedule_id uuid, measure text, seat_grade text, price integer,
			   stored bigint, counted bigint)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
#variable_conflict use_column
DECLARE
	drifting_id uuid;
	drift record;
	seats_drift bigint;
	available_drift bigint;
	repairs jsonb;
BEGIN
	PERFORM concert_booking.require_tables();
	IF reconcile_availability.concert_schedule_id IS NOT NULL
	   AND NOT EXISTS (SELECT FROM concert_booking.concert_schedules cs
					   WHERE cs.id = reconcile_availability.concert_schedule_id) THEN
		PERFORM concert_booking.refuse_unknown_schedule(reconcile_availability.concert_schedule_id);
	END IF;

	FOR drifting_id IN
		SELECT DISTINCT d.schedule_id
		FROM concert_booking.availability_drift(reconcile_availability.concert_schedule_id) d
		ORDER BY 1
	LOOP
		/* Somebody may have repaired it meanwhile: lock, then measure again. */
		PERFORM FROM concert_booking.concert_schedules cs
		WHERE cs.id = drifting_id FOR NO KEY UPDATE;

		seats_drift := 0;
		available_drift := 0;
		repairs := '[]';
		FOR drift IN SELECT * FROM concert_booking.availability_drift(drifting_id) LOOP
			CASE drift.measure
				WHEN 'total_seats' THEN
					seats_drift := drift.counted - drift.stored;
				WHEN 'available_seats' THEN
					available_drift := drift.counted - drift.stored;
				WHEN 'is_sold_out' THEN
					NULL;			/* follows from the two */
				WHEN 'lowest_price' THEN
					UPDATE concert_booking.concert_schedules cs
					SET lowest_price = drift.counted WHERE cs.id = drifting_id;
				WHEN 'seat_count' THEN
					DELETE FROM concert_booking.schedule_prices sp
					WHERE (sp.concert_schedule_id, sp.seat_grade, sp.price)
						= (drifting_id, drift.seat_grade, drift.price);
					INSERT INTO concert_booking.schedule_prices
						(concert_schedule_id, seat_grade, price, seat_count)
					SELECT drifting_id, drift.seat_grade, drift.price, drift.counted
					WHERE drift.counted > 0;
			END CASE;
			repairs := repairs || jsonb_build_array(to_jsonb(drift) - 'schedule_id');
			schedule_id := drifting_id;
			measure := drift.measure;
			seat_grade := drift.seat_grade;
			price := drift.price;
			stored := drift.stored;
			counted := drift.counted;
			RETURN NEXT;
		END LOOP;
		CONTINUE WHEN repairs = '[]';

		PERFORM concert_booking.fold_availability(drifting_id, seats_drift::integer, available_drift::integer);
		PERFORM concert_booking.log_event('availability_reconciled', drifting_id, 0,
			jsonb_build_object('repairs', repairs));
	END LOOP;
END
$fn$;
COMMENT ON FUNCTION concert_booking.reconcile_availability(uuid) IS
	'Recount a schedule''s seats, or all, and repair what differs.
Returns one row for each figure that was wrong: none is expected. Safe while tickets are sold.';
/*
 * Seats, as operators handle them: made by the row, blocked and unblocked.
 * Totals, availability and schedule_prices follow by the triggers on seats.
 *
 * Locking: seats by ascending id, then holds, then the schedule's row (in the
 * triggers). generate_seats() takes the schedule's row first: nobody else can
 * know the seats it makes.
 */

/*
 * row_labels(row_count, first_label) - names of consecutive rows.
 *
 * A, B, ... Z, AA, AB, ... or 1, 2, 3, ...: letters or digits as first_label.
 * Arguments: row_count, 1 to 10,000; first_label, capital letters (up to 3) or
 * a number (up to 9 digits). Returns: text[], for generate_seats().
 * Tables written: none. Errors: 22004, 22023. Source: A 2.5 (A-1, B-12).
 */
CREATE FUNCTION concert_booking.row_labels(row_count integer, first_label text DEFAULT 'A')
RETURNS text[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
DECLARE
	labels text[] := '{}';
	label text;
	place integer;
	rest integer;
BEGIN
	PERFORM concert_booking.check_range('row_count', row_count, 1, 10000);
	IF first_label IS NULL THEN
		PERFORM concert_booking.refuse_null('first_label');
	ELSIF first_label ~ '^[0-9]{1,9}$' THEN
		RETURN ARRAY(SELECT (first_label::bigint + i)::text
					 FROM generate_series(0, row_count - 1) i ORDER BY i);
	ELSIF first_label !~ '^[A-Z]{1,3}$' THEN
		PERFORM concert_booking.refuse_value('first_label', 'Use up to three capital letters, or a number.');
	END IF;

	/* Letters count like the columns of a spreadsheet: Z is 26, AA is 27. */
	place := 0;
	FOR i IN 1 .. length(first_label) LOOP
		place := place * 26 + ascii(substr(first_label, i, 1)) - ascii('A') + 1;
	END LOOP;
	FOR number IN place .. place + row_count - 1 LOOP
		label := '';
		rest := number;
		WHILE rest > 0 LOOP
			label := chr(ascii('A') + (rest - 1) % 26) || label;
			rest := (rest - 1) / 26;
		END LOOP;
		labels := labels || label;
	END LOOP;
	RETURN labels;
END
$fn$;
COMMENT ON FUNCTION concert_booking.row_labels(integer, text) IS
	'Names of consecutive rows: A, B, ... Z, AA, ... or 1, 2, 3, ...';

/*
 * generate_seats(...) - make rows of seats.
 *
 * Every row gets seats_per_row seats, numbered from first_seat_index. They
 * come after the schedule's seats in seat order: first row first, lowest
 * number first. Call it once for each block of one grade and price.
 * Arguments: concert_schedule_id; row_labels, from front to back, see
 * row_labels(); seats_per_row, 1 to 10,000; seat_grade (up to 20 characters);
 * price in won; section, the part of the hall; first_seat_index, the number of
 * the first seat of each row; position_x and position_y, where the first seat
 * stands on the plan, one step a seat and a row (null: x is the seat's number,
 * y comes below all seats so far); seat_number_format, how a seat's number is
 * written: {section}, {row} and {seat}, or {seat2} and {seat3} with leading
 * zeros ('{row}{seat2}' gives A01). Without a format: A-1, or floor-A-1 with a
 * section.
 * Returns: how many seats were made. Tables written: seats, schedule_prices,
 * concert_schedules, booking_events.
 * Errors: 22001 (a number longer than 20 characters), 22004, 22023, 23505 (a
 * seat of that number is there already), 54000 (more than 100,000 seats),
 * PT404 (schedule). Source: A 2.5; B sample seats.
 */
CREATE FUNCTION concert_booking.generate_seats(
	concert_schedule_id uuid,
	row_labels text[],
	seats_per_row integer,
	seat_grade text,
	price integer,
	section text DEFAULT NULL,
	first_seat_index integer DEFAULT 1,
	position_x integer DEFAULT NULL,
	position_y integer DEFAULT NULL,
	seat_number_format text DEFAULT NULL,
	OUT generated_seats integer)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
#variable_conflict use_column
DECLARE
	first_ordinal integer;
	first_y integer := generate_seats.position_y;
	number_format text := generate_seats.seat_number_format;
BEGIN
	PERFORM concert_booking.require_tables();
	IF generate_seats.concert_schedule_id IS NULL THEN
		PERFORM concert_booking.refuse_null('concert_schedule_id');
	ELSIF generate_seats.row_labels IS NULL
		  OR EXISTS (SELECT FROM unnest(generate_seats.row_labels) l WHERE l IS NULL) THEN
		PERFORM concert_booking.refuse_null('row_labels');
	ELSIF array_ndims(generate_seats.row_labels) IS DISTINCT FROM 1
		  OR '' = ANY (generate_seats.row_labels)
		  OR cardinality(generate_seats.row_labels)
			 <> (SELECT count(DISTINCT l) FROM unnest(generate_seats.row_labels) l) THEN
		PERFORM concert_booking.refuse_value('row_labels', 'Pass a plain list of different labels, such as {A,B,C}.');
	ELSIF generate_seats.seat_grade IS NULL THEN
		PERFORM concert_booking.refuse_null('seat_grade');
	ELSIF generate_seats.seat_grade = '' THEN
		PERFORM concert_booking.refuse_value('seat_grade', 'Pass the name of a grade.');
	ELSIF number_format !~ '\{seat[23]?\}' THEN
		PERFORM concert_booking.refuse_value('seat_number_format',
			'Use {section}, {row} and one of {seat}, {seat2}, {seat3}.');
	END IF;
	PERFORM concert_booking.check_length('seat_grade', generate_seats.seat_grade, 20);
	PERFORM concert_booking.check_range('seats_per_row', generate_seats.seats_per_row, 1, 10000);
	PERFORM concert_booking.check_range('price', generate_seats.price, 0, 2147483647);
	PERFORM concert_booking.check_range('first_seat_index', generate_seats.first_seat_index, 0, 1000000);
	PERFORM concert_booking.check_range('position_x', coalesce(generate_seats.position_x, 0), -1000000, 1000000);
	PERFORM concert_booking.check_range('position_y', coalesce(generate_seats.position_y, 0), -1000000, 1000000);
	IF cardinality(generate_seats.row_labels)::bigint * generate_seats.seats_per_row > 100000 THEN
		PERFORM concert_booking.refuse('54000', 'too many seats in one call',
			format('The call asks for %s seats; the limit is 100000.',
				   cardinality(generate_seats.row_labels)::bigint * generate_seats.seats_per_row),
			'Make fewer rows in a call.');
	END IF;

	/* One maker at a time, so that the order of the seats is one. */
	PERFORM FROM concert_booking.concert_schedules cs
	WHERE cs.id = generate_seats.concert_schedule_id FOR NO KEY UPDATE;
	IF NOT FOUND THEN
		PERFORM concert_booking.refuse_unknown_schedule(generate_seats.concert_schedule_id);
	END IF;
	SELECT coalesce(max(s.ordinal), 0) + 1 INTO first_ordinal
	FROM concert_booking.seats s
	WHERE s.concert_schedule_id = generate_seats.concert_schedule_id;
	IF first_y IS NULL THEN
		SELECT coalesce(max(s.position_y), 0) + 1 INTO first_y
		FROM concert_booking.seats s
		WHERE s.concert_schedule_id = generate_seats.concert_schedule_id;
	END IF;
	number_format := coalesce(number_format,
		CASE WHEN generate_seats.section IS NULL THEN '{row}-{seat}' ELSE '{section}-{row}-{seat}' END);

	INSERT INTO concert_booking.seats
		(concert_schedule_id, seat_number, seat_grade, price, position_x, position_y,
		 ordinal, section, row_label, seat_index)
	SELECT generate_seats.concert_schedule_id,
		   replace(replace(replace(r.row_format,
				'{seat}', i::text),
				'{seat2}', CASE WHEN i < 10 THEN '0' ELSE '' END || i),
				'{seat3}', CASE WHEN i < 10 THEN '00' WHEN i < 100 THEN '0' ELSE '' END || i),
		   generate_seats.seat_grade,
		   generate_seats.price,
		   coalesce(generate_seats.position_x - generate_seats.first_seat_index, 0) + i,
		   first_y + r.row_number - 1,
		   first_ordinal + (r.row_number - 1) * generate_seats.seats_per_row
				+ i - generate_seats.first_seat_index,
		   generate_seats.section, r.label, i
	FROM (SELECT l.label, l.row_number::integer,
				 replace(replace(number_format, '{section}', coalesce(generate_seats.section, '')),
						 '{row}', l.label) AS row_format
		  FROM unnest(generate_seats.row_labels) WITH ORDINALITY AS l (label, row_number)) r
	CROSS JOIN generate_series(generate_seats.first_seat_index,
							   generate_seats.first_seat_index + generate_seats.seats_per_row - 1) i
	ORDER BY r.row_number, i;
	GET DIAGNOSTICS generated_seats = ROW_COUNT;

	PERFORM concert_booking.log_event('seats_generated', generate_seats.concert_schedule_id, generated_seats,
		jsonb_build_object('seat_grade', generate_seats.seat_grade, 'price', generate_seats.price,
						   'section', generate_seats.section, 'first_ordinal', first_ordinal));
END
$fn$;
COMMENT ON FUNCTION concert_booking.generate_seats(uuid, text[], integer, text, integer, text, integer, integer, integer, text) IS
	'Make rows of seats of one grade and price.
Seats come after those the schedule has, in natural order. row_labels() names many rows.';

/*
 * lock_seats(seat_ids) - check a list of seats and lock them by ascending id.
 * Internal: block_seats() and unblock_seats() begin with it.
 *
 * Arguments: seat_ids, 1 to 100,000 different seats. Returns: nothing.
 * Tables written: none. Errors: 22004, 22023, 54000, PT404 (DETAIL: a JSON
 * list of seat_id, seat_number and reason: unknown).
 */
CREATE FUNCTION concert_booking.lock_seats(seat_ids uuid[])
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $fn$
DECLARE
	found_ids uuid[];
	unknown text;
BEGIN
	IF seat_ids IS NULL THEN
		PERFORM concert_booking.refuse_null('seat_ids');
	ELSIF array_ndims(seat_ids) > 1 THEN
		PERFORM concert_booking.refuse_value('seat_ids', 'Pass a plain list of seat ids.');
	ELSIF cardinality(seat_ids) = 0 THEN
		PERFORM concert_booking.refuse_value('seat_ids', 'Name at least one seat.');
	ELSIF cardinality(seat_ids) > 100000 THEN
		PERFORM concert_booking.refuse('54000', 'too many seats in one call',
			format('The call names %s seats; the limit is 100000.', cardinality(seat_ids)),
			'Name fewer seats in a call.');
	ELSIF array_position(seat_ids, NULL) IS NOT NULL THEN
		PERFORM concert_booking.refuse_null('seat_ids');
	ELSIF cardinality(seat_ids) <> (SELECT count(DISTINCT i) FROM unnest(seat_ids) i) THEN
		PERFORM concert_booking.refuse_value('seat_ids', 'Name each seat once.');
	END IF;

	SELECT coalesce(array_agg(l.id), '{}') INTO found_ids
	FROM (SELECT s.id FROM concert_booking.seats s
		  WHERE s.id = ANY (lock_seats.seat_ids)
		  ORDER BY s.id FOR NO KEY UPDATE) l;
	IF cardinality(found_ids) < cardinality(seat_ids) THEN
		SELECT string_agg(concert_booking.refusal(u.id, NULL, 'unknown'), ', ' ORDER BY u.place)
		INTO unknown
		FROM unnest(lock_seats.seat_ids) WITH ORDINALITY AS u (id, place)
		WHERE u.id NOT IN (SELECT unnest(found_ids));
		PERFORM concert_booking.refuse('PT404', 'no such seat', '[' || unknown || ']', 'Load the seat map again.');
	END IF;
END
$fn$;
COMMENT ON FUNCTION concert_booking.lock_seats(uuid[]) IS
	'Internal: check a list of seats and lock them by ascending id.';

/*
 * block_seats(seat_ids, reason) - take seats off sale, all of them or none.
 *
 * A seat that is sold or held cannot be blocked; a lapsed hold is removed. A
 * seat that is blocked already stays so and is not counted.
 * Arguments: seat_ids, 1 to 100,000 different seats, of any schedules; reason
 * for the event log (up to 1,000 characters, no personal data). Returns: how
 * many seats were blocked. Tables written: seats, temp_reservations, concert_schedules,
 * availability_changes, booking_events (one row a schedule).
 * Errors: 22001, 22004, 22023, 54000, PT404, PT409 (DETAIL: a JSON list of
 * seat_id, seat_number and reason: held, reserved). Source: A 2.5 (unavailable).
 */
CREATE FUNCTION concert_booking.block_seats(
	seat_ids uuid[],
	reason text DEFAULT NULL,
	OUT blocked_seats integer)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
DECLARE
	judged_at timestamptz;
	refused text;
	blocked record;
BEGIN
	PERFORM concert_booking.require_tables();
	PERFORM concert_booking.check_length('reason', block_seats.reason, 1000);
	PERFORM concert_booking.lock_seats(block_seats.seat_ids);

	/* Law 2: the clock is read after the locks were obtained. */
	judged_at := concert_booking.clock();
	SELECT string_agg(concert_booking.refusal(s.id, s.seat_number,
						  CASE s.status WHEN 'reserved' THEN 'reserved' ELSE 'held' END),
					  ', ' ORDER BY a.place)
	INTO refused
	FROM unnest(block_seats.seat_ids) WITH ORDINALITY AS a (seat_id, place)
	JOIN concert_booking.seats s ON s.id = a.seat_id
	LEFT JOIN concert_booking.temp_reservations h ON h.seat_id = s.id
	WHERE s.status = 'reserved'
	   OR s.status = 'temp_reserved' AND coalesce(s.hold_expires_at, h.expires_at) > judged_at;
	IF refused IS NOT NULL THEN
		PERFORM concert_booking.refuse('PT409', 'seat is not available', '[' || refused || ']',
			'Wait until the holds end, and cancel the bookings first.');
	END IF;

	DELETE FROM concert_booking.temp_reservations h
	WHERE h.seat_id = ANY (block_seats.seat_ids);
	blocked_seats := 0;
	FOR blocked IN
		WITH changed AS (
			UPDATE concert_booking.seats s
			SET status = 'unavailable', hold_expires_at = NULL
			WHERE s.id = ANY (block_seats.seat_ids) AND s.status <> 'unavailable'
			RETURNING s.concert_schedule_id, s.ordinal, s.seat_number)
		SELECT c.concert_schedule_id, count(*)::integer AS seats,
			   jsonb_agg(c.seat_number ORDER BY c.ordinal) AS seat_numbers
		FROM changed c GROUP BY 1 ORDER BY 1
	LOOP
		blocked_seats := blocked_seats + blocked.seats;
		PERFORM concert_booking.log_event('seats_blocked', blocked.concert_schedule_id, blocked.seats,
			jsonb_build_object('reason', block_seats.reason, 'seat_numbers', blocked.seat_numbers));
	END LOOP;
END
$fn$;
COMMENT ON FUNCTION concert_booking.block_seats(uuid[], text) IS
	'Take seats off sale, all of them or none.
A sold or held seat cannot be blocked (PT409 names each); a lapsed hold is removed. Returns how many were blocked.';

/*
 * unblock_seats(seat_ids) - put blocked seats back on sale, all or none.
 *
 * A seat that is not blocked stays as it is and is not counted.
 * Arguments: seat_ids, 1 to 100,000 different seats, of any schedules.
 * Returns: how many seats were unblocked. Tables written: seats,
 * concert_schedules, availability_changes, booking_events (one row a schedule).
 * Errors: 22004, 22023, 54000, PT404. Source: A 2.5 (unavailable).
 */
CREATE FUNCTION concert_booking.unblock_seats(
	seat_ids uuid[],
	OUT unblocked_seats integer)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
DECLARE
	unblocked record;
BEGIN
	PERFORM concert_booking.require_tables();
	PERFORM concert_booking.lock_seats(unblock_seats.seat_ids);

	unblocked_seats := 0;
	FOR unblocked IN
		WITH changed AS (
			UPDATE concert_booking.seats s
			SET status = 'available', hold_expires_at = NULL
			WHERE s.id = ANY (unblock_seats.seat_ids) AND s.status = 'unavailable'
			RETURNING s.concert_schedule_id, s.ordinal, s.seat_number)
		SELECT c.concert_schedule_id, count(*)::integer AS seats,
			   jsonb_agg(c.seat_number ORDER BY c.ordinal) AS seat_numbers
		FROM changed c GROUP BY 1 ORDER BY 1
	LOOP
		unblocked_seats := unblocked_seats + unblocked.seats;
		PERFORM concert_booking.log_event('seats_unblocked', unblocked.concert_schedule_id, unblocked.seats,
			jsonb_build_object('seat_numbers', unblocked.seat_numbers));
	END LOOP;
END
$fn$;
COMMENT ON FUNCTION concert_booking.unblock_seats(uuid[]) IS
	'Put blocked seats back on sale, all of them or none.
Returns how many were unblocked; seats that were not blocked are left alone.';
/*
 * cancel_schedule(concert_schedule_id, reason) - the performance does not take
 * place: cancel every booking of it, remove every hold, take every seat off
 * sale and close booking.
 *
 * Cut-offs of the bookers do not apply. A second call changes nothing.
 *
 * Locking: confirmed bookings by id, all seats by id, holds, the schedule's
 * row. A booking can be confirmed between the first two steps; once all seats
 * are locked no more can be. Such a late booking is locked without waiting,
 * because whoever has it may be waiting for a seat.
 * Arguments: concert_schedule_id; reason, kept as each booking's
 * cancellation_reason (up to 1,000 characters). Returns: how many bookings were
 * cancelled, how many seats these had, how many holds were removed.
 * Tables written: bookings, booking_seats, seats, temp_reservations,
 * concert_schedules, availability_changes, booking_events (booking_cancelled
 * for each booking and one schedule_cancelled).
 * Errors: 22001, 22004, PT404, PT409 (a booking is being changed at this
 * moment: run again). Source: beyond the seeds; statements as A 3.6.
 */
CREATE FUNCTION concert_booking.cancel_schedule(
	concert_schedule_id uuid,
	reason text DEFAULT NULL,
	OUT cancelled_bookings integer,
	OUT cancelled_seats integer,
	OUT removed_holds integer)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
#variable_conflict use_column
DECLARE
	booking_ids uuid[];
	late_ids uuid[];
	locked_count integer;
	closed_seats integer;
	closed_schedules integer;
BEGIN
	PERFORM concert_booking.require_tables();
	IF cancel_schedule.concert_schedule_id IS NULL THEN
		PERFORM concert_booking.refuse_null('concert_schedule_id');
	END IF;
	PERFORM concert_booking.check_length('reason', cancel_schedule.reason, 1000);
	IF NOT EXISTS (SELECT FROM concert_booking.concert_schedules cs
					  WHERE cs.id = cancel_schedule.concert_schedule_id) THEN
		PERFORM concert_booking.refuse_unknown_schedule(cancel_schedule.concert_schedule_id);
	END IF;

	SELECT coalesce(array_agg(l.id), '{}') INTO booking_ids
	FROM (SELECT b.id FROM concert_booking.bookings b
		  WHERE b.concert_schedule_id = cancel_schedule.concert_schedule_id AND b.status = 'confirmed'
		  ORDER BY b.id FOR NO KEY UPDATE) l;
	PERFORM FROM concert_booking.seats s
	WHERE s.concert_schedule_id = cancel_schedule.concert_schedule_id
	ORDER BY s.id FOR NO KEY UPDATE;

	/* Confirmed after the first step; from here on nobody can confirm. */
	late_ids := ARRAY(
		SELECT b.id FROM concert_booking.bookings b
		WHERE b.concert_schedule_id = cancel_schedule.concert_schedule_id AND b.status = 'confirmed'
		EXCEPT SELECT unnest(booking_ids));
	SELECT count(*) INTO locked_count
	FROM (SELECT b.id FROM concert_booking.bookings b
		  WHERE b.id = ANY (late_ids)
		  ORDER BY b.id FOR NO KEY UPDATE SKIP LOCKED) l;
	IF locked_count < cardinality(late_ids) THEN
		PERFORM concert_booking.refuse('PT409', 'schedule is changing',
			format('Somebody else is changing %s bookings of it.', cardinality(late_ids) - locked_count),
			'Run it again.');
	END IF;
	booking_ids := booking_ids || late_ids;

	WITH changed AS (
		UPDATE concert_booking.bookings b
		SET status = 'cancelled', cancelled_at = concert_booking.clock(),
			cancellation_reason = cancel_schedule.reason
		WHERE b.id = ANY (booking_ids)
		RETURNING b.id, b.seat_count)
	INSERT INTO concert_booking.booking_events
		(occurred_at, event_type, concert_schedule_id, booking_id, seat_count, actor, detail)
	SELECT concert_booking.clock(), 'booking_cancelled', cancel_schedule.concert_schedule_id, c.id, c.seat_count,
		   concert_booking.acting_role(), '{"cause": "schedule_cancelled"}'
	FROM changed c ORDER BY c.id;
	GET DIAGNOSTICS cancelled_bookings = ROW_COUNT;

	UPDATE concert_booking.booking_seats bs SET active = false
	WHERE bs.booking_id = ANY (booking_ids) AND bs.active;
	GET DIAGNOSTICS cancelled_seats = ROW_COUNT;

	DELETE FROM concert_booking.temp_reservations h
	USING concert_booking.seats s
	WHERE s.id = h.seat_id AND s.concert_schedule_id = cancel_schedule.concert_schedule_id;
	GET DIAGNOSTICS removed_holds = ROW_COUNT;

	UPDATE concert_booking.seats s
	SET status = 'unavailable', hold_expires_at = NULL
	WHERE s.concert_schedule_id = cancel_schedule.concert_schedule_id AND s.status <> 'unavailable';
	GET DIAGNOSTICS closed_seats = ROW_COUNT;

	/* The triggers on seats folded what their change touched; the rest may be pending still. */
	PERFORM concert_booking.fold_availability(cancel_schedule.concert_schedule_id);
	UPDATE concert_booking.concert_schedules cs SET is_booking_open = false
	WHERE cs.id = cancel_schedule.concert_schedule_id AND cs.is_booking_open;
	GET DIAGNOSTICS closed_schedules = ROW_COUNT;

	IF cancelled_bookings + cancelled_seats + removed_holds + closed_seats + closed_schedules > 0 THEN
		PERFORM concert_booking.log_event('schedule_cancelled', cancel_schedule.concert_schedule_id, cancelled_seats,
			jsonb_build_object('reason', cancel_schedule.reason, 'bookings', cancelled_bookings,
							   'holds', removed_holds));
	END IF;
END
$fn$;
COMMENT ON FUNCTION concert_booking.cancel_schedule(uuid, text) IS
	'Cancel a performance: every booking of it is cancelled, every hold removed, every seat off sale, booking closed.
Returns how many bookings, their seats and holds; a second call changes nothing.';
/*
 * check_integrity() - every broken invariant of the data; none is expected.
 *
 * Reads all tables in one snapshot (STABLE: the snapshot of the statement that
 * calls it), locks nothing and runs on a standby, so it can run while tickets
 * are sold. What it finds was written past the functions, or is a fault of
 * theirs.
 * Where pg_cron is in this database and the owner may look at its runs, the jobs
 * of schedule_jobs() whose last run failed are told too, also those that run in
 * other databases.
 * Returns: one row a broken invariant: invariant, the rule in words; subject,
 * the id of the seat, hold, booking or schedule (null: of the tables
 * themselves, or of the jobs); detail, what was found. Nothing personal.
 * Tables written: none. Errors: none. Source: A 6.2 (consistency check).
 */
CREATE FUNCTION concert_booking.check_integrity()
RETURNS TABLE (invariant text, subject uuid, detail text)
LANGUAGE plpgsql STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $fn$
#variable_conflict use_column
DECLARE
	judged_at constant timestamptz := concert_booking.clock();
BEGIN
	PERFORM concert_booking.require_tables();
	/* -------- the guards that stand behind the code -------- */

	RETURN QUERY
	SELECT 'the unique indexes are in place', NULL::uuid, format('%s is missing or not valid', g.name)
	FROM unnest(ARRAY['idx_booking_seats_active_seat', 'unique_booking_seat', 'unique_temp_seat',
					  'unique_seat', 'unique_seat_ordinal', 'bookings_booking_number_key',
					  'idx_bookings_idempotency_key']) AS g (name)
	LEFT JOIN pg_index i ON i.indexrelid = to_regclass(format('concert_booking.%I', g.name))
	WHERE i.indisvalid IS NOT TRUE OR NOT i.indisunique
	ORDER BY g.name;

	RETURN QUERY
	SELECT 'the triggers that follow seats are in place', NULL::uuid, format('%s is missing or switched off', g.name)
	FROM (VALUES ('seats', 'follow_seats_insert'), ('seats', 'follow_seats_update'), ('seats', 'follow_seats_delete'),
				 ('seats', 'follow_layout_insert'), ('seats', 'follow_layout_update'), ('seats', 'follow_layout_delete'),
				 ('schedule_prices', 'follow_prices_insert'), ('schedule_prices', 'follow_prices_delete')) AS g (table_name, name)
	LEFT JOIN pg_trigger t ON t.tgrelid = to_regclass(format('concert_booking.%I', g.table_name)) AND t.tgname = g.name
	WHERE t.tgenabled IS NULL OR t.tgenabled = 'D'
	ORDER BY g.name;

	/* -------- the jobs -------- */

	/* By the extension, not by the name: anybody could make a schema cron. */
	IF EXISTS (SELECT FROM pg_extension e WHERE e.extname = 'pg_cron')
	   AND has_schema_privilege('cron', 'USAGE')
	THEN
		RETURN QUERY
		SELECT 'the last run of each job succeeded', NULL::uuid,
			   format('"%s", run %s: %s', j.jobname, d.runid, split_part(d.return_message, E'\n', 1))
		FROM cron.job j
		CROSS JOIN LATERAL (
			SELECT r.runid, r.status, r.return_message
			FROM cron.job_run_details r
			WHERE r.jobid = j.jobid AND r.status IN ('succeeded', 'failed')
			ORDER BY r.runid DESC LIMIT 1) d
		WHERE j.active AND d.status = 'failed'
		  AND j.command IN (SELECT c.command FROM concert_booking.jobs(false) c)
		ORDER BY j.jobid;
	END IF;

	/* -------- seats and their sale -------- */

	RETURN QUERY
	SELECT 'a seat is sold once', bs.seat_id, format('%s active booking seats', count(*))
	FROM concert_booking.booking_seats bs
	WHERE bs.active
	GROUP BY bs.seat_id HAVING count(*) > 1
	ORDER BY bs.seat_id;

	RETURN QUERY
	SELECT 'a reserved seat has an active booking seat', s.id, 'it has none'
	FROM concert_booking.seats s
	WHERE s.status = 'reserved'
	  AND NOT EXISTS (SELECT FROM concert_booking.booking_seats bs WHERE bs.seat_id = s.id AND bs.active)
	ORDER BY s.id;

	RETURN QUERY
	SELECT 'an active booking seat is a reserved seat', bs.seat_id,
		   coalesce('its status is ' || s.status, 'there is no such seat')
	FROM concert_booking.booking_seats bs
	LEFT JOIN concert_booking.seats s ON s.id = bs.seat_id
	WHERE bs.active AND s.status IS DISTINCT FROM 'reserved'
	ORDER BY bs.seat_id;

	/* -------- seats and their holds -------- */

	RETURN QUERY
	SELECT 'a held seat has a hold', s.id, 'it has none'
	FROM concert_booking.seats s
	WHERE s.status = 'temp_reserved'
	  AND NOT EXISTS (SELECT FROM concert_booking.temp_reservations h WHERE h.seat_id = s.id)
	ORDER BY s.id;

	RETURN QUERY
	SELECT 'a hold is on a held seat', h.id, coalesce('the seat''s status is ' || s.status, 'there is no such seat')
	FROM concert_booking.temp_reservations h
	LEFT JOIN concert_booking.seats s ON s.id = h.seat_id
	WHERE s.status IS DISTINCT FROM 'temp_reserved'
	ORDER BY h.id;

	RETURN QUERY
	SELECT 'a held seat tells when its hold ends', s.id,
		   format('seat: %s, hold: %s', coalesce(s.hold_expires_at::text, 'null'), h.expires_at)
	FROM concert_booking.temp_reservations h
	JOIN concert_booking.seats s ON s.id = h.seat_id
	WHERE s.status = 'temp_reserved' AND s.hold_expires_at IS DISTINCT FROM h.expires_at
	ORDER BY s.id;

	RETURN QUERY
	SELECT 'only a held seat has an end of its hold', s.id, 'its status is ' || s.status
	FROM concert_booking.seats s
	WHERE s.status <> 'temp_reserved' AND s.hold_expires_at IS NOT NULL
	ORDER BY s.id;

	RETURN QUERY
	SELECT 'a hold is on its seat''s schedule', h.id, 'it names another schedule'
	FROM concert_booking.temp_reservations h
	JOIN concert_booking.seats s ON s.id = h.seat_id
	WHERE h.concert_schedule_id IS DISTINCT FROM s.concert_schedule_id
	ORDER BY h.id;

	RETURN QUERY
	SELECT 'a hold has one booker', h.id, 'it has both or neither'
	FROM concert_booking.temp_reservations h
	WHERE (h.user_id IS NULL) = (h.session_id IS NULL)
	ORDER BY h.id;

	/* -------- bookings -------- */

	RETURN QUERY
	SELECT 'a booking''s seat count is the number of its seats', b.id,
		   format('seat_count: %s, seats: %s', b.seat_count, coalesce(t.seats, 0))
	FROM concert_booking.bookings b
	LEFT JOIN (SELECT bs.booking_id, count(*) AS seats
			   FROM concert_booking.booking_seats bs GROUP BY 1) t ON t.booking_id = b.id
	WHERE b.seat_count <> coalesce(t.seats, 0) OR b.status = 'confirmed' AND t.seats IS NULL
	ORDER BY b.id;

	RETURN QUERY
	SELECT 'a booking''s total price is the sum of its seats', b.id,
		   format('total_price: %s, sum: %s', b.total_price, coalesce(t.price, 0))
	FROM concert_booking.bookings b
	LEFT JOIN (SELECT bs.booking_id, sum(bs.price) AS price
			   FROM concert_booking.booking_seats bs GROUP BY 1) t ON t.booking_id = b.id
	WHERE b.total_price <> coalesce(t.price, 0)
	ORDER BY b.id;

	RETURN QUERY
	SELECT 'seats are active in confirmed bookings only', bs.id,
		   CASE WHEN b.id IS NULL THEN 'there is no such booking'
				ELSE format('booking: %s, active: %s', b.status, bs.active) END
	FROM concert_booking.booking_seats bs
	LEFT JOIN concert_booking.bookings b ON b.id = bs.booking_id
	WHERE bs.active IS DISTINCT FROM (b.status = 'confirmed')
	ORDER BY bs.id;

	RETURN QUERY
	SELECT 'a booking''s seats are of its schedule', bs.id, 'the seat is of another schedule'
	FROM concert_booking.booking_seats bs
	JOIN concert_booking.bookings b ON b.id = bs.booking_id
	JOIN concert_booking.seats s ON s.id = bs.seat_id
	WHERE s.concert_schedule_id <> b.concert_schedule_id
	ORDER BY bs.id;

	RETURN QUERY
	SELECT 'a booking has a member or a named guest', b.id, 'it has neither, or both'
	FROM concert_booking.bookings b
	WHERE b.user_id IS NOT NULL AND b.session_id IS NOT NULL
	   OR b.user_id IS NULL AND (b.customer_name IS NULL OR b.customer_phone IS NULL)
	ORDER BY b.id;

	RETURN QUERY
	SELECT 'a cancelled booking tells when', b.id,
		   format('status: %s, cancelled_at: %s', b.status, coalesce(b.cancelled_at::text, 'null'))
	FROM concert_booking.bookings b
	WHERE (b.status = 'cancelled') <> (b.cancelled_at IS NOT NULL)
	ORDER BY b.id;

	/*
	 * Twelve symbols of Crockford's base 32 are a number of 60 bits; the
	 * thirteenth is its remainder by 37. Translated, a symbol's byte is its
	 * value plus 48; OFFSET 0 keeps that from being done for each of them.
	 */
	RETURN QUERY
	SELECT 'a booking number is well-formed', b.id,
		   CASE WHEN f.is_formed THEN 'its check symbol does not fit'
				ELSE 'it is not of the form XXXX-XXXX-XXXX-C' END
	FROM concert_booking.bookings b
	CROSS JOIN LATERAL (
		SELECT b.booking_number ~ '^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z*~$=U]$' AS is_formed,
			   convert_to(translate(rpad(b.booking_number, 16),
									'ABCDEFGHJKMNPQRSTVWXYZ*~$=U',
									':;<=>?@ABCDEFGHIJKLMNOPQRST'), 'UTF8') AS n
		OFFSET 0) f
	WHERE CASE WHEN f.is_formed THEN
		(((get_byte(f.n, 0) - 48)::bigint << 55) + ((get_byte(f.n, 1) - 48)::bigint << 50)
		 + ((get_byte(f.n, 2) - 48)::bigint << 45) + ((get_byte(f.n, 3) - 48)::bigint << 40)
		 + ((get_byte(f.n, 5) - 48)::bigint << 35) + ((get_byte(f.n, 6) - 48)::bigint << 30)
		 + ((get_byte(f.n, 7) - 48)::bigint << 25) + ((get_byte(f.n, 8) - 48)::bigint << 20)
		 + ((get_byte(f.n, 10) - 48)::bigint << 15) + ((get_byte(f.n, 11) - 48)::bigint << 10)
		 + ((get_byte(f.n, 12) - 48)::bigint << 5) + (get_byte(f.n, 13) - 48)::bigint) % 37
		<> get_byte(f.n, 15) - 48
		ELSE true END
	ORDER BY b.id;

	/* -------- schedules -------- */

	RETURN QUERY
	SELECT 'a booker has no more seats than the schedule allows', u.concert_schedule_id,
		   format('%s seats, limit %s, bookings: %s', count(*), u.max_seats_per_booker,
				  coalesce(string_agg(DISTINCT u.booking_id::text, ', '), 'none, holds only'))
	FROM (SELECT b.concert_schedule_id, cs.max_seats_per_booker, b.id AS booking_id,
				 coalesce(b.user_id, b.session_id) AS booker
		  FROM concert_booking.concert_schedules cs
		  JOIN concert_booking.bookings b ON b.concert_schedule_id = cs.id AND b.status = 'confirmed'
		  JOIN concert_booking.booking_seats bs ON bs.booking_id = b.id AND bs.active
		  WHERE cs.max_seats_per_booker IS NOT NULL
		  UNION ALL
		  SELECT h.concert_schedule_id, cs.max_seats_per_booker, NULL, coalesce(h.user_id, h.session_id)
		  FROM concert_booking.concert_schedules cs
		  JOIN concert_booking.temp_reservations h ON h.concert_schedule_id = cs.id AND h.expires_at > judged_at
		  WHERE cs.max_seats_per_booker IS NOT NULL) u
	WHERE u.booker IS NOT NULL
	GROUP BY u.concert_schedule_id, u.max_seats_per_booker, u.booker
	HAVING count(*) > u.max_seats_per_booker
	ORDER BY u.concert_schedule_id;

	RETURN QUERY
	SELECT 'starts_at is date and time in the venue''s zone', cs.id,
		   format('starts_at: %s, date and time: %s', cs.starts_at,
				  (cs.concert_date + cs.concert_time) AT TIME ZONE v.timezone)
	FROM concert_booking.concert_schedules cs
	JOIN concert_booking.concerts c ON c.id = cs.concert_id
	JOIN concert_booking.venues v ON v.id = c.venue_id
	WHERE cs.starts_at <> (cs.concert_date + cs.concert_time) AT TIME ZONE v.timezone
	ORDER BY cs.id;

	RETURN QUERY
	SELECT CASE d.measure WHEN 'seat_count' THEN 'schedule_prices are a recount of the seats'
						  ELSE format('%s is a recount of the seats', d.measure) END,
		   d.schedule_id,
		   concat_ws(', ', d.seat_grade, d.price, format('stored: %s', coalesce(d.stored::text, 'null')),
					 format('counted: %s', coalesce(d.counted::text, 'null')))
	FROM concert_booking.availability_drift() d
	ORDER BY d.schedule_id, d.measure, d.seat_grade, d.price;
END
$fn$;
COMMENT ON FUNCTION concert_booking.check_integrity() IS
	'Every broken invariant of the data; no row is expected.
Reads one snapshot and locks nothing: safe while tickets are sold, and on a standby.';
/*
 * Housekeeping by pg_cron: sweep lapsed holds, fold availability, popularity,
 * upkeep.
 * Nothing depends on it for its truth: a lapsed seat can be held, and the
 * availability shown is exact, whether or not a job has run.
 */

/*
 * sweep_holds(batch_size, max_batches) - expire_holds() until nothing is left.
 *
 * Each batch is a transaction of its own, so that a buyer waits for one batch
 * at most. A procedure: CALL it outside a transaction.
 * Arguments: batch_size, 1 to 1,000,000; max_batches, 1 to 1,000,000, the end
 * of a run under an endless stream of lapsing holds.
 * Tables written: as expire_holds(). Errors: 22004, 22023, 2D000 (called inside
 * a transaction). Source: A 5.2.2.
 *
 * No SET clause: PostgreSQL allows no COMMIT then. Every name is qualified.
 */
CREATE PROCEDURE concert_booking.sweep_holds(
	batch_size integer DEFAULT 1000,
	max_batches integer DEFAULT 100)
LANGUAGE plpgsql
AS $fn$
DECLARE
	swept pg_catalog.int4;
BEGIN
	PERFORM concert_booking.check_range('batch_size', batch_size, 1, 1000000);
	PERFORM concert_booking.check_range('max_batches', max_batches, 1, 1000000);
	FOR batch IN 1 .. max_batches LOOP
		SELECT e.expired_holds INTO swept
		FROM concert_booking.expire_holds(sweep_holds.batch_size) e;
		COMMIT;
		EXIT WHEN swept OPERATOR(pg_catalog.<) batch_size;
	END LOOP;
END
$fn$;
COMMENT ON PROCEDURE concert_booking.sweep_holds(integer, integer) IS
	'Sweep lapsed holds batch by batch until none is left; run by pg_cron, see schedule_jobs().';

/*
 * jobs() - what schedule_jobs() registers. Internal.
 *
 * Arguments: seconds_known, whether the scheduler takes '10 seconds'.
 * Returns: job_name, schedule, command. Tables written: none. Errors: none.
 */
CREATE FUNCTION concert_booking.jobs(seconds_known boolean)
RETURNS TABLE (job_name text, schedule text, command text)
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
	VALUES ('concert_booking sweep', CASE WHEN seconds_known THEN '10 seconds' ELSE '* * * * *' END,
			'CALL concert_booking.sweep_holds()'),
		   ('concert_booking fold', '* * * * *',
			'SELECT concert_booking.fold_pending_availability()'),
		   ('concert_booking popularity', '*/5 * * * *',
			'SELECT concert_booking.refresh_popularity(''15 minutes'')'),
		   ('concert_booking upkeep', '17 3 * * *',
			'SELECT concert_booking.run_upkeep()')
$fn$;
COMMENT ON FUNCTION concert_booking.jobs(boolean) IS
	'Internal: the jobs that schedule_jobs() registers.';

/*
 * run_upkeep(keep_runs) - the daily housekeeping.
 *
 * Makes the coming months' partitions of the event log, recounts the seats of
 * all schedules and repairs what differs (nothing should), brings the popularity
 * of all concerts up to date, and deletes the run records of these jobs that
 * pg_cron keeps for ever otherwise; other jobs' records are left alone. Where
 * pg_cron is in another database, nothing is deleted; see schedule_jobs().
 * Arguments: keep_runs, how long run records are kept, 0 or longer. Returns:
 * how many partitions were made, figures repaired and run records deleted.
 * Tables written: booking_events (partitions), as reconcile_availability() and
 * refresh_popularity(), cron.job_run_details.
 * Errors: 22004, 22023. Source: A 6.2, 6.3; B upkeep.
 */
CREATE FUNCTION concert_booking.run_upkeep(
	keep_runs interval DEFAULT '7 days',
	OUT created_partitions integer,
	OUT repaired_figures integer,
	OUT deleted_runs integer)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	PERFORM concert_booking.require_tables();
	IF keep_runs IS NULL THEN
		PERFORM concert_booking.refuse_null('keep_runs');
	ELSIF keep_runs < interval '0' THEN
		PERFORM concert_booking.refuse_value('keep_runs', 'Use an interval of 0 or longer.');
	END IF;
	created_partitions := concert_booking.create_event_partitions();
	SELECT count(*) INTO repaired_figures FROM concert_booking.reconcile_availability();
	PERFORM concert_booking.refresh_popularity();
	deleted_runs := 0;
	/* By the extension, not by the name: anybody could make a schema cron. */
	IF EXISTS (SELECT FROM pg_extension e WHERE e.extname = 'pg_cron') THEN
		/* A run that never got a connection has no time, only a number. */
		DELETE FROM cron.job_run_details d
		WHERE d.database = current_database()
		  AND d.command IN (SELECT j.command FROM concert_booking.jobs(false) j)
		  AND d.status IN ('succeeded', 'failed')
		  AND d.runid <= (SELECT max(o.runid) FROM cron.job_run_details o
						  WHERE o.start_time < clock_timestamp() - keep_runs);
		GET DIAGNOSTICS deleted_runs = ROW_COUNT;
	END IF;
END
$fn$;
COMMENT ON FUNCTION concert_booking.run_upkeep(interval) IS
	'Daily housekeeping: partitions of the event log, recount, popularity, old run records of these jobs.
Run by pg_cron, see schedule_jobs().';

/*
 * require_cron(hint_lines) - refuse where pg_cron is not. Internal.
 *
 * Arguments: lines, SQL that does the same from pg_cron's own database.
 * Returns: nothing. Tables written: none. Errors: 55000.
 */
CREATE FUNCTION concert_booking.require_cron(lines text)
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	IF NOT EXISTS (SELECT FROM pg_extension e WHERE e.extname = 'pg_cron') THEN
		PERFORM concert_booking.refuse('55000', 'pg_cron is not in this database',
			format('pg_cron lives in one database of a server, %s; this database is "%s".',
				   coalesce('"' || current_setting('cron.database_name', true) || '" (cron.database_name)',
							'and this server has not loaded it (shared_preload_libraries)'),
				   current_database()),
			'If it is to live in this one, run CREATE EXTENSION pg_cron. Else run in that one, as a superuser:' || lines);
	END IF;
END
$fn$;
COMMENT ON FUNCTION concert_booking.require_cron(text) IS
	'Internal: refuse where pg_cron is not.';

/*
 * warn_of_cron_settings() - warn where pg_cron is set up so that the jobs may not
 * run, or fail. Internal.
 *
 * It looks at what the owner may see (pg_settings), so it says nothing where it
 * sees nothing. Without background workers pg_cron logs in for each run, which
 * a stock server refuses; a run that has succeeded since the server started, with
 * the settings that it has now, proves that this one does not. Returns: nothing. Tables written: none. Errors: none, only warnings.
 */
CREATE FUNCTION concert_booking.warn_of_cron_settings()
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
DECLARE
	problem record;
BEGIN
	FOR problem IN
		SELECT p.detail, p.hint
		FROM pg_settings s
		JOIN (VALUES
			('cron.use_background_workers', 'off', true,
			 'pg_cron logs in for each run (cron.use_background_workers is off). Where that needs a password, every run fails with "connection failed".',
			 'Set cron.use_background_workers = on and restart the server.'),
			('cron.database_name', current_database()::text, false,
			 format('pg_cron runs the jobs of another database (cron.database_name) than "%s".', current_database()),
			 format('Set cron.database_name = %L and restart the server.', current_database())),
			('cron.launch_active_jobs', 'off', true,
			 'pg_cron starts no job (cron.launch_active_jobs is off).',
			 'Set cron.launch_active_jobs = on and reload the server''s settings.'),
			('cron.log_run', 'off', true,
			 'pg_cron keeps no record of runs (cron.log_run is off), so that check_integrity() cannot tell of jobs that fail.',
			 'Set cron.log_run = on and restart the server.'))
			AS p (name, value, is_wrong, detail, hint)
		  ON p.name = s.name AND (p.value = s.setting) = p.is_wrong
		WHERE s.name <> 'cron.use_background_workers'
		   OR NOT EXISTS (
				SELECT FROM cron.job_run_details d
				WHERE d.database = current_database() AND d.username = current_user
				  AND d.command IN (SELECT j.command FROM concert_booking.jobs(false) j)
				  AND d.status = 'succeeded' AND d.start_time > pg_postmaster_start_time())
		ORDER BY p.name
	LOOP
		RAISE WARNING USING MESSAGE = 'pg_cron is not set up for these jobs',
			DETAIL = problem.detail, HINT = problem.hint;
	END LOOP;
END
$fn$;
COMMENT ON FUNCTION concert_booking.warn_of_cron_settings() IS
	'Internal: warn where pg_cron is set up so that the jobs may not run, or fail.';

/*
 * schedule_jobs() - register the housekeeping with pg_cron.
 *
 * The sweep runs every ten seconds where the installed pg_cron knows seconds
 * (1.5), else every minute; the fold every minute; popularity every five
 * minutes; upkeep once a day. The jobs
 * run as the owner of this function. A second call changes nothing;
 * after an update of pg_cron it picks the finer schedule. A job that was
 * switched off (cron.alter_job) stays off. Settings of pg_cron that would keep
 * the jobs from running are told in warnings; whether they do run, check_integrity()
 * tells.
 * Returns: the jobs: job_name, schedule, command. Tables written: cron.job.
 * Errors: 55000 (no pg_cron in this database; HINT: what to run in the one that
 * has it). Source: A 5.2.2.
 */
CREATE FUNCTION concert_booking.schedule_jobs()
RETURNS TABLE (job_name text, schedule text, command text)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
#variable_conflict use_column
DECLARE
	seconds_known boolean;
	job record;
BEGIN
	PERFORM concert_booking.require_cron(
		(SELECT string_agg(format(E'\nSELECT cron.schedule_in_database(%L, %L, %L, %L);',
					format('%s (%s)', j.job_name, current_database()), j.schedule, j.command, current_database()), '')
				|| format(E'\nSELECT cron.schedule(%L, %L, %L);',
					format('concert_booking purge (%s)', current_database()), '41 3 * * *',
					format('DELETE FROM cron.job_run_details WHERE database = %L AND command LIKE %L AND end_time < now() - interval %L',
						   current_database(), '%concert_booking.%', '7 days'))
		 FROM concert_booking.jobs(false) j));

	SELECT (regexp_match(e.extversion, '^(\d+)\.(\d+)'))::integer[] >= '{1,5}' INTO seconds_known
	FROM pg_extension e WHERE e.extname = 'pg_cron';

	FOR job IN SELECT * FROM concert_booking.jobs(coalesce(seconds_known, false)) LOOP
		/* A job of this name for another database: this one was renamed or copied. */
		PERFORM cron.unschedule(j.jobid) FROM cron.job j
		WHERE j.jobname = job.job_name AND j.username = current_user
		  AND j.database <> current_database();
		IF NOT EXISTS (SELECT FROM cron.job j
					   WHERE j.jobname = job.job_name AND j.username = current_user
						 AND j.schedule = job.schedule AND j.command = job.command) THEN
			PERFORM cron.schedule(job.job_name, job.schedule, job.command);
		END IF;
		job_name := job.job_name;
		schedule := job.schedule;
		command := job.command;
		RETURN NEXT;
	END LOOP;
	PERFORM concert_booking.warn_of_cron_settings();
END
$fn$;
COMMENT ON FUNCTION concert_booking.schedule_jobs() IS
	'Register the housekeeping with pg_cron: sweep, fold and upkeep.
Warns where pg_cron''s settings would keep it from running. A second call changes nothing. Without pg_cron in this database, the error''s hint tells what to run where it is.';

/*
 * unschedule_jobs() - take the housekeeping out of pg_cron. Run it before DROP
 * EXTENSION.
 *
 * Returns: how many jobs were removed. Tables written: cron.job.
 * Errors: 55000 (no pg_cron in this database). Source: A 5.2.2.
 */
CREATE FUNCTION concert_booking.unschedule_jobs(OUT removed_jobs integer)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	PERFORM concert_booking.require_cron(
		format(E'\nSELECT cron.unschedule(jobid) FROM cron.job WHERE jobname LIKE %L;',
			   format('concert_booking %% (%s)', current_database())));
	SELECT count(cron.unschedule(j.jobid)) INTO removed_jobs
	FROM cron.job j
	WHERE j.jobname IN (SELECT n.job_name FROM concert_booking.jobs(false) n)
	  AND j.username = current_user;
END
$fn$;
COMMENT ON FUNCTION concert_booking.unschedule_jobs() IS
	'Take the housekeeping out of pg_cron. Returns how many jobs were removed.';
/*
 * link_users(users_table, validate) - foreign keys from user_id to a table of
 * users, such as Supabase's auth.users.
 *
 * A user with bookings cannot be deleted; holds and wishlists go with their
 * user. Idempotent. On large tables in use, call it with validate => false and
 * then once more, so that the existing rows are checked without keeping
 * writers out.
 * Arguments: users_table, its name, with an id of type uuid that is unique;
 * validate, check the rows that are there already. Returns: nothing.
 * Tables written: bookings, temp_reservations, wishlists get a constraint.
 * Errors: 22004, 42P01 (no such table), 42703
 * (no id), 42804 (id is no uuid), 42830 (id is not unique), 42710 (linked to
 * another table already), 23503 (a user_id that is no user).
 * Source: A 2.6, 2.8, 2.9.
 */
CREATE FUNCTION concert_booking.link_users(
	users_table text DEFAULT 'auth.users',
	validate boolean DEFAULT true)
RETURNS void
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
DECLARE
	users regclass;
	id_type oid;
	link record;
	linked record;
BEGIN
	PERFORM concert_booking.require_tables();
	IF users_table IS NULL THEN
		PERFORM concert_booking.refuse_null('users_table');
	ELSIF validate IS NULL THEN
		PERFORM concert_booking.refuse_null('validate');
	END IF;
	users := to_regclass(users_table);
	IF users IS NULL THEN
		PERFORM concert_booking.refuse('42P01', 'no such table',
			format('The table is "%s".', users_table), 'Name it with its schema, such as auth.users.');
	END IF;
	SELECT a.atttypid INTO id_type
	FROM pg_attribute a WHERE a.attrelid = users AND a.attname = 'id' AND NOT a.attisdropped;
	IF id_type IS NULL THEN
		PERFORM concert_booking.refuse('42703', 'the table of users has no column id',
			format('The table is "%s".', users), 'Name the table that has the users'' ids.');
	ELSIF id_type <> 'uuid'::regtype THEN
		PERFORM concert_booking.refuse('42804', 'the id of the table of users is not of type uuid',
			format('The table is "%s", its id is of type %s.', users, format_type(id_type, NULL)),
			'Name the table that has the users'' ids.');
	END IF;

	FOR link IN
		SELECT l.child::regclass AS child, l.name, l.on_delete
		FROM (VALUES ('concert_booking.bookings', 'fk_bookings_user', 'RESTRICT'),
					 ('concert_booking.temp_reservations', 'fk_temp_reservations_user', 'CASCADE'),
					 ('concert_booking.wishlists', 'fk_wishlists_user', 'CASCADE')) AS l (child, name, on_delete)
	LOOP
		SELECT c.confrelid::regclass AS parent, c.convalidated INTO linked
		FROM pg_constraint c WHERE c.conrelid = link.child AND c.conname = link.name;
		IF NOT FOUND THEN
			EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I FOREIGN KEY (user_id) REFERENCES %s (id) ON DELETE %s NOT VALID',
						   link.child, link.name, users, link.on_delete);
		ELSIF linked.parent <> users THEN
			PERFORM concert_booking.refuse('42710', 'users are linked to another table',
				format('%s refers to %s.', link.child, linked.parent),
				format('Run ALTER TABLE %s DROP CONSTRAINT %I; first.', link.child, link.name));
		END IF;
		IF validate AND linked.convalidated IS NOT TRUE THEN
			EXECUTE format('ALTER TABLE %s VALIDATE CONSTRAINT %I', link.child, link.name);
		END IF;
	END LOOP;
END
$fn$;
COMMENT ON FUNCTION concert_booking.link_users(text, boolean) IS
	'Foreign keys from user_id to a table of users, such as auth.users. Idempotent.';
/*
 * Popularity: bookings that stand, plus the marks of record_interest(), plus
 * whatever the owner wrote into concerts.popularity by hand.
 *
 * A sale does not touch the concert's row: a row that every sale of a concert
 * updates is a hot row (law 5). Instead a job counts the bookings of the
 * concerts that had some, and adds the difference to what it counted before
 * (concerts.counted_bookings), so that no booking is counted twice or missed,
 * whenever it runs.
 */

/*
 * record_interest(concert_id) - somebody looked at a concert, found it by search
 * or shared it: whatever the client wants to count beside bookings. One row is
 * added, which the next refresh_popularity() counts; nobody waits for anybody.
 * Granted to staff only, for the web server to call: it tells visitors apart and
 * counts each once, which the database cannot do for the public.
 *
 * Returns: nothing. Tables written: interest_marks. Errors: 22004, PT404.
 * Source: A 2.3 (popularity by searches).
 */
CREATE FUNCTION concert_booking.record_interest(concert_id uuid)
RETURNS void
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
#variable_conflict use_column
BEGIN
	PERFORM concert_booking.require_tables();
	IF record_interest.concert_id IS NULL THEN
		PERFORM concert_booking.refuse_null('concert_id');
	END IF;
	INSERT INTO concert_booking.interest_marks (concert_id)
	SELECT c.id FROM concert_booking.concerts c
	WHERE c.id = record_interest.concert_id AND c.is_deleted = false;
	IF NOT FOUND THEN
		PERFORM concert_booking.refuse_unknown_concert(record_interest.concert_id);
	END IF;
END
$fn$;
COMMENT ON FUNCTION concert_booking.record_interest(uuid) IS
	'Count a look at a concert towards its popularity.';

/*
 * refresh_popularity(recent) - bring concerts.popularity up to date. Run by
 * pg_cron, see schedule_jobs().
 *
 * Locking: concerts by ascending id; a concert that somebody else has locked is
 * left for the next run.
 * Arguments: recent, count only concerts with bookings or cancellations in this
 * last span of time; null: all concerts (the daily upkeep does, which makes good
 * what a stopped job has missed). Returns: how many concerts changed.
 * Tables written: concerts, interest_marks. Errors: 22023. Source: A 2.3.
 */
CREATE FUNCTION concert_booking.refresh_popularity(
	recent interval DEFAULT NULL,
	OUT refreshed_concerts integer)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $fn$
DECLARE
	since constant timestamptz := concert_booking.clock() - recent;
	changed_id uuid;
	marks integer;
	bookings integer;
BEGIN
	PERFORM concert_booking.require_tables();
	IF recent < interval '0' THEN
		PERFORM concert_booking.refuse_value('recent', 'Use an interval of 0 or longer, or null.');
	END IF;
	refreshed_concerts := 0;
	FOR changed_id IN
		SELECT c.id FROM concert_booking.concerts c
		WHERE recent IS NULL
		   OR c.id IN (SELECT i.concert_id FROM concert_booking.interest_marks i)
		   OR c.id IN (SELECT cs.concert_id
					   FROM concert_booking.booking_events e
					   JOIN concert_booking.concert_schedules cs ON cs.id = e.concert_schedule_id
					   WHERE e.occurred_at >= since
						 AND e.event_type IN ('booking_confirmed', 'booking_cancelled'))
		ORDER BY c.id
		FOR NO KEY UPDATE SKIP LOCKED
	LOOP
		WITH counted AS (
			DELETE FROM concert_booking.interest_marks i WHERE i.concert_id = changed_id
			RETURNING i.id)
		SELECT count(*) INTO marks FROM counted;
		SELECT count(*) INTO bookings
		FROM concert_booking.concert_schedules cs
		JOIN concert_booking.bookings b ON b.concert_schedule_id = cs.id
		WHERE cs.concert_id = changed_id AND b.status = 'confirmed';

		UPDATE concert_booking.concerts c
		SET popularity = greatest(0, c.popularity + marks + bookings - c.counted_bookings),
			counted_bookings = bookings
		WHERE c.id = changed_id AND (marks > 0 OR c.counted_bookings <> bookings);
		IF FOUND THEN
			refreshed_concerts := refreshed_concerts + 1;
		END IF;
	END LOOP;
END
$fn$;
COMMENT ON FUNCTION concert_booking.refresh_popularity(interval) IS
	'Bring the concerts'' popularity up to date with their bookings.
Returns how many concerts changed; run by pg_cron, see schedule_jobs().';
/*
 * Search: the list of concerts. schedule_prices and
 * concert_schedules.lowest_price are kept by triggers, so that no search reads
 * a seat: its time does not depend on how many there are.
 */

CREATE TYPE concert_booking.concert_listing AS (
	concert_id uuid,
	title text,
	poster_url text,
	genre text,
	performers text,
	venue_name text,
	venue_address text,
	nearest_date date,
	min_price integer,
	cursor text
);
COMMENT ON TYPE concert_booking.concert_listing IS
	'One concert of a list.';
COMMENT ON COLUMN concert_booking.concert_listing.concert_id IS 'the concert';
COMMENT ON COLUMN concert_booking.concert_listing.title IS 'title';
COMMENT ON COLUMN concert_booking.concert_listing.poster_url IS 'address of the poster';
COMMENT ON COLUMN concert_booking.concert_listing.genre IS 'genre';
COMMENT ON COLUMN concert_booking.concert_listing.performers IS 'who performs';
COMMENT ON COLUMN concert_booking.concert_listing.venue_name IS 'name of the venue';
COMMENT ON COLUMN concert_booking.concert_listing.venue_address IS 'address of the venue';
COMMENT ON COLUMN concert_booking.concert_listing.nearest_date IS 'first date among the schedules that match';
COMMENT ON COLUMN concert_booking.concert_listing.min_price IS 'lowest price in won among the seats that match';
COMMENT ON COLUMN concert_booking.concert_listing.cursor IS 'after_cursor of the page that follows this row';

/*
 * search_concerts(...) - concerts that match every filter given.
 *
 * A concert is listed when it is active and not deleted and has a schedule
 * with a seat that matches: the dates and bookable_only choose among its
 * schedules, the prices among their seats, and nearest_date and min_price are
 * those of what was chosen.
 * Arguments: search_text, part of the title or the performers, any case, %, _
 * and \ mean themselves, up to 300 characters; genre; date_from and date_to,
 * both included, in the venue's time zone; region, part of the venue's
 * address; price_from and price_to in won, both included; bookable_only, only
 * schedules whose seats can be held now; sort_by: latest (newest concert
 * first), popularity (highest first) or price (lowest first), the newest id
 * first among equals; page_size, 1 to 1,000; page_offset, rows to leave out;
 * after_cursor, the cursor of a row got with the same sort_by: the page
 * begins behind it, however deep at the same cost. Null and '' mean no filter.
 * Returns: rows in this order. Tables written: none.
 * Errors: 22001, 22004, 22023. Source: A 3.1; B 1 (bookable_only).
 *
 * SET search_path: unlike the commands, it reads the tables by SQL.
 */
CREATE FUNCTION concert_booking.search_concerts(
	search_text text DEFAULT NULL,
	genre text DEFAULT NULL,
	date_from date DEFAULT NULL,
	date_to date DEFAULT NULL,
	region text DEFAULT NULL,
	price_from integer DEFAULT NULL,
	price_to integer DEFAULT NULL,
	bookable_only boolean DEFAULT false,
	sort_by text DEFAULT 'latest',
	page_size integer DEFAULT 20,
	page_offset integer DEFAULT 0,
	after_cursor text DEFAULT NULL)
RETURNS SETOF concert_booking.concert_listing
LANGUAGE c STABLE PARALLEL RESTRICTED ROWS 20
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'concert_booking_search_concerts';

COMMENT ON FUNCTION concert_booking.search_concerts(text, text, date, date, text, integer, integer, boolean, text, integer, integer, text) IS
	'Concerts that match every filter given.
Filters: part of title or performers, genre, dates, region, prices, bookable_only. sort_by: latest, popularity, price. Pages by page_offset, or by after_cursor, the cursor of the last row.';
/*
 * concert_detail(concert_id, user_id) - everything that a concert's page shows.
 *
 * Arguments: concert_id; user_id, the member for is_wishlisted: left out, it is
 * the signed-in member, and nobody has no wishlist. Returns: one JSON object:
 *   concert	id, title, poster_url, description, genre, performers, rating,
 *				running_time (minutes), status, popularity, created_at
 *   venue		id, name, address, location_lat, location_lng, timezone
 *   schedules	by date and time: id, concert_date, concert_time (at the venue),
 *				starts_at, total_seats, available_seats (neither sold nor
 *				blocked; exact), is_sold_out, is_booking_open,
 *				booking_opens_at, booking_closes_at, is_bookable (its seats can
 *				be held now), max_seats_per_booker (held and booked together;
 *				null: any number), grades (as below, of this schedule)
 *   grades		of all schedules, dearest first: seat_grade, min_price, max_price
 *   is_wishlisted
 * A cancelled or postponed concert is shown, a deleted one is not there.
 * Tables written: none. Errors: 22004, 42501, PT404. Source: A 3.2; B flow 2.
 */
CREATE FUNCTION concert_booking.concert_detail(
	concert_id uuid,
	user_id uuid DEFAULT NULL)
RETURNS jsonb
LANGUAGE plpgsql STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
#variable_conflict use_column
DECLARE
	member_id uuid;
	judged_at constant timestamptz := concert_booking.clock();
	detail jsonb;
BEGIN
	PERFORM concert_booking.require_tables();
	IF concert_detail.concert_id IS NULL THEN
		PERFORM concert_booking.refuse_null('concert_id');
	END IF;
	PERFORM concert_booking.cache_answer('detail');
	member_id := concert_booking.resolve_member_if_any(concert_detail.user_id);

	SELECT jsonb_build_object(
		'concert', jsonb_build_object(
			'id', c.id, 'title', c.title, 'poster_url', c.poster_url,
			'description', c.description, 'genre', c.genre, 'performers', c.performers,
			'rating', c.rating, 'running_time', c.running_time, 'status', c.status,
			'popularity', c.popularity, 'created_at', c.created_at),
		'venue', jsonb_build_object(
			'id', v.id, 'name', v.name, 'address', v.address,
			'location_lat', v.location_lat, 'location_lng', v.location_lng,
			'timezone', v.timezone),
		'schedules', coalesce((
			SELECT jsonb_agg(jsonb_build_object(
				'id', cs.id, 'concert_date', cs.concert_date, 'concert_time', cs.concert_time,
				'starts_at', cs.starts_at, 'total_seats', a.total_seats,
				'available_seats', a.available_seats, 'is_sold_out', a.is_sold_out,
				'is_booking_open', cs.is_booking_open, 'booking_opens_at', cs.booking_opens_at,
				'booking_closes_at', cs.booking_closes_at, 'max_seats_per_booker', cs.max_seats_per_booker,
				'is_bookable', c.status = 'active'
					AND concert_booking.is_bookable(cs.is_booking_open, cs.booking_opens_at,
						cs.booking_closes_at, cs.starts_at, judged_at),
				'grades', coalesce((
					SELECT jsonb_agg(jsonb_build_object('seat_grade', g.seat_grade,
						'min_price', g.min_price, 'max_price', g.max_price)
						ORDER BY g.max_price DESC, g.seat_grade)
					FROM (SELECT p.seat_grade, min(p.price) AS min_price, max(p.price) AS max_price
						  FROM concert_booking.schedule_prices p
						  WHERE p.concert_schedule_id = cs.id
						  GROUP BY p.seat_grade) g), '[]'))
				ORDER BY cs.concert_date, cs.concert_time)
			FROM concert_booking.concert_schedules cs
			JOIN concert_booking.schedule_availability a ON a.concert_schedule_id = cs.id
			WHERE cs.concert_id = c.id), '[]'),
		'grades', coalesce((
			SELECT jsonb_agg(jsonb_build_object('seat_grade', g.seat_grade,
				'min_price', g.min_price, 'max_price', g.max_price)
				ORDER BY g.max_price DESC, g.seat_grade)
			FROM (SELECT p.seat_grade, min(p.price) AS min_price, max(p.price) AS max_price
				  FROM concert_booking.concert_schedules cs
				  JOIN concert_booking.schedule_prices p ON p.concert_schedule_id = cs.id
				  WHERE cs.concert_id = c.id
				  GROUP BY p.seat_grade) g), '[]'),
		'is_wishlisted', EXISTS (
			SELECT FROM concert_booking.wishlists w
			WHERE w.user_id = member_id AND w.concert_id = c.id))
	INTO detail
	FROM concert_booking.concerts c
	JOIN concert_booking.venues v ON v.id = c.venue_id
	WHERE c.id = concert_detail.concert_id AND c.is_deleted = false;

	IF detail IS NULL THEN
		PERFORM concert_booking.refuse_unknown_concert(concert_detail.concert_id);
	END IF;
	RETURN detail;
END
$fn$;
COMMENT ON FUNCTION concert_booking.concert_detail(uuid, uuid) IS
	'Everything that a concert''s page shows: concert, venue, schedules with exact availability, grades with prices, is_wishlisted.';
/*
 * The calendar of a concert. Bookable is a schedule whose seats can be held
 * now: the concert is active and not deleted, the schedule has not started, is
 * open and inside its booking window. Sold-out schedules are bookable in this
 * sense: a cancelled seat comes back.
 *
 * Dates are those of the venue: concert_date as the schedule has it.
 */

/*
 * available_dates(concert_id) - the days on which a concert can be booked.
 *
 * Returns: by date, available_date, schedule_count (bookable schedules of the
 * day) and available_seats (of all of them: neither sold nor blocked; exact).
 * None for an unknown concert. Tables written: none. Errors: 22004.
 * Source: B 2.
 */
CREATE FUNCTION concert_booking.available_dates(concert_id uuid)
RETURNS TABLE (available_date date, schedule_count integer, available_seats bigint)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 30
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
#variable_conflict use_column
DECLARE
	judged_at constant timestamptz := concert_booking.clock();
BEGIN
	PERFORM concert_booking.require_tables();
	IF available_dates.concert_id IS NULL THEN
		PERFORM concert_booking.refuse_null('concert_id');
	END IF;
	PERFORM concert_booking.cache_answer('list');
	RETURN QUERY
	SELECT cs.concert_date, count(*)::integer, sum(a.available_seats)::bigint
	FROM concert_booking.concerts c
	JOIN concert_booking.concert_schedules cs ON cs.concert_id = c.id
	JOIN concert_booking.schedule_availability a ON a.concert_schedule_id = cs.id
	WHERE c.id = available_dates.concert_id
	  AND c.is_deleted = false AND c.status = 'active'
	  AND concert_booking.is_bookable(cs.is_booking_open, cs.booking_opens_at,
									  cs.booking_closes_at, cs.starts_at, judged_at)
	GROUP BY cs.concert_date
	ORDER BY cs.concert_date;
END
$fn$;
COMMENT ON FUNCTION concert_booking.available_dates(uuid) IS
	'The days on which a concert can be booked, in the venue''s time zone.
With how many schedules and seats each day has.';

/*
 * schedules_on(concert_id, on_date) - a concert's bookable schedules of a day.
 *
 * Arguments: concert_id; on_date, in the venue's time zone. Returns: by start,
 * concert_schedule_id, starts_at, concert_time (at the venue), total_seats,
 * available_seats (neither sold nor blocked; exact), is_sold_out,
 * lowest_price in won (null: no seats yet). None for an unknown concert.
 * Tables written: none. Errors: 22004. Source: B 3.
 */
CREATE FUNCTION concert_booking.schedules_on(concert_id uuid, on_date date)
RETURNS TABLE (concert_schedule_id uuid, starts_at timestamptz, concert_time time,
			   total_seats integer, available_seats integer, is_sold_out boolean,
			   lowest_price integer)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 3
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
#variable_conflict use_column
DECLARE
	judged_at constant timestamptz := concert_booking.clock();
BEGIN
	PERFORM concert_booking.require_tables();
	IF schedules_on.concert_id IS NULL THEN
		PERFORM concert_booking.refuse_null('concert_id');
	ELSIF on_date IS NULL THEN
		PERFORM concert_booking.refuse_null('on_date');
	END IF;
	PERFORM concert_booking.cache_answer('list');
	RETURN QUERY
	SELECT cs.id, cs.starts_at, cs.concert_time, a.total_seats, a.available_seats,
		   a.is_sold_out, cs.lowest_price
	FROM concert_booking.concerts c
	JOIN concert_booking.concert_schedules cs ON cs.concert_id = c.id
	JOIN concert_booking.schedule_availability a ON a.concert_schedule_id = cs.id
	WHERE c.id = schedules_on.concert_id
	  AND c.is_deleted = false AND c.status = 'active'
	  AND cs.concert_date = schedules_on.on_date
	  AND concert_booking.is_bookable(cs.is_booking_open, cs.booking_opens_at,
									  cs.booking_closes_at, cs.starts_at, judged_at)
	ORDER BY cs.starts_at, cs.id;
END
$fn$;
COMMENT ON FUNCTION concert_booking.schedules_on(uuid, date) IS
	'A concert''s bookable schedules of a day in the venue''s time zone, with exact availability.';
/*
 * Seat maps. Nobody learns who holds or owns a seat. A hold that has lapsed is
 * shown as free, whether or not it was swept; the seat's row tells, and where
 * hand-written SQL left hold_expires_at null, the hold's row does
 * (src/seat.c judges in the same way).
 *
 * The seat order is that of seats.ordinal: generate_seats(), import_seats() and
 * copy_seats() set it, and a seat inserted by hand takes its natural place
 * ('A-2' before 'A-10').
 */

CREATE TYPE concert_booking.seat_map_entry AS (
	seat_id uuid,
	seat_number text,
	seat_grade text,
	price integer,
	position_x integer,
	position_y integer,
	status text,
	ordinal integer,
	section text,
	row_label text,
	seat_index integer
);
COMMENT ON TYPE concert_booking.seat_map_entry IS
	'One seat of a seat map.';
COMMENT ON COLUMN concert_booking.seat_map_entry.seat_id IS 'the seat';
COMMENT ON COLUMN concert_booking.seat_map_entry.seat_number IS 'the seat''s number, as printed on the ticket';
COMMENT ON COLUMN concert_booking.seat_map_entry.seat_grade IS 'the seat''s grade';
COMMENT ON COLUMN concert_booking.seat_map_entry.price IS 'price in won';
COMMENT ON COLUMN concert_booking.seat_map_entry.position_x IS 'place on the plan, from left to right';
COMMENT ON COLUMN concert_booking.seat_map_entry.position_y IS 'place on the plan, from front to back';
COMMENT ON COLUMN concert_booking.seat_map_entry.status IS 'available, temp_reserved, reserved or unavailable';
COMMENT ON COLUMN concert_booking.seat_map_entry.ordinal IS 'place in the schedule''s seat order';
COMMENT ON COLUMN concert_booking.seat_map_entry.section IS 'part of the hall';
COMMENT ON COLUMN concert_booking.seat_map_entry.row_label IS 'the row';
COMMENT ON COLUMN concert_booking.seat_map_entry.seat_index IS 'place in the row';

/*
 * seat_map(concert_schedule_id) - every seat of a schedule.
 *
 * Returns: in seat order. None for an unknown schedule. Tables written: none.
 * Errors: 22004. Source: A 3.3.1; B 4.
 */
CREATE FUNCTION concert_booking.seat_map(concert_schedule_id uuid)
RETURNS SETOF concert_booking.seat_map_entry
LANGUAGE plpgsql STABLE PARALLEL SAFE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
#variable_conflict use_column
DECLARE
	judged_at constant timestamptz := concert_booking.clock();
BEGIN
	PERFORM concert_booking.require_tables();
	IF seat_map.concert_schedule_id IS NULL THEN
		PERFORM concert_booking.refuse_null('concert_schedule_id');
	END IF;
	PERFORM concert_booking.cache_answer('seat_map');
	RETURN QUERY
	SELECT s.id, s.seat_number::text, s.seat_grade::text, s.price, s.position_x, s.position_y,
		   CASE WHEN s.status = 'temp_reserved'
				 AND coalesce(s.hold_expires_at,
							  (SELECT h.expires_at FROM concert_booking.temp_reservations h
							   WHERE h.seat_id = s.id), '-infinity') <= judged_at
				THEN 'available' ELSE s.status END,
		   s.ordinal, s.section, s.row_label, s.seat_index
	FROM concert_booking.seats s
	WHERE s.concert_schedule_id = seat_map.concert_schedule_id
	ORDER BY s.ordinal;
END
$fn$;
COMMENT ON FUNCTION concert_booking.seat_map(uuid) IS
	'Every seat of a schedule, in seat order, with its status.
A lapsed hold is shown as available; who holds a seat is not shown.';

/*
 * seat_grades(concert_schedule_id) - grades of a schedule and what is free.
 *
 * Returns: dearest first, seat_grade, min_price and max_price in won,
 * total_seats, free_seats (can be held now: neither sold, blocked nor held).
 * None for an unknown schedule. Tables written: none. Errors: 22004.
 * Source: A 3.2 (grades).
 */
CREATE FUNCTION concert_booking.seat_grades(concert_schedule_id uuid)
RETURNS TABLE (seat_grade text, min_price integer, max_price integer,
			   total_seats bigint, free_seats bigint)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 5
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
#variable_conflict use_column
DECLARE
	judged_at constant timestamptz := concert_booking.clock();
BEGIN
	PERFORM concert_booking.require_tables();
	IF seat_grades.concert_schedule_id IS NULL THEN
		PERFORM concert_booking.refuse_null('concert_schedule_id');
	END IF;
	PERFORM concert_booking.cache_answer('seat_map');
	RETURN QUERY
	SELECT s.seat_grade::text, min(s.price), max(s.price), count(*),
		   count(*) FILTER (WHERE s.status = 'available'
							   OR s.status = 'temp_reserved'
								  AND coalesce(s.hold_expires_at,
											   (SELECT h.expires_at FROM concert_booking.temp_reservations h
												WHERE h.seat_id = s.id), '-infinity') <= judged_at)
	FROM concert_booking.seats s
	WHERE s.concert_schedule_id = seat_grades.concert_schedule_id
	GROUP BY s.seat_grade
	ORDER BY 3 DESC, 1;
END
$fn$;
COMMENT ON FUNCTION concert_booking.seat_grades(uuid) IS
	'Grades of a schedule, dearest first: prices, seats, seats that are free now.';

CREATE TYPE concert_booking.seat_statuses AS (
	layout_version integer,
	seat_count integer,
	statuses text
);
COMMENT ON TYPE concert_booking.seat_statuses IS
	'The states of all seats of a schedule.';
COMMENT ON COLUMN concert_booking.seat_statuses.layout_version IS
	'another number than that of the last poll: load the seat map again';
COMMENT ON COLUMN concert_booking.seat_statuses.seat_count IS 'number of seats';
COMMENT ON COLUMN concert_booking.seat_statuses.statuses IS
	'one letter a seat in the order of seat_map(): a available, t temp_reserved, r reserved, u unavailable';

/*
 * seat_status(concert_schedule_id) - the states of all seats, for polling.
 *
 * The n-th letter is the state of the n-th seat of seat_map(), as long as
 * layout_version is the one that came with the map's own poll.
 * Returns: one row. Tables written: none. Errors: 22004, PT404.
 * Source: A 3.3.1; B 4, B flow 3 and B's Redis key seat_status.
 */
CREATE FUNCTION concert_booking.seat_status(concert_schedule_id uuid)
RETURNS concert_booking.seat_statuses
LANGUAGE c STABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'concert_booking_seat_status';

COMMENT ON FUNCTION concert_booking.seat_status(uuid) IS
	'The states of all seats of a schedule, one letter each, for polling.
Letters come in the order of seat_map(); load it again when layout_version changes.';
/*
 * Bookings as their bookers, guests and the staff look them up, past
 * performances included: what archive_past_schedules() has put away is read
 * beside the rest. Whose bookings: the booker of every function is resolved as
 * in the commands, see sql/40_hold.sql.
 *
 * Prices are those that were paid (booking_seats.price), not today's.
 */

CREATE TYPE concert_booking.booking_summary AS (
	booking_id uuid,
	booking_number text,
	status text,
	created_at timestamptz,
	concert_schedule_id uuid,
	concert_title text,
	poster_url text,
	concert_date date,
	concert_time time,
	starts_at timestamptz,
	venue_name text,
	venue_address text,
	seat_count integer,
	seat_numbers text[],
	total_price bigint
);
COMMENT ON TYPE concert_booking.booking_summary IS
	'One booking of a list.';
COMMENT ON COLUMN concert_booking.booking_summary.booking_id IS 'the booking';
COMMENT ON COLUMN concert_booking.booking_summary.booking_number IS 'number for people and QR codes; a secret of the booker';
COMMENT ON COLUMN concert_booking.booking_summary.status IS 'confirmed or cancelled';
COMMENT ON COLUMN concert_booking.booking_summary.created_at IS 'when the booking was confirmed';
COMMENT ON COLUMN concert_booking.booking_summary.concert_schedule_id IS 'the schedule that was booked';
COMMENT ON COLUMN concert_booking.booking_summary.concert_title IS 'the concert''s title';
COMMENT ON COLUMN concert_booking.booking_summary.poster_url IS 'address of the poster';
COMMENT ON COLUMN concert_booking.booking_summary.concert_date IS 'date at the venue';
COMMENT ON COLUMN concert_booking.booking_summary.concert_time IS 'time at the venue';
COMMENT ON COLUMN concert_booking.booking_summary.starts_at IS 'the instant of the start';
COMMENT ON COLUMN concert_booking.booking_summary.venue_name IS 'name of the venue';
COMMENT ON COLUMN concert_booking.booking_summary.venue_address IS 'address of the venue';
COMMENT ON COLUMN concert_booking.booking_summary.seat_count IS 'number of seats';
COMMENT ON COLUMN concert_booking.booking_summary.seat_numbers IS 'the seats'' numbers, in seat order';
COMMENT ON COLUMN concert_booking.booking_summary.total_price IS 'sum of the seats'' prices in won';

CREATE TYPE concert_booking.booking_details AS (
	booking_id uuid,
	booking_number text,
	status text,
	created_at timestamptz,
	cancelled_at timestamptz,
	cancellation_reason text,
	user_id uuid,
	customer_name text,
	customer_phone text,
	customer_email text,
	concert_schedule_id uuid,
	concert_id uuid,
	concert_title text,
	poster_url text,
	performers text,
	concert_date date,
	concert_time time,
	starts_at timestamptz,
	venue_name text,
	venue_address text,
	location_lat numeric,
	location_lng numeric,
	seat_count integer,
	total_price bigint,
	seats jsonb
);
COMMENT ON TYPE concert_booking.booking_details IS
	'One booking with everything that belongs to it.';
COMMENT ON COLUMN concert_booking.booking_details.booking_id IS 'the booking';
COMMENT ON COLUMN concert_booking.booking_details.booking_number IS 'number for people and QR codes; a secret of the booker';
COMMENT ON COLUMN concert_booking.booking_details.status IS 'confirmed or cancelled';
COMMENT ON COLUMN concert_booking.booking_details.created_at IS 'when the booking was confirmed';
COMMENT ON COLUMN concert_booking.booking_details.cancelled_at IS 'when it was cancelled, null while it stands';
COMMENT ON COLUMN concert_booking.booking_details.cancellation_reason IS 'the reason that was given';
COMMENT ON COLUMN concert_booking.booking_details.user_id IS 'the member, null for a guest';
COMMENT ON COLUMN concert_booking.booking_details.customer_name IS 'name that was given';
COMMENT ON COLUMN concert_booking.booking_details.customer_phone IS 'phone number that was given';
COMMENT ON COLUMN concert_booking.booking_details.customer_email IS 'e-mail address that was given';
COMMENT ON COLUMN concert_booking.booking_details.concert_schedule_id IS 'the schedule that was booked';
COMMENT ON COLUMN concert_booking.booking_details.concert_id IS 'the concert';
COMMENT ON COLUMN concert_booking.booking_details.concert_title IS 'the concert''s title';
COMMENT ON COLUMN concert_booking.booking_details.poster_url IS 'address of the poster';
COMMENT ON COLUMN concert_booking.booking_details.performers IS 'who performs';
COMMENT ON COLUMN concert_booking.booking_details.concert_date IS 'date at the venue';
COMMENT ON COLUMN concert_booking.booking_details.concert_time IS 'time at the venue';
COMMENT ON COLUMN concert_booking.booking_details.starts_at IS 'the instant of the start';
COMMENT ON COLUMN concert_booking.booking_details.venue_name IS 'name of the venue';
COMMENT ON COLUMN concert_booking.booking_details.venue_address IS 'address of the venue';
COMMENT ON COLUMN concert_booking.booking_details.location_lat IS 'latitude of the venue';
COMMENT ON COLUMN concert_booking.booking_details.location_lng IS 'longitude of the venue';
COMMENT ON COLUMN concert_booking.booking_details.seat_count IS 'number of seats';
COMMENT ON COLUMN concert_booking.booking_details.total_price IS 'sum of the seats'' prices in won';
COMMENT ON COLUMN concert_booking.booking_details.seats IS
	'the seats in seat order: a list of seat_id, seat_number, seat_grade and the price paid';

/*
 * my_bookings(...) - the booker's bookings.
 *
 * Arguments: booker; status, confirmed or cancelled; period, upcoming (today
 * and later, by the date at the venue) or past; search_text, part of the
 * concert's title, any case, %, _ and \ mean themselves, up to 300
 * characters; sort_by: latest (last booked first) or date (first performance
 * first), the newest id first among equals; page_size, 1 to 1,000;
 * page_offset, rows to leave out. Null and '' mean no filter.
 * Returns: rows in this order. Tables written: none.
 * Errors: 22001, 22004, 22023, 42501, PT401. Source: A 3.4.
 *
 * Planned for each call (force_custom_plan): one plan for all bookers would be
 * made for somebody with few bookings, and takes six times as long for somebody
 * with a thousand.
 */
CREATE FUNCTION concert_booking.my_bookings(
	user_id uuid DEFAULT NULL,
	session_id uuid DEFAULT NULL,
	status text DEFAULT NULL,
	period text DEFAULT NULL,
	search_text text DEFAULT NULL,
	sort_by text DEFAULT 'latest',
	page_size integer DEFAULT 10,
	page_offset integer DEFAULT 0)
RETURNS SETOF concert_booking.booking_summary
LANGUAGE plpgsql STABLE ROWS 10
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $fn$
#variable_conflict use_column
DECLARE
	booker record;
	judged_at constant timestamptz := concert_booking.clock();
	wanted_status constant text := nullif(my_bookings.status, '');
	wanted_period constant text := nullif(my_bookings.period, '');
	title_pattern constant text := concert_booking.containing(nullif(my_bookings.search_text, ''));
BEGIN
	PERFORM concert_booking.require_tables();
	IF wanted_status IS NOT NULL THEN
		PERFORM concert_booking.check_choice('status', wanted_status, '{confirmed,cancelled}');
	END IF;
	IF wanted_period IS NOT NULL THEN
		PERFORM concert_booking.check_choice('period', wanted_period, '{upcoming,past}');
	END IF;
	PERFORM concert_booking.check_length('search_text', my_bookings.search_text, 300);
	PERFORM concert_booking.check_choice('sort_by', my_bookings.sort_by, '{latest,date}');
	PERFORM concert_booking.check_page(my_bookings.page_size, my_bookings.page_offset);
	PERFORM concert_booking.cache_answer('personal');
	SELECT * INTO booker
	FROM concert_booking.resolve_booker(my_bookings.user_id, my_bookings.session_id);

	RETURN QUERY
	SELECT b.id, b.booking_number, b.status, b.created_at, b.concert_schedule_id,
		   c.title::text, c.poster_url, b.concert_date, b.concert_time, b.starts_at,
		   v.name::text, v.address, b.seat_count,
		   CASE WHEN b.archived_seats IS NULL THEN ARRAY(
				SELECT s.seat_number::text
				FROM concert_booking.booking_seats bs
				JOIN concert_booking.seats s ON s.id = bs.seat_id
				WHERE bs.booking_id = b.id
				ORDER BY s.ordinal)
		   ELSE ARRAY(
				SELECT e.seat ->> 'seat_number'
				FROM jsonb_array_elements(b.archived_seats) WITH ORDINALITY AS e (seat, n)
				ORDER BY e.n) END,
		   b.total_price
	FROM (
		SELECT b.id, b.booking_number::text, b.status, b.created_at, b.concert_schedule_id,
			   b.seat_count, b.total_price, NULL::jsonb AS archived_seats,
			   cs.concert_id, cs.concert_date, cs.concert_time, cs.starts_at
		FROM concert_booking.bookings b
		JOIN concert_booking.concert_schedules cs ON cs.id = b.concert_schedule_id
		WHERE b.user_id = booker.user_id
		   OR b.session_id = booker.session_id AND b.user_id IS NULL
		UNION ALL
		SELECT a.id, a.booking_number::text, a.status, a.created_at, a.concert_schedule_id,
			   a.seat_count, a.total_price, a.seats,
			   cs.concert_id, cs.concert_date, cs.concert_time, cs.starts_at
		FROM concert_booking.archived_bookings a
		JOIN concert_booking.archived_schedules cs ON cs.id = a.concert_schedule_id
		WHERE a.user_id = booker.user_id
		   OR a.session_id = booker.session_id AND a.user_id IS NULL) b
	JOIN concert_booking.concerts c ON c.id = b.concert_id
	JOIN concert_booking.venues v ON v.id = c.venue_id
	WHERE (wanted_status IS NULL OR b.status = wanted_status)
	  AND (wanted_period IS NULL
		   OR (wanted_period = 'upcoming') = (b.concert_date >= (judged_at AT TIME ZONE v.timezone)::date))
	  AND (title_pattern IS NULL OR c.title ILIKE title_pattern)
	ORDER BY CASE WHEN my_bookings.sort_by = 'date' THEN b.concert_date END,
			 CASE WHEN my_bookings.sort_by = 'date' THEN b.starts_at END,
			 CASE WHEN my_bookings.sort_by = 'latest' THEN b.created_at END DESC,
			 b.id DESC
	LIMIT my_bookings.page_size OFFSET my_bookings.page_offset;
END
$fn$;
COMMENT ON FUNCTION concert_booking.my_bookings(uuid, uuid, text, text, text, text, integer, integer) IS
	'One''s own bookings, past performances included.
Filters: status (confirmed, cancelled), period (upcoming, past), part of the title. sort_by: latest, date.';

/*
 * read_bookings(booking_ids) - these bookings, in the order of the list.
 * Internal: whoever calls it has checked whose they are.
 *
 * Returns: one row for each id that there is. Tables written: none.
 * Errors: none.
 */
CREATE FUNCTION concert_booking.read_bookings(booking_ids uuid[])
RETURNS SETOF concert_booking.booking_details
LANGUAGE plpgsql STABLE ROWS 1
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT b.id, b.booking_number, b.status, b.created_at, b.cancelled_at, b.cancellation_reason,
		   b.user_id, b.customer_name, b.customer_phone, b.customer_email,
		   b.concert_schedule_id, c.id, c.title::text, c.poster_url, c.performers,
		   b.concert_date, b.concert_time, b.starts_at,
		   v.name::text, v.address, v.location_lat::numeric, v.location_lng::numeric,
		   b.seat_count, b.total_price,
		   coalesce(b.archived_seats, (
				SELECT jsonb_agg(jsonb_build_object('seat_id', s.id, 'seat_number', s.seat_number,
					'seat_grade', s.seat_grade, 'price', bs.price) ORDER BY s.ordinal)
				FROM concert_booking.booking_seats bs
				JOIN concert_booking.seats s ON s.id = bs.seat_id
				WHERE bs.booking_id = b.id), '[]')
	FROM unnest(read_bookings.booking_ids) WITH ORDINALITY AS wanted (id, n)
	CROSS JOIN LATERAL (
		SELECT b.id, b.booking_number::text, b.status, b.created_at, b.cancelled_at,
			   b.cancellation_reason, b.user_id, b.customer_name::text, b.customer_phone::text,
			   b.customer_email::text, b.concert_schedule_id, b.seat_count, b.total_price,
			   NULL::jsonb AS archived_seats,
			   cs.concert_id, cs.concert_date, cs.concert_time, cs.starts_at
		FROM concert_booking.bookings b
		JOIN concert_booking.concert_schedules cs ON cs.id = b.concert_schedule_id
		WHERE b.id = wanted.id
		UNION ALL
		SELECT a.id, a.booking_number::text, a.status, a.created_at, a.cancelled_at,
			   a.booking ->> 'cancellation_reason', a.user_id, a.booking ->> 'customer_name',
			   a.customer_phone::text, a.customer_email::text, a.concert_schedule_id,
			   a.seat_count, a.total_price,
			   (SELECT coalesce(jsonb_agg(jsonb_build_object('seat_id', e.seat -> 'seat_id',
					'seat_number', e.seat -> 'seat_number', 'seat_grade', e.seat -> 'seat_grade',
					'price', e.seat -> 'price') ORDER BY e.n), '[]')
				FROM jsonb_array_elements(a.seats) WITH ORDINALITY AS e (seat, n)),
			   cs.concert_id, cs.concert_date, cs.concert_time, cs.starts_at
		FROM concert_booking.archived_bookings a
		JOIN concert_booking.archived_schedules cs ON cs.id = a.concert_schedule_id
		WHERE a.id = wanted.id) b
	JOIN concert_booking.concerts c ON c.id = b.concert_id
	JOIN concert_booking.venues v ON v.id = c.venue_id
	ORDER BY wanted.n;
END
$fn$;
COMMENT ON FUNCTION concert_booking.read_bookings(uuid[]) IS
	'Internal: these bookings with everything that belongs to them.';

/*
 * booking_detail(booking_id, user_id, session_id) - one of one's own bookings.
 *
 * Staff may leave the booker out, as in cancel_booking().
 * Returns: the booking. Tables written: none.
 * Errors: 22004, 22023, 42501, PT401, PT404 (unknown or somebody else's).
 * Source: A 3.5.
 */
CREATE FUNCTION concert_booking.booking_detail(
	booking_id uuid,
	user_id uuid DEFAULT NULL,
	session_id uuid DEFAULT NULL)
RETURNS concert_booking.booking_details
LANGUAGE plpgsql STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
#variable_conflict use_column
DECLARE
	booker record;
	found_id uuid;
	answer concert_booking.booking_details;
BEGIN
	PERFORM concert_booking.require_tables();
	IF booking_detail.booking_id IS NULL THEN
		PERFORM concert_booking.refuse_null('booking_id');
	END IF;
	PERFORM concert_booking.cache_answer('personal');
	SELECT * INTO booker
	FROM concert_booking.resolve_booker_or_staff(booking_detail.user_id, booking_detail.session_id);

	SELECT b.id INTO found_id
	FROM (SELECT b.id, b.user_id, b.session_id FROM concert_booking.bookings b
		  WHERE b.id = booking_detail.booking_id
		  UNION ALL
		  SELECT a.id, a.user_id, a.session_id FROM concert_booking.archived_bookings a
		  WHERE a.id = booking_detail.booking_id) b
	WHERE booker.is_anybody
	   OR b.user_id = booker.user_id
	   OR b.session_id = booker.session_id AND b.user_id IS NULL;
	IF NOT FOUND THEN
		PERFORM concert_booking.refuse_unknown_booking();
	END IF;
	SELECT * INTO answer FROM concert_booking.read_bookings(ARRAY[found_id]);
	RETURN answer;
END
$fn$;
COMMENT ON FUNCTION concert_booking.booking_detail(uuid, uuid, uuid) IS
	'One of one''s own bookings, with the seats and what was paid for each.';

/*
 * find_guest_booking(booking_number, customer_phone) - a guest's booking, for
 * whoever knows both its number and its phone.
 *
 * Arguments: booking_number, with or without its dashes, any case;
 * customer_phone, any spelling. Returns: the booking. Tables written: none.
 * Errors: 22004, PT404 (one answer for a wrong number, a wrong phone and a
 * member's booking). Source: B 6.
 *
 * An unknown number costs what a wrong phone costs: both do one look-up and one
 * comparison of phones, and only a right pair goes on from there. A number whose
 * check symbol is wrong is refused before that; anybody can compute the symbol.
 */
CREATE FUNCTION concert_booking.find_guest_booking(
	booking_number text,
	customer_phone text)
RETURNS concert_booking.booking_details
LANGUAGE plpgsql STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
#variable_conflict use_column
DECLARE
	wanted_number text;
	found_id uuid;
	found_phone text;
	phone_fits boolean;
	answer concert_booking.booking_details;
BEGIN
	PERFORM concert_booking.require_tables();
	IF find_guest_booking.booking_number IS NULL THEN
		PERFORM concert_booking.refuse_null('booking_number');
	ELSIF find_guest_booking.customer_phone IS NULL THEN
		PERFORM concert_booking.refuse_null('customer_phone');
	END IF;
	PERFORM concert_booking.cache_answer('personal');
	wanted_number := concert_booking.parse_booking_number(find_guest_booking.booking_number);

	SELECT b.id, b.customer_phone INTO found_id, found_phone
	FROM (SELECT b.id, b.customer_phone FROM concert_booking.bookings b
		  WHERE b.booking_number = wanted_number AND b.user_id IS NULL
		  UNION ALL
		  SELECT a.id, a.customer_phone FROM concert_booking.archived_bookings a
		  WHERE a.booking_number = wanted_number AND a.user_id IS NULL) b;
	phone_fits := concert_booking.normalize_phone(coalesce(found_phone, '00000000000'))
		= concert_booking.normalize_phone(find_guest_booking.customer_phone);
	IF phone_fits AND found_id IS NOT NULL THEN
		SELECT * INTO answer FROM concert_booking.read_bookings(ARRAY[found_id]);
		RETURN answer;
	END IF;
	PERFORM concert_booking.refuse_unknown_booking();
END
$fn$;
COMMENT ON FUNCTION concert_booking.find_guest_booking(text, text) IS
	'A guest''s booking, by its number and phone together.';

/*
 * find_bookings(booking_number, phone, email) - bookings for the box office.
 *
 * A booking is found when one of the given arguments is its own: number (with
 * or without its dashes, any case), phone (any spelling) or e-mail (any case).
 * Arguments: at least one of the three; page_size, 1 to 1,000; page_offset,
 * rows to leave out. Returns: last booked first. Tables written: none.
 * Errors: 22004 (all three are null), 22023. Source: B 6. For staff only.
 */
CREATE FUNCTION concert_booking.find_bookings(
	booking_number text DEFAULT NULL,
	phone text DEFAULT NULL,
	email text DEFAULT NULL,
	page_size integer DEFAULT 50,
	page_offset integer DEFAULT 0)
RETURNS SETOF concert_booking.booking_details
LANGUAGE plpgsql STABLE ROWS 5
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $fn$
#variable_conflict use_column
DECLARE
	wanted_number constant text := concert_booking.parse_booking_number(find_bookings.booking_number);
	wanted_phone constant text := concert_booking.normalize_phone(find_bookings.phone);
	wanted_email constant text := lower(find_bookings.email);
BEGIN
	PERFORM concert_booking.require_tables();
	IF find_bookings.booking_number IS NULL AND find_bookings.phone IS NULL
	   AND find_bookings.email IS NULL THEN
		PERFORM concert_booking.refuse_null('booking_number, phone or email');
	END IF;
	PERFORM concert_booking.check_page(find_bookings.page_size, find_bookings.page_offset);
	PERFORM concert_booking.cache_answer('personal');

	RETURN QUERY
	SELECT d.*
	FROM concert_booking.read_bookings(ARRAY(
		SELECT b.id
		FROM (SELECT b.id, b.created_at FROM concert_booking.bookings b
			  WHERE b.booking_number = wanted_number
				 OR concert_booking.normalize_phone(b.customer_phone) = wanted_phone
				 OR lower(b.customer_email) = wanted_email
			  UNION ALL
			  SELECT a.id, a.created_at FROM concert_booking.archived_bookings a
			  WHERE a.booking_number = wanted_number
				 OR concert_booking.normalize_phone(a.customer_phone) = wanted_phone
				 OR lower(a.customer_email) = wanted_email) b
		ORDER BY b.created_at DESC, b.id DESC
		LIMIT find_bookings.page_size OFFSET find_bookings.page_offset)) d;
END
$fn$;
COMMENT ON FUNCTION concert_booking.find_bookings(text, text, text, integer, integer) IS
	'Bookings by number, phone or e-mail, for the box office.
Each argument given finds its own; last booked first.';
/*
 * Wishlists: the concerts that a member has marked. The member is the
 * signed-in one, or user_id, as everywhere (sql/40_hold.sql); a guest has none.
 */

CREATE TYPE concert_booking.wishlist_entry AS (
	concert_id uuid,
	title text,
	poster_url text,
	genre text,
	performers text,
	venue_name text,
	venue_address text,
	nearest_date date,
	min_price integer,
	status text,
	wishlisted_at timestamptz
);
COMMENT ON TYPE concert_booking.wishlist_entry IS
	'One concert of a wishlist.';
COMMENT ON COLUMN concert_booking.wishlist_entry.concert_id IS 'the concert';
COMMENT ON COLUMN concert_booking.wishlist_entry.title IS 'title';
COMMENT ON COLUMN concert_booking.wishlist_entry.poster_url IS 'address of the poster';
COMMENT ON COLUMN concert_booking.wishlist_entry.genre IS 'genre';
COMMENT ON COLUMN concert_booking.wishlist_entry.performers IS 'who performs';
COMMENT ON COLUMN concert_booking.wishlist_entry.venue_name IS 'name of the venue';
COMMENT ON COLUMN concert_booking.wishlist_entry.venue_address IS 'address of the venue';
COMMENT ON COLUMN concert_booking.wishlist_entry.nearest_date IS 'first date to come, null when all are past';
COMMENT ON COLUMN concert_booking.wishlist_entry.min_price IS 'lowest price in won of the schedules to come';
COMMENT ON COLUMN concert_booking.wishlist_entry.status IS 'active, cancelled or postponed';
COMMENT ON COLUMN concert_booking.wishlist_entry.wishlisted_at IS 'when the member marked it';

/*
 * add_wishlist(concert_id, user_id) - mark a concert.
 *
 * Marking it again changes nothing. Returns: added, whether it was new.
 * Tables written: wishlists. Errors: 22004, 42501, PT401, PT404 (unknown or
 * deleted concert). Source: A 2.9.
 */
CREATE FUNCTION concert_booking.add_wishlist(
	concert_id uuid,
	user_id uuid DEFAULT NULL,
	OUT added boolean)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
#variable_conflict use_column
DECLARE
	member_id uuid;
BEGIN
	PERFORM concert_booking.require_tables();
	IF add_wishlist.concert_id IS NULL THEN
		PERFORM concert_booking.refuse_null('concert_id');
	END IF;
	member_id := concert_booking.resolve_member(add_wishlist.user_id);
	INSERT INTO concert_booking.wishlists (user_id, concert_id)
	SELECT member_id, c.id FROM concert_booking.concerts c
	WHERE c.id = add_wishlist.concert_id AND c.is_deleted = false
	ON CONFLICT DO NOTHING;
	added := FOUND;
	IF NOT added AND NOT EXISTS (SELECT FROM concert_booking.concerts c
								 WHERE c.id = add_wishlist.concert_id AND c.is_deleted = false) THEN
		PERFORM concert_booking.refuse_unknown_concert(add_wishlist.concert_id);
	END IF;
END
$fn$;
COMMENT ON FUNCTION concert_booking.add_wishlist(uuid, uuid) IS
	'Put a concert on one''s wishlist. Returns whether it was new there.';

/*
 * remove_wishlist(concert_id, user_id) - take the mark off.
 *
 * Taking it off again changes nothing. Returns: removed, whether there was one.
 * Tables written: wishlists. Errors: 22004, 42501, PT401. Source: A 2.9.
 */
CREATE FUNCTION concert_booking.remove_wishlist(
	concert_id uuid,
	user_id uuid DEFAULT NULL,
	OUT removed boolean)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
#variable_conflict use_column
DECLARE
	member_id uuid;
BEGIN
	PERFORM concert_booking.require_tables();
	IF remove_wishlist.concert_id IS NULL THEN
		PERFORM concert_booking.refuse_null('concert_id');
	END IF;
	member_id := concert_booking.resolve_member(remove_wishlist.user_id);
	DELETE FROM concert_booking.wishlists w
	WHERE w.user_id = member_id
	  AND w.concert_id = remove_wishlist.concert_id;
	removed := FOUND;
END
$fn$;
COMMENT ON FUNCTION concert_booking.remove_wishlist(uuid, uuid) IS
	'Take a concert off one''s wishlist. Returns whether it was there.';

/*
 * my_wishlist(user_id) - the concerts that the member has marked.
 *
 * Cancelled and postponed concerts stay, with their status; deleted ones go.
 * Arguments: user_id; page_size, 1 to 1,000; page_offset, rows to leave out.
 * Returns: last marked first. Tables written: none.
 * Errors: 22004, 22023, 42501, PT401. Source: A 2.9.
 */
CREATE FUNCTION concert_booking.my_wishlist(
	user_id uuid DEFAULT NULL,
	page_size integer DEFAULT 20,
	page_offset integer DEFAULT 0)
RETURNS SETOF concert_booking.wishlist_entry
LANGUAGE plpgsql STABLE ROWS 20
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
#variable_conflict use_column
DECLARE
	member_id uuid;
	judged_at constant timestamptz := concert_booking.clock();
BEGIN
	PERFORM concert_booking.require_tables();
	PERFORM concert_booking.check_page(my_wishlist.page_size, my_wishlist.page_offset);
	PERFORM concert_booking.cache_answer('personal');
	member_id := concert_booking.resolve_member(my_wishlist.user_id);
	RETURN QUERY
	SELECT c.id, c.title::text, c.poster_url, c.genre::text, c.performers, v.name::text, v.address,
		   m.nearest_date, m.min_price, c.status, w.created_at
	FROM concert_booking.wishlists w
	JOIN concert_booking.concerts c ON c.id = w.concert_id
	JOIN concert_booking.venues v ON v.id = c.venue_id
	CROSS JOIN LATERAL (
		SELECT min(cs.concert_date) AS nearest_date, min(cs.lowest_price) AS min_price
		FROM concert_booking.concert_schedules cs
		WHERE cs.concert_id = c.id AND cs.starts_at > judged_at) m
	WHERE w.user_id = member_id AND c.is_deleted = false
	ORDER BY w.created_at DESC, w.id DESC
	LIMIT my_wishlist.page_size OFFSET my_wishlist.page_offset;
END
$fn$;
COMMENT ON FUNCTION concert_booking.my_wishlist(uuid, integer, integer) IS
	'The concerts on one''s wishlist, last marked first.';
/*
 * Layouts of thousands of seats in one call. Totals, availability,
 * schedule_prices, lowest_price and layout_version follow by triggers.
 *
 * Locking: the schedule's seats by ascending id, then its row; the rest in the
 * triggers. Sales of the schedule wait for the end of the call.
 */

/*
 * read_layout(seats) - the list of import_seats() as rows. Internal.
 *
 * Returns: n, the place in the list from 1; the members; row_label and
 * seat_index filled from seat_number. Tables written: none. Errors: 22P02 (a
 * member is no number), 22003.
 */
CREATE TYPE concert_booking.layout_seat AS (
	n integer,
	seat_number text,
	seat_grade text,
	price integer,
	position_x integer,
	position_y integer,
	section text,
	row_label text,
	seat_index integer,
	status text
);
COMMENT ON TYPE concert_booking.layout_seat IS
	'Internal: one seat of the list of import_seats().';
COMMENT ON COLUMN concert_booking.layout_seat.n IS 'place in the list, from 1';
COMMENT ON COLUMN concert_booking.layout_seat.seat_number IS 'number as printed on the ticket';
COMMENT ON COLUMN concert_booking.layout_seat.seat_grade IS 'grade';
COMMENT ON COLUMN concert_booking.layout_seat.price IS 'price in won';
COMMENT ON COLUMN concert_booking.layout_seat.position_x IS 'place on the plan, from left to right';
COMMENT ON COLUMN concert_booking.layout_seat.position_y IS 'place on the plan, from front to back';
COMMENT ON COLUMN concert_booking.layout_seat.section IS 'part of the hall';
COMMENT ON COLUMN concert_booking.layout_seat.row_label IS 'row within the section';
COMMENT ON COLUMN concert_booking.layout_seat.seat_index IS 'number within the row';
COMMENT ON COLUMN concert_booking.layout_seat.status IS 'status of a new seat: available or unavailable';

CREATE FUNCTION concert_booking.read_layout(seats jsonb)
RETURNS SETOF concert_booking.layout_seat
LANGUAGE sql STABLE ROWS 1000
SET search_path = pg_catalog, pg_temp
AS $fn$
	SELECT w.n::integer, w.seat_number, w.seat_grade, w.price, w.position_x, w.position_y, w.section,
		   coalesce(w.row_label, p.row_label), coalesce(w.seat_index, p.seat_index), w.status
	FROM ROWS FROM (jsonb_to_recordset(read_layout.seats) AS (
			seat_number text, seat_grade text, price integer, position_x integer, position_y integer,
			section text, row_label text, seat_index integer, status text)) WITH ORDINALITY
		AS w (seat_number, seat_grade, price, position_x, position_y, section, row_label, seat_index, status, n)
	CROSS JOIN LATERAL concert_booking.split_seat_number(w.seat_number) p
$fn$;
COMMENT ON FUNCTION concert_booking.read_layout(jsonb) IS
	'Internal: the list of import_seats() as rows.';

/*
 * import_seats(concert_schedule_id, seats) - make the schedule's layout exactly
 * this list, in this order.
 *
 * A seat is known by its number: one that is there already is changed and keeps
 * its status, hold and booking; one that is not in the list is removed. A seat
 * that is held, sold or was ever booked cannot be removed: then nothing at all
 * is changed, and the refusal names each such seat.
 * Arguments: concert_schedule_id; seats, a JSON list of up to 100,000 objects:
 *   seat_number (1 to 20 characters), seat_grade (1 to 20), price (won, 0 or more);
 *   optional: position_x, position_y, section, row_label and seat_index (left
 *   out: read from seat_number), status of a new seat (available, the default,
 *   or unavailable: blocked)
 * Returns: how many seats were inserted, changed and removed; the same list
 * again changes nothing. Tables written: seats, temp_reservations (lapsed holds
 * of removed seats), schedule_prices, concert_schedules, availability_changes,
 * booking_events.
 * Errors: 22004, 22023 (DETAIL names the first seat of the list that is
 * wrong), 22P02, 54000, PT404, PT409 (DETAIL: a JSON list of seat_id, seat_number
 * and reason: held, reserved or booked_before; or another layout is being made
 * at this moment: run again). Source: A 2.5; B sample seats.
 */
CREATE FUNCTION concert_booking.import_seats(
	concert_schedule_id uuid,
	seats jsonb,
	OUT inserted_seats integer,
	OUT updated_seats integer,
	OUT removed_seats integer)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $fn$
#variable_conflict use_column
DECLARE
	layout concert_booking.layout_seat[];
	wrong record;
	locked_ids uuid[];
	judged_at timestamptz;
	removed_ids uuid[];
	refused jsonb;
	lowest_ordinal integer;
BEGIN
	PERFORM concert_booking.require_tables();
	IF import_seats.concert_schedule_id IS NULL THEN
		PERFORM concert_booking.refuse_null('concert_schedule_id');
	ELSIF import_seats.seats IS NULL THEN
		PERFORM concert_booking.refuse_null('seats');
	ELSIF jsonb_typeof(import_seats.seats) <> 'array'
		  OR jsonb_path_exists(import_seats.seats, 'strict $[*] ? (@.type() != "object")') THEN
		PERFORM concert_booking.refuse_value('seats', 'Use a JSON list of objects.');
	ELSIF jsonb_array_length(import_seats.seats) > 100000 THEN
		PERFORM concert_booking.refuse('54000', 'too many seats in one call',
			format('The call names %s seats; the limit is 100000.', jsonb_array_length(import_seats.seats)),
			'Split the plan into schedules or sections.');
	END IF;

	/* Read once: every statement below goes through it. */
	layout := ARRAY(SELECT w FROM concert_booking.read_layout(import_seats.seats) w);
	SELECT w.n, w.seat_number, w.fault INTO wrong
	FROM (SELECT w.n, w.seat_number,
				 CASE WHEN coalesce(length(w.seat_number), 0) NOT BETWEEN 1 AND 20
						THEN 'seat_number must have 1 to 20 characters'
					  WHEN coalesce(length(w.seat_grade), 0) NOT BETWEEN 1 AND 20
						THEN 'seat_grade must have 1 to 20 characters'
					  WHEN coalesce(w.price, -1) < 0 THEN 'price must be 0 or more'
					  WHEN w.status NOT IN ('available', 'unavailable')
						THEN 'status must be available or unavailable'
					  WHEN row_number() OVER (PARTITION BY w.seat_number ORDER BY w.n) > 1
						THEN 'seat_number is in the list already' END AS fault
		  FROM unnest(layout) w) w
	WHERE w.fault IS NOT NULL
	ORDER BY w.n LIMIT 1;
	IF FOUND THEN
		PERFORM concert_booking.refuse('22023', 'argument has an invalid value',
			format('The argument is "seats"; seat %s of the list ("%s"): %s.', wrong.n,
				   left(wrong.seat_number, 20), wrong.fault),
			'Correct the list and pass it again.');
	END IF;

	SELECT coalesce(array_agg(l.id), '{}') INTO locked_ids
	FROM (SELECT s.id FROM concert_booking.seats s
		  WHERE s.concert_schedule_id = import_seats.concert_schedule_id
		  ORDER BY s.id FOR UPDATE) l;
	PERFORM FROM concert_booking.concert_schedules cs
	WHERE cs.id = import_seats.concert_schedule_id FOR NO KEY UPDATE;
	IF NOT FOUND THEN
		PERFORM concert_booking.refuse_unknown_schedule(import_seats.concert_schedule_id);
	END IF;
	/* Seats made while the schedule's row was waited for are not locked. */
	IF cardinality(locked_ids) <> (SELECT count(*) FROM concert_booking.seats s
								   WHERE s.concert_schedule_id = import_seats.concert_schedule_id) THEN
		PERFORM concert_booking.refuse('PT409', 'schedule is changing', NULL, 'Run it again.');
	END IF;

	/* Law 2: the clock is read after the locks were obtained. */
	judged_at := concert_booking.clock();
	removed_ids := ARRAY(
		SELECT s.id FROM concert_booking.seats s
		WHERE s.concert_schedule_id = import_seats.concert_schedule_id
		  AND s.seat_number NOT IN (SELECT w.seat_number FROM unnest(layout) w));
	SELECT jsonb_agg(jsonb_build_object('seat_id', r.id, 'seat_number', r.seat_number, 'reason', r.reason)
					 ORDER BY r.ordinal)
	INTO refused
	FROM (SELECT s.id, s.seat_number, s.ordinal,
				 CASE WHEN s.status = 'reserved' THEN 'reserved'
					  WHEN s.status = 'temp_reserved'
						   AND coalesce(s.hold_expires_at, h.expires_at) > judged_at THEN 'held'
					  WHEN EXISTS (SELECT FROM concert_booking.booking_seats bs WHERE bs.seat_id = s.id)
						THEN 'booked_before' END AS reason
		  FROM concert_booking.seats s
		  LEFT JOIN concert_booking.temp_reservations h ON h.seat_id = s.id
		  WHERE s.id = ANY (removed_ids)) r
	WHERE r.reason IS NOT NULL;
	IF refused IS NOT NULL THEN
		PERFORM concert_booking.refuse('PT409', 'the layout would lose seats', refused::text,
			'Keep these seats in the list, and block those that are not to be sold.');
	END IF;

	DELETE FROM concert_booking.seats s WHERE s.id = ANY (removed_ids);
	GET DIAGNOSTICS removed_seats = ROW_COUNT;

	/* Out of each other's way first: two seats cannot have one place for a moment. */
	SELECT least(min(s.ordinal), 0) INTO lowest_ordinal
	FROM concert_booking.seats s
	WHERE s.concert_schedule_id = import_seats.concert_schedule_id;
	UPDATE concert_booking.seats s
	SET ordinal = lowest_ordinal - w.n
	FROM unnest(layout) w
	WHERE s.concert_schedule_id = import_seats.concert_schedule_id
	  AND s.seat_number = w.seat_number AND s.ordinal <> w.n;

	UPDATE concert_booking.seats s
	SET seat_grade = w.seat_grade, price = w.price, position_x = w.position_x,
		position_y = w.position_y, ordinal = w.n, section = w.section,
		row_label = w.row_label, seat_index = w.seat_index
	FROM unnest(layout) w
	WHERE s.concert_schedule_id = import_seats.concert_schedule_id
	  AND s.seat_number = w.seat_number
	  AND (s.seat_grade, s.price, s.position_x, s.position_y, s.ordinal, s.section, s.row_label, s.seat_index)
		IS DISTINCT FROM
		  (w.seat_grade, w.price, w.position_x, w.position_y, w.n, w.section, w.row_label, w.seat_index);
	GET DIAGNOSTICS updated_seats = ROW_COUNT;

	INSERT INTO concert_booking.seats
		(concert_schedule_id, seat_number, seat_grade, price, position_x, position_y,
		 status, ordinal, section, row_label, seat_index)
	SELECT import_seats.concert_schedule_id, w.seat_number, w.seat_grade, w.price,
		   w.position_x, w.position_y, coalesce(w.status, 'available'), w.n,
		   w.section, w.row_label, w.seat_index
	FROM unnest(layout) w
	WHERE NOT EXISTS (SELECT FROM concert_booking.seats s
					  WHERE s.concert_schedule_id = import_seats.concert_schedule_id
						AND s.seat_number = w.seat_number)
	ORDER BY w.n;
	GET DIAGNOSTICS inserted_seats = ROW_COUNT;

	IF inserted_seats + updated_seats + removed_seats > 0 THEN
		PERFORM concert_booking.log_event('layout_imported', import_seats.concert_schedule_id,
			jsonb_array_length(import_seats.seats),
			jsonb_build_object('inserted', inserted_seats, 'updated', updated_seats, 'removed', removed_seats));
	END IF;
END
$fn$;
COMMENT ON FUNCTION concert_booking.import_seats(uuid, jsonb) IS
	'Make a schedule''s layout exactly this list of seats, in this order.
A held, sold or once booked seat that is missing from the list is named, and nothing is changed (PT409). Returns how many seats were inserted, updated and removed.';

/*
 * copy_seats(from_schedule_id, to_schedule_id) - give a schedule the layout of
 * another one: seats, order, grades, prices, positions, and which new seats are
 * blocked.
 *
 * As import_seats() with the other's seats: seats that both have are changed,
 * seats that only the second one has are removed or refused.
 * Returns: how many seats were inserted, changed and removed. Tables written
 * and errors: as import_seats(). Source: A 2.5.
 */
CREATE FUNCTION concert_booking.copy_seats(
	from_schedule_id uuid,
	to_schedule_id uuid,
	OUT inserted_seats integer,
	OUT updated_seats integer,
	OUT removed_seats integer)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
#variable_conflict use_column
DECLARE
	layout jsonb;
BEGIN
	PERFORM concert_booking.require_tables();
	IF from_schedule_id IS NULL THEN
		PERFORM concert_booking.refuse_null('from_schedule_id');
	ELSIF to_schedule_id IS NULL THEN
		PERFORM concert_booking.refuse_null('to_schedule_id');
	ELSIF NOT EXISTS (SELECT FROM concert_booking.concert_schedules cs WHERE cs.id = from_schedule_id) THEN
		PERFORM concert_booking.refuse_unknown_schedule(from_schedule_id);
	END IF;
	SELECT coalesce(jsonb_agg(jsonb_build_object('seat_number', s.seat_number, 'seat_grade', s.seat_grade,
			'price', s.price, 'position_x', s.position_x, 'position_y', s.position_y,
			'section', s.section, 'row_label', s.row_label, 'seat_index', s.seat_index,
			'status', CASE WHEN s.status = 'unavailable' THEN 'unavailable' ELSE 'available' END)
			ORDER BY s.ordinal), '[]')
	INTO layout
	FROM concert_booking.seats s
	WHERE s.concert_schedule_id = from_schedule_id;

	SELECT i.inserted_seats, i.updated_seats, i.removed_seats
	INTO copy_seats.inserted_seats, copy_seats.updated_seats, copy_seats.removed_seats
	FROM concert_booking.import_seats(to_schedule_id, layout) i;
END
$fn$;
COMMENT ON FUNCTION concert_booking.copy_seats(uuid, uuid) IS
	'Give a schedule the layout of another one, as import_seats() does.
Returns how many seats were inserted, updated and removed.';
/*
 * Upkeep of what is over: past schedules go into the archive, cancelled
 * bookings are deleted when nobody may keep them any longer. Both work in
 * bounded batches: a call is one transaction, says what it has done, can be
 * interrupted (then it has done nothing) and is called again until nothing
 * remains.
 */

/*
 * archive_past_schedules(before, batch_size) - move schedules that started
 * before an instant, with their seats and bookings, into archived_schedules and
 * archived_bookings.
 *
 * Nothing is lost: whole rows are kept as JSON, columns that the owner added
 * included, and my_bookings(), booking_detail(), find_guest_booking() and
 * find_bookings() go on to show the bookings.
 *
 * Locking: bookings, seats, holds and then the row of one schedule after the
 * other, in the order of their start.
 * Arguments: before, not in the future; batch_size, the most schedules of this
 * call, 1 to 1,000. Returns: how many schedules, seats and bookings were moved,
 * and how many schedules remain to be. NOTICE: one line a schedule.
 * Tables written: archived_schedules, archived_bookings, bookings,
 * booking_seats, temp_reservations, seats, schedule_prices,
 * availability_changes, concert_schedules, concerts (counted_bookings),
 * booking_events (schedule_archived).
 * Errors: 22004, 22023, PT409 (somebody adds to the schedule at this moment: run
 * again). Source: A 6.1; B upkeep (archiving).
 */
CREATE FUNCTION concert_booking.archive_past_schedules(
	before timestamptz,
	batch_size integer DEFAULT 10,
	OUT archived_schedules integer,
	OUT archived_seats bigint,
	OUT archived_bookings bigint,
	OUT remaining_schedules bigint)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
DECLARE
	past record;
	moved record;
BEGIN
	PERFORM concert_booking.require_tables();
	IF before IS NULL THEN
		PERFORM concert_booking.refuse_null('before');
	ELSIF before > concert_booking.clock() THEN
		PERFORM concert_booking.refuse_value('before', 'Use an instant that is not in the future.');
	END IF;
	PERFORM concert_booking.check_range('batch_size', batch_size, 1, 1000);

	archived_schedules := 0;
	archived_seats := 0;
	archived_bookings := 0;
	FOR past IN
		SELECT cs.id, cs.starts_at FROM concert_booking.concert_schedules cs
		WHERE cs.starts_at < before
		ORDER BY cs.starts_at, cs.id LIMIT batch_size
	LOOP
		SELECT * INTO moved FROM concert_booking.archive_schedule(past.id);
		CONTINUE WHEN moved.seat_count IS NULL;		/* somebody else was first */
		archived_schedules := archived_schedules + 1;
		archived_seats := archived_seats + moved.seat_count;
		archived_bookings := archived_bookings + moved.booking_count;
		RAISE NOTICE 'archived schedule %: % seats, % bookings (% of at most % schedules)',
			past.id, moved.seat_count, moved.booking_count, archived_schedules, batch_size;
	END LOOP;
	SELECT count(*) INTO remaining_schedules
	FROM concert_booking.concert_schedules cs WHERE cs.starts_at < before;
END
$fn$;
COMMENT ON FUNCTION concert_booking.archive_past_schedules(timestamptz, integer) IS
	'Move schedules of the past, with seats and bookings, into the archive.
Nothing is lost, and bookers still see their bookings. Call it again until no schedule remains.';

/*
 * archive_schedule(schedule_id) - one schedule into the archive. Internal.
 *
 * Returns: how many seats and bookings went with it, null where the schedule is
 * not there any more. Tables written and locking: see archive_past_schedules().
 */
CREATE FUNCTION concert_booking.archive_schedule(
	schedule_id uuid,
	OUT seat_count integer,
	OUT booking_count integer)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
#variable_conflict use_column
DECLARE
	confirmed integer;
	deleted integer;
BEGIN
	PERFORM FROM concert_booking.bookings b
	WHERE b.concert_schedule_id = schedule_id ORDER BY b.id FOR UPDATE;
	PERFORM FROM concert_booking.seats s
	WHERE s.concert_schedule_id = schedule_id ORDER BY s.id FOR UPDATE;
	DELETE FROM concert_booking.temp_reservations h WHERE h.concert_schedule_id = schedule_id;
	PERFORM FROM concert_booking.concert_schedules cs WHERE cs.id = schedule_id FOR UPDATE;
	IF NOT FOUND THEN
		RETURN;
	END IF;
	PERFORM concert_booking.fold_availability(schedule_id);

	INSERT INTO concert_booking.archived_schedules
		(id, concert_id, concert_date, concert_time, starts_at, seat_count, booking_count, schedule, seats)
	SELECT cs.id, cs.concert_id, cs.concert_date, cs.concert_time, cs.starts_at, s.seat_count,
		   (SELECT count(*) FROM concert_booking.bookings b WHERE b.concert_schedule_id = cs.id),
		   to_jsonb(cs), s.seats
	FROM concert_booking.concert_schedules cs
	CROSS JOIN LATERAL (
		SELECT count(*) AS seat_count, coalesce(jsonb_agg(to_jsonb(s) ORDER BY s.ordinal), '[]') AS seats
		FROM concert_booking.seats s WHERE s.concert_schedule_id = cs.id) s
	WHERE cs.id = schedule_id;

	INSERT INTO concert_booking.archived_bookings
		(id, concert_schedule_id, user_id, session_id, booking_number, status, customer_phone,
		 customer_email, seat_count, total_price, cancelled_at, created_at, booking, seats)
	SELECT b.id, b.concert_schedule_id, b.user_id, b.session_id, b.booking_number, b.status,
		   b.customer_phone, b.customer_email, b.seat_count, b.total_price, b.cancelled_at,
		   b.created_at, to_jsonb(b),
		   coalesce((SELECT jsonb_agg(to_jsonb(bs) || jsonb_build_object('seat_number', s.seat_number,
								'seat_grade', s.seat_grade) ORDER BY s.ordinal)
					 FROM concert_booking.booking_seats bs
					 JOIN concert_booking.seats s ON s.id = bs.seat_id
					 WHERE bs.booking_id = b.id), '[]')
	FROM concert_booking.bookings b
	WHERE b.concert_schedule_id = schedule_id;
	GET DIAGNOSTICS booking_count = ROW_COUNT;
	SELECT count(*) INTO confirmed FROM concert_booking.bookings b
	WHERE b.concert_schedule_id = schedule_id AND b.status = 'confirmed';

	DELETE FROM concert_booking.bookings b WHERE b.concert_schedule_id = schedule_id;
	GET DIAGNOSTICS deleted = ROW_COUNT;
	IF deleted <> booking_count THEN
		PERFORM concert_booking.refuse('PT409', 'schedule is changing', NULL, 'Run it again.');
	END IF;
	DELETE FROM concert_booking.seats s WHERE s.concert_schedule_id = schedule_id;
	GET DIAGNOSTICS deleted = ROW_COUNT;
	SELECT a.seat_count INTO seat_count
	FROM concert_booking.archived_schedules a WHERE a.id = schedule_id;
	IF deleted <> seat_count THEN
		PERFORM concert_booking.refuse('PT409', 'schedule is changing', NULL, 'Run it again.');
	END IF;

	/* What is no longer there to be counted has to count as counted; below zero: not yet. */
	UPDATE concert_booking.concerts c
	SET counted_bookings = c.counted_bookings - confirmed
	FROM concert_booking.concert_schedules cs
	WHERE cs.id = schedule_id AND c.id = cs.concert_id AND confirmed > 0;
	DELETE FROM concert_booking.concert_schedules cs WHERE cs.id = schedule_id;
	PERFORM concert_booking.log_event('schedule_archived', schedule_id, seat_count,
		jsonb_build_object('bookings', booking_count));
END
$fn$;
COMMENT ON FUNCTION concert_booking.archive_schedule(uuid) IS
	'Internal: one schedule into the archive.';

/*
 * purge_cancelled_bookings(before, batch_size) - delete bookings that were
 * cancelled before an instant, for good: names, phones, e-mails and all. What
 * remains is their line in the event log, which holds nothing personal.
 *
 * Bookings in the archive are deleted too. Rows that somebody else has locked
 * are left for the next call.
 * Arguments: before, not in the future; batch_size, the most bookings of this
 * call, 1 to 100,000. Returns: how many were deleted; call it again until none
 * is. Tables written: bookings, booking_seats, archived_bookings,
 * booking_events (one row bookings_purged).
 * Errors: 22004, 22023. Source: B upkeep (cancelled bookings).
 */
CREATE FUNCTION concert_booking.purge_cancelled_bookings(
	before timestamptz,
	batch_size integer DEFAULT 1000,
	OUT purged_bookings integer)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $fn$
DECLARE
	live integer;
	archived integer;
BEGIN
	PERFORM concert_booking.require_tables();
	IF before IS NULL THEN
		PERFORM concert_booking.refuse_null('before');
	ELSIF before > concert_booking.clock() THEN
		PERFORM concert_booking.refuse_value('before', 'Use an instant that is not in the future.');
	END IF;
	PERFORM concert_booking.check_range('batch_size', batch_size, 1, 100000);

	/* created_at is never later than cancelled_at, and it is indexed. */
	DELETE FROM concert_booking.bookings b
	WHERE b.id IN (SELECT x.id FROM concert_booking.bookings x
				   WHERE x.status = 'cancelled' AND x.cancelled_at < before AND x.created_at < before
				   ORDER BY x.created_at LIMIT batch_size
				   FOR UPDATE SKIP LOCKED);
	GET DIAGNOSTICS live = ROW_COUNT;
	DELETE FROM concert_booking.archived_bookings a
	WHERE a.id IN (SELECT x.id FROM concert_booking.archived_bookings x
				   WHERE x.status = 'cancelled' AND x.cancelled_at < before
				   ORDER BY x.cancelled_at LIMIT batch_size - live
				   FOR UPDATE SKIP LOCKED);
	GET DIAGNOSTICS archived = ROW_COUNT;
	purged_bookings := live + archived;
	IF purged_bookings > 0 THEN
		PERFORM concert_booking.log_event('bookings_purged', NULL, 0,
			jsonb_build_object('bookings', purged_bookings, 'cancelled_before', before));
	END IF;
END
$fn$;
COMMENT ON FUNCTION concert_booking.purge_cancelled_bookings(timestamptz, integer) IS
	'Delete bookings that were cancelled before an instant, for good.
Returns how many; call it again until none is left.';
/*
 * Who may do what. Clients need EXECUTE on functions and USAGE on the schema,
 * and no privilege on any table. docs/access.md shows the matrix.
 */

/*
 * access_matrix() - the lowest level at which each function of the API can be
 * executed: guest, member, staff, or owner (granted to nobody). Internal.
 *
 * A function that is not listed is internal. Returns: function_name, level.
 * Tables written: none. Errors: none.
 */
CREATE FUNCTION concert_booking.access_matrix()
RETURNS TABLE (function_name name, level text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $fn$
	SELECT unnest(m.function_names)::name, m.level
	FROM (VALUES
		('guest', ARRAY[
			'search_concerts', 'concert_detail', 'available_dates', 'schedules_on',
			'seat_grades', 'seat_map', 'seat_status',
			'hold_seat', 'hold_seats', 'hold_best_seats', 'extend_holds', 'release_seats',
			'confirm_booking', 'book_seats', 'cancel_booking', 'cancel_guest_booking',
			'my_bookings', 'booking_detail', 'find_guest_booking']),
		('member', ARRAY['add_wishlist', 'remove_wishlist', 'my_wishlist']),
		('staff', ARRAY[
			'find_bookings', 'row_labels', 'generate_seats', 'import_seats', 'copy_seats',
			'block_seats', 'unblock_seats', 'cancel_schedule', 'expire_holds',
			'fold_pending_availability', 'reconcile_availability', 'record_interest', 'refresh_popularity',
			'check_integrity', 'archive_past_schedules', 'purge_cancelled_bookings',
			'normalize_phone', 'uuid_v7']),
		('owner', ARRAY[
			'create_tables', 'create_event_partitions', 'sweep_holds', 'run_upkeep',
			'schedule_jobs', 'unschedule_jobs', 'link_users', 'grant_access'])) AS m (level, function_names)
$fn$;
COMMENT ON FUNCTION concert_booking.access_matrix() IS
	'Internal: the lowest level at which each function can be executed.';

/*
 * grant_access(role_name, level) - hand a role the functions of a level, and
 * take the others away.
 *
 * Arguments: role_name; level: guest (search, hold and book as a guest), member
 * (guest, and wishlists), staff (all but what concerns the installation) or
 * none. Whether a caller is staff to the commands follows from the grants alone:
 * staff may execute cancel_schedule().
 * Returns: how many functions the role can now execute by this grant. Tables
 * written: access_grants, where it is there. Errors: 22004, 22023, 42501 (only the owner of the functions
 * grants), 42704 (no such role). Source: A 5.3 (instead of row-level security).
 *
 * Not SECURITY DEFINER: who grants must own the functions, or be a member of
 * the role that does.
 */
CREATE FUNCTION concert_booking.grant_access(
	role_name name,
	level text,
	OUT granted_functions integer)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $fn$
#variable_conflict use_column
DECLARE
	levels constant text[] := '{none,guest,member,staff}';
	owner_name name;
	routine record;
BEGIN
	IF role_name IS NULL THEN
		PERFORM concert_booking.refuse_null('role_name');
	END IF;
	PERFORM concert_booking.check_choice('level', grant_access.level, levels);
	IF NOT EXISTS (SELECT FROM pg_roles r WHERE r.rolname = role_name) THEN
		PERFORM concert_booking.refuse('42704', 'no such role',
			format('The role is "%s".', role_name), 'Create it first.');
	END IF;
	/* Without this, a role that owns nothing would get a warning and no error. */
	SELECT r.rolname INTO owner_name
	FROM pg_proc p JOIN pg_roles r ON r.oid = p.proowner
	WHERE p.oid = 'concert_booking.grant_access(name, text)'::regprocedure;
	IF NOT pg_has_role(owner_name, 'USAGE') THEN
		PERFORM concert_booking.refuse('42501', 'only the owner of the functions grants access',
			format('The owner is "%s".', owner_name), 'Ask the owner, or become it by SET ROLE.');
	END IF;

	EXECUTE format('REVOKE ALL ON SCHEMA concert_booking FROM %I', role_name);
	EXECUTE format('REVOKE ALL ON ALL ROUTINES IN SCHEMA concert_booking FROM %I', role_name);
	granted_functions := 0;
	/* A stranger's table of that name could run the stranger's triggers. */
	IF EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
			   WHERE n.nspname = 'concert_booking' AND c.relname = 'access_grants' AND c.relowner = n.nspowner) THEN
		DELETE FROM concert_booking.access_grants g WHERE g.role_name = grant_access.role_name;
		IF grant_access.level <> 'none' THEN
			/* DROP EXTENSION may have taken the default of id, until create_tables(). */
			INSERT INTO concert_booking.access_grants (id, role_name, level)
			VALUES (concert_booking.uuid_v7(), grant_access.role_name, grant_access.level);
		END IF;
	END IF;
	IF grant_access.level = 'none' THEN
		RETURN;
	END IF;
	EXECUTE format('GRANT USAGE ON SCHEMA concert_booking TO %I', role_name);
	FOR routine IN
		SELECT p.oid::regprocedure AS signature
		FROM concert_booking.access_matrix() m
		JOIN pg_proc p ON p.proname = m.function_name
		WHERE p.pronamespace = 'concert_booking'::regnamespace
		  AND array_position(levels, m.level) <= array_position(levels, grant_access.level)
		ORDER BY 1
	LOOP
		EXECUTE format('GRANT EXECUTE ON ROUTINE %s TO %I', routine.signature, role_name);
		granted_functions := granted_functions + 1;
	END LOOP;
END
$fn$;
COMMENT ON FUNCTION concert_booking.grant_access(name, text) IS
	'Give a role the functions of a level: guest, member, staff or none.
Run it again after an update of the extension.';

/*
 * record_grants() - note the levels that roles have already. Internal: for
 * create_tables(), when it has just made access_grants.
 *
 * A role has a level if it has been granted each function of it. Returns:
 * nothing. Tables written: access_grants. Errors: none.
 */
CREATE FUNCTION concert_booking.record_grants()
RETURNS void
LANGUAGE sql
SET search_path = pg_catalog, pg_temp
AS $fn$
	WITH levels (level, rank) AS (
		VALUES ('guest', 1), ('member', 2), ('staff', 3)
	), functions AS (
		SELECT l.rank, p.proacl
		FROM concert_booking.access_matrix() m
		JOIN levels l ON l.level = m.level
		JOIN pg_proc p ON p.proname = m.function_name AND p.pronamespace = 'concert_booking'::regnamespace
	)
	INSERT INTO concert_booking.access_grants (role_name, level)
	SELECT DISTINCT ON (r.rolname) r.rolname, l.level
	FROM pg_roles r CROSS JOIN levels l
	WHERE r.oid <> (SELECT n.nspowner FROM pg_namespace n WHERE n.nspname = 'concert_booking')
	  AND NOT EXISTS (
		SELECT FROM functions f
		WHERE f.rank <= l.rank
		  AND NOT EXISTS (SELECT FROM aclexplode(f.proacl) a
						  WHERE a.grantee = r.oid AND a.privilege_type = 'EXECUTE'))
	ORDER BY r.rolname, l.rank DESC
$fn$;
COMMENT ON FUNCTION concert_booking.record_grants() IS
	'Internal: note the levels that roles have already.';

/*
 * restore_grants() - give the levels again that roles had before DROP EXTENSION.
 * Internal: the last step of create_tables().
 *
 * Only what CREATE EXTENSION has marked as lost, and only to roles that still
 * have USAGE on the schema, which DROP EXTENSION leaves: another role of that
 * name, or one whose rights were taken, has it not. Such a level is forgotten,
 * with a warning. Returns: nothing. Tables written: access_grants. Errors: as
 * grant_access().
 */
CREATE FUNCTION concert_booking.restore_grants()
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $fn$
DECLARE
	lost record;
BEGIN
	FOR lost IN
		SELECT g.role_name, g.level,
			   EXISTS (SELECT FROM pg_namespace n, aclexplode(n.nspacl) a JOIN pg_roles r ON r.oid = a.grantee
					   WHERE n.nspname = 'concert_booking' AND r.rolname = g.role_name
						 AND a.privilege_type = 'USAGE') AS may_use_schema
		FROM (SELECT DISTINCT ON (a.role_name) a.* FROM concert_booking.access_grants a
			  WHERE a.is_lost ORDER BY a.role_name, a.id DESC) g
		ORDER BY g.id
	LOOP
		IF lost.may_use_schema THEN
			PERFORM concert_booking.grant_access(lost.role_name, lost.level);
		ELSE
			DELETE FROM concert_booking.access_grants g WHERE g.role_name = lost.role_name;
			RAISE WARNING USING MESSAGE = 'a role does not get its level again',
				DETAIL = format('The role "%s" had the level %s before DROP EXTENSION; it is gone, or has no USAGE on the schema.',
								lost.role_name, lost.level),
				HINT = 'Run concert_booking.grant_access() for it, if it is still wanted.';
		END IF;
	END LOOP;
END
$fn$;
COMMENT ON FUNCTION concert_booking.restore_grants() IS
	'Internal: give the levels again that roles had before DROP EXTENSION.';

/*
 * The tables outlive the extension, the rights on its functions do not. Where
 * access_grants is there already, this is a CREATE EXTENSION after a DROP
 * EXTENSION (a restore makes the extension before the tables): all its rights
 * are lost. The table must be as create_tables() made it, so that nobody's
 * trigger or rule runs with the rights of whoever creates the extension.
 */
DO $do$
DECLARE
	is_ours pg_catalog.bool;
BEGIN
	SELECT c.relkind OPERATOR(pg_catalog.=) 'r'
		   AND c.relowner OPERATOR(pg_catalog.=) n.nspowner
		   AND NOT c.relrowsecurity
		   AND NOT EXISTS (SELECT FROM pg_catalog.pg_trigger t WHERE t.tgrelid OPERATOR(pg_catalog.=) c.oid)
		   AND NOT EXISTS (SELECT FROM pg_catalog.pg_rewrite r WHERE r.ev_class OPERATOR(pg_catalog.=) c.oid)
	INTO is_ours
	FROM pg_catalog.pg_class c
	JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
	WHERE n.nspname OPERATOR(pg_catalog.=) 'concert_booking'
	  AND c.relname OPERATOR(pg_catalog.=) 'access_grants';
	IF is_ours THEN
		UPDATE concert_booking.access_grants SET is_lost = true;
	ELSIF NOT is_ours THEN
		RAISE WARNING USING MESSAGE = 'no role gets its level again',
			DETAIL = 'The table "access_grants" is not as create_tables() made it: it has another owner, a trigger, a rule or row security.',
			HINT = 'Run concert_booking.grant_access() for each role.';
	END IF;
END
$do$;
/*
 * EXECUTE is the only gate: nobody has it until grant_access() gives it. The
 * tables of create_tables() carry no privilege for PUBLIC to begin with.
 */
REVOKE ALL ON ALL ROUTINES IN SCHEMA concert_booking FROM PUBLIC;
REVOKE ALL ON TYPE concert_booking.seat_hold, concert_booking.booking_receipt,
	concert_booking.concert_listing, concert_booking.seat_map_entry, concert_booking.seat_statuses,
	concert_booking.booking_summary, concert_booking.booking_details, concert_booking.wishlist_entry,
	concert_booking.layout_seat
	FROM PUBLIC;
