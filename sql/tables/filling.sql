/*
 * What is copied into concert_schedules and 0.1 had not: concert_created_at of the
 * schedules that are there already, filled beside sales.
 */

/*
 * schedules_are_filled() - whether concert_schedules.concert_created_at tells of every
 * row. Internal. NOT NULL is the mark of it: tables of 0.1 get it last.
 */
CREATE FUNCTION concert_booking.schedules_are_filled()
RETURNS boolean
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
	SELECT EXISTS (SELECT FROM pg_attribute a
				   WHERE a.attrelid = to_regclass('concert_booking.concert_schedules')
					 AND a.attname = 'concert_created_at' AND a.attnotnull)
$fn$;
COMMENT ON FUNCTION concert_booking.schedules_are_filled() IS
	'Internal: whether concert_schedules.concert_created_at tells of every row.';

/*
 * mark_schedules_filled() - NOT NULL on concert_created_at, in three steps: a constraint
 * that nothing has kept yet, its validation, and NOT NULL, which then reads no row.
 * Internal: the next step of fill_schedules().
 *
 * Locking: at first SHARE UPDATE EXCLUSIVE, for which no sale waits and an autovacuum
 * gives way; then for a moment what sales wait for, which gives way after 20 ms.
 * Returns: whether this step was done. Tables written: definitions only. Errors: 55P03.
 */
CREATE FUNCTION concert_booking.mark_schedules_filled()
RETURNS boolean
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET client_min_messages = warning
SET lock_timeout = '2s'
AS $fn$
DECLARE
	is_validated boolean;
	has_gaps boolean;
BEGIN
	LOCK TABLE concert_booking.concert_schedules IN SHARE UPDATE EXCLUSIVE MODE;
	PERFORM set_config('lock_timeout', '20ms', true);
	SELECT c.convalidated INTO is_validated FROM pg_constraint c
	WHERE c.conrelid = 'concert_booking.concert_schedules'::regclass AND c.conname = 'chk_concert_schedules_filled';
	has_gaps := EXISTS (SELECT FROM concert_booking.concert_schedules cs WHERE cs.concert_created_at IS NULL);
	IF is_validated IS NULL THEN
		IF NOT has_gaps THEN
			ALTER TABLE concert_booking.concert_schedules
				ADD CONSTRAINT chk_concert_schedules_filled CHECK (concert_created_at IS NOT NULL) NOT VALID;
		END IF;
	ELSIF is_validated THEN
		ALTER TABLE concert_booking.concert_schedules ALTER COLUMN concert_created_at SET NOT NULL;
		ALTER TABLE concert_booking.concert_schedules DROP CONSTRAINT chk_concert_schedules_filled;
	ELSIF has_gaps THEN
		/* Somebody has put the triggers aside at that moment; a sale of such a row would fail. */
		ALTER TABLE concert_booking.concert_schedules DROP CONSTRAINT chk_concert_schedules_filled;
	ELSE
		ALTER TABLE concert_booking.concert_schedules VALIDATE CONSTRAINT chk_concert_schedules_filled;
	END IF;
	RETURN NOT has_gaps;
END
$fn$;
COMMENT ON FUNCTION concert_booking.mark_schedules_filled() IS
	'Internal: NOT NULL on concert_schedules.concert_created_at, step by step.';

/*
 * fill_schedules(after_id) - concert_created_at of the schedules that 0.1 has written: of
 * the next 500 behind an id, or the next step towards NOT NULL. Internal: run_upkeep()
 * calls it again and again, each time in a transaction of its own; so does add_columns(),
 * in one, where the rows are few.
 *
 * Where a subscription brings the schedules, they are filled where they come from. A
 * starts_at that is not what date, time and zone say is corrected in passing.
 * updated_at changes with it, because only a superuser or a lock that sales wait for could
 * keep the trigger of that away. Its one reader, the upkeep, recounts all schedules the
 * next two times, as it does the first time.
 * Locking: 500 rows of concert_schedules, none that is locked already, and see
 * mark_schedules_filled(). What gave way is done by the next run.
 * Arguments: after_id, null: from the first one on. Returns: last_id, the next call's
 * after_id; is_over, whether nothing is left to do, or to be done in this run. Tables
 * written: concert_schedules. Errors: none; of a trigger that refuses it a WARNING.
 */
CREATE FUNCTION concert_booking.fill_schedules(
	after_id uuid,
	OUT last_id uuid,
	OUT is_over boolean)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
SET client_min_messages = warning
SET lock_timeout = '20ms'
AS $fn$
DECLARE
	ids uuid[];
BEGIN
	is_over := true;
	IF concert_booking.schedules_are_filled() OR NOT concert_booking.has_column('concert_schedules', 'concert_created_at') THEN
		RETURN;
	END IF;
	ids := ARRAY(SELECT cs.id FROM concert_booking.concert_schedules cs
				 WHERE (after_id IS NULL OR cs.id > after_id) AND NOT concert_booking.comes_from_elsewhere('concert_schedules')
				 ORDER BY cs.id LIMIT 500);
	WITH locked AS (
		SELECT cs.id, c.created_at
		FROM concert_booking.concert_schedules cs
		JOIN concert_booking.concerts c ON c.id = cs.concert_id
		WHERE cs.id = ANY (ids) AND cs.concert_created_at IS DISTINCT FROM c.created_at
		FOR NO KEY UPDATE OF cs SKIP LOCKED)
	UPDATE concert_booking.concert_schedules cs SET concert_created_at = l.created_at
	FROM locked l WHERE l.id = cs.id;
	last_id := coalesce(ids[cardinality(ids)], after_id);
	is_over := cardinality(ids) = 0 AND NOT concert_booking.mark_schedules_filled();
EXCEPTION
	WHEN lock_not_available THEN
		NULL;
	WHEN OTHERS THEN
		RAISE WARNING 'schedules could not be filled'
			USING DETAIL = format('%s (%s).', SQLERRM, SQLSTATE),
				  HINT = 'Correct what refuses it, such as a trigger of yours on "concert_schedules", and run the upkeep again.';
END
$fn$;
COMMENT ON FUNCTION concert_booking.fill_schedules(uuid) IS
	'Internal: concert_created_at of the schedules that 0.1 has written.';
