/*
 * A small season with life in it, beside examples/sample.sql and arena.sql: concerts
 * of several kinds and places, nights that are nearly full, full, postponed and
 * cancelled, one that opens two minutes after it is loaded, one tonight with
 * visitors inside, payments and refunds that wait at the desk, and what three
 * members booked and wished for.
 *
 *   psql -d concerts -f examples/sample.sql -f examples/house/arena.sql -f examples/house/season.sql
 *
 * For the demo (scripts/demo-web), once, as a superuser: the sales of the past are made by the
 * extension's own functions with its clock set back (concert_booking.test_clock_offset), so that the
 * log, the reports and the bookings agree. All is decided by hashes: each load sells the same seats.
 * Names and phone numbers are invented: nobody's number begins with 010-0000.
 */
\set ON_ERROR_STOP on
SET TIME ZONE 'Asia/Seoul';

-- -------- what makes it

CREATE TEMPORARY TABLE season AS
SELECT concert_booking.clock() AS instant,
	   current_setting('concert_booking.test_clock_offset')::interval AS clock_offset,
	   (concert_booking.clock() AT TIME ZONE 'Asia/Seoul')::date AS today;

CREATE FUNCTION pg_temp.id(number integer) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
	SELECT format('01970000-0000-7000-8000-%s', lpad(number::text, 12, '0'))::uuid $$;
CREATE FUNCTION pg_temp.member(number integer) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
	SELECT format('01970000-0000-7000-8000-0000000000a%s', number)::uuid $$;
CREATE FUNCTION pg_temp.chance(text) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
	SELECT hashtext($1) & 2147483647 $$;

/* From now on the extension believes it to be that long ago. */
CREATE FUNCTION pg_temp.ago(age interval) RETURNS void LANGUAGE sql AS $$
	SELECT set_config('concert_booking.test_clock_offset', (clock_offset - age)::text, false) FROM season $$;

/* The hours of the last two days, each as often as people buy in it: at noon and in the evening. */
CREATE TEMPORARY TABLE selling_hours AS
SELECT row_number() OVER (ORDER BY hours, weight) - 1 AS n, count(*) OVER () AS total, hours
FROM season, generate_series(0, 47) hours,
	 LATERAL generate_series(1, ('{2,1,0,0,0,0,1,2,4,6,8,9,13,9,6,6,7,8,10,13,18,20,14,7}'::integer[])
		[extract(hour FROM instant - make_interval(hours => hours))::integer + 1]) weight;
CREATE UNIQUE INDEX ON selling_hours (n);

/* How long ago a sale was: mostly in these hours, else in the two weeks before. */
CREATE FUNCTION pg_temp.sale_age(chance integer) RETURNS interval LANGUAGE sql AS $$
	SELECT CASE WHEN chance % 10 < 8 THEN make_interval(hours => hours, secs => 60 + chance / 7 % 3500)
		ELSE make_interval(hours => 48 + chance / 11 % 288, secs => chance % 3600) END
	FROM selling_hours WHERE n = chance / 13 % total $$;

CREATE FUNCTION pg_temp.customer_name(chance integer) RETURNS text LANGUAGE sql IMMUTABLE AS $$
	SELECT ('{김,이,박,최,정,강,조,윤,장,임,한,오}'::text[])[chance % 12 + 1]
		|| ('{예시,보기,견본,연습,시험,가상,모형,본보기,하나둘,아무개}'::text[])[chance / 12 % 10 + 1] $$;
CREATE FUNCTION pg_temp.customer_phone(chance integer) RETURNS text LANGUAGE sql IMMUTABLE AS $$
	SELECT format('010-0000-%s', lpad((chance % 10000)::text, 4, '0')) $$;

/*
 * Sell so many per cent of a night to parties of up to four in one row; a part of them
 * has a rate. paid: they have paid in cash at the desk, so that the ledger has it.
 */
CREATE FUNCTION pg_temp.sell(night integer, share integer, paid boolean DEFAULT false) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	codes constant text[] := ARRAY(
		SELECT p.code FROM concert_booking.price_types(pg_temp.id(night)) p ORDER BY p.code);
	party record;
	receipt concert_booking.booking_receipt;
