-- The event log is append-only, and a month is a partition.
\i test/fixtures/world.sql
SET timezone = 'UTC';

SELECT concert_booking.block_seats(test.seats('A-1'), 'sound desk');
SELECT test.raises('UPDATE concert_booking.booking_events SET seat_count = 2');
SELECT test.raises('DELETE FROM concert_booking.booking_events');

-- this month and the two to come are there
SELECT count(*) AS partitions,
	   bool_and(to_regclass('concert_booking.booking_events_' || to_char(now() + make_interval(months => i), 'YYYYMM')) IS NOT NULL) AS all_there
FROM generate_series(0, 2) i;
SELECT concert_booking.create_event_partitions();

-- a month without a partition is caught by the default one, and moves out of it
INSERT INTO concert_booking.booking_events (event_type, occurred_at)
SELECT 'probe', date_trunc('month', now()) + make_interval(months => m, days => d)
FROM (VALUES (3, 0), (3, 20), (4, 0)) AS t (m, d);
SELECT count(*) AS waiting FROM concert_booking.booking_events_default WHERE event_type = 'probe';
SELECT concert_booking.create_event_partitions(3);
SELECT count(*) AS waiting FROM concert_booking.booking_events_default WHERE event_type = 'probe';
SELECT count(*) AS kept FROM concert_booking.booking_events WHERE event_type = 'probe';
SELECT test.raises('DELETE FROM concert_booking.booking_events_default');

-- the new one is described, and guarded, like the others
SELECT obj_description(p.oid) LIKE 'Events of %' AS described,
	   col_description(p.oid, 1) AS first_column,
	   EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = p.oid AND t.tgname = 'refuse_change') AS guarded
FROM pg_class p
WHERE p.relname = 'booking_events_' || to_char(now() + interval '3 months', 'YYYYMM');

-- arguments
SELECT test.raises('SELECT concert_booking.create_event_partitions(NULL)');
SELECT test.raises('SELECT concert_booking.create_event_partitions(-1)');
SELECT test.raises('SELECT concert_booking.create_event_partitions(121)');
