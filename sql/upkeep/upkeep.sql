/*
 * The daily housekeeping. It looks at what has changed since it was there last,
 * and commits as it goes: whoever comes between two of its batches waits for one of
 * them at most.
 */

/*
 * run_upkeep(keep_runs) - the daily housekeeping.
 *
 * Makes the coming months' partitions of the event log; recounts the seats of the
 * schedules that can have changed and repairs what differs (nothing should); brings
 * the popularity of their concerts up to date; does what create_tables() has
 * left for a quiet hour; and deletes the run records of these jobs that pg_cron
 * keeps for ever otherwise. Other jobs' records are left alone; where pg_cron is in
 * another database, nothing is deleted: see schedule_jobs().
 *
 * What can have changed: a schedule whose row, event log or slots were written since
 * the last complete run began, and for a day before that, because a transaction
 * shows up late. That is enough: totals, availability and prices change only in a
 * transaction that writes one of the three, whether it is a sale, an operator's call
 * or a statement by hand, whose triggers follow it. What leaves no trace has
 * switched the triggers off: check_integrity() finds that, and
 * reconcile_availability() without an argument recounts everything. The first run
 * does so too. A schedule whose repair fails is told in a warning and left; the
 * others are done, and then the run fails.
 *
 * A procedure: CALL it outside a transaction. It can be interrupted at any moment:
 * the next run goes on behind the last batch, or before the first one with a schedule
 * that could not be repaired. A second one beside it leaves at once, with a notice.
 * Locking: none while it counts; of a schedule that differs, its row. A run's
 * batches are kept apart by an advisory lock.
 * Arguments: keep_runs, how long run records are kept, 0 to 1000 years. The others are
 * results: how many partitions were made, schedules recounted, figures repaired,
 * concerts brought up to date, run records deleted.
 * Tables written: upkeep_progress, booking_events (partitions), as
 * reconcile_availability() and refresh_popularity(), cron.job_run_details.
 * Errors: 22004, 22023, 2D000 (called inside a transaction), 55000 (a schedule could
 * not be counted). Source: A 6.2, 6.3; B upkeep.
 *
 * No SET clause: PostgreSQL allows no COMMIT then. Every name is qualified.
 */
CREATE PROCEDURE concert_booking.run_upkeep(
	keep_runs interval DEFAULT '7 days',
	INOUT created_partitions integer DEFAULT NULL,
	INOUT recounted_schedules integer DEFAULT NULL,
	INOUT repaired_figures integer DEFAULT NULL,
	INOUT refreshed_concerts integer DEFAULT NULL,
	INOUT deleted_runs integer DEFAULT NULL)
LANGUAGE plpgsql
AS $fn$
DECLARE
	batch_size CONSTANT pg_catalog.int4 := 200;
	ids pg_catalog.uuid[];
	id pg_catalog.uuid;
	last_id pg_catalog.uuid;
	batch pg_catalog.uuid[] := ARRAY[]::pg_catalog.uuid[];
	counted pg_catalog.record;
	failed_schedules pg_catalog.int4 := 0;
	is_overtaken pg_catalog.bool;
	is_over pg_catalog.bool;
	filled_id pg_catalog.uuid;
	since pg_catalog.timestamptz;
	started_at pg_catalog.timestamptz;
