-- concert_created_at of schedules of 0.1 where something is in the way: sales go on, and the upkeep fills it later.
\i test/fixtures/world.sql
CREATE FUNCTION test.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$;
CREATE TEMP VIEW filled AS
SELECT count(*) AS schedules, count(*) FILTER (WHERE (to_jsonb(cs) ->> 'concert_created_at')::timestamptz = c.created_at) AS filled,
	   concert_booking.schedules_are_filled() AS are_filled,
	   (SELECT n.convalidated FROM pg_constraint n WHERE n.conname = 'chk_concert_schedules_filled') AS is_validated
FROM concert_booking.concert_schedules cs JOIN concert_booking.concerts c ON c.id = cs.concert_id;
CREATE PROCEDURE test.as_0_1() LANGUAGE plpgsql AS $$
BEGIN
	CREATE OR REPLACE TRIGGER fill_schedule_start BEFORE INSERT OR UPDATE OF concert_id, concert_date, concert_time, starts_at
	ON concert_booking.concert_schedules FOR EACH ROW EXECUTE FUNCTION concert_booking.fill_schedule_start();
	ALTER TABLE concert_booking.concert_schedules DROP COLUMN concert_created_at;
END $$;

-- a trigger of the owner's refuses every UPDATE
CALL test.as_0_1();
CREATE TRIGGER mine BEFORE UPDATE ON concert_booking.concert_schedules FOR EACH ROW EXECUTE FUNCTION test.refuse();
SELECT concert_booking.create_tables();
TABLE pg_temp.filled;
SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-1'), test.booker('alice'));
CALL concert_booking.run_upkeep() \g /dev/null
-- one that keeps every row as it is
CREATE OR REPLACE FUNCTION test.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE OR REPLACE TRIGGER mine BEFORE UPDATE ON concert_booking.concert_schedules FOR EACH ROW EXECUTE FUNCTION test.refuse();
CALL concert_booking.run_upkeep() \g /dev/null
TABLE pg_temp.filled;
DROP TRIGGER mine ON concert_booking.concert_schedules;

-- a row that came without the triggers, after the last one was filled: its sale does not fail for long
SELECT is_over FROM concert_booking.fill_schedules(NULL);
SELECT is_over FROM concert_booking.fill_schedules('ffffffff-ffff-ffff-ffff-ffffffffffff');
TABLE pg_temp.filled;
ALTER TABLE concert_booking.concert_schedules DROP CONSTRAINT chk_concert_schedules_filled;
SET session_replication_role = replica;
UPDATE concert_booking.concert_schedules SET concert_created_at = NULL WHERE id = test.schedule(2);
RESET session_replication_role;
ALTER TABLE concert_booking.concert_schedules ADD CONSTRAINT chk_concert_schedules_filled CHECK (concert_created_at IS NOT NULL) NOT VALID;
SELECT is_over FROM concert_booking.fill_schedules('ffffffff-ffff-ffff-ffff-ffffffffffff');
TABLE pg_temp.filled;
CALL concert_booking.run_upkeep() \g /dev/null
TABLE pg_temp.filled;
SELECT concert_booking.create_tables();
SELECT * FROM concert_booking.check_integrity();

-- no schedules
TRUNCATE concert_booking.venues CASCADE;
CALL test.as_0_1();
SELECT concert_booking.create_tables();
TABLE pg_temp.filled;
-- without the column it does nothing
BEGIN;
CALL test.as_0_1();
SELECT * FROM concert_booking.fill_schedules(NULL);
ROLLBACK;
DROP VIEW pg_temp.filled;
DROP PROCEDURE test.as_0_1;
DROP FUNCTION test.refuse;
