-- cancel_seats: exactly these seats are free again, the others stay; the last one cancels the booking.
\i test/fixtures/world.sql
\i test/fixtures/orders.sql
SELECT booking_id AS alices FROM concert_booking.book_seats(test.seats('A-1', 'A-2', 'B-1', 'B-2'), test.booker('alice'), idempotency_key => 'k') \gset
CALL test.set_clock('2040-05-10 09:00');
SELECT booking_id = :'alices' AS same, status, seat_count, total_price, seat_numbers, cancelled_at, refund_due
FROM concert_booking.cancel_seats(:'alices', test.seats('B-1', 'A-1'), 'two fall ill', test.booker('alice'));
SELECT * FROM test.orders;
SELECT seat, status, sold_to FROM test.taken;
SELECT * FROM test.availability WHERE schedule = '1';
SELECT * FROM test.events;
SELECT * FROM concert_booking.check_integrity();

-- again, also together with one more: what is cancelled counts as done
SELECT seat_count, seat_numbers FROM concert_booking.cancel_seats(:'alices', test.seats('A-1'), NULL, test.booker('alice'));
SELECT seat_numbers FROM concert_booking.book_seats(test.seats('A-1'), test.booker('bob'));
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT left(test.raises(format('SELECT concert_booking.cancel_seats(%L, test.seats(''A-3''), NULL, test.booker(''alice''))', :'alices')), 5) AS refused;
SELECT seat_count, total_price, seat_numbers FROM concert_booking.cancel_seats(:'alices', test.seats('A-1', 'A-2'), NULL, test.booker('alice'));
SELECT seat_count, total_price, seat_numbers FROM concert_booking.cancel_seats(:'alices', test.seats('A-1', 'A-2'), NULL, test.booker('alice'));
COMMIT;
SELECT seat, status, sold_to FROM test.taken;
SELECT event_type, seat_count FROM test.events;

-- the key of the sale answers with what is left of it
SELECT seat_count, seat_numbers FROM concert_booking.book_seats(test.seats('A-1', 'A-2', 'B-1', 'B-2'), test.booker('alice'), idempotency_key => 'k');

-- the last seat: the booking is cancelled, and tells of all that it had
SELECT status, seat_count, total_price, seat_numbers, to_char(cancelled_at, 'MM-DD HH24:MI') AS cancelled
FROM concert_booking.cancel_seats(:'alices', test.seats('B-2'), 'nobody comes', test.booker('alice'));
SELECT cancellation_reason FROM concert_booking.bookings WHERE id = :'alices';
SELECT * FROM test.orders;
SELECT status, seat_count FROM concert_booking.cancel_seats(:'alices', test.seats('B-2', 'A-1'), NULL, test.booker('alice'));

-- cancel_booking takes the rest
SELECT booking_id AS bobs FROM concert_booking.book_seats(test.seats('A-3', 'A-4', 'B-3'), test.booker('bob')) \gset
SELECT seat_numbers FROM concert_booking.cancel_seats(:'bobs', test.seats('A-4'), NULL, test.booker('bob'));
SELECT status, seat_count, total_price, seat_numbers FROM concert_booking.cancel_booking(:'bobs', NULL, test.booker('bob'));
SELECT seat, status, sold_to FROM test.taken;
SELECT * FROM test.availability WHERE schedule = '1';
SELECT event_type, seat_count FROM test.events;
SELECT * FROM concert_booking.check_integrity();
