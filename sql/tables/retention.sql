/*
 * For how long the event log is kept.
 */

/*
 * ended_event_partitions(before) - partitions of booking_events of which every instant
 * is earlier than before, oldest first. Internal. The default partition is none, and a
 * foreign table is its owner's affair.
 *
 * Bounds are read from the catalogue's text, as in event_range_is_taken(). Their
 * reader locks the partition for a moment: the default one, which whoever makes a
 * partition has locked, is left out before that.
 */
CREATE FUNCTION concert_booking.ended_event_partitions(before timestamptz)
RETURNS SETOF regclass
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
SET datestyle = 'ISO, YMD'
AS $fn$
	WITH partitions AS MATERIALIZED (
		SELECT c.oid, c.relpartbound
		FROM pg_inherits i
		JOIN pg_class c ON c.oid = i.inhrelid
		JOIN pg_partitioned_table p ON p.partrelid = i.inhparent
		WHERE i.inhparent = 'concert_booking.booking_events'::regclass
		  AND c.oid <> p.partdefid AND c.relkind IN ('r', 'p'))
	SELECT c.oid::regclass
	FROM partitions c
	CROSS JOIN regexp_match(pg_get_expr(c.relpartbound, c.oid), ' TO [(](.+)[)]') AS b (ends)
	WHERE CASE b.ends[1] WHEN 'MAXVALUE' THEN 'infinity' ELSE trim('''' FROM b.ends[1])::timestamptz END <= before
	ORDER BY trim('''' FROM b.ends[1])::timestamptz
$fn$;
COMMENT ON FUNCTION concert_booking.ended_event_partitions(timestamptz) IS
	'Internal: partitions of the event log that are over before an instant.';

/*
 * purge_events(keep) - forget the oldest part of the event log.
 *
 * Drops the partitions of which every instant is further back than keep, whatever
 * their ranges and names: who wants to have one longer detaches it. What the default
 * partition has of that time is deleted, at most 10,000 events a call, the oldest
 * first: call it again until deleted_events is 0. Run by pg_cron.
 *
 * Locking: to drop a partition, the event log has to be locked against everybody
 * until the end of the transaction, some thousandths of a second if this is all that it
 * does; to delete, the default partition alone. Neither lock is ever waited for,
 * because sales would wait behind us: while somebody sells or reads the log, what
 * cannot be had at once is left to the next run, and a WARNING says so.
 * Arguments: keep, a month or longer. Returns: how many partitions were dropped, how
 * many events of the default partition were deleted. Tables written: booking_events,
 * also one row events_purged. Errors: 22004, 22023. Source: A 6.2 (operation log).
 */
CREATE FUNCTION concert_booking.purge_events(
	keep interval DEFAULT '5 years',
	OUT dropped_partitions integer,
	OUT deleted_events integer)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
AS $fn$
DECLARE
	before timestamptz;
	ended regclass[];
	default_partition regclass;
	partition regclass;
	partition_name text;
	dropped text[] := ARRAY[]::text[];
BEGIN
	PERFORM concert_booking.require_tables();
	IF keep IS NULL THEN
		PERFORM concert_booking.refuse_null('keep');
	ELSIF keep < interval '1 month' OR keep > interval '1000 years' THEN
		PERFORM concert_booking.refuse_value('keep', 'Use an interval of a month to 1000 years.');
	END IF;
	before := concert_booking.clock() - keep;

	/* Before anything is locked. */
	ended := ARRAY(SELECT concert_booking.ended_event_partitions(before));
	deleted_events := concert_booking.delete_default_events(before);
	SELECT p.partdefid::regclass INTO default_partition
	FROM pg_partitioned_table p
	WHERE p.partrelid = 'concert_booking.booking_events'::regclass AND p.partdefid <> 0;
	FOREACH partition IN ARRAY ended LOOP
		partition_name := partition::text;
		BEGIN
			LOCK TABLE ONLY concert_booking.booking_events IN ACCESS EXCLUSIVE MODE NOWAIT;
			IF default_partition IS NOT NULL THEN
				EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE NOWAIT', default_partition);
			END IF;
			EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE NOWAIT', partition);
			EXECUTE format('DROP TABLE %s', partition);
			dropped := dropped || partition_name;
		EXCEPTION
			WHEN lock_not_available THEN
				RAISE WARNING 'a partition of the event log was not dropped'
					USING DETAIL = 'Somebody is using the event log.',
						  HINT = 'The next run tries again.';
				EXIT;
			WHEN object_in_use OR dependent_objects_still_exist OR insufficient_privilege THEN
				RAISE WARNING 'a partition of the event log was not dropped'
					USING DETAIL = format('%s: %s.', partition, SQLERRM),
						  HINT = 'Drop or detach it by hand.';
		END;
	END LOOP;
	dropped_partitions := cardinality(dropped);
	IF dropped_partitions + deleted_events > 0 THEN
		PERFORM concert_booking.log_event('events_purged', NULL, 0,
			jsonb_build_object('before', before, 'dropped_partitions', to_jsonb(dropped), 'deleted_events', deleted_events));
	END IF;
END
$fn$;
COMMENT ON FUNCTION concert_booking.purge_events(interval) IS
	'Forget what the event log has from before keep: drop the partitions that ended by then, and delete such events of the default one.
It never waits for anybody; what is in use is left to the next run. Run by pg_cron, see schedule_jobs().';

/*
 * delete_default_events(before) - what the default partition of the event log has from
 * before an instant, at most 10,000 events, the oldest first. Internal: see
 * purge_events().
 *
 * Returns: how many were deleted. Tables written: booking_events_default.
 * Errors: none.
 */
CREATE FUNCTION concert_booking.delete_default_events(before timestamptz)
RETURNS integer
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
AS $fn$
DECLARE
	default_partition constant regclass := (
		SELECT p.partdefid::regclass FROM pg_partitioned_table p
		WHERE p.partrelid = 'concert_booking.booking_events'::regclass AND p.partdefid <> 0);
	guard "char";
	deleted integer;
BEGIN
	IF default_partition IS NULL THEN
		RETURN 0;
	END IF;
	EXECUTE format('LOCK TABLE %s IN ACCESS SHARE MODE NOWAIT', default_partition);
	IF concert_booking.default_events('-infinity', before, 1) = 0 THEN
		RETURN 0;
	END IF;
	EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE NOWAIT', default_partition);
	guard := concert_booking.set_event_guard(default_partition, 'D');
	EXECUTE format('DELETE FROM %1$s WHERE (occurred_at, id) IN'
				   || ' (SELECT e.occurred_at, e.id FROM %1$s e WHERE e.occurred_at < %2$L ORDER BY e.occurred_at, e.id LIMIT 10000)',
				   default_partition, before);
	GET DIAGNOSTICS deleted = ROW_COUNT;
	PERFORM concert_booking.set_event_guard(default_partition, guard);
	RETURN deleted;
EXCEPTION WHEN lock_not_available OR object_in_use THEN
	RAISE WARNING 'old events of the default partition were not deleted'
		USING DETAIL = 'Somebody is using the default partition.',
			  HINT = 'The next run tries again.';
	RETURN 0;
END
$fn$;
COMMENT ON FUNCTION concert_booking.delete_default_events(timestamptz) IS
	'Internal: delete what the default partition of the event log has from before an instant.';
