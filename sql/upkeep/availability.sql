/*
 * Availability. concert_schedules.available_seats plus the slots of a schedule
 * (its rows of availability_changes) is always the number of its seats that
 * are neither sold nor blocked. A sale never waits for the schedule's row: where
 * somebody else has it, or its page is full, the sale counts in a slot. Folding
 * empties slots into the row.
 *
 * Slots are looked for from the newest id down, each by its newest entry in the
 * index: a long snapshot keeps every dead version of a slot, and none of them is
 * read (src/availability.c).
 *
 * Locking: whoever writes totals or prices of a schedule holds the schedule's
 * row lock first, so that nothing here can wait in a circle. Slots are never
 * waited for.
 */

/*
 * availability_slots(only_schedule_id) - the slots of a schedule, or of all.
 * Internal.
 *
 * One look into the index for each slot, whatever dead rows there are. The view
 * schedule_availability does the same in its own words, so that it survives the
 * extension. STABLE, because figures are compared in one snapshot.
 * Arguments: only_schedule_id, null for all. Returns: the slots, newest id first;
 * the empty ones have 0 in available_change.
 * Tables written: none. Errors: none.
 */
CREATE FUNCTION concert_booking.availability_slots(only_schedule_id uuid DEFAULT NULL)
RETURNS TABLE (concert_schedule_id uuid, id uuid, available_change integer)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
AS $fn$
#variable_conflict use_column
BEGIN
	IF only_schedule_id IS NULL THEN
		RETURN QUERY
		WITH RECURSIVE slot AS (
			(SELECT a.concert_schedule_id, a.id, a.available_change
			 FROM concert_booking.availability_changes a
			 ORDER BY a.concert_schedule_id DESC, a.id DESC LIMIT 1)
			UNION ALL
			SELECT n.*
			FROM slot s
			CROSS JOIN LATERAL (
				SELECT a.concert_schedule_id, a.id, a.available_change
				FROM concert_booking.availability_changes a
				WHERE (a.concert_schedule_id, a.id) < (s.concert_schedule_id, s.id)
				ORDER BY a.concert_schedule_id DESC, a.id DESC LIMIT 1) n)
		SELECT s.concert_schedule_id, s.id, s.available_change FROM slot s;
	ELSE
		RETURN QUERY
		WITH RECURSIVE slot AS (
			(SELECT a.id, a.available_change
			 FROM concert_booking.availability_changes a
			 WHERE a.concert_schedule_id = only_schedule_id
			 ORDER BY a.concert_schedule_id DESC, a.id DESC LIMIT 1)
			UNION ALL
			SELECT n.*
			FROM slot s
			CROSS JOIN LATERAL (
				SELECT a.id, a.available_change
				FROM concert_booking.availability_changes a
				WHERE a.concert_schedule_id = only_schedule_id AND a.id < s.id
				ORDER BY a.concert_schedule_id DESC, a.id DESC LIMIT 1) n)
		SELECT only_schedule_id, s.id, s.available_change FROM slot s;
	END IF;
END
$fn$;
COMMENT ON FUNCTION concert_booking.availability_slots(uuid) IS
	'Internal: the slots of a schedule, or of all schedules, newest first.';

/*
 * fold_availability(concert_schedule_id, seats_change, available_change) -
 * write a change of the totals, and what slots hold, into the schedule's row.
 *
 * Internal: called by the triggers on seats and by the minute job. Waits for
 * the schedule's row, unlike a sale. A slot that a sale has locked stays as it is.
 * What the row cannot hold, because the sales that explain it are in such a slot,
 * stays in one.
 * Arguments: concert_schedule_id; seats_change, added to total_seats;
 * available_change, added to available_seats. Returns: nothing; a schedule
 * that is not there (any more) is passed over.
 * Tables written: concert_schedules, availability_changes. Errors: 23514 (the
 * totals had drifted before; see reconcile_availability()).
 */
CREATE FUNCTION concert_booking.fold_availability(
	concert_schedule_id uuid,
	seats_change integer DEFAULT 0,
	available_change integer DEFAULT 0)
RETURNS void
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
DECLARE
	new_total integer;
	new_available bigint;
	exact bigint;
	pending bigint := 0;
	places tid[];
