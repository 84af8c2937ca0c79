-- hold_best_seats that fails while it writes: whoever catches the error goes on as after any other.
\i test/fixtures/world.sql
\set SHOW_CONTEXT never
CREATE FUNCTION test.no_hugo() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NEW.session_id = '60000000-0000-4000-8000-000000000004' AND EXISTS (
		SELECT FROM concert_booking.temp_reservations t WHERE t.session_id = NEW.session_id) THEN
		RAISE 'hugo gets one seat';
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER no_hugo BEFORE INSERT ON concert_booking.temp_reservations FOR EACH ROW EXECUTE FUNCTION test.no_hugo();

-- what was done before the error stays, what is done afterwards counts
DO $$
DECLARE
	caught text := 'nothing';
BEGIN
	PERFORM concert_booking.hold_seat(test.seat('A-1'), test.booker('alice'));
	BEGIN
		PERFORM concert_booking.hold_seat(test.seat('B-1'), session_id => test.booker('gina'));
		PERFORM concert_booking.hold_best_seats(test.schedule(), 2, session_id => test.booker('hugo'));
	EXCEPTION WHEN OTHERS THEN
		caught := SQLERRM;
	END;
	PERFORM set_config('test.caught', caught, false);
	PERFORM concert_booking.hold_best_seats(test.schedule(), 3, user_id => test.booker('alice'));
END
$$;
SELECT current_setting('test.caught');
SELECT * FROM test.taken;

-- a savepoint of the caller takes everything back
BEGIN;
SELECT concert_booking.release_seats(ARRAY [test.seat('A-1')], test.booker('alice'));
SAVEPOINT before_best;
SELECT seat_number FROM concert_booking.hold_best_seats(test.schedule(), 4, user_id => test.booker('bob'));
ROLLBACK TO before_best;
SELECT concert_booking.hold_best_seats(test.schedule(), 2, session_id => test.booker('hugo'));
ROLLBACK TO before_best;
SELECT seat_number FROM concert_booking.hold_best_seats(test.schedule(), 2, session_id => test.booker('gina'));
SELECT status, seat_count FROM concert_booking.confirm_booking(test.schedule(), session_id => test.booker('gina'),
	customer_name => 'Gina', customer_phone => '010-0000-0000');
COMMIT;
SELECT * FROM test.taken;
SELECT * FROM concert_booking.check_integrity();
DROP TRIGGER no_hugo ON concert_booking.temp_reservations;
DROP FUNCTION test.no_hugo();
