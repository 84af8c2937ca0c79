-- C only: it makes the extension in a database of its own
-- create_tables() on tables of 0.1: what payment needs, without a rewrite, and no list of the owner's is lost.
SET client_min_messages = error;
DROP DATABASE IF EXISTS migrate_payment_test;
CREATE DATABASE migrate_payment_test TEMPLATE template0 ENCODING 'UTF8';
\c migrate_payment_test
\pset format unaligned
\pset footer off
SET client_min_messages = error;
CREATE EXTENSION concert_booking CASCADE;
SET client_min_messages = warning;
SELECT concert_booking.create_tables();
INSERT INTO concert_booking.venues (id, name, address) VALUES ('e0000000-0000-7000-8000-000000000001', 'Hall', 'Seoul');
INSERT INTO concert_booking.concerts (id, venue_id, title)
VALUES ('c0000000-0000-7000-8000-000000000001', 'e0000000-0000-7000-8000-000000000001', 'Concert');
INSERT INTO concert_booking.concert_schedules (id, concert_id, concert_date, concert_time)
VALUES ('5c000000-0000-7000-8000-000000000001', 'c0000000-0000-7000-8000-000000000001', '2090-01-01', '19:00');
SELECT concert_booking.generate_seats('5c000000-0000-7000-8000-000000000001', '{A}', 6, 'R', 1000);
CREATE FUNCTION public.seats(VARIADIC numbers text[]) RETURNS uuid[] LANGUAGE sql AS
$$ SELECT array_agg(s.id ORDER BY s.id) FROM concert_booking.seats s WHERE s.seat_number = ANY (numbers) $$;

-- tables as 0.1 made them
DROP TABLE concert_booking.price_types, concert_booking.payments, concert_booking.refunds_due;
DROP TRIGGER check_refund_ladder ON concert_booking.concert_schedules;
DROP TRIGGER fill_price ON concert_booking.schedule_prices;
ALTER TABLE concert_booking.schedule_prices DROP COLUMN concert_id;
DROP TRIGGER fill_schedule_start ON concert_booking.concert_schedules;
CREATE TRIGGER fill_schedule_start BEFORE INSERT OR UPDATE OF concert_id, concert_date, concert_time, starts_at
ON concert_booking.concert_schedules FOR EACH ROW EXECUTE FUNCTION concert_booking.fill_schedule_start();
ALTER TABLE concert_booking.concert_schedules DROP COLUMN concert_created_at, DROP COLUMN payment_required, DROP COLUMN payment_window, DROP COLUMN refund_ladder;
ALTER TABLE concert_booking.bookings DROP COLUMN pay_by, DROP COLUMN paid_at, DROP COLUMN refund_ladder,
	DROP CONSTRAINT chk_bookings_status, ADD CONSTRAINT chk_bookings_status CHECK (status IN ('confirmed', 'cancelled'));
ALTER TABLE concert_booking.booking_seats DROP COLUMN price_type, DROP COLUMN cancellation_fee;
ALTER TABLE concert_booking.temp_reservations DROP COLUMN booking_id;
COMMENT ON COLUMN concert_booking.bookings.status IS 'confirmed or cancelled';
COMMENT ON COLUMN concert_booking.bookings.seat_count IS 'seats, in the words of this house';

-- they are sold as before; what reads them says what to run
SELECT status FROM concert_booking.book_seats(public.seats('A-1'), 'a11ce000-0000-4000-8000-000000000001');
SELECT seat_number FROM concert_booking.hold_seats(public.seats('A-2', 'A-3'), 'b0b00000-0000-4000-8000-000000000001');
SELECT status, seat_count FROM concert_booking.confirm_booking('5c000000-0000-7000-8000-000000000001', 'b0b00000-0000-4000-8000-000000000001',
	seat_ids => public.seats('A-2'));
SELECT status FROM concert_booking.my_bookings('a11ce000-0000-4000-8000-000000000001');
SELECT * FROM concert_booking.check_integrity();

