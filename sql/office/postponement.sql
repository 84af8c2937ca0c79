/*
 * A performance that takes place at another time, and whom to tell about it.
 */

/*
 * postpone_schedule(concert_schedule_id, new_date, new_time, reason) - the
 * performance takes place later: move it, with its bookings.
 *
 * Bookings and holds stay, as do the deadlines of holds and payments; cut-offs and
 * refund rules count from the new start. The end of booking moves by as much as the
 * start, where it is set. The status is postponed from then on, and it is sold at
 * its new time as usual. affected_bookings() has whom to tell. Who was checked in for
 * the old time is not inside any more: these check-ins are taken back.
 *
 * Locking: pending and confirmed bookings by id, all seats by id, the schedule's
 * row. A sale that has its seats is waited
 * for, so that it is among the affected bookings; one that waits for a seat is
 * refused then, because its buyer has seen the old date.
 * Arguments: concert_schedule_id; new_date and new_time, local to the venue: in the
 * future, later than the present start, and not after the year 9999; reason for
 * the event log (up to 1,000 characters, no personal data). Returns: the start
 * before and the new one; how many bookings stand, pending ones included.
 * Tables written: concert_schedules, seats, booking_seats (checked_in_at, gate),
 * booking_events (schedule_postponed).
 * Errors: 22001, 22004, 22023 (booking_closes_at would leave the calendar, too),
 * 27000, PT404, PT409 (DETAIL: reason date_taken: the concert has a schedule then;
 * schedule_cancelled; schedule_changing: run again). Source: beyond the seeds.
 */
CREATE FUNCTION concert_booking.postpone_schedule(
	concert_schedule_id uuid,
	new_date date,
	new_time time,
	reason text DEFAULT NULL,
	OUT previous_starts_at timestamptz,
	OUT starts_at timestamptz,
	OUT affected_bookings integer)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $fn$
#variable_conflict use_column
DECLARE
	session_timeout text;
	moved_at timestamptz;
	old_status text;
	new_start timestamptz;
	undone_seats integer;
	constraint_name text;
BEGIN
	PERFORM concert_booking.require_tables();
	session_timeout := concert_booking.begin_waits();
	BEGIN
		IF postpone_schedule.concert_schedule_id IS NULL THEN
			PERFORM concert_booking.refuse_null('concert_schedule_id');
		END IF;
		PERFORM concert_booking.check_new_start(postpone_schedule.new_date, postpone_schedule.new_time);
		PERFORM concert_booking.check_length('reason', postpone_schedule.reason, 1000);
		PERFORM concert_booking.lock_schedule_bookings(postpone_schedule.concert_schedule_id);
		PERFORM concert_booking.lock_schedule_seats(postpone_schedule.concert_schedule_id);
		SELECT cs.status, cs.starts_at,
			   (postpone_schedule.new_date + postpone_schedule.new_time) AT TIME ZONE v.timezone
		INTO old_status, previous_starts_at, new_start
		FROM concert_booking.concert_schedules cs
		JOIN concert_booking.concerts c ON c.id = cs.concert_id
		JOIN concert_booking.venues v ON v.id = c.venue_id
		/* a date is part of a key; asked for later, it would be waited for with a lock in hand */
		WHERE cs.id = postpone_schedule.concert_schedule_id FOR UPDATE OF cs;

		IF NOT FOUND THEN
			PERFORM concert_booking.refuse_unknown_schedule(postpone_schedule.concert_schedule_id);
		END IF;

		/* Law 2: the clock is read after the locks were obtained. */
		moved_at := concert_booking.clock();
		IF old_status = 'cancelled' THEN
			PERFORM concert_booking.refuse('PT409', 'schedule is cancelled',
				jsonb_build_object('reason', 'schedule_cancelled', 'concert_schedule_id', postpone_schedule.concert_schedule_id)::text,
				'If it takes place after all, call reinstate_schedule() first.');
		ELSIF new_start <= moved_at OR new_start <= previous_starts_at THEN
			PERFORM concert_booking.refuse_value('new_date',
				'Use a date and time in the future, later than the present start.');
		END IF;

		BEGIN
			UPDATE concert_booking.concert_schedules cs
			SET concert_date = postpone_schedule.new_date, concert_time = postpone_schedule.new_time,
				status = 'postponed', status_changed_at = moved_at, previous_starts_at = cs.starts_at,
				/* in UTC, where a day has 24 hours; a start that has always been is at no distance */
				booking_closes_at = CASE WHEN isfinite(cs.starts_at)
					THEN (cs.booking_closes_at AT TIME ZONE 'UTC'
						  + (new_start AT TIME ZONE 'UTC' - cs.starts_at AT TIME ZONE 'UTC')) AT TIME ZONE 'UTC'
					ELSE cs.booking_closes_at END
			WHERE cs.id = postpone_schedule.concert_schedule_id
			RETURNING cs.starts_at INTO starts_at;
			IF NOT FOUND THEN
				PERFORM concert_booking.refuse_suppressed('concert_schedules');
			END IF;
		EXCEPTION WHEN datetime_field_overflow THEN
			PERFORM concert_booking.refuse_value('new_date',
				'booking_closes_at of the schedule moves as well and would leave the calendar; set it to an earlier instant or to null first.');
		WHEN unique_violation THEN
			GET STACKED DIAGNOSTICS constraint_name = CONSTRAINT_NAME;
			IF constraint_name = 'unique_concert_schedule' THEN
				PERFORM concert_booking.refuse('PT409', 'the concert has a schedule then',
					jsonb_build_object('reason', 'date_taken', 'concert_schedule_id', postpone_schedule.concert_schedule_id)::text,
					'Choose another date or time.');
			END IF;
			RAISE;
		END;

		PERFORM concert_booking.touch_seats(postpone_schedule.concert_schedule_id);
		undone_seats := concert_booking.clear_check_ins(postpone_schedule.concert_schedule_id);
		SELECT count(*) INTO affected_bookings
		FROM concert_booking.bookings b
		WHERE b.concert_schedule_id = postpone_schedule.concert_schedule_id
		  AND concert_booking.booking_status(b.status, b.pay_by, moved_at) IN ('pending', 'confirmed');
		PERFORM concert_booking.log_event('schedule_postponed', postpone_schedule.concert_schedule_id, 0,
			jsonb_build_object('reason', postpone_schedule.reason, 'bookings', affected_bookings,
							   'previous_starts_at', previous_starts_at, 'starts_at', starts_at,
							   'undone_check_ins', nullif(undone_seats, 0)));
	EXCEPTION WHEN lock_not_available THEN
		PERFORM concert_booking.refuse_busy(session_timeout);
		RAISE;
	END;
	PERFORM concert_booking.end_waits(session_timeout);
