/*
 * System A as its design document has it: its tables, its indexes and its
 * updated_at trigger, in a schema of their own. The members' table stands in
 * for Supabase's auth.users.
 */
CREATE SCHEMA auth;
CREATE TABLE auth.users (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	email text,
	created_at timestamptz NOT NULL DEFAULT now()
);

CREATE SCHEMA seed_a;
SET search_path = seed_a, public;

CREATE TABLE venues (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	name varchar(200) NOT NULL,
	address text NOT NULL,
	location_lat decimal(10, 8),
	location_lng decimal(11, 8),
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE concerts (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	venue_id uuid NOT NULL REFERENCES venues (id) ON DELETE RESTRICT,
	title varchar(300) NOT NULL,
	poster_url text,
	description text,
	genre varchar(50),
	performers text,
	rating varchar(20),
	running_time integer,
	status varchar(20) NOT NULL DEFAULT 'active',
	is_deleted boolean NOT NULL DEFAULT false,
	popularity integer NOT NULL DEFAULT 0,
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE concert_schedules (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	concert_id uuid NOT NULL REFERENCES concerts (id) ON DELETE CASCADE,
	concert_date date NOT NULL,
	concert_time time NOT NULL,
	total_seats integer NOT NULL,
	available_seats integer NOT NULL,
	is_sold_out boolean NOT NULL DEFAULT false,
	is_booking_open boolean NOT NULL DEFAULT true,
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT unique_concert_schedule UNIQUE (concert_id, concert_date, concert_time)
);

CREATE TABLE seats (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	concert_schedule_id uuid NOT NULL REFERENCES concert_schedules (id) ON DELETE CASCADE,
	seat_number varchar(20) NOT NULL,
	seat_grade varchar(20) NOT NULL,
	price integer NOT NULL,
	position_x integer,
	position_y integer,
	status varchar(20) NOT NULL DEFAULT 'available',
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT unique_seat UNIQUE (concert_schedule_id, seat_number)
);

CREATE TABLE bookings (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	user_id uuid NOT NULL REFERENCES auth.users (id) ON DELETE RESTRICT,
	concert_schedule_id uuid NOT NULL REFERENCES concert_schedules (id) ON DELETE RESTRICT,
	booking_number varchar(50) NOT NULL UNIQUE,
	status varchar(20) NOT NULL DEFAULT 'confirmed',
	cancelled_at timestamptz,
	cancellation_reason text,
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE booking_seats (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	booking_id uuid NOT NULL REFERENCES bookings (id) ON DELETE CASCADE,
	seat_id uuid NOT NULL REFERENCES seats (id) ON DELETE RESTRICT,
	created_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT unique_booking_seat UNIQUE (booking_id, seat_id)
);

CREATE TABLE temp_reservations (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	user_id uuid NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE,
	seat_id uuid NOT NULL REFERENCES seats (id) ON DELETE CASCADE,
	expires_at timestamptz NOT NULL,
	created_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT unique_temp_seat UNIQUE (seat_id)
);

CREATE TABLE wishlists (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	user_id uuid NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE,
	concert_id uuid NOT NULL REFERENCES concerts (id) ON DELETE CASCADE,
	created_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT unique_wishlist UNIQUE (user_id, concert_id)
);

CREATE INDEX idx_concerts_genre ON concerts (genre) WHERE is_deleted = false;
CREATE INDEX idx_concerts_status ON concerts (status) WHERE is_deleted = false;
CREATE INDEX idx_concerts_popularity ON concerts (popularity DESC) WHERE is_deleted = false;
CREATE INDEX idx_concerts_title_trgm ON concerts USING gin (title gin_trgm_ops);
CREATE INDEX idx_concerts_performers_trgm ON concerts USING gin (performers gin_trgm_ops);
CREATE INDEX idx_concert_schedules_concert_id ON concert_schedules (concert_id);
CREATE INDEX idx_concert_schedules_date ON concert_schedules (concert_date);
CREATE INDEX idx_concert_schedules_available ON concert_schedules (concert_date)
	WHERE is_booking_open = true AND is_sold_out = false;
CREATE INDEX idx_seats_schedule_id ON seats (concert_schedule_id);
CREATE INDEX idx_seats_status ON seats (status) WHERE status = 'available';
CREATE INDEX idx_bookings_user_id ON bookings (user_id);
CREATE INDEX idx_bookings_status ON bookings (user_id, status);
CREATE INDEX idx_bookings_schedule_id ON bookings (concert_schedule_id);
CREATE INDEX idx_booking_seats_booking_id ON booking_seats (booking_id);
CREATE INDEX idx_booking_seats_seat_id ON booking_seats (seat_id);
CREATE INDEX idx_temp_reservations_user_id ON temp_reservations (user_id);
CREATE INDEX idx_temp_reservations_expires_at ON temp_reservations (expires_at);
CREATE INDEX idx_wishlists_user_id ON wishlists (user_id);
CREATE INDEX idx_wishlists_concert_id ON wishlists (concert_id);

ALTER TABLE seats ADD CONSTRAINT chk_seats_price CHECK (price >= 0);
ALTER TABLE seats ADD CONSTRAINT chk_seats_status
	CHECK (status IN ('available', 'temp_reserved', 'reserved', 'unavailable'));
ALTER TABLE concert_schedules ADD CONSTRAINT chk_available_seats
	CHECK (available_seats >= 0 AND available_seats <= total_seats);
ALTER TABLE bookings ADD CONSTRAINT chk_bookings_status
	CHECK (status IN ('confirmed', 'cancelled'));

CREATE FUNCTION update_updated_at_column() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	NEW.updated_at = now();
	RETURN NEW;
END $$;

CREATE TRIGGER update_venues_updated_at BEFORE UPDATE ON venues
	FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();
CREATE TRIGGER update_concerts_updated_at BEFORE UPDATE ON concerts
	FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();
CREATE TRIGGER update_concert_schedules_updated_at BEFORE UPDATE ON concert_schedules
	FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();
CREATE TRIGGER update_seats_updated_at BEFORE UPDATE ON seats
	FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();
CREATE TRIGGER update_bookings_updated_at BEFORE UPDATE ON bookings
	FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();

RESET search_path;
