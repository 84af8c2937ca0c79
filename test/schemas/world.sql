/*
 * The world of the suite "schemas": \i test/schemas/world.sql in a database of
 * scripts/test-database (with the twin or without), which becomes a template.
 *
 *   schedule 1	eight seats, at most four a booker: test/fixtures/world.sql
 *   schedule 2	its two seats are bob's, in two bookings
 *
 * All tables and functions belong to box_office, no superuser, so that whoever
 * runs foreign code shows, and row security can be forced. The guest has EXECUTE
 * and nothing else, and a schema of traps: each that is stepped on draws from
 * hostile.touched, which no rollback undoes.
 */
\i test/fixtures/world.sql
\set ECHO none
RESET concert_booking.test_clock_offset;
/* They would keep an owner from changing columns. */
DROP VIEW test.taken, test.availability, test.events;
UPDATE concert_booking.concert_schedules SET max_seats_per_booker = 4 WHERE id = test.schedule(1);
SELECT concert_booking.book_seats(ARRAY[test.seat('A-1', 2)], test.booker('bob')) \g /dev/null
SELECT concert_booking.book_seats(ARRAY[test.seat('A-2', 2)], test.booker('bob')) \g /dev/null

DO $do$
BEGIN
	PERFORM pg_advisory_xact_lock(1);
	IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'box_office') THEN
		CREATE ROLE box_office;
		CREATE ROLE another_owner;
		CREATE ROLE schemas_guest LOGIN;
	END IF;
END
$do$;

/* ---------------- the guest ---------------- */

SELECT concert_booking.grant_access('schemas_guest', 'guest') \g /dev/null
GRANT EXECUTE ON FUNCTION concert_booking.expire_holds(integer), concert_booking.confirm_payment(uuid, bigint, text, text)
	TO schemas_guest;
GRANT USAGE ON SCHEMA test TO schemas_guest;

/* The clock is the superuser's; this moves it for the rest of the session. */
CREATE FUNCTION test.shift(minutes integer) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $fn$
	SELECT set_config('concert_booking.test_clock_offset', minutes * 60 || ' seconds', false)
$fn$;

CREATE SCHEMA hostile AUTHORIZATION schemas_guest;
GRANT USAGE ON SCHEMA hostile TO PUBLIC;
CREATE SEQUENCE hostile.touched;
GRANT USAGE ON SEQUENCE hostile.touched TO PUBLIC;
ALTER SEQUENCE hostile.touched OWNER TO schemas_guest;
SET ROLE schemas_guest;
CREATE FUNCTION hostile.spring() RETURNS trigger LANGUAGE plpgsql AS
	'BEGIN PERFORM pg_catalog.nextval(''hostile.touched''); RETURN NEW; END';
CREATE FUNCTION hostile.lower(pg_catalog.text) RETURNS pg_catalog.text LANGUAGE plpgsql AS
	'BEGIN PERFORM pg_catalog.nextval(''hostile.touched''); RETURN pg_catalog.lower($1); END';
CREATE FUNCTION hostile.now() RETURNS pg_catalog.timestamptz LANGUAGE plpgsql AS
	'BEGIN PERFORM pg_catalog.nextval(''hostile.touched''); RETURN pg_catalog.now(); END';
CREATE FUNCTION hostile.gen_random_uuid() RETURNS pg_catalog.uuid LANGUAGE plpgsql AS
	'BEGIN PERFORM pg_catalog.nextval(''hostile.touched''); RETURN pg_catalog.gen_random_uuid(); END';
CREATE FUNCTION hostile.uuid_v7() RETURNS pg_catalog.uuid LANGUAGE plpgsql AS
	'BEGIN PERFORM pg_catalog.nextval(''hostile.touched''); RETURN pg_catalog.gen_random_uuid(); END';
CREATE FUNCTION hostile.is_fine(pg_catalog.text) RETURNS pg_catalog.bool LANGUAGE plpgsql AS
	'BEGIN PERFORM pg_catalog.nextval(''hostile.touched''); RETURN true; END';
CREATE FUNCTION hostile.same(pg_catalog.text, pg_catalog.text) RETURNS pg_catalog.bool LANGUAGE plpgsql AS
	'BEGIN PERFORM pg_catalog.nextval(''hostile.touched''); RETURN $1 OPERATOR(pg_catalog.=) $2; END';
