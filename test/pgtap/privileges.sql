-- EXECUTE is the only gate, and it is shut: PUBLIC has nothing, anywhere.
\ir ../fixtures/pgtap.sql
BEGIN;
CREATE ROLE booking_nobody;

CREATE TEMP TABLE functions AS
SELECT p.oid, p.oid::regprocedure::text AS name FROM pg_proc p WHERE p.pronamespace = 'concert_booking'::regnamespace;
CREATE TEMP TABLE relations AS
SELECT c.oid, c.relname::text AS name FROM pg_class c
WHERE c.relnamespace = 'concert_booking'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f');

SELECT plan((SELECT count(*)::integer FROM functions) + (SELECT count(*)::integer FROM relations) + 8);

SELECT ok(NOT has_function_privilege('booking_nobody', oid, 'EXECUTE'), name || ': nobody executes it')
FROM functions ORDER BY name;
SELECT ok(NOT has_table_privilege('booking_nobody', oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
		  AND NOT has_any_column_privilege('booking_nobody', oid, 'SELECT, INSERT, UPDATE, REFERENCES'),
		  name || ': nobody touches it')
FROM relations ORDER BY name;

SELECT ok(NOT has_schema_privilege('booking_nobody', 'concert_booking', 'USAGE, CREATE'), 'nobody looks into the schema');
SELECT is_empty($$
	SELECT t.typname FROM pg_type t JOIN pg_class c ON c.oid = t.typrelid
	WHERE t.typnamespace = 'concert_booking'::regnamespace AND c.relkind = 'c'
	  AND has_type_privilege('booking_nobody', t.oid, 'USAGE')$$, 'nobody uses the types');
SELECT is_empty($$
	SELECT p.oid::regprocedure, a.grantee::regrole FROM pg_proc p, aclexplode(p.proacl) a
	WHERE p.pronamespace = 'concert_booking'::regnamespace AND a.grantee <> p.proowner$$,
	'no function is granted to anybody');
SELECT is_empty($$
	SELECT c.relname, a.grantee::regrole FROM pg_class c, aclexplode(c.relacl) a
	WHERE c.relnamespace = 'concert_booking'::regnamespace AND a.grantee <> c.relowner$$,
	'no table is granted to anybody');
SELECT is_empty($$
	SELECT p.oid::regprocedure FROM pg_proc p
	WHERE p.pronamespace = 'concert_booking'::regnamespace AND p.prosecdef
	  AND 'search_path=pg_catalog, pg_temp' <> ALL (coalesce(p.proconfig, '{}'))$$,
	'whoever runs with the owner''s rights has its search_path pinned');

-- EXECUTE on one function is enough to use it: no table privilege is needed
GRANT USAGE ON SCHEMA concert_booking TO booking_nobody;
GRANT EXECUTE ON FUNCTION concert_booking.check_integrity() TO booking_nobody;
SET ROLE booking_nobody;
SELECT is((SELECT count(*) FROM concert_booking.check_integrity()), 0::bigint, 'who may execute a function, can');
SELECT throws_ok('SELECT concert_booking.reconcile_availability()', '42501', NULL, 'and nothing else');
SELECT throws_ok('SELECT FROM concert_booking.bookings', '42501', NULL, 'nor read what it reads');
RESET ROLE;

SELECT * FROM finish();
ROLLBACK;
