/*
 * A performance that does not take place, and one that takes place after all.
 * postponement.sql has those that are moved.
 *
 * Locking: bookings by id, seats by id, holds, refunds_due, the schedule's row.
 * Whoever changes the status of a schedule locks all its seats first, so that there
 * is one such change at a time, and none beside a sale.
 */

/*
 * cancel_schedule(concert_schedule_id, reason, dry_run) - the performance does
 * not take place: cancel every booking of it, remove every hold and close it for
 * good.
 *
 * Its status is cancelled from then on: nothing of it can be held, sold or paid,
 * whatever is_booking_open says. Seats keep what they were: those that were
 * blocked stay blocked, the others are available, and reinstate_schedule() puts
 * them on sale again.
 *
 * Everything that was paid is due back: the whole price of each seat that a paid
 * booking still has, and what was paid in part of a pending one. Refund rules and
 * cut-offs of the bookers do not apply; the fees of seats that were cancelled
 * before stay with the house. Money that comes after this is due back as well:
 * see confirm_payment(). A pending booking whose pay_by is over has expired and is
 * left to expire_bookings(). A second call changes nothing.
 *
 * Locking: pending and confirmed bookings by id, all seats by id, holds,
 * refunds_due by booking, the schedule's row. A booking can be made between the
 * first two steps; once all seats are locked no more can be. Such a late booking
 * is locked without waiting, because whoever has it may be waiting for a seat.
 * Every seat that is not blocked is written, though it may be available before and
 * after: a sale that has read the schedule as open and waits for its seat meets a
 * changed row, and looks at the schedule again.
 * Arguments: concert_schedule_id; reason, kept as each booking's
 * cancellation_reason (up to 1,000 characters); dry_run, true: tell what the call
 * would do now, read only and lock nothing. Returns: how many bookings were
 * cancelled, how many seats these had, how many holds were removed (those that
 * were kept for a payment among them), and how much became due back, in won.
 * Tables written: bookings, booking_seats, seats, temp_reservations, refunds_due,
 * concert_schedules, availability_changes, booking_events (booking_cancelled
 * for each booking and one schedule_cancelled).
 * Errors: 22001, 22004, 27000, PT404, PT409 (a booking is being changed, or a seat
 * was made, at this moment: run again). Source: beyond the seeds; statements as A 3.6.
 */
CREATE FUNCTION concert_booking.cancel_schedule(
	concert_schedule_id uuid,
	reason text DEFAULT NULL,
	dry_run boolean DEFAULT false,
	OUT cancelled_bookings integer,
	OUT cancelled_seats integer,
	OUT removed_holds integer,
	OUT refund_due bigint)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $fn$
#variable_conflict use_column
DECLARE
	session_timeout text;
	booking_ids uuid[];
	late_ids uuid[];
	locked_count integer;
	locked_seats integer;
	is_suppressed boolean;
	was_cancelled boolean;
	is_cancelled boolean;
	judged_at timestamptz;
