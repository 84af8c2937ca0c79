-- Seed A's cancel frees seats and raises the counter even when the booking was
-- not the caller's, or was cancelled before: seats sold again since are set
-- free, and the counter rises twice.
\i test/fixtures/world.sql
\i test/seeds/a.sql

-- the seed's statements: a stranger cancels, and the seat is free
CALL seed_a.hold(test.booker('alice'), seed_a.seat('A-1'));
SELECT seed_a.confirm(test.booker('alice'), seed_a.schedule(), 'ALICE', 1) AS alices \gset
CALL seed_a.cancel(test.booker('bob'), :'alices', 'not mine');
SELECT seat, status, bookings, available_seats FROM seed_a.state WHERE schedule = '1';

-- the booker cancels twice, and in between the seat was sold: it is free again
CALL seed_a.hold(test.booker('bob'), seed_a.seat('A-2'));
SELECT seed_a.confirm(test.booker('bob'), seed_a.schedule(), 'BOB', 1) AS bobs \gset
CALL seed_a.cancel(test.booker('bob'), :'bobs', 'first time');
CALL seed_a.hold(test.booker('alice'), seed_a.seat('A-2'));
CALL seed_a.hold(test.booker('alice'), seed_a.seat('A-3'));
SELECT seed_a.confirm(test.booker('alice'), seed_a.schedule(), 'ALICE 2', 2) IS NOT NULL AS sold;
CALL seed_a.cancel(test.booker('bob'), :'bobs', 'second time');
SELECT seat, status, bookings, available_seats FROM seed_a.state WHERE schedule = '1';

-- here: somebody else's booking is no booking
SELECT booking_id AS alices FROM concert_booking.book_seats(test.seats('A-1'), test.booker('alice')) \gset
SELECT test.raises(format('SELECT concert_booking.cancel_booking(%L, NULL, test.booker(''bob''))', :'alices'));
SELECT seat, status, sold_to FROM test.taken;

-- and the second cancelling takes nothing from the next owner
SELECT booking_id AS bobs FROM concert_booking.book_seats(test.seats('A-2'), test.booker('bob')) \gset
SELECT status FROM concert_booking.cancel_booking(:'bobs', 'first time', test.booker('bob'));
SELECT seat_numbers FROM concert_booking.book_seats(test.seats('A-2', 'A-3'), test.booker('alice'));
SELECT status FROM concert_booking.cancel_booking(:'bobs', 'second time', test.booker('bob'));
SELECT seat, status, sold_to FROM test.taken;
SELECT * FROM test.availability;
SELECT * FROM concert_booking.check_integrity();
DROP SCHEMA seed_a CASCADE;
