-- cache_answer: what an answer tells the caches between PostgREST and the client
\i test/fixtures/world.sql

-- the headers of an answer of this kind, in a transaction as PostgREST makes it
CREATE FUNCTION test.headers(kind text, method text, claims text DEFAULT '', headers text DEFAULT '')
RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	PERFORM set_config('request.method', method, true),
		set_config('request.jwt.claims', claims, true),
		set_config('response.headers', headers, true);
	PERFORM concert_booking.cache_answer(kind);
	RETURN current_setting('response.headers');
END
$$;

-- GET and HEAD only, each kind by its setting
SELECT kind, test.headers(kind, 'GET') FROM unnest('{seat_status,seat_map,list,detail,personal}'::text[]) AS kind;
SELECT test.headers('list', 'HEAD') = test.headers('list', 'GET') AS same;
SELECT test.headers('list', 'POST') AS of_post, test.headers('list', '') AS of_sql;
SET concert_booking.cache_seat_status = '5s';
SET concert_booking.cache_lists = '1h';
SET concert_booking.cache_seat_map = 0;
SELECT kind, test.headers(kind, 'GET') FROM unnest('{seat_status,seat_map,list,detail,personal}'::text[]) AS kind;
RESET concert_booking.cache_seat_status;
RESET concert_booking.cache_lists;
RESET concert_booking.cache_seat_map;

-- what a member sees of a detail is the member's; a list is everybody's
SELECT test.headers('detail', 'GET', '{"role": "anon"}');
SELECT test.headers('detail', 'GET', '{"role": "member", "sub": "a11ce000-0000-4000-8000-000000000001"}');
SELECT test.headers('list', 'GET', '{"role": "member", "sub": "a11ce000-0000-4000-8000-000000000001"}');

-- claims and headers that cannot be read are never shown: the first are refused, the second name no tag
SELECT claims, test.raises(format('SELECT test.headers(''detail'', ''GET'', %L)', claims))
FROM unnest(ARRAY['{"sub": "kim@example.com", "secret', '["secret"]', '{"sub": "kim@example.com"}']) AS claims;
CREATE FUNCTION test.polled(headers text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	PERFORM set_config('request.method', 'GET', true), set_config('request.headers', headers, true),
		set_config('response.headers', '', true);
	RETURN left((concert_booking.seat_status(test.schedule())).statuses, 3) || ' ' || coalesce(current_setting('response.status', true), '');
END
$$;
SELECT headers, test.raises(format('SELECT test.polled(%L)', headers))
FROM unnest(ARRAY['{"cookie": "secret', '["if-none-match"]', '{"if-none-match": 7}', '"if-none-match"', '7']) AS headers;
DROP FUNCTION test.polled;

-- headers that are there already stay, and Cache-Control is theirs to decide
SELECT test.headers('seat_status', 'GET', '', '[{"X-Hall": "1"}]');
SELECT test.headers('seat_status', 'GET', '', '[]');
SELECT test.headers('seat_status', 'GET', '', '[{"cache-control": "no-store"}]');

-- headers that nobody can read are replaced, and do no harm; a Cache-Control in them is still theirs
SELECT left(headers, 30) AS headers, test.headers('list', 'GET', '', headers)
FROM unnest(ARRAY['garbage', '7', 'null', '{"X-Hall": "1"}', '[{"X-Hall": "1"}', '[{"X-Hall": "]"', '[{"X-Hall": "\u0000"}]',
				  repeat('[', 100000), '{"Cache-Control": "no-store"}', '[{"Cache-Control":']) AS headers;

-- nor does a search_path of the caller's
CREATE SCHEMA evil;
CREATE FUNCTION evil.current_setting(text, boolean) RETURNS text LANGUAGE sql AS $$ SELECT '["evil"]' $$;
CREATE FUNCTION evil.strpos(text, text) RETURNS integer LANGUAGE sql AS $$ SELECT 1 $$;
CREATE FUNCTION evil.joined(jsonb, jsonb) RETURNS jsonb LANGUAGE sql AS $$ SELECT '["evil"]'::jsonb $$;
CREATE OPERATOR evil.|| (LEFTARG = jsonb, RIGHTARG = jsonb, FUNCTION = evil.joined);
BEGIN;
SET LOCAL search_path = evil, pg_catalog;
SELECT test.headers('seat_status', 'GET', '', '[{"X-Hall": "1"}]');
SELECT set_config('request.headers', '{"if-none-match": "\"0\""}', true);
SELECT left((concert_booking.seat_status(test.schedule())).statuses, 3) AS statuses;
SELECT regexp_replace(pg_catalog.current_setting('response.headers'), '[0-9]{5,}', 'letters') AS headers,
	   pg_catalog.current_setting('response.status', true) AS status;
ROLLBACK;
DROP OPERATOR evil.|| (jsonb, jsonb);
DROP FUNCTION evil.joined, evil.strpos, evil.current_setting;
DROP SCHEMA evil;

-- a tag is known only by If-None-Match; a Cache-Control of others leaves room for it; no right is needed
CREATE FUNCTION test.asked(headers text, asked text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	own_tag text;
BEGIN
	PERFORM set_config('request.method', 'GET', true), set_config('response.headers', headers, true),
		set_config('request.headers', '', true), set_config('response.status', '', true);
	PERFORM concert_booking.seat_status(test.schedule());
	own_tag := substring(current_setting('response.headers') FROM '[0-9]+-[0-9]+');
	PERFORM set_config('response.headers', headers, true),
		set_config('request.headers', replace(asked, 'TAG', own_tag), true);
	PERFORM concert_booking.seat_status(test.schedule());
	RETURN replace(current_setting('response.headers'), own_tag, 'TAG') || ' ' || coalesce(nullif(current_setting('response.status', true), ''), '200');
END
$$;
CREATE ROLE http_visitor;
SELECT concert_booking.grant_access('http_visitor', 'guest') \g /dev/null
BEGIN;
SET LOCAL ROLE http_visitor;
SELECT asked, test.asked(headers, asked)
FROM (VALUES ('', '{"if-none-match": "\"TAG\""}'), ('', '{"if-none-match": "\"0\", W/\"TAG\""}'),
			 ('[{"Cache-Control": "no-store"}]', '{"if-none-match": "\"TAG\""}'), ('', '{"if-none-match": "TAG"}'),
			 ('', '{"cookie": "\"TAG\""}'), ('', '{"if-none-match": "\"TAG\""'), ('', '["\"TAG\""]')) AS v (headers, asked);
ROLLBACK;
SELECT concert_booking.grant_access('http_visitor', 'none') \g /dev/null
DROP ROLE http_visitor;
DROP FUNCTION test.asked;

-- it works in a read-only transaction and ends with it
BEGIN READ ONLY;
SELECT test.headers('list', 'GET') <> '' AS told;
COMMIT;
SELECT current_setting('response.headers') AS headers;

-- a parallel plan goes without (the setting has another name since PostgreSQL 16)
SELECT name AS force_parallel FROM pg_settings
WHERE name IN ('force_parallel_mode', 'debug_parallel_query') \gset
BEGIN;
SET LOCAL request.method = 'GET';
SET LOCAL :force_parallel = on;
SELECT concert_booking.cache_answer('list');
SET LOCAL :force_parallel = off;
SELECT current_setting('response.headers', true) AS headers;
COMMIT;

SELECT test.raises($$ SELECT test.headers(NULL, 'GET') $$);
SELECT test.raises($$ SELECT test.headers('for ever', 'GET') $$);
DROP FUNCTION test.headers;
