/*
 * Refunds: what of a price comes back when a seat is cancelled.
 *
 * A refund ladder is {"steps": [{"hours": 240, "percent": 100}, {"hours": 24,
 * "percent": 50}], "fee": 1000}: of the steps whose hours are left before the
 * start, the one with the most hours counts; where there is none, nothing comes
 * back. The fee, in won, is taken off each seat. Without a ladder the whole price
 * comes back, whenever a seat is cancelled.
 */

/*
 * line_refunds(ladder, prices, starts_at, at) - what comes back of each price.
 * Internal: the cancellations call it.
 *
 * Per cents are rounded half up to a won; no refund falls below 0.
 * Arguments: ladder, as concert_schedules.refund_ladder; prices, in won;
 * starts_at; at, the instant of the cancellation. Returns: won, in the same order.
 * Tables written: none. Errors: none.
 */
CREATE FUNCTION concert_booking.line_refunds(
	ladder jsonb,
	prices integer[],
	starts_at timestamptz,
	at timestamptz)
RETURNS integer[]
LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
DECLARE
	fee numeric;
	percent numeric;
BEGIN
	IF ladder IS NULL THEN
		RETURN prices;
	END IF;
	fee := coalesce((ladder ->> 'fee')::numeric, 0);
	/* Numbers of JSON are numeric: 24.0 is a whole number, and no integer. */
	SELECT (s.step ->> 'percent')::numeric INTO percent
	FROM jsonb_array_elements(ladder -> 'steps') AS s (step)
	WHERE at + make_interval(hours => (s.step ->> 'hours')::numeric::integer) <= starts_at
	ORDER BY (s.step ->> 'hours')::numeric DESC LIMIT 1;
	RETURN ARRAY(
		SELECT greatest(0, round(p.price * coalesce(percent, 0) / 100) - fee)::integer
		FROM unnest(prices) WITH ORDINALITY AS p (price, place)
		ORDER BY p.place);
END
$fn$;
COMMENT ON FUNCTION concert_booking.line_refunds(jsonb, integer[], timestamptz, timestamptz) IS
	'Internal: what comes back of each price.';

/*
 * is_whole_number(value, highest) - whether a JSON value is a whole number from 0
 * to highest. Internal. Tables written: none. Errors: none.
 */
CREATE FUNCTION concert_booking.is_whole_number(value jsonb, highest integer)
RETURNS boolean
LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	/* In two steps: what is no number cannot be looked at as one. */
	IF jsonb_typeof(value) IS DISTINCT FROM 'number' THEN
		RETURN false;
	END IF;
	RETURN value::numeric BETWEEN 0 AND highest AND value::numeric = trunc(value::numeric);
END
$fn$;
COMMENT ON FUNCTION concert_booking.is_whole_number(jsonb, integer) IS
	'Internal: whether a JSON value is a whole number from 0 to a bound.';

/*
 * check_refund_ladder() - refund rules are checked when they are written: what
 * is kept can be applied. Trigger, BEFORE INSERT OR UPDATE OF refund_ladder ON
 * concert_schedules. Errors: 22023.
 */
CREATE FUNCTION concert_booking.check_refund_ladder()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
DECLARE
	ladder constant jsonb := NEW.refund_ladder;
	step jsonb;
	fault text;
