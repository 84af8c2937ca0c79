-- The contract of the tables: columns with type, null and default, keys, rules,
-- indexes and triggers. The clients' queries, the C code and dumps go by these.
-- scripts/contract writes the list of columns.
\ir ../fixtures/pgtap.sql
BEGIN;
CREATE TEMP TABLE contract (relation text, columns text[]);
INSERT INTO contract VALUES
	('access_grants', ARRAY['id uuid NOT NULL DEFAULT concert_booking.uuid_v7()',
		'role_name name NOT NULL',
		'level text NOT NULL',
		'is_lost boolean NOT NULL DEFAULT false',
		'created_at timestamptz NOT NULL DEFAULT now()']),
	('archived_bookings', ARRAY['id uuid NOT NULL',
		'concert_schedule_id uuid NOT NULL',
		'user_id uuid',
		'session_id uuid',
		'booking_number varchar(50) NOT NULL',
		'status text NOT NULL',
		'customer_phone varchar(20)',
		'customer_email varchar(255)',
		'seat_count integer NOT NULL',
		'total_price bigint NOT NULL',
		'cancelled_at timestamptz',
		'created_at timestamptz NOT NULL',
		'booking jsonb NOT NULL',
		'seats jsonb NOT NULL']),
	('archived_schedules', ARRAY['id uuid NOT NULL',
		'concert_id uuid NOT NULL',
		'concert_date date NOT NULL',
		'concert_time time NOT NULL',
		'starts_at timestamptz NOT NULL',
		'seat_count integer NOT NULL',
		'booking_count integer NOT NULL',
		'schedule jsonb NOT NULL',
		'seats jsonb NOT NULL',
		'archived_at timestamptz NOT NULL DEFAULT now()']),
	('availability_changes', ARRAY['id uuid NOT NULL DEFAULT concert_booking.uuid_v7()',
		'concert_schedule_id uuid NOT NULL',
		'available_change integer NOT NULL',
		'created_at timestamptz NOT NULL DEFAULT now()',
		'version bigint NOT NULL DEFAULT 0']),
	('booking_events', ARRAY['id uuid NOT NULL DEFAULT concert_booking.uuid_v7()',
		'occurred_at timestamptz NOT NULL DEFAULT now()',
		'event_type text NOT NULL',
		'concert_schedule_id uuid',
		'booking_id uuid',
		'seat_count integer NOT NULL DEFAULT 0',
		'actor name NOT NULL DEFAULT CURRENT_USER',
		'detail jsonb']),
	('booking_seats', ARRAY['id uuid NOT NULL DEFAULT concert_booking.uuid_v7()',
		'booking_id uuid NOT NULL',
		'seat_id uuid NOT NULL',
		'price integer NOT NULL',
		'active boolean NOT NULL DEFAULT true',
		'created_at timestamptz NOT NULL DEFAULT now()',
		'price_type varchar(50)',
		'cancellation_fee integer',
		'seat_grade varchar(20)',
		'ticket_code uuid',
		'checked_in_at timestamptz',
		'gate varchar(50)']),
	('bookings', ARRAY['id uuid NOT NULL DEFAULT concert_booking.uuid_v7()',
		'user_id uuid',
		'session_id uuid',
		'concert_schedule_id uuid NOT NULL',
		'booking_number varchar(50) NOT NULL',
		'status text NOT NULL DEFAULT ''confirmed''',
		'customer_name varchar(100)',
		'customer_phone varchar(20)',
		'customer_email varchar(255)',
		'seat_count integer NOT NULL DEFAULT 0',
		'total_price bigint NOT NULL DEFAULT 0',
		'idempotency_key varchar(255)',
		'cancelled_at timestamptz',
		'cancellation_reason text',
		'created_at timestamptz NOT NULL DEFAULT now()',
		'updated_at timestamptz NOT NULL DEFAULT now()',
		'pay_by timestamptz',
		'paid_at timestamptz',
		'refund_ladder jsonb',
		'is_anonymous boolean NOT NULL DEFAULT false',
		'free_reason text']),
	('concert_interest', ARRAY['concert_id uuid NOT NULL',
		'new_looks integer NOT NULL DEFAULT 0',
		'minute_start timestamptz',
		'minute_looks integer NOT NULL DEFAULT 0',
		'interest double precision NOT NULL DEFAULT 0',
		'counted_interest integer NOT NULL DEFAULT 0',
		'decayed_at timestamptz']),
	('concert_schedules', ARRAY['id uuid NOT NULL DEFAULT concert_booking.uuid_v7()',
		'concert_id uuid NOT NULL',
		'concert_date date NOT NULL',
		'concert_time time NOT NULL',
		'starts_at timestamptz NOT NULL',
		'total_seats integer NOT NULL DEFAULT 0',
		'available_seats integer NOT NULL DEFAULT 0',
		'is_sold_out boolean NOT NULL DEFAULT false',
		'lowest_price integer',
		'layout_version integer NOT NULL DEFAULT 1',
		'is_booking_open boolean NOT NULL DEFAULT true',
		'booking_opens_at timestamptz',
		'booking_closes_at timestamptz',
		'hold_duration interval',
		'max_seats_per_booker smallint',
		'cancel_until interval',
		'created_at timestamptz NOT NULL DEFAULT now()',
		'updated_at timestamptz NOT NULL DEFAULT now()',
		'payment_required boolean NOT NULL DEFAULT false',
		'payment_window interval',
		'refund_ladder jsonb',
		'status text NOT NULL DEFAULT ''scheduled''',
		'status_changed_at timestamptz',
		'previous_starts_at timestamptz',
		'concert_created_at timestamptz NOT NULL']),
	('concerts', ARRAY['id uuid NOT NULL DEFAULT concert_booking.uuid_v7()',
		'venue_id uuid NOT NULL',
		'title varchar(300) NOT NULL',
		'poster_url text',
		'description text',
		'genre varchar(50)',
		'performers text',
		'rating varchar(20)',
		'running_time integer',
		'status text NOT NULL DEFAULT ''active''',
		'is_deleted boolean NOT NULL DEFAULT false',
		'popularity integer NOT NULL DEFAULT 0',
		'counted_bookings integer NOT NULL DEFAULT 0',
		'created_at timestamptz NOT NULL DEFAULT now()',
		'updated_at timestamptz NOT NULL DEFAULT now()']),
	('payments', ARRAY['id uuid NOT NULL DEFAULT concert_booking.uuid_v7()',
		'booking_id uuid NOT NULL',
		'kind text NOT NULL',
		'amount bigint NOT NULL',
		'provider varchar(50) NOT NULL',
		'reference varchar(255) NOT NULL',
		'outcome text NOT NULL',
		'refund_due bigint NOT NULL DEFAULT 0',
		'actor name NOT NULL',
		'created_at timestamptz NOT NULL DEFAULT now()']),
	('price_types', ARRAY['id uuid NOT NULL DEFAULT concert_booking.uuid_v7()',
		'concert_id uuid',
		'concert_schedule_id uuid',
		'code varchar(50) NOT NULL',
		'name varchar(100) NOT NULL',
		'percent_off smallint',
		'amount_off integer',
		'max_per_booking smallint',
		'sale_from timestamptz',
		'sale_until timestamptz',
		'created_at timestamptz NOT NULL DEFAULT now()',
		'updated_at timestamptz NOT NULL DEFAULT now()']),
	('refunds_due', ARRAY['booking_id uuid NOT NULL',
		'amount bigint NOT NULL',
		'claimed_until timestamptz',
		'created_at timestamptz NOT NULL DEFAULT now()',
		'updated_at timestamptz NOT NULL DEFAULT now()']),
	('schedule_availability', ARRAY['concert_schedule_id uuid',
		'total_seats integer',
		'available_seats integer',
		'is_sold_out boolean']),
	('schedule_prices', ARRAY['concert_schedule_id uuid NOT NULL',
		'seat_grade varchar(20) NOT NULL',
		'price integer NOT NULL',
		'seat_count bigint NOT NULL',
		'concert_id uuid NOT NULL']),
	('seats', ARRAY['id uuid NOT NULL DEFAULT concert_booking.uuid_v7()',
		'concert_schedule_id uuid NOT NULL',
		'status text NOT NULL DEFAULT ''available''',
		'hold_expires_at timestamptz',
		'updated_at timestamptz NOT NULL DEFAULT now()',
		'seat_number varchar(20) NOT NULL',
		'seat_grade varchar(20) NOT NULL',
		'price integer NOT NULL',
		'position_x integer',
		'position_y integer',
		'ordinal integer NOT NULL',
		'section text',
		'row_label text',
		'seat_index integer',
		'created_at timestamptz NOT NULL DEFAULT now()']),
	('temp_reservations', ARRAY['id uuid NOT NULL DEFAULT concert_booking.uuid_v7()',
		'user_id uuid',
		'session_id uuid',
		'seat_id uuid NOT NULL',
		'concert_schedule_id uuid NOT NULL',
		'held_since timestamptz NOT NULL DEFAULT now()',
		'expires_at timestamptz NOT NULL',
		'created_at timestamptz NOT NULL DEFAULT now()',
		'price integer',
		'booking_id uuid']),
	('upkeep_progress', ARRAY['is_only_row boolean NOT NULL DEFAULT true',
		'counted_until timestamptz',
		'run_started_at timestamptz',
		'last_schedule_id uuid',
		'finished_at timestamptz']),
	('venues', ARRAY['id uuid NOT NULL DEFAULT concert_booking.uuid_v7()',
		'name varchar(200) NOT NULL',
		'address text NOT NULL',
		'location_lat numeric(10,8)',
		'location_lng numeric(11,8)',
		'timezone text NOT NULL DEFAULT ''Asia/Seoul''',
		'created_at timestamptz NOT NULL DEFAULT now()',
		'updated_at timestamptz NOT NULL DEFAULT now()']),
	('wishlists', ARRAY['id uuid NOT NULL DEFAULT concert_booking.uuid_v7()',
		'user_id uuid NOT NULL',
		'concert_id uuid NOT NULL',
		'created_at timestamptz NOT NULL DEFAULT now()']);

