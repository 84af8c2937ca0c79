-- starts_at follows date, time and the venue's time zone.
\set SHOW_CONTEXT never
SET datestyle = 'ISO, YMD';
SET timezone = 'UTC';

INSERT INTO concert_booking.venues (id, name, address)
VALUES ('0a000000-0000-7000-8000-000000000001', 'Olympic Hall', 'Seoul');
INSERT INTO concert_booking.concerts (id, venue_id, title)
VALUES ('0a000000-0000-7000-8000-000000000002',
		'0a000000-0000-7000-8000-000000000001', 'Winter Tour');
INSERT INTO concert_booking.concert_schedules (id, concert_id, concert_date, concert_time)
VALUES ('0a000000-0000-7000-8000-000000000003',
		'0a000000-0000-7000-8000-000000000002', '2030-12-25', '19:00');

PREPARE start AS
SELECT starts_at FROM concert_booking.concert_schedules
WHERE id = '0a000000-0000-7000-8000-000000000003';

EXECUTE start;

-- the schedule moves
UPDATE concert_booking.concert_schedules SET concert_time = '14:30'
WHERE id = '0a000000-0000-7000-8000-000000000003';
EXECUTE start;

-- the venue's zone was wrong
UPDATE concert_booking.venues SET timezone = 'America/New_York'
WHERE id = '0a000000-0000-7000-8000-000000000001';
EXECUTE start;

-- no such zone
UPDATE concert_booking.venues SET timezone = 'Asia/Seul'
WHERE id = '0a000000-0000-7000-8000-000000000001';

-- starts_at written by hand is put right
UPDATE concert_booking.concert_schedules SET starts_at = '2031-01-01'
WHERE id = '0a000000-0000-7000-8000-000000000003';
EXECUTE start;

-- concert_created_at follows the concert, also one whose time is corrected, and is not written by hand
PREPARE made AS
SELECT cs.concert_created_at = c.created_at AS is_copied, c.created_at FROM concert_booking.concert_schedules cs
JOIN concert_booking.concerts c ON c.id = cs.concert_id WHERE cs.id = '0a000000-0000-7000-8000-000000000003';
UPDATE concert_booking.concerts SET created_at = '2029-01-01' WHERE id = '0a000000-0000-7000-8000-000000000002';
EXECUTE made;
UPDATE concert_booking.concert_schedules SET concert_created_at = '2000-01-01' WHERE id = '0a000000-0000-7000-8000-000000000003';
EXECUTE made;
INSERT INTO concert_booking.concerts (id, venue_id, title, created_at)
VALUES ('0a000000-0000-7000-8000-000000000004', '0a000000-0000-7000-8000-000000000001', 'Summer Tour', '2029-06-01');
UPDATE concert_booking.concert_schedules SET concert_id = '0a000000-0000-7000-8000-000000000004' WHERE id = '0a000000-0000-7000-8000-000000000003';
EXECUTE made;
INSERT INTO concert_booking.concert_schedules (concert_id, concert_date, concert_time) VALUES ('0a000000-0000-7000-8000-000000000009', '2030-12-25', '19:00');

-- in tables of 0.1 there is none, and it may come while a session is under way
BEGIN;
CREATE OR REPLACE TRIGGER fill_schedule_start BEFORE INSERT OR UPDATE OF concert_id, concert_date, concert_time, starts_at
ON concert_booking.concert_schedules FOR EACH ROW EXECUTE FUNCTION concert_booking.fill_schedule_start();
ALTER TABLE concert_booking.concert_schedules DROP COLUMN concert_created_at;
UPDATE concert_booking.concert_schedules SET concert_time = '15:30' WHERE id = '0a000000-0000-7000-8000-000000000003';
EXECUTE start;
SELECT concert_booking.create_tables();
EXECUTE made;
UPDATE concert_booking.concert_schedules SET concert_time = '16:30' WHERE id = '0a000000-0000-7000-8000-000000000003';
EXECUTE start;
EXECUTE made;
ROLLBACK;
UPDATE concert_booking.concert_schedules SET concert_created_at = '2000-01-01' WHERE id = '0a000000-0000-7000-8000-000000000003';
EXECUTE made;
