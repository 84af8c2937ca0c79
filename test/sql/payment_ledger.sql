-- The ledger: payment_status(), the worker's queue due_refunds(), and record_refund().
\i test/fixtures/world.sql
\i test/fixtures/payments.sql

-- 1 pending, 2 paid in part, 3 paid, 4 cancelled after it was paid, with a fee of 20000; all by hand
CALL test.pend(1, 'alice', '2040-05-01 12:35', 'A-1', 'A-2');
CALL test.pend(2, 'bob', '2040-05-01 12:35', 'A-3');
CALL test.charge(2, 50000, 'short');
CALL test.pend(3, 'gina', '2040-05-01 12:35', 'A-4', 'B-1');
CALL test.charge(3, 100000, 'first');
CALL test.charge(3, 170000, 'second', 'confirmed');
CALL test.sell(3);
CALL test.pend(4, 'hugo', '2040-05-01 12:35', 'B-2');
CALL test.charge(4, 120000, 'all', 'confirmed');
CALL test.sell(4);
UPDATE concert_booking.booking_seats SET active = false, cancellation_fee = 20000 WHERE booking_id = test.booking(4);
UPDATE concert_booking.bookings SET status = 'cancelled', cancelled_at = test.now() WHERE id = test.booking(4);
UPDATE concert_booking.seats SET status = 'available' WHERE id = test.seat('B-2');
CALL test.owe(4, 100000);
SELECT * FROM test.money;
SELECT * FROM concert_booking.check_integrity();

-- no such booking; money for one that nobody knows
\t on
SELECT test.raises($$SELECT concert_booking.payment_status(test.booking(9))$$);
SELECT test.raises($$SELECT concert_booking.payment_status(NULL)$$);
\t off
CALL test.set_clock('2040-05-01 12:01');
CALL test.charge(9, 7000, 'nobody', 'refund_due', 7000);
CALL test.owe(9, 7000);
SELECT test.number_of(booking_id) AS n, status, total_price, pay_by, paid, refunded, due FROM concert_booking.payment_status(test.booking(9));

