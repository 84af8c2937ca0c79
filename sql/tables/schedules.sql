/*
 * define_schedules() - the table concert_schedules and what belongs to it.
 * Internal: see table_parts().
 */
CREATE FUNCTION concert_booking.define_schedules()
RETURNS TABLE (kind text, table_name text, name text, definition text, comment text)
LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	RETURN QUERY
	VALUES
	('table', 'concert_schedules', NULL, $table$
		CREATE TABLE concert_booking.concert_schedules (
			id uuid PRIMARY KEY,
			concert_id uuid NOT NULL REFERENCES concert_booking.concerts (id) ON DELETE CASCADE,
			concert_date date NOT NULL,
			concert_time time NOT NULL,
			starts_at timestamptz NOT NULL,
			total_seats integer NOT NULL DEFAULT 0,
			available_seats integer NOT NULL DEFAULT 0,
			is_sold_out boolean NOT NULL DEFAULT false,
			lowest_price integer,
			layout_version integer NOT NULL DEFAULT 1,
			is_booking_open boolean NOT NULL DEFAULT true,
			booking_opens_at timestamptz,
			booking_closes_at timestamptz,
			hold_duration interval,
			max_seats_per_booker smallint,
			cancel_until interval,
			created_at timestamptz NOT NULL DEFAULT now(),
			updated_at timestamptz NOT NULL DEFAULT now(),
			payment_required boolean NOT NULL DEFAULT false,
			payment_window interval,
			refund_ladder jsonb,
			status text NOT NULL DEFAULT 'scheduled',
			status_changed_at timestamptz,
			previous_starts_at timestamptz,
			concert_created_at timestamptz NOT NULL,
			CONSTRAINT unique_concert_schedule UNIQUE (concert_id, concert_date, concert_time),
			CONSTRAINT chk_available_seats CHECK (available_seats >= 0 AND available_seats <= total_seats),
			CONSTRAINT chk_concert_schedules_window CHECK (booking_opens_at < booking_closes_at),
			CONSTRAINT chk_concert_schedules_max_seats CHECK (max_seats_per_booker > 0),
			CONSTRAINT chk_concert_schedules_status CHECK (status IN ('scheduled', 'postponed', 'cancelled'))
		) WITH (fillfactor = 50)$table$,
	 'One performance of a concert, at one date and time. Its totals follow its seats.'),
	('column', 'concert_schedules', 'id', 'concert_booking.uuid_v7()', 'the schedule'),
	('column', 'concert_schedules', 'concert_id', NULL, 'what is performed'),
	('column', 'concert_schedules', 'concert_date', NULL, 'date, local to the venue'),
	('column', 'concert_schedules', 'concert_time', NULL, 'time of day, local to the venue'),
	('column', 'concert_schedules', 'starts_at', NULL, 'the instant of date and time in the venue''s zone, kept by a trigger'),
	('column', 'concert_schedules', 'total_seats', NULL, 'number of seats, kept by triggers on seats'),
	('column', 'concert_schedules', 'available_seats', NULL, 'seats neither sold nor blocked, holds included, as of the last fold; schedule_availability is exact'),
	('column', 'concert_schedules', 'is_sold_out', NULL, 'no seat is available, as of the last fold'),
	('column', 'concert_schedules', 'lowest_price', NULL, 'lowest price in won among the seats, kept by triggers; null: no seats'),
	('column', 'concert_schedules', 'layout_version', NULL, 'rises when the seat plan changes, kept by triggers'),
	('column', 'concert_schedules', 'is_booking_open', NULL, 'false: nobody can hold or book'),
	('column', 'concert_schedules', 'booking_opens_at', NULL, 'booking begins; null: at once'),
	('column', 'concert_schedules', 'booking_closes_at', NULL, 'booking ends; null: at the start'),
	('column', 'concert_schedules', 'hold_duration', NULL, 'term of a hold; null: the setting concert_booking.hold_duration'),
	('column', 'concert_schedules', 'max_seats_per_booker', NULL, 'most seats that one booker may hold and own; null: no limit'),
	('column', 'concert_schedules', 'cancel_until', NULL, 'how long before the start cancelling ends; null: the setting concert_booking.cancel_until'),
	('column', 'concert_schedules', 'payment_required', NULL, 'true: seats are sold by begin_payment() and confirm_payment() only, except by staff'),
	('column', 'concert_schedules', 'payment_window', NULL, 'how long seats are kept for a payment; null: the setting concert_booking.payment_window'),
	('column', 'concert_schedules', 'refund_ladder', NULL, 'what of a seat''s price comes back, by the hours left to the start: {"steps": [{"hours": 24, "percent": 50}], "fee": 1000}; null: all of it'),
	('column', 'concert_schedules', 'status', NULL, 'scheduled, postponed (it was moved, and is sold at its new date) or cancelled; changed by postpone_schedule(), cancel_schedule(), reinstate_schedule()'),
	('column', 'concert_schedules', 'status_changed_at', NULL, 'when it was last postponed, cancelled or reinstated; null: never'),
	('column', 'concert_schedules', 'previous_starts_at', NULL, 'the start before it was last postponed; null: never'),
	('column', 'concert_schedules', 'concert_created_at', NULL, 'when the concert was made, copied by triggers: search walks along it with dates'),
	('constraint', 'concert_schedules', 'unique_concert_schedule', NULL, 'a concert begins once at a time'),
	('constraint', 'concert_schedules', 'chk_available_seats', NULL, 'no more seats are available than there are'),
	('constraint', 'concert_schedules', 'chk_concert_schedules_window', NULL, 'booking opens before it closes'),
	('constraint', 'concert_schedules', 'chk_concert_schedules_hold_bounds', NULL, 'a term is positive, at most a year, and no part of it is negative'),
	('constraint', 'concert_schedules', 'chk_concert_schedules_max_seats', NULL, 'a limit is positive'),
	('constraint', 'concert_schedules', 'chk_concert_schedules_status', NULL, 'the statuses there are'),
	('constraint', 'concert_schedules', 'chk_concert_schedules_cancel_bounds', NULL, 'a cut-off is not after the start, at most a hundred years before, and no part of it is negative'),
	('constraint', 'concert_schedules', 'chk_concert_schedules_payment_bounds', NULL, 'a payment window is positive, at most a year, and no part of it is negative'),
	('index', 'concert_schedules', 'idx_concert_schedules_date_concert',
	 'CREATE INDEX idx_concert_schedules_date_concert ON concert_booking.concert_schedules (concert_date, concert_id DESC)',
	 'Schedules of a range of dates; earliest concerts first.'),
	('index', 'concert_schedules', 'idx_concert_schedules_created_date',
	 'CREATE INDEX idx_concert_schedules_created_date ON concert_booking.concert_schedules (concert_created_at, concert_id, concert_date)',
	 'Schedules of the newest concerts first, with their dates.'),
	('index', 'concert_schedules', 'idx_concert_schedules_price',
	 'CREATE INDEX idx_concert_schedules_price ON concert_booking.concert_schedules (lowest_price, concert_id DESC, concert_date) WHERE lowest_price IS NOT NULL AND status <> ''cancelled''',
	 'Cheapest concerts first.'),
	('index', 'concert_schedules', 'idx_concert_schedules_starts_at',
	 'CREATE INDEX idx_concert_schedules_starts_at ON concert_booking.concert_schedules (starts_at)',
	 'Schedules from an instant on.'),
	('index', 'concert_schedules', 'idx_concert_schedules_concert_start',
	 'CREATE INDEX idx_concert_schedules_concert_start ON concert_booking.concert_schedules (concert_id, starts_at)',
	 'The schedules of a concert from an instant on.'),
	('index', 'concert_schedules', 'idx_concert_schedules_opens_at',
	 'CREATE INDEX idx_concert_schedules_opens_at ON concert_booking.concert_schedules (booking_opens_at) WHERE booking_opens_at IS NOT NULL',
	 'The next opening of a sale.'),
	('index', 'concert_schedules', 'idx_concert_schedules_closes_at',
	 'CREATE INDEX idx_concert_schedules_closes_at ON concert_booking.concert_schedules (booking_closes_at) WHERE booking_closes_at IS NOT NULL',
	 'The next end of a sale.'),
	('trigger', 'concert_schedules', 'update_concert_schedules_updated_at',
	 'BEFORE UPDATE ON concert_booking.concert_schedules FOR EACH ROW EXECUTE FUNCTION %I.moddatetime(''updated_at'')', NULL),
	('trigger', 'concert_schedules', 'start_totals',
	 'BEFORE INSERT ON concert_booking.concert_schedules FOR EACH ROW WHEN (((new.total_seats <> 0) OR (new.available_seats <> 0) OR new.is_sold_out)) EXECUTE FUNCTION concert_booking.start_totals()', NULL),
	('trigger', 'concert_schedules', 'check_refund_ladder',
	 'BEFORE INSERT OR UPDATE OF refund_ladder ON concert_booking.concert_schedules FOR EACH ROW WHEN ((new.refund_ladder IS NOT NULL)) EXECUTE FUNCTION concert_booking.check_refund_ladder()', NULL),
	('trigger', 'concert_schedules', 'fill_schedule_start',
	 'BEFORE INSERT OR UPDATE OF concert_id, concert_date, concert_time, starts_at, concert_created_at ON concert_booking.concert_schedules FOR EACH ROW EXECUTE FUNCTION concert_booking.fill_schedule_start()', NULL),
	('trigger', 'concert_schedules', 'move_prices',
	 'AFTER UPDATE OF concert_id ON concert_booking.concert_schedules FOR EACH ROW WHEN ((old.concert_id <> new.concert_id)) EXECUTE FUNCTION concert_booking.move_prices()', NULL),
	('trigger', 'concert_schedules', 'refuse_move',
	 'BEFORE UPDATE OF concert_date, concert_time ON concert_booking.concert_schedules FOR EACH ROW WHEN ((((old.concert_date <> new.concert_date) OR (old.concert_time <> new.concert_time)) AND (NOT (old.status_changed_at IS DISTINCT FROM new.status_changed_at)))) EXECUTE FUNCTION concert_booking.refuse_move()', NULL);
