/*
 * Housekeeping by pg_cron: sweep lapsed holds, fold availability, popularity,
 * upkeep.
 * Nothing depends on it for its truth: a lapsed seat can be held, and the
 * availability shown is exact, whether or not a job has run.
 */

/*
 * sweep_holds(batch_size, max_batches) - expire_holds() until nothing is left,
 * then expire_bookings() until nothing is left.
 *
 * Each batch is a transaction of its own, so that a buyer waits for one batch
 * at most. A procedure: CALL it outside a transaction.
 * Arguments: batch_size, 1 to 1,000,000; max_batches, 1 to 1,000,000, the end
 * of a run under an endless stream of lapsing holds, and of bookings.
 * Tables written: as expire_holds() and expire_bookings(). Errors: 22004, 22023,
 * 2D000 (called inside a transaction). Source: A 5.2.2.
 *
 * No SET clause: PostgreSQL allows no COMMIT then. Every name is qualified.
 */
CREATE PROCEDURE concert_booking.sweep_holds(
	batch_size integer DEFAULT 1000,
	max_batches integer DEFAULT 100)
LANGUAGE plpgsql
AS $fn$
DECLARE
	swept pg_catalog.int4;
BEGIN
	PERFORM concert_booking.check_range('batch_size', batch_size, 1, 1000000);
	PERFORM concert_booking.check_range('max_batches', max_batches, 1, 1000000);
	FOR batch IN 1 .. max_batches LOOP
		SELECT e.expired_holds INTO swept
		FROM concert_booking.expire_holds(sweep_holds.batch_size) e;
		COMMIT;
		EXIT WHEN swept OPERATOR(pg_catalog.<) batch_size;
	END LOOP;
	FOR batch IN 1 .. max_batches LOOP
		SELECT e.expired_bookings INTO swept
		FROM concert_booking.expire_bookings(sweep_holds.batch_size) e;
		COMMIT;
		EXIT WHEN swept OPERATOR(pg_catalog.<) batch_size;
	END LOOP;
END
$fn$;
COMMENT ON PROCEDURE concert_booking.sweep_holds(integer, integer) IS
	'Sweep lapsed holds, then bookings that were not paid in time, batch by batch until none is left; run by pg_cron, see schedule_jobs().';

/*
 * jobs() - what schedule_jobs() registers. Internal.
 *
 * Arguments: seconds_known, whether the scheduler takes '10 seconds'.
 * Returns: job_name, schedule, command. Tables written: none. Errors: none.
 */
CREATE FUNCTION concert_booking.jobs(seconds_known boolean)
RETURNS TABLE (job_name text, schedule text, command text)
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
	VALUES ('concert_booking sweep', CASE WHEN seconds_known THEN '10 seconds' ELSE '* * * * *' END,
			'CALL concert_booking.sweep_holds()'),
		   ('concert_booking fold', '* * * * *',
			'SELECT concert_booking.fold_pending_availability()'),
		   ('concert_booking popularity', '*/5 * * * *',
			'SELECT concert_booking.refresh_popularity(''15 minutes'')'),
		   ('concert_booking upkeep', '17 3 * * *',
			'SELECT concert_booking.run_upkeep()')
$fn$;
COMMENT ON FUNCTION concert_booking.jobs(boolean) IS
	'Internal: the jobs that schedule_jobs() registers.';

/*
 * run_upkeep(keep_runs) - the daily housekeeping.
 *
 * Makes the coming months' partitions of the event log, recounts the seats of
 * all schedules and repairs what differs (nothing should), brings the popularity
 * of all concerts up to date, and deletes the run records of these jobs that
 * pg_cron keeps for ever otherwise; other jobs' records are left alone. Where
 * pg_cron is in another database, nothing is deleted; see schedule_jobs().
 * Arguments: keep_runs, how long run records are kept, 0 or longer. Returns:
 * how many partitions were made, figures repaired and run records deleted.
 * Tables written: booking_events (partitions), as reconcile_availability() and
 * refresh_popularity(), cron.job_run_details.
 * Errors: 22004, 22023. Source: A 6.2, 6.3; B upkeep.
 */
CREATE FUNCTION concert_booking.run_upkeep(
	keep_runs interval DEFAULT '7 days',
	OUT created_partitions integer,
	OUT repaired_figures integer,
	OUT deleted_runs integer)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
