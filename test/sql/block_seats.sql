-- block_seats() takes seats off sale, all of them or none; unblock_seats() puts them back.
\i test/fixtures/world.sql

SELECT concert_booking.block_seats(test.seats('A-4', 'A-1', 'B-2'), 'sound desk');
SELECT schedule, seat, status, held_by FROM test.taken;
SELECT * FROM test.availability;

-- again: nothing to do, nothing logged
SELECT concert_booking.block_seats(test.seats('A-1', 'B-2'));

-- seats of two schedules in one call
SELECT concert_booking.block_seats(test.seats('A-2') || test.seat('A-1', 2));
SELECT * FROM test.availability;

-- a blocked seat cannot be held
SELECT test.raises($$SELECT concert_booking.hold_seat(test.seat('A-1'), test.booker('alice'))$$);

-- sold and held seats are named; the free one beside them stays free
SELECT count(*) FROM concert_booking.book_seats(test.seats('A-3'), test.booker('alice'));
SELECT count(*) FROM concert_booking.hold_seat(test.seat('B-1'), test.booker('bob'));
SELECT test.raises($$SELECT concert_booking.block_seats(test.seats('B-4', 'B-1', 'A-3'))$$);
SELECT schedule, seat, status, held_by, sold_to FROM test.taken;

-- a hold that has lapsed is no obstacle, at the instant at which it ends
CALL test.set_clock('2040-05-01 12:09:50');
SELECT test.raises($$SELECT concert_booking.block_seats(test.seats('B-1'))$$);
CALL test.set_clock('2040-05-01 12:10:10');
SELECT concert_booking.block_seats(test.seats('B-1', 'B-4'));
SELECT schedule, seat, status, held_by, sold_to FROM test.taken;
SELECT * FROM concert_booking.check_integrity();

-- back on sale; seats that are not blocked are left alone
SELECT concert_booking.unblock_seats(test.seats('A-1', 'A-3', 'B-1', 'B-3'));
SELECT concert_booking.unblock_seats(test.seats('A-1'));
SELECT schedule, seat, status, held_by, sold_to FROM test.taken;
SELECT * FROM test.availability;
SELECT count(*) FROM concert_booking.hold_seat(test.seat('A-1'), test.booker('bob'));

SELECT event_type, schedule, seat_count, by_caller FROM test.events
WHERE event_type LIKE 'seats_%';
SELECT event_type, detail FROM concert_booking.booking_events
WHERE event_type LIKE 'seats_%' ORDER BY occurred_at, concert_schedule_id;
SELECT * FROM concert_booking.check_integrity();
