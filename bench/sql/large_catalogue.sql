/*
 * A large catalogue: 100,000 concerts at 1,000 venues in 17 regions, about 200,000
 * schedules and 800,000 seats, in the empty tables of the extension. By itself:
 *
 *   scripts/test-database large && psql -d large -f bench/sql/large_catalogue.sql
 *
 * psql variables, all with defaults: concerts (100000; the rest follows), seed (16),
 * today (the day that past and coming are counted from), analyze (true; false leaves
 * the tables as they are after loading, without statistics).
 *
 * Everything is drawn from share(what, n), a hash of the seed. Triggers are off, for
 * speed: what they derive is written here, and check_integrity() finds nothing.
 * What a search may stumble over is there:
 * - 20 genres from a fifth of all concerts ('K-POP') to three concerts ('가야금병창'), and none
 * - titles and performers in Korean and English; words in every third title ('콘서트'),
 *   in some hundreds ('첫눈'), and '물결' in five; no title has '쿼크'
 * - performances over ten years, a third in the coming year and a third in the last;
 *   created_at some months before, equal for a whole day where a catalogue was taken over
 * - prices from 20,000 to 300,000, most of them round; 11,111, 77,777 and 333,333 are rare
 * - concerts deleted, cancelled, postponed and without schedules; schedules cancelled,
 *   closed, sold out and without seats; runs of up to ninety performances
 */
\set ON_ERROR_STOP on
\if :{?concerts}
\else
\set concerts 100000
\endif
\if :{?seed}
\else
\set seed 16
\endif
\if :{?analyze}
\else
\set analyze true
\endif
\if :{?today}
\else
SELECT current_date AS today \gset
\endif

SET client_min_messages = warning;
SET session_replication_role = replica;
SET synchronous_commit = off;
SET maintenance_work_mem = '256MB';
SET work_mem = '64MB';
SET search_path = pg_temp, pg_catalog;
BEGIN;

/* -------- drawing -------- */

SELECT format($sql$
	CREATE FUNCTION pg_temp.share(what text, n bigint) RETURNS double precision LANGUAGE sql IMMUTABLE
	RETURN (hashtextextended(what || '.' || n, %s) & 4294967295) / 4294967296.0::double precision
$sql$, :seed) \gexec
CREATE FUNCTION pg_temp.pick(what text, n bigint, choices integer) RETURNS integer LANGUAGE sql IMMUTABLE
	RETURN floor(pg_temp.share(what, n) * choices)::integer;
/* one of them, the first ones much more often than the last ones */
CREATE FUNCTION pg_temp.word(words text[], what text, n bigint) RETURNS text LANGUAGE sql IMMUTABLE
	RETURN words[1 + floor(power(pg_temp.share(what, n), 2.5) * cardinality(words))::integer];
