/*
 * Live seat maps by Supabase Realtime: one broadcast for each call that changes
 * seats, to the topic of its schedule. Run it as supabase_admin, once.
 *
 *	supabase.channel(`seats:${scheduleId}`)
 *		.on('broadcast', { event: 'seats' }, ({ payload }) => paint(payload))
 *		.subscribe()
 *
 * payload: {"concert_schedule_id": "...", "reserved": [17, 18]}, the keys being
 * the states of seat_map() and the numbers its ordinals, or "reload": true where
 * there are too many: call seat_status() then. The channel is public, as the
 * states of seats are; it names nobody.
 */
CREATE SCHEMA IF NOT EXISTS private;

CREATE OR REPLACE FUNCTION private.broadcast_seats(payload jsonb)
RETURNS void
LANGUAGE sql
SET search_path = pg_catalog, pg_temp
AS $fn$
	SELECT realtime.send(payload, 'seats', 'seats:' || (payload->>'concert_schedule_id'), false)
$fn$;
COMMENT ON FUNCTION private.broadcast_seats(jsonb) IS
	'Broadcast which seats a call has changed; called by concert_booking.';
REVOKE ALL ON FUNCTION private.broadcast_seats(jsonb) FROM PUBLIC;

/* For new connections; a pool keeps its old ones for a while. */
DO $do$
BEGIN
	EXECUTE format('ALTER DATABASE %I SET concert_booking.notify_function = %L',
				   current_database(), 'private.broadcast_seats');
	EXECUTE format('ALTER DATABASE %I SET concert_booking.notify_seat_changes = on', current_database());
END
$do$;
