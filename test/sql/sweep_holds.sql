-- sweep_holds() sweeps batch by batch until no lapsed hold is left.
\i test/fixtures/world.sql

SELECT count(*) FROM concert_booking.hold_seats(test.seats('A-1', 'A-2', 'A-3', 'A-4', 'B-1'), test.booker('alice'));
CALL test.set_clock('2040-05-01 12:09');
SELECT count(*) FROM concert_booking.hold_seats(test.seats('B-2', 'B-3'), test.booker('bob'));
CALL test.set_clock('2040-05-01 12:11');

-- two batches of two at most, then the rest
CALL concert_booking.sweep_holds(2, 2);
SELECT count(*) FROM test.taken WHERE held_by = 'alice';
CALL concert_booking.sweep_holds(2);
SELECT count(*) FROM test.taken WHERE held_by = 'alice';
SELECT seat, held_by FROM test.taken;
SELECT sum(seat_count) AS swept, count(*) AS batches FROM test.events WHERE event_type = 'holds_expired';

-- each batch is a transaction, so it cannot be called inside one
BEGIN;
\set VERBOSITY sqlstate
CALL concert_booking.sweep_holds();
ROLLBACK;
\set VERBOSITY default
SELECT test.raises('CALL concert_booking.sweep_holds(NULL)');
SELECT test.raises('CALL concert_booking.sweep_holds(0)');
SELECT test.raises('CALL concert_booking.sweep_holds(1000, NULL)');
SELECT test.raises('CALL concert_booking.sweep_holds(1000, 1000001)');
SELECT * FROM concert_booking.check_integrity();