BEGIN
	FOR party IN
		SELECT array_agg(s.id ORDER BY s.ordinal) AS seats, s.chance, pg_temp.sale_age(s.chance) AS age
		FROM (SELECT s.*, pg_temp.chance(format('%s %s %s %s', night, s.section, s.row_label,
					 (s.seat_index - 1) / (2 + pg_temp.chance(night || s.row_label) % 3))) AS chance
			  FROM concert_booking.seats s
			  WHERE s.concert_schedule_id = pg_temp.id(night) AND s.status = 'available') s
		WHERE s.chance % 100 < share
		GROUP BY s.chance ORDER BY age DESC
	LOOP
		PERFORM pg_temp.ago(party.age);
		receipt := concert_booking.book_seats(party.seats,
			session_id => md5(night::text || party.chance)::uuid,
			customer_name => pg_temp.customer_name(party.chance), customer_phone => pg_temp.customer_phone(party.chance),
			price_types => CASE WHEN codes <> '{}' AND party.chance % 3 = 0
				THEN jsonb_build_object(party.seats[1], codes[party.chance % cardinality(codes) + 1]) END);
		IF paid THEN
			PERFORM concert_booking.confirm_payment(receipt.booking_id, receipt.total_price, 'cash', format('receipt %s-%s', night, party.chance));
		END IF;
	END LOOP;
	PERFORM pg_temp.ago('0');
END $$;

CREATE FUNCTION pg_temp.seats(night integer, VARIADIC numbers text[]) RETURNS uuid[] LANGUAGE sql AS $$
	SELECT array_agg(id ORDER BY ordinal) FROM concert_booking.seats
	WHERE concert_schedule_id = pg_temp.id(night) AND seat_number = ANY (numbers) $$;

/* One party whose payment is under way: its seats, its name. */
CREATE FUNCTION pg_temp.begin_payment(night integer, numbers text[], customer text, phone text, age interval) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	session constant uuid := md5(customer || phone)::uuid;
BEGIN
	PERFORM pg_temp.ago(age);
	PERFORM concert_booking.hold_seats(pg_temp.seats(night, VARIADIC numbers), session_id => session);
	PERFORM concert_booking.begin_payment(pg_temp.id(night), session_id => session, customer_name => customer, customer_phone => phone);
	PERFORM pg_temp.ago('0');
END $$;

-- -------- the catalogue

INSERT INTO concert_booking.venues (id, name, address, location_lat, location_lng) VALUES
(pg_temp.id(101), '새벽 소극장', '서울특별시 마포구 와우산로 99', 37.5520, 126.9230),
(pg_temp.id(102), '해운대 바다홀', '부산광역시 해운대구 해운대해변로 264', 35.1587, 129.1604),
(pg_temp.id(103), '동성로 라이브', '대구광역시 중구 동성로 77', 35.8690, 128.5950),
(pg_temp.id(104), '이호 바람마당', '제주특별자치도 제주시 이호일동 100', 33.4980, 126.4530),
(pg_temp.id(105), '한빛 대극장', '서울특별시 종로구 대학로 120', 37.5820, 127.0020),
(pg_temp.id(106), '전주 한옥마당', '전북특별자치도 전주시 완산구 태조로 44', 35.8150, 127.1520),
(pg_temp.id(107), '갑천 아트센터', '대전광역시 서구 둔산대로 155', 36.3660, 127.3850),
(pg_temp.id(108), '송도 창고', '인천광역시 연수구 센트럴로 200', 37.3920, 126.6390),
(pg_temp.id(109), '무등 문화회관', '광주광역시 북구 북문대로 60', 35.1720, 126.8820),
(pg_temp.id(110), '수원 어린이극장', '경기도 수원시 팔달구 행궁로 18', 37.2810, 127.0140);

/* Tonight is somewhere: late in the evening it is no longer in Seoul. */
INSERT INTO concert_booking.venues (id, name, address, timezone)
SELECT pg_temp.id(111), v.name, v.address, v.timezone
FROM season, LATERAL (SELECT (instant AT TIME ZONE 'Asia/Seoul')::time >= '21:30' AS is_late) l,
	 LATERAL (VALUES (false, '정동 지하 클럽', '서울특별시 중구 정동길 5', 'Asia/Seoul'),
					 (true, '센 강변 살롱', '프랑스 파리 센 강변 1', 'Europe/Paris')) v (is_late, name, address, timezone)
WHERE v.is_late = l.is_late;

INSERT INTO concert_booking.concerts (id, venue_id, title, genre, performers, rating, running_time, popularity, created_at, description)
SELECT pg_temp.id(c.number), pg_temp.id(c.venue), c.title, c.genre, c.performers, c.rating, c.minutes, c.popularity,
	   season.instant - make_interval(days => 15 + c.number % 100), c.description
