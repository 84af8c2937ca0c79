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
 * Step by step, each by the index that it is meant for, so that tables without
 * statistics are no worse.
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
			LEFT JOIN (SELECT cs.concert_id, sum(n.bookings) AS bookings
					   FROM (SELECT b.concert_schedule_id, count(*) AS bookings
							 FROM concert_booking.bookings b
							 WHERE b.status = 'confirmed' GROUP BY 1) n
					   JOIN concert_booking.concert_schedules cs ON cs.id = n.concert_schedule_id
					   GROUP BY 1) b ON b.concert_id = c.id
			WHERE c.counted_bookings <> coalesce(b.bookings, 0));
	ELSE
		sold := ARRAY(
			SELECT DISTINCT e.concert_schedule_id
			FROM concert_booking.booking_events e
			WHERE e.occurred_at >= since
			  AND e.event_type IN ('booking_confirmed', 'booking_cancelled'));
		sold := ARRAY(
			SELECT DISTINCT cs.concert_id
			FROM concert_booking.concert_schedules cs
			WHERE cs.id = ANY (sold));
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
 * count_bookings(concert_ids, bookings) - the confirmed bookings of some concerts, and
 * the version of each concert's row in the same snapshot. Internal.
 *
 * By the indexes and in loops, whatever the statistics say or do not say yet: a plan
 * that reads all bookings for each concert took 11 ms a concert.
 * Arguments: bookings, see refresh_popularity(). Where the schedules come from another
 * server, the numbers are those of the argument, and a concert that it does not name
 * has null.
 * Returns: a row for each concert that is there. Tables written: none. Errors: none.
 */
CREATE FUNCTION concert_booking.count_bookings(concert_ids uuid[], bookings jsonb)
RETURNS TABLE (concert_id uuid, row_version xid, booking_count integer)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
AS $fn$
BEGIN
	IF concert_booking.comes_from_elsewhere('concert_schedules') THEN
		RETURN QUERY
		SELECT c.id, c.xmin, (count_bookings.bookings ->> c.id::text)::numeric::integer
		FROM concert_booking.concerts c WHERE c.id = ANY (concert_ids);
	ELSE
		/* The status is no condition: no plan shall begin with the index that it is in. */
		RETURN QUERY
		SELECT c.id, c.xmin, (
			SELECT count(*) FILTER (WHERE b.status = 'confirmed')
			FROM concert_booking.concert_schedules cs
			JOIN concert_booking.bookings b ON b.concert_schedule_id = cs.id
			WHERE cs.concert_id = c.id)::integer
		FROM concert_booking.concerts c WHERE c.id = ANY (concert_ids);
	END IF;
END
$fn$;
COMMENT ON FUNCTION concert_booking.count_bookings(uuid[], jsonb) IS
	'Internal: the confirmed bookings of some concerts.';

/*
 * write_popularity(concert_ids, row_versions, booking_counts) - write down what
 * count_bookings() has counted, and the looks. Internal.
 *
 * The bookings were counted without a lock. Whoever has changed the concert's row since
 * may have counted later: then the row is another version, and left for the next run.
 * Whole days are taken off the interest, so that a concert changes once a day, not
 * with every run. Below a half it is over.
 * Whoever calls this calls clean_search_indexes() afterwards.
 * Locking: concerts by ascending id, then their rows of concert_interest. A row that
 * somebody else has locked is left for the next run.
 * Arguments: three lists of one length; a null count leaves the number as it is.
 * Returns: how many concerts changed. Tables written: concerts, concert_interest.
 * Errors: none.
 */
CREATE FUNCTION concert_booking.write_popularity(
	concert_ids uuid[],
	row_versions xid[],
	booking_counts integer[],
	OUT refreshed_concerts integer)
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $fn$
DECLARE
	most constant integer := 2147483647;
	locked_ids uuid[];
	looked_ids uuid[];
	gained_ids uuid[];
	gains bigint[];
	judged_at timestamptz;
