-- cancel_booking: every refusal; unknown and somebody else's are one answer.
\i test/fixtures/world.sql
SELECT booking_id AS alices FROM concert_booking.book_seats(test.seats('A-1'), test.booker('alice')) \gset
SELECT booking_id AS ginas FROM concert_booking.book_seats(test.seats('A-2'), session_id => test.booker('gina'),
	customer_name => 'Gina', customer_phone => '010-1234-5678') \gset
CREATE FUNCTION pg_temp.cancelling(id uuid, arguments text) RETURNS text LANGUAGE sql AS $$
	SELECT test.raises(format('SELECT concert_booking.cancel_booking(%L%s)', id, arguments))
$$;

-- arguments, booker
SELECT pg_temp.cancelling(NULL, '');
SELECT pg_temp.cancelling(:'alices', $$, ' '$$);
SELECT pg_temp.cancelling(:'alices', $$, repeat('r', 1001)$$);
SELECT pg_temp.cancelling(:'alices', $$, repeat('이', 1001)$$);
SELECT pg_temp.cancelling(:'alices', '');
SELECT pg_temp.cancelling(:'alices', $$, NULL, test.booker('alice'), test.booker('gina')$$);

-- unknown; another member's; a guest's; a member's id as session and the reverse
SELECT pg_temp.cancelling('b0000000-0000-7000-8000-00000000dead', $$, NULL, test.booker('alice')$$) AS unknown \gset
SELECT :'unknown';
SELECT pg_temp.cancelling(:'alices', $$, NULL, test.booker('bob')$$) = :'unknown' AS another_members,
	   pg_temp.cancelling(:'ginas', $$, NULL, test.booker('alice')$$) = :'unknown' AS a_guests,
	   pg_temp.cancelling(:'ginas', $$, NULL, NULL, test.booker('hugo')$$) = :'unknown' AS another_guests,
	   pg_temp.cancelling(:'ginas', $$, NULL, test.booker('gina')$$) = :'unknown' AS session_as_user,
	   pg_temp.cancelling(:'alices', $$, NULL, NULL, test.booker('alice')$$) = :'unknown' AS user_as_session;

-- also when it is cancelled, and when it is too late
SELECT status FROM concert_booking.cancel_booking(:'alices', repeat('이', 1000), test.booker('alice'));
SELECT pg_temp.cancelling(:'alices', $$, NULL, test.booker('bob')$$) = :'unknown' AS cancelled;
CALL test.set_clock('2040-06-01 20:00');
SELECT pg_temp.cancelling(:'ginas', $$, NULL, test.booker('bob')$$) = :'unknown' AS too_late;

SELECT seat, status, sold_to FROM test.taken;
SELECT length(cancellation_reason) AS reason FROM concert_booking.bookings WHERE id = :'alices';
SELECT * FROM concert_booking.check_integrity();
