-- C only: how the direct way is judged
-- What surrounds a table decides too whether it may be written directly: a table
-- that it is a partition of, the tables that its foreign keys name.
\i test/fixtures/world.sql

-- a partition takes only its own rows
CREATE TABLE concert_booking.all_lines (LIKE concert_booking.booking_seats) PARTITION BY LIST (active);
ALTER TABLE concert_booking.all_lines ATTACH PARTITION concert_booking.booking_seats FOR VALUES IN (true);
SELECT booking_id AS booking FROM concert_booking.book_seats(test.seats('A-1'), test.booker('alice')) \gset
SELECT test.raises(format('SELECT concert_booking.cancel_booking(%L, user_id => test.booker(''alice''))', :'booking'));
ALTER TABLE concert_booking.all_lines DETACH PARTITION concert_booking.booking_seats;
DROP TABLE concert_booking.all_lines;
SELECT status FROM concert_booking.cancel_booking(:'booking', user_id => test.booker('alice'));

-- another table of seats, whose new seat the old foreign key does not know
SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-2'), test.booker('alice'));
BEGIN;
ALTER TABLE concert_booking.seats RENAME TO seats_of_before;
CREATE TABLE concert_booking.seats (LIKE concert_booking.seats_of_before INCLUDING ALL);
INSERT INTO concert_booking.seats SELECT * FROM concert_booking.seats_of_before;
INSERT INTO concert_booking.seats (id, concert_schedule_id, seat_number, seat_grade, price, ordinal)
VALUES ('5ea70000-0000-7000-8000-00000000beef', test.schedule(), 'Z-1', 'R', 1, 77);
SELECT left(test.raises($$SELECT concert_booking.hold_seat('5ea70000-0000-7000-8000-00000000beef', test.booker('bob'))$$), 5) AS refused;
ROLLBACK;

-- without the key by which a locked seat pins its schedule, the server's check pins it
BEGIN;
ALTER TABLE concert_booking.seats DROP CONSTRAINT seats_concert_schedule_id_fkey;
SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-3'), test.booker('alice'));
SELECT count(*) > 0 AS schedule_is_locked FROM pg_locks l
WHERE l.pid = pg_backend_pid() AND l.relation = 'concert_booking.concert_schedules'::regclass AND l.mode = 'RowShareLock';
ROLLBACK;

-- a fee of the owner's is part of the total that is expected
CREATE FUNCTION test.add_fee() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.total_price := NEW.total_price + 1000; RETURN NEW; END $$;
CREATE TRIGGER add_fee BEFORE INSERT ON concert_booking.bookings FOR EACH ROW EXECUTE FUNCTION test.add_fee();
SELECT test.raises($$SELECT concert_booking.book_seats(test.seats('B-1'), test.booker('bob'), expected_total => 120000)$$);
SELECT total_price FROM concert_booking.book_seats(test.seats('B-1'), test.booker('bob'), expected_total => 121000);
DROP FUNCTION test.add_fee() CASCADE;

-- an index that refuses a row shows nothing of it
CREATE UNIQUE INDEX one_for_each_phone ON concert_booking.bookings (customer_phone);
SELECT test.raises($$SELECT concert_booking.book_seats(test.seats('B-2'), session_id => test.booker('gina'), customer_name => 'Gina', customer_phone => '010-1234-5678')$$);
SELECT test.raises($$SELECT concert_booking.book_seats(test.seats('B-3'), session_id => test.booker('hugo'), customer_name => 'Hugo', customer_phone => '010-1234-5678')$$);
DROP INDEX concert_booking.one_for_each_phone;
SELECT count(*) FROM concert_booking.check_integrity() WHERE invariant !~ 'total price';
