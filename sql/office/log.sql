/*
 * The event log, as the box office reads it: what happened to a booking, and on a
 * schedule. It knows bookings and schedules that are archived or gone.
 */

CREATE TYPE concert_booking.log_entry AS (
	occurred_at timestamptz,
	event_type text,
	booking_id uuid,
	seat_count integer,
	actor text,
	detail jsonb,
	total_count bigint
);
COMMENT ON TYPE concert_booking.log_entry IS
	'One line of the event log.';
COMMENT ON COLUMN concert_booking.log_entry.occurred_at IS 'when it happened';
COMMENT ON COLUMN concert_booking.log_entry.event_type IS 'what happened';
COMMENT ON COLUMN concert_booking.log_entry.booking_id IS 'the booking it was about, null: the schedule as a whole';
COMMENT ON COLUMN concert_booking.log_entry.seat_count IS 'how many seats it was about';
COMMENT ON COLUMN concert_booking.log_entry.actor IS 'who did it: the member''s id where one was signed in, else the database role';
COMMENT ON COLUMN concert_booking.log_entry.detail IS 'further facts';
COMMENT ON COLUMN concert_booking.log_entry.total_count IS 'how many lines there are in all';

/*
 * booking_log(booking_id, page_size, page_offset) - what happened to a booking.
 *
 * Arguments: booking_id; page_size, 1 to 1,000; page_offset, rows to leave out.
 * Returns: newest first. Tables written: none. Errors: 22004, 22023, PT404 (no such
 * booking, and no line is about it). Source: A 6.2, B (operation log). For the box
 * office.
 */
CREATE FUNCTION concert_booking.booking_log(
	booking_id uuid,
	page_size integer DEFAULT 100,
	page_offset integer DEFAULT 0)
RETURNS SETOF concert_booking.log_entry
LANGUAGE plpgsql STABLE ROWS 10
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $fn$
#variable_conflict use_column
BEGIN
	PERFORM concert_booking.require_tables();
	IF booking_log.booking_id IS NULL THEN
		PERFORM concert_booking.refuse_null('booking_id');
	END IF;
	PERFORM concert_booking.check_page(booking_log.page_size, booking_log.page_offset);
	PERFORM concert_booking.cache_answer('personal');
	IF NOT EXISTS (SELECT FROM concert_booking.bookings b WHERE b.id = booking_log.booking_id)
	   AND NOT EXISTS (SELECT FROM concert_booking.archived_bookings a WHERE a.id = booking_log.booking_id)
	   AND NOT EXISTS (SELECT FROM concert_booking.booking_events e WHERE e.booking_id = booking_log.booking_id) THEN
		PERFORM concert_booking.refuse_unknown_booking(booking_log.booking_id);
	END IF;
	RETURN QUERY
	SELECT e.occurred_at, e.event_type, e.booking_id, e.seat_count, e.actor::text, e.detail, count(*) OVER ()
	FROM concert_booking.booking_events e
	WHERE e.booking_id = booking_log.booking_id
	ORDER BY e.occurred_at DESC, e.id DESC
	LIMIT booking_log.page_size OFFSET booking_log.page_offset;
END
$fn$;
COMMENT ON FUNCTION concert_booking.booking_log(uuid, integer, integer) IS
	'What happened to a booking, newest first, and who did it.';

/*
 * schedule_log(concert_schedule_id, page_size, page_offset) - what happened on a
 * schedule, its bookings included.
 *
 * Arguments: concert_schedule_id; page_size, 1 to 1,000; page_offset, rows to leave
 * out. Returns: newest first. Tables written: none. Errors: 22004, 22023, PT404 (no
 * such schedule, and no line is about it). Source: A 6.2, B (operation log). For
 * managers.
 */
CREATE FUNCTION concert_booking.schedule_log(
	concert_schedule_id uuid,
	page_size integer DEFAULT 100,
	page_offset integer DEFAULT 0)
RETURNS SETOF concert_booking.log_entry
LANGUAGE plpgsql STABLE ROWS 100
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $fn$
#variable_conflict use_column
BEGIN
	PERFORM concert_booking.require_tables();
	IF schedule_log.concert_schedule_id IS NULL THEN
		PERFORM concert_booking.refuse_null('concert_schedule_id');
	END IF;
	PERFORM concert_booking.check_page(schedule_log.page_size, schedule_log.page_offset);
	PERFORM concert_booking.cache_answer('personal');
	IF NOT EXISTS (SELECT FROM concert_booking.concert_schedules cs WHERE cs.id = schedule_log.concert_schedule_id)
	   AND NOT EXISTS (SELECT FROM concert_booking.archived_schedules a WHERE a.id = schedule_log.concert_schedule_id)
	   AND NOT EXISTS (SELECT FROM concert_booking.booking_events e
					   WHERE e.concert_schedule_id = schedule_log.concert_schedule_id) THEN
		PERFORM concert_booking.refuse_unknown_schedule(schedule_log.concert_schedule_id);
	END IF;
	RETURN QUERY
	SELECT e.occurred_at, e.event_type, e.booking_id, e.seat_count, e.actor::text, e.detail, count(*) OVER ()
	FROM concert_booking.booking_events e
	WHERE e.concert_schedule_id = schedule_log.concert_schedule_id
	ORDER BY e.occurred_at DESC, e.id DESC
	LIMIT schedule_log.page_size OFFSET schedule_log.page_offset;
END
$fn$;
COMMENT ON FUNCTION concert_booking.schedule_log(uuid, integer, integer) IS
	'What happened on a schedule, its bookings included, newest first, and who did it.';