\ir ../fixtures/contract.sql
SELECT plan(2 * (SELECT count(*)::integer FROM contract) + 61);

SELECT has_relation('concert_booking', relation, relation || ' is there') FROM contract ORDER BY relation;
SELECT is(p.columns, c.columns, c.relation || ' has these columns')
FROM contract c LEFT JOIN present_relations p USING (relation) ORDER BY c.relation;

-- keys: who refers to whom, and what happens when the parent goes
SELECT is((SELECT format('%s ON DELETE %s', c.confrelid::regclass, c.confdeltype) FROM pg_constraint c
		   WHERE c.conrelid = to_regclass('concert_booking.' || child) AND c.contype = 'f'
			 AND pg_get_constraintdef(c.oid) LIKE 'FOREIGN KEY (' || key || ')%' AND c.convalidated),
	format('concert_booking.%s ON DELETE %s', parent, CASE on_delete WHEN 'cascade' THEN 'c' ELSE 'r' END),
	format('%s.%s refers to %s, %s', child, key, parent, on_delete))
FROM (VALUES ('concerts', 'venue_id', 'venues', 'restrict'),
			 ('concert_schedules', 'concert_id', 'concerts', 'cascade'),
			 ('seats', 'concert_schedule_id', 'concert_schedules', 'cascade'),
			 ('schedule_prices', 'concert_schedule_id', 'concert_schedules', 'cascade'),
			 ('bookings', 'concert_schedule_id', 'concert_schedules', 'restrict'),
			 ('booking_seats', 'booking_id', 'bookings', 'cascade'),
			 ('booking_seats', 'seat_id', 'seats', 'restrict'),
			 ('temp_reservations', 'seat_id', 'seats', 'cascade'),
			 ('wishlists', 'concert_id', 'concerts', 'cascade'),
			 ('concert_interest', 'concert_id', 'concerts', 'cascade'),
			 ('archived_schedules', 'concert_id', 'concerts', 'restrict'),
			 ('archived_bookings', 'concert_schedule_id', 'archived_schedules', 'cascade')) AS f (child, key, parent, on_delete);

