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
			PRIMARY KEY (concert_schedule_id, seat_grade, price)
		)$table$,
	 'The distinct prices of a schedule, kept by triggers on seats: search reads them instead of every seat.'),
	('column', 'schedule_prices', 'concert_schedule_id', NULL, 'the schedule'),
	('column', 'schedule_prices', 'seat_grade', NULL, 'the grade'),
	('column', 'schedule_prices', 'price', NULL, 'price in won'),
	('column', 'schedule_prices', 'seat_count', NULL, 'number of seats of this grade and price'),
	('trigger', 'schedule_prices', 'follow_prices_insert',
	 'AFTER INSERT ON concert_booking.schedule_prices REFERENCING NEW TABLE AS changed_prices FOR EACH STATEMENT EXECUTE FUNCTION concert_booking.follow_prices()', NULL),
	('trigger', 'schedule_prices', 'follow_prices_delete',
	 'AFTER DELETE ON concert_booking.schedule_prices REFERENCING OLD TABLE AS changed_prices FOR EACH STATEMENT EXECUTE FUNCTION concert_booking.follow_prices()', NULL);
END
$fn$;
COMMENT ON FUNCTION concert_booking.define_prices() IS
	'Internal: the table schedule_prices and what belongs to it.';

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
