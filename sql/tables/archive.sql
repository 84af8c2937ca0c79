/*
 * define_archive() - the tables archived_schedules and archived_bookings and
 * what belongs to them. Internal: see table_parts().
 */
CREATE FUNCTION concert_booking.define_archive()
RETURNS TABLE (kind text, table_name text, name text, definition text, comment text)
LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	RETURN QUERY
	VALUES
	('table', 'archived_schedules', NULL, $table$
		CREATE TABLE concert_booking.archived_schedules (
			id uuid PRIMARY KEY,
			concert_id uuid NOT NULL REFERENCES concert_booking.concerts (id) ON DELETE RESTRICT,
			concert_date date NOT NULL,
			concert_time time NOT NULL,
			starts_at timestamptz NOT NULL,
			seat_count integer NOT NULL,
			booking_count integer NOT NULL,
			schedule jsonb NOT NULL,
			seats jsonb NOT NULL,
			archived_at timestamptz NOT NULL DEFAULT now()
		)$table$,
	 'Schedules of the past, put away by archive_past_schedules().'),
	('column', 'archived_schedules', 'id', NULL, 'the schedule'),
	('column', 'archived_schedules', 'concert_id', NULL, 'the concert'),
	('column', 'archived_schedules', 'concert_date', NULL, 'date, local to the venue'),
	('column', 'archived_schedules', 'concert_time', NULL, 'time of day, local to the venue'),
	('column', 'archived_schedules', 'starts_at', NULL, 'the instant of the start'),
	('column', 'archived_schedules', 'seat_count', NULL, 'number of its seats'),
	('column', 'archived_schedules', 'booking_count', NULL, 'number of its bookings'),
	('column', 'archived_schedules', 'schedule', NULL, 'the row of concert_schedules'),
	('column', 'archived_schedules', 'seats', NULL, 'the rows of seats, a list in seat order'),
	('column', 'archived_schedules', 'archived_at', NULL, 'when it was put away'),
	('index', 'archived_schedules', 'idx_archived_schedules_concert_id',
	 'CREATE INDEX idx_archived_schedules_concert_id ON concert_booking.archived_schedules (concert_id)',
	 'The past schedules of a concert.'),
	('table', 'archived_bookings', NULL, $table$
		CREATE TABLE concert_booking.archived_bookings (
			id uuid PRIMARY KEY,
			concert_schedule_id uuid NOT NULL REFERENCES concert_booking.archived_schedules (id) ON DELETE CASCADE,
			user_id uuid,
			session_id uuid,
			booking_number varchar(50) NOT NULL UNIQUE,
			status text NOT NULL,
			customer_phone varchar(20),
			customer_email varchar(255),
			seat_count integer NOT NULL,
			total_price bigint NOT NULL,
			cancelled_at timestamptz,
			created_at timestamptz NOT NULL,
			booking jsonb NOT NULL,
			seats jsonb NOT NULL
		)$table$,
	 'Bookings of archived schedules. Holds personal data.'),
	('column', 'archived_bookings', 'id', NULL, 'the booking'),
	('column', 'archived_bookings', 'concert_schedule_id', NULL, 'what was booked'),
	('column', 'archived_bookings', 'user_id', NULL, 'the member who booked; null: a guest'),
	('column', 'archived_bookings', 'session_id', NULL, 'the guest''s secret; null: a member'),
	('column', 'archived_bookings', 'booking_number', NULL, 'number for people and QR codes: a secret of the booker'),
	('column', 'archived_bookings', 'status', NULL, 'confirmed, expired or cancelled'),
	('column', 'archived_bookings', 'customer_phone', NULL, 'the customer''s phone number'),
	('column', 'archived_bookings', 'customer_email', NULL, 'the customer''s e-mail address'),
	('column', 'archived_bookings', 'seat_count', NULL, 'number of its seats'),
	('column', 'archived_bookings', 'total_price', NULL, 'sum of its seats'' prices in won'),
	('column', 'archived_bookings', 'cancelled_at', NULL, 'when it was cancelled; null: it stands'),
	('column', 'archived_bookings', 'created_at', NULL, 'when it was made'),
	('column', 'archived_bookings', 'booking', NULL, 'the row of bookings'),
	('column', 'archived_bookings', 'seats', NULL, 'the rows of booking_seats, a list in seat order, with seat_number and seat_grade'),
	('index', 'archived_bookings', 'idx_archived_bookings_schedule_id',
	 'CREATE INDEX idx_archived_bookings_schedule_id ON concert_booking.archived_bookings (concert_schedule_id)',
	 'The bookings of a past schedule.'),
	('index', 'archived_bookings', 'idx_archived_bookings_user_id',
	 'CREATE INDEX idx_archived_bookings_user_id ON concert_booking.archived_bookings (user_id) WHERE user_id IS NOT NULL',
	 'A member''s past bookings.'),
	('index', 'archived_bookings', 'idx_archived_bookings_session_id',
	 'CREATE INDEX idx_archived_bookings_session_id ON concert_booking.archived_bookings (session_id) WHERE session_id IS NOT NULL',
	 'A guest''s past bookings.'),
	('index', 'archived_bookings', 'idx_archived_bookings_customer_phone',
	 'CREATE INDEX idx_archived_bookings_customer_phone ON concert_booking.archived_bookings (concert_booking.normalize_phone(customer_phone)) WHERE customer_phone IS NOT NULL',
	 'Past bookings by phone number, however it is spelt.'),
	('index', 'archived_bookings', 'idx_archived_bookings_customer_email',
	 'CREATE INDEX idx_archived_bookings_customer_email ON concert_booking.archived_bookings (lower(customer_email)) WHERE customer_email IS NOT NULL',
	 'Past bookings by e-mail address.'),
	('index', 'archived_bookings', 'idx_archived_bookings_customer_name',
	 'CREATE INDEX idx_archived_bookings_customer_name ON concert_booking.archived_bookings (lower(booking ->> ''customer_name'') text_pattern_ops) WHERE booking ->> ''customer_name'' IS NOT NULL',
	 'Past bookings by the beginning of the customer''s name.'),
	('index', 'archived_bookings', 'idx_archived_bookings_cancelled_at',
	 'CREATE INDEX idx_archived_bookings_cancelled_at ON concert_booking.archived_bookings (cancelled_at) WHERE cancelled_at IS NOT NULL',
	 'Cancelled bookings of the archive, oldest first: upkeep.');
END
$fn$;
COMMENT ON FUNCTION concert_booking.define_archive() IS
	'Internal: the tables archived_schedules and archived_bookings and what belongs to them.';
