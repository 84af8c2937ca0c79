/*
 * Seat maps. Nobody learns who holds or owns a seat. A hold that has lapsed is
 * shown as free, whether or not it was swept; the seat's row tells, and where
 * hand-written SQL left hold_expires_at null, the hold's row does
 * (src/seat.c judges in the same way).
 *
 * The seat order is that of seats.ordinal: generate_seats(), import_seats() and
 * copy_seats() set it, and a seat inserted by hand takes its natural place
 * ('A-2' before 'A-10').
 */

CREATE TYPE concert_booking.seat_map_entry AS (
	seat_id uuid,
	seat_number text,
	seat_grade text,
	price integer,
	position_x integer,
	position_y integer,
	status text,
	ordinal integer,
	section text,
	row_label text,
	seat_index integer
);
COMMENT ON TYPE concert_booking.seat_map_entry IS
	'One seat of a seat map.';
COMMENT ON COLUMN concert_booking.seat_map_entry.seat_id IS 'the seat';
COMMENT ON COLUMN concert_booking.seat_map_entry.seat_number IS 'the seat''s number, as printed on the ticket';
COMMENT ON COLUMN concert_booking.seat_map_entry.seat_grade IS 'the seat''s grade';
COMMENT ON COLUMN concert_booking.seat_map_entry.price IS 'price in won';
COMMENT ON COLUMN concert_booking.seat_map_entry.position_x IS 'place on the plan, from left to right';
COMMENT ON COLUMN concert_booking.seat_map_entry.position_y IS 'place on the plan, from front to back';
COMMENT ON COLUMN concert_booking.seat_map_entry.status IS 'available, temp_reserved, reserved or unavailable';
COMMENT ON COLUMN concert_booking.seat_map_entry.ordinal IS 'place in the schedule''s seat order';
COMMENT ON COLUMN concert_booking.seat_map_entry.section IS 'part of the hall';
COMMENT ON COLUMN concert_booking.seat_map_entry.row_label IS 'the row';
COMMENT ON COLUMN concert_booking.seat_map_entry.seat_index IS 'place in the row';

/*
 * seat_map(concert_schedule_id) - every seat of a schedule.
 *
 * Returns: in seat order. None for an unknown schedule. Tables written: none.
 * Errors: 22004, PT404 (another shard made the id). Source: A 3.3.1; B 4.
 */
CREATE FUNCTION concert_booking.seat_map(concert_schedule_id uuid)
RETURNS SETOF concert_booking.seat_map_entry
LANGUAGE plpgsql STABLE PARALLEL SAFE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
#variable_conflict use_column
DECLARE
	judged_at constant timestamptz := concert_booking.clock();
BEGIN
	PERFORM concert_booking.require_tables();
	IF seat_map.concert_schedule_id IS NULL THEN
		PERFORM concert_booking.refuse_null('concert_schedule_id');
	END IF;
	PERFORM concert_booking.cache_answer('seat_map',
		concert_booking.next_change(NULL, seat_map.concert_schedule_id, judged_at));
	RETURN QUERY
	SELECT s.id, s.seat_number::text, s.seat_grade::text, s.price, s.position_x, s.position_y,
		   CASE WHEN s.status = 'temp_reserved'
				 AND coalesce(s.hold_expires_at,
							  (SELECT h.expires_at FROM concert_booking.temp_reservations h
							   WHERE h.seat_id = s.id), '-infinity') <= judged_at
				THEN 'available' ELSE s.status END,
		   s.ordinal, s.section, s.row_label, s.seat_index
	FROM concert_booking.seats s
	WHERE s.concert_schedule_id = seat_map.concert_schedule_id
	ORDER BY s.ordinal;
	IF NOT FOUND THEN
		PERFORM concert_booking.refuse_elsewhere(seat_map.concert_schedule_id);
	END IF;
END
$fn$;
COMMENT ON FUNCTION concert_booking.seat_map(uuid) IS
	'Every seat of a schedule, in seat order, with its status.
A lapsed hold is shown as available; who holds a seat is not shown.';

/*
 * seat_map_json(concert_schedule_id) - every seat of a schedule as one document.
 *
 * In one row: a limit on rows, such as PostgREST's db-max-rows, cuts a seat_map()
 * without a word. layout_version is that of seat_status(), whose letters fit these
 * seats as long as it is the same.
 * Returns: one JSON object: concert_schedule_id, layout_version, seat_count, seats
 * (a list in seat order; each with the columns of seat_map()). Tables written: none.
 * Errors: 22004, PT404. Source: A 3.3.1; B 4.
 */
CREATE FUNCTION concert_booking.seat_map_json(concert_schedule_id uuid)
RETURNS json
LANGUAGE plpgsql STABLE PARALLEL SAFE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
#variable_conflict use_column
DECLARE
	judged_at constant timestamptz := concert_booking.clock();
	document json;
