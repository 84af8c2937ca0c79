/*
 * What the page of a concert shows, and that of one of its schedules.
 */

/*
 * read_concert(concert_id) - a concert and its venue, as both pages show them.
 * Internal.
 *
 * Returns: {"concert", "venue"}; null: there is none, or it is deleted. Tables
 * written: none. Errors: none.
 */
CREATE FUNCTION concert_booking.read_concert(concert_id uuid)
RETURNS jsonb
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
	SELECT jsonb_build_object(
		'concert', jsonb_build_object(
			'concert_id', c.id, 'title', c.title, 'poster_url', c.poster_url,
			'description', c.description, 'genre', c.genre, 'performers', c.performers,
			'rating', c.rating, 'running_time', c.running_time, 'status', c.status,
			'popularity', c.popularity, 'created_at', c.created_at),
		'venue', jsonb_build_object(
			'venue_id', v.id, 'name', v.name, 'address', v.address,
			'location_lat', v.location_lat, 'location_lng', v.location_lng,
			'timezone', v.timezone))
	FROM concert_booking.concerts c
	JOIN concert_booking.venues v ON v.id = c.venue_id
	WHERE c.id = read_concert.concert_id AND c.is_deleted = false
$fn$;
COMMENT ON FUNCTION concert_booking.read_concert(uuid) IS
	'Internal: a concert and its venue, as the pages of both show them.';

/*
 * read_schedules(concert_id, concert_schedule_id, instant) - schedules of a concert,
 * as its page and that of one schedule show them. Internal.
 *
 * Arguments: concert_schedule_id, or null for all of the concert's; instant, at
 * which they are judged. Returns: a list of the objects that concert_detail()
 * describes, by date and time; null: there is none. Tables written: none.
 * Errors: none.
 */
CREATE FUNCTION concert_booking.read_schedules(
	concert_id uuid,
	concert_schedule_id uuid,
	instant timestamptz)
RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
#variable_conflict use_column
BEGIN
	RETURN (
		SELECT jsonb_agg(jsonb_build_object(
			'concert_schedule_id', cs.id, 'status', cs.status, 'previous_starts_at', cs.previous_starts_at,
			'concert_date', cs.concert_date, 'concert_time', cs.concert_time, 'starts_at', cs.starts_at,
			'total_seats', a.total_seats, 'available_seats', a.available_seats, 'is_sold_out', a.is_sold_out,
			'is_booking_open', cs.is_booking_open, 'booking_opens_at', cs.booking_opens_at,
			'booking_closes_at', cs.booking_closes_at, 'max_seats_per_booker', cs.max_seats_per_booker,
			'payment_required', cs.payment_required, 'refund_ladder', cs.refund_ladder,
			'cancellable_until', concert_booking.cancel_deadline(cs.id),
			'is_bookable', c.status = 'active'
				AND concert_booking.is_bookable(cs.status, cs.is_booking_open, cs.booking_opens_at,
					cs.booking_closes_at, cs.starts_at, read_schedules.instant),
			'opens_at', CASE WHEN c.status = 'active' AND cs.booking_opens_at > read_schedules.instant
				AND concert_booking.is_offered(cs.status, cs.is_booking_open, cs.booking_opens_at,
					cs.booking_closes_at, cs.starts_at, read_schedules.instant) THEN cs.booking_opens_at END,
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
		JOIN concert_booking.concerts c ON c.id = cs.concert_id
		WHERE cs.concert_id = read_schedules.concert_id
		  AND (read_schedules.concert_schedule_id IS NULL OR cs.id = read_schedules.concert_schedule_id));
END
$fn$;
COMMENT ON FUNCTION concert_booking.read_schedules(uuid, uuid, timestamptz) IS
	'Internal: schedules of a concert, as its page and that of one schedule show them.';

/*
 * concert_detail(concert_id, user_id) - everything that a concert's page shows.
 *
 * Arguments: concert_id; user_id, the member for is_wishlisted: left out, it is
 * the signed-in member, and nobody has no wishlist. Returns: one JSON object:
 *   concert	concert_id, title, poster_url, description, genre, performers, rating,
 *				running_time (minutes), status, popularity, created_at
 *   venue		venue_id, name, address, location_lat, location_lng, timezone
 *   schedules	by date and time: concert_schedule_id, status (scheduled, postponed,
 *				cancelled), previous_starts_at (the start before it was moved; null:
 *				it was not), concert_date, concert_time (at the venue), starts_at,
 *				total_seats, available_seats (neither sold nor blocked; exact),
 *				is_sold_out, is_booking_open, booking_opens_at, booking_closes_at,
 *				is_bookable (its seats can be held now), opens_at (when they can be;
 *				null: now, or never), max_seats_per_booker (held and booked together;
 *				null: any number), payment_required (sold by begin_payment()
 *				only), refund_ladder (what comes back of a price, by the hours left;
 *				null: all of it), cancellable_until (from this instant on its
 *				bookings cannot be cancelled), grades (as below, of this schedule)
 *   grades		of all schedules, dearest first: seat_grade, min_price, max_price
 *   is_wishlisted
 * A cancelled or postponed concert or schedule is shown, a deleted concert is not
 * there. Tables written: none. Errors: 22004, 42501, PT404.
 * Source: A 3.2; B flow 2.
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
	PERFORM concert_booking.cache_answer('detail',
		concert_booking.next_change(concert_detail.concert_id, NULL, judged_at));
	member_id := concert_booking.resolve_member_if_any(concert_detail.user_id);

	detail := concert_booking.read_concert(concert_detail.concert_id);
	IF detail IS NULL THEN
		PERFORM concert_booking.refuse_unknown_concert(concert_detail.concert_id);
	END IF;
	RETURN detail || jsonb_build_object(
		'schedules', coalesce(concert_booking.read_schedules(concert_detail.concert_id, NULL, judged_at), '[]'),
		'grades', coalesce((
			SELECT jsonb_agg(jsonb_build_object('seat_grade', g.seat_grade,
				'min_price', g.min_price, 'max_price', g.max_price)
				ORDER BY g.max_price DESC, g.seat_grade)
			FROM (SELECT p.seat_grade, min(p.price) AS min_price, max(p.price) AS max_price
				  FROM concert_booking.concert_schedules cs
				  JOIN concert_booking.schedule_prices p ON p.concert_schedule_id = cs.id
				  WHERE cs.concert_id = concert_detail.concert_id
				  GROUP BY p.seat_grade) g), '[]'),
		'is_wishlisted', EXISTS (
			SELECT FROM concert_booking.wishlists w
			WHERE w.user_id = member_id AND w.concert_id = concert_detail.concert_id));
END
$fn$;
COMMENT ON FUNCTION concert_booking.concert_detail(uuid, uuid) IS
	'Everything that a concert''s page shows: concert, venue, schedules with exact availability, grades with prices, is_wishlisted.';

/*
 * schedule_detail(concert_schedule_id) - what the page of one schedule shows.
 *
 * Returns: one JSON object: concert and venue, and schedule, each as concert_detail()
 * has it. A cancelled or postponed one is shown; one of a deleted concert is not
 * there, nor is one that archive_past_schedules() has put away. Tables written: none.
 * Errors: 22004, PT404. Source: A 3.3; B flow 2.
 */
CREATE FUNCTION concert_booking.schedule_detail(concert_schedule_id uuid)
RETURNS jsonb
LANGUAGE plpgsql STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
#variable_conflict use_column
DECLARE
	judged_at constant timestamptz := concert_booking.clock();
	of_concert uuid;
	detail jsonb;
BEGIN
	PERFORM concert_booking.require_tables();
	IF schedule_detail.concert_schedule_id IS NULL THEN
		PERFORM concert_booking.refuse_null('concert_schedule_id');
	END IF;
	PERFORM concert_booking.cache_answer('list',
		concert_booking.next_change(NULL, schedule_detail.concert_schedule_id, judged_at));
	SELECT cs.concert_id INTO of_concert
	FROM concert_booking.concert_schedules cs
	WHERE cs.id = schedule_detail.concert_schedule_id;
	detail := concert_booking.read_concert(of_concert);
	IF detail IS NULL THEN
		PERFORM concert_booking.refuse_unknown_schedule(schedule_detail.concert_schedule_id);
	END IF;
	RETURN detail || jsonb_build_object('schedule',
		concert_booking.read_schedules(of_concert, schedule_detail.concert_schedule_id, judged_at) -> 0);
END
$fn$;
COMMENT ON FUNCTION concert_booking.schedule_detail(uuid) IS
	'What a schedule''s page shows: concert, venue, and the schedule with exact availability and its grades.';
