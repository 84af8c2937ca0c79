/*
 * Questions whose answers are the same from one machine and from a cluster (variable
 * schema, concert_booking or concert_hub): a line for each row, an error with its code,
 * detail and hint.
 */
\set ON_ERROR_STOP on
\pset format unaligned
\pset tuples_only on
SET client_min_messages = warning;
SET timezone = 'UTC';
SELECT set_config('test.schema', :'schema', false) \g /dev/null

CREATE FUNCTION pg_temp.told(role_name text, sub text, call text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	told text;
	code text;
	message text;
	detail text;
	hint text;
BEGIN
	BEGIN
		PERFORM set_config('request.jwt.claims', CASE WHEN role_name <> 'none'
					THEN jsonb_strip_nulls(jsonb_build_object('role', role_name, 'sub', sub))::text ELSE '' END, true),
				set_config('role', role_name, true);
		EXECUTE format('SELECT string_agg(f::text, E''\n'') FROM %I.%s AS f', current_setting('test.schema'), call) INTO told;
		PERFORM set_config('role', 'none', true), set_config('request.jwt.claims', '', true);
		RETURN coalesce(told, 'no row');
	EXCEPTION WHEN OTHERS THEN
		GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
		RETURN concat_ws(E'\n  ', code || ' ' || message, 'DETAIL: ' || nullif(detail, ''), 'HINT: ' || nullif(hint, ''));
	END;
END
$$;

CREATE TEMPORARY TABLE questions (place serial, role_name text, sub text, call text);
\set alice 'a11ce000-0000-4000-8000-000000000001'
\set gina '91000000-0000-4000-8000-000000000003'
\set concert 'c0000000-0000-7000-9f00-000000000001'

/* every order, page and filter of a list, the pages beyond the end too */
INSERT INTO questions (role_name, sub, call)
SELECT 'web_member', :'alice', format('my_bookings(sort_by => %L, status => %L, period => %L, page_size => %s, page_offset => %s)', o, s, p, n, n * i)
FROM unnest('{latest,date}'::text[]) o, unnest('{"",confirmed,cancelled,expired}'::text[]) s, unnest('{"",upcoming,past}'::text[]) p,
	 (VALUES (7, 0), (7, 1), (7, 4), (1000, 0), (5, 20)) AS g (n, i);
INSERT INTO questions (role_name, sub, call) VALUES
	('web_anon', NULL, format('my_bookings(session_id => %L)', :'gina')),
	('web_anon', NULL, format('my_bookings(session_id => %L, search_text => ''winter'', page_size => 3)', :'gina')),
	('none', NULL, format('my_bookings(user_id => %L, sort_by => ''date'')', 'b0b00000-0000-4000-8000-000000000002')),
	('none', NULL, 'my_bookings(user_id => ''00000000-0000-4000-8000-00000000000f'')'),
	('web_clerk', :'gina', format('my_bookings(user_id => %L, page_size => 2)', :'alice')),
	('web_clerk', :'gina', 'find_bookings(customer_name => ''booker 2'', page_size => 4, page_offset => 5)'),
	('web_clerk', :'gina', 'find_bookings(customer_phone => ''010 0000 0001'')'),
	('web_clerk', :'gina', 'find_bookings(customer_email => ''BOOKER3@example.com'', customer_name => ''booker 1'', page_size => 30)'),
	('web_clerk', :'gina', 'find_bookings(concert_schedule_id => ''5c000000-0000-7000-8100-000000000002'')'),
	('web_clerk', :'gina', 'find_bookings(booking_number => '''')'),
	('web_member', :'alice', 'my_holds()'),
	('web_anon', NULL, format('my_holds(session_id => %L)', :'gina')),
	('none', NULL, format('my_holds(%L)', 'b0b00000-0000-4000-8000-000000000002')),
	('web_manager', :'gina', format('sales_report(concert_id => %L)', :'concert')),
	('web_manager', :'gina', 'sales_report(concert_id => ''c0000000-0000-7000-9f00-000000000002'')'),
	('web_manager', :'gina', 'sales_report(concert_id => ''c0000000-0000-7000-9f00-000000000003'')'),
	('web_manager', :'gina', 'sales_report(''5c000000-0000-7000-8100-000000000005'')'),
	('web_manager', :'gina', format('schedule_report(concert_id => %L)', :'concert')),
	('web_manager', :'gina', 'schedule_report(concert_id => ''c0000000-0000-7000-9f00-000000000002'')'),
	('web_manager', :'gina', 'schedule_report(''5c000000-0000-7000-8000-000000000001'')'),
	('web_staff', :'gina', 'check_integrity()'),
	('none', NULL, 'check_integrity()'),
	('web_staff', :'gina', 'reconcile_availability()'),
	('web_staff', :'gina', 'reconcile_availability(''5c000000-0000-7000-8100-000000000002'')');

/* ids of 0.1, which name another shard, or none */
INSERT INTO questions (role_name, sub, call) VALUES
	('web_manager', :'gina', 'sales_report(''5d000000-0000-7000-8100-000000000001'')'),
	('web_manager', :'gina', 'schedule_report(''5d000000-0000-7000-8500-000000000001'')'),
	('web_clerk', :'gina', 'find_bookings(concert_schedule_id => ''5d000000-0000-7000-8100-000000000001'')'),
	('web_staff', :'gina', 'reconcile_availability(''5d000000-0000-7000-8500-000000000001'')');

/* refusals */
INSERT INTO questions (role_name, sub, call) VALUES
	('web_anon', NULL, 'my_bookings()'),
	('web_member', :'alice', format('my_bookings(user_id => %L)', 'b0b00000-0000-4000-8000-000000000002')),
	('web_member', 'no uuid', 'my_bookings()'),
	('web_member', :'alice', 'my_bookings(sort_by => ''price'')'),
	('web_member', :'alice', 'my_bookings(sort_by => NULL)'),
	('web_member', :'alice', 'my_bookings(status => ''lost'')'),
	('web_member', :'alice', 'my_bookings(period => ''soon'')'),
	('web_member', :'alice', 'my_bookings(search_text => repeat(''x'', 301))'),
	('web_member', :'alice', 'my_bookings(page_size => 0)'),
	('web_member', :'alice', 'my_bookings(page_size => 1001)'),
	('web_member', :'alice', 'my_bookings(page_size => NULL)'),
	('web_member', :'alice', 'my_bookings(page_offset => -1)'),
	('web_member', :'alice', 'my_bookings(page_offset => 1000001)'),
	('web_member', :'alice', 'my_bookings(page_size => 1000, page_offset => 1000000)'),
	('web_member', :'alice', 'my_bookings(session_id => gen_random_uuid())'),
	('web_clerk', :'gina', 'find_bookings()'),
	('web_clerk', :'gina', 'find_bookings(phone => ''1'')'),
	('web_clerk', :'gina', 'find_bookings(customer_name => repeat(''x'', 101))'),
	('web_anon', NULL, 'my_holds()'),
	('web_manager', :'gina', 'sales_report()'),
	('web_manager', :'gina', 'sales_report(concert_id => ''c0000000-0000-7000-9f00-00000000000f'')'),
	('web_manager', :'gina', format('sales_report(''5c000000-0000-7000-8100-000000000005'', %L)', :'concert')),
	('web_manager', :'gina', 'schedule_report()'),
	('web_manager', :'gina', 'reconcile_availability()'),
	('web_member', :'alice', 'find_bookings(customer_name => ''b'')'),
	('web_member', :'alice', 'forget_booker(gen_random_uuid())'),
	('web_payments', :'gina', 'due_refunds(0)'),
	('web_payments', :'gina', 'due_refunds(NULL)'),
	('web_payments', :'gina', 'due_refunds(1001)'),
	('web_payments', :'gina', 'due_refunds(10, ''-1 day'')'),
	('web_payments', :'gina', 'due_refunds(10, NULL)'),
	('web_anon', NULL, 'release_seats()'),
	('web_member', :'alice', 'release_seats(''{}'')'),
	('web_member', :'alice', 'release_seats(''{NULL}'')'),
	('web_staff', :'gina', 'expire_holds(0)'),
	('web_staff', :'gina', 'expire_bookings(NULL)'),
	('web_staff', :'gina', 'fold_pending_availability(1000001)'),
	('web_staff', :'gina', 'archive_past_schedules(''infinity'')'),
	('web_staff', :'gina', 'archive_past_schedules(NULL)'),
	('web_staff', :'gina', 'purge_cancelled_bookings(now(), 0)'),
	('web_staff', :'gina', 'purge_events(''1 day'')'),
	('web_staff', :'gina', 'refresh_popularity(''-1 day'')'),
	('web_staff', :'gina', 'forget_booker()'),
	('web_staff', :'gina', 'forget_booker(gen_random_uuid(), ''0000-0000-0000-0'')'),
	('web_staff', :'gina', 'forget_booker(booking_number => ''0000-0000-0000-0'')');

/* what changes something, the same on both; none of it may be asked twice */
INSERT INTO questions (role_name, sub, call) VALUES
	('web_member', 'b0b00000-0000-4000-8000-000000000002', 'release_seats()'),
	('web_member', 'b0b00000-0000-4000-8000-000000000002', 'release_seats()'),
	('none', NULL, 'release_seats(''{5e000000-0000-7000-8500-000000000001}'', session_id => ''01d00000-0000-4000-8000-000000000005'')'),
	('web_staff', :'gina', 'expire_bookings()'),
	('web_staff', :'gina', 'expire_bookings()'),
	('web_staff', :'gina', 'purge_cancelled_bookings(''2020-01-02'')'),
	('web_staff', :'gina', 'fold_pending_availability()'),
	('web_staff', :'gina', 'archive_past_schedules(''2025-01-01'')'),
	('none', NULL, 'refresh_popularity()'),
	('none', NULL, 'refresh_popularity()'),
	('none', NULL, 'refresh_popularity(''1 day'')'),
	('web_staff', :'gina', format('forget_booker(%L)', :'alice')),
	('web_staff', :'gina', format('forget_booker(%L)', :'alice')),
	('web_staff', :'gina', 'forget_booker(booking_number => ''1234-5678-9ABC-A'')'),
	('web_clerk', :'gina', 'find_bookings(concert_schedule_id => ''5d000000-0000-7000-8100-000000000001'')'),
	('none', NULL, format('my_bookings(user_id => %L)', :'alice')),
	('web_clerk', :'gina', 'find_bookings(customer_name => ''booker 0'')'),
	('web_staff', :'gina', 'check_integrity()');

SELECT format(E'-- %s %s %s\n%s', q.role_name, q.sub, q.call, pg_temp.told(q.role_name, q.sub, q.call))
FROM questions q ORDER BY q.place;
SELECT c.id, c.popularity FROM concert_booking.concerts c ORDER BY 1;
SELECT * FROM concert_booking.wishlists;
