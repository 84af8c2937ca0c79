/*
 * Housekeeping by pg_cron: sweep lapsed holds, fold availability, popularity,
 * upkeep, the event log.
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
			'CALL concert_booking.run_popularity(''15 minutes'')'),
		   ('concert_booking upkeep', '17 3 * * *',
			'CALL concert_booking.run_upkeep()'),
		   ('concert_booking log', '47 3 * * *',
			'SELECT concert_booking.purge_events()')
$fn$;
COMMENT ON FUNCTION concert_booking.jobs(boolean) IS
	'Internal: the jobs that schedule_jobs() registers.';

/*
 * job_commands() - the commands of jobs(), and what became of those of 0.1: by its
 * command a run is known as one of ours. Internal.
 *
 * Returns: command; replaced_by, what to run instead of one of 0.1, null for the
 * others. Tables written: none. Errors: none.
 */
CREATE FUNCTION concert_booking.job_commands()
RETURNS TABLE (command text, replaced_by text)
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
	SELECT j.command, NULL FROM concert_booking.jobs(false) j
	UNION ALL
	VALUES ('SELECT concert_booking.run_upkeep()', 'CALL concert_booking.run_upkeep()'),
		   ('SELECT concert_booking.refresh_popularity(''15 minutes'')', 'CALL concert_booking.run_popularity(''15 minutes'')')
$fn$;
COMMENT ON FUNCTION concert_booking.job_commands() IS
	'Internal: the commands of the jobs, those of 0.1 too.';

/*
 * sees_cron() - whether pg_cron is in this database and its jobs and runs can be
 * read by the caller. Internal.
 *
 * By the extension, not by the name: anybody could make a schema cron.
 */
CREATE FUNCTION concert_booking.sees_cron()
RETURNS boolean
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
	SELECT EXISTS (SELECT FROM pg_extension e WHERE e.extname = 'pg_cron')
		AND coalesce(has_schema_privilege(to_regnamespace('cron'), 'USAGE')
			AND has_table_privilege(to_regclass('cron.job'), 'SELECT')
			AND has_table_privilege(to_regclass('cron.job_run_details'), 'SELECT'), false)
$fn$;
COMMENT ON FUNCTION concert_booking.sees_cron() IS
	'Internal: whether pg_cron is in this database and can be read.';

/*
 * delete_run_records(keep_runs) - the records of our jobs' runs that are older.
 * Internal: a step of run_upkeep().
 *
 * Returns: how many. Tables written: cron.job_run_details. Errors: none.
 */
CREATE FUNCTION concert_booking.delete_run_records(
	keep_runs interval,
	OUT deleted_runs integer)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
AS $fn$
BEGIN
	deleted_runs := 0;
	IF EXISTS (SELECT FROM pg_extension e WHERE e.extname = 'pg_cron') THEN
		/* A run that never got a connection has no time, only a number. */
		DELETE FROM cron.job_run_details d
		WHERE d.database = current_database()
		  AND d.command IN (SELECT c.command FROM concert_booking.job_commands() c)
		  AND d.status IN ('succeeded', 'failed')
		  AND d.runid <= (SELECT max(o.runid) FROM cron.job_run_details o
						  WHERE o.start_time < clock_timestamp() - keep_runs);
		GET DIAGNOSTICS deleted_runs = ROW_COUNT;
	END IF;
END
$fn$;
COMMENT ON FUNCTION concert_booking.delete_run_records(interval) IS
	'Internal: delete old records of the jobs'' runs.';

/*
 * correct_jobs() - jobs of 0.1 whose command is another one now. Internal: a step of
 * create_tables(); schedule_jobs() does the same.
 *
 * A job keeps its name, its schedule and whether it is switched on.
 * Returns: nothing. Tables written: cron.job. Errors: none.
 */
CREATE FUNCTION concert_booking.correct_jobs()
RETURNS void
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	IF concert_booking.sees_cron() THEN
		PERFORM cron.schedule(j.jobname, j.schedule, c.replaced_by)
		FROM cron.job j
		JOIN concert_booking.job_commands() c ON c.command = j.command AND c.replaced_by IS NOT NULL
		WHERE j.database = current_database() AND j.username = current_user AND j.jobname IS NOT NULL;
	END IF;
END
$fn$;
COMMENT ON FUNCTION concert_booking.correct_jobs() IS
	'Internal: jobs of 0.1 whose command is another one now.';

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
				  AND d.command IN (SELECT j.command FROM concert_booking.job_commands() j)
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
 * minutes; upkeep and the purge of the event log once a day. The jobs
 * run as the owner of this function. A second call changes nothing;
 * after an update of pg_cron it picks the finer schedule, after one of this
 * extension the new commands. A job that was
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
	PERFORM concert_booking.correct_jobs();
	PERFORM concert_booking.warn_of_cron_settings();
END
$fn$;
COMMENT ON FUNCTION concert_booking.schedule_jobs() IS
	'Register the housekeeping with pg_cron: sweep, fold, popularity, upkeep and the purge of the event log.
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
