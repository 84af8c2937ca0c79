/*
 * Every reading function beside the seed's own statement, row by row, for
 * random arguments.
 *
 * psql variables: seed (the same seed asks the same questions), rounds (of each
 * comparison). Needs a database filled by generate.sql. What differs is left in
 * equivalence.results, with both answers.
 *
 * The seeds' statements run over views with the seeds' names. These views are
 * where the data model or the rule differs (docs/internals/flows.md): a lapsed hold is
 * shown as available, system B knows neither holds nor closed schedules, and
 * both order equal rows by id. %, _ and \ are escaped before they go into a
 * seed's LIKE. Everything else is theirs.
 */
\set ON_ERROR_STOP on
SET client_min_messages = warning;

CREATE SCHEMA equivalence_a;
CREATE VIEW equivalence_a.venues AS SELECT * FROM concert_booking.venues;
CREATE VIEW equivalence_a.concerts AS SELECT * FROM concert_booking.concerts;
CREATE VIEW equivalence_a.concert_schedules AS SELECT * FROM concert_booking.concert_schedules;
CREATE VIEW equivalence_a.bookings AS SELECT * FROM concert_booking.bookings;
CREATE VIEW equivalence_a.booking_seats AS SELECT * FROM concert_booking.booking_seats;
CREATE VIEW equivalence_a.wishlists AS SELECT * FROM concert_booking.wishlists;
CREATE VIEW equivalence_a.seats AS
SELECT s.id, s.concert_schedule_id, s.seat_number, s.seat_grade, s.price, s.position_x, s.position_y,
	   CASE WHEN s.status = 'temp_reserved' AND s.hold_expires_at <= now() THEN 'available' ELSE s.status END AS status
FROM concert_booking.seats s;

CREATE SCHEMA equivalence_b;
CREATE VIEW equivalence_b.concerts AS
SELECT c.id, c.title, c.description, c.poster_url AS poster_image_url, c.created_at
FROM concert_booking.concerts c;
CREATE VIEW equivalence_b.schedules AS
SELECT cs.id, cs.concert_id, cs.starts_at AS date_time
FROM concert_booking.concert_schedules cs
JOIN concert_booking.concerts c ON c.id = cs.concert_id
WHERE c.status = 'active' AND NOT c.is_deleted AND cs.is_booking_open
  AND coalesce(cs.booking_opens_at <= now(), true) AND coalesce(cs.booking_closes_at > now(), true);
CREATE VIEW equivalence_b.all_schedules AS
SELECT cs.id, cs.concert_id, cs.starts_at AS date_time FROM concert_booking.concert_schedules cs;
CREATE VIEW equivalence_b.seats AS
SELECT s.id, s.concert_schedule_id AS schedule_id, s.seat_number, s.seat_grade AS grade, s.price,
	   CASE WHEN s.status = 'temp_reserved' THEN 'available' ELSE s.status END AS status
FROM concert_booking.seats s;
CREATE VIEW equivalence_b.reservations AS
SELECT b.id, b.concert_schedule_id AS schedule_id, b.booking_number, b.customer_name, b.customer_phone,
	   b.customer_email, b.total_price, b.status, b.created_at
FROM concert_booking.bookings b;

CREATE TABLE equivalence.results (
	what text, question text, same boolean, ours text[], theirs text[], scanned text);

CREATE FUNCTION equivalence.chance(part double precision) RETURNS boolean
LANGUAGE sql VOLATILE RETURN random() < part;

CREATE FUNCTION equivalence.one_of(VARIADIC choices text[]) RETURNS text
LANGUAGE sql VOLATILE RETURN choices[1 + floor(random() * cardinality(choices))::integer];

CREATE FUNCTION equivalence.like_pattern(word text) RETURNS text
LANGUAGE sql IMMUTABLE RETURN '%' || regexp_replace(word, '([\\%_])', '\\\1', 'g') || '%';

/* An id of one of the rows of a table. */
CREATE FUNCTION equivalence.any_id(table_name text) RETURNS uuid
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
	found_id uuid;
BEGIN
	/* The first id behind a random point: the ids are hashes. */
	EXECUTE format('SELECT id FROM concert_booking.%I WHERE id >= md5(random()::text)::uuid ORDER BY id LIMIT 1', table_name)
	INTO found_id;
	RETURN found_id;
END $$;

