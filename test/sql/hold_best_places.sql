-- hold_best_seats: seats, counts and schedules that are not where one would look first.
\i test/fixtures/world.sql
INSERT INTO concert_booking.concert_schedules (id, concert_id, concert_date, concert_time)
VALUES (test.schedule(4), test.concert(), '2040-06-04', '19:00');
SELECT concert_booking.generate_seats(test.schedule(4), concert_booking.row_labels(14), 20, 'R', 150000);

-- all that is left is the end of a row that begins 256 seats from the front, and three of four leave one alone
UPDATE concert_booking.seats SET status = 'unavailable'
WHERE concert_schedule_id = test.schedule(4) AND ordinal NOT BETWEEN 257 AND 260;
SELECT array_agg(seat_number) FROM concert_booking.hold_best_seats(test.schedule(4), 3, user_id => test.booker('bob'));

-- a seat that was given back is counted before it is folded into its schedule's row
SELECT r.status FROM concert_booking.confirm_booking(test.schedule(4), test.booker('bob')) r;
SELECT r.status FROM concert_booking.book_seats(
	ARRAY (SELECT s.id FROM concert_booking.seats s WHERE s.concert_schedule_id = test.schedule(4) AND s.ordinal IN (257, 260) AND s.status = 'available'),
	test.booker('alice')) r;
SELECT available_seats, is_sold_out FROM concert_booking.concert_schedules WHERE id = test.schedule(4);
SELECT test.raises($$SELECT * FROM concert_booking.hold_best_seats(test.schedule(4), 1, adjacent => false, user_id => test.booker('alice'))$$);
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT r.status, r.seat_count FROM concert_booking.bookings b,
	concert_booking.cancel_booking(b.id, user_id => b.user_id) r
WHERE b.concert_schedule_id = test.schedule(4) AND b.user_id = test.booker('alice');
COMMIT;
SELECT available_seats FROM concert_booking.concert_schedules WHERE id = test.schedule(4);
SELECT count(*) FROM concert_booking.hold_best_seats(test.schedule(4), 1, adjacent => false, user_id => test.booker('alice'));

-- a schedule that is gone is not mistaken for the one that took its place in the table
INSERT INTO concert_booking.concert_schedules (id, concert_id, concert_date, concert_time)
VALUES (test.schedule(5), test.concert(), '2040-06-05', '19:00');
SELECT test.raises($$SELECT * FROM concert_booking.hold_best_seats(test.schedule(5), 1, user_id => test.booker('bob'))$$);
SELECT ctid AS place FROM concert_booking.concert_schedules WHERE id = test.schedule(5) \gset
DELETE FROM concert_booking.concert_schedules WHERE id = test.schedule(5);
VACUUM (INDEX_CLEANUP ON, TRUNCATE OFF) concert_booking.concert_schedules;
INSERT INTO concert_booking.concert_schedules (id, concert_id, concert_date, concert_time)
SELECT gen_random_uuid(), test.concert(), date '2040-06-10' + n, '19:00' FROM generate_series(1, 30) n;
-- (autovacuum, where it is on, may be looking at the old row)
SELECT count(*) = 1 OR current_setting('autovacuum')::boolean AS took_its_place
FROM concert_booking.concert_schedules WHERE ctid = :'place' AND id <> test.schedule(5);
SELECT test.raises($$SELECT * FROM concert_booking.hold_best_seats(test.schedule(5), 1, user_id => test.booker('bob'))$$);
SELECT * FROM concert_booking.check_integrity();
