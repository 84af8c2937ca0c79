/*
 * Layouts of thousands of seats in one call. Totals, availability,
 * schedule_prices, lowest_price and layout_version follow by triggers.
 *
 * Locking: the schedule's seats by ascending id, then its row; the rest in the
 * triggers. Sales of the schedule wait for the end of the call.
 */

/*
 * read_layout(seats) - the list of import_seats() as rows. Internal.
 *
 * Returns: n, the place in the list from 1; the members; row_label and
 * seat_index filled from seat_number. Tables written: none. Errors: 22P02 (a
 * member is no number), 22003.
 */
CREATE TYPE concert_booking.layout_seat AS (
	n integer,
	seat_number text,
	seat_grade text,
	price integer,
	position_x integer,
	position_y integer,
	section text,
	row_label text,
	seat_index integer,
	status text
);
COMMENT ON TYPE concert_booking.layout_seat IS
	'Internal: one seat of the list of import_seats().';
COMMENT ON COLUMN concert_booking.layout_seat.n IS 'place in the list, from 1';
COMMENT ON COLUMN concert_booking.layout_seat.seat_number IS 'number as printed on the ticket';
COMMENT ON COLUMN concert_booking.layout_seat.seat_grade IS 'grade';
COMMENT ON COLUMN concert_booking.layout_seat.price IS 'price in won';
COMMENT ON COLUMN concert_booking.layout_seat.position_x IS 'place on the plan, from left to right';
COMMENT ON COLUMN concert_booking.layout_seat.position_y IS 'place on the plan, from front to back';
COMMENT ON COLUMN concert_booking.layout_seat.section IS 'part of the hall';
COMMENT ON COLUMN concert_booking.layout_seat.row_label IS 'row within the section';
COMMENT ON COLUMN concert_booking.layout_seat.seat_index IS 'number within the row';
COMMENT ON COLUMN concert_booking.layout_seat.status IS 'status of a new seat: available or unavailable';

CREATE FUNCTION concert_booking.read_layout(seats jsonb)
RETURNS SETOF concert_booking.layout_seat
LANGUAGE sql STABLE ROWS 1000
SET search_path = pg_catalog, pg_temp
AS $fn$
	SELECT w.n::integer, w.seat_number, w.seat_grade, w.price, w.position_x, w.position_y, w.section,
		   coalesce(w.row_label, p.row_label), coalesce(w.seat_index, p.seat_index), w.status
	FROM ROWS FROM (jsonb_to_recordset(read_layout.seats) AS (
			seat_number text, seat_grade text, price integer, position_x integer, position_y integer,
			section text, row_label text, seat_index integer, status text)) WITH ORDINALITY
		AS w (seat_number, seat_grade, price, position_x, position_y, section, row_label, seat_index, status, n)
	CROSS JOIN LATERAL concert_booking.split_seat_number(w.seat_number) p
$fn$;
COMMENT ON FUNCTION concert_booking.read_layout(jsonb) IS
	'Internal: the list of import_seats() as rows.';

/*
 * import_seats(concert_schedule_id, seats) - make the schedule's layout exactly
 * this list, in this order.
 *
 * A seat is known by its number: one that is there already is changed and keeps
 * its status, hold and booking; one that is not in the list is removed. A seat
 * that is held, sold or was ever booked cannot be removed: then nothing at all
 * is changed, and the refusal names each such seat.
 * Arguments: concert_schedule_id; seats, a JSON list of up to 100,000 objects:
 *   seat_number (1 to 20 characters), seat_grade (1 to 20), price (won, 0 or more);
 *   optional: position_x, position_y, section, row_label and seat_index (left
 *   out: read from seat_number), status of a new seat (available, the default,
 *   or unavailable: blocked)
 * Returns: how many seats were inserted, changed and removed; the same list
 * again changes nothing. Tables written: seats, temp_reservations (lapsed holds
 * of removed seats), schedule_prices, concert_schedules, availability_changes,
 * booking_events.
 * Errors: 22004, 22023 (DETAIL names the first seat of the list that is
 * wrong), 22P02, 54000, PT404, PT409 (DETAIL: a JSON list of seat_id, seat_number
 * and reason: held, reserved or booked_before; or another layout is being made
 * at this moment: run again). Source: A 2.5; B sample seats.
 */
