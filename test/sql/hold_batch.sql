-- C only: the twin writes row by row, and its errors are those of its statements
-- The rows of one call go in together: each is judged by itself, and an error in the
-- middle leaves nothing.
\i test/fixtures/world.sql

-- a seat that says it is free has a hold already, in the middle of the set
INSERT INTO concert_booking.temp_reservations (user_id, seat_id, expires_at)
VALUES (test.booker('bob'), test.seat('A-3'), '2040-05-01 12:10');
SELECT test.raises($$SELECT * FROM concert_booking.hold_seats(test.seats('A-1', 'A-2', 'A-3', 'A-4', 'B-1'), test.booker('alice'))$$);
SELECT * FROM test.taken;
DELETE FROM concert_booking.temp_reservations;

-- and in the middle of a transaction that goes on
BEGIN;
SELECT count(*) FROM concert_booking.hold_seats(test.seats('B-1', 'B-2'), test.booker('alice'));
INSERT INTO concert_booking.temp_reservations (user_id, seat_id, expires_at)
VALUES (test.booker('bob'), test.seat('A-3'), '2040-05-01 12:10');
SELECT test.raises($$SELECT * FROM concert_booking.hold_seats(test.seats('A-1', 'A-3', 'A-4', 'B-1'), test.booker('alice'))$$);
DELETE FROM concert_booking.temp_reservations WHERE seat_id = test.seat('A-3');
SELECT count(*) FROM concert_booking.hold_seats(test.seats('A-1', 'A-3', 'A-4', 'B-1'), test.booker('alice'));
COMMIT;
SELECT * FROM test.taken;
SELECT concert_booking.release_seats(user_id => test.booker('alice'));

-- an owner's CHECK refuses the seats of one price
ALTER TABLE concert_booking.temp_reservations ADD CONSTRAINT cheap CHECK (price < 150000);
SELECT test.raises($$SELECT * FROM concert_booking.hold_seats(test.seats('B-1', 'B-2', 'A-1', 'B-3'), test.booker('alice'))$$);
SELECT * FROM test.taken;
SELECT count(*) FROM concert_booking.hold_seats(test.seats('B-1', 'B-2', 'B-3'), test.booker('alice'));
SELECT concert_booking.release_seats(user_id => test.booker('alice'));
ALTER TABLE concert_booking.temp_reservations DROP CONSTRAINT cheap;

-- an owner's index of some rows has those, and of the lines of bookings too
CREATE INDEX dear_holds ON concert_booking.temp_reservations (seat_id, (price / 1000)) WHERE price >= 150000;
CREATE UNIQUE INDEX dear_lines ON concert_booking.booking_seats ((lower(seat_grade)), seat_id) WHERE price >= 150000;
SELECT count(*) FROM concert_booking.hold_seats(test.seats('B-1', 'A-2', 'B-2', 'A-1', 'A-4'), test.booker('alice'));
SET enable_seqscan = off;
SET enable_bitmapscan = off;
SELECT s.seat_number, t.price FROM concert_booking.temp_reservations t JOIN concert_booking.seats s ON s.id = t.seat_id
WHERE t.price >= 150000 AND t.seat_id = ANY (test.seats('A-1', 'A-2', 'A-3', 'A-4', 'B-1', 'B-2')) ORDER BY 1;
SELECT seat_numbers FROM concert_booking.confirm_booking(test.schedule(), test.booker('alice'));
SELECT s.seat_number, l.price FROM concert_booking.booking_seats l JOIN concert_booking.seats s ON s.id = l.seat_id
WHERE l.price >= 150000 AND lower(l.seat_grade) = 'r' ORDER BY 1;
RESET enable_seqscan;
RESET enable_bitmapscan;
DROP INDEX concert_booking.dear_holds, concert_booking.dear_lines;

-- an owner's trigger sees each row when it comes, in the order of the ids
CREATE FUNCTION test.say() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE NOTICE '% of %, rows before: %', TG_OP, (SELECT seat_number FROM concert_booking.seats
		WHERE id = NEW.seat_id), (SELECT count(*) FROM concert_booking.temp_reservations);
	RETURN NEW;
END
$$;
CREATE TRIGGER say BEFORE INSERT ON concert_booking.temp_reservations FOR EACH ROW EXECUTE FUNCTION test.say();
SET client_min_messages = notice;
SELECT count(*) FROM concert_booking.hold_seats(test.seats('B-3', 'A-3', 'B-4'), session_id => test.booker('gina'));
RESET client_min_messages;
DROP TRIGGER say ON concert_booking.temp_reservations;
DROP FUNCTION test.say();

-- lapsed holds make way for new ones, and a seat of one's own among them stays
CALL test.set_clock('2040-05-01 12:30');
SELECT count(*) FROM concert_booking.hold_seat(test.seat('B-4'), test.booker('bob'));
SELECT seat_number FROM concert_booking.hold_seats(test.seats('B-3', 'A-3', 'B-4'), test.booker('bob'));
SELECT * FROM test.taken WHERE status = 'temp_reserved';
SELECT * FROM concert_booking.check_integrity();
