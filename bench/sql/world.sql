/*
 * The same world for every side: one hot schedule (number 0) with :hot_seats
 * seats, and 1,000 schedules of 50 seats when :cold_schedules says so. Ids are
 * made from numbers, so that a pgbench script can compute them:
 *
 *   seat n       00000000-0000-7000-8000-(100000000000 + n)
 *   schedule s   00000000-0000-7000-9000-(100000000000 + s)
 *   booker u     00000000-0000-4000-8000-(100000000000 + u)
 *
 * Seats of the hot schedule are 0 .. hot_seats - 1; seat n of schedule
 * s > 0 is 100000 + (s - 1) * 50 + 0 .. 49.
 */
CREATE SCHEMA bench;

CREATE FUNCTION bench.seat(n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE
	RETURN ('00000000-0000-7000-8000-' || (100000000000 + n))::uuid;
CREATE FUNCTION bench.schedule(s bigint) RETURNS uuid LANGUAGE sql IMMUTABLE
	RETURN ('00000000-0000-7000-9000-' || (100000000000 + s))::uuid;
CREATE FUNCTION bench.booker(u bigint) RETURNS uuid LANGUAGE sql IMMUTABLE
	RETURN ('00000000-0000-4000-8000-' || (100000000000 + u))::uuid;

CREATE TABLE bench.plan AS
SELECT n, s, bench.seat(n) AS seat_id, bench.schedule(s) AS schedule_id, bench.booker(n) AS booker_id
FROM (SELECT n, 0 AS s FROM generate_series(0, :hot_seats - 1) n
	  UNION ALL
	  SELECT 100000 + (s - 1) * 50 + i, s
	  FROM generate_series(1, :cold_schedules) s, generate_series(0, 49) i) p;
ALTER TABLE bench.plan ADD PRIMARY KEY (n);

/* -------- the extension -------- */

INSERT INTO concert_booking.venues (id, name, address)
VALUES (bench.schedule(0), 'Olympic Hall', 'Songpa-gu, Seoul');
INSERT INTO concert_booking.concerts (id, venue_id, title, genre, performers)
VALUES (bench.schedule(0), bench.schedule(0), 'Benchmark concert', 'Rock', 'pgbench');
INSERT INTO concert_booking.concert_schedules (id, concert_id, concert_date, concert_time, hold_duration)
SELECT bench.schedule(s), bench.schedule(0), current_date + 30 + s, '19:00', '1 hour'
FROM generate_series(0, :cold_schedules) s;
INSERT INTO concert_booking.seats
	(id, concert_schedule_id, seat_number, seat_grade, price, ordinal, section, row_label, seat_index)
SELECT p.seat_id, p.schedule_id, format('R%s-%s', i / 50, i % 50 + 1), 'R', 150000,
	i + 1, 'main', format('R%s', i / 50), i % 50 + 1
FROM (SELECT p.*, row_number() OVER (PARTITION BY s ORDER BY n) - 1 AS i FROM bench.plan p) p
ORDER BY n;

/* -------- the limit: one row of the same shape, nothing attached -------- */

CREATE TABLE bench.bare_seats (LIKE concert_booking.seats INCLUDING DEFAULTS INCLUDING CONSTRAINTS)
	WITH (fillfactor = 50);
INSERT INTO bench.bare_seats SELECT * FROM concert_booking.seats ORDER BY id;
ALTER TABLE bench.bare_seats ADD PRIMARY KEY (id),
	ADD UNIQUE (concert_schedule_id, seat_number), ADD UNIQUE (concert_schedule_id, ordinal);

/* The same without its CHECK constraints, which PostgreSQL 15 parses anew in every statement. */
CREATE TABLE bench.unchecked_seats (LIKE concert_booking.seats INCLUDING DEFAULTS)
	WITH (fillfactor = 50);
INSERT INTO bench.unchecked_seats SELECT * FROM concert_booking.seats ORDER BY id;
ALTER TABLE bench.unchecked_seats ADD PRIMARY KEY (id),
	ADD UNIQUE (concert_schedule_id, seat_number), ADD UNIQUE (concert_schedule_id, ordinal);

/* -------- system A -------- */

INSERT INTO auth.users (id) SELECT booker_id FROM bench.plan ORDER BY n;
INSERT INTO seed_a.venues (id, name, address)
SELECT id, name, address FROM concert_booking.venues;
INSERT INTO seed_a.concerts (id, venue_id, title, genre, performers)
SELECT id, venue_id, title, genre, performers FROM concert_booking.concerts;
INSERT INTO seed_a.concert_schedules (id, concert_id, concert_date, concert_time, total_seats, available_seats)
SELECT id, concert_id, concert_date, concert_time, total_seats, available_seats
FROM concert_booking.concert_schedules;
INSERT INTO seed_a.seats (id, concert_schedule_id, seat_number, seat_grade, price)
SELECT id, concert_schedule_id, seat_number, seat_grade, price
FROM concert_booking.seats ORDER BY id;

/* -------- system B -------- */

INSERT INTO seed_b.concerts (id, title) SELECT id, title FROM concert_booking.concerts;
INSERT INTO seed_b.schedules (id, concert_id, date_time)
SELECT id, concert_id, starts_at FROM concert_booking.concert_schedules;
INSERT INTO seed_b.seats (id, schedule_id, seat_number, grade, price)
SELECT id, concert_schedule_id, seat_number, seat_grade, price
FROM concert_booking.seats ORDER BY id;

/* -------- back to the start between rounds -------- */

CREATE PROCEDURE bench.reset_extension() LANGUAGE plpgsql AS $$
BEGIN
	SET LOCAL session_replication_role = replica;
	TRUNCATE concert_booking.temp_reservations, concert_booking.booking_seats,
		concert_booking.bookings, concert_booking.availability_changes,
		concert_booking.booking_events, concert_booking.payments, concert_booking.refunds_due;
	UPDATE concert_booking.seats SET status = 'available', hold_expires_at = NULL
	WHERE status <> 'available' OR hold_expires_at IS NOT NULL;
	UPDATE concert_booking.concert_schedules SET available_seats = total_seats, is_sold_out = false
	WHERE available_seats <> total_seats OR is_sold_out;
END $$;

/* Not for sale: the hot schedule's seats from that one on, for hold_best_seats(). */
CREATE PROCEDURE bench.block_extension(seats integer) LANGUAGE plpgsql AS $$
BEGIN
	SET LOCAL session_replication_role = replica;
	UPDATE concert_booking.seats s SET status = 'unavailable'
	FROM bench.plan p WHERE p.seat_id = s.id AND p.s = 0 AND p.n >= seats;
	UPDATE concert_booking.concert_schedules cs SET available_seats = seats
	WHERE cs.id = bench.schedule(0);
END $$;

CREATE PROCEDURE bench.reset_bare() LANGUAGE plpgsql AS $$
BEGIN
	UPDATE bench.bare_seats SET status = 'available', hold_expires_at = NULL
	WHERE status <> 'available';
END $$;

CREATE PROCEDURE bench.reset_unchecked() LANGUAGE plpgsql AS $$
BEGIN
	UPDATE bench.unchecked_seats SET status = 'available', hold_expires_at = NULL
	WHERE status <> 'available';
END $$;

CREATE PROCEDURE bench.reset_seed_a() LANGUAGE plpgsql AS $$
BEGIN
	SET LOCAL session_replication_role = replica;
	TRUNCATE seed_a.temp_reservations, seed_a.booking_seats, seed_a.bookings;
	UPDATE seed_a.seats SET status = 'available' WHERE status <> 'available';
	UPDATE seed_a.concert_schedules SET available_seats = total_seats, is_sold_out = false
	WHERE available_seats <> total_seats OR is_sold_out;
END $$;

CREATE PROCEDURE bench.reset_seed_b() LANGUAGE plpgsql AS $$
BEGIN
	SET LOCAL session_replication_role = replica;
	TRUNCATE seed_b.reservations;
	UPDATE seed_b.seats SET status = 'available' WHERE status <> 'available';
END $$;

/* -------- ready to confirm: seats 0 .. seats - 1 are held, seat n by booker n -------- */

CREATE PROCEDURE bench.prepare_extension(seats integer) LANGUAGE plpgsql AS $$
BEGIN
	PERFORM concert_booking.hold_seat(p.seat_id, p.booker_id)
	FROM bench.plan p WHERE p.n < seats ORDER BY p.n;
END $$;

CREATE PROCEDURE bench.prepare_seed_a(seats integer) LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO seed_a.temp_reservations (user_id, seat_id, expires_at)
	SELECT p.booker_id, p.seat_id, now() + interval '1 hour'
	FROM bench.plan p WHERE p.n < seats ORDER BY p.n;
	UPDATE seed_a.seats SET status = 'temp_reserved'
	WHERE id IN (SELECT seat_id FROM seed_a.temp_reservations);
END $$;

/* Every hold that is there lapsed a day ago. */
CREATE PROCEDURE bench.lapse_extension() LANGUAGE plpgsql AS $$
BEGIN
	SET LOCAL session_replication_role = replica;
	UPDATE concert_booking.temp_reservations
	SET held_since = held_since - interval '1 day', expires_at = expires_at - interval '1 day';
	UPDATE concert_booking.seats SET hold_expires_at = hold_expires_at - interval '1 day'
	WHERE hold_expires_at IS NOT NULL;
END $$;

/*
 * The counter-row way with everything else equal: the extension's own confirm,
 * and one row that every sale of the schedule updates before it commits.
 */
CREATE TABLE bench.counters (id uuid PRIMARY KEY, sold_seats bigint NOT NULL DEFAULT 0)
	WITH (fillfactor = 10);
INSERT INTO bench.counters SELECT bench.schedule(0);
CREATE FUNCTION bench.confirm_with_counter(p_schedule_id uuid, p_user_id uuid)
RETURNS concert_booking.booking_receipt LANGUAGE plpgsql AS $$
DECLARE
	v_receipt concert_booking.booking_receipt;
BEGIN
	v_receipt := concert_booking.confirm_booking(p_schedule_id, p_user_id);
	UPDATE bench.counters c SET sold_seats = c.sold_seats + v_receipt.seat_count
	WHERE c.id = p_schedule_id;
	RETURN v_receipt;
END $$;

VACUUM ANALYZE;
