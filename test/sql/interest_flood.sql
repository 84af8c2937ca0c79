-- record_interest() is for everybody: a flood writes one row, and lifts a concert by 60 a minute at most.
\i test/fixtures/world.sql
CREATE FUNCTION pg_temp.popularity() RETURNS integer LANGUAGE sql AS
$$ SELECT popularity FROM concert_booking.concerts WHERE id = test.concert() $$;
-- the clock stands at the beginning of a minute, so that the flood of each step is within one
CREATE PROCEDURE test.flood(instant timestamptz, calls integer) LANGUAGE plpgsql AS $$
BEGIN
	FOR n IN 1 .. calls LOOP
		CALL test.set_clock(instant);
		PERFORM concert_booking.record_interest(test.concert());
	END LOOP;
END
$$;

BEGIN;
CALL test.flood('2040-05-01 13:00', 10000);
SELECT count(*) AS rows, sum(new_looks) AS looks FROM concert_booking.concert_interest;
SELECT * FROM concert_booking.refresh_popularity('1 hour');
SELECT pg_temp.popularity();

-- a refresh in the middle of a minute does not lift the cap
CALL test.flood('2040-05-01 13:00', 100);
SELECT * FROM concert_booking.refresh_popularity('1 hour');
SELECT pg_temp.popularity();

-- the next minute
CALL test.flood('2040-05-01 13:01', 1000);
SELECT * FROM concert_booking.refresh_popularity('1 hour');
SELECT pg_temp.popularity();

-- a call that counted wrote one version of the row, as the job did each time it found something; the others wrote nothing
SELECT n_tup_ins AS inserted, n_tup_upd AS updated FROM pg_stat_xact_user_tables
WHERE relid = 'concert_booking.concert_interest'::regclass;
COMMIT;
DROP PROCEDURE test.flood;
