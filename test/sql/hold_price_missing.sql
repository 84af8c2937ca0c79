-- C only: the twin writes the column; tables of 0.1 have none until create_tables()
-- Between the new library and create_tables() a hold has no price: the seat's counts.
\i test/fixtures/world.sql
DROP TRIGGER fill_hold ON concert_booking.temp_reservations;
ALTER TABLE concert_booking.temp_reservations DROP COLUMN price;
CREATE TRIGGER fill_hold BEFORE INSERT ON concert_booking.temp_reservations FOR EACH ROW
	WHEN (new.concert_schedule_id IS NULL) EXECUTE FUNCTION concert_booking.fill_hold();

SELECT seat_number, price FROM concert_booking.hold_seats(test.seats('A-1', 'A-2', 'B-1'), test.booker('alice'));
UPDATE concert_booking.seats SET price = 999 WHERE id = ANY (test.seats('A-1', 'A-2'));
SELECT seat_number, price FROM concert_booking.hold_seat(test.seat('A-1'), test.booker('alice'));
SELECT seat_number, price FROM concert_booking.extend_holds(test.schedule(), test.booker('alice'));
SELECT total_price FROM concert_booking.confirm_booking(test.schedule(), test.booker('alice'), seat_ids => test.seats('A-1'), expected_total => 999);
INSERT INTO concert_booking.temp_reservations (user_id, seat_id, expires_at)
VALUES (test.booker('bob'), test.seat('A-3'), '2040-05-01 12:10');
UPDATE concert_booking.seats SET status = 'temp_reserved', hold_expires_at = '2040-05-01 12:10' WHERE id = test.seat('A-3');

-- the column comes: holds that are there have no price, new ones have
SELECT concert_booking.create_tables();
UPDATE concert_booking.seats SET price = 888 WHERE id = ANY (test.seats('A-2', 'A-3'));
SELECT seat_number, price FROM concert_booking.hold_seats(test.seats('B-2', 'A-2'), test.booker('alice'));
UPDATE concert_booking.seats SET price = 777 WHERE id = ANY (test.seats('B-1', 'B-2'));
SELECT seat_number, price FROM concert_booking.extend_holds(test.schedule(), test.booker('alice'));
SELECT total_price FROM concert_booking.confirm_booking(test.schedule(), test.booker('alice'));
SELECT total_price FROM concert_booking.confirm_booking(test.schedule(), test.booker('bob'));
SELECT * FROM concert_booking.check_integrity();
