/*
 * Refusals that the functions written in SQL and PL/pgSQL share, in the words
 * of src/errors.c. A message is constant text: PostgREST puts it on the HTTP
 * status line. All internal, none returns or writes anything.
 */

/*
 * require_tables() - 42P01 where a table of create_tables() is missing.
 *
 * Every function of the API that is not written in C calls it first; those in C
 * judge the tables that they use (src/tables.c). So each of them can raise 42P01.
 */
CREATE FUNCTION concert_booking.require_tables()
RETURNS void
LANGUAGE c STABLE
AS 'MODULE_PATHNAME', 'concert_booking_require_tables';
COMMENT ON FUNCTION concert_booking.require_tables() IS
	'Internal: refuse where a table of create_tables() is missing (42P01).';

/*
 * refuse(...) - raise an error; detail can be null, but not where code is a
 * PTxyz: there it is JSON, an object, or a list where it is about seats.
 */
CREATE FUNCTION concert_booking.refuse(code text, message text, detail text, hint text)
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	IF detail IS NULL THEN
		RAISE EXCEPTION USING ERRCODE = code, MESSAGE = message, HINT = hint;
	END IF;
	RAISE EXCEPTION USING ERRCODE = code, MESSAGE = message, DETAIL = detail, HINT = hint;
END
$fn$;
COMMENT ON FUNCTION concert_booking.refuse(text, text, text, text) IS
	'Internal: raise an error.';

/* refuse_null(argument) - 22004. */
CREATE FUNCTION concert_booking.refuse_null(argument text)
RETURNS void
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
	SELECT concert_booking.refuse('22004', 'argument must not be null',
		format('The argument is "%s".', argument), 'Pass a value for it.')
$fn$;
COMMENT ON FUNCTION concert_booking.refuse_null(text) IS
	'Internal: refuse an argument that is null (22004).';

/* refuse_value(argument, rule) - 22023; rule says what would be right. */
CREATE FUNCTION concert_booking.refuse_value(argument text, rule text)
RETURNS void
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
	SELECT concert_booking.refuse('22023', 'argument has an invalid value',
		format('The argument is "%s".', argument), rule)
$fn$;
COMMENT ON FUNCTION concert_booking.refuse_value(text, text) IS
	'Internal: refuse an argument with an invalid value (22023).';

/* check_range(argument, value, lowest, highest) - 22004, 22023. */
CREATE FUNCTION concert_booking.check_range(argument text, value bigint, lowest bigint, highest bigint)
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	IF value IS NULL THEN
		PERFORM concert_booking.refuse_null(argument);
	ELSIF value NOT BETWEEN lowest AND highest THEN
		PERFORM concert_booking.refuse_value(argument, format('Use %s to %s.', lowest, highest));
	END IF;
END
$fn$;
COMMENT ON FUNCTION concert_booking.check_range(text, bigint, bigint, bigint) IS
	'Internal: refuse a number that is null (22004) or out of its range (22023).';

/* check_length(argument, value, length_limit) - 22001; null is no text. */
CREATE FUNCTION concert_booking.check_length(argument text, value text, length_limit integer)
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	IF char_length(value) > length_limit THEN
		PERFORM concert_booking.refuse('22001', 'argument is too long',
			format('The argument "%s" has %s characters.', argument, char_length(value)),
			format('Use at most %s characters.', length_limit));
	END IF;
END
$fn$;
COMMENT ON FUNCTION concert_booking.check_length(text, text, integer) IS
	'Internal: refuse a text that is too long (22001).';

/* refuse_unknown_schedule(schedule_id) - PT404. */
CREATE FUNCTION concert_booking.refuse_unknown_schedule(schedule_id uuid)
RETURNS void
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
	SELECT concert_booking.refuse('PT404', 'no such schedule',
		jsonb_build_object('concert_schedule_id', schedule_id)::text, 'Load the concert''s schedules again.')
$fn$;
COMMENT ON FUNCTION concert_booking.refuse_unknown_schedule(uuid) IS
	'Internal: refuse a schedule that does not exist (PT404).';

/* refuse_changing(schedule_id) - PT409: somebody else is changing the schedule. */
CREATE FUNCTION concert_booking.refuse_changing(schedule_id uuid)
RETURNS void
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
	SELECT concert_booking.refuse('PT409', 'schedule is changing',
		jsonb_build_object('reason', 'schedule_changing', 'concert_schedule_id', schedule_id)::text,
		'Run it again.')
$fn$;
COMMENT ON FUNCTION concert_booking.refuse_changing(uuid) IS
	'Internal: refuse to work on a schedule that somebody else is changing (PT409).';

/* refusal(...) - one line of a DETAIL that lists seats, a JSON object. */
CREATE FUNCTION concert_booking.refusal(seat_id uuid, seat_number text, reason text)
RETURNS text
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
	SELECT format('{"seat_id": "%s", "seat_number": %s, "reason": "%s"}',
		seat_id, coalesce(to_json(seat_number)::text, 'null'), reason)
$fn$;
COMMENT ON FUNCTION concert_booking.refusal(uuid, text, text) IS
	'Internal: one line of a DETAIL that lists seats.';

/*
 * refuse_busy(session_timeout) - PT409: somebody else has kept a lock for too
 * long. In the handler of lock_not_available; does nothing where it was a shorter
 * lock_timeout of the session's own that ended the wait.
 */
CREATE FUNCTION concert_booking.refuse_busy(session_timeout text)
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	IF session_timeout <> (SELECT s.setting FROM pg_settings s WHERE s.name = 'lock_timeout') THEN
		PERFORM concert_booking.refuse('PT409', 'somebody else is busy with it', '{"reason": "busy"}',
			'Try again in a moment; pg_stat_activity shows who keeps a transaction open.');
	END IF;
END
$fn$;
COMMENT ON FUNCTION concert_booking.refuse_busy(text) IS
	'Internal: refuse what somebody else has kept locked for too long (PT409).';

/*
 * begin_waits() - from here on a lock is waited for no longer than
 * concert_booking.lock_wait, or a shorter lock_timeout of the session's.
 *
 * The caller's handler of lock_not_available calls refuse_busy() and raises the
 * error again; all ends with end_waits(). Returns: the session's lock_timeout, for end_waits().
 */
CREATE FUNCTION concert_booking.begin_waits()
RETURNS text
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $fn$
DECLARE
	session_ms constant bigint := (SELECT s.setting::bigint FROM pg_settings s WHERE s.name = 'lock_timeout');
	most_ms constant bigint := (SELECT s.setting::bigint FROM pg_settings s WHERE s.name = 'concert_booking.lock_wait');
BEGIN
	IF most_ms > 0 AND (session_ms = 0 OR session_ms > most_ms) THEN
		PERFORM set_config('lock_timeout', most_ms::text, true);
	END IF;
	RETURN session_ms;
END
$fn$;
COMMENT ON FUNCTION concert_booking.begin_waits() IS
	'Internal: let no wait for a lock last longer than concert_booking.lock_wait.';

/* end_waits(session_timeout) - the session's lock_timeout is as before. */
CREATE FUNCTION concert_booking.end_waits(session_timeout text)
RETURNS void
LANGUAGE sql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $fn$
	SELECT set_config('lock_timeout', session_timeout, true)
$fn$;
COMMENT ON FUNCTION concert_booking.end_waits(text) IS
	'Internal: what begin_waits() has changed is as before.';
