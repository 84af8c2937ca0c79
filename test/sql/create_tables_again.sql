-- create_tables() once more: nothing is locked, and what the owner made stays.
\i test/fixtures/world.sql

-- what the owner added, switched and wrote
ALTER TABLE concert_booking.seats ADD COLUMN wheelchair boolean NOT NULL DEFAULT false;
CREATE INDEX seats_wheelchair ON concert_booking.seats (concert_schedule_id) WHERE wheelchair;
ALTER TABLE concert_booking.bookings ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_bookings ON concert_booking.bookings USING (user_id IS NOT NULL);
CREATE TRIGGER owners_trigger BEFORE UPDATE ON concert_booking.wishlists
	FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
ALTER TABLE concert_booking.concerts DISABLE TRIGGER update_concerts_updated_at;
COMMENT ON COLUMN concert_booking.seats.seat_grade IS 'grade, in the words of this house';
GRANT SELECT ON concert_booking.concerts TO PUBLIC;

CREATE VIEW test.definitions AS
SELECT 'relation' AS kind, c.oid::regclass::text AS name,
	   concat_ws(' ', c.relacl, c.reloptions, c.relrowsecurity, pg_get_indexdef(c.oid), obj_description(c.oid)) AS definition
FROM pg_class c WHERE c.relnamespace = 'concert_booking'::regnamespace AND c.relkind <> 'v'
UNION ALL
SELECT 'column', a.attrelid::regclass || '.' || a.attname,
	   concat_ws(' ', format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid), col_description(a.attrelid, a.attnum))
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.relnamespace = 'concert_booking'::regnamespace AND c.relkind IN ('r', 'p', 'v')
UNION ALL
SELECT 'constraint', c.conrelid::regclass || '.' || c.conname, concat_ws(' ', pg_get_constraintdef(c.oid), obj_description(c.oid))
FROM pg_constraint c WHERE c.connamespace = 'concert_booking'::regnamespace
UNION ALL
SELECT 'trigger', t.tgrelid::regclass || '.' || t.tgname, concat_ws(' ', t.tgenabled, pg_get_triggerdef(t.oid))
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE c.relnamespace = 'concert_booking'::regnamespace AND NOT t.tgisinternal
UNION ALL
SELECT 'policy', p.polname, pg_get_expr(p.polqual, p.polrelid) FROM pg_policy p
UNION ALL
SELECT 'view', v.viewname, v.definition FROM pg_views v WHERE v.schemaname = 'concert_booking';
CREATE TABLE test.before AS SELECT * FROM test.definitions;

-- nothing is locked that a sale or a reader could wait for
BEGIN;
SELECT concert_booking.create_tables();
SELECT relation::regclass, mode FROM pg_locks
WHERE pid = pg_backend_pid() AND locktype = 'relation' AND mode <> 'AccessShareLock';
COMMIT;
SELECT 'gone' AS change, d.* FROM (TABLE test.before EXCEPT TABLE test.definitions) d
UNION ALL SELECT 'new', d.* FROM (TABLE test.definitions EXCEPT TABLE test.before) d;

-- what is missing comes back
DROP INDEX concert_booking.idx_concerts_genre_created_at;
DROP TRIGGER follow_seats_update ON concert_booking.seats;
ALTER TABLE concert_booking.seats ALTER COLUMN id DROP DEFAULT;
DROP VIEW concert_booking.schedule_availability CASCADE;
COMMENT ON TABLE concert_booking.venues IS NULL;
SELECT concert_booking.create_tables();
SELECT 'gone' AS change, d.* FROM (TABLE test.before EXCEPT TABLE test.definitions) d
UNION ALL SELECT 'new', d.* FROM (TABLE test.definitions EXCEPT TABLE test.before) d;

-- a trigger of an older version is brought up to date
CREATE OR REPLACE TRIGGER fill_hold BEFORE INSERT ON concert_booking.temp_reservations
	FOR EACH ROW EXECUTE FUNCTION concert_booking.fill_hold();
SELECT concert_booking.create_tables();
SELECT count(*) AS different FROM (TABLE test.before EXCEPT TABLE test.definitions) d;

DROP VIEW test.definitions;
DROP TABLE test.before;
REVOKE SELECT ON concert_booking.concerts FROM PUBLIC;
ALTER TABLE concert_booking.concerts ENABLE TRIGGER update_concerts_updated_at;
DROP TRIGGER owners_trigger ON concert_booking.wishlists;
DROP POLICY own_bookings ON concert_booking.bookings;
ALTER TABLE concert_booking.bookings DISABLE ROW LEVEL SECURITY;
ALTER TABLE concert_booking.seats DROP COLUMN wheelchair;
COMMENT ON COLUMN concert_booking.seats.seat_grade IS 'grade, such as VIP, R or S';
