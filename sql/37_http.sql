/*
 * cache_answer(kind) - how long the answer to a web request may be kept.
 * Internal: the reading functions call it; outside of PostgREST it does
 * nothing.
 *
 * Sets Cache-Control and Vary for GET and HEAD by PostgREST's response.headers,
 * local to the transaction, unless something before (a db-pre-request function)
 * has set Cache-Control. An error drops it.
 * Arguments: kind, one of seat_status, seat_map, list (public, for as long as
 * concert_booking.cache_seat_status, cache_seat_map, cache_lists say), detail
 * (as a list, but private to a member who asks), personal (never kept).
 * Returns: nothing. Tables written: none. Errors: 22004, 22023. Source: B,
 * Redis caches.
 */
CREATE FUNCTION concert_booking.cache_answer(kind text)
RETURNS void
LANGUAGE c VOLATILE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'concert_booking_cache_answer';

COMMENT ON FUNCTION concert_booking.cache_answer(text) IS
	'Internal: how long the answer to a web request may be kept.';