/* as uuid_v7() would have made it at that time, on shard 0 */
CREATE FUNCTION pg_temp.make_id(made_at timestamptz, kind integer, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE
	RETURN (lpad(to_hex(floor(extract(epoch FROM made_at) * 1000)::bigint), 12, '0') || '7' || lpad(kind::text, 3, '0')
			|| '80' || lpad(to_hex(n), 14, '0'))::uuid;

/* -------- words -------- */

CREATE TEMPORARY TABLE lists AS SELECT
	string_to_array('김 이 박 최 정 강 조 윤 장 임 한 오 서 신 권 황 안 송 류 전 홍 고 문 양 손 배 백 허 유 남 심 노 하 곽 성 차 주 우 구 민 진 나 지 엄 채 원 천 방 공 현', ' ') AS surname,
	string_to_array('민 서 지 하 도 예 수 현 은 주 태 준 유 승 시 우 재 나 다 채 가 동 성 영 정 소 혜 경 상 진 윤 원 아 연 선 보 희 규 한 찬 세 인 건 효 라 해 온 별 새 휘', ' ') AS first,
	string_to_array('준 우 윤 연 은 현 진 호 아 희 영 민 서 수 빈 원 훈 석 지 나 혁 정 미 경 린 솔 인 율 하 란 람 길 철 숙 자 봄 결 찬 웅 빛', ' ') AS second,
	string_to_array('밤 봄날 여름 별빛 바람 노래 사랑 하늘 바다 계절 꿈결 달빛 가을 겨울 청춘 여행 고백 안녕 소나기 파도 정원 편지 무지개 시간 고래 숲길 도시 우주 기억 춤 새벽 노을 골목 기차 등대 모래 유리 비밀 거울 그림자 첫눈 나비 폭풍 안개 섬 일기 종이배 불꽃 강물 나침반', ' ') AS noun,
	string_to_array('푸른 작은 오래된 빛나는 낯선 고요한 붉은 느린 깊은 하얀 뜨거운 마지막 검은 투명한 외로운 다정한', ' ') AS adjective,
	string_to_array('Moon River Light Garden Harbor Paper Echo Winter Ocean Mirror Forest Signal Velvet Sunday Lantern Comet Harvest Marble Willow Falcon Orchard Prism Tundra Quartz Zephyr', ' ') AS english,
	string_to_array('Blue Silent Golden Young Electric Broken Midnight Gentle Wild Distant Crimson Hollow Northern Lucky Crooked Amber', ' ') AS english_adjective,
	string_to_array('Emily Daniel Sofia Lucas Hannah Oliver Grace Noah Clara Victor Amelia Hugo Ingrid Marco Yuna Kenji Priya Anton Zoe Quentin', ' ') AS given,
	string_to_array('Carter Kim Meyer Rossi Novak Tanaka Silva Park Andersen Moreau Walker Petrov Costa Lindqvist Okafor Zimmermann', ' ') AS family,
	string_to_array('베토벤 모차르트 바흐 브람스 쇼팽 말러 차이콥스키 드보르자크 슈베르트 라흐마니노프 시벨리우스 쇼스타코비치 브루크너 윤이상', ' ') AS composer,
	string_to_array('피아노 바이올린 첼로 소프라노 테너 플루트 클라리넷 바리톤 하프 오보에', ' ') AS instrument,
	string_to_array('서울 부산 대구 인천 수원 광주 대전 고양 울산 창원 성남 전주 청주 제주 천안 춘천 강릉 여수 세종', ' ') AS city,
	string_to_array('Seoul Busan Incheon Daegu Daejeon Gwangju Jeju', ' ') AS english_city,
	string_to_array('예술의전당 아트센터 문화회관 콘서트홀 시민회관 체육관 라이브홀 소극장 아트홀 문화예술회관 컨벤션홀 실내체육관 야외공연장', ' ') AS hall,
	string_to_array('중앙구 송파구 마포구 해운대구 수성구 연수구 유성구 남구 북구 동구 서구 완산구 일산동구 팔달구 분당구', ' ') AS district;

/* -------- venues -------- */

/* begins: where the region does among the thousand venues */
CREATE TEMPORARY TABLE regions AS
SELECT region, begins, lead(begins, 1, 1000) OVER (ORDER BY begins) AS ends
FROM (VALUES ('서울특별시', 0), ('경기도', 340), ('부산광역시', 500), ('대구광역시', 580), ('인천광역시', 640), ('대전광역시', 695),
	('광주광역시', 740), ('경상남도', 780), ('전북특별자치도', 820), ('강원특별자치도', 855), ('충청남도', 885), ('경상북도', 912),
	('전라남도', 937), ('충청북도', 958), ('울산광역시', 976), ('제주특별자치도', 989), ('세종특별자치시', 997)) r (region, begins);

CREATE TEMPORARY TABLE places AS
SELECT n, pg_temp.make_id(:'today'::date - 4000 + n * interval '1 minute', 1, n) AS id, r.region
FROM generate_series(1, 1000) n
JOIN regions r ON n * 1000 / 1001 >= r.begins AND n * 1000 / 1001 < r.ends;

INSERT INTO concert_booking.venues (id, name, address, location_lat, location_lng, created_at, updated_at)
SELECT p.id, pg_temp.word(l.noun, 'venue', p.n) || ' ' || pg_temp.word(l.hall, 'hall', p.n) || ' ' || p.n,
	   p.region || ' ' || pg_temp.word(l.district, 'district', p.n) || ' ' || pg_temp.word(l.noun, 'street', p.n) || '로 ' || p.n,
	   33 + pg_temp.share('lat', p.n) * 5, 126 + pg_temp.share('lng', p.n) * 3, :'today'::date - 4000, :'today'::date - 4000
FROM places p, lists l ORDER BY p.n;

/* -------- concerts -------- */

/* begins: among a hundred thousand; three concerts are given another genre below */
CREATE TEMPORARY TABLE genres AS
SELECT genre, begins, lead(begins, 1, 100000) OVER (ORDER BY begins) AS ends
FROM (VALUES ('K-POP', 0), ('뮤지컬', 20000), ('클래식', 35500), ('인디', 49000), ('록', 58500), ('발라드', 66500), ('재즈', 73500),
	('힙합', 79500), ('트로트', 84500), ('국악', 88500), ('오페라', 91500), ('EDM', 94000), ('R&B', 96000), ('포크', 97500),
	('어린이', 98600), ('월드뮤직', 99200), ('메탈', 99500), ('블루스', 99630), ('레게', 99680), (NULL, 99700)) g (genre, begins);

/* Most are little known; a few play all the time. */
CREATE TEMPORARY TABLE artists AS
SELECT n, CASE
	WHEN n % 20 < 10 THEN pg_temp.word(l.surname, 'surname', n) || pg_temp.word(l.first, 'first', n) || pg_temp.word(l.second, 'second', n)
	WHEN n % 20 < 13 THEN pg_temp.word(l.adjective, 'band 1', n) || ' ' || pg_temp.word(l.noun, 'band 2', n)
	WHEN n % 20 < 16 THEN 'The ' || pg_temp.word(l.english_adjective, 'band 1', n) || ' ' || pg_temp.word(l.english, 'band 2', n) || 's'
	WHEN n % 20 < 18 THEN pg_temp.word(l.english, 'band 1', n) || ' ' || pg_temp.word(l.english, 'band 2', n)
	ELSE pg_temp.word(l.given, 'given', n) || ' ' || pg_temp.word(l.family, 'family', n) END AS artist
FROM lists l, generate_series(0, 19999) n;
ALTER TABLE artists ADD PRIMARY KEY (n);

/* Numbered in the order in which they were announced. */
CREATE TEMPORARY TABLE shows AS
SELECT row_number() OVER (ORDER BY announced_at, m) AS n, first_date, announced_at, pg_temp.pick('genre', m, 100000) AS draw
FROM (SELECT m, first_date,
			 CASE WHEN first_date < :'today'::date - 1500 THEN date_trunc('day', at, 'UTC') ELSE date_trunc('second', at) END AS announced_at
	  FROM (SELECT d.m, d.first_date,
				   least((d.first_date - pg_temp.pick('lead', d.m, 130) - 20)::timestamp AT TIME ZONE 'UTC',
						 :'today'::timestamp AT TIME ZONE 'UTC' - pg_temp.share('news', d.m) * interval '45 days')
				   + pg_temp.share('hour', d.m) * interval '20 hours' - interval '1 day' AS at
			FROM (SELECT m, :'today'::date + CASE
					WHEN pg_temp.pick('when', m, 100) < 35 THEN 1 + floor(power(pg_temp.share('date', m), 1.5) * 365)::integer
					WHEN pg_temp.pick('when', m, 100) < 70 THEN - pg_temp.pick('date', m, 365)
					ELSE - 365 - pg_temp.pick('date', m, 8 * 365 + 200) END AS first_date
				  FROM generate_series(1, :concerts) m) d) a) s;

CREATE TEMPORARY TABLE drafts AS
SELECT s.n, pg_temp.make_id(s.announced_at, 2, s.n) AS id, s.first_date, s.announced_at,
	   CASE WHEN s.n IN (:concerts / 3, :concerts / 2, :concerts - 7) THEN '가야금병창' ELSE g.genre END AS genre,
	   a.artist, b.artist AS guest,
	   pg_temp.word(l.noun, 'noun 1', s.n) AS noun, pg_temp.word(l.noun, 'noun 2', s.n) AS other_noun,
	   pg_temp.word(l.adjective, 'adjective', s.n) AS adjective,
	   pg_temp.word(l.english_adjective, 'english adjective', s.n) || ' ' || pg_temp.word(l.english, 'english', s.n) AS english,
	   pg_temp.word(l.city, 'city', s.n) AS city, pg_temp.word(l.english_city, 'english city', s.n) AS english_city,
	   pg_temp.word(l.composer, 'composer', s.n) AS composer, pg_temp.word(l.instrument, 'instrument', s.n) AS instrument,
	   extract(year FROM s.first_date)::text AS year, pg_temp.pick('form', s.n, 10) AS form, 1 + pg_temp.pick('issue', s.n, 300) AS issue
FROM lists l
CROSS JOIN shows s
JOIN genres g ON s.draw >= g.begins AND s.draw < g.ends
JOIN artists a ON a.n = floor(power(pg_temp.share('artist', s.n), 3) * 20000)
JOIN artists b ON b.n = floor(power(pg_temp.share('guest', s.n), 2) * 20000);

INSERT INTO concert_booking.concerts
	(id, venue_id, title, poster_url, description, genre, performers, rating, running_time, status, is_deleted,
	 popularity, created_at, updated_at)
SELECT d.id, p.id,
	   CASE
		WHEN d.n % (:concerts / 5) = 77 THEN '물결 위의 ' || d.noun || ' - ' || d.artist
		WHEN d.genre = '뮤지컬' AND d.form < 7 THEN '뮤지컬 〈' || d.adjective || ' ' || d.noun || '〉 - ' || d.city
		WHEN d.genre = '뮤지컬' THEN 'Musical The ' || d.english || ' (' || d.year || ')'
		WHEN d.genre IN ('클래식', '오페라') AND d.form < 4 THEN d.city || '시립교향악단 제' || d.issue || '회 정기연주회'
		WHEN d.genre IN ('클래식', '오페라') AND d.form < 7 THEN d.artist || ' ' || d.instrument || ' 리사이틀 - ' || d.composer
		WHEN d.genre IN ('클래식', '오페라') THEN d.composer || ' Symphony No. ' || 1 + d.issue % 9 || ' & ' || d.english
		WHEN d.genre = '재즈' AND d.form < 5 THEN d.english || ' Jazz Night Vol. ' || d.issue
		WHEN d.genre = '재즈' AND d.form < 8 THEN d.artist || ' 재즈 콰르텟 〈' || d.noun || '〉'
		WHEN d.genre IN ('국악', '가야금병창') AND d.form < 6 THEN d.artist || ' ' || d.genre || ' 한마당 ' || d.year
		WHEN d.form < 3 THEN d.artist || ' 단독 콘서트 〈' || d.adjective || ' ' || d.noun || '〉'
		WHEN d.form < 5 THEN d.year || ' ' || d.artist || ' 전국투어 콘서트 - ' || d.city
		WHEN d.form < 7 THEN d.artist || ' LIVE TOUR ' || d.year || ' in ' || d.english_city
		WHEN d.form < 8 THEN d.artist || ' 팬미팅 〈' || d.noun || '의 ' || d.other_noun || '〉'
		WHEN d.form < 9 THEN d.artist || ' Concert: ' || d.english
		ELSE d.year || ' ' || d.city || ' ' || d.noun || ' 페스티벌 Day ' || 1 + d.issue % 3 END,
	   'https://example.com/poster/' || d.n, d.artist || ', ' || d.city || ', ' || d.first_date,
	   d.genre,
	   CASE WHEN pg_temp.pick('silent', d.n, 40) = 0 THEN NULL
			WHEN d.genre IN ('클래식', '오페라') THEN d.artist || ' (' || d.instrument || '), ' || d.city || ' 필하모닉 오케스트라'
			WHEN d.genre = '뮤지컬' OR d.form = 9 THEN d.artist || ', ' || d.guest
			ELSE d.artist END,
	   (ARRAY['전체관람가', '7세 이상', '12세 이상', '15세 이상', '18세 이상'])[1 + pg_temp.pick('rating', d.n, 5)],
	   80 + 5 * pg_temp.pick('minutes', d.n, 20),
	   (ARRAY['cancelled', 'cancelled', 'postponed', 'active'])[least(4, 1 + pg_temp.pick('status', d.n, 100))],
	   pg_temp.pick('deleted', d.n, 100) < 3,
	   floor(20 / power(pg_temp.share('popularity', d.n) + 0.0002, 0.9) - 17)::integer, d.announced_at, d.announced_at
FROM drafts d
JOIN places p ON p.n = 1 + floor(1000 * CASE WHEN d.n % 3 = 0 THEN power(pg_temp.share('venue', d.n), 4) ELSE pg_temp.share('venue', d.n) END)
ORDER BY d.n;

/* -------- schedules -------- */

/* sold: none left; grades: how many, 0 for a schedule without seats; base: price of the cheapest grade */
CREATE TEMPORARY TABLE performances AS
SELECT row_number() OVER (ORDER BY d.n, k) AS s, d.n, d.id AS concert_id, d.announced_at,
	   d.first_date + k / 2 * (1 + pg_temp.pick('step', d.n, 3)) AS concert_date,
	   CASE WHEN k % 2 = 1 THEN time '15:00' + pg_temp.pick('matinee', d.n, 3) * interval '30 minutes'
			ELSE time '18:30' + pg_temp.pick('evening', d.n, 4) * interval '30 minutes' END AS concert_time,
	   CASE WHEN pg_temp.pick('odd', d.n, 2000) = 0 THEN (ARRAY[11111, 77777, 333333, 45500, 12345])[1 + pg_temp.pick('odd price', d.n, 5)]
			WHEN pg_temp.pick('tax', d.n, 3) = 0 THEN 11000 * (2 + floor(power(pg_temp.share('price', d.n), 2) * 18)::integer)
			ELSE 10000 * (2 + floor(power(pg_temp.share('price', d.n), 2) * 23)::integer) END AS base
FROM drafts d,
	 LATERAL (SELECT pg_temp.pick('run', d.n, 1000) AS run) r,
	 LATERAL (SELECT CASE WHEN run < 10 THEN 0 WHEN run < 620 THEN 1 WHEN run < 820 THEN 2 WHEN run < 930 THEN 3
					 WHEN run < 980 THEN 4 + pg_temp.pick('length', d.n, 4) WHEN run < 998 THEN 8 + pg_temp.pick('length', d.n, 13)
					 ELSE 30 + pg_temp.pick('length', d.n, 61) END AS length) l,
	 generate_series(0, l.length - 1) k;
ALTER TABLE performances ADD COLUMN id uuid, ADD COLUMN is_sold boolean, ADD COLUMN grades integer;
UPDATE performances p SET id = pg_temp.make_id(p.announced_at, 3, p.s), is_sold = pg_temp.pick('sold', p.s, 8) = 0,
	grades = CASE WHEN pg_temp.pick('empty', p.s, 50) > 0 THEN 1 + floor(power(pg_temp.share('grades', p.n), 1.6) * 4)::integer ELSE 0 END;

CREATE TEMPORARY TABLE places_sold AS
SELECT p.s, p.id AS schedule_id, p.concert_id, p.announced_at, g, i,
	   (ARRAY['A', 'S', 'R', 'VIP'])[g] AS grade, p.base + CASE WHEN p.base % 10000 = 0 THEN 20000 ELSE 22000 END * (g - 1) AS price,
	   p.is_sold OR pg_temp.pick('blocked', p.s * 16 + g * 4 + i, 15) = 0 AS is_blocked,
	   row_number() OVER (PARTITION BY p.s ORDER BY g DESC, i) AS ordinal
FROM performances p, generate_series(1, p.grades) g, generate_series(1, 1 + pg_temp.pick('seats', p.s * 4 + g, 3)) i;

-- 0.1 has no concert_created_at
SELECT coalesce(max(', ' || attname), '') AS copied_column, coalesce(max(', p.announced_at' || left(attname, 0)), '') AS copied_value FROM pg_attribute
WHERE attrelid = 'concert_booking.concert_schedules'::regclass AND attname = 'concert_created_at' \gset
INSERT INTO concert_booking.concert_schedules
	(id, concert_id, concert_date, concert_time, starts_at, total_seats, available_seats, is_sold_out, lowest_price,
	 is_booking_open, booking_opens_at, status, status_changed_at, previous_starts_at, created_at, updated_at :copied_column)
SELECT p.id, p.concert_id, p.concert_date, p.concert_time, (p.concert_date + p.concert_time) AT TIME ZONE 'Asia/Seoul',
	   coalesce(t.seats, 0), coalesce(t.free, 0), coalesce(t.free = 0, false), t.lowest,
	   pg_temp.pick('closed', p.s, 25) > 0,
	   CASE WHEN pg_temp.pick('window', p.s, 12) = 0 THEN p.concert_date - interval '20 days' END,
	   (ARRAY['cancelled', 'cancelled', 'postponed', 'scheduled'])[least(4, 1 + pg_temp.pick('state', p.s, 100))],
	   CASE WHEN pg_temp.pick('state', p.s, 100) < 3 THEN p.announced_at END,
	   CASE WHEN pg_temp.pick('state', p.s, 100) = 2 THEN (p.concert_date + p.concert_time) AT TIME ZONE 'Asia/Seoul' - interval '7 days' END,
	   p.announced_at, p.announced_at :copied_value
FROM performances p
LEFT JOIN (SELECT x.s, count(*) AS seats, count(*) FILTER (WHERE NOT x.is_blocked) AS free, min(x.price) AS lowest
		   FROM places_sold x GROUP BY 1) t USING (s)
ORDER BY p.s;

/* -------- seats and prices -------- */

INSERT INTO concert_booking.seats
	(id, concert_schedule_id, status, seat_number, seat_grade, price, position_x, position_y, ordinal, row_label, seat_index,
	 created_at, updated_at)
SELECT pg_temp.make_id(x.announced_at, 4, x.s * 16 + x.ordinal), x.schedule_id,
	   CASE WHEN x.is_blocked THEN 'unavailable' ELSE 'available' END, chr(65 + 4 - x.g) || '-' || x.i, x.grade, x.price,
	   x.i * 10, (4 - x.g) * 12, x.ordinal, chr(65 + 4 - x.g), x.i, x.announced_at, x.announced_at
FROM places_sold x ORDER BY x.s, x.ordinal;

SELECT count(*) > 0 AS prices_have_concert FROM pg_attribute
WHERE attrelid = 'concert_booking.schedule_prices'::regclass AND attname = 'concert_id' \gset
\if :prices_have_concert
INSERT INTO concert_booking.schedule_prices (concert_schedule_id, concert_id, seat_grade, price, seat_count)
SELECT x.schedule_id, x.concert_id, x.grade, x.price, count(*) FROM places_sold x GROUP BY 1, 2, 3, 4 ORDER BY 1, 3, 4;
\else
INSERT INTO concert_booking.schedule_prices (concert_schedule_id, seat_grade, price, seat_count)
SELECT x.schedule_id, x.grade, x.price, count(*) FROM places_sold x GROUP BY 1, 2, 3 ORDER BY 1, 2, 3;
\endif
COMMIT;
RESET session_replication_role;
RESET search_path;
\if :analyze
VACUUM ANALYZE;
\endif
