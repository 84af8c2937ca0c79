/*
 * resolve_booker(user_id, session_id) - who is calling, by the rules of
 * sql/selling/holds.sql. Internal.
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
 * acting_role() - the role on whose behalf a function of the owner runs: the
 * one chosen by SET ROLE (PostgREST does), else the one that logged in. In a
 * function that is SECURITY DEFINER, current_user is the owner.
 * Internal. Returns: name. Tables written: none. Errors: none.
 */
CREATE FUNCTION concert_booking.acting_role()
RETURNS name
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
	SELECT coalesce(nullif(current_setting('role'), 'none')::name, session_user)
$fn$;
COMMENT ON FUNCTION concert_booking.acting_role() IS
	'Internal: the role on whose behalf a function of the owner runs.';

/*
 * signed_in_person() - the person whom the claims of a web request name, null where
 * they name none or cannot be read. Internal. Returns: uuid. Errors: none.
 */
CREATE FUNCTION concert_booking.signed_in_person()
RETURNS uuid
LANGUAGE c STABLE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'concert_booking_signed_in_person';
COMMENT ON FUNCTION concert_booking.signed_in_person() IS
	'Internal: the person whom the claims name, or null.';

/*
 * acting_person() - who acts, for the event log: the person that the claims of a web
 * request name ("sub"), else the role. Internal.
 *
 * Claims that cannot be read, or whose sub is no uuid, name nobody here: what has
 * happened is logged, also money that has gone back.
 * Returns: name, a member's id as text or the name of a role. Tables written: none.
 * Errors: none.
 */
CREATE FUNCTION concert_booking.acting_person()
RETURNS name
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
	SELECT coalesce(concert_booking.signed_in_person()::text::name, concert_booking.acting_role())
$fn$;
COMMENT ON FUNCTION concert_booking.acting_person() IS
	'Internal: who acts, the person where one is signed in, else the role.';
