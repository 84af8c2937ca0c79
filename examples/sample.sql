/*
 * Sample data: the concerts, evenings and seats that system B names as its
 * samples, and an evening in the form of system A. The demos load it (scripts/demo,
 * scripts/demo-web), and so does the test sample_data.
 *
 *   psql -d concerts -f examples/sample.sql
 *
 * It can be loaded twice: what is there stays as it is. Titles and venues are
 * data, hence in Korean.
 *
 * Dates. The samples' own dates are over, and a performance that has started is not
 * sold. So the dates are made when the file is loaded: B's two evenings are at the
 * next Christmas, whose year is in the title, as theirs is.
 *
 * Venues. System B has none, and here a concert needs one: it gives the address, and the
 * time zone in which its dates count. So B's concerts get a hall in Seoul,
 * as docs/migrating.md does it for a whole system B.
 */

INSERT INTO concert_booking.venues (id, name, address, location_lat, location_lng) VALUES
('01970000-0000-7000-8000-000000000001', '올림픽체조경기장', '서울특별시 송파구 올림픽로 424', 37.51900000, 127.12720000),
('01970000-0000-7000-8000-000000000003', '정동 소극장', '서울특별시 중구 정동길 21', 37.56560000, 126.97250000)
ON CONFLICT DO NOTHING;

/* The next Christmas that is not tomorrow already. */
CREATE TEMPORARY VIEW sample_days AS
SELECT make_date(extract(year FROM today + 9)::integer, 12, 25) AS christmas, today
FROM (SELECT (now() AT TIME ZONE 'Asia/Seoul')::date AS today) t;

INSERT INTO concert_booking.concerts (id, venue_id, title, description, poster_url, genre, performers, rating, running_time)
SELECT '01970000-0000-7000-8000-000000000011'::uuid, '01970000-0000-7000-8000-000000000001'::uuid,
	   '아이유 콘서트 ' || extract(year FROM christmas), 'Two evenings at Christmas.',
	   'https://picsum.photos/seed/iu-concert/400/600', 'Pop', '아이유', '전체', 150 FROM sample_days
UNION ALL
SELECT '01970000-0000-7000-8000-000000000012', '01970000-0000-7000-8000-000000000001',
	   'BTS 월드 투어', 'The tour comes home to Seoul.',
	   'https://picsum.photos/seed/bts-tour/400/600', 'Pop', 'BTS', '12세', 140 FROM sample_days
UNION ALL
SELECT '01970000-0000-7000-8000-000000000013', '01970000-0000-7000-8000-000000000003',
	   '정동 재즈의 밤', 'A quartet, sixty seats, no microphones.',
	   NULL, 'Jazz', '정동 쿼텟', '15세', 90 FROM sample_days
ON CONFLICT DO NOTHING;

/* B gives its tour no date: here it has one, so that it is on sale. */
INSERT INTO concert_booking.concert_schedules (id, concert_id, concert_date, concert_time, hold_duration, max_seats_per_booker)
SELECT '01970000-0000-7000-8000-000000000021'::uuid, '01970000-0000-7000-8000-000000000011'::uuid,
	   christmas, time '19:00', interval '5 minutes', 4::smallint FROM sample_days
UNION ALL
SELECT '01970000-0000-7000-8000-000000000022', '01970000-0000-7000-8000-000000000011',
	   christmas + 1, '19:00', '5 minutes', 4 FROM sample_days
UNION ALL
SELECT '01970000-0000-7000-8000-000000000023', '01970000-0000-7000-8000-000000000012',
	   today + 40, '18:00', '5 minutes', 4 FROM sample_days
UNION ALL
SELECT '01970000-0000-7000-8000-000000000024', '01970000-0000-7000-8000-000000000013',
	   today + 28, '20:00', '3 seconds', NULL FROM sample_days
ON CONFLICT DO NOTHING;
DROP VIEW sample_days;

/* System B's seats: A01, A02 and B01 with their grades and prices, and a hall around them. */
SELECT concert_booking.generate_seats(evening, block.row_labels, 16, block.seat_grade, block.price,
	seat_number_format => '{row}{seat2}')
FROM unnest(ARRAY['01970000-0000-7000-8000-000000000021',
				  '01970000-0000-7000-8000-000000000022',
				  '01970000-0000-7000-8000-000000000023']::uuid[]) AS evening,
	 (VALUES ('{A}'::text[], 'R', 150000),
			 ('{B,C}', 'S', 120000),
			 ('{D,E,F}', 'A', 90000)) AS block (row_labels, seat_grade, price)
WHERE NOT EXISTS (SELECT FROM concert_booking.seats s WHERE s.concert_schedule_id = evening)
ORDER BY evening, block.row_labels;

/* System A's seats: numbers such as A-1 and B-12, the grades VIP, R, S and A. */
SELECT concert_booking.generate_seats(evening, block.row_labels, 12, block.seat_grade, block.price)
FROM (VALUES ('01970000-0000-7000-8000-000000000024'::uuid)) AS jazz (evening),
	 (VALUES ('{A}'::text[], 'VIP', 110000),
			 ('{B,C}', 'R', 88000),
			 ('{D}', 'S', 66000),
			 ('{E}', 'A', 44000)) AS block (row_labels, seat_grade, price)
WHERE NOT EXISTS (SELECT FROM concert_booking.seats s WHERE s.concert_schedule_id = evening)
ORDER BY block.row_labels;
