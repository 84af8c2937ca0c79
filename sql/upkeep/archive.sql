/*
 * Upkeep of what is over: past schedules go into the archive, bookings that were
 * cancelled or not paid in time are deleted when nobody may keep them any longer.
 * Both work in bounded batches: a call is one transaction, says what it has done,
 * can be interrupted (then it has done nothing) and is called again until nothing
 * remains.
 */

/*
 * archive_past_schedules(before, batch_size) - move schedules that started
 * before an instant, with their seats and bookings, into archived_schedules and
 * archived_bookings.
 *
 * Nothing is lost: whole rows are kept as JSON, columns that the owner added
 * included, and my_bookings(), booking_detail(), find_guest_booking() and
 * find_bookings() go on to show the bookings. A booking that nobody has paid in
 * time goes as expired, and what was paid for it in part is due back; the ledger
 * stays where it is.
 *
 * Locking: bookings, seats, holds and then the row of one schedule after the
 * other, in the order of their start.
 * Arguments: before, not in the future; batch_size, the most schedules of this
 * call, 1 to 1,000. Returns: how many schedules, seats and bookings were moved,
 * and how many schedules remain to be. NOTICE: one line a schedule.
 * Tables written: archived_schedules, archived_bookings, bookings,
 * booking_seats, temp_reservations, seats, schedule_prices,
 * availability_changes, concert_schedules, concerts (counted_bookings),
 * refunds_due, booking_events (schedule_archived, booking_expired).
 * Errors: 22004, 22023, PT409 (somebody adds to the schedule at this moment: run
 * again). Source: A 6.1; B upkeep (archiving).
 */
CREATE FUNCTION concert_booking.archive_past_schedules(
	before timestamptz,
	batch_size integer DEFAULT 10,
	OUT archived_schedules integer,
	OUT archived_seats bigint,
	OUT archived_bookings bigint,
	OUT remaining_schedules bigint)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
DECLARE
	past record;
	moved record;
BEGIN
	PERFORM concert_booking.require_tables();
	IF before IS NULL THEN
		PERFORM concert_booking.refuse_null('before');
	ELSIF before > concert_booking.clock() THEN
		PERFORM concert_booking.refuse_value('before', 'Use an instant that is not in the future.');
	END IF;
	PERFORM concert_booking.check_range('batch_size', batch_size, 1, 1000);

	archived_schedules := 0;
	archived_seats := 0;
	archived_bookings := 0;
	FOR past IN
		SELECT cs.id, cs.starts_at FROM concert_booking.concert_schedules cs
		WHERE cs.starts_at < before
		ORDER BY cs.starts_at, cs.id LIMIT batch_size
	LOOP
		SELECT * INTO moved FROM concert_booking.archive_schedule(past.id);
		CONTINUE WHEN moved.seat_count IS NULL;		/* somebody else was first */
		archived_schedules := archived_schedules + 1;
		archived_seats := archived_seats + moved.seat_count;
		archived_bookings := archived_bookings + moved.booking_count;
		RAISE NOTICE 'archived schedule %: % seats, % bookings (% of at most % schedules)',
			past.id, moved.seat_count, moved.booking_count, archived_schedules, batch_size;
	END LOOP;
	SELECT count(*) INTO remaining_schedules
	FROM concert_booking.concert_schedules cs WHERE cs.starts_at < before;
END
$fn$;
COMMENT ON FUNCTION concert_booking.archive_past_schedules(timestamptz, integer) IS
	'Move schedules of the past, with seats and bookings, into the archive.
Nothing is lost, and bookers still see their bookings. Call it again until no schedule remains.';

/*
 * archive_schedule(schedule_id) - one schedule into the archive. Internal.
 *
 * Returns: how many seats and bookings went with it, null where the schedule is
 * not there any more. Tables written and locking: see archive_past_schedules().
 */
CREATE FUNCTION concert_booking.archive_schedule(
	schedule_id uuid,
	OUT seat_count integer,
	OUT booking_count integer)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $fn$
#variable_conflict use_column
DECLARE
	confirmed integer;
	deleted integer;
