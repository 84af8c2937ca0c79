-- cancel_schedule() cancels every booking of a performance, and nothing else.
\i test/fixtures/world.sql

-- sold, given back, held by two, lapsed, blocked and free seats; and the other schedule
SELECT count(*) FROM concert_booking.book_seats(test.seats('A-1', 'A-2'), test.booker('alice'));
SELECT count(*) FROM concert_booking.book_seats(test.seats('A-3'), session_id => test.booker('gina'),
	customer_name => 'Gina', customer_phone => '010-1234-5678');
SELECT count(*) FROM concert_booking.book_seats(test.seats('A-4'), test.booker('bob')) b,
	concert_booking.cancel_booking(b.booking_id, 'other plans', test.booker('bob'));
SELECT concert_booking.block_seats(test.seats('B-4'));
SELECT count(*) FROM concert_booking.hold_seat(test.seat('B-1'), test.booker('bob'));
CALL test.set_clock('2040-05-01 12:15');
SELECT count(*) FROM concert_booking.hold_seat(test.seat('B-2'), test.booker('bob'));
SELECT count(*) FROM concert_booking.book_seats(ARRAY[test.seat('A-1', 2)], test.booker('alice'));
SELECT schedule, seat, status, held_by, sold_to FROM test.taken;
SELECT * FROM test.availability;

-- what it would do: nothing is written, also where nothing may be
BEGIN READ ONLY;
SELECT * FROM concert_booking.cancel_schedule(test.schedule(1), 'the singer is ill', dry_run => true);
COMMIT;
SELECT schedule, seat, status, held_by, sold_to FROM test.taken;

SELECT * FROM concert_booking.cancel_schedule(test.schedule(1), 'the singer is ill');
-- the seats keep what they were: one was blocked
SELECT schedule, seat, status, held_by, sold_to FROM test.taken;
SELECT * FROM test.availability;
SELECT right(id::text, 1) AS schedule, status, status_changed_at > '2040-05-01 12:15' AS tells_when, previous_starts_at, is_booking_open
FROM concert_booking.concert_schedules ORDER BY id;
SELECT right(b.concert_schedule_id::text, 1) AS schedule, k.name AS booker, b.status, b.seat_count, b.total_price,
	   b.cancellation_reason, b.cancelled_at IS NOT NULL AS tells_when
FROM concert_booking.bookings b JOIN test.bookers k ON k.id = coalesce(b.user_id, b.session_id)
ORDER BY b.created_at;
SELECT * FROM test.events;
SELECT event_type, detail FROM concert_booking.booking_events
WHERE detail IS NOT NULL ORDER BY occurred_at, event_type;
SELECT * FROM concert_booking.check_integrity();

-- nobody can hold or buy a seat of it, and it is not sold out
SELECT test.raises($$SELECT concert_booking.hold_seat(test.seat('A-1'), test.booker('alice'))$$);
SELECT test.raises($$SELECT concert_booking.hold_best_seats(test.schedule(1), 2, user_id => test.booker('alice'))$$);
SELECT test.raises($$SELECT concert_booking.book_seats(test.seats('A-1'), test.booker('alice'))$$);
SELECT test.raises($$SELECT concert_booking.confirm_booking(test.schedule(1), test.booker('bob'))$$);
SELECT test.raises($$SELECT concert_booking.extend_holds(test.schedule(1), test.booker('bob'))$$);
-- opened again by hand, it stays closed
UPDATE concert_booking.concert_schedules SET is_booking_open = false WHERE id = test.schedule(1);
SELECT test.raises($$SELECT concert_booking.hold_seat(test.seat('A-1'), test.booker('alice'))$$);
UPDATE concert_booking.concert_schedules SET is_booking_open = true WHERE id = test.schedule(1);

-- a second call changes nothing: not a seat, not the reason
SELECT count(*) AS events FROM concert_booking.booking_events;
CREATE TEMP TABLE before AS SELECT format('%s %s %s', s.xmin, s.ctid, s.id) AS version FROM concert_booking.seats s;
SELECT * FROM concert_booking.cancel_schedule(test.schedule(1), 'again', dry_run => true);
SELECT * FROM concert_booking.cancel_schedule(test.schedule(1), 'again');
SELECT count(*) AS events FROM concert_booking.booking_events;
SELECT count(*) AS seats_written FROM concert_booking.seats s WHERE format('%s %s %s', s.xmin, s.ctid, s.id) NOT IN (TABLE before);
SELECT DISTINCT cancellation_reason FROM concert_booking.bookings WHERE status = 'cancelled' ORDER BY 1;

-- what the owner's own statement has put there since is cancelled too
UPDATE concert_booking.seats SET status = 'reserved' WHERE id = test.seat('B-3');
INSERT INTO concert_booking.bookings (id, user_id, concert_schedule_id, booking_number, seat_count, total_price)
VALUES ('b0000000-0000-7000-8000-000000000001', test.booker('bob'), test.schedule(1), '0000-0000-0001-1', 1, 120000);
INSERT INTO concert_booking.booking_seats (booking_id, seat_id, price) VALUES ('b0000000-0000-7000-8000-000000000001', test.seat('B-3'), 120000);
SELECT invariant, subject FROM concert_booking.check_integrity();
SELECT * FROM concert_booking.cancel_schedule(test.schedule(1), 'by hand', dry_run => true);
SELECT * FROM concert_booking.cancel_schedule(test.schedule(1), 'by hand');
SELECT * FROM concert_booking.check_integrity();

-- bookers cannot cancel any more, but staff can cancel after the start
CALL test.set_clock('2040-06-02 20:00');
SELECT * FROM concert_booking.cancel_schedule(test.schedule(2));
SELECT * FROM test.availability;
SELECT * FROM concert_booking.check_integrity();

-- a schedule without seats
INSERT INTO concert_booking.concert_schedules (id, concert_id, concert_date, concert_time)
VALUES (test.schedule(3), test.concert(), '2040-06-03', '19:00');
SELECT * FROM concert_booking.cancel_schedule(test.schedule(3));
SELECT status FROM concert_booking.concert_schedules WHERE id = test.schedule(3);

-- arguments
SELECT test.raises('SELECT concert_booking.cancel_schedule(NULL)');
SELECT test.raises('SELECT concert_booking.cancel_schedule(test.schedule(1), dry_run => NULL)');
SELECT test.raises($$SELECT concert_booking.cancel_schedule('00000000-0000-0000-0000-000000000000')$$);
SELECT test.raises($$SELECT concert_booking.cancel_schedule('00000000-0000-0000-0000-000000000000', dry_run => true)$$);
SELECT test.raises($$SELECT concert_booking.cancel_schedule(test.schedule(1), repeat('x', 1001))$$);
SELECT test.raises($$SELECT concert_booking.cancel_schedule(test.schedule(1), repeat('x', 1001), true)$$);
