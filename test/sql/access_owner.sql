-- C only: it makes the extension in a database of its own
-- An owner that is no superuser gives levels, and what managers write runs its triggers with the owner's rights.
SET client_min_messages = error;
DROP DATABASE IF EXISTS access_owner_test;
DROP ROLE IF EXISTS owner_house, owner_deputy, owner_manager, owner_clerk;
CREATE ROLE owner_house SUPERUSER;
CREATE ROLE owner_deputy;
CREATE ROLE owner_manager;
CREATE ROLE owner_clerk;
CREATE DATABASE access_owner_test TEMPLATE template0 ENCODING 'UTF8';
\c access_owner_test
\pset format unaligned
\pset footer off
SET client_min_messages = warning;
CREATE EXTENSION pg_trgm;
CREATE EXTENSION moddatetime;
SET ROLE owner_house;
CREATE EXTENSION concert_booking;
RESET ROLE;
ALTER ROLE owner_house NOSUPERUSER;
GRANT owner_house TO owner_deputy;

-- a deputy, who is a member of the owner, gives levels before and after the tables
SET SESSION AUTHORIZATION owner_deputy;
SELECT concert_booking.grant_access('owner_manager', 'manager') > 0 AS granted;
SELECT concert_booking.create_tables();
SELECT concert_booking.grant_access('owner_clerk', 'staff') > 0 AS granted;
SELECT concert_booking.grant_access('owner_clerk', 'clerk') > 0 AS granted;
RESET SESSION AUTHORIZATION;

SET SESSION AUTHORIZATION owner_manager;
INSERT INTO concert_booking.venues (name, address) VALUES ('Hall', 'Seoul') RETURNING id AS venue \gset
INSERT INTO concert_booking.concerts (venue_id, title) VALUES (:'venue', 'Autumn Leaves') RETURNING id AS concert \gset
INSERT INTO concert_booking.concert_schedules (concert_id, concert_date, concert_time) VALUES (:'concert', '2090-06-01', '19:00') RETURNING id AS schedule \gset
SELECT generated_seats FROM concert_booking.generate_seats(:'schedule', '{A}', 4, 'R', 90000);
UPDATE concert_booking.seats SET price = 100000;
SELECT lowest_price, total_seats, starts_at IS NOT NULL AS starts FROM concert_booking.concert_schedules;
SELECT available_seats FROM concert_booking.schedule_availability;
UPDATE concert_booking.venues SET timezone = 'Asia/Tokyo';

SET SESSION AUTHORIZATION owner_clerk;
SELECT concert_booking.acts_for_others();
-- of staff nothing is left: no table
SELECT has_table_privilege('concert_booking.venues', 'SELECT') AS reads, has_column_privilege('concert_booking.seats', 'price', 'UPDATE') AS writes;

-- the deputy keeps the owner's rights whatever its own level, and cannot shut the owner out
SET SESSION AUTHORIZATION owner_deputy;
SELECT concert_booking.grant_access('owner_deputy', 'visitor') > 0 AS granted;
SELECT concert_booking.grant_access('owner_deputy', 'none');
SELECT count(*) FROM concert_booking.check_integrity();
\set VERBOSITY terse
SELECT concert_booking.grant_access('owner_house', 'none');
RESET SESSION AUTHORIZATION;
SELECT concert_booking.grant_access('owner_manager', 'none');
-- a role that owns nothing here and has no level can be dropped
DROP ROLE owner_manager;

\c contrib_regression
SET client_min_messages = error;
DROP DATABASE access_owner_test;
DROP ROLE owner_deputy, owner_clerk;
DROP ROLE owner_house;