-- rules: what each of them refuses
INSERT INTO concert_booking.venues (id, name, address) VALUES ('0e000000-0000-7000-8000-000000000001', 'V', 'Seoul');
INSERT INTO concert_booking.concerts (id, venue_id, title)
VALUES ('c0000000-0000-7000-8000-000000000001', '0e000000-0000-7000-8000-000000000001', 'C');
INSERT INTO concert_booking.concert_schedules (id, concert_id, concert_date, concert_time)
VALUES ('5c000000-0000-7000-8000-000000000001', 'c0000000-0000-7000-8000-000000000001', '2040-06-01', '19:00');
INSERT INTO concert_booking.seats (id, concert_schedule_id, seat_number, seat_grade, price)
VALUES ('5ea70000-0000-7000-8000-000000000001', '5c000000-0000-7000-8000-000000000001', 'A-1', 'R', 1000),
	   ('5ea70000-0000-7000-8000-000000000002', '5c000000-0000-7000-8000-000000000001', 'A-2', 'R', 1000);
INSERT INTO concert_booking.bookings (id, user_id, concert_schedule_id, booking_number)
SELECT ('b0000000-0000-7000-8000-00000000000' || n)::uuid, 'a11ce000-0000-4000-8000-000000000001',
	   '5c000000-0000-7000-8000-000000000001', 'number ' || n FROM generate_series(1, 2) n;
INSERT INTO concert_booking.booking_seats (booking_id, seat_id)
VALUES ('b0000000-0000-7000-8000-000000000001', '5ea70000-0000-7000-8000-000000000001');