BEGIN
	PERFORM concert_booking.require_tables();
	IF cancel_schedule.concert_schedule_id IS NULL THEN
		PERFORM concert_booking.refuse_null('concert_schedule_id');
	ELSIF cancel_schedule.dry_run IS NULL THEN
		PERFORM concert_booking.refuse_null('dry_run');
	END IF;
	PERFORM concert_booking.check_length('reason', cancel_schedule.reason, 1000);
	IF NOT EXISTS (SELECT FROM concert_booking.concert_schedules cs
				   WHERE cs.id = cancel_schedule.concert_schedule_id) THEN
		PERFORM concert_booking.refuse_unknown_schedule(cancel_schedule.concert_schedule_id);
	END IF;
	IF cancel_schedule.dry_run THEN
		SELECT l.bookings, l.seats, l.holds, l.refund_due
		INTO cancelled_bookings, cancelled_seats, removed_holds, refund_due
		FROM concert_booking.cancellation_losses(cancel_schedule.concert_schedule_id) l;
		RETURN;
	END IF;

	session_timeout := concert_booking.begin_waits();
	BEGIN
		booking_ids := concert_booking.lock_schedule_bookings(cancel_schedule.concert_schedule_id);
		locked_seats := concert_booking.lock_schedule_seats(cancel_schedule.concert_schedule_id);

		/* Made after the first step; from here on nobody can make one. */
		late_ids := ARRAY(
			SELECT b.id FROM concert_booking.bookings b
			WHERE b.concert_schedule_id = cancel_schedule.concert_schedule_id
			  AND b.status IN ('pending', 'confirmed')
			EXCEPT SELECT unnest(booking_ids));
		SELECT count(*) INTO locked_count
		FROM (SELECT b.id FROM concert_booking.bookings b
			  WHERE b.id = ANY (late_ids)
			  ORDER BY b.id FOR NO KEY UPDATE SKIP LOCKED) l;
		IF locked_count < cardinality(late_ids) THEN
			PERFORM concert_booking.refuse_changing(cancel_schedule.concert_schedule_id);
		END IF;
		SELECT cs.status = 'cancelled' INTO was_cancelled
		FROM concert_booking.concert_schedules cs WHERE cs.id = cancel_schedule.concert_schedule_id;

		DELETE FROM concert_booking.temp_reservations h
		USING concert_booking.seats s
		WHERE s.id = h.seat_id AND s.concert_schedule_id = cancel_schedule.concert_schedule_id;
		GET DIAGNOSTICS removed_holds = ROW_COUNT;

		/* Law 2: the clock is read after the locks were obtained. */
		judged_at := concert_booking.clock();
		SELECT c.cancelled_bookings, c.cancelled_seats, c.refund_due
		INTO cancelled_bookings, cancelled_seats, refund_due
		FROM concert_booking.cancel_bookings(booking_ids || late_ids, cancel_schedule.reason, judged_at) c;

		WITH written AS (
			UPDATE concert_booking.seats s
			SET status = 'available', hold_expires_at = NULL
			WHERE s.concert_schedule_id = cancel_schedule.concert_schedule_id
			  AND CASE s.status WHEN 'unavailable' THEN false
								WHEN 'available' THEN NOT was_cancelled ELSE true END
			RETURNING s.id)
		/* of the same snapshot, so the seats as they were */
		SELECT count(*) > (SELECT count(*) FROM written) INTO is_suppressed
		FROM concert_booking.seats s
		WHERE s.concert_schedule_id = cancel_schedule.concert_schedule_id
		  AND CASE s.status WHEN 'unavailable' THEN false
							WHEN 'available' THEN NOT was_cancelled ELSE true END;
		IF is_suppressed THEN
			PERFORM concert_booking.refuse_suppressed('seats');
		END IF;

		/* The triggers on seats folded what their change touched; the rest may be pending still. */
		PERFORM concert_booking.fold_availability(cancel_schedule.concert_schedule_id);
		SELECT cs.status = 'cancelled' INTO is_cancelled
		FROM concert_booking.concert_schedules cs
		WHERE cs.id = cancel_schedule.concert_schedule_id FOR NO KEY UPDATE;
		/* Seats that were made meanwhile are not locked; where there is none, nothing was. */
		IF is_cancelled IS DISTINCT FROM was_cancelled
		   OR locked_seats <> (SELECT count(*) FROM concert_booking.seats s
							   WHERE s.concert_schedule_id = cancel_schedule.concert_schedule_id) THEN
			PERFORM concert_booking.refuse_changing(cancel_schedule.concert_schedule_id);
		END IF;
		UPDATE concert_booking.concert_schedules cs
		SET status = 'cancelled', status_changed_at = judged_at
		WHERE cs.id = cancel_schedule.concert_schedule_id AND NOT was_cancelled;
		IF NOT FOUND AND NOT was_cancelled THEN
			PERFORM concert_booking.refuse_suppressed('concert_schedules');
		END IF;

		IF NOT was_cancelled OR cancelled_bookings + cancelled_seats + removed_holds > 0 THEN
			PERFORM concert_booking.log_event('schedule_cancelled', cancel_schedule.concert_schedule_id, cancelled_seats,
				jsonb_build_object('reason', cancel_schedule.reason, 'bookings', cancelled_bookings,
								   'holds', removed_holds, 'refund_due', nullif(refund_due, 0)));
		END IF;
	EXCEPTION WHEN lock_not_available THEN
		PERFORM concert_booking.refuse_busy(session_timeout);
		RAISE;
	END;
	PERFORM concert_booking.end_waits(session_timeout);
