/*
 * Refusals that the functions written in SQL and PL/pgSQL share, in the words
 * of src/errors.c. A message is constant text: PostgREST puts it on the HTTP
 * status line. All internal, none returns or writes anything.
 */

/*
 * require_tables() - 42P01 where a table of create_tables() is missing.
 *
 * Every function of the API that is not written in C calls it first; those in C
 * judge the tables that they use (src/tables_shape.c). So each of them can raise 42P01.
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

/*
 * refuse_unknown(message, detail, id, hint) - PT404: nothing here has this id. An id
 * that another shard has made is told as such, in DETAIL and HINT. Internal.
 *
 * Arguments: id, null where none was named.
 */
CREATE FUNCTION concert_booking.refuse_unknown(message text, detail jsonb, id uuid, hint text)
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
DECLARE
	shard constant integer := concert_booking.shard_elsewhere(refuse_unknown.id);
BEGIN
	PERFORM concert_booking.refuse('PT404', message,
		(detail || CASE WHEN shard IS NULL THEN '{}' ELSE jsonb_build_object('shard', shard) END)::text,
		CASE WHEN shard IS NULL THEN hint ELSE concert_booking.shard_hint() END);
END
$fn$;
COMMENT ON FUNCTION concert_booking.refuse_unknown(text, jsonb, uuid, text) IS
	'Internal: refuse an id that nothing here has (PT404).';

/*
 * shard_hint() - the next step with an id that another shard has made. STABLE, so that
 * it is not called while a statement is planned: what is unknown takes the same work.
 */
CREATE FUNCTION concert_booking.shard_hint()
RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $fn$ SELECT 'Send the call to the shard that made the id.' $fn$;
COMMENT ON FUNCTION concert_booking.shard_hint() IS
	'Internal: the next step with an id that another shard has made.';

/* refuse_unknown_concert(concert_id) - PT404. */
CREATE FUNCTION concert_booking.refuse_unknown_concert(concert_id uuid)
RETURNS void
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
	SELECT concert_booking.refuse_unknown('no such concert', jsonb_build_object('concert_id', concert_id), concert_id,
		'Load the list of concerts again.')
$fn$;
COMMENT ON FUNCTION concert_booking.refuse_unknown_concert(uuid) IS
	'Internal: refuse a concert that does not exist (PT404).';

/* refuse_unknown_schedule(schedule_id) - PT404. */
CREATE FUNCTION concert_booking.refuse_unknown_schedule(schedule_id uuid)
RETURNS void
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
	SELECT concert_booking.refuse_unknown('no such schedule', jsonb_build_object('concert_schedule_id', schedule_id), schedule_id,
		'Load the concert''s schedules again.')
$fn$;
COMMENT ON FUNCTION concert_booking.refuse_unknown_schedule(uuid) IS
	'Internal: refuse a schedule that does not exist (PT404).';

/*
 * refuse_elsewhere(schedule_id) - PT404 where another shard has made the id, and no
 * schedule here has it. For functions that answer nothing about an unknown one.
 */
CREATE FUNCTION concert_booking.refuse_elsewhere(schedule_id uuid)
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	IF concert_booking.shard_elsewhere(schedule_id) IS NOT NULL
	   AND NOT EXISTS (SELECT FROM concert_booking.concert_schedules cs WHERE cs.id = schedule_id)
	   AND NOT EXISTS (SELECT FROM concert_booking.archived_schedules a WHERE a.id = schedule_id) THEN
		PERFORM concert_booking.refuse_unknown_schedule(schedule_id);
	END IF;
END
$fn$;
COMMENT ON FUNCTION concert_booking.refuse_elsewhere(uuid) IS
	'Internal: refuse a schedule of another shard (PT404).';

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

/* refuse_suppressed(table_name) - 27000: a BEFORE trigger of the owner's returned NULL. */
CREATE FUNCTION concert_booking.refuse_suppressed(table_name text)
RETURNS void
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
	SELECT concert_booking.refuse('27000', 'a trigger suppressed a change that booking needs',
		format('The table is "%s".', table_name), 'Let the BEFORE trigger return the row, or raise an error of its own.')
$fn$;
COMMENT ON FUNCTION concert_booking.refuse_suppressed(text) IS
	'Internal: refuse to go on where a trigger suppressed a change (27000).';

/*
 * refuse_unknown_booking(booking_id) - PT404. One answer for an unknown booking,
 * somebody else's and a wrong proof: it tells nothing but what stands in the id.
 */
CREATE FUNCTION concert_booking.refuse_unknown_booking(booking_id uuid DEFAULT NULL)
RETURNS void
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
	SELECT concert_booking.refuse_unknown('no such booking', '{"reason": "no_such_booking"}', booking_id,
		'Check the booking and who is asking for it.')
$fn$;
COMMENT ON FUNCTION concert_booking.refuse_unknown_booking(uuid) IS
	'Internal: refuse a booking that does not exist, or not for this caller (PT404).';

/*
 * refusal(...) - one line of a DETAIL that lists seats, a JSON object; an unknown
 * seat of another shard is told as such.
 */
CREATE FUNCTION concert_booking.refusal(seat_id uuid, seat_number text, reason text)
RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
	SELECT format('{"seat_id": "%s", "seat_number": %s, "reason": "%s"%s}',
		seat_id, coalesce(to_json(seat_number)::text, 'null'), reason,
		CASE WHEN reason = 'unknown' THEN ', "shard": ' || concert_booking.shard_elsewhere(seat_id) END)
$fn$;
COMMENT ON FUNCTION concert_booking.refusal(uuid, text, text) IS
	'Internal: one line of a DETAIL that lists seats.';
