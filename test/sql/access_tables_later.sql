-- C only: it makes the extension in a database of its own
-- A level is given before the tables, beside tables that are not whole, and before DROP EXTENSION: its rights on tables come with create_tables().
SET client_min_messages = error;
DROP DATABASE IF EXISTS access_later_test;
DROP ROLE IF EXISTS later_manager, later_staff, later_clerk, later_hands, later_gone, later_stranger;
CREATE DATABASE access_later_test TEMPLATE template0 ENCODING 'UTF8';
CREATE ROLE later_manager;
CREATE ROLE later_staff;
CREATE ROLE later_clerk;
CREATE ROLE later_hands;
CREATE ROLE later_gone;
CREATE ROLE later_stranger;
\c access_later_test
\pset format unaligned
\pset footer off
SET client_min_messages = warning;
CREATE EXTENSION pg_trgm;
CREATE EXTENSION moddatetime;
CREATE EXTENSION concert_booking;
-- what each role may do with tables: those of a level, and others
CREATE VIEW public.rights AS
SELECT r.rolname AS role, c.relname AS table_name, a.privilege_type AS privilege, NULL::name AS column_name
FROM pg_class c, aclexplode(c.relacl) a JOIN pg_roles r ON r.oid = a.grantee
WHERE c.relnamespace = 'concert_booking'::regnamespace AND r.rolname LIKE 'later\_%' AND a.grantee <> c.relowner
UNION ALL
SELECT r.rolname, c.relname, a.privilege_type, t.attname
FROM pg_class c JOIN pg_attribute t ON t.attrelid = c.oid AND NOT t.attisdropped, aclexplode(t.attacl) a JOIN pg_roles r ON r.oid = a.grantee
WHERE c.relnamespace = 'concert_booking'::regnamespace AND r.rolname LIKE 'later\_%';
CREATE FUNCTION public.told() RETURNS TABLE (role name, table_rights bigint, of_manager bigint)
LANGUAGE plpgsql AS $$
BEGIN
	RETURN QUERY
	SELECT r.role, count(*),
		   (SELECT count(*) FROM concert_booking.table_rights() t LEFT JOIN LATERAL unnest(t.column_names) AS c (name) ON true)
	FROM public.rights r GROUP BY 1 ORDER BY 1;
END $$;

-- before create_tables(): there is nothing to grant, and it comes with the tables; nobody else gets anything
SELECT concert_booking.grant_access('later_manager', 'manager') > 0 AS granted;
SELECT concert_booking.grant_access('later_staff', 'staff') > 0 AS granted;
SELECT concert_booking.grant_access('later_clerk', 'clerk') > 0 AS granted;
GRANT EXECUTE ON FUNCTION concert_booking.uuid_v7, concert_booking.cancel_schedule TO later_hands;
SELECT * FROM told();
SELECT concert_booking.create_tables();
SELECT role_name, left(level, 30) AS level, is_lost FROM concert_booking.access_grants ORDER BY role_name, level;
SELECT * FROM told();

-- a table and a column are missing: what is there is granted, the rest is noted and comes with create_tables()
DROP TABLE concert_booking.price_types;
ALTER TABLE concert_booking.concert_schedules DROP COLUMN payment_window;
SELECT concert_booking.grant_access('later_gone', 'manager') > 0 AS granted;
SELECT concert_booking.grant_access('later_clerk', 'clerk') > 0 AS granted;
SELECT role_name, left(level, 30) AS level, is_lost FROM concert_booking.access_grants ORDER BY role_name, level;
SELECT concert_booking.create_tables();
SELECT role_name, left(level, 30) AS level, is_lost FROM concert_booking.access_grants ORDER BY role_name, level;
SELECT * FROM told();
-- who had the level before the table was dropped lost that right with the table, as ever with DROP TABLE
SELECT concert_booking.grant_access('later_manager', 'manager') > 0 AS granted;
SELECT concert_booking.grant_access('later_staff', 'staff') > 0 AS granted;
SELECT * FROM told();

-- a stranger's table of such a name is not granted, nor is a stranger's function
GRANT CREATE, USAGE ON SCHEMA concert_booking TO later_stranger;
ALTER TABLE concert_booking.price_types RENAME TO price_types_hidden;
SET ROLE later_stranger;
CREATE TABLE concert_booking.price_types (id uuid, code text);
CREATE FUNCTION concert_booking.seat_map(trap integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
REVOKE ALL ON FUNCTION concert_booking.seat_map(integer) FROM PUBLIC;
RESET ROLE;
SELECT concert_booking.grant_access('later_manager', 'manager') > 0 AS granted;
SELECT has_any_column_privilege('later_manager', 'concert_booking.price_types', 'SELECT, INSERT, UPDATE') AS stranger_table,
	   has_function_privilege('later_manager', 'concert_booking.seat_map(integer)', 'EXECUTE') AS stranger_function;
DROP TABLE concert_booking.price_types;
DROP FUNCTION concert_booking.seat_map(integer);
ALTER TABLE concert_booking.price_types_hidden RENAME TO price_types;
REVOKE ALL ON SCHEMA concert_booking FROM later_stranger;
SELECT concert_booking.grant_access('later_manager', 'manager') > 0 AS granted;

-- the extension goes and comes back; whose USAGE was taken meanwhile has nothing at all, also on tables
CREATE TABLE public.before AS TABLE public.rights;
GRANT SELECT ON concert_booking.bookings TO later_gone;
SET client_min_messages = error;
DROP EXTENSION concert_booking CASCADE;
SET client_min_messages = warning;
REVOKE USAGE ON SCHEMA concert_booking FROM later_gone;
CREATE EXTENSION concert_booking;
SELECT concert_booking.create_tables();
SELECT role, count(*) FROM (TABLE public.before EXCEPT TABLE public.rights) r GROUP BY 1;
TABLE public.rights EXCEPT TABLE public.before;
SELECT has_function_privilege('later_staff', 'concert_booking.acts_for_others()', 'EXECUTE') AS staff,
	   has_function_privilege('later_clerk', 'concert_booking.acts_for_others()', 'EXECUTE') AS clerk,
	   has_function_privilege('later_manager', 'concert_booking.acts_for_others()', 'EXECUTE') AS manager;
-- a table of 0.1 beside the new functions: the level is given before its columns are there
SET client_min_messages = error;
DROP EXTENSION concert_booking CASCADE;
SET client_min_messages = warning;
ALTER TABLE concert_booking.concert_schedules DROP COLUMN refund_ladder;
CREATE EXTENSION concert_booking;
SELECT concert_booking.create_tables();
SELECT has_column_privilege('later_manager', 'concert_booking.concert_schedules', 'refund_ladder', 'UPDATE') AS manager_writes;
SELECT role_name, left(level, 30) AS level, is_lost FROM concert_booking.access_grants ORDER BY role_name, level;

\c contrib_regression
SET client_min_messages = error;
DROP DATABASE access_later_test;
DROP ROLE later_manager, later_staff, later_clerk, later_hands, later_gone, later_stranger;
