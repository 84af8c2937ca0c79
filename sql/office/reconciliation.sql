/*
 * What gates without a connection have seen. Such a gate looks at the list that it
 * has taken along (door_list()), lets visitors in, notes each scan, and sends its
 * notes when it is back. What has happened is not refused: the answer tells of each
 * scan what came of it.
 */

/*
 * read_scans(scans) - the entries of a list of scans, in its order. Internal.
 *
 * Arguments: scans, a JSON list of up to 100,000 objects of ticket_code (a text),
 * gate (a text of up to 50 characters, or null) and at (an instant with its zone).
 * A text that is no uuid is no ticket's code. Returns: three lists of one length.
 * Tables written: none. Errors: 22004, 22023, 54000.
 */
CREATE FUNCTION concert_booking.read_scans(
	scans jsonb,
	OUT codes uuid[],
	OUT gates text[],
	OUT instants timestamptz[])
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
SET datestyle = 'ISO, YMD'
AS $fn$
DECLARE
	/* Without a zone it would be another instant in another session. */
	instant_form constant text := '^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,9})?)?(Z|[+-][0-9]{2}(:?[0-9]{2})?)$';
	code_form constant text := '^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$';
	wrong bigint;
BEGIN
	IF scans IS NULL THEN
		PERFORM concert_booking.refuse_null('scans');
	ELSIF jsonb_typeof(scans) <> 'array' THEN
		PERFORM concert_booking.refuse_value('scans', 'Pass a list of objects of ticket_code, gate and at.');
	ELSIF jsonb_array_length(scans) > 100000 THEN
		PERFORM concert_booking.refuse('54000', 'too many scans in one call',
			format('The call names %s scans; the limit is 100000.', jsonb_array_length(scans)),
			'Send the list in parts.');
	END IF;

	SELECT min(e.n) INTO wrong
	FROM jsonb_array_elements(scans) WITH ORDINALITY AS e (scan, n)
	WHERE CASE WHEN jsonb_typeof(e.scan) = 'object' THEN
			(jsonb_typeof(e.scan -> 'ticket_code') = 'string'
			 AND coalesce(jsonb_typeof(e.scan -> 'gate') IN ('string', 'null'), true)
			 AND coalesce(char_length(e.scan ->> 'gate') <= 50, true)
			 AND jsonb_typeof(e.scan -> 'at') = 'string' AND e.scan ->> 'at' ~ instant_form) IS NOT TRUE
		ELSE true END;
	IF wrong IS NULL THEN
		BEGIN
			SELECT coalesce(array_agg(CASE WHEN e.code ~ code_form THEN e.code::uuid END), '{}'),
				   coalesce(array_agg(nullif(e.gate, '')), '{}'),
				   coalesce(array_agg(e.at::timestamptz), '{}')
			INTO codes, gates, instants
			FROM (SELECT e.scan ->> 'ticket_code' AS code, e.scan ->> 'gate' AS gate, e.scan ->> 'at' AS at
				  FROM jsonb_array_elements(scans) WITH ORDINALITY AS e (scan, n) ORDER BY e.n) e;
			RETURN;
		EXCEPTION WHEN data_exception THEN
			/* an instant such as February the 30th: which entry it is */
			wrong := concert_booking.first_wrong_instant(scans);
		END;
	END IF;
	PERFORM concert_booking.refuse('22023', 'argument has an invalid value',
		format('The argument is "scans"; entry %s is not as it should be.', wrong),
		'An entry is an object of ticket_code (a text), gate (a text of up to 50 characters, or null) and at'
		|| ' (an instant with its zone, such as "2030-06-01T10:05:00Z").');
END
$fn$;
COMMENT ON FUNCTION concert_booking.read_scans(jsonb) IS
	'Internal: the entries of a list of scans.';

/* first_wrong_instant(scans) - the place of the first entry whose "at" is no instant. Internal. */
CREATE FUNCTION concert_booking.first_wrong_instant(scans jsonb)
RETURNS bigint
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
SET datestyle = 'ISO, YMD'
AS $fn$
DECLARE
	entry record;
	instant timestamptz;
