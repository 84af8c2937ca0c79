/*
 * Payment. begin_payment() makes a pending booking of live holds and keeps their
 * seats until pay_by; the application has its provider charge the buyer, and the
 * provider's webhook calls confirm_payment(). Money that has arrived is never
 * refused: the outcome is data.
 *
 * We talk to no provider, and no lock is held while anybody does.
 */

CREATE TYPE concert_booking.payment_outcome AS (
	outcome text,
	booking_id uuid,
	status text,
	refund_due bigint
);
COMMENT ON TYPE concert_booking.payment_outcome IS
	'What came of a payment.';
COMMENT ON COLUMN concert_booking.payment_outcome.outcome IS 'confirmed, amount_short or refund_due; recorded for a refund';
COMMENT ON COLUMN concert_booking.payment_outcome.booking_id IS 'the booking that the payment was recorded for';
COMMENT ON COLUMN concert_booking.payment_outcome.status IS 'its status now: pending, confirmed, expired or cancelled; null: there is no such booking, or no longer (archived, purged)';
COMMENT ON COLUMN concert_booking.payment_outcome.refund_due IS 'how much of this payment is due back, in won; of a refund: how much is still due for the booking';

/*
 * booking_status(status, pay_by, at) - a booking's status at an instant: a
 * pending one is over at pay_by, swept or not. Internal.
 */
CREATE FUNCTION concert_booking.booking_status(status text, pay_by timestamptz, at timestamptz)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN status = 'pending' AND pay_by <= at THEN 'expired' ELSE status END;

COMMENT ON FUNCTION concert_booking.booking_status(text, timestamptz, timestamptz) IS
	'Internal: a booking''s status at an instant.';

/*
 * begin_payment(...) - keep the seats that one holds until they are paid.
 *
 * The booker's live holds on the schedule become a booking with status pending:
 * it has a number, its seats with prices, its total, and pay_by, until which the
 * seats are kept: payment_window (the schedule's, else the setting) from now, not
 * past the start. A booker has one pending booking on a schedule at a time. A
 * booking that costs nothing is confirmed at once.
 * Arguments: as confirm_booking. Returns: the booking.
 * Tables written: bookings, booking_seats, seats, temp_reservations.
 * Errors: 22001, 22004, 22023, 42501, 54000, PT401, PT404 (schedule), PT409 (a
 * payment is under way already; DETAIL names its booking), PT410 (a named hold has
 * lapsed, or there is none), PT422 (key, total, price type), PT423.
 * Source: beyond the seeds.
 */
CREATE FUNCTION concert_booking.begin_payment(
	concert_schedule_id uuid,
	user_id uuid DEFAULT NULL,
	session_id uuid DEFAULT NULL,
	seat_ids uuid[] DEFAULT NULL,
	customer_name text DEFAULT NULL,
	customer_phone text DEFAULT NULL,
	customer_email text DEFAULT NULL,
	idempotency_key text DEFAULT NULL,
	expected_total bigint DEFAULT NULL,
	price_types jsonb DEFAULT NULL)
RETURNS concert_booking.booking_receipt
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'concert_booking_begin_payment';

COMMENT ON FUNCTION concert_booking.begin_payment(uuid, uuid, uuid, uuid[], text, text, text, text, bigint, jsonb) IS
	'Keep the seats that one holds until they are paid: a pending booking with its total and pay_by.
The same idempotency_key answers with the same booking.';

/*
 * confirm_payment(booking_id, amount, provider, reference) - money has arrived.
 *
 * For the webhook of a payment provider, which may call it late, twice, or at
 * once from two places: one charge in the ledger for each (provider, reference),
 * and every further call answers the same.
 * Outcomes:
 *   confirmed		the booking is paid and its seats are sold, also where the money
 *				came late and every seat was still to be had
 *   amount_short	less than the total; the booking stays pending until pay_by, and
 *				what was paid counts towards the next payment
 *   refund_due		refund_due of it has to go back: the seats are gone, the booking
 *				was cancelled or paid before or is unknown, or it was too much
 *				(then the status is confirmed)
 * Arguments: booking_id; amount, 1 to 10^12 won; provider (up to 50 characters);
 * reference, the provider's number of the charge (up to 255).
 * Returns: the outcome. It waits for locks as long as they are kept.
 * Tables written: payments, refunds_due, bookings, booking_seats, seats,
 * temp_reservations, booking_events, concert_schedules or availability_changes.
 * Errors: 22001, 22004, 22023, before anything is looked at. Source: beyond the
 * seeds.
 */
CREATE FUNCTION concert_booking.confirm_payment(
	booking_id uuid,
	amount bigint,
	provider text,
	reference text)
