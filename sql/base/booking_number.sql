/*
 * parse_booking_number(booking_number) - the stored form of a number as people
 * type it: any case, with or without dashes. Internal.
 *
 * Returns: text, null where it is no booking number. Errors: none.
 */
CREATE FUNCTION concert_booking.parse_booking_number(booking_number text)
RETURNS text
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'concert_booking_parse_booking_number';
COMMENT ON FUNCTION concert_booking.parse_booking_number(text) IS
	'Internal: the stored form of a booking number, null where it is none.';