FROM season, (VALUES
(201, 101, '첫눈 오는 밤의 발라드', '발라드', '윤하루', '전체', 110, 420,
 '피아노 한 대와 목소리 하나. 첫눈이 내리던 날의 노래들을 소극장에서 가까이 듣습니다. 공연 뒤에 짧은 이야기 시간이 있습니다.'),
(202, 102, '바다로 간 교향악', '클래식', '해운대 시민 교향악단', '만 7세 이상', 120, 310,
 '드뷔시의 「바다」와 라흐마니노프의 교향곡 2번. 파도 소리가 들리는 홀에서 겨울 바다를 연주합니다. 중간 휴식 15분.'),
(203, 103, '인디 한가운데', '인디', '파란대문, 느린우체국, 열두달', '만 15세 이상', 160, 280,
 '대구에서 시작한 세 밴드가 한 무대에 섭니다. 모든 좌석은 지정석이며, 앙코르는 셋이 함께합니다.'),
(204, 104, '제주 바람 포크 나들이', 'Pop', '돌담과 귤', '전체', 90, 190,
 '귤밭 옆 작은 마당에서 듣는 포크 음악. 비가 오면 실내로 옮깁니다. 따뜻한 귤차를 드립니다.'),
(205, 105, '뮤지컬 열두 개의 달', '뮤지컬', '달무리 극단', '만 8세 이상', 150, 900,
 '한 해를 열두 번의 밤으로 건너는 이야기. 오케스트라가 함께하는 창작 뮤지컬의 세 번째 시즌입니다. 중간 휴식 20분.'),
(206, 106, '소리꾼 한마당', '국악', '가온 소리패', '전체', 100, 150,
 '춘향가 가운데 사랑가와 이별가, 그리고 새로 쓴 단가 두 편. 해설이 함께하니 처음이어도 좋습니다.'),
(207, 107, '오페라 라 트라비아타', '오페라', '다온 오페라단', '만 7세 이상', 165, 350,
 '베르디의 오페라 전막, 이탈리아어 노래와 한국어 자막. 무대와 의상을 모두 새로 지었습니다.'),
(208, 108, '힙합 올나이트', '힙합', 'MC 견본, DJ 보기', '만 19세 이상', 240, 520,
 '밤 열 시부터 새벽까지. 입장할 때 신분증을 확인합니다. 물품 보관소가 있습니다.'),
(209, 109, '트로트 큰잔치', '트로트', '송가람', '전체', 130, 260,
 '어르신 모시고 오기 좋은 낮 공연과 저녁 공연. 만 65세 이상은 30% 할인합니다.'),
(210, 110, '동물 친구들의 음악회', '어린이', '꼬마 악단', '만 3세 이상', 60, 340,
 '사자의 행진부터 백조까지, 생상스의 「동물의 사육제」를 이야기와 그림으로 만납니다. 어린이는 절반 값입니다.'),
(211, 111, '심야 재즈 세션', 'Jazz', '정동 쿼텟과 친구들', '만 15세 이상', 100, 640,
 '정해진 순서가 없는 밤. 네 사람이 시작하고, 누가 올라올지는 그날 정해집니다.'),
(212, 102, '강변 록 페스타', 'Rock', '새벽기차, 붉은 신호', '만 12세 이상', 200, 800,
 '두 밴드의 합동 공연. 예매는 정해진 시각에 한꺼번에 열립니다.'),
(213, 105, 'K-POP 드림 스테이지', 'K-POP', '별하', '만 8세 이상', 120, 990,
 '데뷔 5주년 기념 무대. 한 사람이 네 자리까지 예매할 수 있습니다.')
) AS c (number, venue, title, genre, performers, rating, minutes, popularity, description);

INSERT INTO concert_booking.price_types (id, concert_id, code, name, percent_off, max_per_booking)
SELECT concert_booking.uuid_v7(), pg_temp.id(p.concert), p.code, p.name, p.percent, p.most
FROM (VALUES (202, 'youth', '청소년', 30, NULL), (202, 'senior', '경로', 30, 2),
			 (205, 'youth', '청소년', 20, NULL), (205, 'senior', '경로', 30, 2),
			 (206, 'youth', '청소년', 50, NULL), (206, 'senior', '경로', 50, NULL),
			 (207, 'youth', '청소년', 30, NULL), (207, 'senior', '경로', 30, 2),
			 (209, 'senior', '경로', 30, NULL), (210, 'child', '어린이', 50, NULL),
			 (211, 'youth', '청소년', 30, 2)) AS p (concert, code, name, percent, most);

