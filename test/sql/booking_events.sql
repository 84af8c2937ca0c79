-- What the commands write into the event log: what, which, when, who; nothing
-- personal; and nobody can change it.
\i test/fixtures/world.sql
SELECT booking_id AS alices FROM concert_booking.book_seats(test.seats('A-1', 'A-2'), test.booker('alice'), customer_name => 'Alice',
	customer_email => 'alice@example.com', idempotency_key => 'secret-key') \gset
SELECT seat_number FROM concert_booking.hold_seats(test.seats('B-1', 'B-2'), session_id => test.booker('gina'));
CALL test.set_clock('2040-05-02 12:00');
SELECT status FROM concert_booking.cancel_booking(:'alices', 'divorce', test.booker('alice'));
CALL test.set_clock('2040-05-03 12:00');
SELECT expired_holds FROM concert_booking.expire_holds();

SELECT e.event_type, to_char(e.occurred_at, 'MM-DD') AS at, right(e.concert_schedule_id::text, 1) AS schedule,
	   e.booking_id = :'alices' AS of_this, e.seat_count, e.actor = current_user AS by_caller
FROM concert_booking.booking_events e ORDER BY e.occurred_at;

-- no identity, name, address, number, key or reason in any of them
SELECT count(*) AS leaks
FROM concert_booking.booking_events e, concert_booking.bookings b
WHERE e::text ~* ANY (ARRAY['alice', 'gina', 'secret', 'divorce', b.booking_number,
							test.booker('alice')::text, test.booker('gina')::text]);

-- append-only
SELECT test.raises('UPDATE concert_booking.booking_events SET seat_count = 0');
SELECT test.raises('DELETE FROM concert_booking.booking_events');

-- a refused call leaves no event, and neither does one that was rolled back
SELECT left(test.raises($$SELECT concert_booking.confirm_booking(test.schedule(), test.booker('alice'))$$), 5);
BEGIN;
SELECT seat_numbers FROM concert_booking.book_seats(test.seats('A-3'), test.booker('alice'));
ROLLBACK;
SELECT count(*) AS events FROM test.events;
SELECT * FROM concert_booking.check_integrity();
