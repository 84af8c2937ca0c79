/*
 * define_availability() - the table availability_changes and the view
 * schedule_availability and what belongs to them. Internal: see table_parts().
 */
CREATE FUNCTION concert_booking.define_availability()
RETURNS TABLE (kind text, table_name text, name text, definition text, comment text)
LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	RETURN QUERY
	VALUES
	('table', 'availability_changes', NULL, $table$
		CREATE TABLE concert_booking.availability_changes (
			id uuid,
			concert_schedule_id uuid NOT NULL REFERENCES concert_booking.concert_schedules (id) ON DELETE CASCADE,
			available_change integer NOT NULL,
			created_at timestamptz NOT NULL DEFAULT now(),
			version bigint NOT NULL DEFAULT 0,
			PRIMARY KEY (concert_schedule_id, id, version)
		) WITH (fillfactor = 50)$table$,
	 'Internal: changes of available_seats that are not folded into the schedule''s row yet.'),
	('column', 'availability_changes', 'id', 'concert_booking.uuid_v7()', 'the change'),
	('column', 'availability_changes', 'concert_schedule_id', NULL, 'the schedule'),
	('column', 'availability_changes', 'available_change', NULL, 'to be added to available_seats'),
	('column', 'availability_changes', 'version', NULL, 'one more whenever the row had to move to another page, so that its newest version is the last of its keys'),
	/* The view itself is made by make_slots(). */
	('view', 'schedule_availability', NULL, NULL,
	 'The exact availability of each schedule: its row plus what is pending.'),
	('column', 'schedule_availability', 'concert_schedule_id', NULL, 'the schedule'),
	('column', 'schedule_availability', 'total_seats', NULL, 'number of seats'),
	('column', 'schedule_availability', 'available_seats', NULL, 'seats neither sold nor blocked, holds included; exact'),
	('column', 'schedule_availability', 'is_sold_out', NULL, 'it has seats and none is available; exact. A cancelled one is never sold out');
END
$fn$;
COMMENT ON FUNCTION concert_booking.define_availability() IS
	'Internal: the table availability_changes and the view schedule_availability and what belongs to them.';

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
			   cs.status <> 'cancelled' AND cs.total_seats > 0 AND cs.available_seats + coalesce(p.available_change, 0) = 0 AS is_sold_out
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
	IF coalesce(pg_get_viewdef(to_regclass('concert_booking.schedule_availability')), '') LIKE '%status%RECURSIVE%' THEN
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
