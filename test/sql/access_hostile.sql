-- grant_access(): names that break out of quotes, the owner and its members, planted objects, rights that cannot be passed on.
\i test/fixtures/world.sql
CREATE VIEW test.managers AS
SELECT r.rolname, has_column_privilege(r.oid, 'concert_booking.concerts', 'title', 'UPDATE') AS writes_concerts,
	   has_table_privilege(r.oid, 'concert_booking.bookings', 'SELECT') AS reads_bookings,
	   has_function_privilege(r.oid, 'concert_booking.acts_for_others()', 'EXECUTE') AS acts_for_others
FROM pg_roles r;

-- names
CREATE ROLE "hostile """" quote";
CREATE ROLE "hostile', 'staff'); DROP TABLE concert_booking.venues; --";
CREATE ROLE "PUBLIC";
CREATE ROLE "current_user";
CREATE ROLE "hostile_so_long_a_name_that_nothing_more_would_fit_into_63_bytes";
CREATE ROLE hostile_bystander;
SELECT bool_and(concert_booking.grant_access(r.rolname, 'manager') > 0) AS granted
FROM pg_roles r WHERE r.rolname LIKE 'hostile%' AND r.rolname <> 'hostile_bystander' OR r.rolname IN ('PUBLIC', 'current_user');
SELECT m.rolname, m.writes_concerts, m.acts_for_others FROM test.managers m
WHERE m.rolname LIKE 'hostile%' OR m.rolname IN ('PUBLIC', 'current_user') ORDER BY 1;
SELECT bool_and(concert_booking.grant_access(r.rolname, 'none') = 0) AS taken
FROM pg_roles r WHERE r.rolname LIKE 'hostile%' OR r.rolname IN ('PUBLIC', 'current_user');
SELECT count(*) AS left_over FROM test.managers m
WHERE (m.rolname LIKE 'hostile%' OR m.rolname IN ('PUBLIC', 'current_user')) AND m.writes_concerts;
\t on
-- longer than a name can be, it is cut off, and there is no such role
SELECT test.raises($$SELECT concert_booking.grant_access(repeat('x', 100)::name, 'guest')$$);
SELECT test.raises($$SELECT concert_booking.grant_access('', 'guest')$$);
SELECT test.raises($$SELECT concert_booking.grant_access('hostile_bystander', 'Staff')$$);
SELECT test.raises($$SELECT concert_booking.grant_access('hostile_bystander', 'tables staff')$$);
\t off

-- the owner would lose what its own functions call
SELECT test.raises(format('SELECT concert_booking.grant_access(%L, %L)', pg_get_userbyid(p.proowner), 'none'))
FROM pg_proc p WHERE p.oid = 'concert_booking.uuid_v7()'::regprocedure;

-- a member of the owner grants; one that does not inherit does so after SET ROLE; to be granted a level takes nothing from it
CREATE ROLE hostile_member;
CREATE ROLE hostile_noinherit NOINHERIT;
SELECT pg_get_userbyid(p.proowner) AS owner FROM pg_proc p WHERE p.oid = 'concert_booking.uuid_v7()'::regprocedure \gset
GRANT :"owner" TO hostile_member, hostile_noinherit;
SELECT concert_booking.grant_access('hostile_member', 'visitor') > 0 AS granted;
SELECT * FROM test.managers WHERE rolname = 'hostile_member';
GRANT SELECT ON ALL TABLES IN SCHEMA test TO PUBLIC;
SET ROLE hostile_member;
SELECT concert_booking.grant_access('hostile_bystander', 'manager') > 0 AS granted;
SELECT a.grantor::regrole::text = :'owner' AS by_the_owner FROM pg_class c, aclexplode(c.relacl) a
WHERE c.oid = 'concert_booking.venues'::regclass AND a.grantee = 'hostile_bystander'::regrole;
RESET ROLE;
GRANT USAGE ON SCHEMA concert_booking TO hostile_noinherit;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA concert_booking TO hostile_noinherit WITH GRANT OPTION;
SET ROLE hostile_noinherit;
SELECT split_part(test.raises($$SELECT concert_booking.grant_access('hostile_bystander', 'staff')$$), E'\n', 1);
RESET ROLE;
SELECT rolname, writes_concerts, acts_for_others FROM test.managers WHERE rolname = 'hostile_bystander';

-- whoever has a level cannot pass it on, nor use what stands behind it
SET ROLE hostile_bystander;
SET client_min_messages = error;
GRANT SELECT ON concert_booking.venues TO hostile_noinherit;
GRANT UPDATE (title) ON concert_booking.concerts TO hostile_noinherit;
GRANT EXECUTE ON FUNCTION concert_booking.uuid_v7() TO hostile_noinherit;
SET client_min_messages = warning;
SELECT split_part(test.raises(statement), E'\n', 1) AS refused FROM (VALUES
	(1, $$SELECT concert_booking.grant_tables('hostile_bystander', 'staff')$$),
	(2, $$SELECT concert_booking.revoke_tables('hostile_bystander', NULL)$$),
	(3, $$SELECT concert_booking.restore_grants()$$),
	(4, $$SELECT concert_booking.complete_grants()$$),
	(5, $$SELECT concert_booking.record_grants()$$),
	(6, $$INSERT INTO concert_booking.access_grants (role_name, level, is_lost) VALUES ('hostile_bystander', 'staff', true)$$)) AS s (n, statement)
ORDER BY n;
RESET ROLE;
SELECT count(*) AS passed_on FROM pg_class c LEFT JOIN pg_attribute t ON t.attrelid = c.oid,
	 LATERAL (SELECT * FROM aclexplode(c.relacl) UNION ALL SELECT * FROM aclexplode(t.attacl)) a
WHERE c.relnamespace = 'concert_booking'::regnamespace AND a.grantee = 'hostile_noinherit'::regrole;

-- planted: tables among the temporary objects, functions and an operator in front of pg_catalog
CREATE SCHEMA hostile_path;
CREATE TEMP TABLE venues (id integer);
CREATE TEMP TABLE pg_class (oid oid, relname name);
CREATE TEMP TABLE access_grants (role_name name, level text);
CREATE FUNCTION hostile_path.format(text, VARIADIC "any") RETURNS text LANGUAGE internal AS 'text_format';
CREATE FUNCTION hostile_path.quote_ident(name) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'planted'; END $$;
CREATE FUNCTION hostile_path.cardinality(anyarray) RETURNS integer LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'planted'; END $$;
CREATE FUNCTION hostile_path.planted(name, name) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'planted'; END $$;
CREATE OPERATOR hostile_path.= (LEFTARG = name, RIGHTARG = name, FUNCTION = hostile_path.planted);
SET search_path = hostile_path, pg_temp, pg_catalog;
SELECT concert_booking.grant_access('hostile_bystander', 'staff') > 0 AS granted;
SELECT concert_booking.grant_access('hostile_bystander', 'manager') > 0 AS granted;
RESET search_path;
SELECT rolname, writes_concerts, reads_bookings, acts_for_others FROM test.managers WHERE rolname = 'hostile_bystander';
SELECT has_table_privilege('hostile_bystander', 'pg_temp.venues', 'SELECT') AS temporary_table;
DROP TABLE pg_temp.venues, pg_temp.pg_class, pg_temp.access_grants;
SET client_min_messages = error;
DROP SCHEMA hostile_path CASCADE;

-- a record that somebody has forged or spoilt grants and breaks nothing by itself
INSERT INTO concert_booking.access_grants (role_name, level, is_lost) VALUES
	('hostile_bystander', 'no such level', false), ('no such role', 'tables staff', true), ('hostile_noinherit', 'tables nothing', true);
SELECT concert_booking.create_tables();
SELECT concert_booking.grant_access('hostile_bystander', 'visitor') > 0 AS granted;
SELECT rolname, writes_concerts, acts_for_others FROM test.managers WHERE rolname = 'hostile_bystander';
SELECT role_name, level, is_lost FROM concert_booking.access_grants WHERE role_name LIKE 'hostile%' OR role_name = 'no such role' ORDER BY 1, 2;

REVOKE :"owner" FROM hostile_member, hostile_noinherit;
DROP VIEW test.managers;
DROP OWNED BY hostile_bystander, hostile_member, hostile_noinherit;
DROP ROLE hostile_bystander, hostile_member, hostile_noinherit, "hostile """" quote", "PUBLIC", "current_user",
	"hostile', 'staff'); DROP TABLE concert_booking.venues; --", "hostile_so_long_a_name_that_nothing_more_would_fit_into_63_bytes";
DELETE FROM concert_booking.access_grants WHERE role_name LIKE 'hostile%' OR role_name IN ('PUBLIC', 'current_user');
