-- book_seats with an idempotency_key: a repeated call does not buy twice.
\i test/fixtures/world.sql
PREPARE book AS
SELECT booking_id, seat_numbers, status FROM concert_booking.book_seats(test.seats('A-1', 'A-2'),
	session_id => test.booker('gina'), customer_name => 'Gina', customer_phone => '010-1234-5678', idempotency_key => 'k');

EXECUTE book \gset first_
EXECUTE book \gset second_
SELECT :'first_booking_id' = :'second_booking_id' AS same, :'second_seat_numbers' AS seat_numbers;
SELECT count(*) AS bookings FROM concert_booking.bookings;
SELECT * FROM test.availability;

-- without a key the seats are simply taken
SELECT test.raises($$SELECT concert_booking.book_seats(test.seats('A-1', 'A-2'), session_id => test.booker('gina'),
	customer_name => 'Gina', customer_phone => '010-1234-5678')$$);

-- other seats, more seats, another customer
CREATE FUNCTION pg_temp.booking(seats uuid[], customer text) RETURNS text LANGUAGE sql AS $$
	SELECT test.raises(format('SELECT concert_booking.book_seats(%L, session_id => test.booker(''gina''),
		customer_name => %L, customer_phone => ''010-1234-5678'', idempotency_key => ''k'')', seats, customer))
$$;
SELECT pg_temp.booking(test.seats('A-3', 'A-4'), 'Gina');
SELECT pg_temp.booking(test.seats('A-1', 'A-2', 'A-3'), 'Gina');
SELECT pg_temp.booking(test.seats('A-1'), 'Gina');
SELECT pg_temp.booking(test.seats('A-1', 'A-2'), 'Georgina');

-- the key of a cancelled booking is spent
SELECT status FROM concert_booking.cancel_booking(:'first_booking_id', NULL, NULL, test.booker('gina'));
EXECUTE book \gset third_
SELECT :'third_booking_id' = :'first_booking_id' AS same, :'third_status' AS status;
SELECT count(*) AS taken FROM test.taken;

-- confirm_booking knows the key as well
SELECT seat_numbers, status FROM concert_booking.confirm_booking(test.schedule(), session_id => test.booker('gina'),
	seat_ids => test.seats('A-2', 'A-1'), customer_name => 'Gina', customer_phone => '010-1234-5678', idempotency_key => 'k');
SELECT * FROM concert_booking.check_integrity();