AS $fn$
BEGIN
	PERFORM concert_booking.require_tables();
	IF keep_runs IS NULL THEN
		PERFORM concert_booking.refuse_null('keep_runs');
	ELSIF keep_runs < interval '0' THEN
		PERFORM concert_booking.refuse_value('keep_runs', 'Use an interval of 0 or longer.');
	END IF;
	SELECT count(*) INTO repaired_figures FROM concert_booking.reconcile_availability();
	PERFORM concert_booking.refresh_popularity();
	PERFORM concert_booking.validate_bounds();
	PERFORM concert_booking.validate_statuses();
	deleted_runs := 0;
	/* By the extension, not by the name: anybody could make a schema cron. */
	IF EXISTS (SELECT FROM pg_extension e WHERE e.extname = 'pg_cron') THEN
		/* A run that never got a connection has no time, only a number. */
		DELETE FROM cron.job_run_details d
		WHERE d.database = current_database()
		  AND d.command IN (SELECT j.command FROM concert_booking.jobs(false) j)
		  AND d.status IN ('succeeded', 'failed')
		  AND d.runid <= (SELECT max(o.runid) FROM cron.job_run_details o
						  WHERE o.start_time < clock_timestamp() - keep_runs);
		GET DIAGNOSTICS deleted_runs = ROW_COUNT;
	END IF;
	/* Last: what it locks stays locked until the end of the transaction. */
	created_partitions := concert_booking.create_event_partitions();
END
$fn$;
COMMENT ON FUNCTION concert_booking.run_upkeep(interval) IS
	'Daily housekeeping: partitions of the event log, recount, popularity, old run records of these jobs.
Run by pg_cron, see schedule_jobs().';

/*
 * require_cron(hint_lines) - refuse where pg_cron is not. Internal.
 *
 * Arguments: lines, SQL that does the same from pg_cron's own database.
 * Returns: nothing. Tables written: none. Errors: 55000.
 */
CREATE FUNCTION concert_booking.require_cron(lines text)
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	IF NOT EXISTS (SELECT FROM pg_extension e WHERE e.extname = 'pg_cron') THEN
		PERFORM concert_booking.refuse('55000', 'pg_cron is not in this database',
			format('pg_cron lives in one database of a server, %s; this database is "%s".',
				   coalesce('"' || current_setting('cron.database_name', true) || '" (cron.database_name)',
							'and this server has not loaded it (shared_preload_libraries)'),
				   current_database()),
			'If it is to live in this one, run CREATE EXTENSION pg_cron. Else run in that one, as a superuser:' || lines);
	END IF;
END
$fn$;
COMMENT ON FUNCTION concert_booking.require_cron(text) IS
	'Internal: refuse where pg_cron is not.';

/*
 * warn_of_cron_settings() - warn where pg_cron is set up so that the jobs may not
 * run, or fail. Internal.
 *
 * It looks at what the owner may see (pg_settings), so it says nothing where it
 * sees nothing. Without background workers pg_cron logs in for each run, which
 * a stock server refuses; a run that has succeeded since the server started, with
 * the settings that it has now, proves that this one does not. Returns: nothing. Tables written: none. Errors: none, only warnings.
 */
CREATE FUNCTION concert_booking.warn_of_cron_settings()
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
DECLARE
	problem record;
BEGIN
	FOR problem IN
		SELECT p.detail, p.hint
		FROM pg_settings s
		JOIN (VALUES
			('cron.use_background_workers', 'off', true,
			 'pg_cron logs in for each run (cron.use_background_workers is off). Where that needs a password, every run fails with "connection failed".',
			 'Set cron.use_background_workers = on and restart the server.'),
			('cron.database_name', current_database()::text, false,
			 format('pg_cron runs the jobs of another database (cron.database_name) than "%s".', current_database()),
			 format('Set cron.database_name = %L and restart the server.', current_database())),
			('cron.launch_active_jobs', 'off', true,
			 'pg_cron starts no job (cron.launch_active_jobs is off).',
			 'Set cron.launch_active_jobs = on and reload the server''s settings.'),
			('cron.log_run', 'off', true,
			 'pg_cron keeps no record of runs (cron.log_run is off), so that check_integrity() cannot tell of jobs that fail.',
			 'Set cron.log_run = on and restart the server.'))
			AS p (name, value, is_wrong, detail, hint)
		  ON p.name = s.name AND (p.value = s.setting) = p.is_wrong
		WHERE s.name <> 'cron.use_background_workers'
		   OR NOT EXISTS (
				SELECT FROM cron.job_run_details d
				WHERE d.database = current_database() AND d.username = current_user
				  AND d.command IN (SELECT j.command FROM concert_booking.jobs(false) j)
				  AND d.status = 'succeeded' AND d.start_time > pg_postmaster_start_time())
		ORDER BY p.name
	LOOP
		RAISE WARNING USING MESSAGE = 'pg_cron is not set up for these jobs',
			DETAIL = problem.detail, HINT = problem.hint;
	END LOOP;