BEGIN
	/* The lock first: what is pending must be read after the last folder's commit. */
	SELECT cs.total_seats + fold_availability.seats_change,
		   cs.available_seats::bigint + fold_availability.available_change
	INTO new_total, new_available
	FROM concert_booking.concert_schedules cs
	WHERE cs.id = fold_availability.concert_schedule_id
	FOR NO KEY UPDATE;
	IF NOT FOUND THEN
		RETURN;
	END IF;

	SELECT new_available + coalesce(sum(a.available_change), 0) INTO exact
	FROM concert_booking.availability_slots(fold_availability.concert_schedule_id) a;
	IF exact NOT BETWEEN 0 AND new_total THEN
		PERFORM concert_booking.refuse('23514', 'the totals of the schedule do not fit its seats',
			format('The schedule "%s" would have %s of %s seats available.',
				   fold_availability.concert_schedule_id, exact, new_total),
			'Run SELECT * FROM concert_booking.reconcile_availability() first.');
	END IF;

	/* In READ COMMITTED: elsewhere a slot that was changed after the snapshot ends in 40001. */
	IF current_setting('transaction_isolation') LIKE 'read %' THEN
		SELECT array_agg(l.place), coalesce(sum(l.available_change), 0) INTO places, pending
		FROM concert_booking.availability_slots(fold_availability.concert_schedule_id) a
		CROSS JOIN LATERAL (
			SELECT n.ctid AS place, n.available_change
			FROM concert_booking.availability_changes n
			WHERE n.concert_schedule_id = a.concert_schedule_id AND n.id = a.id
			ORDER BY n.concert_schedule_id DESC, n.id DESC LIMIT 1
			FOR NO KEY UPDATE SKIP LOCKED) l
		WHERE a.available_change <> 0;
	END IF;
	exact := new_available + pending;
	new_available := greatest(0, least(new_total, exact));
	UPDATE concert_booking.availability_changes a
	SET available_change = CASE WHEN a.ctid = places[1] THEN exact - new_available ELSE 0 END
	WHERE a.ctid = ANY (places);
	/* On tables of 0.1, until create_tables() was run: there empty rows go. */
	DELETE FROM concert_booking.availability_changes a
	WHERE a.concert_schedule_id = fold_availability.concert_schedule_id AND a.available_change = 0
	  AND places IS NOT NULL
	  AND NOT EXISTS (
		SELECT FROM pg_attribute t
		WHERE t.attrelid = 'concert_booking.availability_changes'::regclass
		  AND t.attname = 'version' AND NOT t.attisdropped);
	IF places IS NULL AND exact <> new_available THEN
		INSERT INTO concert_booking.availability_changes (concert_schedule_id, available_change)
		VALUES (fold_availability.concert_schedule_id, exact - new_available);
	END IF;

	UPDATE concert_booking.concert_schedules cs
	SET total_seats = new_total,
		available_seats = new_available,
		is_sold_out = new_total > 0 AND new_available = 0
	WHERE cs.id = fold_availability.concert_schedule_id
	  AND (cs.total_seats, cs.available_seats, cs.is_sold_out)
		IS DISTINCT FROM (new_total, new_available::integer, new_total > 0 AND new_available = 0);
END
$fn$;
COMMENT ON FUNCTION concert_booking.fold_availability(uuid, integer, integer) IS
	'Internal: write a change of totals and what slots hold into the schedule''s row.';

/*
 * fold_pending_availability(batch_size) - fold what a burst of sales left
 * pending. Run by pg_cron each minute, see schedule_jobs().
 *
 * A schedule whose totals have drifted so far that they cannot take the change
 * is reconciled instead.
 *
 * Locking: schedules that somebody else has locked are left for the next run.
 * Arguments: batch_size, the most schedules to fold, 1 to 1,000,000. Returns:
 * how many schedules were folded. Tables written: concert_schedules,
 * availability_changes; where it reconciles, as
 * reconcile_availability(). Errors: 22004, 22023. Source: A 6.2.
 */
CREATE FUNCTION concert_booking.fold_pending_availability(
	batch_size integer DEFAULT 1000,
	OUT folded_schedules integer)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
DECLARE
	schedule_id uuid;
BEGIN
	PERFORM concert_booking.require_tables();
	PERFORM concert_booking.check_range('batch_size', batch_size, 1, 1000000);

	folded_schedules := 0;
	FOR schedule_id IN
		SELECT cs.id FROM concert_booking.concert_schedules cs
		WHERE cs.id IN (SELECT a.concert_schedule_id FROM concert_booking.availability_slots() a
						WHERE a.available_change <> 0)
		ORDER BY cs.id LIMIT batch_size
		FOR NO KEY UPDATE SKIP LOCKED
	LOOP
		BEGIN
			PERFORM concert_booking.fold_availability(schedule_id);
		EXCEPTION WHEN check_violation OR numeric_value_out_of_range THEN
			/* One schedule's drift must not keep the others from being folded. */
			PERFORM concert_booking.reconcile_availability(schedule_id);
		END;
		folded_schedules := folded_schedules + 1;
	END LOOP;
END
$fn$;
COMMENT ON FUNCTION concert_booking.fold_pending_availability(integer) IS
	'Fold pending availability changes into the schedules'' rows.
