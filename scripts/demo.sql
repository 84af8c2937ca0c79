-- What the demo sells: the concerts that system B names as its samples, and
-- one in the form of system A. Titles and venues are data, hence in Korean.

INSERT INTO concert_booking.venues (id, name, address, location_lat, location_lng) VALUES
('01970000-0000-7000-8000-000000000001', '올림픽체조경기장', '서울특별시 송파구 올림픽로 424', 37.51900000, 127.12720000),
('01970000-0000-7000-8000-000000000002', '고척스카이돔', '서울특별시 구로구 경인로 430', 37.49820000, 126.86710000),
('01970000-0000-7000-8000-000000000003', '정동 소극장', '서울특별시 중구 정동길 21', 37.56560000, 126.97250000);

INSERT INTO concert_booking.concerts (id, venue_id, title, description, poster_url, genre, performers, rating, running_time) VALUES
('01970000-0000-7000-8000-000000000011', '01970000-0000-7000-8000-000000000001', '아이유 콘서트',
 'Two evenings at Christmas.', 'https://picsum.photos/seed/iu-concert/400/600', 'Pop', '아이유', '전체', 150),
('01970000-0000-7000-8000-000000000012', '01970000-0000-7000-8000-000000000002', 'BTS 월드 투어',
 'The tour comes home to Seoul.', 'https://picsum.photos/seed/bts-tour/400/600', 'Pop', 'BTS', '12세', 140),
('01970000-0000-7000-8000-000000000013', '01970000-0000-7000-8000-000000000003', '정동 재즈의 밤',
 'A quartet, fifty seats, no microphones.', NULL, 'Jazz', '정동 쿼텟', '전체', 90);

-- The next Christmas that is not tomorrow already, and an evening in four weeks.
WITH today AS (SELECT (now() AT TIME ZONE 'Asia/Seoul')::date AS day),
christmas AS (
	SELECT make_date(extract(year FROM day + 9)::integer, 12, 25) AS day FROM today)
INSERT INTO concert_booking.concert_schedules (id, concert_id, concert_date, concert_time, hold_duration, max_seats_per_booker)
SELECT '01970000-0000-7000-8000-000000000021'::uuid, '01970000-0000-7000-8000-000000000011'::uuid, day, time '19:00', interval '5 minutes', 4::smallint FROM christmas
UNION ALL
SELECT '01970000-0000-7000-8000-000000000022', '01970000-0000-7000-8000-000000000011', day + 1, '19:00', '5 minutes', 4 FROM christmas
UNION ALL
SELECT '01970000-0000-7000-8000-000000000023', '01970000-0000-7000-8000-000000000012', day + 40, '18:00', '5 minutes', 4 FROM today
UNION ALL
SELECT '01970000-0000-7000-8000-000000000024', '01970000-0000-7000-8000-000000000013', day + 28, '20:00', '3 seconds', NULL FROM today;

-- System B's seats: A01, A02, ... of the grades R, S and A.
SELECT concert_booking.generate_seats(id, block.row_labels, 16, block.seat_grade, block.price,
	seat_number_format => '{row}{seat2}')
FROM unnest(ARRAY['01970000-0000-7000-8000-000000000021',
				  '01970000-0000-7000-8000-000000000022',
				  '01970000-0000-7000-8000-000000000023']::uuid[]) AS id,
	 (VALUES ('{A,B}'::text[], 'R', 150000),
			 ('{C,D}', 'S', 120000),
			 ('{E,F}', 'A', 90000)) AS block (row_labels, seat_grade, price)
ORDER BY id, block.row_labels;

-- System A's seats: A-1, B-12, ... of the grades VIP, R, S and A.
SELECT concert_booking.generate_seats('01970000-0000-7000-8000-000000000024',
	block.row_labels, 10, block.seat_grade, block.price)
FROM (VALUES ('{A}'::text[], 'VIP', 110000),
			 ('{B,C}', 'R', 88000),
			 ('{D}', 'S', 66000),
			 ('{E}', 'A', 44000)) AS block (row_labels, seat_grade, price)
ORDER BY block.row_labels;
