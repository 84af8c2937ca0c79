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