CREATE FUNCTION concert_booking.import_seats(
	concert_schedule_id uuid,
	seats jsonb,
	OUT inserted_seats integer,
	OUT updated_seats integer,
	OUT removed_seats integer)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $fn$
#variable_conflict use_column
BEGIN
	PERFORM concert_booking.require_tables();
	IF import_seats.concert_schedule_id IS NULL THEN
		PERFORM concert_booking.refuse_null('concert_schedule_id');
	ELSIF import_seats.seats IS NULL THEN
		PERFORM concert_booking.refuse_null('seats');
	ELSIF jsonb_typeof(import_seats.seats) <> 'array'
		  OR jsonb_path_exists(import_seats.seats, 'strict $[*] ? (@.type() != "object")') THEN
		PERFORM concert_booking.refuse_value('seats', 'Use a JSON list of objects.');
	END IF;
	PERFORM concert_booking.check_layout_size(jsonb_array_length(import_seats.seats));
	SELECT l.inserted_seats, l.updated_seats, l.removed_seats
	INTO inserted_seats, updated_seats, removed_seats
	FROM concert_booking.make_layout(import_seats.concert_schedule_id,
		ARRAY(SELECT w FROM concert_booking.read_layout(import_seats.seats) w)) l;
END
$fn$;
COMMENT ON FUNCTION concert_booking.import_seats(uuid, jsonb) IS
	'Make a schedule''s layout exactly this list of seats, in this order.
A held, sold or once booked seat that is missing from the list is named, and nothing is changed (PT409). Returns how many seats were inserted, updated and removed.';

/*
 * check_layout_size(seat_count) - refuse more seats than one call may make. Internal.
 *
 * Returns: nothing. Tables written: none. Errors: 54000.
 */
CREATE FUNCTION concert_booking.check_layout_size(seat_count integer)
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	IF seat_count > 100000 THEN
		PERFORM concert_booking.refuse('54000', 'too many seats in one call',
			format('The call names %s seats; the limit is 100000.', seat_count),
			'Split the plan into schedules or sections.');
	END IF;
END
$fn$;
COMMENT ON FUNCTION concert_booking.check_layout_size(integer) IS
	'Internal: refuse more seats than one call may make.';

/*
 * make_layout(schedule_id, layout) - what import_seats() and copy_seats() do. Internal.
 *
 * Arguments: layout, the seats in their order, n from 1. Returns, tables written and
 * errors: see import_seats().
 */
CREATE FUNCTION concert_booking.make_layout(
	schedule_id uuid,
	layout concert_booking.layout_seat[],
	OUT inserted_seats integer,
	OUT updated_seats integer,
	OUT removed_seats integer)
LANGUAGE plpgsql VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $fn$
#variable_conflict use_column
DECLARE
	session_timeout constant text := concert_booking.begin_waits();
	wrong record;
	locked_ids uuid[];
	judged_at timestamptz;
	removed_ids uuid[];
	refused jsonb;
	lowest_ordinal integer;
