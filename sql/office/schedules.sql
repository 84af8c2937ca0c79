/*
 * cancel_schedule(concert_schedule_id, reason) - the performance does not take
 * place: cancel every booking of it, remove every hold, take every seat off
 * sale and close booking.
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
 * Arguments: concert_schedule_id; reason, kept as each booking's
 * cancellation_reason (up to 1,000 characters). Returns: how many bookings were
 * cancelled, how many seats these had, how many holds were removed (those that
 * were kept for a payment among them).
 * Tables written: bookings, booking_seats, seats, temp_reservations, refunds_due,
 * concert_schedules, availability_changes, booking_events (booking_cancelled
 * for each booking and one schedule_cancelled).
 * Errors: 22001, 22004, PT404, PT409 (a booking is being changed at this
 * moment: run again). Source: beyond the seeds; statements as A 3.6.
 */
CREATE FUNCTION concert_booking.cancel_schedule(
	concert_schedule_id uuid,
	reason text DEFAULT NULL,
	OUT cancelled_bookings integer,
	OUT cancelled_seats integer,
	OUT removed_holds integer)
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
	closed_seats integer;
	closed_schedules integer;
	judged_at timestamptz;
	refund_due bigint;
BEGIN
	PERFORM concert_booking.require_tables();
	session_timeout := concert_booking.begin_waits();
	BEGIN
		IF cancel_schedule.concert_schedule_id IS NULL THEN
			PERFORM concert_booking.refuse_null('concert_schedule_id');
		END IF;
		PERFORM concert_booking.check_length('reason', cancel_schedule.reason, 1000);
		IF NOT EXISTS (SELECT FROM concert_booking.concert_schedules cs
						  WHERE cs.id = cancel_schedule.concert_schedule_id) THEN
			PERFORM concert_booking.refuse_unknown_schedule(cancel_schedule.concert_schedule_id);
		END IF;

		SELECT coalesce(array_agg(l.id), '{}') INTO booking_ids
		FROM (SELECT b.id FROM concert_booking.bookings b
			  WHERE b.concert_schedule_id = cancel_schedule.concert_schedule_id
				AND b.status IN ('pending', 'confirmed')
			  ORDER BY b.id FOR NO KEY UPDATE) l;
		PERFORM FROM concert_booking.seats s
		WHERE s.concert_schedule_id = cancel_schedule.concert_schedule_id
		ORDER BY s.id FOR NO KEY UPDATE;

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

		DELETE FROM concert_booking.temp_reservations h
		USING concert_booking.seats s
		WHERE s.id = h.seat_id AND s.concert_schedule_id = cancel_schedule.concert_schedule_id;
		GET DIAGNOSTICS removed_holds = ROW_COUNT;

		/* Law 2: the clock is read after the locks were obtained. */
		judged_at := concert_booking.clock();
		SELECT c.cancelled_bookings, c.cancelled_seats, c.refund_due
		INTO cancelled_bookings, cancelled_seats, refund_due
		FROM concert_booking.cancel_bookings(booking_ids || late_ids, cancel_schedule.reason, judged_at) c;

		UPDATE concert_booking.seats s
		SET status = 'unavailable', hold_expires_at = NULL
		WHERE s.concert_schedule_id = cancel_schedule.concert_schedule_id AND s.status <> 'unavailable';
		GET DIAGNOSTICS closed_seats = ROW_COUNT;

		/* The triggers on seats folded what their change touched; the rest may be pending still. */
		PERFORM concert_booking.fold_availability(cancel_schedule.concert_schedule_id);
		UPDATE concert_booking.concert_schedules cs SET is_booking_open = false
		WHERE cs.id = cancel_schedule.concert_schedule_id AND cs.is_booking_open;
		GET DIAGNOSTICS closed_schedules = ROW_COUNT;

		IF cancelled_bookings + cancelled_seats + removed_holds + closed_seats + closed_schedules > 0 THEN
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
COMMENT ON FUNCTION concert_booking.cancel_schedule(uuid, text) IS
	'Cancel a performance: every booking of it is cancelled, every hold removed, every seat off sale, booking closed.