BEGIN
	FOR entry IN
		SELECT e.scan ->> 'at' AS told, e.n FROM jsonb_array_elements(scans) WITH ORDINALITY AS e (scan, n)
	LOOP
		instant := entry.told::timestamptz;
	END LOOP;
	RETURN NULL;
EXCEPTION WHEN data_exception THEN
	RETURN entry.n;
END
$fn$;
COMMENT ON FUNCTION concert_booking.first_wrong_instant(jsonb) IS
	'Internal: the first entry of a list of scans whose instant is none.';

/*
 * reconcile_check_ins(concert_schedule_id, scans) - enter what gates saw while they
 * had no connection.
 *
 * Of all that is known of a ticket, here and in the list, the earliest instant is its
 * check-in; at the same instant the gate that comes first in the alphabet. So the
 * lists of several gates may come in any order, twice, or in parts, and the end is
 * the same. A gate's clock can be wrong: a scan from before the booking was made
 * counts as of that instant, and one from the future as of the call: after every
 * instant that was by then, whichever list comes first, and before all that come
 * later. Of two scans from the future the list that comes first wins.
 * Arguments: concert_schedule_id, the performance at whose gates they were; scans, a
 * JSON list of up to 100,000 objects of ticket_code, gate and at, an instant with its
 * zone.
 * Returns: a row for each scan, in the order of the list: n, its place, from 1;
 * ticket_code, null where it was no uuid; seat_number; outcome; checked_in_at and gate
 * of the ticket now. outcome is recorded (the ticket's check-in is this scan), repeated
 * (the same gate no more than 30 seconds later, or at an instant that is not yet:
 * the same visitor), duplicate (somebody
 * came with this ticket before), cancelled (the seat was given back or never paid) or
 * unknown (no ticket of this performance has the code, or not any more).
 * Tables written: booking_seats, booking_events (checked_in for each booking of which
 * a scan was recorded, and one check_ins_reconciled).
 * Errors: 22004, 22023, 27000, 54000, PT404 (schedule), PT409 (busy). Source: beyond
 * the seeds. For the box office.
 */
CREATE FUNCTION concert_booking.reconcile_check_ins(
	concert_schedule_id uuid,
	scans jsonb)
RETURNS TABLE (n integer, ticket_code uuid, seat_number text, outcome text, checked_in_at timestamptz, gate text)
LANGUAGE plpgsql VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
SET enable_seqscan = off
SET jit = off
AS $fn$
#variable_conflict use_column
DECLARE
	session_timeout text;
	told record;
	line_ids uuid[];
	judged_at timestamptz;
	recorded integer[];
	answer record;
