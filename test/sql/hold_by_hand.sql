-- Holds written by hand, as seed A's statements write them: the deadline is the
-- hold row's when the seat does not tell it, and a hold without a row is over.
\i test/fixtures/world.sql

-- a hold row and a seat without hold_expires_at
INSERT INTO concert_booking.temp_reservations (user_id, seat_id, expires_at)
VALUES (test.booker('alice'), test.seat('A-1'), '2040-05-01 12:10'),
	   (test.booker('alice'), test.seat('A-2'), '2040-05-01 11:59');
UPDATE concert_booking.seats SET status = 'temp_reserved'
WHERE id = ANY (test.seats('A-1', 'A-2', 'A-3', 'A-4'));
UPDATE concert_booking.seats SET hold_expires_at = '2040-05-01 12:05' WHERE id = test.seat('A-4');
SELECT seat, status, held_by, until FROM test.taken;

-- A-1 is live, A-2 has lapsed, A-3 has no end at all, A-4 has one without a row
SELECT test.raises($$SELECT concert_booking.hold_seat(test.seat('A-1'), test.booker('bob'))$$);
SELECT seat_number FROM concert_booking.hold_seats(test.seats('A-2', 'A-3'), test.booker('bob'));
SELECT test.raises($$SELECT concert_booking.hold_seat(test.seat('A-4'), test.booker('bob'))$$);
CALL test.set_clock('2040-05-01 12:06');
SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-4'), test.booker('bob'));

-- the holder of the hand-written hold confirms it
SELECT seat_numbers FROM concert_booking.confirm_booking(test.schedule(), test.booker('alice'));

SELECT * FROM test.taken;
SELECT * FROM concert_booking.check_integrity();
