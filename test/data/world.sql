/*
 * world.sql - a small box office with everything in it, and with what an owner
 * adds to our tables: a column, an index, a policy, a trigger, a publication, a
 * view, a check, a comment, privileges. All of it must survive any journey.
 */
\set ON_ERROR_STOP on
SET client_min_messages = warning;

INSERT INTO concert_booking.venues (id, name, address)
VALUES ('00000000-0000-4000-a000-000000000001', 'hall', 'here');
INSERT INTO concert_booking.concerts (id, venue_id, title, genre, performers)
VALUES ('00000000-0000-4000-a000-000000000002', '00000000-0000-4000-a000-000000000001',
		'journey', 'jazz', 'somebody');
INSERT INTO concert_booking.concert_schedules (id, concert_id, concert_date, concert_time)
SELECT ('00000000-0000-4000-a000-00000000001' || i)::uuid, '00000000-0000-4000-a000-000000000002',
	   current_date + 10 * i, '19:00'
FROM generate_series(1, 3) i;
SELECT concert_booking.generate_seats(cs.id, ARRAY['A', 'B', 'C'], 10, 'R', 90000)
FROM concert_booking.concert_schedules cs;

/* Members hold, book and cancel; guests book. */
CREATE TEMP TABLE numbered AS
SELECT s.id, s.concert_schedule_id AS schedule, s.ordinal,
	   ('00000000-0000-4000-b000-00000000000' || s.ordinal % 5)::uuid AS booker
FROM concert_booking.seats s;
SELECT count(concert_booking.hold_seat(n.id, user_id => n.booker))
FROM numbered n WHERE n.ordinal BETWEEN 1 AND 5;
SELECT count(concert_booking.book_seats(ARRAY[n.id], user_id => n.booker, idempotency_key => 'key ' || n.id))
FROM numbered n WHERE n.ordinal BETWEEN 6 AND 15;
SELECT count(concert_booking.book_seats(ARRAY[n.id], session_id => n.booker,
			 customer_name => 'guest', customer_phone => '010-1234-5678', customer_email => 'g@example.org'))
FROM numbered n WHERE n.ordinal BETWEEN 16 AND 20;
SELECT count(concert_booking.cancel_booking(b.id, 'changed my mind', b.user_id, b.session_id))
FROM (SELECT b.* FROM concert_booking.bookings b ORDER BY b.id LIMIT 7) b;
SELECT concert_booking.block_seats(array_agg(n.id)) FROM numbered n WHERE n.ordinal = 30;
INSERT INTO concert_booking.wishlists (user_id, concert_id)
SELECT DISTINCT n.booker, '00000000-0000-4000-a000-000000000002'::uuid FROM numbered n;

/* What owners add. */
DO $do$
BEGIN
	IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'data_reader') THEN
		CREATE ROLE data_reader;
	END IF;
END
$do$;
CREATE FUNCTION public.note_booking() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN NEW.note := coalesce(NEW.note, 'noted'); RETURN NEW; END $$;
ALTER TABLE concert_booking.bookings ADD COLUMN note text DEFAULT 'none';
ALTER TABLE concert_booking.seats ADD COLUMN wheelchair boolean NOT NULL DEFAULT false;
ALTER TABLE concert_booking.seats ADD CONSTRAINT owner_check CHECK (NOT wheelchair OR price < 1000000);
CREATE INDEX owner_index ON concert_booking.bookings (note);
CREATE TRIGGER owner_trigger BEFORE INSERT ON concert_booking.bookings
	FOR EACH ROW EXECUTE FUNCTION public.note_booking();
ALTER TABLE concert_booking.bookings ENABLE ROW LEVEL SECURITY;
CREATE POLICY owner_policy ON concert_booking.bookings FOR SELECT TO data_reader USING (note <> 'secret');
GRANT SELECT ON concert_booking.bookings TO data_reader;
SELECT concert_booking.grant_access('data_reader', 'guest');
CREATE VIEW public.owner_view AS SELECT s.seat_number, s.status FROM concert_booking.seats s;
COMMENT ON COLUMN concert_booking.bookings.note IS 'the owner''s own';
CREATE PUBLICATION owner_publication FOR TABLE concert_booking.seats, concert_booking.bookings;
UPDATE concert_booking.bookings SET note = 'number ' || id WHERE idempotency_key IS NOT NULL;
