/*
 * The event log: booking_events, what goes into it, and its partitions.
 */

/*
 * define_events() - the table booking_events and its default partition and
 * what belongs to them. Internal: see table_parts().
 */
CREATE FUNCTION concert_booking.define_events()
RETURNS TABLE (kind text, table_name text, name text, definition text, comment text)
LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	RETURN QUERY
	WITH parts (kind, table_name, name, definition, comment) AS (
	VALUES
	('table', 'booking_events', NULL, $table$
		CREATE TABLE concert_booking.booking_events (
			id uuid,
			occurred_at timestamptz NOT NULL DEFAULT now(),
			event_type text NOT NULL,
			concert_schedule_id uuid,
			booking_id uuid,
			seat_count integer NOT NULL DEFAULT 0,
			actor name NOT NULL DEFAULT current_user,
			detail jsonb,
			PRIMARY KEY (id, occurred_at)
		) PARTITION BY RANGE (occurred_at)$table$,
	 'Append-only log of what was booked, cancelled, swept and done by operators; a partition a month. No personal data.'),
	('column', 'booking_events', 'id', 'concert_booking.uuid_v7()', 'the event'),
	('column', 'booking_events', 'occurred_at', NULL, 'when it happened'),
	('column', 'booking_events', 'event_type', NULL, 'what happened, such as booking_confirmed, seats_cancelled, schedule_postponed or checked_in'),
	('column', 'booking_events', 'concert_schedule_id', NULL, 'the schedule it was about; no foreign key, it outlives the schedule'),
	('column', 'booking_events', 'booking_id', NULL, 'the booking it was about'),
	('column', 'booking_events', 'seat_count', NULL, 'how many seats it was about'),
	('column', 'booking_events', 'actor', NULL, 'who did it: the member''s id where one was signed in, else the database role'),
	('column', 'booking_events', 'detail', NULL, 'further facts; nothing personal'),
	('index', 'booking_events', 'idx_booking_events_schedule_id',
	 'CREATE INDEX idx_booking_events_schedule_id ON concert_booking.booking_events (concert_schedule_id)',
	 'The events of a schedule.'),
	('index', 'booking_events', 'idx_booking_events_booking_id',
	 'CREATE INDEX idx_booking_events_booking_id ON concert_booking.booking_events (booking_id) WHERE booking_id IS NOT NULL',
	 'The events of a booking.'),
	('index', 'booking_events', 'idx_booking_events_occurred_at',
	 'CREATE INDEX idx_booking_events_occurred_at ON concert_booking.booking_events (occurred_at)',
	 'The events of a period.'),
	('trigger', 'booking_events', 'refuse_change',
	 'BEFORE DELETE OR UPDATE ON concert_booking.booking_events FOR EACH ROW EXECUTE FUNCTION concert_booking.refuse_change()', NULL),
	('table', 'booking_events_default', NULL,
	 'CREATE TABLE concert_booking.booking_events_default PARTITION OF concert_booking.booking_events DEFAULT',
	 'Events of months that have no partition yet.')
	)
	SELECT p.* FROM parts p
	UNION ALL
	SELECT p.kind, 'booking_events_default', p.name, NULL, p.comment FROM parts p WHERE p.kind = 'column';
END
$fn$;
COMMENT ON FUNCTION concert_booking.define_events() IS
	'Internal: the table booking_events and its default partition and what belongs to them.';

/*
 * refuse_change() - booking_events is append-only. Trigger, BEFORE UPDATE OR
 * DELETE ON booking_events. Errors: 55000.
 *
 * Only forget_booker() changes a row, and only so that somebody becomes 'forgotten':
 * the actor, and in detail who it was (by) and what was written (reason).
 */
