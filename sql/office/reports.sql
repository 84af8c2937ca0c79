/*
 * What was sold, and what came in for it: the house's reports of a performance
 * or of all performances of a concert, those of the archive included.
 *
 * They read the lines of the bookings, never the seats: capacity is in
 * schedule_prices, and a line knows the grade that was sold. Only a line that 0.1
 * has sold has none; its seat is looked up by its id. Prices are those of the
 * lines, days those of the venue's calendar, and a pending booking whose pay_by
 * is over has expired, swept or not. Bookings that purge_cancelled_bookings()
 * has deleted are in no report.
 */

CREATE TYPE concert_booking.sales_report_row AS (
	concert_schedule_id uuid,
	sale_date date,
	seat_grade text,
	price_type text,
	status text,
	seat_count bigint,
	amount bigint,
	cancellation_fees bigint,
	free_seats bigint,
	total_count bigint
);
COMMENT ON TYPE concert_booking.sales_report_row IS
	'Seats of one schedule, day, grade, price type and state.';
COMMENT ON COLUMN concert_booking.sales_report_row.concert_schedule_id IS 'the schedule';
COMMENT ON COLUMN concert_booking.sales_report_row.sale_date IS 'the day on which they were booked, at the venue';
COMMENT ON COLUMN concert_booking.sales_report_row.seat_grade IS 'the grade as it was sold';
COMMENT ON COLUMN concert_booking.sales_report_row.price_type IS 'the code of the price type; null: the full price, or free of charge';
COMMENT ON COLUMN concert_booking.sales_report_row.status IS 'pending, confirmed, expired, or cancelled: given back one by one, or with the booking';
COMMENT ON COLUMN concert_booking.sales_report_row.seat_count IS 'number of seats';
COMMENT ON COLUMN concert_booking.sales_report_row.amount IS 'sum of their prices in won';
COMMENT ON COLUMN concert_booking.sales_report_row.cancellation_fees IS 'what the house keeps of paid prices that were cancelled, in won';
COMMENT ON COLUMN concert_booking.sales_report_row.free_seats IS 'how many of the seats were given free of charge, with a reason';
COMMENT ON COLUMN concert_booking.sales_report_row.total_count IS 'how many rows the report has: a client that got fewer has not seen all';

CREATE TYPE concert_booking.schedule_report_row AS (
	concert_schedule_id uuid,
	concert_date date,
	concert_time time,
	seat_grade text,
	total_seats bigint,
	sold_seats bigint,
	pending_seats bigint,
	checked_in_seats bigint,
	free_seats bigint,
	occupancy_percent numeric,
	amount bigint,
	cancellation_fees bigint,
	paid bigint,
	refunded bigint,
	refund_due bigint,
	total_count bigint
);
COMMENT ON TYPE concert_booking.schedule_report_row IS
	'One grade of a schedule, or the whole schedule.';
COMMENT ON COLUMN concert_booking.schedule_report_row.concert_schedule_id IS 'the schedule';
COMMENT ON COLUMN concert_booking.schedule_report_row.concert_date IS 'date at the venue';
COMMENT ON COLUMN concert_booking.schedule_report_row.concert_time IS 'time at the venue';
COMMENT ON COLUMN concert_booking.schedule_report_row.seat_grade IS 'the grade; null: all of them together';
COMMENT ON COLUMN concert_booking.schedule_report_row.total_seats IS 'number of seats, blocked ones included';
COMMENT ON COLUMN concert_booking.schedule_report_row.sold_seats IS 'seats of confirmed bookings, free ones included';
COMMENT ON COLUMN concert_booking.schedule_report_row.pending_seats IS 'seats that are kept for a payment';
COMMENT ON COLUMN concert_booking.schedule_report_row.checked_in_seats IS 'sold seats whose tickets were checked at a gate';
COMMENT ON COLUMN concert_booking.schedule_report_row.free_seats IS 'sold seats that were given free of charge, with a reason';
COMMENT ON COLUMN concert_booking.schedule_report_row.occupancy_percent IS 'sold seats of all seats, in per cent with one decimal place; null: it has no seats';
COMMENT ON COLUMN concert_booking.schedule_report_row.amount IS 'sum of the prices of the sold seats, in won';
COMMENT ON COLUMN concert_booking.schedule_report_row.cancellation_fees IS 'what the house keeps of paid prices that were cancelled, in won';
COMMENT ON COLUMN concert_booking.schedule_report_row.paid IS 'all charges for its bookings, in won; in the row of the whole schedule only, as the next two';
COMMENT ON COLUMN concert_booking.schedule_report_row.refunded IS 'all refunds for its bookings, in won';
COMMENT ON COLUMN concert_booking.schedule_report_row.refund_due IS 'what still has to go back, in won';
COMMENT ON COLUMN concert_booking.schedule_report_row.total_count IS 'how many rows the report has: a client that got fewer has not seen all';