RETURNS concert_booking.payment_outcome
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'concert_booking_confirm_payment';

COMMENT ON FUNCTION concert_booking.confirm_payment(uuid, bigint, text, text) IS
	'Money has arrived: the booking is confirmed, or the outcome says what has to go back.
Never refuses a payment; the same provider and reference answer the same.';

/*
 * cancel_payment(booking_id, user_id, session_id) - give up a pending booking.
 *
 * Its seats are free at once; what was paid in part is due back. A booking that is
 * not pending (any more) is answered with and not changed.
 * Arguments: booking_id; booker. Returns: the booking.
 * Tables written: bookings, seats, temp_reservations, refunds_due, booking_events.
 * Errors: 22004, 22023, 42501, PT401, PT404, PT409 (somebody is busy with it).
 * Source: beyond the seeds.
 */
CREATE FUNCTION concert_booking.cancel_payment(
	booking_id uuid,
	user_id uuid DEFAULT NULL,
	session_id uuid DEFAULT NULL)
RETURNS concert_booking.booking_receipt
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'concert_booking_cancel_payment';

COMMENT ON FUNCTION concert_booking.cancel_payment(uuid, uuid, uuid) IS
	'Give up a pending booking: its seats are free at once.';

/*
 * payment_totals(booking_id) - what the ledger says of a booking, be it there,
 * archived, purged or unknown. Internal: whoever calls it has checked who asks.
 *
 * What was paid in part for a booking that is over is due, whether or not
 * settle_expired() has been there.
 * Returns: status, total_price and pay_by, null where there is no such booking;
 * paid, refunded and due in won; is_known, whether there is a booking or money.
 * Tables written: none. Errors: none.
 */
CREATE FUNCTION concert_booking.payment_totals(
	INOUT booking_id uuid,
	OUT status text,
	OUT total_price bigint,
	OUT pay_by timestamptz,
	OUT paid bigint,
	OUT refunded bigint,
	OUT due bigint,
	OUT is_known boolean)
LANGUAGE plpgsql STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
#variable_conflict use_column
DECLARE
	is_over boolean;
BEGIN
	SELECT concert_booking.booking_status(b.status, b.pay_by, concert_booking.clock()), b.total_price, b.pay_by,
		   b.status = 'pending'
	INTO status, total_price, pay_by, is_over
	FROM (SELECT b.status, b.total_price, b.pay_by FROM concert_booking.bookings b
		  WHERE b.id = payment_totals.booking_id
		  UNION ALL
		  SELECT a.status, a.total_price, (a.booking ->> 'pay_by')::timestamptz
		  FROM concert_booking.archived_bookings a
		  WHERE a.id = payment_totals.booking_id) b;
	is_over := is_over AND payment_totals.status = 'expired';
	SELECT coalesce(sum(p.amount) FILTER (WHERE p.kind = 'charge'), 0),
		   coalesce(sum(p.amount) FILTER (WHERE p.kind = 'refund'), 0),
		   count(*) > 0
	INTO paid, refunded, is_known
	FROM concert_booking.payments p WHERE p.booking_id = payment_totals.booking_id;
	SELECT r.amount INTO due
	FROM concert_booking.refunds_due r WHERE r.booking_id = payment_totals.booking_id;
	is_known := is_known OR payment_totals.status IS NOT NULL OR payment_totals.due IS NOT NULL;
	due := coalesce(payment_totals.due, 0);
	IF is_over THEN
		due := greatest(payment_totals.due, payment_totals.paid - payment_totals.refunded);
	END IF;
END
$fn$;
COMMENT ON FUNCTION concert_booking.payment_totals(uuid) IS
	'Internal: what the ledger says of a booking.';

/*
 * payment_status(booking_id) - what was paid, what went back and what is due.
 *
 * Works for bookings of the archive, and from the ledger alone for bookings that
 * were purged or that nobody knows.
 * Returns: booking_id; status, total_price and pay_by, null where there is no such
 * booking; paid, the sum of the charges; refunded, the sum of the refunds; due,
 * what still has to go back; all in won. Tables written: none.
 * Errors: 22004, PT404 (no such booking, and no payment names it). Source: beyond
 * the seeds.
 */
CREATE FUNCTION concert_booking.payment_status(
	INOUT booking_id uuid,
	OUT status text,
	OUT total_price bigint,
	OUT pay_by timestamptz,
	OUT paid bigint,
	OUT refunded bigint,
	OUT due bigint)
LANGUAGE plpgsql STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
#variable_conflict use_column
DECLARE
	totals record;
