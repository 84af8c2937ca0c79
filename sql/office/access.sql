/*
 * Who may do what. Clients need EXECUTE on functions and USAGE on the schema,
 * and no privilege on any table. docs/access.md shows the matrix.
 */

/*
 * access_levels() - the levels that a role can have, and whose functions each one
 * brings. Internal.
 *
 * visitor, guest, member, staff: each brings what the one before it brings, and
 * more. payments is for the webhook of a payment provider and brings its own
 * functions only; staff brings these as well.
 * Returns: level; included, the levels of access_matrix() that it brings.
 * Tables written: none. Errors: none.
 */
CREATE FUNCTION concert_booking.access_levels()
RETURNS TABLE (level text, included text[])
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $fn$
	VALUES
		('visitor', ARRAY['visitor']),
		('guest', ARRAY['visitor', 'guest']),
		('member', ARRAY['visitor', 'guest', 'member']),
		('payments', ARRAY['payments']),
		('staff', ARRAY['visitor', 'guest', 'member', 'payments', 'staff'])
$fn$;
COMMENT ON FUNCTION concert_booking.access_levels() IS
	'Internal: the levels that a role can have, and whose functions each one brings.';

/*
 * access_matrix() - the level that each function of the API belongs to: visitor,
 * guest, member, payments, staff, or owner (granted to nobody). Internal.
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
		('visitor', ARRAY[
			'search_concerts', 'concert_detail', 'available_dates', 'schedules_on',
			'seat_grades', 'price_types', 'seat_map', 'seat_status']),
		('guest', ARRAY[
			'hold_seat', 'hold_seats', 'hold_best_seats', 'extend_holds', 'release_seats',
			'confirm_booking', 'book_seats', 'begin_payment', 'cancel_payment',
			'quote_cancellation', 'cancel_booking', 'cancel_seats', 'cancel_guest_booking',
			'my_bookings', 'booking_detail', 'find_guest_booking']),
		('member', ARRAY['add_wishlist', 'remove_wishlist', 'my_wishlist']),
		('payments', ARRAY['confirm_payment', 'payment_status', 'due_refunds', 'record_refund']),
		('staff', ARRAY[
			'find_bookings', 'row_labels', 'generate_seats', 'import_seats', 'copy_seats',
			'block_seats', 'unblock_seats', 'cancel_schedule', 'expire_holds', 'expire_bookings',
			'fold_pending_availability', 'reconcile_availability', 'record_interest', 'refresh_popularity',
			'check_integrity', 'archive_past_schedules', 'purge_cancelled_bookings',
			'normalize_phone', 'uuid_v7']),
		('owner', ARRAY[
			'create_tables', 'create_event_partitions', 'sweep_holds', 'run_upkeep',
			'schedule_jobs', 'unschedule_jobs', 'link_users', 'grant_access'])) AS m (level, function_names)
$fn$;
COMMENT ON FUNCTION concert_booking.access_matrix() IS
	'Internal: the level that each function belongs to.';

/*
 * grant_access(role_name, level) - hand a role the functions of a level, and
 * take the others away.
 *
 * Arguments: role_name; level: visitor (look at concerts and seats), guest
 * (visitor, and hold, book and pay as a guest), member (guest, and wishlists),
 * payments (report payments and refunds, and nothing else), staff (all but what
 * concerns the installation) or none. Whether a caller is staff to the commands
 * follows from the grants alone: staff may execute cancel_schedule().
 * Returns: how many functions the role can now execute by this grant. Tables
 * written: access_grants, where it is there. Errors: 22004, 22023, 42501 (only the
 * owner of the functions grants), 42704 (no such role). Source: A 5.3 (instead of
 * row-level security).
 *
 * Not SECURITY DEFINER: who grants must own the functions, or be a member of
 * the role that does.
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
	owner_name name;
	routine record;
BEGIN
	IF role_name IS NULL THEN
		PERFORM concert_booking.refuse_null('role_name');
	END IF;
	PERFORM concert_booking.check_choice('level', grant_access.level,
		ARRAY['none'] || ARRAY (SELECT l.level FROM concert_booking.access_levels() l));
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
	/* A stranger's table of that name could run the stranger's triggers. */
	IF EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
			   WHERE n.nspname = 'concert_booking' AND c.relname = 'access_grants' AND c.relowner = n.nspowner) THEN
		DELETE FROM concert_booking.access_grants g WHERE g.role_name = grant_access.role_name;
		IF grant_access.level <> 'none' THEN
			/* DROP EXTENSION may have taken the default of id, until create_tables(). */
			INSERT INTO concert_booking.access_grants (id, role_name, level)
			VALUES (concert_booking.uuid_v7(), grant_access.role_name, grant_access.level);
		END IF;
	END IF;
	IF grant_access.level = 'none' THEN
		RETURN;
	END IF;
	EXECUTE format('GRANT USAGE ON SCHEMA concert_booking TO %I', role_name);
	FOR routine IN
		SELECT p.oid::regprocedure AS signature
		FROM concert_booking.access_levels() l
		JOIN concert_booking.access_matrix() m ON m.level = ANY (l.included)
		JOIN pg_proc p ON p.proname = m.function_name
		WHERE l.level = grant_access.level AND p.pronamespace = 'concert_booking'::regnamespace
		ORDER BY 1
	LOOP
		EXECUTE format('GRANT EXECUTE ON ROUTINE %s TO %I', routine.signature, role_name);
		granted_functions := granted_functions + 1;
	END LOOP;