END
$fn$;
COMMENT ON FUNCTION concert_booking.define_schedules() IS
	'Internal: the table concert_schedules and what belongs to it.';

/*
 * start_totals() - a schedule begins without seats. Trigger, BEFORE INSERT ON
 * concert_schedules WHEN totals are given.
 *
 * The totals follow the seats: a statement that announces 100 seats and then
 * inserts them would count them twice.
 */
CREATE FUNCTION concert_booking.start_totals()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	NEW.total_seats := 0;
	NEW.available_seats := 0;
	NEW.is_sold_out := false;
	RETURN NEW;
END
$fn$;
COMMENT ON FUNCTION concert_booking.start_totals() IS
	'Trigger: a schedule begins without seats; its totals follow them.';

/*
 * fill_schedule_start() - starts_at from concert_date and concert_time in the
 * venue's time zone, and concert_created_at from the concert. Trigger, BEFORE INSERT OR
 * UPDATE ON concert_schedules.
 *
 * A concert whose time is changed by hand does not wait for who inserts a schedule of it
 * just then, because only a lock that sales' popularity waits for would do that:
 * check_integrity() finds such a schedule.
 *
 * Where a subscription brings the concerts, one that was made a moment ago may not
 * be here yet: it is waited for, no longer than concert_booking.lock_wait. And an id
 * that somebody has chosen has to lead back to this server. These are no triggers of
 * their own, because sales write into a table with more triggers than ours by the
 * long way. Errors: 22023 (id).
 */