BEGIN
	BEGIN
		SELECT w.n, w.seat_number, w.fault INTO wrong
		FROM (SELECT w.n, w.seat_number,
					 CASE WHEN coalesce(length(w.seat_number), 0) NOT BETWEEN 1 AND 20
							THEN 'seat_number must have 1 to 20 characters'
						  WHEN coalesce(length(w.seat_grade), 0) NOT BETWEEN 1 AND 20
							THEN 'seat_grade must have 1 to 20 characters'
						  WHEN coalesce(w.price, -1) < 0 THEN 'price must be 0 or more'
						  WHEN w.status NOT IN ('available', 'unavailable')
							THEN 'status must be available or unavailable'
						  WHEN row_number() OVER (PARTITION BY w.seat_number ORDER BY w.n) > 1
							THEN 'seat_number is in the list already' END AS fault
			  FROM unnest(layout) w) w
		WHERE w.fault IS NOT NULL
		ORDER BY w.n LIMIT 1;
		IF FOUND THEN
			PERFORM concert_booking.refuse('22023', 'argument has an invalid value',
				format('The argument is "seats"; seat %s of the list ("%s"): %s.', wrong.n,
					   left(wrong.seat_number, 20), wrong.fault),
				'Correct the list and pass it again.');
		END IF;

		SELECT coalesce(array_agg(l.id), '{}') INTO locked_ids
		FROM (SELECT s.id FROM concert_booking.seats s
			  WHERE s.concert_schedule_id = make_layout.schedule_id
			  ORDER BY s.id FOR UPDATE) l;
		PERFORM FROM concert_booking.concert_schedules cs
		WHERE cs.id = make_layout.schedule_id FOR NO KEY UPDATE;
		IF NOT FOUND THEN
			PERFORM concert_booking.refuse_unknown_schedule(make_layout.schedule_id);
		END IF;
		/* Seats made while the schedule's row was waited for are not locked. */
		IF cardinality(locked_ids) <> (SELECT count(*) FROM concert_booking.seats s
									   WHERE s.concert_schedule_id = make_layout.schedule_id) THEN
			PERFORM concert_booking.refuse_changing(make_layout.schedule_id);
		END IF;

		/* Law 2: the clock is read after the locks were obtained. */
		judged_at := concert_booking.clock();
		removed_ids := ARRAY(
			SELECT s.id FROM concert_booking.seats s
			WHERE s.concert_schedule_id = make_layout.schedule_id
			  AND NOT EXISTS (SELECT FROM unnest(layout) w WHERE w.seat_number = s.seat_number));
		SELECT jsonb_agg(jsonb_build_object('seat_id', r.id, 'seat_number', r.seat_number, 'reason', r.reason)
						 ORDER BY r.ordinal)
		INTO refused
		FROM (SELECT s.id, s.seat_number, s.ordinal,
					 CASE WHEN s.status = 'reserved' THEN 'reserved'
						  WHEN s.status = 'temp_reserved'
							   AND coalesce(s.hold_expires_at, h.expires_at) > judged_at THEN 'held'
						  WHEN EXISTS (SELECT FROM concert_booking.booking_seats bs WHERE bs.seat_id = s.id)
							THEN 'booked_before' END AS reason
			  FROM concert_booking.seats s
			  LEFT JOIN concert_booking.temp_reservations h ON h.seat_id = s.id
			  WHERE s.id = ANY (removed_ids)) r
		WHERE r.reason IS NOT NULL;
		IF refused IS NOT NULL THEN
			PERFORM concert_booking.refuse('PT409', 'the layout would lose seats', refused::text,
				'Keep these seats in the list, and block those that are not to be sold.');
		END IF;

		DELETE FROM concert_booking.seats s WHERE s.id = ANY (removed_ids);
		GET DIAGNOSTICS removed_seats = ROW_COUNT;

		/* Out of each other's way first: two seats cannot have one place for a moment. */
		SELECT least(min(s.ordinal), 0) INTO lowest_ordinal
		FROM concert_booking.seats s
		WHERE s.concert_schedule_id = make_layout.schedule_id;
		UPDATE concert_booking.seats s
		SET ordinal = lowest_ordinal - w.n
		FROM unnest(layout) w
		WHERE s.concert_schedule_id = make_layout.schedule_id
		  AND s.seat_number = w.seat_number AND s.ordinal <> w.n;

		UPDATE concert_booking.seats s
		SET seat_grade = w.seat_grade, price = w.price, position_x = w.position_x,
			position_y = w.position_y, ordinal = w.n, section = w.section,
			row_label = w.row_label, seat_index = w.seat_index
		FROM unnest(layout) w
		WHERE s.concert_schedule_id = make_layout.schedule_id
		  AND s.seat_number = w.seat_number
		  AND (s.seat_grade, s.price, s.position_x, s.position_y, s.ordinal, s.section, s.row_label, s.seat_index)
			IS DISTINCT FROM
			  (w.seat_grade, w.price, w.position_x, w.position_y, w.n, w.section, w.row_label, w.seat_index);
		GET DIAGNOSTICS updated_seats = ROW_COUNT;

		INSERT INTO concert_booking.seats
			(concert_schedule_id, seat_number, seat_grade, price, position_x, position_y,
			 status, ordinal, section, row_label, seat_index)
		SELECT make_layout.schedule_id, w.seat_number, w.seat_grade, w.price,
			   w.position_x, w.position_y, coalesce(w.status, 'available'), w.n,
			   w.section, w.row_label, w.seat_index
		FROM unnest(layout) w
		WHERE NOT EXISTS (SELECT FROM concert_booking.seats s
						  WHERE s.concert_schedule_id = make_layout.schedule_id
							AND s.seat_number = w.seat_number)
		ORDER BY w.n;
		GET DIAGNOSTICS inserted_seats = ROW_COUNT;

		IF inserted_seats + updated_seats + removed_seats > 0 THEN
			PERFORM concert_booking.log_event('layout_imported', make_layout.schedule_id,
				cardinality(layout),
				jsonb_build_object('inserted', inserted_seats, 'updated', updated_seats, 'removed', removed_seats));
		END IF;
	EXCEPTION WHEN lock_not_available THEN
		PERFORM concert_booking.refuse_busy(session_timeout);
		RAISE;
	END;
	PERFORM concert_booking.end_waits(session_timeout);
