/*
 * define_price_types() - the table price_types and what belongs to it.
 * Internal: see table_parts().
 */
CREATE FUNCTION concert_booking.define_price_types()
RETURNS TABLE (kind text, table_name text, name text, definition text, comment text)
LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	RETURN QUERY
	VALUES
	('table', 'price_types', NULL, $table$
		CREATE TABLE concert_booking.price_types (
			id uuid PRIMARY KEY,
			concert_id uuid REFERENCES concert_booking.concerts (id) ON DELETE CASCADE,
			concert_schedule_id uuid REFERENCES concert_booking.concert_schedules (id) ON DELETE CASCADE,
			code varchar(50) NOT NULL,
			name varchar(100) NOT NULL,
			percent_off smallint,
			amount_off integer,
			max_per_booking smallint,
			sale_from timestamptz,
			sale_until timestamptz,
			created_at timestamptz NOT NULL DEFAULT now(),
			updated_at timestamptz NOT NULL DEFAULT now(),
			CONSTRAINT unique_price_type_concert UNIQUE (concert_id, code),
			CONSTRAINT unique_price_type_schedule UNIQUE (concert_schedule_id, code),
			CONSTRAINT chk_price_types_place CHECK ((concert_id IS NULL) <> (concert_schedule_id IS NULL)),
			CONSTRAINT chk_price_types_code CHECK (btrim(code) <> ''),
			CONSTRAINT chk_price_types_rate CHECK ((percent_off IS NULL) <> (amount_off IS NULL)),
			CONSTRAINT chk_price_types_percent CHECK (percent_off BETWEEN 0 AND 100),
			CONSTRAINT chk_price_types_amount CHECK (amount_off >= 0),
			CONSTRAINT chk_price_types_max CHECK (max_per_booking > 0),
			CONSTRAINT chk_price_types_window CHECK (sale_from < sale_until)
		)$table$,
	 'Rates for children, seniors and the like, of a concert or of one schedule.'),
	('column', 'price_types', 'id', 'concert_booking.uuid_v7()', 'the price type'),
	('column', 'price_types', 'concert_id', NULL, 'the concert, for all its schedules; null: of one schedule'),
	('column', 'price_types', 'concert_schedule_id', NULL, 'the schedule; its price types hide those of the concert with the same code'),
	('column', 'price_types', 'code', NULL, 'what a call names it by'),
	('column', 'price_types', 'name', NULL, 'what a buyer reads'),
	('column', 'price_types', 'percent_off', NULL, 'how many per cent of the seat''s price it takes off'),
	('column', 'price_types', 'amount_off', NULL, 'how many won it takes off the seat''s price'),
	('column', 'price_types', 'max_per_booking', NULL, 'most seats of one booking that may have it; null: all'),
	('column', 'price_types', 'sale_from', NULL, 'from when it is sold; null: from the first'),
	('column', 'price_types', 'sale_until', NULL, 'until when it is sold; null: to the last'),
	('constraint', 'price_types', 'unique_price_type_concert', NULL, 'a concert has a code once'),
	('constraint', 'price_types', 'unique_price_type_schedule', NULL, 'a schedule has a code once'),
	('constraint', 'price_types', 'chk_price_types_place', NULL, 'of a concert or of a schedule'),
	('constraint', 'price_types', 'chk_price_types_code', NULL, 'a code is not blank'),
	('constraint', 'price_types', 'chk_price_types_rate', NULL, 'per cent or won'),
	('constraint', 'price_types', 'chk_price_types_percent', NULL, 'at most the whole price comes off'),
	('constraint', 'price_types', 'chk_price_types_amount', NULL, 'a price type adds nothing'),
	('constraint', 'price_types', 'chk_price_types_max', NULL, 'a limit is positive'),
	('constraint', 'price_types', 'chk_price_types_window', NULL, 'its sale begins before it ends'),
	('trigger', 'price_types', 'update_price_types_updated_at',
	 'BEFORE UPDATE ON concert_booking.price_types FOR EACH ROW EXECUTE FUNCTION %I.moddatetime(''updated_at'')', NULL);
END
$fn$;
COMMENT ON FUNCTION concert_booking.define_price_types() IS
	'Internal: the table price_types and what belongs to it.';
