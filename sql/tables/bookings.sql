/*
 * define_bookings() - the tables bookings and booking_seats and what belongs
 * to them. Internal: see table_parts().
 */
CREATE FUNCTION concert_booking.define_bookings()
RETURNS TABLE (kind text, table_name text, name text, definition text, comment text)
LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	RETURN QUERY
	VALUES
	('table', 'bookings', NULL, $table$
		CREATE TABLE concert_booking.bookings (
			id uuid PRIMARY KEY,
			user_id uuid,
			session_id uuid,
			concert_schedule_id uuid NOT NULL REFERENCES concert_booking.concert_schedules (id) ON DELETE RESTRICT,
			booking_number varchar(50) NOT NULL UNIQUE,
			status text NOT NULL DEFAULT 'confirmed',
			customer_name varchar(100),
			customer_phone varchar(20),
			customer_email varchar(255),
			seat_count integer NOT NULL DEFAULT 0,
			total_price bigint NOT NULL DEFAULT 0,
			idempotency_key varchar(255),
			cancelled_at timestamptz,
			cancellation_reason text,
			created_at timestamptz NOT NULL DEFAULT now(),
			updated_at timestamptz NOT NULL DEFAULT now(),
			pay_by timestamptz,
			paid_at timestamptz,
			refund_ladder jsonb,
			is_anonymous boolean NOT NULL DEFAULT false,
			free_reason text,
			CONSTRAINT chk_bookings_status CHECK (status IN ('pending', 'confirmed', 'expired', 'cancelled')),
			CONSTRAINT chk_bookings_booker CHECK (
				CASE WHEN user_id IS NULL THEN is_anonymous OR customer_name IS NOT NULL AND customer_phone IS NOT NULL
					 ELSE session_id IS NULL END),
			CONSTRAINT chk_bookings_totals CHECK (seat_count >= 0 AND total_price >= 0)
		) WITH (fillfactor = 80)$table$,
	 'Seats sold to one booker on one schedule, or kept for one who is paying. Holds personal data.'),
	('column', 'bookings', 'id', 'concert_booking.uuid_v7()', 'the booking'),
	('column', 'bookings', 'user_id', NULL, 'the member who booked; null: a guest'),
	('column', 'bookings', 'session_id', NULL, 'the guest''s secret; null: a member'),
	('column', 'bookings', 'concert_schedule_id', NULL, 'what was booked'),
	('column', 'bookings', 'booking_number', NULL, 'number for people and QR codes, not to be guessed: a secret of the booker'),
	('column', 'bookings', 'status', NULL, 'pending, confirmed, expired or cancelled; a pending one is over at pay_by, swept or not'),
	('column', 'bookings', 'customer_name', NULL, 'the customer''s name; a guest gives it'),
	('column', 'bookings', 'customer_phone', NULL, 'the customer''s phone number; a guest gives it and proves it'),
	('column', 'bookings', 'customer_email', NULL, 'the customer''s e-mail address'),
	('column', 'bookings', 'seat_count', NULL, 'number of its seats: those it still has while it is confirmed, else all that it had'),
	('column', 'bookings', 'total_price', NULL, 'sum of the prices in won of these seats'),
	('column', 'bookings', 'idempotency_key', NULL, 'the booker''s key: a repeated call answers with this booking'),
	('column', 'bookings', 'cancelled_at', NULL, 'when it was cancelled; null: it stands'),
	('column', 'bookings', 'cancellation_reason', NULL, 'why it was cancelled'),
	('column', 'bookings', 'pay_by', NULL, 'until when its seats are kept for the payment; null: it was sold without one'),
	('column', 'bookings', 'paid_at', NULL, 'when all of it was paid; null: it is not paid through the ledger'),
	('column', 'bookings', 'refund_ladder', NULL, 'the refund rules of its schedule as they were when it was paid; null: the whole price'),
	('column', 'bookings', 'is_anonymous', NULL, 'nobody is known: sold to a walk-in, or its booker was forgotten'),
	('column', 'bookings', 'free_reason', NULL, 'why its seats cost nothing; null: they cost their prices'),
	('constraint', 'bookings', 'chk_bookings_status', NULL, 'the statuses there are'),
	('constraint', 'bookings', 'chk_bookings_booker', NULL, 'a booking has a member, or a guest with name and phone number, or is anonymous'),
	('constraint', 'bookings', 'chk_bookings_totals', NULL, 'totals are not negative'),
	('index', 'bookings', 'idx_bookings_user_status',
	 'CREATE INDEX idx_bookings_user_status ON concert_booking.bookings (user_id, status) WHERE user_id IS NOT NULL',
	 'A member''s bookings.'),
	('index', 'bookings', 'idx_bookings_session_id',
	 'CREATE INDEX idx_bookings_session_id ON concert_booking.bookings (session_id) WHERE session_id IS NOT NULL',
	 'A guest''s bookings.'),
	('index', 'bookings', 'idx_bookings_schedule_id',
	 'CREATE INDEX idx_bookings_schedule_id ON concert_booking.bookings (concert_schedule_id)',
	 'The bookings of a schedule.'),
	('index', 'bookings', 'idx_bookings_status',
	 'CREATE INDEX idx_bookings_status ON concert_booking.bookings (status, created_at)',
	 'Bookings by status, oldest first: upkeep.'),
	('index', 'bookings', 'idx_bookings_customer_phone',
	 'CREATE INDEX idx_bookings_customer_phone ON concert_booking.bookings (concert_booking.normalize_phone(customer_phone)) WHERE customer_phone IS NOT NULL',
	 'Bookings by phone number, however it is spelt.'),
	('index', 'bookings', 'idx_bookings_customer_email',
	 'CREATE INDEX idx_bookings_customer_email ON concert_booking.bookings (lower(customer_email)) WHERE customer_email IS NOT NULL',
	 'Bookings by e-mail address.'),
	('index', 'bookings', 'idx_bookings_customer_name',
	 'CREATE INDEX idx_bookings_customer_name ON concert_booking.bookings (lower(customer_name) text_pattern_ops) WHERE customer_name IS NOT NULL',
	 'Bookings by the beginning of the customer''s name.'),
	('index', 'bookings', 'idx_bookings_user_key',
	 'CREATE UNIQUE INDEX idx_bookings_user_key ON concert_booking.bookings (user_id, idempotency_key) WHERE user_id IS NOT NULL AND idempotency_key IS NOT NULL',
	 'One booking for each key of a member.'),
	('index', 'bookings', 'idx_bookings_session_key',
	 'CREATE UNIQUE INDEX idx_bookings_session_key ON concert_booking.bookings (session_id, idempotency_key) WHERE session_id IS NOT NULL AND idempotency_key IS NOT NULL',
	 'One booking for each key of a guest.'),
	('trigger', 'bookings', 'update_bookings_updated_at',
	 'BEFORE UPDATE ON concert_booking.bookings FOR EACH ROW EXECUTE FUNCTION %I.moddatetime(''updated_at'')', NULL),
	('table', 'booking_seats', NULL, $table$
		CREATE TABLE concert_booking.booking_seats (
			id uuid PRIMARY KEY,
			booking_id uuid NOT NULL REFERENCES concert_booking.bookings (id) ON DELETE CASCADE,
			seat_id uuid NOT NULL REFERENCES concert_booking.seats (id) ON DELETE RESTRICT,
			price integer NOT NULL,
			active boolean NOT NULL DEFAULT true,
			created_at timestamptz NOT NULL DEFAULT now(),
			price_type varchar(50),
			cancellation_fee integer,
			seat_grade varchar(20),
			ticket_code uuid,
			checked_in_at timestamptz,
			gate varchar(50),
			CONSTRAINT unique_booking_seat UNIQUE (booking_id, seat_id)
		)$table$,
	 'The seats of a booking. A row stays as history when the booking is cancelled.'),
	('column', 'booking_seats', 'id', 'concert_booking.uuid_v7()', 'the booked seat'),
	('column', 'booking_seats', 'booking_id', NULL, 'the booking'),
	('column', 'booking_seats', 'seat_id', NULL, 'the seat'),
	('column', 'booking_seats', 'price', NULL, 'price in won at which it was sold'),
	('column', 'booking_seats', 'active', NULL, 'the booking owns the seat: false while it is pending, and once it is cancelled'),
	('column', 'booking_seats', 'price_type', NULL, 'the code of the price type; null: the full price'),
	('column', 'booking_seats', 'cancellation_fee', NULL, 'what the house keeps of the price of a seat that was paid and cancelled, in won'),
	('column', 'booking_seats', 'seat_grade', NULL, 'the seat''s grade when it was sold; null: sold before 0.2, the seat tells'),
	('column', 'booking_seats', 'ticket_code', NULL, 'what the ticket''s QR code says, a secret of the booker; null: the id of this row'),
	('column', 'booking_seats', 'checked_in_at', NULL, 'when its ticket came through a gate; null: it did not'),
	('column', 'booking_seats', 'gate', NULL, 'the gate that it came through'),
	('constraint', 'booking_seats', 'unique_booking_seat', NULL, 'a booking has a seat once'),
	('index', 'booking_seats', 'idx_booking_seats_active_seat',
	 'CREATE UNIQUE INDEX idx_booking_seats_active_seat ON concert_booking.booking_seats (seat_id) WHERE active',
	 'Whatever anybody does, a seat is sold once.'),
	('index', 'booking_seats', 'idx_booking_seats_seat_id',
	 'CREATE INDEX idx_booking_seats_seat_id ON concert_booking.booking_seats (seat_id)',
	 'The history of a seat.'),
	('index', 'booking_seats', 'idx_booking_seats_ticket_code',
	 'CREATE UNIQUE INDEX idx_booking_seats_ticket_code ON concert_booking.booking_seats (ticket_code) WHERE ticket_code IS NOT NULL',
	 'A renewed ticket code is one seat''s.'),
	('trigger', 'booking_seats', 'fill_booking_seat',
	 'BEFORE INSERT ON concert_booking.booking_seats FOR EACH ROW WHEN (((new.price IS NULL) OR (new.seat_grade IS NULL))) EXECUTE FUNCTION concert_booking.fill_booking_seat()', NULL);
END
$fn$;
COMMENT ON FUNCTION concert_booking.define_bookings() IS
	'Internal: the tables bookings and booking_seats and what belongs to them.';

/*
 * fill_booking_seat() - the price and the grade of a booked seat inserted by hand.
 * Trigger, BEFORE INSERT ON booking_seats.
 *
 * Between ALTER EXTENSION UPDATE and create_tables() the table is that of 0.1: a line
 * has no grade.
 */
CREATE FUNCTION concert_booking.fill_booking_seat()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	IF NEW.price IS NULL THEN
		SELECT s.price INTO NEW.price
		FROM concert_booking.seats s WHERE s.id = NEW.seat_id;
	END IF;
	IF to_jsonb(NEW) ? 'seat_grade' THEN
		IF NEW.seat_grade IS NULL THEN
			SELECT s.seat_grade INTO NEW.seat_grade
			FROM concert_booking.seats s WHERE s.id = NEW.seat_id;
		END IF;
	END IF;
	RETURN NEW;
END
$fn$;
COMMENT ON FUNCTION concert_booking.fill_booking_seat() IS
	'Trigger: the price and the grade of a booked seat inserted by hand.';
