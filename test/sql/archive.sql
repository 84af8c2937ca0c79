-- archive_past_schedules(): nothing is lost, and bookers still see their bookings.
\i test/fixtures/world.sql

-- a column of the owner's goes with the rows
ALTER TABLE concert_booking.seats ADD COLUMN owner_note text DEFAULT 'by the door';
\o /dev/null
SELECT concert_booking.book_seats(test.seats('A-2', 'A-1'), test.booker('alice'));
SELECT concert_booking.book_seats(test.seats('B-1'), session_id => test.booker('gina'),
	customer_name => 'Gina', customer_phone => '010-1234-5678', customer_email => 'gina@example.com');
SELECT concert_booking.book_seats(test.seats('B-2'), test.booker('alice'));
SELECT concert_booking.book_seats(ARRAY[test.seat('A-1', 2)], test.booker('alice'));
SELECT concert_booking.cancel_booking(b.id, 'ill', b.user_id) FROM concert_booking.bookings b
JOIN concert_booking.booking_seats bs ON bs.booking_id = b.id WHERE bs.seat_id = test.seat('B-2');
SELECT concert_booking.hold_seats(test.seats('B-3'), test.booker('bob'));
\o
SELECT b.id AS alices, b.created_at AS booked_at FROM concert_booking.bookings b
WHERE b.user_id = test.booker('alice') AND b.seat_count = 2 \gset
SELECT b.booking_number AS ginas_number FROM concert_booking.bookings b WHERE b.session_id = test.booker('gina') \gset
CREATE TEMP TABLE before AS
SELECT 'my_bookings' AS what, to_jsonb(m) - 'archived' AS answer FROM concert_booking.my_bookings(test.booker('alice')) m
UNION ALL SELECT 'detail', to_jsonb(d) FROM concert_booking.booking_detail(:'alices', test.booker('alice')) d
UNION ALL SELECT 'guest', to_jsonb(d) FROM concert_booking.find_guest_booking(:'ginas_number', '01012345678') d
UNION ALL SELECT 'office', to_jsonb(d) FROM concert_booking.find_bookings(customer_email => 'GINA@example.com') d
UNION ALL SELECT 'session', to_jsonb(m) FROM concert_booking.my_bookings(session_id => test.booker('gina')) m
UNION ALL SELECT 'seats', to_jsonb(s) FROM concert_booking.seats s WHERE s.concert_schedule_id = test.schedule(1) AND s.seat_number <> 'B-3'
UNION ALL SELECT 'schedule', to_jsonb(cs) - 'updated_at' FROM concert_booking.concert_schedules cs WHERE cs.id = test.schedule(1)
UNION ALL SELECT 'bookings', to_jsonb(b) FROM concert_booking.bookings b WHERE b.concert_schedule_id = test.schedule(1)
UNION ALL SELECT 'booking_seats', to_jsonb(bs) FROM concert_booking.booking_seats bs
	JOIN concert_booking.bookings b ON b.id = bs.booking_id WHERE b.concert_schedule_id = test.schedule(1);

CALL test.set_clock('2040-06-01 22:00');
SET client_min_messages = notice;
SELECT * FROM concert_booking.archive_past_schedules('2040-06-01 19:00');
SELECT * FROM concert_booking.archive_past_schedules('2040-06-01 21:00', 1);
SELECT * FROM concert_booking.archive_past_schedules('2040-06-01 21:00', 1);
SET client_min_messages = warning;

-- gone from the working tables, the other schedule untouched
SELECT (SELECT count(*) FROM concert_booking.concert_schedules) AS schedules, (SELECT count(*) FROM concert_booking.seats) AS seats,
	   (SELECT count(*) FROM concert_booking.bookings) AS bookings, (SELECT count(*) FROM concert_booking.booking_seats) AS booking_seats,
	   (SELECT count(*) FROM concert_booking.temp_reservations) AS holds, (SELECT count(*) FROM concert_booking.schedule_prices) AS prices;
SELECT seat_count, booking_count, jsonb_array_length(seats) AS seats FROM concert_booking.archived_schedules;
SELECT event_type, seat_count, detail FROM concert_booking.booking_events WHERE event_type = 'schedule_archived';

-- every row and every answer is what it was
CREATE TEMP TABLE after AS
SELECT 'my_bookings' AS what, to_jsonb(m) AS answer FROM concert_booking.my_bookings(test.booker('alice')) m
UNION ALL SELECT 'detail', to_jsonb(d) FROM concert_booking.booking_detail(:'alices', test.booker('alice')) d
UNION ALL SELECT 'guest', to_jsonb(d) FROM concert_booking.find_guest_booking(:'ginas_number', '01012345678') d
UNION ALL SELECT 'office', to_jsonb(d) FROM concert_booking.find_bookings(customer_email => 'GINA@example.com') d
UNION ALL SELECT 'session', to_jsonb(m) FROM concert_booking.my_bookings(session_id => test.booker('gina')) m
UNION ALL SELECT 'seats', e.seat FROM concert_booking.archived_schedules a, jsonb_array_elements(a.seats) AS e (seat)
	WHERE e.seat ->> 'seat_number' <> 'B-3'
UNION ALL SELECT 'schedule', a.schedule - 'updated_at' FROM concert_booking.archived_schedules a
UNION ALL SELECT 'bookings', a.booking FROM concert_booking.archived_bookings a
UNION ALL SELECT 'booking_seats', jsonb_array_elements(a.seats) - 'seat_number' FROM concert_booking.archived_bookings a;
SELECT what, count(*) FROM before GROUP BY 1 ORDER BY 1;
(SELECT 'lost', * FROM before EXCEPT ALL SELECT 'lost', * FROM after)
UNION ALL (SELECT 'new', * FROM after EXCEPT ALL SELECT 'new', * FROM before);
-- the hold that had lapsed left its seat free
SELECT e.seat ->> 'status' AS status FROM concert_booking.archived_schedules a, jsonb_array_elements(a.seats) AS e (seat)
WHERE e.seat ->> 'seat_number' = 'B-3';
-- somebody else's stay somebody else's
SELECT count(*) FROM concert_booking.my_bookings(test.booker('bob'));
\t on
SELECT test.raises(format($$SELECT concert_booking.booking_detail(%L, test.booker('bob'))$$, :'alices'));
SELECT test.raises(format($$SELECT concert_booking.find_guest_booking(%L, '01012345679')$$, :'ginas_number'))
	= test.raises($$SELECT concert_booking.find_guest_booking('0000-0000-0000-0', '01012345678')$$);
SELECT test.raises($$SELECT concert_booking.archive_past_schedules(NULL)$$);
SELECT test.raises($$SELECT concert_booking.archive_past_schedules('2040-06-01 22:30')$$);
SELECT test.raises($$SELECT concert_booking.archive_past_schedules('2040-06-01', 0)$$);
SELECT test.raises($$SELECT concert_booking.archive_past_schedules('2040-06-01', 1001)$$);
\t off
SELECT * FROM concert_booking.check_integrity();
ALTER TABLE concert_booking.seats DROP COLUMN owner_note;
