/*
 * The twin: every C command once more, in PL/pgSQL, slow and obvious.
 *
 * It replaces the C functions of a test database, so that one set of tests runs
 * against both. Where the two answer differently, one of them is wrong: the doc
 * blocks beside the declarations (sql/) say which. It is the oracle for
 * results, SQLSTATEs, messages, the order of the checks and the tables written;
 * it is no oracle for speed, and takes more locks and statements than C does.
 *
 *   psql -f test/twin/twin.sql		in a database made by scripts/test-database
 *
 * Locking: a booking's row, then seats by ascending id, then the rest, as in C.
 * Every judgement stands in a statement of its own after the lock, because in
 * READ COMMITTED only a new statement sees what the lock waited for.
 *
 * Not done here: in REPEATABLE READ and SERIALIZABLE a look-up sees the
 * transaction's snapshot, not the newest rows. Seats are safe (locking a row
 * that changed raises 40001), limits are made safe by twin.limit_guards, and a
 * raced idempotency key raises 23505 instead of answering with the booking.
 */

DROP SCHEMA IF EXISTS twin CASCADE;
CREATE SCHEMA twin;
COMMENT ON SCHEMA twin IS 'helpers of the PL/pgSQL twin';

/* ---------------- clock and settings ---------------- */

/* The wall clock, read at each call, shifted by the setting for tests. */
CREATE FUNCTION twin.now()
RETURNS timestamptz LANGUAGE sql VOLATILE
AS $fn$
	SELECT clock_timestamp()
		+ coalesce(nullif(current_setting('concert_booking.test_clock_offset', true), ''), '0')::interval
$fn$;

CREATE FUNCTION twin.duration_setting(name text, otherwise interval)
RETURNS interval LANGUAGE sql STABLE
AS $fn$
	SELECT coalesce(nullif(current_setting('concert_booking.' || name, true), '')::interval, otherwise)
$fn$;

CREATE FUNCTION twin.max_seats_per_call()
RETURNS integer LANGUAGE sql STABLE
AS $fn$
	SELECT coalesce(nullif(current_setting('concert_booking.max_seats_per_call', true), '')::integer, 20)
$fn$;

/* Who may act for others names more seats in a call that sells or takes back. */
CREATE FUNCTION twin.max_seats_per_desk_call()
RETURNS integer LANGUAGE sql STABLE
AS $fn$
	SELECT greatest(coalesce(nullif(current_setting('concert_booking.max_seats_per_desk_call', true), '')::integer, 500),
					twin.max_seats_per_call())
$fn$;

/* ---------------- refusals ---------------- */

CREATE FUNCTION twin.refuse(code text, message text, detail text, hint text)
RETURNS void LANGUAGE plpgsql
AS $fn$
BEGIN
	IF detail IS NULL THEN
		RAISE EXCEPTION USING ERRCODE = code, MESSAGE = message, HINT = hint;
	ELSE
		RAISE EXCEPTION USING ERRCODE = code, MESSAGE = message, DETAIL = detail, HINT = hint;
	END IF;
END
$fn$;

/* An instant as JSON, in UTC; null where it is none. */
CREATE FUNCTION twin.instant_json(instant timestamptz)
RETURNS text LANGUAGE sql STABLE SET timezone = 'UTC'
AS $fn$
	SELECT CASE WHEN isfinite(instant) THEN to_json(instant)::text ELSE 'null' END
$fn$;

CREATE FUNCTION twin.refuse_null(argument text)
RETURNS void LANGUAGE sql
AS $fn$
	SELECT twin.refuse('22004', 'argument must not be null',
		format('The argument is "%s".', argument), 'Pass a value for it.')
$fn$;

CREATE FUNCTION twin.refuse_value(argument text, rule text)
RETURNS void LANGUAGE sql
AS $fn$
	SELECT twin.refuse('22023', 'argument has an invalid value',
		format('The argument is "%s".', argument), rule)
$fn$;

/* One line of a DETAIL that lists seats. */
CREATE TYPE twin.refusal AS (seat_id uuid, seat_number text, reason text);

CREATE FUNCTION twin.refusals_json(refusals twin.refusal[])
RETURNS text LANGUAGE sql IMMUTABLE
AS $fn$
	SELECT '[' || string_agg(format('{"seat_id": "%s", "seat_number": %s, "reason": "%s"}',
			   r.seat_id, coalesce(to_json(r.seat_number)::text, 'null'), r.reason), ', ' ORDER BY r.place) || ']'
	FROM unnest(refusals) WITH ORDINALITY AS r (seat_id, seat_number, reason, place)
$fn$;

/* ---------------- arguments ---------------- */

CREATE FUNCTION twin.refuse_too_many(seat_count integer, seat_limit integer)
RETURNS void LANGUAGE sql
AS $fn$
	SELECT twin.refuse('54000', 'too many seats in one call',
		format('The call names %s seats; the limit is %s.', seat_count, seat_limit),
		'Ask for fewer seats, or raise concert_booking.max_seats_per_call.')
$fn$;

CREATE FUNCTION twin.check_seat_ids(seat_ids uuid[], seat_limit integer DEFAULT twin.max_seats_per_call())
RETURNS void LANGUAGE plpgsql
AS $fn$
BEGIN
	IF seat_ids IS NULL THEN
		PERFORM twin.refuse_null('seat_ids');
	ELSIF array_ndims(seat_ids) > 1 THEN
		PERFORM twin.refuse_value('seat_ids', 'Pass an array of one dimension.');
	ELSIF cardinality(seat_ids) = 0 THEN
		PERFORM twin.refuse_value('seat_ids', 'Name at least one seat.');
	ELSIF cardinality(seat_ids) > seat_limit THEN
		PERFORM twin.refuse_too_many(cardinality(seat_ids), seat_limit);
	ELSIF array_position(seat_ids, NULL) IS NOT NULL THEN
		PERFORM twin.refuse_null('seat_ids');
	ELSIF cardinality(seat_ids) <> (SELECT count(DISTINCT u.id) FROM unnest(seat_ids) AS u (id)) THEN
		PERFORM twin.refuse_value('seat_ids', 'Name each seat once.');
	END IF;
END
$fn$;

/* A text of 1 to length_limit characters, not all blanks, or null. */
CREATE FUNCTION twin.check_text(argument text, value text, length_limit integer)
RETURNS void LANGUAGE plpgsql
AS $fn$
BEGIN
	IF btrim(value, E' \t\n\r') = '' THEN
		PERFORM twin.refuse_value(argument, 'Pass a text that is not blank, or null.');
	ELSIF char_length(value) > length_limit THEN
		PERFORM twin.refuse('22001', 'argument is too long',
			format('The argument "%s" has %s characters.', argument, char_length(value)),
			format('Use at most %s characters.', length_limit));
	END IF;
END
$fn$;

CREATE TYPE twin.customer AS (name text, phone text, email text, idempotency_key text);

CREATE FUNCTION twin.check_customer(customer twin.customer)
RETURNS void LANGUAGE plpgsql
AS $fn$
BEGIN
	PERFORM twin.check_text('customer_name', customer.name, 100);
	PERFORM twin.check_text('customer_phone', customer.phone, 20);
	PERFORM twin.check_text('customer_email', customer.email, 255);
	PERFORM twin.check_text('idempotency_key', customer.idempotency_key, 255);
	IF customer.phone IS NOT NULL AND concert_booking.normalize_phone(customer.phone) IS NULL THEN
		PERFORM twin.refuse_value('customer_phone', 'Pass a number with digits.');
	END IF;
END
$fn$;

CREATE FUNCTION twin.check_expected_total(expected_total bigint)
RETURNS void LANGUAGE plpgsql
AS $fn$
BEGIN
	IF expected_total < 0 THEN
		PERFORM twin.refuse_value('expected_total', 'Pass a sum of 0 or more, or null.');
	END IF;
END
$fn$;

/* An object of seat ids, each once, and codes, or null. */
CREATE FUNCTION twin.check_price_types(price_types jsonb, seat_ids uuid[])
RETURNS void LANGUAGE plpgsql
AS $fn$
DECLARE
	seat_limit constant integer := greatest(twin.max_seats_per_call(), cardinality(seat_ids));
	rule constant text := 'Pass an object of seat ids and codes, such as {"<seat id>": "child"}.';
	type_count integer;
	is_valid boolean;
BEGIN
	IF jsonb_typeof(price_types) <> 'object' THEN
		PERFORM twin.refuse_value('price_types', rule);
	END IF;
	SELECT count(*), count(*) = count(DISTINCT lower(t.key))
		   AND coalesce(bool_and(t.key ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
								 AND jsonb_typeof(t.value) = 'string' AND t.value <> '""'), true)
	INTO type_count, is_valid
	FROM jsonb_each(price_types) t;
	IF type_count > seat_limit THEN
		PERFORM twin.refuse_too_many(type_count, seat_limit);
	ELSIF NOT is_valid THEN
		PERFORM twin.refuse_value('price_types', rule);
	END IF;
END
$fn$;

/* A command is told so before it looks at anything. */
CREATE FUNCTION twin.check_writable(command text)
RETURNS void LANGUAGE plpgsql
AS $fn$
BEGIN
	IF current_setting('transaction_read_only')::boolean THEN
		RAISE EXCEPTION 'cannot execute %() in a read-only transaction', command
			USING ERRCODE = 'read_only_sql_transaction';
	END IF;
END
$fn$;

/* ---------------- the booker ---------------- */

/* any_booking: staff who named nobody, which only cancel_booking allows. */
CREATE TYPE twin.booker AS (user_id uuid, session_id uuid, any_booking boolean);

CREATE FUNCTION twin.booker_id(booker twin.booker)
RETURNS uuid LANGUAGE sql IMMUTABLE
AS $fn$ SELECT coalesce(booker.user_id, booker.session_id) $fn$;

/* The role that calls: current_user is the owner inside SECURITY DEFINER. */
CREATE FUNCTION twin.caller()
RETURNS name LANGUAGE sql STABLE
AS $fn$
	SELECT CASE WHEN current_setting('role') = 'none' THEN session_user
		   ELSE current_setting('role')::name END
$fn$;

CREATE FUNCTION twin.acts_for_others()
RETURNS boolean LANGUAGE sql STABLE
AS $fn$
	SELECT coalesce(has_function_privilege(twin.caller(),
		to_regprocedure('concert_booking.acts_for_others()'), 'EXECUTE'), false)
$fn$;

/* The member that the request is signed for; claims is null where none are set. */
CREATE FUNCTION twin.read_claims(OUT claims jsonb, OUT member uuid)
LANGUAGE plpgsql STABLE
AS $fn$
DECLARE
	readable boolean := true;
