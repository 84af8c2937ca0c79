/*
 * The role of the exporter. Run it as a superuser in the database of concert_booking, as
 * often as you like:
 *
 *   psql -d concerts -f deploy/monitoring/roles.sql
 *
 * Debian's exporter runs as the user prometheus and logs in by the socket as the role of
 * that name, without a password.
 */
\set ON_ERROR_STOP on

DO $do$
BEGIN
	IF to_regrole('prometheus') IS NULL THEN
		CREATE ROLE prometheus LOGIN CONNECTION LIMIT 5;
	END IF;
END
$do$;
COMMENT ON ROLE prometheus IS 'the exporter: reads figures, no rows of tables';

/* The archive, standbys and sessions; no function of concert_booking needs it. */
GRANT pg_monitor TO prometheus;
/* A scrape takes milliseconds. */
ALTER ROLE prometheus SET statement_timeout = '5s';
ALTER ROLE prometheus SET lock_timeout = '1s';

SELECT concert_booking.grant_access('prometheus', 'monitor');
