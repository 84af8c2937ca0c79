-- The world of bench/partition.py: schedules in the order of their dates, five
-- hundred bookings a schedule in the order of their schedules, all of it made
-- from the number of the booking, so that any part can be made alone and anew.
-- Variables: bookings (how many), users.
CREATE SCHEMA part;

-- Sixty months, the last two of them to come.
CREATE TABLE part.world AS
SELECT :bookings::bigint AS bookings, :users::bigint AS users,
	   greatest(60, :bookings / 500)::bigint AS schedules, date '2022-01-01' AS first_date, 1826 AS days;

-- 60 bits that look like chance, in 16 hexadecimal digits.
CREATE FUNCTION part.digits(n bigint, seed bigint) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN to_hex((hashint8extended(n, seed) & 1152921504606846975) | 1152921504606846976);
-- The first digits rise with n, as those of a time-ordered id.
CREATE FUNCTION part.ordered_id(n bigint, seed bigint) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (to_hex(n + 1152921504606846976) || part.digits(n, seed))::uuid;
CREATE FUNCTION part.random_id(n bigint, seed bigint) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (part.digits(n, seed) || part.digits(n, seed + 1))::uuid;
CREATE FUNCTION part.booking_number(n bigint) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN part.digits(n, 8);
CREATE FUNCTION part.user_number(n bigint, users bigint) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (hashint8extended(n, 4) & 1152921504606846975) % users;

CREATE TABLE part.concert_schedules (id uuid PRIMARY KEY, concert_date date NOT NULL, first_booking bigint NOT NULL);
INSERT INTO part.concert_schedules
SELECT part.ordered_id(k, 9), w.first_date + (k * w.days / w.schedules)::integer, k * w.bookings / w.schedules
FROM part.world w, generate_series(0, w.schedules - 1) k;
ANALYZE part.concert_schedules;

-- The columns of concert_booking.bookings that a sale fills. One booking in five is
-- a guest's; one in five was made with a key; one in twenty is cancelled.
CREATE VIEW part.numbered AS
SELECT part.ordered_id(n, 1) AS id,
	   CASE WHEN n % 5 > 0 THEN part.random_id(part.user_number(n, w.users), 2) END AS user_id,
	   CASE WHEN n % 5 = 0 THEN part.random_id(n, 5) END AS session_id,
	   cs.id AS concert_schedule_id,
	   part.booking_number(n)::varchar AS booking_number,
	   CASE WHEN n % 20 = 7 THEN 'cancelled' ELSE 'confirmed' END AS status,
	   CASE WHEN n % 5 = 0 THEN 'Kim Minji' END::varchar AS customer_name,
	   CASE WHEN n % 5 = 0 THEN '010' || (10000000 + n % 89999999) END::varchar AS customer_phone,
	   1 AS seat_count, 60000::bigint AS total_price,
	   CASE WHEN n % 5 = 1 THEN part.digits(n, 7) END::varchar AS idempotency_key,
	   CASE WHEN n % 20 = 7 THEN cs.concert_date::timestamp AT TIME ZONE 'UTC' END AS cancelled_at,
	   (cs.concert_date::timestamp AT TIME ZONE 'UTC') - (n % 2592000) * interval '1 second' AS created_at,
	   (cs.concert_date::timestamp AT TIME ZONE 'UTC') - (n % 2592000) * interval '1 second' AS updated_at,
	   cs.concert_date, n
FROM part.world w, part.concert_schedules cs,
	 generate_series(cs.first_booking, cs.first_booking + w.bookings / w.schedules - 1) n;

-- The rows of numbers into a table that was made in the same transaction: no WAL.
CREATE FUNCTION part.fill(target regclass, source text, wanted text, more text DEFAULT '')
RETURNS void LANGUAGE plpgsql AS $fn$
BEGIN
	EXECUTE format('INSERT INTO %s (id, user_id, session_id, concert_schedule_id, booking_number, status,
		customer_name, customer_phone, seat_count, total_price, idempotency_key, cancelled_at, created_at,
		updated_at%s)
	SELECT id, user_id, session_id, concert_schedule_id, booking_number, status,
		customer_name, customer_phone, seat_count, total_price, idempotency_key, cancelled_at, created_at,
		updated_at%2$s FROM %s WHERE %s', target, more, source, wanted);
END
$fn$;

-- A table with the columns, defaults and checks of another one, without its indexes.
CREATE FUNCTION part.make(target text, model regclass, more text DEFAULT '', behind text DEFAULT '')
RETURNS void LANGUAGE plpgsql AS $fn$
BEGIN
	EXECUTE format('CREATE TABLE %s (LIKE %s INCLUDING DEFAULTS INCLUDING CONSTRAINTS%s) %s',
				   target, model, more, behind);
END
$fn$;

-- The indexes of a table of the extension on another one. A unique index of a
-- partitioned table contains the key of the partitions: more, ', concert_date'.
CREATE FUNCTION part.make_indexes(target regclass, model regclass, more text DEFAULT '')
RETURNS TABLE (definition text, seconds numeric) LANGUAGE plpgsql AS $fn$
DECLARE
	index record;
	started timestamptz;
BEGIN
	FOR index IN
		SELECT pg_get_indexdef(i.indexrelid) AS definition, i.indisunique, i.indisprimary
		FROM pg_index i WHERE i.indrelid = model ORDER BY i.indisprimary DESC, i.indexrelid
	LOOP
		definition := regexp_replace(index.definition, 'INDEX \S+ ON \S+ ', format('INDEX ON %s ', target));
		/* a hash of the id has it in the primary key already */
		IF index.indisunique AND NOT (index.indisprimary AND more = ', id') THEN
			definition := regexp_replace(definition, 'btree \(([^)]*)\)', format('btree (\1%s)', more));
		END IF;
		IF index.indisprimary THEN
			definition := format('ALTER TABLE %s ADD PRIMARY KEY %s', target,
								 substring(definition FROM '\([^)]*\)'));
		END IF;
		started := clock_timestamp();
		EXECUTE definition;
		seconds := round(extract(epoch FROM clock_timestamp() - started), 1);
		RETURN NEXT;
	END LOOP;
END
$fn$;
