-- The reading functions under a hostile search_path, in a read-only transaction, and with arguments that nobody would type.
\i test/fixtures/world.sql

\o /dev/null
UPDATE concert_booking.concert_schedules SET booking_opens_at = '2040-05-20 10:00' WHERE id = test.schedule(2);
SELECT concert_booking.hold_seats(test.seats('A-1', 'A-2'), test.booker('alice'));
SELECT concert_booking.book_seats(test.seats('B-1'), session_id => test.booker('gina'), customer_name => 'Gina', customer_phone => '010-1234-5678');
INSERT INTO concert_booking.wishlists (user_id, concert_id) VALUES (test.booker('alice'), test.concert());
\o
CREATE FUNCTION test.read_all() RETURNS TABLE (what text, answer text) LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
	SELECT 'search_concerts', l::text FROM concert_booking.search_concerts(bookable_only => true, with_total => true) l
	UNION ALL SELECT 'available_dates', l::text FROM concert_booking.available_dates(test.concert()) l
	UNION ALL SELECT 'schedules_on', l::text FROM concert_booking.schedules_on(test.concert(), '2040-06-02') l
	UNION ALL SELECT 'concert_detail', concert_booking.concert_detail(test.concert())::text
	UNION ALL SELECT 'schedule_detail', concert_booking.schedule_detail(test.schedule())::text
	UNION ALL SELECT 'seat_map', l::text FROM concert_booking.seat_map(test.schedule()) l
	UNION ALL SELECT 'seat_map_json', concert_booking.seat_map_json(test.schedule())::text
	UNION ALL SELECT 'my_holds', l::text FROM concert_booking.my_holds(test.booker('alice')) l
	UNION ALL SELECT 'my_bookings', l::text FROM concert_booking.my_bookings(session_id => test.booker('gina')) l
	UNION ALL SELECT 'my_wishlist', l::text FROM concert_booking.my_wishlist(test.booker('alice')) l
	UNION ALL SELECT 'find_bookings', l::text FROM concert_booking.find_bookings(customer_name => 'gi', concert_schedule_id => test.schedule()) l
$$;
CREATE TEMP TABLE friendly AS SELECT * FROM test.read_all();
SELECT what, count(*) FROM friendly GROUP BY 1 ORDER BY 1;

-- operators and functions of a stranger's that would tell lies
CREATE SCHEMA evil;
CREATE FUNCTION evil.no(uuid, uuid) RETURNS boolean LANGUAGE sql AS $$ SELECT false $$;
CREATE FUNCTION evil.no(timestamptz, timestamptz) RETURNS boolean LANGUAGE sql AS $$ SELECT false $$;
CREATE FUNCTION evil.no(text, text) RETURNS boolean LANGUAGE sql AS $$ SELECT false $$;
CREATE OPERATOR evil.= (LEFTARG = uuid, RIGHTARG = uuid, FUNCTION = evil.no);
CREATE OPERATOR evil.> (LEFTARG = timestamptz, RIGHTARG = timestamptz, FUNCTION = evil.no);
CREATE OPERATOR evil.<> (LEFTARG = text, RIGHTARG = text, FUNCTION = evil.no);
CREATE FUNCTION evil.lower(text) RETURNS text LANGUAGE sql AS $$ SELECT 'evil' $$;
CREATE FUNCTION evil.count(bigint) RETURNS bigint LANGUAGE sql AS $$ SELECT -1::bigint $$;
CREATE FUNCTION evil.current_setting(text, boolean) RETURNS text LANGUAGE sql AS $$ SELECT 'GET' $$;
CREATE TABLE evil.concert_schedules (id uuid);
BEGIN READ ONLY;
SET LOCAL search_path = evil, pg_catalog;
SELECT count(*) FROM (SELECT l.what, l.answer FROM (SELECT what, answer FROM test.read_all() EXCEPT SELECT what, answer FROM pg_temp.friendly) l) lies;
-- and when the functions themselves are called under it, for the first time in this session
\c -
SET client_min_messages = warning;
SET datestyle = 'ISO, YMD';
SET timezone = 'Asia/Seoul';
CALL test.set_clock('2040-05-01 12:00:01');
BEGIN READ ONLY;
SET LOCAL search_path = evil, pg_catalog;
SELECT count(*) FROM concert_booking.search_concerts(bookable_only => true, with_total => true);
SELECT available_date, opens_at FROM concert_booking.available_dates(test.concert());
SELECT concert_time, opens_at FROM concert_booking.schedules_on(test.concert(), '2040-06-02');
SELECT concert_booking.schedule_detail(test.schedule()) OPERATOR(pg_catalog.#>>) '{schedule,is_bookable}' AS bookable;
SELECT concert_booking.seat_map_json(test.schedule()) OPERATOR(pg_catalog.->>) 'seat_count' AS seats;
SELECT seat_number FROM concert_booking.my_holds(test.booker('alice'));
SELECT customer_name, total_count FROM concert_booking.find_bookings(customer_name => 'gi');
ROLLBACK;
DROP TABLE evil.concert_schedules;
DROP FUNCTION evil.current_setting, evil.count, evil.lower;
DROP OPERATOR evil.<> (text, text), evil.> (timestamptz, timestamptz), evil.= (uuid, uuid);
DROP FUNCTION evil.no(text, text), evil.no(timestamptz, timestamptz), evil.no(uuid, uuid);
DROP SCHEMA evil;
DROP FUNCTION test.read_all;

-- dates at the ends of time, prices at the ends of integers, texts of blanks
\pset format unaligned
\pset footer off
\pset tuples_only on
SELECT count(*) FROM concert_booking.search_concerts(date_from => '-infinity', date_to => 'infinity', price_from => -2147483648, price_to => 2147483647, with_total => true);
SELECT count(*) FROM concert_booking.search_concerts(date_from => 'infinity', with_total => true);
SELECT count(*) FROM concert_booking.search_concerts(price_from => 2147483647, price_to => -2147483648, with_total => true);
SELECT count(*) FROM concert_booking.search_concerts('   ', page_offset => 1000000, with_total => true);
SELECT count(*) FROM concert_booking.schedules_on(test.concert(), 'infinity');
SELECT count(*) FROM concert_booking.schedules_on(test.concert(), '4713-01-01 BC');
SELECT count(*) FROM concert_booking.find_bookings(E'\t', E'\t', E'\t', E'\t');
SELECT count(*) FROM concert_booking.find_bookings(customer_name => repeat('%', 100));
-- schedules at the end of time: never bookable too late, and no opening after the start
UPDATE concert_booking.concert_schedules SET concert_date = '294000-12-31', booking_opens_at = '293999-01-01', booking_closes_at = 'infinity' WHERE id = test.schedule(2);
SELECT available_date, opens_at FROM concert_booking.available_dates(test.concert());
BEGIN;
SET LOCAL request.method = 'GET';
SELECT count(*) FROM concert_booking.search_concerts();
SELECT current_setting('response.headers');
ROLLBACK;
SELECT title, opens_at FROM concert_booking.search_concerts(date_from => '2041-01-01');