END
$fn$;
COMMENT ON FUNCTION concert_booking.cancel_schedule(uuid, text, boolean) IS
	'Cancel a performance: every booking of it is cancelled, every hold removed, and it is closed for good.
All that was paid is due back. Returns how many bookings, their seats and holds, and how much is due; dry_run only tells. A second call changes nothing.';

/*
 * lock_schedule_bookings(schedule_id) - lock the pending and confirmed bookings of a
 * schedule, in the order of their ids. Internal.
 *
 * Returns: their ids. Tables written: none. Errors: 40001, 55P03.
 */
CREATE FUNCTION concert_booking.lock_schedule_bookings(schedule_id uuid)
RETURNS uuid[]
LANGUAGE sql VOLATILE
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $fn$
	SELECT coalesce(array_agg(l.id), '{}')
	FROM (SELECT b.id FROM concert_booking.bookings b
		  WHERE b.concert_schedule_id = schedule_id AND b.status IN ('pending', 'confirmed')
		  ORDER BY b.id FOR NO KEY UPDATE) l
$fn$;
COMMENT ON FUNCTION concert_booking.lock_schedule_bookings(uuid) IS
	'Internal: lock the bookings of a schedule that stand.';

/*
 * lock_schedule_seats(schedule_id) - lock all seats of a schedule, in the order of
 * their ids. Internal.
 *
 * Who has them waits for no sale of the schedule any more, and none is under way.
 * Returns: how many there are. Tables written: none. Errors: 40001, 55P03.
 */
CREATE FUNCTION concert_booking.lock_schedule_seats(schedule_id uuid)
RETURNS integer
LANGUAGE sql VOLATILE
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $fn$
	SELECT count(*)::integer
	FROM (SELECT FROM concert_booking.seats s
		  WHERE s.concert_schedule_id = schedule_id
		  ORDER BY s.id FOR NO KEY UPDATE) l
$fn$;
COMMENT ON FUNCTION concert_booking.lock_schedule_seats(uuid) IS
	'Internal: lock all seats of a schedule.';

/*
 * touch_seats(schedule_id) - write all seats of a schedule that are not blocked, as
 * they are. Internal: the caller has locked them.
 *
 * A sale that waits for one of them finds it changed, and looks at the schedule
 * again. Returns: nothing. Tables written: seats. Errors: 27000.
 */
CREATE FUNCTION concert_booking.touch_seats(schedule_id uuid)
RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $fn$
DECLARE
	is_suppressed boolean;
BEGIN
	WITH written AS (
		UPDATE concert_booking.seats s SET hold_expires_at = s.hold_expires_at
		WHERE s.concert_schedule_id = touch_seats.schedule_id AND s.status <> 'unavailable'
		RETURNING s.id)
	SELECT count(*) > (SELECT count(*) FROM written) INTO is_suppressed
	FROM concert_booking.seats s
	WHERE s.concert_schedule_id = touch_seats.schedule_id AND s.status <> 'unavailable';
	IF is_suppressed THEN
		PERFORM concert_booking.refuse_suppressed('seats');
	END IF;
END
$fn$;
COMMENT ON FUNCTION concert_booking.touch_seats(uuid) IS
	'Internal: write the seats of a schedule as they are, so that waiting sales look at it again.';

/*
 * cancellation_losses(schedule_id) - what cancel_schedule() would do at this
 * instant. Internal.
 *
 * Returns: bookings, their seats, holds, and what would become due back, in won.
 * Tables written: none. Errors: none.
 */
