/*
 * Bookings as their bookers, guests and the staff look them up, past
 * performances included: what archive_past_schedules() has put away is read
 * beside the rest. Whose bookings: the booker of every function is resolved as
 * in the commands, see sql/selling/holds.sql.
 *
 * Prices are those that were paid (booking_seats.price), not today's. A status is
 * that of this instant: a pending booking whose pay_by is over has expired, swept
 * or not.
 */

CREATE TYPE concert_booking.booking_summary AS (
	booking_id uuid,
	booking_number text,
	status text,
	created_at timestamptz,
	concert_schedule_id uuid,
	concert_title text,
	poster_url text,
	concert_date date,
	concert_time time,
	starts_at timestamptz,
	venue_name text,
	venue_address text,
	seat_count integer,
	seat_numbers text[],
	total_price bigint,
	pay_by timestamptz,
	refund_due bigint,
	total_count bigint
);
COMMENT ON TYPE concert_booking.booking_summary IS
	'One booking of a list.';
COMMENT ON COLUMN concert_booking.booking_summary.booking_id IS 'the booking';
COMMENT ON COLUMN concert_booking.booking_summary.booking_number IS 'number for people and QR codes; a secret of the booker';
COMMENT ON COLUMN concert_booking.booking_summary.status IS 'pending, confirmed, expired or cancelled';
COMMENT ON COLUMN concert_booking.booking_summary.created_at IS 'when the booking was made';
COMMENT ON COLUMN concert_booking.booking_summary.concert_schedule_id IS 'the schedule that was booked';
COMMENT ON COLUMN concert_booking.booking_summary.concert_title IS 'the concert''s title';
COMMENT ON COLUMN concert_booking.booking_summary.poster_url IS 'address of the poster';
COMMENT ON COLUMN concert_booking.booking_summary.concert_date IS 'date at the venue';
COMMENT ON COLUMN concert_booking.booking_summary.concert_time IS 'time at the venue';
COMMENT ON COLUMN concert_booking.booking_summary.starts_at IS 'the instant of the start';
COMMENT ON COLUMN concert_booking.booking_summary.venue_name IS 'name of the venue';
COMMENT ON COLUMN concert_booking.booking_summary.venue_address IS 'address of the venue';
COMMENT ON COLUMN concert_booking.booking_summary.seat_count IS 'number of seats: those it still has while it is confirmed, else all that it had';
COMMENT ON COLUMN concert_booking.booking_summary.seat_numbers IS 'the numbers of these seats, in seat order';
COMMENT ON COLUMN concert_booking.booking_summary.total_price IS 'sum of the prices in won of these seats';
COMMENT ON COLUMN concert_booking.booking_summary.pay_by IS 'until when its seats are kept for the payment, null where none was asked for';
COMMENT ON COLUMN concert_booking.booking_summary.refund_due IS 'what has to go back to the booker, in won';
COMMENT ON COLUMN concert_booking.booking_summary.total_count IS 'number of rows on all pages together';

CREATE TYPE concert_booking.booking_details AS (
	booking_id uuid,
	booking_number text,
	status text,
	created_at timestamptz,
	cancelled_at timestamptz,
	cancellation_reason text,
	user_id uuid,
	customer_name text,
	customer_phone text,
	customer_email text,
	concert_schedule_id uuid,
	concert_id uuid,
	concert_title text,
	poster_url text,
	performers text,
	concert_date date,
	concert_time time,
	starts_at timestamptz,
	venue_name text,
	venue_address text,
	location_lat numeric,
	location_lng numeric,
	seat_count integer,
	total_price bigint,
	seats jsonb,
	pay_by timestamptz,
	refund_due bigint,
	total_count bigint
);
COMMENT ON TYPE concert_booking.booking_details IS
	'One booking with everything that belongs to it.';