BEGIN
	PERFORM concert_booking.require_tables();
	PERFORM concert_booking.check_keep_runs(keep_runs);
	created_partitions := 0;
	recounted_schedules := 0;
	repaired_figures := 0;
	refreshed_concerts := 0;
	deleted_runs := 0;

	IF NOT concert_booking.claim_upkeep() THEN
		RETURN;
	END IF;
	created_partitions := concert_booking.create_event_partitions();
	COMMIT;

	IF NOT concert_booking.claim_upkeep() THEN
		RETURN;
	END IF;
	SELECT b.run_started_at, b.since, b.schedule_ids, b.last_id INTO started_at, since, ids, last_id
	FROM concert_booking.begin_upkeep() b;
	COMMIT;
	FOREACH id IN ARRAY ids LOOP
		batch := pg_catalog.array_append(batch, id);
		IF pg_catalog.cardinality(batch) OPERATOR(pg_catalog.>=) batch_size OR id OPERATOR(pg_catalog.=) last_id THEN
			IF NOT concert_booking.claim_upkeep() THEN
				RETURN;
			END IF;
			SELECT r.repaired_figures, r.failed_schedules INTO counted
			FROM concert_booking.recount_schedules(started_at, batch, failed_schedules OPERATOR(pg_catalog.=) 0) r;
			recounted_schedules := recounted_schedules OPERATOR(pg_catalog.+) pg_catalog.cardinality(batch);
			repaired_figures := repaired_figures OPERATOR(pg_catalog.+) counted.repaired_figures;
			failed_schedules := failed_schedules OPERATOR(pg_catalog.+) counted.failed_schedules;
			batch := '{}';
			COMMIT;
		END IF;
	END LOOP;

	IF NOT concert_booking.claim_upkeep() THEN
		RETURN;
	END IF;
	ids := concert_booking.popularity_changes(since);
	COMMIT;
	CALL concert_booking.refresh_in_batches(ids, NULL, true, refreshed_concerts, is_overtaken);
	IF is_overtaken THEN
		RETURN;
	END IF;

	/* Quick where there is nothing to do, and each needs a lock of its own. */
	FOR step IN 1 .. 5 LOOP
		IF NOT concert_booking.claim_upkeep() THEN
			RETURN;
		END IF;
		/* no CASE step WHEN 1: its operator would be looked for by the caller's search_path */
		IF step OPERATOR(pg_catalog.=) 1 THEN
			PERFORM concert_booking.validate_bounds();
		ELSIF step OPERATOR(pg_catalog.=) 2 THEN
			PERFORM concert_booking.validate_statuses();
		ELSIF step OPERATOR(pg_catalog.=) 3 THEN
			PERFORM concert_booking.drop_interest_marks();
		ELSIF step OPERATOR(pg_catalog.=) 4 THEN
			PERFORM concert_booking.fill_prices();
		ELSE
			deleted_runs := concert_booking.delete_run_records(keep_runs);
		END IF;
		COMMIT;
	END LOOP;

	LOOP
		IF NOT concert_booking.claim_upkeep() THEN
			RETURN;
		END IF;
		SELECT f.last_id, f.is_over INTO filled_id, is_over FROM concert_booking.fill_schedules(filled_id) f;
		COMMIT;
		EXIT WHEN is_over;
	END LOOP;

	IF NOT concert_booking.claim_upkeep() THEN
		RETURN;
	END IF;
	PERFORM concert_booking.finish_upkeep(started_at, failed_schedules OPERATOR(pg_catalog.=) 0);
	COMMIT;
	IF failed_schedules OPERATOR(pg_catalog.>) 0 THEN
		PERFORM concert_booking.refuse('55000', 'some schedules could not be counted',
			pg_catalog.format('Their number is %s. All others are counted.', failed_schedules),
			'The warnings before this say which and why. Correct it, and run it again.');
	END IF;
END
$fn$;
COMMENT ON PROCEDURE concert_booking.run_upkeep(interval, integer, integer, integer, integer, integer) IS
	'Daily housekeeping: partitions of the event log, a recount of what can have changed, popularity, old run records of these jobs.
Commits as it goes, can be interrupted, and goes on where it was. Run by pg_cron, see schedule_jobs().';

/*
 * check_keep_runs(keep_runs) - 22004 or 22023 where it is no span of time. Internal.
 */
CREATE FUNCTION concert_booking.check_keep_runs(keep_runs interval)
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	IF keep_runs IS NULL THEN
		PERFORM concert_booking.refuse_null('keep_runs');
	ELSIF keep_runs < interval '0' OR keep_runs > interval '1000 years' THEN
		PERFORM concert_booking.refuse_value('keep_runs', 'Use an interval of 0 to 1000 years.');
	END IF;
END
$fn$;
COMMENT ON FUNCTION concert_booking.check_keep_runs(interval) IS
	'Internal: refuse what is no span of time.';

/*
 * claim_upkeep() - whether this transaction is the one that does the upkeep; a notice
 * where it is not. Internal: each transaction of run_upkeep() begins with it.
 *
 * The lock ends with the transaction, so an error, a lost client or a pooler leaves
 * none behind. Where another run takes it between two batches, that one goes on with
 * the next batch, and this one leaves.
 */
CREATE FUNCTION concert_booking.claim_upkeep()
RETURNS boolean
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	IF pg_try_advisory_xact_lock(hashtextextended('concert_booking.run_upkeep', 0)) THEN
		RETURN true;
	END IF;
	RAISE NOTICE 'upkeep is running already' USING HINT = 'There is nothing to do.';
	RETURN false;
END
$fn$;
COMMENT ON FUNCTION concert_booking.claim_upkeep() IS
	'Internal: whether this transaction is the one that does the upkeep.';

/*
 * begin_upkeep() - a run begins, or the one that was broken off goes on. Internal: a
 * step of run_upkeep().
 *
 * Returns: run_started_at, which names the run to the later steps: where another one has
 * completed it meanwhile, they note nothing; since, from when on changes are looked for,
 * null for all there is; schedule_ids, what is to be recounted, ascending; last_id, the
 * last of them.
 * Tables written: upkeep_progress. Errors: none.
 */
CREATE FUNCTION concert_booking.begin_upkeep(
	OUT run_started_at timestamptz,
	OUT since timestamptz,
	OUT schedule_ids uuid[],
	OUT last_id uuid)
