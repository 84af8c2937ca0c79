-- hold_seat: every refusal, in the order of the checks.
\i test/fixtures/world.sql

-- arguments
SELECT test.raises($$SELECT concert_booking.hold_seat(NULL)$$);
SELECT test.raises($$SELECT concert_booking.hold_seat(NULL, test.booker('alice'), test.booker('gina'))$$);
-- meant: invalid input syntax for type uuid: "A-1"
SELECT test.raises($$SELECT concert_booking.hold_seat('A-1')$$);

-- the booker is asked for before the seat is looked up
SELECT test.raises($$SELECT concert_booking.hold_seat('5ea70000-0000-7000-8000-00000000dead')$$);
SELECT test.raises($$SELECT concert_booking.hold_seat(test.seat('A-1'), test.booker('alice'), test.booker('gina'))$$);

-- no such seat; also one that was there a moment ago
SELECT test.raises($$SELECT concert_booking.hold_seat('5ea70000-0000-7000-8000-00000000dead', test.booker('alice'))$$);
SELECT test.seat('B-4') AS gone \gset
DELETE FROM concert_booking.seats WHERE id = :'gone';
SELECT test.raises(format('SELECT concert_booking.hold_seat(%L, test.booker(''alice''))', :'gone'));

-- held, reserved, blocked
SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-1'), test.booker('bob'));
SELECT seat_numbers FROM concert_booking.book_seats(test.seats('A-2'), test.booker('bob'));
UPDATE concert_booking.seats SET status = 'unavailable' WHERE id = test.seat('A-3');
SELECT test.raises($$SELECT concert_booking.hold_seat(test.seat('A-1'), test.booker('alice'))$$);
SELECT test.raises($$SELECT concert_booking.hold_seat(test.seat('A-2'), test.booker('alice'))$$);
SELECT test.raises($$SELECT concert_booking.hold_seat(test.seat('A-3'), test.booker('alice'))$$);

-- one's own sold seat is sold, too
SELECT test.raises($$SELECT concert_booking.hold_seat(test.seat('A-2'), test.booker('bob'))$$);

-- a taken seat is told before a closed window
UPDATE concert_booking.concert_schedules SET is_booking_open = false;
SELECT test.raises($$SELECT concert_booking.hold_seat(test.seat('A-1'), test.booker('alice'))$$);
SELECT test.raises($$SELECT concert_booking.hold_seat(test.seat('A-4'), test.booker('alice'))$$);

SELECT * FROM test.taken;
SELECT * FROM concert_booking.check_integrity();
