-- grant_access() takes away exactly what it gave: what the owner has granted beside it on tables stays.
\i test/fixtures/world.sql
CREATE ROLE kept_desk;
CREATE ROLE kept_page;
CREATE ROLE kept_other;
-- the rights of the three roles on tables: those of a level in one line, others one by one
CREATE VIEW test.rights AS
SELECT r.rolname AS role, c.relname AS table_name, a.privilege_type AS privilege, NULL::name AS column_name, a.is_grantable
FROM pg_class c, aclexplode(c.relacl) a JOIN pg_roles r ON r.oid = a.grantee
WHERE c.relnamespace = 'concert_booking'::regnamespace AND r.rolname LIKE 'kept\_%'
UNION ALL
SELECT r.rolname, c.relname, a.privilege_type, t.attname, a.is_grantable
FROM pg_class c JOIN pg_attribute t ON t.attrelid = c.oid, aclexplode(t.attacl) a JOIN pg_roles r ON r.oid = a.grantee
WHERE c.relnamespace = 'concert_booking'::regnamespace AND r.rolname LIKE 'kept\_%';
CREATE VIEW test.of_levels AS
SELECT t.table_name, t.privilege, c.name AS column_name
FROM concert_booking.table_rights() t LEFT JOIN LATERAL unnest(t.column_names) AS c (name) ON true;
CREATE VIEW test.told AS
SELECT r.role, h.has_those_of_managers,
	   (SELECT string_agg(concat_ws(' ', x.privilege, x.table_name, x.column_name, CASE WHEN x.is_grantable THEN '*' END), ', '
					   ORDER BY x.table_name, x.privilege, x.column_name)
		FROM test.rights x WHERE x.role = r.role
		AND NOT (h.has_those_of_managers AND EXISTS (
			SELECT FROM test.of_levels o WHERE (o.table_name, o.privilege) = (x.table_name, x.privilege)
			AND o.column_name IS NOT DISTINCT FROM x.column_name))) AS and_others
FROM (VALUES ('kept_desk'), ('kept_other'), ('kept_page')) AS r (role),
	 LATERAL (SELECT count(*) = (SELECT count(*) FROM test.of_levels) AS has_those_of_managers FROM test.rights x
			  JOIN test.of_levels o ON (o.table_name, o.privilege) = (x.table_name, x.privilege) AND o.column_name IS NOT DISTINCT FROM x.column_name
			  WHERE x.role = r.role) h
ORDER BY 1;

-- by hand: a table and columns that no level has, columns of a table that one reads, a whole table that one writes in part
GRANT SELECT ON concert_booking.bookings TO kept_desk;
GRANT SELECT (id, status), UPDATE (section) ON concert_booking.seats TO kept_desk;
GRANT SELECT (ordinal) ON concert_booking.seats TO kept_desk WITH GRANT OPTION;
GRANT UPDATE (popularity), DELETE ON concert_booking.concerts TO kept_desk;
GRANT INSERT ON concert_booking.venues TO kept_desk;
GRANT SELECT (id) ON concert_booking.seats TO kept_page;
SELECT concert_booking.grant_access('kept_page', 'guest') \g /dev/null
GRANT SELECT ON concert_booking.concerts, concert_booking.schedule_availability TO kept_page;
SELECT concert_booking.grant_access('kept_other', 'manager') \g /dev/null
SELECT * FROM test.told;

SELECT concert_booking.grant_access('kept_desk', 'manager') \g /dev/null
SELECT * FROM test.told WHERE role = 'kept_desk';
-- run twice, it changes nothing
CREATE TABLE test.before AS TABLE test.rights;
SELECT concert_booking.grant_access('kept_desk', 'manager') \g /dev/null
SELECT concert_booking.grant_access('kept_page', 'guest') \g /dev/null
SELECT concert_booking.create_tables();
TABLE test.before EXCEPT TABLE test.rights;
TABLE test.rights EXCEPT TABLE test.before;
-- staff has the same, a clerk nothing of it; the others' rights do not move
SELECT concert_booking.grant_access('kept_desk', 'staff') \g /dev/null
TABLE test.before EXCEPT TABLE test.rights;
TABLE test.rights EXCEPT TABLE test.before;
SELECT concert_booking.grant_access('kept_desk', 'clerk') \g /dev/null
SELECT * FROM test.told;
SELECT concert_booking.grant_access('kept_desk', 'manager') \g /dev/null
SELECT concert_booking.grant_access('kept_desk', 'none');
SELECT concert_booking.grant_access('kept_desk', 'none');
SELECT * FROM test.told;
-- what the owner grants a role whose record is of 0.1, which gave no tables, stays; so does what it was granted before a level has it too
CREATE ROLE kept_old;
SELECT concert_booking.grant_access('kept_old', 'staff') \g /dev/null
SELECT role_name, split_part(level, ',', 1) AS level FROM concert_booking.access_grants WHERE role_name = 'kept_old' ORDER BY level;
DELETE FROM concert_booking.access_grants WHERE role_name = 'kept_old';
DROP OWNED BY kept_old;
INSERT INTO concert_booking.access_grants (role_name, level) VALUES ('kept_old', 'staff');
GRANT SELECT ON concert_booking.concerts TO kept_old;
GRANT UPDATE (title) ON concert_booking.concerts TO kept_old;
SELECT concert_booking.grant_access('kept_old', 'clerk') \g /dev/null
SELECT table_name, privilege, column_name FROM test.rights WHERE role = 'kept_old';
SELECT concert_booking.grant_access('kept_old', 'manager') \g /dev/null
SELECT concert_booking.grant_access('kept_old', 'manager') \g /dev/null
SELECT count(*) AS right_count FROM test.rights WHERE role = 'kept_old';
SELECT concert_booking.grant_access('kept_old', 'none');
SELECT table_name, privilege, column_name FROM test.rights WHERE role = 'kept_old';
SELECT role_name FROM concert_booking.access_grants WHERE role_name = 'kept_old';
DROP OWNED BY kept_old;
DROP ROLE kept_old;
-- a right of the level that was taken by hand comes back with the level, and with nothing else
REVOKE UPDATE (title) ON concert_booking.concerts FROM kept_other;
SELECT concert_booking.create_tables();
SELECT has_column_privilege('kept_other', 'concert_booking.concerts', 'title', 'UPDATE') AS writes_title;
SELECT concert_booking.grant_access('kept_other', 'manager') \g /dev/null
SELECT has_column_privilege('kept_other', 'concert_booking.concerts', 'title', 'UPDATE') AS writes_title;
-- what is whole to the level is so for the owner's new columns
ALTER TABLE concert_booking.venues ADD COLUMN kept_note text;
SET ROLE kept_other;
SELECT count(kept_note) FROM concert_booking.venues;
SELECT test.raises($$UPDATE concert_booking.venues SET kept_note = 'x'$$);
RESET ROLE;
ALTER TABLE concert_booking.venues DROP COLUMN kept_note;

-- with the level gone and nothing granted beside it, nothing keeps the role
SELECT concert_booking.grant_access('kept_other', 'none');
DROP ROLE kept_other;
DROP VIEW test.told, test.of_levels;
DROP TABLE test.before;
DROP VIEW test.rights;
DROP OWNED BY kept_desk, kept_page;
DROP ROLE kept_desk, kept_page;
DELETE FROM concert_booking.access_grants WHERE role_name LIKE 'kept\_%';