BEGIN
	BEGIN
		claims := nullif(current_setting('request.jwt.claims', true), '')::jsonb;
		readable := claims IS NULL
			OR jsonb_typeof(claims) = 'object'
			   AND coalesce(claims ->> 'sub' ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$', true);
		IF readable THEN
			member := (claims ->> 'sub')::uuid;
		END IF;
	EXCEPTION WHEN invalid_text_representation THEN
		readable := false;
	END;
	IF NOT readable THEN
		PERFORM twin.refuse('42501', 'the request''s claims cannot be read',
			'request.jwt.claims must be a JSON object whose "sub", if there is one, is a UUID.',
			'Sign in again, or correct the token''s issuer.');
	END IF;
END
$fn$;

CREATE FUNCTION twin.who(user_id uuid, session_id uuid, nobody_allowed boolean DEFAULT false)
RETURNS twin.booker LANGUAGE plpgsql
AS $fn$
DECLARE
	request record;
	booker twin.booker := (user_id, session_id, false);
BEGIN
	IF user_id IS NOT NULL AND session_id IS NOT NULL THEN
		PERFORM twin.refuse('22023', 'two bookers given', NULL,
			'Pass user_id for a member or session_id for a guest, not both.');
	END IF;
	request := twin.read_claims();
	IF request.claims IS NOT NULL THEN
		IF user_id IS DISTINCT FROM request.member AND user_id IS NOT NULL
		   AND NOT twin.acts_for_others() THEN
			PERFORM twin.refuse('42501', 'not allowed to act for another member', NULL,
				'Leave user_id out; the signed-in member is the booker.');
		ELSIF request.member IS NOT NULL AND session_id IS NOT NULL
			  AND NOT twin.acts_for_others() THEN
			PERFORM twin.refuse('22023', 'two bookers given', NULL,
				'Pass user_id for a member or session_id for a guest, not both.');
		END IF;
		booker.any_booking := user_id IS NULL AND session_id IS NULL
			AND nobody_allowed AND twin.acts_for_others();
		IF session_id IS NULL THEN
			booker.user_id := coalesce(user_id, request.member);
		END IF;
	END IF;
	IF twin.booker_id(booker) IS NULL AND NOT booker.any_booking THEN
		PERFORM twin.refuse('PT401', 'no booker given', '{"reason": "no_booker"}',
			'Sign in, or pass user_id for a member or session_id for a guest.');
	END IF;
	RETURN booker;
END
$fn$;

/* A guest has no account that would tell whom to ask for at the door. */
CREATE FUNCTION twin.check_guest(booker twin.booker, customer twin.customer)
RETURNS void LANGUAGE plpgsql
AS $fn$
BEGIN
	IF booker.user_id IS NULL AND (customer.name IS NULL OR customer.phone IS NULL) THEN
		PERFORM twin.refuse('22004', 'a guest''s booking needs a name and a phone number', NULL,
			'Pass customer_name and customer_phone.');
	END IF;
END
$fn$;

/* Who acts, for the log: the person, or the role. Claims that cannot be read name nobody. */
CREATE FUNCTION twin.actor()
RETURNS name LANGUAGE plpgsql STABLE
AS $fn$
BEGIN
	RETURN coalesce((twin.read_claims()).member::text, twin.caller());
EXCEPTION WHEN insufficient_privilege THEN
	RETURN twin.caller();
END
$fn$;

/*
 * What only the desk may ask for: a sale to somebody who is not known, who gets a
 * session that nobody else has, and one that costs nothing. Returns that session.
 */
CREATE FUNCTION twin.check_desk(walk_in boolean, free_reason text, user_id uuid, session_id uuid, price_types jsonb,
								idempotency_key text)
RETURNS uuid LANGUAGE plpgsql
AS $fn$
BEGIN
	PERFORM twin.check_text('free_reason', free_reason, 1000);
	IF walk_in IS NOT TRUE AND free_reason IS NULL THEN
		RETURN session_id;
	ELSIF NOT twin.acts_for_others() THEN
		PERFORM twin.refuse('42501', 'only the box office sells in this way', NULL, 'Ask the box office.');
	ELSIF walk_in AND user_id IS NOT NULL THEN
		PERFORM twin.refuse_value('walk_in', 'Leave user_id out, or walk_in: a member is known.');
	ELSIF walk_in AND idempotency_key IS NOT NULL AND session_id IS NULL THEN
		PERFORM twin.refuse_value('idempotency_key', 'Pass session_id with it: a key is its booker''s.');
	ELSIF free_reason IS NOT NULL AND price_types <> '{}' THEN
		PERFORM twin.refuse_value('free_reason', 'Leave price_types out: every seat is free.');
	END IF;
	RETURN CASE WHEN walk_in THEN coalesce(session_id, concert_booking.uuid_v7()) ELSE session_id END;
END
$fn$;

/* ---------------- seats and holds ---------------- */

/*
 * What one seat is to this booker at this instant: unknown, free, mine, held,
 * reserved or blocked. The seat's hold_expires_at is the deadline; where it is
 * null, the hold row's expires_at; without either, the hold has lapsed. The price
 * is what it would cost this booker: a hold of one's own keeps its price. A seat
 * that is kept for a payment is held by somebody else, also to who is paying.
 */
CREATE FUNCTION twin.judge(seat_ids uuid[], booker twin.booker, at timestamptz)
RETURNS TABLE (place bigint, seat_id uuid, concert_schedule_id uuid, ordinal integer,
			   seat_number text, seat_grade text, price integer,
			   verdict text, expires_at timestamptz, held_since timestamptz)
LANGUAGE sql VOLATILE
AS $fn$
	SELECT x.place, x.seat_id, x.concert_schedule_id, x.ordinal, x.seat_number, x.seat_grade,
		   CASE WHEN x.verdict = 'mine' THEN coalesce(x.hold_price, x.price) ELSE x.price END,
		   x.verdict, x.expires_at, x.held_since
	FROM (SELECT a.place, a.seat_id, s.concert_schedule_id, s.ordinal,
			   s.seat_number, s.seat_grade, s.price, t.price AS hold_price,
			   CASE
				   WHEN s.id IS NULL THEN 'unknown'
				   WHEN s.status = 'available' THEN 'free'
				   WHEN s.status = 'reserved' THEN 'reserved'
				   WHEN s.status = 'unavailable' THEN 'blocked'
				   WHEN coalesce(s.hold_expires_at, t.expires_at, '-infinity') <= judge.at THEN 'free'
				   WHEN t.booking_id IS NULL
						AND (t.user_id = (judge.booker).user_id OR t.session_id = (judge.booker).session_id) THEN 'mine'
				   ELSE 'held'
			   END AS verdict,
			   coalesce(s.hold_expires_at, t.expires_at) AS expires_at, t.held_since
		FROM unnest(judge.seat_ids) WITH ORDINALITY AS a (seat_id, place)
		LEFT JOIN concert_booking.seats s ON s.id = a.seat_id
		LEFT JOIN concert_booking.temp_reservations t ON t.seat_id = a.seat_id) x
	ORDER BY x.place
$fn$;

CREATE FUNCTION twin.lock_seats(seat_ids uuid[])
RETURNS void LANGUAGE plpgsql
AS $fn$
BEGIN
	PERFORM FROM concert_booking.seats s
	WHERE s.id = ANY (seat_ids) ORDER BY s.id FOR NO KEY UPDATE;
END
$fn$;

CREATE FUNCTION twin.refuse_unknown(seat_ids uuid[], booker twin.booker)
RETURNS void LANGUAGE plpgsql
AS $fn$
DECLARE
	unknown twin.refusal[];
BEGIN
	SELECT array_agg((j.seat_id, NULL, 'unknown')::twin.refusal ORDER BY j.place) INTO unknown
	FROM twin.judge(seat_ids, booker, twin.now()) j
	WHERE j.verdict = 'unknown';
	IF unknown IS NOT NULL THEN
		PERFORM twin.refuse('PT404', 'no such seat', twin.refusals_json(unknown),
			'Load the seat map again.');
	END IF;
END
$fn$;

/* A seat can also have gone while its lock was waited for. */
CREATE FUNCTION twin.refuse_taken(seat_ids uuid[], booker twin.booker)
RETURNS void LANGUAGE plpgsql
AS $fn$
DECLARE
	taken twin.refusal[];
BEGIN
	PERFORM twin.refuse_unknown(seat_ids, booker);
	SELECT array_agg((j.seat_id, j.seat_number, j.verdict)::twin.refusal ORDER BY j.place) INTO taken
	FROM twin.judge(seat_ids, booker, twin.now()) j
	WHERE j.verdict NOT IN ('free', 'mine');
	IF taken IS NOT NULL THEN
		PERFORM twin.refuse('PT409', 'seat is not available', twin.refusals_json(taken),
			'Choose other seats.');
	END IF;
END
$fn$;

/* What a look without locks shows; answers with the seats' one schedule. */
CREATE FUNCTION twin.look(seat_ids uuid[], booker twin.booker)
RETURNS uuid LANGUAGE plpgsql
AS $fn$
DECLARE
	schedules uuid[];
BEGIN
	PERFORM twin.refuse_unknown(seat_ids, booker);
	SELECT array_agg(DISTINCT s.concert_schedule_id) INTO schedules
	FROM concert_booking.seats s WHERE s.id = ANY (seat_ids);
	IF cardinality(schedules) > 1 THEN
		PERFORM twin.refuse('PT422', 'the seats belong to more than one schedule', '{"reason": "two_schedules"}',
			'Make one call for each schedule.');
	END IF;
	PERFORM twin.refuse_taken(seat_ids, booker);
	RETURN schedules[1];
END
$fn$;

/* ---------------- schedules ---------------- */

CREATE FUNCTION twin.check_schedule(schedule_id uuid)
RETURNS void LANGUAGE plpgsql
AS $fn$
BEGIN
	IF schedule_id IS NULL THEN
		PERFORM twin.refuse_null('concert_schedule_id');
	END IF;
END
$fn$;

CREATE FUNCTION twin.check_schedule_exists(schedule_id uuid)
RETURNS void LANGUAGE plpgsql
AS $fn$
BEGIN
	IF NOT EXISTS (SELECT FROM concert_booking.concert_schedules cs WHERE cs.id = schedule_id) THEN
		PERFORM twin.refuse('PT404', 'no such schedule',
			format('{"concert_schedule_id": "%s"}', schedule_id),
			'Load the concert''s schedules again.');
	END IF;
END
$fn$;

/* Of schedules that are older than the constraints. */
CREATE FUNCTION twin.check_durations(schedule_id uuid)
RETURNS void LANGUAGE plpgsql
AS $fn$
DECLARE
	wrong text;
BEGIN
	SELECT d.name INTO wrong
	FROM concert_booking.concert_schedules cs
	CROSS JOIN LATERAL (VALUES (1, 'hold_duration', cs.hold_duration, interval '1 year'),
							   (2, 'cancel_until', cs.cancel_until, interval '100 years'),
							   (3, 'payment_window', cs.payment_window, interval '1 year')) AS d (place, name, duration, most)
	WHERE cs.id = schedule_id
	  AND (d.duration > d.most
		   OR least(extract(year FROM d.duration), extract(month FROM d.duration), extract(day FROM d.duration),
					extract(hour FROM d.duration), extract(minute FROM d.duration), extract(second FROM d.duration)) < 0)
	ORDER BY d.place LIMIT 1;
	IF FOUND THEN
		PERFORM twin.refuse('55000', 'a duration of the schedule is out of range',
			format('The column is "%s" of schedule "%s".', wrong, schedule_id),
			'Correct it: hold_duration and payment_window are at most 1 year, cancel_until at most 100 years, and no part of them is negative.');
	END IF;
END
$fn$;

/*
 * What a hold promises outlasts the end of the sales window, but nothing else. Returns
 * the start; seen is what an earlier look has returned.
 */
CREATE FUNCTION twin.check_window(schedule_id uuid, opening_matters boolean DEFAULT true,
								  closing_matters boolean DEFAULT true, durations_matter boolean DEFAULT true,
								  seen timestamptz DEFAULT NULL)
RETURNS timestamptz LANGUAGE plpgsql
AS $fn$
DECLARE
	now timestamptz := twin.now();
	s record;
	why text;
BEGIN
	IF durations_matter THEN
		PERFORM twin.check_durations(schedule_id);
	END IF;
	SELECT cs.*, c.status AS concert_status, c.is_deleted INTO STRICT s
	FROM concert_booking.concert_schedules cs
	JOIN concert_booking.concerts c ON c.id = cs.concert_id
	WHERE cs.id = schedule_id;
	IF s.starts_at <> seen THEN
		PERFORM twin.refuse('PT409', 'schedule is changing',
			format('{"reason": "schedule_changing", "concert_schedule_id": "%s"}', schedule_id), 'Look at its date again.');
	END IF;

	why := CASE
		WHEN s.status = 'cancelled' THEN 'schedule_cancelled'
		WHEN NOT s.is_booking_open THEN 'box_office_closed'
		WHEN s.is_deleted THEN 'concert_withdrawn'
		WHEN s.concert_status = 'postponed' THEN 'concert_postponed'
		WHEN s.concert_status <> 'active' THEN 'concert_cancelled'
		WHEN closing_matters AND s.booking_closes_at <= now THEN 'window_over'
		WHEN s.starts_at <= now THEN 'started'
	END;
	IF why IS NOT NULL THEN
		PERFORM twin.refuse('PT423', 'booking is closed', format('{"reason": "%s"}', why), 'Choose another schedule.');
	END IF;
	IF opening_matters AND s.booking_opens_at > now THEN
		PERFORM twin.refuse('PT425', 'booking has not opened yet',
			format('{"opens_at": %s}', twin.instant_json(s.booking_opens_at)), 'Try again then.');
	END IF;
	RETURN s.starts_at;
END
$fn$;

/* Asked to pay first: whoever comes with claims and is not staff. */
CREATE FUNCTION twin.check_payment_not_required(schedule_id uuid)
RETURNS void LANGUAGE plpgsql
AS $fn$
BEGIN
	IF (SELECT cs.payment_required FROM concert_booking.concert_schedules cs WHERE cs.id = schedule_id)
	   AND (twin.read_claims()).claims IS NOT NULL AND NOT twin.acts_for_others() THEN
		PERFORM twin.refuse('PT402', 'payment is required',
			format('{"reason": "payment_required", "concert_schedule_id": "%s"}', schedule_id),
			'Call begin_payment(); the booking is confirmed when the money arrives.');
	END IF;
END
$fn$;

/* at + span in a zone: PostgreSQL's own operator, with that zone for the session's. */
CREATE FUNCTION twin.add(at timestamptz, span interval, zone text)
RETURNS timestamptz LANGUAGE plpgsql SET timezone = 'UTC'
AS $fn$
BEGIN
	IF NOT isfinite(at) OR at NOT BETWEEN '4613-01-01 BC' AND '294176-01-01' THEN
		RETURN CASE WHEN at > now() THEN 'infinity' ELSE '-infinity' END;
	END IF;
	PERFORM set_config('TimeZone', zone, true);
	RETURN at + span;
END
$fn$;

CREATE FUNCTION twin.zone(schedule_id uuid)
RETURNS text LANGUAGE sql STABLE
AS $fn$
	SELECT v.timezone
	FROM concert_booking.concert_schedules cs
	JOIN concert_booking.concerts c ON c.id = cs.concert_id
	JOIN concert_booking.venues v ON v.id = c.venue_id
	WHERE cs.id = schedule_id
$fn$;

/* The end of a term that starts at this instant. */
CREATE FUNCTION twin.term_end(schedule_id uuid, at timestamptz)
RETURNS timestamptz LANGUAGE sql VOLATILE
AS $fn$
	SELECT least(twin.add(term_end.at, coalesce(cs.hold_duration, twin.duration_setting('hold_duration', '10 min')),
						  twin.zone(cs.id)),
				 cs.booking_closes_at, cs.starts_at)
	FROM concert_booking.concert_schedules cs WHERE cs.id = term_end.schedule_id
$fn$;

/* The end of a payment that begins at this instant. */
CREATE FUNCTION twin.payment_end(schedule_id uuid, at timestamptz)
RETURNS timestamptz LANGUAGE sql VOLATILE
AS $fn$
	SELECT least(twin.add(payment_end.at, coalesce(cs.payment_window, twin.duration_setting('payment_window', '35 min')),
						  twin.zone(cs.id)),
				 cs.starts_at)
	FROM concert_booking.concert_schedules cs WHERE cs.id = payment_end.schedule_id
$fn$;

/*
 * Two calls of one booker for different seats share no row, so each could miss
 * what the other takes. They share this one; in REPEATABLE READ the second
 * then fails with 40001 instead of counting in an old snapshot.
 */
CREATE TABLE twin.limit_guards (
	booker_id uuid,
	concert_schedule_id uuid,
	calls bigint NOT NULL,
	PRIMARY KEY (booker_id, concert_schedule_id)
);
COMMENT ON TABLE twin.limit_guards IS 'one row for each booker of a schedule with a limit: the lock on the limit';

CREATE FUNCTION twin.lock_limit(schedule_id uuid, booker twin.booker)
RETURNS void LANGUAGE sql
AS $fn$
	INSERT INTO twin.limit_guards AS g
	SELECT twin.booker_id(booker), cs.id, 1
	FROM concert_booking.concert_schedules cs
	WHERE cs.id = schedule_id AND cs.max_seats_per_booker IS NOT NULL
	ON CONFLICT (booker_id, concert_schedule_id) DO UPDATE SET calls = g.calls + 1
$fn$;

CREATE FUNCTION twin.check_limit(schedule_id uuid, seat_ids uuid[], booker twin.booker, unnamed_seats integer DEFAULT 0)
RETURNS void LANGUAGE plpgsql
AS $fn$
DECLARE
	seat_limit integer;
	wanted bigint;
BEGIN
	SELECT cs.max_seats_per_booker INTO seat_limit
	FROM concert_booking.concert_schedules cs WHERE cs.id = schedule_id;
	IF seat_limit IS NULL THEN
		RETURN;
	END IF;
	PERFORM twin.lock_limit(schedule_id, booker);

	/*
	 * Seats asked for and already held count once: UNION, not UNION ALL. Those
	 * that are kept for a payment count as held.
	 */
	SELECT count(*) + unnamed_seats INTO wanted
	FROM (SELECT u.id FROM unnest(seat_ids) AS u (id)
		  UNION
		  SELECT s.id
		  FROM concert_booking.temp_reservations t JOIN concert_booking.seats s ON s.id = t.seat_id
		  WHERE t.concert_schedule_id = schedule_id
			AND (t.user_id = booker.user_id OR t.session_id = booker.session_id)
			AND s.status = 'temp_reserved' AND coalesce(s.hold_expires_at, t.expires_at) > twin.now()
		  UNION
		  SELECT bs.seat_id
		  FROM concert_booking.booking_seats bs JOIN concert_booking.bookings b ON b.id = bs.booking_id
		  WHERE bs.active AND b.concert_schedule_id = schedule_id
			AND (b.user_id = booker.user_id OR b.session_id = booker.session_id)) AS seats;
	IF wanted > seat_limit THEN
		PERFORM twin.refuse('PT422', 'too many seats for one booker',
			format('{"reason": "booker_limit", "wanted": %s, "limit": %s}', wanted, seat_limit),
			'Choose fewer seats, or release seats first.');
	END IF;
END
$fn$;

/*
 * A change of available_seats, as a sale makes it: into the schedule's row when
 * nobody else has it, else pending. Pending too outside READ COMMITTED, where
 * touching a row that others change would fail for no reason of the caller's.
 */
CREATE FUNCTION twin.change_availability(schedule_id uuid, change integer)
RETURNS void LANGUAGE plpgsql
AS $fn$
BEGIN
	IF current_setting('transaction_isolation') IN ('read committed', 'read uncommitted') THEN
		PERFORM FROM concert_booking.concert_schedules cs
		WHERE cs.id = schedule_id FOR NO KEY UPDATE SKIP LOCKED;
		IF FOUND THEN
			PERFORM concert_booking.fold_availability(schedule_id, 0, change);
			RETURN;
		END IF;
	END IF;
	INSERT INTO concert_booking.availability_changes (concert_schedule_id, available_change)
	VALUES (schedule_id, change);
END
$fn$;

/*
 * Statement triggers account for what hand-written statements do to seats and
 * holds, and wait for the schedule's row; the C commands do not fire them. Each
 * command below sets twin.in_command, and the triggers' functions stand aside.
 */
DO $do$
DECLARE
	trigger_function regprocedure;
	guard constant text := E'\nBEGIN\n\tIF current_setting(''twin.in_command'', true) = ''on'' THEN RETURN NULL; END IF;\n';
	body text;
BEGIN
	FOREACH trigger_function IN ARRAY ARRAY['concert_booking.follow_seats_update()', 'concert_booking.follow_holds_delete()']::regprocedure[] LOOP
		body := pg_get_functiondef(trigger_function);
		CONTINUE WHEN body LIKE '%twin.in_command%';
		body := regexp_replace(body, E'\nBEGIN\n', guard);
		IF body NOT LIKE '%twin.in_command%' THEN
			RAISE EXCEPTION '% has no BEGIN to put the guard behind', trigger_function;
		END IF;
		EXECUTE body;
	END LOOP;
END
$do$;

CREATE FUNCTION twin.log_event(event_type text, schedule_id uuid, booking_id uuid, seat_count integer,
							   detail jsonb DEFAULT NULL)
RETURNS void LANGUAGE sql VOLATILE
AS $fn$
	INSERT INTO concert_booking.booking_events
		(occurred_at, event_type, concert_schedule_id, booking_id, seat_count, actor, detail)
	VALUES (twin.now(), event_type, schedule_id, booking_id, seat_count, twin.actor(), detail)
$fn$;

/* ---------------- ids, phones, booking numbers ---------------- */

/* The number that booking numbers carry, and ids. */
CREATE FUNCTION twin.shard()
RETURNS integer LANGUAGE sql STABLE
AS $fn$ SELECT coalesce(nullif(current_setting('concert_booking.shard', true), ''), '0')::integer $fn$;

CREATE OR REPLACE FUNCTION concert_booking.uuid_v7()
RETURNS uuid LANGUAGE plpgsql VOLATILE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $fn$
DECLARE
	bytes bytea := uuid_send(gen_random_uuid());
	ms bigint := floor(extract(epoch FROM clock_timestamp()) * 1000);
	shard constant integer := coalesce(nullif(current_setting('concert_booking.shard', true), ''), '0');
BEGIN
	bytes := overlay(bytes PLACING substring(int8send(ms) FROM 3) FROM 1);
	bytes := set_byte(bytes, 6, (get_byte(bytes, 6) & 15) | 112);
	IF shard >= 0 THEN
		bytes := set_byte(bytes, 8, (get_byte(bytes, 8) & 224) | shard);
	END IF;
	RETURN encode(bytes, 'hex')::uuid;
END
$fn$;

CREATE OR REPLACE FUNCTION concert_booking.normalize_phone(phone text)
RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $fn$
DECLARE
	digits text := regexp_replace(phone, '[^0-9]', '', 'g');
	country_code text := CASE WHEN phone ~ '^[^0-9]*\+' AND digits LIKE '82_%' THEN '82' ELSE '0082' END;
BEGIN
	IF digits LIKE country_code || '_%' THEN
		digits := '0' || regexp_replace(substr(digits, length(country_code) + 1), '^0', '');
	END IF;
	RETURN nullif(digits, '');
END
$fn$;

/* 12 random symbols in groups of four, then Crockford's check symbol. */
CREATE FUNCTION twin.new_booking_number()
RETURNS text LANGUAGE plpgsql
AS $fn$
DECLARE
	alphabet constant text := '0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=U';
	/* Six bytes at each end of a version 4 UUID's hash are as random as it is. */
	bytes bytea := sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));
	bits bigint := 0;
	number text := '';
	symbol integer;
