-- hold_seats: seats that do not exist, and seats of two schedules.
\i test/fixtures/world.sql

-- unknown seats are listed in the order asked for, and before anything else
SELECT test.raises($$SELECT * FROM concert_booking.hold_seats(
	ARRAY['ffffffff-0000-7000-8000-00000000dead', test.seat('A-1'), '00000000-0000-7000-8000-00000000dead']::uuid[],
	test.booker('alice'))$$);
SELECT test.raises($$SELECT * FROM concert_booking.hold_seats(
	ARRAY['ffffffff-0000-7000-8000-00000000dead', test.seat('A-1'), test.seat('A-1', 2)]::uuid[],
	test.booker('alice'))$$);

-- two schedules, also when one of the seats is taken
SELECT test.raises($$SELECT * FROM concert_booking.hold_seats(
	ARRAY[test.seat('A-1'), test.seat('A-1', 2)], test.booker('alice'))$$);
SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-1'), test.booker('bob'));
SELECT test.raises($$SELECT * FROM concert_booking.hold_seats(
	ARRAY[test.seat('A-1'), test.seat('A-1', 2)], test.booker('alice'))$$);

-- no booker, two bookers
SELECT test.raises($$SELECT * FROM concert_booking.hold_seats(test.seats('A-2'))$$);
SELECT test.raises($$SELECT * FROM concert_booking.hold_seats(test.seats('A-2'),
	test.booker('alice'), test.booker('gina'))$$);

SELECT * FROM test.taken;
SELECT * FROM concert_booking.check_integrity();
