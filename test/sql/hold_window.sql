-- Holds are made inside the sales window only.
\i test/fixtures/world.sql
CREATE FUNCTION pg_temp.holding() RETURNS text LANGUAGE sql AS
$$ SELECT test.raises('SELECT concert_booking.hold_seat(test.seat(''A-1''), test.booker(''alice''))') $$;

-- before the opening, and from the opening on
UPDATE concert_booking.concert_schedules
SET booking_opens_at = '2040-05-02 09:00', booking_closes_at = '2040-05-31 18:00' WHERE id = test.schedule();
SELECT pg_temp.holding();
CALL test.set_clock('2040-05-02 09:00');
SELECT pg_temp.holding();
SELECT concert_booking.release_seats(user_id => test.booker('alice'));

-- closed by the clock
CALL test.set_clock('2040-05-31 18:00');
SELECT pg_temp.holding();
UPDATE concert_booking.concert_schedules
SET booking_opens_at = NULL, booking_closes_at = NULL WHERE id = test.schedule();
SELECT pg_temp.holding();
SELECT concert_booking.release_seats(user_id => test.booker('alice'));

-- no bounds, written as such
UPDATE concert_booking.concert_schedules
SET booking_opens_at = '-infinity', booking_closes_at = 'infinity' WHERE id = test.schedule();
SELECT pg_temp.holding();
SELECT concert_booking.release_seats(user_id => test.booker('alice'));

-- the performance starts
CALL test.set_clock('2040-06-01 19:00');
SELECT pg_temp.holding();
CALL test.set_clock('2040-05-01 12:00');

-- switched off; closed goes before not open yet
UPDATE concert_booking.concert_schedules
SET is_booking_open = false, booking_opens_at = '2040-05-02 09:00' WHERE id = test.schedule();
SELECT pg_temp.holding();
UPDATE concert_booking.concert_schedules
SET is_booking_open = true, booking_opens_at = NULL WHERE id = test.schedule();

-- the concert is cancelled, postponed, deleted
UPDATE concert_booking.concerts SET status = 'cancelled';
SELECT pg_temp.holding();
UPDATE concert_booking.concerts SET status = 'postponed';
SELECT pg_temp.holding();
UPDATE concert_booking.concerts SET status = 'active', is_deleted = true;
SELECT pg_temp.holding();
UPDATE concert_booking.concerts SET is_deleted = false;

-- outside the window, who holds all of it already is still told so
SELECT pg_temp.holding();
UPDATE concert_booking.concert_schedules SET is_booking_open = false;
SELECT pg_temp.holding();
SELECT test.raises($$SELECT * FROM concert_booking.hold_seats(test.seats('A-1', 'A-2'), test.booker('alice'))$$);

SELECT * FROM test.taken;
SELECT * FROM concert_booking.check_integrity();