/* number, concert, days from today, time, most seats a booker, whether it is paid first */
INSERT INTO concert_booking.concert_schedules (id, concert_id, concert_date, concert_time, max_seats_per_booker,
	payment_required, payment_window, refund_ladder, cancel_until)
SELECT pg_temp.id(n.number), pg_temp.id(n.concert), season.today + n.days, n.at, n.most,
	   n.paid, CASE WHEN n.paid AND n.number <> 3054 THEN interval '3 hours' END,
	   CASE WHEN n.paid OR n.concert = 207 THEN
		   '{"steps": [{"hours": 240, "percent": 100}, {"hours": 72, "percent": 80}, {"hours": 24, "percent": 70}], "fee": 1000}'::jsonb END,
	   CASE WHEN n.concert <> 211 THEN interval '1 day' END
FROM season, (VALUES
(3011, 201, 9, time '20:00', 4, false), (3012, 201, 10, '17:00', 4, false), (3013, 201, 11, '17:00', 4, false),
(3021, 202, 14, '19:30', NULL, false), (3022, 202, 15, '17:00', NULL, false),
(3031, 203, 5, '19:00', NULL, false), (3032, 203, 6, '18:00', NULL, false), (3033, 203, -6, '19:00', NULL, false),
(3041, 204, 20, '16:00', 8, false), (3042, 204, 21, '16:00', 8, false),
(3051, 205, 3, '19:30', 6, true), (3052, 205, 4, '14:00', 6, true), (3053, 205, 4, '19:30', 6, true), (3054, 205, 17, '19:30', 6, true),
(3061, 206, 8, '15:00', NULL, false), (3062, 206, 35, '15:00', NULL, false),
(3071, 207, 24, '19:00', NULL, false), (3072, 207, 26, '15:00', NULL, false),
(3081, 208, 12, '22:00', 4, true), (3082, 208, 19, '22:00', 4, true),
(3091, 209, 7, '14:00', NULL, false), (3092, 209, 7, '18:30', NULL, false),
(3101, 210, 2, '11:00', 6, false), (3102, 210, 2, '14:00', 6, false), (3103, 210, 16, '11:00', 6, false),
(3121, 212, 30, '18:00', 4, false), (3122, 212, 31, '18:00', 4, false),
(3131, 213, 18, '18:00', 4, false), (3132, 213, 19, '15:00', 4, false), (3133, 213, 19, '19:30', 4, false)
) AS n (number, concert, days, at, most, paid);

/* Tonight at eight, or in one to two hours where that is too soon; and a week later. */
INSERT INTO concert_booking.concert_schedules (id, concert_id, concert_date, concert_time)
SELECT pg_temp.id(n.number), pg_temp.id(211), here.at::date + n.days,
	   greatest(time '20:00', date_trunc('hour', here.at + interval '2 hours')::time)
FROM season JOIN concert_booking.venues v ON v.id = pg_temp.id(111),
	 LATERAL (SELECT season.instant AT TIME ZONE v.timezone AS at) here,
	 (VALUES (3111, 0), (3112, 7)) AS n (number, days);

