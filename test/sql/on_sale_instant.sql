-- The on-sale instant: no cache keeps an answer past the next opening, closing or start.
\i test/fixtures/world.sql

-- the second schedule opens at 13:00 on 2040-05-02, closes on 2040-05-30 and starts on 2040-06-02; the first starts a day before
UPDATE concert_booking.concert_schedules SET booking_opens_at = '2040-05-02 13:00', booking_closes_at = '2040-05-30 22:00' WHERE id = test.schedule(2);
INSERT INTO concert_booking.price_types (concert_id, code, name, percent_off, sale_from, sale_until)
VALUES (test.concert(), 'early', 'Early bird', 10, '2040-05-02 13:00', '2040-05-30 22:00');

-- whether the age of each function's answer ends right before an instant; the clock runs while they are called
CREATE FUNCTION test.age(statement text) RETURNS integer LANGUAGE plpgsql AS $$
BEGIN
	PERFORM set_config('request.method', 'GET', true), set_config('response.headers', '', true);
	EXECUTE statement;
	RETURN CASE WHEN current_setting('response.headers') LIKE '%no-store%' THEN 0
				ELSE substring(current_setting('response.headers') FROM 'max-age=([0-9]+)')::integer END;
END
$$;
CREATE FUNCTION test.ages(instant timestamptz, next_change timestamptz) RETURNS TABLE (function text, fits boolean) LANGUAGE plpgsql AS $$
DECLARE
	call text;
	began timestamptz;
	age integer;
BEGIN
	FOREACH call IN ARRAY ARRAY['search_concerts()', $q$search_concerts('nobody', sort_by => 'price', with_total => true)$q$,
			'available_dates(test.concert())', $q$schedules_on(test.concert(), '2040-06-02')$q$, 'concert_detail(test.concert())',
			'schedule_detail(test.schedule(2))', 'seat_map(test.schedule(2))', 'seat_map_json(test.schedule(2))',
			'seat_grades(test.schedule(2))', 'price_types(test.schedule(2))'] LOOP
		CALL test.set_clock(instant);
		began := test.now();
		age := test.age('SELECT FROM concert_booking.' || call);
		function := split_part(call, '(', 1);
		fits := CASE WHEN next_change IS NULL THEN age = 60
					 ELSE age <= extract(epoch FROM next_change - began) AND age >= extract(epoch FROM next_change - test.now()) - 1
						  OR test.now() >= next_change END;
		RETURN NEXT;
	END LOOP;
END
$$;
-- long before: as the settings say; a minute before and less: until then
SELECT * FROM test.ages('2040-05-02 12:00', NULL);
SELECT * FROM test.ages('2040-05-02 12:59:30', '2040-05-02 13:00');
-- less than a second before: nothing is kept
SELECT DISTINCT fits FROM test.ages('2040-05-02 12:59:59.3', '2040-05-02 13:00');
-- it has opened
SELECT DISTINCT fits FROM test.ages('2040-05-02 13:00', NULL);
-- before the closing, and before the start (price types have none: false)
SELECT DISTINCT fits FROM test.ages('2040-05-30 21:59:40', '2040-05-30 22:00');
SELECT * FROM test.ages('2040-06-02 18:59:20', '2040-06-02 19:00');
-- the start of another schedule of the concert changes what is about the concert, and the list; not what is about this one
SELECT * FROM test.ages('2040-06-01 18:59:40', '2040-06-01 19:00');
-- nothing is to come
SELECT DISTINCT fits FROM test.ages('2040-06-03 12:00', NULL);
-- an opening that never comes bounds nothing; the price type does
UPDATE concert_booking.concert_schedules SET booking_opens_at = 'infinity', booking_closes_at = NULL WHERE id = test.schedule(2);
SELECT * FROM test.ages('2040-05-02 12:59:30', NULL) WHERE NOT fits;
UPDATE concert_booking.concert_schedules SET booking_opens_at = '2040-05-02 13:00' WHERE id = test.schedule(2);

-- at the instant itself every answer has turned
CREATE FUNCTION test.answers(instant timestamptz) RETURNS TABLE (function text, can_be_booked boolean, opens_at timestamptz) LANGUAGE plpgsql AS $$
BEGIN
	CALL test.set_clock(instant);
	RETURN QUERY
	SELECT 'search_concerts', l.opens_at IS NULL, l.opens_at FROM concert_booking.search_concerts(bookable_only => true, date_from => '2040-06-02') l
	UNION ALL SELECT 'available_dates', l.opens_at IS NULL, l.opens_at FROM concert_booking.available_dates(test.concert()) l WHERE l.available_date = '2040-06-02'
	UNION ALL SELECT 'schedules_on', l.opens_at IS NULL, l.opens_at FROM concert_booking.schedules_on(test.concert(), '2040-06-02') l
	UNION ALL SELECT 'concert_detail', (d #> '{schedules,1,is_bookable}')::boolean, (d #>> '{schedules,1,opens_at}')::timestamptz FROM concert_booking.concert_detail(test.concert()) d
	UNION ALL SELECT 'schedule_detail', (d #> '{schedule,is_bookable}')::boolean, (d #>> '{schedule,opens_at}')::timestamptz FROM concert_booking.schedule_detail(test.schedule(2)) d;
END
$$;
SELECT * FROM test.answers('2040-05-02 12:59:30');
SELECT * FROM test.answers('2040-05-02 13:00');
SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-1', 2), test.booker('alice'));

-- who only polls by SQL reads no schedule for it, and a POST neither
SET concert_booking.test_clock_offset = 0;
SET request.method = 'POST';
SELECT concert_booking.next_change(test.concert(), NULL, '2040-05-02 12:59') AS of_post;
SET request.method = 'HEAD';
SELECT concert_booking.next_change(test.concert(), NULL, '2040-05-02 12:59') AS of_head,
	   concert_booking.next_change(NULL, test.schedule(1), '2040-05-02 12:59') AS of_other_schedule,
	   concert_booking.next_change('00000000-0000-7000-8000-000000000000', NULL, '2040-05-02 12:59') AS of_nothing;
RESET request.method;

-- the bound of the list is three steps into indexes, whatever there is
CREATE FUNCTION pg_temp.plan() RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	line text;
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) SELECT min(cs.booking_opens_at) FROM concert_booking.concert_schedules cs WHERE cs.booking_opens_at > now()
		UNION ALL SELECT min(cs.booking_closes_at) FROM concert_booking.concert_schedules cs WHERE cs.booking_closes_at > now()
		UNION ALL SELECT min(cs.starts_at) FROM concert_booking.concert_schedules cs WHERE cs.starts_at > now()' LOOP
		RETURN NEXT substring(line FROM 'idx_[a-z_]+');
	END LOOP;
END $$;
SET enable_seqscan = off;
SELECT * FROM pg_temp.plan() i WHERE i IS NOT NULL;
RESET enable_seqscan;
DROP FUNCTION test.answers, test.ages, test.age;