BEGIN
	PERFORM concert_booking.require_tables();
	IF seat_map_json.concert_schedule_id IS NULL THEN
		PERFORM concert_booking.refuse_null('concert_schedule_id');
	END IF;
	PERFORM concert_booking.cache_answer('seat_map',
		concert_booking.next_change(NULL, seat_map_json.concert_schedule_id, judged_at));
	SELECT json_build_object('concert_schedule_id', cs.id, 'layout_version', cs.layout_version,
		'seat_count', m.seat_count, 'seats', coalesce(m.seats, '[]'))
	INTO document
	FROM concert_booking.concert_schedules cs
	CROSS JOIN LATERAL (
		SELECT count(*) AS seat_count, json_agg(s) AS seats
		FROM (SELECT s.id AS seat_id, s.seat_number, s.seat_grade, s.price, s.position_x, s.position_y,
					 CASE WHEN s.status = 'temp_reserved'
						   AND coalesce(s.hold_expires_at,
										(SELECT h.expires_at FROM concert_booking.temp_reservations h
										 WHERE h.seat_id = s.id), '-infinity') <= judged_at
						  THEN 'available' ELSE s.status END AS status,
					 s.ordinal, s.section, s.row_label, s.seat_index
			  FROM concert_booking.seats s
			  WHERE s.concert_schedule_id = cs.id
			  ORDER BY s.ordinal) s) m
	WHERE cs.id = seat_map_json.concert_schedule_id;
	IF document IS NULL THEN
		PERFORM concert_booking.refuse_unknown_schedule(seat_map_json.concert_schedule_id);
	END IF;
	RETURN document;
END
$fn$;
COMMENT ON FUNCTION concert_booking.seat_map_json(uuid) IS
	'Every seat of a schedule in one JSON document, which no limit on rows can cut.
With layout_version and seat_count; the seats are the rows of seat_map().';

/*
 * seat_grades(concert_schedule_id) - grades of a schedule and what is free.
 *
 * Returns: dearest first, seat_grade, min_price and max_price in won,
 * total_seats, free_seats (can be held now: neither sold, blocked nor held).
 * None for an unknown schedule. Tables written: none. Errors: 22004, PT404 (another
 * shard made the id).
 * Source: A 3.2 (grades).
 */
CREATE FUNCTION concert_booking.seat_grades(concert_schedule_id uuid)
RETURNS TABLE (seat_grade text, min_price integer, max_price integer,
			   total_seats bigint, free_seats bigint)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 5
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
#variable_conflict use_column
DECLARE
	judged_at constant timestamptz := concert_booking.clock();
BEGIN
	PERFORM concert_booking.require_tables();
	IF seat_grades.concert_schedule_id IS NULL THEN
		PERFORM concert_booking.refuse_null('concert_schedule_id');
	END IF;
	PERFORM concert_booking.cache_answer('seat_map',
		concert_booking.next_change(NULL, seat_grades.concert_schedule_id, judged_at));
	RETURN QUERY
	SELECT s.seat_grade::text, min(s.price), max(s.price), count(*),
		   count(*) FILTER (WHERE s.status = 'available'
							   OR s.status = 'temp_reserved'
								  AND coalesce(s.hold_expires_at,
											   (SELECT h.expires_at FROM concert_booking.temp_reservations h
												WHERE h.seat_id = s.id), '-infinity') <= judged_at)
	FROM concert_booking.seats s
	WHERE s.concert_schedule_id = seat_grades.concert_schedule_id
	GROUP BY s.seat_grade
	ORDER BY 3 DESC, 1;
	IF NOT FOUND THEN
		PERFORM concert_booking.refuse_elsewhere(seat_grades.concert_schedule_id);
	END IF;
END
$fn$;
COMMENT ON FUNCTION concert_booking.seat_grades(uuid) IS
	'Grades of a schedule, dearest first: prices, seats, seats that are free now.';

CREATE TYPE concert_booking.seat_statuses AS (
	layout_version integer,
	seat_count integer,
	statuses text
);
COMMENT ON TYPE concert_booking.seat_statuses IS
	'The states of all seats of a schedule.';
COMMENT ON COLUMN concert_booking.seat_statuses.layout_version IS
	'another number than that of the last poll: load the seat map again';
COMMENT ON COLUMN concert_booking.seat_statuses.seat_count IS 'number of seats';
COMMENT ON COLUMN concert_booking.seat_statuses.statuses IS
	'one letter a seat in the order of seat_map(): a available, t temp_reserved, r reserved, u unavailable';

/*
 * seat_status(concert_schedule_id) - the states of all seats, for polling.
 *
 * The n-th letter is the state of the n-th seat of seat_map(), as long as
 * layout_version is the one that came with the map's own poll.
 * Returns: one row. Tables written: none. Errors: 22004, PT404.
 * Source: A 3.3.1; B 4, B flow 3 and B's Redis key seat_status.
 */
CREATE FUNCTION concert_booking.seat_status(concert_schedule_id uuid)
RETURNS concert_booking.seat_statuses
LANGUAGE c STABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'concert_booking_seat_status';

COMMENT ON FUNCTION concert_booking.seat_status(uuid) IS
	'The states of all seats of a schedule, one letter each, for polling.
Letters come in the order of seat_map(); load it again when layout_version changes.';
