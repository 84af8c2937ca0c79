/*
 * reset.sql - nothing is left of an earlier world but its catalogue, which may belong to
 * another server (a hub). Rows are deleted one by one: a subscription would not follow a
 * TRUNCATE over foreign keys.
 */
\set ON_ERROR_STOP on
BEGIN;
DELETE FROM concert_booking.bookings;
DELETE FROM concert_booking.concert_schedules;
DELETE FROM concert_booking.refunds_due;
/* the log and the ledger refuse to lose a line */
SET LOCAL session_replication_role = replica;
DELETE FROM concert_booking.booking_events;
DELETE FROM concert_booking.payments;
COMMIT;