BEGIN
	FOR i IN 0 .. 11 LOOP
		symbol := CASE WHEN i = 0 AND twin.shard() >= 0 THEN twin.shard() ELSE get_byte(bytes, i) % 32 END;
		bits := bits * 32 + symbol;
		number := number || substr(alphabet, symbol + 1, 1)
			|| CASE WHEN i % 4 = 3 THEN '-' ELSE '' END;
	END LOOP;
	RETURN number || substr(alphabet, (bits % 37)::integer + 1, 1);
END
$fn$;

/* What was typed, as it is stored; anything else that is no number finds none. */
CREATE FUNCTION twin.canonical_booking_number(typed text)
RETURNS text LANGUAGE sql IMMUTABLE
AS $fn$
	SELECT regexp_replace(translate(upper(typed), 'OIL- ', '011'), '^(....)(....)(....)(.)$', '\1-\2-\3-\4')
$fn$;

/* ---------------- what the commands answer with ---------------- */

/* What came in for a booking and neither went back nor is due back. */
CREATE FUNCTION twin.credit(booking_id uuid)
RETURNS bigint LANGUAGE sql VOLATILE
AS $fn$
	SELECT coalesce(sum(CASE p.kind WHEN 'charge' THEN p.amount ELSE -p.amount END), 0)::bigint
		   - coalesce((SELECT d.amount FROM concert_booking.refunds_due d WHERE d.booking_id = credit.booking_id), 0)
	FROM concert_booking.payments p WHERE p.booking_id = credit.booking_id
$fn$;

/*
 * The seats that a confirmed booking has; of any other, those that it was about.
 * What was paid in part of a pending one that is over is due, tidied or not.
 */
CREATE FUNCTION twin.receipt(booking_id uuid)
RETURNS concert_booking.booking_receipt LANGUAGE sql VOLATILE
AS $fn$
	SELECT (b.id, b.booking_number, b.concert_schedule_id,
			concert_booking.booking_status(b.status, b.pay_by, twin.now()), b.seat_count, b.total_price,
			ARRAY (SELECT s.seat_number::text
				   FROM concert_booking.booking_seats bs JOIN concert_booking.seats s ON s.id = bs.seat_id
				   WHERE bs.booking_id = b.id AND (bs.active OR b.status <> 'confirmed') ORDER BY s.ordinal),
			b.created_at, b.cancelled_at, b.pay_by,
			coalesce((SELECT d.amount FROM concert_booking.refunds_due d WHERE d.booking_id = b.id), 0)
			+ CASE WHEN b.status = 'pending' AND b.pay_by <= twin.now() THEN twin.credit(b.id) ELSE 0 END
		   )::concert_booking.booking_receipt
	FROM concert_booking.bookings b WHERE b.id = receipt.booking_id
