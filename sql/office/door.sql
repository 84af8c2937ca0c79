/*
 * The door: tickets are checked in, by gates that reach the database and by gates
 * that do not at the moment, and the list of who is expected.
 *
 * Locking: as in sql/office/tickets.sql; of several bookings in the order of their ids.
 */

CREATE TYPE concert_booking.checked_in_seat AS (
	seat_id uuid,
	seat_number text,
	seat_grade text,
	section text,
	row_label text,
	price_type text,
	customer_name text,
	checked_in_at timestamptz,
	gate text
);
COMMENT ON TYPE concert_booking.checked_in_seat IS
	'One seat whose ticket was checked in, as the gate shows it.';
COMMENT ON COLUMN concert_booking.checked_in_seat.seat_id IS 'the seat';
COMMENT ON COLUMN concert_booking.checked_in_seat.seat_number IS 'the seat''s number';
COMMENT ON COLUMN concert_booking.checked_in_seat.seat_grade IS 'grade that was sold';
COMMENT ON COLUMN concert_booking.checked_in_seat.section IS 'part of the hall';
COMMENT ON COLUMN concert_booking.checked_in_seat.row_label IS 'row within the section';
COMMENT ON COLUMN concert_booking.checked_in_seat.price_type IS 'code of the price type, null: the full price';
COMMENT ON COLUMN concert_booking.checked_in_seat.customer_name IS 'name that was given';
COMMENT ON COLUMN concert_booking.checked_in_seat.checked_in_at IS 'when it was checked in first';
COMMENT ON COLUMN concert_booking.checked_in_seat.gate IS 'where that was';

/*
 * check_in(booking_number, seat_ids, gate, ticket_code, concert_schedule_id) - let
 * visitors in, all that are meant or none.
 *
 * A ticket is checked in once. The same gate may ask again within 30 seconds and gets
 * the same answer: an answer that got lost is no second visitor. Later, or from
 * another gate, the call is refused and tells the first instant and gate.
 * Arguments: booking_number, with or without its dashes, any case, for all seats that
 * the booking has, or for seat_ids of them; or ticket_code, for one seat; gate, a
 * name (up to 50 characters; '' is null); concert_schedule_id, the performance that
 * the gate admits to, null: any. Returns: the seats, in seat order. Tables written:
 * booking_seats (checked_in_at, gate), booking_events (checked_in).
 * Errors: 22001, 22004, 22023, 54000, PT404 (booking, ticket; seats that are not of
 * the booking, in DETAIL), PT409 (DETAIL: reason booking_pending, booking_expired,
 * booking_cancelled, other_schedule or busy; or a list of seat_id, seat_number and
 * reason: checked_in, with checked_in_at and gate, or cancelled), 27000. Source: beyond the
 * seeds. For the box office.
 */
CREATE FUNCTION concert_booking.check_in(
	booking_number text DEFAULT NULL,
	seat_ids uuid[] DEFAULT NULL,
	gate text DEFAULT NULL,
	ticket_code uuid DEFAULT NULL,
	concert_schedule_id uuid DEFAULT NULL)
RETURNS SETOF concert_booking.checked_in_seat
LANGUAGE plpgsql VOLATILE ROWS 5
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $fn$
#variable_conflict use_column
DECLARE
	session_timeout text;
	at_gate constant text := nullif(check_in.gate, '');
	found_id uuid;
	tickets record;
	new_ids uuid[];
