-- max_seats_per_booker: live holds and booked seats count together.
\i test/fixtures/world.sql
UPDATE concert_booking.concert_schedules SET max_seats_per_booker = 3 WHERE id = test.schedule(1);

-- one call over the limit, then calls that add up to it
SELECT test.raises($$SELECT * FROM concert_booking.hold_seats(test.seats('A-1', 'A-2', 'A-3', 'A-4'), test.booker('alice'))$$);
SELECT seat_number FROM concert_booking.hold_seats(test.seats('A-1', 'A-2'), test.booker('alice'));
SELECT test.raises($$SELECT * FROM concert_booking.hold_seats(test.seats('A-3', 'A-4'), test.booker('alice'))$$);

-- what one holds already counts once
SELECT seat_number FROM concert_booking.hold_seats(test.seats('A-1', 'A-2', 'A-3'), test.booker('alice'));
SELECT test.raises($$SELECT concert_booking.hold_seat(test.seat('A-4'), test.booker('alice'))$$);

-- booked seats count as well, and book_seats knows the limit, too
SELECT seat_numbers FROM concert_booking.confirm_booking(test.schedule(), test.booker('alice'));
SELECT test.raises($$SELECT concert_booking.hold_seat(test.seat('A-4'), test.booker('alice'))$$);
SELECT test.raises($$SELECT concert_booking.book_seats(test.seats('A-4'), test.booker('alice'))$$);

-- another booker, another schedule
SELECT seat_number FROM concert_booking.hold_seats(test.seats('B-1', 'B-2', 'B-3'), test.booker('bob'));
SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-1', 2), test.booker('alice'));
SELECT seat_number FROM concert_booking.hold_seat(test.seat('B-4'), session_id => test.booker('gina'));

-- a lapsed hold counts no more
CALL test.set_clock('2040-05-01 12:11');
SELECT seat_number FROM concert_booking.hold_seats(test.seats('B-4', 'B-3'), test.booker('bob'));

-- nor does a cancelled booking
SELECT status FROM concert_booking.cancel_booking(
	(SELECT id FROM concert_booking.bookings), NULL, test.booker('alice'));
SELECT seat_numbers FROM concert_booking.book_seats(test.seats('A-4', 'A-1'), test.booker('alice'));

-- a limit is not told before a taken seat
SELECT test.raises($$SELECT * FROM concert_booking.hold_seats(test.seats('A-2', 'A-3', 'B-3'), test.booker('alice'))$$);

SELECT seat, status, held_by, sold_to FROM test.taken;
SELECT * FROM concert_booking.check_integrity();
