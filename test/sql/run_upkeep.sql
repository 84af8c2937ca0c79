-- run_upkeep() recounts what can have changed, goes on where it was broken off, and lets no schedule hold up the others.
\i test/fixtures/world.sql
TRUNCATE concert_booking.upkeep_progress;
SELECT FROM concert_booking.create_event_partitions() \g /dev/null
CREATE PROCEDURE test.let_time_pass() LANGUAGE plpgsql AS $$
BEGIN
	TRUNCATE concert_booking.booking_events;
	ALTER TABLE concert_booking.concert_schedules DISABLE TRIGGER update_concert_schedules_updated_at;
	UPDATE concert_booking.concert_schedules SET updated_at = '2020-01-01';
	ALTER TABLE concert_booking.concert_schedules ENABLE TRIGGER update_concert_schedules_updated_at;
END
$$;
-- the figures of a schedule are wrong, and nothing tells when they became so
CREATE PROCEDURE test.spoil(VARIADIC numbers integer[]) LANGUAGE sql AS $$
	ALTER TABLE concert_booking.concert_schedules DISABLE TRIGGER update_concert_schedules_updated_at;
	UPDATE concert_booking.concert_schedules SET total_seats = total_seats + 1 WHERE id = ANY (SELECT test.schedule(n) FROM unnest(numbers) n);
	ALTER TABLE concert_booking.concert_schedules ENABLE TRIGGER update_concert_schedules_updated_at;
$$;
CREATE VIEW pg_temp.wrong AS
SELECT right(d.schedule_id::text, 1) AS schedule, d.measure, d.stored, d.counted FROM concert_booking.availability_drift() d ORDER BY 1, 2;

-- the first run looks at everything
CALL test.spoil(2);
CALL concert_booking.run_upkeep();
SELECT * FROM pg_temp.wrong;
SELECT counted_until < finished_at AS is_noted, run_started_at, last_schedule_id FROM concert_booking.upkeep_progress;

-- what was changed today is looked at again tomorrow, and then no more
CALL concert_booking.run_upkeep();
CALL test.let_time_pass();
CALL concert_booking.run_upkeep();

-- a sale, a change of seats by hand, and what a burst has left pending are changes
SELECT status FROM concert_booking.book_seats(test.seats('A-1'), test.booker('alice'));
CALL test.spoil(1);
CALL concert_booking.run_upkeep();
CALL test.let_time_pass();
UPDATE concert_booking.seats SET price = 130000 WHERE id = test.seat('A-1', 2);
CALL concert_booking.run_upkeep();
CALL test.let_time_pass();
INSERT INTO concert_booking.availability_changes (concert_schedule_id, available_change) VALUES (test.schedule(2), 1);
CALL concert_booking.run_upkeep();
CALL test.let_time_pass();

-- what was written past the triggers leaves no trace: check_integrity() tells, reconcile_availability() repairs
CALL test.spoil(1);
CALL concert_booking.run_upkeep();
SELECT invariant, detail FROM concert_booking.check_integrity();
SELECT measure, stored, counted FROM concert_booking.reconcile_availability();
CALL test.let_time_pass();

-- popularity: the concert that sold, and nobody else's
SELECT popularity, counted_bookings FROM concert_booking.concerts;
INSERT INTO concert_booking.concerts (id, venue_id, title, counted_bookings)
VALUES ('c0000000-0000-7000-8000-000000000002', '0e000000-0000-7000-8000-000000000001', 'By hand', 7);
SELECT status FROM concert_booking.book_seats(test.seats('A-2'), test.booker('bob'));
CALL concert_booking.run_upkeep();
SELECT title, popularity, counted_bookings FROM concert_booking.concerts ORDER BY title;
SELECT * FROM concert_booking.refresh_popularity();
DELETE FROM concert_booking.concerts WHERE title = 'By hand';

\set SHOW_CONTEXT never
-- a schedule that cannot be repaired: the others are, and the run fails
CREATE FUNCTION test.no_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION USING ERRCODE = TG_ARGV[0], MESSAGE = 'hands off'; END $$;
CREATE TRIGGER no_change BEFORE UPDATE ON concert_booking.concert_schedules
FOR EACH ROW WHEN (old.id = '5c000000-0000-7000-8000-000000000001') EXECUTE FUNCTION test.no_change('P0001');
ALTER TABLE concert_booking.concert_schedules DISABLE TRIGGER no_change;
CALL test.spoil(1);
UPDATE concert_booking.concert_schedules SET total_seats = total_seats + 1;
ALTER TABLE concert_booking.concert_schedules ENABLE TRIGGER no_change;
SET log_min_messages = error;
CALL concert_booking.run_upkeep();
RESET log_min_messages;
SELECT * FROM pg_temp.wrong;
-- the next run looks as far back
DROP TRIGGER no_change ON concert_booking.concert_schedules;
CALL concert_booking.run_upkeep();
SELECT * FROM pg_temp.wrong;