BEGIN
	PERFORM concert_booking.require_tables();
	session_timeout := concert_booking.begin_waits();
	BEGIN
		IF reconcile_check_ins.concert_schedule_id IS NULL THEN
			PERFORM concert_booking.refuse_null('concert_schedule_id');
		END IF;
		SELECT * INTO told FROM concert_booking.read_scans(reconcile_check_ins.scans);
		IF NOT EXISTS (SELECT FROM concert_booking.concert_schedules cs
					   WHERE cs.id = reconcile_check_ins.concert_schedule_id) THEN
			PERFORM concert_booking.refuse_unknown_schedule(reconcile_check_ins.concert_schedule_id);
		END IF;
		line_ids := concert_booking.lock_scanned(reconcile_check_ins.concert_schedule_id, told.codes);
		/* Law 2: the clock is read after the locks were obtained. */
		judged_at := concert_booking.clock();
		recorded := concert_booking.record_scans(line_ids, told.gates, told.instants, judged_at);

		SELECT array_agg(a.seat_number::text) AS seat_numbers, array_agg(a.outcome) AS outcomes,
			   array_agg(a.checked_in_at) AS instants, array_agg(a.gate::text) AS gates
		INTO answer
		FROM (SELECT st.seat_number, bs.checked_in_at, bs.gate,
					 CASE WHEN bs.id IS NULL THEN 'unknown'
						  WHEN NOT bs.active THEN 'cancelled'
						  WHEN r.n IS NOT NULL THEN 'recorded'
						  WHEN s.at > judged_at AND bs.gate IS NOT DISTINCT FROM s.gate
							OR concert_booking.is_same_check_in(bs.checked_in_at, bs.gate,
								greatest(least(s.at, judged_at), b.created_at), s.gate) THEN 'repeated'
						  ELSE 'duplicate' END AS outcome
			  FROM unnest(line_ids, told.gates, told.instants) WITH ORDINALITY AS s (line_id, gate, at, n)
			  LEFT JOIN concert_booking.booking_seats bs ON bs.id = s.line_id
			  LEFT JOIN concert_booking.bookings b ON b.id = bs.booking_id
			  LEFT JOIN concert_booking.seats st ON st.id = bs.seat_id
			  LEFT JOIN unnest(recorded) AS r (n) ON r.n = s.n
			  ORDER BY s.n) a;
		IF answer.outcomes && '{recorded,duplicate}' THEN
			PERFORM concert_booking.log_event('check_ins_reconciled', reconcile_check_ins.concert_schedule_id,
				cardinality(recorded), (SELECT jsonb_object_agg(c.outcome, c.scans)
										FROM (SELECT o.outcome, count(*) AS scans
											  FROM unnest(answer.outcomes) AS o (outcome) GROUP BY 1) c));
		END IF;
	EXCEPTION WHEN lock_not_available THEN
		PERFORM concert_booking.refuse_busy(session_timeout);
		RAISE;
	END;
	PERFORM concert_booking.end_waits(session_timeout);
	RETURN QUERY
	SELECT a.n::integer, a.code, a.seat_number, a.outcome, a.at, a.gate
	FROM unnest(told.codes, answer.seat_numbers, answer.outcomes, answer.instants, answer.gates)
		WITH ORDINALITY AS a (code, seat_number, outcome, at, gate, n)
	ORDER BY a.n;
END
$fn$;
COMMENT ON FUNCTION concert_booking.reconcile_check_ins(uuid, jsonb) IS
	'Enter what gates saw while they had no connection: a list of ticket_code, gate and at; the earliest instant wins.
Nothing is refused: each scan is recorded, repeated, duplicate, cancelled or unknown. The same list twice changes nothing.';

/*
 * lock_scanned(concert_schedule_id, codes) - lock the bookings of the tickets that
 * have these codes, and then the lines. Internal.
 *
 * Returns: for each code the line of that schedule that has it once the locks are
 * obtained, null where there is none; in the order of the list. Tables written: none.
 * Errors: none.
 */
CREATE FUNCTION concert_booking.lock_scanned(concert_schedule_id uuid, codes uuid[])
RETURNS uuid[]
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
SET enable_seqscan = off
SET jit = off
AS $fn$
#variable_conflict use_column
DECLARE
	booking_ids constant uuid[] := ARRAY(
		SELECT DISTINCT b.id
		FROM concert_booking.booking_seats bs
		JOIN concert_booking.bookings b ON b.id = bs.booking_id
		WHERE (bs.id = ANY (lock_scanned.codes) OR bs.ticket_code = ANY (lock_scanned.codes))
		  AND b.concert_schedule_id = lock_scanned.concert_schedule_id);
BEGIN
	PERFORM FROM concert_booking.bookings b
	WHERE b.id = ANY (booking_ids) ORDER BY b.id FOR NO KEY UPDATE;
	PERFORM FROM concert_booking.booking_seats bs
	WHERE bs.booking_id = ANY (booking_ids) ORDER BY bs.booking_id, bs.seat_id FOR NO KEY UPDATE;
	RETURN ARRAY(
		SELECT l.id
		FROM unnest(lock_scanned.codes) WITH ORDINALITY AS c (code, n)
		LEFT JOIN (SELECT bs.id, coalesce(bs.ticket_code, bs.id) AS code
				   FROM concert_booking.booking_seats bs WHERE bs.booking_id = ANY (booking_ids)) l ON l.code = c.code
		ORDER BY c.n);
