/*
 * Seats, and what follows from them. Triggers keep true what is derived from the
 * seats of a schedule: their order, its totals and prices, the version of its
 * layout.
 */

/*
 * define_seats() - the table seats and what belongs to it. Internal: see
 * table_parts().
 *
 * Law 6: no index names status, hold_expires_at or updated_at, which a sale
 * changes.
 */
CREATE FUNCTION concert_booking.define_seats()
RETURNS TABLE (kind text, table_name text, name text, definition text, comment text)
LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	RETURN QUERY
	VALUES
	/*
	 * What a sale changes stands together, right behind the keys of fixed width:
	 * a poll reads the status without walking past texts, and the WAL of an
	 * update holds these columns only.
	 */
	('table', 'seats', NULL, $table$
		CREATE TABLE concert_booking.seats (
			id uuid PRIMARY KEY,
			concert_schedule_id uuid NOT NULL REFERENCES concert_booking.concert_schedules (id) ON DELETE CASCADE,
			status text NOT NULL DEFAULT 'available',
			hold_expires_at timestamptz,
			updated_at timestamptz NOT NULL DEFAULT now(),
			seat_number varchar(20) NOT NULL,
			seat_grade varchar(20) NOT NULL,
			price integer NOT NULL,
			position_x integer,
			position_y integer,
			ordinal integer NOT NULL,
			section text,
			row_label text,
			seat_index integer,
			created_at timestamptz NOT NULL DEFAULT now(),
			CONSTRAINT unique_seat UNIQUE (concert_schedule_id, seat_number),
			CONSTRAINT unique_seat_ordinal UNIQUE (concert_schedule_id, ordinal),
			CONSTRAINT chk_seats_price CHECK (price >= 0),
			CONSTRAINT chk_seats_status CHECK (status IN ('available', 'temp_reserved', 'reserved', 'unavailable'))
		) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05)$table$,
	 'One numbered or standing place of one schedule.'),
	('column', 'seats', 'id', 'concert_booking.uuid_v7()', 'the seat'),
	('column', 'seats', 'concert_schedule_id', NULL, 'the schedule it is a place of'),
	('column', 'seats', 'seat_number', NULL, 'number as printed on the ticket, such as B-12'),
	('column', 'seats', 'seat_grade', NULL, 'grade, such as VIP, R or S'),
	('column', 'seats', 'price', NULL, 'price in won'),
	('column', 'seats', 'position_x', NULL, 'place on the plan, from left to right'),
	('column', 'seats', 'position_y', NULL, 'place on the plan, from front to back'),
	('column', 'seats', 'status', NULL, 'available, temp_reserved (held, or the hold has lapsed), reserved (sold) or unavailable (blocked)'),
	('column', 'seats', 'ordinal', NULL, 'place in the schedule''s seat order'),
	('column', 'seats', 'section', NULL, 'part of the hall'),
	('column', 'seats', 'row_label', NULL, 'row within the section'),
	('column', 'seats', 'seat_index', NULL, 'number within the row; null: no neighbours'),
	('column', 'seats', 'hold_expires_at', NULL, 'end of the hold on it; null: not held'),
	('constraint', 'seats', 'unique_seat', NULL, 'a number is one seat of a schedule'),
	('constraint', 'seats', 'unique_seat_ordinal', NULL, 'the seats of a schedule have one order'),
	('constraint', 'seats', 'chk_seats_price', NULL, 'a price is not negative'),
	('constraint', 'seats', 'chk_seats_status', NULL, 'the statuses there are'),
	('trigger', 'seats', 'update_seats_updated_at',
	 'BEFORE UPDATE ON concert_booking.seats FOR EACH ROW EXECUTE FUNCTION %I.moddatetime(''updated_at'')', NULL),
	('trigger', 'seats', 'fill_seat',
	 'BEFORE INSERT ON concert_booking.seats FOR EACH ROW WHEN (((new.ordinal IS NULL) OR (new.row_label IS NULL) OR (new.seat_index IS NULL))) EXECUTE FUNCTION concert_booking.fill_seat()', NULL),
	('trigger', 'seats', 'follow_seats_insert',
	 'AFTER INSERT ON concert_booking.seats REFERENCING NEW TABLE AS new_seats FOR EACH STATEMENT EXECUTE FUNCTION concert_booking.follow_seats_insert()', NULL),
	('trigger', 'seats', 'follow_seats_update',
	 'AFTER UPDATE ON concert_booking.seats REFERENCING OLD TABLE AS old_seats NEW TABLE AS new_seats FOR EACH STATEMENT EXECUTE FUNCTION concert_booking.follow_seats_update()', NULL),
	('trigger', 'seats', 'follow_seats_delete',
	 'AFTER DELETE ON concert_booking.seats REFERENCING OLD TABLE AS old_seats FOR EACH STATEMENT EXECUTE FUNCTION concert_booking.follow_seats_delete()', NULL),
	('trigger', 'seats', 'follow_layout_insert',
	 'AFTER INSERT ON concert_booking.seats REFERENCING NEW TABLE AS new_seats FOR EACH STATEMENT EXECUTE FUNCTION concert_booking.follow_layout()', NULL),
	('trigger', 'seats', 'follow_layout_update',
	 'AFTER UPDATE ON concert_booking.seats REFERENCING OLD TABLE AS old_seats NEW TABLE AS new_seats FOR EACH STATEMENT EXECUTE FUNCTION concert_booking.follow_layout()', NULL),
	('trigger', 'seats', 'follow_layout_delete',
	 'AFTER DELETE ON concert_booking.seats REFERENCING OLD TABLE AS old_seats FOR EACH STATEMENT EXECUTE FUNCTION concert_booking.follow_layout()', NULL);
