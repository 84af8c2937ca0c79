-- seat_map_json(): the whole map in one document, whatever a client's limit on rows is.
\i test/fixtures/world.sql

\o /dev/null
SELECT concert_booking.hold_seats(test.seats('A-1', 'A-2'), test.booker('alice'));
SELECT concert_booking.book_seats(test.seats('B-1'), test.booker('bob'));
SELECT concert_booking.block_seats(test.seats('B-4'));
\o
UPDATE concert_booking.seats SET hold_expires_at = NULL WHERE id = test.seat('A-2');
UPDATE concert_booking.seats SET section = 'Floor "1"', position_x = -3 WHERE id = test.seat('A-3');
UPDATE concert_booking.seats SET section = E'1\\2\t3\n\x7f층', row_label = '', price = 2147483647, position_y = -2147483648 WHERE id = test.seat('B-3');
-- one row: its keys, and the seats as seat_map() has them
SELECT string_agg(k, ' ' ORDER BY n) AS keys FROM json_object_keys(concert_booking.seat_map_json(test.schedule())) WITH ORDINALITY AS k (k, n);
SELECT string_agg(k, ' ' ORDER BY n) AS keys FROM json_object_keys(concert_booking.seat_map_json(test.schedule()) #> '{seats,0}') WITH ORDINALITY AS k (k, n);
CREATE FUNCTION pg_temp.same(schedule integer) RETURNS boolean LANGUAGE sql AS $$
	SELECT (j -> 'seats')::jsonb = (SELECT coalesce(jsonb_agg(to_jsonb(m) ORDER BY m.ordinal), '[]') FROM concert_booking.seat_map(test.schedule(schedule)) m)
	   AND (j ->> 'concert_schedule_id')::uuid = test.schedule(schedule)
	   AND (j ->> 'layout_version')::integer = s.layout_version AND (j ->> 'seat_count')::integer = s.seat_count
	   AND s.statuses = coalesce((SELECT string_agg(CASE e.seat ->> 'status' WHEN 'temp_reserved' THEN 't' ELSE left(e.seat ->> 'status', 1) END, '' ORDER BY e.n)
								  FROM json_array_elements(j -> 'seats') WITH ORDINALITY AS e (seat, n)), '')
	FROM concert_booking.seat_map_json(test.schedule(schedule)) j, concert_booking.seat_status(test.schedule(schedule)) s
$$;
SELECT pg_temp.same(1) AS first, pg_temp.same(2) AS second;
SELECT e ->> 'seat_number' AS seat, e ->> 'status' AS status FROM json_array_elements(concert_booking.seat_map_json(test.schedule()) -> 'seats') e;
-- a lapsed hold is free, a changed plan has another version
CALL test.set_clock('2040-05-01 12:10:01');
UPDATE concert_booking.seats SET price = price + 1 WHERE id = test.seat('B-2');
SELECT pg_temp.same(1) AS same;
SELECT e ->> 'seat_number' AS seat, e ->> 'status' AS status FROM json_array_elements(concert_booking.seat_map_json(test.schedule()) -> 'seats') e
WHERE e ->> 'status' <> 'available';
-- without seats; a cancelled one keeps its seats
DELETE FROM concert_booking.seats WHERE concert_schedule_id = test.schedule(2);
SELECT pg_temp.same(2) AS same;
UPDATE concert_booking.concert_schedules SET status = 'cancelled' WHERE id = test.schedule(1);
SELECT pg_temp.same(1) AS same;

\t on
SELECT test.raises($$SELECT concert_booking.seat_map_json('00000000-0000-7000-8000-000000000000')$$);
SELECT test.raises($$SELECT concert_booking.seat_map_json(NULL)$$);
\t off

-- twice in one transaction; no cursor stays open
BEGIN;
SELECT count(*) AS maps FROM generate_series(1, 2) i, LATERAL concert_booking.seat_map_json(test.schedule(2 - i % 2)) j;
SELECT count(*) AS cursors FROM pg_cursors WHERE NOT is_holdable AND name <> '';
COMMIT;

-- inside of a statement that has no columns; what it is given is a schedule, not a cursor
DO $$ BEGIN PERFORM concert_booking.seat_document(test.schedule(2), 1, now()); END $$;
BEGIN;
DECLARE mine CURSOR FOR SELECT 1 AS one;
SELECT (concert_booking.seat_document(test.schedule(2), 1, now()))::jsonb - 'concert_schedule_id' AS document;
FETCH mine;
COMMIT;
-- what the transaction has written itself
BEGIN;
UPDATE concert_booking.concert_schedules SET status = 'scheduled' WHERE id = test.schedule(1);
SELECT count(*) AS held FROM concert_booking.hold_seats(test.seats('A-4', 'B-2'), test.booker('alice'));
SELECT pg_temp.same(1) AS same;
ROLLBACK;
-- columns that have the owner's domains are told as what they are
BEGIN;
CREATE DOMAIN public.won AS integer;
CREATE DOMAIN public.label AS text;
ALTER TABLE concert_booking.seats ALTER price TYPE public.won, ALTER position_x TYPE public.won, ALTER section TYPE public.label;
SELECT pg_temp.same(1) AS same;
ROLLBACK;
SELECT pg_temp.same(1) AS same;
