/*
 * Popularity: bookings that stand, plus the looks of record_interest(), plus
 * whatever the owner wrote into concerts.popularity by hand.
 *
 * A sale does not touch the concert's row: a row that every sale of a concert
 * updates is a hot row (law 5). Instead a job counts the bookings of the
 * concerts that had some, and adds the difference to what it counted before
 * (concerts.counted_bookings), so that no booking is counted twice or missed,
 * whenever it runs.
 *
 * Where several servers share the sales, bookings and concerts are on different ones:
 * who has the concerts counts, and gets the numbers of bookings from those that sell.
 *
 * Looks are a coarse counter that everybody may press, so nobody can do harm with
 * it: a concert has one row, which counts 60 looks a minute and no more, and what
 * was counted grows less by a tenth a day.
 */

/*
 * record_interest(concert_id) - somebody looked at a concert, found it by search
 * or shared it: whatever the client wants to count beside bookings.
 *
 * A look is a hint, not a booking: it is let go where the concert has had 60 of
 * them in this minute, or where another look at the concert, or the job that counts
 * them, is under way. So a call waits for nobody, and a flood of them writes 60
 * times a minute.
 * Returns: nothing. Tables written: concert_interest. Errors: 22004, PT404.
 * Source: A 2.3 (popularity by searches).
 */
CREATE FUNCTION concert_booking.record_interest(concert_id uuid)
RETURNS void
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
#variable_conflict use_column
DECLARE
	most_looks constant integer := 60;
	this_minute constant timestamptz := date_trunc('minute', concert_booking.clock());
BEGIN
	PERFORM concert_booking.require_tables();
	IF record_interest.concert_id IS NULL THEN
		PERFORM concert_booking.refuse_null('concert_id');
	ELSIF NOT EXISTS (SELECT FROM concert_booking.concerts c
					  WHERE c.id = record_interest.concert_id AND NOT c.is_deleted) THEN
		PERFORM concert_booking.refuse_unknown_concert(record_interest.concert_id);
	END IF;
	/* Before anything is locked or written: what a flood costs. */
	IF EXISTS (SELECT FROM concert_booking.concert_interest i
			   WHERE i.concert_id = record_interest.concert_id
				 AND i.minute_start = this_minute AND i.minute_looks >= most_looks)
	   OR NOT pg_try_advisory_xact_lock(hashtextextended('concert_booking.record_interest ' || record_interest.concert_id, 0)) THEN
		RETURN;
	END IF;

	BEGIN
		PERFORM FROM concert_booking.concert_interest i
		WHERE i.concert_id = record_interest.concert_id FOR NO KEY UPDATE SKIP LOCKED;
		IF FOUND THEN
			UPDATE concert_booking.concert_interest i
			SET new_looks = i.new_looks + 1, minute_start = this_minute,
				minute_looks = CASE WHEN i.minute_start = this_minute THEN i.minute_looks + 1 ELSE 1 END
			WHERE i.concert_id = record_interest.concert_id
			  AND (i.minute_start IS DISTINCT FROM this_minute OR i.minute_looks < most_looks);
		ELSIF NOT EXISTS (SELECT FROM concert_booking.concert_interest i
						  WHERE i.concert_id = record_interest.concert_id) THEN
			/* Locked before, the foreign key waits for nobody either. */
			INSERT INTO concert_booking.concert_interest (concert_id, new_looks, minute_start, minute_looks)
			SELECT c.id, 1, this_minute, 1 FROM concert_booking.concerts c
			WHERE c.id = record_interest.concert_id FOR KEY SHARE SKIP LOCKED
			ON CONFLICT DO NOTHING;
		END IF;
	EXCEPTION WHEN serialization_failure THEN
		NULL;		/* in the stricter levels: another look was noted meanwhile */
	END;
END
$fn$;
COMMENT ON FUNCTION concert_booking.record_interest(uuid) IS
	'Count a look at a concert towards its popularity: 60 a minute at most, a tenth less each day.
For everybody; never waits.';

/*
 * popularity_changes(since) - the concerts whose popularity is not up to date, as
 * far as can be told without locks. Internal.
 *
 * Arguments: since, look at concerts with bookings that were sold or cancelled since
 * then; null: count the bookings of all. Looks count in either case.
 * Returns: concert ids, ascending. Tables written: none. Errors: none.
 */
