-- expected_total: the sum that the buyer agreed to, or nothing is sold.
\i test/fixtures/world.sql

CREATE FUNCTION pg_temp.confirming(arguments text) RETURNS text LANGUAGE sql AS $$
	SELECT test.raises(format('SELECT concert_booking.confirm_booking(test.schedule(), test.booker(''alice'')%s)', arguments))
$$;
CREATE FUNCTION pg_temp.booking(arguments text) RETURNS text LANGUAGE sql AS $$
	SELECT test.raises(format('SELECT concert_booking.book_seats(%s)', arguments))
$$;

-- wrong: refused, and nothing is changed
SELECT sum(price) AS told FROM concert_booking.hold_seats(test.seats('A-1', 'B-1'), test.booker('alice'));
SELECT pg_temp.confirming(', expected_total => 270001');
SELECT pg_temp.confirming(', expected_total => 0');
SELECT pg_temp.confirming(', expected_total => 9223372036854775807');
SELECT pg_temp.confirming(', seat_ids => test.seats(''A-1''), expected_total => 270000');
SELECT pg_temp.confirming(', expected_total => -1');
SELECT pg_temp.booking('test.seats(''A-2''), test.booker(''bob''), expected_total => 149999');
SELECT pg_temp.booking('test.seats(''A-2''), test.booker(''bob''), expected_total => -1');
SELECT pg_temp.booking('test.seats(''A-2'', ''A-1''), test.booker(''alice''), expected_total => 150000');
SELECT * FROM test.taken;
SELECT * FROM test.availability;
SELECT count(*) AS bookings FROM concert_booking.bookings;
SELECT count(*) AS events FROM test.events;

-- the sum of the holds is the right one, whatever the seats cost meanwhile
UPDATE concert_booking.seats SET price = 999;
SELECT pg_temp.confirming(', expected_total => 1998');
SELECT total_price FROM concert_booking.confirm_booking(test.schedule(), test.booker('alice'), idempotency_key => 'k',
	expected_total => 270000) AS r;
-- a free seat costs what it costs now
SELECT pg_temp.booking('test.seats(''A-2''), test.booker(''bob''), expected_total => 150000');
SELECT total_price FROM concert_booking.book_seats(test.seats('A-2'), test.booker('bob'), idempotency_key => 'k', expected_total => 999);
SELECT total_price FROM concert_booking.book_seats(test.seats('A-3'), test.booker('bob'), expected_total => NULL);
UPDATE concert_booking.seats SET price = 0 WHERE id = test.seat('A-4');
SELECT total_price FROM concert_booking.book_seats(test.seats('A-4'), test.booker('bob'), expected_total => 0);

-- the same key: what was charged then is compared
SELECT total_price FROM concert_booking.confirm_booking(test.schedule(), test.booker('alice'), idempotency_key => 'k', expected_total => 270000);
SELECT total_price FROM concert_booking.confirm_booking(test.schedule(), test.booker('alice'), idempotency_key => 'k');
SELECT pg_temp.confirming(', idempotency_key => ''k'', expected_total => 1');
SELECT pg_temp.confirming(', idempotency_key => ''k'', seat_ids => test.seats(''A-4''), expected_total => 1');
SELECT total_price FROM concert_booking.book_seats(test.seats('A-2'), test.booker('bob'), idempotency_key => 'k', expected_total => 999);
SELECT pg_temp.booking('test.seats(''A-2''), test.booker(''bob''), idempotency_key => ''k'', expected_total => 998');

-- the same key: seats that were cancelled since count
SELECT id AS alices FROM concert_booking.bookings WHERE idempotency_key = 'k' AND user_id = test.booker('alice') \gset
SELECT total_price FROM concert_booking.cancel_seats(:'alices', test.seats('B-1'), user_id => test.booker('alice'));
SELECT status, total_price FROM concert_booking.confirm_booking(test.schedule(), test.booker('alice'), idempotency_key => 'k', expected_total => 270000);
SELECT pg_temp.confirming(', idempotency_key => ''k'', expected_total => 150000');
SELECT total_price FROM concert_booking.cancel_booking(:'alices', user_id => test.booker('alice'));
SELECT status, total_price FROM concert_booking.confirm_booking(test.schedule(), test.booker('alice'), idempotency_key => 'k', expected_total => 270000);

-- the same in REPEATABLE READ
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT total_price FROM concert_booking.book_seats(test.seats('B-2'), test.booker('bob'), expected_total => 999);
SELECT pg_temp.booking('test.seats(''B-3''), test.booker(''bob''), expected_total => 120000');
COMMIT;

SELECT event_type, seat_count FROM test.events;
SELECT * FROM concert_booking.check_integrity();
