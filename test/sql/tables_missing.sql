-- C only: it makes the extension in a database of its own
-- Without its tables every function of the API says what to run, in the same words.
SET client_min_messages = error;
DROP DATABASE IF EXISTS tables_missing_test;
CREATE DATABASE tables_missing_test TEMPLATE template0 ENCODING 'UTF8';
\c tables_missing_test
\pset format unaligned
\pset footer off
SET client_min_messages = error;
CREATE EXTENSION concert_booking CASCADE;

-- a call with arguments that are of the right kind; what it raises
CREATE FUNCTION public.answer(routine regprocedure) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	arguments text;
	code text;
	message text;
	hint text;
BEGIN
	SELECT string_agg(format('%I => %s', p.proargnames[t.n], CASE format_type(t.type, NULL)
				WHEN 'uuid' THEN '''5c000000-0000-7000-8000-000000000001'''
				WHEN 'uuid[]' THEN '''{5c000000-0000-7000-8000-000000000001}'''
				WHEN 'text[]' THEN '''{A}'''
				WHEN 'integer' THEN '1'
				WHEN 'bigint' THEN '1'
				WHEN 'date' THEN '''2040-06-01'''
				WHEN 'time without time zone' THEN '''19:00'''
				WHEN 'timestamp with time zone' THEN '''2020-01-01'''
				WHEN 'jsonb' THEN '''[]'''
				WHEN 'text' THEN CASE p.proargnames[t.n] WHEN 'booking_number' THEN '''0000-0000-0000-0''' ELSE '''x''' END END), ', ')
	INTO arguments
	FROM pg_proc p, unnest(p.proargtypes) WITH ORDINALITY AS t (type, n)
	WHERE p.oid = routine
	  AND (t.n <= p.pronargs - p.pronargdefaults OR p.proargnames[t.n] IN ('user_id', 'booking_number'));
	EXECUTE format('%s concert_booking.%I(%s)',
		(SELECT CASE p.prokind WHEN 'p' THEN 'CALL' ELSE 'SELECT' END FROM pg_proc p WHERE p.oid = routine),
		(SELECT p.proname FROM pg_proc p WHERE p.oid = routine), arguments);
	RETURN 'no error';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, message = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT;
	RETURN format('%s %s | %s', code, message, split_part(hint, E'\n', 1));
END $$;

-- those that need no table are named, all others answer alike
CREATE VIEW public.answers AS
SELECT m.function_name, public.answer(p.oid) AS answer
FROM concert_booking.access_matrix() m
JOIN pg_proc p ON p.proname = m.function_name AND p.pronamespace = 'concert_booking'::regnamespace
WHERE m.function_name NOT IN ('create_tables', 'grant_access', 'schedule_jobs', 'unschedule_jobs',
							  'row_labels', 'normalize_phone', 'uuid_v7', 'bigrams', 'shard_of', 'shard_of_booking_number');
SELECT answer, count(*) > 40 AS nearly_all, string_agg(function_name, ' ') FILTER (WHERE answer !~ '^42P01 the tables') AS functions
FROM public.answers GROUP BY answer;

-- nor is one table too few overlooked, whichever it is
SELECT concert_booking.create_tables();
CREATE FUNCTION public.answer_without(relation regclass) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	detail text;
BEGIN
	BEGIN
		EXECUTE format('DROP %s %s CASCADE',
			(SELECT CASE c.relkind WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END FROM pg_class c WHERE c.oid = relation), relation);
		PERFORM concert_booking.seat_grades('5c000000-0000-7000-8000-000000000001');
		RAISE EXCEPTION 'not noticed';
	EXCEPTION WHEN OTHERS THEN
		GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
		RETURN concat_ws(' ', SQLSTATE, SQLERRM, detail);
	END;
END $$;
SELECT c.relname, public.answer_without(c.oid) AS answer
FROM pg_class c
WHERE c.relnamespace = 'concert_booking'::regnamespace AND c.relkind IN ('r', 'p', 'v') AND NOT c.relispartition
ORDER BY c.relname;

\c contrib_regression
SET client_min_messages = error;
DROP DATABASE tables_missing_test;
