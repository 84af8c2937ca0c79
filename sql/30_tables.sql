/*
 * The tables belong to the owner of the data, not to the extension: they are
 * made by create_tables(), so that they dump, restore, replicate and outlive
 * DROP EXTENSION like any other table. Only the functions that their triggers
 * and defaults call are the extension's.
 *
 * These functions are SECURITY DEFINER: what a trigger derives must not depend
 * on what the role whose statement fired it may read or write.
 */

/*
 * start_totals() - a schedule begins without seats. Trigger, BEFORE INSERT ON
 * concert_schedules WHEN totals are given.
 *
 * The totals follow the seats: a statement that announces 100 seats and then
 * inserts them would count them twice.
 */
CREATE FUNCTION concert_booking.start_totals()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	NEW.total_seats := 0;
	NEW.available_seats := 0;
	NEW.is_sold_out := false;
	RETURN NEW;
END
$fn$;
COMMENT ON FUNCTION concert_booking.start_totals() IS
	'Trigger: a schedule begins without seats; its totals follow them.';

/*
 * fill_schedule_start() - starts_at from concert_date and concert_time in the
 * venue's time zone. Trigger, BEFORE INSERT OR UPDATE ON concert_schedules.
 */
CREATE FUNCTION concert_booking.fill_schedule_start()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	SELECT (NEW.concert_date + NEW.concert_time) AT TIME ZONE v.timezone
	INTO NEW.starts_at
	FROM concert_booking.concerts c
	JOIN concert_booking.venues v ON v.id = c.venue_id
	WHERE c.id = NEW.concert_id;
	IF NOT FOUND THEN
		/* Any instant: the foreign key is about to say what is wrong. */
		NEW.starts_at := now();
	END IF;
	RETURN NEW;
END
$fn$;
COMMENT ON FUNCTION concert_booking.fill_schedule_start() IS
	'Trigger: keeps concert_schedules.starts_at true to date, time and the venue''s time zone.';

/*
 * refresh_schedule_starts() - starts_at of existing schedules after a venue's
 * time zone or a concert's venue has changed. Trigger, AFTER UPDATE ON venues
 * and ON concerts.
 */
CREATE FUNCTION concert_booking.refresh_schedule_starts()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	IF TG_TABLE_NAME = 'venues' THEN
		UPDATE concert_booking.concert_schedules cs
		SET starts_at = cs.starts_at
		FROM concert_booking.concerts c
		WHERE c.id = cs.concert_id AND c.venue_id = NEW.id;
	ELSE
		UPDATE concert_booking.concert_schedules cs
		SET starts_at = cs.starts_at
		WHERE cs.concert_id = NEW.id;
	END IF;
	RETURN NULL;
END
$fn$;
COMMENT ON FUNCTION concert_booking.refresh_schedule_starts() IS
	'Trigger: recomputes starts_at when a time zone or a venue changes.';

/*
 * check_venue_timezone() - refuses a time zone that PostgreSQL does not know.
 * Trigger, BEFORE INSERT OR UPDATE OF timezone ON venues. Errors: 22023.
 */
CREATE FUNCTION concert_booking.check_venue_timezone()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	/* pg_timezone_names reads some 600 files: a zone in use was checked before. */
	IF NOT EXISTS (SELECT FROM concert_booking.venues v WHERE v.timezone = NEW.timezone)
	   AND NOT EXISTS (SELECT FROM pg_timezone_names z WHERE z.name = NEW.timezone) THEN
		PERFORM concert_booking.refuse('22023', 'time zone is not known',
			format('The venue''s time zone is "%s".', NEW.timezone),
			'Use a name of pg_timezone_names, such as Asia/Seoul.');
	END IF;
	RETURN NEW;
END
$fn$;
COMMENT ON FUNCTION concert_booking.check_venue_timezone() IS
	'Trigger: only time zones of pg_timezone_names.';

/*
 * fill_seat() - ordinal, row_label and seat_index of a seat inserted without
 * them: 'B-12' and 'B12' are row B, seat 12. The ordinal is the natural one, so
 * that seats inserted by hand in any order come in theirs; where there is none
 * or it is taken, the seat comes last. Trigger, BEFORE INSERT ON seats.
 */
