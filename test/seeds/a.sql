\set ECHO none
/*
 * Seed A as a test input: its tables, its sale in schema seed_a, and its
 * statements as functions, statement for statement. They are what the tests
 * "fault_*" show the faults of; nothing of the extension uses them.
 *
 * Two schedules with seats A-1 to A-3 each, members alice and bob.
 */
SET client_min_messages = warning;
DROP SCHEMA IF EXISTS seed_a CASCADE;
CREATE SCHEMA seed_a;

CREATE TABLE seed_a.users (id uuid PRIMARY KEY);

CREATE TABLE seed_a.concert_schedules (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	total_seats integer NOT NULL,
	available_seats integer NOT NULL,
	is_sold_out boolean NOT NULL DEFAULT false,
	updated_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT chk_available_seats CHECK (available_seats >= 0 AND available_seats <= total_seats)
);

CREATE TABLE seed_a.seats (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	concert_schedule_id uuid NOT NULL REFERENCES seed_a.concert_schedules (id) ON DELETE CASCADE,
	seat_number varchar(20) NOT NULL,
	seat_grade varchar(20) NOT NULL,
	price integer NOT NULL CONSTRAINT chk_seats_price CHECK (price >= 0),
	status varchar(20) NOT NULL DEFAULT 'available'
		CONSTRAINT chk_seats_status CHECK (status IN ('available', 'temp_reserved', 'reserved', 'unavailable')),
	updated_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT unique_seat UNIQUE (concert_schedule_id, seat_number)
);

