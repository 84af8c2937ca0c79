-- grant_access(): each level executes what the matrix says; access_tables.sql has the tables.
\i test/fixtures/world.sql

DO $$
DECLARE
	level text;
BEGIN
	FOREACH level IN ARRAY '{visitor,guest,member,payments,clerk,manager,monitor,staff,none}'::text[] LOOP
		EXECUTE format('CREATE ROLE %I', 'access_' || level);
		PERFORM concert_booking.grant_access('access_' || level, level);
	END LOOP;
END $$;

-- the matrix: who may execute what
CREATE VIEW test.wanted AS
SELECT m.function_name, string_agg(DISTINCT l.level, ' ' ORDER BY l.level) AS levels
FROM concert_booking.access_matrix() m LEFT JOIN concert_booking.access_levels() l ON m.level = ANY (l.included)
GROUP BY 1;
SELECT w.levels, string_agg(w.function_name, ' ' ORDER BY w.function_name) AS functions FROM test.wanted w GROUP BY 1 ORDER BY 1;

-- the same by trying each function of the API as each level: 42501, or anything else
CREATE FUNCTION test.may_execute(role name, routine regprocedure) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
	message text;
	arguments text;
BEGIN
	/* Null is no value for a STRICT function: it would not be called. */
	SELECT string_agg(format(CASE WHEN p.proisstrict THEN '''1''::%s' ELSE 'NULL::%s' END, format_type(t.type, NULL)), ', ' ORDER BY t.n)
	INTO arguments
	FROM pg_proc p, unnest(p.proargtypes) WITH ORDINALITY AS t (type, n) WHERE p.oid = routine;
	BEGIN
		EXECUTE format('SET LOCAL ROLE %I', role);
		EXECUTE format('%s concert_booking.%I(%s)',
			CASE (SELECT p.prokind FROM pg_proc p WHERE p.oid = routine) WHEN 'p' THEN 'CALL' ELSE 'SELECT' END,
			(SELECT p.proname FROM pg_proc p WHERE p.oid = routine), arguments);
		RAISE EXCEPTION USING ERRCODE = 'ZZ000';
	EXCEPTION
		WHEN insufficient_privilege THEN
			GET STACKED DIAGNOSTICS message = MESSAGE_TEXT;
			RETURN message !~ '^permission denied for (function|procedure|schema) ';
		WHEN OTHERS THEN
			RETURN true;
	END;
END $$;
CREATE TABLE test.tried AS
SELECT p.oid, p.proname AS function_name, r.level, test.may_execute('access_' || r.level, p.oid) AS may
FROM pg_proc p, unnest('{visitor,guest,member,payments,clerk,manager,monitor,staff,none}'::text[]) AS r (level)
WHERE p.pronamespace = 'concert_booking'::regnamespace AND obj_description(p.oid, 'pg_proc') !~ '^(Internal|Trigger)';
SELECT count(*) > 400 AS many, count(*) FILTER (WHERE may) > 100 AS some FROM test.tried;
SELECT t.function_name, string_agg(t.level, ' ' ORDER BY t.level) FILTER (WHERE t.may) AS tried, w.levels AS wanted
FROM test.tried t LEFT JOIN test.wanted w USING (function_name) GROUP BY t.oid, 1, w.levels
HAVING string_agg(t.level, ' ' ORDER BY t.level) FILTER (WHERE t.may) IS DISTINCT FROM w.levels;
-- nothing internal, no trigger function is granted to anybody
SELECT p.proname, r.rolname FROM pg_proc p, pg_roles r
WHERE p.pronamespace = 'concert_booking'::regnamespace AND r.rolname LIKE 'access\_%'
  AND obj_description(p.oid, 'pg_proc') ~ '^(Internal|Trigger)' AND has_function_privilege(r.oid, p.oid, 'EXECUTE');
-- every function of the API is in the matrix, and every entry of it is a function
SELECT p.proname FROM pg_proc p
WHERE p.pronamespace = 'concert_booking'::regnamespace AND obj_description(p.oid, 'pg_proc') !~ '^(Internal|Trigger)'
EXCEPT SELECT m.function_name FROM concert_booking.access_matrix() m;
SELECT m.function_name FROM concert_booking.access_matrix() m
EXCEPT SELECT p.proname FROM pg_proc p WHERE p.pronamespace = 'concert_booking'::regnamespace ORDER BY 1;
-- what grant_access() answers is what the role can execute: each function once, also one of two levels
SELECT r.rolname, concert_booking.grant_access(r.rolname, substr(r.rolname, 8))
	= (SELECT count(*) FROM test.tried t WHERE 'access_' || t.level = r.rolname AND t.may) AS counted
FROM pg_roles r WHERE r.rolname LIKE 'access\_%' AND r.rolname <> 'access_none' ORDER BY 1;

-- the work of each level really runs with its rights
SET ROLE access_visitor;
SELECT count(*) FROM concert_booking.search_concerts();
SET ROLE access_guest;
SELECT count(*) FROM concert_booking.search_concerts();
SELECT statuses FROM concert_booking.seat_status('5c000000-0000-7000-8000-000000000001');
SELECT status FROM concert_booking.book_seats('{5ea70000-0000-7000-8000-000000000198}', NULL, '91000000-0000-4000-8000-000000000003', 'Gina', '010-1234-5678');
SELECT count(*) FROM concert_booking.my_bookings(NULL, '91000000-0000-4000-8000-000000000003');
SET ROLE access_member;
SELECT added FROM concert_booking.add_wishlist('c0000000-0000-7000-8000-000000000001', 'a11ce000-0000-4000-8000-000000000001');
SELECT title FROM concert_booking.my_wishlist('a11ce000-0000-4000-8000-000000000001');
SET ROLE access_clerk;
SELECT concert_booking.acts_for_others();
SELECT customer_name FROM concert_booking.find_bookings(NULL, '01012345678');
SELECT blocked_seats FROM concert_booking.block_seats('{5ea70000-0000-7000-8000-000000000197}');
SET request.jwt.claims = '{"sub": "c1e40000-0000-4000-8000-000000000004"}';
SELECT status FROM concert_booking.book_seats('{5ea70000-0000-7000-8000-000000000196}', 'a11ce000-0000-4000-8000-000000000001');
-- a manager does not act for others, and finds nobody's bookings
SET ROLE access_manager;
SELECT test.raises($$SELECT concert_booking.acts_for_others()$$);
SELECT test.raises($$SELECT concert_booking.find_bookings(NULL, '01012345678')$$);
SELECT test.raises($$SELECT concert_booking.hold_seat('5ea70000-0000-7000-8000-000000000195', 'a11ce000-0000-4000-8000-000000000001')$$);
RESET request.jwt.claims;
SELECT unblocked_seats FROM concert_booking.unblock_seats('{5ea70000-0000-7000-8000-000000000197}');
SELECT updated_seats FROM concert_booking.copy_seats('5c000000-0000-7000-8000-000000000001', '5c000000-0000-7000-8000-000000000002');
SELECT concert_booking.row_labels(2);
SET ROLE access_monitor;
SELECT count(*) FROM concert_booking.check_integrity();
SELECT test.raises($$SELECT concert_booking.search_concerts()$$);
SET ROLE access_staff;
SELECT concert_booking.acts_for_others();
SELECT expired_holds FROM concert_booking.expire_holds();
SELECT cancelled_bookings FROM concert_booking.cancel_schedule('5c000000-0000-7000-8000-000000000001');
RESET ROLE;

-- another level takes away; none takes all
SELECT * FROM concert_booking.grant_access('access_staff', 'guest') \g /dev/null
SELECT has_function_privilege('access_staff', 'concert_booking.check_integrity()', 'EXECUTE') AS check_integrity,
	   has_function_privilege('access_staff', 'concert_booking.seat_map(uuid)', 'EXECUTE') AS seat_map;
SELECT * FROM concert_booking.grant_access('access_staff', 'payments') \g /dev/null
SELECT has_function_privilege('access_staff', 'concert_booking.confirm_payment(uuid, bigint, text, text)', 'EXECUTE') AS confirm_payment,
	   has_function_privilege('access_staff', 'concert_booking.seat_map(uuid)', 'EXECUTE') AS seat_map;
SELECT * FROM concert_booking.grant_access('access_staff', 'none');
SELECT has_schema_privilege('access_staff', 'concert_booking', 'USAGE') AS schema;

\t on
SELECT test.raises($$SELECT concert_booking.grant_access('access_guest', 'owner')$$);
SELECT test.raises($$SELECT concert_booking.grant_access('access_guest', NULL)$$);
SELECT test.raises($$SELECT concert_booking.grant_access(NULL, 'guest')$$);
SELECT test.raises($$SELECT concert_booking.grant_access('access_nobody', 'guest')$$);
SELECT test.raises($$SELECT concert_booking.grant_access('public', 'guest')$$);
-- whoever may execute it and owns nothing grants nothing
GRANT USAGE ON SCHEMA concert_booking TO access_none;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA concert_booking TO access_none;
SET ROLE access_none;
SET client_min_messages = error;
SELECT test.raises($$SELECT concert_booking.grant_access('access_guest', 'staff')$$);
RESET ROLE;
SELECT has_function_privilege('access_guest', 'concert_booking.check_integrity()', 'EXECUTE');
DROP VIEW test.wanted;
DROP TABLE test.tried;
DROP FUNCTION test.may_execute;
DROP OWNED BY access_visitor, access_guest, access_member, access_payments, access_clerk, access_manager, access_monitor, access_staff, access_none;
DROP ROLE access_visitor, access_guest, access_member, access_payments, access_clerk, access_manager, access_monitor, access_staff, access_none;