BEGIN
	locked_ids := ARRAY(
		SELECT l.id
		FROM (SELECT c.id, c.xmin AS row_version FROM concert_booking.concerts c
			  WHERE c.id = ANY (concert_ids)
			  ORDER BY c.id FOR NO KEY UPDATE SKIP LOCKED) l
		JOIN unnest(concert_ids, row_versions) AS n (id, row_version)
		  ON n.id = l.id AND n.row_version = l.row_version);
	looked_ids := ARRAY(
		SELECT i.concert_id FROM concert_booking.concert_interest i
		WHERE i.concert_id = ANY (locked_ids)
		ORDER BY i.concert_id FOR NO KEY UPDATE SKIP LOCKED);

	judged_at := concert_booking.clock();
	WITH passed AS (
		SELECT i.concert_id, i.counted_interest, d.days,
			   least(most, i.interest * power(0.9::float8, d.days) + i.new_looks) AS interest
		FROM concert_booking.concert_interest i
		CROSS JOIN LATERAL (
			SELECT CASE WHEN i.interest > 0
				THEN least(1000, greatest(0, floor(extract(epoch FROM judged_at - i.decayed_at) / 86400)))::integer
				ELSE 0 END AS days) d
		WHERE i.concert_id = ANY (looked_ids) AND (i.new_looks > 0 OR d.days > 0)
	), noted AS (
		UPDATE concert_booking.concert_interest i
		SET new_looks = 0,
			interest = CASE WHEN p.interest < 0.5 THEN 0 ELSE p.interest END,
			counted_interest = CASE WHEN p.interest < 0.5 THEN 0 ELSE round(p.interest) END,
			decayed_at = CASE WHEN i.interest > 0 THEN i.decayed_at ELSE judged_at END + p.days * interval '24 hours'
		FROM passed p
		WHERE i.concert_id = p.concert_id
		RETURNING i.concert_id, i.counted_interest::bigint - p.counted_interest AS gain
	)
	SELECT array_agg(n.concert_id), array_agg(n.gain) INTO gained_ids, gains
	FROM noted n WHERE n.gain <> 0;

	UPDATE concert_booking.concerts c
	SET popularity = least(most, greatest(0,
			c.popularity + n.gain + coalesce(n.booking_count, c.counted_bookings) - c.counted_bookings)),
		counted_bookings = coalesce(n.booking_count, c.counted_bookings)
	FROM (SELECT b.id, b.booking_count, coalesce(g.gain, 0) AS gain
		  FROM unnest(concert_ids, booking_counts) AS b (id, booking_count)
		  LEFT JOIN unnest(gained_ids, gains) AS g (id, gain) ON g.id = b.id
		  WHERE b.id = ANY (locked_ids)) n
	WHERE c.id = n.id AND (n.gain <> 0 OR c.counted_bookings <> n.booking_count);
	GET DIAGNOSTICS refreshed_concerts = ROW_COUNT;
END
$fn$;
COMMENT ON FUNCTION concert_booking.write_popularity(uuid[], xid[], integer[]) IS
	'Internal: write down counted bookings and looks.';

/*
 * refresh_concerts(concert_ids, bookings) - bring the popularity of some concerts up
 * to date. Internal.
 *
 * Arguments: bookings, see refresh_popularity().
 * Where the concerts come from another server, nothing is changed.
 * Locking: as write_popularity(), after the counting.
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
AS $fn$
DECLARE
	counted_ids uuid[];
	row_versions xid[];
	booking_counts integer[];
BEGIN
	refreshed_concerts := 0;
	IF NOT concert_booking.comes_from_elsewhere('concerts') THEN
		SELECT array_agg(n.concert_id), array_agg(n.row_version), array_agg(n.booking_count)
		INTO counted_ids, row_versions, booking_counts
		FROM concert_booking.count_bookings(refresh_concerts.concert_ids, refresh_concerts.bookings) n;
		refreshed_concerts := concert_booking.write_popularity(counted_ids, row_versions, booking_counts);
	END IF;
END
$fn$;
COMMENT ON FUNCTION concert_booking.refresh_concerts(uuid[], jsonb) IS
	'Internal: bring the popularity of some concerts up to date.';

/*
 * clean_search_indexes() - put what GIN indexes of concerts keep in their lists of new
 * entries where it belongs. Internal: a step of refresh_popularity() and of
 * refresh_in_batches().
 *
 * Each search reads these lists from end to end, and the write that finds one full
 * cleans it, with its locks held.
 * Returns: nothing. Tables written: none. Errors: none.
 */