CREATE FUNCTION concert_booking.cancellation_losses(
	schedule_id uuid,
	OUT bookings integer,
	OUT seats integer,
	OUT holds integer,
	OUT refund_due bigint)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $fn$
	SELECT count(*)::integer, coalesce(sum(w.kept_seats), 0)::integer,
		   (SELECT count(*)::integer FROM concert_booking.temp_reservations h
			JOIN concert_booking.seats s ON s.id = h.seat_id
			WHERE s.concert_schedule_id = schedule_id),
		   coalesce(sum(w.refund_due), 0)::bigint
	FROM concert_booking.bookings_to_cancel(ARRAY(
		SELECT b.id FROM concert_booking.bookings b
		WHERE b.concert_schedule_id = schedule_id AND b.status IN ('pending', 'confirmed')),
		concert_booking.clock()) w
$fn$;
COMMENT ON FUNCTION concert_booking.cancellation_losses(uuid) IS
	'Internal: what cancel_schedule() would do.';

/*
 * bookings_to_cancel(booking_ids, judged_at) - those of the bookings that stand at
 * the instant, and what their end means. Internal: for cancel_schedule().
 *
 * What is due: of a paid booking its seats, of any other what was paid so far; of
 * either no more than is neither back nor due, as paid_credit() has it. All rows of
 * all bookings are one list that is added up by booking: a join of sums is made anew
 * for each booking where the planner expects few.
 * Returns: booking_id; seat_count and total_price of all the seats that it had,
 * those cancelled before included; kept_seats, how many it has until now;
 * refund_due in won. Tables written: none. Errors: none.
 */
CREATE FUNCTION concert_booking.bookings_to_cancel(booking_ids uuid[], judged_at timestamptz)
RETURNS TABLE (booking_id uuid, seat_count integer, total_price bigint, kept_seats integer, refund_due bigint)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $fn$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT t.id, t.seats, t.price, CASE WHEN t.status = 'pending' THEN t.seats ELSE t.active_seats END,
		   greatest(CASE WHEN t.is_paid THEN least(t.active_price, t.credit) ELSE t.credit END, 0)
	FROM (SELECT r.id, max(r.status) AS status, bool_or(r.is_paid) AS is_paid,
				 count(r.price)::integer AS seats, coalesce(sum(r.price), 0)::bigint AS price,
				 (count(r.price) FILTER (WHERE r.active))::integer AS active_seats,
				 coalesce(sum(r.price) FILTER (WHERE r.active), 0)::bigint AS active_price,
				 coalesce(sum(r.credit), 0)::bigint AS credit
		  FROM (SELECT b.id, concert_booking.booking_status(b.status, b.pay_by, judged_at) AS status,
					   b.paid_at IS NOT NULL AS is_paid, NULL::integer AS price, NULL::boolean AS active, NULL::bigint AS credit
				FROM concert_booking.bookings b WHERE b.id = ANY (booking_ids)
				UNION ALL
				SELECT bs.booking_id, NULL, NULL, bs.price, bs.active, NULL
				FROM concert_booking.booking_seats bs WHERE bs.booking_id = ANY (booking_ids)
				UNION ALL
				SELECT p.booking_id, NULL, NULL, NULL, NULL, CASE p.kind WHEN 'charge' THEN p.amount ELSE -p.amount END
				FROM concert_booking.payments p WHERE p.booking_id = ANY (booking_ids)
				UNION ALL
				SELECT d.booking_id, NULL, NULL, NULL, NULL, -d.amount
				FROM concert_booking.refunds_due d WHERE d.booking_id = ANY (booking_ids)) r
		  GROUP BY r.id) t
	WHERE t.status IN ('pending', 'confirmed');
END
$fn$;
COMMENT ON FUNCTION concert_booking.bookings_to_cancel(uuid[], timestamptz) IS
	'Internal: bookings that stand, and what their end means.';

/*
 * cancel_bookings(booking_ids, reason, judged_at) - cancel bookings whose rows
 * and seats the caller has locked, and make all that was paid due back. Internal:
 * a step of cancel_schedule(), which sees to the seats themselves.
 *
 * What is neither confirmed nor pending at the instant stays as it is. A booking
 * that ends counts all the seats that it had, those cancelled before included.
 * Returns: how many bookings, how many seats they had until now, and how much is
 * due back, in won.
 * Tables written: bookings, booking_seats, refunds_due, booking_events
 * (booking_cancelled). Errors: 27000, 23514 (a constraint of the owner's; DETAIL
 * names it and shows no row).
 */
