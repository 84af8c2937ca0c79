\set ECHO none
/*
 * Seed B as a test input: its tables, its sale in schema seed_b, and its
 * statements as functions, statement for statement. See a.sql.
 *
 * One schedule with seats A01 to A03.
 */
SET client_min_messages = warning;
DROP SCHEMA IF EXISTS seed_b CASCADE;
CREATE SCHEMA seed_b;

CREATE TABLE seed_b.schedules (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	date_time timestamptz NOT NULL
);

CREATE TABLE seed_b.seats (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	schedule_id uuid NOT NULL REFERENCES seed_b.schedules (id) ON DELETE CASCADE,
	seat_number varchar(10) NOT NULL,
	grade varchar(5) NOT NULL,
	price integer NOT NULL,
	status varchar(20) NOT NULL DEFAULT 'available' CHECK (status IN ('available', 'reserved')),
	updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX idx_seats_schedule_seat_unique ON seed_b.seats (schedule_id, seat_number);

CREATE TABLE seed_b.reservations (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	schedule_id uuid NOT NULL REFERENCES seed_b.schedules (id) ON DELETE RESTRICT,
	seat_ids uuid[] NOT NULL,
	total_price integer NOT NULL,
	customer_name varchar(100) NOT NULL,
	customer_phone varchar(20) NOT NULL,
	customer_email varchar(255),
	status varchar(20) NOT NULL DEFAULT 'confirmed' CHECK (status IN ('confirmed', 'cancelled')),
	cancelled_at timestamptz,
	updated_at timestamptz NOT NULL DEFAULT now()
);

/* B 5 */
CREATE FUNCTION seed_b.book(p_schedule uuid, p_seats uuid[], p_price integer, p_name text, p_phone text)
RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
	new_reservation uuid;
BEGIN
	PERFORM id FROM seed_b.seats WHERE id = ANY (p_seats) AND status = 'available' FOR UPDATE;
	INSERT INTO seed_b.reservations (schedule_id, seat_ids, total_price, customer_name, customer_phone)
	VALUES (p_schedule, p_seats, p_price, p_name, p_phone) RETURNING id INTO new_reservation;
	UPDATE seed_b.seats SET status = 'reserved', updated_at = now() WHERE id = ANY (p_seats);
	RETURN new_reservation;
END
$$;

/* B 7 */
CREATE PROCEDURE seed_b.cancel(p_reservation uuid)
LANGUAGE plpgsql AS $$
BEGIN
	UPDATE seed_b.reservations SET status = 'cancelled', cancelled_at = now(), updated_at = now()
	WHERE id = p_reservation AND status = 'confirmed';
	UPDATE seed_b.seats SET status = 'available', updated_at = now()
	WHERE id = ANY ((SELECT seat_ids FROM seed_b.reservations WHERE id = p_reservation)::uuid[]);
END
$$;

CREATE FUNCTION seed_b.schedule() RETURNS uuid
LANGUAGE sql IMMUTABLE AS $$ SELECT '5c000000-0000-4000-8000-00000000000b'::uuid $$;
CREATE FUNCTION seed_b.seats(VARIADIC labels text[]) RETURNS uuid[]
LANGUAGE sql STABLE AS $$ SELECT array_agg(s.id ORDER BY s.seat_number) FROM seed_b.seats s WHERE s.seat_number = ANY (labels) $$;

INSERT INTO seed_b.schedules (id, date_time) VALUES (seed_b.schedule(), '2040-06-01 19:00+09');
INSERT INTO seed_b.seats (schedule_id, seat_number, grade, price)
SELECT seed_b.schedule(), 'A0' || i, 'R', 150000 FROM generate_series(1, 3) AS i;

CREATE VIEW seed_b.state AS
SELECT s.seat_number AS seat, s.status,
	   (SELECT string_agg(r.customer_name || ' (' || r.status || ')', ', ' ORDER BY r.customer_name)
		FROM seed_b.reservations r WHERE s.id = ANY (r.seat_ids)) AS reservations
FROM seed_b.seats s ORDER BY s.seat_number;
\set ECHO all
