-- C only: the twin looks for each seat by itself
-- Eight seats that lie side by side cost one look-up in an index, not eight.
\i test/fixtures/world.sql

INSERT INTO concert_booking.seats (id, concert_schedule_id, seat_number, seat_grade, price, ordinal)
SELECT format('5ea70000-0000-7000-8000-%s', lpad((1000 + n)::text, 12, '0'))::uuid, test.schedule(2), 'N-' || n,
	'R', 1000, 10 + n FROM generate_series(1, 20) n;
VACUUM concert_booking.seats, concert_booking.temp_reservations;

-- look-ups since the last look
CREATE OR REPLACE FUNCTION test.lookups() RETURNS TABLE (seats bigint, holds bigint)
LANGUAGE plpgsql AS $$
DECLARE
	seats_now bigint := pg_stat_get_xact_numscans('concert_booking.seats_pkey'::regclass);
	holds_now bigint := pg_stat_get_xact_numscans('concert_booking.unique_temp_seat'::regclass);
BEGIN
	RETURN QUERY SELECT seats_now - coalesce(nullif(current_setting('test.seats', true), ''), '0')::bigint,
		holds_now - coalesce(nullif(current_setting('test.holds', true), ''), '0')::bigint;
	PERFORM set_config('test.seats', seats_now::text, true), set_config('test.holds', holds_now::text, true);
END
$$;
SELECT array_agg(id ORDER BY ordinal) AS eight FROM concert_booking.seats
WHERE concert_schedule_id = test.schedule(2) AND ordinal BETWEEN 14 AND 21 \gset

BEGIN;
SELECT seats >= 0 AS counting FROM test.lookups();
SELECT count(*) FROM concert_booking.hold_seats(:'eight', test.booker('alice'));
SELECT * FROM test.lookups();
SELECT count(*) FROM concert_booking.hold_seats(:'eight', test.booker('alice'));
SELECT * FROM test.lookups();
SELECT count(*) FROM concert_booking.extend_holds(test.schedule(2), test.booker('alice'));
SELECT * FROM test.lookups();
SELECT seat_numbers FROM concert_booking.confirm_booking(test.schedule(2), test.booker('alice'));
SELECT * FROM test.lookups();
COMMIT;

-- a serializable transaction looks at no row that was not named
BEGIN ISOLATION LEVEL SERIALIZABLE;
SELECT seats >= 0 AS counting FROM test.lookups();
SELECT count(*) FROM concert_booking.hold_seats(ARRAY(SELECT id FROM concert_booking.seats
	WHERE concert_schedule_id = test.schedule(2) AND ordinal BETWEEN 22 AND 25), test.booker('bob'));
SELECT seats FROM test.lookups();
ROLLBACK;
DROP FUNCTION test.lookups();

-- without the key that makes an id unique the index tells which row it is: the last
BEGIN;
ALTER TABLE concert_booking.seats DROP CONSTRAINT seats_pkey CASCADE;
CREATE INDEX ON concert_booking.seats (id);
INSERT INTO concert_booking.seats (id, concert_schedule_id, seat_number, seat_grade, price, ordinal)
SELECT id, concert_schedule_id, 'again ' || ordinal, 'S', 700, 5000 + ordinal
FROM concert_booking.seats WHERE concert_schedule_id = test.schedule(2) AND ordinal IN (24, 25, 26);
SELECT seat_number FROM concert_booking.hold_seats(ARRAY(SELECT id FROM concert_booking.seats
	WHERE concert_schedule_id = test.schedule(2) AND ordinal BETWEEN 23 AND 26 ORDER BY ordinal), test.booker('alice'));
ROLLBACK;