CREATE FUNCTION concert_booking.fill_schedule_start()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
DECLARE
	waits_until timestamptz;
	concert_made_at timestamptz;
	is_found boolean;
BEGIN
	IF TG_OP = 'INSERT' AND concert_booking.comes_from_elsewhere('concerts')
	   AND concert_booking.shard_of(NEW.id) <> current_setting('concert_booking.shard')::integer THEN
		PERFORM concert_booking.refuse_value('id', 'Leave it out, or take one of uuid_v7() of this server: calls find it by its number.');
	END IF;
	LOOP
		SELECT (NEW.concert_date + NEW.concert_time) AT TIME ZONE v.timezone, c.created_at
		INTO NEW.starts_at, concert_made_at
		FROM concert_booking.concerts c
		JOIN concert_booking.venues v ON v.id = c.venue_id
		WHERE c.id = NEW.concert_id;
		is_found := FOUND;
		EXIT WHEN is_found;
		waits_until := coalesce(waits_until, CASE
			/* the stricter levels would not see it come */
			WHEN current_setting('transaction_isolation') = 'read committed' AND concert_booking.comes_from_elsewhere('concerts')
			THEN clock_timestamp() + make_interval(secs => (
				SELECT coalesce(nullif(s.setting::integer, 0), 5000) / 1000.0 FROM pg_settings s WHERE s.name = 'concert_booking.lock_wait'))
			ELSE '-infinity' END);
		EXIT WHEN clock_timestamp() >= waits_until;
		PERFORM pg_sleep(0.002);
	END LOOP;
	IF NOT is_found THEN
		/* Any instant: the foreign key is about to say what is wrong. */
		NEW.starts_at := now();
		concert_made_at := now();
	END IF;
	/* tables of 0.1 have none */
	IF concert_booking.has_column('concert_schedules', 'concert_created_at') THEN
		NEW.concert_created_at := concert_made_at;
	END IF;
	RETURN NEW;
