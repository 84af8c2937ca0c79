-- cancel_guest_booking: who knows both number and phone, in any spelling.
\i test/fixtures/world.sql
CREATE FUNCTION pg_temp.booked(label text) RETURNS text LANGUAGE sql AS $$
	SELECT b.booking_number FROM concert_booking.book_seats(test.seats(label), session_id => test.booker('gina'),
		customer_name => 'Gina', customer_phone => '010-1234-5678') b
$$;
SELECT pg_temp.booked('A-1') AS n1, pg_temp.booked('A-2') AS n2, pg_temp.booked('A-3') AS n3 \gset

SELECT status, seat_numbers, booking_number = :'n1' AS as_stored
FROM concert_booking.cancel_guest_booking(:'n1', '010-1234-5678', 'flu');
SELECT cancellation_reason FROM concert_booking.bookings WHERE booking_number = :'n1';

-- typed as people type: no dashes, spaces, small letters, O for 0, I and l for 1
SELECT status FROM concert_booking.cancel_guest_booking(
	' ' || lower(translate(replace(:'n2', '-', ' '), '01', 'OI')), '+82 10 1234 5678');
SELECT status FROM concert_booking.cancel_guest_booking(translate(replace(:'n3', '-', ''), '01', 'ol'), '01012345678');
SELECT count(*) AS taken FROM test.taken;
SELECT * FROM test.availability;
SELECT event_type, seat_count FROM test.events;

-- again: the same answer
SELECT status FROM concert_booking.cancel_guest_booking(booking_number => :'n1', customer_phone => '010 1234 5678');
SELECT count(*) AS events FROM test.events;

-- every symbol is typed back as it was printed: twenty numbers, each by hand
DO $$
DECLARE
	number text;
BEGIN
	FOR i IN 1 .. 20 LOOP
		number := pg_temp.booked('B-1');
		IF (concert_booking.cancel_guest_booking(lower(replace(number, '-', '')), '010-1234-5678')).status <> 'cancelled' THEN
			RAISE EXCEPTION 'number % does not cancel', number;
		END IF;
	END LOOP;
END
$$;
SELECT count(*) AS bookings, count(DISTINCT booking_number) AS numbers FROM concert_booking.bookings;

-- the same cut-off as for members
SELECT pg_temp.booked('A-4') AS n4 \gset
CALL test.set_clock('2040-06-01 19:00');
SELECT test.raises(format('SELECT concert_booking.cancel_guest_booking(%L, ''01012345678'')', :'n4'));
SELECT seat, status, sold_to FROM test.taken;
SELECT * FROM concert_booking.check_integrity();
