-- C only: the twin does not notify
-- notify_seat_changes: one notification a call and schedule, with the new states
\i test/fixtures/world.sql

CREATE TABLE test.told (place serial, payload jsonb, told_by name);
CREATE FUNCTION test.tell(payload jsonb) RETURNS void LANGUAGE sql AS $$
	INSERT INTO test.told (payload, told_by) VALUES (payload, current_user)
$$;
-- what was told since the last look
CREATE FUNCTION test.told() RETURNS SETOF text LANGUAGE sql AS $$
	WITH heard AS (DELETE FROM test.told RETURNING *)
	SELECT replace((payload - 'concert_schedule_id')::text, '"', '')
		|| ' of schedule ' || right(payload->>'concert_schedule_id', 1)
	FROM heard ORDER BY place
$$;
SET concert_booking.notify_function = 'test.tell';

-- off is the default
SELECT seat_number FROM concert_booking.hold_seats(test.seats('A-1'), test.booker('alice'));
SELECT released_seats FROM concert_booking.release_seats(NULL, test.booker('alice'));
SELECT * FROM test.told();

SET concert_booking.notify_seat_changes = on;

-- each command once, however many seats, and only what looks otherwise
SELECT seat_number FROM concert_booking.hold_seats(test.seats('A-2', 'A-1', 'B-1'), test.booker('alice'));
SELECT * FROM test.told();
SELECT seat_number FROM concert_booking.hold_seats(test.seats('A-1', 'B-2'), test.booker('alice'));
SELECT * FROM test.told();
CALL test.set_clock('2040-05-01 12:05');
SELECT seat_number FROM concert_booking.extend_holds(test.schedule(), test.booker('alice'));
SELECT * FROM test.told();
SELECT released_seats FROM concert_booking.release_seats(test.seats('B-1'), test.booker('alice'));
SELECT * FROM test.told();
SELECT booking_id AS booking, seat_numbers
FROM concert_booking.confirm_booking(test.schedule(), test.booker('alice'), idempotency_key => 'k') \gset
SELECT * FROM test.told();
SELECT status FROM concert_booking.confirm_booking(test.schedule(), test.booker('alice'), idempotency_key => 'k');
SELECT * FROM test.told();
SELECT status FROM concert_booking.cancel_booking(:'booking', user_id => test.booker('alice'));
SELECT * FROM test.told();
SELECT status FROM concert_booking.book_seats(test.seats('B-3', 'B-4'), test.booker('bob'));
SELECT * FROM test.told();
SELECT seat_number FROM concert_booking.hold_best_seats(test.schedule(), 2, user_id => test.booker('bob'));
SELECT * FROM test.told();
SELECT released_seats FROM concert_booking.release_seats(NULL, test.booker('bob'));
SELECT * FROM test.told();

-- a lapsed hold looks free: the next holder is told, and so is the sweep
SELECT seat_number FROM concert_booking.hold_seats(test.seats('A-1', 'A-2'), test.booker('alice'));
SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-2', 2), test.booker('alice'));
SELECT * FROM test.told();
CALL test.set_clock('2040-05-01 12:20');
SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-2'), test.booker('bob'));
SELECT * FROM test.told();
SELECT expired_holds FROM concert_booking.expire_holds();
SELECT * FROM test.told();

-- statements too: an operator's and one by hand
SELECT blocked_seats FROM concert_booking.block_seats(test.seats('B-1') || test.seat('A-1', 2));
SELECT * FROM test.told();
UPDATE concert_booking.seats SET price = price + 1000;
UPDATE concert_booking.seats SET status = 'available' WHERE status = 'unavailable';
SELECT * FROM test.told();

-- a refused call tells nothing
SELECT test.raises($$ SELECT concert_booking.hold_seats(test.seats('A-1', 'B-3'), test.booker('alice')) $$);
BEGIN;
SAVEPOINT before_hold;
SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-1'), test.booker('alice'));
ROLLBACK TO before_hold;
COMMIT;
SELECT * FROM test.told();

-- what would not fit asks for a fresh look
INSERT INTO concert_booking.seats (concert_schedule_id, seat_number, seat_grade, price)
SELECT test.schedule(2), 'C-' || n, 'S', 1000 FROM generate_series(1, 2000) AS n;
UPDATE concert_booking.seats SET status = 'unavailable' WHERE seat_grade = 'S' AND concert_schedule_id = test.schedule(2);
SELECT * FROM test.told();

-- the function runs as the owner of the tables, not as the buyer; its error refuses the call
CREATE ROLE regress_buyer;
GRANT USAGE ON SCHEMA concert_booking, test TO regress_buyer;
GRANT EXECUTE ON FUNCTION concert_booking.hold_seat TO regress_buyer;
SELECT test.seat('A-3') AS seat, test.booker('alice') AS alice \gset
SET ROLE regress_buyer;
SELECT seat_number FROM concert_booking.hold_seat(:'seat', :'alice');
RESET ROLE;
SELECT told_by = (SELECT tableowner FROM pg_tables WHERE tablename = 'seats') AS by_owner FROM test.told;
-- meant: function test.tell_nobody(jsonb) does not exist
SET concert_booking.notify_function = 'test.tell_nobody';
SELECT test.raises(format('SELECT concert_booking.hold_seat(%L, %L)', test.seat('A-4'), test.booker('alice')));
CREATE FUNCTION test.fail(payload jsonb) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	RAISE 'nobody listens';
END
$$;
SET concert_booking.notify_function = 'test.fail';
SELECT test.raises(format('SELECT concert_booking.hold_seat(%L, %L)', test.seat('A-4'), test.booker('alice')));
SELECT status FROM concert_booking.seats WHERE id = test.seat('A-4');

-- only a qualified name, and only a superuser's
SELECT test.raises($$ SET concert_booking.notify_function = 'tell' $$);
SELECT test.raises($$ SET concert_booking.notify_function = 'a.b.c' $$);
SET ROLE regress_buyer;
SELECT test.raises($$ SET concert_booking.notify_function = 'test.tell' $$);
SELECT test.raises($$ SET concert_booking.notify_seat_changes = on $$);
RESET ROLE;

RESET concert_booking.notify_seat_changes;
RESET concert_booking.notify_function;
SELECT * FROM concert_booking.check_integrity();
DROP TABLE test.told;
DROP FUNCTION test.told(), test.tell(jsonb), test.fail(jsonb);
DROP OWNED BY regress_buyer;
DROP ROLE regress_buyer;
