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

/* refuse(...) - raise an error; detail can be null. */
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
		format('The schedule is "%s".', schedule_id), 'Load the concert''s schedules again.')
$fn$;
COMMENT ON FUNCTION concert_booking.refuse_unknown_schedule(uuid) IS
	'Internal: refuse a schedule that does not exist (PT404).';

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