/*
 * reported_schedules(concert_schedule_id, concert_id) - the schedules that a
 * report is about. Internal.
 *
 * Returns: id; concert_date, concert_time, starts_at; timezone, of the venue;
 * is_archived. Tables written: none. Errors: 22004 (both are null), PT404.
 */
CREATE FUNCTION concert_booking.reported_schedules(concert_schedule_id uuid, concert_id uuid)
RETURNS TABLE (id uuid, concert_date date, concert_time time, starts_at timestamptz, timezone text, is_archived boolean)
LANGUAGE plpgsql STABLE ROWS 10
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $fn$
#variable_conflict use_column
BEGIN
	IF reported_schedules.concert_schedule_id IS NULL AND reported_schedules.concert_id IS NULL THEN
		PERFORM concert_booking.refuse_null('concert_schedule_id or concert_id');
	END IF;
	IF NOT EXISTS (SELECT FROM concert_booking.concerts c
				   WHERE c.id = reported_schedules.concert_id OR reported_schedules.concert_id IS NULL) THEN
		PERFORM concert_booking.refuse_unknown_concert(reported_schedules.concert_id);
	END IF;
	RETURN QUERY
	SELECT cs.id, cs.concert_date, cs.concert_time, cs.starts_at, v.timezone::text, cs.is_archived
	FROM (SELECT s.id, s.concert_id, s.concert_date, s.concert_time, s.starts_at, false AS is_archived
		  FROM concert_booking.concert_schedules s
		  UNION ALL
		  SELECT a.id, a.concert_id, a.concert_date, a.concert_time, a.starts_at, true
		  FROM concert_booking.archived_schedules a) cs
	JOIN concert_booking.concerts c ON c.id = cs.concert_id
	JOIN concert_booking.venues v ON v.id = c.venue_id
	WHERE (reported_schedules.concert_schedule_id IS NULL OR cs.id = reported_schedules.concert_schedule_id)
	  AND (reported_schedules.concert_id IS NULL OR cs.concert_id = reported_schedules.concert_id);
	IF NOT FOUND AND reported_schedules.concert_schedule_id IS NOT NULL THEN
		PERFORM concert_booking.refuse_unknown_schedule(reported_schedules.concert_schedule_id);
	END IF;
END
$fn$;
COMMENT ON FUNCTION concert_booking.reported_schedules(uuid, uuid) IS
	'Internal: the schedules that a report is about.';

/*
 * reported_lines(concert_schedule_id, concert_id) - the lines of their bookings,
 * added up as finely as any report needs them. Internal.
 *
 * A line that is not active is cancelled where its booking is confirmed: it was
 * given back alone. Returns: concert_schedule_id; sale_date; seat_grade;
 * price_type; status; is_free (the booking was given free of charge); the numbers of lines and of those
 * checked in; amount, fees and the highest price in won. Tables written: none.
 * Errors: those of reported_schedules().
 *
 * Planned for each call (force_custom_plan): one performance and two hundred are
 * not looked up in the same way.
 */
CREATE FUNCTION concert_booking.reported_lines(concert_schedule_id uuid, concert_id uuid)
RETURNS TABLE (schedule_id uuid, sale_date date, seat_grade text, price_type text, status text, is_free boolean,
			   line_count bigint, checked_in_count bigint, amount bigint, fees bigint, highest_price integer)
