/*
 * is_own_write() - in a trigger: whether the statement that fired it is one of
 * the commands' own, on a table that its owner has changed. Internal.
 *
 * The commands account for their own changes: what follows hand-written
 * statements must not count them a second time. A statement of the owner's inside
 * a trigger of such a statement is not the commands' own.
 * Returns: true or false. Tables written: none. Errors: none.
 */
CREATE FUNCTION concert_booking.is_own_write()
RETURNS boolean
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'concert_booking_is_own_write';

COMMENT ON FUNCTION concert_booking.is_own_write() IS
	'Internal: in a trigger, whether it follows a statement of the commands.';

/*
 * own_write_may_differ() - in a trigger for which is_own_write() is true: whether
 * the row may have changed beyond what the commands write, because a BEFORE
 * trigger or a rule of the owner's stands on the table. Internal.
 * Returns: true or false. Tables written: none. Errors: none.
 */
CREATE FUNCTION concert_booking.own_write_may_differ()
RETURNS boolean
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'concert_booking_own_write_may_differ';

COMMENT ON FUNCTION concert_booking.own_write_may_differ() IS
	'Internal: whether an owner''s trigger may have changed more of the row than the commands.';
