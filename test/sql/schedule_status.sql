-- What the status of a schedule means to who looks: never sold out, kept in the archive, checked.
\i test/fixtures/world.sql
SELECT booking_id AS alices FROM concert_booking.book_seats(test.seats('A-1'), test.booker('alice')) \gset
SELECT booking_id AS bobs FROM concert_booking.book_seats(ARRAY[test.seat('A-1', 2), test.seat('A-2', 2)], test.booker('bob')) \gset
SELECT * FROM test.availability;
SELECT affected_bookings FROM concert_booking.postpone_schedule(test.schedule(1), '2040-06-08', '19:00');
SELECT cancelled_bookings FROM concert_booking.cancel_schedule(test.schedule(2), 'storm');
SELECT * FROM test.availability;
-- every seat blocked, and cancelled: not sold out either
SELECT concert_booking.block_seats(ARRAY[test.seat('A-1', 2), test.seat('A-2', 2)]);
SELECT * FROM test.availability;
-- no other status
SELECT split_part(test.raises($$UPDATE concert_booking.concert_schedules SET status = 'moved'$$), E'\n', 1);

-- findings: what was written by hand
UPDATE concert_booking.concert_schedules SET status_changed_at = NULL WHERE id = test.schedule(2);
UPDATE concert_booking.concert_schedules SET previous_starts_at = NULL WHERE id = test.schedule(1);
UPDATE concert_booking.bookings SET status = 'confirmed', cancelled_at = NULL WHERE id = :'bobs';
INSERT INTO concert_booking.temp_reservations (user_id, seat_id, concert_schedule_id, expires_at)
VALUES (test.booker('bob'), test.seat('A-1', 2), test.schedule(2), '2040-05-01 12:00');
SELECT invariant, regexp_replace(detail, '2040-05-01 12:[^,]+', 'now') AS detail
FROM concert_booking.check_integrity() WHERE invariant LIKE '%schedule %' ORDER BY 1, 2;
DELETE FROM concert_booking.temp_reservations;
UPDATE concert_booking.bookings SET status = 'cancelled', cancelled_at = test.now() WHERE id = :'bobs';
UPDATE concert_booking.concert_schedules SET status_changed_at = test.now(), previous_starts_at = '2040-06-01 19:00';
UPDATE concert_booking.concert_schedules SET previous_starts_at = NULL WHERE id = test.schedule(2);
SELECT * FROM concert_booking.check_integrity();

-- the archive has both with their status, and bookers still see their bookings
CREATE TEMP TABLE before AS
SELECT to_jsonb(m) AS answer FROM concert_booking.my_bookings(test.booker('alice')) m
UNION ALL SELECT to_jsonb(m) FROM concert_booking.my_bookings(test.booker('bob')) m
UNION ALL SELECT to_jsonb(d) FROM concert_booking.booking_detail(:'alices', test.booker('alice')) d
UNION ALL SELECT to_jsonb(d) FROM concert_booking.booking_detail(:'bobs', test.booker('bob')) d;
SELECT answer ->> 'status' AS status, answer ->> 'starts_at' AS starts_at FROM before;
CALL test.set_clock('2040-07-01 12:00');
SELECT archived_schedules, archived_bookings FROM concert_booking.archive_past_schedules('2040-07-01');
SELECT a.starts_at, a.schedule ->> 'status' AS status, (a.schedule ->> 'previous_starts_at')::timestamptz AS previous_starts_at
FROM concert_booking.archived_schedules a ORDER BY a.starts_at;
CREATE TEMP TABLE after AS
SELECT to_jsonb(m) AS answer FROM concert_booking.my_bookings(test.booker('alice')) m
UNION ALL SELECT to_jsonb(m) FROM concert_booking.my_bookings(test.booker('bob')) m
UNION ALL SELECT to_jsonb(d) FROM concert_booking.booking_detail(:'alices', test.booker('alice')) d
UNION ALL SELECT to_jsonb(d) FROM concert_booking.booking_detail(:'bobs', test.booker('bob')) d;
SELECT count(*) FROM (TABLE before EXCEPT ALL TABLE after) x;
SELECT * FROM concert_booking.check_integrity();
