-- confirm_booking: the customer's name, phone and e-mail, and who must give them.
\i test/fixtures/world.sql
CREATE FUNCTION pg_temp.confirming(customer text) RETURNS text LANGUAGE sql AS $$
	SELECT test.raises(format('SELECT concert_booking.confirm_booking(test.schedule(), session_id => test.booker(''gina'')%s)', customer))
$$;
SELECT seat_number FROM concert_booking.hold_seats(test.seats('A-1', 'A-2'), session_id => test.booker('gina'));

-- a guest must give name and phone
SELECT pg_temp.confirming('');
SELECT pg_temp.confirming($$, customer_name => 'Gina'$$);
SELECT pg_temp.confirming($$, customer_phone => '010-1234-5678'$$);

-- blank, without digits
SELECT pg_temp.confirming($$, customer_name => '', customer_phone => '010-1234-5678'$$);
SELECT pg_temp.confirming($$, customer_name => '   ', customer_phone => '010-1234-5678'$$);
SELECT pg_temp.confirming($$, customer_name => 'Gina', customer_phone => ''$$);
SELECT pg_temp.confirming($$, customer_name => 'Gina', customer_phone => 'my phone'$$);
SELECT pg_temp.confirming($$, customer_name => 'Gina', customer_phone => '1', idempotency_key => ''$$);

-- too long, counted in characters
SELECT pg_temp.confirming($$, customer_name => repeat('n', 101), customer_phone => '1'$$);
SELECT pg_temp.confirming($$, customer_name => repeat('이', 101), customer_phone => '1'$$);
SELECT pg_temp.confirming($$, customer_name => 'Gina', customer_phone => repeat('1', 21)$$);
SELECT pg_temp.confirming($$, customer_name => 'Gina', customer_phone => '1', customer_email => repeat('e', 256)$$);
SELECT pg_temp.confirming($$, customer_name => 'Gina', customer_phone => '1', idempotency_key => repeat('k', 256)$$);
SELECT pg_temp.confirming($$, customer_name => repeat('n', 10000000), customer_phone => '1'$$);

-- arguments are looked at before the booker
SELECT test.raises($$SELECT concert_booking.confirm_booking(test.schedule(), customer_name => repeat('n', 101))$$);

-- the longest that fit, kept as they were written
SELECT seat_numbers FROM concert_booking.confirm_booking(test.schedule(), session_id => test.booker('gina'),
	seat_ids => test.seats('A-1'), customer_name => repeat('이', 100), customer_phone => ' +82 10-1234-5678 (9',
	customer_email => repeat('e', 255), idempotency_key => repeat('k', 255));
SELECT user_id, session_id = test.booker('gina') AS ginas, length(customer_name) AS name, customer_phone AS phone,
	   length(customer_email) AS email, length(idempotency_key) AS key FROM concert_booking.bookings;

-- a member need not, but what is given must be good
SELECT seat_number FROM concert_booking.hold_seat(test.seat('B-1'), test.booker('alice'));
SELECT test.raises($$SELECT concert_booking.confirm_booking(test.schedule(), test.booker('alice'), customer_name => ' ')$$);
SELECT seat_numbers FROM concert_booking.confirm_booking(test.schedule(), test.booker('alice'));
SELECT * FROM concert_booking.check_integrity();
