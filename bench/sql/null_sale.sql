/*
 * A sale without rules, see ../null_sale.c: tables with the columns and indexes of the
 * extension's and nothing else, and of each the row that the extension wrote at its last
 * sale, as the model that is copied. An index has the entries that the model has in the
 * original: those that pass it by are left out, the others lose their condition.
 */
SELECT concert_booking.hold_seat(bench.seat(0), bench.booker(0));

/* The name of a table without rules and of its model, from the original with the model's row. */
CREATE FUNCTION bench.make_null(name text, original text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	v_index record;
	v_number int := 0;
	v_entered boolean;
BEGIN
	EXECUTE format('CREATE TABLE bench.null_%s (LIKE concert_booking.%I) WITH (fillfactor = %s)', name, original,
		coalesce((SELECT substring(array_to_string(c.reloptions, ',') FROM 'fillfactor=(\d+)')
				  FROM pg_class c WHERE c.oid = ('concert_booking.' || original)::regclass), '100'));
	EXECUTE format('CREATE TABLE bench.null_%s_model AS SELECT * FROM concert_booking.%I LIMIT 1', name, original);
	FOR v_index IN
		SELECT i.indisunique, i.indexprs IS NOT NULL AS computed, pg_get_expr(i.indpred, i.indrelid) AS condition,
			(SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY k.n)
			 FROM unnest(i.indkey::int2[]) WITH ORDINALITY k (attnum, n)
			 JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum) AS columns
		FROM pg_index i WHERE i.indrelid = ('concert_booking.' || original)::regclass ORDER BY i.indexrelid
	LOOP
		EXECUTE format('SELECT EXISTS (SELECT FROM bench.null_%s_model WHERE %s)', name,
			coalesce(v_index.condition, 'true')) INTO v_entered;
		CONTINUE WHEN NOT v_entered;
		IF v_index.computed THEN
			RAISE EXCEPTION 'an index of % has an expression: the sale without rules cannot have it', original;
		END IF;
		v_number := v_number + 1;
		EXECUTE format('CREATE %s INDEX null_%s_%s ON bench.null_%s (%s)',
			CASE WHEN v_index.indisunique THEN 'UNIQUE' ELSE '' END, name, v_number, name, v_index.columns);
	END LOOP;
END $$;

SELECT bench.make_null(name, name) FROM unnest(ARRAY['seats', 'temp_reservations']) name;
SELECT concert_booking.confirm_booking(bench.schedule(0), bench.booker(0));
INSERT INTO concert_booking.availability_changes (concert_schedule_id, available_change) VALUES (bench.schedule(0), 0);
SELECT bench.make_null(name, name) FROM unnest(ARRAY['bookings', 'booking_seats', 'availability_changes']) name;
SELECT bench.make_null('booking_events', c.relname)
FROM concert_booking.booking_events e JOIN pg_class c ON c.oid = e.tableoid LIMIT 1;

/* Each client has a slot of its own for the seats that it sells. */
CREATE UNIQUE INDEX ON bench.null_availability_changes (id);
INSERT INTO bench.null_availability_changes
SELECT (jsonb_populate_record(m, jsonb_build_object('id', bench.booker(n)))).*
FROM bench.null_availability_changes_model m, generate_series(0, 255) n;
INSERT INTO bench.null_seats SELECT * FROM concert_booking.seats WHERE concert_schedule_id = bench.schedule(0) ORDER BY id;

CREATE FUNCTION bench.null_hold(seat_ids uuid[], user_id uuid, async boolean) RETURNS int LANGUAGE c STRICT
	AS :'library', 'null_hold';
CREATE FUNCTION bench.null_confirm(seat_ids uuid[], user_id uuid, slot_id uuid) RETURNS int LANGUAGE c STRICT
	AS :'library', 'null_confirm';
CREATE FUNCTION bench.null_release(seat_ids uuid[], async boolean) RETURNS int LANGUAGE c STRICT
	AS :'library', 'null_release';

CREATE PROCEDURE bench.reset_null() LANGUAGE plpgsql AS $$
BEGIN
	TRUNCATE bench.null_temp_reservations, bench.null_bookings, bench.null_booking_seats, bench.null_booking_events;
	UPDATE bench.null_seats SET status = 'available', hold_expires_at = NULL WHERE status <> 'available';
END $$;
