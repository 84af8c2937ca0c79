/*
 * What a competent application developer would make of system A: its flows as
 * PL/pgSQL functions on its own tables, one call each, with the faults of its
 * statements put right (status checked, seats locked in order, holds of this
 * schedule and alive, cancel only what was cancelled now). Names are qualified,
 * so that no SET search_path slows them down. The counter of the schedule
 * stays: it is system A's.
 */
CREATE FUNCTION seed_a.hold_seat(p_seat_id uuid, p_user_id uuid)
RETURNS timestamptz LANGUAGE plpgsql AS $$
DECLARE
	v_status text;
	v_schedule_id uuid;
	v_holder uuid;
	v_expires_at timestamptz;
BEGIN
	SELECT s.status, s.concert_schedule_id INTO v_status, v_schedule_id
	FROM seed_a.seats s WHERE s.id = p_seat_id FOR UPDATE;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'no such seat' USING ERRCODE = 'PT404';
	ELSIF v_status IN ('reserved', 'unavailable') THEN
		RAISE EXCEPTION 'seat is not available' USING ERRCODE = 'PT409';
	END IF;
	IF v_status = 'temp_reserved' THEN
		SELECT t.user_id, t.expires_at INTO v_holder, v_expires_at
		FROM seed_a.temp_reservations t WHERE t.seat_id = p_seat_id;
		IF v_expires_at > clock_timestamp() THEN
			IF v_holder = p_user_id THEN
				RETURN v_expires_at;
			END IF;
			RAISE EXCEPTION 'seat is not available' USING ERRCODE = 'PT409';
		END IF;
		DELETE FROM seed_a.temp_reservations t WHERE t.seat_id = p_seat_id;
	END IF;
	PERFORM FROM seed_a.concert_schedules cs
	WHERE cs.id = v_schedule_id AND cs.is_booking_open
	  AND (cs.concert_date + cs.concert_time) AT TIME ZONE 'Asia/Seoul' > clock_timestamp();
	IF NOT FOUND THEN
		RAISE EXCEPTION 'booking is closed' USING ERRCODE = 'PT423';
	END IF;
	INSERT INTO seed_a.temp_reservations (user_id, seat_id, expires_at)
	VALUES (p_user_id, p_seat_id, clock_timestamp() + interval '10 minutes')
	RETURNING expires_at INTO v_expires_at;
	UPDATE seed_a.seats s SET status = 'temp_reserved', updated_at = now()
	WHERE s.id = p_seat_id;
	RETURN v_expires_at;
END $$;

CREATE FUNCTION seed_a.hold_seats(p_seat_ids uuid[], p_user_id uuid)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	v_seat_id uuid;
BEGIN
	FOR v_seat_id IN SELECT u.id FROM unnest(p_seat_ids) u (id) ORDER BY u.id LOOP
		PERFORM seed_a.hold_seat(v_seat_id, p_user_id);
	END LOOP;
END $$;

CREATE FUNCTION seed_a.release_seats(p_seat_ids uuid[], p_user_id uuid)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	PERFORM FROM seed_a.seats s WHERE s.id = ANY (p_seat_ids) ORDER BY s.id FOR UPDATE;
	WITH gone AS (
		DELETE FROM seed_a.temp_reservations t
		WHERE t.seat_id = ANY (p_seat_ids) AND t.user_id = p_user_id
		RETURNING t.seat_id)
	UPDATE seed_a.seats s SET status = 'available', updated_at = now()
	FROM gone WHERE s.id = gone.seat_id;
END $$;

/*
 * The schedule's row first: it is updated in the end anyway, and whoever locks
 * it before the foreign keys do spares the pile-up of shared locks that slows
 * system A's own order down further.
 */
CREATE FUNCTION seed_a.confirm_booking(p_schedule_id uuid, p_user_id uuid, p_seat_ids uuid[] DEFAULT NULL)
RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
	v_seat_ids uuid[];
	v_booking_id uuid;
	v_seat_count integer;
BEGIN
	PERFORM FROM seed_a.concert_schedules cs
	WHERE cs.id = p_schedule_id AND cs.is_booking_open FOR NO KEY UPDATE;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'booking is closed' USING ERRCODE = 'PT423';
	END IF;
	SELECT array_agg(locked.id) INTO v_seat_ids
	FROM (SELECT s.id FROM seed_a.temp_reservations t
		  JOIN seed_a.seats s ON s.id = t.seat_id
		  WHERE t.user_id = p_user_id AND s.concert_schedule_id = p_schedule_id
			AND t.expires_at > clock_timestamp()
			AND (p_seat_ids IS NULL OR t.seat_id = ANY (p_seat_ids))
		  ORDER BY s.id FOR UPDATE) locked;
	v_seat_count := cardinality(v_seat_ids);
	IF v_seat_count IS NULL OR v_seat_count <> cardinality(p_seat_ids) THEN
		RAISE EXCEPTION 'there is no live hold' USING ERRCODE = 'PT410';
	END IF;
	INSERT INTO seed_a.bookings (user_id, concert_schedule_id, booking_number)
	VALUES (p_user_id, p_schedule_id, upper(left(replace(gen_random_uuid()::text, '-', ''), 13)))
	RETURNING id INTO v_booking_id;
	INSERT INTO seed_a.booking_seats (booking_id, seat_id)
	SELECT v_booking_id, unnest(v_seat_ids);
	UPDATE seed_a.seats s SET status = 'reserved', updated_at = now()
	WHERE s.id = ANY (v_seat_ids);
	DELETE FROM seed_a.temp_reservations t WHERE t.seat_id = ANY (v_seat_ids);
	UPDATE seed_a.concert_schedules cs
	SET available_seats = cs.available_seats - v_seat_count,
		is_sold_out = cs.available_seats - v_seat_count = 0,
		updated_at = now()
	WHERE cs.id = p_schedule_id;
	RETURN v_booking_id;
END $$;

CREATE FUNCTION seed_a.cancel_booking(p_booking_id uuid, p_user_id uuid, p_reason text)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	v_schedule_id uuid;
	v_seat_count integer;
BEGIN
	SELECT b.concert_schedule_id INTO v_schedule_id
	FROM seed_a.bookings b WHERE b.id = p_booking_id AND b.user_id = p_user_id;
	PERFORM FROM seed_a.concert_schedules cs WHERE cs.id = v_schedule_id FOR NO KEY UPDATE;
	UPDATE seed_a.bookings b
	SET status = 'cancelled', cancelled_at = now(), cancellation_reason = p_reason,
		updated_at = now()
	WHERE b.id = p_booking_id AND b.user_id = p_user_id AND b.status = 'confirmed';
	IF NOT FOUND THEN
		RAISE EXCEPTION 'no such booking' USING ERRCODE = 'PT404';
	END IF;
	UPDATE seed_a.seats s SET status = 'available', updated_at = now()
	WHERE s.id IN (SELECT bs.seat_id FROM seed_a.booking_seats bs WHERE bs.booking_id = p_booking_id);
	GET DIAGNOSTICS v_seat_count = ROW_COUNT;
	UPDATE seed_a.concert_schedules cs
	SET available_seats = cs.available_seats + v_seat_count, is_sold_out = false,
		updated_at = now()
	WHERE cs.id = v_schedule_id;
END $$;
