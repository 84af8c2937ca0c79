/*
 * System B as its design document has it: tables, indexes and triggers of the
 * booking, in a schema of their own. Its seat locks live in Redis.
 */
CREATE SCHEMA seed_b;
SET search_path = seed_b, public;

CREATE TABLE concerts (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	title varchar(255) NOT NULL,
	description text,
	poster_image_url text,
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_concerts_created_at ON concerts (created_at);

CREATE TABLE schedules (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	concert_id uuid NOT NULL REFERENCES concerts (id) ON DELETE CASCADE,
	date_time timestamptz NOT NULL,
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_schedules_concert_id ON schedules (concert_id);
CREATE INDEX idx_schedules_date_time ON schedules (date_time);
CREATE INDEX idx_schedules_concert_date ON schedules (concert_id, date_time);

CREATE TABLE seats (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	schedule_id uuid NOT NULL REFERENCES schedules (id) ON DELETE CASCADE,
	seat_number varchar(10) NOT NULL,
	grade varchar(5) NOT NULL,
	price integer NOT NULL,
	status varchar(20) NOT NULL DEFAULT 'available' CHECK (status IN ('available', 'reserved')),
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_seats_schedule_id ON seats (schedule_id);
CREATE INDEX idx_seats_status ON seats (status);
CREATE INDEX idx_seats_schedule_status ON seats (schedule_id, status);
CREATE UNIQUE INDEX idx_seats_schedule_seat_unique ON seats (schedule_id, seat_number);

CREATE TABLE reservations (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	schedule_id uuid NOT NULL REFERENCES schedules (id) ON DELETE RESTRICT,
	seat_ids uuid[] NOT NULL,
	total_price integer NOT NULL,
	customer_name varchar(100) NOT NULL,
	customer_phone varchar(20) NOT NULL,
	customer_email varchar(255),
	status varchar(20) NOT NULL DEFAULT 'confirmed' CHECK (status IN ('confirmed', 'cancelled')),
	created_at timestamptz NOT NULL DEFAULT now(),
	cancelled_at timestamptz,
	updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_reservations_schedule_id ON reservations (schedule_id);
CREATE INDEX idx_reservations_customer_phone ON reservations (customer_phone);
CREATE INDEX idx_reservations_customer_email ON reservations (customer_email);
CREATE INDEX idx_reservations_status ON reservations (status);
CREATE INDEX idx_reservations_created_at ON reservations (created_at);

CREATE FUNCTION update_updated_at_column() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	NEW.updated_at = now();
	RETURN NEW;
END $$;

CREATE TRIGGER update_concerts_updated_at BEFORE UPDATE ON concerts
	FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();
CREATE TRIGGER update_schedules_updated_at BEFORE UPDATE ON schedules
	FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();
CREATE TRIGGER update_seats_updated_at BEFORE UPDATE ON seats
	FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();
CREATE TRIGGER update_reservations_updated_at BEFORE UPDATE ON reservations
	FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();

RESET search_path;