BEGIN
	PERFORM concert_booking.require_tables();
	IF payment_status.booking_id IS NULL THEN
		PERFORM concert_booking.refuse_null('booking_id');
	END IF;
	PERFORM concert_booking.cache_answer('personal');
	SELECT * INTO totals FROM concert_booking.payment_totals(payment_status.booking_id);
	IF NOT totals.is_known THEN
		PERFORM concert_booking.refuse_unknown_booking(payment_status.booking_id);
	END IF;
	status := totals.status;
	total_price := totals.total_price;
	pay_by := totals.pay_by;
	paid := totals.paid;
	refunded := totals.refunded;
	due := totals.due;
END
$fn$;
COMMENT ON FUNCTION concert_booking.payment_status(uuid) IS
	'What was paid for a booking, what went back, and what is due, in won.
Also of bookings in the archive; of those that are not there any more, what the ledger says.';

/*
 * settle_expired(booking_ids) - pending bookings that are over become expired,
 * and what was paid for them in part is due. Internal: the caller has locked
 * them, in an earlier statement: the ledger has to be read after the locks.
 *
 * Their seats are no matter of it: a lapsed hold is anybody's (expire_holds()).
 * Returns: how many. Tables written: bookings, booking_events (booking_expired),
 * refunds_due. Errors: none.
 */
CREATE FUNCTION concert_booking.settle_expired(
	booking_ids uuid[],
	OUT settled_bookings integer)
LANGUAGE plpgsql VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
DECLARE
	judged_at constant timestamptz := concert_booking.clock();
	settled uuid[];
BEGIN
	WITH changed AS (
		UPDATE concert_booking.bookings b SET status = 'expired', updated_at = judged_at
		WHERE b.id = ANY (booking_ids) AND b.status = 'pending'
		RETURNING b.id)
	SELECT coalesce(array_agg(c.id), '{}') INTO settled FROM changed c;
	settled_bookings := cardinality(settled);

	INSERT INTO concert_booking.booking_events
		(occurred_at, event_type, concert_schedule_id, booking_id, seat_count, actor)
	SELECT judged_at, 'booking_expired', b.concert_schedule_id, b.id, b.seat_count, concert_booking.acting_person()
	FROM concert_booking.bookings b WHERE b.id = ANY (settled)
	ORDER BY b.id;

	INSERT INTO concert_booking.refunds_due AS r (booking_id, amount, created_at, updated_at)
	SELECT p.booking_id, p.paid - coalesce(d.amount, 0), judged_at, judged_at
	FROM (SELECT p.booking_id, sum(CASE p.kind WHEN 'charge' THEN p.amount ELSE -p.amount END)::bigint AS paid
		  FROM concert_booking.payments p WHERE p.booking_id = ANY (settled)
		  GROUP BY p.booking_id) p
	LEFT JOIN concert_booking.refunds_due d ON d.booking_id = p.booking_id
	WHERE p.paid > coalesce(d.amount, 0)
	ORDER BY p.booking_id
	ON CONFLICT (booking_id) DO UPDATE
	SET amount = r.amount + excluded.amount, updated_at = excluded.updated_at;
END
$fn$;
COMMENT ON FUNCTION concert_booking.settle_expired(uuid[]) IS
	'Internal: pending bookings that are over become expired, and what was paid for them in part is due.';

/*
 * expire_bookings(batch_size) - tidy pending bookings that are over.
 *
 * Housekeeping: a pending booking is over at pay_by, and its seats are free then,
 * whether or not this has run. Bookings that are locked are left for the next run.
 * Arguments: batch_size, the most bookings of this call, 1 to 1,000,000. Returns:
 * how many became expired. Tables written: bookings, booking_events
 * (booking_expired), refunds_due (what was paid for them in part).
 * Errors: 22004, 22023. Source: beyond the seeds.
 */
CREATE FUNCTION concert_booking.expire_bookings(
	batch_size integer DEFAULT 1000,
	OUT expired_bookings integer)
LANGUAGE plpgsql VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $fn$
DECLARE
	judged_at constant timestamptz := concert_booking.clock();
	over uuid[];
BEGIN
	PERFORM concert_booking.require_tables();
	PERFORM concert_booking.check_range('batch_size', batch_size, 1, 1000000);
	over := ARRAY(
		SELECT b.id FROM concert_booking.bookings b
		WHERE b.status = 'pending' AND b.pay_by <= judged_at
		ORDER BY b.created_at LIMIT batch_size
		FOR NO KEY UPDATE SKIP LOCKED);
	expired_bookings := concert_booking.settle_expired(over);
