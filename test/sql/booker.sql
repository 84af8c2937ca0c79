-- The booker of every command, for a caller without claims: exactly one of
-- user_id and session_id.
\i test/fixtures/world.sql
SELECT booking_id AS id FROM concert_booking.book_seats(test.seats('A-1'), test.booker('alice')) \gset

CREATE TEMP TABLE commands (n serial, call text);
INSERT INTO commands (call) VALUES
	('hold_seat(test.seat(''A-2'') BOOKER)'),
	('hold_seats(test.seats(''A-2'') BOOKER)'),
	('extend_holds(test.schedule() BOOKER)'),
	('release_seats(NULL BOOKER)'),
	('confirm_booking(test.schedule() BOOKER)'),
	('book_seats(test.seats(''A-2'') BOOKER)'),
	(format('cancel_booking(%L, NULL BOOKER)', :'id'));

-- none
SELECT split_part(c.call, '(', 1) AS command, left(test.raises('SELECT concert_booking.' || replace(c.call, 'BOOKER', '')), 5) AS refused
FROM commands c ORDER BY n;
SELECT DISTINCT test.raises('SELECT concert_booking.' || replace(c.call, 'BOOKER', '')) AS every_one FROM commands c;
SELECT DISTINCT test.raises('SELECT concert_booking.' || replace(c.call, 'BOOKER', ', NULL, NULL')) AS every_one FROM commands c;

-- both, also twice the same
SELECT DISTINCT test.raises('SELECT concert_booking.' || replace(c.call, 'BOOKER', ', test.booker(''alice''), test.booker(''gina'')')) AS every_one
FROM commands c;
SELECT DISTINCT test.raises('SELECT concert_booking.' || replace(c.call, 'BOOKER', ', test.booker(''alice''), test.booker(''alice'')')) AS every_one
FROM commands c;

-- a member and a guest of one id are two bookers
SELECT seat_number FROM concert_booking.hold_seat(test.seat('B-1'), user_id => test.booker('alice'));
SELECT test.raises($$SELECT concert_booking.hold_seat(test.seat('B-1'), session_id => test.booker('alice'))$$);
SELECT released_seats FROM concert_booking.release_seats(session_id => test.booker('alice'));
SELECT test.raises($$SELECT concert_booking.confirm_booking(test.schedule(), session_id => test.booker('alice'),
	customer_name => 'A', customer_phone => '1')$$);
SELECT test.raises($$SELECT * FROM concert_booking.extend_holds(test.schedule(), session_id => test.booker('alice'))$$);

-- empty claims, as PostgREST leaves them behind, are no claims
SET request.jwt.claims = '';
SELECT seat_number FROM concert_booking.hold_seat(test.seat('B-2'), test.booker('bob'));
SELECT seat, status, held_by, sold_to FROM test.taken;
SELECT * FROM concert_booking.check_integrity();
