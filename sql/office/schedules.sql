/*
 * cancel_schedule(concert_schedule_id, reason) - the performance does not take
 * place: cancel every booking of it, remove every hold, take every seat off
 * sale and close booking.
 *
 * Cut-offs of the bookers do not apply. A second call changes nothing.
 *
 * Locking: confirmed bookings by id, all seats by id, holds, the schedule's
 * row. A booking can be confirmed between the first two steps; once all seats
 * are locked no more can be. Such a late booking is locked without waiting,
 * because whoever has it may be waiting for a seat.
 * Arguments: concert_schedule_id; reason, kept as each booking's
 * cancellation_reason (up to 1,000 characters). Returns: how many bookings were
 * cancelled, how many seats these had, how many holds were removed.
 * Tables written: bookings, booking_seats, seats, temp_reservations,
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
			  WHERE b.concert_schedule_id = cancel_schedule.concert_schedule_id AND b.status = 'confirmed'
			  ORDER BY b.id FOR NO KEY UPDATE) l;
		PERFORM FROM concert_booking.seats s
		WHERE s.concert_schedule_id = cancel_schedule.concert_schedule_id
		ORDER BY s.id FOR NO KEY UPDATE;

		/* Confirmed after the first step; from here on nobody can confirm. */
		late_ids := ARRAY(
			SELECT b.id FROM concert_booking.bookings b
			WHERE b.concert_schedule_id = cancel_schedule.concert_schedule_id AND b.status = 'confirmed'
			EXCEPT SELECT unnest(booking_ids));
		SELECT count(*) INTO locked_count
		FROM (SELECT b.id FROM concert_booking.bookings b
			  WHERE b.id = ANY (late_ids)
			  ORDER BY b.id FOR NO KEY UPDATE SKIP LOCKED) l;
		IF locked_count < cardinality(late_ids) THEN
			PERFORM concert_booking.refuse_changing(cancel_schedule.concert_schedule_id);
		END IF;
		booking_ids := booking_ids || late_ids;

		WITH changed AS (
			UPDATE concert_booking.bookings b
			SET status = 'cancelled', cancelled_at = concert_booking.clock(),
				cancellation_reason = cancel_schedule.reason
			WHERE b.id = ANY (booking_ids)
			RETURNING b.id, b.seat_count)
		INSERT INTO concert_booking.booking_events
			(occurred_at, event_type, concert_schedule_id, booking_id, seat_count, actor, detail)
		SELECT concert_booking.clock(), 'booking_cancelled', cancel_schedule.concert_schedule_id, c.id, c.seat_count,
			   concert_booking.acting_role(), '{"cause": "schedule_cancelled"}'
		FROM changed c ORDER BY c.id;
		GET DIAGNOSTICS cancelled_bookings = ROW_COUNT;

		UPDATE concert_booking.booking_seats bs SET active = false
		WHERE bs.booking_id = ANY (booking_ids) AND bs.active;
		GET DIAGNOSTICS cancelled_seats = ROW_COUNT;

		DELETE FROM concert_booking.temp_reservations h
		USING concert_booking.seats s
		WHERE s.id = h.seat_id AND s.concert_schedule_id = cancel_schedule.concert_schedule_id;
		GET DIAGNOSTICS removed_holds = ROW_COUNT;

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
								   'holds', removed_holds));
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
Returns how many bookings, their seats and holds; a second call changes nothing.';
