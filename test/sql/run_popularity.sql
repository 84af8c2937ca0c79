-- C only: the twin counts no popularity
-- run_popularity(): fifty concerts at a time, each row as it was counted; no batch leaves work in the lists of the search indexes.
\i test/fixtures/world.sql
INSERT INTO concert_booking.concerts (id, venue_id, title, performers, popularity, counted_bookings)
SELECT ('c1000000-0000-7000-8000-000000000' || to_char(n, 'FM000'))::uuid, '0e000000-0000-7000-8000-000000000001', 'Concert ' || n, (SELECT string_agg(md5(n || 'x' || i), ' ') FROM generate_series(1, 10) i), 50, 7
FROM generate_series(1, 130) n;
CREATE FUNCTION pg_temp.uncleaned() RETURNS bigint LANGUAGE sql AS $$
	SELECT sum(gin_clean_pending_list(i.indexrelid)) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am a ON a.oid = c.relam
	WHERE i.indrelid = 'concert_booking.concerts'::regclass AND a.amname = 'gin' $$;
SELECT pg_temp.uncleaned() \g /dev/null
SELECT status FROM concert_booking.book_seats(test.seats('A-1', 'A-2'), test.booker('alice'));

-- what sold lately; then all, in three batches
CALL concert_booking.run_popularity('1 hour');
CALL concert_booking.run_popularity('1 hour');
SELECT pg_temp.uncleaned();
CREATE TABLE test.batches (id uuid, writer xid);
CREATE FUNCTION test.note() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN INSERT INTO test.batches VALUES (new.id, pg_current_xact_id()::xid); RETURN new; END $$;
CREATE TRIGGER note BEFORE UPDATE ON concert_booking.concerts FOR EACH ROW EXECUTE FUNCTION test.note();
CALL concert_booking.run_popularity();
SELECT min(right(id::text, 3)) AS first, max(right(id::text, 3)) AS last, count(*) FROM test.batches GROUP BY writer ORDER BY 1;
SELECT DISTINCT popularity, counted_bookings FROM concert_booking.concerts ORDER BY 1;
SELECT pg_temp.uncleaned();
CALL concert_booking.run_popularity();

-- broken off: what was committed stays, and the next run does the rest
UPDATE concert_booking.concerts SET counted_bookings = 1 WHERE title LIKE 'Concert%';
CREATE FUNCTION test.no_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION USING ERRCODE = '57014', MESSAGE = 'enough'; END $$;
CREATE TRIGGER no_change BEFORE UPDATE ON concert_booking.concerts
FOR EACH ROW WHEN (old.id = 'c1000000-0000-7000-8000-000000000070') EXECUTE FUNCTION test.no_change();
\set SHOW_CONTEXT never
CALL concert_booking.run_popularity();
SELECT counted_bookings, count(*) FROM concert_booking.concerts WHERE title LIKE 'Concert%' GROUP BY 1 ORDER BY 1;
DROP TRIGGER no_change ON concert_booking.concerts;
CALL concert_booking.run_popularity();
SELECT counted_bookings, count(*) FROM concert_booking.concerts WHERE title LIKE 'Concert%' GROUP BY 1 ORDER BY 1;

-- a row that was changed since it was counted is left: whoever changed it may have counted later
SELECT array_agg(n.concert_id) AS ids, array_agg(n.row_version) AS versions, array_agg(n.booking_count + 5) AS counts
FROM concert_booking.count_bookings(ARRAY(SELECT id FROM concert_booking.concerts WHERE popularity < 44 OR id = test.concert()), NULL) n \gset
SELECT concert_id = test.concert() AS is_known, booking_count FROM concert_booking.count_bookings(ARRAY[test.concert(), gen_random_uuid()], NULL);
UPDATE concert_booking.concerts SET description = 'new' WHERE id = test.concert();
SELECT concert_booking.write_popularity(:'ids', :'versions', :'counts');
SELECT popularity, counted_bookings FROM concert_booking.concerts WHERE id = test.concert();

-- each booking is read once, by the index, also where the tables have no statistics yet
INSERT INTO concert_booking.bookings (user_id, concert_schedule_id, booking_number)
SELECT test.booker('bob'), test.schedule(1 + n % 2), 'N-' || n FROM generate_series(1, 3000) n;
BEGIN;
SELECT seq_scan AS scans, idx_tup_fetch AS fetched FROM pg_stat_xact_user_tables WHERE relid = 'concert_booking.bookings'::regclass \gset
SELECT * FROM concert_booking.refresh_popularity('1 hour');
SELECT seq_scan - :scans AS seq_scans, idx_tup_fetch - :fetched AS fetched FROM pg_stat_xact_user_tables WHERE relid = 'concert_booking.bookings'::regclass;
COMMIT;
SELECT popularity, counted_bookings FROM concert_booking.concerts WHERE id = test.concert();

