-- The booker of a request with claims (PostgREST, Supabase) is the claims' sub;
-- only staff, who may execute acts_for_others, act for others.
\i test/fixtures/world.sql
CREATE ROLE regress_booking_client;
GRANT USAGE ON SCHEMA concert_booking TO regress_booking_client;
GRANT EXECUTE ON FUNCTION concert_booking.hold_seat, concert_booking.release_seats, concert_booking.cancel_booking,
	concert_booking.confirm_booking TO regress_booking_client;
CREATE FUNCTION pg_temp.as_member(who text) RETURNS text LANGUAGE sql AS
$$ SELECT set_config('request.jwt.claims', json_build_object('role', 'authenticated', 'sub', test.booker(who))::text, false) $$;
SELECT booking_id AS bobs FROM concert_booking.book_seats(test.seats('B-4'), test.booker('bob')) \gset
SET ROLE regress_booking_client;

-- a member: named by the claims alone, or once more by user_id
SELECT pg_temp.as_member('alice') <> '' AS claims;
SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-1'));
SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-2'), test.booker('alice'));

-- another member, a session, both
SELECT test.raises($$SELECT concert_booking.hold_seat(test.seat('A-3'), test.booker('bob'))$$);
SELECT test.raises($$SELECT concert_booking.hold_seat(test.seat('A-3'), session_id => test.booker('gina'))$$);
SELECT test.raises($$SELECT concert_booking.hold_seat(test.seat('A-3'), test.booker('alice'), test.booker('gina'))$$);
SELECT test.raises(format('SELECT concert_booking.cancel_booking(%L, NULL, test.booker(''bob''))', :'bobs'));
SELECT test.raises(format('SELECT concert_booking.cancel_booking(%L)', :'bobs'));
SELECT test.raises($$SELECT concert_booking.release_seats(NULL, test.booker('bob'))$$);

-- anonymous: a session only
SET request.jwt.claims = '{"role": "anon"}';
SELECT seat_number FROM concert_booking.hold_seat(test.seat('B-1'), session_id => test.booker('gina'));
SELECT test.raises($$SELECT concert_booking.hold_seat(test.seat('A-3'), test.booker('alice'))$$);
SELECT test.raises($$SELECT concert_booking.hold_seat(test.seat('A-3'))$$);

-- arguments are looked at before the claims
SELECT test.raises($$SELECT concert_booking.hold_seat(NULL, test.booker('bob'))$$);

-- the event log names the role that called; alice's seats are hers
SELECT pg_temp.as_member('alice') <> '' AS claims;
SELECT seat_numbers FROM concert_booking.confirm_booking(test.schedule());
RESET ROLE;
RESET request.jwt.claims;
SELECT actor FROM concert_booking.booking_events ORDER BY occurred_at DESC LIMIT 1;
SELECT seat, held_by, sold_to FROM test.taken;
SELECT * FROM concert_booking.check_integrity();
DROP OWNED BY regress_booking_client;
DROP ROLE regress_booking_client;
