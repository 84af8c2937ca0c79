-- reinstate_schedule(): what was cancelled takes place after all; its seats are on sale as before.
\i test/fixtures/world.sql
\i test/fixtures/orders.sql

-- one seat sold, one held, one blocked; and one that was blocked is given free in the meantime
SELECT booking_id AS alices FROM concert_booking.book_seats(test.seats('A-1', 'A-2'), test.booker('alice')) \gset
SELECT test.pay(:'alices', 300000, 'charge 1');
SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-3'), test.booker('bob'));
SELECT concert_booking.block_seats(test.seats('B-3', 'B-4'), 'camera');
SELECT test.raises($$SELECT concert_booking.reinstate_schedule(test.schedule())$$);
SELECT * FROM concert_booking.cancel_schedule(test.schedule(), 'storm');
SELECT concert_booking.unblock_seats(test.seats('B-4'));
SELECT * FROM test.availability;

SELECT * FROM concert_booking.reinstate_schedule(test.schedule(), 'the storm is over');
SELECT schedule, seat, status, held_by, sold_to FROM test.taken;
SELECT * FROM test.availability;
SELECT status, status_changed_at IS NOT NULL AS tells_when, is_booking_open FROM concert_booking.concert_schedules WHERE id = test.schedule();
-- the bookings stay cancelled, and what is due stays due
SELECT * FROM test.orders;
SELECT event_type, seat_count, detail FROM concert_booking.booking_events WHERE event_type LIKE 'schedule%' ORDER BY occurred_at;

-- it is sold again, also to who had a seat
SELECT seat_numbers, total_price FROM concert_booking.book_seats(test.seats('A-1'), test.booker('alice'));
SELECT test.raises($$SELECT concert_booking.hold_seat(test.seat('B-3'), test.booker('alice'))$$);
SELECT test.pay(:'alices', 300000, 'charge 2') AS for_what_was_cancelled;

-- once, and no other schedule
SELECT test.raises($$SELECT concert_booking.reinstate_schedule(test.schedule())$$);
SELECT test.raises($$SELECT concert_booking.reinstate_schedule(test.schedule(2))$$);

-- one that was moved is postponed again
SELECT * FROM concert_booking.postpone_schedule(test.schedule(2), '2040-07-02', '19:00');
SELECT * FROM concert_booking.cancel_schedule(test.schedule(2));
SELECT * FROM concert_booking.reinstate_schedule(test.schedule(2));
SELECT status, previous_starts_at, starts_at FROM concert_booking.concert_schedules WHERE id = test.schedule(2);
-- one whose box office was closed stays closed
UPDATE concert_booking.concert_schedules SET is_booking_open = false WHERE id = test.schedule(2);
SELECT * FROM concert_booking.cancel_schedule(test.schedule(2));
SELECT * FROM concert_booking.reinstate_schedule(test.schedule(2));
SELECT test.raises($$SELECT concert_booking.hold_seat(test.seat('A-1', 2), test.booker('alice'))$$);
SELECT * FROM concert_booking.check_integrity();

-- twice and more in one transaction
BEGIN;
SELECT * FROM concert_booking.cancel_schedule(test.schedule(), 'one');
SELECT * FROM concert_booking.reinstate_schedule(test.schedule());
SELECT seat_numbers FROM concert_booking.book_seats(test.seats('A-2'), test.booker('bob'));
SELECT * FROM concert_booking.cancel_schedule(test.schedule(), 'two');
SELECT * FROM concert_booking.reinstate_schedule(test.schedule());
SELECT * FROM test.availability;
COMMIT;
SELECT * FROM concert_booking.check_integrity();

-- arguments
SELECT test.raises('SELECT concert_booking.reinstate_schedule(NULL)');
SELECT test.raises($$SELECT concert_booking.reinstate_schedule('00000000-0000-0000-0000-000000000000')$$);
SELECT test.raises($$SELECT concert_booking.reinstate_schedule(test.schedule(), repeat('x', 1001))$$);
