-- C only: how tables of 0.1 with many bookings get the indexes of keys
-- Making an index keeps sales out: create_tables() does so in small tables and else says what to run.
\i test/fixtures/world.sql
INSERT INTO concert_booking.bookings (user_id, concert_schedule_id, booking_number, idempotency_key)
SELECT test.booker('bob'), test.schedule(), 'number ' || n, 'order ' || n FROM generate_series(1, 30000) n;
DROP INDEX concert_booking.idx_bookings_user_key, concert_booking.idx_bookings_session_key;
-- without any: the table is read
SELECT test.raises($$SELECT concert_booking.book_seats(test.seats('A-1'), test.booker('alice'), idempotency_key => 'k')$$);
CREATE UNIQUE INDEX idx_bookings_idempotency_key ON concert_booking.bookings
	(idempotency_key, (coalesce(user_id, session_id))) WHERE idempotency_key IS NOT NULL;

CREATE TEMP VIEW key_indexes AS
SELECT c.relname, i.indisunique, i.indisvalid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE c.relname ~ '^idx_bookings_.*_key$' ORDER BY 1;

-- a big table: told, and sold from meanwhile by the old index
SELECT concert_booking.create_tables();
TABLE pg_temp.key_indexes;
SELECT booking_id AS first FROM concert_booking.book_seats(test.seats('A-1'), test.booker('alice'), idempotency_key => 'k') \gset
SELECT booking_id = :'first' AS same FROM concert_booking.book_seats(test.seats('A-1'), test.booker('alice'), idempotency_key => 'k');
SELECT count(*) AS broken FROM concert_booking.check_integrity() WHERE invariant ~ 'indexes';

-- one of the two that is not valid is told of as well, and not used
CREATE UNIQUE INDEX CONCURRENTLY idx_bookings_session_key ON concert_booking.bookings (session_id, idempotency_key) WHERE session_id IS NOT NULL AND idempotency_key IS NOT NULL;
INSERT INTO concert_booking.bookings (user_id, concert_schedule_id, booking_number) VALUES
	(test.booker('bob'), test.schedule(), 'x'), (test.booker('bob'), test.schedule(), 'y');
CREATE UNIQUE INDEX CONCURRENTLY idx_bookings_user_key ON concert_booking.bookings (user_id);
SELECT concert_booking.create_tables();
TABLE pg_temp.key_indexes;
SELECT booking_id = :'first' AS same FROM concert_booking.book_seats(test.seats('A-1'), test.booker('alice'), idempotency_key => 'k');

-- the statements that were told; then the old one goes
DROP INDEX CONCURRENTLY concert_booking.idx_bookings_user_key;
CREATE UNIQUE INDEX CONCURRENTLY idx_bookings_user_key ON concert_booking.bookings (user_id, idempotency_key) WHERE user_id IS NOT NULL AND idempotency_key IS NOT NULL;
SELECT booking_id = :'first' AS same FROM concert_booking.book_seats(test.seats('A-1'), test.booker('alice'), idempotency_key => 'k');
SELECT concert_booking.create_tables();
TABLE pg_temp.key_indexes;
SELECT booking_id = :'first' AS same FROM concert_booking.book_seats(test.seats('A-1'), test.booker('alice'), idempotency_key => 'k');

-- a small table: made at once
\i test/fixtures/world.sql
DROP INDEX concert_booking.idx_bookings_user_key, concert_booking.idx_bookings_session_key;
CREATE UNIQUE INDEX idx_bookings_idempotency_key ON concert_booking.bookings
	(idempotency_key, (coalesce(user_id, session_id))) WHERE idempotency_key IS NOT NULL;
ALTER TABLE concert_booking.temp_reservations DROP COLUMN price CASCADE;
SELECT concert_booking.create_tables();
TABLE pg_temp.key_indexes;
DROP VIEW pg_temp.key_indexes;
SELECT * FROM concert_booking.check_integrity();
