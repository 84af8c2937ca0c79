-- The nights on which a venue's clocks change: an hour that does not exist, and one that comes twice.
\i test/fixtures/world.sql
CREATE FUNCTION test.utc(instant timestamptz) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT to_char(instant AT TIME ZONE 'UTC', 'MM-DD HH24:MI') $$;

/*
 * Clocks go forward from 02:00 to 03:00 (New York 2024-03-10, Berlin
 * 2024-03-31), from 00:00 to 01:00 (Beirut 2024-03-31) and from 02:00 to 02:30
 * (Lord Howe 2024-10-06), and back over the same span. The year is past, so
 * that no law changes it any more.
 */
CREATE TABLE test.nights (n integer, zone text, concert_date date, concert_time time, what text);
INSERT INTO test.nights VALUES
	(1, 'America/New_York', '2024-03-10', '01:30', 'before the gap'), (2, 'America/New_York', '2024-03-10', '02:30', 'gap'),
	(3, 'America/New_York', '2024-03-10', '03:30', 'after the gap'), (4, 'America/New_York', '2024-11-03', '00:30', 'before'),
	(5, 'America/New_York', '2024-11-03', '01:30', 'twice'), (6, 'America/New_York', '2024-11-03', '02:30', 'after'),
	(7, 'Europe/Berlin', '2024-03-31', '02:30', 'gap'), (8, 'Europe/Berlin', '2024-10-27', '02:30', 'twice'),
	(9, 'Asia/Beirut', '2024-03-31', '00:00', 'gap'), (10, 'Asia/Beirut', '2024-10-26', '23:30', 'twice'),
	(11, 'Australia/Lord_Howe', '2024-10-06', '02:15', 'gap'), (12, 'Australia/Lord_Howe', '2024-04-07', '01:45', 'twice');
