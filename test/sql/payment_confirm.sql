-- confirm_payment: the money has arrived, in time, exactly, in parts, too much, twice.
\i test/fixtures/world.sql
\i test/fixtures/orders.sql
UPDATE concert_booking.concert_schedules SET payment_required = true, refund_ladder = '{"steps": [{"hours": 24, "percent": 50}]}'
WHERE id = test.schedule();
SELECT test.begin('alice', 'A-1', 'A-2') AS alices, test.begin('bob', 'B-1') AS bobs \gset

-- exactly
SELECT outcome, booking_id = :'alices' AS same, status, refund_due
FROM concert_booking.confirm_payment(:'alices', 300000, 'toss', 'charge 1');
SELECT * FROM test.orders;
SELECT seat, status, held_by, sold_to FROM test.taken;
SELECT * FROM test.availability WHERE schedule = '1';
SELECT * FROM test.events;
SELECT refund_ladder FROM concert_booking.bookings WHERE id = :'alices';

-- the webhook comes twice: the same answer, and nothing is written; also where it
-- names another booking or another amount
SELECT test.pay(:'alices', 300000, 'charge 1');
SELECT test.pay(:'alices', 1, 'charge 1');
SELECT test.pay(:'bobs', 120000, 'charge 1');
SELECT * FROM test.ledger;

-- the number of another provider is another charge; a paid booking is paid once
SELECT test.pay(:'alices', 300000, 'charge 1', 'kakao');
SELECT test.pay(:'alices', 5, 'charge 2');
SELECT booker, status, paid, due FROM test.orders;

-- too little, and the rest of it; too much by 1
SELECT test.pay(:'bobs', 100000, 'charge 3');
SELECT test.pay(:'bobs', 100000, 'charge 3');
SELECT booker, status, paid, due FROM test.orders WHERE booker = 'bob';
SELECT seat, held_by FROM test.taken WHERE seat = 'B-1';
SELECT * FROM concert_booking.check_integrity();
SELECT test.pay(:'bobs', 20001, 'charge 4');
SELECT booker, status, paid, due FROM test.orders;
SELECT * FROM test.ledger;
SELECT * FROM concert_booking.check_integrity();

-- in time it is sold, whatever became of the sale meanwhile
SELECT test.begin('bob', 'B-2', 'B-3') AS bobs \gset
CALL test.set_clock('2040-05-01 12:20');
UPDATE concert_booking.concert_schedules SET is_booking_open = false, booking_closes_at = '2040-05-01 12:10', max_seats_per_booker = 1
WHERE id = test.schedule();
SELECT test.pay(:'bobs', 240000, 'charge 5');
SELECT seat, status, sold_to FROM test.taken;
SELECT * FROM test.availability WHERE schedule = '1';
SELECT event_type, schedule, seat_count FROM test.events;
