/*
 * Who may do what: the levels, and the functions and tables of each one. Clients
 * need EXECUTE on functions and USAGE on the schema; who makes concerts writes some
 * columns of the catalogue's tables as well, and nobody else touches a table.
 * docs/access.md shows both matrices; access.sql grants them.
 */

/*
 * access_levels() - the levels that a role can have, and whose functions and tables
 * each one brings. Internal.
 *
 * visitor, guest, member, clerk: each brings what the one before it brings, and
 * more; a clerk also takes money, as payments does. manager brings what a visitor
 * has, and its own. payments and monitor are for programs and bring their own
 * functions only. staff brings all of these.
 * Returns: level; included, the levels of access_matrix() and table_rights() that
 * it brings. Tables written: none. Errors: none.
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
		('clerk', ARRAY['visitor', 'guest', 'member', 'payments', 'clerk']),
		('manager', ARRAY['visitor', 'manager']),
		('monitor', ARRAY['monitor']),
		('staff', ARRAY['visitor', 'guest', 'member', 'payments', 'clerk', 'manager', 'monitor', 'staff'])
$fn$;
COMMENT ON FUNCTION concert_booking.access_levels() IS
	'Internal: the levels that a role can have, and what each one brings.';

/*
 * access_matrix() - the levels that each function of the API belongs to: visitor,
 * guest, member, payments, clerk, manager, monitor, staff, or owner (granted to
 * nobody). Internal.
 *
 * A function of two levels has two rows; one that is not listed is internal.
 * Returns: function_name, level. Tables written: none. Errors: none.
 */
CREATE FUNCTION concert_booking.access_matrix()
RETURNS TABLE (function_name name, level text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $fn$
	SELECT unnest(m.function_names)::name, m.level
	FROM (VALUES
		('visitor', ARRAY[
			'search_concerts', 'concert_detail', 'schedule_detail', 'available_dates', 'schedules_on',
			'seat_grades', 'price_types', 'seat_map', 'seat_map_json', 'seat_status', 'record_interest',
			'shard_of', 'shard_of_booking_number']),
		('guest', ARRAY[
			'hold_seat', 'hold_seats', 'hold_best_seats', 'extend_holds', 'release_seats', 'my_holds',
			'confirm_booking', 'book_seats', 'begin_payment', 'cancel_payment',
			'quote_cancellation', 'cancel_booking', 'cancel_seats', 'cancel_guest_booking',
			'my_bookings', 'booking_detail', 'find_guest_booking']),
		('member', ARRAY['add_wishlist', 'remove_wishlist', 'my_wishlist']),
		('payments', ARRAY['confirm_payment', 'payment_status', 'due_refunds', 'record_refund']),
		('clerk', ARRAY[
			'acts_for_others', 'find_bookings', 'booking_log', 'block_seats', 'unblock_seats',
			'check_in', 'undo_check_in', 'reconcile_check_ins', 'door_list', 'renew_tickets']),
		('manager', ARRAY[
			'row_labels', 'generate_seats', 'import_seats', 'copy_seats', 'block_seats', 'unblock_seats',
			'cancel_schedule', 'postpone_schedule', 'reinstate_schedule', 'affected_bookings',
			'sales_report', 'schedule_report', 'schedule_log', 'uuid_v7', 'bigrams']),
		('monitor', ARRAY['metrics', 'check_integrity']),
		('staff', ARRAY[
			'expire_holds', 'expire_bookings', 'fold_pending_availability', 'reconcile_availability',
			'refresh_popularity', 'archive_past_schedules', 'purge_cancelled_bookings', 'purge_events',
			'forget_booker', 'normalize_phone']),
		('owner', ARRAY[
			'create_tables', 'create_event_partitions', 'sweep_holds', 'run_popularity', 'run_upkeep',
			'schedule_jobs', 'unschedule_jobs', 'link_users', 'grant_access'])) AS m (level, function_names)
$fn$;
COMMENT ON FUNCTION concert_booking.access_matrix() IS
	'Internal: the levels that each function belongs to.';

/*
 * table_rights() - what each level may do with tables. Internal.
 *
 * A manager keeps the catalogue by INSERT, UPDATE and DELETE, as users of PostgREST
 * and supabase-js expect. What is derived is not among the columns: triggers write
 * it with the owner's rights. Nor is what a function has to do, such as the status
 * of a schedule. No level reads a table that names a person.
 * Returns: level; table_name; privilege; column_names, null for the whole table.
 * Tables written: none. Errors: none.
 */
CREATE FUNCTION concert_booking.table_rights()
RETURNS TABLE (level text, table_name name, privilege text, column_names name[])
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $fn$
	SELECT 'manager', t.table_name::name, r.privilege, r.column_names::name[]
	FROM (VALUES
		/* table, written at INSERT only, written at INSERT and UPDATE, rows may be deleted */
		('venues', ARRAY['id'],
		 ARRAY['name', 'address', 'location_lat', 'location_lng', 'timezone'], false),
		('concerts', ARRAY['id'],
		 ARRAY['venue_id', 'title', 'poster_url', 'description', 'genre', 'performers', 'rating',
			   'running_time', 'status', 'is_deleted'], false),
		('concert_schedules', ARRAY['id', 'concert_id'],
		 ARRAY['concert_date', 'concert_time', 'is_booking_open', 'booking_opens_at', 'booking_closes_at',
			   'hold_duration', 'max_seats_per_booker', 'cancel_until', 'payment_required', 'payment_window',
			   'refund_ladder'], false),
		('seats', NULL, ARRAY['seat_grade', 'price'], false),
		('price_types', ARRAY[]::text[],
		 ARRAY['id', 'concert_id', 'concert_schedule_id', 'code', 'name', 'percent_off', 'amount_off',
			   'max_per_booking', 'sale_from', 'sale_until'], true),
		('schedule_prices', NULL, NULL, false),
		('schedule_availability', NULL, NULL, false))
		AS t (table_name, inserted, written, is_deleted_from)
	CROSS JOIN LATERAL (VALUES
		('SELECT', NULL::text[], true),
		('INSERT', t.inserted || t.written, t.inserted IS NOT NULL),
		('UPDATE', t.written, t.written IS NOT NULL),
		('DELETE', NULL, t.is_deleted_from)) AS r (privilege, column_names, is_given)
	WHERE r.is_given
$fn$;
COMMENT ON FUNCTION concert_booking.table_rights() IS
	'Internal: what each level may do with tables.';

/*
 * acts_for_others() - whether the caller acts for other people: true, or no answer.
 *
 * The right to execute it is the right itself. Who has it can name any booker, sell
 * where a payment is required, cancel with a reason after the cut-off, and sell to
 * somebody who gives no name. All commands ask for this right and for no other.
 * Returns: true. Tables written: none. Errors: 42501 (the caller has no such right),
 * 42P01. Source: A 5.3.
 */
CREATE FUNCTION concert_booking.acts_for_others()
RETURNS boolean
LANGUAGE plpgsql STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	PERFORM concert_booking.require_tables();
	PERFORM concert_booking.cache_answer('personal');
	RETURN true;
END
$fn$;
COMMENT ON FUNCTION concert_booking.acts_for_others() IS
	'True for a role that may act for other people; any other may not call it.
EXECUTE on it is the right to name any booker, to override a cut-off, and to sell without a payment or a name.';