BEGIN
	PERFORM concert_booking.require_tables();
	session_timeout := concert_booking.begin_waits();
	BEGIN
		PERFORM concert_booking.check_ticket_arguments(check_in.booking_number, check_in.seat_ids, check_in.ticket_code);
		PERFORM concert_booking.check_length('gate', at_gate, 50);
		found_id := concert_booking.find_booking_of_tickets(check_in.booking_number, check_in.ticket_code);
		SELECT * INTO tickets
		FROM concert_booking.lock_tickets(found_id, check_in.seat_ids, check_in.ticket_code);
		IF tickets.concert_schedule_id <> check_in.concert_schedule_id THEN
			PERFORM concert_booking.refuse('PT409', 'ticket is for another performance',
				jsonb_build_object('reason', 'other_schedule', 'concert_schedule_id', cs.id, 'starts_at', cs.starts_at)::text,
				'Look at the date and the time on the ticket.')
			FROM concert_booking.concert_schedules cs WHERE cs.id = tickets.concert_schedule_id;
		END IF;
		PERFORM concert_booking.refuse_not_confirmed(tickets.status);
		PERFORM concert_booking.refuse_invalid_tickets(tickets.line_ids, at_gate, tickets.judged_at);

		WITH changed AS (
			UPDATE concert_booking.booking_seats bs
			SET checked_in_at = tickets.judged_at, gate = at_gate
			WHERE bs.id = ANY (tickets.line_ids) AND bs.checked_in_at IS NULL
			RETURNING bs.id)
		SELECT coalesce(array_agg(c.id), '{}') INTO new_ids FROM changed c;
		IF EXISTS (SELECT FROM concert_booking.booking_seats bs
				   WHERE bs.id = ANY (tickets.line_ids) AND bs.checked_in_at IS NULL) THEN
			PERFORM concert_booking.refuse_suppressed('booking_seats');
		END IF;
		IF new_ids <> '{}' THEN
			PERFORM concert_booking.log_tickets('checked_in', found_id, new_ids, jsonb_build_object('gate', at_gate));
		END IF;
	EXCEPTION WHEN lock_not_available THEN
		PERFORM concert_booking.refuse_busy(session_timeout);
		RAISE;
	END;
	PERFORM concert_booking.end_waits(session_timeout);
	RETURN QUERY
	SELECT s.id, s.seat_number::text, coalesce(bs.seat_grade, s.seat_grade)::text, s.section, s.row_label,
		   bs.price_type::text, tickets.customer_name, bs.checked_in_at, bs.gate::text
	FROM concert_booking.booking_seats bs
	JOIN concert_booking.seats s ON s.id = bs.seat_id
	WHERE bs.id = ANY (tickets.line_ids)
	ORDER BY s.ordinal;
END
$fn$;
COMMENT ON FUNCTION concert_booking.check_in(text, uuid[], text, uuid, uuid) IS
	'Check tickets in at the door: a booking, some seats of it, or one ticket code; all or none.
A ticket gets in once: the same gate may ask again within 30 seconds, everybody else is refused with the first instant (PT409).';

/*
 * find_booking_of_tickets(booking_number, ticket_code) - the booking that the door
 * means. Internal. Returns: its id. Tables written: none. Errors: PT404.
 */
CREATE FUNCTION concert_booking.find_booking_of_tickets(booking_number text, ticket_code uuid)
RETURNS uuid
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
#variable_conflict use_column
DECLARE
	wanted_number constant text := concert_booking.parse_booking_number(find_booking_of_tickets.booking_number);
	found_id uuid;
BEGIN
	IF find_booking_of_tickets.ticket_code IS NOT NULL THEN
		SELECT t.booking_id INTO found_id
		FROM concert_booking.find_ticket(find_booking_of_tickets.ticket_code) t;
		IF found_id IS NULL THEN
			PERFORM concert_booking.refuse_unknown_ticket(find_booking_of_tickets.ticket_code);
		END IF;
		RETURN found_id;
	END IF;
	SELECT b.id INTO found_id FROM concert_booking.bookings b WHERE b.booking_number = wanted_number;
	IF found_id IS NULL THEN
		PERFORM concert_booking.refuse_unknown_booking();
	END IF;
	RETURN found_id;
END
$fn$;
COMMENT ON FUNCTION concert_booking.find_booking_of_tickets(text, uuid) IS
	'Internal: the booking that the door means.';

/*
 * undo_check_in(booking_number, seat_ids, ticket_code, reason) - take a check-in
 * back: it was a mistake, or the visitor goes out for a while.
 *
 * The ticket can be checked in again. What was checked in and taken back stays in the
 * event log.
 * Arguments: the tickets, as in check_in(); reason for the event log (up to 1,000
 * characters, no personal data). Returns: how many seats were checked in until now;
 * the others are left as they are. Tables written: booking_seats, booking_events
 * (check_in_undone). Errors: 22001, 22004, 22023, 27000, 54000, PT404, PT409 (busy).
 * Source: beyond the seeds. For the box office.
 */
CREATE FUNCTION concert_booking.undo_check_in(
	booking_number text DEFAULT NULL,
	seat_ids uuid[] DEFAULT NULL,
	ticket_code uuid DEFAULT NULL,
	reason text DEFAULT NULL,
	OUT undone_seats integer)
LANGUAGE plpgsql VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $fn$
#variable_conflict use_column
DECLARE
	session_timeout text;
	found_id uuid;
	tickets record;
	undone_ids uuid[];