$fn$;

CREATE FUNCTION twin.holds(seat_ids uuid[], booker twin.booker, at timestamptz)
RETURNS SETOF concert_booking.seat_hold LANGUAGE sql VOLATILE
AS $fn$
	SELECT j.seat_id, j.concert_schedule_id, j.seat_number, j.seat_grade, j.price, j.expires_at
	FROM twin.judge(seat_ids, booker, at) j ORDER BY j.place
$fn$;

/* ---------------- hold ---------------- */

/* Seats that are locked and judged become holds; what is held already stays. */
CREATE FUNCTION twin.write_holds(schedule_id uuid, seat_ids uuid[], booker twin.booker)
RETURNS SETOF concert_booking.seat_hold LANGUAGE plpgsql
AS $fn$
DECLARE
	now timestamptz := twin.now();
	new_end timestamptz := twin.term_end(schedule_id, now);
	seat record;
BEGIN
	FOR seat IN SELECT j.seat_id, j.price FROM twin.judge(seat_ids, booker, now) j
				WHERE j.verdict = 'free' ORDER BY j.seat_id LOOP
		UPDATE concert_booking.seats s
		SET status = 'temp_reserved', hold_expires_at = new_end, updated_at = now
		WHERE s.id = seat.seat_id;
		DELETE FROM concert_booking.temp_reservations t WHERE t.seat_id = seat.seat_id;
		INSERT INTO concert_booking.temp_reservations
			(user_id, session_id, seat_id, concert_schedule_id, held_since, expires_at, created_at, price)
		VALUES (booker.user_id, booker.session_id, seat.seat_id, schedule_id, now, new_end, now, seat.price);
	END LOOP;
	RETURN QUERY SELECT * FROM twin.holds(seat_ids, booker, now);
END
$fn$;

CREATE FUNCTION twin.hold(seat_ids uuid[], booker twin.booker)
RETURNS SETOF concert_booking.seat_hold LANGUAGE plpgsql
AS $fn$
DECLARE
	seen timestamptz;
	schedule_id uuid;
	now timestamptz;
BEGIN
	schedule_id := twin.look(seat_ids, booker);

	/* A second click: nothing to decide and nothing to write. */
	now := twin.now();
	IF NOT EXISTS (SELECT FROM twin.judge(seat_ids, booker, now) j WHERE j.verdict <> 'mine') THEN
		RETURN QUERY SELECT * FROM twin.holds(seat_ids, booker, now);
		RETURN;
	END IF;

	seen := twin.check_window(schedule_id);
	PERFORM twin.check_limit(schedule_id, seat_ids, booker);
	PERFORM twin.lock_seats(seat_ids);
	PERFORM twin.refuse_taken(seat_ids, booker);
	seen := twin.check_window(schedule_id, seen => seen);
	RETURN QUERY SELECT * FROM twin.write_holds(schedule_id, seat_ids, booker);
END
$fn$;

CREATE OR REPLACE FUNCTION concert_booking.hold_seat(
	seat_id uuid,
	user_id uuid DEFAULT NULL,
	session_id uuid DEFAULT NULL)
RETURNS concert_booking.seat_hold
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET datestyle = 'ISO, MDY' SET twin.in_command = 'on'
AS $fn$
DECLARE
	result concert_booking.seat_hold;
BEGIN
	IF seat_id IS NULL THEN
		PERFORM twin.refuse_null('seat_id');
	END IF;
	PERFORM twin.check_writable('hold_seat');
	SELECT * INTO result FROM twin.hold(ARRAY[seat_id], twin.who(user_id, session_id));
	RETURN result;
END
$fn$;

CREATE OR REPLACE FUNCTION concert_booking.hold_seats(
	seat_ids uuid[],
	user_id uuid DEFAULT NULL,
	session_id uuid DEFAULT NULL)
RETURNS SETOF concert_booking.seat_hold
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE ROWS 4
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET datestyle = 'ISO, MDY' SET twin.in_command = 'on'
AS $fn$
BEGIN
	PERFORM twin.check_seat_ids(seat_ids);
	PERFORM twin.check_writable('hold_seats');
	RETURN QUERY SELECT * FROM twin.hold(seat_ids, twin.who(user_id, session_id));
END
$fn$;

/* ---------------- hold the best seats ---------------- */

CREATE TYPE twin.wish AS (schedule_id uuid, seat_count integer, seat_grade text, max_price integer,
						  adjacent boolean, section text);

/*
 * The best block of free seats, or null: the front-most row that has a place,
 * and in it the place nearest to the row's middle; a place that leaves a single
 * free seat beside it only where every place does. Apart: the first free ones.
 * passed_over are seats that others have locked.
 */
CREATE FUNCTION twin.best_block(wish twin.wish, passed_over uuid[])
RETURNS uuid[] LANGUAGE sql VOLATILE
AS $fn$
	WITH rows AS (
		SELECT s.*, coalesce(lag(s.section) OVER seat_order IS DISTINCT FROM s.section
							 OR lag(s.row_label) OVER seat_order IS DISTINCT FROM s.row_label, true) AS starts_row
		FROM concert_booking.seats s
		WHERE s.concert_schedule_id = wish.schedule_id
		WINDOW seat_order AS (ORDER BY s.ordinal)),
	numbered AS (
		SELECT r.*, count(*) FILTER (WHERE r.starts_row) OVER (ORDER BY r.ordinal) AS row_number
		FROM rows r),
	plan AS (
		SELECT n.id, n.row_number, n.seat_index, row_number() OVER (ORDER BY n.ordinal) AS place,
			   n.id <> ALL (passed_over) AND j.verdict = 'free' AS is_free
		FROM numbered n
		JOIN twin.judge(ARRAY (SELECT r.id FROM rows r), NULL, twin.now()) j ON j.seat_id = n.id
		WHERE (wish.seat_grade IS NULL OR n.seat_grade = wish.seat_grade)
		  AND (wish.section IS NULL OR n.section = wish.section)
		  AND (wish.max_price IS NULL OR n.price <= wish.max_price)),
	middles AS (
		SELECT p.*, min(p.place) OVER in_row + max(p.place) OVER in_row AS middle_twice,
			   NOT coalesce(lag(p.is_free) OVER in_order
							AND lag(p.row_number) OVER in_order = p.row_number
							AND lag(p.seat_index) OVER in_order + 1::bigint = p.seat_index, false) AS starts_run
		FROM plan p
		WINDOW in_row AS (PARTITION BY p.row_number), in_order AS (ORDER BY p.place)),
	runs AS (
		SELECT m.*, count(*) FILTER (WHERE m.starts_run) OVER (ORDER BY m.place) AS run FROM middles m),
	free AS (
		SELECT r.*, row_number() OVER (PARTITION BY r.run ORDER BY r.place) AS nth,
			   count(*) OVER (PARTITION BY r.run) AS run_length
		FROM runs r WHERE r.is_free),
	/* The block's last seat is the nth + seat_count - 1 of its run. */
	best AS (
		SELECT f.place
		FROM free f
		WHERE f.nth + wish.seat_count - 1 <= f.run_length
		ORDER BY f.nth - 1 = 1 OR f.run_length - (f.nth + wish.seat_count - 1) = 1,
				 f.row_number, abs(2 * f.place + wish.seat_count - 1 - f.middle_twice), f.place
		LIMIT 1),
	block AS (
		SELECT p.id FROM plan p, best
		WHERE wish.adjacent AND p.place BETWEEN best.place AND best.place + wish.seat_count - 1
		UNION ALL
		(SELECT p.id FROM plan p
		 WHERE NOT wish.adjacent AND p.is_free ORDER BY p.place LIMIT wish.seat_count))
	SELECT CASE WHEN count(*) = wish.seat_count THEN array_agg(b.id) END FROM block b
$fn$;

/* Locks every seat of a block, without waiting, or none; returns those it could not lock. */
CREATE FUNCTION twin.lock_block(block uuid[])
RETURNS uuid[] LANGUAGE plpgsql
AS $fn$
DECLARE
	missed uuid[];
BEGIN
	SELECT coalesce(array_agg(b.id), '{}') INTO missed
	FROM unnest(block) AS b (id)
	WHERE b.id NOT IN (SELECT s.id FROM concert_booking.seats s WHERE s.id = ANY (block)
					   ORDER BY s.id FOR NO KEY UPDATE SKIP LOCKED);
	IF missed <> '{}' OR EXISTS (SELECT FROM twin.judge(block, NULL, twin.now()) j WHERE j.verdict <> 'free') THEN
		RAISE SQLSTATE 'TW001';
	END IF;
	RETURN NULL;
EXCEPTION WHEN SQLSTATE 'TW001' THEN
	RETURN missed;
END
$fn$;

/* Takes the best block that nobody else is taking; gives locked seats a second. */
CREATE FUNCTION twin.take_best(wish twin.wish)
RETURNS uuid[] LANGUAGE plpgsql
AS $fn$
DECLARE
	give_up_at timestamptz := clock_timestamp() + interval '1 second';
	passed_over uuid[] := '{}';
	block uuid[];
	missed uuid[];
BEGIN
	LOOP
		block := twin.best_block(wish, passed_over);
		IF block IS NOT NULL THEN
			missed := twin.lock_block(block);
			IF missed IS NULL THEN
				RETURN block;
			END IF;
			passed_over := passed_over || missed;
		ELSIF passed_over <> '{}' AND clock_timestamp() < give_up_at THEN
			passed_over := '{}';
			PERFORM pg_sleep(0.01);
		ELSE
			PERFORM twin.refuse('PT409', 'not enough seats are free',
				format('{"reason": "not_enough_seats", "seat_count": %s, "adjacent": %s}',
					   wish.seat_count, wish.adjacent::text),
				'Ask for fewer seats, for other ones, or for seats apart.');
		END IF;
	END LOOP;
END
$fn$;

CREATE FUNCTION twin.check_wish(wish twin.wish)
RETURNS void LANGUAGE plpgsql
AS $fn$
BEGIN
	PERFORM twin.check_schedule(wish.schedule_id);
	IF wish.seat_count IS NULL THEN
		PERFORM twin.refuse_null('seat_count');
	ELSIF wish.seat_count < 1 THEN
		PERFORM twin.refuse_value('seat_count', 'Ask for at least one seat.');
	ELSIF wish.seat_count > twin.max_seats_per_call() THEN
		PERFORM twin.refuse_too_many(wish.seat_count, twin.max_seats_per_call());
	END IF;
	PERFORM twin.check_text('seat_grade', wish.seat_grade, 20);
	IF wish.max_price < 0 THEN
		PERFORM twin.refuse_value('max_price', 'Pass a price of 0 or more, or null.');
	ELSIF wish.adjacent IS NULL THEN
		PERFORM twin.refuse_null('adjacent');
	END IF;
	PERFORM twin.check_text('section', wish.section, 100);
END
$fn$;

CREATE OR REPLACE FUNCTION concert_booking.hold_best_seats(
	concert_schedule_id uuid,
	seat_count integer,
	seat_grade text DEFAULT NULL,
	max_price integer DEFAULT NULL,
	adjacent boolean DEFAULT true,
	section text DEFAULT NULL,
	user_id uuid DEFAULT NULL,
	session_id uuid DEFAULT NULL)
RETURNS SETOF concert_booking.seat_hold
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE ROWS 4
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET datestyle = 'ISO, MDY' SET twin.in_command = 'on'
AS $fn$
DECLARE
	seen timestamptz;
	wish twin.wish := (concert_schedule_id, seat_count, seat_grade, max_price, adjacent, section);
	booker twin.booker;
	block uuid[];
BEGIN
	PERFORM twin.check_wish(wish);
	PERFORM twin.check_writable('hold_best_seats');
	booker := twin.who(user_id, session_id);
	PERFORM twin.check_schedule_exists(wish.schedule_id);
	seen := twin.check_window(wish.schedule_id);
	PERFORM twin.check_limit(wish.schedule_id, '{}', booker, wish.seat_count);
	block := twin.take_best(wish);
	seen := twin.check_window(wish.schedule_id, seen => seen);
	RETURN QUERY
	SELECT h.* FROM twin.write_holds(wish.schedule_id, block, booker) h
	JOIN concert_booking.seats s ON s.id = h.seat_id ORDER BY s.ordinal;
END
$fn$;

/* ---------------- the booker's own holds ---------------- */

