-- Seed B's booking selects the seats that are still available FOR UPDATE, but
-- never compares how many came back: a partly taken selection is booked whole.
\i test/fixtures/world.sql
\i test/seeds/b.sql

-- the seed's statements
SELECT seed_b.book(seed_b.schedule(), seed_b.seats('A01', 'A02'), 300000, 'Gina', '010-1234-5678') IS NOT NULL AS booked;
SELECT seed_b.book(seed_b.schedule(), seed_b.seats('A02', 'A03'), 300000, 'Hugo', '010-8765-4321') IS NOT NULL AS booked;
SELECT * FROM seed_b.state;

-- even when none of them is free
SELECT seed_b.book(seed_b.schedule(), seed_b.seats('A01'), 150000, 'Ivan', '010-0000-0000') IS NOT NULL AS booked;
SELECT * FROM seed_b.state WHERE seat = 'A01';

-- here: all of them or none, and the caller is told which are taken
SELECT seat_numbers FROM concert_booking.book_seats(test.seats('A-1', 'A-2'), session_id => test.booker('gina'),
	customer_name => 'Gina', customer_phone => '010-1234-5678');
SELECT test.raises($$SELECT concert_booking.book_seats(test.seats('A-2', 'A-3'), session_id => test.booker('hugo'),
	customer_name => 'Hugo', customer_phone => '010-8765-4321')$$);
SELECT seat, status, sold_to FROM test.taken;

-- and the price is the seats', not what the client says
SELECT total_price FROM concert_booking.bookings;
SELECT * FROM concert_booking.check_integrity();
DROP SCHEMA seed_b CASCADE;