CREATE FUNCTION hostile.same(pg_catalog.uuid, pg_catalog.uuid) RETURNS pg_catalog.bool LANGUAGE plpgsql AS
	'BEGIN PERFORM pg_catalog.nextval(''hostile.touched''); RETURN $1 OPERATOR(pg_catalog.=) $2; END';
CREATE FUNCTION hostile.join(pg_catalog.text, pg_catalog.text) RETURNS pg_catalog.text LANGUAGE plpgsql AS
	'BEGIN PERFORM pg_catalog.nextval(''hostile.touched''); RETURN pg_catalog.textcat($1, $2); END';
CREATE OPERATOR hostile.= (LEFTARG = pg_catalog.text, RIGHTARG = pg_catalog.text, FUNCTION = hostile.same);
CREATE OPERATOR hostile.= (LEFTARG = pg_catalog.uuid, RIGHTARG = pg_catalog.uuid, FUNCTION = hostile.same);
CREATE OPERATOR hostile.|| (LEFTARG = pg_catalog.text, RIGHTARG = pg_catalog.text, FUNCTION = hostile.join);
RESET ROLE;

/* ---------------- what an owner's changes are made of ---------------- */

CREATE SCHEMA office AUTHORIZATION box_office;
CREATE TABLE concert_booking.audit (what text);
CREATE TABLE office.seen_once (what text PRIMARY KEY);
CREATE TABLE office.users (id uuid PRIMARY KEY);
INSERT INTO office.users SELECT id FROM test.bookers WHERE name = 'bob';
CREATE TABLE office.reasons (reason text PRIMARY KEY);
CREATE SEQUENCE office.numbers;

/* exactly once a row and event */
CREATE FUNCTION office.note_row() RETURNS trigger LANGUAGE plpgsql AS $fn$
BEGIN
	INSERT INTO concert_booking.audit VALUES (concat_ws(' ', TG_TABLE_NAME, TG_WHEN, TG_OP));
	RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$fn$;
/* the commands may write in one statement or in several */
CREATE FUNCTION office.note_statement() RETURNS trigger LANGUAGE plpgsql AS $fn$
BEGIN
	INSERT INTO office.seen_once VALUES (concat_ws(' ', TG_TABLE_NAME, TG_WHEN, TG_OP)) ON CONFLICT DO NOTHING;
	RETURN NULL;
END
$fn$;
CREATE FUNCTION office.note_old_rows() RETURNS trigger LANGUAGE plpgsql AS $fn$
BEGIN
	INSERT INTO concert_booking.audit SELECT concat_ws(' ', 'old row of', TG_TABLE_NAME) FROM old_rows;
	RETURN NULL;
END
$fn$;
CREATE FUNCTION office.note_new_rows() RETURNS trigger LANGUAGE plpgsql AS $fn$
BEGIN
	INSERT INTO concert_booking.audit SELECT concat_ws(' ', 'new row of', TG_TABLE_NAME) FROM new_rows;
	RETURN NULL;
END
$fn$;
CREATE FUNCTION office.suppress() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE FUNCTION office.refuse() RETURNS trigger LANGUAGE plpgsql AS $fn$
BEGIN
	RAISE EXCEPTION 'the owner says no' USING ERRCODE = 'OW001';
END
$fn$;
/* unqualified on purpose: what a careless owner writes */
CREATE FUNCTION office.careless() RETURNS trigger LANGUAGE plpgsql AS $fn$
BEGIN
	IF lower(TG_OP) = 'insert' OR lower(TG_OP) = 'update' OR lower(TG_OP) = 'delete' THEN
		INSERT INTO audit VALUES ('careless ' || lower(TG_OP) || ' of ' || TG_TABLE_NAME);
	END IF;
	RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$fn$;
/* an instruction about the caller: who runs this, and which names are found */
CREATE FUNCTION office.note_context() RETURNS trigger LANGUAGE plpgsql AS $fn$
BEGIN
	INSERT INTO concert_booking.audit VALUES (pg_catalog.format('%s with %s', current_user,
		pg_catalog.replace(pg_catalog.current_setting('search_path'), '"', '')));
	RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$fn$;