CREATE FUNCTION concert_booking.fill_seat()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	SELECT coalesce(NEW.row_label, p.row_label), coalesce(NEW.seat_index, p.seat_index)
	INTO NEW.row_label, NEW.seat_index
	FROM concert_booking.split_seat_number(NEW.seat_number) p;
	IF NEW.ordinal IS NOT NULL THEN
		RETURN NEW;
	END IF;
	IF NEW.section IS NULL THEN
		NEW.ordinal := concert_booking.natural_ordinal(NEW.row_label, NEW.seat_index);
	END IF;
	IF NEW.ordinal IS NULL
	   OR EXISTS (SELECT FROM concert_booking.seats s
				  WHERE s.concert_schedule_id = NEW.concert_schedule_id AND s.ordinal = NEW.ordinal) THEN
		SELECT coalesce(max(s.ordinal), 0) + 1 INTO NEW.ordinal
		FROM concert_booking.seats s
		WHERE s.concert_schedule_id = NEW.concert_schedule_id;
	END IF;
	RETURN NEW;
END
$fn$;
COMMENT ON FUNCTION concert_booking.fill_seat() IS
	'Trigger: row, index and place of a seat inserted by hand.';

/*
 * fill_hold() - the schedule and the price of a hold inserted by hand. Trigger,
 * BEFORE INSERT ON temp_reservations.
 *
 * Between ALTER EXTENSION UPDATE and create_tables() the tables are those of
 * 0.1: a hold has no price.
 */
CREATE FUNCTION concert_booking.fill_hold()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	IF NEW.concert_schedule_id IS NULL THEN
		SELECT s.concert_schedule_id INTO NEW.concert_schedule_id
		FROM concert_booking.seats s WHERE s.id = NEW.seat_id;
	END IF;
	IF to_jsonb(NEW) ? 'price' THEN
		IF NEW.price IS NULL THEN
			SELECT s.price INTO NEW.price
			FROM concert_booking.seats s WHERE s.id = NEW.seat_id;
		END IF;
	END IF;
	RETURN NEW;
END
$fn$;
COMMENT ON FUNCTION concert_booking.fill_hold() IS
	'Trigger: the schedule and the price of a hold inserted by hand.';

/*
 * fill_booking_seat() - the price of a booked seat inserted by hand. Trigger,
 * BEFORE INSERT ON booking_seats.
 */
CREATE FUNCTION concert_booking.fill_booking_seat()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	IF NEW.price IS NULL THEN
		SELECT s.price INTO NEW.price
		FROM concert_booking.seats s WHERE s.id = NEW.seat_id;
	END IF;
	RETURN NEW;
END
$fn$;
COMMENT ON FUNCTION concert_booking.fill_booking_seat() IS
	'Trigger: the price of a booked seat inserted by hand.';

/*
 * refuse_change() - booking_events is append-only. Trigger, BEFORE UPDATE OR
 * DELETE ON booking_events. Errors: 55000.
 */
CREATE FUNCTION concert_booking.refuse_change()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	RAISE EXCEPTION 'the event log is append-only'
		USING ERRCODE = '55000',
			  HINT = 'To remove old events, detach and drop a partition of booking_events.';
END
$fn$;
COMMENT ON FUNCTION concert_booking.refuse_change() IS
	'Trigger: no row of the event log is changed or deleted.';

/*
 * is_own_write() - in a trigger: whether the statement that fired it is one of
 * the commands' own, on a table that its owner has changed. Internal.
 *
 * The commands account for their own changes: what follows hand-written
 * statements must not count them a second time. A statement of the owner's inside
 * a trigger of such a statement is not the commands' own.
 * Returns: true or false. Tables written: none. Errors: none.
 */
CREATE FUNCTION concert_booking.is_own_write()
RETURNS boolean
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'concert_booking_is_own_write';

COMMENT ON FUNCTION concert_booking.is_own_write() IS
	'Internal: in a trigger, whether it follows a statement of the commands.';

/*
 * own_write_may_differ() - in a trigger for which is_own_write() is true: whether
 * the row may have changed beyond what the commands write, because a BEFORE
 * trigger or a rule of the owner's stands on the table. Internal.
 * Returns: true or false. Tables written: none. Errors: none.
 */
CREATE FUNCTION concert_booking.own_write_may_differ()
RETURNS boolean
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'concert_booking_own_write_may_differ';

COMMENT ON FUNCTION concert_booking.own_write_may_differ() IS
	'Internal: whether an owner''s trigger may have changed more of the row than the commands.';

/*
 * follow_seats_insert(), follow_seats_update(), follow_seats_delete() - keep
 * totals, availability and schedule_prices true under hand-written statements.
 * Statement triggers AFTER INSERT, UPDATE, DELETE ON seats; the C commands do
 * not fire them, they account for their own changes.
 *
 * Locking: the schedules' rows, by ascending id, before their prices. They are
 * waited for, unlike in a sale: a statement of the owner must leave the totals
 * exact.
 */