END
$fn$;
COMMENT ON FUNCTION concert_booking.grant_access(name, text) IS
	'Give a role the functions of a level: visitor, guest, member, payments, staff or none.
Run it again after an update of the extension.';

/*
 * record_grants() - note the levels that roles have already. Internal: for
 * create_tables(), when it has just made access_grants.
 *
 * A role has a level if it has been granted each function of it, and the widest of
 * these counts. Returns: nothing. Tables written: access_grants. Errors: none.
 */
CREATE FUNCTION concert_booking.record_grants()
RETURNS void
LANGUAGE sql
SET search_path = pg_catalog, pg_temp
AS $fn$
	WITH functions AS (
		SELECT m.level, p.proacl
		FROM concert_booking.access_matrix() m
		JOIN pg_proc p ON p.proname = m.function_name AND p.pronamespace = 'concert_booking'::regnamespace
	)
	INSERT INTO concert_booking.access_grants (role_name, level)
	SELECT DISTINCT ON (r.rolname) r.rolname, l.level
	FROM pg_roles r CROSS JOIN concert_booking.access_levels() l
	WHERE r.oid <> (SELECT n.nspowner FROM pg_namespace n WHERE n.nspname = 'concert_booking')
	  AND NOT EXISTS (
		SELECT FROM functions f
		WHERE f.level = ANY (l.included)
		  AND NOT EXISTS (SELECT FROM aclexplode(f.proacl) a
						  WHERE a.grantee = r.oid AND a.privilege_type = 'EXECUTE'))
	ORDER BY r.rolname, cardinality(l.included) DESC
$fn$;
COMMENT ON FUNCTION concert_booking.record_grants() IS
	'Internal: note the levels that roles have already.';

/*
 * restore_grants() - give the levels again that roles had before DROP EXTENSION,
 * and EXECUTE on functions that an update has given other arguments. Internal: a
 * step of create_tables().
 *
 * Levels: only what CREATE EXTENSION has marked as lost, and only to roles
 * that still have USAGE on the schema, which it leaves: another role of that
 * name, or one whose rights were taken, has it not. Such a level is forgotten,
 * with a warning. Returns: nothing. Tables written: access_grants. Errors: as
 * grant_access().
 */
CREATE FUNCTION concert_booking.restore_grants()
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $fn$
DECLARE
	lost record;
	routine regprocedure;