CREATE FUNCTION concert_booking.cancel_bookings(
	booking_ids uuid[],
	reason text,
	judged_at timestamptz,
	OUT cancelled_bookings integer,
	OUT cancelled_seats integer,
	OUT refund_due bigint)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $fn$
#variable_conflict use_column
DECLARE
	ids uuid[];
	seat_counts integer[];
	total_prices bigint[];
	kept_counts integer[];
	due_amounts bigint[];
	written integer;
	refused_by name;
	refused_in name;
BEGIN
	SELECT coalesce(array_agg(w.booking_id ORDER BY w.booking_id), '{}'), array_agg(w.seat_count ORDER BY w.booking_id),
		   array_agg(w.total_price ORDER BY w.booking_id), array_agg(w.kept_seats ORDER BY w.booking_id),
		   array_agg(w.refund_due ORDER BY w.booking_id),
		   count(*), coalesce(sum(w.kept_seats), 0), coalesce(sum(w.refund_due), 0)
	INTO ids, seat_counts, total_prices, kept_counts, due_amounts, cancelled_bookings, cancelled_seats, refund_due
	FROM concert_booking.bookings_to_cancel(cancel_bookings.booking_ids, cancel_bookings.judged_at) w;

	UPDATE concert_booking.bookings b
	SET status = 'cancelled', cancelled_at = cancel_bookings.judged_at,
		cancellation_reason = cancel_bookings.reason,
		seat_count = w.seat_count, total_price = w.total_price
	FROM unnest(ids, seat_counts, total_prices) AS w (id, seat_count, total_price)
	WHERE b.id = w.id;
	GET DIAGNOSTICS written = ROW_COUNT;
	IF written < cancelled_bookings THEN
		PERFORM concert_booking.refuse_suppressed('bookings');
	END IF;
	INSERT INTO concert_booking.booking_events
		(occurred_at, event_type, concert_schedule_id, booking_id, seat_count, actor, detail)
	SELECT concert_booking.clock(), 'booking_cancelled', b.concert_schedule_id, b.id, w.kept_seats,
		   concert_booking.acting_person(), '{"cause": "schedule_cancelled"}'
	FROM unnest(ids, kept_counts) AS w (id, kept_seats)
	JOIN concert_booking.bookings b ON b.id = w.id
	ORDER BY b.id;

	/* A seat of a paid booking is paid back whole; one that nobody paid for has no fee. */
	UPDATE concert_booking.booking_seats bs
	SET active = false, cancellation_fee = CASE WHEN b.paid_at IS NOT NULL THEN 0 END
	FROM concert_booking.bookings b
	WHERE b.id = bs.booking_id AND b.id = ANY (ids) AND bs.active;
	IF EXISTS (SELECT FROM concert_booking.booking_seats bs WHERE bs.booking_id = ANY (ids) AND bs.active) THEN
		PERFORM concert_booking.refuse_suppressed('booking_seats');
	END IF;

	INSERT INTO concert_booking.refunds_due AS r (booking_id, amount)
	SELECT d.booking_id, d.amount FROM unnest(ids, due_amounts) AS d (booking_id, amount)
	WHERE d.amount > 0 ORDER BY d.booking_id
	ON CONFLICT (booking_id) DO UPDATE SET amount = r.amount + excluded.amount, updated_at = now();
	GET DIAGNOSTICS written = ROW_COUNT;
	IF written < (SELECT count(*) FROM unnest(due_amounts) AS d (amount) WHERE d.amount > 0) THEN
		PERFORM concert_booking.refuse_suppressed('refunds_due');
	END IF;
EXCEPTION WHEN check_violation THEN
	GET STACKED DIAGNOSTICS refused_by = CONSTRAINT_NAME, refused_in = TABLE_NAME;
	IF refused_in = '' THEN
		/* The words of a trigger of the owner's. */
		RAISE;
	END IF;
	/* PostgreSQL's words show the whole row, with a name and a phone number. */
	RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'new row violates a check constraint',
		DETAIL = format('The constraint is "%s" of "%s".', refused_by, refused_in),
		HINT = 'Look at what the constraint demands.',
		SCHEMA = 'concert_booking', TABLE = refused_in, CONSTRAINT = refused_by;