-- a column of the owner's that has a new name and another type, null or values: sold as before, and create_tables() refuses before it changes anything
CREATE FUNCTION public.tries_all(change text) RETURNS TABLE (call text, told text) LANGUAGE plpgsql AS $$
DECLARE
	state text;
	detail text;
BEGIN
	EXECUTE 'ALTER TABLE concert_booking.' || change;
	FOREACH call IN ARRAY '{book,hold,confirm,cancel,create_tables}'::text[] LOOP
		BEGIN
			CASE call
				WHEN 'book' THEN PERFORM concert_booking.book_seats(public.seats('A-4'), 'a11ce000-0000-4000-8000-000000000002');
				WHEN 'hold' THEN PERFORM concert_booking.hold_seats(public.seats('A-5'), 'a11ce000-0000-4000-8000-000000000002');
				WHEN 'confirm' THEN PERFORM concert_booking.confirm_booking('5c000000-0000-7000-8000-000000000001', 'a11ce000-0000-4000-8000-000000000002');
				WHEN 'cancel' THEN PERFORM concert_booking.cancel_booking(b.id, NULL, b.user_id) FROM concert_booking.bookings b
					WHERE b.user_id = 'a11ce000-0000-4000-8000-000000000002' AND b.status = 'confirmed';
				ELSE PERFORM concert_booking.create_tables();
			END CASE;
			told := 'done';
		EXCEPTION WHEN OTHERS THEN
			GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, detail = PG_EXCEPTION_DETAIL;
			told := concat_ws(' ', state, sqlerrm, detail);
		END;
		RETURN NEXT;
	END LOOP;
