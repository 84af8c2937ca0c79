/*
 * normalize_phone(phone) - the digits by which two spellings of one Korean
 * or international number compare equal: '010-1234-5678', '+82 10 1234 5678'
 * and '01012345678' are the same number.
 *
 * Arguments: phone, any spelling. Returns: digits, or null when there are
 * none. Tables written: none. Errors: none. Source: B, bookings by phone.
 */
CREATE FUNCTION concert_booking.normalize_phone(phone text)
RETURNS text
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'concert_booking_normalize_phone';

COMMENT ON FUNCTION concert_booking.normalize_phone(text) IS
	'A phone number as bare digits, a leading +82 written as 0.';