/* The seats of the booker's own hold rows, live or lapsed; null: every schedule. */
CREATE FUNCTION twin.own_hold_rows(schedule_id uuid, booker twin.booker)
RETURNS uuid[] LANGUAGE sql VOLATILE
AS $fn$
	SELECT coalesce(array_agg(t.seat_id ORDER BY t.seat_id), '{}')
	FROM concert_booking.temp_reservations t
	WHERE (t.user_id = booker.user_id OR t.session_id = booker.session_id)
	  AND t.booking_id IS NULL
	  AND (schedule_id IS NULL OR t.concert_schedule_id = schedule_id)
$fn$;

/* The live ones of these seats, in seat order. */
CREATE FUNCTION twin.live_holds(seat_ids uuid[], booker twin.booker, at timestamptz)
RETURNS uuid[] LANGUAGE sql VOLATILE
AS $fn$
	SELECT coalesce(array_agg(j.seat_id ORDER BY j.ordinal, j.seat_id), '{}')
	FROM twin.judge(seat_ids, booker, at) j WHERE j.verdict = 'mine'
$fn$;

/* The seats that are not live holds of the booker (on the schedule, if given). */
CREATE FUNCTION twin.not_held(seat_ids uuid[], schedule_id uuid, booker twin.booker)
RETURNS twin.refusal[] LANGUAGE sql VOLATILE
AS $fn$
	SELECT array_agg((j.seat_id, j.seat_number, 'not_held')::twin.refusal ORDER BY j.place)
	FROM twin.judge(seat_ids, booker, twin.now()) j
	WHERE j.verdict <> 'mine' OR j.concert_schedule_id <> schedule_id
$fn$;

CREATE FUNCTION twin.refuse_not_held(seat_ids uuid[], booker twin.booker)
RETURNS void LANGUAGE plpgsql
AS $fn$
DECLARE
	missing constant twin.refusal[] := twin.not_held(seat_ids, NULL, booker);
BEGIN
	IF missing IS NOT NULL THEN
		PERFORM twin.refuse('PT404', 'no such hold', twin.refusals_json(missing),
			'Name only seats that this booker holds, or none for all of them.');
	END IF;
END
$fn$;

CREATE FUNCTION twin.refuse_expired(seat_ids uuid[], schedule_id uuid, booker twin.booker)
RETURNS void LANGUAGE plpgsql
AS $fn$
DECLARE
	missing constant twin.refusal[] := twin.not_held(seat_ids, schedule_id, booker);
BEGIN
	IF missing IS NOT NULL THEN
		PERFORM twin.refuse('PT410', 'the hold has expired', twin.refusals_json(missing),
			'Hold the seats again before paying for them.');
	END IF;
END
$fn$;

CREATE FUNCTION twin.refuse_no_live_hold(schedule_id uuid)
RETURNS void LANGUAGE sql
AS $fn$
	SELECT twin.refuse('PT410', 'there is no live hold',
		format('{"reason": "no_live_hold", "concert_schedule_id": "%s"}', schedule_id),
		'Hold the seats again before paying for them.')
$fn$;

CREATE OR REPLACE FUNCTION concert_booking.extend_holds(
	concert_schedule_id uuid,
	user_id uuid DEFAULT NULL,
	session_id uuid DEFAULT NULL)
RETURNS SETOF concert_booking.seat_hold
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE ROWS 4
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET datestyle = 'ISO, MDY' SET twin.in_command = 'on'
AS $fn$
DECLARE
	schedule_id constant uuid := concert_schedule_id;
	booker twin.booker;
	held uuid[];
	now timestamptz;
	seat record;
	new_end timestamptz;
BEGIN
	PERFORM twin.check_schedule(schedule_id);
	PERFORM twin.check_writable('extend_holds');
	booker := twin.who(user_id, session_id);
	PERFORM twin.check_schedule_exists(schedule_id);
	PERFORM twin.check_window(schedule_id, opening_matters => false);

	PERFORM twin.lock_limit(schedule_id, booker);

	/* What has lapsed is passed over without a lock; what is live is judged again. */
	held := twin.live_holds(twin.own_hold_rows(schedule_id, booker), booker, twin.now());
	PERFORM twin.lock_seats(held);
	now := twin.now();
	held := twin.live_holds(held, booker, now);
	IF held = '{}' THEN
		PERFORM twin.refuse_no_live_hold(schedule_id);
	END IF;

	FOR seat IN SELECT j.* FROM twin.judge(held, booker, now) j ORDER BY j.seat_id LOOP
		new_end := greatest(seat.expires_at,
			least(twin.term_end(schedule_id, now),
				  twin.add(seat.held_since, twin.duration_setting('max_hold_duration', '30 min'), 'UTC')));
		UPDATE concert_booking.seats s
		SET hold_expires_at = new_end, updated_at = now WHERE s.id = seat.seat_id;
		UPDATE concert_booking.temp_reservations t
		SET expires_at = new_end WHERE t.seat_id = seat.seat_id;
	END LOOP;
	RETURN QUERY SELECT * FROM twin.holds(held, booker, now);
END
$fn$;

CREATE OR REPLACE FUNCTION concert_booking.release_seats(
	seat_ids uuid[] DEFAULT NULL,
	user_id uuid DEFAULT NULL,
	session_id uuid DEFAULT NULL,
	OUT released_seats integer)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET datestyle = 'ISO, MDY' SET twin.in_command = 'on'
AS $fn$
DECLARE
	named constant boolean := seat_ids IS NOT NULL;
	booker twin.booker;
	held uuid[];
	now timestamptz;
BEGIN
	IF named THEN
		PERFORM twin.check_seat_ids(seat_ids);
	END IF;
	PERFORM twin.check_writable('release_seats');
	booker := twin.who(user_id, session_id);

	held := CASE WHEN named THEN seat_ids ELSE twin.own_hold_rows(NULL, booker) END;
	IF named THEN
		PERFORM twin.refuse_not_held(held, booker);
	END IF;
	PERFORM twin.lock_seats(held);
	now := twin.now();
	IF named THEN
		PERFORM twin.refuse_not_held(held, booker);
	END IF;
	released_seats := cardinality(twin.live_holds(held, booker, now));

	WITH gone AS (
		DELETE FROM concert_booking.temp_reservations t
		WHERE t.seat_id = ANY (held) AND t.booking_id IS NULL
		  AND (t.user_id = booker.user_id OR t.session_id = booker.session_id)
		RETURNING t.seat_id)
	UPDATE concert_booking.seats s
	SET status = 'available', hold_expires_at = NULL, updated_at = now
	FROM gone WHERE s.id = gone.seat_id AND s.status = 'temp_reserved';
END
$fn$;

CREATE OR REPLACE FUNCTION concert_booking.expire_holds(
	batch_size integer DEFAULT 1000,
	OUT expired_holds integer)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET datestyle = 'ISO, MDY' SET twin.in_command = 'on'
AS $fn$
DECLARE
	now timestamptz;
	lapsed uuid[];
	swept record;
BEGIN
	IF batch_size IS NULL THEN
		PERFORM twin.refuse_null('batch_size');
	ELSIF batch_size NOT BETWEEN 1 AND 1000000 THEN
		PERFORM twin.refuse_value('batch_size', 'Use 1 to 1,000,000.');
	END IF;
	PERFORM twin.check_writable('expire_holds');

	now := twin.now();
	SELECT array_agg(l.seat_id) INTO lapsed
	FROM (SELECT t.seat_id
		  FROM concert_booking.temp_reservations t
		  JOIN concert_booking.seats s ON s.id = t.seat_id
		  WHERE t.expires_at <= now
		  ORDER BY t.expires_at, t.seat_id
		  LIMIT batch_size
		  FOR NO KEY UPDATE OF s, t SKIP LOCKED) l;

	/* Judged again: a lock that was not waited for shows the newest row only now. */
	expired_holds := 0;
	FOR swept IN
		WITH gone AS (
			DELETE FROM concert_booking.temp_reservations t
			USING concert_booking.seats s
			WHERE t.seat_id = ANY (lapsed) AND s.id = t.seat_id
			  AND (s.status <> 'temp_reserved' OR coalesce(s.hold_expires_at, t.expires_at) <= now)
			RETURNING t.seat_id, t.concert_schedule_id),
		freed AS (
			UPDATE concert_booking.seats s
			SET status = 'available', hold_expires_at = NULL, updated_at = now
			FROM gone WHERE s.id = gone.seat_id AND s.status = 'temp_reserved')
		SELECT gone.concert_schedule_id, count(*)::integer AS hold_count
		FROM gone GROUP BY 1 ORDER BY 1
	LOOP
		expired_holds := expired_holds + swept.hold_count;
		PERFORM twin.log_event('holds_expired', swept.concert_schedule_id, NULL, swept.hold_count);
	END LOOP;
END
$fn$;

/* ---------------- sell ---------------- */

/* Price types by seat id, spelled alike. */
CREATE FUNCTION twin.price_types(price_types jsonb)
RETURNS jsonb LANGUAGE sql IMMUTABLE
AS $fn$
	SELECT coalesce(jsonb_object_agg(lower(t.key), t.value), '{}') FROM jsonb_each(price_types) t
$fn$;

CREATE FUNCTION twin.price_types_of(booking_id uuid)
RETURNS jsonb LANGUAGE sql VOLATILE
AS $fn$
	SELECT coalesce(jsonb_object_agg(bs.seat_id, bs.price_type), '{}') FROM concert_booking.booking_seats bs
	WHERE bs.booking_id = price_types_of.booking_id AND bs.price_type IS NOT NULL
$fn$;

/*
 * The booking that this booker's key has made before, if any; one call with a
 * key at a time. Another content under the same key is refused.
 */
CREATE FUNCTION twin.find_by_key(schedule_id uuid, seat_ids uuid[], booker twin.booker, customer twin.customer,
								 price_types jsonb, free_reason text DEFAULT NULL)
RETURNS uuid LANGUAGE plpgsql
AS $fn$
DECLARE
	b concert_booking.bookings;
	booked uuid[];
BEGIN
	IF customer.idempotency_key IS NULL THEN
		RETURN NULL;
	END IF;
	PERFORM pg_advisory_xact_lock(hashtextextended(
		concat(booker.user_id, ' ', booker.session_id, ' ', customer.idempotency_key), 0));
	SELECT * INTO b FROM concert_booking.bookings x
	WHERE x.idempotency_key = customer.idempotency_key
	  AND (x.user_id = booker.user_id OR x.user_id IS NULL AND x.session_id = booker.session_id);
	IF NOT FOUND THEN
		RETURN NULL;
	END IF;
	SELECT array_agg(bs.seat_id ORDER BY bs.seat_id) INTO booked
	FROM concert_booking.booking_seats bs WHERE bs.booking_id = b.id;
	IF schedule_id <> b.concert_schedule_id
	   OR (SELECT array_agg(u.id ORDER BY u.id) FROM unnest(seat_ids) AS u (id)) <> booked
	   OR (b.customer_name, b.customer_phone, b.customer_email, b.free_reason)
		  IS DISTINCT FROM (customer.name, customer.phone, customer.email, free_reason)
	   OR twin.price_types_of(b.id) <> twin.price_types(price_types) THEN
		PERFORM twin.refuse('PT422', 'the idempotency key was used for another booking', '{"reason": "key_reused"}',
			'Repeat a call with the same arguments, or use a new key for a new booking.');
	END IF;
	RETURN b.id;
END
$fn$;

CREATE FUNCTION twin.compare_total(expected_total bigint, total bigint)
RETURNS void LANGUAGE plpgsql
AS $fn$
BEGIN
	IF expected_total <> total THEN
		PERFORM twin.refuse('PT422', 'the total is not the expected one',
			format('{"reason": "total_differs", "expected_total": %s, "total": %s}', expected_total, total),
			'Show the total to the buyer; who agrees repeats the call with it.');
	END IF;
END
$fn$;

/* The booking of an earlier call with the same key. */
CREATE FUNCTION twin.answer_again(booking_id uuid, expected_total bigint)
RETURNS concert_booking.booking_receipt LANGUAGE plpgsql
AS $fn$
BEGIN
	/* Seats that were cancelled since count. */
	PERFORM twin.compare_total(expected_total, (
		SELECT b.total_price + coalesce((SELECT sum(bs.price) FROM concert_booking.booking_seats bs
										 WHERE bs.booking_id = b.id AND NOT bs.active AND b.status = 'confirmed'), 0)::bigint
		FROM concert_booking.bookings b WHERE b.id = answer_again.booking_id));
	RETURN twin.receipt(booking_id);
