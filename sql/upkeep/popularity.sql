/*
 * Popularity: bookings that stand, plus the marks of record_interest(), plus
 * whatever the owner wrote into concerts.popularity by hand.
 *
 * A sale does not touch the concert's row: a row that every sale of a concert
 * updates is a hot row (law 5). Instead a job counts the bookings of the
 * concerts that had some, and adds the difference to what it counted before
 * (concerts.counted_bookings), so that no booking is counted twice or missed,
 * whenever it runs.
 */

/*
 * record_interest(concert_id) - somebody looked at a concert, found it by search
 * or shared it: whatever the client wants to count beside bookings. One row is
 * added, which the next refresh_popularity() counts; nobody waits for anybody.
 * Granted to staff only, for the web server to call: it tells visitors apart and
 * counts each once, which the database cannot do for the public.
 *
 * Returns: nothing. Tables written: interest_marks. Errors: 22004, PT404.
 * Source: A 2.3 (popularity by searches).
 */
CREATE FUNCTION concert_booking.record_interest(concert_id uuid)
RETURNS void
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
#variable_conflict use_column
BEGIN
	PERFORM concert_booking.require_tables();
	IF record_interest.concert_id IS NULL THEN
		PERFORM concert_booking.refuse_null('concert_id');
	END IF;
	INSERT INTO concert_booking.interest_marks (concert_id)
	SELECT c.id FROM concert_booking.concerts c
	WHERE c.id = record_interest.concert_id AND c.is_deleted = false;
	IF NOT FOUND THEN
		PERFORM concert_booking.refuse_unknown_concert(record_interest.concert_id);
	END IF;
END
$fn$;
COMMENT ON FUNCTION concert_booking.record_interest(uuid) IS
	'Count a look at a concert towards its popularity.';

/*
 * refresh_popularity(recent) - bring concerts.popularity up to date. Run by
 * pg_cron, see schedule_jobs().
 *
 * Locking: concerts by ascending id; a concert that somebody else has locked is
 * left for the next run.
 * Arguments: recent, count only concerts with bookings or cancellations in this
 * last span of time; null: all concerts (the daily upkeep does so, to count
 * what a stopped job has missed). Returns: how many concerts changed.
 * Tables written: concerts, interest_marks. Errors: 22023. Source: A 2.3.
 */
CREATE FUNCTION concert_booking.refresh_popularity(
	recent interval DEFAULT NULL,
	OUT refreshed_concerts integer)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
SET plan_cache_mode = force_custom_plan
AS $fn$
DECLARE
	since constant timestamptz := concert_booking.clock() - recent;
	changed_id uuid;
	marks integer;
	bookings integer;
BEGIN
	PERFORM concert_booking.require_tables();
	IF recent < interval '0' THEN
		PERFORM concert_booking.refuse_value('recent', 'Use an interval of 0 or longer, or null.');
	END IF;
	refreshed_concerts := 0;
	FOR changed_id IN
		SELECT c.id FROM concert_booking.concerts c
		WHERE recent IS NULL
		   OR c.id IN (SELECT i.concert_id FROM concert_booking.interest_marks i)
		   OR c.id IN (SELECT cs.concert_id
					   FROM concert_booking.booking_events e
					   JOIN concert_booking.concert_schedules cs ON cs.id = e.concert_schedule_id
					   WHERE e.occurred_at >= since
						 AND e.event_type IN ('booking_confirmed', 'booking_cancelled'))
		ORDER BY c.id
		FOR NO KEY UPDATE SKIP LOCKED
	LOOP
		WITH counted AS (
			DELETE FROM concert_booking.interest_marks i WHERE i.concert_id = changed_id
			RETURNING i.id)
		SELECT count(*) INTO marks FROM counted;
		SELECT count(*) INTO bookings
		FROM concert_booking.concert_schedules cs
		JOIN concert_booking.bookings b ON b.concert_schedule_id = cs.id
		WHERE cs.concert_id = changed_id AND b.status = 'confirmed';

		UPDATE concert_booking.concerts c
		SET popularity = greatest(0, c.popularity + marks + bookings - c.counted_bookings),
			counted_bookings = bookings
		WHERE c.id = changed_id AND (marks > 0 OR c.counted_bookings <> bookings);
		IF FOUND THEN
			refreshed_concerts := refreshed_concerts + 1;
		END IF;
	END LOOP;
END
$fn$;
COMMENT ON FUNCTION concert_booking.refresh_popularity(interval) IS
	'Bring the concerts'' popularity up to date with their bookings.
Returns how many concerts changed; run by pg_cron, see schedule_jobs().';
