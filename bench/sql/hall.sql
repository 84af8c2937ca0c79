/*
 * A hall of :seats seats for hall.py, and a small one of 40 beside it: with the
 * setting hall.small on, everything here is about the small one. Schedule h of
 * either has the id hall.schedule(h); its concert has hall.schedule(0).
 */
CREATE SCHEMA hall;

CREATE FUNCTION hall.is_small() RETURNS boolean LANGUAGE sql STABLE
	RETURN coalesce(nullif(current_setting('hall.small', true), '')::boolean, false);
CREATE FUNCTION hall.seats() RETURNS integer LANGUAGE sql STABLE
	RETURN CASE WHEN hall.is_small() THEN 40 ELSE :seats END;
CREATE FUNCTION hall.schedule(h integer) RETURNS uuid LANGUAGE sql STABLE
	RETURN ('00000000-0000-7000-9000-' || (100000000000 + h + CASE WHEN hall.is_small() THEN 10 ELSE 0 END))::uuid;
CREATE FUNCTION hall.booker(n integer) RETURNS uuid LANGUAGE sql IMMUTABLE
	RETURN ('00000000-0000-4000-8000-' || (100000000000 + n))::uuid;
/* The small hall's days come first, so that it can be archived alone. */
CREATE FUNCTION hall.day(n integer) RETURNS date LANGUAGE sql STABLE
	RETURN current_date + n + CASE WHEN hall.is_small() THEN 100 ELSE 200 END;

INSERT INTO concert_booking.venues (id, name, address) VALUES (hall.schedule(0), 'Stadium', 'Seoul');
INSERT INTO concert_booking.concerts (id, venue_id, title, genre, performers)
SELECT hall.schedule(h), hall.schedule(0), 'A hall', 'Rock', 'Everybody' FROM (VALUES (0), (10)) c (h);
INSERT INTO concert_booking.concert_schedules (id, concert_id, concert_date, concert_time)
SELECT hall.schedule(h), hall.schedule(h / 10 * 10), hall.day(CASE WHEN h < 10 THEN h ELSE h - 100 END), '19:00' FROM generate_series(1, 19) h WHERE h <> 10;

/* Rows of 100 seats, or of 10 in the small hall, in up to ten grades. */
CREATE PROCEDURE hall.generate(h integer) LANGUAGE plpgsql AS $$
DECLARE
	row_seats constant integer := CASE WHEN hall.is_small() THEN 10 ELSE 100 END;
	labels constant text[] := concert_booking.row_labels(hall.seats() / row_seats, '1');
	grade_rows constant integer := greatest(1, cardinality(labels) / 10);
	first integer := 1;
	grade integer := 0;
BEGIN
	WHILE first <= cardinality(labels) LOOP
		grade := grade + 1;
		PERFORM concert_booking.generate_seats(hall.schedule(h), labels[first:first + grade_rows - 1], row_seats,
			'G' || grade, 200000 - grade);
		first := first + grade_rows;
	END LOOP;
END
$$;

CREATE FUNCTION hall.ids(h integer) RETURNS uuid[] LANGUAGE sql AS $$
	SELECT array_agg(s.id ORDER BY s.ordinal) FROM concert_booking.seats s WHERE s.concert_schedule_id = hall.schedule(h)
$$;

/* The plan of a schedule as import_seats() takes it, and the same backwards and dearer. */
CREATE TABLE hall.plans (small boolean, backwards boolean, seats jsonb);
CREATE PROCEDURE hall.keep_plan(h integer) LANGUAGE sql AS $$
	INSERT INTO hall.plans
	SELECT hall.is_small(), b.backwards, jsonb_agg(jsonb_build_object('seat_number', s.seat_number, 'seat_grade', s.seat_grade,
		'price', s.price + b.backwards::integer, 'position_x', s.position_x, 'position_y', s.position_y)
		ORDER BY CASE WHEN b.backwards THEN -s.ordinal ELSE s.ordinal END)
	FROM concert_booking.seats s, (VALUES (false), (true)) b (backwards)
	WHERE s.concert_schedule_id = hall.schedule(h) GROUP BY b.backwards
$$;
CREATE FUNCTION hall.plan(backwards boolean) RETURNS jsonb LANGUAGE sql STABLE AS $$
	SELECT p.seats FROM hall.plans p WHERE p.small = hall.is_small() AND p.backwards = plan.backwards
$$;

/*
 * Sell the first seats of a schedule, ten a booking. what: book; hold; begin, keep
 * them for a payment; pay, with a payment.
 */
CREATE PROCEDURE hall.sell(h integer, seats integer, what text DEFAULT 'book') LANGUAGE plpgsql AS $$
DECLARE
	ids constant uuid[] := hall.ids(h);
	booking record;
BEGIN
	FOR i IN 0 .. seats / 10 - 1 LOOP
		IF what = 'book' THEN
			PERFORM concert_booking.book_seats(ids[10 * i + 1:10 * i + 10], hall.booker(i));
		ELSE
			PERFORM concert_booking.hold_seats(ids[10 * i + 1:10 * i + 10], hall.booker(i));
			CONTINUE WHEN what = 'hold';
			booking := concert_booking.begin_payment(hall.schedule(h), hall.booker(i));
			CONTINUE WHEN what = 'begin';
			PERFORM concert_booking.confirm_payment(booking.booking_id, booking.total_price, 'card', booking.booking_number);
			/* Each reference is locked until the commit. */
			IF i % 100 = 99 THEN
				COMMIT;
			END IF;
		END IF;
	END LOOP;
END
$$;

/* Run a statement that is to be refused. */
CREATE PROCEDURE hall.refused(statement text) LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE statement;
	RAISE EXCEPTION 'not refused: %', statement;
EXCEPTION WHEN SQLSTATE 'PT409' THEN
	NULL;
END
$$;

/* What every ticket of a schedule would tell a gate. */
CREATE TABLE hall.scans (small boolean, scans jsonb);
CREATE PROCEDURE hall.keep_scans(h integer) LANGUAGE sql AS $$
	INSERT INTO hall.scans
	SELECT hall.is_small(), jsonb_agg(jsonb_build_object('ticket_code', d.ticket_code, 'gate', 'A', 'at', '2020-01-01T10:00:00Z'))
	FROM concert_booking.door_list(hall.schedule(h), 100000) d
$$;
