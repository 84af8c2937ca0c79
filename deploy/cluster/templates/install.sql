/*
 * The extension, its tables and the roles of web clients (deploy/postgrest/roles.sql), for
 * each group's database. Generated. Run it as a superuser, once or again:
 *
 *   psql -d DATABASE -f install.sql
 */
\set ON_ERROR_STOP on
SET client_min_messages = warning;
-- replicas may not be there yet
SET synchronous_commit = local;
CREATE EXTENSION IF NOT EXISTS concert_booking CASCADE;
SELECT concert_booking.create_tables();

/*
 * PgBouncer asks here what it checks a password against. Nobody logs in as concert_pooler
 * from outside: it has no password, and by the socket only PgBouncer's user is let in.
 */
DO $do$
BEGIN
	IF to_regrole('concert_pooler') IS NULL THEN
		CREATE ROLE concert_pooler LOGIN NOINHERIT;
	END IF;
END
$do$;
COMMENT ON ROLE concert_pooler IS 'PgBouncer looks up a password as this role, and may do nothing else';
CREATE SCHEMA IF NOT EXISTS concert_pooler;

/*
 * concert_pooler.look_up(role_name) - the check value (SCRAM) of the password of the one role
 * that comes through PgBouncer, web_authenticator; no row for any other role, nor while it has
 * none (PgBouncer takes NULL for an empty password). Errors: none.
 */
CREATE OR REPLACE FUNCTION concert_pooler.look_up(INOUT role_name text, OUT check_value text)
RETURNS SETOF record
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
	SELECT a.rolname::text, a.rolpassword
	FROM pg_authid a
	WHERE a.rolname = 'web_authenticator' AND a.rolname = look_up.role_name
	  AND a.rolpassword <> '' AND a.rolcanlogin AND (a.rolvaliduntil IS NULL OR a.rolvaliduntil > now());
$fn$;
COMMENT ON FUNCTION concert_pooler.look_up(text) IS 'what PgBouncer checks the password of web_authenticator against';
REVOKE ALL ON FUNCTION concert_pooler.look_up(text) FROM PUBLIC;
GRANT USAGE ON SCHEMA concert_pooler TO concert_pooler;
GRANT EXECUTE ON FUNCTION concert_pooler.look_up(text) TO concert_pooler;

