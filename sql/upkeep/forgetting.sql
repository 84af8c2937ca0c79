/*
 * Somebody who has booked asks to be forgotten. What was sold stays, with its
 * money and its place in every report; who it was goes.
 */

/*
 * forget_booker(user_id, booking_number) - forget a member, or the booker of a
 * booking.
 *
 * Out of bookings and the archive go name, phone number, e-mail address, user_id and
 * session_id, idempotency keys and the reasons that somebody has written; such a
 * booking is anonymous, and its tickets stay good. Holds and wishes are removed. In
 * the event log the actor and the reasons become 'forgotten', and in the ledger of
 * payments who reported one. Seats, prices, price types, payments and refunds stay: no
 * figure of a sale changes.
 *
 * Of a member all is forgotten; afterwards the user can be deleted where link_users()
 * was called. Of a guest the booking, those of the same session with the same phone
 * number, and the session's holds; of a walk-in no holds, because the session can be
 * the desk's. A booking that is being made at this moment is not
 * seen: see to it that the member cannot sign in any more, then call this; where the
 * user cannot be deleted, call it again. A second call changes nothing.
 *
 * Locking: bookings by id, seats by id, holds; archived bookings by id. Of a member the
 * event log and the ledger are read as a whole, because no index leads to an actor.
 * Arguments: one of both. Returns: how many bookings were forgotten, how many holds and
 * wishes were removed.
 * Tables written: bookings, archived_bookings, temp_reservations, seats, wishlists,
 * booking_events (also one row booker_forgotten), payments (actor), and as
 * expire_bookings() where one of the bookings was not paid in time.
 * Errors: 22004, 22023, 27000 (a trigger keeps a booking as it was), PT404 (no such
 * booking), PT409 (a payment is under way).
 * Source: A, on delete of a user.
 */
CREATE FUNCTION concert_booking.forget_booker(
	user_id uuid DEFAULT NULL,
	booking_number text DEFAULT NULL,
	OUT forgotten_bookings integer,
	OUT removed_holds integer,
	OUT removed_wishes integer)
LANGUAGE plpgsql VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $fn$
#variable_conflict use_column
DECLARE
	session_timeout text;
	wanted_number constant text := concert_booking.parse_booking_number(forget_booker.booking_number);
	member_id uuid := forget_booker.user_id;
	guest record;
	booking_ids uuid[];
	archived_ids uuid[];
	archived integer;
	paying_id uuid;