END
$fn$;

/*
 * What these seats cost this booker, each by its price type: the price of the
 * hold, or the seat's, less what the type takes off.
 */
CREATE FUNCTION twin.prices(schedule_id uuid, seat_ids uuid[], booker twin.booker, price_types jsonb, at timestamptz)
RETURNS TABLE (seat_id uuid, price_type text, price integer)
LANGUAGE plpgsql VOLATILE
AS $fn$
DECLARE
	types constant jsonb := twin.price_types(price_types);
	stray text;
	codes text[];
	full_prices integer[];
BEGIN
	SELECT t.code INTO stray
	FROM jsonb_each_text(price_types) WITH ORDINALITY AS t (id, code, place)
	WHERE t.id::uuid <> ALL (seat_ids) ORDER BY t.place LIMIT 1;
	IF FOUND THEN
		PERFORM twin.refuse('PT422', 'price type cannot be had',
			format('{"reason": "price_type", "price_type": %s, "why": "seat_not_in_selection"}', to_json(left(stray, 50))),
			'Name a price type for seats of this sale only.');
	END IF;
	SELECT array_agg(types ->> j.seat_id::text ORDER BY j.place), array_agg(j.price ORDER BY j.place)
	INTO codes, full_prices
	FROM twin.judge(seat_ids, booker, at) j;
	RETURN QUERY
	SELECT p.seat_id, p.code, p.price
	FROM unnest(seat_ids, codes, concert_booking.apply_price_types(schedule_id, seat_ids, codes, full_prices, at))
		 AS p (seat_id, code, price);
END
$fn$;

/*
 * Seats that are locked and judged become one booking: sold, or with a deadline
 * kept for the payment. What costs nothing needs no payment.
 */
CREATE FUNCTION twin.sell(schedule_id uuid, seat_ids uuid[], booker twin.booker, customer twin.customer,
						  expected_total bigint, price_types jsonb, pay_by timestamptz DEFAULT NULL,
						  walk_in boolean DEFAULT false, free_reason text DEFAULT NULL)
RETURNS concert_booking.booking_receipt LANGUAGE plpgsql
AS $fn$
DECLARE
	new_id constant uuid := concert_booking.uuid_v7();
	now timestamptz := twin.now();
	lines jsonb;
	total bigint;
	is_sold boolean;
BEGIN
	SELECT jsonb_object_agg(p.seat_id, jsonb_build_object('price', f.price, 'type', p.price_type)), sum(f.price)
	INTO lines, total
	FROM twin.prices(schedule_id, seat_ids, booker, price_types, now) p
	CROSS JOIN LATERAL (VALUES (CASE WHEN free_reason IS NULL THEN p.price ELSE 0 END)) AS f (price);
	PERFORM twin.compare_total(expected_total, total);
	is_sold := pay_by IS NULL OR total = 0;
	IF is_sold THEN
		UPDATE concert_booking.seats s
		SET status = 'reserved', hold_expires_at = NULL, updated_at = now
		WHERE s.id = ANY (seat_ids);
		DELETE FROM concert_booking.temp_reservations t WHERE t.seat_id = ANY (seat_ids);
	ELSE
		UPDATE concert_booking.seats s
		SET hold_expires_at = pay_by, updated_at = now
		WHERE s.id = ANY (seat_ids);
		UPDATE concert_booking.temp_reservations t
		SET expires_at = pay_by, booking_id = new_id
		WHERE t.seat_id = ANY (seat_ids);
	END IF;

	INSERT INTO concert_booking.bookings
		(id, user_id, session_id, concert_schedule_id, booking_number, status,
		 customer_name, customer_phone, customer_email, idempotency_key,
		 seat_count, total_price, created_at, updated_at, pay_by, is_anonymous, free_reason)
	SELECT new_id, booker.user_id, booker.session_id, schedule_id, twin.new_booking_number(),
		   CASE WHEN is_sold THEN 'confirmed' ELSE 'pending' END,
		   customer.name, customer.phone, customer.email, customer.idempotency_key,
		   cardinality(seat_ids), total, now, now, pay_by, coalesce(walk_in, false), free_reason;
	INSERT INTO concert_booking.booking_seats (booking_id, seat_id, price, price_type, active, created_at, seat_grade)
	SELECT new_id, s.id, (lines -> s.id::text ->> 'price')::integer, lines -> s.id::text ->> 'type',
		   is_sold, now, s.seat_grade
	FROM concert_booking.seats s WHERE s.id = ANY (seat_ids) ORDER BY s.id;

	IF is_sold THEN
		PERFORM twin.log_event('booking_confirmed', schedule_id, new_id, cardinality(seat_ids));
		PERFORM twin.change_availability(schedule_id, -cardinality(seat_ids));
	END IF;
	RETURN twin.receipt(new_id);
END
$fn$;

/* The live holds that are wanted (null: all of the booker's), locked and judged. */
CREATE FUNCTION twin.lock_holds(schedule_id uuid, seat_ids uuid[], booker twin.booker)
RETURNS uuid[] LANGUAGE plpgsql
AS $fn$
DECLARE
	wanted uuid[];
BEGIN
	/* Whoever was going to pay for what the first look showed gets that, or nothing. */
	wanted := coalesce(seat_ids,
		twin.live_holds(twin.own_hold_rows(schedule_id, booker), booker, twin.now()));
	IF wanted = '{}' THEN
		PERFORM twin.refuse_no_live_hold(schedule_id);
	END IF;
	PERFORM twin.refuse_expired(wanted, schedule_id, booker);
	PERFORM twin.lock_seats(wanted);
	PERFORM twin.refuse_expired(wanted, schedule_id, booker);
	RETURN wanted;
END
$fn$;

CREATE OR REPLACE FUNCTION concert_booking.confirm_booking(
	concert_schedule_id uuid,
	user_id uuid DEFAULT NULL,
	session_id uuid DEFAULT NULL,
	seat_ids uuid[] DEFAULT NULL,
	customer_name text DEFAULT NULL,
	customer_phone text DEFAULT NULL,
	customer_email text DEFAULT NULL,
	idempotency_key text DEFAULT NULL,
	expected_total bigint DEFAULT NULL,
	price_types jsonb DEFAULT NULL)
RETURNS concert_booking.booking_receipt
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET datestyle = 'ISO, MDY' SET twin.in_command = 'on'
AS $fn$
DECLARE
	seen timestamptz;
	schedule_id constant uuid := concert_schedule_id;
	customer twin.customer := (customer_name, customer_phone, customer_email, idempotency_key);
	booker twin.booker;
	booking_id uuid;
	wanted uuid[];
BEGIN
	PERFORM twin.check_schedule(schedule_id);
	IF seat_ids IS NOT NULL THEN
		PERFORM twin.check_seat_ids(seat_ids);
	END IF;
	PERFORM twin.check_customer(customer);
	PERFORM twin.check_expected_total(expected_total);
	PERFORM twin.check_price_types(price_types, seat_ids);
	booker := twin.who(user_id, session_id);
	PERFORM twin.check_guest(booker, customer);
	PERFORM twin.check_writable('confirm_booking');

	booking_id := twin.find_by_key(schedule_id, seat_ids, booker, customer, price_types);
	IF booking_id IS NOT NULL THEN
		RETURN twin.answer_again(booking_id, expected_total);
	END IF;
	PERFORM twin.check_schedule_exists(schedule_id);
	seen := twin.check_window(schedule_id, opening_matters => false, closing_matters => false);
	PERFORM twin.check_payment_not_required(schedule_id);

	PERFORM twin.lock_limit(schedule_id, booker);
	wanted := twin.lock_holds(schedule_id, seat_ids, booker);
	seen := twin.check_window(schedule_id, opening_matters => false, closing_matters => false, seen => seen);
	RETURN twin.sell(schedule_id, wanted, booker, customer, expected_total, price_types);
END
$fn$;

CREATE OR REPLACE FUNCTION concert_booking.book_seats(
	seat_ids uuid[],
	user_id uuid DEFAULT NULL,
	session_id uuid DEFAULT NULL,
	customer_name text DEFAULT NULL,
	customer_phone text DEFAULT NULL,
	customer_email text DEFAULT NULL,
	idempotency_key text DEFAULT NULL,
	expected_total bigint DEFAULT NULL,
	price_types jsonb DEFAULT NULL,
	walk_in boolean DEFAULT false,
	free_reason text DEFAULT NULL)
RETURNS concert_booking.booking_receipt
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET datestyle = 'ISO, MDY' SET twin.in_command = 'on'
AS $fn$
DECLARE
	seen timestamptz;
	customer twin.customer := (customer_name, customer_phone, customer_email, idempotency_key);
	booker twin.booker;
	booking_id uuid;
	schedule_id uuid;
BEGIN
	PERFORM twin.check_seat_ids(seat_ids,
		CASE WHEN twin.acts_for_others() THEN twin.max_seats_per_desk_call() ELSE twin.max_seats_per_call() END);
	PERFORM twin.check_customer(customer);
	PERFORM twin.check_expected_total(expected_total);
	PERFORM twin.check_price_types(price_types, seat_ids);
	session_id := twin.check_desk(walk_in, free_reason, user_id, session_id, price_types, idempotency_key);
	booker := twin.who(user_id, session_id);
	IF walk_in IS NOT TRUE THEN
		PERFORM twin.check_guest(booker, customer);
	END IF;
	PERFORM twin.check_writable('book_seats');

	booking_id := twin.find_by_key(NULL, seat_ids, booker, customer, price_types, free_reason);
	IF booking_id IS NOT NULL THEN
		RETURN twin.answer_again(booking_id, expected_total);
	END IF;
	schedule_id := twin.look(seat_ids, booker);
	seen := twin.check_window(schedule_id);
	PERFORM twin.check_payment_not_required(schedule_id);
	IF walk_in IS NOT TRUE THEN
		PERFORM twin.check_limit(schedule_id, seat_ids, booker);
	END IF;
	PERFORM twin.lock_seats(seat_ids);
	PERFORM twin.refuse_taken(seat_ids, booker);
	seen := twin.check_window(schedule_id, seen => seen);
	RETURN twin.sell(schedule_id, seat_ids, booker, customer, expected_total, price_types, NULL, walk_in, free_reason);
END
$fn$;

/* ---------------- pay ---------------- */

CREATE FUNCTION twin.refuse_payment_pending(booking_id uuid)
RETURNS void LANGUAGE sql
AS $fn$
	SELECT twin.refuse('PT409', 'a payment is under way',
		format('{"reason": "payment_pending", "booking_id": "%s"}', booking_id),
		'Finish it, or give it up by cancel_payment().')
$fn$;

/*
 * One pending booking of a booker on a schedule at a time. The guard is locked
 * also where the schedule has no limit.
 */
CREATE FUNCTION twin.refuse_second_payment(schedule_id uuid, booker twin.booker)
RETURNS void LANGUAGE plpgsql
AS $fn$
DECLARE
	pending uuid;
BEGIN
	INSERT INTO twin.limit_guards AS g VALUES (twin.booker_id(booker), schedule_id, 1)
	ON CONFLICT (booker_id, concert_schedule_id) DO UPDATE SET calls = g.calls + 1;
	SELECT b.id INTO pending
	FROM concert_booking.bookings b
	WHERE b.concert_schedule_id = schedule_id
	  AND (b.user_id = booker.user_id OR b.session_id = booker.session_id)
	  AND concert_booking.booking_status(b.status, b.pay_by, twin.now()) = 'pending';
	IF FOUND THEN
		PERFORM twin.refuse_payment_pending(pending);
	END IF;
END
$fn$;

CREATE OR REPLACE FUNCTION concert_booking.begin_payment(
	concert_schedule_id uuid,
	user_id uuid DEFAULT NULL,
	session_id uuid DEFAULT NULL,
	seat_ids uuid[] DEFAULT NULL,
	customer_name text DEFAULT NULL,
	customer_phone text DEFAULT NULL,
	customer_email text DEFAULT NULL,
	idempotency_key text DEFAULT NULL,
	expected_total bigint DEFAULT NULL,
	price_types jsonb DEFAULT NULL)
RETURNS concert_booking.booking_receipt
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET datestyle = 'ISO, MDY' SET twin.in_command = 'on'
AS $fn$
DECLARE
	seen timestamptz;
	schedule_id constant uuid := concert_schedule_id;
	customer twin.customer := (customer_name, customer_phone, customer_email, idempotency_key);
	booker twin.booker;
	booking_id uuid;
	wanted uuid[];
