-- find_bookings() by name and by schedule, its pages, and the argument names of 0.1.
\i test/fixtures/world.sql

-- bookings in the order of n: two of the member Kim, past ones among them
\o /dev/null
INSERT INTO concert_booking.bookings (id, user_id, session_id, concert_schedule_id, booking_number, customer_name, customer_phone, customer_email, created_at)
SELECT ('b0000000-0000-7000-8000-00000000000' || n)::uuid, CASE WHEN guest THEN NULL ELSE test.booker('alice') END,
	   CASE WHEN guest THEN test.booker('gina') END, test.schedule(schedule), 'NUMBER-' || n, name, phone, email,
	   '2040-04-01'::timestamptz + n * interval '1 hour'
FROM (VALUES (1, true, 1, '김하늘', '010-1111-1111', 'sky@example.com'), (2, true, 1, 'Kim Haneul', '010-2222-2222', NULL),
			 (3, true, 2, 'kim bora', '010-3333-3333', NULL), (4, false, 2, 'KIMBERLEY', NULL, NULL), (5, false, 1, NULL, NULL, 'kim@example.com'),
			 (6, true, 1, '100% Kim', '010-2222-2222', NULL), (7, true, 2, 'K_m', '010-4444-4444', NULL), (8, true, 2, 'Léa', '010-5555-5555', NULL))
	AS b (n, guest, schedule, name, phone, email);
CALL test.set_clock('2040-06-01 23:00');
SELECT concert_booking.archive_past_schedules('2040-06-01 20:00');
\o
SELECT (SELECT count(*) FROM concert_booking.archived_bookings) AS archived, (SELECT count(*) FROM concert_booking.bookings) AS current;

-- how the name begins, any case, blanks around it do not matter; %, _ and \ mean themselves
CREATE FUNCTION pg_temp.found(name text, schedule uuid DEFAULT NULL) RETURNS text LANGUAGE sql AS $$
	SELECT coalesce(string_agg(b.booking_number, ' '), 'none')
	FROM concert_booking.find_bookings(customer_name => name, concert_schedule_id => schedule) b
$$;
SELECT name, pg_temp.found(name) FROM unnest(ARRAY['kim', 'KIM', ' Kim ', 'kim b', 'aneul', '김', '김하늘', 'LÉA', 'lea', '%', '100%', 'k_', '\', '']) AS name;
-- on one schedule, also one that was put away; alone it finds all of it
SELECT pg_temp.found('kim', test.schedule(1)) AS first, pg_temp.found('kim', test.schedule(2)) AS second,
	   pg_temp.found(NULL, test.schedule(1)) AS all_of_first, pg_temp.found('', test.schedule(2)) AS all_of_second,
	   pg_temp.found(NULL, '00000000-0000-7000-8000-000000000000') AS unknown;
-- each finds its own, on that schedule only
SELECT booking_number FROM concert_booking.find_bookings(NULL, '010 2222 2222', 'KIM@example.com', '김');
SELECT booking_number FROM concert_booking.find_bookings(NULL, '010 2222 2222', 'KIM@example.com', '김', test.schedule(1));
-- a number that is none finds nothing, also on a schedule
SELECT count(*) FROM concert_booking.find_bookings('NUMBER-1', concert_schedule_id => test.schedule(1));
-- pages, each with the number of all
SELECT booking_number, total_count FROM concert_booking.find_bookings(customer_name => 'kim', page_size => 2);
SELECT booking_number, total_count FROM concert_booking.find_bookings(customer_name => 'kim', page_size => 2, page_offset => 2);
SELECT booking_number, total_count FROM concert_booking.find_bookings(customer_name => 'kim', page_offset => 3);

-- a name is looked up by an index, in both tables
CREATE FUNCTION pg_temp.plan(statement text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	line text;
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || statement LOOP
		RETURN NEXT substring(line FROM 'idx_[a-z_]+');
	END LOOP;
END $$;
SET enable_seqscan = off;
SELECT * FROM pg_temp.plan($$SELECT FROM concert_booking.bookings b WHERE lower(b.customer_name) LIKE 'kim%'$$) i WHERE i IS NOT NULL;
SELECT * FROM pg_temp.plan($$SELECT FROM concert_booking.archived_bookings a WHERE lower(a.booking ->> 'customer_name') LIKE 'kim%'$$) i WHERE i IS NOT NULL;
RESET enable_seqscan;

-- the names that 0.1 had, and what is no question
\t on
SELECT test.raises($$SELECT concert_booking.find_bookings(phone => '010')$$);
SELECT test.raises($$SELECT concert_booking.find_bookings(email => '')$$);
SELECT test.raises($$SELECT concert_booking.find_bookings('NUMBER-1', phone => '010', email => 'a@example.com')$$);
SELECT test.raises($$SELECT concert_booking.find_bookings()$$);
SELECT test.raises($$SELECT concert_booking.find_bookings(customer_name => repeat('x', 101))$$);
SELECT test.raises($$SELECT concert_booking.find_bookings(customer_name => 'x', page_size => 1001)$$);
SELECT test.raises($$SELECT concert_booking.find_bookings(customer_name => 'x', page_offset => -1)$$);
