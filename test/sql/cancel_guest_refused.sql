-- cancel_guest_booking: one answer for a wrong number, a wrong phone and a
-- member's booking.
\i test/fixtures/world.sql
SELECT booking_number AS ginas FROM concert_booking.book_seats(test.seats('A-1'), session_id => test.booker('gina'),
	customer_name => 'Gina', customer_phone => '010-1234-5678') \gset
SELECT booking_number AS alices FROM concert_booking.book_seats(test.seats('A-2'), test.booker('alice'),
	customer_name => 'Alice', customer_phone => '010-1234-5678') \gset
CREATE FUNCTION pg_temp.cancelling(number text, phone text, reason text DEFAULT NULL) RETURNS text LANGUAGE sql AS $$
	SELECT test.raises(format('SELECT concert_booking.cancel_guest_booking(%L, %L, %L)', number, phone, reason))
$$;

-- arguments
SELECT pg_temp.cancelling(NULL, '010-1234-5678');
SELECT pg_temp.cancelling(:'ginas', NULL);
SELECT pg_temp.cancelling('', '010-1234-5678');
SELECT pg_temp.cancelling(:'ginas', '  ');
SELECT pg_temp.cancelling(:'ginas', '010-1234-5678', ' ');
SELECT pg_temp.cancelling(:'ginas', '010-1234-5678', repeat('r', 1001));
SELECT pg_temp.cancelling(repeat('0', 51), '010-1234-5678');
SELECT pg_temp.cancelling(repeat(:'ginas', 100000), '010-1234-5678');
SELECT pg_temp.cancelling(:'ginas', repeat('1', 21));

-- one answer
SELECT pg_temp.cancelling(:'ginas', '010-1234-5679') AS wrong_phone \gset
SELECT :'wrong_phone';
SELECT what, pg_temp.cancelling(number, phone) = :'wrong_phone' AS same
FROM (VALUES ('a member''s booking', :'alices', '010-1234-5678'),
			 ('no digits in the phone', :'ginas', 'phone'),
			 ('a part of the phone', :'ginas', '1234-5678'),
			 ('another check symbol', left(:'ginas', 15) || CASE right(:'ginas', 1) WHEN '0' THEN '2' ELSE '0' END, '010-1234-5678'),
			 ('two symbols too few', left(:'ginas', 14), '010-1234-5678'),
			 ('one symbol too many', :'ginas' || '0', '010-1234-5678'),
			 ('no number', 'hello', '010-1234-5678'),
			 ('another number', '0000-0000-0000-0', '010-1234-5678'),
			 ('a pattern', '%', '%')) AS v (what, number, phone);

SELECT seat, status, sold_to FROM test.taken;
SELECT count(*) AS events FROM test.events WHERE event_type = 'booking_cancelled';
SELECT * FROM concert_booking.check_integrity();