BEGIN
	PERFORM FROM concert_booking.bookings b
	WHERE b.concert_schedule_id = schedule_id ORDER BY b.id FOR UPDATE;
	PERFORM FROM concert_booking.seats s
	WHERE s.concert_schedule_id = schedule_id ORDER BY s.id FOR UPDATE;
	DELETE FROM concert_booking.temp_reservations h WHERE h.concert_schedule_id = schedule_id;
	PERFORM FROM concert_booking.concert_schedules cs WHERE cs.id = schedule_id FOR UPDATE;
	IF NOT FOUND THEN
		RETURN;
	END IF;
	PERFORM concert_booking.fold_availability(schedule_id);
	/* It has started, and no booking is to be paid later than that. */
	PERFORM concert_booking.settle_expired(ARRAY(
		SELECT b.id FROM concert_booking.bookings b
		WHERE b.concert_schedule_id = schedule_id AND b.status = 'pending'));

	INSERT INTO concert_booking.archived_schedules
		(id, concert_id, concert_date, concert_time, starts_at, seat_count, booking_count, schedule, seats)
	SELECT cs.id, cs.concert_id, cs.concert_date, cs.concert_time, cs.starts_at, s.seat_count,
		   (SELECT count(*) FROM concert_booking.bookings b WHERE b.concert_schedule_id = cs.id),
		   to_jsonb(cs), s.seats
	FROM concert_booking.concert_schedules cs
	CROSS JOIN LATERAL (
		SELECT count(*) AS seat_count, coalesce(jsonb_agg(to_jsonb(s) ORDER BY s.ordinal), '[]') AS seats
		FROM concert_booking.seats s WHERE s.concert_schedule_id = cs.id) s
	WHERE cs.id = schedule_id;

	INSERT INTO concert_booking.archived_bookings
		(id, concert_schedule_id, user_id, session_id, booking_number, status, customer_phone,
		 customer_email, seat_count, total_price, cancelled_at, created_at, booking, seats)
	SELECT b.id, b.concert_schedule_id, b.user_id, b.session_id, b.booking_number, b.status,
		   b.customer_phone, b.customer_email, b.seat_count, b.total_price, b.cancelled_at,
		   b.created_at, to_jsonb(b),
		   coalesce(jsonb_agg(to_jsonb(bs) || jsonb_build_object('seat_number', s.seat_number,
						'seat_grade', coalesce(bs.seat_grade, s.seat_grade)) ORDER BY s.ordinal)
					FILTER (WHERE bs.id IS NOT NULL), '[]')
	/* Joined, then grouped: a join of groups is made anew for each booking where nobody has analyzed. */
	FROM concert_booking.bookings b
	LEFT JOIN concert_booking.booking_seats bs ON bs.booking_id = b.id
	LEFT JOIN concert_booking.seats s ON s.id = bs.seat_id
	WHERE b.concert_schedule_id = schedule_id
	GROUP BY b.id;
	GET DIAGNOSTICS booking_count = ROW_COUNT;
	SELECT count(*) INTO confirmed FROM concert_booking.bookings b
	WHERE b.concert_schedule_id = schedule_id AND b.status = 'confirmed';

	DELETE FROM concert_booking.bookings b WHERE b.concert_schedule_id = schedule_id;
	GET DIAGNOSTICS deleted = ROW_COUNT;
	IF deleted <> booking_count THEN
		PERFORM concert_booking.refuse_changing(schedule_id);
	END IF;
	DELETE FROM concert_booking.seats s WHERE s.concert_schedule_id = schedule_id;
	GET DIAGNOSTICS deleted = ROW_COUNT;
	SELECT a.seat_count INTO seat_count
	FROM concert_booking.archived_schedules a WHERE a.id = schedule_id;
	IF deleted <> seat_count THEN
		PERFORM concert_booking.refuse_changing(schedule_id);
	END IF;

	/* What is no longer there to be counted has to count as counted; below zero: not yet. */
	UPDATE concert_booking.concerts c
	SET counted_bookings = c.counted_bookings - confirmed
	FROM concert_booking.concert_schedules cs
	WHERE cs.id = schedule_id AND c.id = cs.concert_id AND confirmed > 0;
	DELETE FROM concert_booking.concert_schedules cs WHERE cs.id = schedule_id;
	PERFORM concert_booking.log_event('schedule_archived', schedule_id, seat_count,
		jsonb_build_object('bookings', booking_count));
END
$fn$;
COMMENT ON FUNCTION concert_booking.archive_schedule(uuid) IS
	'Internal: one schedule into the archive.';

