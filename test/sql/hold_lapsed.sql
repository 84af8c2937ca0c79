-- A hold is over at the instant it expires, although nobody has swept it.
\i test/fixtures/world.sql

SELECT seat_number FROM concert_booking.hold_seats(test.seats('A-1', 'A-2'), test.booker('alice'));

-- half a minute before the end it stands, half a minute after it is gone
CALL test.set_clock('2040-05-01 12:09:30');
SELECT test.raises($$SELECT concert_booking.hold_seat(test.seat('A-1'), test.booker('bob'))$$);
CALL test.set_clock('2040-05-01 12:10:30');
SELECT seat_number, to_char(expires_at, 'HH24:MI') AS until
FROM concert_booking.hold_seat(test.seat('A-1'), test.booker('bob'));
SELECT seat, status, held_by, until FROM test.taken;

-- it has a row of its own: no trace of the first hold is left
SELECT count(*) AS rows, bool_and(held_since = created_at) AS started_anew
FROM concert_booking.temp_reservations WHERE seat_id = test.seat('A-1');

-- the first holder may take a lapsed seat anew, with a new term
SELECT seat_number, to_char(expires_at, 'HH24:MI') AS until
FROM concert_booking.hold_seat(test.seat('A-2'), test.booker('alice'));
SELECT test.raises($$SELECT concert_booking.hold_seat(test.seat('A-1'), test.booker('alice'))$$);

-- sold at once, past a lapsed hold
CALL test.set_clock('2040-05-01 12:30');
SELECT seat_numbers FROM concert_booking.book_seats(test.seats('A-2', 'A-1'), session_id => test.booker('gina'),
	customer_name => 'Gina', customer_phone => '010-1234-5678');
SELECT count(*) AS hold_rows FROM concert_booking.temp_reservations;
SELECT * FROM test.taken;
SELECT * FROM concert_booking.check_integrity();
