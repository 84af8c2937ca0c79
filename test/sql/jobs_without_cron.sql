-- Without pg_cron in this database, schedule_jobs() says what to run where it is.
\i test/fixtures/world.sql

SELECT test.raises('SELECT * FROM concert_booking.schedule_jobs()');
SELECT test.raises('SELECT concert_booking.unschedule_jobs()');

-- upkeep runs all the same
TRUNCATE concert_booking.upkeep_progress;
CALL concert_booking.run_upkeep();

-- a schema cron that is not pg_cron's is left alone
CREATE SCHEMA cron;
CREATE TABLE cron.job_run_details (runid bigint, status text, database text, command text, start_time timestamptz);
INSERT INTO cron.job_run_details
VALUES (1, 'succeeded', current_database(), 'CALL concert_booking.run_upkeep()', '2020-01-01');
CALL concert_booking.run_upkeep('0');
SELECT count(*) FROM cron.job_run_details;
SELECT split_part(test.raises('SELECT concert_booking.unschedule_jobs()'), E'\n', 1);
DROP SCHEMA cron CASCADE;
