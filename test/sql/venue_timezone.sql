-- A venue's time zone is one that PostgreSQL knows, and moves its schedules.
\i test/fixtures/world.sql

INSERT INTO concert_booking.venues (name, address, timezone) VALUES ('Carnegie Hall', 'New York', 'America/New_York')
RETURNING timezone;
SELECT test.raises($$INSERT INTO concert_booking.venues (name, address, timezone) VALUES ('Nowhere', '-', 'Asia/Seul')$$);
SELECT test.raises($$UPDATE concert_booking.venues SET timezone = 'KST+9 or so'$$);

-- another zone, and another venue
UPDATE concert_booking.venues SET timezone = 'UTC' WHERE name = 'Olympic Hall';
SELECT starts_at FROM concert_booking.concert_schedules ORDER BY 1;
UPDATE concert_booking.concerts SET venue_id = (SELECT id FROM concert_booking.venues WHERE name = 'Carnegie Hall');
SELECT starts_at FROM concert_booking.concert_schedules ORDER BY 1;
SELECT * FROM concert_booking.check_integrity();
