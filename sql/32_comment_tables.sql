/*
 * comment_tables() - COMMENTs of every table and column. Internal: the last
 * step of create_tables().
 */
CREATE FUNCTION concert_booking.comment_tables()
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
END
$fn$;
COMMENT ON FUNCTION concert_booking.comment_tables() IS
	'Internal: comment every table and column.';
