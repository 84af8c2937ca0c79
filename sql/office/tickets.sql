/*
 * Tickets. Each line of a booking, a seat that was sold, is one ticket; its ticket
 * code is what a QR code carries. The code of a line is booking_seats.ticket_code,
 * or, while that is null, the line's own id: a sale makes no code. A code is a
 * secret of the booker, as the booking number is.
 *
 * Locking: the booking's row first, then its lines in booking_seats. Whoever
 * changes a line (a cancellation, a gate, a renewal) locks the booking before it.
 * So what is read of a line after that lock stands until the commit.
 */

/*
 * refuse_unknown_ticket(ticket_code) - PT404: no ticket has this code, or not any
 * more. Internal.
 */
CREATE FUNCTION concert_booking.refuse_unknown_ticket(ticket_code uuid)
RETURNS void
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
	SELECT concert_booking.refuse_unknown('no such ticket', '{"reason": "no_such_ticket"}', ticket_code,
		'Ask for the booking number. A ticket that was renewed has another code.')
$fn$;
COMMENT ON FUNCTION concert_booking.refuse_unknown_ticket(uuid) IS
	'Internal: refuse a ticket code that no ticket has (PT404).';

/*
 * refuse_not_confirmed(status) - PT409 unless a booking is confirmed. Internal.
 *
 * Arguments: status, as booking_status() tells it. Returns: nothing. Tables written:
 * none. Errors: PT409 (DETAIL: reason booking_pending, booking_expired or
 * booking_cancelled).
 */
CREATE FUNCTION concert_booking.refuse_not_confirmed(status text)
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	IF status <> 'confirmed' THEN
		PERFORM concert_booking.refuse('PT409', 'booking is not confirmed',
			CASE status WHEN 'pending' THEN '{"reason": "booking_pending"}'
						WHEN 'expired' THEN '{"reason": "booking_expired"}'
						ELSE '{"reason": "booking_cancelled"}' END,
			CASE status WHEN 'pending' THEN 'It has to be paid first.'
						ELSE 'Its seats may be sold to somebody else by now; sell others.' END);
	END IF;
END
$fn$;
COMMENT ON FUNCTION concert_booking.refuse_not_confirmed(text) IS
	'Internal: refuse a booking that is not confirmed (PT409).';

/*
 * check_ticket_arguments(booking_number, seat_ids, ticket_code) - the arguments by
 * which the door names tickets: a booking and perhaps some of its seats, or one
 * ticket. Internal.
 *
 * Returns: nothing. Tables written: none. Errors: 22004, 22023, 54000.
 */
CREATE FUNCTION concert_booking.check_ticket_arguments(
	booking_number text, seat_ids uuid[], ticket_code uuid)
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	IF booking_number IS NULL AND ticket_code IS NULL THEN
		PERFORM concert_booking.refuse_null('booking_number or ticket_code');
	ELSIF booking_number IS NOT NULL AND ticket_code IS NOT NULL THEN
		PERFORM concert_booking.refuse_value('ticket_code', 'Name a booking or one ticket, not both.');
	ELSIF seat_ids IS NOT NULL AND ticket_code IS NOT NULL THEN
		PERFORM concert_booking.refuse_value('seat_ids', 'Leave it out: a ticket code names its seat.');
	END IF;
	PERFORM concert_booking.check_seat_list(seat_ids, 10000, 'Name at least one seat, or leave the list out for all.');
END
$fn$;
COMMENT ON FUNCTION concert_booking.check_ticket_arguments(text, uuid[], uuid) IS
	'Internal: check the arguments by which the door names tickets.';

/*
 * find_ticket(ticket_code) - the line of booking_seats that has this code now.
 * Internal. Returns: its id and its booking, null where there is none.
 */
CREATE FUNCTION concert_booking.find_ticket(ticket_code uuid, OUT line_id uuid, OUT booking_id uuid)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
	SELECT bs.id, bs.booking_id FROM concert_booking.booking_seats bs
	WHERE bs.id = find_ticket.ticket_code AND bs.ticket_code IS NULL
	UNION ALL
	SELECT bs.id, bs.booking_id FROM concert_booking.booking_seats bs
	WHERE bs.ticket_code = find_ticket.ticket_code
	LIMIT 1
$fn$;
COMMENT ON FUNCTION concert_booking.find_ticket(uuid) IS
	'Internal: the line of booking_seats that has a ticket code.';

/*
 * lock_tickets(booking_id, seat_ids, ticket_code) - lock a booking and its lines,
 * and find the lines that are meant: the one with the code, those of the seats, or
 * all that are active. Internal.
 *
 * The lines are locked too: at REPEATABLE READ a line that was changed after the
 * snapshot is refused with 40001, and never judged as it was.
 * Returns: concert_schedule_id and customer_name of the booking, its status at
 * judged_at (the instant after the locks), line_ids in no order. Tables written:
 * none. Errors: PT404 (no such booking, no such ticket; seats that are not of the
 * booking, in DETAIL).
 */
