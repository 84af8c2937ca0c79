-- metrics(): each figure follows what it is about.
\i test/fixtures/world.sql
\i test/fixtures/payments.sql
TRUNCATE concert_booking.upkeep_progress;
SELECT created_partitions >= 0 FROM concert_booking.create_event_partitions(2) \g /dev/null
CREATE VIEW pg_temp.metrics AS
SELECT substr(m.name, 17) || CASE WHEN m.labels <> '{}' THEN ' ' || (m.labels ->> 'state') ELSE '' END AS figure,
	   CASE WHEN m.name ~ '_seconds$' THEN floor(m.value / 60) || ' min' ELSE m.value::text END AS value
FROM concert_booking.metrics() m
WHERE m.name <> 'concert_booking_event_partitions_ahead';
SELECT count(*) AS strange FROM concert_booking.metrics() m
WHERE m.name !~ '^concert_booking_[a-z_]+$' OR jsonb_typeof(m.labels) <> 'object' OR m.value IS NULL;

-- an empty house
SELECT * FROM pg_temp.metrics;

-- two holds live, one over for six minutes; a sale of two seats; a refund that is due; changes to be folded
SELECT count(*) FROM concert_booking.hold_seats(test.seats('A-1'), test.booker('alice'));
CALL test.set_clock('2040-05-01 12:16:30');
SELECT count(*) FROM concert_booking.hold_seats(test.seats('A-2', 'A-3'), test.booker('bob'));
SELECT seat_count FROM concert_booking.book_seats(test.seats('B-1', 'B-2'), test.booker('bob'));
CALL test.pend(1, 'alice', '2040-05-01 12:40', 'B-3');
CALL test.pend(2, 'gina', '2040-05-01 12:16', 'B-4');
CALL test.owe(9, 5000);
CALL test.owe(8, 300);
UPDATE concert_booking.refunds_due SET created_at = '2040-04-30 12:16' WHERE booking_id = test.booking(8);
INSERT INTO concert_booking.availability_changes (concert_schedule_id, available_change)
VALUES (test.schedule(2), 1), (test.schedule(2), -1), (test.schedule(1), 0);
SELECT * FROM pg_temp.metrics;
-- a minute later nothing was sold in the last one
CALL test.set_clock('2040-05-01 12:18');
SELECT * FROM pg_temp.metrics WHERE figure = 'seats_sold_last_minute';

-- instants written by hand that never come, or were never: they are no age, and hide none
CALL test.set_clock('2040-05-01 12:18:30');
CREATE FUNCTION pg_temp.ages(change text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	figures text[];
BEGIN
	EXECUTE 'UPDATE concert_booking.' || change;
	figures := ARRAY(SELECT m.figure || ': ' || m.value FROM pg_temp.metrics m WHERE m.figure ~ '_seconds$|^holds');
	RAISE SQLSTATE 'ZZZZZ' USING MESSAGE = 'as ever';
EXCEPTION WHEN SQLSTATE 'ZZZZZ' THEN
	RETURN QUERY SELECT unnest(figures);
END
$$;
SELECT change, age FROM unnest(ARRAY[
	$$temp_reservations SET expires_at = '-infinity' WHERE user_id = test.booker('bob')$$,
	$$temp_reservations SET expires_at = '-infinity'$$, $$temp_reservations SET expires_at = 'infinity'$$,
	$$temp_reservations SET expires_at = '4714-11-24 00:00+00 BC'$$, $$temp_reservations SET expires_at = '294276-12-31'$$,
	$$refunds_due SET created_at = '-infinity' WHERE booking_id = test.booking(9)$$, $$refunds_due SET created_at = 'infinity'$$,
	$$refunds_due SET created_at = '4714-11-24 00:00+00 BC'$$]) AS c (change), pg_temp.ages(change) AS age;

-- on sale: neither closed, nor cancelled, nor before or after its time, nor of a concert that is off
CREATE FUNCTION pg_temp.on_sale(change text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	figure text;
BEGIN
	EXECUTE 'UPDATE concert_booking.' || change;
	SELECT m.value INTO figure FROM pg_temp.metrics m WHERE m.figure = 'schedules_on_sale';
	RAISE SQLSTATE 'ZZZZZ' USING MESSAGE = figure;
EXCEPTION WHEN SQLSTATE 'ZZZZZ' THEN
	RETURN SQLERRM;
END
$$;
SELECT change, pg_temp.on_sale(change) FROM unnest(ARRAY[
	$$venues SET name = name$$, $$concert_schedules SET is_booking_open = false WHERE id = test.schedule(1)$$,
	$$concert_schedules SET status = 'cancelled' WHERE id = test.schedule(2)$$,
	$$concert_schedules SET status = 'postponed' WHERE id = test.schedule(2)$$,
	$$concert_schedules SET booking_opens_at = '2040-05-01 13:00' WHERE id = test.schedule(2)$$,
	$$concert_schedules SET booking_closes_at = '2040-05-01 12:00'$$,
	$$concert_schedules SET concert_date = '2040-04-01' WHERE id = test.schedule(2)$$,
	$$concerts SET status = 'postponed'$$, $$concerts SET is_deleted = true$$]) AS c (change);

-- the event log's partitions: none ahead where next month's is gone, -1 where this month's is
CREATE FUNCTION pg_temp.ahead(lost integer) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	figure text;
BEGIN
	EXECUTE format('DROP TABLE concert_booking.booking_events_%s', to_char(now() AT TIME ZONE 'UTC' + make_interval(months => lost), 'YYYYMM'));
	SELECT m.value INTO figure FROM concert_booking.metrics() m WHERE m.name ~ 'partitions_ahead';
	RAISE SQLSTATE 'ZZZZZ' USING MESSAGE = figure;
EXCEPTION WHEN SQLSTATE 'ZZZZZ' THEN
	RETURN SQLERRM;
END
$$;
SELECT value >= 2 AS enough FROM concert_booking.metrics() WHERE name = 'concert_booking_event_partitions_ahead';
SELECT pg_temp.ahead(1), pg_temp.ahead(0);
-- a log without a default partition
BEGIN;
DROP TABLE concert_booking.booking_events_default;
SELECT count(*) FROM pg_temp.metrics WHERE figure = 'default_partition_events';
ROLLBACK;

-- the upkeep; a schema cron that is not pg_cron's is left alone
CALL concert_booking.run_upkeep() \g /dev/null
SELECT * FROM pg_temp.metrics WHERE figure = 'last_upkeep_seconds';
UPDATE concert_booking.upkeep_progress SET finished_at = '-infinity';
SELECT count(*) FROM pg_temp.metrics WHERE figure = 'last_upkeep_seconds';
CREATE SCHEMA cron;
SELECT count(*) FROM concert_booking.metrics() WHERE labels ? 'job';
DROP SCHEMA cron;

-- it reads, and writes nothing
BEGIN READ ONLY;
SELECT count(*) > 10 AS reads FROM concert_booking.metrics();
ROLLBACK;