BEGIN
	PERFORM concert_booking.require_tables();
	IF forget_booker.user_id IS NULL AND forget_booker.booking_number IS NULL THEN
		PERFORM concert_booking.refuse_null('user_id or booking_number');
	ELSIF forget_booker.user_id IS NOT NULL AND forget_booker.booking_number IS NOT NULL THEN
		PERFORM concert_booking.refuse_value('booking_number', 'Name a member or a booking, not both.');
	END IF;
	session_timeout := concert_booking.begin_waits();
	BEGIN
		IF member_id IS NULL THEN
			SELECT b.* INTO guest
			FROM (SELECT b.id, b.user_id, b.session_id, b.customer_phone::text, b.booking_number, b.is_anonymous
				  FROM concert_booking.bookings b
				  UNION ALL
				  SELECT a.id, a.user_id, a.session_id, a.customer_phone::text, a.booking_number,
						 coalesce((a.booking ->> 'is_anonymous')::boolean, false)
				  FROM concert_booking.archived_bookings a) b
			WHERE b.booking_number = wanted_number;
			IF NOT FOUND THEN
				PERFORM concert_booking.refuse_unknown_booking();
			END IF;
			member_id := guest.user_id;
		END IF;
		IF member_id IS NOT NULL THEN
			SELECT NULL::uuid AS id, NULL::uuid AS session_id, NULL::text AS customer_phone, false AS is_anonymous INTO guest;
		END IF;

		booking_ids := ARRAY(
			SELECT b.id FROM concert_booking.bookings b
			WHERE b.user_id = member_id OR b.id = guest.id
			   OR b.session_id = guest.session_id
				  AND concert_booking.normalize_phone(b.customer_phone) = concert_booking.normalize_phone(guest.customer_phone)
			ORDER BY b.id FOR NO KEY UPDATE);
		removed_holds := concert_booking.remove_holds(member_id,
			CASE WHEN guest.customer_phone IS NOT NULL AND NOT guest.is_anonymous THEN guest.session_id END, booking_ids);
		/* Law 2: the clock is read after the locks were obtained. */
		SELECT b.id INTO paying_id FROM concert_booking.bookings b
		WHERE b.id = ANY (booking_ids) AND b.status = 'pending' AND b.pay_by > concert_booking.clock()
		ORDER BY b.id LIMIT 1;
		IF FOUND THEN
			PERFORM concert_booking.refuse('PT409', 'a payment is under way',
				jsonb_build_object('reason', 'payment_under_way', 'booking_id', paying_id)::text,
				'Wait until it is paid or over, or give it up with cancel_payment().');
		END IF;
		PERFORM concert_booking.settle_expired(booking_ids);

		UPDATE concert_booking.bookings b
		SET user_id = NULL, session_id = NULL, customer_name = NULL, customer_phone = NULL, customer_email = NULL,
			idempotency_key = NULL, cancellation_reason = NULL, is_anonymous = true,
			free_reason = CASE WHEN b.free_reason IS NOT NULL THEN 'forgotten' END
		WHERE b.id = ANY (booking_ids)
		  AND (coalesce(b.user_id, b.session_id) IS NOT NULL OR b.free_reason <> 'forgotten'
			   OR coalesce(b.customer_name, b.customer_phone, b.customer_email, b.idempotency_key, b.cancellation_reason) IS NOT NULL);
		GET DIAGNOSTICS forgotten_bookings = ROW_COUNT;
		IF EXISTS (SELECT FROM concert_booking.bookings b
				   WHERE b.id = ANY (booking_ids)
					 AND coalesce(b.user_id::text, b.session_id::text, b.customer_name, b.customer_phone, b.customer_email,
						b.idempotency_key, b.cancellation_reason, nullif(b.free_reason, 'forgotten')) IS NOT NULL) THEN
			PERFORM concert_booking.refuse_suppressed('bookings');
		END IF;

		archived_ids := ARRAY(
			SELECT a.id FROM concert_booking.archived_bookings a
			WHERE a.user_id = member_id OR a.id = guest.id
			   OR a.session_id = guest.session_id
				  AND concert_booking.normalize_phone(a.customer_phone) = concert_booking.normalize_phone(guest.customer_phone)
			ORDER BY a.id FOR NO KEY UPDATE);
		UPDATE concert_booking.archived_bookings a
		SET user_id = NULL, session_id = NULL, customer_phone = NULL, customer_email = NULL,
			booking = f.booking
		FROM concert_booking.archived_bookings o
		CROSS JOIN LATERAL (VALUES (o.booking
			|| '{"user_id": null, "session_id": null, "customer_name": null, "customer_phone": null, "customer_email": null,
				 "idempotency_key": null, "cancellation_reason": null, "is_anonymous": true}'
			|| CASE WHEN o.booking ->> 'free_reason' IS NOT NULL THEN '{"free_reason": "forgotten"}' ELSE '{}' END::jsonb)) AS f (booking)
		WHERE a.id = ANY (archived_ids) AND o.id = a.id AND a.booking <> f.booking;
		GET DIAGNOSTICS archived = ROW_COUNT;
		IF EXISTS (SELECT FROM concert_booking.archived_bookings a
				   WHERE a.id = ANY (archived_ids)
					 AND coalesce(a.user_id::text, a.session_id::text, a.customer_phone, a.customer_email, a.booking ->> 'customer_name',
						a.booking ->> 'idempotency_key', a.booking ->> 'cancellation_reason',
						nullif(a.booking ->> 'free_reason', 'forgotten')) IS NOT NULL) THEN
			PERFORM concert_booking.refuse_suppressed('archived_bookings');
		END IF;
		forgotten_bookings := forgotten_bookings + archived;

		DELETE FROM concert_booking.wishlists w WHERE w.user_id = member_id;
		GET DIAGNOSTICS removed_wishes = ROW_COUNT;
		/* Before the log is rewritten: who forgets themselves is not told by this row either. */
		IF forgotten_bookings + removed_holds + removed_wishes > 0 THEN
			PERFORM concert_booking.log_event('booker_forgotten', NULL, 0,
				jsonb_build_object('bookings', forgotten_bookings, 'holds', removed_holds, 'wishes', removed_wishes));
		END IF;
		PERFORM concert_booking.forget_events(member_id, booking_ids || archived_ids);
		PERFORM concert_booking.forget_payments(member_id);
	EXCEPTION WHEN lock_not_available THEN
		PERFORM concert_booking.refuse_busy(session_timeout);
		RAISE;
	END;
	PERFORM concert_booking.end_waits(session_timeout);
