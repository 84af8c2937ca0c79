-- A visibly taken seat is refused without a transaction id: so without WAL, and
-- without a lock on any row.
\i test/fixtures/world.sql

SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-1'), test.booker('alice'));
SELECT seat_numbers FROM concert_booking.book_seats(test.seats('A-2'), test.booker('alice'));

BEGIN;
SELECT left(test.raises($$SELECT concert_booking.hold_seat(test.seat('A-1'), test.booker('bob'))$$), 5) AS held,
	   left(test.raises($$SELECT concert_booking.book_seats(test.seats('A-3', 'A-2'), test.booker('bob'))$$), 5) AS sold,
	   left(test.raises($$SELECT concert_booking.hold_seat(test.seat('A-1'))$$), 5) AS nobody;
SELECT pg_current_xact_id_if_assigned() IS NULL AS nothing_written;
COMMIT;

-- neither does a second click write anything
BEGIN;
SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-1'), test.booker('alice'));
SELECT pg_current_xact_id_if_assigned() IS NULL AS nothing_written;
COMMIT;

-- and neither does a look for lapsed holds where there are none
BEGIN;
SELECT expired_holds FROM concert_booking.expire_holds();
SELECT pg_current_xact_id_if_assigned() IS NULL AS nothing_written;
COMMIT;
SELECT * FROM concert_booking.check_integrity();