CREATE FUNCTION concert_booking.popularity_changes(since timestamptz)
RETURNS uuid[]
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $fn$
DECLARE
	sold uuid[];
BEGIN
	IF since IS NULL THEN
		sold := ARRAY(
			SELECT c.id FROM concert_booking.concerts c
			LEFT JOIN (SELECT cs.concert_id, count(*) AS bookings
					   FROM concert_booking.bookings b
					   JOIN concert_booking.concert_schedules cs ON cs.id = b.concert_schedule_id
					   WHERE b.status = 'confirmed' GROUP BY 1) b ON b.concert_id = c.id
			WHERE c.counted_bookings <> coalesce(b.bookings, 0));
	ELSE
		sold := ARRAY(
			SELECT DISTINCT cs.concert_id
			FROM concert_booking.booking_events e
			JOIN concert_booking.concert_schedules cs ON cs.id = e.concert_schedule_id
			WHERE e.occurred_at >= since
			  AND e.event_type IN ('booking_confirmed', 'booking_cancelled'));
	END IF;
	RETURN ARRAY(
		SELECT unnest(sold)
		UNION
		SELECT i.concert_id FROM concert_booking.concert_interest i
		WHERE i.new_looks > 0 OR i.interest > 0 AND i.decayed_at <= concert_booking.clock() - interval '1 day'
		ORDER BY 1);
END
$fn$;
COMMENT ON FUNCTION concert_booking.popularity_changes(timestamptz) IS
	'Internal: the concerts whose popularity is not up to date.';

/*
 * comes_from_elsewhere(table_name) - whether a subscription brings the rows of one
 * of our tables: then the server that they come from keeps them. Internal.
 */
CREATE FUNCTION concert_booking.comes_from_elsewhere(table_name text)
RETURNS boolean
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
	SELECT EXISTS (SELECT FROM pg_subscription_rel r
				   WHERE r.srrelid = to_regclass('concert_booking.' || quote_ident(comes_from_elsewhere.table_name)))
$fn$;
COMMENT ON FUNCTION concert_booking.comes_from_elsewhere(text) IS
	'Internal: whether a subscription brings the rows of a table.';

/*
 * refresh_concerts(concert_ids, bookings) - bring the popularity of some concerts up
 * to date. Internal.
 *
 * Arguments: bookings, see refresh_popularity().
 * Where the concerts come from another server, nothing is changed. Where the
 * schedules do, bookings are those of the argument, and a concert that it does not
 * name keeps its number.
 * Whole days are taken off the interest, so that a concert changes once a day, not
 * with every run. Below a half it is over.
 * Locking: concerts by ascending id, each before its row of concert_interest. A row
 * that somebody else has locked is left for the next run.
 * Returns: how many concerts changed. Tables written: concerts, concert_interest.
 * Errors: none.
 */
CREATE FUNCTION concert_booking.refresh_concerts(
	concert_ids uuid[],
	bookings jsonb DEFAULT NULL,
	OUT refreshed_concerts integer)
LANGUAGE plpgsql VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $fn$
DECLARE
	changed_id uuid;
	looks concert_booking.concert_interest;
	days integer;
	gained bigint;
	sold_elsewhere constant boolean := concert_booking.comes_from_elsewhere('concert_schedules');
	booking_count integer;
	judged_at timestamptz;
