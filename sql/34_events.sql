/*
 * What the operators' functions share: the clock, who is acting, and the line
 * in the event log. They run as the owner of the data (SECURITY DEFINER), so
 * current_user is not the one who acts.
 */

/*
 * clock() - the instant by which a hold is live or over. Internal.
 *
 * The time of the call, not of the transaction's start, so that a wait for a
 * lock counts; moved by concert_booking.test_clock_offset as in the commands.
 * Returns: timestamptz. Tables written: none. Errors: none.
 */
CREATE FUNCTION concert_booking.clock()
RETURNS timestamptz
LANGUAGE c VOLATILE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'concert_booking_clock';

COMMENT ON FUNCTION concert_booking.clock() IS
	'Internal: the instant by which a hold is live or over.';

/*
 * acting_role() - the role on whose behalf a function of the owner runs: the
 * one chosen by SET ROLE (PostgREST does), else the one that logged in.
 * Internal. Returns: name. Tables written: none. Errors: none.
 */
CREATE FUNCTION concert_booking.acting_role()
RETURNS name
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
	SELECT coalesce(nullif(current_setting('role'), 'none')::name, session_user)
$fn$;
COMMENT ON FUNCTION concert_booking.acting_role() IS
	'Internal: the role on whose behalf a function of the owner runs.';

/*
 * log_event(...) - one line of the event log. Internal.
 *
 * Arguments: event_type; concert_schedule_id; seat_count, how many seats it
 * was about; detail, facts without personal data. Returns: nothing.
 * Tables written: booking_events. Errors: none.
 */
CREATE FUNCTION concert_booking.log_event(
	event_type text,
	concert_schedule_id uuid,
	seat_count integer,
	detail jsonb DEFAULT NULL)
RETURNS void
LANGUAGE sql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $fn$
	INSERT INTO concert_booking.booking_events
		(occurred_at, event_type, concert_schedule_id, seat_count, actor, detail)
	VALUES (concert_booking.clock(), log_event.event_type, log_event.concert_schedule_id,
			log_event.seat_count, concert_booking.acting_role(),
			jsonb_strip_nulls(log_event.detail))
$fn$;
COMMENT ON FUNCTION concert_booking.log_event(text, uuid, integer, jsonb) IS
	'Internal: one line of the event log.';
