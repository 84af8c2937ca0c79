-- grant_access(): each level executes what the matrix says, and reads no table.
\i test/fixtures/world.sql

CREATE ROLE access_visitor;
CREATE ROLE access_guest;
CREATE ROLE access_member;
CREATE ROLE access_payments;
CREATE ROLE access_staff;
CREATE ROLE access_none;
SELECT level, granted_functions > 0 AS granted
FROM (VALUES ('access_visitor', 'visitor'), ('access_guest', 'guest'), ('access_member', 'member'), ('access_payments', 'payments'),
			 ('access_staff', 'staff'), ('access_none', 'none')) AS l (role, level),
	 LATERAL concert_booking.grant_access(l.role, l.level);

-- the matrix, by trying each function of the API as each level: 42501, or anything else
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
SELECT p.proname AS function,
	   concat_ws(' ', CASE WHEN test.may_execute('access_visitor', p.oid) THEN 'visitor' END,
					  CASE WHEN test.may_execute('access_guest', p.oid) THEN 'guest' END,
					  CASE WHEN test.may_execute('access_member', p.oid) THEN 'member' END,
					  CASE WHEN test.may_execute('access_payments', p.oid) THEN 'payments' END,
					  CASE WHEN test.may_execute('access_staff', p.oid) THEN 'staff' END,
					  CASE WHEN test.may_execute('access_none', p.oid) THEN 'none' END) AS levels
FROM pg_proc p
WHERE p.pronamespace = 'concert_booking'::regnamespace
  AND obj_description(p.oid, 'pg_proc') !~ '^(Internal|Trigger)'
ORDER BY 1;
-- nothing internal, no trigger function is granted to anybody
SELECT p.proname, r.rolname FROM pg_proc p, pg_roles r
WHERE p.pronamespace = 'concert_booking'::regnamespace AND r.rolname LIKE 'access\_%'
  AND obj_description(p.oid, 'pg_proc') ~ '^(Internal|Trigger)' AND has_function_privilege(r.oid, p.oid, 'EXECUTE');
-- every function of the API is in the matrix, and every entry of it is a function
SELECT p.proname FROM pg_proc p
WHERE p.pronamespace = 'concert_booking'::regnamespace AND obj_description(p.oid, 'pg_proc') !~ '^(Internal|Trigger)'
EXCEPT SELECT m.function_name FROM concert_booking.access_matrix() m;
SELECT m.function_name FROM concert_booking.access_matrix() m
EXCEPT SELECT p.proname FROM pg_proc p WHERE p.pronamespace = 'concert_booking'::regnamespace;
-- no table, view or sequence in any way
SELECT c.relname, r.rolname FROM pg_class c, pg_roles r
WHERE c.relnamespace = 'concert_booking'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
  AND r.rolname LIKE 'access\_%'
  AND (has_table_privilege(r.oid, c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
	   OR has_any_column_privilege(r.oid, c.oid, 'SELECT, INSERT, UPDATE, REFERENCES'));

-- the work of each level really runs without table privileges
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
SET ROLE access_staff;
SELECT customer_name FROM concert_booking.find_bookings(phone => '01012345678');
SELECT updated_seats FROM concert_booking.copy_seats('5c000000-0000-7000-8000-000000000001', '5c000000-0000-7000-8000-000000000002');
SELECT count(*) FROM concert_booking.check_integrity();
SELECT concert_booking.row_labels(2);
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
DROP FUNCTION test.may_execute;
DROP OWNED BY access_visitor, access_guest, access_member, access_payments, access_staff, access_none;
DROP ROLE access_visitor, access_guest, access_member, access_payments, access_staff, access_none;
