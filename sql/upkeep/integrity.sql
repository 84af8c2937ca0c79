/*
 * check_integrity() - every broken invariant of the data; none is expected.
 *
 * Reads all tables in one snapshot (STABLE: the snapshot of the statement that
 * calls it), locks nothing and runs on a standby, so it can run while tickets
 * are sold. What it finds was written past the functions, or is a fault of
 * theirs.
 * Where pg_cron is in this database and the owner may look at its runs, the jobs
 * of schedule_jobs() whose last run failed are told too, also those that run in
 * other databases.
 * Returns: one row a broken invariant: invariant, the rule in words; subject,
 * the id of the seat, hold, booking, payment or schedule (null: of the tables
 * themselves, or of the jobs); detail, what was found. Nothing personal.
 * Tables written: none. Errors: none. Source: A 6.2 (consistency check).
 */
CREATE FUNCTION concert_booking.check_integrity()
RETURNS TABLE (invariant text, subject uuid, detail text)
LANGUAGE plpgsql STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $fn$
#variable_conflict use_column
DECLARE
	judged_at constant timestamptz := concert_booking.clock();
BEGIN
	PERFORM concert_booking.require_tables();
	/* -------- the guards that stand behind the code -------- */

	RETURN QUERY
	SELECT 'the unique indexes are in place', NULL::uuid, format('%s is missing or not valid', g.name)
	FROM unnest(ARRAY['idx_booking_seats_active_seat', 'unique_booking_seat', 'unique_temp_seat',
					  'unique_seat', 'unique_seat_ordinal', 'bookings_booking_number_key',
					  'unique_payment', 'refunds_due_pkey']
					  /* big tables of 0.1 may have the old one: see migrate_tables() */
					  || CASE WHEN to_regclass('concert_booking.idx_bookings_idempotency_key') IS NULL
							  THEN ARRAY['idx_bookings_user_key', 'idx_bookings_session_key']
							  ELSE ARRAY['idx_bookings_idempotency_key'] END) AS g (name)
	LEFT JOIN pg_index i ON i.indexrelid = to_regclass(format('concert_booking.%I', g.name))
	WHERE i.indisvalid IS NOT TRUE OR NOT i.indisunique
	ORDER BY g.name;

	RETURN QUERY
	SELECT 'the triggers that follow seats are in place', NULL::uuid, format('%s is missing or switched off', g.name)
	FROM (VALUES ('seats', 'follow_seats_insert'), ('seats', 'follow_seats_update'), ('seats', 'follow_seats_delete'),
				 ('seats', 'follow_layout_insert'), ('seats', 'follow_layout_update'), ('seats', 'follow_layout_delete'),
				 ('schedule_prices', 'follow_prices_insert'), ('schedule_prices', 'follow_prices_delete'),
				 ('schedule_prices', 'fill_price'), ('concert_schedules', 'move_prices')) AS g (table_name, name)
	LEFT JOIN pg_trigger t ON t.tgrelid = to_regclass(format('concert_booking.%I', g.table_name)) AND t.tgname = g.name
	WHERE (t.tgenabled IS NULL OR t.tgenabled = 'D')
	  /* tables of 0.1 have none */
	  AND (g.name NOT IN ('fill_price', 'move_prices') OR concert_booking.has_column('schedule_prices', 'concert_id'))
	ORDER BY g.name;

	/* -------- the jobs -------- */

	/* By the extension, not by the name: anybody could make a schema cron. */
	IF EXISTS (SELECT FROM pg_extension e WHERE e.extname = 'pg_cron')
	   AND has_schema_privilege('cron', 'USAGE')
	THEN
		RETURN QUERY
		SELECT 'the last run of each job succeeded', NULL::uuid,
			   format('"%s", run %s: %s', j.jobname, d.runid, split_part(d.return_message, E'\n', 1))
		FROM cron.job j
		CROSS JOIN LATERAL (
			SELECT r.runid, r.status, r.return_message
			FROM cron.job_run_details r
			WHERE r.jobid = j.jobid AND r.status IN ('succeeded', 'failed')
			ORDER BY r.runid DESC LIMIT 1) d
		WHERE j.active AND d.status = 'failed'
		  AND j.command IN (SELECT c.command FROM concert_booking.job_commands() c)
		ORDER BY j.jobid;
	END IF;

	/* -------- seats and their sale -------- */

	RETURN QUERY
	SELECT 'a seat is sold once', bs.seat_id, format('%s active booking seats', count(*))
	FROM concert_booking.booking_seats bs
	WHERE bs.active
	GROUP BY bs.seat_id HAVING count(*) > 1
	ORDER BY bs.seat_id;

	RETURN QUERY
	SELECT 'a reserved seat has an active booking seat', s.id, 'it has none'
	FROM concert_booking.seats s
	WHERE s.status = 'reserved'
	  AND NOT EXISTS (SELECT FROM concert_booking.booking_seats bs WHERE bs.seat_id = s.id AND bs.active)
	ORDER BY s.id;

	RETURN QUERY
	SELECT 'an active booking seat is a reserved seat', bs.seat_id,
		   coalesce('its status is ' || s.status, 'there is no such seat')
	FROM concert_booking.booking_seats bs
	LEFT JOIN concert_booking.seats s ON s.id = bs.seat_id
	WHERE bs.active AND s.status IS DISTINCT FROM 'reserved'
	ORDER BY bs.seat_id;

	/* -------- seats and their holds -------- */

	RETURN QUERY
	SELECT 'a held seat has a hold', s.id, 'it has none'
	FROM concert_booking.seats s
	WHERE s.status = 'temp_reserved'
	  AND NOT EXISTS (SELECT FROM concert_booking.temp_reservations h WHERE h.seat_id = s.id)
	ORDER BY s.id;

	RETURN QUERY
	SELECT 'a hold is on a held seat', h.id, coalesce('the seat''s status is ' || s.status, 'there is no such seat')
	FROM concert_booking.temp_reservations h
	LEFT JOIN concert_booking.seats s ON s.id = h.seat_id
	WHERE s.status IS DISTINCT FROM 'temp_reserved'
	ORDER BY h.id;

	RETURN QUERY
	SELECT 'a held seat tells when its hold ends', s.id,
		   format('seat: %s, hold: %s', coalesce(s.hold_expires_at::text, 'null'), h.expires_at)
	FROM concert_booking.temp_reservations h
	JOIN concert_booking.seats s ON s.id = h.seat_id
	WHERE s.status = 'temp_reserved' AND s.hold_expires_at IS DISTINCT FROM h.expires_at
	ORDER BY s.id;

	RETURN QUERY
	SELECT 'only a held seat has an end of its hold', s.id, 'its status is ' || s.status
	FROM concert_booking.seats s
	WHERE s.status <> 'temp_reserved' AND s.hold_expires_at IS NOT NULL
	ORDER BY s.id;

	RETURN QUERY
	SELECT 'a hold is on its seat''s schedule', h.id, 'it names another schedule'
	FROM concert_booking.temp_reservations h
	JOIN concert_booking.seats s ON s.id = h.seat_id
	WHERE h.concert_schedule_id IS DISTINCT FROM s.concert_schedule_id
	ORDER BY h.id;

	RETURN QUERY
	SELECT 'a hold has one booker', h.id, 'it has both or neither'
	FROM concert_booking.temp_reservations h
	WHERE (h.user_id IS NULL) = (h.session_id IS NULL)
	ORDER BY h.id;

	/* A hold that is over is anybody's, whatever became of the booking. */
	RETURN QUERY
	SELECT 'a seat is kept for a pending booking that has it', h.id,
		   CASE WHEN b.id IS NULL THEN 'there is no such booking'
				WHEN concert_booking.booking_status(b.status, b.pay_by, judged_at) <> 'pending'
				THEN 'the booking is ' || concert_booking.booking_status(b.status, b.pay_by, judged_at)
				ELSE 'it is no seat of the booking' END
	FROM concert_booking.temp_reservations h
	LEFT JOIN concert_booking.bookings b ON b.id = h.booking_id
	WHERE h.booking_id IS NOT NULL AND h.expires_at > judged_at
	  AND (b.id IS NULL OR concert_booking.booking_status(b.status, b.pay_by, judged_at) <> 'pending'
		   OR NOT EXISTS (SELECT FROM concert_booking.booking_seats bs
						  WHERE bs.booking_id = b.id AND bs.seat_id = h.seat_id))
	ORDER BY h.id;

	RETURN QUERY
	SELECT 'a pending booking keeps its seats', b.id,
		   format('seat %s: %s', bs.seat_id,
				  CASE WHEN h.id IS NULL THEN 'it has no hold'
					   WHEN h.booking_id IS DISTINCT FROM b.id THEN 'its hold is not for this booking'
					   WHEN h.expires_at <> b.pay_by THEN format('its hold ends at %s, pay_by: %s', h.expires_at, b.pay_by)
					   ELSE 'its hold has another booker' END)
	FROM concert_booking.bookings b
	JOIN concert_booking.booking_seats bs ON bs.booking_id = b.id
	LEFT JOIN concert_booking.temp_reservations h ON h.seat_id = bs.seat_id
	WHERE b.status = 'pending' AND b.pay_by > judged_at
	  AND (h.id IS NULL OR h.booking_id IS DISTINCT FROM b.id OR h.expires_at <> b.pay_by
		   OR (h.user_id, h.session_id) IS DISTINCT FROM (b.user_id, b.session_id))
	ORDER BY b.id, bs.seat_id;

	/* -------- bookings -------- */

	/* Its seats: while it is confirmed those that it still has, else all that it had. */
	RETURN QUERY
	SELECT 'a booking''s seat count is the number of its seats', b.id,
		   format('seat_count: %s, seats: %s', b.seat_count, coalesce(t.seats, 0))
	FROM concert_booking.bookings b
	LEFT JOIN (SELECT bs.booking_id, count(*) AS seats, count(*) FILTER (WHERE bs.active) AS active_seats
			   FROM concert_booking.booking_seats bs GROUP BY 1) l ON l.booking_id = b.id
	CROSS JOIN LATERAL (VALUES (CASE WHEN b.status = 'confirmed' THEN l.active_seats ELSE l.seats END)) AS t (seats)
	WHERE b.seat_count <> coalesce(t.seats, 0) OR b.status = 'confirmed' AND coalesce(t.seats, 0) = 0
	ORDER BY b.id;

	RETURN QUERY
	SELECT 'a booking''s total price is the sum of its seats', b.id,
		   format('total_price: %s, sum: %s', b.total_price, coalesce(t.price, 0))
	FROM concert_booking.bookings b
	LEFT JOIN (SELECT bs.booking_id, sum(bs.price) AS price, sum(bs.price) FILTER (WHERE bs.active) AS active_price
			   FROM concert_booking.booking_seats bs GROUP BY 1) l ON l.booking_id = b.id
	CROSS JOIN LATERAL (VALUES (CASE WHEN b.status = 'confirmed' THEN l.active_price ELSE l.price END)) AS t (price)
	WHERE b.total_price <> coalesce(t.price, 0)
	ORDER BY b.id;

	RETURN QUERY
	SELECT 'seats are active in confirmed bookings only', bs.id,
		   CASE WHEN b.id IS NULL THEN 'there is no such booking'
				ELSE 'booking: ' || b.status END
	FROM concert_booking.booking_seats bs
	LEFT JOIN concert_booking.bookings b ON b.id = bs.booking_id
	WHERE b.id IS NULL OR bs.active AND b.status <> 'confirmed'
	ORDER BY bs.id;

	RETURN QUERY
	SELECT 'a booking''s seats are of its schedule', bs.id, 'the seat is of another schedule'
	FROM concert_booking.booking_seats bs
	JOIN concert_booking.bookings b ON b.id = bs.booking_id
	JOIN concert_booking.seats s ON s.id = bs.seat_id
	WHERE s.concert_schedule_id <> b.concert_schedule_id
	ORDER BY bs.id;

	RETURN QUERY
	SELECT 'a booking has a member or a named guest, or is anonymous', b.id, 'it has neither, or both'
	FROM concert_booking.bookings b
	WHERE b.user_id IS NOT NULL AND b.session_id IS NOT NULL
	   OR b.user_id IS NULL AND NOT b.is_anonymous AND (b.customer_name IS NULL OR b.customer_phone IS NULL)
	ORDER BY b.id;

	RETURN QUERY
	SELECT 'a cancelled booking tells when', b.id,
		   format('status: %s, cancelled_at: %s', b.status, coalesce(b.cancelled_at::text, 'null'))
	FROM concert_booking.bookings b
	WHERE (b.status = 'cancelled') <> (b.cancelled_at IS NOT NULL)
	ORDER BY b.id;

	RETURN QUERY
	SELECT 'a pending or expired booking tells until when it can be paid', b.id, 'it is ' || b.status
	FROM concert_booking.bookings b
	WHERE b.status IN ('pending', 'expired') AND b.pay_by IS NULL
	ORDER BY b.id;

	RETURN QUERY
	SELECT 'a booker has one pending booking on a schedule', b.concert_schedule_id,
		   string_agg(b.id::text, ', ' ORDER BY b.id)
	FROM concert_booking.bookings b
	WHERE b.status = 'pending' AND b.pay_by > judged_at
	GROUP BY b.concert_schedule_id, b.user_id, b.session_id
	HAVING count(*) > 1
	ORDER BY b.concert_schedule_id, min(b.id::text);

	RETURN QUERY
	SELECT 'no booking of the archive is pending', a.id, 'it is ' || a.status
	FROM concert_booking.archived_bookings a
	WHERE a.status = 'pending'
	ORDER BY a.id;

	/*
	 * Twelve symbols of Crockford's base 32 are a number of 60 bits; the
	 * thirteenth is its remainder by 37. Translated, a symbol's byte is its
	 * value plus 48; OFFSET 0 keeps that from being done for each of them.
	 */
	RETURN QUERY
	SELECT 'a booking number is well-formed', b.id,
		   CASE WHEN f.is_formed THEN 'its check symbol does not fit'
				ELSE 'it is not of the form XXXX-XXXX-XXXX-C' END
	FROM concert_booking.bookings b
	CROSS JOIN LATERAL (
		SELECT b.booking_number ~ '^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z*~$=U]$' AS is_formed,
			   convert_to(translate(rpad(b.booking_number, 16),
									'ABCDEFGHJKMNPQRSTVWXYZ*~$=U',
									':;<=>?@ABCDEFGHIJKLMNOPQRST'), 'UTF8') AS n
		OFFSET 0) f
	WHERE CASE WHEN f.is_formed THEN
		(((get_byte(f.n, 0) - 48)::bigint << 55) + ((get_byte(f.n, 1) - 48)::bigint << 50)
		 + ((get_byte(f.n, 2) - 48)::bigint << 45) + ((get_byte(f.n, 3) - 48)::bigint << 40)
		 + ((get_byte(f.n, 5) - 48)::bigint << 35) + ((get_byte(f.n, 6) - 48)::bigint << 30)
		 + ((get_byte(f.n, 7) - 48)::bigint << 25) + ((get_byte(f.n, 8) - 48)::bigint << 20)
		 + ((get_byte(f.n, 10) - 48)::bigint << 15) + ((get_byte(f.n, 11) - 48)::bigint << 10)
		 + ((get_byte(f.n, 12) - 48)::bigint << 5) + (get_byte(f.n, 13) - 48)::bigint) % 37
		<> get_byte(f.n, 15) - 48
		ELSE true END
	ORDER BY b.id;

	/* -------- money -------- */

	/*
	 * A booking's credit is what was paid for it, less what went back and what is
	 * due back. A booking that was purged is known by the ledger alone: that says of
	 * each charge how much of it was not to go back at once.
	 */
	RETURN QUERY
	SELECT r.invariant, c.id,
		   concat_ws(', ', coalesce(c.status, 'no such booking'), 'paid: ' || c.paid, 'refunded: ' || c.refunded, 'due: ' || c.due,
					 'seats: ' || c.worth, 'kept: ' || c.kept, 'total_price: ' || c.total_price)
	FROM (SELECT coalesce(b.id, m.booking_id) AS id, b.status, b.is_live, b.is_paid, b.total_price,
				 b.worth, b.kept, coalesce(m.paid, 0) AS paid, coalesce(m.refunded, 0) AS refunded,
				 coalesce(m.due, 0) AS due, coalesce(m.paid - m.refunded - m.due, 0) AS credit, m.keepable
		  FROM (SELECT b.id, b.status, b.status = 'pending' AND b.pay_by > judged_at AS is_live,
					   b.paid_at IS NOT NULL AS is_paid, b.total_price,
					   coalesce(l.worth, 0) AS worth, coalesce(l.kept, 0) AS kept
				FROM concert_booking.bookings b
				LEFT JOIN (SELECT bs.booking_id, sum(bs.price) FILTER (WHERE bs.active) AS worth,
								  sum(bs.cancellation_fee) AS kept
						   FROM concert_booking.booking_seats bs GROUP BY 1) l ON l.booking_id = b.id
				UNION ALL
				SELECT a.id, a.status, false, a.booking ->> 'paid_at' IS NOT NULL, a.total_price,
					   l.worth, l.kept
				FROM concert_booking.archived_bookings a
				CROSS JOIN LATERAL (
					SELECT coalesce(sum((e.seat ->> 'price')::bigint) FILTER (WHERE (e.seat ->> 'active')::boolean), 0) AS worth,
						   coalesce(sum((e.seat ->> 'cancellation_fee')::bigint), 0) AS kept
					FROM jsonb_array_elements(a.seats) AS e (seat)
					WHERE a.booking ->> 'paid_at' IS NOT NULL) l) b
		  FULL JOIN (SELECT p.booking_id, sum(p.paid) AS paid, sum(p.refunded) AS refunded,
							sum(p.due) AS due, sum(p.keepable) AS keepable
					 FROM (SELECT p.booking_id, p.amount, 0, 0, p.amount - p.refund_due
						   FROM concert_booking.payments p WHERE p.kind = 'charge'
						   UNION ALL
						   SELECT p.booking_id, 0, p.amount, 0, 0
						   FROM concert_booking.payments p WHERE p.kind = 'refund'
						   UNION ALL
						   SELECT d.booking_id, 0, 0, d.amount, 0
						   FROM concert_booking.refunds_due d) AS p (booking_id, paid, refunded, due, keepable)
					 GROUP BY 1) m ON m.booking_id = b.id) c
	CROSS JOIN LATERAL (
		SELECT 'what was paid is the price of the seats, what was kept, refunded and is due', c.is_paid AND c.credit <> c.worth + c.kept
		UNION ALL
		SELECT 'what was paid in part is less than the price, or goes back', NOT c.is_paid
			AND CASE WHEN c.is_live THEN c.credit NOT BETWEEN 0 AND c.total_price - 1 OR c.due <> 0
					 WHEN c.status = 'pending' THEN c.credit < 0
					 ELSE c.credit <> 0 END
		UNION ALL
		SELECT 'money for no booking goes back', c.status IS NULL AND c.credit NOT BETWEEN 0 AND c.keepable
		) AS r (invariant, is_broken)
	WHERE r.is_broken
	ORDER BY c.id;

	RETURN QUERY
	SELECT 'a booking that is paid was sold', b.id, 'it is ' || b.status
	FROM concert_booking.bookings b
	WHERE b.paid_at IS NOT NULL AND b.status IN ('pending', 'expired')
	ORDER BY b.id;

	RETURN QUERY
	SELECT 'a fee is kept for a seat that was paid and cancelled', bs.id,
		   format('fee: %s, price: %s, active: %s, paid: %s', bs.cancellation_fee, bs.price, bs.active, b.paid_at IS NOT NULL)
	FROM concert_booking.booking_seats bs
	JOIN concert_booking.bookings b ON b.id = bs.booking_id
	WHERE bs.cancellation_fee IS NOT NULL
	  AND (bs.active OR b.paid_at IS NULL OR bs.cancellation_fee NOT BETWEEN 0 AND bs.price)
	ORDER BY bs.id;

	RETURN QUERY
	SELECT 'a charge tells how much of it is due back', p.id, format('%s, refund_due: %s', p.outcome, p.refund_due)
	FROM concert_booking.payments p
	WHERE p.kind = 'charge' AND (p.outcome = 'refund_due') <> (p.refund_due > 0)
	ORDER BY p.id;

	/* -------- schedules -------- */

	RETURN QUERY
	SELECT 'a cancelled schedule has no booking that stands', b.id, 'it is ' || b.status
	FROM concert_booking.concert_schedules cs
	JOIN concert_booking.bookings b ON b.concert_schedule_id = cs.id
	WHERE cs.status = 'cancelled'
	  AND concert_booking.booking_status(b.status, b.pay_by, judged_at) IN ('pending', 'confirmed')
	ORDER BY b.id;

	RETURN QUERY
	SELECT 'a cancelled schedule has no hold', h.id, format('it is on seat %s', h.seat_id)
	FROM concert_booking.concert_schedules cs
	JOIN concert_booking.temp_reservations h ON h.concert_schedule_id = cs.id
	WHERE cs.status = 'cancelled'
	ORDER BY h.id;

	RETURN QUERY
	SELECT 'a schedule tells when its status was changed', cs.id,
		   format('status: %s, status_changed_at: %s, previous_starts_at: %s', cs.status,
				  coalesce(cs.status_changed_at::text, 'null'), coalesce(cs.previous_starts_at::text, 'null'))
	FROM concert_booking.concert_schedules cs
	WHERE cs.status <> 'scheduled' AND cs.status_changed_at IS NULL
	   OR cs.status = 'postponed' AND cs.previous_starts_at IS NULL
	ORDER BY cs.id;

	RETURN QUERY
	SELECT 'a booker has no more seats than the schedule allows', u.concert_schedule_id,
		   format('%s seats, limit %s, bookings: %s', count(*), u.max_seats_per_booker,
				  coalesce(string_agg(DISTINCT u.booking_id::text, ', '), 'none, holds only'))
	FROM (SELECT b.concert_schedule_id, cs.max_seats_per_booker, b.id AS booking_id,
				 b.user_id, CASE WHEN b.user_id IS NULL THEN b.session_id END AS session_id
		  FROM concert_booking.concert_schedules cs
		  JOIN concert_booking.bookings b ON b.concert_schedule_id = cs.id AND b.status = 'confirmed'
		  JOIN concert_booking.booking_seats bs ON bs.booking_id = b.id AND bs.active
		  /* a walk-in may have any number */
		  WHERE cs.max_seats_per_booker IS NOT NULL AND NOT b.is_anonymous
		  UNION ALL
		  SELECT h.concert_schedule_id, cs.max_seats_per_booker, NULL, h.user_id, h.session_id
		  FROM concert_booking.concert_schedules cs
		  JOIN concert_booking.temp_reservations h ON h.concert_schedule_id = cs.id AND h.expires_at > judged_at
		  WHERE cs.max_seats_per_booker IS NOT NULL) u
	WHERE u.user_id IS NOT NULL OR u.session_id IS NOT NULL
	GROUP BY u.concert_schedule_id, u.max_seats_per_booker, u.user_id, u.session_id
	HAVING count(*) > u.max_seats_per_booker
	ORDER BY u.concert_schedule_id;

	RETURN QUERY
	SELECT 'starts_at is date and time in the venue''s zone', cs.id,
		   format('starts_at: %s, date and time: %s', cs.starts_at,
				  (cs.concert_date + cs.concert_time) AT TIME ZONE v.timezone)
	FROM concert_booking.concert_schedules cs
	JOIN concert_booking.concerts c ON c.id = cs.concert_id
	JOIN concert_booking.venues v ON v.id = c.venue_id
	WHERE cs.starts_at <> (cs.concert_date + cs.concert_time) AT TIME ZONE v.timezone
	ORDER BY cs.id;

	IF concert_booking.has_column('concert_schedules', 'concert_created_at') THEN
		RETURN QUERY
		SELECT 'concert_created_at of a schedule is created_at of its concert', cs.id,
			   format('schedule: %s, concert: %s', cs.concert_created_at, c.created_at)
		FROM concert_booking.concert_schedules cs
		JOIN concert_booking.concerts c ON c.id = cs.concert_id
		WHERE cs.concert_created_at <> c.created_at
		ORDER BY cs.id;
	END IF;

	IF concert_booking.has_column('schedule_prices', 'concert_id') THEN
		RETURN QUERY
		SELECT 'concert_id of a price is that of its schedule', cs.id, format('%s, %s', p.seat_grade, p.price)
		FROM concert_booking.schedule_prices p
		JOIN concert_booking.concert_schedules cs ON cs.id = p.concert_schedule_id
		WHERE p.concert_id <> cs.concert_id
		ORDER BY cs.id, p.seat_grade, p.price;
	END IF;

	RETURN QUERY
	SELECT CASE d.measure WHEN 'seat_count' THEN 'schedule_prices are a recount of the seats'
						  ELSE format('%s is a recount of the seats', d.measure) END,
		   d.schedule_id,
		   concat_ws(', ', d.seat_grade, d.price, format('stored: %s', coalesce(d.stored::text, 'null')),
					 format('counted: %s', coalesce(d.counted::text, 'null')))
	FROM concert_booking.availability_drift() d
	ORDER BY d.schedule_id, d.measure, d.seat_grade, d.price;
END
$fn$;
COMMENT ON FUNCTION concert_booking.check_integrity() IS
	'Every broken invariant of the data; no row is expected.
Reads one snapshot and locks nothing: safe while tickets are sold, and on a standby.';