CREATE FUNCTION concert_booking.clean_search_indexes()
RETURNS void
LANGUAGE plpgsql VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	PERFORM gin_clean_pending_list(c.oid)
	FROM pg_index i
	JOIN pg_class c ON c.oid = i.indexrelid
	JOIN pg_am a ON a.oid = c.relam
	WHERE i.indrelid = 'concert_booking.concerts'::regclass AND a.amname = 'gin'
	  AND i.indisready AND pg_has_role(c.relowner, 'USAGE');
END
$fn$;
COMMENT ON FUNCTION concert_booking.clean_search_indexes() IS
	'Internal: clean the lists of new entries of the search indexes.';

/*
 * refresh_in_batches(concert_ids, bookings, is_upkeep) - refresh_concerts() for many,
 * fifty at a time. Internal: a step of run_popularity() and of run_upkeep().
 *
 * Each batch is a transaction of its own, and its locks do not wait for the disk: what
 * a crash takes back is counted again, because a concert's row holds what was counted
 * of it. It keeps its rows for 5 ms of a core. The search indexes are cleaned between
 * batches only, where no row is locked: first of all, because a run that was broken off
 * leaves its entries; after 1,000 concerts, because after every batch would cost a fifth
 * more; and in the end.
 * Arguments: bookings, see refresh_popularity(); is_upkeep, whether each transaction
 * begins with claim_upkeep(). The others are results: how many concerts changed, and
 * whether another run_upkeep() has taken over and the rest is left to it.
 * Tables written: concerts, concert_interest. Errors: none.
 *
 * No SET clause: PostgreSQL allows no COMMIT then. Every name is qualified.
 */
CREATE PROCEDURE concert_booking.refresh_in_batches(
	concert_ids uuid[],
	bookings jsonb,
	is_upkeep boolean,
	INOUT refreshed_concerts integer,
	INOUT is_overtaken boolean)
LANGUAGE plpgsql
AS $fn$
DECLARE
	batch_size CONSTANT pg_catalog.int4 := 50;
	clean_after CONSTANT pg_catalog.int4 := 1000;
	concerts CONSTANT pg_catalog.int4 := pg_catalog.cardinality(concert_ids);
	done pg_catalog.int4 := 0;
	unclean pg_catalog.int4 := clean_after;
	refreshed pg_catalog.int4;
BEGIN
	refreshed_concerts := 0;
	is_overtaken := false;
	WHILE done OPERATOR(pg_catalog.<) concerts OR unclean OPERATOR(pg_catalog.>) 0 LOOP
		IF is_upkeep AND NOT concert_booking.claim_upkeep() THEN
			is_overtaken := true;
			RETURN;
		END IF;
		IF unclean OPERATOR(pg_catalog.>=) clean_after OR done OPERATOR(pg_catalog.>=) concerts THEN
			PERFORM concert_booking.clean_search_indexes();
			unclean := 0;
		ELSE
			PERFORM pg_catalog.set_config('synchronous_commit', 'off', true),
					pg_catalog.set_config('gin_pending_list_limit', '1GB', true);
			refreshed := concert_booking.refresh_concerts(
				concert_ids[done OPERATOR(pg_catalog.+) 1 : done OPERATOR(pg_catalog.+) batch_size], bookings);
			done := done OPERATOR(pg_catalog.+) batch_size;
			refreshed_concerts := refreshed_concerts OPERATOR(pg_catalog.+) refreshed;
			unclean := unclean OPERATOR(pg_catalog.+) refreshed;
		END IF;
		COMMIT;
	END LOOP;
END
$fn$;
COMMENT ON PROCEDURE concert_booking.refresh_in_batches(uuid[], jsonb, boolean, integer, boolean) IS
	'Internal: bring the popularity of many concerts up to date.';

/*
 * concerts_to_refresh(recent, bookings) - the concerts that refresh_popularity() and
 * run_popularity() are to look at. Internal.
 *
 * Arguments, errors: see refresh_popularity(). Returns: concert ids, ascending.
 * Tables written: none.
 */
