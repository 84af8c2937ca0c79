-- purge_events() forgets the oldest part of the event log, and nobody else can.
\i test/fixtures/world.sql
SET concert_booking.test_clock_offset = '0';
SELECT concert_booking.create_event_partitions() \g /dev/null
SELECT date_trunc('month', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' AS this_month \gset
SELECT :'this_month'::timestamptz - interval '61 months' AS older, :'this_month'::timestamptz - interval '60 months' AS border, :'this_month'::timestamptz - interval '59 months' AS younger \gset
-- three months of five years ago, with a name, a range and parts of the owner's
CREATE TABLE test.older PARTITION OF concert_booking.booking_events FOR VALUES FROM (MINVALUE) TO (:'older');
CREATE TABLE test.border PARTITION OF concert_booking.booking_events FOR VALUES FROM (:'older') TO (:'border') PARTITION BY RANGE (occurred_at);
CREATE TABLE test.border_part PARTITION OF test.border DEFAULT;
CREATE TABLE test.younger PARTITION OF concert_booking.booking_events FOR VALUES FROM (:'border') TO (:'younger');
INSERT INTO concert_booking.booking_events (event_type, occurred_at) VALUES
	('ancient', '-infinity'), ('older', :'older'), ('border', :'border'), ('now', now()), ('far', '2090-01-01');
CREATE VIEW test.kept AS SELECT e.event_type, e.tableoid::regclass::text LIKE '%default' AS in_default FROM concert_booking.booking_events e WHERE e.event_type <> 'events_purged' ORDER BY e.occurred_at;
TABLE test.kept;

-- five years before the clock: the month that they end in stays
SELECT * FROM concert_booking.purge_events();
TABLE test.kept;
SELECT to_regclass('test.older') AS older, to_regclass('test.border_part') AS border_part, to_regclass('test.younger') AS younger;
SELECT * FROM concert_booking.purge_events();
-- it tells of itself, once
SELECT seat_count, detail - 'before' AS detail FROM concert_booking.booking_events WHERE event_type = 'events_purged';

-- what the default partition has, the oldest first, so many a call
DROP TABLE test.younger;
INSERT INTO concert_booking.booking_events (event_type, occurred_at) SELECT 'old', :'border'::timestamptz - make_interval(secs => i) FROM generate_series(1, 10001) i;
SELECT * FROM concert_booking.purge_events();
SELECT count(*), min(occurred_at) = :'border'::timestamptz - interval '1 second' AS youngest FROM concert_booking.booking_events WHERE event_type = 'old';
SELECT * FROM concert_booking.purge_events();
SELECT * FROM concert_booking.purge_events('5 years');
TABLE test.kept;
-- the guard stands, as its owner has set it
SELECT test.raises('DELETE FROM concert_booking.booking_events_default');
SELECT test.raises('UPDATE concert_booking.booking_events SET seat_count = 5');
ALTER TABLE concert_booking.booking_events_default ENABLE ALWAYS TRIGGER refuse_change;
INSERT INTO concert_booking.booking_events (event_type, occurred_at) VALUES ('old', '2001-01-01');
SELECT * FROM concert_booking.purge_events('10 years');
SELECT t.tgenabled FROM pg_trigger t WHERE t.tgrelid = 'concert_booking.booking_events_default'::regclass AND t.tgname = 'refuse_change';
ALTER TABLE concert_booking.booking_events_default ENABLE TRIGGER refuse_change;

-- what something depends on, or what this statement reads, stays
CREATE TABLE test.older PARTITION OF concert_booking.booking_events FOR VALUES FROM ('2001-01-01') TO ('2002-01-01');
CREATE TABLE test.other PARTITION OF concert_booking.booking_events FOR VALUES FROM ('2002-01-01') TO ('2003-01-01');
CREATE VIEW test.view AS TABLE test.older;
SET client_min_messages = error;
SELECT * FROM concert_booking.purge_events();
SELECT to_regclass('test.older') AS older, to_regclass('test.other') AS other;
SELECT count(*) FROM (SELECT concert_booking.purge_events() FROM concert_booking.booking_events LIMIT 1) p;
SELECT to_regclass('test.older') AS older;
DROP VIEW test.view;
SELECT * FROM concert_booking.purge_events();
RESET client_min_messages;

-- arguments
SELECT test.raises('SELECT concert_booking.purge_events(NULL)');
SELECT test.raises('SELECT concert_booking.purge_events(''29 days'')');
SELECT test.raises('SELECT concert_booking.purge_events(''-1 year'')');
SELECT test.raises('SELECT concert_booking.purge_events(''178000000 years'')');
SELECT * FROM concert_booking.purge_events('1000 years');

-- without a default partition
BEGIN;
ALTER TABLE concert_booking.booking_events DETACH PARTITION concert_booking.booking_events_default;
CREATE TABLE test.older PARTITION OF concert_booking.booking_events FOR VALUES FROM ('2001-01-01') TO ('2002-01-01');
SELECT * FROM concert_booking.purge_events();
ROLLBACK;
DROP VIEW test.kept;
SELECT * FROM concert_booking.check_integrity();
