-- C only: it drops the extension and makes it again
-- DROP EXTENSION never takes a booking along, and what it takes comes back.
SET client_min_messages = error;
DROP DATABASE IF EXISTS drop_extension_test;
CREATE DATABASE drop_extension_test TEMPLATE template0 ENCODING 'UTF8';
\c drop_extension_test
SET client_min_messages = error;
CREATE EXTENSION concert_booking CASCADE;
SELECT concert_booking.create_tables();
\i test/fixtures/world.sql
SELECT count(*) FROM concert_booking.book_seats(test.seats('A-1', 'A-2'), session_id => test.booker('gina'),
	customer_name => 'Gina', customer_phone => '010-1234-5678', idempotency_key => 'one');
SELECT count(*) FROM concert_booking.hold_seat(test.seat('B-1'), test.booker('bob'));
CREATE TABLE test.bookings AS TABLE concert_booking.bookings;
CREATE VIEW test.counts AS
SELECT (SELECT count(*) FROM concert_booking.bookings) AS bookings,
	   (SELECT count(*) FROM concert_booking.booking_seats) AS booking_seats,
	   (SELECT count(*) FROM concert_booking.temp_reservations) AS holds,
	   (SELECT count(*) FROM concert_booking.seats) AS seats,
	   (SELECT count(*) FROM concert_booking.booking_events) AS events;
CREATE VIEW test.definitions AS
SELECT a.attrelid::regclass || '.' || a.attname AS name, pg_get_expr(d.adbin, d.adrelid) AS definition
FROM pg_attrdef d JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
JOIN pg_class c ON c.oid = d.adrelid WHERE c.relnamespace = 'concert_booking'::regnamespace
UNION ALL
SELECT c.oid::regclass::text, concat_ws(' ', pg_get_indexdef(c.oid), obj_description(c.oid))
FROM pg_class c WHERE c.relnamespace = 'concert_booking'::regnamespace
UNION ALL
SELECT t.tgrelid::regclass || '.' || t.tgname, pg_get_triggerdef(t.oid) FROM pg_trigger t
JOIN pg_class c ON c.oid = t.tgrelid WHERE c.relnamespace = 'concert_booking'::regnamespace AND NOT t.tgisinternal;
CREATE TABLE test.before AS TABLE test.definitions;

-- the safety catch
SELECT split_part(test.raises('DROP EXTENSION concert_booking'), E'\n', 1);
SELECT * FROM test.counts;

-- with CASCADE the code goes, the data stays
DROP EXTENSION concert_booking CASCADE;
SELECT * FROM test.counts;
SELECT to_regprocedure('concert_booking.hold_seat(uuid, uuid, uuid)') IS NULL AS code_is_gone;
SELECT count(*) > 0 AS something_is_missing FROM (TABLE test.before EXCEPT TABLE test.definitions) d;

-- and everything comes back
CREATE EXTENSION concert_booking;
SELECT invariant, detail FROM concert_booking.check_integrity() ORDER BY 2;
SELECT concert_booking.create_tables();
SELECT 'gone' AS change, d.* FROM (TABLE test.before EXCEPT TABLE test.definitions) d
UNION ALL SELECT 'new', d.* FROM (TABLE test.definitions EXCEPT TABLE test.before) d;
SELECT * FROM test.counts;
SELECT count(*) AS the_same FROM (TABLE test.bookings INTERSECT TABLE concert_booking.bookings) b;
SELECT * FROM concert_booking.check_integrity();

-- it works on with the old data: key, phone, hold, log
SELECT status, seat_count FROM concert_booking.book_seats(test.seats('A-1', 'A-2'), session_id => test.booker('gina'),
	customer_name => 'Gina', customer_phone => '010-1234-5678', idempotency_key => 'one');
SELECT status, seat_count FROM concert_booking.confirm_booking(test.schedule(1), test.booker('bob'));
SELECT status, seat_count FROM concert_booking.cancel_guest_booking(
	(SELECT booking_number FROM test.bookings), '+82 10 1234 5678');
SELECT seat, status, sold_to FROM test.taken;
SELECT * FROM test.availability;
SELECT event_type, seat_count FROM test.events;
SELECT * FROM concert_booking.check_integrity();

\c contrib_regression
SET client_min_messages = error;
DROP DATABASE drop_extension_test;
