-- C only: the twin makes no tables
-- create_tables() on tables of 0.1: what search walks along, made without keeping sales waiting, and what nothing uses any more is gone.
\i test/fixtures/world.sql
CREATE PROCEDURE test.as_0_1() LANGUAGE plpgsql AS $$
BEGIN
	DROP TRIGGER fill_price ON concert_booking.schedule_prices;
	ALTER TABLE concert_booking.schedule_prices DROP COLUMN concert_id;
	CREATE OR REPLACE TRIGGER fill_schedule_start BEFORE INSERT OR UPDATE OF concert_id, concert_date, concert_time, starts_at
	ON concert_booking.concert_schedules FOR EACH ROW EXECUTE FUNCTION concert_booking.fill_schedule_start();
	CREATE OR REPLACE TRIGGER refresh_schedule_starts AFTER UPDATE OF venue_id ON concert_booking.concerts FOR EACH ROW
	WHEN (old.venue_id IS DISTINCT FROM new.venue_id) EXECUTE FUNCTION concert_booking.refresh_schedule_starts();
	ALTER TABLE concert_booking.concert_schedules DROP COLUMN concert_created_at;
	DROP INDEX IF EXISTS concert_booking.idx_concerts_genre_created_at, concert_booking.idx_concerts_genre_popularity,
		concert_booking.idx_concerts_bigrams, concert_booking.idx_concert_schedules_date_concert,
		concert_booking.idx_concert_schedules_price, concert_booking.idx_concerts_venue_genre, concert_booking.idx_concerts_genre, concert_booking.idx_concerts_status,
		concert_booking.idx_concert_schedules_date, concert_booking.idx_concert_schedules_available, concert_booking.idx_bookings_created_at;
	CREATE INDEX idx_concerts_genre ON concert_booking.concerts (genre) WHERE is_deleted = false;
	CREATE INDEX idx_concerts_venue_id ON concert_booking.concerts (venue_id);
	CREATE INDEX idx_concerts_status ON concert_booking.concerts (status) WHERE is_deleted = false;
	CREATE INDEX idx_concert_schedules_date ON concert_booking.concert_schedules (concert_date);
	CREATE INDEX idx_concert_schedules_available ON concert_booking.concert_schedules (concert_date) WHERE is_booking_open = true AND is_sold_out = false;
	CREATE INDEX idx_bookings_created_at ON concert_booking.bookings (created_at);
END $$;
CREATE TEMP VIEW indexes AS
SELECT c.relname, i.indisvalid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE c.relnamespace = 'concert_booking'::regnamespace
  AND c.relname ~ '^idx_(concerts_venue|concerts_genre|concerts_status|concerts_bigrams|concert_schedules_(date|created|available|price)|bookings_created_at|schedule_prices)'
ORDER BY c.relname COLLATE "C";
CREATE TEMP VIEW prices AS
SELECT count(*) AS prices, count(*) FILTER (WHERE to_jsonb(p) ->> 'concert_id' = cs.concert_id::text) AS filled,
	   concert_booking.prices_are_filled() AS are_filled
FROM concert_booking.schedule_prices p JOIN concert_booking.concert_schedules cs ON cs.id = p.concert_schedule_id;
CREATE TEMP VIEW schedules AS
SELECT count(*) AS schedules, count(*) FILTER (WHERE (to_jsonb(cs) ->> 'concert_created_at')::timestamptz = c.created_at) AS filled,
	   concert_booking.schedules_are_filled() AS are_filled
FROM concert_booking.concert_schedules cs JOIN concert_booking.concerts c ON c.id = cs.concert_id;

-- small tables: all at once, and one of the owner's making that has an old name stays
CALL test.as_0_1();
DROP INDEX concert_booking.idx_bookings_created_at;
CREATE INDEX idx_bookings_created_at ON concert_booking.bookings (created_at DESC, id);
TABLE pg_temp.indexes;
-- before that everything works
SELECT title, min_price FROM concert_booking.search_concerts(price_from => 1, price_to => 200000, sort_by => 'price');
SELECT concert_booking.generate_seats(test.schedule(2), '{C}', 2, 'VIP', 170000);
UPDATE concert_booking.concert_schedules SET concert_id = concert_id, concert_time = '20:00' WHERE id = test.schedule(2);
DELETE FROM concert_booking.schedule_prices WHERE seat_grade = 'VIP';
SELECT measure FROM concert_booking.reconcile_availability();
SELECT * FROM concert_booking.check_integrity();
SELECT concert_booking.create_tables();
TABLE pg_temp.indexes;
TABLE pg_temp.prices;
TABLE pg_temp.schedules;
SELECT pg_get_indexdef('concert_booking.idx_bookings_created_at'::regclass);
DROP INDEX concert_booking.idx_bookings_created_at;
-- once more is nothing
BEGIN;
SELECT concert_booking.create_tables();
SELECT l.relation::regclass, l.mode FROM pg_locks l
WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation' AND l.mode <> 'AccessShareLock';
COMMIT;

