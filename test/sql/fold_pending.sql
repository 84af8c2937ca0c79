-- Pending changes of availability are folded into the schedules' rows.
\i test/fixtures/world.sql
CREATE VIEW test.stored AS
SELECT right(id::text, 1) AS schedule, available_seats, is_sold_out
FROM concert_booking.concert_schedules ORDER BY id;

-- sales that found the row taken: four seats sold, one given back
UPDATE concert_booking.seats SET status = 'reserved' WHERE id = ANY (test.seats('A-1', 'A-2', 'A-3'));
UPDATE concert_booking.seats SET status = 'reserved' WHERE concert_schedule_id = test.schedule(2);
UPDATE concert_booking.concert_schedules SET available_seats = total_seats, is_sold_out = false;
INSERT INTO concert_booking.availability_changes (concert_schedule_id, available_change)
VALUES (test.schedule(1), -4), (test.schedule(1), 1), (test.schedule(2), -2);

-- the view is exact before, the row afterwards
SELECT * FROM test.availability;
SELECT * FROM test.stored;
SELECT concert_booking.fold_pending_availability(1);
SELECT * FROM test.stored;
SELECT concert_booking.fold_pending_availability();
SELECT * FROM test.stored;
SELECT * FROM test.availability;
SELECT count(*) AS pending FROM concert_booking.availability_changes WHERE available_change <> 0;
SELECT concert_booking.fold_pending_availability();

-- a seat given back opens a sold-out schedule again
UPDATE concert_booking.seats SET status = 'available' WHERE id = test.seat('A-1', 2);
SELECT * FROM test.stored;

-- totals that drifted by hand: statements on seats say what to do, the fold heals
UPDATE concert_booking.concert_schedules SET available_seats = 0, is_sold_out = true WHERE id = test.schedule(1);
SELECT test.raises($$UPDATE concert_booking.seats SET status = 'unavailable' WHERE id = test.seat('B-1')$$);
INSERT INTO concert_booking.availability_changes (concert_schedule_id, available_change)
VALUES (test.schedule(1), -1), (test.schedule(2), -1);
SELECT concert_booking.fold_pending_availability();
SELECT * FROM test.stored;
SELECT event_type, schedule FROM test.events;

-- arguments
SELECT test.raises('SELECT concert_booking.fold_pending_availability(NULL)');
SELECT test.raises('SELECT concert_booking.fold_pending_availability(0)');
SELECT test.raises('SELECT concert_booking.fold_pending_availability(1000001)');
DROP VIEW test.stored;
