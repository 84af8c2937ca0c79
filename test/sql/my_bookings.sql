-- my_bookings(): one's own, by every filter, order and page.
\i test/fixtures/world.sql

INSERT INTO concert_booking.venues (id, name, address, timezone)
VALUES ('0e000000-0000-7000-8000-000000000002', 'Village Hall', 'New York', 'America/New_York');
INSERT INTO concert_booking.concerts (id, venue_id, title)
VALUES ('c0000000-0000-7000-8000-000000000002', '0e000000-0000-7000-8000-000000000002', '100% Matinee');
INSERT INTO concert_booking.concert_schedules (id, concert_id, concert_date, concert_time)
VALUES (test.schedule(3), 'c0000000-0000-7000-8000-000000000002', '2040-05-20', '14:00');
INSERT INTO concert_booking.seats (concert_schedule_id, seat_number, seat_grade, price)
SELECT test.schedule(3), 'A-' || n, 'R', 1000 FROM generate_series(1, 12) n;

CREATE FUNCTION pg_temp.book(schedule integer, labels text[], who text) RETURNS void LANGUAGE sql AS $$
	SELECT concert_booking.book_seats(
		(SELECT array_agg(s.id) FROM concert_booking.seats s
		 WHERE s.concert_schedule_id = test.schedule(schedule) AND s.seat_number = ANY (labels)),
		CASE WHEN who IN ('alice', 'bob') THEN test.booker(who) END,
		CASE WHEN who IN ('gina', 'hugo') THEN test.booker(who) END,
		initcap(who), '010-1234-5678')
$$;
\o /dev/null
SELECT pg_temp.book(1, '{A-2,A-1}', 'alice');
CALL test.set_clock('2040-05-01 12:01');
SELECT pg_temp.book(3, '{A-10,A-2,A-1}', 'alice');
CALL test.set_clock('2040-05-01 12:02');
SELECT pg_temp.book(2, '{A-1}', 'alice');
SELECT pg_temp.book(2, '{A-2}', 'bob');
SELECT pg_temp.book(1, '{B-1}', 'gina');
CALL test.set_clock('2040-05-01 12:03');
SELECT concert_booking.cancel_booking(b.id, 'ill', b.user_id) FROM concert_booking.bookings b
WHERE b.user_id = test.booker('alice') AND b.concert_schedule_id = test.schedule(1);
\o

SELECT concert_title, status, concert_date, concert_time, starts_at, venue_name, venue_address,
	   seat_count, seat_numbers, total_price
FROM concert_booking.my_bookings(test.booker('alice'));
SELECT m.seat_numbers, m.booking_number = b.booking_number AS number, m.created_at = b.created_at AS instant,
	   m.concert_schedule_id = test.schedule(2) AS schedule
FROM concert_booking.my_bookings(test.booker('bob')) m JOIN concert_booking.bookings b ON b.id = m.booking_id;
SELECT concert_title, seat_numbers FROM concert_booking.my_bookings(session_id => test.booker('gina'));
SELECT count(*) FROM concert_booking.my_bookings(session_id => test.booker('hugo'));
-- a member's id is no session
SELECT count(*) FROM concert_booking.my_bookings(session_id => test.booker('alice'));

-- status, period by the venue's date, title, order
SELECT concert_date FROM concert_booking.my_bookings(test.booker('alice'), status => 'confirmed');
SELECT concert_date FROM concert_booking.my_bookings(test.booker('alice'), status => 'cancelled');
SELECT concert_date FROM concert_booking.my_bookings(test.booker('alice'), search_text => 'sUMMER');
SELECT concert_date FROM concert_booking.my_bookings(test.booker('alice'), search_text => '%');
SELECT concert_date FROM concert_booking.my_bookings(test.booker('alice'), sort_by => 'date');
CALL test.set_clock('2040-05-21 12:30');
SELECT concert_date FROM concert_booking.my_bookings(test.booker('alice'), period => 'upcoming', sort_by => 'date');
SELECT concert_date FROM concert_booking.my_bookings(test.booker('alice'), period => 'past', sort_by => 'date');
CALL test.set_clock('2040-05-21 13:30');
SELECT concert_date FROM concert_booking.my_bookings(test.booker('alice'), period => 'past', sort_by => 'date');
SELECT concert_date FROM concert_booking.my_bookings(test.booker('alice'), NULL, 'confirmed', 'upcoming', 'summer', 'date', 10, 0);
-- pages, each with the number of all that match
SELECT concert_date, total_count FROM concert_booking.my_bookings(test.booker('alice'), sort_by => 'date', page_size => 2);
SELECT concert_date, total_count FROM concert_booking.my_bookings(test.booker('alice'), sort_by => 'date', page_size => 2, page_offset => 2);
SELECT concert_date, total_count FROM concert_booking.my_bookings(test.booker('alice'), status => 'confirmed', page_size => 1);
SELECT total_count FROM concert_booking.my_bookings(test.booker('alice'), page_offset => 3);

-- by claim
SET request.jwt.claims = '{"role": "authenticated", "sub": "b0b00000-0000-4000-8000-000000000002"}';
SELECT seat_numbers FROM concert_booking.my_bookings();
RESET request.jwt.claims;

\t on
SELECT test.raises($$SELECT concert_booking.my_bookings()$$);
SELECT test.raises($$SELECT concert_booking.my_bookings(test.booker('alice'), test.booker('gina'))$$);
SELECT test.raises($$SELECT concert_booking.my_bookings(test.booker('alice'), status => 'open')$$);
SELECT test.raises($$SELECT concert_booking.my_bookings(test.booker('alice'), period => 'now')$$);
SELECT test.raises($$SELECT concert_booking.my_bookings(test.booker('alice'), sort_by => 'price')$$);
SELECT test.raises($$SELECT concert_booking.my_bookings(test.booker('alice'), sort_by => NULL)$$);
SELECT test.raises($$SELECT concert_booking.my_bookings(test.booker('alice'), page_size => 0)$$);
SELECT test.raises($$SELECT concert_booking.my_bookings(test.booker('alice'), page_offset => NULL)$$);
SELECT test.raises($$SELECT concert_booking.my_bookings(test.booker('alice'), search_text => repeat('x', 301))$$);
