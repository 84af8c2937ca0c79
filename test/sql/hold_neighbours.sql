-- Seats made one after the other lie side by side and are looked for there first:
-- whatever lies in the next place, a call gets the seats that it named.
\i test/fixtures/world.sql

CREATE OR REPLACE FUNCTION test.neighbour(n integer) RETURNS uuid
LANGUAGE sql IMMUTABLE AS $$ SELECT format('5ea70000-0000-7000-8000-%s', lpad((1000 + n)::text, 12, '0'))::uuid $$;

-- holds, looks, confirms and cancels, or gives back: null, or what was wrong
CREATE OR REPLACE FUNCTION test.try_seats(ids uuid[], sell boolean) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	answer record;
	told uuid[];
	held uuid[];
	sold uuid[];
	booking uuid;
BEGIN
	FOR answer IN SELECT * FROM concert_booking.hold_seats(ids, test.booker('alice'))
	LOOP
		IF EXISTS (SELECT FROM concert_booking.seats s WHERE s.id = answer.seat_id
			AND s.concert_schedule_id = answer.concert_schedule_id AND s.seat_number = answer.seat_number
			AND s.seat_grade = answer.seat_grade AND s.price = answer.price
			AND s.status = 'temp_reserved' AND s.hold_expires_at = answer.expires_at) THEN
			told := told || answer.seat_id;
		END IF;
	END LOOP;
	SELECT array_agg(t.seat_id ORDER BY array_position(ids, t.seat_id)) INTO held
	FROM concert_booking.temp_reservations t JOIN concert_booking.seats s ON s.id = t.seat_id
		AND s.price = t.price AND s.hold_expires_at = t.expires_at AND s.concert_schedule_id = t.concert_schedule_id;
	IF told IS DISTINCT FROM ids OR held IS DISTINCT FROM ids THEN
		RETURN format('asked for %s, told %s, held %s', ids, told, held);
	END IF;
	IF NOT sell THEN
		PERFORM concert_booking.release_seats(ids, test.booker('alice'));
		RETURN NULL;
	END IF;
	SELECT c.booking_id INTO booking FROM concert_booking.confirm_booking(test.schedule(2), test.booker('alice')) c;
	SELECT array_agg(l.seat_id ORDER BY array_position(ids, l.seat_id)) INTO sold
	FROM concert_booking.booking_seats l JOIN concert_booking.seats s ON s.id = l.seat_id
		AND s.price = l.price AND s.seat_grade = l.seat_grade AND s.status = 'reserved'
	WHERE l.booking_id = booking AND l.active;
	IF sold IS DISTINCT FROM ids OR EXISTS (SELECT FROM concert_booking.temp_reservations) THEN
		RETURN format('asked for %s, sold %s', ids, sold);
	END IF;
	PERFORM concert_booking.cancel_booking(booking, NULL, test.booker('alice'));
	RETURN NULL;
END
$$;

-- tries many choices of seats of schedule 2, neighbours mostly: how many, and the wrong ones
CREATE OR REPLACE FUNCTION test.try_many() RETURNS TABLE (tried_many boolean, wrong bigint, first_fault text)
LANGUAGE sql AS $$
	WITH tries AS MATERIALIZED (
		SELECT t AS n, (SELECT array_agg(c.id ORDER BY CASE WHEN t % 3 = 0 THEN random() END, c.id)
			FROM (SELECT s.id FROM concert_booking.seats s
				WHERE s.concert_schedule_id = test.schedule(2)
				  AND s.id >= test.neighbour(t * 11 % 500) AND random() < (ARRAY[1, 0.8, 0.3])[t % 3 + 1]
				ORDER BY s.id LIMIT 1 + t % 12) c) AS ids
		FROM generate_series(1, 36) t)
	SELECT count(*) > 30, count(f.fault), min(f.fault)
	FROM tries, LATERAL (SELECT test.try_seats(tries.ids, tries.n % 4 = 0) AS fault) f
	WHERE tries.ids IS NOT NULL
$$;

SELECT setseed(0.5);
INSERT INTO concert_booking.seats (id, concert_schedule_id, seat_number, seat_grade, price, ordinal)
SELECT test.neighbour(10 * n), test.schedule(2), 'N-' || n, 'R', 1000 * n, 10 + n FROM generate_series(1, 60) n;
SELECT * FROM test.try_many();

-- in freed places lie seats whose ids are others' in between
DELETE FROM concert_booking.bookings;
DELETE FROM concert_booking.seats WHERE concert_schedule_id = test.schedule(2) AND ordinal % 3 = 0;
VACUUM (INDEX_CLEANUP on, TRUNCATE off) concert_booking.seats;
INSERT INTO concert_booking.seats (id, concert_schedule_id, seat_number, seat_grade, price, ordinal)
SELECT test.neighbour(10 * n + 5), test.schedule(2), 'M-' || n, 'S', 1000 * n + 1, 200 + n FROM generate_series(60, 1, -2) n;
SELECT * FROM test.try_many();

-- some have another version in their page, some in another place
UPDATE concert_booking.seats SET price = price + 2 WHERE concert_schedule_id = test.schedule(2) AND ordinal % 2 = 0;
UPDATE concert_booking.seats SET ordinal = ordinal + 1000 WHERE concert_schedule_id = test.schedule(2) AND ordinal % 5 = 0;
SELECT * FROM test.try_many();

-- in one transaction with what changes the seats, and after what was taken back
BEGIN;
UPDATE concert_booking.seats SET price = price + 3 WHERE concert_schedule_id = test.schedule(2) AND ordinal % 3 = 1;
SAVEPOINT before;
DELETE FROM concert_booking.bookings;
DELETE FROM concert_booking.seats WHERE concert_schedule_id = test.schedule(2) AND ordinal % 2 = 0;
INSERT INTO concert_booking.seats (id, concert_schedule_id, seat_number, seat_grade, price, ordinal)
SELECT test.neighbour(10 * n + 7), test.schedule(2), 'L-' || n, 'S', 500, 400 + n FROM generate_series(1, 60) n;
SELECT * FROM test.try_many();
ROLLBACK TO before;
SELECT * FROM test.try_many();
COMMIT;
SELECT * FROM test.try_many();

-- an unknown seat between two that lie side by side
SELECT test.raises(format('SELECT * FROM concert_booking.hold_seats(%L, %L)',
	(SELECT array_agg(id) FROM (SELECT id FROM concert_booking.seats WHERE concert_schedule_id = test.schedule(2)
		ORDER BY id LIMIT 4) s) || test.neighbour(11), test.booker('alice')));

SELECT * FROM concert_booking.check_integrity();
DROP FUNCTION test.try_many(), test.try_seats(uuid[], boolean), test.neighbour(integer);
