-- Every command in REPEATABLE READ and SERIALIZABLE, several in one
-- transaction: each sees what the ones before it did.
\i test/fixtures/world.sql

CREATE FUNCTION test.journey() RETURNS TABLE (step text, result text) LANGUAGE plpgsql AS $$
DECLARE
	booking uuid;
BEGIN
	RETURN QUERY SELECT 'hold', string_agg(h.seat_number, ' ')
	FROM concert_booking.hold_seats(test.seats('A-1', 'A-2', 'A-3'), test.booker('alice')) h;
	RETURN QUERY SELECT 'hold again', string_agg(h.seat_number, ' ')
	FROM concert_booking.hold_seats(test.seats('A-1', 'A-2'), test.booker('alice')) h;
	RETURN QUERY SELECT 'refuse', left(test.raises('SELECT concert_booking.hold_seat(test.seat(''A-1''), test.booker(''bob''))'), 5);
	RETURN QUERY SELECT 'extend', count(*)::text FROM concert_booking.extend_holds(test.schedule(), test.booker('alice'));
	RETURN QUERY SELECT 'release', concert_booking.release_seats(test.seats('A-3'), test.booker('alice'))::text;
	SELECT b.booking_id INTO booking FROM concert_booking.confirm_booking(test.schedule(), test.booker('alice'), idempotency_key => 'k') b;
	RETURN QUERY SELECT 'confirm', x.seat_count::text FROM concert_booking.bookings x WHERE x.id = booking;
	RETURN QUERY SELECT 'confirm again', (b.booking_id = booking)::text
	FROM concert_booking.confirm_booking(test.schedule(), test.booker('alice'), idempotency_key => 'k') b;
	RETURN QUERY SELECT 'refuse', left(test.raises('SELECT concert_booking.book_seats(test.seats(''A-1''), test.booker(''bob''))'), 5);
	RETURN QUERY SELECT 'available', a.available_seats::text
	FROM concert_booking.schedule_availability a WHERE a.concert_schedule_id = test.schedule();
	RETURN QUERY SELECT 'cancel', b.status FROM concert_booking.cancel_booking(booking, NULL, test.booker('alice')) b;
	RETURN QUERY SELECT 'book', b.seat_count::text
	FROM concert_booking.book_seats(test.seats('A-1', 'A-2'), test.booker('bob')) b;
	RETURN QUERY SELECT 'expire', concert_booking.expire_holds()::text;
	RETURN QUERY SELECT 'available', a.available_seats::text
	FROM concert_booking.schedule_availability a WHERE a.concert_schedule_id = test.schedule();
END
$$;

BEGIN ISOLATION LEVEL READ COMMITTED;
SELECT string_agg(step || ': ' || result, E'\n') AS read_committed FROM test.journey() \gset
ROLLBACK;
\echo :read_committed
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT string_agg(step || ': ' || result, E'\n') = :'read_committed' AS repeatable_read_is_the_same FROM test.journey();
ROLLBACK;
BEGIN ISOLATION LEVEL SERIALIZABLE;
SELECT string_agg(step || ': ' || result, E'\n') = :'read_committed' AS serializable_is_the_same FROM test.journey();
COMMIT;
SELECT * FROM test.taken;

-- outside READ COMMITTED a sale leaves its change of the count pending; the view
-- knows it all the same, and folding loses nothing
SELECT * FROM test.availability;
SELECT sum(available_change) AS pending FROM concert_booking.availability_changes;
SELECT folded_schedules FROM concert_booking.fold_pending_availability();
SELECT count(*) AS pending FROM concert_booking.availability_changes WHERE available_change <> 0;
SELECT * FROM test.availability;

-- the booker's limit counts what this very transaction has done
UPDATE concert_booking.concert_schedules SET max_seats_per_booker = 2 WHERE id = test.schedule();
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT seat_number FROM concert_booking.hold_seats(test.seats('B-1', 'B-2'), test.booker('alice'));
SELECT test.raises($$SELECT concert_booking.hold_seat(test.seat('B-3'), test.booker('alice'))$$);
COMMIT;
DROP FUNCTION test.journey;
SELECT * FROM concert_booking.check_integrity();
