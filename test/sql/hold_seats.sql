-- hold_seats: all of them or none, answered in the order asked for.
\i test/fixtures/world.sql

SELECT seat_number, seat_grade, price, to_char(expires_at, 'HH24:MI') AS until
FROM concert_booking.hold_seats(test.seats('B-2', 'A-1', 'B-1'), test.booker('alice'));
SELECT * FROM test.taken;

-- all three end at one instant
SELECT count(DISTINCT expires_at) AS ends, count(DISTINCT held_since) AS starts
FROM concert_booking.temp_reservations;

-- some held already: these keep their end, the others start now
CALL test.set_clock('2040-05-01 12:04');
SELECT seat_number, to_char(expires_at, 'HH24:MI') AS until
FROM concert_booking.hold_seats(test.seats('A-2', 'A-1'), test.booker('alice'));

-- all held already: the same answer as before, in the order asked for now
SELECT seat_number, to_char(expires_at, 'HH24:MI') AS until
FROM concert_booking.hold_seats(test.seats('A-1', 'A-2', 'B-1'), test.booker('alice'));

-- in the select list, too
SELECT (concert_booking.hold_seats(test.seats('B-3', 'B-4'), session_id => test.booker('gina'))).seat_number;

-- one of three is taken: none is held
SELECT test.raises($$SELECT * FROM concert_booking.hold_seats(test.seats('A-3', 'A-1', 'A-4'), test.booker('bob'))$$);
SELECT * FROM test.taken;

-- every taken seat is named with its reason, in the order asked for
SELECT seat_numbers FROM concert_booking.book_seats(test.seats('A-4'), test.booker('bob'));
UPDATE concert_booking.seats SET status = 'unavailable' WHERE id = test.seat('A-3');
SELECT test.raises($$SELECT * FROM concert_booking.hold_seats(test.seats('A-4', 'A-3', 'A-2'), test.booker('bob'))$$);

-- a seat number is JSON, whatever is in it
UPDATE concert_booking.seats SET seat_number = E'"A"\\ 가' WHERE id = test.seat('A-3');
SELECT test.raises($$SELECT * FROM concert_booking.hold_seats(test.seats(E'"A"\\ 가'), test.booker('bob'))$$);

SELECT * FROM concert_booking.check_integrity();