SELECT is_empty(
	'SELECT p.relation FROM present_relations p LEFT JOIN contract c USING (relation) WHERE c.relation IS NULL',
	'no table without its contract (scripts/contract writes it)');

SELECT throws_ok(statement, '23514', NULL, rule)
FROM (VALUES
	('a concert''s status', $$UPDATE concert_booking.concerts SET status = 'sold'$$),
	('a running time', $$UPDATE concert_booking.concerts SET running_time = 0$$),
	('more available than there are', $$UPDATE concert_booking.concert_schedules SET available_seats = 3$$),
	('fewer available than none', $$UPDATE concert_booking.concert_schedules SET available_seats = -1$$),
	('a window that closes first', $$UPDATE concert_booking.concert_schedules SET booking_opens_at = now(), booking_closes_at = now()$$),
	('a term of nothing', $$UPDATE concert_booking.concert_schedules SET hold_duration = '0'$$),
	('a term of years', $$UPDATE concert_booking.concert_schedules SET hold_duration = '1 year 1 second'$$),
	('a term that ends before it begins, in February', $$UPDATE concert_booking.concert_schedules SET hold_duration = '1 mon -29 days'$$),
	('a limit of nothing', $$UPDATE concert_booking.concert_schedules SET max_seats_per_booker = 0$$),
	('a cut-off after the start', $$UPDATE concert_booking.concert_schedules SET cancel_until = '-1 hour'$$),
	('a cut-off of ages', $$UPDATE concert_booking.concert_schedules SET cancel_until = '300000 years'$$),
	('a cut-off that may be after the start', $$UPDATE concert_booking.concert_schedules SET cancel_until = '1 day -23 hours'$$),
	('a payment window of nothing', $$UPDATE concert_booking.concert_schedules SET payment_window = '0'$$),
	('a payment window of years', $$UPDATE concert_booking.concert_schedules SET payment_window = '1 year 1 second'$$),
	('a payment window that ends before it begins, in February',
		$$UPDATE concert_booking.concert_schedules SET payment_window = '1 mon -29 days'$$),
	('a price type of nowhere', $$INSERT INTO concert_booking.price_types (code, name, percent_off) VALUES ('child', 'Child', 50)$$),
	('a price type of per cent and won', $$INSERT INTO concert_booking.price_types (concert_id, code, name, percent_off, amount_off)
		SELECT c.id, 'child', 'Child', 50, 1000 FROM concert_booking.concerts c$$),
	('a price type that adds', $$INSERT INTO concert_booking.price_types (concert_id, code, name, percent_off)
		SELECT c.id, 'child', 'Child', -1 FROM concert_booking.concerts c$$),
	('a charge of nothing', $$INSERT INTO concert_booking.payments (booking_id, kind, amount, provider, reference, outcome, actor)
		VALUES (gen_random_uuid(), 'charge', 0, 'bank', '1', 'confirmed', 'staff')$$),
	('a refund with a charge''s outcome', $$INSERT INTO concert_booking.payments (booking_id, kind, amount, provider, reference, outcome, actor)
		VALUES (gen_random_uuid(), 'refund', 1, 'bank', '1', 'confirmed', 'staff')$$),
	('more due back than was paid', $$INSERT INTO concert_booking.payments (booking_id, kind, amount, provider, reference, outcome, refund_due, actor)
		VALUES (gen_random_uuid(), 'charge', 1, 'bank', '1', 'refund_due', 2, 'staff')$$),
	('nothing that is due', $$INSERT INTO concert_booking.refunds_due (booking_id, amount) VALUES (gen_random_uuid(), 0)$$),
	('a look less than none', $$INSERT INTO concert_booking.concert_interest (concert_id, new_looks)
		SELECT c.id, -1 FROM concert_booking.concerts c$$),
	('a second row of what there is once', $$INSERT INTO concert_booking.upkeep_progress (is_only_row) VALUES (false)$$),
	('a price below nothing', $$UPDATE concert_booking.seats SET price = -1$$),
	('a seat''s status', $$UPDATE concert_booking.seats SET status = 'held'$$),
	('a booking''s status', $$UPDATE concert_booking.bookings SET status = 'paid'$$),
	('a guest without a name', $$UPDATE concert_booking.bookings SET user_id = NULL, customer_phone = '1'$$),
	('a guest without a phone', $$UPDATE concert_booking.bookings SET user_id = NULL, customer_name = 'Gina'$$),
	('a member with a session', $$UPDATE concert_booking.bookings SET session_id = user_id$$),
	('a total below nothing', $$UPDATE concert_booking.bookings SET total_price = -1$$),
	('a hold below nothing', $$INSERT INTO concert_booking.temp_reservations (seat_id, expires_at, user_id, price)
		VALUES ('5ea70000-0000-7000-8000-000000000002', now(), gen_random_uuid(), -1)$$),
	('a hold without a booker', $$INSERT INTO concert_booking.temp_reservations (seat_id, expires_at)
		VALUES ('5ea70000-0000-7000-8000-000000000002', now())$$),
	('a hold with two bookers', $$INSERT INTO concert_booking.temp_reservations (seat_id, expires_at, user_id, session_id)
		VALUES ('5ea70000-0000-7000-8000-000000000002', now(), gen_random_uuid(), gen_random_uuid())$$)
	) AS r (rule, statement);

