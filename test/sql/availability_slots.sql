-- C only: the twin has the schedule's row whatever it costs
-- A sale changes its schedule's row while there is room for it. Afterwards it
-- counts in a slot, which stays one row whatever dead versions are kept.
\i test/fixtures/world.sql
CREATE VIEW test.slots AS
SELECT count(*) AS slots, sum(available_change) AS pending, max(version) > 0 AS has_moved
FROM concert_booking.availability_changes;

CREATE PROCEDURE test.sell_and_cancel(times integer) LANGUAGE plpgsql AS $$
DECLARE
	booking uuid;
	wrong integer := 0;
BEGIN
	FOR i IN 1 .. times LOOP
		SELECT b.booking_id INTO booking FROM concert_booking.book_seats(test.seats('A-1', 'A-2'), test.booker('alice')) b;
		wrong := wrong + (SELECT (a.available_seats <> 5)::integer FROM concert_booking.schedule_availability a
						  WHERE a.concert_schedule_id = test.schedule());
		PERFORM concert_booking.cancel_booking(booking, NULL, test.booker('alice'));
		wrong := wrong + (SELECT (a.available_seats <> 7)::integer FROM concert_booking.schedule_availability a
						  WHERE a.concert_schedule_id = test.schedule());
	END LOOP;
	IF wrong > 0 THEN
		RAISE 'the count was wrong % times', wrong;
	END IF;
END
$$;

CREATE PROCEDURE test.churn(times integer) LANGUAGE plpgsql AS $$
DECLARE
	booking uuid;
BEGIN
	FOR i IN 1 .. times LOOP
		SELECT b.booking_id INTO booking FROM concert_booking.book_seats(test.seats('A-' || i % 4 + 1), test.booker('alice')) b;
		PERFORM concert_booking.cancel_booking(booking, NULL, test.booker('alice'));
	END LOOP;
END
$$;

-- a few sales are in the row at once
SELECT seat_count FROM concert_booking.book_seats(test.seats('B-1'), test.booker('alice'));
CALL test.sell_and_cancel(1);
SELECT * FROM test.slots;
SELECT right(id::text, 1) AS schedule, available_seats FROM concert_booking.concert_schedules ORDER BY id;

-- what one transaction has changed stays on the pages until its end, as everything
-- does beside a long snapshot: 400 changes, one slot, the row in its place
SELECT ctid AS place FROM concert_booking.concert_schedules WHERE id = test.schedule() \gset
BEGIN;
CALL test.sell_and_cancel(200);
SELECT seat_count FROM concert_booking.book_seats(test.seats('B-2'), test.booker('bob'));
SELECT slots, has_moved FROM test.slots;
SELECT split_part(ctid::text, ',', 1) = split_part(:'place', ',', 1) AS same_page
FROM concert_booking.concert_schedules WHERE id = test.schedule();
COMMIT;
SELECT * FROM test.availability;

-- the fold empties the slot, which stays
SELECT count(concert_booking.fold_pending_availability());
SELECT slots, pending FROM test.slots;
SELECT available_seats FROM concert_booking.concert_schedules WHERE id = test.schedule();
SELECT * FROM concert_booking.check_integrity();

-- a plan that was made while there were no slots does not read every dead version
TRUNCATE concert_booking.availability_changes;
VACUUM ANALYZE concert_booking.availability_changes;
SET plan_cache_mode = force_generic_plan;
PREPARE availability AS SELECT available_seats FROM concert_booking.schedule_availability WHERE concert_schedule_id = $1;
EXECUTE availability (test.schedule());
CREATE FUNCTION test.reads_all() RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	line text;
BEGIN
	FOR line IN EXECUTE 'EXPLAIN EXECUTE availability (test.schedule())' LOOP
		IF line LIKE '%Seq Scan on availability_changes%' THEN
			RETURN true;
		END IF;
	END LOOP;
	RETURN false;
END
$$;
SELECT test.reads_all();
BEGIN;
CALL test.churn(1800);
COMMIT;
SELECT test.reads_all();
EXECUTE availability (test.schedule());
DEALLOCATE availability;
RESET plan_cache_mode;

-- a slot that can take no more is left alone
UPDATE concert_booking.concert_schedules SET total_seats = 2, available_seats = 0 WHERE id = test.schedule();
UPDATE concert_booking.availability_changes SET available_change = -2147483648;
SELECT seat_count FROM concert_booking.book_seats(test.seats('B-3'), test.booker('bob'));
SELECT available_change FROM concert_booking.availability_changes ORDER BY 1;
DELETE FROM concert_booking.availability_changes;
SELECT measure FROM concert_booking.reconcile_availability() ORDER BY 1;
SELECT * FROM concert_booking.check_integrity();
DROP VIEW test.slots;
DROP FUNCTION test.reads_all;
DROP PROCEDURE test.sell_and_cancel;
DROP PROCEDURE test.churn;
