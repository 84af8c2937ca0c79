/*
 * announce_seats(concert_schedule_id, ordinals, statuses) - tell who listens
 * that seats have changed. Internal: the commands do it in C, the trigger on
 * seats calls this for statements.
 *
 * One notification of the channel concert_booking_seats, or one call of
 * concert_booking.notify_function; nothing unless
 * concert_booking.notify_seat_changes is on.
 * Arguments: ordinals and statuses, one of each for a seat. Returns: nothing.
 * Tables written: none. Errors: 22004, 22023.
 */
CREATE FUNCTION concert_booking.announce_seats(
	concert_schedule_id uuid,
	ordinals integer[],
	statuses text[])
RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'concert_booking_announce_seats';

COMMENT ON FUNCTION concert_booking.announce_seats(uuid, integer[], text[]) IS
	'Internal: tell who listens that seats have changed.';
