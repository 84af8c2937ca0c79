/*
 * Live seat maps by Postgres Changes, where broadcasts are not wanted: each
 * changed seat is a message, and Realtime asks for every subscriber whether he
 * may see it. For small halls. Run it as supabase_admin, once.
 *
 *	supabase.channel('seats')
 *		.on('postgres_changes', { event: 'UPDATE', schema: 'concert_booking',
 *			table: 'seats', filter: `concert_schedule_id=eq.${scheduleId}` }, paint)
 *		.subscribe()
 *
 * It makes four columns of seats readable, and with them nobody's name. A hold
 * that lapses changes the row when it is swept, not when it ends.
 *
 * Row security is what Realtime asks for. The policies let everybody read and change
 * every row: which columns, the grants say, and these let only managers and staff
 * change any (docs/access.md).
 */
ALTER TABLE concert_booking.seats ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS "states of seats are public" ON concert_booking.seats;
CREATE POLICY "states of seats are public" ON concert_booking.seats
	FOR SELECT USING (true);
DROP POLICY IF EXISTS "grants say who changes seats" ON concert_booking.seats;
CREATE POLICY "grants say who changes seats" ON concert_booking.seats
	FOR UPDATE USING (true);
GRANT SELECT (id, concert_schedule_id, ordinal, status) ON concert_booking.seats TO anon, authenticated;

DO $do$
BEGIN
	IF NOT EXISTS (SELECT FROM pg_catalog.pg_publication_tables
				   WHERE pubname = 'supabase_realtime' AND schemaname = 'concert_booking' AND tablename = 'seats') THEN
		ALTER PUBLICATION supabase_realtime ADD TABLE concert_booking.seats;
	END IF;
END
$do$;
NOTIFY pgrst, 'reload schema';
