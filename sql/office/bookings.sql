/*
 * find_bookings(booking_number, phone, email) - bookings for the box office.
 *
 * A booking is found when one of the given arguments is its own: number (with
 * or without its dashes, any case), phone (any spelling) or e-mail (any case).
 * Arguments: at least one of the three; page_size, 1 to 1,000; page_offset,
 * rows to leave out. Returns: last booked first. Tables written: none.
 * Errors: 22004 (all three are null), 22023. Source: B 6. For staff only.
 */
CREATE FUNCTION concert_booking.find_bookings(
	booking_number text DEFAULT NULL,
	phone text DEFAULT NULL,
	email text DEFAULT NULL,
	page_size integer DEFAULT 50,
	page_offset integer DEFAULT 0)
RETURNS SETOF concert_booking.booking_details
LANGUAGE plpgsql STABLE ROWS 5
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $fn$
#variable_conflict use_column
DECLARE
	wanted_number constant text := concert_booking.parse_booking_number(find_bookings.booking_number);
	wanted_phone constant text := concert_booking.normalize_phone(find_bookings.phone);
	wanted_email constant text := lower(find_bookings.email);
BEGIN
	PERFORM concert_booking.require_tables();
	IF find_bookings.booking_number IS NULL AND find_bookings.phone IS NULL
	   AND find_bookings.email IS NULL THEN
		PERFORM concert_booking.refuse_null('booking_number, phone or email');
	END IF;
	PERFORM concert_booking.check_page(find_bookings.page_size, find_bookings.page_offset);
	PERFORM concert_booking.cache_answer('personal');

	RETURN QUERY
	SELECT d.*
	FROM concert_booking.read_bookings(ARRAY(
		SELECT b.id
		FROM (SELECT b.id, b.created_at FROM concert_booking.bookings b
			  WHERE b.booking_number = wanted_number
				 OR concert_booking.normalize_phone(b.customer_phone) = wanted_phone
				 OR lower(b.customer_email) = wanted_email
			  UNION ALL
			  SELECT a.id, a.created_at FROM concert_booking.archived_bookings a
			  WHERE a.booking_number = wanted_number
				 OR concert_booking.normalize_phone(a.customer_phone) = wanted_phone
				 OR lower(a.customer_email) = wanted_email) b
		ORDER BY b.created_at DESC, b.id DESC
		LIMIT find_bookings.page_size OFFSET find_bookings.page_offset)) d;
END
$fn$;
COMMENT ON FUNCTION concert_booking.find_bookings(text, text, text, integer, integer) IS
	'Bookings by number, phone or e-mail, for the box office.
Each argument given finds its own; last booked first.';
