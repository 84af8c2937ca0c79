-- C only: it drops the extension and makes it again
-- The levels that roles had come back after DROP EXTENSION; what was taken by hand stays taken.
SET client_min_messages = error;
DROP DATABASE IF EXISTS access_restored_test;
DROP ROLE IF EXISTS restored_visitor, restored_guest, restored_member, restored_payments, restored_none, restored_gone, restored_stranger;
CREATE DATABASE access_restored_test TEMPLATE template0 ENCODING 'UTF8';
CREATE ROLE restored_visitor;
CREATE ROLE restored_guest;
CREATE ROLE restored_member;
CREATE ROLE restored_payments;
CREATE ROLE restored_none;
CREATE ROLE restored_gone;
CREATE ROLE restored_stranger;
\c access_restored_test
\pset format unaligned
\pset footer off
SET client_min_messages = warning;

-- a stranger's table of that name, with a trigger that would run as whoever writes to it
CREATE SCHEMA concert_booking;
GRANT CREATE, USAGE ON SCHEMA concert_booking TO restored_stranger;
CREATE FUNCTION public.trap() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the trap was reached'; END $$;
SET ROLE restored_stranger;
CREATE TABLE concert_booking.access_grants (role_name name, level text, is_lost boolean);
INSERT INTO concert_booking.access_grants VALUES ('restored_stranger', 'staff', false);
CREATE TRIGGER trap BEFORE INSERT OR UPDATE OR DELETE ON concert_booking.access_grants
	FOR EACH STATEMENT EXECUTE FUNCTION public.trap();
RESET ROLE;
CREATE EXTENSION pg_trgm;
CREATE EXTENSION moddatetime;
CREATE EXTENSION concert_booking;
SELECT concert_booking.grant_access('restored_guest', 'guest') > 0 AS granted;
SELECT concert_booking.grant_access('restored_visitor', 'visitor') > 0 AS granted;
SELECT concert_booking.grant_access('restored_payments', 'payments') > 0 AS granted;
SELECT * FROM concert_booking.access_grants;
DROP TABLE concert_booking.access_grants;
REVOKE ALL ON SCHEMA concert_booking FROM restored_stranger;

-- levels that were given before the tables came are noted with them
SELECT concert_booking.create_tables();
SELECT concert_booking.grant_access('restored_member', 'member') > 0 AS granted;
SELECT concert_booking.grant_access('restored_gone', 'staff') > 0 AS granted;
SELECT concert_booking.grant_access('restored_none', 'staff') > 0 AS granted;
SELECT concert_booking.grant_access('restored_none', 'none') AS granted;
SELECT role_name, left(level, 30) AS level, is_lost FROM concert_booking.access_grants ORDER BY role_name, level;

-- a right that was taken by hand does not come back with create_tables() alone
CREATE VIEW public.rights AS
SELECT p.oid::regprocedure::text AS routine,
	   ARRAY (SELECT a::text FROM unnest(p.proacl) a ORDER BY 1) AS privileges
FROM pg_proc p WHERE p.pronamespace = 'concert_booking'::regnamespace;
CREATE TABLE public.before AS TABLE public.rights;
REVOKE ALL ON ALL ROUTINES IN SCHEMA concert_booking FROM restored_guest;
SELECT concert_booking.create_tables();
SELECT has_function_privilege('restored_guest', 'concert_booking.seat_map(uuid)', 'EXECUTE') AS guest_may;
SELECT concert_booking.grant_access('restored_guest', 'guest') > 0 AS granted;
SELECT concert_booking.grant_access('restored_member', 'member') > 0 AS granted;
SELECT concert_booking.grant_access('restored_gone', 'staff') > 0 AS granted;
SELECT count(*) AS changed FROM (TABLE public.before EXCEPT TABLE public.rights) r;

-- the extension goes and comes back: nobody may anything, until create_tables()
DROP VIEW public.rights;
SET client_min_messages = error;
DROP EXTENSION concert_booking CASCADE;
SET client_min_messages = warning;
CREATE EXTENSION concert_booking;
SELECT role_name, left(level, 30) AS level, is_lost FROM concert_booking.access_grants ORDER BY role_name, level;
SELECT count(*) AS granted FROM pg_proc p, aclexplode(p.proacl) a
WHERE p.pronamespace = 'concert_booking'::regnamespace AND a.grantee NOT IN (p.proowner, 0);
SELECT concert_booking.create_tables();
SELECT count(*) AS routines,
	   count(*) FILTER (WHERE ARRAY (SELECT a::text FROM unnest(p.proacl) a ORDER BY 1) IS DISTINCT FROM b.privileges) AS changed
FROM pg_proc p FULL JOIN public.before b ON b.routine = p.oid::regprocedure::text
WHERE p.pronamespace = 'concert_booking'::regnamespace OR p.oid IS NULL \gset
SELECT :routines > 100 AS all_routines, :changed AS changed;
SELECT role_name, left(level, 30) AS level, is_lost FROM concert_booking.access_grants ORDER BY role_name, level;

-- once more is no change; another role of a name that had a level does not get it, and that is told once;
-- a level that is given before create_tables() stays
SELECT concert_booking.create_tables();
DROP OWNED BY restored_gone;
DROP ROLE restored_gone;
CREATE ROLE restored_gone;
SET client_min_messages = error;
DROP EXTENSION concert_booking CASCADE;
SET client_min_messages = warning;
CREATE EXTENSION concert_booking;
SELECT concert_booking.grant_access('restored_member', 'guest') > 0 AS granted;
SELECT concert_booking.create_tables();
SELECT concert_booking.create_tables();
SELECT role_name, left(level, 30) AS level, is_lost FROM concert_booking.access_grants ORDER BY role_name, level;
SELECT has_function_privilege('restored_gone', 'concert_booking.cancel_schedule(uuid, text, boolean)', 'EXECUTE') AS may_cancel,
	   has_function_privilege('restored_member', 'concert_booking.add_wishlist(uuid, uuid)', 'EXECUTE') AS may_wish;

-- a table that would run somebody's trigger is not written to, and that is told; an old trigger does no harm
CREATE TRIGGER trap BEFORE UPDATE ON concert_booking.access_grants FOR EACH STATEMENT EXECUTE FUNCTION public.trap();
SET client_min_messages = error;
DROP EXTENSION concert_booking CASCADE;
SET client_min_messages = warning;
CREATE EXTENSION concert_booking;
DROP TRIGGER trap ON concert_booking.access_grants;
SET client_min_messages = error;
DROP EXTENSION concert_booking CASCADE;
SET client_min_messages = warning;
CREATE EXTENSION concert_booking;
SELECT role_name, left(level, 30) AS level, is_lost FROM concert_booking.access_grants ORDER BY role_name, level;

\c contrib_regression
SET client_min_messages = error;
DROP DATABASE access_restored_test;
DROP ROLE restored_visitor, restored_guest, restored_member, restored_payments, restored_none, restored_gone, restored_stranger;