COMMENT ON COLUMN concert_booking.booking_details.booking_id IS 'the booking';
COMMENT ON COLUMN concert_booking.booking_details.booking_number IS 'number for people and QR codes; a secret of the booker';
COMMENT ON COLUMN concert_booking.booking_details.status IS 'pending, confirmed, expired or cancelled';
COMMENT ON COLUMN concert_booking.booking_details.created_at IS 'when the booking was made';
COMMENT ON COLUMN concert_booking.booking_details.cancelled_at IS 'when it was cancelled, null while it stands';
COMMENT ON COLUMN concert_booking.booking_details.cancellation_reason IS 'the reason that was given';
COMMENT ON COLUMN concert_booking.booking_details.user_id IS 'the member, null for a guest';
COMMENT ON COLUMN concert_booking.booking_details.customer_name IS 'name that was given';
COMMENT ON COLUMN concert_booking.booking_details.customer_phone IS 'phone number that was given';
COMMENT ON COLUMN concert_booking.booking_details.customer_email IS 'e-mail address that was given';
COMMENT ON COLUMN concert_booking.booking_details.concert_schedule_id IS 'the schedule that was booked';
COMMENT ON COLUMN concert_booking.booking_details.concert_id IS 'the concert';
COMMENT ON COLUMN concert_booking.booking_details.concert_title IS 'the concert''s title';
COMMENT ON COLUMN concert_booking.booking_details.poster_url IS 'address of the poster';
COMMENT ON COLUMN concert_booking.booking_details.performers IS 'who performs';
COMMENT ON COLUMN concert_booking.booking_details.concert_date IS 'date at the venue';
COMMENT ON COLUMN concert_booking.booking_details.concert_time IS 'time at the venue';
COMMENT ON COLUMN concert_booking.booking_details.starts_at IS 'the instant of the start';
COMMENT ON COLUMN concert_booking.booking_details.venue_name IS 'name of the venue';
COMMENT ON COLUMN concert_booking.booking_details.venue_address IS 'address of the venue';
COMMENT ON COLUMN concert_booking.booking_details.location_lat IS 'latitude of the venue';
COMMENT ON COLUMN concert_booking.booking_details.location_lng IS 'longitude of the venue';
COMMENT ON COLUMN concert_booking.booking_details.seat_count IS 'number of seats: those it still has while it is confirmed, else all that it had';
COMMENT ON COLUMN concert_booking.booking_details.total_price IS 'sum of the prices in won of these seats';
COMMENT ON COLUMN concert_booking.booking_details.seats IS
	'all seats, cancelled ones included, in seat order: a list of seat_id, seat_number, seat_grade, price (what it is sold for), price_type (null: the full price), active (the booking owns it now), cancellation_fee (what was kept of a price that was paid) and ticket_code (what the door reads; null: the seat is not active, or a list of the box office)';
COMMENT ON COLUMN concert_booking.booking_details.pay_by IS 'until when its seats are kept for the payment, null where none was asked for';
COMMENT ON COLUMN concert_booking.booking_details.refund_due IS 'what has to go back to the booker, in won';
COMMENT ON COLUMN concert_booking.booking_details.total_count IS 'number of rows on all pages of a list together, null for one booking';

/*
 * booking_refund_due(booking_id, status) - what has to go back of a booking, in won.
 * Internal.
 *
 * Arguments: status, as booking_status() tells it. Of an expired booking that is all
 * that was paid for it in part, whether or not settle_expired() has been there.
 * Tables written: none. Errors: none.
 */
CREATE FUNCTION concert_booking.booking_refund_due(booking_id uuid, status text)
RETURNS bigint
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
	SELECT CASE booking_refund_due.status
		WHEN 'expired' THEN greatest(coalesce((
			SELECT sum(CASE p.kind WHEN 'charge' THEN p.amount ELSE -p.amount END)
			FROM concert_booking.payments p WHERE p.booking_id = booking_refund_due.booking_id), 0), 0)::bigint
		ELSE coalesce((SELECT r.amount FROM concert_booking.refunds_due r
					   WHERE r.booking_id = booking_refund_due.booking_id), 0) END
$fn$;
COMMENT ON FUNCTION concert_booking.booking_refund_due(uuid, text) IS
	'Internal: what has to go back of a booking.';

