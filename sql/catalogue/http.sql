/*
 * What the reading functions share. They are STABLE, run in a read-only
 * transaction and on a standby, read one snapshot, lock nothing and write
 * nothing: a lapsed hold is shown as free, not swept.
 *
 * Here: what an answer tells the caches between PostgREST and the client.
 * PostgREST puts the objects of the list in the setting response.headers into
 * its answer, and takes the status of response.status. The settings are local to
 * the transaction, and an error drops them: no refusal is cached.
 */

/*
 * cache_answer(kind, next_change) - how long the answer to a web request may be kept.
 * Internal: the reading functions call it; outside of PostgREST it does
 * nothing.
 *
 * Sets Cache-Control and Vary for GET and HEAD by PostgREST's response.headers,
 * local to the transaction, unless something before (a db-pre-request function)
 * has set Cache-Control. An error drops it. In C, so that a read that is no web
 * request pays next to nothing (src/http.c); set_cache_headers() does the rest.
 * Arguments: kind, one of seat_status, seat_map, list (public, for as long as
 * concert_booking.cache_seat_status, cache_seat_map, cache_lists say), detail
 * (as a list, but private to a member who asks), personal (never kept); next_change,
 * when the answer changes by the clock alone, the next opening, closing or start:
 * it is not kept any longer (null: it does not).
 * Returns: nothing. Tables written: none. Errors: 22004, 22023, 42501 (claims
 * that cannot be read). Source: B, Redis caches.
 */
CREATE FUNCTION concert_booking.cache_answer(kind text, next_change timestamptz DEFAULT NULL)
RETURNS void
LANGUAGE c VOLATILE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'concert_booking_cache_answer';

COMMENT ON FUNCTION concert_booking.cache_answer(text, timestamptz) IS
	'Internal: how long the answer to a web request may be kept.';

/*
 * set_cache_headers(age_s, depends_on_member, is_private, etag) - Cache-Control,
 * Vary and ETag of an answer to GET or HEAD, and 304 where the client has named
 * the tag in If-None-Match. Internal: C calls it (src/http.c).
 *
 * What depends on who asks is kept by nobody but the browser that asked. A
 * shared cache may keep what it got for a token only where it says "public".
 *
 * A poll pays for it, so it runs no statement but assignments, and parses only
 * headers that somebody else has set and those that name the tag. The parser's own
 * error would show a piece of them, to the caller and in the server's log. It
 * runs with the caller's rights, and calls nothing of ours.
 * Arguments: age_s, for how many seconds the answer may be kept;
 * depends_on_member, whether a token can change it; is_private, whether a member
 * asks for such an answer; etag, with its quotes, or ''. What somebody else has
 * set as headers and is no JSON list is replaced. Returns: nothing. Tables
 * written: none. Errors: none.
 */
CREATE FUNCTION concert_booking.set_cache_headers(
	age_s integer,
	depends_on_member boolean,
	is_private boolean,
	etag text)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $fn$
DECLARE
	present constant text := coalesce(current_setting('response.headers', true), '');
	asked constant text := coalesce(current_setting('request.headers', true), '');
	headers text := '';
	done text;
BEGIN
	IF present NOT ILIKE '%"cache-control"%' THEN
		headers := format('{"Cache-Control": "%s"}, {"Vary": "Accept, Accept-Profile%s"}',
			CASE WHEN age_s = 0 THEN 'no-store'
				 WHEN is_private THEN 'private, max-age=' || age_s
				 ELSE 'public, max-age=' || age_s END,
			CASE WHEN depends_on_member THEN ', Authorization' END);
	END IF;
	IF etag <> '' THEN
		headers := format('%s%s{"ETag": %s}',
			headers, CASE WHEN headers <> '' THEN ', ' END, to_json(etag));
	END IF;
	IF headers <> '' THEN
		headers := '[' || headers || ']';
		IF present <> '' THEN
			BEGIN
				IF jsonb_typeof(present::jsonb) = 'array' THEN
					headers := (present::jsonb || headers::jsonb)::text;
				END IF;
			EXCEPTION WHEN data_exception OR program_limit_exceeded THEN
				NULL;	-- what nobody can read is replaced
			END;
		END IF;
		done := set_config('response.headers', headers, true);
	END IF;

	IF etag <> '' AND strpos(asked, btrim(etag, '"')) > 0 THEN
		BEGIN
			IF strpos(asked::jsonb ->> 'if-none-match', etag) > 0 THEN
				done := set_config('response.status', '304', true);
			END IF;
		EXCEPTION WHEN data_exception OR program_limit_exceeded THEN
			NULL;	-- what nobody can read names nothing
		END;
	END IF;
END
$fn$;
COMMENT ON FUNCTION concert_booking.set_cache_headers(integer, boolean, boolean, text) IS
	'Internal: Cache-Control, Vary and ETag of an answer to a web client.';

/*
 * first_after(instant, a, b, c) - the first of these instants after another one.
 * Internal.
 *
 * Returns: null: there is none, or it never comes. Tables written: none. Errors:
 * none. No SET clause, so that it can be inlined.
 */
CREATE FUNCTION concert_booking.first_after(instant timestamptz, a timestamptz, b timestamptz, c timestamptz)
RETURNS timestamptz
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN nullif(least(CASE WHEN a > instant THEN a END, CASE WHEN b > instant THEN b END,
					CASE WHEN c > instant THEN c END), 'infinity');
COMMENT ON FUNCTION concert_booking.first_after(timestamptz, timestamptz, timestamptz, timestamptz) IS
	'Internal: the first of these instants after another one.';

/*
 * next_change(concert_id, concert_schedule_id, instant) - when an answer about a
 * concert or a schedule changes by itself, for cache_answer(). Internal.
 *
 * That is the first opening, closing or start after the instant. Nobody is told
 * outside of a web request, and nothing is read then.
 * Arguments: concert_id, all its schedules; or concert_schedule_id; instant.
 * Returns: the change; null: there is none, or nobody asks. Tables written: none.
 * Errors: none.
 */
CREATE FUNCTION concert_booking.next_change(
	concert_id uuid,
	concert_schedule_id uuid,
	instant timestamptz)
RETURNS timestamptz
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $fn$
#variable_conflict use_column
DECLARE
	change timestamptz;
BEGIN
	IF coalesce(current_setting('request.method', true), '') NOT IN ('GET', 'HEAD') THEN
		RETURN NULL;
	END IF;
	IF next_change.concert_id IS NOT NULL THEN
		SELECT min(concert_booking.first_after(next_change.instant, cs.booking_opens_at, cs.booking_closes_at, cs.starts_at)) INTO change
		FROM concert_booking.concert_schedules cs
		WHERE cs.concert_id = next_change.concert_id;
	ELSE
		SELECT concert_booking.first_after(next_change.instant, cs.booking_opens_at, cs.booking_closes_at, cs.starts_at) INTO change
		FROM concert_booking.concert_schedules cs
		WHERE cs.id = next_change.concert_schedule_id;
	END IF;
	RETURN change;
END
$fn$;
COMMENT ON FUNCTION concert_booking.next_change(uuid, uuid, timestamptz) IS
	'Internal: when an answer about a concert or a schedule changes by itself.';
