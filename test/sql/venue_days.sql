-- Days and months of a term or a cut-off are the venue's, whatever zone the session has.
\i test/fixtures/world.sql
UPDATE concert_booking.venues SET timezone = 'America/New_York';

/*
 * New York has its clocks put forward on 2040-03-11 and back on 2040-11-04: two
 * days before 2040-03-12 19:00 is 2040-03-10 19:00 there, 47 hours earlier.
 */
CREATE FUNCTION test.cut_off(zone text, until interval, concert_date date) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	booking uuid;
	found_at timestamptz;
	says jsonb;
	deadline timestamptz;
	said text;
BEGIN
	UPDATE concert_booking.concert_schedules cs SET concert_date = cut_off.concert_date, cancel_until = until WHERE id = test.schedule();
	CALL test.set_clock(((concert_date - 300)::timestamp) AT TIME ZONE 'UTC');
	PERFORM set_config('TimeZone', zone, true);
	SELECT b.booking_id INTO booking FROM concert_booking.book_seats(test.seats('A-1'), test.booker('alice')) b;
	SELECT cs.starts_at INTO deadline FROM concert_booking.concert_schedules cs WHERE cs.id = test.schedule();
	CALL test.set_clock(deadline - interval '1 second');
	BEGIN
		PERFORM concert_booking.cancel_booking(booking, NULL, test.booker('alice'));
	EXCEPTION WHEN SQLSTATE 'PT412' THEN
		GET STACKED DIAGNOSTICS said = PG_EXCEPTION_DETAIL;
	END;
	says := said;
	deadline := says ->> 'cancellable_until';
	-- and it is what it says: a second before it, the booking can be cancelled
	CALL test.set_clock(deadline - interval '1 second');
	RETURN to_char(deadline AT TIME ZONE 'America/New_York', 'YYYY-MM-DD HH24:MI') || ' ' ||
		(concert_booking.cancel_booking(booking, NULL, test.booker('alice'))).status;
END
$$;
SELECT until, concert_date, test.cut_off('Pacific/Kiritimati', until, concert_date) AS kiritimati,
	   test.cut_off('America/New_York', until, concert_date) AS new_york,
	   test.cut_off('Asia/Seoul', until, concert_date) AS seoul
FROM (VALUES (interval '2 days', date '2040-03-12'), ('2 days 3 hours', '2040-03-12'), ('48 hours', '2040-03-12'),
			 ('2 days', '2040-11-05'), ('1 month', '2040-04-01'), ('1 month', '2040-03-31'), ('2 days', '2040-03-01')) AS c (until, concert_date)
WHERE set_config('TimeZone', 'UTC', false) IS NOT NULL;

-- a term of days too
CREATE FUNCTION test.term(zone text, duration interval) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	expires_at timestamptz;
BEGIN
	UPDATE concert_booking.concert_schedules SET concert_date = '2041-01-01', hold_duration = duration, cancel_until = NULL WHERE id = test.schedule();
	CALL test.set_clock(timestamp '2040-03-10 12:00' AT TIME ZONE 'America/New_York');
	PERFORM set_config('TimeZone', zone, true);
	SELECT h.expires_at INTO expires_at FROM concert_booking.hold_seat(test.seat('A-2'), test.booker('alice')) h;
	PERFORM concert_booking.release_seats(user_id => test.booker('alice'));
	RETURN to_char(expires_at AT TIME ZONE 'America/New_York', 'YYYY-MM-DD HH24:MI');
END
$$;
SELECT duration, test.term('Pacific/Kiritimati', duration) AS kiritimati, test.term('America/New_York', duration) AS new_york,
	   test.term('Asia/Seoul', duration) AS seoul
FROM unnest('{1 day,24 hours,1 day 1 hour,1 month}'::interval[]) AS duration;

-- an extension counts as the hold did
SET timezone = 'Pacific/Kiritimati';
SET concert_booking.max_hold_duration = '20d';
UPDATE concert_booking.concert_schedules SET hold_duration = '1 day' WHERE id = test.schedule();
SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-2'), test.booker('alice'));
CALL test.set_clock(timestamp '2040-03-10 13:00' AT TIME ZONE 'America/New_York');
SELECT to_char(expires_at AT TIME ZONE 'America/New_York', 'YYYY-MM-DD HH24:MI') AS until
FROM concert_booking.extend_holds(test.schedule(), test.booker('alice'));
SELECT * FROM concert_booking.check_integrity();
DROP FUNCTION test.cut_off, test.term;