/*
 * my_bookings(...) - the booker's bookings.
 *
 * Arguments: booker; status, pending, confirmed, expired or cancelled; period,
 * upcoming (today and later, by the date at the venue) or past; search_text,
 * part of the concert's title, any case, %, _ and \ mean themselves, up to 300
 * characters; sort_by: latest (last booked first) or date (first performance
 * first), the newest id first among equals; page_size, 1 to 1,000;
 * page_offset, rows to leave out. Null and '' mean no filter.
 * Returns: rows in this order; each has the number of all. Tables written: none.
 * Errors: 22001, 22004, 22023, 42501, PT401. Source: A 3.4.
 *
 * Planned for each call (force_custom_plan): one plan for all bookers would be
 * made for somebody with few bookings, and takes six times as long for somebody
 * with a thousand.
 */
CREATE FUNCTION concert_booking.my_bookings(
	user_id uuid DEFAULT NULL,
	session_id uuid DEFAULT NULL,
	status text DEFAULT NULL,
	period text DEFAULT NULL,
	search_text text DEFAULT NULL,
	sort_by text DEFAULT 'latest',
	page_size integer DEFAULT 10,
	page_offset integer DEFAULT 0)
RETURNS SETOF concert_booking.booking_summary
LANGUAGE plpgsql STABLE ROWS 10
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $fn$
#variable_conflict use_column
DECLARE
	booker record;
	judged_at constant timestamptz := concert_booking.clock();
	wanted_status constant text := nullif(my_bookings.status, '');
	wanted_period constant text := nullif(my_bookings.period, '');
	title_pattern constant text := concert_booking.containing(nullif(my_bookings.search_text, ''));
BEGIN
	PERFORM concert_booking.require_tables();
	IF wanted_status IS NOT NULL THEN
		PERFORM concert_booking.check_choice('status', wanted_status, '{pending,confirmed,expired,cancelled}');
	END IF;
	IF wanted_period IS NOT NULL THEN
		PERFORM concert_booking.check_choice('period', wanted_period, '{upcoming,past}');
	END IF;
	PERFORM concert_booking.check_length('search_text', my_bookings.search_text, 300);
	PERFORM concert_booking.check_choice('sort_by', my_bookings.sort_by, '{latest,date}');
	PERFORM concert_booking.check_page(my_bookings.page_size, my_bookings.page_offset);
	PERFORM concert_booking.cache_answer('personal');
	SELECT * INTO booker
	FROM concert_booking.resolve_booker(my_bookings.user_id, my_bookings.session_id);

	RETURN QUERY
	SELECT p.id, p.booking_number, p.status, p.created_at, p.concert_schedule_id,
		   p.title, p.poster_url, p.concert_date, p.concert_time, p.starts_at,
		   p.venue_name, p.address, p.seat_count,
		   CASE WHEN p.archived_seats IS NULL THEN ARRAY(
				SELECT s.seat_number::text
				FROM concert_booking.booking_seats bs
				JOIN concert_booking.seats s ON s.id = bs.seat_id
				WHERE bs.booking_id = p.id AND (bs.active OR p.status <> 'confirmed')
				ORDER BY s.ordinal)
		   ELSE ARRAY(
				SELECT e.seat ->> 'seat_number'
				FROM jsonb_array_elements(p.archived_seats) WITH ORDINALITY AS e (seat, n)
				WHERE (e.seat -> 'active')::boolean OR p.status <> 'confirmed'
				ORDER BY e.n) END,
		   p.total_price, p.pay_by,
		   concert_booking.booking_refund_due(p.id, p.status), p.total_count
	FROM (
		SELECT b.*, c.title::text, c.poster_url, v.name::text AS venue_name, v.address,
			   count(*) OVER () AS total_count,
			   CASE WHEN my_bookings.sort_by = 'date' THEN b.concert_date END AS by_date,
			   CASE WHEN my_bookings.sort_by = 'date' THEN b.starts_at END AS by_start,
			   CASE WHEN my_bookings.sort_by = 'latest' THEN b.created_at END AS by_birth
		FROM (
			SELECT b.id, b.booking_number::text,
				   concert_booking.booking_status(b.status, b.pay_by, judged_at) AS status,
				   b.created_at, b.concert_schedule_id,
				   b.seat_count, b.total_price, b.pay_by, NULL::jsonb AS archived_seats,
				   cs.concert_id, cs.concert_date, cs.concert_time, cs.starts_at
			FROM concert_booking.bookings b
			JOIN concert_booking.concert_schedules cs ON cs.id = b.concert_schedule_id
			WHERE b.user_id = booker.user_id
			   OR b.session_id = booker.session_id AND b.user_id IS NULL
			UNION ALL
			SELECT a.id, a.booking_number::text,
				   concert_booking.booking_status(a.status, (a.booking ->> 'pay_by')::timestamptz, judged_at),
				   a.created_at, a.concert_schedule_id,
				   a.seat_count, a.total_price, (a.booking ->> 'pay_by')::timestamptz, a.seats,
				   cs.concert_id, cs.concert_date, cs.concert_time, cs.starts_at
			FROM concert_booking.archived_bookings a
			JOIN concert_booking.archived_schedules cs ON cs.id = a.concert_schedule_id
			WHERE a.user_id = booker.user_id
			   OR a.session_id = booker.session_id AND a.user_id IS NULL) b
		JOIN concert_booking.concerts c ON c.id = b.concert_id
		JOIN concert_booking.venues v ON v.id = c.venue_id
		WHERE (wanted_status IS NULL OR b.status = wanted_status)
		  AND (wanted_period IS NULL
			   OR (wanted_period = 'upcoming') = (b.concert_date >= (judged_at AT TIME ZONE v.timezone)::date))
		  AND (title_pattern IS NULL OR c.title ILIKE title_pattern)
		ORDER BY by_date, by_start, by_birth DESC, b.id DESC
		LIMIT my_bookings.page_size OFFSET my_bookings.page_offset) p
	ORDER BY p.by_date, p.by_start, p.by_birth DESC, p.id DESC;
