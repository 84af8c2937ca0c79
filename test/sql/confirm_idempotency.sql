-- confirm_booking with an idempotency_key: the same call has the same answer.
\i test/fixtures/world.sql

SELECT seat_number FROM concert_booking.hold_seats(test.seats('A-1', 'A-2'), test.booker('alice'));
SELECT booking_id AS first FROM concert_booking.confirm_booking(test.schedule(), test.booker('alice'),
	seat_ids => test.seats('A-1', 'A-2'), customer_name => 'Alice', idempotency_key => 'order 1') \gset

-- repeated: with the seats in another order, and without naming them
SELECT booking_id = :'first' AS same, seat_numbers FROM concert_booking.confirm_booking(test.schedule(), test.booker('alice'),
	seat_ids => test.seats('A-2', 'A-1'), customer_name => 'Alice', idempotency_key => 'order 1');
SELECT booking_id = :'first' AS same FROM concert_booking.confirm_booking(test.schedule(), test.booker('alice'),
	customer_name => 'Alice', idempotency_key => 'order 1');

-- new holds do not slip into the old booking
SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-3'), test.booker('alice'));
SELECT booking_id = :'first' AS same, seat_numbers FROM concert_booking.confirm_booking(test.schedule(), test.booker('alice'),
	customer_name => 'Alice', idempotency_key => 'order 1');

-- another content under the same key
CREATE FUNCTION pg_temp.confirming(arguments text) RETURNS text LANGUAGE sql AS $$
	SELECT test.raises(format('SELECT concert_booking.confirm_booking(%s, idempotency_key => ''order 1'')', arguments))
$$;
SELECT pg_temp.confirming($$test.schedule(), test.booker('alice'), seat_ids => test.seats('A-3'), customer_name => 'Alice'$$);
SELECT pg_temp.confirming($$test.schedule(), test.booker('alice'), seat_ids => test.seats('A-1'), customer_name => 'Alice'$$);
SELECT pg_temp.confirming($$test.schedule(2), test.booker('alice'), customer_name => 'Alice'$$);
SELECT pg_temp.confirming($$test.schedule(), test.booker('alice'), customer_name => 'Alicia'$$);
SELECT pg_temp.confirming($$test.schedule(), test.booker('alice')$$);
SELECT pg_temp.confirming($$test.schedule(), test.booker('alice'), customer_name => 'Alice', customer_phone => '010-1'$$);
SELECT pg_temp.confirming($$test.schedule(), test.booker('alice'), customer_name => 'Alice', customer_email => 'a@b.c'$$);

-- the key is the booker's own: others may use the same
SELECT seat_number FROM concert_booking.hold_seat(test.seat('B-1'), test.booker('bob'));
SELECT booking_id = :'first' AS same, seat_numbers FROM concert_booking.confirm_booking(test.schedule(), test.booker('bob'),
	customer_name => 'Alice', idempotency_key => 'order 1');

-- whatever has happened since: closed, cancelled; nothing is logged or counted twice
UPDATE concert_booking.concert_schedules SET is_booking_open = false;
SELECT booking_id = :'first' AS same, status FROM concert_booking.confirm_booking(test.schedule(), test.booker('alice'),
	customer_name => 'Alice', idempotency_key => 'order 1');
SELECT status FROM concert_booking.cancel_booking(:'first', NULL, test.booker('alice'));
SELECT booking_id = :'first' AS same, status, seat_numbers FROM concert_booking.confirm_booking(test.schedule(), test.booker('alice'),
	customer_name => 'Alice', idempotency_key => 'order 1');
SELECT event_type, seat_count FROM test.events;
SELECT * FROM test.availability;
SELECT * FROM concert_booking.check_integrity();
