-- No report reads the seats: none of what 0.2 has sold, and one by its id for each line of 0.1.
\i test/fixtures/world.sql
SELECT concert_booking.generate_seats(test.schedule(2), concert_booking.row_labels(10, 'C'), 50, 'S', 90000);
SELECT count(*) AS bookings FROM (
	SELECT concert_booking.book_seats(array_agg(s.id), session_id => ('0000000' || s.row_label || '-0000-4000-8000-000000000000')::uuid,
		customer_name => 'Guest', customer_phone => '010-1234-5678')
	FROM concert_booking.seats s WHERE s.concert_schedule_id = test.schedule(2) AND s.row_label BETWEEN 'C' AND 'F' AND s.seat_index <= 20
	GROUP BY s.row_label) sold;
CREATE FUNCTION pg_temp.seats_read(report text) RETURNS TABLE (report_rows bigint, scans bigint, fetched bigint)
LANGUAGE plpgsql AS $$
DECLARE
	before record;
	now record;
BEGIN
	SELECT t.* INTO before FROM pg_stat_xact_user_tables t WHERE t.relid = 'concert_booking.seats'::regclass;
	EXECUTE format('SELECT count(*) FROM %s', report) INTO report_rows;
	SELECT t.* INTO now FROM pg_stat_xact_user_tables t WHERE t.relid = 'concert_booking.seats'::regclass;
	scans := now.seq_scan + now.idx_scan - before.seq_scan - before.idx_scan;
	fetched := now.seq_tup_read + now.idx_tup_fetch - before.seq_tup_read - before.idx_tup_fetch;
	RETURN NEXT;
END
$$;
SELECT * FROM pg_temp.seats_read('concert_booking.sales_report(test.schedule(2))');
SELECT * FROM pg_temp.seats_read('concert_booking.schedule_report(test.schedule(2))');
SELECT * FROM pg_temp.seats_read('concert_booking.sales_report(concert_id => test.concert())');
SELECT * FROM pg_temp.seats_read('concert_booking.schedule_report(concert_id => test.concert())');

-- three lines as 0.1 has left them
UPDATE concert_booking.booking_seats bs SET seat_grade = NULL FROM concert_booking.seats s
WHERE s.id = bs.seat_id AND s.concert_schedule_id = test.schedule(2) AND s.row_label = 'D' AND s.seat_index <= 3;
SELECT * FROM pg_temp.seats_read('concert_booking.sales_report(test.schedule(2))');
SELECT seat_grade, status, seat_count, amount FROM concert_booking.sales_report(test.schedule(2));
