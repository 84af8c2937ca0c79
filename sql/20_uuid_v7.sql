/*
 * uuid_v7() - a new time-ordered id.
 *
 * Every id of the data model is one of these: 48 bits of milliseconds, then
 * 74 random bits, so that new rows land on the right-hand page of an index.
 * It tells its time of birth; what must not be guessed (a booking number) is
 * not made of it.
 *
 * Returns: uuid. Tables written: none. Errors: none.
 */
CREATE FUNCTION concert_booking.uuid_v7()
RETURNS uuid
LANGUAGE c VOLATILE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'concert_booking_uuid_v7';

COMMENT ON FUNCTION concert_booking.uuid_v7() IS
	'A new time-ordered id (UUID version 7).';

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
