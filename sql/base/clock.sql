/*
 * clock() - the instant by which a hold is live or over. Internal.
 *
 * The time of the call, not of the transaction's start, so that a wait for a
 * lock counts; moved by concert_booking.test_clock_offset as in the commands.
 * Returns: timestamptz. Tables written: none. Errors: none.
 */
CREATE FUNCTION concert_booking.clock()
RETURNS timestamptz
LANGUAGE c VOLATILE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'concert_booking_clock';

COMMENT ON FUNCTION concert_booking.clock() IS
	'Internal: the instant by which a hold is live or over.';