CREATE TABLE seed_a.bookings (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	user_id uuid NOT NULL REFERENCES seed_a.users (id) ON DELETE RESTRICT,
	concert_schedule_id uuid NOT NULL REFERENCES seed_a.concert_schedules (id) ON DELETE RESTRICT,
	booking_number varchar(50) NOT NULL UNIQUE,
	status varchar(20) NOT NULL DEFAULT 'confirmed'
		CONSTRAINT chk_bookings_status CHECK (status IN ('confirmed', 'cancelled')),
	cancelled_at timestamptz,
	cancellation_reason text,
	updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE seed_a.booking_seats (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	booking_id uuid NOT NULL REFERENCES seed_a.bookings (id) ON DELETE CASCADE,
	seat_id uuid NOT NULL REFERENCES seed_a.seats (id) ON DELETE RESTRICT,
	CONSTRAINT unique_booking_seat UNIQUE (booking_id, seat_id)
);

CREATE TABLE seed_a.temp_reservations (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	user_id uuid NOT NULL REFERENCES seed_a.users (id) ON DELETE CASCADE,
	seat_id uuid NOT NULL REFERENCES seed_a.seats (id) ON DELETE CASCADE,
	expires_at timestamptz NOT NULL,
	CONSTRAINT unique_temp_seat UNIQUE (seat_id)
);

/* A 3.3.2; expires_in stands for the ten minutes, so that no test waits. */
CREATE PROCEDURE seed_a.hold(p_user uuid, p_seat uuid, expires_in interval DEFAULT '10 minutes')
LANGUAGE plpgsql AS $$
BEGIN
	PERFORM status FROM seed_a.seats WHERE id = p_seat FOR UPDATE;
	INSERT INTO seed_a.temp_reservations (user_id, seat_id, expires_at)
	VALUES (p_user, p_seat, now() + expires_in);
	UPDATE seed_a.seats SET status = 'temp_reserved', updated_at = now() WHERE id = p_seat;
END
$$;

/* A 3.3.3; seat_count is the number that the client says it has chosen. */
CREATE FUNCTION seed_a.confirm(p_user uuid, p_schedule uuid, p_number text, seat_count integer)
RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
	new_booking uuid;
BEGIN
	INSERT INTO seed_a.bookings (user_id, concert_schedule_id, booking_number)
	VALUES (p_user, p_schedule, p_number) RETURNING id INTO new_booking;
	INSERT INTO seed_a.booking_seats (booking_id, seat_id)
	SELECT new_booking, seat_id FROM seed_a.temp_reservations WHERE user_id = p_user;
	UPDATE seed_a.seats SET status = 'reserved', updated_at = now()
	WHERE id IN (SELECT seat_id FROM seed_a.temp_reservations WHERE user_id = p_user);
	DELETE FROM seed_a.temp_reservations WHERE user_id = p_user;
	UPDATE seed_a.concert_schedules
	SET available_seats = available_seats - seat_count,
		is_sold_out = (available_seats - seat_count = 0), updated_at = now()
	WHERE id = p_schedule;
	RETURN new_booking;
END
$$;

/* A 3.6 */
CREATE PROCEDURE seed_a.cancel(p_user uuid, p_booking uuid, p_reason text)
LANGUAGE plpgsql AS $$
BEGIN
	UPDATE seed_a.bookings
	SET status = 'cancelled', cancelled_at = now(), cancellation_reason = p_reason, updated_at = now()
	WHERE id = p_booking AND user_id = p_user AND status = 'confirmed';
	UPDATE seed_a.seats SET status = 'available', updated_at = now()
	WHERE id IN (SELECT seat_id FROM seed_a.booking_seats WHERE booking_id = p_booking);
	UPDATE seed_a.concert_schedules cs
	SET available_seats = available_seats
			+ (SELECT count(*) FROM seed_a.booking_seats WHERE booking_id = p_booking),
		is_sold_out = false, updated_at = now()
	WHERE id = (SELECT concert_schedule_id FROM seed_a.bookings WHERE id = p_booking);
END
$$;

/* A 5.2.2 */
CREATE PROCEDURE seed_a.expire()
LANGUAGE plpgsql AS $$
BEGIN
	DELETE FROM seed_a.temp_reservations WHERE expires_at < now();
	UPDATE seed_a.seats SET status = 'available'
	WHERE id IN (SELECT seat_id FROM seed_a.temp_reservations WHERE expires_at < now());
END
$$;

CREATE FUNCTION seed_a.schedule(number integer DEFAULT 1) RETURNS uuid
LANGUAGE sql IMMUTABLE AS $$ SELECT ('5c000000-0000-4000-8000-00000000000' || number)::uuid $$;
CREATE FUNCTION seed_a.seat(label text, schedule_number integer DEFAULT 1) RETURNS uuid
LANGUAGE sql STABLE AS $$
	SELECT id FROM seed_a.seats
	WHERE concert_schedule_id = seed_a.schedule(schedule_number) AND seat_number = label
$$;

INSERT INTO seed_a.users VALUES
	('a11ce000-0000-4000-8000-000000000001'), ('b0b00000-0000-4000-8000-000000000002');
INSERT INTO seed_a.concert_schedules (id, total_seats, available_seats)
SELECT seed_a.schedule(n), 3, 3 FROM generate_series(1, 2) AS n;
INSERT INTO seed_a.seats (concert_schedule_id, seat_number, seat_grade, price)
SELECT seed_a.schedule(n), 'A-' || i, 'R', 150000 FROM generate_series(1, 2) AS n, generate_series(1, 3) AS i;

/* Who has which seat, in the seed's own words. */
CREATE VIEW seed_a.state AS
SELECT right(s.concert_schedule_id::text, 1) AS schedule, s.seat_number AS seat, s.status, t.user_id IS NOT NULL AS has_hold,
	   (SELECT string_agg(b.booking_number || ' of schedule ' || right(b.concert_schedule_id::text, 1)
						  || ' (' || b.status || ')', ', ' ORDER BY b.booking_number)
		FROM seed_a.booking_seats bs JOIN seed_a.bookings b ON b.id = bs.booking_id
		WHERE bs.seat_id = s.id) AS bookings,
	   cs.available_seats
FROM seed_a.seats s
JOIN seed_a.concert_schedules cs ON cs.id = s.concert_schedule_id
LEFT JOIN seed_a.temp_reservations t ON t.seat_id = s.id
ORDER BY s.concert_schedule_id, s.seat_number;
\set ECHO all
