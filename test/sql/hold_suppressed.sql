-- C only: an SQL statement passes over a row that a trigger suppresses
-- An owner's trigger that suppresses a row must not leave half a hold or half a
-- booking behind: the call fails as a whole.
\i test/fixtures/world.sql
CREATE FUNCTION test.suppress() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE FUNCTION pg_temp.holding() RETURNS text LANGUAGE sql AS
$$ SELECT test.raises('SELECT concert_booking.hold_seat(test.seat(''A-1''), test.booker(''alice''))') $$;

CREATE TRIGGER suppress BEFORE UPDATE ON concert_booking.seats FOR EACH ROW EXECUTE FUNCTION test.suppress();
SELECT pg_temp.holding();
DROP TRIGGER suppress ON concert_booking.seats;

CREATE TRIGGER suppress BEFORE INSERT ON concert_booking.temp_reservations FOR EACH ROW EXECUTE FUNCTION test.suppress();
SELECT pg_temp.holding();
DROP TRIGGER suppress ON concert_booking.temp_reservations;
SELECT pg_temp.holding();

CREATE TRIGGER suppress BEFORE DELETE ON concert_booking.temp_reservations FOR EACH ROW EXECUTE FUNCTION test.suppress();
SELECT test.raises($$SELECT concert_booking.release_seats(NULL, test.booker('alice'))$$);
SELECT test.raises($$SELECT concert_booking.confirm_booking(test.schedule(), test.booker('alice'))$$);
DROP TRIGGER suppress ON concert_booking.temp_reservations;

CREATE TRIGGER suppress BEFORE INSERT ON concert_booking.booking_seats FOR EACH ROW EXECUTE FUNCTION test.suppress();
SELECT test.raises($$SELECT concert_booking.confirm_booking(test.schedule(), test.booker('alice'))$$);
DROP TRIGGER suppress ON concert_booking.booking_seats;
DROP FUNCTION test.suppress;

SELECT * FROM test.taken;
SELECT count(*) AS bookings FROM concert_booking.bookings;
SELECT * FROM concert_booking.check_integrity();