END $$;
CREATE FUNCTION public.tried(change text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	all_told text := '';
	step record;
BEGIN
	BEGIN
		FOR step IN SELECT * FROM public.tries_all(change) LOOP
			all_told := all_told || E'\n  ' || step.call || ': ' || step.told;
		END LOOP;
		RAISE EXCEPTION USING ERRCODE = 'P0099';
	EXCEPTION WHEN SQLSTATE 'P0099' THEN
		RETURN change || all_told;
	END;
END $$;
SELECT public.tried(change) FROM (VALUES
	(1, 'concert_schedules ADD COLUMN shade integer'),
	(2, $$concert_schedules ADD COLUMN payment_required text NOT NULL DEFAULT 'no'$$),
	(3, 'concert_schedules ADD COLUMN refund_ladder integer'),
	(4, 'concert_schedules RENAME status TO was; ALTER TABLE concert_booking.concert_schedules ADD COLUMN status integer'),
	(5, $$concert_schedules RENAME status TO was; ALTER TABLE concert_booking.concert_schedules ADD COLUMN status text NOT NULL DEFAULT 'open'$$),
	(6, $$concert_schedules RENAME status TO was; ALTER TABLE concert_booking.concert_schedules ADD COLUMN status text DEFAULT 'scheduled'$$),
	(7, 'bookings DROP COLUMN free_reason, ADD COLUMN free_reason integer'),
	(8, 'bookings ADD COLUMN paid_at timestamptz NOT NULL DEFAULT now()'),
	(9, 'bookings DROP COLUMN is_anonymous, ADD COLUMN is_anonymous boolean'),
	(10, 'booking_seats DROP COLUMN gate, ADD COLUMN gate varchar(10)'),
	(11, 'booking_seats DROP COLUMN checked_in_at, ADD COLUMN checked_in_at text'),
	(12, 'booking_seats ADD COLUMN price_type integer'),
	(13, 'temp_reservations ADD COLUMN booking_id integer'),
	(14, 'temp_reservations RENAME price TO was; ALTER TABLE concert_booking.temp_reservations ADD COLUMN price numeric'),
	(15, 'availability_changes RENAME version TO was; ALTER TABLE concert_booking.availability_changes ADD COLUMN version text'),
	(16, 'schedule_prices ADD COLUMN concert_id integer'),
	(17, 'schedule_prices ADD COLUMN concert_id uuid'),
	(18, 'schedule_prices ADD COLUMN concert_id uuid NOT NULL DEFAULT gen_random_uuid()'),
	(19, 'schedule_prices ADD COLUMN concert_id uuid; ALTER TABLE concert_booking.schedule_prices ALTER concert_id SET DEFAULT gen_random_uuid()'),
	(20, 'schedule_prices ADD COLUMN concert_id uuid; UPDATE concert_booking.schedule_prices SET concert_id = concert_schedule_id'),
	(21, 'concert_schedules ADD COLUMN concert_created_at date'),
	(22, 'concert_schedules ADD COLUMN concert_created_at timestamptz'),
	(23, 'concert_schedules ADD COLUMN concert_created_at timestamptz NOT NULL DEFAULT now()'),
	(24, $$concert_schedules ADD COLUMN concert_created_at timestamptz; UPDATE concert_booking.concert_schedules SET concert_created_at = '2000-01-01'$$)) AS c (n, change)
ORDER BY n;
-- the type and no null, but other values
BEGIN;
ALTER TABLE concert_booking.concert_schedules DROP CONSTRAINT chk_concert_schedules_status;
UPDATE concert_booking.concert_schedules SET status = 'sold out';
SELECT public.tried('concert_schedules ADD COLUMN shade integer');
ROLLBACK;

-- locked are the tables of a sale, and no file is written anew
CREATE TABLE public.files AS
SELECT c.oid, c.relfilenode FROM pg_class c WHERE c.relnamespace = 'concert_booking'::regnamespace;
BEGIN;
SELECT concert_booking.create_tables();
SELECT c.relname, bool_or(l.mode = 'AccessExclusiveLock') AS from_readers
FROM pg_locks l JOIN pg_class c ON c.oid = l.relation JOIN public.files f ON f.oid = c.oid
WHERE l.pid = pg_backend_pid() AND c.relkind IN ('r', 'p') AND NOT c.relispartition
  AND l.mode IN ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
GROUP BY 1 ORDER BY 1;
COMMIT;
SELECT c.relname AS rewritten FROM pg_class c JOIN public.files f USING (oid) WHERE c.relfilenode <> f.relfilenode;
SELECT c.convalidated, pg_get_constraintdef(c.oid) AS definition FROM pg_constraint c WHERE c.conname = 'chk_bookings_status';
SELECT c.convalidated FROM pg_constraint c WHERE c.conname = 'chk_concert_schedules_payment_bounds';
SELECT cs.payment_required, cs.payment_window, cs.refund_ladder FROM concert_booking.concert_schedules cs;
-- a comment of 0.1 is brought up to date, one of the owner's stays
SELECT a.attname, col_description(a.attrelid, a.attnum) AS comment FROM pg_attribute a
WHERE a.attrelid = 'concert_booking.bookings'::regclass AND a.attname IN ('status', 'seat_count') ORDER BY 1;
-- what was sold and held before is there
SELECT seat_count, total_price FROM concert_booking.confirm_booking('5c000000-0000-7000-8000-000000000001', 'b0b00000-0000-4000-8000-000000000001');
SELECT status FROM concert_booking.cancel_booking(
	(SELECT b.id FROM concert_booking.bookings b WHERE b.user_id = 'a11ce000-0000-4000-8000-000000000001'), NULL, 'a11ce000-0000-4000-8000-000000000001');
SELECT * FROM concert_booking.check_integrity();

-- once more is nothing: no table is locked
BEGIN;
SELECT concert_booking.create_tables();
SELECT l.relation::regclass, l.mode FROM pg_locks l
WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation' AND l.mode <> 'AccessShareLock';
COMMIT;

-- a list of the owner's stays
ALTER TABLE concert_booking.bookings DROP CONSTRAINT chk_bookings_status,
	ADD CONSTRAINT chk_bookings_status CHECK (status IN ('confirmed', 'cancelled', 'disputed')) NOT VALID;
ALTER TABLE concert_booking.bookings DROP COLUMN paid_at;
SELECT concert_booking.create_tables();
SELECT concert_booking.has_column('bookings', 'paid_at') AS has_paid_at;
SELECT c.convalidated, pg_get_constraintdef(c.oid) AS definition FROM pg_constraint c WHERE c.conname = 'chk_bookings_status';
-- so does a rule of the owner's about who books, also one that is wider than that of 0.1; whoever cancels sees no row that it forbids
ALTER TABLE concert_booking.bookings DROP COLUMN paid_at, DROP CONSTRAINT chk_bookings_booker,
	ADD CONSTRAINT chk_bookings_booker CHECK (user_id IS NOT NULL OR session_id IS NOT NULL);
SELECT concert_booking.create_tables();
SELECT c.convalidated, pg_get_constraintdef(c.oid) AS definition FROM pg_constraint c WHERE c.conname = 'chk_bookings_booker';
BEGIN;
UPDATE concert_booking.bookings SET customer_name = 'Kim Secret', customer_phone = '01012345678' WHERE status = 'confirmed';
ALTER TABLE concert_booking.bookings DROP CONSTRAINT chk_bookings_booker, DROP COLUMN paid_at,
	ADD CONSTRAINT chk_bookings_booker CHECK (customer_email IS NOT NULL AND NOT is_anonymous) NOT VALID;
SELECT concert_booking.create_tables();
SELECT c.convalidated, pg_get_constraintdef(c.oid) AS definition FROM pg_constraint c WHERE c.conname = 'chk_bookings_booker';
DO $$
DECLARE
	message text;
	detail text;
	hint text;
BEGIN
	PERFORM concert_booking.cancel_schedule('5c000000-0000-7000-8000-000000000001', 'ill');
EXCEPTION WHEN check_violation THEN
	GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
	RAISE WARNING USING MESSAGE = message, DETAIL = detail, HINT = hint;
END $$;
ROLLBACK;
-- that of 0.1 is replaced, and validated at once
ALTER TABLE concert_booking.bookings DROP CONSTRAINT chk_bookings_booker, DROP COLUMN free_reason,
	ADD CONSTRAINT chk_bookings_booker CHECK (
		CASE WHEN user_id IS NULL THEN customer_name IS NOT NULL AND customer_phone IS NOT NULL
			 ELSE session_id IS NULL END) NOT VALID;
UPDATE concert_booking.bookings SET customer_name = 'Guest', customer_phone = '01012345678' WHERE user_id IS NULL;
ALTER TABLE concert_booking.bookings VALIDATE CONSTRAINT chk_bookings_booker;
SELECT concert_booking.create_tables();
SELECT c.convalidated, pg_get_constraintdef(c.oid) AS definition FROM pg_constraint c WHERE c.conname = 'chk_bookings_booker';
-- a row that it forbids does not make create_tables() fail, nor the upkeep
ALTER TABLE concert_booking.bookings DROP CONSTRAINT chk_bookings_status;
UPDATE concert_booking.bookings SET status = 'disputed' WHERE user_id = 'a11ce000-0000-4000-8000-000000000001';
ALTER TABLE concert_booking.bookings ADD CONSTRAINT chk_bookings_status CHECK (status IN ('confirmed', 'cancelled')) NOT VALID;
SELECT concert_booking.create_tables();
SELECT c.convalidated, pg_get_constraintdef(c.oid) AS definition FROM pg_constraint c WHERE c.conname = 'chk_bookings_status';
UPDATE concert_booking.bookings SET status = 'cancelled' WHERE status = 'disputed';
CALL concert_booking.run_upkeep() \g /dev/null
SELECT c.convalidated FROM pg_constraint c WHERE c.conname = 'chk_bookings_status';

-- a table of payment that its owner has dropped comes back
DROP TABLE concert_booking.refunds_due;
SELECT concert_booking.create_tables();
SELECT to_regclass('concert_booking.refunds_due') AS refunds_due;

\c contrib_regression
SET client_min_messages = error;
DROP DATABASE migrate_payment_test;
