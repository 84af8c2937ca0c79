-- C only: it makes the extension in a database of its own
-- create_tables() and CREATE EXTENSION refuse what a stranger put into the schema.
SET client_min_messages = error;
\set SHOW_CONTEXT never
DROP DATABASE IF EXISTS strangers_test;
DROP ROLE IF EXISTS booking_stranger;
CREATE ROLE booking_stranger;
CREATE DATABASE strangers_test TEMPLATE template0 ENCODING 'UTF8';
\c strangers_test
SET client_min_messages = error;

-- a schema that somebody else made first
CREATE SCHEMA concert_booking AUTHORIZATION booking_stranger;
CREATE EXTENSION concert_booking CASCADE;
ALTER SCHEMA concert_booking OWNER TO CURRENT_USER;
CREATE EXTENSION concert_booking CASCADE;

-- a table of that name
GRANT CREATE, USAGE ON SCHEMA concert_booking TO booking_stranger;
SET ROLE booking_stranger;
CREATE TABLE concert_booking.seats (id uuid PRIMARY KEY);
RESET ROLE;
SELECT concert_booking.create_tables();
SELECT count(*) AS tables FROM pg_class WHERE relnamespace = 'concert_booking'::regnamespace AND relkind = 'r';
DROP TABLE concert_booking.seats;
SET ROLE booking_stranger;
CREATE MATERIALIZED VIEW concert_booking.schedule_availability AS SELECT 1;
RESET ROLE;
SELECT concert_booking.create_tables();
DROP MATERIALIZED VIEW concert_booking.schedule_availability;

-- a schema that was given away
ALTER SCHEMA concert_booking OWNER TO booking_stranger;
SELECT concert_booking.create_tables();
ALTER SCHEMA concert_booking OWNER TO CURRENT_USER;

-- nobody but those who are allowed to
SET ROLE booking_stranger;
SELECT concert_booking.create_tables();
RESET ROLE;
SELECT concert_booking.create_tables();
SELECT * FROM concert_booking.check_integrity();

\c contrib_regression
DROP DATABASE strangers_test;
DROP ROLE booking_stranger;
