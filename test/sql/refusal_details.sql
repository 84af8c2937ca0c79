-- The DETAIL of every PT refusal is JSON: a client's JSON.parse(error.details) never throws.
\i test/fixtures/world.sql

-- a statement's refusal; the cast raises where DETAIL is no JSON
CREATE FUNCTION test.detail(statement text) RETURNS TABLE (code text, message text, detail jsonb)
LANGUAGE plpgsql AS $$
DECLARE
	said text;
BEGIN
	EXECUTE statement;
	RETURN QUERY SELECT 'none', 'no error', NULL::jsonb;
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, message = MESSAGE_TEXT, said = PG_EXCEPTION_DETAIL;
	detail := said;
	RETURN NEXT;
END
$$;

-- what is to be refused
SELECT seat_number FROM concert_booking.hold_seats(test.seats('A-1', 'A-2'), test.booker('bob'));
SELECT booking_id AS booking, booking_number AS number FROM concert_booking.book_seats(
	test.seats('A-3'), session_id => test.booker('gina'), customer_name => 'Gina', customer_phone => '010-1', idempotency_key => 'k') \gset
SELECT concert_booking.block_seats(test.seats('A-4'));
INSERT INTO concert_booking.concert_schedules
	(id, concert_id, concert_date, concert_time, is_booking_open, booking_opens_at, booking_closes_at, max_seats_per_booker)
SELECT ('5c000000-0000-7000-8000-00000000000' || n)::uuid, test.concert(), date '2040-06-03' - CASE n WHEN 6 THEN 90 ELSE 0 END,
	   time '10:00' + n * interval '1 hour', n <> 3, CASE n WHEN 4 THEN timestamptz '2040-05-02 09:00:00.5+09' WHEN 8 THEN 'infinity' END,
	   CASE n WHEN 5 THEN timestamptz '2040-05-01 11:00' END, CASE n WHEN 7 THEN 1 END
FROM generate_series(3, 8) n;
SELECT sum(concert_booking.generate_seats(test.schedule(n), '{A}', 2, 'R', 1000)) FROM generate_series(3, 8) n;
INSERT INTO concert_booking.bookings (id, user_id, concert_schedule_id, booking_number)
VALUES ('b0000000-0000-7000-8000-000000000001', test.booker('alice'), test.schedule(6), 'PAST');

-- each of them, in a session of any zone and style of dates
SET timezone = 'America/New_York';
SET datestyle = 'German';
SELECT r.* FROM unnest(ARRAY[
	$$hold_seat(test.seat('B-1'))$$,
	$$my_bookings()$$,
	$$hold_seat(test.concert(), test.booker('alice'))$$,
	$$extend_holds(test.concert(), test.booker('alice'))$$,
	$$seat_status(test.concert())$$,
	$$generate_seats(test.concert(), '{A}', 1, 'R', 1)$$,
	$$cancel_schedule(test.concert())$$,
	$$import_seats(test.concert(), '[]')$$,
	$$copy_seats(test.concert(), test.schedule())$$,
	$$reconcile_availability(test.concert())$$,
	$$block_seats(ARRAY[test.concert()])$$,
	$$concert_detail(test.schedule())$$,
	$$add_wishlist(test.schedule(), test.booker('alice'))$$,
	$$cancel_booking(test.concert(), user_id => test.booker('alice'))$$,
	$$cancel_guest_booking('ABCD-EFGH-JKMN-0', '010-2')$$,
	$$booking_detail(test.concert(), test.booker('alice'))$$,
	$$find_guest_booking('ABCD-EFGH-JKMN-0', '010-2')$$,
	$$release_seats(test.seats('B-1'), test.booker('alice'))$$,
	$$hold_seats(test.seats('A-1', 'A-3', 'A-4'), test.booker('alice'))$$,
	$$book_seats(test.seats('A-1'), test.booker('alice'))$$,
	$$block_seats(test.seats('A-1', 'A-3'))$$,
	$$import_seats(test.schedule(), '[]')$$,
	$$hold_best_seats(test.schedule(), 5, user_id => test.booker('alice'))$$,
	$$hold_best_seats(test.schedule(), 5, adjacent => false, user_id => test.booker('alice'))$$,
	$$confirm_booking(test.schedule(), test.booker('alice'))$$,
	$$extend_holds(test.schedule(), test.booker('alice'))$$,
	$$confirm_booking(test.schedule(), test.booker('alice'), seat_ids => test.seats('A-1'))$$,
	$$cancel_booking('b0000000-0000-7000-8000-000000000001', user_id => test.booker('alice'))$$,
	$$hold_seats(ARRAY[test.seat('B-1'), test.seat('A-1', 2)], test.booker('alice'))$$,
	$$hold_seats(ARRAY[test.seat('A-1', 7), test.seat('A-2', 7)], test.booker('alice'))$$,
	$$book_seats(test.seats('B-1'), session_id => test.booker('gina'), customer_name => 'Gina', customer_phone => '010-1', idempotency_key => 'k')$$,
	$$hold_seat(test.seat('A-1', 3), test.booker('alice'))$$,
	$$hold_seat(test.seat('A-1', 5), test.booker('alice'))$$,
	$$hold_seat(test.seat('A-1', 6), test.booker('alice'))$$,
	$$hold_seat(test.seat('A-1', 4), test.booker('alice'))$$,
	$$hold_seat(test.seat('A-1', 8), test.booker('alice'))$$]) WITH ORDINALITY AS c (call, place),
	test.detail('SELECT concert_booking.' || c.call) r ORDER BY c.place;
UPDATE concert_booking.concerts SET status = 'cancelled';
SELECT * FROM test.detail($$SELECT concert_booking.hold_seat(test.seat('B-1'), test.booker('alice'))$$);
UPDATE concert_booking.concerts SET status = 'postponed';
SELECT * FROM test.detail($$SELECT concert_booking.hold_seat(test.seat('B-1'), test.booker('alice'))$$);
UPDATE concert_booking.concerts SET status = 'active', is_deleted = true;
SELECT * FROM test.detail($$SELECT concert_booking.hold_seat(test.seat('B-1'), test.booker('alice'))$$);

-- what needs a race to be provoked: no function's text refuses with a PT code and prose or nothing
SELECT p.proname FROM pg_proc p
WHERE p.pronamespace = 'concert_booking'::regnamespace
  AND p.prosrc ~ $$'PT[0-9]{3}',\s*'[^']*',\s*(NULL|format\(|'[^{\[])$$;
SELECT * FROM test.detail('SELECT concert_booking.refuse_changing(test.schedule())');
DROP FUNCTION test.detail;