CREATE FUNCTION concert_booking.concerts_to_refresh(recent interval, bookings jsonb)
RETURNS uuid[]
LANGUAGE plpgsql STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
AS $fn$
BEGIN
	PERFORM concert_booking.require_tables();
	IF recent < interval '0' OR recent > interval '1000 years' THEN
		PERFORM concert_booking.refuse_value('recent', 'Use an interval of 0 to 1000 years, or null.');
	END IF;
	IF jsonb_typeof(concerts_to_refresh.bookings) <> 'object'
	   OR concerts_to_refresh.bookings @? '$.* ? (@.type() != "number" || @ < 0 || @ > 2147483647 || @ != @.floor())' THEN
		PERFORM concert_booking.refuse_value('bookings', 'Use an object of concert ids and whole numbers of at least 0.');
	ELSIF concerts_to_refresh.bookings IS NOT NULL AND NOT concert_booking.comes_from_elsewhere('concert_schedules') THEN
		PERFORM concert_booking.refuse_value('bookings', 'Leave it out: the bookings of this server are counted here.');
	END IF;
	RETURN ARRAY(
		SELECT unnest(concert_booking.popularity_changes(concert_booking.clock() - recent))
		UNION
		SELECT c.id FROM jsonb_each_text(coalesce(concerts_to_refresh.bookings, '{}')) AS n (id, figure)
		JOIN concert_booking.concerts c
		  ON c.id = CASE WHEN n.id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN n.id::uuid END
		 AND c.counted_bookings <> n.figure::numeric
		ORDER BY 1);
END
$fn$;
COMMENT ON FUNCTION concert_booking.concerts_to_refresh(interval, jsonb) IS
	'Internal: the concerts that a run of popularity looks at.';

/*
 * refresh_popularity(recent, bookings) - bring concerts.popularity up to date, in one
 * transaction. The job is run_popularity(), which does the same in batches.
 *
 * Locking: see write_popularity(); a concert about which nothing has changed is not
 * locked. The lists of new entries of the search indexes grow no longer than the server
 * lets them: where one is full meanwhile, it is cleaned while rows are locked.
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
AS $fn$
BEGIN
	refreshed_concerts := concert_booking.refresh_concerts(
		concert_booking.concerts_to_refresh(refresh_popularity.recent, refresh_popularity.bookings),
		refresh_popularity.bookings);
	/* Also where nothing changed: a call that was broken off leaves its entries. */
	PERFORM concert_booking.clean_search_indexes();
END
$fn$;
COMMENT ON FUNCTION concert_booking.refresh_popularity(interval, jsonb) IS
	'Bring the concerts'' popularity up to date with their bookings and the looks at them, in one transaction.
Returns how many concerts changed. run_popularity() does the same in batches.';

/*
 * run_popularity(recent, bookings) - refresh_popularity() in batches: nobody who changes
 * a concert waits for more than one of them. Run by pg_cron, see schedule_jobs().
 *
 * A procedure: CALL it outside a transaction. It can be interrupted at any moment, and
 * run twice at once.
 * Arguments: see refresh_popularity(). refreshed_concerts is the result: how many
 * concerts changed. Tables written: concerts, concert_interest.
 * Errors: 22023, 2D000 (called inside a transaction). Source: A 2.3.
 *
 * No SET clause: PostgreSQL allows no COMMIT then. Every name is qualified.
 */
CREATE PROCEDURE concert_booking.run_popularity(
	recent interval DEFAULT NULL,
	bookings jsonb DEFAULT NULL,
	INOUT refreshed_concerts integer DEFAULT NULL)
LANGUAGE plpgsql
AS $fn$
DECLARE
	ids pg_catalog.uuid[];
	is_overtaken pg_catalog.bool;
BEGIN
	ids := concert_booking.concerts_to_refresh(recent, bookings);
	COMMIT;
	CALL concert_booking.refresh_in_batches(ids, bookings, false, refreshed_concerts, is_overtaken);
END
$fn$;
COMMENT ON PROCEDURE concert_booking.run_popularity(interval, jsonb, integer) IS
	'Bring the concerts'' popularity up to date with their bookings and the looks at them, fifty at a time.
Commits as it goes, and can be interrupted. Run by pg_cron, see schedule_jobs().';
