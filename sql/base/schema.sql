\echo Use "CREATE EXTENSION concert_booking CASCADE" to load this file. \quit

/*
 * The schema itself is made by CREATE EXTENSION (control file: schema =
 * concert_booking). A schema of that name which somebody else made first
 * would let that somebody add functions beside ours, or drop them: refuse it.
 */
DO $do$
DECLARE
	owner_name pg_catalog.name;
BEGIN
	SELECT pg_catalog.pg_get_userbyid(n.nspowner) INTO owner_name
	FROM pg_catalog.pg_namespace n
	WHERE n.nspname OPERATOR(pg_catalog.=) 'concert_booking';

	IF owner_name OPERATOR(pg_catalog.<>) current_user THEN
		RAISE EXCEPTION 'schema "concert_booking" belongs to another role'
			USING ERRCODE = '42501',
				  DETAIL = pg_catalog.format('The owner is "%s"; the extension is being created by "%s".', owner_name, current_user),
				  HINT = 'Look at what is in the schema, then drop it or run ALTER SCHEMA concert_booking OWNER TO the role that creates the extension.';
	END IF;
END
$do$;

/*
 * Only if PUBLIC has any right (by default privileges). What is granted or
 * revoked here, PostgreSQL takes for the extension's own and leaves out of
 * dumps; after DROP EXTENSION the schema has the rights of roles, which a dump
 * must have.
 */
DO $do$
BEGIN
	IF EXISTS (SELECT FROM pg_catalog.pg_namespace n, pg_catalog.aclexplode(n.nspacl) a
			   WHERE n.nspname OPERATOR(pg_catalog.=) 'concert_booking'
				 AND a.grantee OPERATOR(pg_catalog.=) 0::pg_catalog.oid) THEN
		REVOKE ALL ON SCHEMA concert_booking FROM PUBLIC;
	END IF;
END
$do$;

COMMENT ON SCHEMA concert_booking IS
	'concert seats: catalogue, holds and bookings (extension concert_booking)';