-- many prices and schedules: the columns come at once; they are filled later, and new rows are meanwhile
ALTER TABLE concert_booking.concert_schedules SET (fillfactor = 10);
ALTER TABLE concert_booking.schedule_prices SET (fillfactor = 10);
INSERT INTO concert_booking.concerts (id, venue_id, title)
SELECT ('c1000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, '0e000000-0000-7000-8000-000000000001', 'Concert ' || n FROM generate_series(1, 3000) n;
INSERT INTO concert_booking.concert_schedules (id, concert_id, concert_date, concert_time)
SELECT ('51000000-0000-7000-8000-' || right(c.id::text, 12))::uuid, c.id, '2041-01-01', '19:00'
FROM concert_booking.concerts c WHERE c.id <> test.concert();
INSERT INTO concert_booking.seats (concert_schedule_id, seat_number, seat_grade, price, ordinal, row_label, seat_index)
SELECT cs.id, 'A-1', 'R', 1000, 1, 'A', 1 FROM concert_booking.concert_schedules cs WHERE cs.concert_id <> test.concert();
CALL test.as_0_1();
SELECT concert_booking.create_tables();
-- the schedules are many, too: their indexes are for the owner to make, and the old one stays until then
TABLE pg_temp.indexes;
TABLE pg_temp.prices;
TABLE pg_temp.schedules;
SELECT concert_booking.generate_seats(test.schedule(2), '{D}', 2, 'S', 90000);
UPDATE concert_booking.concert_schedules SET concert_id = 'c1000000-0000-7000-8000-000000000007' WHERE id = test.schedule(2);
INSERT INTO concert_booking.concert_schedules (concert_id, concert_date, concert_time) VALUES (test.concert(), '2041-01-01', '19:00');
UPDATE concert_booking.concerts SET created_at = '2040-02-02' WHERE id = 'c1000000-0000-7000-8000-000000000008';
TABLE pg_temp.prices;
TABLE pg_temp.schedules;
SELECT count(*) FROM concert_booking.search_concerts(price_from => 90000, price_to => 90000, sort_by => 'price');
SELECT * FROM concert_booking.check_integrity();
CREATE INDEX CONCURRENTLY idx_concert_schedules_date_concert ON concert_booking.concert_schedules (concert_date, concert_id DESC);
CREATE INDEX CONCURRENTLY idx_concert_schedules_created_date ON concert_booking.concert_schedules (concert_created_at, concert_id, concert_date);
CREATE INDEX CONCURRENTLY idx_concert_schedules_price ON concert_booking.concert_schedules (lowest_price, concert_id DESC, concert_date) WHERE lowest_price IS NOT NULL AND status <> 'cancelled';
-- it waits for the locks of a sale, so it takes none on the prices, which searches by price read
BEGIN;
SELECT concert_booking.create_tables();
SELECT l.mode FROM pg_locks l
WHERE l.pid = pg_backend_pid() AND l.relation = 'concert_booking.schedule_prices'::regclass AND l.mode <> 'AccessShareLock';
COMMIT;
TABLE pg_temp.indexes;
TABLE pg_temp.prices;

-- the upkeep fills it, also what is wrong, and makes the prices' index
UPDATE concert_booking.schedule_prices SET concert_id = concert_schedule_id WHERE price = 1000 AND concert_schedule_id < '51000000-0000-7000-8000-000000000009';
CALL concert_booking.run_upkeep() \g /dev/null
TABLE pg_temp.prices;
TABLE pg_temp.schedules;
SELECT conname FROM pg_constraint WHERE conname = 'chk_concert_schedules_filled';
SELECT relname FROM pg_temp.indexes WHERE relname ~ 'prices';
SELECT * FROM concert_booking.check_integrity();
SELECT d.description FROM pg_description d WHERE d.objoid = 'concert_booking.idx_schedule_prices_price'::regclass;

ALTER TABLE concert_booking.concert_schedules SET (fillfactor = 50);
ALTER TABLE concert_booking.schedule_prices RESET (fillfactor);
DROP VIEW pg_temp.schedules, pg_temp.prices, pg_temp.indexes;
DROP PROCEDURE test.as_0_1;
TRUNCATE concert_booking.venues CASCADE;
