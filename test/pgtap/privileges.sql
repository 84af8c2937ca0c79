-- EXECUTE is the only gate, and it is shut: PUBLIC has nothing, anywhere. A level opens it for its own functions.
\ir ../fixtures/pgtap.sql
BEGIN;
CREATE ROLE booking_nobody;

CREATE TEMP TABLE functions AS
SELECT p.oid, p.oid::regprocedure::text AS name FROM pg_proc p WHERE p.pronamespace = 'concert_booking'::regnamespace;
CREATE TEMP TABLE relations AS
SELECT c.oid, c.relname::text AS name FROM pg_class c
WHERE c.relnamespace = 'concert_booking'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f');

SELECT plan((SELECT count(*)::integer FROM functions) + (SELECT count(*)::integer FROM relations) + 50);

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

-- each level executes its own functions and those that it includes, as docs/access.md says, and nothing else
CREATE TEMP TABLE levels (level name, included text[]);
INSERT INTO levels VALUES
	('visitor', '{visitor}'),
	('guest', '{visitor,guest}'),
	('member', '{visitor,guest,member}'),
	('payments', '{payments}'),
	('clerk', '{visitor,guest,member,payments,clerk}'),
	('manager', '{visitor,manager}'),
	('monitor', '{monitor}'),
	('staff', '{visitor,guest,member,payments,clerk,manager,monitor,staff}');
DO $do$
DECLARE
	level name;
BEGIN
	FOR level IN SELECT l.level FROM levels l LOOP
		EXECUTE format('CREATE ROLE %I', 'booking_' || level);
		PERFORM concert_booking.grant_access('booking_' || level, level);
	END LOOP;
