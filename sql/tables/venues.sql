/*
 * define_venues() - the table venues and what belongs to it. Internal: see
 * table_parts().
 */
CREATE FUNCTION concert_booking.define_venues()
RETURNS TABLE (kind text, table_name text, name text, definition text, comment text)
LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	RETURN QUERY
	VALUES
	('table', 'venues', NULL, $table$
		CREATE TABLE concert_booking.venues (
			id uuid PRIMARY KEY,
			name varchar(200) NOT NULL,
			address text NOT NULL,
			location_lat decimal(10, 8),
			location_lng decimal(11, 8),
			timezone text NOT NULL DEFAULT 'Asia/Seoul',
			created_at timestamptz NOT NULL DEFAULT now(),
			updated_at timestamptz NOT NULL DEFAULT now()
		)$table$,
	 'Where concerts take place.'),
	('column', 'venues', 'id', 'concert_booking.uuid_v7()', 'the venue'),
	('column', 'venues', 'name', NULL, 'name of the venue'),
	('column', 'venues', 'address', NULL, 'postal address; search by region reads it'),
	('column', 'venues', 'location_lat', NULL, 'latitude in degrees, for the map'),
	('column', 'venues', 'location_lng', NULL, 'longitude in degrees, for the map'),
	('column', 'venues', 'timezone', NULL, 'time zone by its name; dates and times of schedules are local to it'),
	('trigger', 'venues', 'update_venues_updated_at',
	 'BEFORE UPDATE ON concert_booking.venues FOR EACH ROW EXECUTE FUNCTION %I.moddatetime(''updated_at'')', NULL),
	('trigger', 'venues', 'check_venue_timezone',
	 'BEFORE INSERT OR UPDATE OF timezone ON concert_booking.venues FOR EACH ROW EXECUTE FUNCTION concert_booking.check_venue_timezone()', NULL),
	('trigger', 'venues', 'refresh_schedule_starts',
	 'AFTER UPDATE OF timezone ON concert_booking.venues FOR EACH ROW WHEN ((old.timezone IS DISTINCT FROM new.timezone)) EXECUTE FUNCTION concert_booking.refresh_schedule_starts()', NULL);
END
$fn$;
COMMENT ON FUNCTION concert_booking.define_venues() IS
	'Internal: the table venues and what belongs to it.';

/*
 * check_venue_timezone() - refuses a time zone that PostgreSQL does not know.
 * Trigger, BEFORE INSERT OR UPDATE OF timezone ON venues. Errors: 22023.
 */
CREATE FUNCTION concert_booking.check_venue_timezone()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	/* pg_timezone_names reads some 600 files: a zone in use was checked before. */
	IF NOT EXISTS (SELECT FROM concert_booking.venues v WHERE v.timezone = NEW.timezone)
	   AND NOT EXISTS (SELECT FROM pg_timezone_names z WHERE z.name = NEW.timezone) THEN
		PERFORM concert_booking.refuse('22023', 'time zone is not known',
			format('The venue''s time zone is "%s".', NEW.timezone),
			'Use a name of pg_timezone_names, such as Asia/Seoul.');
	END IF;
	RETURN NEW;
END
$fn$;
COMMENT ON FUNCTION concert_booking.check_venue_timezone() IS
	'Trigger: only time zones of pg_timezone_names.';
