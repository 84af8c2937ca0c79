-- concert_detail(): one JSON object with everything the page shows.
\i test/fixtures/world.sql

UPDATE concert_booking.venues SET location_lat = 37.5, location_lng = 127.1;
UPDATE concert_booking.concerts
SET genre = 'Pop', performers = 'Trio Aria', rating = '12', running_time = 120, created_at = '2026-01-01';
UPDATE concert_booking.concert_schedules SET booking_opens_at = '2040-05-20 10:00', max_seats_per_booker = 4 WHERE id = test.schedule(2);
SELECT count(*) FROM concert_booking.book_seats(test.seats('A-1', 'B-1'), test.booker('alice'));

SELECT jsonb_pretty(concert_booking.concert_detail(test.concert()));

-- availability is exact while changes are pending
INSERT INTO concert_booking.availability_changes (concert_schedule_id, available_change) VALUES (test.schedule(1), -2);
SELECT concert_booking.concert_detail(test.concert()) #>> '{schedules,0,available_seats}' AS available;
DELETE FROM concert_booking.availability_changes;

-- the member's own wishlist, by name or by claim; nobody has none
INSERT INTO concert_booking.wishlists (user_id, concert_id) VALUES (test.booker('alice'), test.concert());
SELECT concert_booking.concert_detail(test.concert(), test.booker('alice')) -> 'is_wishlisted' AS alice,
	   concert_booking.concert_detail(test.concert(), test.booker('bob')) -> 'is_wishlisted' AS bob,
	   concert_booking.concert_detail(test.concert()) -> 'is_wishlisted' AS nobody;
SET request.jwt.claims = '{"role": "authenticated", "sub": "a11ce000-0000-4000-8000-000000000001"}';
SELECT concert_booking.concert_detail(test.concert()) -> 'is_wishlisted' AS alice;
SET request.jwt.claims = '{"role": "anon"}';
SELECT concert_booking.concert_detail(test.concert()) -> 'is_wishlisted' AS anonymous;
RESET request.jwt.claims;

-- a cancelled schedule is shown as such, not bookable and never sold out; a postponed one with where it was
UPDATE concert_booking.concert_schedules SET status = 'cancelled' WHERE id = test.schedule(1);
UPDATE concert_booking.seats SET status = 'unavailable' WHERE concert_schedule_id = test.schedule(1) AND status = 'available';
UPDATE concert_booking.concert_schedules SET status = 'postponed', concert_date = '2040-06-09', previous_starts_at = starts_at,
	status_changed_at = test.now(), booking_opens_at = NULL WHERE id = test.schedule(2);
SELECT s ->> 'status' AS status, s ->> 'previous_starts_at' AS previous, s ->> 'starts_at' AS starts_at, s ->> 'is_bookable' AS bookable,
	   s ->> 'is_sold_out' AS sold_out, s ->> 'available_seats' AS available, s ->> 'opens_at' AS opens_at
FROM jsonb_array_elements(concert_booking.concert_detail(test.concert()) -> 'schedules') s;
-- no opening is announced where there will be none
UPDATE concert_booking.concert_schedules SET status = 'scheduled', booking_opens_at = '2040-05-01 13:00' WHERE concert_id = test.concert();
UPDATE concert_booking.concert_schedules SET is_booking_open = false WHERE id = test.schedule(1);
SELECT s ->> 'is_bookable' AS bookable, s ->> 'booking_opens_at' AS booking_opens_at, s ->> 'opens_at' AS opens_at
FROM jsonb_array_elements(concert_booking.concert_detail(test.concert()) -> 'schedules') s;

-- what comes back of a price, and until when
UPDATE concert_booking.concert_schedules SET refund_ladder = '{"steps": [{"hours": 24, "percent": 50}]}', cancel_until = '1 day 2 hours' WHERE id = test.schedule(1);
SELECT s -> 'refund_ladder' AS ladder, s ->> 'starts_at' AS starts_at, s ->> 'cancellable_until' AS cancellable_until
FROM jsonb_array_elements(concert_booking.concert_detail(test.concert()) -> 'schedules') s;

-- schedule_detail(): the same objects
SELECT concert_booking.schedule_detail(test.schedule(n)) - 'schedule' = concert_booking.concert_detail(test.concert()) - '{schedules,grades,is_wishlisted}'::text[] AS concert_and_venue,
	   concert_booking.schedule_detail(test.schedule(n)) -> 'schedule' = concert_booking.concert_detail(test.concert()) #> ARRAY['schedules', (n - 1)::text] AS schedule
FROM generate_series(1, 2) n;

-- cancelled: shown, not bookable, and nothing opens; deleted: not there
UPDATE concert_booking.concerts SET status = 'cancelled';
SELECT concert_booking.concert_detail(test.concert()) #> '{concert,status}' AS status,
	   concert_booking.concert_detail(test.concert()) #> '{schedules,0,is_bookable}' AS bookable,
	   concert_booking.schedule_detail(test.schedule(2)) #> '{schedule,opens_at}' AS opens_at;
\t on
UPDATE concert_booking.concerts SET is_deleted = true;
SELECT test.raises($$SELECT concert_booking.concert_detail(test.concert())$$);
SELECT test.raises($$SELECT concert_booking.concert_detail('00000000-0000-7000-8000-000000000000')$$);
SELECT test.raises($$SELECT concert_booking.concert_detail(NULL)$$);
SELECT test.raises($$SELECT concert_booking.schedule_detail(test.schedule(1))$$);
SELECT test.raises($$SELECT concert_booking.schedule_detail('00000000-0000-7000-8000-000000000000')$$);
SELECT test.raises($$SELECT concert_booking.schedule_detail(NULL)$$);
