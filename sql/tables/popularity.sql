/*
 * define_popularity() - the table interest_marks and what belongs to it.
 * Internal: see table_parts().
 */
CREATE FUNCTION concert_booking.define_popularity()
RETURNS TABLE (kind text, table_name text, name text, definition text, comment text)
LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	RETURN QUERY
	VALUES
	('table', 'interest_marks', NULL, $table$
		CREATE TABLE concert_booking.interest_marks (
			id uuid PRIMARY KEY,
			concert_id uuid NOT NULL REFERENCES concert_booking.concerts (id) ON DELETE CASCADE,
			created_at timestamptz NOT NULL DEFAULT now()
		)$table$,
	 'Internal: looks at a concert that refresh_popularity() has not counted yet.'),
	('column', 'interest_marks', 'id', 'concert_booking.uuid_v7()', 'the look'),
	('column', 'interest_marks', 'concert_id', NULL, 'the concert'),
	('column', 'interest_marks', 'created_at', NULL, 'when'),
	('index', 'interest_marks', 'idx_interest_marks_concert_id',
	 'CREATE INDEX idx_interest_marks_concert_id ON concert_booking.interest_marks (concert_id)',
	 'The uncounted looks at a concert.');
END
$fn$;
COMMENT ON FUNCTION concert_booking.define_popularity() IS
	'Internal: the table interest_marks and what belongs to it.';