END
$fn$;
COMMENT ON FUNCTION concert_booking.fill_schedule_start() IS
	'Trigger: keeps concert_schedules.starts_at true to date, time and the venue''s time zone, and concert_created_at to the concert.';

/*
 * move_prices() - the prices' concert_id, where the schedule has gone to another
 * concert. Trigger, AFTER UPDATE OF concert_id ON concert_schedules WHEN it changes:
 * only then is it known that no other trigger keeps the schedule where it is.
 *
 * The row is locked: prices that come after this see it.
 */
CREATE FUNCTION concert_booking.move_prices()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	IF concert_booking.has_column('schedule_prices', 'concert_id') THEN
		UPDATE concert_booking.schedule_prices p SET concert_id = cs.concert_id
		FROM concert_booking.concert_schedules cs
		WHERE cs.id = NEW.id AND p.concert_schedule_id = cs.id AND p.concert_id IS DISTINCT FROM cs.concert_id;
	END IF;
	RETURN NULL;
END
$fn$;
COMMENT ON FUNCTION concert_booking.move_prices() IS
	'Trigger: keeps schedule_prices.concert_id true to the schedule.';

/*
 * refuse_booked(schedule_id, hint) - PT409 where somebody has booked the schedule, or
 * is paying for it. Internal: a step of still_unbooked().
 */
CREATE FUNCTION concert_booking.refuse_booked(schedule_id uuid, hint text)
RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $fn$
BEGIN
	IF EXISTS (SELECT FROM concert_booking.bookings b
			   WHERE b.concert_schedule_id = schedule_id
				 AND concert_booking.booking_status(b.status, b.pay_by, concert_booking.clock()) IN ('pending', 'confirmed')) THEN
		PERFORM concert_booking.refuse('PT409', 'schedule has bookings',
			jsonb_build_object('reason', 'has_bookings', 'concert_schedule_id', schedule_id)::text,
			hint);
	END IF;
END
$fn$;
COMMENT ON FUNCTION concert_booking.refuse_booked(uuid, text) IS
	'Internal: refuse to move a schedule that somebody has booked (PT409).';

/*
 * still_unbooked(schedule_id, hint) - a schedule that is about to be moved has no
 * bookings, and gets none until the commit. Internal.
 *
 * A booking is made under the locks of its seats. So all seats are locked, without
 * waiting, because the schedule's row is locked already, or shall be after this, and
 * sales lock it last.
 * Returns: nothing. Tables written: seats. Errors: PT409 (DETAIL: reason has_bookings;
 * or schedule_changing: run again), 27000.
 */