END
$fn$;
COMMENT ON FUNCTION concert_booking.define_seats() IS
	'Internal: the table seats and what belongs to it.';

/*
 * split_seat_number(seat_number) - row and place of a seat by its number:
 * 'B-12' and 'B12' are row B, seat 12. Internal.
 *
 * Returns: row_label (the whole number where no figure ends it), seat_index
 * (null then). Tables written: none. Errors: none. No SET clause, so that it can
 * be inlined; its body is parsed once, when it is created.
 */
CREATE FUNCTION concert_booking.split_seat_number(seat_number text)
RETURNS TABLE (row_label text, seat_index integer)
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
	SELECT coalesce(p.parts[1], split_seat_number.seat_number), p.parts[2]::integer
	FROM (SELECT regexp_match(split_seat_number.seat_number, '^(.*?)[-_ ]?([0-9]{1,9})$') AS parts) p;
END;
COMMENT ON FUNCTION concert_booking.split_seat_number(text) IS
	'Internal: row and place of a seat by its number.';

/*
 * natural_ordinal(row_label, seat_index) - the place in the seat order of a
 * seat that nobody gave one: a thousand for the row, one for the seat. A-1 is
 * 1001, A-2 1002, A-10 1010, B-1 2001, AA-1 27001; rows by number count alike:
 * 7-12 is 7012, and 12 without a row is 12. So 'A-2' comes before 'A-10' whichever was inserted first.
 * Internal.
 *
 * Returns: integer, null where row and index are of another kind. Tables
 * written: none. Errors: none.
 */
CREATE FUNCTION concert_booking.natural_ordinal(row_label text, seat_index integer)
RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $fn$
	SELECT 1000 * CASE
			WHEN row_label = '' THEN 0
			WHEN row_label ~ '^[0-9]{1,6}$' THEN row_label::integer
			WHEN row_label ~ '^[A-Z]$' THEN ascii(row_label) - 64
			WHEN row_label ~ '^[A-Z]{2}$'
				THEN 26 * (ascii(row_label) - 64) + ascii(right(row_label, 1)) - 64
		END + seat_index
	WHERE seat_index BETWEEN 0 AND 999
$fn$;
COMMENT ON FUNCTION concert_booking.natural_ordinal(text, integer) IS
	'Internal: place in the seat order by row and index.';

/*
 * fill_seat() - ordinal, row_label and seat_index of a seat inserted without
 * them: 'B-12' and 'B12' are row B, seat 12. The ordinal is the natural one, so
 * that seats inserted by hand in any order come in theirs; where there is none
 * or it is taken, the seat comes last. Trigger, BEFORE INSERT ON seats.
 */
CREATE FUNCTION concert_booking.fill_seat()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	SELECT coalesce(NEW.row_label, p.row_label), coalesce(NEW.seat_index, p.seat_index)
	INTO NEW.row_label, NEW.seat_index
	FROM concert_booking.split_seat_number(NEW.seat_number) p;
	IF NEW.ordinal IS NOT NULL THEN
		RETURN NEW;
	END IF;
	IF NEW.section IS NULL THEN
		NEW.ordinal := concert_booking.natural_ordinal(NEW.row_label, NEW.seat_index);
	END IF;
	IF NEW.ordinal IS NULL
	   OR EXISTS (SELECT FROM concert_booking.seats s
				  WHERE s.concert_schedule_id = NEW.concert_schedule_id AND s.ordinal = NEW.ordinal) THEN
		SELECT coalesce(max(s.ordinal), 0) + 1 INTO NEW.ordinal
		FROM concert_booking.seats s
		WHERE s.concert_schedule_id = NEW.concert_schedule_id;
	END IF;
	RETURN NEW;