BEGIN
	IF jsonb_typeof(ladder) <> 'object' THEN
		fault := 'Use an object with "steps", and with "fee" where there is one.';
	ELSIF ladder - '{steps,fee}'::text[] <> '{}' THEN
		fault := 'Use the keys "steps" and "fee" only.';
	ELSIF jsonb_typeof(ladder -> 'steps') IS DISTINCT FROM 'array' THEN
		fault := 'Use a list of steps.';
	ELSIF jsonb_array_length(ladder -> 'steps') NOT BETWEEN 1 AND 20 THEN
		fault := 'Use 1 to 20 steps.';
	ELSIF ladder ? 'fee' AND NOT concert_booking.is_whole_number(ladder -> 'fee', 1000000000) THEN
		fault := 'Use a fee in whole won, 0 to 1000000000.';
	END IF;
	IF fault IS NOT NULL THEN
		PERFORM concert_booking.refuse_value('refund_ladder', fault);
	END IF;

	FOR step IN SELECT s.step FROM jsonb_array_elements(ladder -> 'steps') AS s (step) LOOP
		IF jsonb_typeof(step) <> 'object' THEN
			fault := 'Use an object with "hours" and "percent" for each step.';
		ELSIF step - '{hours,percent}'::text[] <> '{}' THEN
			fault := 'Use the keys "hours" and "percent" only in a step.';
		ELSIF NOT concert_booking.is_whole_number(step -> 'hours', 876000) THEN
			fault := 'Use whole hours for each step, 0 to 876000.';
		ELSIF NOT concert_booking.is_whole_number(step -> 'percent', 100) THEN
			fault := 'Use a whole per cent for each step, 0 to 100.';
		END IF;
		IF fault IS NOT NULL THEN
			PERFORM concert_booking.refuse_value('refund_ladder', fault);
		END IF;
	END LOOP;

	SELECT CASE WHEN bool_or(s.hours = s.hours_before) THEN 'Name each number of hours once.'
				WHEN bool_or(s.percent < s.percent_before) THEN 'A longer time must not bring less per cent than a shorter one.' END
	INTO fault
	FROM (SELECT (s.step -> 'hours')::numeric AS hours, lag((s.step -> 'hours')::numeric) OVER in_order AS hours_before,
				 (s.step -> 'percent')::numeric AS percent, lag((s.step -> 'percent')::numeric) OVER in_order AS percent_before
		  FROM jsonb_array_elements(ladder -> 'steps') AS s (step)
		  WINDOW in_order AS (ORDER BY (s.step -> 'hours')::numeric)) s;
	IF fault IS NOT NULL THEN
		PERFORM concert_booking.refuse_value('refund_ladder', fault);
	END IF;
	RETURN NEW;
END
$fn$;
COMMENT ON FUNCTION concert_booking.check_refund_ladder() IS
	'Trigger: the refund rules of a schedule are checked when they are written.';

/*
 * cancel_deadline(schedule_id) - the instant from which on a booking of a
 * schedule cannot be cancelled. Internal; the same rule as in src/schedule.c: days
 * and months are those of the venue's zone.
 *
 * Returns: timestamptz. Tables written: none. Errors: 55000 (cancel_until is out
 * of its bounds).
 */
CREATE FUNCTION concert_booking.cancel_deadline(schedule_id uuid)
RETURNS timestamptz
LANGUAGE plpgsql STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
DECLARE
	schedule record;
	days interval;
BEGIN
	SELECT cs.starts_at, cs.cancel_until, v.timezone INTO schedule
	FROM concert_booking.concert_schedules cs
	JOIN concert_booking.concerts c ON c.id = cs.concert_id
	JOIN concert_booking.venues v ON v.id = c.venue_id
	WHERE cs.id = schedule_id;
	/* So long ago nothing can be taken off. */
	IF schedule.starts_at < '4500-01-01 00:00+00 BC' THEN
		RETURN '-infinity'::timestamptz;
	END IF;
	IF schedule.cancel_until IS NULL THEN
		RETURN schedule.starts_at - make_interval(secs => (
			SELECT s.setting::integer FROM pg_settings s WHERE s.name = 'concert_booking.cancel_until'));
	END IF;
	IF schedule.cancel_until > interval '100 years'
	   OR least(extract(year FROM schedule.cancel_until), extract(month FROM schedule.cancel_until),
				extract(day FROM schedule.cancel_until), extract(hour FROM schedule.cancel_until),
				extract(minute FROM schedule.cancel_until), extract(second FROM schedule.cancel_until)) < 0 THEN
		PERFORM concert_booking.refuse('55000', 'a duration of the schedule is out of range',
			format('The column is "cancel_until" of schedule "%s".', schedule_id),
			'Correct it: cancel_until is at most 100 years, and no part of it is negative.');
	END IF;
	days := date_trunc('day', schedule.cancel_until);
	IF days > interval '0' THEN
		RETURN (schedule.starts_at AT TIME ZONE schedule.timezone - days) AT TIME ZONE schedule.timezone
			- (schedule.cancel_until - days);
	END IF;
	RETURN schedule.starts_at - schedule.cancel_until;
END
$fn$;
COMMENT ON FUNCTION concert_booking.cancel_deadline(uuid) IS
	'Internal: the instant from which on a booking of a schedule cannot be cancelled.';

/*
 * paid_credit(booking_id) - what was paid for a booking, has not gone back and is
 * not due back, in won. Internal. Whoever changes it has the booking's row locked.
 *
 * Tables written: none. Errors: none.
 */
CREATE FUNCTION concert_booking.paid_credit(booking_id uuid)
RETURNS bigint
LANGUAGE plpgsql STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
#variable_conflict use_column
BEGIN
	RETURN coalesce((SELECT sum(CASE p.kind WHEN 'charge' THEN p.amount ELSE -p.amount END)
					 FROM concert_booking.payments p WHERE p.booking_id = paid_credit.booking_id), 0)
		- coalesce((SELECT r.amount FROM concert_booking.refunds_due r
					WHERE r.booking_id = paid_credit.booking_id), 0);
