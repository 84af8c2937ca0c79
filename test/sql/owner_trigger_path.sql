-- C only: the twin's search_path has no concert_booking in it
-- What an owner's trigger names without a schema is the owner's: it runs as the
-- owner and under a search_path of its own, whatever the caller has set and made.
\i test/fixtures/world.sql
CREATE ROLE path_guest;
SELECT concert_booking.grant_access('path_guest', 'guest') > 0 AS granted;
CREATE TABLE concert_booking.audit (what text, as_owner boolean, path text);
CREATE FUNCTION test.audit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO audit VALUES (lower(TG_OP) || ' ' || TG_TABLE_NAME, current_user = (
		SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID), current_setting('search_path'));
	RETURN NEW;
END
$$;
CREATE TRIGGER audit AFTER UPDATE ON concert_booking.seats FOR EACH ROW EXECUTE FUNCTION test.audit();
CREATE TRIGGER audit BEFORE INSERT ON concert_booking.bookings FOR EACH ROW EXECUTE FUNCTION test.audit();
CREATE TRIGGER audit AFTER INSERT ON concert_booking.booking_events FOR EACH STATEMENT EXECUTE FUNCTION test.audit();
SELECT test.seat('A-1') AS seat, test.booker('gina') AS gina \gset

SET ROLE path_guest;
CREATE TEMPORARY TABLE audit (what text, as_owner boolean, path text);
CREATE FUNCTION pg_temp.trap() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION 'the guest''s code runs as %', current_user;
END
$$;
CREATE TRIGGER trap BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION pg_temp.trap();
SET search_path = pg_temp, public;
SELECT seat_count FROM concert_booking.book_seats(ARRAY[:'seat'::uuid], session_id => :'gina', customer_name => 'Gina', customer_phone => '010-1234-5678');
SELECT count(*) AS trapped FROM pg_temp.audit;
RESET search_path;
RESET ROLE;

SELECT DISTINCT what, as_owner, path FROM concert_booking.audit ORDER BY what;
SELECT * FROM concert_booking.check_integrity();

DROP FUNCTION test.audit CASCADE;
DROP TABLE concert_booking.audit;
SELECT concert_booking.grant_access('path_guest', 'none');
DROP OWNED BY path_guest;
DROP ROLE path_guest;
