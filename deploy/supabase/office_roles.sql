/*
 * Roles for the people of the box office, who sign in by Supabase Auth as everybody
 * does: concert_clerk sells, cancels and admits for other people, concert_manager
 * keeps concerts, schedules and prices. Run it as supabase_admin after the migration,
 * as often as you like; then switch the hook on (README.md beside this file).
 *
 *	INSERT INTO private.office_people VALUES ('<the user''s id>', 'concert_clerk');
 *
 * A token says which role it is for. The hook puts that role into the token of a user
 * who is in the table, at the next sign-in or refresh; the token of anybody else
 * stays as it was. Nobody can do that for himself: neither the table nor the hook can
 * be reached by a client.
 */
\set ON_ERROR_STOP on

DO $do$
DECLARE
	role_name text;
BEGIN
	FOREACH role_name IN ARRAY '{concert_clerk,concert_manager}'::text[] LOOP
		IF to_regrole(role_name) IS NULL THEN
			EXECUTE format('CREATE ROLE %I NOLOGIN NOINHERIT', role_name);
		END IF;
	END LOOP;
END
$do$;
COMMENT ON ROLE concert_clerk IS 'box office: sells, cancels, blocks and admits for other people';
COMMENT ON ROLE concert_manager IS 'box office: keeps the catalogue, plans of seats, schedules and prices';
/* The API logs in as authenticator and becomes what the token says. */
GRANT concert_clerk, concert_manager TO authenticator;
ALTER ROLE concert_clerk SET statement_timeout = '8s';
ALTER ROLE concert_manager SET statement_timeout = '8s';

SELECT concert_booking.grant_access('concert_clerk', 'clerk');
SELECT concert_booking.grant_access('concert_manager', 'manager');

/* Who works there, and the hook of Supabase Auth that looks it up. */
CREATE SCHEMA IF NOT EXISTS private;
CREATE TABLE IF NOT EXISTS private.office_people (
	user_id uuid PRIMARY KEY REFERENCES auth.users (id) ON DELETE CASCADE,
	role text NOT NULL CHECK (role IN ('concert_clerk', 'concert_manager'))
);
COMMENT ON TABLE private.office_people IS 'Users who work in the box office, and the role that their tokens are for.';
REVOKE ALL ON private.office_people FROM PUBLIC, anon, authenticated;

CREATE OR REPLACE FUNCTION private.office_token(event jsonb)
RETURNS jsonb
LANGUAGE sql STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
	SELECT coalesce(
		(SELECT jsonb_set(event, '{claims,role}', to_jsonb(p.role))
		 FROM private.office_people p
		 WHERE p.user_id = (event->>'user_id')::uuid AND event->'claims'->>'role' = 'authenticated'),
		event)
$fn$;
COMMENT ON FUNCTION private.office_token(jsonb) IS
	'Hook of Supabase Auth (custom access token): the role of whoever works in the box office.';
REVOKE ALL ON FUNCTION private.office_token(jsonb) FROM PUBLIC, anon, authenticated;
GRANT USAGE ON SCHEMA private TO supabase_auth_admin;
GRANT EXECUTE ON FUNCTION private.office_token(jsonb) TO supabase_auth_admin;

NOTIFY pgrst, 'reload schema';