LANGUAGE plpgsql STABLE ROWS 100
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $fn$
#variable_conflict use_column
DECLARE
	judged_at constant timestamptz := concert_booking.clock();
	zone text;
	sold_ids uuid[];
	archived_ids uuid[];
BEGIN
	/* The schedules of a concert have one venue; as constants, these make a good plan. */
	SELECT min(r.timezone), array_agg(r.id) FILTER (WHERE NOT r.is_archived), array_agg(r.id) FILTER (WHERE r.is_archived)
	INTO zone, sold_ids, archived_ids
	FROM concert_booking.reported_schedules(reported_lines.concert_schedule_id, reported_lines.concert_id) r;

	RETURN QUERY
	SELECT l.schedule_id, l.sale_date, l.seat_grade, l.price_type, l.status, l.is_free,
		   count(*), count(l.checked_in_at), sum(l.price)::bigint, coalesce(sum(l.fee), 0)::bigint, max(l.price)
	FROM (SELECT b.concert_schedule_id AS schedule_id, (b.created_at AT TIME ZONE zone)::date AS sale_date,
				 /* no join: the look-up is made where the grade is missing, and nowhere else */
				 coalesce(bs.seat_grade, (SELECT s.seat_grade FROM concert_booking.seats s WHERE s.id = bs.seat_id))::text AS seat_grade,
				 bs.price_type::text,
				 CASE WHEN b.status <> 'confirmed' THEN concert_booking.booking_status(b.status, b.pay_by, judged_at)
					  WHEN bs.active THEN 'confirmed' ELSE 'cancelled' END AS status,
				 b.free_reason IS NOT NULL AS is_free, bs.price, bs.cancellation_fee AS fee, bs.checked_in_at
		  FROM concert_booking.bookings b
		  JOIN concert_booking.booking_seats bs ON bs.booking_id = b.id
		  WHERE b.concert_schedule_id = ANY (sold_ids)
		  UNION ALL
		  SELECT a.concert_schedule_id, (a.created_at AT TIME ZONE zone)::date, e.seat ->> 'seat_grade', e.seat ->> 'price_type',
				 CASE WHEN a.status <> 'confirmed' THEN a.status
					  WHEN (e.seat ->> 'active')::boolean THEN 'confirmed' ELSE 'cancelled' END,
				 a.booking ->> 'free_reason' IS NOT NULL, (e.seat ->> 'price')::integer,
				 (e.seat ->> 'cancellation_fee')::integer, (e.seat ->> 'checked_in_at')::timestamptz
		  FROM concert_booking.archived_bookings a
		  CROSS JOIN LATERAL jsonb_array_elements(a.seats) AS e (seat)
		  WHERE a.concert_schedule_id = ANY (archived_ids)) l
	GROUP BY 1, 2, 3, 4, 5, 6;
END
$fn$;
COMMENT ON FUNCTION concert_booking.reported_lines(uuid, uuid) IS
	'Internal: the lines of the bookings of the reported schedules, added up.';

/*
 * reported_money(concert_schedule_id, concert_id) - what the ledger says of the
 * bookings of each of them. Internal; the rules of payment_totals().
 *
 * Returns: schedule_id; paid, refunded and due in won, for schedules that have
 * bookings. Tables written: none. Errors: those of reported_schedules().
 */
CREATE FUNCTION concert_booking.reported_money(concert_schedule_id uuid, concert_id uuid)
RETURNS TABLE (schedule_id uuid, paid bigint, refunded bigint, due bigint)
LANGUAGE plpgsql STABLE ROWS 10
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $fn$
#variable_conflict use_column
DECLARE
	judged_at constant timestamptz := concert_booking.clock();
	schedule_ids constant uuid[] := ARRAY (
		SELECT r.id FROM concert_booking.reported_schedules(reported_money.concert_schedule_id, reported_money.concert_id) r);
