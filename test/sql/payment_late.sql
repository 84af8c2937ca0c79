-- confirm_payment after pay_by: sold if every seat is still to be had, else all of it is due back.
\i test/fixtures/world.sql
\i test/fixtures/orders.sql
CREATE FUNCTION pg_temp.late(what text) RETURNS TABLE (booker text, status text, paid boolean, lines text, due bigint) LANGUAGE sql AS $$
	SELECT o.booker, o.status, o.paid, o.lines, o.due FROM test.orders o WHERE o.lines LIKE what
$$;
SELECT test.begin('alice', 'A-1', 'A-2') AS alices, test.begin('bob', 'B-1', 'B-2') AS bobs \gset
CALL test.set_clock('2040-05-01 12:36');

-- too little, though in time it would have been kept
SELECT test.pay(:'bobs', 239999, 'charge 0');
SELECT * FROM pg_temp.late('%B-1%');

-- every seat is free: claimed again, also when another has held it in between
SELECT test.pay(:'alices', 300000, 'charge 1');
SELECT * FROM pg_temp.late('%A-1%');
SELECT seat, status, held_by, sold_to FROM test.taken;
SELECT * FROM test.availability WHERE schedule = '1';
SELECT count(*) AS held FROM concert_booking.hold_seats(test.seats('B-2'), session_id => test.booker('gina'));
CALL test.set_clock('2040-05-01 12:50');
SELECT test.pay(:'bobs', 250000, 'charge 2');
SELECT * FROM pg_temp.late('%B-1%');
SELECT seat, status, held_by, sold_to FROM test.taken;
SELECT * FROM test.events;
SELECT * FROM concert_booking.check_integrity();

-- one of its seats is held by somebody else, or by oneself, or sold, or blocked
SELECT test.begin('alice', 'A-3', 'A-4') AS alices, test.begin('bob', 'B-3', 'B-4') AS bobs \gset
CALL test.set_clock('2040-05-01 13:30');
SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-4'), session_id => test.booker('gina'));
SELECT test.pay(:'alices', 300000, 'charge 3');
SELECT seat_number FROM concert_booking.hold_seat(test.seat('B-4'), test.booker('bob'));
SELECT test.pay(:'bobs', 240000, 'charge 4');
SELECT status FROM concert_booking.book_seats(test.seats('B-4'), test.booker('bob'));
SELECT test.pay(:'bobs', 240000, 'charge 5');
SELECT concert_booking.release_seats(session_id => test.booker('gina')) AS released;
SELECT concert_booking.block_seats(test.seats('A-3')) AS blocked;
SELECT test.pay(:'alices', 300000, 'charge 6');
SELECT * FROM pg_temp.late('%A-3%') UNION ALL SELECT * FROM pg_temp.late('%B-3%');
SELECT seat, status, held_by, sold_to FROM test.taken WHERE seat IN ('A-3', 'A-4', 'B-3', 'B-4');
SELECT event_type, seat_count FROM test.events;
SELECT amount, reference, outcome, refund_due FROM test.ledger;
SELECT * FROM concert_booking.check_integrity();