END
$do$;
SELECT set_eq(
	format('SELECT f.name FROM functions f WHERE has_function_privilege(%L, f.oid, ''EXECUTE'')', 'booking_' || level),
	format('SELECT f.name FROM functions f JOIN pg_proc p USING (oid)
		JOIN concert_booking.access_matrix() m ON m.function_name = p.proname WHERE m.level = ANY (%L)', included),
	format('level %s executes its functions and no other', level))
FROM levels ORDER BY level;
-- a manager, and so staff, keeps the catalogue; the lines are those of docs/access.md
CREATE TEMP TABLE rights (relation text, privilege text, columns text[]);
INSERT INTO rights VALUES
	('venues', 'SELECT', '{*}'),
	('venues', 'INSERT', '{id,name,address,location_lat,location_lng,timezone}'),
	('venues', 'UPDATE', '{name,address,location_lat,location_lng,timezone}'),
	('concerts', 'SELECT', '{*}'),
	('concerts', 'INSERT', '{id,venue_id,title,poster_url,description,genre,performers,rating,running_time,status,is_deleted}'),
	('concerts', 'UPDATE', '{venue_id,title,poster_url,description,genre,performers,rating,running_time,status,is_deleted}'),
	('concert_schedules', 'SELECT', '{*}'),
	('concert_schedules', 'INSERT', '{id,concert_id,concert_date,concert_time,is_booking_open,booking_opens_at,booking_closes_at,
		hold_duration,max_seats_per_booker,cancel_until,payment_required,payment_window,refund_ladder}'),
	('concert_schedules', 'UPDATE', '{concert_date,concert_time,is_booking_open,booking_opens_at,booking_closes_at,
		hold_duration,max_seats_per_booker,cancel_until,payment_required,payment_window,refund_ladder}'),
	('seats', 'SELECT', '{*}'),
	('seats', 'UPDATE', '{seat_grade,price}'),
	('price_types', 'SELECT', '{*}'),
	('price_types', 'INSERT', '{id,concert_id,concert_schedule_id,code,name,percent_off,amount_off,max_per_booking,sale_from,sale_until}'),
	('price_types', 'UPDATE', '{id,concert_id,concert_schedule_id,code,name,percent_off,amount_off,max_per_booking,sale_from,sale_until}'),
	('price_types', 'DELETE', '{*}'),
	('schedule_prices', 'SELECT', '{*}'),
	('schedule_availability', 'SELECT', '{*}');
SELECT set_eq(
	format($$SELECT r.name, a.privilege_type, '*' FROM relations r JOIN pg_class c USING (oid), aclexplode(c.relacl) a WHERE a.grantee = %1$L::regrole
		UNION ALL
		SELECT r.name, a.privilege_type, t.attname FROM relations r JOIN pg_attribute t ON t.attrelid = r.oid, aclexplode(t.attacl) a
		WHERE a.grantee = %1$L::regrole$$, 'booking_' || level),
	format('SELECT r.relation, r.privilege, unnest(r.columns) FROM rights r WHERE %L', included @> '{manager}'),
	format('level %s has these rights on tables and no other', level))
FROM levels ORDER BY level;
SELECT is_empty(
	format($$SELECT r.name FROM relations r
		WHERE has_table_privilege(%1$L, r.oid, 'TRUNCATE, REFERENCES, TRIGGER') OR has_any_column_privilege(%1$L, r.oid, 'REFERENCES')
		   OR NOT %2$L AND (has_table_privilege(%1$L, r.oid, 'SELECT, INSERT, UPDATE, DELETE')
							OR has_any_column_privilege(%1$L, r.oid, 'SELECT, INSERT, UPDATE'))$$,
		'booking_' || level, included @> '{manager}'),
	format('level %s touches no table in any other way', level))
FROM levels ORDER BY level;
SELECT set_eq('SELECT m.function_name FROM concert_booking.access_matrix() m WHERE m.level = ''payments''',
	'{confirm_payment,payment_status,due_refunds,record_refund}'::text[], 'who hears of payments has four functions');
-- the calls that matter most, by who must not make them
SET SESSION AUTHORIZATION booking_visitor;
SELECT lives_ok('SELECT FROM concert_booking.search_concerts()', 'a visitor looks');
SELECT throws_ok('SELECT concert_booking.hold_seat(gen_random_uuid())', '42501', NULL, 'a visitor does not hold');
SELECT throws_ok('SELECT concert_booking.begin_payment(gen_random_uuid())', '42501', NULL, 'nor begin a payment');
SET SESSION AUTHORIZATION booking_guest;
SELECT throws_ok('SELECT concert_booking.confirm_payment(gen_random_uuid(), 1, ''bank'', ''1'')', '42501', NULL,
	'a guest does not confirm a payment');
SET SESSION AUTHORIZATION booking_member;
SELECT throws_ok('SELECT concert_booking.confirm_payment(gen_random_uuid(), 1, ''bank'', ''1'')', '42501', NULL,
	'nor does a member');
SET SESSION AUTHORIZATION booking_payments;
SELECT throws_ok('SELECT concert_booking.hold_seat(gen_random_uuid())', '42501', NULL, 'who hears of payments does not hold');
SELECT throws_ok('SELECT concert_booking.acts_for_others()', '42501', NULL, 'nor acts for others');
SELECT throws_ok('SELECT FROM concert_booking.search_concerts()', '42501', NULL, 'nor look');
SET SESSION AUTHORIZATION booking_clerk;
SELECT ok(concert_booking.acts_for_others(), 'a clerk acts for others');
SELECT throws_ok('SELECT concert_booking.cancel_schedule(gen_random_uuid())', '42501', NULL, 'a clerk does not cancel a performance');
SELECT throws_ok('SELECT FROM concert_booking.bookings', '42501', NULL, 'nor read the table that it finds bookings in');
SET SESSION AUTHORIZATION booking_manager;
SELECT throws_ok('SELECT concert_booking.acts_for_others()', '42501', NULL, 'a manager does not act for others');
SELECT throws_ok('UPDATE concert_booking.concert_schedules SET status = ''cancelled''', '42501', NULL, 'nor cancels a performance by hand');
SELECT throws_ok('UPDATE concert_booking.seats SET status = ''available''', '42501', NULL, 'nor frees a seat by hand');
SELECT throws_ok('SELECT customer_name FROM concert_booking.bookings', '42501', NULL, 'nor reads names');
SET SESSION AUTHORIZATION booking_monitor;
SELECT throws_ok('SELECT FROM concert_booking.search_concerts()', '42501', NULL, 'who watches does not look');
SET SESSION AUTHORIZATION booking_staff;
SELECT throws_ok('SELECT concert_booking.create_tables()', '42501', NULL, 'staff does not own the tables');
RESET SESSION AUTHORIZATION;

SELECT * FROM finish();
ROLLBACK;
