-- The event log is append-only, and a month is a partition.
\i test/fixtures/world.sql
SET timezone = 'UTC';

SELECT concert_booking.block_seats(test.seats('A-1'), 'sound desk');
SELECT test.raises('UPDATE concert_booking.booking_events SET seat_count = 2');
SELECT test.raises('DELETE FROM concert_booking.booking_events');

-- this month and the two to come were made with the tables, but for the third, should a month have ended since
SELECT count(*) FILTER (WHERE to_regclass('concert_booking.booking_events_' || to_char(now() + make_interval(months => i), 'YYYYMM')) IS NOT NULL)
	   >= 2 AS made_with_the_tables FROM generate_series(0, 2) i;
SELECT concert_booking.create_event_partitions() \g /dev/null
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

-- a month's table that was detached stays as it is; the month gets a partition of another name
SELECT 'booking_events_' || to_char(now() + interval '1 month', 'YYYYMM') AS next_month,
	   'booking_events_' || to_char(now() + interval '2 months', 'YYYYMM') AS month_after,
	   date_trunc('month', now()) + interval '2 months' AS month_start,
	   date_trunc('month', now()) + interval '2 months 7 days' AS first_week,
	   date_trunc('month', now()) + interval '3 months' AS month_end \gset
ALTER TABLE concert_booking.booking_events DETACH PARTITION concert_booking.:next_month;
SELECT concert_booking.create_event_partitions();
SELECT i.inhrelid::regclass::text = 'concert_booking.' || :'next_month' || '_2' AS other_name
FROM pg_inherits i WHERE i.inhparent = 'concert_booking.booking_events'::regclass AND i.inhrelid::regclass::text LIKE '%' || :'next_month' || '%';
SELECT count(*) AS left_alone FROM pg_class WHERE relname = :'next_month' AND NOT relispartition;
SELECT concert_booking.create_event_partitions();

-- an owner's own ranges are the owner's affair: weeks of a month, and a month in parts
DROP TABLE concert_booking.:month_after;
CREATE TABLE test.first_week PARTITION OF concert_booking.booking_events FOR VALUES FROM (:'month_start') TO (:'first_week');
SELECT concert_booking.create_event_partitions();
DROP TABLE test.first_week;
CREATE TABLE test.parted PARTITION OF concert_booking.booking_events FOR VALUES FROM (:'month_start') TO (:'month_end') PARTITION BY RANGE (occurred_at);
CREATE TABLE test.part PARTITION OF test.parted DEFAULT;
SELECT concert_booking.create_event_partitions();
INSERT INTO concert_booking.booking_events (event_type, occurred_at) VALUES ('parted', :'first_week');
SELECT tableoid::regclass FROM concert_booking.booking_events WHERE event_type = 'parted';
DROP TABLE test.parted;

-- a partition without an end, and none that is the default
TRUNCATE concert_booking.booking_events;
SELECT date_trunc('month', now()) + interval '5 months 1 day' AS far_off \gset
CREATE TABLE test.future PARTITION OF concert_booking.booking_events FOR VALUES FROM (:'far_off') TO (MAXVALUE);
SELECT concert_booking.create_event_partitions(7);
SELECT concert_booking.create_event_partitions(7);
DROP TABLE test.future;
ALTER TABLE concert_booking.booking_events DETACH PARTITION concert_booking.booking_events_default;
SELECT concert_booking.create_event_partitions();
ALTER TABLE concert_booking.booking_events ATTACH PARTITION concert_booking.booking_events_default DEFAULT;

-- a month of which the default partition has very many events stays there: moving them would stop sales
DROP TABLE concert_booking.:month_after;
INSERT INTO concert_booking.booking_events (event_type, occurred_at) SELECT 'many', :'first_week' FROM generate_series(1, 10001);
SET client_min_messages = error;
SELECT concert_booking.create_event_partitions();
RESET client_min_messages;
TRUNCATE concert_booking.booking_events;
SELECT concert_booking.create_event_partitions();

-- as it was
SELECT :'next_month' || '_2' AS second_name \gset
DROP TABLE concert_booking.:next_month, concert_booking.:second_name;
SELECT concert_booking.create_event_partitions();