-- broken off at schedule 270 of the 300 that have changed: the first batch stays, and the next run goes on behind it
CALL test.let_time_pass();
INSERT INTO concert_booking.concert_schedules (id, concert_id, concert_date, concert_time)
SELECT ('5d000000-0000-7000-8000-000000000' || to_char(n, 'FM000'))::uuid, test.concert(), date '2040-07-01' + n, '19:00' FROM generate_series(1, 300) n;
UPDATE concert_booking.concert_schedules SET total_seats = 1 WHERE id::text LIKE '5d%0';
CREATE TRIGGER no_change BEFORE UPDATE ON concert_booking.concert_schedules
FOR EACH ROW WHEN (old.id = '5d000000-0000-7000-8000-000000000270') EXECUTE FUNCTION test.no_change('57014');
CALL concert_booking.run_upkeep();
SELECT count(DISTINCT schedule_id) AS left, min(schedule_id::text) AS first FROM concert_booking.availability_drift();
SELECT run_started_at > counted_until AS is_open, last_schedule_id FROM concert_booking.upkeep_progress;
DROP TRIGGER no_change ON concert_booking.concert_schedules;
CALL concert_booking.run_upkeep();
SELECT * FROM pg_temp.wrong;
SELECT run_started_at, last_schedule_id FROM concert_booking.upkeep_progress;

-- a run that another one has overtaken notes nothing in the other's name: neither where none is under way any more ...
SELECT b.run_started_at AS a_started, b.schedule_ids AS a_ids FROM concert_booking.begin_upkeep() b \gset
CALL concert_booking.run_upkeep();
SELECT * FROM concert_booking.recount_schedules(:'a_started', :'a_ids');
SELECT run_started_at, last_schedule_id FROM concert_booking.upkeep_progress;
-- ... nor where the next has begun
SELECT b.run_started_at AS c_started FROM concert_booking.begin_upkeep() b \gset
SELECT * FROM concert_booking.recount_schedules(:'a_started', :'a_ids');
SELECT concert_booking.finish_upkeep(:'a_started', true) \g /dev/null
SELECT run_started_at = :'c_started' AS goes_on, counted_until < run_started_at AS is_to_do, last_schedule_id FROM concert_booking.upkeep_progress;
CALL concert_booking.run_upkeep();
-- what such a run of an earlier version has left is not believed
UPDATE concert_booking.upkeep_progress SET last_schedule_id = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
CALL concert_booking.run_upkeep();

-- broken off behind a schedule that could not be repaired: the next run begins with that one again, and tells it
CALL test.let_time_pass();
UPDATE concert_booking.concert_schedules SET total_seats = (id::text LIKE '%0')::integer WHERE id::text LIKE '5d%';
CREATE TRIGGER no_change BEFORE UPDATE ON concert_booking.concert_schedules
FOR EACH ROW WHEN (old.id = '5d000000-0000-7000-8000-000000000100') EXECUTE FUNCTION test.no_change('P0001');
CREATE TRIGGER no_change_either BEFORE UPDATE ON concert_booking.concert_schedules
FOR EACH ROW WHEN (old.id = '5d000000-0000-7000-8000-000000000270') EXECUTE FUNCTION test.no_change('57014');
SET log_min_messages = error;
CALL concert_booking.run_upkeep();
DROP TRIGGER no_change_either ON concert_booking.concert_schedules;
CALL concert_booking.run_upkeep();
RESET log_min_messages;
SELECT * FROM pg_temp.wrong;
DROP TRIGGER no_change ON concert_booking.concert_schedules;
CALL concert_booking.run_upkeep();
SELECT * FROM pg_temp.wrong;

-- it commits as it goes, so it cannot be called inside a transaction
BEGIN;
\set VERBOSITY sqlstate
CALL concert_booking.run_upkeep();
ROLLBACK;
\set VERBOSITY default
\t on
SELECT test.raises('CALL concert_booking.run_upkeep(NULL)');
SELECT test.raises($$CALL concert_booking.run_upkeep('-1 day')$$);
SELECT test.raises($$CALL concert_booking.run_upkeep('300000 years')$$);
\t off
SELECT * FROM concert_booking.check_integrity();
DROP PROCEDURE test.let_time_pass, test.spoil;
DROP FUNCTION test.no_change;

-- nothing of a caller's search_path is run with the owner's rights
CREATE SCHEMA evil;
CREATE FUNCTION evil.same(integer, integer) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE 'ran as %', current_user; RETURN true; END $$;
CREATE OPERATOR evil.= (LEFTARG = integer, RIGHTARG = integer, FUNCTION = evil.same);
SET search_path = evil, pg_catalog;
CALL concert_booking.run_upkeep();
RESET search_path;
DROP SCHEMA evil CASCADE;
