-- Seed A locks the seat before a hold but never looks at its status: a sold
-- seat, which has no hold row any more, can be held and sold once more.
\i test/fixtures/world.sql
\i test/seeds/a.sql

-- the seed's statements
CALL seed_a.hold(test.booker('alice'), seed_a.seat('A-1'));
SELECT seed_a.confirm(test.booker('alice'), seed_a.schedule(), 'ALICE', 1) IS NOT NULL AS sold;
CALL seed_a.hold(test.booker('bob'), seed_a.seat('A-1'));
SELECT seed_a.confirm(test.booker('bob'), seed_a.schedule(), 'BOB', 1) IS NOT NULL AS sold_again;
SELECT seat, status, bookings, available_seats FROM seed_a.state WHERE schedule = '1';

-- a blocked seat, too
UPDATE seed_a.seats SET status = 'unavailable' WHERE id = seed_a.seat('A-2');
CALL seed_a.hold(test.booker('bob'), seed_a.seat('A-2'));
SELECT seat, status FROM seed_a.state WHERE schedule = '1' AND seat = 'A-2';

-- here
SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-1'), test.booker('alice'));
SELECT seat_numbers FROM concert_booking.confirm_booking(test.schedule(), test.booker('alice'));
SELECT test.raises($$SELECT concert_booking.hold_seat(test.seat('A-1'), test.booker('bob'))$$);
SELECT test.raises($$SELECT concert_booking.book_seats(test.seats('A-1'), test.booker('bob'))$$);
UPDATE concert_booking.seats SET status = 'unavailable' WHERE id = test.seat('A-2');
SELECT test.raises($$SELECT concert_booking.hold_seat(test.seat('A-2'), test.booker('bob'))$$);

-- not even a booking written by hand gets a sold seat
SELECT left(test.raises($$
	WITH b AS (INSERT INTO concert_booking.bookings (user_id, concert_schedule_id, booking_number)
			   VALUES (test.booker('bob'), test.schedule(), 'BOB') RETURNING id)
	INSERT INTO concert_booking.booking_seats (booking_id, seat_id) SELECT b.id, test.seat('A-1') FROM b$$), 5) AS unique_violation;
SELECT * FROM test.taken;
SELECT * FROM concert_booking.check_integrity();
DROP SCHEMA seed_a CASCADE;
