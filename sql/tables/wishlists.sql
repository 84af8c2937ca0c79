/*
 * define_wishlists() - the table wishlists and what belongs to it. Internal:
 * see table_parts().
 */
CREATE FUNCTION concert_booking.define_wishlists()
RETURNS TABLE (kind text, table_name text, name text, definition text, comment text)
LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	RETURN QUERY
	VALUES
	('table', 'wishlists', NULL, $table$
		CREATE TABLE concert_booking.wishlists (
			id uuid PRIMARY KEY,
			user_id uuid NOT NULL,
			concert_id uuid NOT NULL REFERENCES concert_booking.concerts (id) ON DELETE CASCADE,
			created_at timestamptz NOT NULL DEFAULT now(),
			CONSTRAINT unique_wishlist UNIQUE (user_id, concert_id)
		)$table$,
	 'The concerts a member wishes for.'),
	('column', 'wishlists', 'id', 'concert_booking.uuid_v7()', 'the wish'),
	('column', 'wishlists', 'user_id', NULL, 'the member'),
	('column', 'wishlists', 'concert_id', NULL, 'the concert'),
	('constraint', 'wishlists', 'unique_wishlist', NULL, 'a member wishes for a concert once'),
	('index', 'wishlists', 'idx_wishlists_concert_id',
	 'CREATE INDEX idx_wishlists_concert_id ON concert_booking.wishlists (concert_id)',
	 'Who wishes for a concert.');
END
$fn$;
COMMENT ON FUNCTION concert_booking.define_wishlists() IS
	'Internal: the table wishlists and what belongs to it.';