/* The halls: first a night of each concert, then the others like it. */
SELECT count(concert_booking.generate_seats(pg_temp.id(b.night), concert_booking.row_labels(b.row_count, b.first_row), b.seats, b.grade, b.price, section => b.section))
FROM (VALUES
(3011, 'A', 2, 10, 'R', 77000, NULL), (3011, 'C', 4, 10, 'S', 55000, NULL),
(3021, 'A', 5, 14, 'R', 90000, '1층'), (3021, 'F', 4, 14, 'S', 60000, '1층'), (3021, 'A', 4, 16, 'A', 30000, '2층'),
(3031, 'A', 7, 12, '전석', 44000, NULL),
(3041, 'A', 5, 8, '전석', 35000, NULL),
(3051, 'A', 4, 14, 'VIP', 150000, '1층'), (3051, 'E', 6, 16, 'R', 120000, '1층'), (3051, 'A', 4, 16, 'S', 90000, '2층'), (3051, 'A', 3, 16, 'A', 60000, '3층'),
(3061, 'A', 6, 12, '전석', 20000, NULL),
(3071, 'A', 4, 14, 'VIP', 180000, '1층'), (3071, 'E', 4, 14, 'R', 130000, '1층'), (3071, 'A', 3, 16, 'S', 80000, '2층'),
(3081, 'A', 6, 10, '전석', 66000, NULL),
(3091, 'A', 4, 14, 'R', 88000, NULL), (3091, 'E', 5, 14, 'S', 66000, NULL),
(3101, 'A', 8, 12, '전석', 25000, NULL),
(3111, 'A', 2, 8, 'R', 70000, NULL), (3111, 'C', 5, 10, 'S', 50000, NULL),
(3121, 'A', 4, 16, 'R', 110000, NULL), (3121, 'E', 6, 16, 'S', 88000, NULL),
(3131, 'A', 3, 12, 'VIP', 165000, NULL), (3131, 'D', 5, 12, 'R', 132000, NULL)
) AS b (night, first_row, row_count, seats, grade, price, section);

SELECT count(*) FROM concert_booking.concert_schedules first
JOIN concert_booking.concert_schedules other ON other.concert_id = first.concert_id AND other.id <> first.id,
	 LATERAL concert_booking.copy_seats(first.id, other.id)
WHERE first.id IN (SELECT pg_temp.id(3001 + concert * 10) FROM generate_series(1, 13) concert) AND other.total_seats = 0;

/* One more night is planned: its hall is to be drawn yet. */
INSERT INTO concert_booking.concert_schedules (id, concert_id, concert_date, concert_time, is_booking_open)
SELECT pg_temp.id(3134), pg_temp.id(213), today + 47, '19:30', false FROM season;

-- -------- what is sold

/* Seats for the cameras, off sale. */
SELECT concert_booking.block_seats(pg_temp.seats(3131, 'E-6', 'E-7')), concert_booking.block_seats(pg_temp.seats(3111, 'G-1', 'G-10'));

/* A night that is over. */
SELECT pg_temp.ago('12 days');
SELECT count(concert_booking.book_seats(pg_temp.seats(3033, VARIADIC b.seats), user_id => pg_temp.member(b.member), customer_name => b.name))
FROM (VALUES ('{C-5,C-6}'::text[], 1, '김민지'), ('{D-3}', 2, '이하늘')) AS b (seats, member, name);
SELECT count(concert_booking.book_seats(seats, walk_in => true)) FROM (
	SELECT array_agg(id) AS seats FROM concert_booking.seats
	WHERE concert_schedule_id = pg_temp.id(3033) AND row_label IN ('A', 'B', 'E') GROUP BY row_label, (seat_index - 1) / 3) sold;
SELECT pg_temp.ago((SELECT instant FROM season) - starts_at + interval '20 minutes')
FROM concert_booking.concert_schedules WHERE id = pg_temp.id(3033);
SELECT count(d.seat_id) FROM concert_booking.door_list(pg_temp.id(3033)) d,
	 LATERAL concert_booking.check_in(ticket_code => d.ticket_code, gate => '정문') WHERE d.seat_number <> 'D-3';
SELECT pg_temp.ago('0');

/* The members: what is to come, and a booking given back. */
SELECT pg_temp.ago('3 days');
SELECT count(concert_booking.book_seats(pg_temp.seats(b.night, VARIADIC b.seats), user_id => pg_temp.member(b.member), customer_name => b.name))
FROM (VALUES (3011, '{B-5,B-6}'::text[], 1, '김민지'), (3021, '{1층-C-7,1층-C-8}', 1, '김민지'), (3111, '{B-3,B-4}', 1, '김민지'), (3061, '{C-3}', 1, '김민지'),
			 (3131, '{C-5,C-6}', 2, '이하늘'), (3091, '{B-7,B-8,B-9}', 3, '박서준')) AS b (night, seats, member, name);
SELECT pg_temp.ago('1 day');
SELECT count(concert_booking.cancel_booking(b.booking_id, reason => '일정 변경', user_id => pg_temp.member(1)))
FROM concert_booking.my_bookings(user_id => pg_temp.member(1)) b WHERE b.concert_schedule_id = pg_temp.id(3061);
SELECT pg_temp.ago('0');

