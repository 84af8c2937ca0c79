/*
 * my_holds(user_id, session_id) - what the booker holds now, on every schedule.
 *
 * For a page that is loaded again: the seats, what each costs, and until when.
 * Arguments: booker. Returns: by start and seat order, one row a live hold: seat_id,
 * concert_schedule_id, seat_number, seat_grade, price (won, as it was told),
 * expires_at, booking_id (the pending booking for whose payment the seat is kept;
 * null: an ordinary hold). Tables written: none.
 * Errors: 22023, 42501, PT401. Source: A 3.3.2; B flow 4.
 *
 * Planned for each call, as my_bookings(): one plan for members and guests would use
 * the index of neither.
 */
CREATE FUNCTION concert_booking.my_holds(
	user_id uuid DEFAULT NULL,
	session_id uuid DEFAULT NULL)
RETURNS TABLE (seat_id uuid, concert_schedule_id uuid, seat_number text, seat_grade text,
			   price integer, expires_at timestamptz, booking_id uuid)
LANGUAGE plpgsql STABLE ROWS 4
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $fn$
#variable_conflict use_column
DECLARE
	booker record;
	judged_at constant timestamptz := concert_booking.clock();
BEGIN
	PERFORM concert_booking.require_tables();
	PERFORM concert_booking.cache_answer('personal');
	SELECT * INTO booker
	FROM concert_booking.resolve_booker(my_holds.user_id, my_holds.session_id);
	RETURN QUERY
	SELECT s.id, s.concert_schedule_id, s.seat_number::text, s.seat_grade::text,
		   coalesce(h.price, s.price), coalesce(s.hold_expires_at, h.expires_at), h.booking_id
	FROM concert_booking.temp_reservations h
	JOIN concert_booking.seats s ON s.id = h.seat_id
	JOIN concert_booking.concert_schedules cs ON cs.id = s.concert_schedule_id
	WHERE (h.user_id = booker.user_id OR h.session_id = booker.session_id)
	  AND s.status = 'temp_reserved' AND coalesce(s.hold_expires_at, h.expires_at) > judged_at
	ORDER BY cs.starts_at, cs.id, s.ordinal;
END
$fn$;
COMMENT ON FUNCTION concert_booking.my_holds(uuid, uuid) IS
	'What one holds now, on every schedule: seats, prices and until when.
With the pending booking for whose payment a seat is kept.';