BEGIN
	/* Noted by an update: EXECUTE on one function that has other arguments now. */
	IF EXISTS (SELECT FROM concert_booking.access_grants g WHERE g.is_lost AND g.level LIKE 'function %') THEN
		FOR lost IN
			DELETE FROM concert_booking.access_grants g
			WHERE g.is_lost AND g.level LIKE 'function %'
			RETURNING g.role_name, substr(g.level, 10) AS function_name
		LOOP
			FOR routine IN
				SELECT p.oid FROM pg_proc p
				WHERE p.pronamespace = 'concert_booking'::regnamespace AND p.proname = lost.function_name
				  AND EXISTS (SELECT FROM pg_roles r WHERE r.rolname = lost.role_name)
			LOOP
				EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %I', routine, lost.role_name);
			END LOOP;
		END LOOP;
	END IF;

	FOR lost IN
		SELECT g.role_name, g.level,
			   EXISTS (SELECT FROM pg_namespace n, aclexplode(n.nspacl) a JOIN pg_roles r ON r.oid = a.grantee
					   WHERE n.nspname = 'concert_booking' AND r.rolname = g.role_name
						 AND a.privilege_type = 'USAGE') AS may_use_schema
		FROM (SELECT DISTINCT ON (a.role_name) a.* FROM concert_booking.access_grants a
			  WHERE a.is_lost ORDER BY a.role_name, a.id DESC) g
		ORDER BY g.id
	LOOP
		IF lost.may_use_schema THEN
			PERFORM concert_booking.grant_access(lost.role_name, lost.level);
		ELSE
			DELETE FROM concert_booking.access_grants g WHERE g.role_name = lost.role_name;
			RAISE WARNING USING MESSAGE = 'a role does not get its level again',
				DETAIL = format('The role "%s" had the level %s before DROP EXTENSION; it is gone, or has no USAGE on the schema.',
								lost.role_name, lost.level),
				HINT = 'Run concert_booking.grant_access() for it, if it is still wanted.';
		END IF;
	END LOOP;
END
$fn$;
COMMENT ON FUNCTION concert_booking.restore_grants() IS
	'Internal: give the levels again that roles had before DROP EXTENSION or an update.';

/*
 * The tables outlive the extension, the rights on its functions do not. Where
 * access_grants is there already, this is a CREATE EXTENSION after a DROP
 * EXTENSION (a restore makes the extension before the tables): all its rights
 * are lost. The table must be as create_tables() made it, so that nobody's
 * trigger or rule runs with the rights of whoever creates the extension.
 */
DO $do$
DECLARE
	is_ours pg_catalog.bool;
BEGIN
	SELECT c.relkind OPERATOR(pg_catalog.=) 'r'
		   AND c.relowner OPERATOR(pg_catalog.=) n.nspowner
		   AND NOT c.relrowsecurity
		   AND NOT EXISTS (SELECT FROM pg_catalog.pg_trigger t WHERE t.tgrelid OPERATOR(pg_catalog.=) c.oid)
		   AND NOT EXISTS (SELECT FROM pg_catalog.pg_rewrite r WHERE r.ev_class OPERATOR(pg_catalog.=) c.oid)
	INTO is_ours
	FROM pg_catalog.pg_class c
	JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
	WHERE n.nspname OPERATOR(pg_catalog.=) 'concert_booking'
	  AND c.relname OPERATOR(pg_catalog.=) 'access_grants';
	IF is_ours THEN
		UPDATE concert_booking.access_grants SET is_lost = true;
	ELSIF NOT is_ours THEN
		RAISE WARNING USING MESSAGE = 'no role gets its level again',
			DETAIL = 'The table "access_grants" is not as create_tables() made it: it has another owner, a trigger, a rule or row security.',
			HINT = 'Run concert_booking.grant_access() for each role.';
	END IF;
END
$do$;
