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

SELECT * FROM concert_booking.cancel_schedule(test.schedule(1), 'the singer is ill');
SELECT schedule, seat, status, held_by, sold_to FROM test.taken;
SELECT * FROM test.availability;
SELECT right(id::text, 1) AS schedule, is_booking_open FROM concert_booking.concert_schedules ORDER BY id;
SELECT right(b.concert_schedule_id::text, 1) AS schedule, k.name AS booker, b.status, b.seat_count, b.total_price,
	   b.cancellation_reason, b.cancelled_at IS NOT NULL AS tells_when
FROM concert_booking.bookings b JOIN test.bookers k ON k.id = coalesce(b.user_id, b.session_id)
ORDER BY b.created_at;
SELECT * FROM test.events;
SELECT event_type, detail FROM concert_booking.booking_events
WHERE detail IS NOT NULL ORDER BY occurred_at, event_type;
SELECT * FROM concert_booking.check_integrity();

-- nobody can hold a seat of it
SELECT test.raises($$SELECT concert_booking.hold_seat(test.seat('A-1'), test.booker('alice'))$$);

-- a second call changes nothing
SELECT count(*) AS events FROM concert_booking.booking_events;
SELECT * FROM concert_booking.cancel_schedule(test.schedule(1), 'again');
SELECT count(*) AS events FROM concert_booking.booking_events;

-- bookers cannot cancel any more, but staff can cancel after the start
CALL test.set_clock('2040-06-02 20:00');
SELECT * FROM concert_booking.cancel_schedule(test.schedule(2));
SELECT * FROM test.availability;
SELECT * FROM concert_booking.check_integrity();

-- arguments
SELECT test.raises('SELECT concert_booking.cancel_schedule(NULL)');
SELECT test.raises($$SELECT concert_booking.cancel_schedule('00000000-0000-0000-0000-000000000000')$$);
SELECT test.raises($$SELECT concert_booking.cancel_schedule(test.schedule(1), repeat('x', 1001))$$);