BEGIN
	PERFORM twin.check_schedule(schedule_id);
	IF seat_ids IS NOT NULL THEN
		PERFORM twin.check_seat_ids(seat_ids);
	END IF;
	PERFORM twin.check_customer(customer);
	PERFORM twin.check_expected_total(expected_total);
	PERFORM twin.check_price_types(price_types, seat_ids);
	booker := twin.who(user_id, session_id);
	PERFORM twin.check_guest(booker, customer);
	PERFORM twin.check_writable('begin_payment');

	booking_id := twin.find_by_key(schedule_id, seat_ids, booker, customer, price_types);
	IF booking_id IS NOT NULL THEN
		RETURN twin.answer_again(booking_id, expected_total);
	END IF;
	PERFORM twin.check_schedule_exists(schedule_id);
	seen := twin.check_window(schedule_id, opening_matters => false, closing_matters => false);

	PERFORM twin.refuse_second_payment(schedule_id, booker);
	wanted := twin.lock_holds(schedule_id, seat_ids, booker);
	seen := twin.check_window(schedule_id, opening_matters => false, closing_matters => false, seen => seen);
	RETURN twin.sell(schedule_id, wanted, booker, customer, expected_total, price_types,
					 twin.payment_end(schedule_id, twin.now()));
END
$fn$;

CREATE FUNCTION twin.make_due(booking_id uuid, amount bigint)
RETURNS void LANGUAGE sql VOLATILE
AS $fn$
	INSERT INTO concert_booking.refunds_due AS d (booking_id, amount, created_at, updated_at)
	SELECT booking_id, make_due.amount, twin.now(), twin.now() WHERE make_due.amount > 0
	ON CONFLICT ON CONSTRAINT refunds_due_pkey
	DO UPDATE SET amount = d.amount + excluded.amount, updated_at = excluded.updated_at
$fn$;

/* Whether a schedule sells at this instant. Money that has arrived asks for no duration. */
CREATE FUNCTION twin.is_open(schedule_id uuid)
RETURNS boolean LANGUAGE plpgsql
AS $fn$
BEGIN
	PERFORM twin.check_window(schedule_id, durations_matter => false);
	RETURN true;
EXCEPTION WHEN SQLSTATE 'PT423' OR SQLSTATE 'PT425' THEN
	RETURN false;
END
$fn$;

CREATE FUNCTION twin.is_within_limit(schedule_id uuid, seat_ids uuid[], booker twin.booker)
RETURNS boolean LANGUAGE plpgsql
AS $fn$
BEGIN
	PERFORM twin.check_limit(schedule_id, seat_ids, booker);
	RETURN true;
EXCEPTION WHEN SQLSTATE 'PT422' THEN
	RETURN false;
END
$fn$;

/* A booking is wholly paid; one that was not sold yet is sold now. */
CREATE FUNCTION twin.mark_paid(b concert_booking.bookings, seat_ids uuid[], now timestamptz)
RETURNS void LANGUAGE plpgsql
AS $fn$
BEGIN
	UPDATE concert_booking.bookings x
	SET status = 'confirmed', paid_at = now, updated_at = now,
		refund_ladder = (SELECT cs.refund_ladder FROM concert_booking.concert_schedules cs
						 WHERE cs.id = x.concert_schedule_id)
	WHERE x.id = b.id;
	IF b.status = 'confirmed' THEN
		RETURN;
	END IF;
	UPDATE concert_booking.seats s
	SET status = 'reserved', hold_expires_at = NULL, updated_at = now
	WHERE s.id = ANY (seat_ids);
	DELETE FROM concert_booking.temp_reservations t WHERE t.seat_id = ANY (seat_ids);
	UPDATE concert_booking.booking_seats bs SET active = true WHERE bs.booking_id = b.id;
	PERFORM twin.log_event('booking_confirmed', b.concert_schedule_id, b.id, cardinality(seat_ids));
	PERFORM twin.change_availability(b.concert_schedule_id, -cardinality(seat_ids));
END
$fn$;

/* Sets the seats free that are kept for a booking. */
CREATE FUNCTION twin.free_kept(booking_id uuid, now timestamptz)
RETURNS void LANGUAGE sql
AS $fn$
	WITH gone AS (
		DELETE FROM concert_booking.temp_reservations t
		WHERE t.booking_id = free_kept.booking_id
		RETURNING t.seat_id)
	UPDATE concert_booking.seats s
	SET status = 'available', hold_expires_at = NULL, updated_at = free_kept.now
	FROM gone WHERE s.id = gone.seat_id AND s.status = 'temp_reserved'
$fn$;

/*
 * What becomes of a booking whose row is locked when this amount arrives. In time
 * it is sold, together with what was paid in part; late, by this amount alone and
 * as the rules are now; either way if every seat is kept for it or free. If not,
 * it is over, and what was paid in part is due back. Answers with how much of the
 * amount is due back; null: it is too little and counts towards the next payment.
 */
CREATE FUNCTION twin.pay(b concert_booking.bookings, amount bigint)
RETURNS bigint LANGUAGE plpgsql
AS $fn$
DECLARE
	booker constant twin.booker := (b.user_id, b.session_id, false);
	credit constant bigint := twin.credit(b.id);
	now constant timestamptz := twin.now();
	status constant text := concert_booking.booking_status(b.status, b.pay_by, now);
	seat_ids uuid[];
	can_be_had boolean := false;
BEGIN
	SELECT array_agg(bs.seat_id ORDER BY bs.seat_id) INTO seat_ids
	FROM concert_booking.booking_seats bs WHERE bs.booking_id = b.id;

	IF status = 'confirmed' AND b.paid_at IS NULL AND b.total_price > 0 AND amount >= b.total_price THEN
		PERFORM twin.mark_paid(b, seat_ids, now);
		RETURN amount - b.total_price;
	ELSIF status IN ('confirmed', 'cancelled') THEN
		RETURN amount;
	ELSIF status = 'pending' AND credit + amount < b.total_price THEN
		UPDATE concert_booking.bookings x SET updated_at = now WHERE x.id = b.id;
		RETURN NULL;
	END IF;

	/* Seats are locked, and judged, only where the money may buy them. */
	IF status = 'pending' OR amount >= b.total_price
	   AND twin.is_open(b.concert_schedule_id) AND twin.is_within_limit(b.concert_schedule_id, seat_ids, booker) THEN
		PERFORM twin.lock_seats(seat_ids);
		SELECT bool_and(j.concert_schedule_id = b.concert_schedule_id
						AND (j.verdict = 'free' OR j.verdict = 'held' AND t.booking_id IS NOT DISTINCT FROM b.id))
		INTO can_be_had
		FROM twin.judge(seat_ids, booker, twin.now()) j
		LEFT JOIN concert_booking.temp_reservations t ON t.seat_id = j.seat_id;
	END IF;
	IF status = 'pending' AND can_be_had THEN
		PERFORM twin.mark_paid(b, seat_ids, now);
		/* Of a total that the owner has lowered more may have been paid before. */
		PERFORM twin.make_due(b.id, credit - b.total_price);
		RETURN least(amount, credit + amount - b.total_price);
	END IF;
	PERFORM twin.make_due(b.id, credit);
	/* Booking can have closed while the call waited for the seats. */
	IF status = 'expired' AND can_be_had AND twin.is_open(b.concert_schedule_id) THEN
		PERFORM twin.mark_paid(b, seat_ids, now);
		RETURN amount - b.total_price;
	ELSIF b.status = 'pending' THEN
		IF status = 'pending' THEN
			PERFORM twin.free_kept(b.id, now);
		END IF;
		UPDATE concert_booking.bookings x SET status = 'expired', updated_at = now WHERE x.id = b.id;
		PERFORM twin.log_event('booking_expired', b.concert_schedule_id, b.id, cardinality(seat_ids));
	END IF;
	RETURN amount;
END
$fn$;

CREATE OR REPLACE FUNCTION concert_booking.confirm_payment(
	booking_id uuid,
	amount bigint,
	provider text,
	reference text)
RETURNS concert_booking.payment_outcome
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET datestyle = 'ISO, MDY' SET twin.in_command = 'on'
AS $fn$
DECLARE
	b concert_booking.bookings;
	paid concert_booking.payments;
	due bigint := amount;
	outcome text;
BEGIN
	IF booking_id IS NULL THEN
		PERFORM twin.refuse_null('booking_id');
	ELSIF amount IS NULL THEN
		PERFORM twin.refuse_null('amount');
	ELSIF amount NOT BETWEEN 1 AND 1000000000000 THEN
		PERFORM twin.refuse_value('amount', 'Use 1 to 1,000,000,000,000.');
	ELSIF provider IS NULL THEN
		PERFORM twin.refuse_null('provider');
	END IF;
	PERFORM twin.check_text('provider', provider, 50);
	IF reference IS NULL THEN
		PERFORM twin.refuse_null('reference');
	END IF;
	PERFORM twin.check_text('reference', reference, 255);
	PERFORM twin.check_writable('confirm_payment');

	PERFORM pg_advisory_xact_lock(hashtextextended(concat('charge ', provider, ' ', reference), 0));
	SELECT * INTO paid FROM concert_booking.payments p
	WHERE p.kind = 'charge' AND p.provider = confirm_payment.provider AND p.reference = confirm_payment.reference;
	IF NOT FOUND THEN
		SELECT * INTO b FROM concert_booking.bookings x WHERE x.id = confirm_payment.booking_id;
		IF FOUND THEN
			PERFORM twin.lock_limit(b.concert_schedule_id, (b.user_id, b.session_id, false));
			SELECT * INTO b FROM concert_booking.bookings x WHERE x.id = b.id FOR NO KEY UPDATE;
		END IF;
		IF FOUND THEN
			due := twin.pay(b, amount);
		END IF;
		outcome := CASE WHEN due IS NULL THEN 'amount_short' WHEN due = 0 THEN 'confirmed' ELSE 'refund_due' END;
		/* What has gone back already is not due once more. */
		IF due > 0 THEN
			PERFORM twin.make_due(booking_id, least(due, twin.credit(booking_id) + amount));
		END IF;
		INSERT INTO concert_booking.payments
			(booking_id, kind, amount, provider, reference, outcome, refund_due, actor, created_at)
		VALUES (booking_id, 'charge', amount, provider, reference, outcome, coalesce(due, 0), twin.actor(), twin.now())
		RETURNING * INTO paid;
	END IF;
	RETURN (paid.outcome, paid.booking_id,
			(SELECT concert_booking.booking_status(x.status, x.pay_by, twin.now())
			 FROM concert_booking.bookings x WHERE x.id = paid.booking_id),
			paid.refund_due)::concert_booking.payment_outcome;
END
$fn$;

/* ---------------- cancel ---------------- */

CREATE FUNCTION twin.refuse_no_such_booking()
RETURNS void LANGUAGE sql
AS $fn$
	SELECT twin.refuse('PT404', 'no such booking', '{"reason": "no_such_booking"}', 'Check the booking and who is asking for it.')
$fn$;

/* The booking, its row locked. A stranger does not even wait for the row. */
CREATE FUNCTION twin.lock_booking(booking_id uuid, booker twin.booker)
RETURNS concert_booking.bookings LANGUAGE plpgsql
AS $fn$
DECLARE
	b concert_booking.bookings;
BEGIN
	SELECT * INTO b FROM concert_booking.bookings x
	WHERE x.id = lock_booking.booking_id
	  AND (booker.any_booking OR x.user_id = booker.user_id OR x.session_id = booker.session_id)
	FOR NO KEY UPDATE;
	IF NOT FOUND THEN
		PERFORM twin.refuse_no_such_booking();
	END IF;
	RETURN b;
END
$fn$;

CREATE FUNCTION twin.check_override(override boolean, reason text)
RETURNS void LANGUAGE plpgsql
AS $fn$
BEGIN
	IF override AND NOT twin.acts_for_others() THEN
		PERFORM twin.refuse('42501', 'only staff may override', NULL, 'Ask the box office.');
	ELSIF override AND reason IS NULL THEN
		PERFORM twin.refuse_null('reason');
	END IF;
END
$fn$;

/* What the event log keeps of an override; nothing where there was none. */
CREATE FUNCTION twin.override_detail(override boolean, reason text)
RETURNS jsonb LANGUAGE sql VOLATILE
AS $fn$
	SELECT jsonb_build_object('override', true, 'reason', reason) WHERE override
