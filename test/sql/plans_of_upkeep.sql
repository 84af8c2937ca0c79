-- A session that worked on small schedules is as quick on a large one: rows read, not time.
\i test/fixtures/world.sql
INSERT INTO concert_booking.concert_schedules (id, concert_id, concert_date, concert_time)
SELECT ('5d000000-0000-7000-8000-00000000000' || n)::uuid, test.concert(), date '2039-12-31' + n, '19:00' FROM generate_series(1, 9) n;
CREATE FUNCTION test.fill(n integer, row_count integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	schedule uuid := '5d000000-0000-7000-8000-00000000000' || n;
BEGIN
	PERFORM concert_booking.generate_seats(schedule, concert_booking.row_labels(row_count), 20, 'R', 1000);
	INSERT INTO concert_booking.bookings (id, user_id, concert_schedule_id, booking_number)
	SELECT concert_booking.uuid_v7(), test.booker('alice'), schedule, n || '/' || i FROM generate_series(0, row_count - 1) i;
	INSERT INTO concert_booking.booking_seats (booking_id, seat_id)
	SELECT b.id, s.id FROM concert_booking.bookings b
	JOIN concert_booking.seats s ON s.concert_schedule_id = schedule AND s.ordinal = 1 + 20 * split_part(b.booking_number, '/', 2)::integer
	WHERE b.concert_schedule_id = schedule;
	UPDATE concert_booking.seats s SET status = 'reserved' WHERE s.concert_schedule_id = schedule AND s.ordinal % 20 = 1;
END
$$;

-- seven schedules of 20 seats, each blocked, opened and put into the archive in this session
CALL test.set_clock('2040-04-01');
DO $do$
BEGIN
	FOR n IN 1 .. 7 LOOP
		PERFORM test.fill(n, 1);
		PERFORM concert_booking.block_seats(ARRAY(SELECT s.id FROM concert_booking.seats s
			WHERE s.concert_schedule_id = ('5d000000-0000-7000-8000-00000000000' || n)::uuid AND s.status = 'available'));
		PERFORM concert_booking.unblock_seats(ARRAY(SELECT s.id FROM concert_booking.seats s
			WHERE s.concert_schedule_id = ('5d000000-0000-7000-8000-00000000000' || n)::uuid AND s.status = 'unavailable'));
		PERFORM concert_booking.archive_past_schedules('2040-01-31', 1);
	END LOOP;
END
$do$;

-- rows that a statement's sequential scans read, as a multiple of the table's
CREATE FUNCTION test.rows_read(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	before bigint;
	after bigint;
BEGIN
	SELECT sum(t.seq_tup_read) INTO before FROM pg_stat_xact_user_tables t WHERE t.schemaname = 'concert_booking';
	EXECUTE statement;
	SELECT sum(t.seq_tup_read) INTO after FROM pg_stat_xact_user_tables t WHERE t.schemaname = 'concert_booking';
	RETURN CASE WHEN after - before < 100000 THEN 'few' ELSE 'many' END;
END
$$;
SELECT test.fill(8, 100);
SELECT array_agg(id) AS free FROM concert_booking.seats
WHERE concert_schedule_id = '5d000000-0000-7000-8000-000000000008' AND status = 'available' \gset
SELECT test.rows_read(format('SELECT concert_booking.block_seats(%L)', :'free')) AS block;
SELECT test.rows_read(format('SELECT concert_booking.unblock_seats(%L)', :'free')) AS unblock;
SELECT test.rows_read($$SELECT concert_booking.archive_past_schedules('2040-01-31', 1)$$) AS archive;

-- nothing was lost on the way
SELECT seat_count, booking_count, jsonb_array_length(seats) AS seats FROM concert_booking.archived_schedules
WHERE id = '5d000000-0000-7000-8000-000000000008';
SELECT count(*) AS bookings, sum(jsonb_array_length(seats)) AS seats, min(seats -> 0 ->> 'seat_number') AS first_seat
FROM concert_booking.archived_bookings WHERE concert_schedule_id = '5d000000-0000-7000-8000-000000000008';
SELECT * FROM concert_booking.check_integrity();
DROP FUNCTION test.fill, test.rows_read;
