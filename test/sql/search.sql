-- search_concerts(): what is found, with which date and price.
\i test/fixtures/world.sql

INSERT INTO concert_booking.venues (id, name, address)
VALUES ('0e000000-0000-7000-8000-000000000002', 'Harbour Stage', 'Busan 100%'),
	   ('0e000000-0000-7000-8000-000000000003', 'Jazz Club', 'Seoul, Mapo');
UPDATE concert_booking.concerts
SET genre = 'Pop', performers = 'Trio Aria', popularity = 5, created_at = '2026-01-01'
WHERE id = test.concert();
INSERT INTO concert_booking.concerts
	(id, venue_id, title, genre, performers, popularity, created_at, status, is_deleted)
SELECT ('c0000000-0000-7000-8000-00000000000' || n)::uuid,
	   ('0e000000-0000-7000-8000-00000000000' || venue)::uuid,
	   title, genre, performers, popularity, '2026-01-01'::timestamptz + n * interval '1 day', status, deleted
FROM (VALUES
	(2, 2, '100% Rock', 'Rock', NULL, 9, 'active', false),
	(3, 3, 'a_b \ Jazz', 'Jazz', '아이유', 7, 'active', false),
	(4, 3, 'Jazz cancelled', 'Jazz', '', 8, 'cancelled', false),
	(5, 3, 'Jazz deleted', 'Jazz', '', 8, 'active', true),
	(6, 3, 'Jazz without schedule', 'Jazz', '', 8, 'active', false),
	(7, 3, 'Jazz without seats', 'Jazz', '', 8, 'active', false),
	(8, 2, 'Rock at last', 'Rock', 'aXb', 9, 'active', false)) AS c
	(n, venue, title, genre, performers, popularity, status, deleted);
INSERT INTO concert_booking.concert_schedules (id, concert_id, concert_date, concert_time)
SELECT ('5d000000-0000-7000-8000-0000000000' || lpad(n::text, 2, '0'))::uuid,
	   ('c0000000-0000-7000-8000-00000000000' || concert)::uuid, concert_date, '20:00'
FROM (VALUES (1, 2, '2040-07-01'::date), (2, 2, '2040-04-01'), (3, 3, '2040-06-15'),
			 (4, 4, '2040-06-15'), (5, 5, '2040-06-15'), (6, 7, '2040-06-15'), (7, 8, '2040-08-01')) AS s
	(n, concert, concert_date);
INSERT INTO concert_booking.seats (concert_schedule_id, seat_number, seat_grade, price)
SELECT ('5d000000-0000-7000-8000-0000000000' || lpad(schedule::text, 2, '0'))::uuid, number, 'R', price
FROM (VALUES (1, 'A-1', 90000), (1, 'A-2', 70000), (2, 'A-1', 80000), (3, 'A-1', 30000), (3, 'A-2', 200000),
			 (4, 'A-1', 10), (5, 'A-1', 10), (7, 'A-1', 70000)) AS s (schedule, number, price);

-- no filter: active, not deleted, with a schedule and a seat; newest first
SELECT title, venue_name, venue_address, genre, performers, nearest_date, min_price
FROM concert_booking.search_concerts();

