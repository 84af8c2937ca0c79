-- Totals, availability and prices of a schedule follow statements on seats.
\i test/fixtures/world.sql
CREATE VIEW test.prices AS
SELECT right(p.concert_schedule_id::text, 1) AS schedule, p.seat_grade, p.price, p.seat_count
FROM concert_booking.schedule_prices p ORDER BY p.concert_schedule_id, p.price DESC;

-- as the world made them
SELECT * FROM test.availability;
SELECT * FROM test.prices;

-- a schedule that announces its totals begins without seats all the same
INSERT INTO concert_booking.concert_schedules
	(id, concert_id, concert_date, concert_time, total_seats, available_seats, is_sold_out)
VALUES (test.schedule(3), test.concert(), '2040-06-03', '19:00', 100, 100, true)
RETURNING total_seats, available_seats, is_sold_out;

-- a held seat is available, a sold or blocked one is not
UPDATE concert_booking.seats SET status = 'temp_reserved' WHERE id = test.seat('A-1');
UPDATE concert_booking.seats SET status = 'unavailable' WHERE id = ANY (test.seats('A-2', 'A-3'));
SELECT * FROM test.availability WHERE schedule = '1';

-- the price of a row changes, and a grade
UPDATE concert_booking.seats SET price = 110000 WHERE id = ANY (test.seats('B-1', 'B-2'));
UPDATE concert_booking.seats SET seat_grade = 'A' WHERE id = ANY (test.seats('B-3', 'B-4'));
SELECT * FROM test.prices WHERE schedule = '1';

-- seats move to another schedule
UPDATE concert_booking.seats SET concert_schedule_id = test.schedule(3) WHERE id = ANY (test.seats('B-3', 'B-4'));
SELECT * FROM test.availability;
SELECT * FROM test.prices;

-- seats go, one schedule is sold out
DELETE FROM concert_booking.seats WHERE id = test.seat('A-2', 2);
UPDATE concert_booking.seats SET status = 'unavailable' WHERE id = test.seat('A-1', 2);
SELECT * FROM test.availability;
SELECT * FROM test.prices;

-- a statement without rows, and a whole schedule
DELETE FROM concert_booking.seats WHERE seat_number = 'nowhere';
DELETE FROM concert_booking.concert_schedules WHERE id = test.schedule(3);
SELECT * FROM test.availability;
SELECT count(*) FROM concert_booking.schedule_prices WHERE concert_schedule_id = test.schedule(3);

DROP VIEW test.prices;
UPDATE concert_booking.seats SET status = 'available' WHERE status = 'temp_reserved';
SELECT * FROM concert_booking.check_integrity();
