-- Without pg_cron in this database, schedule_jobs() says what to run where it is.
\i test/fixtures/world.sql

SELECT test.raises('SELECT * FROM concert_booking.schedule_jobs()');
SELECT test.raises('SELECT concert_booking.unschedule_jobs()');

-- upkeep runs all the same
SELECT * FROM concert_booking.run_upkeep();
SELECT test.raises('SELECT concert_booking.run_upkeep(NULL)');
SELECT test.raises($$SELECT concert_booking.run_upkeep('-1 day')$$);
