-- add_wishlist(), remove_wishlist(), my_wishlist(): marks of one's own.
\i test/fixtures/world.sql

INSERT INTO concert_booking.concerts (id, venue_id, title)
VALUES ('c0000000-0000-7000-8000-000000000002', '0e000000-0000-7000-8000-000000000001', 'Nothing yet');

SELECT * FROM concert_booking.add_wishlist(test.concert(), test.booker('alice'));
SELECT * FROM concert_booking.add_wishlist(test.concert(), test.booker('alice'));
SELECT * FROM concert_booking.add_wishlist('c0000000-0000-7000-8000-000000000002', test.booker('alice'));
SELECT * FROM concert_booking.add_wishlist(test.concert(), test.booker('bob'));
SELECT concert_id, title, venue_name, venue_address, nearest_date, min_price, status
FROM concert_booking.my_wishlist(test.booker('alice'));
SELECT title, total_count FROM concert_booking.my_wishlist(test.booker('alice'), 1, 1);
SELECT title, wishlisted_at <= now() AS marked FROM concert_booking.my_wishlist(test.booker('bob'));

-- the nearest date is one to come; a cancelled concert stays, a deleted one goes
CALL test.set_clock('2040-06-01 20:00');
SELECT nearest_date, min_price FROM concert_booking.my_wishlist(test.booker('bob'));
UPDATE concert_booking.concert_schedules SET status = 'cancelled' WHERE id = test.schedule(2);
SELECT nearest_date, min_price FROM concert_booking.my_wishlist(test.booker('bob'));
UPDATE concert_booking.concerts SET status = 'cancelled' WHERE id = test.concert();
SELECT title, status FROM concert_booking.my_wishlist(test.booker('bob'));
UPDATE concert_booking.concerts SET is_deleted = true WHERE id = test.concert();
SELECT count(*) FROM concert_booking.my_wishlist(test.booker('bob'));

SELECT * FROM concert_booking.remove_wishlist(test.concert(), test.booker('bob'));
SELECT * FROM concert_booking.remove_wishlist(test.concert(), test.booker('bob'));

-- by claim
SET request.jwt.claims = '{"sub": "a11ce000-0000-4000-8000-000000000001"}';
SELECT * FROM concert_booking.remove_wishlist('c0000000-0000-7000-8000-000000000002');
SELECT count(*) FROM concert_booking.my_wishlist();
SET request.jwt.claims = '{"role": "anon"}';
\t on
SELECT test.raises($$SELECT concert_booking.my_wishlist()$$);
SELECT test.raises($$SELECT concert_booking.add_wishlist(test.concert())$$);
SELECT test.raises($$SELECT concert_booking.remove_wishlist(test.concert())$$);
RESET request.jwt.claims;
SELECT test.raises($$SELECT concert_booking.add_wishlist(NULL, test.booker('alice'))$$);
SELECT test.raises($$SELECT concert_booking.add_wishlist(test.concert(), test.booker('alice'))$$);
SELECT test.raises($$SELECT concert_booking.add_wishlist('00000000-0000-7000-8000-000000000000', test.booker('alice'))$$);
SELECT test.raises($$SELECT concert_booking.remove_wishlist(NULL, test.booker('alice'))$$);
SELECT test.raises($$SELECT concert_booking.remove_wishlist(test.concert())$$);
SELECT test.raises($$SELECT concert_booking.my_wishlist(test.booker('alice'), 0)$$);
