/*
 * Figures for monitoring: what somebody who is woken at night wants to see.
 * deploy/monitoring reads them for Prometheus; docs/operations.md says what each
 * one means.
 */

/*
 * metrics() - what goes on: one row a figure.
 *
 * Cheap enough to be asked every few seconds: it reads the holds, an index of the
 * pending bookings, a minute of the event log, the refunds that are due, and of
 * pg_cron's records the newest 100,000. It locks nothing and runs on a standby.
 * Where pg_cron is not in this database, or the owner may not look at it, the rows
 * of jobs are missing, and so is what has never happened.
 * Returns: name, as Prometheus takes it; labels, an object of texts; value.
 *   concert_booking_holds {state: live, lapsed}		holds
 *   concert_booking_oldest_lapsed_hold_seconds		since when the sweep is late
 *   concert_booking_pending_availability			slots that are to be folded
 *   concert_booking_pending_payments {state}		bookings that wait for money
 *   concert_booking_refunds_due, ..._won			bookings, and how much
 *   concert_booking_oldest_refund_due_seconds		its age
 *   concert_booking_seats_sold_last_minute			seats
 *   concert_booking_event_partitions_ahead			months after this one that have a
 *												partition, without a gap; -1: this
 *												one has none
 *   concert_booking_default_partition_events		counted up to 100,000
 *   concert_booking_schedules_on_sale				schedules
 *   concert_booking_last_upkeep_seconds			since run_upkeep() was complete
 *   concert_booking_subscription_stopped {subscription}	1: it is disabled, or nothing applies it
 *   concert_booking_subscription_errors {subscription}	since its statistics began (PostgreSQL 15)
 *   concert_booking_subscription_silent_seconds {subscription}	since the publisher was last heard
 *   concert_booking_slot_retained_bytes {slot}		WAL that is kept for a logical slot
 *   concert_booking_slot_lost {slot}				1: that WAL is gone, who read it has to copy anew
 *   concert_booking_job_failed_runs {job}			since the job's last success
 *   concert_booking_job_last_success_seconds {job}	its age
 * An age is 0 where there is nothing that grows old; an instant of infinity, which
 * somebody wrote by hand, has none. Nothing personal.
 * Tables written: none. Errors: none. Source: B, monitoring.
 */
CREATE FUNCTION concert_booking.metrics()
RETURNS TABLE (name text, labels jsonb, value double precision)
LANGUAGE plpgsql STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
SET jit = off
AS $fn$
#variable_conflict use_column
DECLARE
	judged_at constant timestamptz := concert_booking.clock();