CREATE FUNCTION concert_booking.lock_tickets(
	booking_id uuid,
	seat_ids uuid[],
	ticket_code uuid,
	OUT concert_schedule_id uuid,
	OUT customer_name text,
	OUT status text,
	OUT judged_at timestamptz,
	OUT line_ids uuid[])
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $fn$
#variable_conflict use_column
DECLARE
	booking record;
	strangers text;
BEGIN
	SELECT b.concert_schedule_id, b.customer_name, b.status, b.pay_by INTO booking
	FROM concert_booking.bookings b
	WHERE b.id = lock_tickets.booking_id FOR NO KEY UPDATE;
	IF NOT FOUND THEN
		PERFORM concert_booking.refuse_unknown_booking(lock_tickets.booking_id);
	END IF;
	PERFORM FROM concert_booking.booking_seats bs
	WHERE bs.booking_id = lock_tickets.booking_id
	ORDER BY bs.seat_id FOR NO KEY UPDATE;

	/* Law 2: the clock is read after the locks were obtained. */
	judged_at := concert_booking.clock();
	concert_schedule_id := booking.concert_schedule_id;
	customer_name := booking.customer_name;
	status := concert_booking.booking_status(booking.status, booking.pay_by, judged_at);
	IF lock_tickets.ticket_code IS NOT NULL THEN
		line_ids := ARRAY(SELECT t.line_id FROM concert_booking.find_ticket(lock_tickets.ticket_code) t
						  WHERE t.booking_id = lock_tickets.booking_id);
		IF line_ids = '{}' THEN
			PERFORM concert_booking.refuse_unknown_ticket(lock_tickets.ticket_code);
		END IF;
		RETURN;
	END IF;
	line_ids := ARRAY(
		SELECT bs.id FROM concert_booking.booking_seats bs
		WHERE bs.booking_id = lock_tickets.booking_id
		  AND CASE WHEN lock_tickets.seat_ids IS NULL THEN bs.active
				   ELSE bs.seat_id = ANY (lock_tickets.seat_ids) END);
	IF cardinality(line_ids) < cardinality(lock_tickets.seat_ids) THEN
		SELECT string_agg(concert_booking.refusal(u.id, s.seat_number, 'not_booked'), ', ' ORDER BY u.place)
		INTO strangers
		FROM unnest(lock_tickets.seat_ids) WITH ORDINALITY AS u (id, place)
		LEFT JOIN concert_booking.seats s ON s.id = u.id
		WHERE u.id NOT IN (SELECT bs.seat_id FROM concert_booking.booking_seats bs
						   WHERE bs.booking_id = lock_tickets.booking_id);
		PERFORM concert_booking.refuse('PT404', 'no such seat in the booking', '[' || strangers || ']',
			'Name only seats of this booking.');
	END IF;
END
$fn$;
COMMENT ON FUNCTION concert_booking.lock_tickets(uuid, uuid[], uuid) IS
	'Internal: lock a booking and its lines, and find the lines that are meant.';

/*
 * renew_tickets(booking_id, seat_ids) - new ticket codes for a booking.
 *
 * For a ticket that was lost, or sent to the wrong address: from then on nobody
 * knows the old codes, and whoever shows one is refused. A seat that was checked in
 * stays so.
 * Arguments: booking_id; seat_ids, some of its seats, or null for all. Returns: the
 * seats with their new codes, random ones, in seat order. Tables written:
 * booking_seats, booking_events (tickets_renewed). Errors: 22004, 22023, 27000, 54000,
 * PT404 (booking; seats that are not of it, in DETAIL), PT409 (the booking is not
 * confirmed, or a seat of it was given back: DETAIL lists these). Source: beyond the
 * seeds. For the box office.
 */
CREATE FUNCTION concert_booking.renew_tickets(
	booking_id uuid,
	seat_ids uuid[] DEFAULT NULL)
RETURNS TABLE (seat_id uuid, seat_number text, ticket_code uuid)
LANGUAGE plpgsql VOLATILE ROWS 5
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $fn$
#variable_conflict use_column
DECLARE
	session_timeout text;
	tickets record;
	renewed integer;
BEGIN
	PERFORM concert_booking.require_tables();
	session_timeout := concert_booking.begin_waits();
	BEGIN
		IF renew_tickets.booking_id IS NULL THEN
			PERFORM concert_booking.refuse_null('booking_id');
		END IF;
		PERFORM concert_booking.check_seat_list(renew_tickets.seat_ids, 10000, 'Name at least one seat, or leave the list out for all.');
		SELECT * INTO tickets
		FROM concert_booking.lock_tickets(renew_tickets.booking_id, renew_tickets.seat_ids, NULL);
		PERFORM concert_booking.refuse_not_confirmed(tickets.status);
		PERFORM concert_booking.refuse_invalid_tickets(tickets.line_ids);

		UPDATE concert_booking.booking_seats bs SET ticket_code = concert_booking.mark_shard(gen_random_uuid())
		WHERE bs.id = ANY (tickets.line_ids);
		GET DIAGNOSTICS renewed = ROW_COUNT;
		IF renewed < cardinality(tickets.line_ids) THEN
			PERFORM concert_booking.refuse_suppressed('booking_seats');
		END IF;
		PERFORM concert_booking.log_tickets('tickets_renewed', renew_tickets.booking_id, tickets.line_ids);
	EXCEPTION WHEN lock_not_available THEN
		PERFORM concert_booking.refuse_busy(session_timeout);
		RAISE;
	END;
	PERFORM concert_booking.end_waits(session_timeout);
	RETURN QUERY
	SELECT bs.seat_id, s.seat_number::text, bs.ticket_code
	FROM concert_booking.booking_seats bs
	JOIN concert_booking.seats s ON s.id = bs.seat_id
	WHERE bs.id = ANY (tickets.line_ids)
	ORDER BY s.ordinal;
