/*
 * fold_availability(concert_schedule_id, seats_change, available_change) -
 * write a change of the totals, and all pending availability_changes, into the
 * schedule's row.
 *
 * Internal: called by the triggers on seats and by the minute job. Waits for
 * the schedule's row, unlike a sale.
 * Returns: nothing. Tables written: concert_schedules, availability_changes.
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
	pending_change bigint;
BEGIN
	/* The lock first: what is pending must be read after the last folder's commit. */
	PERFORM FROM concert_booking.concert_schedules cs
	WHERE cs.id = fold_availability.concert_schedule_id FOR NO KEY UPDATE;
	IF NOT FOUND THEN
		RETURN;
	END IF;
	WITH folded AS (
		DELETE FROM concert_booking.availability_changes a
		WHERE a.concert_schedule_id = fold_availability.concert_schedule_id
		RETURNING a.available_change)
	SELECT coalesce(sum(folded.available_change), 0) INTO pending_change FROM folded;

	UPDATE concert_booking.concert_schedules cs
	SET total_seats = cs.total_seats + seats_change,
		available_seats = cs.available_seats + fold_availability.available_change + pending_change,
		is_sold_out = cs.total_seats + seats_change > 0
			AND cs.available_seats + fold_availability.available_change + pending_change = 0
	WHERE cs.id = fold_availability.concert_schedule_id
	  AND (seats_change <> 0 OR fold_availability.available_change + pending_change <> 0);
END
$fn$;
COMMENT ON FUNCTION concert_booking.fold_availability(uuid, integer, integer) IS
	'Internal: write a change of totals and all pending changes into the schedule''s row.';
