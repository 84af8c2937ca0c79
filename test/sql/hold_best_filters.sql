-- hold_best_seats: grade, section and price narrow the choice; what a holder
-- gets back.
\i test/fixtures/world.sql
UPDATE concert_booking.seats SET section = CASE WHEN ordinal <= 4 THEN 'Stalls' ELSE 'Balcony' END;
CREATE FUNCTION pg_temp.best(arguments text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	seats text;
BEGIN
	EXECUTE format('SELECT string_agg(h.seat_number, '' '') FROM concert_booking.hold_best_seats(test.schedule(), %s, session_id => test.booker(''gina'')) h', arguments)
	INTO seats;
	RETURN seats;
END
$$;

SELECT pg_temp.best($$1, seat_grade => 'S'$$) AS grade_s,
	   pg_temp.best($$1, section => 'Balcony'$$) AS balcony,
	   pg_temp.best($$1, max_price => 120000$$) AS cheap,
	   pg_temp.best($$1, section => 'Stalls', seat_grade => 'R', max_price => 150000$$) AS all_three;
SELECT test.raises($$SELECT concert_booking.hold_best_seats(test.schedule(), 1, seat_grade => 'VIP', session_id => test.booker('gina'))$$);
SELECT test.raises($$SELECT concert_booking.hold_best_seats(test.schedule(), 1, max_price => 119999, session_id => test.booker('gina'))$$);
SELECT test.raises($$SELECT concert_booking.hold_best_seats(test.schedule(), 1, section => 'stalls', session_id => test.booker('gina'))$$);
SELECT test.raises($$SELECT concert_booking.hold_best_seats(test.schedule(), 1, max_price => 0, adjacent => false, session_id => test.booker('gina'))$$);

-- seats of two grades are neighbours all the same, where both will do
SELECT concert_booking.release_seats(session_id => test.booker('gina'));
UPDATE concert_booking.seats SET seat_grade = 'V' WHERE id = test.seat('A-2');
SELECT seat_number, seat_grade, price, to_char(expires_at, 'HH24:MI') AS until
FROM concert_booking.hold_best_seats(test.schedule(), 4, session_id => test.booker('gina'));

-- a seat that the filter leaves out parts its neighbours
SELECT concert_booking.release_seats(session_id => test.booker('gina'));
SELECT pg_temp.best($$2, seat_grade => 'R'$$) AS not_around_a2;
SELECT test.raises($$SELECT concert_booking.hold_best_seats(test.schedule(), 2, seat_grade => 'R', session_id => test.booker('gina'))$$);

-- a seat without a row or a number has no neighbours
UPDATE concert_booking.seats SET row_label = NULL, seat_index = NULL WHERE concert_schedule_id = test.schedule(2);
SELECT test.raises($$SELECT concert_booking.hold_best_seats(test.schedule(2), 2, session_id => test.booker('gina'))$$);
SELECT seat_number FROM concert_booking.hold_best_seats(test.schedule(2), 2, adjacent => false, session_id => test.booker('gina'));
SELECT * FROM concert_booking.check_integrity();