All that was paid is due back. Returns how many bookings, their seats and holds; a second call changes nothing.';

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
 * (booking_cancelled). Errors: none.
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
	live_ids constant uuid[] := ARRAY(
		SELECT b.id FROM concert_booking.bookings b
		WHERE b.id = ANY (cancel_bookings.booking_ids)
		  AND concert_booking.booking_status(b.status, b.pay_by, cancel_bookings.judged_at) IN ('pending', 'confirmed'));
	due_ids uuid[];
	due_amounts bigint[];
BEGIN
	/*
	 * What is due: of a paid booking its seats, of any other what was paid so far;
	 * of either no more than is neither back nor due, as paid_credit() has it. One
	 * join for all.
	 */
	SELECT array_agg(d.id ORDER BY d.id), array_agg(d.amount ORDER BY d.id), coalesce(sum(d.amount), 0)
	INTO due_ids, due_amounts, refund_due
	FROM (SELECT b.id, CASE WHEN b.paid_at IS NULL THEN p.amount - coalesce(r.amount, 0)
						   ELSE least(l.price, coalesce(p.amount, 0) - coalesce(r.amount, 0)) END AS amount
		  FROM concert_booking.bookings b
		  LEFT JOIN (SELECT bs.booking_id, sum(bs.price) AS price FROM concert_booking.booking_seats bs
					 WHERE bs.booking_id = ANY (live_ids) AND bs.active GROUP BY 1) l ON l.booking_id = b.id
		  LEFT JOIN (SELECT p.booking_id, sum(CASE p.kind WHEN 'charge' THEN p.amount ELSE -p.amount END) AS amount
					 FROM concert_booking.payments p
					 WHERE p.booking_id = ANY (live_ids) GROUP BY 1) p ON p.booking_id = b.id
		  LEFT JOIN concert_booking.refunds_due r ON r.booking_id = b.id
		  WHERE b.id = ANY (live_ids)) d
	WHERE d.amount > 0;

	WITH had AS (
		SELECT b.id, count(bs.id)::integer AS seat_count, coalesce(sum(bs.price), 0) AS total_price,
			   count(bs.id) FILTER (WHERE bs.active OR b.status = 'pending')::integer AS kept_seats
		FROM concert_booking.bookings b
		LEFT JOIN concert_booking.booking_seats bs ON bs.booking_id = b.id
		WHERE b.id = ANY (live_ids)
		GROUP BY b.id
	), changed AS (
		UPDATE concert_booking.bookings b
		SET status = 'cancelled', cancelled_at = concert_booking.clock(),
			cancellation_reason = cancel_bookings.reason,
			seat_count = h.seat_count, total_price = h.total_price
		FROM had h WHERE b.id = h.id
		RETURNING b.id, b.concert_schedule_id, h.kept_seats
	), logged AS (
		INSERT INTO concert_booking.booking_events
			(occurred_at, event_type, concert_schedule_id, booking_id, seat_count, actor, detail)
		SELECT concert_booking.clock(), 'booking_cancelled', c.concert_schedule_id, c.id, c.kept_seats,
			   concert_booking.acting_role(), '{"cause": "schedule_cancelled"}'
		FROM changed c ORDER BY c.id
		RETURNING seat_count)
	SELECT count(*), coalesce(sum(l.seat_count), 0) INTO cancelled_bookings, cancelled_seats FROM logged l;

	/* A seat of a paid booking is paid back whole; one that nobody paid for has no fee. */
	UPDATE concert_booking.booking_seats bs
	SET active = false, cancellation_fee = CASE WHEN b.paid_at IS NOT NULL THEN 0 END
	FROM concert_booking.bookings b
	WHERE b.id = bs.booking_id AND b.id = ANY (live_ids) AND bs.active;

	INSERT INTO concert_booking.refunds_due AS r (booking_id, amount)
	SELECT d.booking_id, d.amount FROM unnest(due_ids, due_amounts) AS d (booking_id, amount)
	ORDER BY d.booking_id
	ON CONFLICT (booking_id) DO UPDATE SET amount = r.amount + excluded.amount, updated_at = now();
END
$fn$;
COMMENT ON FUNCTION concert_booking.cancel_bookings(uuid[], text, timestamptz) IS
	'Internal: cancel bookings whose rows and seats are locked; all that was paid is due back.';
