-- hold_seat: one seat, one booker, one term.
\i test/fixtures/world.sql

SELECT right(concert_schedule_id::text, 1) AS schedule, seat_id = test.seat('A-1') AS this_seat,
	   seat_number, seat_grade, price, to_char(expires_at, 'HH24:MI') AS until
FROM concert_booking.hold_seat(test.seat('A-1'), test.booker('alice'));
SELECT * FROM test.taken;

-- by name, as PostgREST calls it; a guest holds with a session
SELECT seat_number, to_char(expires_at, 'HH24:MI') AS until
FROM concert_booking.hold_seat(seat_id => test.seat('B-1'), session_id => test.booker('gina'));

-- a hold does not change what is available: it may come back
SELECT * FROM test.availability;

-- what the hold's row says
SELECT user_id = test.booker('alice') AS alices, session_id,
	   concert_schedule_id = test.schedule() AS this_schedule,
	   held_since = created_at AS since_creation,
	   round(extract(epoch FROM expires_at - held_since)) AS seconds
FROM concert_booking.temp_reservations WHERE seat_id = test.seat('A-1');

-- a second click five minutes later: the same hold with the same end
CALL test.set_clock('2040-05-01 12:05');
SELECT seat_number, to_char(expires_at, 'HH24:MI') AS until
FROM concert_booking.hold_seat(test.seat('A-1'), test.booker('alice'));

-- somebody else's seat
SELECT test.raises($$SELECT concert_booking.hold_seat(test.seat('A-1'), test.booker('bob'))$$);
SELECT test.raises($$SELECT concert_booking.hold_seat(test.seat('A-1'), session_id => test.booker('hugo'))$$);

-- no event is logged for a hold
SELECT count(*) AS events FROM test.events;
SELECT * FROM concert_booking.check_integrity();
