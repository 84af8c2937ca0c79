-- expire_bookings(): pending bookings that were not paid in time; sweep_holds() calls it too.
\i test/fixtures/world.sql
\i test/fixtures/payments.sql

-- three end at 12:35, one of them paid in part, and one at 12:50; bob holds a seat besides
CALL test.pend(1, 'alice', '2040-05-01 12:35', 'A-1', 'A-2');
CALL test.set_clock('2040-05-01 12:01');
CALL test.pend(2, 'bob', '2040-05-01 12:35', 'A-3');
CALL test.charge(2, 50000, 'short');
CALL test.set_clock('2040-05-01 12:02');
CALL test.pend(3, 'gina', '2040-05-01 12:35', 'A-4');
CALL test.pend(4, 'hugo', '2040-05-01 12:50', 'B-1');
SELECT count(*) FROM concert_booking.hold_seat(test.seat('B-2'), test.booker('bob'));
CALL test.set_clock('2040-05-01 12:34');
SELECT * FROM concert_booking.expire_bookings();

-- over: every read says so, and no rule is broken, before anybody has swept
CALL test.set_clock('2040-05-01 12:36');
SELECT * FROM test.money;
SELECT * FROM concert_booking.check_integrity();

-- the oldest first, in batches
SELECT * FROM concert_booking.expire_bookings(1);
SELECT n, stored, due FROM test.money;
SELECT * FROM concert_booking.expire_bookings();
SELECT * FROM concert_booking.expire_bookings();
SELECT * FROM test.money;
SELECT * FROM test.queue;
SELECT * FROM test.events;
SELECT test.number_of(booking_id) AS n, seat_count, detail FROM concert_booking.booking_events ORDER BY occurred_at, booking_id;
-- their seats were free already, and are tidied by the other sweep
SELECT seat, status, held_by, until FROM test.taken;
SELECT * FROM concert_booking.check_integrity();
SELECT * FROM concert_booking.expire_holds();
SELECT seat, status, held_by, until FROM test.taken;

-- both sweeps, in batches of one, until nothing is left
CALL test.pend(5, 'alice', '2040-05-01 12:40', 'A-1', 'A-2');
CALL test.pend(6, 'bob', '2040-05-01 12:40', 'A-3');
CALL test.set_clock('2040-05-01 12:41');
CALL concert_booking.sweep_holds(1, 2);
SELECT count(*) AS still_held FROM test.taken;
SELECT n, stored FROM test.money WHERE n > '3';
CALL concert_booking.sweep_holds(1);
SELECT seat, held_by FROM test.taken;
SELECT n, stored FROM test.money WHERE n > '3';
CALL test.set_clock('2040-05-01 13:00');
CALL concert_booking.sweep_holds();
SELECT count(*) FROM test.taken;
SELECT n, stored FROM test.money WHERE n > '3';
SELECT * FROM concert_booking.check_integrity();

\t on
SELECT test.raises('SELECT concert_booking.expire_bookings(NULL)');
SELECT test.raises('SELECT concert_booking.expire_bookings(0)');
SELECT test.raises('SELECT concert_booking.expire_bookings(1000001)');
\t off

-- what was sold is not read: rows of bookings that sequential scans read, before and after ANALYZE
CREATE FUNCTION test.bookings_read(statement text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	before bigint;
BEGIN
	SELECT t.seq_tup_read INTO before FROM pg_stat_xact_user_tables t WHERE t.relid = 'concert_booking.bookings'::regclass;
	EXECUTE statement;
	RETURN (SELECT t.seq_tup_read FROM pg_stat_xact_user_tables t WHERE t.relid = 'concert_booking.bookings'::regclass) - before;
END
$$;
INSERT INTO concert_booking.bookings (user_id, concert_schedule_id, booking_number)
SELECT test.booker('alice'), test.schedule(), 'sold ' || n FROM generate_series(1, 5000) n;
CALL test.pend(7, 'alice', '2040-05-01 13:05', 'A-1');
CALL test.charge(7, 1000, 'part');
CALL test.set_clock('2040-05-01 13:06');
SELECT test.bookings_read('SELECT concert_booking.expire_bookings()');
SELECT test.bookings_read('SELECT concert_booking.due_refunds()');
ANALYZE concert_booking.bookings, concert_booking.payments;
CALL test.pend(8, 'bob', '2040-05-01 13:10', 'A-2');
CALL test.charge(8, 1000, 'part 2');
CALL test.set_clock('2040-05-01 13:11');
SELECT test.bookings_read('SELECT concert_booking.due_refunds()');
SELECT test.bookings_read('SELECT concert_booking.expire_bookings()');
SELECT test.bookings_read($$SELECT concert_booking.purge_cancelled_bookings('2040-05-01 13:11')$$);
SELECT n, stored, due FROM test.money;
DROP FUNCTION test.bookings_read;
