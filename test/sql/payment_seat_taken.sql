-- Hand-written SQL takes a kept seat away: in time it is claimed again, if it can be had.
\i test/fixtures/world.sql
\i test/fixtures/orders.sql
SELECT test.begin('alice', 'A-1', 'A-2') AS alices, test.begin('bob', 'B-1', 'B-2') AS bobs \gset
SELECT test.pay(:'bobs', 100000, 'part');
DELETE FROM concert_booking.temp_reservations WHERE seat_id IN (test.seat('A-2'), test.seat('B-2'));
SELECT seat, status, held_by FROM test.taken;

-- free: sold with the others, though the sale is closed meanwhile
UPDATE concert_booking.concert_schedules SET is_booking_open = false WHERE id = test.schedule();
SELECT test.pay(:'alices', 300000, 'charge 1');
UPDATE concert_booking.concert_schedules SET is_booking_open = true WHERE id = test.schedule();

-- taken: the booking is over, its other seat is free, and all of the money is due
SELECT seat_number FROM concert_booking.hold_seat(test.seat('B-2'), session_id => test.booker('gina'));
SELECT test.pay(:'bobs', 140000, 'charge 2');
SELECT seat, status, held_by, sold_to FROM test.taken;
SELECT * FROM test.orders;
SELECT event_type, seat_count FROM test.events;
SELECT * FROM concert_booking.check_integrity();

-- a seat that is blocked, or whose hold was made shorter, is not kept either
SELECT test.begin('alice', 'B-3', 'B-4') AS alices, test.begin('bob', 'A-3', 'A-4') AS bobs \gset
UPDATE concert_booking.seats SET status = 'unavailable', hold_expires_at = NULL WHERE id = test.seat('B-3');
DELETE FROM concert_booking.temp_reservations WHERE seat_id = test.seat('B-3');
SELECT test.pay(:'alices', 240000, 'charge 3');
UPDATE concert_booking.seats SET hold_expires_at = '2040-05-01 11:00' WHERE id = test.seat('A-4');
SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-4'), session_id => test.booker('gina'));
SELECT status, seat_numbers FROM concert_booking.cancel_payment(:'bobs', test.booker('bob'));
SELECT seat, status, held_by, sold_to FROM test.taken;
SELECT status, lines, due FROM test.orders;
SELECT event_type, seat_count FROM test.events;
SELECT * FROM concert_booking.check_integrity();