$fn$;

/* Gives up a pending booking, whose row is locked. */
CREATE FUNCTION twin.give_up(b concert_booking.bookings, reason text, detail jsonb)
RETURNS concert_booking.booking_receipt LANGUAGE plpgsql
AS $fn$
DECLARE
	seat_ids constant uuid[] := ARRAY (SELECT bs.seat_id FROM concert_booking.booking_seats bs WHERE bs.booking_id = b.id);
	now timestamptz := twin.now();
BEGIN
	PERFORM twin.lock_seats(seat_ids);
	PERFORM twin.free_kept(b.id, now);
	UPDATE concert_booking.bookings x
	SET status = 'cancelled', cancelled_at = now, cancellation_reason = reason, updated_at = now
	WHERE x.id = b.id;
	PERFORM twin.make_due(b.id, twin.credit(b.id));
	PERFORM twin.log_event('booking_cancelled', b.concert_schedule_id, b.id, cardinality(seat_ids), detail);
	RETURN twin.receipt(b.id);
END
$fn$;

CREATE FUNCTION twin.check_cut_off(schedule_id uuid, now timestamptz)
RETURNS void LANGUAGE plpgsql
AS $fn$
DECLARE
	deadline timestamptz;
BEGIN
	SELECT twin.add(cs.starts_at, -coalesce(cs.cancel_until, twin.duration_setting('cancel_until', '0')), twin.zone(cs.id))
	INTO deadline
	FROM concert_booking.concert_schedules cs WHERE cs.id = schedule_id;
	IF now >= deadline THEN
		PERFORM twin.refuse('PT412', 'too late to cancel',
			format('{"cancellable_until": %s}', twin.instant_json(deadline)), 'Ask the box office.');
	END IF;
END
$fn$;

/* Who is in the house keeps the seat. */
CREATE FUNCTION twin.refuse_checked_in(booking_id uuid, seat_ids uuid[])
RETURNS void LANGUAGE plpgsql
AS $fn$
DECLARE
	inside twin.refusal[];
BEGIN
	SELECT array_agg((bs.seat_id, s.seat_number, 'checked_in')::twin.refusal ORDER BY bs.seat_id) INTO inside
	FROM concert_booking.booking_seats bs
	JOIN concert_booking.seats s ON s.id = bs.seat_id
	WHERE bs.booking_id = refuse_checked_in.booking_id AND bs.seat_id = ANY (seat_ids) AND bs.checked_in_at IS NOT NULL;
	IF inside IS NOT NULL THEN
		PERFORM twin.refuse('PT409', 'seat is checked in', twin.refusals_json(inside),
			'Take the check-in back first, or override.');
	END IF;
END
$fn$;

/*
 * Cancels these seats of a booking (null: all), whose row is locked by the
 * caller, who has checked whose it is. Of a booking that was paid, what comes
 * back is due, and what does not is each line's fee.
 */
CREATE FUNCTION twin.cancel(b concert_booking.bookings, seat_ids uuid[], reason text, override boolean DEFAULT false)
RETURNS concert_booking.booking_receipt LANGUAGE plpgsql
AS $fn$
DECLARE
	now timestamptz := twin.now();
	detail constant jsonb := twin.override_detail(override, reason);
	given_up uuid[];
	is_last boolean;
	freed integer;
	refund bigint;
BEGIN
	IF concert_booking.booking_status(b.status, b.pay_by, now) = 'pending' THEN
		IF seat_ids IS NOT NULL THEN
			PERFORM twin.refuse_payment_pending(b.id);
		END IF;
		RETURN twin.give_up(b, reason, detail);
	END IF;
	PERFORM twin.refuse_not_booked(b.id, seat_ids);

	SELECT array_agg(bs.seat_id ORDER BY bs.seat_id) INTO given_up
	FROM concert_booking.booking_seats bs
	WHERE bs.booking_id = b.id AND bs.active AND (seat_ids IS NULL OR bs.seat_id = ANY (seat_ids));
	IF b.status <> 'confirmed' OR given_up IS NULL AND seat_ids IS NOT NULL THEN
		RETURN twin.receipt(b.id);
	END IF;
	PERFORM twin.check_durations(b.concert_schedule_id);
	IF override IS NOT TRUE THEN
		PERFORM twin.check_cut_off(b.concert_schedule_id, now);
	END IF;

	IF override IS NOT TRUE THEN
		PERFORM twin.refuse_checked_in(b.id, given_up);
	END IF;

	PERFORM twin.lock_seats(given_up);
	UPDATE concert_booking.seats s
	SET status = 'available', hold_expires_at = NULL, updated_at = now
	WHERE s.id = ANY (given_up) AND s.status = 'reserved';
	GET DIAGNOSTICS freed = ROW_COUNT;

	UPDATE concert_booking.booking_seats bs
	SET active = false,
		cancellation_fee = CASE WHEN b.paid_at IS NOT NULL THEN bs.price - (
			concert_booking.line_refunds(b.refund_ladder, ARRAY[bs.price], cs.starts_at, now))[1] END
	FROM concert_booking.concert_schedules cs
	WHERE bs.booking_id = b.id AND bs.seat_id = ANY (given_up) AND cs.id = b.concert_schedule_id;
	SELECT sum(bs.price - bs.cancellation_fee) INTO refund
	FROM concert_booking.booking_seats bs
	WHERE bs.booking_id = b.id AND bs.seat_id = ANY (given_up);
	/* What has gone back already is not due once more. */
	IF refund > 0 THEN
		PERFORM twin.make_due(b.id, least(refund, twin.credit(b.id)));
	END IF;

	/* A booking counts the seats that it has; when it has ended, those that it had. */
	is_last := NOT EXISTS (SELECT FROM concert_booking.booking_seats bs WHERE bs.booking_id = b.id AND bs.active);
	UPDATE concert_booking.bookings x
	SET seat_count = (SELECT count(*) FROM concert_booking.booking_seats bs WHERE bs.booking_id = b.id AND (bs.active OR is_last)),
		/* a trigger of the owner's can have made it another sum than that of the lines */
		total_price = CASE
			WHEN NOT is_last THEN greatest(x.total_price - (
				SELECT sum(bs.price) FROM concert_booking.booking_seats bs WHERE bs.booking_id = b.id AND bs.seat_id = ANY (given_up)), 0)
			WHEN x.seat_count < (SELECT count(*) FROM concert_booking.booking_seats bs WHERE bs.booking_id = b.id)
			THEN x.total_price + coalesce((
				SELECT sum(bs.price) FROM concert_booking.booking_seats bs
				WHERE bs.booking_id = b.id AND NOT bs.seat_id = ANY (coalesce(given_up, '{}'))), 0)
			ELSE x.total_price END,
		status = CASE WHEN is_last THEN 'cancelled' ELSE x.status END,
		cancelled_at = CASE WHEN is_last THEN now END,
		cancellation_reason = coalesce(reason, x.cancellation_reason), updated_at = now
	WHERE x.id = b.id;
	PERFORM twin.log_event(CASE WHEN is_last THEN 'booking_cancelled' ELSE 'seats_cancelled' END,
						   b.concert_schedule_id, b.id, freed, detail);
	IF freed > 0 THEN
		PERFORM twin.change_availability(b.concert_schedule_id, freed);
	END IF;
	RETURN twin.receipt(b.id);
END
$fn$;

CREATE FUNCTION twin.refuse_not_booked(booking_id uuid, seat_ids uuid[])
RETURNS void LANGUAGE plpgsql
AS $fn$
DECLARE
	strange twin.refusal[];
BEGIN
	SELECT array_agg((u.id, NULL, 'not_booked')::twin.refusal ORDER BY u.place) INTO strange
	FROM unnest(seat_ids) WITH ORDINALITY AS u (id, place)
	WHERE NOT EXISTS (SELECT FROM concert_booking.booking_seats bs
					  WHERE bs.booking_id = refuse_not_booked.booking_id AND bs.seat_id = u.id);
	IF strange IS NOT NULL THEN
		PERFORM twin.refuse('PT404', 'no such seat in the booking', twin.refusals_json(strange),
			'Name only seats of this booking.');
	END IF;
END
$fn$;

CREATE OR REPLACE FUNCTION concert_booking.cancel_booking(
	booking_id uuid,
	reason text DEFAULT NULL,
	user_id uuid DEFAULT NULL,
	session_id uuid DEFAULT NULL,
	override boolean DEFAULT false)
RETURNS concert_booking.booking_receipt
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET datestyle = 'ISO, MDY' SET twin.in_command = 'on'
AS $fn$
DECLARE
	booker twin.booker;
BEGIN
	IF booking_id IS NULL THEN
		PERFORM twin.refuse_null('booking_id');
	END IF;
	PERFORM twin.check_text('reason', reason, 1000);
	PERFORM twin.check_override(override, reason);
	PERFORM twin.check_writable('cancel_booking');
	booker := twin.who(user_id, session_id, nobody_allowed => true);
	RETURN twin.cancel(twin.lock_booking(booking_id, booker), NULL, reason, override);
END
$fn$;

CREATE OR REPLACE FUNCTION concert_booking.cancel_seats(
	booking_id uuid,
	seat_ids uuid[],
	reason text DEFAULT NULL,
	user_id uuid DEFAULT NULL,
	session_id uuid DEFAULT NULL,
	override boolean DEFAULT false)
RETURNS concert_booking.booking_receipt
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET datestyle = 'ISO, MDY' SET twin.in_command = 'on'
AS $fn$
DECLARE
	booker twin.booker;
BEGIN
	IF booking_id IS NULL THEN
		PERFORM twin.refuse_null('booking_id');
	END IF;
	PERFORM twin.check_seat_ids(seat_ids,
		CASE WHEN twin.acts_for_others() THEN twin.max_seats_per_desk_call() ELSE twin.max_seats_per_call() END);
	PERFORM twin.check_text('reason', reason, 1000);
	PERFORM twin.check_override(override, reason);
	PERFORM twin.check_writable('cancel_seats');
	booker := twin.who(user_id, session_id, nobody_allowed => true);
	RETURN twin.cancel(twin.lock_booking(booking_id, booker), seat_ids, reason, override);
END
$fn$;

CREATE OR REPLACE FUNCTION concert_booking.cancel_payment(
	booking_id uuid,
	user_id uuid DEFAULT NULL,
	session_id uuid DEFAULT NULL)
RETURNS concert_booking.booking_receipt
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET datestyle = 'ISO, MDY' SET twin.in_command = 'on'
AS $fn$
DECLARE
	b concert_booking.bookings;
BEGIN
	IF booking_id IS NULL THEN
		PERFORM twin.refuse_null('booking_id');
	END IF;
	PERFORM twin.check_writable('cancel_payment');
	b := twin.lock_booking(booking_id, twin.who(user_id, session_id, nobody_allowed => true));
	IF concert_booking.booking_status(b.status, b.pay_by, twin.now()) = 'pending' THEN
		RETURN twin.give_up(b, NULL, NULL);
	END IF;
	RETURN twin.receipt(b.id);
END
$fn$;

CREATE OR REPLACE FUNCTION concert_booking.cancel_guest_booking(
	booking_number text,
	customer_phone text,
	reason text DEFAULT NULL)
RETURNS concert_booking.booking_receipt
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET datestyle = 'ISO, MDY' SET twin.in_command = 'on'
AS $fn$
DECLARE
	b concert_booking.bookings;
BEGIN
	IF booking_number IS NULL THEN
		PERFORM twin.refuse_null('booking_number');
	ELSIF customer_phone IS NULL THEN
		PERFORM twin.refuse_null('customer_phone');
	END IF;
	PERFORM twin.check_text('booking_number', booking_number, 50);
	PERFORM twin.check_text('customer_phone', customer_phone, 20);
	PERFORM twin.check_text('reason', reason, 1000);

	PERFORM twin.check_writable('cancel_guest_booking');

	SELECT * INTO b FROM concert_booking.bookings x
	WHERE x.booking_number = twin.canonical_booking_number(cancel_guest_booking.booking_number)
	  AND concert_booking.normalize_phone(x.customer_phone)
		  = concert_booking.normalize_phone(cancel_guest_booking.customer_phone)
	  AND x.user_id IS NULL
	FOR NO KEY UPDATE;
	IF NOT FOUND THEN
		PERFORM twin.refuse_no_such_booking();
	END IF;
	RETURN twin.cancel(b, NULL, reason);
END
$fn$;