/* Sequential scans of the big tables by this transaction so far. */
CREATE FUNCTION equivalence.big_scans() RETURNS bigint
LANGUAGE sql VOLATILE AS $$
	SELECT pg_stat_get_xact_numscans('concert_booking.seats'::regclass)
		 + pg_stat_get_xact_numscans('concert_booking.bookings'::regclass)
		 + pg_stat_get_xact_numscans('concert_booking.booking_seats'::regclass)
$$;

CREATE PROCEDURE equivalence.compare(what text, question text, ours text, seed_schema text, theirs text)
LANGUAGE plpgsql AS $$
DECLARE
	our_rows text[];
	their_rows text[];
	scans bigint := equivalence.big_scans();
BEGIN
	PERFORM set_config('search_path', 'pg_catalog', true);
	EXECUTE format('SELECT array_agg(t::text) FROM (%s) t', ours) INTO our_rows;
	scans := equivalence.big_scans() - scans;
	PERFORM set_config('search_path', seed_schema, true);
	EXECUTE format('SELECT array_agg(t::text) FROM (%s) t', theirs) INTO their_rows;
	PERFORM set_config('search_path', 'pg_catalog', true);
	INSERT INTO equivalence.results
	SELECT compare.what, compare.question, coalesce(our_rows, '{}') = coalesce(their_rows, '{}'),
		   our_rows, their_rows, CASE WHEN scans > 0 THEN 'scanned' END;
END $$;

/* -------- A 3.1 -------- */

CREATE PROCEDURE equivalence.search()
LANGUAGE plpgsql AS $$
DECLARE
	word text;
	genre text;
	day_from date;
	day_to date;
	region text;
	price_from integer;
	price_to integer;
	sort text := equivalence.one_of('latest', 'popularity', 'price', 'date');
	size integer := 1 + floor(random() * 40);
	skip integer := CASE WHEN random() < 0.6 THEN 0 ELSE floor(random() * 30) END;
	conditions text := '';
