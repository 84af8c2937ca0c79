-- C only: its functions scan indexes below the planner
-- Which function uses which index of create_tables(): one that no function and no foreign key uses fails here.
\i test/fixtures/world.sql

-- enough rows that an index is worth while; ids that tell their number; what triggers derive is written at once
CREATE FUNCTION pg_temp.id(kind text, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS
$$ SELECT (rpad(kind, 8, '0') || '-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid $$;
SET session_replication_role = replica;
INSERT INTO concert_booking.venues (id, name, address)
SELECT pg_temp.id('ab', n), 'Hall ' || n, 'Busan ' || n FROM generate_series(1, 100) n;
INSERT INTO concert_booking.concerts (id, venue_id, title, performers, genre, popularity, created_at)
SELECT pg_temp.id('ac', n), pg_temp.id('ab', n % 50 + 1), 'Night ' || md5(n::text), md5((-n)::text), 'genre ' || n % 40, n % 300,
	   '2026-01-01'::timestamptz - n * interval '1 minute'
FROM generate_series(1, 4000) n;
INSERT INTO concert_booking.concert_schedules (id, concert_id, concert_date, concert_time, starts_at, total_seats, available_seats, is_sold_out,
	lowest_price, booking_opens_at, booking_closes_at, concert_created_at)
SELECT pg_temp.id('ad', n), pg_temp.id('ac', n), '2041-01-01'::date + (n / 20)::integer, '19:00', '2041-01-01 19:00+09'::timestamptz + (n / 20) * interval '1 day',
	   1, CASE WHEN n = 2000 OR n % 4 = 3 THEN 1 ELSE 0 END, n <> 2000 AND n % 4 <> 3, 10000 + n,
	   CASE WHEN n % 100 = 0 THEN '2040-06-01'::timestamptz END, CASE WHEN n % 100 = 1 THEN '2040-07-01'::timestamptz END,
	   '2026-01-01'::timestamptz - n * interval '1 minute'
FROM generate_series(1, 4000) n;
INSERT INTO concert_booking.seats (id, concert_schedule_id, seat_number, seat_grade, price, ordinal, row_label, seat_index, status)
SELECT pg_temp.id('ae', n), pg_temp.id('ad', n), 'A-1', 'R', 10000 + n, 1, 'A', 1, CASE WHEN n = 2000 OR n % 4 = 3 THEN 'available' ELSE 'reserved' END
FROM generate_series(1, 4000) n;
INSERT INTO concert_booking.schedule_prices (concert_schedule_id, seat_grade, price, seat_count, concert_id)
SELECT pg_temp.id('ad', n), 'R', 10000 + n, 1, pg_temp.id('ac', n) FROM generate_series(1, 4000) n;
-- members have even numbers, guests odd ones; every fourth is cancelled, number 2,000 is pending
INSERT INTO concert_booking.bookings (id, user_id, session_id, concert_schedule_id, booking_number, status, customer_name, customer_phone,
	customer_email, seat_count, total_price, cancelled_at, created_at, idempotency_key, pay_by)
SELECT pg_temp.id('b0', n), CASE WHEN n % 2 = 0 THEN pg_temp.id('aa', n) END, CASE WHEN n % 2 = 1 THEN pg_temp.id('aa', n) END,
	   pg_temp.id('ad', n), 'number ' || n, CASE WHEN n = 2000 THEN 'pending' WHEN n % 4 = 3 THEN 'cancelled' ELSE 'confirmed' END,
	   'Name ' || n, '010-' || to_char(n, 'FM0000') || '-0000', 'a' || n || '@example.org', 1, 10000 + n,
	   CASE WHEN n % 4 = 3 THEN '2040-04-01'::timestamptz END, '2040-03-01'::timestamptz + n * interval '1 minute', 'key ' || n,
	   CASE WHEN n = 2000 THEN '2040-04-30'::timestamptz END
FROM generate_series(1, 4000) n;
INSERT INTO concert_booking.booking_seats (booking_id, seat_id, price, active, ticket_code)
SELECT pg_temp.id('b0', n), pg_temp.id('ae', n), 10000 + n, n <> 2000 AND n % 4 <> 3, pg_temp.id('af', n) FROM generate_series(1, 4000) n;
INSERT INTO concert_booking.temp_reservations (user_id, session_id, seat_id, concert_schedule_id, expires_at)
SELECT b.user_id, b.session_id, bs.seat_id, b.concert_schedule_id, '2040-05-01 13:00+09'
FROM concert_booking.bookings b JOIN concert_booking.booking_seats bs ON bs.booking_id = b.id WHERE b.status = 'cancelled';
INSERT INTO concert_booking.wishlists (user_id, concert_id) SELECT pg_temp.id('aa', n), pg_temp.id('ac', n) FROM generate_series(1, 4000) n;
INSERT INTO concert_booking.booking_events (id, occurred_at, event_type, concert_schedule_id, booking_id, seat_count, actor)
SELECT concert_booking.uuid_v7(), '2040-03-01'::timestamptz + n * interval '1 minute', 'booking_confirmed', pg_temp.id('ad', n), pg_temp.id('b0', n), 1, 'test'
FROM generate_series(1, 4000) n;
INSERT INTO concert_booking.payments (booking_id, kind, amount, provider, reference, outcome, actor)
SELECT pg_temp.id('b0', n), 'charge', 10000 + n, 'bank', n::text, 'confirmed', 'test' FROM generate_series(1, 4000) n;
INSERT INTO concert_booking.refunds_due (booking_id, amount, created_at)
SELECT pg_temp.id('b0', n), 100, '2040-04-01'::timestamptz + n * interval '1 minute' FROM generate_series(1, 4000, 4) n;
INSERT INTO concert_booking.archived_schedules (id, concert_id, concert_date, concert_time, starts_at, seat_count, booking_count, schedule, seats)
SELECT pg_temp.id('a5', n), pg_temp.id('ac', n), '2030-01-01', '19:00', '2030-01-01 19:00+09', 0, 1, '{}', '[]' FROM generate_series(1, 4000) n;
INSERT INTO concert_booking.archived_bookings (id, concert_schedule_id, user_id, session_id, booking_number, status, customer_phone,
	customer_email, seat_count, total_price, cancelled_at, created_at, booking, seats)
SELECT pg_temp.id('a6', n), pg_temp.id('a5', n), CASE WHEN n % 2 = 0 THEN pg_temp.id('a7', n) END,
	   CASE WHEN n % 2 = 1 THEN pg_temp.id('a7', n) END, 'archived ' || n, CASE WHEN n % 4 = 3 THEN 'cancelled' ELSE 'confirmed' END,
	   '011-' || to_char(n, 'FM0000') || '-0000', 'b' || n || '@example.org', 1, 1, CASE WHEN n % 4 = 3 THEN '2029-01-01'::timestamptz END,
	   '2028-01-01', jsonb_build_object('customer_name', 'Old ' || n), '[]'
FROM generate_series(1, 4000) n;
RESET session_replication_role;
VACUUM ANALYZE concert_booking.venues, concert_booking.concerts, concert_booking.concert_schedules, concert_booking.seats,
	concert_booking.schedule_prices, concert_booking.bookings, concert_booking.booking_seats, concert_booking.temp_reservations,
	concert_booking.wishlists, concert_booking.booking_events, concert_booking.payments, concert_booking.refunds_due,
	concert_booking.archived_schedules, concert_booking.archived_bookings;

-- whether a statement scans these indexes, itself or by what it calls; the statement is undone
CREATE VIEW pg_temp.scans AS
SELECT p.name AS index_name, pg_stat_get_xact_numscans(('concert_booking.' || p.name)::regclass)
	   + (SELECT coalesce(sum(pg_stat_get_xact_numscans(i.inhrelid)), 0) FROM pg_inherits i
		  WHERE i.inhparent = ('concert_booking.' || p.name)::regclass) AS count
FROM concert_booking.table_parts() p WHERE p.kind = 'index';
CREATE TEMP TABLE used (index_name text);
CREATE FUNCTION pg_temp.uses(statement text, VARIADIC index_names text[]) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	scanned text[];
BEGIN
	BEGIN
		CREATE TEMP TABLE scans_before AS TABLE pg_temp.scans;
		EXECUTE statement;
		SELECT array_agg(s.index_name) INTO scanned
		FROM pg_temp.scans s JOIN scans_before b USING (index_name) WHERE s.count > b.count;
		RAISE EXCEPTION 'undo' USING ERRCODE = 'UNDO1';
	EXCEPTION WHEN SQLSTATE 'UNDO1' THEN
		NULL;
	END;
	INSERT INTO used SELECT u FROM unnest(index_names) u WHERE u = ANY (scanned);
	RETURN (SELECT coalesce('NOT USED: ' || string_agg(u, ' '), 'used') FROM unnest(index_names) u WHERE u <> ALL (coalesce(scanned, '{}')));
END $$;

-- search
SELECT pg_temp.uses($$SELECT FROM concert_booking.search_concerts()$$, 'idx_concerts_created_at', 'idx_concert_schedules_concert_start');
SELECT pg_temp.uses($$SELECT FROM concert_booking.search_concerts(sort_by => 'popularity')$$, 'idx_concerts_popularity');
SELECT pg_temp.uses($$SELECT FROM concert_booking.search_concerts(genre => 'genre 7')$$, 'idx_concerts_genre_created_at');
SELECT pg_temp.uses($$SELECT FROM concert_booking.search_concerts(genre => 'genre 7', sort_by => 'popularity')$$, 'idx_concerts_genre_popularity');
-- also a genre that nobody has beside three that all have: the planner thinks that a third of the concerts in order has it
SELECT pg_temp.uses($$UPDATE concert_booking.concerts SET genre = 'genre ' || popularity % 3; ANALYZE concert_booking.concerts;
	SELECT FROM concert_booking.search_concerts(genre => 'genre 7')$$, 'idx_concerts_genre_created_at');
SELECT pg_temp.uses($$SELECT FROM concert_booking.search_concerts('summer')$$, 'idx_concerts_title_trgm', 'idx_concerts_performers_trgm');
SELECT pg_temp.uses($$SELECT FROM concert_booking.search_concerts('su')$$, 'idx_concerts_bigrams');
SELECT pg_temp.uses($$SELECT FROM concert_booking.search_concerts('m', genre => 'genre 7', sort_by => 'date')$$, 'idx_concerts_bigrams');
SELECT pg_temp.uses($$SELECT FROM concert_booking.search_concerts(sort_by => 'price')$$, 'idx_concert_schedules_price');
SELECT pg_temp.uses($$SELECT FROM concert_booking.search_concerts(price_from => 12345, price_to => 12346)$$, 'idx_schedule_prices_price');
SELECT pg_temp.uses($$SELECT FROM concert_booking.search_concerts(sort_by => 'date')$$, 'idx_concert_schedules_date_concert');
SELECT pg_temp.uses($$SELECT FROM concert_booking.search_concerts(date_from => '2041-02-01', date_to => '2041-02-01')$$, 'idx_concert_schedules_date_concert');
SELECT pg_temp.uses($$SELECT FROM concert_booking.search_concerts(date_from => '2041-04-01')$$, 'idx_concert_schedules_created_date');
SELECT pg_temp.uses($$SELECT set_config('request.method', 'GET', true), set_config('response.headers', '', true);
	SELECT FROM concert_booking.search_concerts()$$,
	'idx_concert_schedules_opens_at', 'idx_concert_schedules_closes_at', 'idx_concert_schedules_starts_at');

-- bookers
SELECT pg_temp.uses($$SELECT FROM concert_booking.my_holds(pg_temp.id('aa', 4))$$, 'idx_temp_reservations_user_id');
SELECT pg_temp.uses($$SELECT FROM concert_booking.my_holds(NULL, pg_temp.id('aa', 3))$$, 'idx_temp_reservations_session_id');
SELECT pg_temp.uses($$SELECT FROM concert_booking.my_bookings(pg_temp.id('aa', 4))$$, 'idx_bookings_user_status', 'idx_archived_bookings_user_id');
SELECT pg_temp.uses($$SELECT FROM concert_booking.my_bookings(NULL, pg_temp.id('aa', 3))$$, 'idx_bookings_session_id', 'idx_archived_bookings_session_id');
SELECT pg_temp.uses($$SELECT FROM concert_booking.book_seats(ARRAY[test.seat('A-1')], pg_temp.id('aa', 4), idempotency_key => 'new')$$, 'idx_bookings_user_key');
SELECT pg_temp.uses($$SELECT FROM concert_booking.book_seats(ARRAY[test.seat('A-1')], session_id => pg_temp.id('aa', 3),
	customer_name => 'Gina', customer_phone => '010-1234-5678', idempotency_key => 'new')$$, 'idx_bookings_session_key');

-- the box office
SELECT pg_temp.uses($$SELECT FROM concert_booking.find_bookings(customer_phone => '010-0004-0000')$$,
	'idx_bookings_customer_phone', 'idx_archived_bookings_customer_phone');
SELECT pg_temp.uses($$SELECT FROM concert_booking.find_bookings(customer_email => 'A4@example.org')$$,
	'idx_bookings_customer_email', 'idx_archived_bookings_customer_email');
SELECT pg_temp.uses($$SELECT FROM concert_booking.find_bookings(customer_name => 'name 17')$$,
	'idx_bookings_customer_name', 'idx_archived_bookings_customer_name');
SELECT pg_temp.uses($$SELECT FROM concert_booking.booking_log(pg_temp.id('b0', 4))$$, 'idx_booking_events_booking_id');
SELECT pg_temp.uses($$SELECT FROM concert_booking.schedule_log(pg_temp.id('ad', 4))$$, 'idx_booking_events_schedule_id');
SELECT pg_temp.uses($$SELECT FROM concert_booking.check_in(ticket_code => pg_temp.id('af', 4))$$, 'idx_booking_seats_ticket_code');
SELECT pg_temp.uses($$SELECT FROM concert_booking.schedule_report(concert_id => pg_temp.id('ac', 4))$$,
	'idx_concert_schedules_concert_start', 'idx_bookings_schedule_id', 'idx_archived_schedules_concert_id', 'idx_archived_bookings_schedule_id');
SELECT pg_temp.uses($$SELECT FROM concert_booking.cancel_schedule(pg_temp.id('ad', 4), 'ill')$$, 'idx_bookings_schedule_id');
SELECT pg_temp.uses($$SELECT FROM concert_booking.payment_status(pg_temp.id('b0', 4))$$, 'idx_payments_booking_id');
SELECT pg_temp.uses($$SELECT FROM concert_booking.due_refunds()$$, 'idx_refunds_due_created_at');

-- upkeep
SELECT pg_temp.uses($$SELECT FROM concert_booking.expire_bookings()$$, 'idx_bookings_status');
SELECT pg_temp.uses($$SELECT FROM concert_booking.purge_cancelled_bookings('2030-01-01')$$, 'idx_bookings_status', 'idx_archived_bookings_cancelled_at');
SELECT pg_temp.uses($$SELECT FROM concert_booking.archive_past_schedules('2040-04-01')$$, 'idx_concert_schedules_starts_at');
SELECT pg_temp.uses($$SELECT FROM concert_booking.popularity_changes('2040-03-03 12:00+09')$$, 'idx_booking_events_occurred_at');

-- foreign keys: a parent that goes asks for its children
SELECT pg_temp.uses($$DELETE FROM concert_booking.venues WHERE id = pg_temp.id('ab', 99)$$, 'idx_concerts_venue_genre');
SELECT pg_temp.uses($$DELETE FROM concert_booking.bookings WHERE id = pg_temp.id('b0', 5);
	DELETE FROM concert_booking.seats WHERE id = pg_temp.id('ae', 5)$$, 'idx_booking_seats_seat_id');
SELECT pg_temp.uses($$DELETE FROM concert_booking.bookings WHERE id = pg_temp.id('b0', 5); DELETE FROM concert_booking.archived_schedules WHERE id = pg_temp.id('a5', 5);
	DELETE FROM concert_booking.concerts WHERE id = pg_temp.id('ac', 5)$$, 'idx_wishlists_concert_id', 'idx_archived_schedules_concert_id', 'idx_bookings_schedule_id');

-- those that nothing uses; a unique index keeps rows apart
SELECT p.name AS unused FROM concert_booking.table_parts() p
JOIN pg_index i ON i.indexrelid = ('concert_booking.' || p.name)::regclass
WHERE p.kind = 'index' AND NOT i.indisunique AND p.name NOT IN (SELECT u.index_name FROM used u) ORDER BY p.name COLLATE "C";

TRUNCATE concert_booking.venues CASCADE;
TRUNCATE concert_booking.booking_events, concert_booking.payments, concert_booking.refunds_due;