LANGUAGE plpgsql VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $fn$
#variable_conflict use_column
DECLARE
	done_until uuid;
BEGIN
	INSERT INTO concert_booking.upkeep_progress (is_only_row, run_started_at) VALUES (true, clock_timestamp())
	ON CONFLICT (is_only_row) DO UPDATE
	SET run_started_at = coalesce(upkeep_progress.run_started_at, excluded.run_started_at),
		last_schedule_id = CASE WHEN upkeep_progress.run_started_at IS NOT NULL THEN upkeep_progress.last_schedule_id END
	RETURNING run_started_at, counted_until - interval '1 day', last_schedule_id
	INTO begin_upkeep.run_started_at, since, done_until;
	schedule_ids := ARRAY(
		SELECT cs.id FROM concert_booking.concert_schedules cs
		WHERE coalesce(cs.id > done_until, true)
		  AND (since IS NULL OR cs.updated_at >= since
			   OR cs.id IN (SELECT e.concert_schedule_id FROM concert_booking.booking_events e WHERE e.occurred_at >= since)
			   OR cs.id IN (SELECT a.concert_schedule_id FROM concert_booking.availability_changes a WHERE a.available_change <> 0))
		ORDER BY cs.id);
	last_id := schedule_ids[cardinality(schedule_ids)];
END
$fn$;
COMMENT ON FUNCTION concert_booking.begin_upkeep() IS
	'Internal: a run of the upkeep begins, or goes on.';

/*
 * recount_schedules(run_started_at, schedule_ids, is_complete) - recount some schedules
 * and repair what differs. Internal: a batch of run_upkeep().
 *
 * Behind a schedule that could not be repaired, how far the run is is not noted any
 * more: another run that goes on with it begins there again, and tells it too.
 * Arguments: is_complete, whether every schedule of this run could be counted so far.
 * Returns: how many figures were repaired, and how many schedules could not be: for
 * each of these there is a WARNING. Tables written: upkeep_progress, as
 * reconcile_availability(). Errors: none.
 */
CREATE FUNCTION concert_booking.recount_schedules(
	run_started_at timestamptz,
	schedule_ids uuid[],
	is_complete boolean DEFAULT true,
	OUT repaired_figures integer,
	OUT failed_schedules integer)
LANGUAGE plpgsql VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
DECLARE
	session_timeout constant text := concert_booking.begin_waits();
	drifting_id uuid;
BEGIN
	repaired_figures := 0;
	failed_schedules := 0;
	FOR drifting_id IN
		SELECT DISTINCT d.schedule_id FROM concert_booking.availability_drift(recount_schedules.schedule_ids) d ORDER BY 1
	LOOP
		BEGIN
			repaired_figures := repaired_figures
				+ (SELECT count(*) FROM concert_booking.reconcile_availability(drifting_id));
		EXCEPTION WHEN OTHERS THEN
			failed_schedules := failed_schedules + 1;
			RAISE WARNING 'a schedule could not be counted'
				USING DETAIL = format('The schedule is "%s": %s (%s).', drifting_id, SQLERRM, SQLSTATE),
					  HINT = format('Run SELECT * FROM concert_booking.reconcile_availability(%L) to see why.', drifting_id);
		END;
	END LOOP;
	UPDATE concert_booking.upkeep_progress u
	SET last_schedule_id = schedule_ids[cardinality(schedule_ids)]
	WHERE u.run_started_at = recount_schedules.run_started_at AND is_complete AND failed_schedules = 0;
	PERFORM concert_booking.end_waits(session_timeout);
END
$fn$;
COMMENT ON FUNCTION concert_booking.recount_schedules(timestamptz, uuid[], boolean) IS
	'Internal: recount some schedules and repair what differs.';

/*
 * finish_upkeep(run_started_at, is_complete) - a run is over. Internal: a step of
 * run_upkeep().
 *
 * Arguments: run_started_at, as begin_upkeep() has told it; where another run has
 * completed that one meanwhile, nothing is noted; is_complete, whether every schedule
 * could be counted; if not, the next run looks as far back as this one.
 * Returns: nothing. Tables written: upkeep_progress. Errors: none.
 */
CREATE FUNCTION concert_booking.finish_upkeep(run_started_at timestamptz, is_complete boolean)
RETURNS void
LANGUAGE sql VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
	UPDATE concert_booking.upkeep_progress u
	SET counted_until = CASE WHEN is_complete THEN u.run_started_at ELSE u.counted_until END,
		finished_at = CASE WHEN is_complete THEN clock_timestamp() ELSE u.finished_at END,
		run_started_at = NULL, last_schedule_id = NULL
	WHERE u.run_started_at = finish_upkeep.run_started_at
$fn$;
COMMENT ON FUNCTION concert_booking.finish_upkeep(timestamptz, boolean) IS
	'Internal: a run of the upkeep is over.';