END
$fn$;
COMMENT ON FUNCTION concert_booking.expire_bookings(integer) IS
	'Set pending bookings that were not paid in time to expired; what was paid in part is due back.
Returns how many; run by pg_cron, see schedule_jobs().';

/*
 * due_refunds(page_size, claim_for) - the queue of a worker that sends money back.
 *
 * Gives the oldest bookings for which something is due, and claims them: nobody
 * else gets them before the claim is over. A worker that dies leaves a claim that
 * lapses. For each row the worker asks the provider for a refund, under a number
 * that it can ask for again (the provider then answers with the same refund), and
 * calls record_refund(). Call it in a transaction of its own: the claim is kept
 * by the row, not by a lock.
 * Arguments: page_size, the most rows, 1 to 1,000; claim_for, how long they are
 * claimed, longer than 0, at most a day.
 * Returns: booking_id; amount, what is due in won; claimed_until; charges, what
 * was paid, a list of provider, reference and amount, oldest first. Bookings that
 * somebody has locked are left out.
 * Tables written: refunds_due; bookings and booking_events as expire_bookings(),
 * for bookings that were paid in part. Errors: 22004, 22023. Source: beyond the
 * seeds.
 */
CREATE FUNCTION concert_booking.due_refunds(
	page_size integer DEFAULT 100,
	claim_for interval DEFAULT '10 minutes')
RETURNS TABLE (booking_id uuid, amount bigint, claimed_until timestamptz, charges jsonb)
LANGUAGE plpgsql VOLATILE ROWS 100
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $fn$
#variable_conflict use_column
DECLARE
	judged_at constant timestamptz := concert_booking.clock();
	ends_at timestamptz;
	picked uuid[];
BEGIN
	PERFORM concert_booking.require_tables();
	PERFORM concert_booking.check_range('page_size', due_refunds.page_size, 1, 1000);
	IF due_refunds.claim_for IS NULL THEN
		PERFORM concert_booking.refuse_null('claim_for');
	ELSIF due_refunds.claim_for <= interval '0' OR due_refunds.claim_for > interval '1 day' THEN
		PERFORM concert_booking.refuse_value('claim_for', 'Use an interval longer than 0, at most a day.');
	END IF;
	ends_at := judged_at + due_refunds.claim_for;
	/* Compared as intervals, a month has 30 days. */
	IF ends_at <= judged_at OR ends_at > judged_at + interval '1 day' THEN
		PERFORM concert_booking.refuse_value('claim_for', 'Use an interval longer than 0, at most a day.');
	END IF;

	picked := ARRAY(
		SELECT b.id FROM concert_booking.bookings b
		WHERE b.status = 'pending' AND b.pay_by <= judged_at
		  AND EXISTS (SELECT FROM concert_booking.payments p WHERE p.booking_id = b.id)
		ORDER BY b.created_at LIMIT due_refunds.page_size
		FOR NO KEY UPDATE OF b SKIP LOCKED);
	PERFORM concert_booking.settle_expired(picked);

	picked := ARRAY(
		SELECT r.booking_id FROM concert_booking.refunds_due r
		WHERE r.claimed_until IS NULL OR r.claimed_until <= judged_at
		ORDER BY r.created_at, r.booking_id LIMIT due_refunds.page_size
		FOR UPDATE SKIP LOCKED);
	UPDATE concert_booking.refunds_due r SET claimed_until = ends_at, updated_at = judged_at
	WHERE r.booking_id = ANY (picked);
	/* The charges are read after the lock, so that they explain the amount. */
	RETURN QUERY
	SELECT r.booking_id, r.amount, r.claimed_until, coalesce(c.charges, '[]')
	FROM concert_booking.refunds_due r
	LEFT JOIN LATERAL (
		SELECT jsonb_agg(jsonb_build_object('provider', p.provider, 'reference', p.reference,
											'amount', p.amount) ORDER BY p.created_at, p.id) AS charges
		FROM concert_booking.payments p
		WHERE p.booking_id = r.booking_id AND p.kind = 'charge') c ON true
	WHERE r.booking_id = ANY (picked)
	ORDER BY r.created_at, r.booking_id;
END
$fn$;
COMMENT ON FUNCTION concert_booking.due_refunds(integer, interval) IS
	'What has to go back, oldest first, for a worker: it claims the rows, and nobody else gets them before the claim is over.
After the refund call record_refund().';

/*
 * check_payment_text(argument, value, length_limit) - a text that must be given
 * and not blank. Internal. Errors: 22001, 22004, 22023.
 */
