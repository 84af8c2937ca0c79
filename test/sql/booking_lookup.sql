-- booking_detail(), find_guest_booking(), find_bookings(): who finds which booking.
\i test/fixtures/world.sql

\o /dev/null
SELECT concert_booking.book_seats(test.seats('A-2', 'A-1', 'B-1'), test.booker('alice'));
SELECT concert_booking.book_seats(test.seats('A-3'), session_id => test.booker('gina'),
	customer_name => 'Gina', customer_phone => '010-1234-5678', customer_email => 'Gina@Example.com');
CALL test.set_clock('2040-05-01 12:01');
SELECT concert_booking.book_seats(test.seats('A-4'), session_id => test.booker('hugo'),
	customer_name => 'Hugo', customer_phone => '+82 10 1234 5678');
\o
SELECT b.id AS alices, b.booking_number AS alices_number FROM concert_booking.bookings b WHERE b.user_id = test.booker('alice') \gset
SELECT b.id AS ginas, b.booking_number AS ginas_number FROM concert_booking.bookings b WHERE b.session_id = test.booker('gina') \gset
SELECT set_config('test.alices', :'alices', false), set_config('test.ginas_number', :'ginas_number', false),
	   set_config('test.alices_number', :'alices_number', false) \g /dev/null

SELECT status, cancelled_at, cancellation_reason, user_id, customer_name, concert_title, performers, concert_date,
	   concert_time, venue_name, venue_address, location_lat, seat_count, total_price
FROM concert_booking.booking_detail(:'alices', test.booker('alice'));
SELECT jsonb_path_query_array(seats, '$[*].seat_number') AS numbers,
	   jsonb_path_query_array(seats, '$[*].seat_grade') AS grades, jsonb_path_query_array(seats, '$[*].price') AS prices
FROM concert_booking.booking_detail(:'alices', test.booker('alice'));
-- what was paid, not today's price
UPDATE concert_booking.seats SET price = 1;
SELECT jsonb_path_query_array(seats, '$[*].price') AS prices, total_price
FROM concert_booking.booking_detail(:'alices', test.booker('alice'));
SELECT customer_name, customer_email FROM concert_booking.booking_detail(:'ginas', session_id => test.booker('gina'));

-- number in any writing, phone in any spelling
SELECT booking_id = :'ginas' AS found, customer_name, seats -> 0 -> 'seat_number' AS seat
FROM concert_booking.find_guest_booking(:'ginas_number', '+82 (0)10-1234 5678');
SELECT booking_id = :'ginas' AS found
FROM concert_booking.find_guest_booking(lower(replace(:'ginas_number', '-', '')), '01012345678');

-- each active seat has a ticket code, told to the booker and to whoever proves to be it, not in a list
SELECT d.seats #>> '{0,ticket_code}' = (SELECT bs.id::text FROM concert_booking.booking_seats bs WHERE bs.booking_id = :'ginas') AS own
FROM concert_booking.find_guest_booking(:'ginas_number', '01012345678') d;
UPDATE concert_booking.booking_seats SET ticket_code = '71c0de00-0000-4000-8000-000000000001' WHERE seat_id = test.seat('A-1');
UPDATE concert_booking.booking_seats SET active = false WHERE seat_id = test.seat('A-2');
SELECT e.seat ->> 'seat_number' AS seat, e.seat ->> 'ticket_code' = (SELECT bs.id::text FROM concert_booking.booking_seats bs WHERE bs.seat_id = (e.seat ->> 'seat_id')::uuid) AS is_id,
	   CASE WHEN e.seat ->> 'seat_number' = 'A-1' THEN e.seat ->> 'ticket_code' END AS renewed
FROM concert_booking.booking_detail(:'alices', test.booker('alice')) d, jsonb_array_elements(d.seats) e (seat);
UPDATE concert_booking.booking_seats SET active = true WHERE seat_id = test.seat('A-2');
SELECT DISTINCT e.seat -> 'ticket_code' AS code FROM concert_booking.find_bookings(:'alices_number') d, jsonb_array_elements(d.seats) e (seat);
-- the grade is the one that was sold
UPDATE concert_booking.seats SET seat_grade = 'VIP' WHERE id = test.seat('A-1');
SELECT seats #>> '{0,seat_grade}' AS grade FROM concert_booking.booking_detail(:'alices', test.booker('alice'));