CREATE FUNCTION test.night(n integer) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$ SELECT ('d5000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid $$;
CREATE FUNCTION test.concert_in(zone text) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$ SELECT md5(zone)::uuid $$;

INSERT INTO concert_booking.venues (id, name, address, timezone)
SELECT DISTINCT md5(zone || ' hall')::uuid, zone, '-', zone FROM test.nights;
INSERT INTO concert_booking.concerts (id, venue_id, title)
SELECT DISTINCT test.concert_in(zone), md5(zone || ' hall')::uuid, 'Night ' || zone FROM test.nights;
-- made in sessions of three zones
CREATE FUNCTION test.make(zones text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	night test.nights;
BEGIN
	FOR night IN SELECT * FROM test.nights LOOP
		PERFORM set_config('TimeZone', zones[1 + night.n % cardinality(zones)], true);
		INSERT INTO concert_booking.concert_schedules (id, concert_id, concert_date, concert_time)
		VALUES (test.night(night.n), test.concert_in(night.zone), night.concert_date, night.concert_time);
	END LOOP;
	INSERT INTO concert_booking.seats (concert_schedule_id, seat_number, seat_grade, price)
	SELECT test.night(n), 'A-' || i, 'R', 1000 FROM test.nights, generate_series(1, 2) i;
END
$$;
SELECT test.make('{Pacific/Kiritimati,America/New_York,America/St_Johns}');

-- an hour that does not exist counts as so long after the change; of two the second is meant
SELECT n, t.zone, t.what, cs.concert_date, cs.concert_time, to_char(cs.starts_at AT TIME ZONE t.zone, 'HH24:MI') AS clock_there, test.utc(cs.starts_at) AS utc
FROM test.nights t JOIN concert_booking.concert_schedules cs ON cs.id = test.night(n) ORDER BY n;
SELECT * FROM concert_booking.check_integrity();
-- written again from another zone it stays; and so with the venue's zone put right
SET timezone = 'Europe/Berlin';
CREATE TABLE test.starts AS SELECT cs.id, cs.starts_at FROM concert_booking.concert_schedules cs;
UPDATE concert_booking.venues SET timezone = 'UTC' WHERE timezone = 'America/New_York';
SELECT count(*) AS moved FROM test.starts s JOIN concert_booking.concert_schedules cs USING (id) WHERE cs.starts_at <> s.starts_at;
UPDATE concert_booking.venues SET timezone = 'America/New_York' WHERE name = 'America/New_York';
UPDATE concert_booking.concert_schedules cs SET concert_time = cs.concert_time, starts_at = '2024-01-01';
SELECT count(*) AS moved FROM test.starts s JOIN concert_booking.concert_schedules cs USING (id) WHERE cs.starts_at <> s.starts_at;

-- the calendar is that of the venue, the same in every session
CREATE FUNCTION test.calendar(zone text, judged_at timestamptz) RETURNS jsonb LANGUAGE plpgsql AS $$
BEGIN
	CALL test.set_clock(judged_at);
	PERFORM set_config('TimeZone', zone, true);
	RETURN (SELECT jsonb_agg(jsonb_build_array(c.title, d.available_date, d.schedule_count, d.available_seats,
			(SELECT jsonb_agg(jsonb_build_array(to_char(s.concert_time, 'HH24:MI'), test.utc(s.starts_at), s.available_seats))
			 FROM concert_booking.schedules_on(c.id, d.available_date) s)) ORDER BY c.title, d.available_date)
		FROM concert_booking.concerts c, concert_booking.available_dates(c.id) d WHERE c.title LIKE 'Night %');
END
$$;
SELECT entry ->> 0 AS concert, entry ->> 1 AS day, entry ->> 2 AS schedules, entry ->> 3 AS seats, entry -> 4 AS starts
FROM jsonb_array_elements(test.calendar('UTC', '2024-01-01 00:00Z')) entry;
SELECT count(DISTINCT test.calendar(zone, judged_at)) AS different_answers, judged_at AT TIME ZONE 'UTC' AS at
FROM unnest('{UTC,Asia/Seoul,America/New_York,Europe/Berlin,America/St_Johns,Pacific/Kiritimati,Australia/Lord_Howe}'::text[]) zone,
	 unnest('{2024-01-01 00:00Z,2024-03-10 07:00Z,2024-11-03 05:45Z}'::timestamptz[]) judged_at
GROUP BY judged_at ORDER BY judged_at;

-- it is bookable to the second of its start: 02:30 in the gap is 03:30, 01:30 the second 01:30
CREATE FUNCTION test.try(n integer, zone text, instant timestamptz) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	CALL test.set_clock(instant);
	PERFORM set_config('TimeZone', zone, true);
	PERFORM concert_booking.hold_seats(ARRAY(SELECT s.id FROM concert_booking.seats s WHERE s.concert_schedule_id = test.night(n) AND s.seat_number = 'A-1'),
									   test.booker('alice'));
	PERFORM concert_booking.release_seats(user_id => test.booker('alice'));
	RETURN 'held';
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE;
END
$$;
SELECT n, t.what, array_agg(DISTINCT test.try(n, zones, cs.starts_at - interval '1 minute')) AS a_minute_before,
	   array_agg(DISTINCT test.try(n, zones, cs.starts_at)) AS at_start
FROM test.nights t JOIN concert_booking.concert_schedules cs ON cs.id = test.night(n),
	 unnest('{UTC,America/New_York,Pacific/Kiritimati}'::text[]) zones
WHERE n IN (2, 5, 7, 8) GROUP BY n, t.what ORDER BY n;

-- an end of booking given on the clock of the venue, in the gap and in the hour that comes twice
UPDATE concert_booking.concert_schedules SET booking_closes_at = timestamp '2024-03-10 02:10' AT TIME ZONE 'America/New_York' WHERE id = test.night(2);
UPDATE concert_booking.concert_schedules SET booking_closes_at = '2024-11-03 01:10-04' WHERE id = test.night(5);
UPDATE concert_booking.concert_schedules SET booking_closes_at = '2024-11-03 01:10-05' WHERE id = test.night(6);
SELECT n, test.utc(cs.booking_closes_at) AS closes, array_agg(DISTINCT test.try(n, zone, cs.booking_closes_at - interval '1 minute')) AS before,
	   array_agg(DISTINCT test.try(n, zone, cs.booking_closes_at)) AS at_end
FROM unnest('{2,5,6}'::integer[]) n JOIN concert_booking.concert_schedules cs ON cs.id = test.night(n),
	 unnest('{UTC,America/New_York,Pacific/Kiritimati}'::text[]) zone
GROUP BY n, cs.booking_closes_at ORDER BY n;

-- the last instant to cancel, as it is told and as it is kept, from sessions of three zones
CREATE FUNCTION test.cancellable(n integer, zone text, until interval) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	start timestamptz;
	booking uuid;
	deadline timestamptz;
	said text;
BEGIN
	UPDATE concert_booking.concert_schedules SET cancel_until = until, booking_closes_at = NULL WHERE id = test.night(n) RETURNING starts_at INTO start;
	CALL test.set_clock('2024-01-01 00:00Z');
	PERFORM set_config('TimeZone', zone, true);
	SELECT b.booking_id INTO booking FROM concert_booking.book_seats(
		ARRAY(SELECT s.id FROM concert_booking.seats s WHERE s.concert_schedule_id = test.night(n) AND s.seat_number = 'A-2'), test.booker('bob')) b;
	CALL test.set_clock(start - interval '1 second');
	BEGIN
		PERFORM concert_booking.cancel_booking(booking, NULL, test.booker('bob'));
	EXCEPTION WHEN SQLSTATE 'PT412' THEN
		GET STACKED DIAGNOSTICS said = PG_EXCEPTION_DETAIL;
	END;
	deadline := said::jsonb ->> 'cancellable_until';
	IF deadline IS DISTINCT FROM (concert_booking.quote_cancellation(booking, NULL, test.booker('bob'))).cancellable_until THEN
		RETURN 'quote_cancellation() tells another instant than cancel_booking()';
	END IF;
	CALL test.set_clock(deadline - interval '1 minute');
	RETURN test.utc(deadline) || ' ' || (concert_booking.cancel_booking(booking, NULL, test.booker('bob'))).status;
END
$$;
INSERT INTO concert_booking.concert_schedules (id, concert_id, concert_date, concert_time) VALUES
	(test.night(13), test.concert_in('America/New_York'), '2024-03-11', '02:30'),
	(test.night(14), test.concert_in('America/New_York'), '2024-11-04', '01:30'),
	(test.night(15), test.concert_in('Europe/Berlin'), '2024-04-30', '02:30');
INSERT INTO concert_booking.seats (concert_schedule_id, seat_number, seat_grade, price)
SELECT test.night(n), 'A-' || i, 'R', 1000 FROM generate_series(13, 15) n, generate_series(1, 2) i;
SELECT c.n, test.utc(cs.starts_at) AS starts, c.until::text, string_agg(DISTINCT test.cancellable(c.n, zone, c.until), ', ') AS cancelled_before
FROM (VALUES (2, interval '1 day'), (2, '24 hours'), (2, '30 minutes'), (5, '1 day'), (5, '24 hours'), (5, '1 hour'), (8, '1 day'),
			 (13, '1 day'), (13, '24 hours'), (14, '1 day'), (14, '1 day 1 hour'), (15, '30 days'), (15, '1 month'), (11, '1 day'), (12, '1 day'))
	 AS c (n, until)
JOIN concert_booking.concert_schedules cs ON cs.id = test.night(c.n),
	 unnest('{UTC,America/New_York,Pacific/Kiritimati}'::text[]) zone
GROUP BY c.n, cs.starts_at, c.until::text ORDER BY c.n, c.until::text;
SELECT * FROM concert_booking.check_integrity();
DROP TABLE test.nights, test.starts;
DROP FUNCTION test.utc, test.night, test.concert_in, test.make, test.calendar, test.try, test.cancellable;