CREATE FUNCTION office.hold_again() RETURNS trigger LANGUAGE plpgsql AS $fn$
BEGIN
	PERFORM concert_booking.hold_seat(NEW.seat_id, NEW.user_id, NEW.session_id);
	RETURN NEW;
END
$fn$;
CREATE FUNCTION office.hold_this_seat() RETURNS trigger LANGUAGE plpgsql AS $fn$
BEGIN
	IF pg_trigger_depth() = 1 AND NEW.status = 'temp_reserved' THEN
		PERFORM concert_booking.hold_seat(NEW.id, '0cc00000-0000-4000-8000-000000000009');
	END IF;
	RETURN NEW;
END
$fn$;
CREATE FUNCTION office.look_around() RETURNS trigger LANGUAGE plpgsql AS $fn$
BEGIN
	INSERT INTO concert_booking.audit
	SELECT 'seats as seen: ' || s.statuses FROM concert_booking.seat_status(NEW.concert_schedule_id) s;
	RETURN NEW;
END
$fn$;
CREATE FUNCTION office.is_fine(value text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS
	'BEGIN RETURN value IS DISTINCT FROM ''bad''; END';
/* finds its helper by the search path */
CREATE FUNCTION office.is_fine_too(value text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS
	'BEGIN RETURN lower(value) = lower(value) OR value IS NULL; END';
CREATE FUNCTION office.next_number() RETURNS bigint LANGUAGE plpgsql AS
	'BEGIN INSERT INTO audit VALUES (''a default was asked for''); RETURN nextval(''office.numbers''); END';
GRANT USAGE ON SCHEMA office TO PUBLIC;

/* ---------------- the twin's poll, for here it is compared too ---------------- */

SELECT to_regnamespace('twin') IS NOT NULL AS is_twin \gset
\if :is_twin
CREATE OR REPLACE FUNCTION concert_booking.seat_status(concert_schedule_id uuid, since text DEFAULT NULL)
RETURNS concert_booking.seat_statuses LANGUAGE sql VOLATILE
SECURITY DEFINER SET search_path = pg_catalog, concert_booking, pg_temp AS $fn$
	SELECT (SELECT cs.layout_version FROM concert_booking.concert_schedules cs WHERE cs.id = $1), count(*)::integer,
		   string_agg(CASE WHEN s.status = 'temp_reserved' AND coalesce(s.hold_expires_at, t.expires_at, '-infinity') <= twin.now() THEN 'a'
						   ELSE left(s.status, 1) END, '' ORDER BY s.ordinal),
		   NULL::text, NULL::integer[], NULL::text
	FROM concert_booking.seats s
	LEFT JOIN concert_booking.temp_reservations t ON t.seat_id = s.id
	WHERE s.concert_schedule_id = $1
$fn$;
\endif

/* ---------------- who owns it ---------------- */

DO $do$
DECLARE
	thing record;
BEGIN
	FOR thing IN
		SELECT format('ALTER %s %s OWNER TO box_office', CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END,
					  c.oid::regclass) AS command
		FROM pg_class c WHERE c.relnamespace::regnamespace::text IN ('concert_booking', 'office', 'twin') AND c.relkind IN ('r', 'p', 'v', 'S')
		  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype IN ('a', 'i') AND c.relkind = 'S')
		UNION ALL
		SELECT format('ALTER ROUTINE %s OWNER TO box_office', p.oid::regprocedure)
		FROM pg_proc p WHERE p.pronamespace::regnamespace::text IN ('concert_booking', 'office', 'twin')
		UNION ALL
		SELECT format('ALTER SCHEMA %s OWNER TO box_office', n.nspname)
		FROM pg_namespace n WHERE n.nspname IN ('concert_booking', 'twin')
		UNION ALL
		/* The twin's commands write under the path that C pins for foreign code. */
		SELECT format('ALTER ROUTINE %s SET search_path = pg_catalog, concert_booking, pg_temp', p.oid::regprocedure)
		FROM pg_proc p
		WHERE p.pronamespace::regnamespace::text = 'concert_booking'
		  AND ('twin.in_command=on' = ANY (p.proconfig)
			   OR p.proname = 'fold_availability' AND EXISTS (SELECT FROM pg_namespace WHERE nspname = 'twin'))
	LOOP
		EXECUTE thing.command;
	END LOOP;
END
$do$;