BEGIN
	PERFORM concert_booking.require_tables();
	session_timeout := concert_booking.begin_waits();
	BEGIN
		PERFORM concert_booking.check_ticket_arguments(undo_check_in.booking_number, undo_check_in.seat_ids,
			undo_check_in.ticket_code);
		PERFORM concert_booking.check_length('reason', undo_check_in.reason, 1000);
		found_id := concert_booking.find_booking_of_tickets(undo_check_in.booking_number, undo_check_in.ticket_code);
		SELECT * INTO tickets
		FROM concert_booking.lock_tickets(found_id, undo_check_in.seat_ids, undo_check_in.ticket_code);
		WITH changed AS (
			UPDATE concert_booking.booking_seats bs
			SET checked_in_at = NULL, gate = NULL
			WHERE bs.id = ANY (tickets.line_ids) AND bs.active AND bs.checked_in_at IS NOT NULL
			RETURNING bs.id)
		SELECT coalesce(array_agg(c.id), '{}') INTO undone_ids FROM changed c;
		IF EXISTS (SELECT FROM concert_booking.booking_seats bs
				   WHERE bs.id = ANY (tickets.line_ids) AND bs.active AND bs.checked_in_at IS NOT NULL) THEN
			PERFORM concert_booking.refuse_suppressed('booking_seats');
		END IF;
		undone_seats := cardinality(undone_ids);
		IF undone_seats > 0 THEN
			PERFORM concert_booking.log_tickets('check_in_undone', found_id, undone_ids,
				jsonb_build_object('reason', undo_check_in.reason));
		END IF;
	EXCEPTION WHEN lock_not_available THEN
		PERFORM concert_booking.refuse_busy(session_timeout);
		RAISE;
	END;
	PERFORM concert_booking.end_waits(session_timeout);
END
$fn$;
COMMENT ON FUNCTION concert_booking.undo_check_in(text, uuid[], uuid, text) IS
	'Take the check-in of a booking, of some of its seats or of one ticket back; it can be checked in again.
Returns how many seats were checked in until now.';

/*
 * door_list(concert_schedule_id, page_size, page_offset) - who is expected: every
 * seat that is sold, by the customer's name and the order of the seats.
 *
 * Whoever has given no name comes last. It is what a gate takes along that has no
 * connection (docs/door.md), or a sheet of paper; a web client that accepts text/csv
 * gets it as CSV. Never cached.
 * Arguments: concert_schedule_id; page_size, 1 to 100,000 rows; page_offset, 0 to
 * 1,000,000 rows to leave out first. Returns: total_count, in each row, is the number
 * of all. Tables written: none. Errors: 22004, 22023, PT404 (schedule). Source: beyond
 * the seeds. For the box office.
 *
 * Only a confirmed booking has active lines. Without enable_seqscan off, a wrong guess
 * reads the seats of every performance.
 */
CREATE FUNCTION concert_booking.door_list(
	concert_schedule_id uuid,
	page_size integer DEFAULT 1000,
	page_offset integer DEFAULT 0)
RETURNS TABLE (
	customer_name text,
	seat_number text,
	section text,
	row_label text,
	seat_grade text,
	price_type text,
	booking_number text,
	booking_id uuid,
	seat_id uuid,
	ticket_code uuid,
	checked_in_at timestamptz,
	gate text,
	total_count bigint)
LANGUAGE plpgsql STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
SET enable_seqscan = off
SET jit = off
AS $fn$
#variable_conflict use_column
BEGIN
	PERFORM concert_booking.require_tables();
	IF door_list.concert_schedule_id IS NULL THEN
		PERFORM concert_booking.refuse_null('concert_schedule_id');
	END IF;
	PERFORM concert_booking.check_range('page_size', door_list.page_size, 1, 100000);
	PERFORM concert_booking.check_range('page_offset', door_list.page_offset, 0, 1000000);
	PERFORM concert_booking.cache_answer('personal');
	IF NOT EXISTS (SELECT FROM concert_booking.concert_schedules cs WHERE cs.id = door_list.concert_schedule_id) THEN
		PERFORM concert_booking.refuse_unknown_schedule(door_list.concert_schedule_id);
	END IF;

	RETURN QUERY
	SELECT b.customer_name::text, s.seat_number::text, s.section, s.row_label,
		   coalesce(bs.seat_grade, s.seat_grade)::text, bs.price_type::text, b.booking_number::text, b.id, s.id,
		   coalesce(bs.ticket_code, bs.id), bs.checked_in_at, bs.gate::text, count(*) OVER ()
	FROM concert_booking.bookings b
	JOIN concert_booking.booking_seats bs ON bs.booking_id = b.id
	JOIN concert_booking.seats s ON s.id = bs.seat_id AND s.concert_schedule_id = b.concert_schedule_id
	WHERE b.concert_schedule_id = door_list.concert_schedule_id AND bs.active
	ORDER BY lower(nullif(b.customer_name, '')) NULLS LAST, s.ordinal
	LIMIT door_list.page_size OFFSET door_list.page_offset;
END
$fn$;
COMMENT ON FUNCTION concert_booking.door_list(uuid, integer, integer) IS
	'Every seat that is sold of a performance, by the customer''s name, with its ticket code and its check-in.
For gates without a connection, and as CSV for those who print it.';
