/*
 * Seats, as operators handle them: made by the row, blocked and unblocked.
 * Totals, availability and schedule_prices follow by the triggers on seats.
 *
 * Locking: seats by ascending id, then holds, then the schedule's row (in the
 * triggers). generate_seats() takes the schedule's row first: nobody else can
 * know the seats it makes.
 */

/*
 * row_labels(row_count, first_label) - names of consecutive rows.
 *
 * A, B, ... Z, AA, AB, ... or 1, 2, 3, ...: letters or digits as first_label.
 * Arguments: row_count, 1 to 10,000; first_label, capital letters (up to 3) or
 * a number (up to 9 digits). Returns: text[], for generate_seats().
 * Tables written: none. Errors: 22004, 22023. Source: A 2.5 (A-1, B-12).
 */
CREATE FUNCTION concert_booking.row_labels(row_count integer, first_label text DEFAULT 'A')
RETURNS text[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
DECLARE
	labels text[] := '{}';
	label text;
	place integer;
	rest integer;
BEGIN
	PERFORM concert_booking.check_range('row_count', row_count, 1, 10000);
	IF first_label IS NULL THEN
		PERFORM concert_booking.refuse_null('first_label');
	ELSIF first_label ~ '^[0-9]{1,9}$' THEN
		RETURN ARRAY(SELECT (first_label::bigint + i)::text
					 FROM generate_series(0, row_count - 1) i ORDER BY i);
	ELSIF first_label !~ '^[A-Z]{1,3}$' THEN
		PERFORM concert_booking.refuse_value('first_label', 'Use up to three capital letters, or a number.');
	END IF;

	/* Letters count like the columns of a spreadsheet: Z is 26, AA is 27. */
	place := 0;
	FOR i IN 1 .. length(first_label) LOOP
		place := place * 26 + ascii(substr(first_label, i, 1)) - ascii('A') + 1;
	END LOOP;
	FOR number IN place .. place + row_count - 1 LOOP
		label := '';
		rest := number;
		WHILE rest > 0 LOOP
			label := chr(ascii('A') + (rest - 1) % 26) || label;
			rest := (rest - 1) / 26;
		END LOOP;
		labels := labels || label;
	END LOOP;
	RETURN labels;
END
$fn$;
COMMENT ON FUNCTION concert_booking.row_labels(integer, text) IS
	'Names of consecutive rows: A, B, ... Z, AA, ... or 1, 2, 3, ...';

/*
 * generate_seats(...) - make rows of seats.
 *
 * Every row gets seats_per_row seats, numbered from first_seat_index. They
 * come after the schedule's seats in seat order: first row first, lowest
 * number first. Call it once for each block of one grade and price.
 * Arguments: concert_schedule_id; row_labels, from front to back, see
 * row_labels(); seats_per_row, 1 to 10,000; seat_grade (up to 20 characters);
 * price in won; section, the part of the hall; first_seat_index, the number of
 * the first seat of each row; position_x and position_y, where the first seat
 * stands on the plan, one step a seat and a row (null: x is the seat's number,
 * y comes below all seats so far); seat_number_format, how a seat's number is
 * written: {section}, {row} and {seat}, or {seat2} and {seat3} with leading
 * zeros ('{row}{seat2}' gives A01). Without a format: A-1, or floor-A-1 with a
 * section.
 * Returns: how many seats were made. Tables written: seats, schedule_prices,
 * concert_schedules, booking_events.
 * Errors: 22001 (a number longer than 20 characters), 22004, 22023, 23505 (a
 * seat of that number is there already), 54000 (more than 100,000 seats),
 * PT404 (schedule). Source: A 2.5; B sample seats.
 */
CREATE FUNCTION concert_booking.generate_seats(
	concert_schedule_id uuid,
	row_labels text[],
	seats_per_row integer,
	seat_grade text,
	price integer,
	section text DEFAULT NULL,
	first_seat_index integer DEFAULT 1,
	position_x integer DEFAULT NULL,
	position_y integer DEFAULT NULL,
	seat_number_format text DEFAULT NULL,
	OUT generated_seats integer)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
#variable_conflict use_column
DECLARE
	session_timeout text;
	first_ordinal integer;
	first_y integer := generate_seats.position_y;
	number_format text := generate_seats.seat_number_format;
BEGIN
	PERFORM concert_booking.require_tables();
	session_timeout := concert_booking.begin_waits();
	BEGIN
		IF generate_seats.concert_schedule_id IS NULL THEN
			PERFORM concert_booking.refuse_null('concert_schedule_id');
		ELSIF generate_seats.row_labels IS NULL
			  OR EXISTS (SELECT FROM unnest(generate_seats.row_labels) l WHERE l IS NULL) THEN
			PERFORM concert_booking.refuse_null('row_labels');
		ELSIF array_ndims(generate_seats.row_labels) IS DISTINCT FROM 1
			  OR '' = ANY (generate_seats.row_labels)
			  OR cardinality(generate_seats.row_labels)
				 <> (SELECT count(DISTINCT l) FROM unnest(generate_seats.row_labels) l) THEN
			PERFORM concert_booking.refuse_value('row_labels', 'Pass a plain list of different labels, such as {A,B,C}.');
		ELSIF generate_seats.seat_grade IS NULL THEN
			PERFORM concert_booking.refuse_null('seat_grade');
		ELSIF generate_seats.seat_grade = '' THEN
			PERFORM concert_booking.refuse_value('seat_grade', 'Pass the name of a grade.');
		ELSIF number_format !~ '\{seat[23]?\}' THEN
			PERFORM concert_booking.refuse_value('seat_number_format',
				'Use {section}, {row} and one of {seat}, {seat2}, {seat3}.');
		END IF;
		PERFORM concert_booking.check_length('seat_grade', generate_seats.seat_grade, 20);
		PERFORM concert_booking.check_range('seats_per_row', generate_seats.seats_per_row, 1, 10000);
		PERFORM concert_booking.check_range('price', generate_seats.price, 0, 2147483647);
		PERFORM concert_booking.check_range('first_seat_index', generate_seats.first_seat_index, 0, 1000000);
		PERFORM concert_booking.check_range('position_x', coalesce(generate_seats.position_x, 0), -1000000, 1000000);
		PERFORM concert_booking.check_range('position_y', coalesce(generate_seats.position_y, 0), -1000000, 1000000);
		IF cardinality(generate_seats.row_labels)::bigint * generate_seats.seats_per_row > 100000 THEN
			PERFORM concert_booking.refuse('54000', 'too many seats in one call',
				format('The call asks for %s seats; the limit is 100000.',
					   cardinality(generate_seats.row_labels)::bigint * generate_seats.seats_per_row),
				'Make fewer rows in a call.');
		END IF;

		/* One maker at a time, so that the order of the seats is one. */
		PERFORM FROM concert_booking.concert_schedules cs
		WHERE cs.id = generate_seats.concert_schedule_id FOR NO KEY UPDATE;
		IF NOT FOUND THEN
			PERFORM concert_booking.refuse_unknown_schedule(generate_seats.concert_schedule_id);
		END IF;
		SELECT coalesce(max(s.ordinal), 0) + 1 INTO first_ordinal
		FROM concert_booking.seats s
		WHERE s.concert_schedule_id = generate_seats.concert_schedule_id;
		IF first_y IS NULL THEN
			SELECT coalesce(max(s.position_y), 0) + 1 INTO first_y
			FROM concert_booking.seats s
			WHERE s.concert_schedule_id = generate_seats.concert_schedule_id;
		END IF;
		number_format := coalesce(number_format,
			CASE WHEN generate_seats.section IS NULL THEN '{row}-{seat}' ELSE '{section}-{row}-{seat}' END);

		INSERT INTO concert_booking.seats
			(concert_schedule_id, seat_number, seat_grade, price, position_x, position_y,
			 ordinal, section, row_label, seat_index)
		SELECT generate_seats.concert_schedule_id,
			   replace(replace(replace(r.row_format,
					'{seat}', i::text),
					'{seat2}', CASE WHEN i < 10 THEN '0' ELSE '' END || i),
					'{seat3}', CASE WHEN i < 10 THEN '00' WHEN i < 100 THEN '0' ELSE '' END || i),
			   generate_seats.seat_grade,
			   generate_seats.price,
			   coalesce(generate_seats.position_x - generate_seats.first_seat_index, 0) + i,
			   first_y + r.row_number - 1,
			   first_ordinal + (r.row_number - 1) * generate_seats.seats_per_row
					+ i - generate_seats.first_seat_index,
			   generate_seats.section, r.label, i
		FROM (SELECT l.label, l.row_number::integer,
					 replace(replace(number_format, '{section}', coalesce(generate_seats.section, '')),
							 '{row}', l.label) AS row_format
			  FROM unnest(generate_seats.row_labels) WITH ORDINALITY AS l (label, row_number)) r
		CROSS JOIN generate_series(generate_seats.first_seat_index,
								   generate_seats.first_seat_index + generate_seats.seats_per_row - 1) i
		ORDER BY r.row_number, i;
		GET DIAGNOSTICS generated_seats = ROW_COUNT;

		PERFORM concert_booking.log_event('seats_generated', generate_seats.concert_schedule_id, generated_seats,
			jsonb_build_object('seat_grade', generate_seats.seat_grade, 'price', generate_seats.price,
							   'section', generate_seats.section, 'first_ordinal', first_ordinal));
	EXCEPTION WHEN lock_not_available THEN
		PERFORM concert_booking.refuse_busy(session_timeout);
		RAISE;
	END;
	PERFORM concert_booking.end_waits(session_timeout);
END
$fn$;
COMMENT ON FUNCTION concert_booking.generate_seats(uuid, text[], integer, text, integer, text, integer, integer, integer, text) IS
	'Make rows of seats of one grade and price.
Seats come after those the schedule has, in natural order. row_labels() names many rows.';

/*
 * lock_seats(seat_ids) - check a list of seats and lock them by ascending id.
 * Internal: block_seats() and unblock_seats() begin with it.
 *
 * Arguments: seat_ids, 1 to 100,000 different seats. Returns: nothing.
 * Tables written: none. Errors: 22004, 22023, 54000, PT404 (DETAIL: a JSON
 * list of seat_id, seat_number and reason: unknown).
 */
CREATE FUNCTION concert_booking.lock_seats(seat_ids uuid[])
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $fn$
DECLARE
	found_ids uuid[];
	unknown text;
	hint text;
BEGIN
	IF seat_ids IS NULL THEN
		PERFORM concert_booking.refuse_null('seat_ids');
	END IF;
	PERFORM concert_booking.check_seat_list(seat_ids, 100000, 'Name at least one seat.');

	SELECT coalesce(array_agg(l.id), '{}') INTO found_ids
	FROM (SELECT s.id FROM concert_booking.seats s
		  WHERE s.id = ANY (lock_seats.seat_ids)
		  ORDER BY s.id FOR NO KEY UPDATE) l;
	IF cardinality(found_ids) < cardinality(seat_ids) THEN
		SELECT string_agg(concert_booking.refusal(u.id, NULL, 'unknown'), ', ' ORDER BY u.place),
			   CASE WHEN count(concert_booking.shard_elsewhere(u.id)) = 0 THEN 'Load the seat map again.' ELSE concert_booking.shard_hint() END
		INTO unknown, hint
		FROM unnest(lock_seats.seat_ids) WITH ORDINALITY AS u (id, place)
		WHERE NOT EXISTS (SELECT FROM unnest(found_ids) AS f (id) WHERE f.id = u.id);
		PERFORM concert_booking.refuse('PT404', 'no such seat', '[' || unknown || ']', hint);
	END IF;
END
$fn$;
COMMENT ON FUNCTION concert_booking.lock_seats(uuid[]) IS
	'Internal: check a list of seats and lock them by ascending id.';

/*
 * block_seats(seat_ids, reason) - take seats off sale, all of them or none.
 *
 * A seat that is sold or held cannot be blocked; a lapsed hold is removed. A
 * seat that is blocked already stays so and is not counted.
 * Arguments: seat_ids, 1 to 100,000 different seats, of any schedules; reason
 * for the event log (up to 1,000 characters, no personal data). Returns: how
 * many seats were blocked. Tables written: seats, temp_reservations, concert_schedules,
 * availability_changes, booking_events (one row a schedule).
 * Errors: 22001, 22004, 22023, 54000, PT404, PT409 (DETAIL: a JSON list of
 * seat_id, seat_number and reason: held, reserved). Source: A 2.5 (unavailable).
 */
CREATE FUNCTION concert_booking.block_seats(
	seat_ids uuid[],
	reason text DEFAULT NULL,
	OUT blocked_seats integer)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $fn$
DECLARE
	session_timeout text;
	judged_at timestamptz;
	refused text;
	blocked record;
BEGIN
	PERFORM concert_booking.require_tables();
	session_timeout := concert_booking.begin_waits();
	BEGIN
		PERFORM concert_booking.check_length('reason', block_seats.reason, 1000);
		PERFORM concert_booking.lock_seats(block_seats.seat_ids);

		/* Law 2: the clock is read after the locks were obtained. */
		judged_at := concert_booking.clock();
		SELECT string_agg(concert_booking.refusal(s.id, s.seat_number,
							  CASE s.status WHEN 'reserved' THEN 'reserved' ELSE 'held' END),
						  ', ' ORDER BY a.place)
		INTO refused
		FROM unnest(block_seats.seat_ids) WITH ORDINALITY AS a (seat_id, place)
		JOIN concert_booking.seats s ON s.id = a.seat_id
		LEFT JOIN concert_booking.temp_reservations h ON h.seat_id = s.id
		WHERE s.status = 'reserved'
		   OR s.status = 'temp_reserved' AND coalesce(s.hold_expires_at, h.expires_at) > judged_at;
		IF refused IS NOT NULL THEN
			PERFORM concert_booking.refuse('PT409', 'seat is not available', '[' || refused || ']',
				'Wait until the holds end, and cancel the bookings first.');
		END IF;

		DELETE FROM concert_booking.temp_reservations h
		WHERE h.seat_id = ANY (block_seats.seat_ids);
		blocked_seats := 0;
		FOR blocked IN
			WITH changed AS (
				UPDATE concert_booking.seats s
				SET status = 'unavailable', hold_expires_at = NULL
				WHERE s.id = ANY (block_seats.seat_ids) AND s.status <> 'unavailable'
				RETURNING s.concert_schedule_id, s.ordinal, s.seat_number)
			SELECT c.concert_schedule_id, count(*)::integer AS seats,
				   jsonb_agg(c.seat_number ORDER BY c.ordinal) AS seat_numbers
			FROM changed c GROUP BY 1 ORDER BY 1
		LOOP
			blocked_seats := blocked_seats + blocked.seats;
			PERFORM concert_booking.log_event('seats_blocked', blocked.concert_schedule_id, blocked.seats,
				jsonb_build_object('reason', block_seats.reason, 'seat_numbers', blocked.seat_numbers));
		END LOOP;
	EXCEPTION WHEN lock_not_available THEN
		PERFORM concert_booking.refuse_busy(session_timeout);
		RAISE;
	END;
	PERFORM concert_booking.end_waits(session_timeout);
END
$fn$;
COMMENT ON FUNCTION concert_booking.block_seats(uuid[], text) IS
	'Take seats off sale, all of them or none.
A sold or held seat cannot be blocked (PT409 names each); a lapsed hold is removed. Returns how many were blocked.';

/*
 * unblock_seats(seat_ids) - put blocked seats back on sale, all or none.
 *
 * A seat that is not blocked stays as it is and is not counted.
 * Arguments: seat_ids, 1 to 100,000 different seats, of any schedules.
 * Returns: how many seats were unblocked. Tables written: seats,
 * concert_schedules, availability_changes, booking_events (one row a schedule).
 * Errors: 22004, 22023, 54000, PT404. Source: A 2.5 (unavailable).
 */
CREATE FUNCTION concert_booking.unblock_seats(
	seat_ids uuid[],
	OUT unblocked_seats integer)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $fn$
DECLARE
	session_timeout text;
	unblocked record;
BEGIN
	PERFORM concert_booking.require_tables();
	session_timeout := concert_booking.begin_waits();
	BEGIN
		PERFORM concert_booking.lock_seats(unblock_seats.seat_ids);

		unblocked_seats := 0;
		FOR unblocked IN
			WITH changed AS (
				UPDATE concert_booking.seats s
				SET status = 'available', hold_expires_at = NULL
				WHERE s.id = ANY (unblock_seats.seat_ids) AND s.status = 'unavailable'
				RETURNING s.concert_schedule_id, s.ordinal, s.seat_number)
			SELECT c.concert_schedule_id, count(*)::integer AS seats,
				   jsonb_agg(c.seat_number ORDER BY c.ordinal) AS seat_numbers
			FROM changed c GROUP BY 1 ORDER BY 1
		LOOP
			unblocked_seats := unblocked_seats + unblocked.seats;
			PERFORM concert_booking.log_event('seats_unblocked', unblocked.concert_schedule_id, unblocked.seats,
				jsonb_build_object('seat_numbers', unblocked.seat_numbers));
		END LOOP;
	EXCEPTION WHEN lock_not_available THEN
		PERFORM concert_booking.refuse_busy(session_timeout);
		RAISE;
	END;
	PERFORM concert_booking.end_waits(session_timeout);
END
$fn$;
COMMENT ON FUNCTION concert_booking.unblock_seats(uuid[]) IS
	'Put blocked seats back on sale, all of them or none.
Returns how many were unblocked; seats that were not blocked are left alone.';