CREATE FUNCTION concert_booking.follow_seats_insert()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	PERFORM concert_booking.fold_availability(d.concert_schedule_id,
		d.seats_change::integer, d.available_change::integer)
	FROM (SELECT n.concert_schedule_id, count(*) AS seats_change,
				 count(*) FILTER (WHERE n.status IN ('available', 'temp_reserved')) AS available_change
		  FROM new_seats n GROUP BY 1 ORDER BY 1) d;

	INSERT INTO concert_booking.schedule_prices AS p
		(concert_schedule_id, seat_grade, price, seat_count)
	SELECT n.concert_schedule_id, n.seat_grade, n.price, count(*)
	FROM new_seats n
	GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
	ON CONFLICT (concert_schedule_id, seat_grade, price)
	DO UPDATE SET seat_count = p.seat_count + excluded.seat_count;
	RETURN NULL;
END
$fn$;
COMMENT ON FUNCTION concert_booking.follow_seats_insert() IS
	'Trigger: totals and prices of a schedule after seats were inserted.';

CREATE FUNCTION concert_booking.follow_seats_update()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
DECLARE
	is_own boolean := concert_booking.is_own_write();
BEGIN
	IF is_own AND (NOT concert_booking.own_write_may_differ() OR NOT EXISTS (
			SELECT n.id, n.concert_schedule_id, n.seat_grade, n.price FROM new_seats n
			EXCEPT SELECT o.id, o.concert_schedule_id, o.seat_grade, o.price FROM old_seats o)) THEN
		RETURN NULL;
	END IF;

	/*
	 * A change of price or grade moves no total, but locks the schedule as well.
	 * The commands count for themselves what their own statement sold.
	 */
	PERFORM concert_booking.fold_availability(d.concert_schedule_id,
		d.seats_change::integer, CASE WHEN is_own THEN 0 ELSE d.available_change END::integer)
	FROM (SELECT c.concert_schedule_id, sum(c.seats_change) AS seats_change,
				 sum(c.available_change) AS available_change
		  FROM (SELECT x.concert_schedule_id, sum(x.sign) AS seats_change,
					   coalesce(sum(x.sign) FILTER (WHERE x.status IN ('available', 'temp_reserved')), 0) AS available_change
				FROM (SELECT n.concert_schedule_id, n.seat_grade, n.price, n.status, 1 AS sign FROM new_seats n
					  UNION ALL
					  SELECT o.concert_schedule_id, o.seat_grade, o.price, o.status, -1 FROM old_seats o) x
				GROUP BY x.concert_schedule_id, x.seat_grade, x.price) c
		  WHERE c.seats_change <> 0 OR c.available_change <> 0
		  GROUP BY 1 ORDER BY 1) d;

	INSERT INTO concert_booking.schedule_prices AS p
		(concert_schedule_id, seat_grade, price, seat_count)
	SELECT d.concert_schedule_id, d.seat_grade, d.price, d.seats_change
	FROM (SELECT x.concert_schedule_id, x.seat_grade, x.price, sum(x.sign) AS seats_change
		  FROM (SELECT n.concert_schedule_id, n.seat_grade, n.price, 1 AS sign FROM new_seats n
				UNION ALL
				SELECT o.concert_schedule_id, o.seat_grade, o.price, -1 FROM old_seats o) x
		  GROUP BY 1, 2, 3 HAVING sum(x.sign) <> 0) d
	ORDER BY 1, 2, 3
	ON CONFLICT (concert_schedule_id, seat_grade, price)
	DO UPDATE SET seat_count = p.seat_count + excluded.seat_count;
	DELETE FROM concert_booking.schedule_prices p
	USING (SELECT DISTINCT o.concert_schedule_id FROM old_seats o) o
	WHERE p.concert_schedule_id = o.concert_schedule_id AND p.seat_count = 0;

	/*
	 * A hold goes where its seat goes. This plan and the next are those of the
	 * session's first statement, which may have changed no row at all: a join of
	 * old and new rows would compare each with each ever after. EXCEPT and a full
	 * join cannot.
	 */
	UPDATE concert_booking.temp_reservations h
	SET concert_schedule_id = m.concert_schedule_id
	FROM (SELECT n.id, n.concert_schedule_id FROM new_seats n
		  EXCEPT SELECT o.id, o.concert_schedule_id FROM old_seats o) m
	WHERE h.seat_id = m.id;

	IF NOT is_own AND coalesce(nullif(current_setting('concert_booking.notify_seat_changes', true), ''), 'off')::boolean THEN
		PERFORM concert_booking.announce_seats(n.concert_schedule_id,
			array_agg(n.ordinal ORDER BY n.ordinal), array_agg(n.status ORDER BY n.ordinal))
		FROM new_seats n
		FULL JOIN old_seats o ON o.id = n.id
		WHERE n.status IS DISTINCT FROM o.status
		GROUP BY n.concert_schedule_id HAVING count(n.id) > 0
		ORDER BY n.concert_schedule_id;
	END IF;
	RETURN NULL;
