/*
 * Who may do what. Clients need EXECUTE on functions and USAGE on the schema,
 * and no privilege on any table. docs/access.md shows the matrix.
 */

/*
 * access_matrix() - the lowest level at which each function of the API can be
 * executed: guest, member, staff, or owner (granted to nobody). Internal.
 *
 * A function that is not listed is internal. Returns: function_name, level.
 * Tables written: none. Errors: none.
 */
CREATE FUNCTION concert_booking.access_matrix()
RETURNS TABLE (function_name name, level text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $fn$
	SELECT unnest(m.function_names)::name, m.level
	FROM (VALUES
		('guest', ARRAY[
			'search_concerts', 'concert_detail', 'available_dates', 'schedules_on',
			'seat_grades', 'seat_map', 'seat_status',
			'hold_seat', 'hold_seats', 'hold_best_seats', 'extend_holds', 'release_seats',
			'confirm_booking', 'book_seats', 'cancel_booking', 'cancel_guest_booking',
			'my_bookings', 'booking_detail', 'find_guest_booking']),
		('member', ARRAY['add_wishlist', 'remove_wishlist', 'my_wishlist']),
		('staff', ARRAY[
			'find_bookings', 'row_labels', 'generate_seats', 'import_seats', 'copy_seats',
			'block_seats', 'unblock_seats', 'cancel_schedule', 'expire_holds',
			'fold_pending_availability', 'reconcile_availability', 'record_interest', 'refresh_popularity',
			'check_integrity', 'archive_past_schedules', 'purge_cancelled_bookings',
			'normalize_phone', 'uuid_v7']),
		('owner', ARRAY[
			'create_tables', 'create_event_partitions', 'sweep_holds', 'run_upkeep',
			'schedule_jobs', 'unschedule_jobs', 'link_users', 'grant_access'])) AS m (level, function_names)
$fn$;
COMMENT ON FUNCTION concert_booking.access_matrix() IS
	'Internal: the lowest level at which each function can be executed.';

/*
 * grant_access(role_name, level) - hand a role the functions of a level, and
 * take the others away.
 *
 * Arguments: role_name; level: guest (search, hold and book as a guest), member
 * (guest, and wishlists), staff (all but what concerns the installation) or
 * none. Whether a caller is staff to the commands follows from the grants alone:
 * staff may execute cancel_schedule().
 * Returns: how many functions the role can now execute by this grant. Tables
 * written: none. Errors: 22004, 22023, 42501 (only the owner of the functions
 * grants), 42704 (no such role). Source: A 5.3 (instead of row-level security).
 *
 * Not SECURITY DEFINER: who grants must own the functions.
 */
CREATE FUNCTION concert_booking.grant_access(
	role_name name,
	level text,
	OUT granted_functions integer)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $fn$
#variable_conflict use_column
DECLARE
	levels constant text[] := '{none,guest,member,staff}';
	owner_name name;
	routine record;
BEGIN
	IF role_name IS NULL THEN
		PERFORM concert_booking.refuse_null('role_name');
	END IF;
	PERFORM concert_booking.check_choice('level', grant_access.level, levels);
	IF NOT EXISTS (SELECT FROM pg_roles r WHERE r.rolname = role_name) THEN
		PERFORM concert_booking.refuse('42704', 'no such role',
			format('The role is "%s".', role_name), 'Create it first.');
	END IF;
	/* Without this, a role that owns nothing would get a warning and no error. */
	SELECT r.rolname INTO owner_name
	FROM pg_proc p JOIN pg_roles r ON r.oid = p.proowner
	WHERE p.oid = 'concert_booking.grant_access(name, text)'::regprocedure;
	IF NOT pg_has_role(owner_name, 'USAGE') THEN
		PERFORM concert_booking.refuse('42501', 'only the owner of the functions grants access',
			format('The owner is "%s".', owner_name), 'Ask the owner, or become it by SET ROLE.');
	END IF;

	EXECUTE format('REVOKE ALL ON SCHEMA concert_booking FROM %I', role_name);
	EXECUTE format('REVOKE ALL ON ALL ROUTINES IN SCHEMA concert_booking FROM %I', role_name);
	granted_functions := 0;
	IF grant_access.level = 'none' THEN
		RETURN;
	END IF;
	EXECUTE format('GRANT USAGE ON SCHEMA concert_booking TO %I', role_name);
	FOR routine IN
		SELECT p.oid::regprocedure AS signature
		FROM concert_booking.access_matrix() m
		JOIN pg_proc p ON p.proname = m.function_name
		WHERE p.pronamespace = 'concert_booking'::regnamespace
		  AND array_position(levels, m.level) <= array_position(levels, grant_access.level)
		ORDER BY 1
	LOOP
		EXECUTE format('GRANT EXECUTE ON ROUTINE %s TO %I', routine.signature, role_name);
		granted_functions := granted_functions + 1;
	END LOOP;
END
$fn$;
COMMENT ON FUNCTION concert_booking.grant_access(name, text) IS
	'Give a role the functions of a level: guest, member, staff or none.
Run it again after an update of the extension.';
