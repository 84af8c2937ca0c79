/*
 * A hall of 5,000 seats, drawn to scale: a floor in three blocks and two tiers
 * in arcs around it, on two evenings, a quarter of the first one sold. Beside
 * the small halls of examples/sample.sql it shows what a seat map has to bear.
 *
 * One step of a position is a tenth of the distance between two seats.
 */

INSERT INTO concert_booking.venues (id, name, address) VALUES
('01970000-0000-7000-8000-000000000004', '한강 아레나', '서울특별시 영등포구 여의서로 330');

INSERT INTO concert_booking.concerts (id, venue_id, title, description, genre, performers, rating, running_time, popularity) VALUES
('01970000-0000-7000-8000-000000000014', '01970000-0000-7000-8000-000000000004', '한강 겨울 페스티벌',
 'Five thousand seats around one stage.', 'Rock', '새벽기차', '12세', 180, 100);

WITH today AS (SELECT (now() AT TIME ZONE 'Asia/Seoul')::date AS day)
INSERT INTO concert_booking.concert_schedules (id, concert_id, concert_date, concert_time, hold_duration, max_seats_per_booker, booking_opens_at)
SELECT '01970000-0000-7000-8000-000000000031'::uuid, '01970000-0000-7000-8000-000000000014'::uuid, day + 50, time '19:30', interval '5 minutes', 6::smallint, NULL::timestamptz FROM today
UNION ALL
SELECT '01970000-0000-7000-8000-000000000032', '01970000-0000-7000-8000-000000000014', day + 51, '14:00', '5 minutes', 6, NULL FROM today
UNION ALL
SELECT '01970000-0000-7000-8000-000000000033', '01970000-0000-7000-8000-000000000014', day + 51, '19:30', '5 minutes', 6, NULL FROM today
UNION ALL
SELECT '01970000-0000-7000-8000-000000000034', '01970000-0000-7000-8000-000000000014', day + 52, '18:00', '5 minutes', 6, now() + interval '7 days' FROM today;

WITH floor_seat AS (
	SELECT 1 AS tier, format('F%s', block) AS section, row_number, seat,
		   abs(block - 2) AS aside,
		   ((block - 2) * 135 + (seat - 6.5) * 10)::integer AS x,
		   (row_number * 12)::integer AS y,
		   CASE WHEN row_number <= 8 THEN 'VIP' ELSE 'R' END AS grade
	FROM generate_series(1, 3) block, generate_series(1, 16) row_number, generate_series(1, 12) seat
),
/* A wedge of a tier has as many seats in a row as its arc has room for. */
wedge_row AS (
	SELECT t.tier, t.wedges, wedge, row_number, t.radius + row_number * 12 AS radius,
		   floor(((t.radius + row_number * 12) * radians(160) / t.wedges - 16) / 10.5)::integer AS seats
	FROM (VALUES (2, 9, 345, 15), (3, 11, 560, 19)) AS t (tier, wedges, radius, row_count),
		 generate_series(1, t.wedges) wedge, generate_series(1, t.row_count) row_number
),
arc_seat AS (
	SELECT w.tier, format('%s%s', w.tier - 1, lpad(w.wedge::text, 2, '0')) AS section, w.row_number, seat,
		   abs(w.wedge - (w.wedges + 1) / 2) AS aside,
		   (w.radius * sin(a.angle))::integer AS x,
		   (w.radius * cos(a.angle) - 60)::integer AS y,
		   CASE WHEN w.tier = 3 THEN 'B' WHEN abs(w.wedge - 5) <= 2 THEN 'S' ELSE 'A' END AS grade
	FROM wedge_row w, generate_series(1, w.seats) seat,
		 LATERAL (SELECT radians(160) * ((w.wedge - 0.5) / w.wedges - 0.5)
						 + (seat - (w.seats + 1) / 2.0) * 10.5 / w.radius AS angle) a
),
seat AS (
	SELECT * FROM floor_seat UNION ALL SELECT * FROM arc_seat
	ORDER BY tier, row_number, aside, section, seat LIMIT 5000
)
SELECT concert_booking.import_seats('01970000-0000-7000-8000-000000000031', jsonb_agg(jsonb_build_object(
	'seat_number', format('%s-%s-%s', section, row_number, seat), 'seat_grade', grade,
	'price', CASE grade WHEN 'VIP' THEN 198000 WHEN 'R' THEN 165000 WHEN 'S' THEN 143000 WHEN 'A' THEN 121000 ELSE 88000 END,
	'position_x', x, 'position_y', y, 'section', section, 'row_label', row_number::text, 'seat_index', seat)
	ORDER BY tier, row_number, aside, section, seat))
FROM seat;

SELECT concert_booking.copy_seats('01970000-0000-7000-8000-000000000031', evening)
FROM unnest(ARRAY['01970000-0000-7000-8000-000000000032', '01970000-0000-7000-8000-000000000033',
				  '01970000-0000-7000-8000-000000000034']::uuid[]) evening;

/* The third of them is sold against payment: see examples/payment. */
UPDATE concert_booking.concert_schedules SET payment_required = true
WHERE id = '01970000-0000-7000-8000-000000000033';

/* Parties of up to four in one row, each a guest of its own. */
SELECT count(*) AS bookings FROM (
	SELECT concert_booking.book_seats(array_agg(s.id), session_id => gen_random_uuid(),
		customer_name => 'Guest', customer_phone => '010-0000-0000')
	FROM concert_booking.seats s
	WHERE s.concert_schedule_id = '01970000-0000-7000-8000-000000000031'
	GROUP BY s.section, s.row_label, (s.seat_index - 1) / 4
	HAVING abs(hashtext(s.section || s.row_label || (s.seat_index - 1) / 4)) % 100
		< CASE WHEN s.section LIKE 'F%' THEN 70 WHEN s.section LIKE '1%' THEN 35 ELSE 12 END) sold;
