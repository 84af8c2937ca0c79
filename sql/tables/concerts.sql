/*
 * define_concerts() - the table concerts and what belongs to it. Internal: see
 * table_parts().
 */
CREATE FUNCTION concert_booking.define_concerts()
RETURNS TABLE (kind text, table_name text, name text, definition text, comment text)
LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	RETURN QUERY
	VALUES
	('table', 'concerts', NULL, $table$
		CREATE TABLE concert_booking.concerts (
			id uuid PRIMARY KEY,
			venue_id uuid NOT NULL REFERENCES concert_booking.venues (id) ON DELETE RESTRICT,
			title varchar(300) NOT NULL,
			poster_url text,
			description text,
			genre varchar(50),
			performers text,
			rating varchar(20),
			running_time integer,
			status text NOT NULL DEFAULT 'active',
			is_deleted boolean NOT NULL DEFAULT false,
			popularity integer NOT NULL DEFAULT 0,
			counted_bookings integer NOT NULL DEFAULT 0,
			created_at timestamptz NOT NULL DEFAULT now(),
			updated_at timestamptz NOT NULL DEFAULT now(),
			CONSTRAINT chk_concerts_status CHECK (status IN ('active', 'cancelled', 'postponed')),
			CONSTRAINT chk_concerts_running_time CHECK (running_time > 0)
		)$table$,
	 'What is performed.'),
	('column', 'concerts', 'id', 'concert_booking.uuid_v7()', 'the concert'),
	('column', 'concerts', 'venue_id', NULL, 'where it takes place'),
	('column', 'concerts', 'title', NULL, 'title'),
	('column', 'concerts', 'poster_url', NULL, 'address of the poster''s image'),
	('column', 'concerts', 'description', NULL, 'what it is about'),
	('column', 'concerts', 'genre', NULL, 'genre; search filters by it'),
	('column', 'concerts', 'performers', NULL, 'who performs; search looks in it'),
	('column', 'concerts', 'rating', NULL, 'who is admitted, such as all or 15'),
	('column', 'concerts', 'running_time', NULL, 'length in minutes'),
	('column', 'concerts', 'status', NULL, 'active, cancelled or postponed; only an active concert can be booked'),
	('column', 'concerts', 'is_deleted', NULL, 'taken off the catalogue, kept for the bookings'),
	('column', 'concerts', 'popularity', NULL, 'rises with bookings; search sorts by it'),
	('column', 'concerts', 'counted_bookings', NULL, 'confirmed bookings that popularity holds already'),
	('constraint', 'concerts', 'chk_concerts_status', NULL, 'the statuses there are'),
	('constraint', 'concerts', 'chk_concerts_running_time', NULL, 'a length is positive'),
	('index', 'concerts', 'idx_concerts_venue_id',
	 'CREATE INDEX idx_concerts_venue_id ON concert_booking.concerts (venue_id)',
	 'The concerts of a venue.'),
	('index', 'concerts', 'idx_concerts_created_at',
	 'CREATE INDEX idx_concerts_created_at ON concert_booking.concerts (created_at, id)',
	 'Newest concerts first.'),
	('index', 'concerts', 'idx_concerts_genre',
	 'CREATE INDEX idx_concerts_genre ON concert_booking.concerts (genre) WHERE is_deleted = false',
	 'Search by genre.'),
	('index', 'concerts', 'idx_concerts_status',
	 'CREATE INDEX idx_concerts_status ON concert_booking.concerts (status) WHERE is_deleted = false',
	 'Search by status.'),
	('index', 'concerts', 'idx_concerts_popularity',
	 'CREATE INDEX idx_concerts_popularity ON concert_booking.concerts (popularity, id) WHERE is_deleted = false',
	 'Most popular concerts first.'),
	('index', 'concerts', 'idx_concerts_title_trgm',
	 'CREATE INDEX idx_concerts_title_trgm ON concert_booking.concerts USING gin (title %I.gin_trgm_ops)',
	 'Search within titles.'),
	('index', 'concerts', 'idx_concerts_performers_trgm',
	 'CREATE INDEX idx_concerts_performers_trgm ON concert_booking.concerts USING gin (performers %I.gin_trgm_ops)',
	 'Search within performers.'),
	('trigger', 'concerts', 'update_concerts_updated_at',
	 'BEFORE UPDATE ON concert_booking.concerts FOR EACH ROW EXECUTE FUNCTION %I.moddatetime(''updated_at'')', NULL),
	('trigger', 'concerts', 'refresh_schedule_starts',
	 'AFTER UPDATE OF venue_id ON concert_booking.concerts FOR EACH ROW WHEN ((old.venue_id IS DISTINCT FROM new.venue_id)) EXECUTE FUNCTION concert_booking.refresh_schedule_starts()', NULL);
END
$fn$;
COMMENT ON FUNCTION concert_booking.define_concerts() IS
	'Internal: the table concerts and what belongs to it.';