END
$fn$;
COMMENT ON FUNCTION concert_booking.postpone_schedule(uuid, date, time, text) IS
	'Move a performance to a later date and time, with its bookings and holds; its end of booking moves with it.
Returns the start before, the new one, and how many bookings stand: affected_bookings() has them.';

/*
 * clear_check_ins(schedule_id) - take all check-ins of a schedule back. Internal: the
 * caller has locked its bookings and its seats.
 *
 * A booking that was made and checked in between these two is locked without waiting,
 * because whoever has it may be waiting for a seat.
 * Returns: how many seats were checked in. Tables written: booking_seats. Errors:
 * 27000, PT409 (schedule_changing: run again).
 */
CREATE FUNCTION concert_booking.clear_check_ins(schedule_id uuid)
RETURNS integer
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $fn$
DECLARE
	booking_ids constant uuid[] := ARRAY(
		SELECT DISTINCT b.id FROM concert_booking.bookings b
		JOIN concert_booking.booking_seats bs ON bs.booking_id = b.id
		WHERE b.concert_schedule_id = clear_check_ins.schedule_id AND bs.active AND bs.checked_in_at IS NOT NULL);
	locked_count integer;
	cleared integer;
BEGIN
	SELECT count(*) INTO locked_count
	FROM (SELECT FROM concert_booking.bookings b
		  WHERE b.id = ANY (booking_ids) ORDER BY b.id FOR NO KEY UPDATE SKIP LOCKED) l;
	IF locked_count < cardinality(booking_ids) THEN
		PERFORM concert_booking.refuse_changing(clear_check_ins.schedule_id);
	END IF;
	UPDATE concert_booking.booking_seats bs SET checked_in_at = NULL, gate = NULL
	WHERE bs.booking_id = ANY (booking_ids) AND bs.active AND bs.checked_in_at IS NOT NULL;
	GET DIAGNOSTICS cleared = ROW_COUNT;
	IF EXISTS (SELECT FROM concert_booking.booking_seats bs
			   WHERE bs.booking_id = ANY (booking_ids) AND bs.active AND bs.checked_in_at IS NOT NULL) THEN
		PERFORM concert_booking.refuse_suppressed('booking_seats');
	END IF;
	RETURN cleared;
END
$fn$;
COMMENT ON FUNCTION concert_booking.clear_check_ins(uuid) IS
	'Internal: take all check-ins of a schedule back.';

/*
 * check_new_start(new_date, new_time) - a date and a time that everybody can read.
 * Internal.
 *
 * Returns: nothing. Tables written: none. Errors: 22004, 22023.
 */
