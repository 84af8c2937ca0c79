-- C only: the twin needs half a minute for it
-- 100,000 seats in one schedule: every call is as right as in a small hall, at both ends.
\i test/fixtures/world.sql
-- a statement that changes no seat comes first: what follows statements must not be planned for few rows ever after
SET concert_booking.notify_seat_changes = on;
UPDATE concert_booking.seats SET status = status WHERE false;
RESET concert_booking.notify_seat_changes;
INSERT INTO concert_booking.concert_schedules (id, concert_id, concert_date, concert_time)
VALUES (test.schedule(3), test.concert(), '2040-06-03', '19:00');
SELECT concert_booking.generate_seats(test.schedule(3), concert_booking.row_labels(99), 1000, 'R', 100000);
SELECT concert_booking.generate_seats(test.schedule(3), '{last}', 1000, 'S', 60000);
SELECT test.raises($$SELECT concert_booking.generate_seats(test.schedule(3), '{ZZZ}', 100001, 'R', 1)$$);
SELECT count(*) AS seats, count(DISTINCT ordinal) AS ordinals, min(ordinal) AS first, max(ordinal) AS last FROM concert_booking.seats WHERE concert_schedule_id = test.schedule(3);

-- the seat of a place, from 1 to 100,000
CREATE FUNCTION test.places(VARIADIC places integer[]) RETURNS uuid[] LANGUAGE sql STABLE AS $$
	SELECT array_agg(s.id ORDER BY s.ordinal) FROM concert_booking.seats s
	WHERE s.concert_schedule_id = test.schedule(3) AND s.ordinal = ANY (places)
$$;
-- what three readings of every seat say, and whether they say the same
CREATE FUNCTION test.letter(status text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE status WHEN 'available' THEN 'a' WHEN 'temp_reserved' THEN 't' WHEN 'reserved' THEN 'r' ELSE 'u' END
$$;
CREATE VIEW test.letters AS
SELECT st.seat_count, length(st.statuses) AS letters, left(st.statuses, 25) AS first, right(st.statuses, 25) AS last,
	   counted.a AS free, counted.h AS held, counted.r AS sold, counted.u AS off,
	   st.statuses = (SELECT string_agg(test.letter(m.status), '' ORDER BY m.place)
					  FROM concert_booking.seat_map(test.schedule(3)) WITH ORDINALITY AS m (id, seat_number, seat_grade, price, x, y, status, ordinal, section, row_label, seat_index, place)) AS as_seat_map,
	   (SELECT sum(g.total_seats) || ' ' || sum(g.free_seats) FROM concert_booking.seat_grades(test.schedule(3)) g) AS total_free,
	   (SELECT a.total_seats || ' ' || a.available_seats FROM concert_booking.schedule_availability a WHERE a.concert_schedule_id = test.schedule(3)) AS total_available
FROM concert_booking.seat_status(test.schedule(3)) st,
	 LATERAL (SELECT count(*) FILTER (WHERE l = 'a') AS a, count(*) FILTER (WHERE l = 't') AS h, count(*) FILTER (WHERE l = 'r') AS r, count(*) FILTER (WHERE l = 'u') AS u
			  FROM string_to_table(st.statuses, NULL) l) AS counted;
TABLE test.letters;

-- hold, sell and cancel at the ends
SELECT seat_number FROM concert_booking.hold_seats(test.places(1, 2, 99999, 100000), test.booker('alice'));
SELECT test.raises($$SELECT concert_booking.hold_seats(test.places(3, 100000), test.booker('bob'))$$) LIKE 'PT409 %' AS refused;
SELECT seat_count, total_price, seat_numbers FROM concert_booking.confirm_booking(test.schedule(3), test.booker('alice'), seat_ids => test.places(1, 100000));
SELECT seat_number FROM concert_booking.hold_seats(test.places(50000), test.booker('bob'));
TABLE test.letters;
SELECT b.status, b.seat_count FROM concert_booking.cancel_booking((SELECT id FROM concert_booking.bookings), NULL, test.booker('alice')) b;
SELECT * FROM concert_booking.release_seats(user_id => test.booker('alice'));
SELECT seat_number FROM concert_booking.book_seats(test.places(100000, 1), test.booker('bob')) b, unnest(b.seat_numbers) seat_number;

-- the best seats: in the first row, and of a grade that only the last row has
CREATE FUNCTION test.best(wanted integer, grade text, most integer, together boolean, OUT row_labels text[], OUT seats bigint, OUT apart integer, OUT price integer)
LANGUAGE sql AS $$
	SELECT array_agg(DISTINCT split_part(h.seat_number, '-', 1)), count(*),
		   max(split_part(h.seat_number, '-', 2)::integer) - min(split_part(h.seat_number, '-', 2)::integer), max(h.price)
	FROM concert_booking.hold_best_seats(test.schedule(3), wanted, grade, most, together, user_id => test.booker('bob')) h
$$;
SELECT * FROM test.best(4, NULL, NULL, true);
SELECT * FROM test.best(4, 'S', NULL, true);
SELECT row_labels, seats, price FROM test.best(2, NULL, 60000, false);
SELECT left(test.raises($$SELECT concert_booking.hold_best_seats(test.schedule(3), 1, 'VIP', user_id => test.booker('alice'))$$), 32) AS refused;

-- 100 bookings and 100 bookers' holds of 20 seats, all over the hall; the holds lapse and are swept
CREATE FUNCTION test.twenty(n integer) RETURNS uuid[] LANGUAGE sql STABLE AS $$ SELECT test.places(VARIADIC ARRAY(SELECT 440 + 400 * n + 17 * i FROM generate_series(0, 19) i)) $$;
SELECT sum(b.seat_count) AS sold FROM generate_series(0, 99) n, concert_booking.book_seats(test.twenty(2 * n), md5('booker ' || n)::uuid) b;
SELECT count(*) AS held FROM generate_series(0, 99) n, concert_booking.hold_seats(test.twenty(2 * n + 1), md5('holder ' || n)::uuid) h;
TABLE test.letters;
CALL test.set_clock('2040-05-01 13:00');
TABLE test.letters;
SELECT seat_number FROM concert_booking.book_seats(test.twenty(1), test.booker('alice')) b, unnest(b.seat_numbers[1:2]) seat_number;
SELECT concert_booking.expire_holds(1500) AS swept;
SELECT concert_booking.expire_holds(1500) AS swept;
TABLE test.letters;
SELECT * FROM concert_booking.check_integrity();

-- the concert does not take place
SELECT seat_number FROM concert_booking.hold_seats(test.places(7), test.booker('alice'));
SET concert_booking.notify_seat_changes = on;
SELECT cancelled_bookings, cancelled_seats, removed_holds FROM concert_booking.cancel_schedule(test.schedule(3));
TABLE test.letters;
SELECT event_type, count(*), sum(seat_count) AS seats FROM concert_booking.booking_events
WHERE concert_schedule_id = test.schedule(3) GROUP BY 1 ORDER BY 1;
SELECT * FROM concert_booking.check_integrity();
TRUNCATE concert_booking.venues CASCADE;
DROP FUNCTION test.places, test.letter, test.best, test.twenty CASCADE;