END
$fn$;
COMMENT ON FUNCTION concert_booking.my_bookings(uuid, uuid, text, text, text, text, integer, integer) IS
	'One''s own bookings, past performances included.
Filters: status (pending, confirmed, expired, cancelled), period (upcoming, past), part of the title. sort_by: latest, date.';

/*
 * read_bookings(booking_ids, has_codes, total_count) - these bookings, in the order
 * of the list. Internal: whoever calls it has checked whose they are.
 *
 * Arguments: has_codes, whether the asker gets the ticket codes;
 * total_count, what goes into the column. Returns: one row for each id that there
 * is. Tables written: none. Errors: none.
 */
CREATE FUNCTION concert_booking.read_bookings(
	booking_ids uuid[],
	has_codes boolean,
	total_count bigint DEFAULT NULL)
RETURNS SETOF concert_booking.booking_details
LANGUAGE plpgsql STABLE ROWS 1
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
#variable_conflict use_column
DECLARE
	judged_at constant timestamptz := concert_booking.clock();
BEGIN
	RETURN QUERY
	SELECT b.id, b.booking_number,
		   concert_booking.booking_status(b.status, b.pay_by, judged_at), b.created_at, b.cancelled_at, b.cancellation_reason,
		   b.user_id, b.customer_name, b.customer_phone, b.customer_email,
		   b.concert_schedule_id, c.id, c.title::text, c.poster_url, c.performers,
		   b.concert_date, b.concert_time, b.starts_at,
		   v.name::text, v.address, v.location_lat::numeric, v.location_lng::numeric,
		   b.seat_count, b.total_price,
		   coalesce(b.archived_seats, (
				SELECT jsonb_agg(jsonb_build_object('seat_id', s.id, 'seat_number', s.seat_number,
					'seat_grade', coalesce(bs.seat_grade, s.seat_grade), 'price', bs.price, 'price_type', bs.price_type,
					'active', bs.active, 'cancellation_fee', bs.cancellation_fee,
					'ticket_code', CASE WHEN read_bookings.has_codes AND bs.active
						THEN coalesce(bs.ticket_code, bs.id) END) ORDER BY s.ordinal)
				FROM concert_booking.booking_seats bs
				JOIN concert_booking.seats s ON s.id = bs.seat_id
				WHERE bs.booking_id = b.id), '[]'),
		   b.pay_by,
		   concert_booking.booking_refund_due(b.id, concert_booking.booking_status(b.status, b.pay_by, judged_at)),
		   read_bookings.total_count
	FROM unnest(read_bookings.booking_ids) WITH ORDINALITY AS wanted (id, n)
	CROSS JOIN LATERAL (
		SELECT b.id, b.booking_number::text, b.status, b.created_at, b.cancelled_at,
			   b.cancellation_reason, b.user_id, b.customer_name::text, b.customer_phone::text,
			   b.customer_email::text, b.concert_schedule_id, b.seat_count, b.total_price,
			   b.pay_by, NULL::jsonb AS archived_seats,
			   cs.concert_id, cs.concert_date, cs.concert_time, cs.starts_at
		FROM concert_booking.bookings b
		JOIN concert_booking.concert_schedules cs ON cs.id = b.concert_schedule_id
		WHERE b.id = wanted.id
		UNION ALL
		SELECT a.id, a.booking_number::text, a.status, a.created_at, a.cancelled_at,
			   a.booking ->> 'cancellation_reason', a.user_id, a.booking ->> 'customer_name',
			   a.customer_phone::text, a.customer_email::text, a.concert_schedule_id,
			   a.seat_count, a.total_price, (a.booking ->> 'pay_by')::timestamptz,
			   (SELECT coalesce(jsonb_agg(jsonb_build_object('seat_id', e.seat -> 'seat_id',
					'seat_number', e.seat -> 'seat_number', 'seat_grade', e.seat -> 'seat_grade',
					'price', e.seat -> 'price', 'price_type', e.seat -> 'price_type',
					'active', e.seat -> 'active', 'cancellation_fee', e.seat -> 'cancellation_fee',
					'ticket_code', CASE WHEN read_bookings.has_codes AND (e.seat -> 'active')::boolean
						THEN coalesce(e.seat ->> 'ticket_code', e.seat ->> 'id') END) ORDER BY e.n), '[]')
				FROM jsonb_array_elements(a.seats) WITH ORDINALITY AS e (seat, n)),
			   cs.concert_id, cs.concert_date, cs.concert_time, cs.starts_at
		FROM concert_booking.archived_bookings a
		JOIN concert_booking.archived_schedules cs ON cs.id = a.concert_schedule_id
		WHERE a.id = wanted.id) b
	JOIN concert_booking.concerts c ON c.id = b.concert_id
	JOIN concert_booking.venues v ON v.id = c.venue_id
	ORDER BY wanted.n;
