-- C only: how the commands write
-- A sale updates rows in place (no index names what it changes, not even when the house sells out), and below the executor.
\i test/fixtures/world.sql
SET track_functions = 'all';
CREATE TEMP VIEW counts AS
SELECT c.relname, pg_stat_get_xact_tuples_updated(c.oid) AS updated, pg_stat_get_xact_tuples_hot_updated(c.oid) AS in_place
FROM pg_class c WHERE c.oid IN ('concert_booking.seats'::regclass, 'concert_booking.concert_schedules'::regclass);
CREATE TEMP TABLE before AS TABLE counts WITH NO DATA;
CREATE TEMP VIEW writes AS
SELECT c.relname, c.updated - b.updated AS updated, c.in_place - b.in_place AS in_place FROM counts c JOIN before b USING (relname) ORDER BY 1;
CREATE TEMP VIEW triggers AS
SELECT p.proname, pg_stat_get_xact_function_calls(p.oid) AS calls FROM pg_proc p
WHERE p.oid IN ('concert_booking.follow_seats_update()'::regprocedure, 'concert_booking.fill_schedule_start()'::regprocedure)
  AND pg_stat_get_xact_function_calls(p.oid) > 0;

BEGIN;
TRUNCATE before;
INSERT INTO before TABLE counts;
SELECT count(*) FROM concert_booking.hold_seats(ARRAY[test.seat('A-1', 2), test.seat('A-2', 2)], test.booker('alice'));
SELECT seat_count FROM concert_booking.confirm_booking(test.schedule(2), test.booker('alice'));
SELECT available_seats, is_sold_out FROM concert_booking.concert_schedules WHERE id = test.schedule(2);
SELECT refund_due FROM concert_booking.cancel_booking((SELECT b.id FROM concert_booking.bookings b), NULL, test.booker('alice'));
SELECT available_seats, is_sold_out FROM concert_booking.concert_schedules WHERE id = test.schedule(2);
SELECT count(*) FROM concert_booking.book_seats(ARRAY[test.seat('A-1', 2), test.seat('A-2', 2)], test.booker('bob'));
TABLE writes;
TABLE triggers;
ROLLBACK;

-- the test sees both: an index that names what a sale changes, and a trigger of the owner's
BEGIN;
TRUNCATE before;
INSERT INTO before TABLE counts;
CREATE INDEX ON concert_booking.concert_schedules (concert_date) WHERE NOT is_sold_out;
CREATE TRIGGER mine BEFORE UPDATE ON concert_booking.seats FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
SELECT count(*) FROM concert_booking.book_seats(ARRAY[test.seat('A-1', 2), test.seat('A-2', 2)], test.booker('bob'));
TABLE writes;
TABLE triggers;
ROLLBACK;
RESET track_functions;