END
$fn$;
COMMENT ON FUNCTION concert_booking.fill_seat() IS
	'Trigger: row, index and place of a seat inserted by hand.';

/*
 * follow_seats_insert(), follow_seats_update(), follow_seats_delete() - keep
 * totals, availability and schedule_prices true under hand-written statements.
 * Statement triggers AFTER INSERT, UPDATE, DELETE ON seats; the C commands do
 * not fire them, they account for their own changes.
 *
 * Locking: the schedules' rows, by ascending id, before their prices. They are
 * waited for, unlike in a sale: a statement of the owner must leave the totals
 * exact.
 */
CREATE FUNCTION concert_booking.follow_seats_insert()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	PERFORM concert_booking.fold_availability(d.concert_schedule_id,
		d.seats_change::integer, d.available_change::integer)
	FROM (SELECT n.concert_schedule_id, count(*) AS seats_change,
				 count(*) FILTER (WHERE n.status IN ('available', 'temp_reserved')) AS available_change
		  FROM new_seats n GROUP BY 1 ORDER BY 1) d;

	INSERT INTO concert_booking.schedule_prices AS p
		(concert_schedule_id, seat_grade, price, seat_count)
	SELECT n.concert_schedule_id, n.seat_grade, n.price, count(*)
	FROM new_seats n
	GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
	ON CONFLICT (concert_schedule_id, seat_grade, price)
	DO UPDATE SET seat_count = p.seat_count + excluded.seat_count;
	RETURN NULL;
END
$fn$;
COMMENT ON FUNCTION concert_booking.follow_seats_insert() IS
	'Trigger: totals and prices of a schedule after seats were inserted.';

CREATE FUNCTION concert_booking.follow_seats_update()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
DECLARE
	is_own boolean := concert_booking.is_own_write();
BEGIN
	IF is_own AND (NOT concert_booking.own_write_may_differ() OR NOT EXISTS (
			SELECT n.id, n.concert_schedule_id, n.seat_grade, n.price FROM new_seats n
			EXCEPT SELECT o.id, o.concert_schedule_id, o.seat_grade, o.price FROM old_seats o)) THEN
		RETURN NULL;
	END IF;

	/*
	 * A change of price or grade moves no total, but locks the schedule as well.
	 * The commands count for themselves what their own statement sold.
	 */
	PERFORM concert_booking.fold_availability(d.concert_schedule_id,
		d.seats_change::integer, CASE WHEN is_own THEN 0 ELSE d.available_change END::integer)
	FROM (SELECT c.concert_schedule_id, sum(c.seats_change) AS seats_change,
				 sum(c.available_change) AS available_change
		  FROM (SELECT x.concert_schedule_id, sum(x.sign) AS seats_change,
					   coalesce(sum(x.sign) FILTER (WHERE x.status IN ('available', 'temp_reserved')), 0) AS available_change
				FROM (SELECT n.concert_schedule_id, n.seat_grade, n.price, n.status, 1 AS sign FROM new_seats n
					  UNION ALL
					  SELECT o.concert_schedule_id, o.seat_grade, o.price, o.status, -1 FROM old_seats o) x
				GROUP BY x.concert_schedule_id, x.seat_grade, x.price) c
		  WHERE c.seats_change <> 0 OR c.available_change <> 0
		  GROUP BY 1 ORDER BY 1) d;

	INSERT INTO concert_booking.schedule_prices AS p
		(concert_schedule_id, seat_grade, price, seat_count)
	SELECT d.concert_schedule_id, d.seat_grade, d.price, d.seats_change
	FROM (SELECT x.concert_schedule_id, x.seat_grade, x.price, sum(x.sign) AS seats_change
		  FROM (SELECT n.concert_schedule_id, n.seat_grade, n.price, 1 AS sign FROM new_seats n
				UNION ALL
				SELECT o.concert_schedule_id, o.seat_grade, o.price, -1 FROM old_seats o) x
		  GROUP BY 1, 2, 3 HAVING sum(x.sign) <> 0) d
	ORDER BY 1, 2, 3
	ON CONFLICT (concert_schedule_id, seat_grade, price)
	DO UPDATE SET seat_count = p.seat_count + excluded.seat_count;
	DELETE FROM concert_booking.schedule_prices p
	USING (SELECT DISTINCT o.concert_schedule_id FROM old_seats o) o
	WHERE p.concert_schedule_id = o.concert_schedule_id AND p.seat_count = 0;

	/*
	 * A hold goes where its seat goes. This plan and the next are those of the
	 * session's first statement, which may have changed no row at all: a join of
	 * old and new rows would compare each with each ever after. EXCEPT and a full
	 * join cannot.
	 */
	UPDATE concert_booking.temp_reservations h
	SET concert_schedule_id = m.concert_schedule_id
	FROM (SELECT n.id, n.concert_schedule_id FROM new_seats n
		  EXCEPT SELECT o.id, o.concert_schedule_id FROM old_seats o) m
	WHERE h.seat_id = m.id;

	IF NOT is_own AND coalesce(nullif(current_setting('concert_booking.notify_seat_changes', true), ''), 'off')::boolean THEN
		PERFORM concert_booking.announce_seats(n.concert_schedule_id,
			array_agg(n.ordinal ORDER BY n.ordinal), array_agg(n.status ORDER BY n.ordinal))
		FROM new_seats n
		FULL JOIN old_seats o ON o.id = n.id
		WHERE n.status IS DISTINCT FROM o.status
		GROUP BY n.concert_schedule_id HAVING count(n.id) > 0
		ORDER BY n.concert_schedule_id;
	END IF;
	RETURN NULL;
