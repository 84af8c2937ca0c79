-- cancel_schedule: everything that was paid for it is due in full, pending bookings end, later money too.
\i test/fixtures/world.sql
\i test/fixtures/orders.sql
UPDATE concert_booking.concert_schedules SET refund_ladder = '{"steps": [{"hours": 1, "percent": 50}], "fee": 1000}' WHERE id = test.schedule();
SELECT test.begin('alice', 'A-1', 'A-2') AS alices, test.begin('bob', 'A-3') AS bobs \gset
SELECT test.pay(:'alices', 300000, 'charge 1');
SELECT test.pay(:'bobs', 100000, 'charge 2');
SELECT booking_id AS ginas FROM concert_booking.book_seats(test.seats('B-1'), session_id => test.booker('gina'),
	customer_name => 'Gina', customer_phone => '010-1234-5678') \gset
SELECT seat_numbers, refund_due FROM concert_booking.cancel_seats(:'alices', test.seats('A-1'), NULL, test.booker('alice'));
SELECT test.begin('alice', 'B-2') AS over \gset
SELECT test.pay(:'over', 5, 'charge 3');
CALL test.set_clock('2040-05-01 12:36');
SELECT test.begin('alice', 'B-3') AS pending \gset
SELECT test.pay(:'pending', 20000, 'part');
SELECT test.begin('bob', 'B-4') IS NOT NULL AS nothing_paid;

SELECT * FROM concert_booking.cancel_schedule(test.schedule(), 'storm');
SELECT * FROM test.orders;
SELECT count(*) AS still_taken FROM test.taken WHERE schedule = '1' AND status <> 'unavailable';
SELECT event_type, seat_count FROM test.events;
SELECT * FROM concert_booking.check_integrity();

-- money that was on its way
SELECT test.pay(:'pending', 120000, 'charge 4');
SELECT test.pay(:'bobs', 50000, 'charge 5');
SELECT test.pay(:'over', 120000, 'charge 6');
SELECT test.pay(:'ginas', 120000, 'charge 7');
SELECT test.pay(:'pending', 120000, 'charge 4');
SELECT status, refund_due FROM concert_booking.cancel_payment(:'pending', test.booker('alice'));
SELECT status, refund_due FROM concert_booking.cancel_booking(:'alices', NULL, test.booker('alice'));
SELECT test.raises($$SELECT concert_booking.begin_payment(test.schedule(), test.booker('alice'))$$) LIKE 'PT423%' AS closed;

-- again: nothing more is due
SELECT * FROM concert_booking.cancel_schedule(test.schedule(), 'storm');
SELECT booker, status, due FROM test.orders;
SELECT kind, amount, reference, outcome, refund_due FROM test.ledger;
SELECT * FROM concert_booking.check_integrity();
