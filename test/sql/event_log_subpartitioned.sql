-- A month of the event log that its owner has partitioned once more, and twice:
-- sales are logged there, also by a session that has logged before; where no
-- partition fits, nothing is sold.
\i test/fixtures/world.sql
\set VERBOSITY terse
RESET concert_booking.test_clock_offset;
SELECT seat_count FROM concert_booking.book_seats(ARRAY[test.seat('A-1')], test.booker('alice'));

-- this month's partition is the test's from here on
BEGIN;
DO $do$
DECLARE
	month constant timestamptz := date_trunc('month', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC';
	name constant text := 'booking_events_' || to_char(month AT TIME ZONE 'UTC', 'YYYYMM');
BEGIN
	EXECUTE format('ALTER TABLE concert_booking.booking_events DETACH PARTITION concert_booking.%I', name);
	EXECUTE format('CREATE TABLE concert_booking.month_of_mine PARTITION OF concert_booking.booking_events
		FOR VALUES FROM (%L) TO (%L) PARTITION BY RANGE (occurred_at)', month, month + interval '1 month');
END
$do$;
SAVEPOINT no_partition;
SELECT status FROM concert_booking.book_seats(ARRAY[test.seat('A-2'), test.seat('A-3')], test.booker('bob'));
ROLLBACK TO no_partition;
SELECT seat, status, sold_to FROM test.taken;

CREATE TABLE concert_booking.days_of_mine PARTITION OF concert_booking.month_of_mine DEFAULT PARTITION BY HASH (id);
CREATE TABLE concert_booking.events_of_mine PARTITION OF concert_booking.days_of_mine FOR VALUES WITH (MODULUS 1, REMAINDER 0);
SELECT seat_count FROM concert_booking.book_seats(ARRAY[test.seat('A-2'), test.seat('A-3')], test.booker('bob'));
SELECT status FROM concert_booking.cancel_booking((SELECT id FROM concert_booking.bookings WHERE user_id = test.booker('bob')), NULL, test.booker('bob'));
SELECT event_type, seat_count FROM concert_booking.events_of_mine ORDER BY occurred_at;
SELECT seat, status, sold_to FROM test.taken;
SELECT * FROM concert_booking.check_integrity();
ROLLBACK;

SELECT seat_count FROM concert_booking.book_seats(ARRAY[test.seat('A-4')], test.booker('bob'));
SELECT event_type, seat_count FROM concert_booking.booking_events ORDER BY occurred_at;