/* Payments that are under way: money is waited for at the desk. */
SELECT count(*) FROM (VALUES
(3051, '{1층-B-5,1층-B-6}'::text[], '오늘만', '010-0000-7001', interval '4 minutes'),
(3051, '{1층-F-3,1층-F-4,1층-F-5}', '전화예약', '010-0000-7002', '19 minutes'),
(3053, '{2층-A-7,2층-A-8}', '나중에', '010-0000-7003', '35 minutes'),
(3052, '{1층-C-9}', '홍길동', '010-0000-7004', '52 minutes'),
(3081, '{A-4,A-5}', '성춘향', '010-0000-7005', '71 minutes')
) AS w (night, seats, name, phone, age), LATERAL pg_temp.begin_payment(w.night, w.seats, w.name, w.phone, w.age);

SELECT pg_temp.sell(n.night, n.share, n.paid) FROM (VALUES
(3011, 55, false), (3012, 35, false), (3013, 20, false), (3021, 30, false), (3022, 45, false), (3031, 60, false), (3032, 25, false),
(3041, 50, false), (3051, 82, true), (3052, 60, true), (3053, 70, true), (3054, 25, true), (3061, 40, false), (3071, 22, false),
(3081, 45, true), (3082, 30, true), (3091, 65, false), (3092, 30, false), (3101, 75, false), (3102, 35, false), (3103, 15, false),
(3111, 78, false), (3112, 20, false), (3131, 96, false), (3132, 100, false), (3133, 60, false)
) AS n (night, share, paid);

/* The desk has sold today, too: to somebody who gave no name, and to the press for nothing. */
SELECT pg_temp.ago('40 minutes');
SELECT count(concert_booking.book_seats(seats, walk_in => true, free_reason => reason)) FROM (
	SELECT array_agg(id) AS seats, CASE row_label WHEN 'E' THEN '초대' END AS reason FROM (
		SELECT id, row_label, row_number() OVER (PARTITION BY row_label ORDER BY ordinal) AS place FROM concert_booking.seats
		WHERE concert_schedule_id = pg_temp.id(3032) AND status = 'available' AND row_label IN ('D', 'E')) s
	WHERE place <= 2 GROUP BY row_label) sold;
SELECT pg_temp.ago('0');

-- -------- what happened to it

/* Two of those who paid have cancelled: what comes back of it is due. */
SELECT count(concert_booking.cancel_booking(b.id, reason => '몸이 아파서', session_id => b.session_id))
FROM (SELECT id, session_id FROM concert_booking.bookings
	  WHERE concert_schedule_id = pg_temp.id(3053) AND status = 'confirmed' ORDER BY customer_phone, total_price LIMIT 2) b;

SELECT pg_temp.ago('5 hours');
SELECT affected_bookings FROM season, concert_booking.postpone_schedule(pg_temp.id(3021), season.today + 22, '19:30', reason => '지휘자의 부상');
SELECT pg_temp.ago('2 hours');
SELECT cancelled_bookings FROM concert_booking.cancel_schedule(pg_temp.id(3082), reason => '공연장 사정');
SELECT pg_temp.ago('0');

/* Tonight some are inside, by two gates. */
DO $$
DECLARE
	ticket record;
BEGIN
	FOR ticket IN
		SELECT d.ticket_code, c.chance FROM concert_booking.door_list(pg_temp.id(3111)) d,
			 LATERAL pg_temp.chance(d.seat_number || ' tonight') AS c (chance)
		WHERE d.customer_name IS DISTINCT FROM '김민지' AND c.chance % 100 < 45
		ORDER BY c.chance % 1100 DESC
	LOOP
		PERFORM pg_temp.ago(make_interval(secs => 40 + ticket.chance % 1100));
		PERFORM concert_booking.check_in(ticket_code => ticket.ticket_code, gate => CASE ticket.chance % 3 WHEN 0 THEN '동문' ELSE '정문' END);
	END LOOP;
	PERFORM pg_temp.ago('0');
END $$;

SELECT count(concert_booking.add_wishlist(pg_temp.id(w.concert), user_id => pg_temp.member(w.member)))
FROM (VALUES (1, 212), (1, 205), (1, 202), (2, 213), (2, 208), (3, 209), (3, 210)) AS w (member, concert);

SELECT concert_booking.fold_pending_availability();

/* Both nights of it open in two minutes. */
UPDATE concert_booking.concert_schedules SET booking_opens_at = concert_booking.clock() + interval '2 minutes'
WHERE concert_id = pg_temp.id(212);
RESET TIME ZONE;