BEGIN
	IF random() < 0.3 THEN
		word := equivalence.one_of('jazz', 'Rock', '콘', '월드 투어', '아이유', '%', '100%', '_', 'a_b', '\', 'back\sl', 'BTS', 'o', 'nobody');
		conditions := conditions || format(' AND (c.title ILIKE %1$L OR c.performers ILIKE %1$L)', equivalence.like_pattern(word));
	END IF;
	IF random() < 0.2 THEN
		genre := equivalence.one_of('Rock', 'Pop', 'Jazz', 'Classic', 'none');
		conditions := conditions || format(' AND c.genre = %L', genre);
	END IF;
	IF random() < 0.3 THEN
		day_from := current_date - 62 + floor(random() * 200)::integer;
		day_to := day_from + floor(random() * 60)::integer;
		conditions := conditions || format(' AND cs.concert_date BETWEEN %L AND %L', day_from, day_to);
	END IF;
	IF random() < 0.2 THEN
		region := equivalence.one_of('서울', '부산', '경기도', '1번길', '%', 'nowhere');
		conditions := conditions || format(' AND v.address LIKE %L', equivalence.like_pattern(region));
	END IF;
	IF random() < 0.3 THEN
		price_from := 10000 * floor(random() * 12);
		price_to := price_from + 10000 * floor(random() * 5);
		conditions := conditions || format(' AND s.price BETWEEN %L AND %L', price_from, price_to);
	END IF;
	CALL equivalence.compare('search_concerts is A 3.1',
		concat_ws(', ', word, genre, day_from, day_to, region, price_from, price_to, sort, size, skip),
		format('SELECT concert_id, title, poster_url, genre, performers, venue_name, venue_address, nearest_date, min_price
			FROM concert_booking.search_concerts(%L, %L, %L, %L, %L, %L, %L, false, %L, %L, %L)',
			word, genre, day_from, day_to, region, price_from, price_to, sort, size, skip),
		'equivalence_a', format('
			SELECT c.id, c.title, c.poster_url, c.genre, c.performers,
				   v.name AS venue_name, v.address AS venue_address,
				   MIN(cs.concert_date) AS nearest_date, MIN(s.price) AS min_price
			FROM concerts c
			INNER JOIN venues v ON c.venue_id = v.id
			INNER JOIN concert_schedules cs ON c.id = cs.concert_id
			INNER JOIN seats s ON cs.id = s.concert_schedule_id
			WHERE c.is_deleted = FALSE AND c.status = ''active'' %s
			GROUP BY c.id, c.title, c.poster_url, c.genre, c.performers, c.created_at, c.popularity, v.name, v.address
			ORDER BY CASE WHEN %2$L = ''latest'' THEN c.created_at END DESC,
				CASE WHEN %2$L = ''popularity'' THEN c.popularity END DESC,
				CASE WHEN %2$L = ''price'' THEN MIN(s.price) END ASC,
				CASE WHEN %2$L = ''date'' THEN MIN(cs.concert_date) END ASC, c.id DESC
			LIMIT %3$s OFFSET %4$s', conditions, sort, size, skip));
END $$;

/* -------- A 3.2 -------- */

CREATE PROCEDURE equivalence.detail()
LANGUAGE plpgsql AS $$
DECLARE
	concert uuid := equivalence.any_id('concerts');
	member uuid := equivalence.make_id('user', 1 + floor(random() * 200)::integer);
BEGIN
	IF concert IS NULL OR (SELECT c.is_deleted FROM concert_booking.concerts c WHERE c.id = concert) THEN
		RETURN;
	END IF;
	CALL equivalence.compare('concert_detail has A 3.2, concert', concert::text,
		format('SELECT d #>> ''{concert,title}'', d #>> ''{concert,genre}'', d #>> ''{concert,running_time}'', d #>> ''{concert,status}'',
				d #>> ''{venue,name}'', d #>> ''{venue,address}'', d #>> ''{venue,location_lat}'', d #>> ''{venue,location_lng}''
			FROM concert_booking.concert_detail(%L) d', concert),
		'equivalence_a', format('SELECT c.title, c.genre, c.running_time, c.status,
				v.name AS venue_name, v.address AS venue_address, v.location_lat, v.location_lng
			FROM concerts c INNER JOIN venues v ON c.venue_id = v.id
			WHERE c.id = %L AND c.is_deleted = FALSE', concert));
	CALL equivalence.compare('concert_detail has A 3.2, schedules', concert::text,
		format('SELECT s.concert_schedule_id, s.concert_date, s.concert_time, s.available_seats, s.is_sold_out, s.is_booking_open
			FROM jsonb_to_recordset(concert_booking.concert_detail(%L) -> ''schedules'') AS s (concert_schedule_id uuid, concert_date date,
				concert_time time, available_seats integer, is_sold_out boolean, is_booking_open boolean)', concert),
		'equivalence_a', format('SELECT id, concert_date, concert_time, available_seats, is_sold_out, is_booking_open
			FROM concert_schedules WHERE concert_id = %L ORDER BY concert_date, concert_time', concert));
	CALL equivalence.compare('concert_detail has A 3.2, grades', concert::text,
		format('SELECT s.concert_schedule_id, g.seat_grade, g.min_price, g.max_price
			FROM jsonb_to_recordset(concert_booking.concert_detail(%L) -> ''schedules'') AS s (concert_schedule_id uuid, grades jsonb),
				 jsonb_to_recordset(s.grades) AS g (seat_grade text, min_price integer, max_price integer)
			ORDER BY 1, 2', concert),
		'equivalence_a', format('SELECT concert_schedule_id, seat_grade, MIN(price) AS min_price, MAX(price) AS max_price
			FROM seats WHERE concert_schedule_id IN (SELECT id FROM concert_schedules WHERE concert_id = %L)
			GROUP BY concert_schedule_id, seat_grade ORDER BY 1, 2', concert));
	CALL equivalence.compare('concert_detail has A 3.2, wishlist', concat_ws(', ', concert, member),
		format('SELECT (concert_booking.concert_detail(%L, %L) -> ''is_wishlisted'')::boolean', concert, member),
		'equivalence_a', format('SELECT EXISTS(SELECT 1 FROM wishlists WHERE user_id = %L AND concert_id = %L) AS is_wishlisted',
			member, concert));
END $$;

/* -------- A 3.2 (grades), A 3.3.1, B 4 -------- */

CREATE PROCEDURE equivalence.seat_map()
LANGUAGE plpgsql AS $$
DECLARE
	schedule uuid := equivalence.any_id('concert_schedules');
BEGIN
	CALL equivalence.compare('seat_grades is A 3.2', schedule::text,
		format('SELECT seat_grade, min_price, max_price, total_seats, free_seats FROM concert_booking.seat_grades(%L) ORDER BY 1', schedule),
		'equivalence_a', format('SELECT seat_grade, MIN(price) AS min_price, MAX(price) AS max_price,
				COUNT(*), COUNT(CASE WHEN status = ''available'' THEN 1 END)
			FROM seats WHERE concert_schedule_id = %L GROUP BY seat_grade ORDER BY 1', schedule));
	CALL equivalence.compare('seat_map is A 3.3.1, but for the order', schedule::text,
		format('SELECT seat_id, seat_number, seat_grade, price, position_x, position_y, status
			FROM concert_booking.seat_map(%L) ORDER BY seat_number', schedule),
		'equivalence_a', format('SELECT id, seat_number, seat_grade, price, position_x, position_y, status
			FROM seats WHERE concert_schedule_id = %L ORDER BY seat_number', schedule));
	CALL equivalence.compare('seat_map is B 4, but for the order', schedule::text,
		format('SELECT seat_id, seat_number, seat_grade, price, replace(status, ''temp_reserved'', ''available'')
			FROM concert_booking.seat_map(%L) ORDER BY seat_number', schedule),
		'equivalence_b', format('SELECT id, seat_number, grade, price, status FROM seats WHERE schedule_id = %L ORDER BY seat_number', schedule));
	CALL equivalence.compare('seat_map is in seat order', schedule::text,
		format('SELECT seat_number FROM concert_booking.seat_map(%L)', schedule),
		'equivalence_a', format('SELECT seat_number FROM seats WHERE concert_schedule_id = %L
			ORDER BY split_part(seat_number, ''-'', 1), split_part(seat_number, ''-'', 2)::integer', schedule));
	CALL equivalence.compare('seat_status is seat_map, letter by letter', schedule::text,
		format('SELECT seat_count, statuses FROM concert_booking.seat_status(%L)', schedule),
		'concert_booking', format('SELECT count(*), coalesce(string_agg(left(status, 1), '''' ORDER BY ordinal), '''') FROM seat_map(%L)', schedule));
END $$;

/* -------- A 3.4, A 3.5 -------- */

CREATE PROCEDURE equivalence.bookings()
LANGUAGE plpgsql AS $$
DECLARE
	some_id uuid := equivalence.any_id('bookings');
	member uuid := CASE WHEN random() < 0.4 THEN equivalence.make_id('user', 1)
						ELSE (SELECT b.user_id FROM concert_booking.bookings b WHERE b.id = some_id) END;
	status text := CASE WHEN random() < 0.5 THEN equivalence.one_of('confirmed', 'cancelled') END;
	period text := CASE WHEN random() < 0.5 THEN equivalence.one_of('upcoming', 'past') END;
	word text := CASE WHEN random() < 0.3 THEN equivalence.one_of('jazz', '콘', '100%', '_', '\', 'o') END;
	sort text := equivalence.one_of('latest', 'date');
	size integer := 1 + floor(random() * 15);
	skip integer := CASE WHEN random() < 0.6 THEN 0 ELSE floor(random() * 15) END;
	conditions text := '';
	booking record;
BEGIN
	member := coalesce(member, equivalence.make_id('user', 2));
	IF status IS NOT NULL THEN
		conditions := conditions || format(' AND b.status = %L', status);
	END IF;
	IF word IS NOT NULL THEN
		conditions := conditions || format(' AND c.title ILIKE %L', equivalence.like_pattern(word));
	END IF;
	CALL equivalence.compare('my_bookings is A 3.4', concat_ws(', ', member, status, period, word, sort, size, skip),
		format('SELECT booking_id, booking_number, status, created_at, concert_title, poster_url, concert_date, concert_time,
				venue_name, venue_address, seat_count, ARRAY(SELECT n FROM unnest(seat_numbers) n ORDER BY n)
			FROM concert_booking.my_bookings(%L, NULL, %L, %L, %L, %L, %L, %L)', member, status, period, word, sort, size, skip),
		'equivalence_a', format('
			SELECT b.id, b.booking_number, b.status, b.created_at, c.title AS concert_title, c.poster_url,
				cs.concert_date, cs.concert_time, v.name AS venue_name, v.address AS venue_address,
				COUNT(bs.seat_id) AS seat_count, ARRAY_AGG(s.seat_number ORDER BY s.seat_number) AS seat_numbers
			FROM bookings b
			INNER JOIN concert_schedules cs ON b.concert_schedule_id = cs.id
			INNER JOIN concerts c ON cs.concert_id = c.id
			INNER JOIN venues v ON c.venue_id = v.id
			LEFT JOIN booking_seats bs ON b.id = bs.booking_id
			LEFT JOIN seats s ON bs.seat_id = s.id
			WHERE b.user_id = %L %s
			  AND (CASE WHEN %3$L = ''upcoming'' THEN cs.concert_date >= CURRENT_DATE
						WHEN %3$L = ''past'' THEN cs.concert_date < CURRENT_DATE ELSE TRUE END)
			GROUP BY b.id, b.booking_number, b.status, b.created_at, cs.starts_at,
				c.title, c.poster_url, cs.concert_date, cs.concert_time, v.name, v.address
			ORDER BY CASE WHEN %4$L = ''date'' THEN cs.concert_date END ASC, CASE WHEN %4$L = ''date'' THEN cs.starts_at END ASC,
				CASE WHEN %4$L = ''latest'' THEN b.created_at END DESC, b.id DESC
			LIMIT %5$s OFFSET %6$s', member, conditions, period, sort, size, skip));

	SELECT b.id, b.user_id INTO booking FROM concert_booking.bookings b
	WHERE b.id = some_id AND b.user_id IS NOT NULL;
	IF NOT FOUND THEN
		RETURN;
	END IF;
	CALL equivalence.compare('booking_detail is A 3.5', booking.id::text,
		format('SELECT booking_id, booking_number, status, created_at, cancelled_at, cancellation_reason, concert_title, poster_url,
				performers, concert_date, concert_time, venue_name, venue_address, location_lat, location_lng,
				ARRAY(SELECT (e - ''{seat_id,price_type,active,cancellation_fee,ticket_code}''::text[])::text FROM jsonb_array_elements(seats) e ORDER BY e ->> ''seat_number'')
			FROM concert_booking.booking_detail(%L, %L)', booking.id, booking.user_id),
		'equivalence_a', format('
			SELECT b.id, b.booking_number, b.status, b.created_at, b.cancelled_at, b.cancellation_reason,
				c.title AS concert_title, c.poster_url, c.performers, cs.concert_date, cs.concert_time,
				v.name AS venue_name, v.address AS venue_address, v.location_lat, v.location_lng,
				ARRAY_AGG(JSON_BUILD_OBJECT(''seat_number'', s.seat_number, ''seat_grade'', s.seat_grade, ''price'', s.price)::jsonb::text
					ORDER BY s.seat_number) AS seats
			FROM bookings b
			INNER JOIN concert_schedules cs ON b.concert_schedule_id = cs.id
			INNER JOIN concerts c ON cs.concert_id = c.id
			INNER JOIN venues v ON c.venue_id = v.id
			LEFT JOIN booking_seats bs ON b.id = bs.booking_id
			LEFT JOIN seats s ON bs.seat_id = s.id
			WHERE b.id = %L AND b.user_id = %L
			GROUP BY b.id, b.booking_number, b.status, b.created_at, b.cancelled_at, b.cancellation_reason,
				c.title, c.poster_url, c.performers, cs.concert_date, cs.concert_time,
				v.name, v.address, v.location_lat, v.location_lng', booking.id, booking.user_id));
END $$;

/* -------- B 1, B 2, B 3 -------- */

CREATE PROCEDURE equivalence.calendar()
LANGUAGE plpgsql AS $$
DECLARE
	concert uuid := equivalence.any_id('concerts');
	day date;
BEGIN
	/* B 1 as written is refused: what DISTINCT orders by must be selected. */
	CALL equivalence.compare('search_concerts, bookable, is B 1', 'all',
		'SELECT concert_id, title, poster_url FROM concert_booking.search_concerts(bookable_only => true, page_size => 1000) WHERE opens_at IS NULL',
		'equivalence_b', 'SELECT t.id, t.title, t.poster_image_url FROM (
			SELECT DISTINCT c.id, c.title, c.poster_image_url, c.created_at
			FROM concerts c INNER JOIN schedules s ON c.id = s.concert_id
			WHERE s.date_time > NOW() AND EXISTS (SELECT FROM seats st WHERE st.schedule_id = s.id)
			ORDER BY c.created_at DESC, c.id DESC LIMIT 1000) t');

	/* B takes the day of the session; here it is the venue's. */
	PERFORM set_config('timezone', v.timezone, true)
	FROM concert_booking.concerts c JOIN concert_booking.venues v ON v.id = c.venue_id WHERE c.id = concert;
	CALL equivalence.compare('available_dates is B 2', concert::text,
		format('SELECT available_date FROM concert_booking.available_dates(%L) WHERE opens_at IS NULL', concert),
		'equivalence_b', format('SELECT DISTINCT DATE(s.date_time) as available_date FROM schedules s
			WHERE s.concert_id = %L AND s.date_time > NOW() ORDER BY available_date', concert));
	SELECT cs.concert_date INTO day FROM concert_booking.concert_schedules cs
	WHERE cs.concert_id = concert ORDER BY random() LIMIT 1;
	IF FOUND THEN
		CALL equivalence.compare('schedules_on is B 3', concat_ws(', ', concert, day),
			format('SELECT concert_schedule_id, starts_at, available_seats FROM concert_booking.schedules_on(%L, %L) WHERE opens_at IS NULL', concert, day),
			'equivalence_b', format('
				SELECT s.id, s.date_time, COUNT(CASE WHEN st.status = ''available'' THEN 1 END) as available_seats
				FROM schedules s LEFT JOIN seats st ON s.id = st.schedule_id
				WHERE s.concert_id = %L AND DATE(s.date_time) = %L AND s.date_time > NOW()
				GROUP BY s.id, s.date_time ORDER BY s.date_time', concert, day));
	END IF;
	PERFORM set_config('timezone', 'UTC', true);
END $$;

/* -------- B 6 -------- */

CREATE PROCEDURE equivalence.office()
LANGUAGE plpgsql AS $$
DECLARE
	some_id uuid := equivalence.any_id('bookings');
	number text := CASE WHEN random() < 0.5 THEN (SELECT b.booking_number FROM concert_booking.bookings b WHERE b.id = some_id) END;
	phone text := CASE WHEN random() < 0.5 THEN '010-' || 1000 + floor(random() * 600)::integer || '-5678' END;
	email text := CASE WHEN number IS NULL AND phone IS NULL OR random() < 0.3
					   THEN 'c' || floor(random() * 600) || '@example.com' END;
	guest record;
BEGIN
	CALL equivalence.compare('find_bookings is B 6', concat_ws(', ', number, phone, email),
		format('SELECT booking_id, concert_title, starts_at, customer_name, total_price, status, created_at
			FROM concert_booking.find_bookings(%L, %L, %L, page_size => 1000)', number, phone, email),
		'equivalence_b', format('
			SELECT r.id, c.title as concert_title, s.date_time, r.customer_name, r.total_price, r.status, r.created_at
			FROM reservations r
			INNER JOIN all_schedules s ON r.schedule_id = s.id
			INNER JOIN concerts c ON s.concert_id = c.id
			WHERE (r.booking_number = %L OR r.customer_phone = %L OR r.customer_email = %L)
			ORDER BY r.created_at DESC, r.id DESC LIMIT 1000', number, phone, email));
	SELECT b.booking_number, b.customer_phone INTO guest FROM concert_booking.bookings b
	WHERE b.id = some_id AND b.user_id IS NULL;
	IF FOUND THEN
		CALL equivalence.compare('find_guest_booking is B 6 with both proofs', guest.booking_number,
			format('SELECT booking_id, concert_title, starts_at, customer_name, total_price, status, created_at
				FROM concert_booking.find_guest_booking(%L, %L)', guest.booking_number, guest.customer_phone),
			'equivalence_b', format('
				SELECT r.id, c.title as concert_title, s.date_time, r.customer_name, r.total_price, r.status, r.created_at
				FROM reservations r
				INNER JOIN all_schedules s ON r.schedule_id = s.id
				INNER JOIN concerts c ON s.concert_id = c.id
				WHERE r.booking_number = %L AND r.customer_phone = %L', guest.booking_number, guest.customer_phone));
	END IF;
END $$;

SET timezone = 'UTC';
SELECT setseed((:seed % 1000000) / 1000000.0) \g /dev/null
SELECT format('CALL equivalence.%I()', p.name)
FROM generate_series(1, :rounds) AS round, unnest('{search,detail,seat_map,bookings,calendar,office}'::text[]) AS p (name)
ORDER BY p.name, round \gexec
