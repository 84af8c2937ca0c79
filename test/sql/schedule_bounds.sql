-- Durations and instants at the ends of the calendar: refused, or answered clearly, never 22008.
\i test/fixtures/world.sql
CREATE FUNCTION pg_temp.setting(duration_column text, duration text) RETURNS text LANGUAGE sql AS $$
	SELECT test.raises(format('UPDATE concert_booking.concert_schedules SET %I = %L WHERE id = test.schedule()', duration_column, duration))
$$;
CREATE FUNCTION pg_temp.tries(call text) RETURNS text LANGUAGE sql AS
$$ SELECT test.raises(format('SELECT concert_booking.%s', call)) $$;

-- no part is negative, whatever the sum; a year for a hold, a hundred years for a cut-off
SELECT duration, regexp_replace(pg_temp.setting('hold_duration', duration), E'\n.*', '') AS hold_duration,
	   regexp_replace(pg_temp.setting('cancel_until', duration), E'\n.*', '') AS cancel_until
FROM unnest('{0,1 microsecond,-1 second,1 mon -29 days,1 mon -1 day,1 day -1 hour,2 years -1 mon -700 days,1 year,12 mons 1 microsecond,100 years,100 years 1 day,300000 years,178000000 years,-178000000 years}'::text[]) AS duration;
UPDATE concert_booking.concert_schedules SET hold_duration = NULL, cancel_until = NULL;

-- rows that are older than the constraints: create_tables() says so and does not fail
ALTER TABLE concert_booking.concert_schedules DROP CONSTRAINT chk_concert_schedules_hold_bounds, DROP CONSTRAINT chk_concert_schedules_cancel_bounds,
	ADD CONSTRAINT chk_concert_schedules_hold_duration CHECK (hold_duration > interval '0'),
	ADD CONSTRAINT chk_concert_schedules_cancel_until CHECK (cancel_until >= interval '0');
SELECT booking_id AS booking FROM concert_booking.book_seats(ARRAY[test.seat('A-1', 2)], test.booker('alice')) \gset
UPDATE concert_booking.concert_schedules SET hold_duration = '300000 years' WHERE id = test.schedule(1);
UPDATE concert_booking.concert_schedules SET cancel_until = '1 mon -29 days' WHERE id = test.schedule(2);
SELECT concert_booking.create_tables();
SELECT conname, convalidated, obj_description(oid, 'pg_constraint') AS comment FROM pg_constraint
WHERE conrelid = 'concert_booking.concert_schedules'::regclass AND conname ~ 'hold|cancel' ORDER BY 1;
SELECT concert_booking.create_tables();
-- no other row can become so
SELECT pg_temp.setting('cancel_until', '11 years') LIKE '23514%' AS refused;

-- and the calls on such a schedule say what is wrong
SELECT pg_temp.tries($$hold_seat(test.seat('A-1'), test.booker('alice'))$$);
SELECT pg_temp.tries($$hold_best_seats(test.schedule(), 1, user_id => test.booker('alice'))$$);
SELECT pg_temp.tries($$book_seats(test.seats('A-1'), test.booker('alice'))$$);
SELECT pg_temp.tries($$confirm_booking(test.schedule(), test.booker('alice'))$$);
SELECT pg_temp.tries($$extend_holds(test.schedule(), test.booker('alice'))$$);
SELECT pg_temp.tries(format('cancel_booking(%L, NULL, test.booker(''alice''))', :'booking'));

-- corrected, they are validated
UPDATE concert_booking.concert_schedules SET hold_duration = NULL, cancel_until = NULL;
SELECT concert_booking.create_tables();
SELECT conname, convalidated FROM pg_constraint
WHERE conrelid = 'concert_booking.concert_schedules'::regclass AND conname ~ 'hold|cancel' ORDER BY 1;

-- a start that never comes, that has always been, and at the ends of the calendar
CREATE FUNCTION test.at_the_ends(concert_date date, until interval) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	booking uuid;
	said text := '';
BEGIN
	UPDATE concert_booking.concert_schedules cs
	SET concert_date = '2040-06-01', cancel_until = until, booking_closes_at = NULL WHERE id = test.schedule(1);
	SELECT b.booking_id INTO booking FROM concert_booking.book_seats(test.seats('B-1'), test.booker('bob')) b;
	UPDATE concert_booking.concert_schedules cs
	SET concert_date = at_the_ends.concert_date, booking_closes_at = 'infinity', status_changed_at = test.now() WHERE id = test.schedule(1);
	said := split_part(test.raises($c$SELECT concert_booking.hold_seat(test.seat('A-1'), test.booker('alice'))$c$), E'\n', 1)
		|| ', ' || split_part(test.raises($c$SELECT concert_booking.extend_holds(test.schedule(), test.booker('alice'))$c$), E'\n', 1)
		|| ', ' || split_part(test.raises($c$SELECT concert_booking.confirm_booking(test.schedule(), test.booker('alice'))$c$), E'\n', 1)
		|| ', ' || test.raises(format('SELECT concert_booking.cancel_booking(%L, NULL, test.booker(''bob''))', booking))
		|| ', ' || split_part(test.raises('SELECT count(*) FROM concert_booking.search_concerts()'), E'\n', 1)
		|| ', ' || split_part(test.raises('SELECT concert_booking.concert_detail(test.concert())'), E'\n', 1)
		|| ', ' || split_part(test.raises('SELECT concert_booking.my_bookings(user_id => test.booker(''bob''))'), E'\n', 1)
		|| ', ' || split_part(test.raises('SELECT concert_booking.seat_status(test.schedule())'), E'\n', 1);
	UPDATE concert_booking.concert_schedules SET concert_date = '2040-06-01', cancel_until = NULL, status_changed_at = test.now() WHERE id = test.schedule(1);
	PERFORM concert_booking.release_seats(user_id => test.booker('alice'));
	PERFORM concert_booking.cancel_booking(b.id, NULL, b.user_id) FROM concert_booking.bookings b
	WHERE b.concert_schedule_id = test.schedule(1) AND b.status = 'confirmed';
	RETURN said;
END
$$;
SET concert_booking.cancel_until = '1h';
SELECT concert_date, until, test.at_the_ends(concert_date, until)
FROM unnest('{infinity,-infinity,294276-12-30,4713-01-02 BC}'::date[]) AS concert_date,
	 unnest('{NULL,100 years,3 hours}'::interval[]) AS until;
SELECT * FROM concert_booking.check_integrity();

-- the clock of the tests goes no further than terms and cut-offs can follow
SELECT test.raises(format('SET concert_booking.test_clock_offset = %L', moved))
FROM unnest('{300000 years,-300000 years,1017 years,9000000 hours,900 years}'::text[]) AS moved;
DROP FUNCTION test.at_the_ends;
