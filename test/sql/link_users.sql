-- link_users() adds the foreign keys from user_id to a table of users.
\i test/fixtures/world.sql
CREATE TABLE test.users (id uuid PRIMARY KEY, email text);
INSERT INTO test.users (id) SELECT id FROM test.bookers WHERE name IN ('alice', 'bob');
CREATE VIEW test.links AS
SELECT c.conname, c.conrelid::regclass AS child, c.confrelid::regclass AS parent, c.confdeltype AS on_delete, c.convalidated AS valid
FROM pg_constraint c WHERE c.conname LIKE 'fk\_%\_user' ORDER BY 1;

-- linked without a look at the rows, then with one; a second call does nothing
SELECT concert_booking.link_users('test.users', validate => false);
SELECT * FROM test.links;
SELECT concert_booking.link_users('test.users');
SELECT * FROM test.links;
SELECT concert_booking.link_users('test.users');
SELECT count(*) FROM test.links;

-- a stranger cannot hold; guests can
SELECT split_part(test.raises($$SELECT concert_booking.hold_seat(test.seat('A-1'), 'dddddddd-0000-4000-8000-000000000000')$$), ' ', 1) AS stranger;
SELECT count(*) FROM concert_booking.hold_seat(test.seat('A-1'), session_id => test.booker('gina'));

-- holds and wishes go with their user, bookings keep theirs
SELECT count(*) FROM concert_booking.hold_seat(test.seat('A-2'), test.booker('alice'));
INSERT INTO concert_booking.wishlists (user_id, concert_id) VALUES (test.booker('alice'), test.concert());
SELECT count(*) FROM concert_booking.book_seats(test.seats('A-3'), test.booker('bob'));
DELETE FROM test.users WHERE id = test.booker('alice');
SELECT count(*) AS wishes FROM concert_booking.wishlists;
SELECT seat, status, held_by, sold_to FROM test.taken;
-- restrict_violation has a code of its own since PostgreSQL 18
SELECT split_part(test.raises($$DELETE FROM test.users WHERE id = test.booker('bob')$$), ' ', 1)
	IN ('23001', '23503') AS bob_has_a_booking;

-- refusals
CREATE TABLE test.other_users (id uuid PRIMARY KEY);
CREATE TABLE test.numbered_users (id integer PRIMARY KEY);
CREATE TABLE test.named_users (name text PRIMARY KEY);
SELECT test.raises($$SELECT concert_booking.link_users(NULL)$$);
SELECT test.raises($$SELECT concert_booking.link_users('test.users', NULL)$$);
SELECT test.raises($$SELECT concert_booking.link_users()$$);
SELECT test.raises($$SELECT concert_booking.link_users('test.numbered_users')$$);
SELECT test.raises($$SELECT concert_booking.link_users('test.named_users')$$);
SELECT test.raises($$SELECT concert_booking.link_users('test.other_users')$$);
ALTER TABLE concert_booking.bookings DROP CONSTRAINT fk_bookings_user;
ALTER TABLE concert_booking.temp_reservations DROP CONSTRAINT fk_temp_reservations_user;
ALTER TABLE concert_booking.wishlists DROP CONSTRAINT fk_wishlists_user;
-- a booking of somebody who is no user; an id that is not unique
SELECT split_part(test.raises($$SELECT concert_booking.link_users('test.other_users')$$), ' ', 1) AS bob_is_unknown;
ALTER TABLE test.other_users DROP CONSTRAINT other_users_pkey;
SELECT split_part(test.raises($$SELECT concert_booking.link_users('test.other_users')$$), ' ', 1) AS not_unique;
SELECT count(*) FROM test.links;

DROP VIEW test.links;
DROP TABLE test.users, test.other_users, test.numbered_users, test.named_users;
