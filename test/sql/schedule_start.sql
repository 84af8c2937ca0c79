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
