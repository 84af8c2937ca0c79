-- C only: statements of the twin are told from hand-written ones otherwise
-- A trigger of the owner's changes more of a seat than the command does: prices,
-- the plan's version and the counts follow, and nothing is counted twice.
\i test/fixtures/world.sql
CREATE FUNCTION test.raise_price() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NEW.status = 'reserved' THEN
		NEW.price := OLD.price + 1000;
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER raise_price BEFORE UPDATE ON concert_booking.seats FOR EACH ROW EXECUTE FUNCTION test.raise_price();
SELECT layout_version AS before FROM concert_booking.concert_schedules WHERE id = test.schedule() \gset

SELECT price FROM concert_booking.hold_seats(test.seats('A-1', 'A-2'), test.booker('alice'));
SELECT layout_version = :before AS same_plan FROM concert_booking.concert_schedules WHERE id = test.schedule();
SELECT seat_count, total_price FROM concert_booking.confirm_booking(test.schedule(), test.booker('alice'));
SELECT layout_version > :before AS new_plan FROM concert_booking.concert_schedules WHERE id = test.schedule();
SELECT seat_grade, price, seat_count FROM concert_booking.schedule_prices WHERE concert_schedule_id = test.schedule() ORDER BY 1, 2;
SELECT total_seats, available_seats FROM concert_booking.schedule_availability WHERE concert_schedule_id = test.schedule();
SELECT * FROM concert_booking.check_integrity();
DROP FUNCTION test.raise_price() CASCADE;