BEGIN
	RETURN QUERY
	SELECT t.schedule_id, sum(t.paid)::bigint, sum(t.refunded)::bigint,
		   sum(CASE WHEN t.is_over THEN greatest(t.due, t.paid - t.refunded) ELSE t.due END)::bigint
	FROM (SELECT b.schedule_id, b.is_over, coalesce(d.amount, 0) AS due,
				 coalesce(sum(p.amount) FILTER (WHERE p.kind = 'charge'), 0) AS paid,
				 coalesce(sum(p.amount) FILTER (WHERE p.kind = 'refund'), 0) AS refunded
		  FROM (SELECT b.id, b.concert_schedule_id AS schedule_id, b.status = 'pending' AND b.pay_by <= judged_at AS is_over
				FROM concert_booking.bookings b WHERE b.concert_schedule_id = ANY (schedule_ids)
				UNION ALL
				SELECT a.id, a.concert_schedule_id, false
				FROM concert_booking.archived_bookings a WHERE a.concert_schedule_id = ANY (schedule_ids)) b
		  LEFT JOIN concert_booking.payments p ON p.booking_id = b.id
		  LEFT JOIN concert_booking.refunds_due d ON d.booking_id = b.id
		  GROUP BY b.id, b.schedule_id, b.is_over, d.amount) t
	GROUP BY t.schedule_id;
END
$fn$;
COMMENT ON FUNCTION concert_booking.reported_money(uuid, uuid) IS
	'Internal: what the ledger says of the bookings of the reported schedules.';

/*
 * sales_report(concert_schedule_id, concert_id) - what was sold, day by day.
 *
 * Arguments: concert_schedule_id, one schedule; concert_id, all schedules of a
 * concert; one of both is needed, and with both the schedule has to be of the
 * concert. Schedules of the archive count as the others.
 * Returns: one row for each schedule, day, grade, price type and state: how many
 * seats, the sum of their prices and what was kept of cancelled ones, in won; by
 * start, day, grade, price type and state. Tables written: none.
 * Errors: 22004 (both are null), PT404. Source: beyond the seeds.
 */
CREATE FUNCTION concert_booking.sales_report(
	concert_schedule_id uuid DEFAULT NULL,
	concert_id uuid DEFAULT NULL)
RETURNS SETOF concert_booking.sales_report_row
LANGUAGE plpgsql STABLE ROWS 100
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
#variable_conflict use_column
BEGIN
	PERFORM concert_booking.require_tables();
	PERFORM concert_booking.cache_answer('personal');
	RETURN QUERY
	SELECT r.id, l.sale_date, l.seat_grade, l.price_type, l.status, sum(l.line_count)::bigint, sum(l.amount)::bigint,
		   sum(l.fees)::bigint, coalesce(sum(l.line_count) FILTER (WHERE l.is_free), 0)::bigint, count(*) OVER ()
	FROM concert_booking.reported_schedules(sales_report.concert_schedule_id, sales_report.concert_id) r
	JOIN concert_booking.reported_lines(sales_report.concert_schedule_id, sales_report.concert_id) l ON l.schedule_id = r.id
	GROUP BY r.starts_at, r.id, l.sale_date, l.seat_grade, l.price_type, l.status
	ORDER BY r.starts_at, r.id, l.sale_date, l.seat_grade, l.price_type NULLS FIRST, l.status;
END
$fn$;
COMMENT ON FUNCTION concert_booking.sales_report(uuid, uuid) IS
	'What was sold of a schedule, or of all schedules of a concert, by day, grade, price type and state.
Days are those of the venue; past performances are included.';

/*
 * schedule_report(concert_schedule_id, concert_id) - how full it is, who came,
 * and what came in.
 *
 * Arguments: as sales_report. Returns: for each schedule one row a grade, the
 * dearest first, and then one row for the whole schedule (seat_grade is null),
 * which has the money of the ledger as well: what payment_status() says of its
 * bookings, added up. Where all of it was paid through the ledger, paid -
 * refunded - refund_due = amount + cancellation_fees, but for parts of payments
 * that are under way. By start. Tables written: none.
 * Errors: 22004 (both are null), PT404. Source: beyond the seeds.
 */
CREATE FUNCTION concert_booking.schedule_report(
	concert_schedule_id uuid DEFAULT NULL,
	concert_id uuid DEFAULT NULL)