END
$fn$;
COMMENT ON FUNCTION concert_booking.renew_tickets(uuid, uuid[]) IS
	'New ticket codes for a booking, or for some of its seats; the old ones are unknown from then on.';

/*
 * refuse_invalid_tickets(line_ids, gate, judged_at) - PT409 where one of these lines
 * was given back or, if judged_at is given, was checked in before. Internal.
 *
 * A check-in of the same gate (null is a gate too) that is no older than 30 seconds
 * is the same one: the answer to it got lost, or the button was pressed twice.
 * Returns: nothing. Tables written: none. Errors: PT409 (DETAIL: a JSON list of
 * seat_id, seat_number and reason: cancelled, checked_in; with checked_in_at and
 * gate of the first).
 */
CREATE FUNCTION concert_booking.refuse_invalid_tickets(
	line_ids uuid[],
	gate text DEFAULT NULL,
	judged_at timestamptz DEFAULT NULL)
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $fn$
DECLARE
	refused text;
BEGIN
	SELECT jsonb_agg(jsonb_build_object('seat_id', bs.seat_id, 'seat_number', s.seat_number)
			|| CASE WHEN bs.active
					THEN jsonb_build_object('reason', 'checked_in', 'checked_in_at', bs.checked_in_at, 'gate', bs.gate)
					ELSE '{"reason": "cancelled"}' END
			ORDER BY s.ordinal)::text
	INTO refused
	FROM concert_booking.booking_seats bs
	JOIN concert_booking.seats s ON s.id = bs.seat_id
	WHERE bs.id = ANY (refuse_invalid_tickets.line_ids)
	  AND (NOT bs.active
		   OR bs.checked_in_at IS NOT NULL
			  AND NOT concert_booking.is_same_check_in(bs.checked_in_at, bs.gate,
					refuse_invalid_tickets.judged_at, refuse_invalid_tickets.gate));
	IF refused IS NOT NULL THEN
		PERFORM concert_booking.refuse('PT409', 'ticket is not valid', refused,
			'Name the other seats in seat_ids; undo_check_in() takes a mistaken check-in back.');
	END IF;
END
$fn$;
COMMENT ON FUNCTION concert_booking.refuse_invalid_tickets(uuid[], text, timestamptz) IS
	'Internal: refuse tickets that were given back or checked in before (PT409).';

/*
 * is_same_check_in(first_at, first_gate, then_at, then_gate) - whether what a gate
 * says at then_at is the check-in of first_at once more. Internal. Null instead of
 * then_at: it is. No SET clause, so that it can be inlined.
 */
CREATE FUNCTION concert_booking.is_same_check_in(
	first_at timestamptz, first_gate text, then_at timestamptz, then_gate text)
RETURNS boolean
LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT then_at IS NULL
		OR first_gate IS NOT DISTINCT FROM then_gate
		   AND then_at BETWEEN first_at - interval '30 seconds' AND first_at + interval '30 seconds';
END;
COMMENT ON FUNCTION concert_booking.is_same_check_in(timestamptz, text, timestamptz, text) IS
	'Internal: whether a gate tells the same check-in once more.';

/*
 * log_tickets(event_type, booking_id, line_ids, detail) - one line of the event log
 * about tickets of a booking; the seats' numbers are added to detail. Internal.
 */
CREATE FUNCTION concert_booking.log_tickets(
	event_type text,
	booking_id uuid,
	line_ids uuid[],
	detail jsonb DEFAULT '{}')
RETURNS void
LANGUAGE sql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $fn$
	INSERT INTO concert_booking.booking_events
		(occurred_at, event_type, concert_schedule_id, booking_id, seat_count, actor, detail)
	SELECT concert_booking.clock(), log_tickets.event_type, b.concert_schedule_id, b.id,
		   cardinality(log_tickets.line_ids), concert_booking.acting_person(),
		   jsonb_strip_nulls(log_tickets.detail) || jsonb_build_object('seat_numbers', (
				SELECT jsonb_agg(s.seat_number ORDER BY s.ordinal)
				FROM concert_booking.booking_seats bs
				JOIN concert_booking.seats s ON s.id = bs.seat_id
				WHERE bs.id = ANY (log_tickets.line_ids)))
	FROM concert_booking.bookings b WHERE b.id = log_tickets.booking_id
$fn$;
COMMENT ON FUNCTION concert_booking.log_tickets(text, uuid, uuid[], jsonb) IS
	'Internal: one line of the event log about tickets of a booking.';