END
$fn$;
COMMENT ON FUNCTION concert_booking.lock_scanned(uuid, uuid[]) IS
	'Internal: lock the bookings of tickets by their codes.';

/*
 * record_scans(line_ids, gates, instants, judged_at) - enter the earliest scan of each
 * ticket, where it is earlier than what is known. Internal: the lines are locked.
 *
 * A gate without a name comes after those that have one.
 * Arguments: three lists of one length; a line can be null; judged_at, the latest
 * instant that a check-in can have. Returns: the places of the
 * scans that were entered. Tables written: booking_seats, booking_events (checked_in,
 * one a booking). Errors: 27000.
 */
CREATE FUNCTION concert_booking.record_scans(line_ids uuid[], gates text[], instants timestamptz[], judged_at timestamptz)
RETURNS integer[]
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
SET enable_seqscan = off
SET jit = off
AS $fn$
DECLARE
	person constant name := concert_booking.acting_person();
	recorded integer[];
	entered_ids uuid[];
	meant_count integer;
BEGIN
	WITH earliest AS (
		SELECT DISTINCT ON (bs.id) bs.id, s.n, t.at, s.gate,
			   bs.checked_in_at AS known_at, bs.gate AS known_gate
		FROM unnest(record_scans.line_ids, record_scans.gates, record_scans.instants) WITH ORDINALITY AS s (line_id, gate, at, n)
		JOIN concert_booking.booking_seats bs ON bs.id = s.line_id
		JOIN concert_booking.bookings b ON b.id = bs.booking_id
		CROSS JOIN LATERAL (VALUES (greatest(least(s.at, record_scans.judged_at), b.created_at))) AS t (at)
		WHERE bs.active
		ORDER BY bs.id, t.at, s.gate COLLATE "C" NULLS LAST, s.n
	), meant AS (
		SELECT e.id, e.n, e.at, e.gate FROM earliest e
		WHERE e.known_at IS NULL OR e.at < e.known_at
		   OR e.at = e.known_at AND e.gate IS NOT NULL
			  AND (e.known_gate IS NULL OR e.gate COLLATE "C" < e.known_gate)
	), changed AS (
		UPDATE concert_booking.booking_seats bs
		SET checked_in_at = m.at, gate = m.gate
		FROM meant m WHERE bs.id = m.id
		RETURNING m.n, bs.id)
	SELECT coalesce(array_agg(c.n::integer), '{}'), coalesce(array_agg(c.id), '{}'), (SELECT count(*) FROM meant)
	INTO recorded, entered_ids, meant_count
	FROM changed c;
	IF cardinality(recorded) < meant_count THEN
		PERFORM concert_booking.refuse_suppressed('booking_seats');
	END IF;

	INSERT INTO concert_booking.booking_events
		(occurred_at, event_type, concert_schedule_id, booking_id, seat_count, actor, detail)
	SELECT concert_booking.clock(), 'checked_in', b.concert_schedule_id, b.id, l.seats, person, jsonb_build_object('offline', l.scans)
	FROM (SELECT bs.booking_id, count(*) AS seats,
				 jsonb_agg(jsonb_build_object('seat_number', s.seat_number, 'at', bs.checked_in_at, 'gate', bs.gate)
						   ORDER BY s.ordinal) AS scans
		  FROM unnest(entered_ids) AS e (line_id)
		  JOIN concert_booking.booking_seats bs ON bs.id = e.line_id
		  JOIN concert_booking.seats s ON s.id = bs.seat_id
		  GROUP BY 1) l
	JOIN concert_booking.bookings b ON b.id = l.booking_id
	ORDER BY b.id;
	RETURN recorded;
END
$fn$;
COMMENT ON FUNCTION concert_booking.record_scans(uuid[], text[], timestamptz[], timestamptz) IS
	'Internal: enter the earliest scan of each ticket.';
