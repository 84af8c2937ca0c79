-- C only: the twin casts what it reads
-- An owner who changes what a column is gets a refusal, not a crash and no wrong
-- money; a wider varchar and a domain are fine.
\i test/fixtures/world.sql

CREATE FUNCTION pg_temp.tries(change text, call text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	BEGIN
		EXECUTE 'ALTER TABLE concert_booking.' || change;
		RETURN test.raises(call);
	EXCEPTION WHEN OTHERS THEN
		RETURN sqlstate || ' ' || sqlerrm;
	END;
END $$;

BEGIN;
SELECT pg_temp.tries('seats ALTER COLUMN price TYPE numeric',
	$$SELECT concert_booking.book_seats(ARRAY[test.seat('A-1')], test.booker('alice'))$$);
ROLLBACK;
BEGIN;
SELECT pg_temp.tries('seats ALTER COLUMN status DROP NOT NULL',
	$$SELECT concert_booking.seat_status(test.schedule())$$);
ROLLBACK;
BEGIN;
SELECT pg_temp.tries('bookings ALTER COLUMN total_price TYPE numeric',
	$$SELECT concert_booking.book_seats(ARRAY[test.seat('A-1')], test.booker('alice'))$$);
ROLLBACK;
BEGIN;
SELECT pg_temp.tries('booking_events ALTER COLUMN actor DROP NOT NULL',
	$$SELECT concert_booking.book_seats(ARRAY[test.seat('A-1')], test.booker('alice'))$$);
ROLLBACK;

-- what stays the same type below
CREATE DOMAIN pg_temp.won AS integer CHECK (VALUE >= 0);
BEGIN;
SELECT pg_temp.tries('seats ALTER COLUMN section TYPE varchar(50)',
	$$SELECT concert_booking.hold_seat(test.seat('A-2'), test.booker('alice'))$$);
SELECT pg_temp.tries('seats ALTER COLUMN price TYPE pg_temp.won',
	$$SELECT concert_booking.book_seats(ARRAY[test.seat('A-3')], test.booker('alice'))$$);
ROLLBACK;
SELECT * FROM concert_booking.check_integrity();
