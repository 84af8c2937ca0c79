-- check_integrity() finds each invariant that is broken, and only that.
\i test/fixtures/world.sql

-- runs a statement, tells which invariants it broke, and undoes it; triggers and
-- foreign keys rest, as in a restore that went wrong
CREATE FUNCTION test.broken(statement text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	broken text;
BEGIN
	SET LOCAL session_replication_role = replica;
	EXECUTE statement;
	SELECT string_agg(format('%s (%s)', c.invariant, c.detail), E'\n' ORDER BY c.invariant, c.detail) INTO broken
	FROM concert_booking.check_integrity() c;
	RAISE EXCEPTION 'undo' USING ERRCODE = 'UNDO1', DETAIL = coalesce(broken, 'nothing is broken');
EXCEPTION WHEN SQLSTATE 'UNDO1' THEN
	GET STACKED DIAGNOSTICS broken = PG_EXCEPTION_DETAIL;
	INSERT INTO test.seen SELECT split_part(l, ' (', 1) FROM string_to_table(broken, E'\n') l;
	RETURN QUERY SELECT * FROM string_to_table(broken, E'\n');
END
$$;
CREATE TABLE test.seen (invariant text);
CREATE FUNCTION test.booking(who text) RETURNS uuid LANGUAGE sql STABLE AS $$
	SELECT b.id FROM concert_booking.bookings b WHERE test.booker(who) IN (b.user_id, b.session_id)
$$;

-- alice owns A-1 and A-2, gina A-3, bob holds B-1, bob's other booking is cancelled
SELECT count(*) FROM concert_booking.book_seats(test.seats('A-1', 'A-2'), test.booker('alice'));
SELECT count(*) FROM concert_booking.book_seats(test.seats('A-3'), session_id => test.booker('gina'),
	customer_name => 'Gina', customer_phone => '010-1234-5678');
SELECT count(*) FROM concert_booking.book_seats(test.seats('A-4'), test.booker('bob')) b,
	concert_booking.cancel_booking(b.booking_id, NULL, test.booker('bob'));
SELECT count(*) FROM concert_booking.hold_seat(test.seat('B-1'), test.booker('bob'));
SELECT test.broken('SELECT');

-- seats and their sale
SELECT test.broken($$UPDATE concert_booking.seats SET status = 'reserved' WHERE id = test.seat('B-4')$$);
SELECT test.broken($$UPDATE concert_booking.seats SET status = 'available' WHERE id = test.seat('A-1')$$);
SELECT test.broken($$DELETE FROM concert_booking.seats WHERE id = test.seat('A-3')$$);
SELECT test.broken($$
	DROP INDEX concert_booking.idx_booking_seats_active_seat;
	UPDATE concert_booking.booking_seats SET seat_id = test.seat('A-1') WHERE seat_id = test.seat('A-3');
	UPDATE concert_booking.seats SET status = 'available' WHERE id = test.seat('A-3');
	UPDATE concert_booking.concert_schedules SET available_seats = available_seats + 1 WHERE id = test.schedule(1)$$);

-- seats and their holds
SELECT test.broken($$DELETE FROM concert_booking.temp_reservations$$);
SELECT test.broken($$UPDATE concert_booking.seats SET status = 'available', hold_expires_at = NULL WHERE id = test.seat('B-1')$$);
SELECT test.broken($$UPDATE concert_booking.seats SET status = 'available' WHERE id = test.seat('B-1')$$);
SELECT regexp_replace(b, '\d\d:\d\d.*?(, |\))', 'HH:MM\1', 'g') FROM test.broken($$
	UPDATE concert_booking.temp_reservations SET expires_at = expires_at + interval '1 hour'$$) b;
SELECT test.broken($$UPDATE concert_booking.temp_reservations SET concert_schedule_id = test.schedule(2)$$);
SELECT test.broken($$
	ALTER TABLE concert_booking.temp_reservations DROP CONSTRAINT chk_temp_reservations_booker;
	UPDATE concert_booking.temp_reservations SET session_id = test.booker('gina')$$);

-- bookings
SELECT test.broken($$UPDATE concert_booking.bookings SET seat_count = 3 WHERE id = test.booking('alice')$$);
SELECT test.broken($$UPDATE concert_booking.bookings SET seat_count = 0 WHERE id = test.booking('bob')$$);
SELECT test.broken($$UPDATE concert_booking.booking_seats SET price = 1 WHERE seat_id = test.seat('A-1')$$);
SELECT test.broken($$
	INSERT INTO concert_booking.bookings (id, user_id, concert_schedule_id, booking_number)
	VALUES (concert_booking.uuid_v7(), test.booker('hugo'), test.schedule(1), '0000-0000-0000-0')$$);
SELECT test.broken($$UPDATE concert_booking.booking_seats SET active = true WHERE seat_id = test.seat('A-4')$$);
SELECT test.broken($$UPDATE concert_booking.booking_seats SET active = false WHERE seat_id = test.seat('A-3')$$);
SELECT test.broken($$DELETE FROM concert_booking.bookings WHERE id = test.booking('bob')$$);
SELECT test.broken($$UPDATE concert_booking.bookings SET concert_schedule_id = test.schedule(2) WHERE id = test.booking('gina')$$);
SELECT test.broken($$
	ALTER TABLE concert_booking.bookings DROP CONSTRAINT chk_bookings_booker;
	UPDATE concert_booking.bookings SET customer_phone = NULL WHERE id = test.booking('gina');
	UPDATE concert_booking.bookings SET session_id = user_id WHERE id = test.booking('alice')$$);
SELECT test.broken($$UPDATE concert_booking.bookings SET cancelled_at = NULL WHERE id = test.booking('bob')$$);

-- booking numbers: the form, and the check symbol (1D is 45, which leaves 8; 14 is 36, which is written U)
SELECT test.broken($$UPDATE concert_booking.bookings SET booking_number = 'A-1' WHERE id = test.booking('bob')$$);
SELECT test.broken($$UPDATE concert_booking.bookings SET booking_number = '0000-0000-001I-1' WHERE id = test.booking('bob')$$);
SELECT test.broken($$UPDATE concert_booking.bookings SET booking_number = '0000-0000-001D-7' WHERE id = test.booking('bob')$$);
SELECT test.broken($$UPDATE concert_booking.bookings SET booking_number = '0000-0000-001D-8' WHERE id = test.booking('bob')$$);
SELECT test.broken(format('UPDATE concert_booking.bookings SET booking_number = %L WHERE id = test.booking(''bob'')',
	'ZZZZ-ZZZZ-ZZZZ-' || substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=U', (((1::bigint << 60) - 1) % 37)::integer + 1 + n, 1)))
FROM generate_series(0, 1) n;
SELECT test.broken($$UPDATE concert_booking.bookings SET booking_number = '0000-0000-0014-U' WHERE id = test.booking('bob')$$);

-- limits: sold and live held seats count, lapsed holds do not
SELECT regexp_replace(b, '[0-9a-f-]{36}', 'ID', 'g') FROM test.broken($$UPDATE concert_booking.concert_schedules SET max_seats_per_booker = 1$$) b;
SELECT count(*) FROM concert_booking.hold_seat(test.seat('B-2'), test.booker('bob'));
SELECT test.broken($$
	UPDATE concert_booking.concert_schedules SET max_seats_per_booker = 1;
	UPDATE concert_booking.bookings SET status = 'cancelled', cancelled_at = now() WHERE id = test.booking('alice');
	UPDATE concert_booking.booking_seats SET active = false WHERE booking_id = test.booking('alice');
	UPDATE concert_booking.seats SET status = 'available' WHERE id = ANY (test.seats('A-1', 'A-2'));
	UPDATE concert_booking.concert_schedules SET available_seats = available_seats + 2 WHERE id = test.schedule(1)$$);
CALL test.set_clock('2040-05-01 12:11');
SELECT test.broken($$UPDATE concert_booking.concert_schedules SET max_seats_per_booker = 2$$);

-- schedules
SELECT test.broken($$UPDATE concert_booking.concert_schedules SET starts_at = starts_at + interval '1 hour' WHERE id = test.schedule(2)$$);
SELECT test.broken($$UPDATE concert_booking.concert_schedules SET total_seats = 9 WHERE id = test.schedule(1)$$);
SELECT test.broken($$UPDATE concert_booking.concert_schedules SET available_seats = 8 WHERE id = test.schedule(1)$$);
SELECT test.broken($$INSERT INTO concert_booking.availability_changes VALUES (concert_booking.uuid_v7(), test.schedule(1), -1)$$);
SELECT test.broken($$UPDATE concert_booking.concert_schedules SET is_sold_out = true WHERE id = test.schedule(2)$$);
SELECT test.broken($$UPDATE concert_booking.concert_schedules SET lowest_price = NULL WHERE id = test.schedule(1)$$);
SELECT test.broken($$DELETE FROM concert_booking.schedule_prices WHERE seat_grade = 'S'$$);
SELECT test.broken($$INSERT INTO concert_booking.schedule_prices VALUES (test.schedule(2), 'VIP', 1, 0)$$);

-- the guards themselves
SELECT test.broken($$DROP INDEX concert_booking.idx_bookings_user_key$$);
SELECT test.broken($$
	DROP INDEX concert_booking.idx_bookings_user_key;
	CREATE INDEX idx_bookings_user_key ON concert_booking.bookings (user_id, idempotency_key)$$);
SELECT test.broken($$DROP TRIGGER follow_seats_delete ON concert_booking.seats;
	ALTER TABLE concert_booking.seats DISABLE TRIGGER follow_seats_insert$$);

-- every invariant of the function was seen broken
SELECT DISTINCT replace(m[1], '''''', '''') AS never_broken
FROM pg_proc p, regexp_matches(p.prosrc, 'SELECT ''((?:[^'']|'''')+)'', ', 'g') AS m
WHERE p.oid = 'concert_booking.check_integrity()'::regprocedure
EXCEPT SELECT invariant FROM test.seen
-- that one is broken in the suite cron, where pg_cron is
EXCEPT VALUES ('the last run of each job succeeded');
SELECT count(DISTINCT invariant) FROM test.seen WHERE invariant <> 'nothing is broken';

DROP FUNCTION test.broken, test.booking;
DROP TABLE test.seen;