END
$fn$;
COMMENT ON FUNCTION concert_booking.read_bookings(uuid[], boolean, bigint) IS
	'Internal: these bookings with everything that belongs to them.';

/*
 * booking_detail(booking_id, user_id, session_id) - one of one's own bookings.
 *
 * Staff may leave the booker out, as in cancel_booking(), and gets the ticket codes
 * too: it prints them. Returns: the booking. Tables written: none.
 * Errors: 22004, 22023, 42501, PT401, PT404 (unknown or somebody else's).
 * Source: A 3.5.
 */
CREATE FUNCTION concert_booking.booking_detail(
	booking_id uuid,
	user_id uuid DEFAULT NULL,
	session_id uuid DEFAULT NULL)
RETURNS concert_booking.booking_details
LANGUAGE plpgsql STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
#variable_conflict use_column
DECLARE
	booker record;
	found_id uuid;
	answer concert_booking.booking_details;
BEGIN
	PERFORM concert_booking.require_tables();
	IF booking_detail.booking_id IS NULL THEN
		PERFORM concert_booking.refuse_null('booking_id');
	END IF;
	PERFORM concert_booking.cache_answer('personal');
	SELECT * INTO booker
	FROM concert_booking.resolve_booker_or_staff(booking_detail.user_id, booking_detail.session_id);

	SELECT b.id INTO found_id
	FROM (SELECT b.id, b.user_id, b.session_id FROM concert_booking.bookings b
		  WHERE b.id = booking_detail.booking_id
		  UNION ALL
		  SELECT a.id, a.user_id, a.session_id FROM concert_booking.archived_bookings a
		  WHERE a.id = booking_detail.booking_id) b
	WHERE booker.is_anybody
	   OR b.user_id = booker.user_id
	   OR b.session_id = booker.session_id AND b.user_id IS NULL;
	IF NOT FOUND THEN
		PERFORM concert_booking.refuse_unknown_booking(booking_detail.booking_id);
	END IF;
	SELECT * INTO answer FROM concert_booking.read_bookings(ARRAY[found_id], true);
	RETURN answer;