END
$fn$;
COMMENT ON FUNCTION concert_booking.paid_credit(uuid) IS
	'Internal: what was paid for a booking and is neither back nor due back.';

/*
 * check_seat_ids(seat_ids) - the seats that a call names, by the rules of the
 * commands (src/sale_request.c). Internal. Errors: 22004, 22023, 54000.
 */
CREATE FUNCTION concert_booking.check_seat_ids(seat_ids uuid[])
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
DECLARE
	seat_limit integer := current_setting('concert_booking.max_seats_per_call')::integer;
BEGIN
	IF cardinality(seat_ids) > seat_limit
	   AND has_function_privilege(concert_booking.acting_role(), 'concert_booking.acts_for_others()', 'EXECUTE') THEN
		seat_limit := greatest(seat_limit, current_setting('concert_booking.max_seats_per_desk_call')::integer);
	END IF;
	IF seat_ids IS NULL THEN
		PERFORM concert_booking.refuse_null('seat_ids');
	ELSIF array_ndims(seat_ids) > 1 THEN
		PERFORM concert_booking.refuse_value('seat_ids', 'Pass an array of one dimension.');
	ELSIF cardinality(seat_ids) = 0 THEN
		PERFORM concert_booking.refuse_value('seat_ids', 'Name at least one seat.');
	ELSIF cardinality(seat_ids) > seat_limit THEN
		PERFORM concert_booking.refuse('54000', 'too many seats in one call',
			format('The call names %s seats; the limit is %s.', cardinality(seat_ids), seat_limit),
			'Ask for fewer seats, or raise concert_booking.max_seats_per_call.');
	ELSIF array_position(seat_ids, NULL) IS NOT NULL THEN
		PERFORM concert_booking.refuse_null('seat_ids');
	ELSIF cardinality(seat_ids) <> (SELECT count(DISTINCT i) FROM unnest(seat_ids) i) THEN
		PERFORM concert_booking.refuse_value('seat_ids', 'Name each seat once.');
	END IF;
END
$fn$;
COMMENT ON FUNCTION concert_booking.check_seat_ids(uuid[]) IS
	'Internal: refuse a list of seats that no command takes.';

CREATE TYPE concert_booking.cancellation_quote AS (
	booking_id uuid,
	seat_count integer,
	refund_due bigint,
	cancellation_fee bigint,
	cancellable_until timestamptz,
	is_cancellable boolean
);
COMMENT ON TYPE concert_booking.cancellation_quote IS
	'What a cancellation would bring now.';
COMMENT ON COLUMN concert_booking.cancellation_quote.booking_id IS 'the booking';
COMMENT ON COLUMN concert_booking.cancellation_quote.seat_count IS 'how many seats would be given back';
COMMENT ON COLUMN concert_booking.cancellation_quote.refund_due IS 'what would be due back for them, in won; 0 where nothing was paid';
COMMENT ON COLUMN concert_booking.cancellation_quote.cancellation_fee IS 'what the house would keep of what was paid for them, in won';
COMMENT ON COLUMN concert_booking.cancellation_quote.cancellable_until IS 'from this instant on the booking cannot be cancelled; null: it is cancelled or expired';
COMMENT ON COLUMN concert_booking.cancellation_quote.is_cancellable IS 'whether the call would be obeyed now, without override';

/*
 * quote_cancellation(booking_id, seat_ids, user_id, session_id) - what
 * cancel_booking(), or with seat_ids cancel_seats(), would bring now.
 *
 * After the cut-off it tells what an override by staff would bring.
 * Arguments: booking_id; seat_ids, as in cancel_seats (null: the whole booking);
 * booker, as in booking_detail: staff may leave the booker out. Returns: one row.
 * Seats that are cancelled already count nothing. A pending booking gives back
 * what was paid of it in part, and goes as a whole or not at all: with seat_ids
 * it is not cancellable. Tables written: none.
 * Errors: 22004, 22023, 42501, 54000, 55000, PT401, PT404 (booking: unknown,
 * somebody else's or archived; seats that are not of it, in DETAIL).
 * Source: beyond the seeds.
 */
CREATE FUNCTION concert_booking.quote_cancellation(
	booking_id uuid,
	seat_ids uuid[] DEFAULT NULL,
	user_id uuid DEFAULT NULL,
	session_id uuid DEFAULT NULL)
