-- A guest whose session_id is a member's user_id is somebody else: neither meets the
-- other's keys, bookings or limit.
\i test/fixtures/world.sql
UPDATE concert_booking.concert_schedules SET max_seats_per_booker = 2 WHERE id = test.schedule();

SELECT booking_id AS guests FROM concert_booking.book_seats(test.seats('A-1', 'A-2'), session_id => test.booker('alice'),
	customer_name => 'Eve', customer_phone => '010-1234-5678', idempotency_key => 'order 1') \gset
SELECT seat_number FROM concert_booking.hold_seats(test.seats('B-1', 'B-2'), test.booker('alice'));
SELECT booking_id = :'guests' AS same, seat_numbers FROM concert_booking.confirm_booking(test.schedule(), test.booker('alice'),
	idempotency_key => 'order 1');

-- and the other way round
SELECT booking_id AS members FROM concert_booking.book_seats(test.seats('A-3'), test.booker('bob'), idempotency_key => 'order 2') \gset
SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-4'), session_id => test.booker('bob'));
SELECT booking_id = :'members' AS same, seat_numbers FROM concert_booking.confirm_booking(test.schedule(),
	session_id => test.booker('bob'), customer_name => 'Eve', customer_phone => '010-1234-5678', idempotency_key => 'order 2');

-- each call again has its own answer
SELECT booking_id = :'guests' AS same FROM concert_booking.book_seats(test.seats('A-1', 'A-2'), session_id => test.booker('alice'),
	customer_name => 'Eve', customer_phone => '010-1234-5678', idempotency_key => 'order 1');
SELECT booking_id = :'members' AS same FROM concert_booking.book_seats(test.seats('A-3'), test.booker('bob'), idempotency_key => 'order 2');
SELECT test.raises(format('SELECT concert_booking.cancel_booking(%L, NULL, test.booker(''alice''))', :'guests'));
SELECT test.raises(format('SELECT concert_booking.cancel_booking(%L, session_id => test.booker(''bob''))', :'members'));
SELECT seat_count FROM concert_booking.my_bookings(test.booker('alice'));
SELECT seat_count FROM concert_booking.my_bookings(session_id => test.booker('bob'));

-- the limit is each one's own
SELECT test.raises($$SELECT concert_booking.hold_seat(test.seat('B-3'), test.booker('alice'))$$);
SELECT test.raises($$SELECT concert_booking.hold_seat(test.seat('B-3'), session_id => test.booker('alice'))$$);
SELECT seat_number FROM concert_booking.hold_seat(test.seat('B-3'), test.booker('bob'));

-- the tables know them apart as well: one key of each kind, and no second one
SELECT test.raises($$UPDATE concert_booking.bookings SET idempotency_key = 'order 1' WHERE session_id = test.booker('bob')$$);
SELECT test.raises($$INSERT INTO concert_booking.bookings (user_id, concert_schedule_id, booking_number, idempotency_key)
	VALUES (test.booker('alice'), test.schedule(), 'x', 'order 1')$$) LIKE '23505%' AS second_refused;
SELECT test.raises($$INSERT INTO concert_booking.bookings (session_id, concert_schedule_id, booking_number, idempotency_key, customer_name, customer_phone)
	VALUES (test.booker('alice'), test.schedule(), 'x', 'order 1', 'Eve', '1')$$) LIKE '23505%' AS second_refused;
SELECT * FROM concert_booking.check_integrity();
