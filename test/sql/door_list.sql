-- door_list(): every seat that is sold of one performance, by name and seat, and no row of another performance is read for it.
\i test/fixtures/world.sql
SELECT booking_id AS kims FROM concert_booking.book_seats(test.seats('B-2', 'A-4'), session_id => test.booker('gina'), customer_name => 'Kim', customer_phone => '010-1') \gset
SELECT count(*) FROM concert_booking.book_seats(test.seats('A-1'), walk_in => true);
SELECT count(*) FROM concert_booking.book_seats(test.seats('B-1'), test.booker('alice'));
SELECT count(*) FROM concert_booking.book_seats(test.seats('A-3', 'B-3'), session_id => test.booker('hugo'), customer_name => 'kim', customer_phone => '010-2');
SELECT count(*) FROM concert_booking.book_seats(test.seats('A-2'), test.booker('bob'), customer_name => 'Choi');
SELECT count(*) FROM concert_booking.book_seats(ARRAY[test.seat('A-1', 2)], test.booker('bob'), customer_name => 'Bob');
-- neither a hold, nor what is being paid, nor what was given back
SELECT count(*) FROM concert_booking.hold_seat(test.seat('B-4'), test.booker('alice'));
SELECT seat_numbers FROM concert_booking.cancel_seats(:'kims', test.seats('B-2'), session_id => test.booker('gina'));

SELECT customer_name, seat_number, section, row_label, seat_grade, price_type, checked_in_at, gate, total_count FROM concert_booking.door_list(test.schedule());
SELECT l.seat_number, l.seat_id = test.seat(l.seat_number) AS seat, b.id = l.booking_id AS booking, bs.id = l.ticket_code AS code
FROM concert_booking.door_list(test.schedule()) l
JOIN concert_booking.bookings b USING (booking_number)
JOIN concert_booking.booking_seats bs ON bs.booking_id = b.id AND bs.seat_id = l.seat_id
ORDER BY 1;

-- pages
SELECT seat_number, total_count FROM concert_booking.door_list(test.schedule(), 2);
SELECT seat_number, total_count FROM concert_booking.door_list(test.schedule(), 2, 4);
SELECT count(*) FROM concert_booking.door_list(test.schedule(), 2, 6);
SELECT seat_number, customer_name FROM concert_booking.door_list(test.schedule(2));

-- 400 seats beside 2,000 of another performance, and statistics that know of none: rows read of each table
INSERT INTO concert_booking.concert_schedules (id, concert_id, concert_date, concert_time)
SELECT test.schedule(n), test.concert(), date '2040-06-01' + n, '19:00' FROM generate_series(3, 4) n;
SELECT concert_booking.generate_seats(test.schedule(3), concert_booking.row_labels(20), 20, 'S', 1000) AS small,
	   concert_booking.generate_seats(test.schedule(4), concert_booking.row_labels(100), 20, 'S', 1000) AS large;
SELECT count(*) FROM (SELECT (concert_booking.book_seats(array_agg(s.id), gen_random_uuid(), customer_name => 'N' || s.row_label)).booking_id
					  FROM concert_booking.seats s WHERE s.concert_schedule_id IN (test.schedule(3), test.schedule(4))
					  GROUP BY s.concert_schedule_id, s.row_label) b;
CREATE FUNCTION test.rows_read() RETURNS TABLE (table_name name, by_scan bigint, by_index bigint) LANGUAGE sql VOLATILE AS $$
	SELECT t.relname, t.seq_tup_read, t.idx_tup_fetch FROM pg_stat_xact_user_tables t
	WHERE t.schemaname = 'concert_booking' AND t.relname IN ('seats', 'bookings', 'booking_seats') $$;
BEGIN;
CREATE TEMP TABLE before ON COMMIT DROP AS SELECT * FROM test.rows_read();
SELECT count(*), min(total_count) AS total FROM concert_booking.door_list(test.schedule(3), 10);
SELECT r.table_name, r.by_scan - b.by_scan AS by_scan, CASE r.table_name WHEN 'seats' THEN r.by_index - b.by_index < 500 END AS its_own_only
FROM test.rows_read() r JOIN before b USING (table_name) ORDER BY 1;
COMMIT;
ANALYZE concert_booking.seats, concert_booking.bookings, concert_booking.booking_seats;
BEGIN;
CREATE TEMP TABLE before ON COMMIT DROP AS SELECT * FROM test.rows_read();
SELECT count(*), min(total_count) AS total FROM concert_booking.door_list(test.schedule(3), 100000);
SELECT r.table_name, r.by_scan - b.by_scan AS by_scan, CASE r.table_name WHEN 'seats' THEN r.by_index - b.by_index < 500 END AS its_own_only
FROM test.rows_read() r JOIN before b USING (table_name) ORDER BY 1;
COMMIT;
DROP FUNCTION test.rows_read;
SELECT * FROM concert_booking.check_integrity();