BEGIN
	refreshed_concerts := 0;
	IF concert_booking.comes_from_elsewhere('concerts') THEN
		RETURN;
	END IF;
	FOR changed_id IN
		SELECT c.id FROM concert_booking.concerts c
		WHERE c.id = ANY (concert_ids)
		ORDER BY c.id
		FOR NO KEY UPDATE SKIP LOCKED
	LOOP
		gained := 0;
		SELECT i.* INTO looks FROM concert_booking.concert_interest i
		WHERE i.concert_id = changed_id FOR NO KEY UPDATE SKIP LOCKED;
		IF FOUND THEN
			judged_at := concert_booking.clock();
			looks.decayed_at := CASE WHEN looks.interest > 0 THEN looks.decayed_at ELSE judged_at END;
			days := least(1000, greatest(0, floor(extract(epoch FROM judged_at - looks.decayed_at) / 86400)));
			looks.interest := looks.interest * power(0.9::float8, days) + looks.new_looks;
			IF looks.interest < 0.5 THEN
				looks.interest := 0;
			END IF;
			gained := round(looks.interest)::bigint - looks.counted_interest;
			UPDATE concert_booking.concert_interest i
			SET new_looks = 0, interest = looks.interest, counted_interest = i.counted_interest + gained,
				decayed_at = looks.decayed_at + days * interval '24 hours'
			WHERE i.concert_id = changed_id AND (i.new_looks > 0 OR days > 0);
		END IF;

		IF sold_elsewhere THEN
			booking_count := (refresh_concerts.bookings ->> changed_id::text)::integer;
		ELSE
			SELECT count(*) INTO booking_count
			FROM concert_booking.concert_schedules cs
			JOIN concert_booking.bookings b ON b.concert_schedule_id = cs.id
			WHERE cs.concert_id = changed_id AND b.status = 'confirmed';
		END IF;

		UPDATE concert_booking.concerts c
		SET popularity = least(2147483647, greatest(0,
				c.popularity + gained + coalesce(booking_count, c.counted_bookings) - c.counted_bookings)),
			counted_bookings = coalesce(booking_count, c.counted_bookings)
		WHERE c.id = changed_id AND (gained <> 0 OR c.counted_bookings <> booking_count);
		IF FOUND THEN
			refreshed_concerts := refreshed_concerts + 1;
		END IF;
	END LOOP;
END
$fn$;
COMMENT ON FUNCTION concert_booking.refresh_concerts(uuid[], jsonb) IS
	'Internal: bring the popularity of some concerts up to date.';

/*
 * refresh_popularity(recent, bookings) - bring concerts.popularity up to date. Run by
 * pg_cron, see schedule_jobs().
 *
 * Locking: see refresh_concerts(); a concert about which nothing has changed is not
 * locked.
 * Arguments: recent, look at concerts with bookings or cancellations in this
 * last span of time, 0 to 1000 years; null: count the bookings of all concerts, those too that were
 * written by hand. Looks count in either case; bookings, for a server whose schedules
 * come from others that sell them: the confirmed bookings there, an object of concert
 * ids and whole numbers.
 * Returns: how many concerts changed; none where the concerts come from another server.
 * Tables written: concerts, concert_interest. Errors: 22023. Source: A 2.3.
 */
CREATE FUNCTION concert_booking.refresh_popularity(
	recent interval DEFAULT NULL,
	bookings jsonb DEFAULT NULL,
	OUT refreshed_concerts integer)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
AS $fn$
BEGIN
	PERFORM concert_booking.require_tables();
	IF recent < interval '0' OR recent > interval '1000 years' THEN
		PERFORM concert_booking.refuse_value('recent', 'Use an interval of 0 to 1000 years, or null.');
	END IF;
	IF jsonb_typeof(refresh_popularity.bookings) <> 'object'
	   OR refresh_popularity.bookings @? '$.* ? (@.type() != "number" || @ < 0 || @ > 2147483647 || @ != @.floor())' THEN
		PERFORM concert_booking.refuse_value('bookings', 'Use an object of concert ids and whole numbers of at least 0.');
	ELSIF refresh_popularity.bookings IS NOT NULL AND NOT concert_booking.comes_from_elsewhere('concert_schedules') THEN
		PERFORM concert_booking.refuse_value('bookings', 'Leave it out: the bookings of this server are counted here.');
	END IF;
	refreshed_concerts := concert_booking.refresh_concerts(
		ARRAY(SELECT unnest(concert_booking.popularity_changes(concert_booking.clock() - recent))
			  UNION
			  SELECT c.id FROM jsonb_object_keys(coalesce(refresh_popularity.bookings, '{}')) AS k (id)
			  JOIN concert_booking.concerts c ON c.id::text = k.id AND c.counted_bookings <> (refresh_popularity.bookings ->> k.id)::integer
			  ORDER BY 1),
		refresh_popularity.bookings);
END
$fn$;
COMMENT ON FUNCTION concert_booking.refresh_popularity(interval, jsonb) IS
	'Bring the concerts'' popularity up to date with their bookings and the looks at them.
Returns how many concerts changed; run by pg_cron, see schedule_jobs().';
