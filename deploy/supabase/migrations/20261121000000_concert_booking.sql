/*
 * concert_booking in a self-hosted Supabase. Run it as supabase_admin, who may
 * create extensions in C and then owns schema and tables (README.md beside this
 * folder says how); as often as you like.
 */

/* Where Supabase keeps extensions; a schema that no client can call. */
CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA extensions;
CREATE EXTENSION IF NOT EXISTS moddatetime WITH SCHEMA extensions;
CREATE EXTENSION IF NOT EXISTS concert_booking;
SELECT concert_booking.create_tables();

/*
 * anon is a guest, authenticated a member (auth.uid() is the booker), the service
 * key is staff: it may name any booker, writes the catalogue and must stay on servers.
 * office_roles.sql has the roles of clerks and managers.
 */
SELECT concert_booking.grant_access('anon', 'guest');
SELECT concert_booking.grant_access('authenticated', 'member');
SELECT concert_booking.grant_access('service_role', 'staff');

/* user_id is a user of Supabase Auth; one with bookings cannot be deleted. */
SELECT concert_booking.link_users('auth.users');

/* The housekeeping, where pg_cron is switched on. */
DO $do$
BEGIN
	IF EXISTS (SELECT FROM pg_catalog.pg_extension WHERE extname = 'pg_cron') THEN
		PERFORM concert_booking.schedule_jobs();
	END IF;
END
$do$;

NOTIFY pgrst, 'reload schema';
