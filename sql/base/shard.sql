/*
 * Whose an id is, where several servers share the sales (docs/cluster.md). The
 * setting concert_booking.shard is the number of this server, 0 to 31: the low five
 * bits of the ninth byte of every id that is made here, and the first symbol of
 * every booking number. -1: random bits in their place.
 */

/*
 * shard_of(id) - the number of the shard that made an id.
 *
 * Only the bits are looked at: an id of 0.1, of another program or of a server
 * without a number has random ones there.
 * Returns: 0 to 31, null for null. Tables written: none. Errors: none. Source: beyond the seeds.
 */
CREATE FUNCTION concert_booking.shard_of(id uuid)
RETURNS integer
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'concert_booking_shard_of';
COMMENT ON FUNCTION concert_booking.shard_of(uuid) IS
	'The number of the shard that made an id: the low five bits of its ninth byte.';

/*
 * shard_of_booking_number(booking_number) - the number of the shard that made a
 * booking number, as people type it.
 *
 * Returns: 0 to 31; null for null, and for what is no booking number.
 * Tables written: none. Errors: none. Source: beyond the seeds.
 */
CREATE FUNCTION concert_booking.shard_of_booking_number(booking_number text)
RETURNS integer
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'concert_booking_shard_of_booking_number';
COMMENT ON FUNCTION concert_booking.shard_of_booking_number(text) IS
	'The number of the shard that made a booking number: its first symbol. Null for what is none.';

/*
 * shard_elsewhere(id) - the number of the shard that made an id, null where it can
 * be of this server: it has this number or is no version 7, or concert_booking.shard is
 * -1, or nobody has set it, so that there is no other server. Internal.
 */
CREATE FUNCTION concert_booking.shard_elsewhere(id uuid)
RETURNS integer
LANGUAGE c STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'concert_booking_shard_elsewhere';
COMMENT ON FUNCTION concert_booking.shard_elsewhere(uuid) IS
	'Internal: the shard of an id that is not of this server, else null.';

/*
 * mark_shard(id) - a random uuid with the number of this server in it. Internal: for
 * what must not be guessed, and is routed all the same.
 */
CREATE FUNCTION concert_booking.mark_shard(id uuid)
RETURNS uuid
LANGUAGE c STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'concert_booking_mark_shard';
COMMENT ON FUNCTION concert_booking.mark_shard(uuid) IS
	'Internal: a uuid with the number of this server in it.';
