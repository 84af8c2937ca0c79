-- reconcile_availability() finds and repairs whatever differs from the seats.
\i test/fixtures/world.sql
CREATE VIEW test.drift AS
SELECT right(d.schedule_id::text, 1) AS schedule, d.measure, d.seat_grade, d.price, d.stored, d.counted
FROM concert_booking.availability_drift() d ORDER BY 1, 2, 3, 4;

-- nothing to do
SELECT * FROM concert_booking.reconcile_availability();

-- a pending change is no drift
UPDATE concert_booking.concert_schedules SET available_seats = 5 WHERE id = test.schedule(1);
INSERT INTO concert_booking.availability_changes (concert_schedule_id, available_change) VALUES (test.schedule(1), 3);
SELECT * FROM test.drift;

-- every figure of one schedule wrong, one figure of the other
UPDATE concert_booking.concert_schedules SET total_seats = 9, available_seats = 0, is_sold_out = true
WHERE id = test.schedule(1);
UPDATE concert_booking.schedule_prices SET seat_count = 7
WHERE concert_schedule_id = test.schedule(1) AND seat_grade = 'S';
DELETE FROM concert_booking.schedule_prices WHERE concert_schedule_id = test.schedule(1) AND seat_grade = 'R';
INSERT INTO concert_booking.schedule_prices VALUES (test.schedule(1), 'VIP', 200000, 2), (test.schedule(1), 'VIP', 0, 0);
UPDATE concert_booking.concert_schedules SET is_sold_out = true, lowest_price = 1 WHERE id = test.schedule(2);
SELECT * FROM test.drift;

-- one schedule only; what is pending is folded with the repair
SELECT measure, seat_grade, price, stored, counted
FROM concert_booking.reconcile_availability(test.schedule(1)) ORDER BY 1, 2, 3;
SELECT * FROM test.drift;
SELECT count(*) AS pending FROM concert_booking.availability_changes WHERE available_change <> 0;

-- all of them; each repair is in the log
SELECT right(schedule_id::text, 1) AS schedule, measure, stored, counted FROM concert_booking.reconcile_availability();
SELECT * FROM test.drift;
SELECT * FROM test.availability;
SELECT event_type, schedule, seat_count, by_caller FROM test.events;
SELECT jsonb_array_length(detail -> 'repairs') AS repairs FROM concert_booking.booking_events ORDER BY occurred_at;
SELECT * FROM concert_booking.check_integrity();

SELECT test.raises($$SELECT * FROM concert_booking.reconcile_availability('00000000-0000-0000-0000-000000000000')$$);
DROP VIEW test.drift;