CREATE FUNCTION concert_booking.still_unbooked(schedule_id uuid, hint text)
RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $fn$
BEGIN
	PERFORM concert_booking.refuse_booked(schedule_id, hint);
	BEGIN
		PERFORM FROM concert_booking.seats s
		WHERE s.concert_schedule_id = schedule_id ORDER BY s.id FOR NO KEY UPDATE NOWAIT;
	EXCEPTION WHEN lock_not_available THEN
		PERFORM concert_booking.refuse_changing(schedule_id);
	END;
	PERFORM concert_booking.refuse_booked(schedule_id, hint);
	PERFORM concert_booking.touch_seats(schedule_id);
END
$fn$;
COMMENT ON FUNCTION concert_booking.still_unbooked(uuid, text) IS
	'Internal: refuse to move a schedule that somebody has booked, and keep sales away.';

/*
 * refuse_move() - a schedule that was booked is moved by postpone_schedule(), which
 * says whom to tell. Trigger, BEFORE UPDATE OF concert_date, concert_time ON
 * concert_schedules WHEN one of them changes and status_changed_at does not.
 * Errors: as still_unbooked().
 */
CREATE FUNCTION concert_booking.refuse_move()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	PERFORM concert_booking.still_unbooked(OLD.id, 'Call postpone_schedule(), which moves the bookings along.');
	RETURN NEW;
END
$fn$;
COMMENT ON FUNCTION concert_booking.refuse_move() IS
	'Trigger: a schedule with bookings that stand is moved by postpone_schedule() only.';

/*
 * refresh_schedule_starts() - starts_at and concert_created_at of existing schedules
 * after a venue's time zone, a concert's venue or its created_at has changed. Trigger, AFTER UPDATE ON venues
 * and ON concerts.
 *
 * It moves performances. The tables' owner corrects a zone that was wrong, whoever has
 * booked; anybody else moves those only that nobody has booked, as in refuse_move().
 * Errors: as still_unbooked().
 */
CREATE FUNCTION concert_booking.refresh_schedule_starts()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $fn$
BEGIN
	PERFORM concert_booking.still_unbooked(moved.id,
		'The performance would begin at another time. Call postpone_schedule(); a wrong time zone is corrected by the owner of the tables.')
	FROM (SELECT cs.id
		  FROM concert_booking.concert_schedules cs
		  JOIN concert_booking.concerts c ON c.id = cs.concert_id
		  JOIN concert_booking.venues v ON v.id = c.venue_id
		  WHERE NEW.id = CASE TG_TABLE_NAME WHEN 'venues' THEN v.id ELSE c.id END
			AND cs.starts_at <> (cs.concert_date + cs.concert_time) AT TIME ZONE v.timezone
			AND NOT pg_has_role(concert_booking.acting_role(),
				(SELECT t.relowner FROM pg_class t WHERE t.oid = TG_RELID), 'MEMBER')
		  ORDER BY cs.id) moved;

	IF TG_TABLE_NAME = 'venues' THEN
		UPDATE concert_booking.concert_schedules cs
		SET starts_at = cs.starts_at
		FROM concert_booking.concerts c
		WHERE c.id = cs.concert_id AND c.venue_id = NEW.id;
	ELSE
		UPDATE concert_booking.concert_schedules cs
		SET starts_at = cs.starts_at
		WHERE cs.concert_id = NEW.id;
	END IF;
	RETURN NULL;
END
$fn$;
COMMENT ON FUNCTION concert_booking.refresh_schedule_starts() IS
	'Trigger: recomputes starts_at when a time zone or a venue changes, and concert_created_at when that of the concert does.';

/*
 * wanted_bounds() - the bounds of hold_duration and cancel_until, in place of
 * those of 0.1, which took 300,000 years, and of payment_window. Internal.
 *
 * Each part of an interval is looked at, because their sum says little: '1 month
 * -29 days' is longer than nothing, and ends in February before it began.
 * src/schedule.c has the same bounds.
 * Returns: for each constraint its name, that of 0.1 (null: there was none), the
 * column, the condition, and whether it is validated (null: it is not there).
 */