RETURNS SETOF concert_booking.schedule_report_row
LANGUAGE plpgsql STABLE ROWS 100
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
#variable_conflict use_column
BEGIN
	PERFORM concert_booking.require_tables();
	PERFORM concert_booking.cache_answer('personal');
	RETURN QUERY
	WITH reported AS MATERIALIZED (
		SELECT r.id, r.concert_date, r.concert_time, r.starts_at
		FROM concert_booking.reported_schedules(schedule_report.concert_schedule_id, schedule_report.concert_id) r),
	counted AS (
		SELECT p.concert_schedule_id AS schedule_id, p.seat_grade::text, p.price, p.seat_count AS seats,
			   0::bigint AS sold, 0::bigint AS pending, 0::bigint AS checked_in, 0::bigint AS free, 0::bigint AS amount, 0::bigint AS fees
		FROM reported r JOIN concert_booking.schedule_prices p ON p.concert_schedule_id = r.id
		UNION ALL
		SELECT a.id, e.seat ->> 'seat_grade', (e.seat ->> 'price')::integer, 1, 0, 0, 0, 0, 0, 0
		FROM reported r JOIN concert_booking.archived_schedules a ON a.id = r.id
		CROSS JOIN LATERAL jsonb_array_elements(a.seats) AS e (seat)
		UNION ALL
		SELECT l.schedule_id, l.seat_grade, l.highest_price, 0,
			   CASE WHEN l.status = 'confirmed' THEN l.line_count ELSE 0 END,
			   CASE WHEN l.status = 'pending' THEN l.line_count ELSE 0 END,
			   CASE WHEN l.status = 'confirmed' THEN l.checked_in_count ELSE 0 END,
			   CASE WHEN l.status = 'confirmed' AND l.is_free THEN l.line_count ELSE 0 END,
			   CASE WHEN l.status = 'confirmed' THEN l.amount ELSE 0 END,
			   l.fees
		FROM concert_booking.reported_lines(schedule_report.concert_schedule_id, schedule_report.concert_id) l
		UNION ALL
		/* A schedule without seats has a row as well. */
		SELECT r.id, NULL, NULL, 0, 0, 0, 0, 0, 0, 0 FROM reported r),
	added AS (
		SELECT c.schedule_id, c.seat_grade, grouping(c.seat_grade) = 1 AS is_whole, max(c.price) AS price,
			   sum(c.seats)::bigint AS seats, sum(c.sold)::bigint AS sold, sum(c.pending)::bigint AS pending,
			   sum(c.checked_in)::bigint AS checked_in, sum(c.free)::bigint AS free,
			   sum(c.amount)::bigint AS amount, sum(c.fees)::bigint AS fees
		FROM counted c
		GROUP BY GROUPING SETS ((c.schedule_id, c.seat_grade), (c.schedule_id))
		HAVING grouping(c.seat_grade) = 1 OR c.seat_grade IS NOT NULL)
	SELECT r.id, r.concert_date, r.concert_time, g.seat_grade, g.seats, g.sold, g.pending, g.checked_in, g.free,
		   round(100.0 * g.sold / nullif(g.seats, 0), 1), g.amount, g.fees,
		   CASE WHEN g.is_whole THEN coalesce(m.paid, 0) END,
		   CASE WHEN g.is_whole THEN coalesce(m.refunded, 0) END,
		   CASE WHEN g.is_whole THEN coalesce(m.due, 0) END,
		   count(*) OVER ()
	FROM reported r
	JOIN added g ON g.schedule_id = r.id
	LEFT JOIN concert_booking.reported_money(schedule_report.concert_schedule_id, schedule_report.concert_id) m
		ON m.schedule_id = r.id
	ORDER BY r.starts_at, r.id, g.is_whole, g.price DESC, g.seat_grade;
END
$fn$;
COMMENT ON FUNCTION concert_booking.schedule_report(uuid, uuid) IS
	'A schedule, or each schedule of a concert, by grade and as a whole: seats, sold, checked in, occupancy, and money.
Past performances are included; in the row of the whole schedule seat_grade is null.';
