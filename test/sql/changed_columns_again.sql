-- C only: the twin casts what it reads
-- A column of another type is refused by every call of a session, not by the first
-- alone, and the table serves again when the column is what it was.
\i test/fixtures/world.sql
SELECT seat_count FROM concert_booking.book_seats(ARRAY[test.seat('A-1')], test.booker('alice'));

ALTER TABLE concert_booking.bookings ALTER COLUMN total_price TYPE numeric;
SELECT test.raises($$SELECT concert_booking.book_seats(ARRAY[test.seat('A-2')], test.booker('alice'))$$);
SELECT test.raises($$SELECT concert_booking.book_seats(ARRAY[test.seat('A-2')], test.booker('alice'))$$);
BEGIN;
SELECT test.raises($$SELECT concert_booking.book_seats(ARRAY[test.seat('A-2')], test.booker('alice'))$$);
SELECT test.raises($$SELECT concert_booking.book_seats(ARRAY[test.seat('A-2')], test.booker('alice'))$$);
COMMIT;
SELECT seat, status, sold_to FROM test.taken;

ALTER TABLE concert_booking.bookings ALTER COLUMN total_price TYPE bigint;
SELECT seat_count FROM concert_booking.book_seats(ARRAY[test.seat('A-2')], test.booker('alice'));
SELECT seat, status, sold_to FROM test.taken;
SELECT * FROM concert_booking.check_integrity();