BEGIN
	PERFORM concert_booking.require_tables();
	PERFORM concert_booking.cache_answer('personal');

	RETURN QUERY
	SELECT m.name, m.labels, m.value
	FROM (SELECT count(*) FILTER (WHERE h.expires_at > judged_at) AS live,
				 count(*) FILTER (WHERE h.expires_at <= judged_at) AS lapsed,
				 min(h.expires_at) FILTER (WHERE isfinite(h.expires_at)) AS oldest_end
		  FROM concert_booking.temp_reservations h) h
	CROSS JOIN LATERAL (VALUES
		('concert_booking_holds', '{"state": "live"}'::jsonb, h.live::float8),
		('concert_booking_holds', '{"state": "lapsed"}', h.lapsed),
		('concert_booking_oldest_lapsed_hold_seconds', '{}', concert_booking.age_seconds(h.oldest_end, judged_at)))
		AS m (name, labels, value);

	RETURN QUERY
	SELECT 'concert_booking_pending_availability', '{}'::jsonb, count(*)::float8
	FROM concert_booking.availability_slots() a WHERE a.available_change <> 0;

	RETURN QUERY
	SELECT 'concert_booking_pending_payments', m.labels, m.value
	FROM (SELECT count(*) FILTER (WHERE b.pay_by > judged_at) AS live,
				 count(*) FILTER (WHERE b.pay_by <= judged_at) AS lapsed
		  FROM concert_booking.bookings b WHERE b.status = 'pending') b
	CROSS JOIN LATERAL (VALUES
		('{"state": "live"}'::jsonb, b.live::float8), ('{"state": "lapsed"}', b.lapsed)) AS m (labels, value);

	RETURN QUERY
	SELECT m.name, '{}'::jsonb, m.value
	FROM (SELECT count(*) AS refunds, coalesce(sum(d.amount), 0) AS won, min(d.created_at) FILTER (WHERE isfinite(d.created_at)) AS oldest
		  FROM concert_booking.refunds_due d) d
	CROSS JOIN LATERAL (VALUES
		('concert_booking_refunds_due', d.refunds::float8),
		('concert_booking_refunds_due_won', d.won),
		('concert_booking_oldest_refund_due_seconds', concert_booking.age_seconds(d.oldest, judged_at)))
		AS m (name, value);

	RETURN QUERY
	SELECT 'concert_booking_seats_sold_last_minute', '{}'::jsonb, coalesce(sum(e.seat_count), 0)::float8
	FROM concert_booking.booking_events e
	WHERE e.occurred_at > judged_at - interval '1 minute' AND e.occurred_at <= judged_at
	  AND e.event_type = 'booking_confirmed';

	RETURN QUERY
	SELECT 'concert_booking_event_partitions_ahead', '{}'::jsonb, concert_booking.event_months_ahead()::float8;
	/* Its owner may have dropped it. */
	IF EXISTS (SELECT FROM pg_partitioned_table p
			   WHERE p.partrelid = 'concert_booking.booking_events'::regclass AND p.partdefid <> 0) THEN
		RETURN QUERY
		SELECT 'concert_booking_default_partition_events', '{}'::jsonb,
			   concert_booking.default_events('-infinity', 'infinity', 100000)::float8;
	END IF;

	RETURN QUERY
	SELECT 'concert_booking_schedules_on_sale', '{}'::jsonb, count(*)::float8
	FROM concert_booking.concert_schedules cs
	JOIN concert_booking.concerts c ON c.id = cs.concert_id
	WHERE cs.starts_at > judged_at AND cs.is_booking_open AND cs.status <> 'cancelled'
	  AND coalesce(cs.booking_opens_at <= judged_at, true) AND coalesce(cs.booking_closes_at > judged_at, true)
	  AND c.status = 'active' AND NOT c.is_deleted;

	RETURN QUERY
	SELECT 'concert_booking_last_upkeep_seconds', '{}'::jsonb, concert_booking.age_seconds(u.finished_at, clock_timestamp())
	FROM concert_booking.upkeep_progress u WHERE isfinite(u.finished_at);

	RETURN QUERY SELECT r.* FROM concert_booking.replication_metrics() r;

	IF concert_booking.sees_cron() THEN
		RETURN QUERY
		SELECT m.name, jsonb_build_object('job', j.jobname), m.value
		FROM (SELECT x.jobid, x.jobname FROM cron.job x
			  WHERE x.active AND x.command IN (SELECT c.command FROM concert_booking.job_commands() c)) j
		JOIN (SELECT d.jobid, max(d.end_time) FILTER (WHERE d.status = 'succeeded' AND isfinite(d.end_time)) AS succeeded_at,
					 count(*) FILTER (WHERE d.status = 'failed' AND d.runid > coalesce(d.succeeded, 0)) AS failed
			  FROM (SELECT r.jobid, r.runid, r.status, r.end_time,
						   max(r.runid) FILTER (WHERE r.status = 'succeeded') OVER (PARTITION BY r.jobid) AS succeeded
					FROM (SELECT n.* FROM cron.job_run_details n ORDER BY n.runid DESC LIMIT 100000) r
					WHERE r.status IN ('succeeded', 'failed')) d
			  GROUP BY d.jobid) r ON r.jobid = j.jobid
		CROSS JOIN LATERAL (VALUES
			('concert_booking_job_failed_runs', r.failed::float8),
			('concert_booking_job_last_success_seconds', concert_booking.age_seconds(r.succeeded_at, clock_timestamp())))
			AS m (name, value)
		WHERE m.name <> 'concert_booking_job_last_success_seconds' OR r.succeeded_at IS NOT NULL
		ORDER BY j.jobid, m.name;
	END IF;
END
$fn$;
COMMENT ON FUNCTION concert_booking.metrics() IS
	'Figures for monitoring: holds, payments, refunds, the event log, jobs.