END
$fn$;
COMMENT ON FUNCTION concert_booking.cancel_bookings(uuid[], text, timestamptz) IS
	'Internal: cancel bookings whose rows and seats are locked; all that was paid is due back.';

/*
 * reinstate_schedule(concert_schedule_id, reason) - a cancelled performance takes
 * place after all.
 *
 * Its status is again what it was: postponed where it has been moved, else
 * scheduled. Its seats are on sale as before, those that were blocked still
 * blocked. The bookings stay cancelled, and what is due back stays due: whoever
 * still wants to come books again.
 *
 * Locking: all seats by id, the schedule's row.
 * Arguments: concert_schedule_id; reason for the event log (up to 1,000
 * characters, no personal data). Returns: how many seats are available, and how
 * many are blocked. Tables written: concert_schedules, booking_events
 * (schedule_reinstated). Errors: 22001, 22004, 27000, PT404, PT409 (DETAIL: reason
 * not_cancelled). Source: beyond the seeds.
 */
CREATE FUNCTION concert_booking.reinstate_schedule(
	concert_schedule_id uuid,
	reason text DEFAULT NULL,
	OUT available_seats integer,
	OUT blocked_seats integer)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $fn$
#variable_conflict use_column
DECLARE
	session_timeout text;
	old_status text;
BEGIN
	PERFORM concert_booking.require_tables();
	session_timeout := concert_booking.begin_waits();
	BEGIN
		IF reinstate_schedule.concert_schedule_id IS NULL THEN
			PERFORM concert_booking.refuse_null('concert_schedule_id');
		END IF;
		PERFORM concert_booking.check_length('reason', reinstate_schedule.reason, 1000);
		PERFORM concert_booking.lock_schedule_seats(reinstate_schedule.concert_schedule_id);
		SELECT cs.status INTO old_status
		FROM concert_booking.concert_schedules cs
		WHERE cs.id = reinstate_schedule.concert_schedule_id FOR NO KEY UPDATE;
		IF NOT FOUND THEN
			PERFORM concert_booking.refuse_unknown_schedule(reinstate_schedule.concert_schedule_id);
		ELSIF old_status <> 'cancelled' THEN
			PERFORM concert_booking.refuse('PT409', 'schedule is not cancelled',
				jsonb_build_object('reason', 'not_cancelled', 'concert_schedule_id', reinstate_schedule.concert_schedule_id)::text,
				'Only a schedule that cancel_schedule() has cancelled is reinstated.');
		END IF;

		UPDATE concert_booking.concert_schedules cs
		SET status = CASE WHEN cs.previous_starts_at IS NULL THEN 'scheduled' ELSE 'postponed' END,
			status_changed_at = concert_booking.clock()
		WHERE cs.id = reinstate_schedule.concert_schedule_id;
		IF NOT FOUND THEN
			PERFORM concert_booking.refuse_suppressed('concert_schedules');
		END IF;
		SELECT count(*) FILTER (WHERE s.status = 'available'), count(*) FILTER (WHERE s.status = 'unavailable')
		INTO available_seats, blocked_seats
		FROM concert_booking.seats s WHERE s.concert_schedule_id = reinstate_schedule.concert_schedule_id;
		PERFORM concert_booking.log_event('schedule_reinstated', reinstate_schedule.concert_schedule_id, available_seats,
			jsonb_build_object('reason', reinstate_schedule.reason));
	EXCEPTION WHEN lock_not_available THEN
		PERFORM concert_booking.refuse_busy(session_timeout);
		RAISE;
	END;
	PERFORM concert_booking.end_waits(session_timeout);
END
$fn$;
COMMENT ON FUNCTION concert_booking.reinstate_schedule(uuid, text) IS
	'A cancelled performance takes place after all: its seats are on sale as before, blocked ones still blocked.
Its bookings stay cancelled. Returns how many seats are available and blocked.';
