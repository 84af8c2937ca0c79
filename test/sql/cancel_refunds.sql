-- What comes back of a cancelled seat: by the refund rules of the day on which it was paid.
\i test/fixtures/world.sql
\i test/fixtures/orders.sql
UPDATE concert_booking.concert_schedules
SET refund_ladder = '{"steps": [{"hours": 240, "percent": 100}, {"hours": 24, "percent": 33}], "fee": 1000}' WHERE id = test.schedule();
SELECT test.begin('alice', 'A-1', 'A-2', 'B-1') AS alices, test.begin('bob', 'A-3') AS bobs \gset
SELECT test.pay(:'alices', 420000, 'charge 1');
SELECT booking_id AS unpaid FROM concert_booking.book_seats(test.seats('B-4'), test.booker('bob')) \gset

-- later changes are for those who pay later
UPDATE concert_booking.concert_schedules SET refund_ladder = '{"steps": [{"hours": 1, "percent": 10}]}' WHERE id = test.schedule();
SELECT test.pay(:'bobs', 150000, 'charge 2');
UPDATE concert_booking.concert_schedules SET refund_ladder = NULL WHERE id = test.schedule();

-- ten days before, to the minute: all of it less the fee; then a third; then nothing
CALL test.set_clock('2040-05-22 18:59');
SELECT seat_count, total_price, seat_numbers, refund_due FROM concert_booking.cancel_seats(:'alices', test.seats('A-1'), NULL, test.booker('alice'));
SELECT seat_count, refund_due FROM concert_booking.cancel_seats(:'alices', test.seats('A-1'), NULL, test.booker('alice'));
CALL test.set_clock('2040-05-22 19:00');
SELECT seat_count, total_price, refund_due FROM concert_booking.cancel_seats(:'alices', test.seats('B-1'), NULL, test.booker('alice'));
SELECT * FROM test.orders;
SELECT * FROM concert_booking.check_integrity();
CALL test.set_clock('2040-05-31 19:01');
SELECT status, seat_count, total_price, refund_due FROM concert_booking.cancel_booking(:'alices', NULL, test.booker('alice'));
SELECT status, refund_due FROM concert_booking.cancel_booking(:'alices', NULL, test.booker('alice'));
SELECT status, refund_due FROM concert_booking.cancel_booking(:'bobs', NULL, test.booker('bob'));

-- sold without a payment: nothing is owed, and there is no fee
SELECT status, refund_due FROM concert_booking.cancel_booking(:'unpaid', NULL, test.booker('bob'));
SELECT * FROM test.orders;
SELECT * FROM test.ledger;
SELECT * FROM concert_booking.check_integrity();

-- without rules the whole price comes back, to the last minute; money for what was sold without a payment pays it
SELECT booking_id AS ginas, booking_number AS number FROM concert_booking.book_seats(test.seats('A-4', 'B-3'), session_id => test.booker('gina'),
	customer_name => 'Gina', customer_phone => '010-1234-5678') \gset
SELECT test.pay(:'ginas', 270001, 'charge 3');
CALL test.set_clock('2040-06-01 18:59');
SELECT status, refund_due FROM concert_booking.cancel_guest_booking(:'number', '010-1234-5678');
SELECT booker, status, paid, lines, due FROM test.orders WHERE booker = 'gina';

-- the fee takes nothing from what does not come back
SELECT booking_id AS last FROM concert_booking.book_seats(test.seats('A-1', 'A-2', 'B-1'), test.booker('alice')) \gset
UPDATE concert_booking.concert_schedules SET refund_ladder = '{"steps": [{"hours": 0, "percent": 1}], "fee": 1499}' WHERE id = test.schedule();
SELECT test.pay(:'last', 420000, 'charge 4');
SELECT refund_due FROM concert_booking.cancel_seats(:'last', test.seats('A-2'), NULL, test.booker('alice'));
SELECT refund_due FROM concert_booking.cancel_seats(:'last', test.seats('B-1'), NULL, test.booker('alice'));
SELECT lines, due FROM test.orders WHERE booker = 'alice' AND status = 'confirmed';
SELECT * FROM concert_booking.check_integrity();
