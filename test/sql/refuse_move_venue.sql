-- A schedule that somebody has booked is not moved by way of its venue either: another time zone, or another venue. An owner corrects a wrong zone.
\i test/fixtures/world.sql
\t on
CREATE ROLE cb_test_house;
GRANT USAGE ON SCHEMA concert_booking TO cb_test_house;
GRANT SELECT ON concert_booking.venues, concert_booking.concerts TO cb_test_house;
GRANT UPDATE (name, timezone) ON concert_booking.venues TO cb_test_house;
GRANT UPDATE (title, venue_id) ON concert_booking.concerts TO cb_test_house;
GRANT EXECUTE ON FUNCTION test.raises(text), test.concert(), concert_booking.bigrams TO cb_test_house;
INSERT INTO concert_booking.venues (id, name, address, timezone) VALUES
	('0e000000-0000-7000-8000-000000000002', 'Seoul Hall', 'Seoul', 'Asia/Seoul'),
	('0e000000-0000-7000-8000-000000000003', 'Tokyo Hall', 'Tokyo', 'Asia/Tokyo'),
	('0e000000-0000-7000-8000-000000000004', 'Carnegie Hall', 'New York', 'America/New_York');
CREATE VIEW test.starts AS SELECT right(cs.id::text, 1) AS schedule, cs.starts_at FROM concert_booking.concert_schedules cs ORDER BY 1;
CREATE FUNCTION test.zone(zone text) RETURNS text LANGUAGE sql AS $$
	SELECT test.raises(format('UPDATE concert_booking.venues SET timezone = %L WHERE name = ''Olympic Hall''', zone)) $$;
CREATE FUNCTION test.venue(name text) RETURNS text LANGUAGE sql AS $$
	SELECT test.raises(format('UPDATE concert_booking.concerts SET venue_id = (SELECT v.id FROM concert_booking.venues v WHERE v.name = %L)', name)) $$;
-- nobody has booked: whoever may write the columns may move
SET ROLE cb_test_house;
SELECT test.zone('Europe/Berlin');
SELECT test.zone('Asia/Seoul');
SELECT test.venue('Carnegie Hall');
SELECT test.venue('Olympic Hall');
RESET ROLE;
TABLE test.starts;

-- one performance is booked: none moves
SELECT booking_id AS alices FROM concert_booking.book_seats(test.seats('A-1'), test.booker('alice')) \gset
SET ROLE cb_test_house;
SELECT test.zone('Europe/Berlin');
SELECT test.venue('Carnegie Hall');
-- another zone or venue with the same clocks moves nothing
SELECT test.zone('Asia/Tokyo');
SELECT test.venue('Seoul Hall');
SELECT test.venue('Tokyo Hall');
SELECT test.venue('Olympic Hall');
-- a venue that has no performances, and other columns
SELECT test.raises($$UPDATE concert_booking.venues SET timezone = 'Europe/Paris', name = 'Salle' WHERE name = 'Carnegie Hall'$$);
RESET ROLE;
TABLE test.starts;
SELECT name, timezone FROM concert_booking.venues ORDER BY name;

-- a member of the owner's role corrects
SELECT current_user AS owner \gset
GRANT :"owner" TO cb_test_house;
SET ROLE cb_test_house;
SELECT test.zone('UTC');
RESET ROLE;
TABLE test.starts;
REVOKE :"owner" FROM cb_test_house;
-- the owner does
UPDATE concert_booking.venues SET timezone = 'Asia/Seoul' WHERE name = 'Olympic Hall';
TABLE test.starts;

-- given back: it may move again
SELECT status FROM concert_booking.cancel_booking(:'alices', NULL, test.booker('alice'));
SET ROLE cb_test_house;
SELECT test.venue('Salle');
RESET ROLE;
TABLE test.starts;
SELECT * FROM concert_booking.check_integrity();
DROP VIEW test.starts;
DROP FUNCTION test.zone, test.venue;
DROP OWNED BY cb_test_house;
DROP ROLE cb_test_house;
