/*
 * What the reading functions share. They are STABLE, run in a read-only
 * transaction and on a standby, read one snapshot, lock nothing and write
 * nothing: a lapsed hold is shown as free, not swept.
 */

/*
 * resolve_booker(user_id, session_id) - who is calling, by the rules of
 * sql/40_hold.sql. Internal.
 *
 * Returns: one of user_id (a member) and session_id (a guest); is_anybody is
 * false. Tables written: none. Errors: 22023, 42501, PT401.
 */
CREATE FUNCTION concert_booking.resolve_booker(
	INOUT user_id uuid,
	INOUT session_id uuid,
	OUT is_anybody boolean)
LANGUAGE c STABLE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'concert_booking_resolve_booker';
COMMENT ON FUNCTION concert_booking.resolve_booker(uuid, uuid) IS
	'Internal: who is calling.';

/*
 * resolve_booker_or_staff(user_id, session_id) - the same, but staff of a web
 * client that names nobody may see anybody's: is_anybody is true. Internal.
 */
CREATE FUNCTION concert_booking.resolve_booker_or_staff(
	INOUT user_id uuid,
	INOUT session_id uuid,
	OUT is_anybody boolean)
LANGUAGE c STABLE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'concert_booking_resolve_booker_or_staff';
COMMENT ON FUNCTION concert_booking.resolve_booker_or_staff(uuid, uuid) IS
	'Internal: who is calling; staff that names nobody is anybody.';

/*
 * resolve_member_if_any(user_id) - the member who is calling, null where nobody
 * is signed in or named. Internal. Errors: 42501.
 */
CREATE FUNCTION concert_booking.resolve_member_if_any(user_id uuid)
RETURNS uuid
LANGUAGE c STABLE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'concert_booking_resolve_member_if_any';
COMMENT ON FUNCTION concert_booking.resolve_member_if_any(uuid) IS
	'Internal: the member who is calling, or null.';

/*
 * resolve_member(user_id) - the member who is calling, and nobody else.
 * Internal. Errors: 42501, PT401.
 */
CREATE FUNCTION concert_booking.resolve_member(user_id uuid)
RETURNS uuid
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
	SELECT b.user_id FROM concert_booking.resolve_booker(resolve_member.user_id, NULL) b
$fn$;
COMMENT ON FUNCTION concert_booking.resolve_member(uuid) IS
	'Internal: the member who is calling.';

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

/*
 * refuse_unknown_concert(concert_id), refuse_unknown_booking() - PT404.
 * Internal. One answer for an unknown booking, somebody else's and a wrong
 * proof: it tells nothing.
 */
CREATE FUNCTION concert_booking.refuse_unknown_concert(concert_id uuid)
RETURNS void
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
	SELECT concert_booking.refuse('PT404', 'no such concert',
		jsonb_build_object('concert_id', concert_id)::text, 'Load the list of concerts again.')
$fn$;
COMMENT ON FUNCTION concert_booking.refuse_unknown_concert(uuid) IS
	'Internal: refuse a concert that does not exist (PT404).';

CREATE FUNCTION concert_booking.refuse_unknown_booking()
RETURNS void
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
	SELECT concert_booking.refuse('PT404', 'no such booking', '{"reason": "no_such_booking"}',
		'Check the booking and who is asking for it.')
$fn$;
COMMENT ON FUNCTION concert_booking.refuse_unknown_booking() IS
	'Internal: refuse a booking that does not exist, or not for this caller (PT404).';

/*
 * is_bookable(...) - whether seats of a schedule can be held at an instant, as
 * far as its own row tells. Internal; the concert must be active and not
 * deleted beside it. The same rule as in src/schedule.c.
 *
 * Arguments: the schedule's columns; instant. Returns: boolean. Tables
 * written: none. Errors: none. No SET clause, so that it can be inlined and
 * use the index on starts_at: its body is parsed once, when it is created.
 */
CREATE FUNCTION concert_booking.is_bookable(
	is_booking_open boolean,
	booking_opens_at timestamptz,
	booking_closes_at timestamptz,
	starts_at timestamptz,
	instant timestamptz)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN is_booking_open
	AND starts_at > instant
	AND (booking_opens_at IS NULL OR booking_opens_at <= instant)
	AND (booking_closes_at IS NULL OR booking_closes_at > instant);

COMMENT ON FUNCTION concert_booking.is_bookable(boolean, timestamptz, timestamptz, timestamptz, timestamptz) IS
	'Internal: whether a schedule''s seats can be held at an instant.';

/*
 * containing(search_text) - the LIKE pattern of texts that contain this one;
 * %, _ and \ in it mean themselves. Internal.
 *
 * Returns: text, null for null. Tables written: none. Errors: none.
 */
CREATE FUNCTION concert_booking.containing(search_text text)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $fn$
	SELECT '%' || replace(replace(replace(search_text, '\', '\\'), '%', '\%'), '_', '\_') || '%'
$fn$;
COMMENT ON FUNCTION concert_booking.containing(text) IS
	'Internal: the LIKE pattern of texts that contain this one literally.';

/*
 * check_page(page_size, page_offset) - the arguments of a list. Internal.
 *
 * Arguments: page_size, 1 to 1,000 rows; page_offset, 0 to 1,000,000 rows
 * left out first. Returns: nothing. Tables written: none. Errors: 22004, 22023.
 */
CREATE FUNCTION concert_booking.check_page(page_size integer, page_offset integer)
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	PERFORM concert_booking.check_range('page_size', page_size, 1, 1000);
	PERFORM concert_booking.check_range('page_offset', page_offset, 0, 1000000);
END
$fn$;
COMMENT ON FUNCTION concert_booking.check_page(integer, integer) IS
	'Internal: refuse a page that is null (22004) or out of range (22023).';

/*
 * check_choice(argument, value, choices) - one of a few words. Internal.
 *
 * Returns: nothing. Tables written: none. Errors: 22004, 22023.
 */
CREATE FUNCTION concert_booking.check_choice(argument text, value text, choices text[])
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	IF value IS NULL THEN
		PERFORM concert_booking.refuse_null(argument);
	ELSIF value <> ALL (choices) THEN
		PERFORM concert_booking.refuse_value(argument, format('Use one of %s.', array_to_string(choices, ', ')));
	END IF;
END
$fn$;
COMMENT ON FUNCTION concert_booking.check_choice(text, text, text[]) IS
	'Internal: refuse a word that is null (22004) or none of the choices (22023).';