Returns how many schedules; run by pg_cron, see schedule_jobs().';

/*
 * availability_drift(schedule_ids) - where a derived figure differs from a
 * recount of the seats. Internal: reconcile_availability(), run_upkeep() and
 * check_integrity() judge by it.
 *
 * Seats, column and pending changes are read in one snapshot: a sale changes
 * its seats and the figure in one transaction, so that sales in flight are
 * never drift.
 * Arguments: schedule_ids, null for all schedules. Returns: one row a
 * wrong figure. measure is total_seats, available_seats (stored: column plus
 * pending), is_sold_out (0 or 1), lowest_price, or seat_count (of a grade and
 * price).
 * Tables written: none. Errors: none.
 */
CREATE FUNCTION concert_booking.availability_drift(schedule_ids uuid[] DEFAULT NULL)
RETURNS TABLE (schedule_id uuid, measure text, seat_grade text, price integer,
			   stored bigint, counted bigint)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $fn$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH price_counts AS (
		SELECT s.concert_schedule_id, s.seat_grade, s.price, count(*) AS seats,
			   count(*) FILTER (WHERE s.status IN ('available', 'temp_reserved')) AS available
		FROM concert_booking.seats s
		WHERE schedule_ids IS NULL OR s.concert_schedule_id = ANY (schedule_ids)
		GROUP BY 1, 2, 3
	), seat_counts AS (
		SELECT pc.concert_schedule_id, sum(pc.seats)::bigint AS seats, sum(pc.available)::bigint AS available,
			   min(pc.price) AS lowest_price
		FROM price_counts pc GROUP BY 1
	), pending AS (
		SELECT a.concert_schedule_id, sum(a.available_change) AS available_change
		FROM (SELECT NULL::uuid AS id WHERE schedule_ids IS NULL
			  UNION ALL
			  /* To ask costs a hundredth of the walk, and most have no slot. */
			  SELECT u.id FROM unnest(schedule_ids) AS u (id)
			  WHERE EXISTS (SELECT FROM concert_booking.availability_changes c WHERE c.concert_schedule_id = u.id)) i
		CROSS JOIN LATERAL concert_booking.availability_slots(i.id) a
		GROUP BY 1 HAVING sum(a.available_change) <> 0
	), figures AS (
		SELECT cs.id, cs.total_seats, cs.available_seats, cs.is_sold_out, cs.lowest_price,
			   p.concert_schedule_id IS NOT NULL AS is_pending,
			   cs.available_seats + coalesce(p.available_change, 0) AS available_stored,
			   coalesce(sc.seats, 0) AS seats_counted,
			   coalesce(sc.available, 0) AS available_counted,
			   sc.lowest_price AS lowest_counted
		FROM concert_booking.concert_schedules cs
		LEFT JOIN seat_counts sc ON sc.concert_schedule_id = cs.id
		LEFT JOIN pending p ON p.concert_schedule_id = cs.id
		WHERE schedule_ids IS NULL OR cs.id = ANY (schedule_ids)
	)
	SELECT f.id, 'total_seats', NULL::text, NULL::integer, f.total_seats::bigint, f.seats_counted
	FROM figures f WHERE f.total_seats <> f.seats_counted
	UNION ALL
	SELECT f.id, 'available_seats', NULL, NULL, f.available_stored, f.available_counted
	FROM figures f WHERE f.available_stored <> f.available_counted
	UNION ALL
	/* While changes are pending the flag may lag behind; the view tells then. */
	SELECT f.id, 'is_sold_out', NULL, NULL, f.is_sold_out::integer,
		   (f.total_seats > 0 AND f.available_seats = 0)::integer
	FROM figures f
	WHERE NOT f.is_pending AND f.is_sold_out <> (f.total_seats > 0 AND f.available_seats = 0)
	UNION ALL
	SELECT f.id, 'lowest_price', NULL, NULL, f.lowest_price, f.lowest_counted
	FROM figures f WHERE f.lowest_price IS DISTINCT FROM f.lowest_counted
	UNION ALL
	SELECT coalesce(pc.concert_schedule_id, sp.concert_schedule_id), 'seat_count',
		   coalesce(pc.seat_grade, sp.seat_grade)::text, coalesce(pc.price, sp.price),
		   coalesce(sp.seat_count, 0), coalesce(pc.seats, 0)
	FROM price_counts pc
	FULL JOIN (SELECT * FROM concert_booking.schedule_prices x
			   WHERE schedule_ids IS NULL OR x.concert_schedule_id = ANY (schedule_ids)) sp
		ON (sp.concert_schedule_id, sp.seat_grade, sp.price)
		 = (pc.concert_schedule_id, pc.seat_grade, pc.price)
	WHERE sp.seat_count IS DISTINCT FROM pc.seats;
