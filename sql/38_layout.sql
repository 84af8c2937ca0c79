/*
 * The layout of a schedule: which seats there are, in which order, and what
 * they cost. Triggers keep what is derived from it.
 */

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
 * follow_prices() - concert_schedules.lowest_price, after a price of a schedule
 * has appeared or gone. Statement trigger AFTER INSERT, DELETE ON
 * schedule_prices.
 *
 * Locking: each schedule's row before its prices are read, so that of two
 * transactions the second one sees what the first one added.
 */
CREATE FUNCTION concert_booking.follow_prices()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
DECLARE
	schedule_id uuid;
	lowest integer;
BEGIN
	FOR schedule_id IN
		SELECT DISTINCT p.concert_schedule_id FROM changed_prices p ORDER BY 1
	LOOP
		PERFORM FROM concert_booking.concert_schedules cs
		WHERE cs.id = schedule_id FOR NO KEY UPDATE;
		SELECT min(p.price) INTO lowest
		FROM concert_booking.schedule_prices p
		WHERE p.concert_schedule_id = schedule_id AND p.seat_count > 0;
		UPDATE concert_booking.concert_schedules cs SET lowest_price = lowest
		WHERE cs.id = schedule_id AND cs.lowest_price IS DISTINCT FROM lowest;
	END LOOP;
	RETURN NULL;
END
$fn$;
COMMENT ON FUNCTION concert_booking.follow_prices() IS
	'Trigger: lowest_price of a schedule after its prices have changed.';

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
