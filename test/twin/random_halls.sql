/*
 * Random halls, and what hold_best_seats() chooses in them:
 *
 *   psql -v seed=0.5 -v steps=150 -f test/twin/random_halls.sql
 *
 * Rows of one to seventy seats and now and then of hundreds, in sections, so that
 * they end and begin anywhere; some seats are sold, some wander back. Ordinals are
 * numbered through, or with gaps around 0, or a thousand a row as those of seats
 * inserted by hand, or spread over all numbers there are. What is printed depends
 * on the seed alone, whoever implements the choice.
 */
\i test/fixtures/world.sql
\t on
SET concert_booking.max_seats_per_call = 20;
SET concert_booking.hold_duration = '630s';
INSERT INTO concert_booking.concert_schedules (id, concert_id, concert_date, concert_time)
VALUES (test.schedule(4), test.concert(), '2040-06-04', '19:00');

SELECT setseed(:seed) \g /dev/null
SELECT floor(random() * 4) AS spread \gset
CREATE TEMPORARY TABLE hall_rows AS
SELECT row, row / 7 AS section,
	   CASE WHEN random() < 0.04 THEN 200 + floor(random() * 300)
			WHEN random() < 0.3 THEN 40 + floor(random() * 30)
			ELSE 1 + floor(random() * 25) END::integer AS seats,
	   0.1 + random() * 0.8 AS share_sold
FROM generate_series(1, 30) AS row;
CREATE TEMPORARY TABLE hall_seats AS
SELECT r.*, ('5ea70000-0000-7000-8000-' || lpad(to_hex((9973 * place) % 65521), 12, '0'))::uuid AS id,
	   CASE :spread
			WHEN 0 THEN place
			WHEN 1 THEN sum(CASE WHEN random() < 0.9 THEN 1 ELSE 1 + floor(random() * 500) END) OVER (ORDER BY place) - 500
			WHEN 2 THEN (10000 + 37 * row) * 1000 + seat
			ELSE least(-2147483648 + (place - 1) * 4198403, 2147483647) END::integer AS ordinal
FROM (SELECT r.*, seat, row_number() OVER (ORDER BY row, seat) AS place
	  FROM hall_rows r CROSS JOIN generate_series(1, r.seats) AS seat) AS r
WHERE place <= 1024
ORDER BY place;
INSERT INTO concert_booking.seats (id, concert_schedule_id, seat_number, seat_grade, price, ordinal, section, row_label, seat_index, status)
SELECT id, test.schedule(4), format('%s-%s', row, seat),
	   CASE WHEN row % 5 = 0 THEN 'S' ELSE 'R' END, 100000 + row % 3 * 10000, ordinal, 'Section ' || section, row::text,
	   CASE WHEN random() < 0.02 THEN NULL ELSE seat END,
	   CASE WHEN random() < share_sold THEN 'unavailable' ELSE 'available' END
FROM hall_seats
ORDER BY place;

CREATE OR REPLACE FUNCTION test.chosen(wish text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	answer text;
BEGIN
	EXECUTE 'SELECT string_agg(h.seat_number, '' '') FROM concert_booking.hold_best_seats(test.schedule(4), ' || wish || ') h' INTO answer;
	RETURN answer;
EXCEPTION WHEN SQLSTATE 'PT409' THEN
	RETURN 'none';
END
$$;

\set ECHO none
SELECT format('CALL test.set_clock(%L)', timestamptz '2040-05-01 12:00' + n * interval '1 minute'),
	   format('SELECT %L, test.chosen(%L)', n || '. ' || wish, wish),
	   CASE WHEN random() < 0.3
			THEN format('UPDATE concert_booking.seats SET status = ''available'' WHERE id IN (SELECT h.id FROM hall_seats h WHERE h.place BETWEEN %1$s AND %1$s + 6) AND status = ''unavailable''', floor(random() * 1024))
			ELSE 'SELECT' END
FROM (SELECT n, format('%s, adjacent => ''%s'', seat_grade => %s, section => %s, max_price => %s, user_id => ''00000000-0000-4000-8000-%s''',
			 1 + floor(random() ^ 2 * 9), random() < 0.8,
			 CASE WHEN random() < 0.2 THEN '''S''' ELSE 'NULL' END,
			 CASE WHEN random() < 0.2 THEN format('''Section %s''', floor(random() * 5)) ELSE 'NULL' END,
			 CASE WHEN random() < 0.2 THEN '110000' ELSE 'NULL' END, lpad(n::text, 12, '0')) AS wish
	  FROM generate_series(1, :steps) AS n) AS wishes
ORDER BY n \gexec