END
$fn$;
COMMENT ON FUNCTION concert_booking.forget_booker(uuid, text) IS
	'Forget a member, or the booker of a booking: names, phones, e-mails and ids go, sales and money stay.
Returns how many bookings were forgotten, holds and wishes removed. A second call changes nothing.';

/*
 * remove_holds(member_id, guest_id, booking_ids) - remove somebody's holds, and free
 * their seats. Internal: a step of forget_booker(), which has locked the bookings.
 *
 * A hold that is kept for a payment stays while that payment can still come, unless
 * the booking is one of those.
 * Returns: how many. Tables written: temp_reservations, seats. Errors: none.
 */
CREATE FUNCTION concert_booking.remove_holds(
	member_id uuid,
	guest_id uuid,
	booking_ids uuid[],
	OUT removed_holds integer)
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $fn$
DECLARE
	seat_ids uuid[];
BEGIN
	seat_ids := ARRAY(
		SELECT s.id FROM concert_booking.seats s
		WHERE s.id IN (SELECT h.seat_id FROM concert_booking.temp_reservations h
					   WHERE h.user_id = member_id OR h.session_id = guest_id)
		ORDER BY s.id FOR NO KEY UPDATE);
	/* The trigger on holds frees the seats, whose locks are there already. */
	DELETE FROM concert_booking.temp_reservations h
	WHERE h.seat_id = ANY (seat_ids) AND (h.user_id = member_id OR h.session_id = guest_id)
	  AND (h.booking_id IS NULL OR h.booking_id = ANY (booking_ids) OR h.expires_at <= concert_booking.clock());
	GET DIAGNOSTICS removed_holds = ROW_COUNT;
END
$fn$;
COMMENT ON FUNCTION concert_booking.remove_holds(uuid, uuid, uuid[]) IS
	'Internal: remove somebody''s holds.';

/*
 * forget_events(member_id, booking_ids) - in the event log a person and what was
 * written about bookings becomes 'forgotten'. Internal: a step of forget_booker().
 *
 * The log is append-only; refuse_change() lets these words through while the setting
 * is on, and nothing else.
 * Returns: nothing. Tables written: booking_events. Errors: none.
 */
CREATE FUNCTION concert_booking.forget_events(member_id uuid, booking_ids uuid[])
RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $fn$
BEGIN
	PERFORM set_config('booking_events.forgets', 'on', true);
	UPDATE concert_booking.booking_events e SET detail = jsonb_set(e.detail, '{reason}', '"forgotten"')
	WHERE e.booking_id = ANY (booking_ids) AND e.detail ->> 'reason' <> 'forgotten';
	IF member_id IS NOT NULL THEN
		UPDATE concert_booking.booking_events e
		SET actor = CASE e.actor WHEN member_id::text THEN 'forgotten' ELSE e.actor END,
			detail = CASE e.detail ->> 'by' WHEN member_id::text THEN jsonb_set(e.detail, '{by}', '"forgotten"') ELSE e.detail END
		WHERE e.actor = member_id::text OR e.detail ->> 'by' = member_id::text;
	END IF;
	PERFORM set_config('booking_events.forgets', '', true);
END
$fn$;
COMMENT ON FUNCTION concert_booking.forget_events(uuid, uuid[]) IS
	'Internal: in the event log a person becomes ''forgotten''.';

/*
 * forget_payments(member_id) - in the ledger a person who has reported a payment becomes
 * 'forgotten'. Internal: a step of forget_booker().
 *
 * The ledger is append-only; refuse_payment_change() lets this word through while the
 * setting is on, and nothing else.
 * Returns: nothing. Tables written: payments. Errors: none.
 */
CREATE FUNCTION concert_booking.forget_payments(member_id uuid)
RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $fn$
BEGIN
	IF member_id IS NOT NULL THEN
		PERFORM set_config('payments.forgets', 'on', true);
		UPDATE concert_booking.payments p SET actor = 'forgotten' WHERE p.actor = member_id::text;
		PERFORM set_config('payments.forgets', '', true);
	END IF;
END
$fn$;
COMMENT ON FUNCTION concert_booking.forget_payments(uuid) IS
	'Internal: in the ledger a person becomes ''forgotten''.';
