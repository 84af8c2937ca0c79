-- C only: counts what the search reads
-- hold_best_seats works for the seats that there are, whatever numbers somebody typed.
\i test/fixtures/world.sql
INSERT INTO concert_booking.concert_schedules (id, concert_id, concert_date, concert_time)
VALUES (test.schedule(4), test.concert(), '2040-06-04', '19:00'),
	   (test.schedule(5), test.concert(), '2040-06-05', '19:00');
-- the same hall twice: typed in by hand, and numbered through
INSERT INTO concert_booking.seats (concert_schedule_id, seat_number, seat_grade, price)
SELECT test.schedule(4), format('%s-%s', row, seat), 'R', 100000
FROM generate_series(10101, 10250) AS row, generate_series(1, 20) AS seat;
INSERT INTO concert_booking.seats (concert_schedule_id, seat_number, seat_grade, price, ordinal)
SELECT test.schedule(5), format('%s-%s', row, seat), 'R', 100000, 20 * (row - 10101) + seat
FROM generate_series(10101, 10250) AS row, generate_series(1, 20) AS seat;
SELECT right(concert_schedule_id::text, 1) AS schedule, count(*), min(ordinal), max(ordinal)
FROM concert_booking.seats WHERE concert_schedule_id IN (test.schedule(4), test.schedule(5)) GROUP BY 1 ORDER BY 1;

CREATE FUNCTION test.scans(statement text, OUT answer text, OUT scans bigint)
LANGUAGE plpgsql AS $$
BEGIN
	scans := -pg_stat_get_xact_numscans('concert_booking.unique_seat_ordinal'::regclass);
	answer := test.raises(statement);
	scans := scans + pg_stat_get_xact_numscans('concert_booking.unique_seat_ordinal'::regclass);
END
$$;

-- a wish that is met, and one that no seat meets
CREATE FUNCTION test.compare(statement text, OUT answer text, OUT same_answer boolean, OUT same_work boolean)
LANGUAGE sql AS $$
	SELECT by_hand.answer, by_hand.answer = through.answer, by_hand.scans < through.scans + 50
	FROM test.scans(format(statement, test.schedule(4))) AS by_hand, test.scans(format(statement, test.schedule(5))) AS through
$$;
SELECT * FROM test.compare('SELECT * FROM concert_booking.hold_best_seats(%L, 2, user_id => test.booker(''alice''))');
SELECT * FROM test.compare('SELECT * FROM concert_booking.hold_best_seats(%L, 2, seat_grade => ''V'', user_id => test.booker(''alice''))');
SELECT * FROM test.compare('SELECT * FROM concert_booking.hold_best_seats(%L, 2, seat_grade => ''V'', adjacent => false, user_id => test.booker(''alice''))');

-- what is left is a row near the end
UPDATE concert_booking.seats SET status = 'unavailable'
WHERE concert_schedule_id IN (test.schedule(4), test.schedule(5)) AND status = 'available' AND row_label <> '10240';
SELECT * FROM test.compare('SELECT * FROM concert_booking.hold_best_seats(%L, 2, user_id => test.booker(''bob''))');
SELECT right(s.concert_schedule_id::text, 1) AS schedule, s.seat_number
FROM concert_booking.seats s JOIN concert_booking.temp_reservations t ON t.seat_id = s.id WHERE t.user_id = test.booker('bob') ORDER BY 1, 2;

-- one seat far behind all others
INSERT INTO concert_booking.seats (concert_schedule_id, seat_number, seat_grade, price)
VALUES (test.schedule(4), '99999-5', 'S', 100000);
INSERT INTO concert_booking.seats (concert_schedule_id, seat_number, seat_grade, price, ordinal)
VALUES (test.schedule(5), '99999-5', 'S', 100000, 3001);
SELECT * FROM test.compare('SELECT * FROM concert_booking.hold_best_seats(%L, 1, seat_grade => ''V'', user_id => test.booker(''alice''))');
SELECT * FROM test.compare('SELECT * FROM concert_booking.hold_best_seats(%L, 1, seat_grade => ''S'', user_id => test.booker(''alice''))');

-- seats are locked and written by one transaction id: no MultiXactId
SELECT mxid_age('1') AS multixacts \gset
SELECT count(*) FROM concert_booking.hold_best_seats(test.schedule(1), 4, user_id => test.booker('hugo'));
SELECT mxid_age('1') - :multixacts AS new_multixacts;
SELECT * FROM concert_booking.check_integrity();
DROP FUNCTION test.scans(text), test.compare(text);
