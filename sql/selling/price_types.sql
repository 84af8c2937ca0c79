/*
 * Price types: rates of a concert or of a schedule, named by a code. A schedule's
 * price type hides the concert's of the same code, also where it is not on sale
 * itself.
 */

/*
 * read_price_types(schedule_id) - the price types of a schedule, each code once.
 * Internal.
 *
 * Returns: by code, the columns of price_types that a buyer may see; none for an
 * unknown schedule. Tables written: none. Errors: none.
 */
CREATE FUNCTION concert_booking.read_price_types(schedule_id uuid)
RETURNS TABLE (code text, name text, percent_off integer, amount_off integer,
			   max_per_booking integer, sale_from timestamptz, sale_until timestamptz)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 5
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT DISTINCT ON (t.code) t.code::text, t.name::text, t.percent_off::integer, t.amount_off,
		   t.max_per_booking::integer, t.sale_from, t.sale_until
	FROM (SELECT p.*, 1 AS place FROM concert_booking.price_types p
		  WHERE p.concert_schedule_id = read_price_types.schedule_id
		  UNION ALL
		  SELECT p.*, 2 FROM concert_booking.concert_schedules cs
		  JOIN concert_booking.price_types p ON p.concert_id = cs.concert_id
		  WHERE cs.id = read_price_types.schedule_id) t
	ORDER BY t.code, t.place;
END
$fn$;
COMMENT ON FUNCTION concert_booking.read_price_types(uuid) IS
	'Internal: the price types of a schedule, each code once.';

/*
 * price_types(concert_schedule_id) - the price types that a page may offer.
 *
 * Those on sale now and those that will be: an answer may be kept by caches, so
 * the page compares sale_from and sale_until with its clock.
 * Returns: by code, code, name, percent_off or amount_off (won, never more than
 * the price), max_per_booking (seats of one booking; null: all), sale_from
 * (inclusive; null: from the first), sale_until (exclusive; null: to the last).
 * None for an unknown schedule. Tables written: none. Errors: 22004, PT404 (another
 * shard made the id).
 * Source: beyond the seeds.
 */
CREATE FUNCTION concert_booking.price_types(concert_schedule_id uuid)
RETURNS TABLE (code text, name text, percent_off integer, amount_off integer,
			   max_per_booking integer, sale_from timestamptz, sale_until timestamptz)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 5
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
#variable_conflict use_column
DECLARE
	judged_at constant timestamptz := concert_booking.clock();
BEGIN
	PERFORM concert_booking.require_tables();
	IF price_types.concert_schedule_id IS NULL THEN
		PERFORM concert_booking.refuse_null('concert_schedule_id');
	END IF;
	PERFORM concert_booking.cache_answer('list',
		CASE WHEN current_setting('request.method', true) IN ('GET', 'HEAD') THEN (
			SELECT min(concert_booking.first_after(judged_at, t.sale_from, t.sale_until, NULL))
			FROM concert_booking.read_price_types(price_types.concert_schedule_id) t) END);
	RETURN QUERY
	SELECT t.*
	FROM concert_booking.read_price_types(price_types.concert_schedule_id) t
	WHERE t.sale_until IS NULL OR t.sale_until > judged_at
	ORDER BY t.code;
	IF NOT FOUND THEN
		PERFORM concert_booking.refuse_elsewhere(price_types.concert_schedule_id);
	END IF;
END
$fn$;
COMMENT ON FUNCTION concert_booking.price_types(uuid) IS
	'The price types of a schedule that are on sale now or later.
A schedule''s price type hides the concert''s of the same code.';

/*
 * apply_price_types(...) - what seats cost by their price types. Internal: the
 * commands call it once the seats are theirs.
 *
 * A price type takes off so many per cent, rounded half up to a won, or so many
 * won; no price falls below 0. max_per_booking counts the seats of this call.
 * Arguments: concert_schedule_id; seat_ids, codes and prices, of equal length: a
 * seat, its price type (null: the full price) and its price in won; at, the
 * instant of the sale. Returns: the prices that are paid, in the same order.
 * Tables written: none. Errors: PT422 (DETAIL: reason price_type, the code,
 * seat_id, the first seat that cannot have it, and why: unknown, not_on_sale,
 * too_many).
 */
CREATE FUNCTION concert_booking.apply_price_types(
	concert_schedule_id uuid,
	seat_ids uuid[],
	codes text[],
	prices integer[],
	at timestamptz)
RETURNS integer[]
LANGUAGE plpgsql STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
#variable_conflict use_column
DECLARE
	line record;
	paid integer[] := ARRAY[]::integer[];
BEGIN
	FOR line IN
		SELECT l.seat_id, l.code, t.max_per_booking,
			   CASE WHEN l.code IS NULL THEN l.price
					WHEN t.amount_off IS NOT NULL THEN greatest(0, l.price - t.amount_off)
					ELSE round(l.price::numeric * (100 - t.percent_off) / 100)::integer END AS paid,
			   CASE WHEN l.code IS NULL THEN NULL
					WHEN t.code IS NULL THEN 'unknown'
					WHEN t.sale_from > apply_price_types.at OR t.sale_until <= apply_price_types.at THEN 'not_on_sale'
					WHEN count(*) OVER (PARTITION BY l.code) > t.max_per_booking THEN 'too_many' END AS why
		FROM unnest(apply_price_types.seat_ids, apply_price_types.codes, apply_price_types.prices)
			WITH ORDINALITY AS l (seat_id, code, price, place)
		LEFT JOIN concert_booking.read_price_types(apply_price_types.concert_schedule_id) t ON t.code = l.code
		ORDER BY l.place
	LOOP
		IF line.why IS NOT NULL THEN
			/* No code is longer than its column; what a caller made up need not come back whole. */
			PERFORM concert_booking.refuse('PT422', 'price type cannot be had',
				jsonb_strip_nulls(jsonb_build_object('reason', 'price_type', 'price_type', left(line.code, 50),
					'why', line.why, 'seat_id', line.seat_id,
					'max_per_booking', CASE line.why WHEN 'too_many' THEN line.max_per_booking END))::text,
				'Call price_types() for those on sale, and name one of them or none for the seat.');
		END IF;
		paid := paid || line.paid;
	END LOOP;
	RETURN paid;
END
$fn$;
COMMENT ON FUNCTION concert_booking.apply_price_types(uuid, uuid[], text[], integer[], timestamptz) IS
	'Internal: what seats cost by their price types.';