END
$fn$;
COMMENT ON FUNCTION concert_booking.availability_drift(uuid[]) IS
	'Internal: derived figures that differ from a recount of the seats.';

/*
 * reconcile_availability(concert_schedule_id) - recount, and repair what
 * differs: totals, availability, the sold-out flag, prices.
 *
 * There must be nothing to repair: only an owner who switches triggers off, or
 * a damaged restore, leaves drift behind. Safe while tickets are sold: the drift is
 * measured again once the schedule's row is locked, and added to the
 * figures, so that sales in flight still count.
 * Arguments: concert_schedule_id, null for all schedules. Returns: one row a
 * figure that was wrong, and has been repaired; stored is what it said
 * (available_seats: with pending changes), counted what the seats say.
 * Tables written: concert_schedules, schedule_prices, availability_changes,
 * booking_events (one row a repaired schedule).
 * Errors: PT404. Source: A 6.2 (recount of available_seats).
 */
CREATE FUNCTION concert_booking.reconcile_availability(concert_schedule_id uuid DEFAULT NULL)
RETURNS TABLE (schedule_id uuid, measure text, seat_grade text, price integer,
			   stored bigint, counted bigint)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
#variable_conflict use_column
DECLARE
	drifting_id uuid;
	drift record;
	seats_drift bigint;
	available_drift bigint;
	repairs jsonb;
BEGIN
	PERFORM concert_booking.require_tables();
	IF reconcile_availability.concert_schedule_id IS NOT NULL
	   AND NOT EXISTS (SELECT FROM concert_booking.concert_schedules cs
					   WHERE cs.id = reconcile_availability.concert_schedule_id) THEN
		PERFORM concert_booking.refuse_unknown_schedule(reconcile_availability.concert_schedule_id);
	END IF;

	FOR drifting_id IN
		SELECT DISTINCT d.schedule_id
		FROM concert_booking.availability_drift(
			CASE WHEN reconcile_availability.concert_schedule_id IS NOT NULL
				 THEN ARRAY[reconcile_availability.concert_schedule_id] END) d
		ORDER BY 1
	LOOP
		/* Somebody may have repaired it meanwhile: lock, then measure again. */
		PERFORM FROM concert_booking.concert_schedules cs
		WHERE cs.id = drifting_id FOR NO KEY UPDATE;
		/* No house has so many seats: whatever wrote that, the recount will tell. */
		UPDATE concert_booking.availability_changes a SET available_change = 0
		WHERE a.concert_schedule_id = drifting_id AND abs(a.available_change::bigint) > 100000000;


		seats_drift := 0;
		available_drift := 0;
		repairs := '[]';
		FOR drift IN SELECT * FROM concert_booking.availability_drift(ARRAY[drifting_id]) LOOP
			CASE drift.measure
				WHEN 'total_seats' THEN
					seats_drift := drift.counted - drift.stored;
				WHEN 'available_seats' THEN
					available_drift := drift.counted - drift.stored;
				WHEN 'is_sold_out' THEN
					NULL;			/* follows from the two */
				WHEN 'lowest_price' THEN
					UPDATE concert_booking.concert_schedules cs
					SET lowest_price = drift.counted WHERE cs.id = drifting_id;
				WHEN 'seat_count' THEN
					DELETE FROM concert_booking.schedule_prices sp
					WHERE (sp.concert_schedule_id, sp.seat_grade, sp.price)
						= (drifting_id, drift.seat_grade, drift.price);
					INSERT INTO concert_booking.schedule_prices
						(concert_schedule_id, seat_grade, price, seat_count)
					SELECT drifting_id, drift.seat_grade, drift.price, drift.counted
					WHERE drift.counted > 0;
			END CASE;
			repairs := repairs || jsonb_build_array(to_jsonb(drift) - 'schedule_id');
			schedule_id := drifting_id;
			measure := drift.measure;
			seat_grade := drift.seat_grade;
			price := drift.price;
			stored := drift.stored;
			counted := drift.counted;
			RETURN NEXT;
		END LOOP;
		CONTINUE WHEN repairs = '[]';

		PERFORM concert_booking.fold_availability(drifting_id, seats_drift::integer, available_drift::integer);
		PERFORM concert_booking.log_event('availability_reconciled', drifting_id, 0,
			jsonb_build_object('repairs', repairs));
	END LOOP;
END
$fn$;
COMMENT ON FUNCTION concert_booking.reconcile_availability(uuid) IS
	'Recount a schedule''s seats, or all, and repair what differs.
Returns one row for each figure that was wrong: none is expected. Safe while tickets are sold.';
