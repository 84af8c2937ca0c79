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
			 /* not about today: which day it is depends on the venue */
			 current_date + equivalence.pick('date', n, 240) - CASE WHEN equivalence.pick('date', n, 240) > 60 THEN 58 ELSE 62 END AS concert_date,
			 make_time(14 + equivalence.pick('hour', n, 7), 30 * equivalence.pick('half', n, 2), 0) AS concert_time,
			 equivalence.pick('open', n, 15) > 0 AS is_booking_open,
			 CASE WHEN equivalence.pick('window', n, 15) = 0 THEN now() + interval '3 days' END AS opens_at,
			 CASE WHEN equivalence.pick('window', n, 15) = 1 THEN now() - interval '3 days' END AS closes_at
	  FROM equivalence.settings s, generate_series(1, s.schedules) n) x
ORDER BY x.concert_id, x.concert_date, x.concert_time, x.n;

/*
 * One seat in six is sold, others are held, held no longer, or blocked. One
 * schedule in twenty has no seat.
 */
CREATE TABLE equivalence.halls AS
SELECT cs.id, n, greatest(4, s.seats / s.schedules) AS seat_count
FROM equivalence.settings s, generate_series(1, s.schedules) n
JOIN LATERAL (SELECT cs.id FROM concert_booking.concert_schedules cs
			  WHERE cs.id = equivalence.make_id('schedule', n)) cs ON true
WHERE equivalence.pick('empty', n, 20) > 0;

INSERT INTO concert_booking.seats
	(id, concert_schedule_id, seat_number, seat_grade, price, position_x, position_y,
	 status, hold_expires_at, ordinal, row_label, seat_index)
SELECT equivalence.make_id('seat of ' || h.n, seat), h.id, r.row_label || '-' || 1 + (seat - 1) % 50,
	   (ARRAY['VIP', 'R', 'S', 'A'])[1 + (seat - 1) * 4 / h.seat_count],
	   10000 * (4 + equivalence.pick('price', h.n, 8)) - 10000 * ((seat - 1) * 4 / h.seat_count),
	   seat % 50 * 10, seat / 50 * 12, t.status,
	   CASE WHEN t.status = 'temp_reserved' THEN now()
			+ CASE WHEN equivalence.pick('lapsed ' || h.n, seat, 2) = 0 THEN interval '-1 minute' ELSE interval '1 day' END END,
	   seat, r.row_label, 1 + (seat - 1) % 50
FROM equivalence.halls h, generate_series(1, h.seat_count) seat,
	 LATERAL (SELECT chr(65 + (seat - 1) / 1300) || chr(65 + (seat - 1) / 50 % 26) AS row_label) r,
	 LATERAL (SELECT (ARRAY['reserved', 'reserved', 'temp_reserved', 'unavailable', 'available'])
					 [least(5, 1 + equivalence.pick('state ' || h.n, seat, 12))] AS status) t;

INSERT INTO concert_booking.temp_reservations (id, user_id, seat_id, concert_schedule_id, held_since, expires_at)
SELECT equivalence.make_id('hold', row_number() OVER (ORDER BY s.id)), equivalence.make_id('user', 1 + s.ordinal % 200),
	   s.id, s.concert_schedule_id, s.hold_expires_at - interval '10 minutes', s.hold_expires_at
FROM concert_booking.seats s WHERE s.status = 'temp_reserved';

/*
 * Bookings: the sold seats of a schedule in parties of one to four, and as many
 * cancelled ones. User 1 has one party in every schedule, guests one in five.
 */
CREATE TABLE equivalence.parties AS
SELECT p.n, p.schedule_id, p.seat_ids, p.is_cancelled,
	   CASE WHEN p.place = 1 THEN 1 WHEN equivalence.pick('guest', p.n, 5) > 0 THEN 1 + equivalence.pick('user', p.n, 2000) END AS member,
	   now() - interval '1 day' - make_interval(mins => equivalence.pick('booked', p.n, 40000)) AS booked_at
FROM (SELECT row_number() OVER (ORDER BY s.concert_schedule_id, s.party, s.is_cancelled) AS n,
			 row_number() OVER (PARTITION BY s.concert_schedule_id ORDER BY s.is_cancelled, s.party) AS place,
			 s.concert_schedule_id AS schedule_id, array_agg(s.id ORDER BY s.ordinal) AS seat_ids, s.is_cancelled
	  FROM (SELECT s.id, s.concert_schedule_id, s.ordinal, s.ordinal / 16 AS party, false AS is_cancelled
			FROM concert_booking.seats s WHERE s.status = 'reserved'
			UNION ALL
			SELECT s.id, s.concert_schedule_id, s.ordinal, s.ordinal / 16, true
			FROM concert_booking.seats s WHERE s.ordinal % 11 = 0) s
	  GROUP BY s.concert_schedule_id, s.party, s.is_cancelled) p;

/* A valid booking number: twelve symbols of Crockford's and their check symbol. */
CREATE FUNCTION equivalence.make_number(n bigint) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (SELECT regexp_replace(string_agg(substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 1 + ((b.bits >> (5 * (11 - i))) & 31)::integer, 1), '' ORDER BY i), '(....)', '\1-', 'g')
			   || substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=U', 1 + (min(b.bits) % 37)::integer, 1)
		FROM (SELECT hashtextextended('number.' || n, 0) & 1152921504606846975 AS bits) b, generate_series(0, 11) i);

INSERT INTO concert_booking.bookings
	(id, user_id, session_id, concert_schedule_id, booking_number, status, customer_name,
	 customer_phone, customer_email, seat_count, total_price, cancelled_at, cancellation_reason, created_at)
SELECT equivalence.make_id('booking', p.n), equivalence.make_id('user', p.member),
	   CASE WHEN p.member IS NULL THEN equivalence.make_id('session', equivalence.pick('session', p.n, 500)) END,
	   p.schedule_id, equivalence.make_number(p.n), CASE WHEN p.is_cancelled THEN 'cancelled' ELSE 'confirmed' END,
	   'Customer ' || p.n, '010-' || 1000 + equivalence.pick('phone', p.n, 500) || '-5678',
	   CASE WHEN equivalence.pick('mail', p.n, 3) > 0 THEN 'c' || equivalence.pick('address', p.n, 500) || '@example.com' END,
	   cardinality(p.seat_ids), t.total_price, CASE WHEN p.is_cancelled THEN p.booked_at + interval '1 hour' END,
	   CASE WHEN p.is_cancelled THEN 'ill' END, p.booked_at
FROM equivalence.parties p, LATERAL (SELECT sum(s.price) AS total_price FROM concert_booking.seats s WHERE s.id = ANY (p.seat_ids)) t;

INSERT INTO concert_booking.booking_seats (id, booking_id, seat_id, price, active)
SELECT equivalence.make_id('booking seat of ' || p.n, row_number() OVER (PARTITION BY p.n)),
	   equivalence.make_id('booking', p.n), s.id, s.price, NOT p.is_cancelled
FROM equivalence.parties p, unnest(p.seat_ids) AS seat_id
JOIN concert_booking.seats s ON s.id = seat_id;

INSERT INTO concert_booking.wishlists (id, user_id, concert_id)
SELECT equivalence.make_id('wish', n), equivalence.make_id('user', 1 + equivalence.pick('wisher', n, 200)),
	   equivalence.make_id('concert', 1 + equivalence.pick('wished', n, s.concerts))
FROM equivalence.settings s, generate_series(1, s.concerts * 2) n
ON CONFLICT DO NOTHING;

ANALYZE;