CREATE FUNCTION concert_booking.check_new_start(new_date date, new_time time)
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	IF new_date IS NULL THEN
		PERFORM concert_booking.refuse_null('new_date');
	ELSIF new_time IS NULL THEN
		PERFORM concert_booking.refuse_null('new_time');
	ELSIF NOT isfinite(new_date) OR new_date > make_date(9999, 12, 31) THEN
		PERFORM concert_booking.refuse_value('new_date', 'Use a date up to 9999-12-31.');
	ELSIF new_time = time '24:00' THEN
		PERFORM concert_booking.refuse_value('new_time', 'Use a time before 24:00; midnight is 00:00 of the next day.');
	END IF;
END
$fn$;
COMMENT ON FUNCTION concert_booking.check_new_start(date, time) IS
	'Internal: refuse a date or a time that is null (22004) or out of range (22023).';

/*
 * affected_bookings(concert_schedule_id, page_size, page_offset) - whom to tell
 * after the last change of a schedule: for the mail that the application sends.
 *
 * Of a postponed schedule the pending and confirmed bookings that were made before
 * it was moved last; of a cancelled one those that were cancelled with it. None of
 * one that is scheduled.
 * Arguments: concert_schedule_id; page_size, 1 to 1,000; page_offset, rows to leave
 * out. Returns: change, postponed or cancelled; the booking, who made it, and the
 * numbers of its seats; previous_starts_at, the start before the last move;
 * starts_at; refund_due in won; total_count, how many there are on all pages. First
 * booked first. Tables written: none. Errors: 22004, 22023, PT404. Source: beyond
 * the seeds. For managers only.
 */
CREATE FUNCTION concert_booking.affected_bookings(
	concert_schedule_id uuid,
	page_size integer DEFAULT 100,
	page_offset integer DEFAULT 0)
RETURNS TABLE (
	change text,
	booking_id uuid,
	booking_number text,
	status text,
	user_id uuid,
	customer_name text,
	customer_phone text,
	customer_email text,
	seat_numbers text[],
	previous_starts_at timestamptz,
	starts_at timestamptz,
	refund_due bigint,
	total_count bigint)
LANGUAGE plpgsql STABLE ROWS 100
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $fn$
#variable_conflict use_column
DECLARE
	judged_at constant timestamptz := concert_booking.clock();
	schedule record;
BEGIN
	PERFORM concert_booking.require_tables();
	IF affected_bookings.concert_schedule_id IS NULL THEN
		PERFORM concert_booking.refuse_null('concert_schedule_id');
	END IF;
	PERFORM concert_booking.check_page(affected_bookings.page_size, affected_bookings.page_offset);
	PERFORM concert_booking.cache_answer('personal');
	SELECT cs.status, cs.status_changed_at, cs.previous_starts_at, cs.starts_at INTO schedule
	FROM concert_booking.concert_schedules cs WHERE cs.id = affected_bookings.concert_schedule_id;
	IF NOT FOUND THEN
		PERFORM concert_booking.refuse_unknown_schedule(affected_bookings.concert_schedule_id);
	END IF;

	RETURN QUERY
	SELECT schedule.status, p.id, p.booking_number, p.status, p.user_id,
		   p.customer_name, p.customer_phone, p.customer_email,
		   ARRAY(SELECT s.seat_number::text
				 FROM concert_booking.booking_seats bs
				 JOIN concert_booking.seats s ON s.id = bs.seat_id
				 WHERE bs.booking_id = p.id AND (bs.active OR p.status <> 'confirmed')
				 ORDER BY s.ordinal),
		   schedule.previous_starts_at, schedule.starts_at,
		   concert_booking.booking_refund_due(p.id, p.status), p.total_count
	FROM (SELECT b.id, b.booking_number::text, n.status, b.user_id, b.customer_name::text,
				 b.customer_phone::text, b.customer_email::text, b.created_at, count(*) OVER () AS total_count
		  FROM concert_booking.bookings b
		  CROSS JOIN LATERAL (VALUES (concert_booking.booking_status(b.status, b.pay_by, judged_at))) AS n (status)
		  WHERE b.concert_schedule_id = affected_bookings.concert_schedule_id
			AND CASE schedule.status
				WHEN 'postponed' THEN n.status IN ('pending', 'confirmed') AND b.created_at <= schedule.status_changed_at
				WHEN 'cancelled' THEN n.status = 'cancelled' AND b.cancelled_at >= schedule.status_changed_at
				ELSE false END
		  ORDER BY b.created_at, b.id
		  LIMIT affected_bookings.page_size OFFSET affected_bookings.page_offset) p
	ORDER BY p.created_at, p.id;
END
$fn$;
COMMENT ON FUNCTION concert_booking.affected_bookings(uuid, integer, integer) IS
	'Whom to tell after the last change of a schedule: bookings that stand on a postponed one, or were cancelled with a cancelled one.
First booked first.';
