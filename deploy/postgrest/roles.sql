/*
 * Roles of web clients and what each may call. Run it as a superuser in the
 * database of concert_booking, as often as you like:
 *
 *   psql -d concerts -f deploy/postgrest/roles.sql
 *
 * Then give web_authenticator a password (\password web_authenticator) and
 * start PostgREST with postgrest.conf. A token names its role:
 *
 *   {"role": "web_member", "sub": "<the member's uuid>", "exp": ...}
 */
\set ON_ERROR_STOP on

DO $do$
DECLARE
	role_name text;
BEGIN
	FOREACH role_name IN ARRAY '{web_anon,web_member,web_payments,web_clerk,web_manager,web_staff}'::text[] LOOP
		IF to_regrole(role_name) IS NULL THEN
			EXECUTE format('CREATE ROLE %I NOLOGIN NOINHERIT', role_name);
		END IF;
	END LOOP;
	IF to_regrole('web_authenticator') IS NULL THEN
		CREATE ROLE web_authenticator LOGIN NOINHERIT;
	END IF;
END
$do$;
COMMENT ON ROLE web_authenticator IS 'PostgREST logs in as this role and may do nothing itself';
COMMENT ON ROLE web_anon IS 'web client without a token: reads, holds and books as a guest';
COMMENT ON ROLE web_member IS 'web client with a member''s token';
COMMENT ON ROLE web_payments IS 'server that hears from the payment provider: reports payments and refunds, nothing else';
COMMENT ON ROLE web_clerk IS 'web client of the desk or the door: sells, cancels and admits for other people';
COMMENT ON ROLE web_manager IS 'web client of whoever makes concerts: catalogue, plans of seats, schedules, reports';
COMMENT ON ROLE web_staff IS 'web client with a staff token: clerk, manager, payments and upkeep in one';
GRANT web_anon, web_member, web_payments, web_clerk, web_manager, web_staff TO web_authenticator;

/* A call takes milliseconds. Who has waited this long does not wait for a seat. */
ALTER ROLE web_authenticator SET statement_timeout = '8s';
ALTER ROLE web_authenticator SET lock_timeout = '5s';
ALTER ROLE web_authenticator SET idle_in_transaction_session_timeout = '10s';
ALTER ROLE web_anon SET statement_timeout = '3s';

SELECT concert_booking.grant_access('web_anon', 'guest');
SELECT concert_booking.grant_access('web_member', 'member');
SELECT concert_booking.grant_access('web_payments', 'payments');
SELECT concert_booking.grant_access('web_clerk', 'clerk');
SELECT concert_booking.grant_access('web_manager', 'manager');
SELECT concert_booking.grant_access('web_staff', 'staff');

/* A running PostgREST looks at functions, tables and grants again. */
NOTIFY pgrst, 'reload schema';
