/*
 * define_holds() - the table temp_reservations and what belongs to it.
 * Internal: see table_parts().
 */
CREATE FUNCTION concert_booking.define_holds()
RETURNS TABLE (kind text, table_name text, name text, definition text, comment text)
LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	RETURN QUERY
	VALUES
	('table', 'temp_reservations', NULL, $table$
		CREATE TABLE concert_booking.temp_reservations (
			id uuid NOT NULL,
			user_id uuid,
			session_id uuid,
			seat_id uuid NOT NULL REFERENCES concert_booking.seats (id) ON DELETE CASCADE,
			concert_schedule_id uuid NOT NULL REFERENCES concert_booking.concert_schedules (id) ON DELETE CASCADE,
			held_since timestamptz NOT NULL DEFAULT now(),
			expires_at timestamptz NOT NULL,
			created_at timestamptz NOT NULL DEFAULT now(),
			price integer,
			booking_id uuid,
			CONSTRAINT unique_temp_seat PRIMARY KEY (seat_id),
			CONSTRAINT chk_temp_reservations_booker CHECK ((user_id IS NULL) <> (session_id IS NULL)),
			CONSTRAINT chk_temp_reservations_price CHECK (price >= 0)
		)$table$,
	 'Holds: timed claims on one seat by one booker.'),
	('column', 'temp_reservations', 'id', 'concert_booking.uuid_v7()', 'the hold'),
	('column', 'temp_reservations', 'user_id', NULL, 'the member who holds; null: a guest'),
	('column', 'temp_reservations', 'session_id', NULL, 'the guest''s secret; null: a member'),
	('column', 'temp_reservations', 'seat_id', NULL, 'the seat'),
	('column', 'temp_reservations', 'concert_schedule_id', NULL, 'the seat''s schedule'),
	('column', 'temp_reservations', 'held_since', NULL, 'start of the hold, from which extensions are limited'),
	('column', 'temp_reservations', 'expires_at', NULL, 'the hold is over at this instant, swept or not'),
	('column', 'temp_reservations', 'price', NULL, 'price in won that the holder was told and will pay; null, made before 0.2: what the seat costs'),
	('column', 'temp_reservations', 'booking_id', NULL, 'the pending booking for which the seat is kept; null: an ordinary hold'),
	('constraint', 'temp_reservations', 'unique_temp_seat', NULL, 'a seat has one hold'),
	('constraint', 'temp_reservations', 'chk_temp_reservations_booker', NULL, 'a hold has a member or a guest'),
	('constraint', 'temp_reservations', 'chk_temp_reservations_price', NULL, 'a price is not negative'),
	('index', 'temp_reservations', 'idx_temp_reservations_user_id',
	 'CREATE INDEX idx_temp_reservations_user_id ON concert_booking.temp_reservations (user_id, concert_schedule_id) WHERE user_id IS NOT NULL',
	 'A member''s holds.'),
	('index', 'temp_reservations', 'idx_temp_reservations_session_id',
	 'CREATE INDEX idx_temp_reservations_session_id ON concert_booking.temp_reservations (session_id, concert_schedule_id) WHERE session_id IS NOT NULL',
	 'A guest''s holds.'),
	('trigger', 'temp_reservations', 'fill_hold',
	 'BEFORE INSERT ON concert_booking.temp_reservations FOR EACH ROW WHEN (((new.concert_schedule_id IS NULL) OR (new.price IS NULL))) EXECUTE FUNCTION concert_booking.fill_hold()', NULL),
	('trigger', 'temp_reservations', 'follow_holds_delete',
	 'AFTER DELETE ON concert_booking.temp_reservations REFERENCING OLD TABLE AS old_holds FOR EACH STATEMENT EXECUTE FUNCTION concert_booking.follow_holds_delete()', NULL);
END
$fn$;
COMMENT ON FUNCTION concert_booking.define_holds() IS
	'Internal: the table temp_reservations and what belongs to it.';

/*
 * fill_hold() - the schedule and the price of a hold inserted by hand. Trigger,
 * BEFORE INSERT ON temp_reservations.
 *
 * Between ALTER EXTENSION UPDATE and create_tables() the tables are those of
 * 0.1: a hold has no price.
 */
CREATE FUNCTION concert_booking.fill_hold()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	IF NEW.concert_schedule_id IS NULL THEN
		SELECT s.concert_schedule_id INTO NEW.concert_schedule_id
		FROM concert_booking.seats s WHERE s.id = NEW.seat_id;
	END IF;
	IF to_jsonb(NEW) ? 'price' THEN
		IF NEW.price IS NULL THEN
			SELECT s.price INTO NEW.price
			FROM concert_booking.seats s WHERE s.id = NEW.seat_id;
		END IF;
	END IF;
	RETURN NEW;
END
$fn$;
COMMENT ON FUNCTION concert_booking.fill_hold() IS
	'Trigger: the schedule and the price of a hold inserted by hand.';

/*
 * follow_holds_delete() - the seats of holds that were deleted by hand, or with
 * their user, are free. Statement trigger AFTER DELETE ON temp_reservations;
 * the C commands do not fire it, they free the seats themselves.
 *
 * Locking: holds first, then seats; a sale locks them the other way round. Such a
 * statement and a sale can deadlock, and PostgreSQL then cancels one of them.
 */
CREATE FUNCTION concert_booking.follow_holds_delete()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	IF concert_booking.is_own_write() THEN
		RETURN NULL;
	END IF;
	UPDATE concert_booking.seats s
	SET status = 'available', hold_expires_at = NULL
	FROM old_holds o
	WHERE s.id = o.seat_id AND s.status = 'temp_reserved'
	  AND coalesce(s.hold_expires_at, o.expires_at) = o.expires_at;
	RETURN NULL;
END
$fn$;
COMMENT ON FUNCTION concert_booking.follow_holds_delete() IS
	'Trigger: seats are free after their holds were deleted by hand.';
