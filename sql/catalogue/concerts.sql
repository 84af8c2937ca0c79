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
 *				null: any number), payment_required (sold by begin_payment()
 *				only), grades (as below, of this schedule)
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
				'payment_required', cs.payment_required,
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
