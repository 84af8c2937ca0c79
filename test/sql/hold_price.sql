-- A hold keeps the price that it told: a new price is for new holds.
\i test/fixtures/world.sql

CREATE FUNCTION pg_temp.reprice(VARIADIC labels text[]) RETURNS void LANGUAGE sql AS $$
	UPDATE concert_booking.seats SET price = 999 WHERE id = ANY (test.seats(VARIADIC labels))
$$;
CREATE VIEW pg_temp.sold AS
SELECT u.name, b.total_price, array_agg(s.seat_number || ' ' || bs.price ORDER BY s.ordinal) AS seats
FROM concert_booking.bookings b
JOIN test.bookers u ON u.id = coalesce(b.user_id, b.session_id)
JOIN concert_booking.booking_seats bs ON bs.booking_id = b.id
JOIN concert_booking.seats s ON s.id = bs.seat_id
GROUP BY b.id, u.name ORDER BY b.created_at;

-- held again, extended, listed: the price of the first moment
SELECT seat_number, price FROM concert_booking.hold_seats(test.seats('A-1', 'A-2', 'B-1'), test.booker('alice'));
SELECT pg_temp.reprice('A-1', 'A-2', 'A-3', 'B-2');
SELECT seat_number, price FROM concert_booking.hold_seat(test.seat('A-1'), test.booker('alice'));
SELECT seat_number, price FROM concert_booking.hold_seats(test.seats('A-3', 'A-2'), test.booker('alice'));
SELECT seat_number, price FROM concert_booking.extend_holds(test.schedule(), test.booker('alice'));
SELECT s.seat_number, t.price AS told, s.price AS asked FROM concert_booking.temp_reservations t
JOIN concert_booking.seats s ON s.id = t.seat_id ORDER BY s.ordinal;

-- a part of them, then the rest; a hold beside a free seat in one booking
SELECT total_price FROM concert_booking.confirm_booking(test.schedule(), test.booker('alice'), seat_ids => test.seats('A-1', 'A-3'));
SELECT total_price FROM concert_booking.book_seats(test.seats('B-2', 'A-2'), test.booker('alice'));
SELECT total_price FROM concert_booking.confirm_booking(test.schedule(), test.booker('alice'));
TABLE pg_temp.sold;

-- max_price judges what a new hold would cost; the answer is what the hold costs
SELECT test.raises($$SELECT concert_booking.hold_best_seats(test.schedule(), 1, max_price => 999, session_id => test.booker('gina'))$$);
SELECT pg_temp.reprice('A-4');
SELECT seat_number, price FROM concert_booking.hold_best_seats(test.schedule(), 1, max_price => 999, session_id => test.booker('gina'));
UPDATE concert_booking.seats SET price = 150000 WHERE id = test.seat('A-4');
SELECT total_price FROM concert_booking.confirm_booking(test.schedule(), session_id => test.booker('gina'),
	customer_name => 'Gina', customer_phone => '010-1234-5678');

-- a hold that has lapsed keeps nothing: whoever holds the seat anew gets the new price
SELECT seat_number, price FROM concert_booking.hold_seats(test.seats('B-3', 'B-4'), test.booker('bob'));
SELECT pg_temp.reprice('B-3', 'B-4');
CALL test.set_clock('2040-05-01 12:11');
SELECT seat_number, price FROM concert_booking.hold_seat(test.seat('B-3'), test.booker('bob'));
SELECT total_price FROM concert_booking.confirm_booking(test.schedule(), test.booker('bob'));
SELECT total_price FROM concert_booking.book_seats(test.seats('B-4'), test.booker('bob'));

-- released and held anew: likewise
SELECT seat_number, price FROM concert_booking.hold_seat(test.seat('A-1', 2), test.booker('bob'));
UPDATE concert_booking.seats SET price = 888 WHERE id = test.seat('A-1', 2);
SELECT concert_booking.release_seats(NULL, test.booker('bob'));
SELECT seat_number, price FROM concert_booking.hold_seat(test.seat('A-1', 2), test.booker('bob'));
SELECT concert_booking.release_seats(NULL, test.booker('bob'));

-- a hold written by hand has the price of its seat, unless it says one
INSERT INTO concert_booking.temp_reservations (user_id, seat_id, expires_at, price)
VALUES (test.booker('bob'), test.seat('A-1', 2), '2040-05-01 12:30', NULL),
	   (test.booker('bob'), test.seat('A-2', 2), '2040-05-01 12:30', 0);
UPDATE concert_booking.seats SET status = 'temp_reserved', hold_expires_at = '2040-05-01 12:30', price = 777
WHERE concert_schedule_id = test.schedule(2);
SELECT seat_number, price FROM concert_booking.extend_holds(test.schedule(2), test.booker('bob'));
SELECT test.raises($$UPDATE concert_booking.temp_reservations SET price = -1$$) LIKE '23514%' AS refused;

-- a hold of before 0.2 has none: the seat's price counts
UPDATE concert_booking.temp_reservations SET price = NULL WHERE seat_id = test.seat('A-1', 2);
SELECT seat_number, price FROM concert_booking.hold_seat(test.seat('A-1', 2), test.booker('bob'));
SELECT total_price FROM concert_booking.confirm_booking(test.schedule(2), test.booker('bob'));
TABLE pg_temp.sold;
SELECT * FROM concert_booking.check_integrity();
