-- No command runs in a read-only transaction, not even to refuse or to repeat
-- an answer: a client that is sent to a standby is told so at once.
\i test/fixtures/world.sql
SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-1'), test.booker('alice'));
SELECT booking_id AS id, booking_number AS number FROM concert_booking.book_seats(test.seats('A-2'), session_id => test.booker('gina'),
	customer_name => 'Gina', customer_phone => '010-1234-5678') \gset

BEGIN READ ONLY;
SELECT test.raises($$SELECT concert_booking.hold_seat(test.seat('A-1'), test.booker('alice'))$$);
SELECT test.raises($$SELECT concert_booking.hold_seats(test.seats('A-1'), test.booker('bob'))$$);
SELECT test.raises($$SELECT concert_booking.extend_holds(test.schedule(), test.booker('alice'))$$);
SELECT test.raises($$SELECT concert_booking.release_seats(NULL, test.booker('bob'))$$);
SELECT test.raises($$SELECT concert_booking.confirm_booking(test.schedule(), test.booker('alice'))$$);
SELECT test.raises($$SELECT concert_booking.book_seats(test.seats('A-3'), test.booker('alice'))$$);
SELECT test.raises(format('SELECT concert_booking.cancel_booking(%L, NULL, NULL, test.booker(''gina''))', :'id'));
SELECT test.raises(format('SELECT concert_booking.cancel_guest_booking(%L, ''01012345678'')', :'number'));
SELECT test.raises($$SELECT concert_booking.expire_holds()$$);
COMMIT;

SELECT seat, status, held_by, sold_to FROM test.taken;
SELECT * FROM concert_booking.check_integrity();