END
$fn$;
COMMENT ON FUNCTION concert_booking.booking_detail(uuid, uuid, uuid) IS
	'One of one''s own bookings, with the seats and what each is sold for.';

/*
 * find_guest_booking(booking_number, customer_phone) - a guest's booking, for
 * whoever knows both its number and its phone.
 *
 * Arguments: booking_number, with or without its dashes, any case;
 * customer_phone, any spelling. Returns: the booking. Tables written: none.
 * Errors: 22004, PT404 (one answer for a wrong number, a wrong phone and a
 * member's booking). Source: B 6.
 *
 * An unknown number costs what a wrong phone costs: both do one look-up and one
 * comparison of phones, and only a right pair goes on from there. A number whose
 * check symbol is wrong is refused before that; anybody can compute the symbol.
 */
CREATE FUNCTION concert_booking.find_guest_booking(
	booking_number text,
	customer_phone text)
RETURNS concert_booking.booking_details
LANGUAGE plpgsql STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
#variable_conflict use_column
DECLARE
	wanted_number text;
	found_id uuid;
	found_phone text;
	phone_fits boolean;
	answer concert_booking.booking_details;
BEGIN
	PERFORM concert_booking.require_tables();
	IF find_guest_booking.booking_number IS NULL THEN
		PERFORM concert_booking.refuse_null('booking_number');
	ELSIF find_guest_booking.customer_phone IS NULL THEN
		PERFORM concert_booking.refuse_null('customer_phone');
	END IF;
	PERFORM concert_booking.cache_answer('personal');
	wanted_number := concert_booking.parse_booking_number(find_guest_booking.booking_number);

	-- joined by an aggregate: without one, a booking that is found spares the archive
	SELECT (array_agg(b.id))[1], (array_agg(b.customer_phone))[1] INTO found_id, found_phone
	FROM (SELECT b.id, b.customer_phone FROM concert_booking.bookings b
		  WHERE b.booking_number = wanted_number AND b.user_id IS NULL
		  UNION ALL
		  SELECT a.id, a.customer_phone FROM concert_booking.archived_bookings a
		  WHERE a.booking_number = wanted_number AND a.user_id IS NULL) b;
	phone_fits := concert_booking.normalize_phone(coalesce(found_phone, '00000000000'))
		= concert_booking.normalize_phone(find_guest_booking.customer_phone);
	/* Nobody can prove to be the booker of one that has no phone: a walk-in's, or a forgotten one. */
	IF phone_fits AND found_phone IS NOT NULL AND found_id IS NOT NULL THEN
		SELECT * INTO answer FROM concert_booking.read_bookings(ARRAY[found_id], true);
		RETURN answer;
	END IF;
	PERFORM concert_booking.refuse_unknown_booking();
END
$fn$;
COMMENT ON FUNCTION concert_booking.find_guest_booking(text, text) IS
	'A guest''s booking, by its number and phone together.';