-- the queue: oldest first, claimed for ten minutes, given to nobody else
CREATE FUNCTION test.work(VARIADIC arguments text[] DEFAULT '{}') RETURNS TABLE (n text, amount bigint, claimed_until text, charges jsonb)
LANGUAGE plpgsql AS $$
BEGIN
	RETURN QUERY EXECUTE format('SELECT test.number_of(booking_id), amount, to_char(claimed_until, ''DD HH24:MI''), charges
		FROM concert_booking.due_refunds(%s)', array_to_string(arguments, ', '));
END
$$;
SELECT * FROM test.work('1');
SELECT * FROM test.work();
SELECT * FROM test.work();
SELECT * FROM test.queue;
-- a claim that lapsed is given again: at its end, not before
CALL test.set_clock('2040-05-01 12:10:58');
SELECT count(*) FROM test.work();
CALL test.set_clock('2040-05-01 12:25');
SELECT n, claimed_until FROM test.work('1', '''1 day''');
SELECT n, claimed_until FROM test.work('1000', '''1 minute''');

-- a refund: less is due, the claim is over; twice it counts once, whatever it names
CREATE FUNCTION test.refund(booking integer, amount bigint, reference text, provider text DEFAULT 'toss')
RETURNS TABLE (outcome text, n text, status text, refund_due bigint) LANGUAGE sql AS $$
	SELECT r.outcome, test.number_of(r.booking_id), r.status, r.refund_due
	FROM concert_booking.record_refund(test.booking(booking), amount, provider, reference) r
$$;
SELECT * FROM test.refund(4, 60000, 'r1');
SELECT * FROM test.queue;
SELECT * FROM test.refund(4, 60000, 'r1');
SELECT * FROM test.refund(4, 1, 'r1');
SELECT * FROM test.refund(9, 7000, 'r1');
SELECT * FROM test.queue;
-- the same reference of another provider is another refund, and a charge's is none
SELECT * FROM test.refund(4, 30000, 'r1', 'kakao');
SELECT * FROM test.refund(4, 10000, 'all');
SELECT * FROM test.refund(9, 7000, 'r2');
SELECT * FROM test.queue;
SELECT * FROM test.money;
SELECT kind, amount, provider, reference, outcome, refund_due, actor = current_user AS by_caller, to_char(created_at, 'DD HH24:MI') AS at
FROM concert_booking.payments WHERE kind = 'refund' ORDER BY created_at, id;
SELECT * FROM concert_booking.check_integrity();
-- it answers again when nothing is due any more
SELECT * FROM test.refund(4, 60000, 'r1');

-- more than was due, and nothing was due: the money is gone, so it is recorded
CALL test.owe(9, 500);
CALL test.charge(9, 500, 'nobody 2', 'refund_due', 500);
SELECT * FROM test.refund(9, 501, 'r3');
SELECT * FROM test.refund(3, 1, 'r4');
SELECT * FROM test.refund(8, 1, 'r5');
SELECT * FROM test.queue;
SELECT test.number_of(subject) AS n, invariant, detail FROM concert_booking.check_integrity();

-- what was paid in part is due when the booking is over, swept or not; the queue settles it
CALL test.set_clock('2040-05-01 12:34');
SELECT * FROM test.money WHERE n < '3';
SELECT count(*) FROM test.work();
CALL test.set_clock('2040-05-01 12:36');
SELECT * FROM test.money WHERE n < '3';
SELECT * FROM test.work();
SELECT * FROM test.money WHERE n < '3';
SELECT event_type, seat_count, by_caller, names_booking FROM test.events;
SELECT * FROM test.refund(2, 50000, 'r6');
SELECT * FROM test.money WHERE n < '3';
-- what somebody gave back before is not due again
CALL test.pend(5, 'bob', '2040-05-01 13:00', 'B-3');
CALL test.charge(5, 30000, 'part');
SELECT * FROM test.refund(5, 10000, 'r7');
CALL test.set_clock('2040-05-01 13:01');
SELECT * FROM test.refund(5, 5000, 'r8');
SELECT * FROM test.work();
SELECT * FROM test.money WHERE n = '5';
SELECT * FROM test.refund(5, 15000, 'r9');
-- the three that were recorded beyond what was due, as before
SELECT test.number_of(subject) AS n, invariant FROM concert_booking.check_integrity();

-- the ledger is append-only
\t on
SELECT test.raises($$UPDATE concert_booking.payments SET amount = 1$$);
SELECT test.raises($$DELETE FROM concert_booking.payments$$);

-- arguments, each looked at before anything is written
SELECT count(*) FROM concert_booking.payments;
SELECT a.arguments, test.raises(format('SELECT concert_booking.record_refund(%s)', a.arguments))
FROM (VALUES (1, $$NULL, 1, 'p', 'r'$$), (2, $$test.booking(1), NULL, 'p', 'r'$$), (3, $$test.booking(1), 1, NULL, 'r'$$),
			 (4, $$test.booking(1), 1, 'p', NULL$$), (5, $$test.booking(1), 0, 'p', 'r'$$), (6, $$test.booking(1), -1, 'p', 'r'$$),
			 (7, $$test.booking(1), 1000000000001, 'p', 'r'$$), (8, $$test.booking(1), 1, '', 'r'$$),
			 (9, $$test.booking(1), 1, 'p', E' \t\n'$$), (10, $$test.booking(1), 1, repeat('가', 51), 'r'$$),
			 (11, $$test.booking(1), 1, 'p', repeat('가', 256)$$)) AS a (n, arguments) ORDER BY a.n;
SELECT a.arguments, test.raises(format('SELECT * FROM concert_booking.due_refunds(%s)', a.arguments))
FROM (VALUES (1, 'NULL'), (2, '0'), (3, '1001'), (4, '1, NULL'), (5, $$1, '0'$$), (6, $$1, '-1 minute'$$), (7, $$1, '1 day 1 microsecond'$$),
			 (8, $$1, '100000000 years'$$), (9, $$1, '1 mon -29 days -24 hours 1 microsecond'$$)) AS a (n, arguments) ORDER BY a.n;
SELECT count(*) FROM concert_booking.payments;
-- the longest that there may be, by characters
SELECT outcome, refund_due FROM concert_booking.record_refund(test.booking(8), 1000000000000, repeat('가', 50), repeat('나', 255));
SELECT outcome, refund_due FROM concert_booking.record_refund(test.booking(8), 1000000000000, repeat('가', 50), repeat('나', 255));
SELECT paid, refunded, due FROM concert_booking.payment_status(test.booking(8));
\t off

-- a role that may do nothing else, with a search_path of its own
CREATE SCHEMA elsewhere;
CREATE TABLE elsewhere.payments (booking_id uuid, amount bigint);
CREATE TABLE elsewhere.refunds_due (booking_id uuid, amount bigint);
CREATE FUNCTION elsewhere.booking_status(text, timestamptz, timestamptz) RETURNS text LANGUAGE sql AS 'SELECT ''wrong''';
CREATE FUNCTION elsewhere.equal(text, text) RETURNS boolean LANGUAGE sql AS 'SELECT true';
CREATE OPERATOR elsewhere.= (LEFTARG = text, RIGHTARG = text, FUNCTION = elsewhere.equal);
CREATE ROLE regress_payments;
GRANT USAGE ON SCHEMA concert_booking, elsewhere TO regress_payments;
GRANT EXECUTE ON FUNCTION concert_booking.payment_status, concert_booking.due_refunds, concert_booking.record_refund TO regress_payments;
CALL test.owe(9, 40);
CALL test.charge(9, 40, 'nobody 3', 'refund_due', 40);
SET ROLE regress_payments;
SET search_path = elsewhere, pg_catalog;
SELECT test.number_of(booking_id) AS n, amount FROM concert_booking.due_refunds();
SELECT outcome, status, refund_due FROM concert_booking.record_refund(test.booking(9), 30, 'toss', 'r10');
SELECT status, paid, refunded, due FROM concert_booking.payment_status(test.booking(9));
SELECT status, paid, refunded, due FROM concert_booking.payment_status(test.booking(2));
\set VERBOSITY sqlstate
SELECT count(*) FROM concert_booking.payments;
SELECT concert_booking.expire_bookings();
\set VERBOSITY default
RESET search_path;
RESET ROLE;
SELECT actor FROM concert_booking.payments WHERE reference = 'r10';
DROP SCHEMA elsewhere CASCADE;
DROP OWNED BY regress_payments;
DROP ROLE regress_payments;

-- several calls in one transaction of the stricter levels
BEGIN ISOLATION LEVEL REPEATABLE READ;
CALL test.owe(7, 60);
CALL test.charge(7, 60, 'nobody 4', 'refund_due', 60);
SELECT * FROM test.work();
SELECT * FROM test.refund(7, 20, 'r11');
SELECT * FROM test.refund(7, 20, 'r11');
SELECT * FROM test.work();
ROLLBACK;
BEGIN ISOLATION LEVEL SERIALIZABLE;
SELECT * FROM test.refund(9, 10, 'r12');
SELECT * FROM test.refund(9, 10, 'r12');
SELECT * FROM test.work();
SELECT expired_bookings FROM concert_booking.expire_bookings();
SELECT expired_bookings FROM concert_booking.expire_bookings();
COMMIT;
SELECT test.number_of(subject) AS n, invariant, detail FROM concert_booking.check_integrity();
DROP FUNCTION test.work, test.refund;
