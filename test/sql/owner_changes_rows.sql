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

-- a trigger of the owner's that comes after ours keeps a schedule with its concert: so do its prices
INSERT INTO concert_booking.concerts (id, venue_id, title)
VALUES ('c0000000-0000-7000-8000-000000000002', '0e000000-0000-7000-8000-000000000001', 'Another');
CREATE FUNCTION test.veto() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE TRIGGER zz_veto BEFORE UPDATE ON concert_booking.concert_schedules FOR EACH ROW
WHEN (NEW.concert_id <> OLD.concert_id AND OLD.id = '5c000000-0000-7000-8000-000000000001') EXECUTE FUNCTION test.veto();
UPDATE concert_booking.concert_schedules SET concert_id = 'c0000000-0000-7000-8000-000000000002' RETURNING right(id::text, 1) AS moved;
SELECT right(concert_schedule_id::text, 1) AS schedule, right(concert_id::text, 1) AS concert, seat_grade, price FROM concert_booking.schedule_prices ORDER BY 1, 3, 4;
SELECT * FROM concert_booking.check_integrity();
DROP FUNCTION test.veto() CASCADE;
