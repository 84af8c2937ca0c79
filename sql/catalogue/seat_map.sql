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
	SELECT s.id::uuid, s.seat_number::text, s.seat_grade::text, s.price::integer,
		   s.position_x::integer, s.position_y::integer,
		   CASE WHEN s.status = 'temp_reserved'
				 AND coalesce(s.hold_expires_at,
							  (SELECT h.expires_at FROM concert_booking.temp_reservations h
							   WHERE h.seat_id = s.id), '-infinity') <= judged_at
				THEN 'available' ELSE s.status::text END,
		   s.ordinal::integer, s.section::text, s.row_label::text, s.seat_index::integer
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
	layout_version integer;
BEGIN
	PERFORM concert_booking.require_tables();
	IF seat_map_json.concert_schedule_id IS NULL THEN
		PERFORM concert_booking.refuse_null('concert_schedule_id');
	END IF;
	PERFORM concert_booking.cache_answer('seat_map',
		concert_booking.next_change(NULL, seat_map_json.concert_schedule_id, judged_at));
	SELECT cs.layout_version INTO layout_version
	FROM concert_booking.concert_schedules cs
	WHERE cs.id = seat_map_json.concert_schedule_id;
	IF NOT FOUND THEN
		PERFORM concert_booking.refuse_unknown_schedule(seat_map_json.concert_schedule_id);
	END IF;
	RETURN concert_booking.seat_document(seat_map_json.concert_schedule_id, layout_version, judged_at);
END
$fn$;
COMMENT ON FUNCTION concert_booking.seat_map_json(uuid) IS
	'Every seat of a schedule in one JSON document, which no limit on rows can cut.
With layout_version and seat_count; the seats are the rows of seat_map().';

/*
 * seat_document(concert_schedule_id, layout_version, judged_at) - the document of
 * seat_map_json(). Internal.
 *
 * Arguments: judged_at, the instant at which a hold is judged. Returns: one JSON
 * object. Tables written: none. Errors: none. See src/seat_map.c.
 */
CREATE FUNCTION concert_booking.seat_document(concert_schedule_id uuid, layout_version integer,
											   judged_at timestamptz)
RETURNS json
LANGUAGE c STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'concert_booking_seat_document';

COMMENT ON FUNCTION concert_booking.seat_document(uuid, integer, timestamptz) IS
	'Internal: the document of seat_map_json(), with a layout version, judged at an instant.';

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
	statuses text,
	version text,
	changed_positions integer[],
	changed_statuses text
);
COMMENT ON TYPE concert_booking.seat_statuses IS
	'The states of all seats of a schedule, or what changed in them.';
COMMENT ON COLUMN concert_booking.seat_statuses.layout_version IS
	'another number than that of the last poll: load the seat map again';
COMMENT ON COLUMN concert_booking.seat_statuses.seat_count IS 'number of seats';
COMMENT ON COLUMN concert_booking.seat_statuses.statuses IS
	'one letter a seat in the order of seat_map(): a available, t temp_reserved, r reserved, u unavailable; null: the changes tell';
COMMENT ON COLUMN concert_booking.seat_statuses.version IS
	'the name of this state of the seats, for the next poll';
COMMENT ON COLUMN concert_booking.seat_statuses.changed_positions IS
	'places of changed seats in the order of seat_map(), from 1; null: statuses has all';
COMMENT ON COLUMN concert_booking.seat_statuses.changed_statuses IS
	'the letters of these seats, in the same order; null: statuses has all';

/*
 * seat_status(concert_schedule_id, since) - the states of all seats, for polling.
 *
 * The n-th letter is the state of the n-th seat of seat_map(), as long as
 * layout_version is the one that came with the map's own poll. A poll that names a
 * version is told what has changed since: such polls of the schedule share one
 * look at its seats for concert_booking.share_seat_status, so the answer can be
 * that much older than one without. A transaction that has written, and one in
 * REPEATABLE READ or SERIALIZABLE, looks for itself. See src/seat_status.c.
 * Arguments: since, the version of the poll before; '' or one that is not known
 * any more: all letters of the shared look; null: all letters as they are now.
 * Returns: one row. Tables written: none. Errors: 22004 (of the schedule), PT404.
 * Source: A 3.3.1; B 4, B flow 3 and B's Redis key seat_status.
 */
CREATE FUNCTION concert_booking.seat_status(concert_schedule_id uuid, since text DEFAULT NULL)
RETURNS concert_booking.seat_statuses
LANGUAGE c STABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'concert_booking_seat_status';

COMMENT ON FUNCTION concert_booking.seat_status(uuid, text) IS
	'The states of all seats of a schedule, one letter each, for polling; what changed since the version of a poll before.
Letters come in the order of seat_map(); load it again when layout_version changes. With since an answer may be a tenth of a second old.';
