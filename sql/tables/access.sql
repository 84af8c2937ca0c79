/*
 * define_access() - the table access_grants and what belongs to it. Internal:
 * see table_parts().
 */
CREATE FUNCTION concert_booking.define_access()
RETURNS TABLE (kind text, table_name text, name text, definition text, comment text)
LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	RETURN QUERY
	VALUES
	('table', 'access_grants', NULL, $table$
		CREATE TABLE concert_booking.access_grants (
			id uuid PRIMARY KEY,
			role_name name NOT NULL,
			level text NOT NULL,
			is_lost boolean NOT NULL DEFAULT false,
			created_at timestamptz NOT NULL DEFAULT now()
		)$table$,
	 'Which role has which level by grant_access(), so that create_tables() can give it again after DROP EXTENSION.'),
	('column', 'access_grants', 'id', 'concert_booking.uuid_v7()', 'the grant'),
	('column', 'access_grants', 'role_name', NULL, 'the role'),
	('column', 'access_grants', 'level', NULL, 'its level, as grant_access() takes it'),
	('column', 'access_grants', 'is_lost', NULL, 'the extension was dropped since; create_tables() gives the level again'),
	('column', 'access_grants', 'created_at', NULL, 'when');
END
$fn$;
COMMENT ON FUNCTION concert_booking.define_access() IS
	'Internal: the table access_grants and what belongs to it.';