CREATE FUNCTION concert_booking.refuse_change()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	IF TG_OP = 'UPDATE' AND current_setting('booking_events.forgets', true) = 'on' THEN
		IF to_jsonb(NEW) - '{actor,detail}'::text[] = to_jsonb(OLD) - '{actor,detail}'::text[]
		   AND NEW.actor IN (OLD.actor, 'forgotten')
		   AND NEW.detail - '{by,reason}'::text[] IS NOT DISTINCT FROM OLD.detail - '{by,reason}'::text[]
		   AND coalesce(NEW.detail ->> 'by' IN ('forgotten', OLD.detail ->> 'by'), OLD.detail ->> 'by' IS NULL)
		   AND coalesce(NEW.detail ->> 'reason' IN ('forgotten', OLD.detail ->> 'reason'), OLD.detail ->> 'reason' IS NULL) THEN
			RETURN NEW;
		END IF;
	END IF;
	RAISE EXCEPTION 'the event log is append-only'
		USING ERRCODE = '55000',
			  HINT = 'To remove old events, detach and drop a partition of booking_events.';
END
$fn$;
COMMENT ON FUNCTION concert_booking.refuse_change() IS
	'Trigger: no row of the event log is changed or deleted.';

/*
 * log_event(...) - one line of the event log. Internal.
 *
 * Arguments: event_type; concert_schedule_id; seat_count, how many seats it
 * was about; detail, facts without personal data. Returns: nothing.
 * Tables written: booking_events. Errors: none.
 */
CREATE FUNCTION concert_booking.log_event(
	event_type text,
	concert_schedule_id uuid,
	seat_count integer,
	detail jsonb DEFAULT NULL)
RETURNS void
LANGUAGE sql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $fn$
	INSERT INTO concert_booking.booking_events
		(occurred_at, event_type, concert_schedule_id, seat_count, actor, detail)
	VALUES (concert_booking.clock(), log_event.event_type, log_event.concert_schedule_id,
			log_event.seat_count, concert_booking.acting_person(),
			jsonb_strip_nulls(log_event.detail))
$fn$;
COMMENT ON FUNCTION concert_booking.log_event(text, uuid, integer, jsonb) IS
	'Internal: one line of the event log.';

/*
 * event_range_is_taken(range_start, range_end) - whether a partition of
 * booking_events covers any instant of a range, whoever made it and whatever its
 * name. Internal. The default partition covers none.
 *
 * Bounds are read from the catalogue's text, which the settings below make one.
 * Returns: boolean. Tables written: none. Errors: none.
 */
