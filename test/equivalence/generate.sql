/*
 * Random concerts, schedules, seats and bookings in the extension's tables.
 *
 * psql variables: seed (any integer: the same seed makes the same data),
 * concerts, schedules, seats (how many of each, all schedules together).
 *
 * Everything is drawn from pick(what, row, n), a hash of the seed, so that no
 * row depends on the order in which rows are made. The data holds what the
 * statements could stumble over: concerts without schedules, schedules without
 * seats, equal prices, popularities and birth dates, deleted and cancelled
 * concerts, past and coming schedules, lapsed and live holds, and %, _ and \
 * in titles.
 */
\set ON_ERROR_STOP on
SET client_min_messages = warning;

DROP SCHEMA IF EXISTS equivalence CASCADE;
CREATE SCHEMA equivalence;

CREATE TABLE equivalence.settings AS
SELECT :seed::bigint AS seed, :concerts::integer AS concerts,
	   :schedules::integer AS schedules, :seats::integer AS seats;

SELECT format($sql$
	CREATE FUNCTION equivalence.pick(what text, n bigint, choices integer) RETURNS integer
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
	RETURN (hashtextextended(what || '.' || n, %s) & 9007199254740991) %% choices
$sql$, seed) FROM equivalence.settings \gexec

CREATE FUNCTION equivalence.make_id(what text, n bigint) RETURNS uuid
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN md5(what || '.' || n)::uuid;

CREATE FUNCTION equivalence.word(what text, n bigint) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (ARRAY['봄', '여름밤', 'Jazz', 'Rock', '아이유', '콘서트', '월드 투어', '100%', 'a_b',
			  'back\slash', 'LIVE', '서울', 'Orchestra', '재즈', 'encore', 'BTS', '합창', 'Trio'])
		[1 + equivalence.pick(what, n, 18)];

INSERT INTO concert_booking.venues (id, name, address, location_lat, location_lng, timezone)
SELECT equivalence.make_id('venue', n), '공연장 ' || n,
	   (ARRAY['서울특별시 송파구', '서울특별시 마포구', '부산광역시 해운대구', '대구광역시', '인천광역시 연수구',
			  '광주광역시', '대전광역시', '경기도 고양시', '제주특별자치도'])[1 + equivalence.pick('city', n, 9)]
	   || ' ' || n || '번길',
	   37 + n / 1000.0, 127 + n / 1000.0,
	   CASE WHEN equivalence.pick('zone', n, 10) = 0 THEN 'America/New_York' ELSE 'Asia/Seoul' END
FROM generate_series(1, 60) n;

INSERT INTO concert_booking.concerts
	(id, venue_id, title, poster_url, description, genre, performers, rating,
	 running_time, status, is_deleted, popularity, created_at)
SELECT equivalence.make_id('concert', n),
	   equivalence.make_id('venue', 1 + equivalence.pick('venue of concert', n, 60)),
	   equivalence.word('word 1', n) || ' ' || equivalence.word('word 2', n) || ' ' || n,
	   'https://example.com/' || n, 'about ' || n,
	   (ARRAY['Rock', 'Pop', 'Jazz', 'Classic', 'Musical', 'Trot', 'Hip-hop', NULL])[1 + equivalence.pick('genre', n, 8)],
	   CASE WHEN equivalence.pick('no performers', n, 10) > 0
			THEN equivalence.word('performer 1', n) || ', ' || equivalence.word('performer 2', n) END,
	   '12세', 90 + equivalence.pick('minutes', n, 90),
	   (ARRAY['cancelled', 'postponed', 'active'])[least(3, 1 + equivalence.pick('status', n, 20))],
	   equivalence.pick('deleted', n, 20) = 0,
	   equivalence.pick('popularity', n, 50),
	   '2026-01-01'::timestamptz + make_interval(hours => equivalence.pick('birth', n, 4000))
FROM equivalence.settings s, generate_series(1, s.concerts) n;

/* One concert in twenty has no schedule, one schedule in twenty no seat. */
INSERT INTO concert_booking.concert_schedules
	(id, concert_id, concert_date, concert_time, is_booking_open, booking_opens_at, booking_closes_at)
SELECT DISTINCT ON (x.concert_id, x.concert_date, x.concert_time)
	   x.id, x.concert_id, x.concert_date, x.concert_time, x.is_booking_open, x.opens_at, x.closes_at
FROM (SELECT n, equivalence.make_id('schedule', n) AS id,
			 equivalence.make_id('concert', 1 + equivalence.pick('concert of schedule', n, greatest(1, s.concerts * 19 / 20))) AS concert_id,
			 current_date - 60 + equivalence.pick('date', n, 240) AS concert_date,
			 make_time(14 + equivalence.pick('hour', n, 7), 30 * equivalence.pick('half', n, 2), 0) AS concert_time,
			 equivalence.pick('open', n, 15) > 0 AS is_booking_open,
			 CASE WHEN equivalence.pick('window', n, 15) = 0 THEN now() + interval '3 days' END AS opens_at,
			 CASE WHEN equivalence.pick('window', n, 15) = 1 THEN now() - interval '3 days' END AS closes_at
	  FROM equivalence.settings s, generate_series(1, s.schedules) n) x
ORDER BY x.concert_id, x.concert_date, x.concert_time, x.n;

INSERT INTO concert_booking.seats
	(id, concert_schedule_id, seat_number, seat_grade, price, position_x, position_y,
	 status, hold_expires_at, ordinal, row_label, seat_index)
SELECT equivalence.make_id('seat of ' || cs.n, seat), cs.id,
	   chr(65 + (seat - 1) / 1300) || chr(65 + (seat - 1) / 50 % 26) || '-' || 1 + (seat - 1) % 50,
	   (ARRAY['VIP', 'R', 'S', 'A'])[1 + (seat - 1) * 4 / cs.seat_count],
	   10000 * (4 + equivalence.pick('price', cs.n, 8)) - 10000 * ((seat - 1) * 4 / cs.seat_count),
	   seat % 50 * 10, seat / 50 * 12,
	   state.status,
	   CASE WHEN state.status = 'temp_reserved' THEN now()
			+ CASE WHEN equivalence.pick('lapsed ' || cs.n, seat, 2) = 0 THEN interval '-1 minute' ELSE interval '1 day' END END,
	   seat,
	   chr(65 + (seat - 1) / 1300) || chr(65 + (seat - 1) / 50 % 26), 1 + (seat - 1) % 50
FROM (SELECT n, x.id, greatest(4, s.seats / s.schedules) AS seat_count
	  FROM equivalence.settings s, generate_series(1, s.schedules) n
	  JOIN LATERAL (SELECT cs.id FROM concert_booking.concert_schedules cs
					WHERE cs.id = equivalence.make_id('schedule', n)) x ON true
	  WHERE equivalence.pick('empty', n, 20) > 0) cs,
	 generate_series(1, cs.seat_count) seat,
	 LATERAL (SELECT (ARRAY['reserved', 'reserved', 'temp_reserved', 'unavailable', 'available'])
					 [least(5, 1 + equivalence.pick('state ' || cs.n, seat, 12))] AS status) state;

ANALYZE;
