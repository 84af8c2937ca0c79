-- postpone_schedule() moves a performance with its bookings and holds, and with nothing else.
\i test/fixtures/world.sql
\i test/fixtures/orders.sql
UPDATE concert_booking.concert_schedules
SET booking_opens_at = '2040-05-01', booking_closes_at = '2040-06-01 18:00', cancel_until = '1 day' WHERE id = test.schedule(1);
SELECT test.begin('alice', 'A-1') AS pending \gset
SELECT count(*) FROM concert_booking.book_seats(test.seats('A-2', 'A-3'), test.booker('bob'));
SELECT count(*) FROM concert_booking.book_seats(test.seats('A-4'), test.booker('bob')) b,
	concert_booking.cancel_booking(b.booking_id, 'other plans', test.booker('bob'));
SELECT count(*) FROM concert_booking.hold_seat(test.seat('B-1'), test.booker('bob'));
SELECT concert_booking.block_seats(test.seats('B-4'));
CREATE VIEW test.schedules AS
SELECT right(cs.id::text, 1) AS schedule, cs.concert_date, cs.concert_time, cs.starts_at, cs.status, cs.previous_starts_at AS before,
	   cs.booking_opens_at AS opens, cs.booking_closes_at AS closes FROM concert_booking.concert_schedules cs ORDER BY cs.id;

SELECT * FROM concert_booking.postpone_schedule(test.schedule(1), '2040-06-08', '20:30', 'the singer is ill');
TABLE test.schedules;
SELECT schedule, seat, status, held_by, until, same_end, sold_to FROM test.taken;
SELECT * FROM test.orders;
SELECT * FROM test.availability;
SELECT event_type, seat_count, detail FROM concert_booking.booking_events WHERE event_type LIKE 'schedule%';
SELECT * FROM concert_booking.check_integrity();

-- it is sold as usual, and the payment that was under way goes through
SELECT test.pay(:'pending', 150000, 'charge 1');
SELECT status, seat_numbers FROM concert_booking.confirm_booking(test.schedule(1), test.booker('bob'));
-- the old date is over: it is open still, and bookers may cancel until a day before the new start
CALL test.set_clock('2040-06-07 20:00');
SELECT status FROM concert_booking.cancel_booking(:'pending', NULL, test.booker('alice'));
SELECT seat_numbers FROM concert_booking.book_seats(test.seats('A-1'), test.booker('alice'));
CALL test.set_clock('2040-06-08 19:30');
SELECT test.raises($$SELECT concert_booking.hold_seat(test.seat('A-4'), test.booker('alice'))$$);

-- moved once more: the start before is that before the last move
SELECT * FROM concert_booking.postpone_schedule(test.schedule(1), '2041-01-01', '00:00');
TABLE test.schedules;
-- after the start, on the same day
CALL test.set_clock('2041-01-01 01:00');
SELECT * FROM concert_booking.postpone_schedule(test.schedule(1), '2041-01-01', '21:00');
-- no end of booking stays none
SELECT * FROM concert_booking.postpone_schedule(test.schedule(2), '2041-01-02', '19:00');
TABLE test.schedules;
SELECT * FROM concert_booking.check_integrity();

-- three times in one transaction, which is undone
BEGIN;
SELECT * FROM concert_booking.postpone_schedule(test.schedule(1), '2041-02-01', '19:00');
SELECT * FROM concert_booking.postpone_schedule(test.schedule(1), '2041-02-01', '19:00:00.000001');
SELECT * FROM concert_booking.postpone_schedule(test.schedule(1), '2041-02-02', '19:00');
ROLLBACK;
SELECT starts_at FROM test.schedules WHERE schedule = '1';
DROP VIEW test.schedules;

-- who was let in for the old date is not inside any more: the ticket opens the door at the new one, and its seat can be cancelled; given back seats keep what was
SELECT b.booking_id AS ginas, b.booking_number AS number FROM concert_booking.book_seats(ARRAY[test.seat('A-1', 2), test.seat('A-2', 2)],
	session_id => test.booker('gina'), customer_name => 'Gina', customer_phone => '010-1234-5678') b \gset
CALL test.set_clock('2041-01-02 18:30');
SELECT seat_number, gate FROM concert_booking.check_in(:'number', gate => 'west');
SELECT seat_numbers FROM concert_booking.cancel_seats(:'ginas', ARRAY[test.seat('A-2', 2)], 'fell ill', session_id => test.booker('gina'), override => true);
SELECT b.booking_number AS bobs FROM concert_booking.book_seats(ARRAY[test.seat('A-2', 2)], test.booker('bob')) b \gset
SELECT test.raises(format('SELECT concert_booking.cancel_booking(%L, session_id => test.booker(''gina''))', :'ginas'));
SELECT * FROM concert_booking.postpone_schedule(test.schedule(2), '2041-01-09', '19:00', 'no power');
SELECT b.booking_number = :'number' AS ginas, bs.active, bs.checked_in_at IS NOT NULL AS inside, bs.gate
FROM concert_booking.booking_seats bs JOIN concert_booking.bookings b ON b.id = bs.booking_id WHERE b.concert_schedule_id = test.schedule(2) ORDER BY 1 DESC, 2 DESC;
SELECT event_type, detail FROM concert_booking.schedule_log(test.schedule(2)) WHERE event_type = 'schedule_postponed' ORDER BY occurred_at DESC LIMIT 1;
CALL test.set_clock('2041-01-09 18:30');
SELECT seat_number, gate FROM concert_booking.check_in(:'number', gate => 'east');
SELECT * FROM concert_booking.check_integrity();
