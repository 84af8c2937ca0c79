/*
 * The catalogue of test/cluster/hub, on the hub: two venues, three concerts, a price type
 * of a concert, a wish.
 */
INSERT INTO concert_booking.venues (id, name, address, timezone) VALUES
	('0e000000-0000-7000-9f00-000000000001', 'Olympic Hall', 'Seoul', 'Asia/Seoul'),
	('0e000000-0000-7000-9f00-000000000002', 'Waldbühne', 'Berlin', 'Europe/Berlin');
INSERT INTO concert_booking.concerts (id, venue_id, title) VALUES
	('c0000000-0000-7000-9f00-000000000001', '0e000000-0000-7000-9f00-000000000001', 'Summer Nights'),
	('c0000000-0000-7000-9f00-000000000002', '0e000000-0000-7000-9f00-000000000002', 'Winterreise'),
	('c0000000-0000-7000-9f00-000000000003', '0e000000-0000-7000-9f00-000000000001', 'Nothing On Sale');
INSERT INTO concert_booking.price_types (concert_id, code, name, percent_off)
VALUES ('c0000000-0000-7000-9f00-000000000001', 'child', 'Children', 50);
SELECT concert_booking.add_wishlist('c0000000-0000-7000-9f00-000000000001', user_id => 'a11ce000-0000-4000-8000-000000000001');
