-- examples/sample.sql: what is on sale after it was loaded, and that loading it again changes nothing.
\set ECHO none
\pset format unaligned
\pset footer off
\pset null (null)
SET client_min_messages = warning;
TRUNCATE concert_booking.venues, concert_booking.booking_events, concert_booking.payments, concert_booking.refunds_due CASCADE;
\o /dev/null
\i examples/sample.sql
\o
\set ECHO all
SELECT CASE WHEN c.title LIKE '%' || extract(year FROM cs.concert_date) THEN left(c.title, -4) || 'YEAR' ELSE c.title END AS title, v.name AS venue, c.genre, c.rating,
	   CASE WHEN c.genre = 'Pop' AND cs.concert_time = '19:00' THEN to_char(cs.concert_date, 'MM-DD') END AS date, cs.concert_time, cs.starts_at > now() AS to_come,
	   a.total_seats, a.available_seats, a.is_sold_out
FROM concert_booking.concert_schedules cs
JOIN concert_booking.concerts c ON c.id = cs.concert_id
JOIN concert_booking.venues v ON v.id = c.venue_id
JOIN concert_booking.schedule_availability a ON a.concert_schedule_id = cs.id
ORDER BY cs.id;
SELECT right(p.concert_schedule_id::text, 2) AS schedule, p.seat_grade, p.price, p.seat_count FROM concert_booking.schedule_prices p ORDER BY 1, 3 DESC;
-- the seats that the samples of system B name, and two of the form of system A
SELECT right(s.concert_schedule_id::text, 2) AS schedule, s.seat_number, s.seat_grade, s.price FROM concert_booking.seats s
WHERE right(s.concert_schedule_id::text, 2) = '21' AND s.seat_number IN ('A01', 'A02', 'B01')
   OR right(s.concert_schedule_id::text, 2) = '24' AND s.seat_number IN ('A-1', 'B-12')
ORDER BY s.concert_schedule_id, s.ordinal;

-- sold, loaded again: nothing has changed
SELECT seat_count, total_price FROM concert_booking.book_seats(ARRAY (
	SELECT s.id FROM concert_booking.seats s WHERE right(s.concert_schedule_id::text, 2) = '21' AND s.seat_number IN ('A01', 'A02')),
	session_id => '91000000-0000-4000-8000-000000000003', customer_name => 'Gina', customer_phone => '010-1234-5678');
CREATE VIEW pg_temp.everything AS
SELECT md5(string_agg(r, E'\n' ORDER BY r)) AS rows FROM (
	SELECT to_jsonb(v)::text FROM concert_booking.venues v
	UNION ALL SELECT to_jsonb(c)::text FROM concert_booking.concerts c
	UNION ALL SELECT to_jsonb(cs)::text FROM concert_booking.concert_schedules cs
	UNION ALL SELECT to_jsonb(s)::text FROM concert_booking.seats s
	UNION ALL SELECT to_jsonb(p)::text FROM concert_booking.schedule_prices p) t (r);
SELECT rows AS loaded_once FROM pg_temp.everything \gset
\set ECHO none
\o /dev/null
\i examples/sample.sql
\o
\set ECHO all
SELECT rows = :'loaded_once' AS same FROM pg_temp.everything;
SELECT * FROM concert_booking.check_integrity();