-- several times in one transaction: by the function; the procedure commits as it goes
BEGIN ISOLATION LEVEL REPEATABLE READ;
DELETE FROM concert_booking.bookings WHERE booking_number LIKE 'N-1%';
SELECT * FROM concert_booking.refresh_popularity();
DELETE FROM concert_booking.bookings WHERE booking_number LIKE 'N-%';
SELECT * FROM concert_booking.refresh_popularity();
SELECT * FROM concert_booking.refresh_popularity();
SELECT popularity, counted_bookings FROM concert_booking.concerts WHERE id = test.concert();
\set VERBOSITY sqlstate
CALL concert_booking.run_popularity();
ROLLBACK;
\set VERBOSITY default
SELECT popularity, counted_bookings FROM concert_booking.concerts WHERE id = test.concert();
DELETE FROM concert_booking.bookings WHERE booking_number LIKE 'N-%';
SHOW synchronous_commit;

-- interest that nobody has: no overflow stops the job
SELECT concert_booking.record_interest(test.concert()) \g /dev/null
UPDATE concert_booking.concert_interest SET new_looks = 2147483647, interest = 'infinity', decayed_at = concert_booking.clock();
CALL concert_booking.run_popularity('1 minute');
SELECT new_looks, interest, counted_interest FROM concert_booking.concert_interest;

\t on
SELECT test.raises($$CALL concert_booking.run_popularity('-1 second')$$);
SELECT test.raises($$CALL concert_booking.run_popularity(bookings => '{}')$$);
\t off
-- where a batch has rows locked no index is cleaned, though its list be full; nor is what a run that was broken off leaves: the next run begins with it
CREATE TRIGGER no_change BEFORE UPDATE OF popularity ON concert_booking.concerts
FOR EACH ROW WHEN (old.id IN ('c1000000-0000-7000-8000-000000000099', 'c1000000-0000-7000-8000-000000000130')) EXECUTE FUNCTION test.no_change();
SET gin_pending_list_limit = '64kB';
UPDATE concert_booking.concerts SET counted_bookings = 1 WHERE title LIKE 'Concert%';
SELECT pg_temp.uncleaned() \g /dev/null
CALL concert_booking.run_popularity();
SELECT pg_temp.uncleaned() > 24 AS is_left;
CALL concert_booking.run_popularity();
CALL concert_booking.run_popularity('0 s');
SELECT pg_temp.uncleaned();
-- in one transaction no list grows longer than the server lets it; the next call cleans it, though nothing be left to do
SELECT * FROM concert_booking.refresh_popularity();
SELECT pg_temp.uncleaned() <= 24 AS is_short;
SELECT * FROM concert_booking.refresh_popularity();
SELECT * FROM concert_booking.refresh_popularity('0 s');
SELECT pg_temp.uncleaned();
DROP TRIGGER no_change ON concert_booking.concerts;
RESET gin_pending_list_limit;
UPDATE concert_booking.concerts SET counted_bookings = 1 WHERE title LIKE 'Concert%';
SELECT * FROM concert_booking.refresh_popularity();
SELECT pg_temp.uncleaned();
-- an index of the owner's own is cleaned too
CREATE INDEX of_the_owner ON concert_booking.concerts USING gin (to_tsvector('simple', title));
UPDATE concert_booking.concerts SET counted_bookings = 1 WHERE title LIKE 'Concert%';
CALL concert_booking.run_popularity();
SELECT pg_temp.uncleaned();
DROP INDEX concert_booking.of_the_owner;
DROP TRIGGER note ON concert_booking.concerts;

-- nothing of a caller's search_path is run with the owner's rights
CREATE SCHEMA evil;
CREATE FUNCTION evil.same(integer, integer) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE 'ran as %', current_user; RETURN true; END $$;
CREATE OPERATOR evil.= (LEFTARG = integer, RIGHTARG = integer, FUNCTION = evil.same);
CREATE OPERATOR evil.> (LEFTARG = integer, RIGHTARG = integer, FUNCTION = evil.same);
CREATE FUNCTION evil.same(uuid, uuid) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE 'ran as %', current_user; RETURN true; END $$;
CREATE OPERATOR evil.= (LEFTARG = uuid, RIGHTARG = uuid, FUNCTION = evil.same);
UPDATE concert_booking.concerts SET counted_bookings = 1 WHERE title LIKE 'Concert%';
SET search_path = evil, pg_catalog;
CALL concert_booking.run_popularity();
RESET search_path;
DROP SCHEMA evil CASCADE;
SELECT * FROM concert_booking.check_integrity();
DROP TABLE test.batches;
DROP FUNCTION test.note, test.no_change;
