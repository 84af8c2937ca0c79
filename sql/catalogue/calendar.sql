/*
 * The calendar of a concert. Bookable is a schedule whose seats can be held
 * now: the concert is active and not deleted, the schedule has not started, is
 * open and inside its booking window. Sold-out schedules are bookable in this
 * sense: a cancelled seat comes back.
 *
 * Dates are those of the venue: concert_date as the schedule has it.
 */

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
