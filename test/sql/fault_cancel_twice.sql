-- Seed B's cancel frees the seats even when its UPDATE matched nothing: the
-- second cancelling of a booking takes the seats from their next owner.
\i test/fixtures/world.sql
\i test/seeds/b.sql

-- the seed's statements
SELECT seed_b.book(seed_b.schedule(), seed_b.seats('A01'), 150000, 'Gina', '010-1234-5678') AS ginas \gset
CALL seed_b.cancel(:'ginas');
SELECT seed_b.book(seed_b.schedule(), seed_b.seats('A01'), 150000, 'Hugo', '010-8765-4321') IS NOT NULL AS booked;
CALL seed_b.cancel(:'ginas');
SELECT * FROM seed_b.state WHERE seat = 'A01';
SELECT seed_b.book(seed_b.schedule(), seed_b.seats('A01'), 150000, 'Ivan', '010-0000-0000') IS NOT NULL AS booked;
SELECT * FROM seed_b.state WHERE seat = 'A01';

-- here
SELECT booking_number AS ginas FROM concert_booking.book_seats(test.seats('A-1'), session_id => test.booker('gina'),
	customer_name => 'Gina', customer_phone => '010-1234-5678') \gset
SELECT status FROM concert_booking.cancel_guest_booking(:'ginas', '010-1234-5678');
SELECT seat_numbers FROM concert_booking.book_seats(test.seats('A-1'), session_id => test.booker('hugo'),
	customer_name => 'Hugo', customer_phone => '010-8765-4321');
SELECT status FROM concert_booking.cancel_guest_booking(:'ginas', '010-1234-5678');
SELECT seat, status, sold_to FROM test.taken;
SELECT * FROM test.availability;
SELECT * FROM concert_booking.check_integrity();
DROP SCHEMA seed_b CASCADE;
