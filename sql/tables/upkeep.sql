/*
 * define_upkeep() - the table upkeep_progress and what belongs to it. Internal: see
 * table_parts().
 */
CREATE FUNCTION concert_booking.define_upkeep()
RETURNS TABLE (kind text, table_name text, name text, definition text, comment text)
LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	RETURN QUERY
	VALUES
	('table', 'upkeep_progress', NULL, $table$
		CREATE TABLE concert_booking.upkeep_progress (
			is_only_row boolean PRIMARY KEY DEFAULT true,
			counted_until timestamptz,
			run_started_at timestamptz,
			last_schedule_id uuid,
			finished_at timestamptz,
			CONSTRAINT chk_upkeep_progress_row CHECK (is_only_row)
		)$table$,
	 'Internal: how far run_upkeep() is; one row.'),
	('column', 'upkeep_progress', 'is_only_row', NULL, 'true: there is one row'),
	('column', 'upkeep_progress', 'counted_until', NULL, 'what changed before is counted: when the last complete run began; null: there was none'),
	('column', 'upkeep_progress', 'run_started_at', NULL, 'when the run began that is under way, or was broken off; null: none is'),
	('column', 'upkeep_progress', 'last_schedule_id', NULL, 'that run has recounted the schedules up to this one'),
	('column', 'upkeep_progress', 'finished_at', NULL, 'when the last complete run ended'),
	('constraint', 'upkeep_progress', 'chk_upkeep_progress_row', NULL, 'there is one row');
END
$fn$;
COMMENT ON FUNCTION concert_booking.define_upkeep() IS
	'Internal: the table upkeep_progress and what belongs to it.';
