-- One schedule with :seats seats, numbered from 1; a session for each seat.
SET client_min_messages = warning;
CREATE SCHEMA async;
INSERT INTO concert_booking.venues (id, name, address) VALUES ('0e000000-0000-7000-8000-000000000001', 'Olympic Hall', 'Seoul');
INSERT INTO concert_booking.concerts (id, venue_id, title)
VALUES ('c0000000-0000-7000-8000-000000000001', '0e000000-0000-7000-8000-000000000001', 'Summer Nights');
INSERT INTO concert_booking.concert_schedules (id, concert_id, concert_date, concert_time)
VALUES ('5c000000-0000-7000-8000-000000000001', 'c0000000-0000-7000-8000-000000000001', current_date + 100, '19:00');
INSERT INTO concert_booking.seats (id, concert_schedule_id, seat_number, seat_grade, price, ordinal, seat_index)
SELECT lpad(n::text, 32, '0')::uuid, '5c000000-0000-7000-8000-000000000001', n, 'R', 150000, n, n
FROM generate_series(1, :seats) AS n;

CREATE FUNCTION async.schedule() RETURNS uuid LANGUAGE sql IMMUTABLE AS $$ SELECT '5c000000-0000-7000-8000-000000000001'::uuid $$;
CREATE FUNCTION async.seat(n integer) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$ SELECT lpad(n::text, 32, '0')::uuid $$;
CREATE FUNCTION async.session(n integer) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$ SELECT md5('session ' || n)::uuid $$;
CREATE TABLE async.notes (note text);
CREATE SEQUENCE async.numbers CACHE 1;
-- what the clients were told, and what became of it
CREATE TABLE async.told (line text);
CREATE TABLE async.rounds (round integer GENERATED ALWAYS AS IDENTITY, books integer, holds integer, lost integer, oldest_ms integer);

CREATE FUNCTION async.note_hold() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
	CASE current_setting('async.trigger', true)
		WHEN 'note' THEN INSERT INTO async.notes VALUES ('held');
		WHEN 'book' THEN PERFORM concert_booking.book_seats(ARRAY[async.seat(60)], session_id => async.session(60),
			customer_name => 'Kim', customer_phone => '01012345678');
		WHEN 'hold' THEN
			/* Once: the hold inside fires this again. */
			PERFORM set_config('async.trigger', '', true);
			PERFORM concert_booking.hold_seats(ARRAY[async.seat(61), async.seat(62), async.seat(63)], session_id => async.session(61));
		ELSE NULL;
	END CASE;
	RETURN NULL;
END
$$;
