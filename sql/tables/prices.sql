/*
 * define_prices() - the table schedule_prices and what belongs to it.
 * Internal: see table_parts().
 */
CREATE FUNCTION concert_booking.define_prices()
RETURNS TABLE (kind text, table_name text, name text, definition text, comment text)
LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	RETURN QUERY
	VALUES
	('table', 'schedule_prices', NULL, $table$
		CREATE TABLE concert_booking.schedule_prices (
			concert_schedule_id uuid NOT NULL REFERENCES concert_booking.concert_schedules (id) ON DELETE CASCADE,
			seat_grade varchar(20) NOT NULL,
			price integer NOT NULL,
			seat_count bigint NOT NULL,
			concert_id uuid NOT NULL,
			PRIMARY KEY (concert_schedule_id, seat_grade, price)
		)$table$,
	 'The distinct prices of a schedule, kept by triggers on seats: search reads them instead of every seat.'),
	('column', 'schedule_prices', 'concert_schedule_id', NULL, 'the schedule'),
	('column', 'schedule_prices', 'seat_grade', NULL, 'the grade'),
	('column', 'schedule_prices', 'price', NULL, 'price in won'),
	('column', 'schedule_prices', 'seat_count', NULL, 'number of seats of this grade and price'),
	('column', 'schedule_prices', 'concert_id', NULL, 'the concert of the schedule, kept by triggers: search walks over prices in their order'),
	('index', 'schedule_prices', 'idx_schedule_prices_price',
	 'CREATE INDEX idx_schedule_prices_price ON concert_booking.schedule_prices (price, concert_id DESC) INCLUDE (concert_schedule_id)',
	 'Concerts by the prices of their seats.'),
	('trigger', 'schedule_prices', 'fill_price',
	 'BEFORE INSERT OR UPDATE OF concert_schedule_id ON concert_booking.schedule_prices FOR EACH ROW EXECUTE FUNCTION concert_booking.fill_price()', NULL),
	('trigger', 'schedule_prices', 'follow_prices_insert',
	 'AFTER INSERT ON concert_booking.schedule_prices REFERENCING NEW TABLE AS changed_prices FOR EACH STATEMENT EXECUTE FUNCTION concert_booking.follow_prices()', NULL),
	('trigger', 'schedule_prices', 'follow_prices_delete',
	 'AFTER DELETE ON concert_booking.schedule_prices REFERENCING OLD TABLE AS changed_prices FOR EACH STATEMENT EXECUTE FUNCTION concert_booking.follow_prices()', NULL);
END
$fn$;
COMMENT ON FUNCTION concert_booking.define_prices() IS
	'Internal: the table schedule_prices and what belongs to it.';

/*
 * fill_price() - concert_id of a price, whoever writes the row. Trigger, BEFORE
 * INSERT OR UPDATE OF concert_schedule_id ON schedule_prices. Where the schedule goes
 * to another concert, move_prices() changes its prices.
 */
CREATE FUNCTION concert_booking.fill_price()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	SELECT cs.concert_id INTO NEW.concert_id
	FROM concert_booking.concert_schedules cs WHERE cs.id = NEW.concert_schedule_id;
	IF NOT FOUND THEN
		/* Any id: the foreign key is about to say what is wrong. */
		NEW.concert_id := NEW.concert_schedule_id;
	END IF;
	RETURN NEW;
END
$fn$;
COMMENT ON FUNCTION concert_booking.fill_price() IS
	'Trigger: keeps schedule_prices.concert_id true to the schedule.';

/*
 * prices_are_filled() - whether schedule_prices.concert_id tells of every row.
 * Internal. NOT NULL is the mark of it: tables of 0.1 get it last.
 */
CREATE FUNCTION concert_booking.prices_are_filled()
RETURNS boolean
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
	SELECT EXISTS (SELECT FROM pg_attribute a
				   WHERE a.attrelid = to_regclass('concert_booking.schedule_prices')
					 AND a.attname = 'concert_id' AND a.attnotnull)
$fn$;
COMMENT ON FUNCTION concert_booking.prices_are_filled() IS
	'Internal: whether schedule_prices.concert_id tells of every row.';

/*
 * fill_prices() - concert_id of the prices that 0.1 has written, and the index that
 * search walks along. Internal: a step of run_upkeep(), and of add_columns() where
 * the rows are few.
 *
 * Locking: the table before its rows, so that it deadlocks with nobody, and for at most
 * two seconds (an autovacuum gives way after one). No sale and no search waits; whoever
 * changes the seats of a plan waits until the end of the transaction. The last step is
 * one that searches wait for, 40 ms with 300,000 prices; it gives way after
 * 20 ms. What gave way is done by the
 * next run. The caller ends the transaction right after it, before it waits for anything.
 * Returns: nothing. Tables written: schedule_prices. Errors: none.
 */
CREATE FUNCTION concert_booking.fill_prices()
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
SET client_min_messages = warning
SET lock_timeout = '2s'
AS $fn$
DECLARE
	wanted record;
BEGIN
	IF concert_booking.prices_are_filled() OR NOT concert_booking.has_column('schedule_prices', 'concert_id') THEN
		RETURN;
	END IF;
	BEGIN
		LOCK TABLE concert_booking.schedule_prices IN SHARE ROW EXCLUSIVE MODE;
	EXCEPTION WHEN lock_not_available THEN
		RETURN;
	END;
	UPDATE concert_booking.schedule_prices p SET concert_id = cs.concert_id
	FROM concert_booking.concert_schedules cs
	WHERE cs.id = p.concert_schedule_id AND p.concert_id IS DISTINCT FROM cs.concert_id;
	FOR wanted IN
		SELECT p.name, p.definition, p.comment FROM concert_booking.define_prices() p
		WHERE p.kind = 'index' AND to_regclass(format('concert_booking.%I', p.name)) IS NULL
	LOOP
		EXECUTE wanted.definition;
		EXECUTE format('COMMENT ON INDEX concert_booking.%I IS %L', wanted.name, wanted.comment);
	END LOOP;
	BEGIN
		PERFORM set_config('lock_timeout', '20ms', true);
		ALTER TABLE concert_booking.schedule_prices ALTER COLUMN concert_id SET NOT NULL;
	EXCEPTION WHEN lock_not_available OR not_null_violation THEN
		NULL;
	END;
END
$fn$;
COMMENT ON FUNCTION concert_booking.fill_prices() IS
	'Internal: concert_id of the prices that 0.1 has written.';

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
