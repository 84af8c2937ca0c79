-- A schedule that somebody has booked is moved by postpone_schedule() only.
\i test/fixtures/world.sql
\i test/fixtures/orders.sql
\t on
-- without bookings it is an ordinary row, held seats or not
SELECT seat_number FROM concert_booking.hold_seat(test.seat('B-1'), test.booker('bob'));
UPDATE concert_booking.concert_schedules SET concert_time = '18:00' WHERE id = test.schedule() RETURNING starts_at;
UPDATE concert_booking.concert_schedules SET concert_time = '19:00' WHERE id = test.schedule() RETURNING starts_at;

SELECT booking_id AS alices FROM concert_booking.book_seats(test.seats('A-1'), test.booker('alice')) \gset
SELECT test.raises($$UPDATE concert_booking.concert_schedules SET concert_time = '18:00' WHERE id = test.schedule()$$);
SELECT test.raises($$UPDATE concert_booking.concert_schedules SET concert_date = '2041-01-01' WHERE id = test.schedule()$$);
SELECT test.raises($$UPDATE concert_booking.concert_schedules SET concert_date = concert_date + 1, status = 'postponed'$$);
-- the same date again, and all else, is no move
UPDATE concert_booking.concert_schedules SET concert_date = '2040-06-01', concert_time = '19:00', max_seats_per_booker = 8 WHERE id = test.schedule();
UPDATE concert_booking.concert_schedules SET concert_time = '18:00' WHERE id = test.schedule(2) RETURNING starts_at;
-- a venue has another time zone: the performance is at the same time there
UPDATE concert_booking.venues SET timezone = 'Asia/Tokyo';
SELECT starts_at FROM concert_booking.concert_schedules ORDER BY id;

-- a pending booking counts, one that is over or cancelled does not
SELECT status FROM concert_booking.cancel_booking(:'alices', NULL, test.booker('alice'));
SELECT test.begin('bob', 'B-2') IS NOT NULL AS pending;
SELECT split_part(test.raises($$UPDATE concert_booking.concert_schedules SET concert_time = '18:00' WHERE id = test.schedule()$$), E'\n', 1);
CALL test.set_clock('2040-05-01 12:36');
UPDATE concert_booking.concert_schedules SET concert_time = '18:00' WHERE id = test.schedule() RETURNING starts_at;
SELECT * FROM concert_booking.check_integrity();