END
$fn$;
COMMENT ON FUNCTION concert_booking.follow_seats_update() IS
	'Trigger: totals and prices of a schedule after seats were changed by hand.';

CREATE FUNCTION concert_booking.follow_seats_delete()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	PERFORM concert_booking.fold_availability(d.concert_schedule_id,
		-d.seats_gone::integer, -d.available_gone::integer)
	FROM (SELECT o.concert_schedule_id, count(*) AS seats_gone,
				 count(*) FILTER (WHERE o.status IN ('available', 'temp_reserved')) AS available_gone
		  FROM old_seats o GROUP BY 1 ORDER BY 1) d;

	UPDATE concert_booking.schedule_prices p
	SET seat_count = p.seat_count - d.seats_gone
	FROM (SELECT o.concert_schedule_id, o.seat_grade, o.price, count(*) AS seats_gone
		  FROM old_seats o GROUP BY 1, 2, 3) d
	WHERE (p.concert_schedule_id, p.seat_grade, p.price)
		= (d.concert_schedule_id, d.seat_grade, d.price);
	DELETE FROM concert_booking.schedule_prices p
	USING (SELECT DISTINCT o.concert_schedule_id FROM old_seats o) o
	WHERE p.concert_schedule_id = o.concert_schedule_id AND p.seat_count = 0;
	RETURN NULL;
END
$fn$;
COMMENT ON FUNCTION concert_booking.follow_seats_delete() IS
	'Trigger: totals and prices of a schedule after seats were deleted.';

/*
 * follow_holds_delete() - the seats of holds that were deleted by hand, or with
 * their user, are free. Statement trigger AFTER DELETE ON temp_reservations;
 * the C commands do not fire it, they free the seats themselves.
 *
 * Locking: seats after holds, the wrong way round: such a statement can meet a
 * sale in a deadlock, which PostgreSQL ends.
 */
CREATE FUNCTION concert_booking.follow_holds_delete()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	IF concert_booking.is_own_write() THEN
		RETURN NULL;
	END IF;
	UPDATE concert_booking.seats s
	SET status = 'available', hold_expires_at = NULL
	FROM old_holds o
	WHERE s.id = o.seat_id AND s.status = 'temp_reserved'
	  AND coalesce(s.hold_expires_at, o.expires_at) = o.expires_at;
	RETURN NULL;
END
$fn$;
COMMENT ON FUNCTION concert_booking.follow_holds_delete() IS
	'Trigger: seats are free after their holds were deleted by hand.';

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
SET timezone = 'UTC'
AS $fn$
DECLARE
	default_partition regclass;
	month_start date;
	month_end date;
	partition_name text;
BEGIN
	PERFORM concert_booking.require_tables();
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
COMMENT ON FUNCTION concert_booking.create_event_partitions(integer) IS
	'Make the coming months'' partitions of the event log.
Returns how many were made; run by pg_cron, see schedule_jobs().';

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
 * A month is written there when its partition was not made in time. The event
 * log refuses the deletion, so its trigger rests meanwhile; the caller has
 * locked everybody else out.
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
	is_guarded boolean;
BEGIN
	IF concert_booking.default_events(month_start, month_end, 1) = 0 THEN
		RETURN;
	END IF;
	SELECT p.partdefid::regclass INTO default_partition
	FROM pg_partitioned_table p
	WHERE p.partrelid = 'concert_booking.booking_events'::regclass;
	is_guarded := EXISTS (SELECT FROM pg_trigger t
						  WHERE t.tgrelid = default_partition
							AND t.tgname = 'refuse_change' AND t.tgenabled <> 'D');
	IF is_guarded THEN
		EXECUTE format('ALTER TABLE %s DISABLE TRIGGER refuse_change', default_partition);
	END IF;
	EXECUTE format('WITH moved AS (DELETE FROM %s'
				   || ' WHERE occurred_at >= %L AND occurred_at < %L RETURNING *)'
				   || ' INSERT INTO concert_booking.%I SELECT * FROM moved',
				   default_partition, month_start, month_end, partition_name);
	IF is_guarded THEN
		EXECUTE format('ALTER TABLE %s ENABLE TRIGGER refuse_change', default_partition);
	END IF;
END
$fn$;
COMMENT ON FUNCTION concert_booking.move_default_events(text, date, date) IS
	'Internal: a month''s events out of the default partition.';
