/*
 * uuid_v7() - a new time-ordered id.
 *
 * Every id of the data model is one of these: 48 bits of milliseconds, then
 * 69 random bits and the five of the shard (see shard_of()), so that new rows land
 * on the right-hand page of an index. 12 of these bits order the ids of a session;
 * 57 are random wherever it was made.
 * Anybody can read from an id when it was made. So what must not be guessed, such
 * as a booking number, is not made from one.
 *
 * Returns: uuid. Tables written: none. Errors: none.
 */
CREATE FUNCTION concert_booking.uuid_v7()
RETURNS uuid
LANGUAGE c VOLATILE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'concert_booking_uuid_v7';

COMMENT ON FUNCTION concert_booking.uuid_v7() IS
	'A new time-ordered id (UUID version 7).';