CREATE FUNCTION concert_booking.event_range_is_taken(range_start timestamptz, range_end timestamptz)
RETURNS boolean
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
SET datestyle = 'ISO, YMD'
AS $fn$
	SELECT EXISTS (
		SELECT FROM pg_inherits i
		JOIN pg_class c ON c.oid = i.inhrelid
		CROSS JOIN regexp_match(pg_get_expr(c.relpartbound, c.oid), 'FROM [(](.+)[)] TO [(](.+)[)]') AS b (ends)
		WHERE i.inhparent = 'concert_booking.booking_events'::regclass
		  AND CASE b.ends[1] WHEN 'MINVALUE' THEN '-infinity' ELSE trim('''' FROM b.ends[1])::timestamptz END < range_end
		  AND CASE b.ends[2] WHEN 'MAXVALUE' THEN 'infinity' ELSE trim('''' FROM b.ends[2])::timestamptz END > range_start)
$fn$;
COMMENT ON FUNCTION concert_booking.event_range_is_taken(timestamptz, timestamptz) IS
	'Internal: whether a partition of the event log covers any instant of a range.';

/*
 * create_event_partitions(months_ahead) - partitions of booking_events.
 *
 * One a month, from this month (UTC) to months_ahead later; what the default
 * partition caught of a month moves into its place. Run by pg_cron.
 *
 * A month of which any part has a partition already, of whatever range and
 * name, is left to its owner. A table that has a month's name and is no partition
 * (any more) stays as it is: the partition takes the name with _2 behind it.
 *
 * Locking: a missing partition is attached under a lock of the default
 * partition alone: sales, which write into the month's own, go on. That lock is
 * never waited for, because a sale whose month has no partition yet would wait
 * behind us: while somebody reads the log no partition is made, a WARNING says
 * so, and the next run tries again. Nor is a month made of which the default
 * partition has more than 10,000 events: they would be moved under that lock.
 * Arguments: months_ahead, 0 to 120. Returns: how many were made.
 * Tables written: booking_events. Errors: 22004, 22023. Source: A 6.3, B upkeep.
 */
CREATE FUNCTION concert_booking.create_event_partitions(
	months_ahead integer DEFAULT 2,
	OUT created_partitions integer)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	PERFORM concert_booking.require_tables();
	created_partitions := concert_booking.make_event_partitions(months_ahead);
END
$fn$;
COMMENT ON FUNCTION concert_booking.create_event_partitions(integer) IS
	'Make the coming months'' partitions of the event log.
Returns how many were made; run by pg_cron, see schedule_jobs().';

/*
 * make_event_partitions(months_ahead) - the work of create_event_partitions(), also
 * on tables of an older version. Internal: create_tables() calls it.
 */
CREATE FUNCTION concert_booking.make_event_partitions(
	months_ahead integer DEFAULT 2,
	OUT created_partitions integer)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
AS $fn$
DECLARE
	default_partition regclass;
	month_start date;
	month_end date;
	partition_name text;
BEGIN
	PERFORM concert_booking.check_range('months_ahead', months_ahead, 0, 120);
	created_partitions := 0;
	FOR i IN 0 .. months_ahead LOOP
		month_start := (date_trunc('month', now()) + make_interval(months => i))::date;
		month_end := (month_start + interval '1 month')::date;
		CONTINUE WHEN concert_booking.event_range_is_taken(month_start, month_end);

		/* One maker at a time: the second finds the partition there. */
		LOCK TABLE concert_booking.booking_events IN SHARE UPDATE EXCLUSIVE MODE;
		CONTINUE WHEN concert_booking.event_range_is_taken(month_start, month_end);
		SELECT p.partdefid::regclass INTO default_partition
		FROM pg_partitioned_table p
		WHERE p.partrelid = 'concert_booking.booking_events'::regclass AND p.partdefid <> 0;

		partition_name := 'booking_events_' || to_char(month_start, 'YYYYMM');
		FOR n IN 2 .. 100 LOOP
			EXIT WHEN to_regclass(format('concert_booking.%I', partition_name)) IS NULL;
			partition_name := format('booking_events_%s_%s', to_char(month_start, 'YYYYMM'), n);
		END LOOP;
		IF default_partition IS NOT NULL THEN
			IF concert_booking.default_events(month_start, month_end, 10001) > 10000 THEN
				RAISE WARNING 'a partition of the event log was not made'
					USING DETAIL = format('The default partition has more than 10000 events of %s.', to_char(month_start, 'YYYY-MM')),
						  HINT = 'They can stay there. To move them would stop the sales of that month.';
				CONTINUE;
			END IF;
			BEGIN
				EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE NOWAIT', default_partition);
			EXCEPTION WHEN lock_not_available THEN
				RAISE WARNING 'a partition of the event log was not made'
					USING DETAIL = 'Somebody is using the default partition.',
						  HINT = 'The next run tries again; until then the events of its month go into the default partition.';
				EXIT;
			END;
		END IF;

		EXECUTE format('CREATE TABLE concert_booking.%I (LIKE concert_booking.booking_events INCLUDING DEFAULTS INCLUDING COMMENTS)',
					   partition_name);
		EXECUTE format('COMMENT ON TABLE concert_booking.%I IS %L', partition_name,
					   'Events of ' || to_char(month_start, 'YYYY-MM') || ' (UTC).');
		IF default_partition IS NOT NULL THEN
			PERFORM concert_booking.move_default_events(partition_name, month_start, month_end);
		END IF;
		EXECUTE format('ALTER TABLE concert_booking.booking_events ATTACH PARTITION concert_booking.%I'
					   || ' FOR VALUES FROM (%L) TO (%L)', partition_name, month_start, month_end);
		created_partitions := created_partitions + 1;
	END LOOP;
END
$fn$;
COMMENT ON FUNCTION concert_booking.make_event_partitions(integer) IS
	'Internal: partitions of the event log, also on tables of an older version.';

/*
 * default_events(range_start, range_end, most) - how many events of a range the
 * default partition has, counted up to most. Internal.
 */
CREATE FUNCTION concert_booking.default_events(range_start timestamptz, range_end timestamptz, most integer)
RETURNS integer
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
AS $fn$
DECLARE
	events integer;
BEGIN
	EXECUTE format('SELECT count(*) FROM (SELECT FROM %s e WHERE e.occurred_at >= %L AND e.occurred_at < %L LIMIT %s) x',
				   (SELECT p.partdefid::regclass FROM pg_partitioned_table p
					WHERE p.partrelid = 'concert_booking.booking_events'::regclass),
				   range_start, range_end, most)
	INTO events;
	RETURN events;
END
$fn$;
COMMENT ON FUNCTION concert_booking.default_events(timestamptz, timestamptz, integer) IS
	'Internal: how many events of a range the default partition has, up to a number.';

/*
 * move_default_events(partition_name, month_start, month_end) - what the
 * default partition holds of a month into a table that is about to become its
 * partition. Internal.
 *
 * A month's events are there when its partition was not made in time. The event
 * log's trigger refuses to delete them, so it is switched off meanwhile. The
 * caller has locked the table against everybody else.
 * Returns: nothing. Tables written: booking_events_default, the new table.
 */
CREATE FUNCTION concert_booking.move_default_events(
	partition_name text, month_start date, month_end date)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
AS $fn$
DECLARE
	default_partition regclass;
	guard "char";
BEGIN
	IF concert_booking.default_events(month_start, month_end, 1) = 0 THEN
		RETURN;
	END IF;
	SELECT p.partdefid::regclass INTO default_partition
	FROM pg_partitioned_table p
	WHERE p.partrelid = 'concert_booking.booking_events'::regclass;
	guard := concert_booking.set_event_guard(default_partition, 'D');
	EXECUTE format('WITH moved AS (DELETE FROM %s'
				   || ' WHERE occurred_at >= %L AND occurred_at < %L RETURNING *)'
				   || ' INSERT INTO concert_booking.%I SELECT * FROM moved',
				   default_partition, month_start, month_end, partition_name);
	PERFORM concert_booking.set_event_guard(default_partition, guard);
END
$fn$;
COMMENT ON FUNCTION concert_booking.move_default_events(text, date, date) IS
	'Internal: a month''s events out of the default partition.';

/*
 * set_event_guard(partition, state) - switch the trigger that refuses changes of a
 * partition of the event log off or on. Internal: the caller has locked the partition
 * against everybody else, and puts it back before its end.
 *
 * Arguments: state, as in pg_trigger.tgenabled; null: leave it. Returns: the state
 * until now, null where there is no such trigger. Tables written: none. Errors: none.
 */
CREATE FUNCTION concert_booking.set_event_guard(partition regclass, state "char")
RETURNS "char"
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $fn$
DECLARE
	present constant "char" := (SELECT t.tgenabled FROM pg_trigger t
								WHERE t.tgrelid = partition AND t.tgname = 'refuse_change');
BEGIN
	IF present <> state THEN
		EXECUTE format('ALTER TABLE %s %s TRIGGER refuse_change', partition,
			CASE state WHEN 'D' THEN 'DISABLE' WHEN 'A' THEN 'ENABLE ALWAYS'
					   WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE' END);
	END IF;
	RETURN present;
END
$fn$;
COMMENT ON FUNCTION concert_booking.set_event_guard(regclass, "char") IS
	'Internal: switch the trigger that keeps the event log append-only off or on.';