/*
 * purge_cancelled_bookings(before, batch_size) - delete bookings that were
 * cancelled, or were not paid in time, before an instant, for good: names, phones,
 * e-mails and all. What remains is their line in the event log and what was paid
 * for them in the ledger, which hold nothing personal but why staff has overridden
 * a cut-off, and the id of who did.
 *
 * Bookings in the archive are deleted too. A booking for which money has to go
 * back stays until it has gone. Rows that somebody else has locked are left for
 * the next call.
 * Arguments: before, not in the future; batch_size, the most bookings of this
 * call, 1 to 100,000. Returns: how many were deleted; call it again until none
 * is. Tables written: bookings, booking_seats, archived_bookings,
 * booking_events (one row bookings_purged), and as expire_bookings().
 * Errors: 22004, 22023. Source: B upkeep (cancelled bookings).
 */
CREATE FUNCTION concert_booking.purge_cancelled_bookings(
	before timestamptz,
	batch_size integer DEFAULT 1000,
	OUT purged_bookings integer)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $fn$
DECLARE
	deleted integer;
BEGIN
	PERFORM concert_booking.require_tables();
	IF before IS NULL THEN
		PERFORM concert_booking.refuse_null('before');
	ELSIF before > concert_booking.clock() THEN
		PERFORM concert_booking.refuse_value('before', 'Use an instant that is not in the future.');
	END IF;
	PERFORM concert_booking.check_range('batch_size', batch_size, 1, 100000);

	/* Those that nobody has swept hold personal data too. */
	PERFORM concert_booking.expire_bookings(batch_size);

	/* created_at is never later than cancelled_at and pay_by, and it is indexed. */
	DELETE FROM concert_booking.bookings b
	WHERE b.id IN (SELECT x.id FROM concert_booking.bookings x
				   WHERE x.status = 'cancelled' AND x.cancelled_at < before AND x.created_at < before
					 AND NOT EXISTS (SELECT FROM concert_booking.refunds_due r WHERE r.booking_id = x.id)
				   ORDER BY x.created_at LIMIT batch_size
				   FOR UPDATE OF x SKIP LOCKED);
	GET DIAGNOSTICS purged_bookings = ROW_COUNT;
	DELETE FROM concert_booking.bookings b
	WHERE b.id IN (SELECT x.id FROM concert_booking.bookings x
				   WHERE x.status = 'expired' AND x.pay_by < before AND x.created_at < before
					 AND NOT EXISTS (SELECT FROM concert_booking.refunds_due r WHERE r.booking_id = x.id)
				   ORDER BY x.created_at LIMIT batch_size - purged_bookings
				   FOR UPDATE OF x SKIP LOCKED);
	GET DIAGNOSTICS deleted = ROW_COUNT;
	purged_bookings := purged_bookings + deleted;
	DELETE FROM concert_booking.archived_bookings a
	WHERE a.id IN (SELECT x.id FROM concert_booking.archived_bookings x
				   WHERE x.status = 'cancelled' AND x.cancelled_at < before
					 AND NOT EXISTS (SELECT FROM concert_booking.refunds_due r WHERE r.booking_id = x.id)
				   ORDER BY x.cancelled_at LIMIT batch_size - purged_bookings
				   FOR UPDATE OF x SKIP LOCKED);
	GET DIAGNOSTICS deleted = ROW_COUNT;
	purged_bookings := purged_bookings + deleted;
	DELETE FROM concert_booking.archived_bookings a
	WHERE a.id IN (SELECT x.id FROM concert_booking.archived_bookings x
				   WHERE x.status = 'expired' AND (x.booking ->> 'pay_by')::timestamptz < before
					 AND NOT EXISTS (SELECT FROM concert_booking.refunds_due r WHERE r.booking_id = x.id)
				   LIMIT batch_size - purged_bookings
				   FOR UPDATE OF x SKIP LOCKED);
	GET DIAGNOSTICS deleted = ROW_COUNT;
	purged_bookings := purged_bookings + deleted;
	IF purged_bookings > 0 THEN
		PERFORM concert_booking.log_event('bookings_purged', NULL, 0,
			jsonb_build_object('bookings', purged_bookings, 'cancelled_before', before));
	END IF;
END
$fn$;
COMMENT ON FUNCTION concert_booking.purge_cancelled_bookings(timestamptz, integer) IS
	'Delete bookings that were cancelled, or not paid in time, before an instant, for good.
Those for which money has to go back stay until it has gone. Returns how many; call it again until none is left.';