END
$fn$;
COMMENT ON FUNCTION concert_booking.make_layout(uuid, concert_booking.layout_seat[]) IS
	'Internal: what import_seats() and copy_seats() do.';

/*
 * copy_seats(from_schedule_id, to_schedule_id) - give a schedule the layout of
 * another one: seats, order, grades, prices, positions, and which new seats are
 * blocked.
 *
 * As import_seats() with the other's seats: seats that both have are changed,
 * seats that only the second one has are removed or refused.
 * Returns: how many seats were inserted, changed and removed. Tables written
 * and errors: as import_seats(). Source: A 2.5.
 */
CREATE FUNCTION concert_booking.copy_seats(
	from_schedule_id uuid,
	to_schedule_id uuid,
	OUT inserted_seats integer,
	OUT updated_seats integer,
	OUT removed_seats integer)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
#variable_conflict use_column
DECLARE
	layout concert_booking.layout_seat[];
BEGIN
	PERFORM concert_booking.require_tables();
	IF from_schedule_id IS NULL THEN
		PERFORM concert_booking.refuse_null('from_schedule_id');
	ELSIF to_schedule_id IS NULL THEN
		PERFORM concert_booking.refuse_null('to_schedule_id');
	ELSIF NOT EXISTS (SELECT FROM concert_booking.concert_schedules cs WHERE cs.id = from_schedule_id) THEN
		PERFORM concert_booking.refuse_unknown_schedule(from_schedule_id);
	END IF;
	layout := ARRAY(
		SELECT ROW(row_number() OVER (ORDER BY s.ordinal), s.seat_number, s.seat_grade, s.price,
				   s.position_x, s.position_y, s.section,
				   coalesce(s.row_label, p.row_label), coalesce(s.seat_index, p.seat_index),
				   CASE WHEN s.status = 'unavailable' THEN 'unavailable' ELSE 'available' END)::concert_booking.layout_seat
		FROM concert_booking.seats s
		CROSS JOIN LATERAL concert_booking.split_seat_number(s.seat_number) p
		WHERE s.concert_schedule_id = from_schedule_id
		ORDER BY s.ordinal);
	PERFORM concert_booking.check_layout_size(cardinality(layout));

	SELECT l.inserted_seats, l.updated_seats, l.removed_seats
	INTO copy_seats.inserted_seats, copy_seats.updated_seats, copy_seats.removed_seats
	FROM concert_booking.make_layout(to_schedule_id, layout) l;
END
$fn$;
COMMENT ON FUNCTION concert_booking.copy_seats(uuid, uuid) IS
	'Give a schedule the layout of another one, as import_seats() does.
Returns how many seats were inserted, updated and removed.';
