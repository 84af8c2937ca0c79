-- cancel_seats: every refusal; one wrong seat, and none is cancelled.
\i test/fixtures/world.sql
\i test/fixtures/orders.sql
SELECT booking_id AS alices FROM concert_booking.book_seats(test.seats('A-1', 'A-2'), test.booker('alice')) \gset
SELECT booking_id AS bobs FROM concert_booking.book_seats(test.seats('A-3'), test.booker('bob')) \gset
CREATE FUNCTION pg_temp.cancelling(id uuid, seats text, arguments text DEFAULT ', NULL, test.booker(''alice'')') RETURNS text LANGUAGE sql AS $$
	SELECT test.raises(format('SELECT concert_booking.cancel_seats(%L, %s%s)', id, seats, arguments))
$$;

-- arguments, booker
SELECT pg_temp.cancelling(NULL, $$test.seats('A-1')$$);
SELECT pg_temp.cancelling(:'alices', 'NULL');
SELECT pg_temp.cancelling(:'alices', $$'{}'$$);
SELECT pg_temp.cancelling(:'alices', $$test.seats('A-1', 'A-1')$$);
SELECT pg_temp.cancelling(:'alices', $$test.seats('A-1')$$, $$, ' ', test.booker('alice')$$);
SELECT pg_temp.cancelling(:'alices', $$test.seats('A-1')$$, '');
SET concert_booking.max_seats_per_call = 1;
SET concert_booking.max_seats_per_desk_call = 1;
SELECT pg_temp.cancelling(:'alices', $$test.seats('A-1', 'A-2')$$);
RESET concert_booking.max_seats_per_call;
RESET concert_booking.max_seats_per_desk_call;
BEGIN READ ONLY;
SELECT pg_temp.cancelling(:'alices', $$test.seats('A-1')$$);
ROLLBACK;

-- unknown and somebody else's are one answer
SELECT pg_temp.cancelling(test.concert(), $$test.seats('A-1')$$);
SELECT pg_temp.cancelling(:'bobs', $$test.seats('A-3')$$) = pg_temp.cancelling(test.concert(), $$test.seats('A-1')$$) AS the_same;

-- seats of nobody, of another booking, of no hall
SELECT pg_temp.cancelling(:'alices', $$test.seats('A-3', 'A-1', 'B-1') || ARRAY[test.concert(), test.seat('A-1', 2)]$$);
SELECT seat, status, sold_to FROM test.taken;

-- too late; what was cancelled in time stays done
SELECT seat_numbers FROM concert_booking.cancel_seats(:'alices', test.seats('A-1'), NULL, test.booker('alice'));
UPDATE concert_booking.concert_schedules SET cancel_until = '40 days' WHERE id = test.schedule();
SELECT pg_temp.cancelling(:'alices', $$test.seats('A-2')$$);
SELECT pg_temp.cancelling(:'alices', $$test.seats('A-1', 'A-2')$$) = pg_temp.cancelling(:'alices', $$test.seats('A-2')$$) AS the_same;
SELECT seat_numbers FROM concert_booking.cancel_seats(:'alices', test.seats('A-1'), NULL, test.booker('alice'));

-- cancelled, or expired: its seats are done; other seats are still none of it
UPDATE concert_booking.concert_schedules SET cancel_until = NULL WHERE id = test.schedule();
SELECT status FROM concert_booking.cancel_booking(:'alices', NULL, test.booker('alice'));
SELECT status, seat_numbers FROM concert_booking.cancel_seats(:'alices', test.seats('A-2'), NULL, test.booker('alice'));
SELECT left(pg_temp.cancelling(:'alices', $$test.seats('A-2', 'A-3')$$), 34) AS refused;
SELECT test.begin('alice', 'B-1') AS pending \gset
CALL test.set_clock('2040-05-01 12:40');
SELECT status, seat_numbers FROM concert_booking.cancel_seats(:'pending', test.seats('B-1'), NULL, test.booker('alice'));
SELECT left(pg_temp.cancelling(:'pending', $$test.seats('B-2')$$), 34) AS refused;
SELECT booker, status, lines FROM test.orders;
SELECT event_type, seat_count FROM test.events;
SELECT * FROM concert_booking.check_integrity();