One row a figure, for Prometheus; cheap, locks nothing, and runs on a standby.';

/*
 * replication_metrics() - the figures of metrics() about this database's logical
 * replication: its subscriptions, and the slots that others read. Internal.
 *
 * Figures that a server of another version does not have are missing; on a standby,
 * where nothing is applied, the subscriptions are.
 */
CREATE FUNCTION concert_booking.replication_metrics()
RETURNS TABLE (name text, labels jsonb, value double precision)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	IF NOT pg_is_in_recovery() THEN
		RETURN QUERY
		SELECT m.name, jsonb_build_object('subscription', s.subname), m.value
		FROM (SELECT s.subname, s.subenabled, max(w.pid) AS pid, max(w.last_msg_receipt_time) AS heard_at
			  FROM pg_subscription s
			  LEFT JOIN pg_stat_subscription w ON w.subid = s.oid AND w.relid IS NULL
			  WHERE s.subdbid = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
			  GROUP BY s.oid, s.subname, s.subenabled) s
		CROSS JOIN LATERAL (VALUES
			('concert_booking_subscription_stopped', CASE WHEN s.subenabled AND s.pid IS NOT NULL THEN 0 ELSE 1 END::float8),
			('concert_booking_subscription_silent_seconds', concert_booking.age_seconds(s.heard_at, clock_timestamp())))
			AS m (name, value)
		WHERE m.name <> 'concert_booking_subscription_silent_seconds' OR s.heard_at IS NOT NULL
		ORDER BY s.subname, m.name;
		IF to_regclass('pg_stat_subscription_stats') IS NOT NULL THEN
			RETURN QUERY
			SELECT 'concert_booking_subscription_errors', jsonb_build_object('subscription', s.subname),
				   (s.apply_error_count + s.sync_error_count)::float8
			FROM pg_stat_subscription_stats s
			WHERE s.subid IN (SELECT u.oid FROM pg_subscription u
							  WHERE u.subdbid = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database()))
			ORDER BY s.subname;
		END IF;
	END IF;

	RETURN QUERY
	SELECT m.name, jsonb_build_object('slot', s.slot_name), m.value
	FROM (SELECT r.slot_name, r.wal_status,
				 pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END,
								 r.restart_lsn)::float8 AS retained
		  FROM pg_replication_slots r
		  WHERE r.slot_type = 'logical' AND r.database = current_database()) s
	CROSS JOIN LATERAL (VALUES
		('concert_booking_slot_retained_bytes', greatest(s.retained, 0)),
		('concert_booking_slot_lost', CASE WHEN s.wal_status = 'lost' THEN 1 ELSE 0 END::float8))
		AS m (name, value)
	WHERE m.value IS NOT NULL
	ORDER BY s.slot_name, m.name;
END
$fn$;
COMMENT ON FUNCTION concert_booking.replication_metrics() IS
	'Internal: figures about subscriptions and logical slots.';

/*
 * age_seconds(since, at) - how long ago something was, in seconds; 0 where it is
 * null, infinite or still to come. Internal.
 */
CREATE FUNCTION concert_booking.age_seconds(since timestamptz, at timestamptz)
RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $fn$
	SELECT CASE WHEN isfinite(since) AND isfinite(at) THEN greatest(0, extract(epoch FROM at) - extract(epoch FROM since)) ELSE 0 END::float8
$fn$;
COMMENT ON FUNCTION concert_booking.age_seconds(timestamptz, timestamptz) IS
	'Internal: how long ago something was, in seconds.';

/*
 * event_months_ahead() - how many months after this one (UTC) have a partition of
 * the event log, without a gap; -1: this one has none. Internal.
 */
CREATE FUNCTION concert_booking.event_months_ahead()
RETURNS integer
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
AS $fn$
DECLARE
	month_start timestamptz := date_trunc('month', now());
	months integer := -1;
BEGIN
	WHILE months < 120 AND concert_booking.event_range_is_taken(month_start, month_start + interval '1 month') LOOP
		months := months + 1;
		month_start := month_start + interval '1 month';
	END LOOP;
	RETURN months;
END
$fn$;
COMMENT ON FUNCTION concert_booking.event_months_ahead() IS
	'Internal: how many of the coming months have a partition of the event log.';
