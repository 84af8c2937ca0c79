-- confirm_payment: what it refuses, and money that nobody waits for: it is kept, and due back.
\i test/fixtures/world.sql
\i test/fixtures/orders.sql
SELECT test.begin('alice', 'A-1') AS alices \gset
CREATE FUNCTION pg_temp.paying(arguments text) RETURNS text LANGUAGE sql AS $$
	SELECT test.raises(format('SELECT concert_booking.confirm_payment(%s)', arguments))
$$;

-- arguments
SELECT pg_temp.paying($$NULL, 1, 'toss', 'r'$$);
SELECT pg_temp.paying($$test.concert(), NULL, 'toss', 'r'$$);
SELECT pg_temp.paying($$test.concert(), 0, 'toss', 'r'$$);
SELECT pg_temp.paying($$test.concert(), -5, 'toss', 'r'$$) = pg_temp.paying($$test.concert(), 1000000000001, 'toss', 'r'$$) AS the_same;
SELECT pg_temp.paying($$test.concert(), 1, NULL, 'r'$$);
SELECT pg_temp.paying($$test.concert(), 1, ' ', 'r'$$);
SELECT pg_temp.paying($$test.concert(), 1, repeat('p', 51), 'r'$$);
SELECT pg_temp.paying($$test.concert(), 1, 'toss', NULL$$);
SELECT pg_temp.paying($$test.concert(), 1, 'toss', E'\t'$$);
SELECT pg_temp.paying($$test.concert(), 1, 'toss', repeat('이', 256)$$);
BEGIN READ ONLY;
SELECT pg_temp.paying($$test.concert(), 1, 'toss', 'r'$$);
ROLLBACK;
SELECT count(*) AS charges FROM test.ledger;

-- an unknown booking; again; more for it; the largest sum
SELECT test.pay('b0000000-0000-7000-8000-00000000dead', 1000000000000, repeat('이', 255), repeat('p', 50));
SELECT test.pay('b0000000-0000-7000-8000-00000000dead', 1000000000000, repeat('이', 255), repeat('p', 50));
SELECT test.pay('b0000000-0000-7000-8000-00000000dead', 7, 'charge 1');
SELECT amount, booking_id FROM concert_booking.refunds_due;

-- sold without payment: what is enough pays for it, with the refund rule of this day
SELECT booking_id AS bobs FROM concert_booking.book_seats(test.seats('B-1', 'B-2'), test.booker('bob')) \gset
UPDATE concert_booking.concert_schedules SET refund_ladder = '{"steps": [{"hours": 0, "percent": 90}]}' WHERE id = test.schedule();
SELECT test.pay(:'bobs', 239999, 'charge 2');
SELECT booker, status, pay_by, paid, due FROM test.orders;
SELECT test.pay(:'bobs', 250000, 'charge 3');
SELECT test.pay(:'bobs', 240000, 'charge 4');
SELECT booker, status, pay_by, paid, due FROM test.orders;
SELECT refund_ladder FROM concert_booking.bookings WHERE id = :'bobs';
SELECT event_type, seat_count FROM test.events;

-- after a failed call, twice in one transaction, in REPEATABLE READ
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT left(pg_temp.paying($$test.concert(), 1, 'toss', ''$$), 5) AS refused;
SELECT test.pay(:'alices', 100000, 'charge 5');
SELECT test.pay(:'alices', 100000, 'charge 5');
SELECT test.pay(:'alices', 50000, 'charge 6');
COMMIT;
SELECT booker, status, paid, due FROM test.orders;
SELECT kind, amount, reference, outcome, refund_due FROM test.ledger WHERE provider = 'toss';
SELECT * FROM concert_booking.check_integrity();

-- nothing of the ledger is ever changed
SELECT test.raises('UPDATE concert_booking.payments SET amount = 1');
SELECT test.raises('DELETE FROM concert_booking.payments');
