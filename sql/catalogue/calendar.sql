/*
 * The calendar of a concert. Offered is a schedule whose seats can be held now or
 * later: the concert is active and not deleted, the schedule is not cancelled, has
 * not started, is open and its booking window is not over. Bookable is one whose
 * window has opened. Sold-out schedules are offered too: a cancelled seat comes
 * back. The same rule is in src/search_statement.c, and that of now in
 * src/schedule.c.
 *
 * Dates are those of the venue: concert_date as the schedule has it.
 */

/*
 * is_offered(...) - whether seats of a schedule can be held at an instant or
 * later, as far as its own row tells. Internal; the concert must be active and not
 * deleted beside it.
 *
 * Arguments: the schedule's columns; instant. Returns: boolean. Tables
 * written: none. Errors: none. No SET clause, so that it can be inlined and
 * use the index on starts_at: its body is parsed once, when it is created.
 */
CREATE FUNCTION concert_booking.is_offered(
	status text,
	is_booking_open boolean,
	booking_opens_at timestamptz,
	booking_closes_at timestamptz,
	starts_at timestamptz,
	instant timestamptz)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN status <> 'cancelled'
	AND is_booking_open
	AND starts_at > instant
	AND (booking_opens_at IS NULL OR booking_opens_at < starts_at)
	AND (booking_closes_at IS NULL OR booking_closes_at > instant);

COMMENT ON FUNCTION concert_booking.is_offered(text, boolean, timestamptz, timestamptz, timestamptz, timestamptz) IS
	'Internal: whether a schedule''s seats can be held at an instant or later.';

/*
 * is_bookable(...) - whether they can be held at that instant. Internal; as
 * is_offered().
 */
CREATE FUNCTION concert_booking.is_bookable(
	status text,
	is_booking_open boolean,
	booking_opens_at timestamptz,
	booking_closes_at timestamptz,
	starts_at timestamptz,
	instant timestamptz)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN concert_booking.is_offered(status, is_booking_open, booking_opens_at, booking_closes_at, starts_at, instant)
	AND (booking_opens_at IS NULL OR booking_opens_at <= instant);

COMMENT ON FUNCTION concert_booking.is_bookable(text, boolean, timestamptz, timestamptz, timestamptz, timestamptz) IS
	'Internal: whether a schedule''s seats can be held at an instant.';

/*
 * available_dates(concert_id) - the days on which a concert is offered.
 *
 * Returns: by date, available_date, schedule_count (schedules of the day that can be
 * booked now or later), available_seats (of all of them: neither sold nor blocked;
 * exact), opens_at (null: one of them can be booked now; else when the first opens).
 * None for an unknown concert. Tables written: none. Errors: 22004.
 * Source: B 2; B flow 1 (opens later).
 */
CREATE FUNCTION concert_booking.available_dates(concert_id uuid)
RETURNS TABLE (available_date date, schedule_count integer, available_seats bigint,
			   opens_at timestamptz)
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
	PERFORM concert_booking.cache_answer('list',
		concert_booking.next_change(available_dates.concert_id, NULL, judged_at));
	RETURN QUERY
	SELECT cs.concert_date, count(*)::integer, sum(a.available_seats)::bigint,
		   CASE WHEN bool_and(coalesce(cs.booking_opens_at > judged_at, false)) THEN min(cs.booking_opens_at) END
	FROM concert_booking.concerts c
	JOIN concert_booking.concert_schedules cs ON cs.concert_id = c.id
	JOIN concert_booking.schedule_availability a ON a.concert_schedule_id = cs.id
	WHERE c.id = available_dates.concert_id
	  AND c.is_deleted = false AND c.status = 'active'
	  AND concert_booking.is_offered(cs.status, cs.is_booking_open, cs.booking_opens_at,
									 cs.booking_closes_at, cs.starts_at, judged_at)
	GROUP BY cs.concert_date
	ORDER BY cs.concert_date;
END
$fn$;
COMMENT ON FUNCTION concert_booking.available_dates(uuid) IS
	'The days on which a concert can be booked, now or later, in the venue''s time zone.
With how many schedules and seats each day has, and when its sale opens.';

/*
 * schedules_on(concert_id, on_date) - a concert's schedules of a day that are
 * offered.
 *
 * Arguments: concert_id; on_date, in the venue's time zone. Returns: by start,
 * concert_schedule_id, starts_at, concert_time (at the venue), total_seats,
 * available_seats (neither sold nor blocked; exact), is_sold_out,
 * lowest_price in won (null: no seats yet), opens_at (null: it can be booked now;
 * else when booking begins), status (scheduled or postponed: it was moved to this
 * date). None for an unknown concert. Tables written: none. Errors: 22004.
 * Source: B 3; B flow 1 (opens later).
 */
CREATE FUNCTION concert_booking.schedules_on(concert_id uuid, on_date date)
RETURNS TABLE (concert_schedule_id uuid, starts_at timestamptz, concert_time time,
			   total_seats integer, available_seats integer, is_sold_out boolean,
			   lowest_price integer, opens_at timestamptz, status text)
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
	PERFORM concert_booking.cache_answer('list',
		concert_booking.next_change(schedules_on.concert_id, NULL, judged_at));
	RETURN QUERY
	SELECT cs.id, cs.starts_at, cs.concert_time, a.total_seats, a.available_seats,
		   a.is_sold_out, cs.lowest_price,
		   CASE WHEN cs.booking_opens_at > judged_at THEN cs.booking_opens_at END, cs.status
	FROM concert_booking.concerts c
	JOIN concert_booking.concert_schedules cs ON cs.concert_id = c.id
	JOIN concert_booking.schedule_availability a ON a.concert_schedule_id = cs.id
	WHERE c.id = schedules_on.concert_id
	  AND c.is_deleted = false AND c.status = 'active'
	  AND cs.concert_date = schedules_on.on_date
	  AND concert_booking.is_offered(cs.status, cs.is_booking_open, cs.booking_opens_at,
									 cs.booking_closes_at, cs.starts_at, judged_at)
	ORDER BY cs.starts_at, cs.id;
END
$fn$;
COMMENT ON FUNCTION concert_booking.schedules_on(uuid, date) IS
	'A concert''s schedules of a day in the venue''s time zone that can be booked, now or later, with exact availability.';
