-- confirm_payment after pay_by: the schedule must be on sale, and the booker's limit holds; swept or not.
\i test/fixtures/world.sql
\i test/fixtures/orders.sql
CREATE FUNCTION pg_temp.late(change text, swept boolean) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	booking uuid;
	answer text;
BEGIN
	CALL test.set_clock('2040-05-01 12:00');
	booking := test.begin('alice', 'A-1', 'A-2');
	CALL test.set_clock('2040-05-01 12:36');
	EXECUTE change;
	IF swept THEN
		PERFORM concert_booking.expire_holds();
		PERFORM concert_booking.expire_bookings();
	END IF;
	answer := test.pay(booking, 300000, 'charge');
	SELECT concat_ws(', ', answer, o.due || ' due in all', (SELECT string_agg(seat || ' ' || t.status, ' ') FROM test.taken t WHERE t.sold_to = 'alice'))
	INTO answer FROM test.orders o WHERE o.lines LIKE '%A-1%';
	RAISE SQLSTATE 'TEST1';
EXCEPTION WHEN SQLSTATE 'TEST1' THEN
	RETURN answer;
END
$$;

SELECT c.change, pg_temp.late(c.change, false) AS answer, pg_temp.late(c.change, true) = pg_temp.late(c.change, false) AS same_when_swept
FROM (VALUES
	(1, 'SELECT'),
	(2, 'UPDATE concert_booking.concert_schedules SET is_booking_open = false'),
	(3, 'UPDATE concert_booking.concert_schedules SET booking_closes_at = ''2040-05-01 12:35'''),
	(4, 'UPDATE concert_booking.concert_schedules SET booking_closes_at = ''2040-05-01 12:50'''),
	(5, 'UPDATE concert_booking.concert_schedules SET booking_opens_at = ''2040-05-01 12:50'''),
	(6, 'UPDATE concert_booking.concerts SET status = ''postponed'''),
	(7, 'UPDATE concert_booking.concerts SET is_deleted = true'),
	(8, 'CALL test.set_clock(''2040-06-01 18:59'')'),
	(9, 'CALL test.set_clock(''2040-06-01 19:00'')'),
	(10, 'UPDATE concert_booking.concert_schedules SET payment_required = true'),
	(11, 'UPDATE concert_booking.concert_schedules SET max_seats_per_booker = 2'),
	(12, 'UPDATE concert_booking.concert_schedules SET max_seats_per_booker = 1'),
	(13, 'UPDATE concert_booking.concert_schedules SET max_seats_per_booker = 2; SELECT concert_booking.hold_seat(test.seat(''B-1''), test.booker(''alice''))'),
	(14, 'UPDATE concert_booking.concert_schedules SET max_seats_per_booker = 3; SELECT concert_booking.book_seats(test.seats(''B-1''), test.booker(''alice''))'),
	(15, 'SELECT concert_booking.hold_seat(test.seat(''A-2''), test.booker(''bob''))'),
	(16, 'SELECT concert_booking.cancel_schedule(test.schedule())')) AS c (place, change)
ORDER BY c.place;
SELECT count(*) AS left_over FROM test.orders;

-- paid in part before, in time: that is due back as well, and does not count any more
SELECT test.begin('alice', 'A-1', 'A-2') AS alices, test.begin('bob', 'B-1') AS bobs \gset
SELECT test.pay(:'alices', 100000, 'part 1');
SELECT test.pay(:'bobs', 100000, 'part 2');
CALL test.set_clock('2040-05-01 12:36');
SELECT test.pay(:'alices', 200000, 'rest 1');
SELECT test.pay(:'bobs', 120000, 'whole 2');
SELECT test.pay(:'alices', 300000, 'whole 1');
SELECT * FROM test.orders;
SELECT * FROM test.ledger;
SELECT event_type, seat_count FROM test.events;
SELECT * FROM concert_booking.check_integrity();