SELECT throws_ok(statement, '23505', NULL, rule)
FROM (VALUES
	('a seat is sold once, whatever anybody writes', $$INSERT INTO concert_booking.booking_seats (booking_id, seat_id)
		VALUES ('b0000000-0000-7000-8000-000000000002', '5ea70000-0000-7000-8000-000000000001')$$),
	('a number is one seat of a schedule', $$UPDATE concert_booking.seats SET seat_number = 'A-1'$$),
	('a charge of a provider counts once', $$INSERT INTO concert_booking.payments (booking_id, kind, amount, provider, reference, outcome, actor)
		SELECT gen_random_uuid(), 'charge', 1, 'bank', '1', 'confirmed', 'staff' FROM generate_series(1, 2)$$),
	('a member''s key is one booking', $$UPDATE concert_booking.bookings SET idempotency_key = 'one'$$),
	('a guest''s key is one booking', $$UPDATE concert_booking.bookings SET idempotency_key = 'one', user_id = NULL,
		session_id = '5ea70000-0000-4000-8000-000000000003', customer_name = 'Gina', customer_phone = '1'$$)
	) AS r (rule, statement);
UPDATE concert_booking.booking_seats SET active = false;
SELECT lives_ok($$INSERT INTO concert_booking.booking_seats (booking_id, seat_id)
	VALUES ('b0000000-0000-7000-8000-000000000002', '5ea70000-0000-7000-8000-000000000001')$$,
	'a seat that was given back can be sold again');
-- restrict_violation has a code of its own since PostgreSQL 18
SELECT CASE WHEN current_setting('server_version_num')::integer < 180000 THEN '23503' ELSE '23001' END AS restricted \gset
SELECT throws_ok('DELETE FROM concert_booking.seats', :'restricted', NULL, 'a sold seat cannot be deleted');
SELECT throws_ok('DELETE FROM concert_booking.concert_schedules', :'restricted', NULL, 'nor its schedule');
SELECT throws_ok('DELETE FROM concert_booking.concerts', :'restricted', NULL, 'nor its concert');
SELECT throws_ok('DELETE FROM concert_booking.venues', :'restricted', NULL, 'nor its venue');

-- law 6: a sale changes no indexed column of seats
SELECT is_empty($$
	SELECT i.indexrelid::regclass, a.attname FROM pg_index i
	JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attname IN ('status', 'hold_expires_at', 'updated_at')
	WHERE i.indrelid = 'concert_booking.seats'::regclass
	  AND pg_get_indexdef(i.indexrelid) ~ ('\m' || a.attname || '\M')$$, 'no index of seats names what a sale changes');
-- an index on the schedule of a hold would cost every hold; holds are few, and schedules seldom go
SELECT is_empty($$
	SELECT c.conrelid::regclass, c.conname FROM pg_constraint c
	WHERE c.contype = 'f' AND c.connamespace = 'concert_booking'::regnamespace
	  AND c.conname <> 'temp_reservations_concert_schedule_id_fkey'
	  AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.conrelid AND i.indpred IS NULL
					  AND i.indkey[0] = c.conkey[1])$$, 'every foreign key has an index');
SELECT is_empty($$
	SELECT t.tgrelid::regclass, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
	WHERE c.relnamespace = 'concert_booking'::regnamespace AND NOT t.tgisinternal AND t.tgenabled <> 'O'$$,
	'no trigger is switched off');
SELECT is_empty($$
	SELECT c.relname FROM pg_depend d JOIN pg_class c ON c.oid = d.objid
	WHERE d.classid = 'pg_class'::regclass AND d.deptype = 'e' AND c.relkind IN ('r', 'p', 'v', 'i')
	  AND c.relnamespace = 'concert_booking'::regnamespace$$, 'no table belongs to the extension');

SELECT * FROM finish();
ROLLBACK;