END
$fn$;
COMMENT ON FUNCTION concert_booking.follow_seats_update() IS
	'Trigger: totals and prices of a schedule after seats were changed by hand.';

CREATE FUNCTION concert_booking.follow_seats_delete()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	PERFORM concert_booking.fold_availability(d.concert_schedule_id,
		-d.seats_gone::integer, -d.available_gone::integer)
	FROM (SELECT o.concert_schedule_id, count(*) AS seats_gone,
				 count(*) FILTER (WHERE o.status IN ('available', 'temp_reserved')) AS available_gone
		  FROM old_seats o GROUP BY 1 ORDER BY 1) d;

	UPDATE concert_booking.schedule_prices p
	SET seat_count = p.seat_count - d.seats_gone
	FROM (SELECT o.concert_schedule_id, o.seat_grade, o.price, count(*) AS seats_gone
		  FROM old_seats o GROUP BY 1, 2, 3) d
	WHERE (p.concert_schedule_id, p.seat_grade, p.price)
		= (d.concert_schedule_id, d.seat_grade, d.price);
	DELETE FROM concert_booking.schedule_prices p
	USING (SELECT DISTINCT o.concert_schedule_id FROM old_seats o) o
	WHERE p.concert_schedule_id = o.concert_schedule_id AND p.seat_count = 0;
	RETURN NULL;
END
$fn$;
COMMENT ON FUNCTION concert_booking.follow_seats_delete() IS
	'Trigger: totals and prices of a schedule after seats were deleted.';

/*
 * follow_layout() - concert_schedules.layout_version, which tells a client that
 * the seat plan it has loaded is no longer the plan. Statement trigger AFTER
 * INSERT, UPDATE, DELETE ON seats.
 *
 * Sales do not change the layout; the C commands do not fire it, or (on a table that
 * its owner has changed) change it only if a trigger of the owner's does.
 */
CREATE FUNCTION concert_booking.follow_layout()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
DECLARE
	schedule_ids uuid[];
BEGIN
	IF TG_OP = 'INSERT' THEN
		schedule_ids := ARRAY(SELECT DISTINCT n.concert_schedule_id FROM new_seats n);
	ELSIF TG_OP = 'DELETE' THEN
		schedule_ids := ARRAY(SELECT DISTINCT o.concert_schedule_id FROM old_seats o);
	ELSIF concert_booking.is_own_write() AND NOT concert_booking.own_write_may_differ() THEN
		RETURN NULL;
	ELSE
		schedule_ids := ARRAY(
			SELECT unnest(ARRAY[o.concert_schedule_id, n.concert_schedule_id])
			FROM old_seats o
			FULL JOIN new_seats n ON n.id = o.id
			WHERE (o.id, o.concert_schedule_id, o.seat_number, o.seat_grade, o.price, o.position_x,
				   o.position_y, o.ordinal, o.section, o.row_label, o.seat_index)
				IS DISTINCT FROM
				  (n.id, n.concert_schedule_id, n.seat_number, n.seat_grade, n.price, n.position_x,
				   n.position_y, n.ordinal, n.section, n.row_label, n.seat_index));
	END IF;
	PERFORM FROM concert_booking.concert_schedules cs
	WHERE cs.id = ANY (schedule_ids) ORDER BY cs.id FOR NO KEY UPDATE;
	UPDATE concert_booking.concert_schedules cs
	SET layout_version = cs.layout_version + 1
	WHERE cs.id = ANY (schedule_ids);
	RETURN NULL;
END
$fn$;
COMMENT ON FUNCTION concert_booking.follow_layout() IS
	'Trigger: layout_version of a schedule after its seat plan has changed.';
