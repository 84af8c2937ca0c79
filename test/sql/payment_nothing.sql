-- begin_payment of what costs nothing: sold at once, there is nothing to wait for.
\i test/fixtures/world.sql
\i test/fixtures/orders.sql
INSERT INTO concert_booking.price_types (concert_schedule_id, code, name, percent_off) VALUES (test.schedule(), 'press', 'Press', 100);
UPDATE concert_booking.concert_schedules SET payment_required = true, refund_ladder = '{"steps": [{"hours": 0, "percent": 10}]}';
UPDATE concert_booking.seats SET price = 0 WHERE id = test.seat('B-1');
SELECT count(*) AS held FROM concert_booking.hold_seats(test.seats('A-1', 'B-1'), test.booker('alice'));
SELECT status, seat_count, total_price, seat_numbers, to_char(pay_by, 'HH24:MI') AS pay_by, refund_due
FROM concert_booking.begin_payment(test.schedule(), test.booker('alice'), expected_total => 0,
	price_types => jsonb_build_object(test.seat('A-1'), 'press'));
SELECT * FROM test.orders;
SELECT * FROM test.taken;
SELECT * FROM test.availability WHERE schedule = '1';
SELECT * FROM test.events;
SELECT * FROM concert_booking.check_integrity();

-- nothing is under way: the next may begin
SELECT test.begin('alice', 'A-2') IS NOT NULL AS begun;

-- money for it is nobody's
SELECT test.pay(id, 1, 'charge 1') FROM concert_booking.bookings WHERE total_price = 0;
SELECT status, refund_due FROM concert_booking.cancel_booking((SELECT id FROM concert_booking.bookings WHERE total_price = 0), NULL, test.booker('alice'));
SELECT status, lines, due FROM test.orders;
SELECT seat, status, held_by, sold_to FROM test.taken;
SELECT * FROM concert_booking.check_integrity();