-- the box office: by number, by phone, by e-mail; last booked first
SELECT customer_name, status, total_count FROM concert_booking.find_bookings(:'ginas_number');
SELECT total_count FROM concert_booking.booking_detail(:'ginas', session_id => test.booker('gina'));
SELECT customer_name FROM concert_booking.find_bookings(customer_phone => '821012345678');
SELECT customer_name FROM concert_booking.find_bookings(customer_phone => '010 1234 5678');
SELECT customer_name FROM concert_booking.find_bookings(customer_phone => '010 1234 5678', page_size => 1, page_offset => 1);
SELECT customer_name FROM concert_booking.find_bookings(customer_email => 'gina@example.COM');
SELECT count(*) FROM concert_booking.find_bookings(:'alices_number', '010 1234 5678');
SELECT count(*) FROM concert_booking.find_bookings('nonsense', '', '');

-- somebody else's, a wrong proof, a member's: one answer
\t on
SELECT test.raises($$SELECT concert_booking.booking_detail(current_setting('test.alices')::uuid, test.booker('bob'))$$);
SELECT test.raises($$SELECT concert_booking.booking_detail(current_setting('test.alices')::uuid, NULL, test.booker('alice'))$$);
SELECT test.raises($$SELECT concert_booking.booking_detail('00000000-0000-7000-8000-000000000000', test.booker('alice'))$$);
SELECT test.raises($$SELECT concert_booking.booking_detail(current_setting('test.alices')::uuid)$$);
SELECT test.raises($$SELECT concert_booking.booking_detail(NULL, test.booker('alice'))$$);
SELECT test.raises($$SELECT concert_booking.find_guest_booking(current_setting('test.ginas_number'), '010-1234-5679')$$);
SELECT test.raises($$SELECT concert_booking.find_guest_booking(current_setting('test.ginas_number'), 'none')$$);
SELECT test.raises($$SELECT concert_booking.find_guest_booking('0000-0000-0000-0', '010-1234-5678')$$);
SELECT test.raises($$SELECT concert_booking.find_guest_booking('0000-0000-0000-0', '00000000000')$$);
SELECT test.raises($$SELECT concert_booking.find_guest_booking('no number', '010-1234-5678')$$);
SELECT test.raises($$SELECT concert_booking.find_guest_booking(current_setting('test.alices_number'), '010-1234-5678')$$);
SELECT test.raises($$SELECT concert_booking.find_guest_booking(NULL, '010-1234-5678')$$);
SELECT test.raises($$SELECT concert_booking.find_guest_booking('0000-0000-0000-0', NULL)$$);
SELECT test.raises($$SELECT concert_booking.find_bookings()$$);
SELECT test.raises($$SELECT concert_booking.find_bookings('x', page_size => 0)$$);

-- by claims: one's own only; staff that names nobody sees anybody's
CREATE ROLE booking_lookup_web;
CREATE ROLE booking_lookup_staff;
GRANT USAGE ON SCHEMA concert_booking, test TO booking_lookup_web, booking_lookup_staff;
GRANT SELECT ON test.bookers TO booking_lookup_web, booking_lookup_staff;
GRANT EXECUTE ON FUNCTION concert_booking.booking_detail, concert_booking.my_bookings TO booking_lookup_web, booking_lookup_staff;
GRANT EXECUTE ON FUNCTION concert_booking.acts_for_others TO booking_lookup_staff;
SET request.jwt.claims = '{"sub": "b0b00000-0000-4000-8000-000000000002"}';
SET ROLE booking_lookup_web;
SELECT test.raises($$SELECT concert_booking.booking_detail(current_setting('test.alices')::uuid)$$);
SELECT test.raises($$SELECT concert_booking.booking_detail(current_setting('test.alices')::uuid, 'a11ce000-0000-4000-8000-000000000001')$$);
SELECT test.raises($$SELECT concert_booking.my_bookings('a11ce000-0000-4000-8000-000000000001')$$);
SET request.jwt.claims = '{"sub": "a11ce000-0000-4000-8000-000000000001"}';
SELECT seat_count FROM concert_booking.booking_detail(:'alices');
SET request.jwt.claims = '{"sub": "b0b00000-0000-4000-8000-000000000002"}';
SET ROLE booking_lookup_staff;
SELECT seat_count FROM concert_booking.booking_detail(:'alices');
SELECT count(*) FROM concert_booking.my_bookings('a11ce000-0000-4000-8000-000000000001');
SELECT count(*) FROM concert_booking.my_bookings();
RESET ROLE;
RESET request.jwt.claims;
DROP OWNED BY booking_lookup_web, booking_lookup_staff;
DROP ROLE booking_lookup_web, booking_lookup_staff;