END
$fn$;
COMMENT ON FUNCTION concert_booking.warn_of_cron_settings() IS
	'Internal: warn where pg_cron is set up so that the jobs may not run, or fail.';

/*
 * schedule_jobs() - register the housekeeping with pg_cron.
 *
 * The sweep runs every ten seconds where the installed pg_cron knows seconds
 * (1.5), else every minute; the fold every minute; popularity every five
 * minutes; upkeep once a day. The jobs
 * run as the owner of this function. A second call changes nothing;
 * after an update of pg_cron it picks the finer schedule. A job that was
 * switched off (cron.alter_job) stays off. Settings of pg_cron that would keep
 * the jobs from running are told in warnings; whether they do run, check_integrity()
 * tells.
 * Returns: the jobs: job_name, schedule, command. Tables written: cron.job.
 * Errors: 55000 (no pg_cron in this database; HINT: what to run in the one that
 * has it). Source: A 5.2.2.
 */
CREATE FUNCTION concert_booking.schedule_jobs()
RETURNS TABLE (job_name text, schedule text, command text)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
#variable_conflict use_column
DECLARE
	seconds_known boolean;
	job record;
BEGIN
	PERFORM concert_booking.require_cron(
		(SELECT string_agg(format(E'\nSELECT cron.schedule_in_database(%L, %L, %L, %L);',
					format('%s (%s)', j.job_name, current_database()), j.schedule, j.command, current_database()), '')
				|| format(E'\nSELECT cron.schedule(%L, %L, %L);',
					format('concert_booking purge (%s)', current_database()), '41 3 * * *',
					format('DELETE FROM cron.job_run_details WHERE database = %L AND command LIKE %L AND end_time < now() - interval %L',
						   current_database(), '%concert_booking.%', '7 days'))
		 FROM concert_booking.jobs(false) j));

	SELECT (regexp_match(e.extversion, '^(\d+)\.(\d+)'))::integer[] >= '{1,5}' INTO seconds_known
	FROM pg_extension e WHERE e.extname = 'pg_cron';

	FOR job IN SELECT * FROM concert_booking.jobs(coalesce(seconds_known, false)) LOOP
		/* A job of this name for another database: this one was renamed or copied. */
		PERFORM cron.unschedule(j.jobid) FROM cron.job j
		WHERE j.jobname = job.job_name AND j.username = current_user
		  AND j.database <> current_database();
		IF NOT EXISTS (SELECT FROM cron.job j
					   WHERE j.jobname = job.job_name AND j.username = current_user
						 AND j.schedule = job.schedule AND j.command = job.command) THEN
			PERFORM cron.schedule(job.job_name, job.schedule, job.command);
		END IF;
		job_name := job.job_name;
		schedule := job.schedule;
		command := job.command;
		RETURN NEXT;
	END LOOP;
	PERFORM concert_booking.warn_of_cron_settings();
END
$fn$;
COMMENT ON FUNCTION concert_booking.schedule_jobs() IS
	'Register the housekeeping with pg_cron: sweep, fold and upkeep.
Warns where pg_cron''s settings would keep it from running. A second call changes nothing. Without pg_cron in this database, the error''s hint tells what to run where it is.';

/*
 * unschedule_jobs() - take the housekeeping out of pg_cron. Run it before DROP
 * EXTENSION.
 *
 * Returns: how many jobs were removed. Tables written: cron.job.
 * Errors: 55000 (no pg_cron in this database). Source: A 5.2.2.
 */
CREATE FUNCTION concert_booking.unschedule_jobs(OUT removed_jobs integer)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	PERFORM concert_booking.require_cron(
		format(E'\nSELECT cron.unschedule(jobid) FROM cron.job WHERE jobname LIKE %L;',
			   format('concert_booking %% (%s)', current_database())));
	SELECT count(cron.unschedule(j.jobid)) INTO removed_jobs
	FROM cron.job j
	WHERE j.jobname IN (SELECT n.job_name FROM concert_booking.jobs(false) n)
	  AND j.username = current_user;
END
$fn$;
COMMENT ON FUNCTION concert_booking.unschedule_jobs() IS
	'Take the housekeeping out of pg_cron. Returns how many jobs were removed.';