RETURNS concert_booking.cancellation_quote
LANGUAGE plpgsql STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
#variable_conflict use_column
DECLARE
	judged_at constant timestamptz := concert_booking.clock();
	booker record;
	booking record;
	status_now text;
	strange text;
	prices integer[];
	paid bigint;
	answer concert_booking.cancellation_quote;
BEGIN
	PERFORM concert_booking.require_tables();
	IF quote_cancellation.booking_id IS NULL THEN
		PERFORM concert_booking.refuse_null('booking_id');
	ELSIF quote_cancellation.seat_ids IS NOT NULL THEN
		PERFORM concert_booking.check_seat_ids(quote_cancellation.seat_ids);
	END IF;
	PERFORM concert_booking.cache_answer('personal');
	SELECT * INTO booker
	FROM concert_booking.resolve_booker_or_staff(quote_cancellation.user_id, quote_cancellation.session_id);

	SELECT b.* INTO booking
	FROM concert_booking.bookings b
	WHERE b.id = quote_cancellation.booking_id
	  AND (booker.is_anybody
		   OR b.user_id = booker.user_id
		   OR b.session_id = booker.session_id AND b.user_id IS NULL);
	IF NOT FOUND THEN
		PERFORM concert_booking.refuse_unknown_booking(quote_cancellation.booking_id);
	END IF;
	SELECT string_agg(concert_booking.refusal(a.seat_id, NULL, 'not_booked'), ', ' ORDER BY a.place)
	INTO strange
	FROM unnest(quote_cancellation.seat_ids) WITH ORDINALITY AS a (seat_id, place)
	WHERE NOT EXISTS (SELECT FROM concert_booking.booking_seats bs
					  WHERE bs.booking_id = booking.id AND bs.seat_id = a.seat_id);
	IF strange IS NOT NULL THEN
		PERFORM concert_booking.refuse('PT404', 'no such seat in the booking', '[' || strange || ']',
			'Name only seats of this booking.');
	END IF;

	status_now := concert_booking.booking_status(booking.status, booking.pay_by, judged_at);
	answer.booking_id := booking.id;
	answer.seat_count := 0;
	answer.refund_due := 0;
	answer.cancellation_fee := 0;
	answer.is_cancellable := false;
	IF status_now = 'pending' THEN
		answer.cancellable_until := booking.pay_by;
		IF quote_cancellation.seat_ids IS NULL THEN
			answer.is_cancellable := true;
			answer.refund_due := greatest(0, concert_booking.paid_credit(booking.id));
			SELECT count(*) INTO answer.seat_count
			FROM concert_booking.booking_seats bs WHERE bs.booking_id = booking.id;
		END IF;
	ELSIF status_now = 'confirmed' THEN
		answer.cancellable_until := concert_booking.cancel_deadline(booking.concert_schedule_id);
		answer.is_cancellable := judged_at < answer.cancellable_until
			AND NOT EXISTS (SELECT FROM concert_booking.booking_seats bs
							WHERE bs.booking_id = booking.id AND bs.active AND bs.checked_in_at IS NOT NULL
							  AND (quote_cancellation.seat_ids IS NULL OR bs.seat_id = ANY (quote_cancellation.seat_ids)));
		SELECT coalesce(array_agg(bs.price), '{}'), coalesce(sum(bs.price), 0) INTO prices, paid
		FROM concert_booking.booking_seats bs
		WHERE bs.booking_id = booking.id AND bs.active
		  AND (quote_cancellation.seat_ids IS NULL OR bs.seat_id = ANY (quote_cancellation.seat_ids));
		answer.seat_count := cardinality(prices);
		IF booking.paid_at IS NOT NULL THEN
			SELECT coalesce(sum(r.refund), 0) INTO answer.refund_due
			FROM concert_booking.concert_schedules cs,
				 unnest(concert_booking.line_refunds(booking.refund_ladder, prices, cs.starts_at, judged_at)) AS r (refund)
			WHERE cs.id = booking.concert_schedule_id;
			answer.cancellation_fee := paid - answer.refund_due;
			/* What went back before it was due is not due once more. */
			answer.refund_due := greatest(0, least(answer.refund_due, concert_booking.paid_credit(booking.id)));
		END IF;
	END IF;
	RETURN answer;
END
$fn$;
COMMENT ON FUNCTION concert_booking.quote_cancellation(uuid, uuid[], uuid, uuid) IS
	'What cancelling a booking, or some seats of it, would bring now: what comes back and what the house keeps.
Changes nothing. After the cut-off it tells what an override by staff would bring.';