CREATE FUNCTION concert_booking.wanted_bounds()
RETURNS TABLE (name text, old_name text, column_name text, condition text, is_valid boolean)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
	SELECT b.name, b.old_name, b.column_name,
		   format('%1$s AND least(extract(year FROM %2$I), extract(month FROM %2$I), extract(day FROM %2$I),'
				  || ' extract(hour FROM %2$I), extract(minute FROM %2$I), extract(second FROM %2$I)) >= 0',
				  b.bounds, b.column_name),
		   c.convalidated
	FROM (VALUES
		('chk_concert_schedules_hold_bounds', 'chk_concert_schedules_hold_duration', 'hold_duration',
		 'hold_duration > interval ''0'' AND hold_duration <= interval ''1 year'''),
		('chk_concert_schedules_cancel_bounds', 'chk_concert_schedules_cancel_until', 'cancel_until',
		 'cancel_until >= interval ''0'' AND cancel_until <= interval ''100 years'''),
		('chk_concert_schedules_payment_bounds', NULL, 'payment_window',
		 'payment_window > interval ''0'' AND payment_window <= interval ''1 year'''))
		AS b (name, old_name, column_name, bounds)
	LEFT JOIN pg_constraint c
		ON c.conrelid = 'concert_booking.concert_schedules'::regclass AND c.conname = b.name
$fn$;
COMMENT ON FUNCTION concert_booking.wanted_bounds() IS
	'Internal: the bounds of a schedule''s durations, and whether they are there.';

/*
 * add_bounds() - those constraints where they are missing, not validated.
 * Internal: a step of create_tables().
 *
 * Locking: ACCESS EXCLUSIVE on concert_schedules, which migrate_tables() has
 * taken where it is an old one.
 * Returns: nothing. Tables written: definitions only. Errors: none.
 */
CREATE FUNCTION concert_booking.add_bounds()
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET client_min_messages = warning
AS $fn$
DECLARE
	wanted record;
BEGIN
	FOR wanted IN SELECT b.* FROM concert_booking.wanted_bounds() b WHERE b.is_valid IS NULL LOOP
		EXECUTE format('ALTER TABLE concert_booking.concert_schedules %s ADD CONSTRAINT %I CHECK (%s) NOT VALID',
					   'DROP CONSTRAINT IF EXISTS ' || quote_ident(wanted.old_name) || ',',
					   wanted.name, wanted.condition);
	END LOOP;
END
$fn$;
COMMENT ON FUNCTION concert_booking.add_bounds() IS
	'Internal: the bounds of a schedule''s durations where they are missing.';

/*
 * validate_bounds() - validates the constraints of add_bounds() where every
 * schedule keeps them. Internal: a step of create_tables() and of run_upkeep().
 *
 * Schedules that are out of bounds do not make it fail: a WARNING says how many,
 * the constraint stays unvalidated, and the calls on such a schedule refuse
 * (55000) until it is corrected.
 * Locking: SHARE UPDATE EXCLUSIVE on concert_schedules, which blocks no sale.
 * Returns: nothing. Tables written: definitions only. Errors: none.
 */
CREATE FUNCTION concert_booking.validate_bounds()
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET client_min_messages = warning
AS $fn$
DECLARE
	wanted record;
	wrong_count bigint;
BEGIN
	FOR wanted IN SELECT b.* FROM concert_booking.wanted_bounds() b WHERE NOT b.is_valid LOOP
		EXECUTE format('SELECT count(*) FROM concert_booking.concert_schedules WHERE NOT (%s)', wanted.condition)
		INTO wrong_count;
		IF wrong_count = 0 THEN
			EXECUTE format('ALTER TABLE concert_booking.concert_schedules VALIDATE CONSTRAINT %I', wanted.name);
		ELSE
			RAISE WARNING 'a duration of some schedules is out of range'
				USING DETAIL = format('The column is "%s", the number of schedules %s.', wanted.column_name, wrong_count),
					  HINT = 'hold_duration and payment_window are at most 1 year, cancel_until at most 100 years, and no part of them is negative.'
							 ' Correct them and run create_tables() again; the calls on such a schedule are refused until then.';
		END IF;
	END LOOP;
END
$fn$;
COMMENT ON FUNCTION concert_booking.validate_bounds() IS
	'Internal: validate the bounds of a schedule''s durations where every schedule keeps them.';
