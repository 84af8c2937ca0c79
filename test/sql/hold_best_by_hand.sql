-- hold_best_seats among holds and seats that were written by hand: a deadline
-- that only the hold's row tells, and a seat without a number in its row.
\i test/fixtures/world.sql

-- as system A writes holds; A-1 and A-2 are live, A-3 has lapsed, A-4 has no row
INSERT INTO concert_booking.temp_reservations (user_id, seat_id, expires_at)
SELECT test.booker('alice'), test.seat(label), until::timestamptz
FROM (VALUES ('A-1', '2040-05-01 12:20'), ('A-2', '2040-05-01 12:05'), ('A-3', '2040-05-01 11:59')) AS h (label, until);
UPDATE concert_booking.seats SET status = 'temp_reserved' WHERE id = ANY (test.seats('A-1', 'A-2', 'A-3', 'A-4'));
SELECT seat_number FROM concert_booking.hold_best_seats(test.schedule(), 2, user_id => test.booker('bob'));
CALL test.set_clock('2040-05-01 12:06');
SELECT seat_number FROM concert_booking.hold_best_seats(test.schedule(), 1, seat_grade => 'R', user_id => test.booker('bob'));
SELECT test.raises($$SELECT concert_booking.hold_best_seats(test.schedule(), 1, seat_grade => 'R', user_id => test.booker('bob'))$$);
SELECT seat, held_by, until FROM test.taken;

-- a seat without a number is no neighbour, whatever the number beside it
DELETE FROM concert_booking.temp_reservations;
UPDATE concert_booking.seats SET seat_index = NULL WHERE id = test.seat('B-1');
UPDATE concert_booking.seats SET status = 'unavailable' WHERE concert_schedule_id = test.schedule()
AND id <> ALL (test.seats('B-1', 'B-2'));
SELECT array_agg(test.raises(format(
	$$UPDATE concert_booking.seats SET seat_index = %s WHERE id = test.seat('B-2');
	  SELECT concert_booking.hold_best_seats(test.schedule(), 2, user_id => test.booker('bob'))$$, seat_index)))
	= array_fill('PT409 not enough seats are free
  DETAIL: {"reason": "not_enough_seats", "seat_count": 2, "adjacent": true}
  HINT: Ask for fewer seats, for other ones, or for seats apart.'::text, ARRAY[20]) AS never_neighbours
FROM generate_series(1, 20) AS seat_index;
SELECT seat_number FROM concert_booking.hold_best_seats(test.schedule(), 2, adjacent => false, user_id => test.booker('bob'));
SELECT * FROM concert_booking.check_integrity();