CREATE FUNCTION concert_booking.check_payment_text(argument text, value text, length_limit integer)
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	IF value IS NULL THEN
		PERFORM concert_booking.refuse_null(argument);
	ELSIF btrim(value, E' \t\n\r') = '' THEN
		PERFORM concert_booking.refuse_value(argument, 'Pass a text that is not blank.');
	END IF;
	PERFORM concert_booking.check_length(argument, value, length_limit);
END
$fn$;
COMMENT ON FUNCTION concert_booking.check_payment_text(text, text, integer) IS
	'Internal: refuse a text that is null (22004), blank (22023) or too long (22001).';

/*
 * record_refund(booking_id, amount, provider, reference) - money has gone back.
 *
 * One refund in the ledger for each (provider, reference), however often and from
 * however many places it is called; a further call changes nothing and answers
 * with the booking of the first. What is due becomes less by amount, and its claim
 * ends. The money is gone, so it never refuses: a refund for an unknown booking,
 * or of more than was due, is recorded too, and check_integrity() tells of it.
 * Nothing becomes due afterwards that has gone back so.
 *
 * Locking: the reference (by the row of the ledger), the booking, refunds_due. It
 * waits as long as it has to.
 * Arguments: booking_id; amount, 1 to 10^12 won; provider (up to 50 characters);
 * reference, the provider's number of the refund (up to 255).
 * Returns: outcome, always recorded; booking_id, as recorded; status, null where
 * there is no such booking; refund_due, what is still due for the booking.
 * Tables written: payments, refunds_due, bookings
 * (updated_at). Errors: 22001, 22004, 22023, before anything is looked at. Source:
 * beyond the seeds.
 */
CREATE FUNCTION concert_booking.record_refund(
	booking_id uuid,
	amount bigint,
	provider text,
	reference text)
RETURNS concert_booking.payment_outcome
LANGUAGE plpgsql VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
#variable_conflict use_column
DECLARE
	recorded_at timestamptz;
	due bigint;
	answer concert_booking.payment_outcome;
BEGIN
	PERFORM concert_booking.require_tables();
	IF record_refund.booking_id IS NULL THEN
		PERFORM concert_booking.refuse_null('booking_id');
	END IF;
	PERFORM concert_booking.check_range('amount', record_refund.amount, 1, 1000000000000);
	PERFORM concert_booking.check_payment_text('provider', record_refund.provider, 50);
	PERFORM concert_booking.check_payment_text('reference', record_refund.reference, 255);

	INSERT INTO concert_booking.payments
		(booking_id, kind, amount, provider, reference, outcome, actor, created_at)
	VALUES (record_refund.booking_id, 'refund', record_refund.amount, record_refund.provider,
			record_refund.reference, 'recorded', concert_booking.acting_person(), concert_booking.clock())
	ON CONFLICT (provider, reference, kind) DO NOTHING;
	IF FOUND THEN
		answer.booking_id := record_refund.booking_id;
		PERFORM FROM concert_booking.bookings b WHERE b.id = record_refund.booking_id FOR NO KEY UPDATE;
		/*
		 * What becomes due for a booking follows from the ledger: whoever decides on
		 * an older snapshot of it has to be stopped by the booking's row (40001).
		 */
		recorded_at := concert_booking.clock();
		UPDATE concert_booking.bookings b SET updated_at = recorded_at
		WHERE b.id = record_refund.booking_id AND b.status IN ('pending', 'confirmed');
		SELECT r.amount INTO due FROM concert_booking.refunds_due r
		WHERE r.booking_id = record_refund.booking_id FOR UPDATE;
		IF due > record_refund.amount THEN
			UPDATE concert_booking.refunds_due r
			SET amount = r.amount - record_refund.amount, claimed_until = NULL, updated_at = recorded_at
			WHERE r.booking_id = record_refund.booking_id;
		ELSE
			DELETE FROM concert_booking.refunds_due r WHERE r.booking_id = record_refund.booking_id;
		END IF;
	ELSE
		SELECT p.booking_id INTO answer.booking_id FROM concert_booking.payments p
		WHERE p.provider = record_refund.provider AND p.reference = record_refund.reference AND p.kind = 'refund';
		IF NOT FOUND THEN
			PERFORM concert_booking.refuse_suppressed('payments');
		END IF;
	END IF;
	answer.outcome := 'recorded';
	SELECT t.status, t.due INTO answer.status, answer.refund_due
	FROM concert_booking.payment_totals(answer.booking_id) t;
	RETURN answer;
END
$fn$;
COMMENT ON FUNCTION concert_booking.record_refund(uuid, bigint, text, text) IS
	'Money has gone back: record it, and take it off what is due.
Never refuses a refund; the same provider and reference count once.';