-- text: title or performers, any case
SELECT title FROM concert_booking.search_concerts('jazz');
SELECT title FROM concert_booking.search_concerts('ARIA');
SELECT title FROM concert_booking.search_concerts('아이');
SELECT title FROM concert_booking.search_concerts('nobody');
-- one and two characters; %, _ and \ mean themselves; '' is no filter
SELECT title FROM concert_booking.search_concerts('%');
SELECT title FROM concert_booking.search_concerts('_b');
SELECT title FROM concert_booking.search_concerts('\');
SELECT count(*) FROM concert_booking.search_concerts('', genre => '', region => '');

-- genre, region
SELECT title FROM concert_booking.search_concerts(genre => 'Rock');
SELECT title FROM concert_booking.search_concerts(region => 'Seoul');
SELECT title FROM concert_booking.search_concerts(region => '100%');

-- dates choose among the schedules
SELECT title, nearest_date, min_price
FROM concert_booking.search_concerts(date_from => '2040-06-02', date_to => '2040-07-01');
SELECT title, nearest_date, min_price FROM concert_booking.search_concerts(date_to => '2040-05-31');
-- prices choose among the seats
SELECT title, nearest_date, min_price
FROM concert_booking.search_concerts(price_from => 80000, price_to => 120000);
SELECT title, nearest_date, min_price FROM concert_booking.search_concerts(price_from => 160000);
SELECT title, nearest_date, min_price FROM concert_booking.search_concerts(price_to => 69999);

-- bookable_only leaves out what is past or closed, but not what opens later
SELECT title, nearest_date, min_price FROM concert_booking.search_concerts(bookable_only => true);
UPDATE concert_booking.concert_schedules SET is_booking_open = false WHERE id = test.schedule(1);
UPDATE concert_booking.concert_schedules SET booking_closes_at = '2040-05-01 11:00' WHERE id = '5d000000-0000-7000-8000-000000000001';
UPDATE concert_booking.concert_schedules SET booking_opens_at = '2040-05-01 13:00' WHERE id = '5d000000-0000-7000-8000-000000000003';
SELECT title, nearest_date, min_price, opens_at FROM concert_booking.search_concerts(bookable_only => true);
-- opens_at: of what matches, nothing can be booked yet; past ones and closed ones do not count
SELECT title, nearest_date, opens_at FROM concert_booking.search_concerts();
SELECT title, opens_at FROM concert_booking.search_concerts(sort_by => 'price');
UPDATE concert_booking.concert_schedules SET booking_opens_at = '2040-05-01 14:00' WHERE id = test.schedule(2);
SELECT title, nearest_date, opens_at FROM concert_booking.search_concerts('Summer');
UPDATE concert_booking.concert_schedules SET is_booking_open = true, booking_opens_at = '2040-05-01 15:00' WHERE id = test.schedule(1);
SELECT title, nearest_date, opens_at FROM concert_booking.search_concerts('Summer');
SELECT title, nearest_date, opens_at FROM concert_booking.search_concerts('Summer', date_to => '2040-06-01');
SELECT title, nearest_date, opens_at FROM concert_booking.search_concerts('Summer', price_to => 120000);
UPDATE concert_booking.concert_schedules SET booking_opens_at = NULL WHERE id = test.schedule(1);
SELECT title, nearest_date, opens_at FROM concert_booking.search_concerts('Summer');
UPDATE concert_booking.concert_schedules SET booking_opens_at = 'infinity' WHERE concert_id = test.concert();
SELECT title, nearest_date, opens_at FROM concert_booking.search_concerts('Summer');
SELECT title FROM concert_booking.search_concerts('Summer', bookable_only => true);
UPDATE concert_booking.concert_schedules SET booking_opens_at = NULL, is_booking_open = true WHERE concert_id = test.concert();

-- a cancelled schedule matches nothing, a postponed one by its new date
UPDATE concert_booking.concert_schedules SET status = 'cancelled' WHERE id = test.schedule(1);
SELECT title, nearest_date, min_price FROM concert_booking.search_concerts('Summer');
UPDATE concert_booking.concert_schedules SET status = 'postponed', concert_date = '2040-06-09', status_changed_at = test.now()
WHERE id = test.schedule(2);
SELECT title, nearest_date, min_price FROM concert_booking.search_concerts('Summer', date_from => '2040-06-03');
UPDATE concert_booking.concert_schedules SET status = 'cancelled' WHERE id = test.schedule(2);
SELECT count(*) FROM concert_booking.search_concerts('Summer');
UPDATE concert_booking.concert_schedules SET status = 'scheduled' WHERE concert_id = test.concert();

-- the number of all on every page, and behind a cursor, for those who ask
SELECT title, total_count FROM concert_booking.search_concerts(page_size => 2);
SELECT title, total_count FROM concert_booking.search_concerts(page_size => 2, with_total => true);
SELECT title, total_count FROM concert_booking.search_concerts(sort_by => 'price', page_size => 1, page_offset => 2, with_total => true);
SELECT l.cursor FROM concert_booking.search_concerts(page_size => 2) l OFFSET 1 \gset
SELECT title, total_count FROM concert_booking.search_concerts(after_cursor => :'cursor', with_total => true);
SELECT total_count FROM concert_booking.search_concerts(bookable_only => true, page_size => 1, with_total => true);
SELECT total_count FROM concert_booking.search_concerts('rock', genre => 'Rock', region => 'Busan', date_from => '2040-07-02', page_size => 1, with_total => true);
SELECT total_count FROM concert_booking.search_concerts(price_from => 80000, price_to => 120000, page_size => 1, with_total => true);
-- a page beyond the end has no row to tell it
SELECT total_count FROM concert_booking.search_concerts(page_offset => 10, with_total => true);
SELECT test.raises($$SELECT concert_booking.search_concerts(with_total => NULL)$$);

-- every filter at once
SELECT title FROM concert_booking.search_concerts('rock', 'Rock', '2040-06-02', '2040-12-31', 'Busan', 1, 75000, true, 'price', 5, 0);

-- a price that changes is found at once
UPDATE concert_booking.seats SET price = 20000 WHERE concert_schedule_id = test.schedule(1) AND seat_number = 'A-1';
SELECT title, min_price FROM concert_booking.search_concerts(price_to => 25000);
DELETE FROM concert_booking.seats WHERE concert_schedule_id = test.schedule(1) AND seat_number = 'A-1';
SELECT title, min_price FROM concert_booking.search_concerts(price_to => 25000);
SELECT title, min_price FROM concert_booking.search_concerts('Summer');

SELECT * FROM concert_booking.check_integrity();
