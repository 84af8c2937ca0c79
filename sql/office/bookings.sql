/*
 * find_bookings(...) - bookings for the box office.
 *
 * A booking is found when one of number, phone, e-mail and name is its own; with
 * concert_schedule_id only those of that schedule, and all of them where nothing
 * else is given.
 * Arguments: booking_number, with or without its dashes, any case; customer_phone,
 * any spelling; customer_email, any case; customer_name, how the name begins, any
 * case, %, _ and \ mean themselves, up to 100 characters; concert_schedule_id;
 * page_size, 1 to 1,000; page_offset, rows to leave out; phone and email, what
 * customer_phone and customer_email were called before 0.2: refused. At least one;
 * '' finds nothing. Returns: last booked first; each row has the number of all.
 * Tables written: none. Errors: 22001, 22004 (all are null), 22023. Source: B 6. For
 * the box office only; no ticket code is told.
 */
CREATE FUNCTION concert_booking.find_bookings(
	booking_number text DEFAULT NULL,
	customer_phone text DEFAULT NULL,
	customer_email text DEFAULT NULL,
	customer_name text DEFAULT NULL,
	concert_schedule_id uuid DEFAULT NULL,
	page_size integer DEFAULT 50,
	page_offset integer DEFAULT 0,
	phone text DEFAULT NULL,
	email text DEFAULT NULL)
RETURNS SETOF concert_booking.booking_details
LANGUAGE plpgsql STABLE ROWS 5
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $fn$
#variable_conflict use_column
DECLARE
	wanted_number constant text := concert_booking.parse_booking_number(find_bookings.booking_number);
	wanted_phone constant text := concert_booking.normalize_phone(find_bookings.customer_phone);
	wanted_email constant text := lower(find_bookings.customer_email);
	wanted_name constant text := nullif(btrim(lower(find_bookings.customer_name)), '');
	-- without the % in front, so that the index is of use
	name_pattern constant text := substr(concert_booking.containing(wanted_name), 2);
	wanted_schedule constant uuid := find_bookings.concert_schedule_id;
	wants_all constant boolean := wanted_schedule IS NOT NULL AND coalesce(
		nullif(find_bookings.booking_number, ''), nullif(find_bookings.customer_phone, ''),
		nullif(find_bookings.customer_email, ''), wanted_name) IS NULL;
	page_ids uuid[];
	all_count bigint;
BEGIN
	PERFORM concert_booking.require_tables();
	IF find_bookings.phone IS NOT NULL THEN
		PERFORM concert_booking.refuse_old_name('phone', 'customer_phone');
	ELSIF find_bookings.email IS NOT NULL THEN
		PERFORM concert_booking.refuse_old_name('email', 'customer_email');
	ELSIF find_bookings.booking_number IS NULL AND find_bookings.customer_phone IS NULL
	   AND find_bookings.customer_email IS NULL AND find_bookings.customer_name IS NULL
	   AND wanted_schedule IS NULL THEN
		PERFORM concert_booking.refuse_null('booking_number, customer_phone, customer_email, customer_name or concert_schedule_id');
	END IF;
	PERFORM concert_booking.check_length('customer_name', find_bookings.customer_name, 100);
	PERFORM concert_booking.check_page(find_bookings.page_size, find_bookings.page_offset);
	PERFORM concert_booking.cache_answer('personal');

	SELECT array_agg(p.id ORDER BY p.place), max(p.total_count) INTO page_ids, all_count
	FROM (
		SELECT b.id, count(*) OVER () AS total_count,
			   row_number() OVER (ORDER BY b.created_at DESC, b.id DESC) AS place
		FROM (SELECT b.id, b.created_at FROM concert_booking.bookings b
			  WHERE (wanted_schedule IS NULL OR b.concert_schedule_id = wanted_schedule)
				AND (wants_all
					 OR b.booking_number = wanted_number
					 OR concert_booking.normalize_phone(b.customer_phone) = wanted_phone
					 OR lower(b.customer_email) = wanted_email
					 OR lower(b.customer_name) LIKE name_pattern)
			  UNION ALL
			  SELECT a.id, a.created_at FROM concert_booking.archived_bookings a
			  WHERE (wanted_schedule IS NULL OR a.concert_schedule_id = wanted_schedule)
				AND (wants_all
					 OR a.booking_number = wanted_number
					 OR concert_booking.normalize_phone(a.customer_phone) = wanted_phone
					 OR lower(a.customer_email) = wanted_email
					 OR lower(a.booking ->> 'customer_name') LIKE name_pattern)) b
		ORDER BY place
		LIMIT find_bookings.page_size OFFSET find_bookings.page_offset) p;
	RETURN QUERY
	SELECT d.* FROM concert_booking.read_bookings(page_ids, false, all_count) d;
END
$fn$;
COMMENT ON FUNCTION concert_booking.find_bookings(text, text, text, text, uuid, integer, integer, text, text) IS
	'Bookings by number, phone, e-mail, the beginning of the name, or schedule, for the box office.
Each argument given finds its own, a schedule only among its bookings; last booked first.';
