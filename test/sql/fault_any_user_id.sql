-- In both seeds any caller may name any booker: seed A trusts the user_id it is
-- given, seed B asks for nothing but the reservation's id.
\i test/fixtures/world.sql
\i test/seeds/a.sql
\i test/seeds/b.sql
CREATE ROLE regress_booking_bob;
GRANT USAGE ON SCHEMA seed_a, seed_b, concert_booking TO regress_booking_bob;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA seed_a, seed_b TO regress_booking_bob;
GRANT EXECUTE ON FUNCTION concert_booking.hold_seat, concert_booking.book_seats, concert_booking.cancel_booking,
	concert_booking.cancel_guest_booking TO regress_booking_bob;
CALL seed_a.hold(test.booker('alice'), seed_a.seat('A-1'));
SELECT seed_a.confirm(test.booker('alice'), seed_a.schedule(), 'ALICE', 1) AS alices \gset seed_
SELECT seed_b.book(seed_b.schedule(), seed_b.seats('A01'), 150000, 'Gina', '010-1234-5678') AS ginas \gset seed_
SELECT booking_id AS alices FROM concert_booking.book_seats(test.seats('A-1'), test.booker('alice')) \gset
SELECT booking_number AS ginas FROM concert_booking.book_seats(test.seats('A-2'), session_id => test.booker('gina'),
	customer_name => 'Gina', customer_phone => '010-1234-5678') \gset

-- bob signs in and uses the seeds' statements with alice's id
SELECT format('{"role": "authenticated", "sub": "%s"}', test.booker('bob')) AS claims \gset
SET request.jwt.claims = :'claims';
SET ROLE regress_booking_bob;
CALL seed_a.hold(test.booker('alice'), seed_a.seat('A-2'));
CALL seed_a.cancel(test.booker('alice'), :'seed_alices', 'bob was here');
CALL seed_b.cancel(:'seed_ginas');
SELECT seat, status, has_hold, bookings FROM seed_a.state WHERE schedule = '1';
SELECT seat, status, reservations FROM seed_b.state;

-- here
SELECT test.raises($$SELECT concert_booking.hold_seat(test.seat('A-3'), test.booker('alice'))$$);
SELECT test.raises($$SELECT concert_booking.book_seats(test.seats('A-3'), test.booker('alice'))$$);
SELECT test.raises(format('SELECT concert_booking.cancel_booking(%L, NULL, test.booker(''alice''))', :'alices'));
SELECT test.raises(format('SELECT concert_booking.cancel_booking(%L)', :'alices'));
SELECT test.raises(format('SELECT concert_booking.cancel_guest_booking(%L, ''010-0000-0000'')', :'ginas'));
RESET ROLE;
RESET request.jwt.claims;
SELECT seat, status, held_by, sold_to FROM test.taken;
SELECT * FROM concert_booking.check_integrity();
DROP OWNED BY regress_booking_bob;
DROP ROLE regress_booking_bob;
DROP SCHEMA seed_a, seed_b CASCADE;
