-- popularity: bookings that stand and noted looks, counted once each.
\i test/fixtures/world.sql

UPDATE concert_booking.concerts SET popularity = 10;
INSERT INTO concert_booking.concerts (id, venue_id, title)
VALUES ('c0000000-0000-7000-8000-000000000002', '0e000000-0000-7000-8000-000000000001', 'Nobody comes');
CREATE FUNCTION pg_temp.popularity() RETURNS integer LANGUAGE sql AS
$$ SELECT popularity FROM concert_booking.concerts WHERE id = test.concert() $$;

\o /dev/null
SELECT concert_booking.book_seats(test.seats(label), test.booker('alice')) FROM unnest('{A-1,A-2,A-3}'::text[]) AS l (label);
\o
-- a sale does not touch the concert
SELECT pg_temp.popularity();
SELECT * FROM concert_booking.refresh_popularity('1 hour');
SELECT pg_temp.popularity();
SELECT * FROM concert_booking.refresh_popularity('1 hour');
SELECT * FROM concert_booking.refresh_popularity();

-- a cancelled booking counts no more; what happened long ago is found by a full run
SELECT c.status FROM (SELECT b.id FROM concert_booking.bookings b LIMIT 1) b,
	LATERAL concert_booking.cancel_booking(b.id, NULL, test.booker('alice')) c;
CALL test.set_clock('2040-05-02 12:00');
SELECT * FROM concert_booking.refresh_popularity('1 hour');
SELECT * FROM concert_booking.refresh_popularity();
SELECT pg_temp.popularity();

-- looks
SELECT concert_booking.record_interest(test.concert()) FROM generate_series(1, 5) \g /dev/null
SELECT concert_booking.record_interest('c0000000-0000-7000-8000-000000000002') \g /dev/null
SELECT pg_temp.popularity();
SELECT * FROM concert_booking.refresh_popularity('1 minute');
SELECT title, popularity FROM concert_booking.concerts ORDER BY popularity;
SELECT count(*) FROM concert_booking.interest_marks;

-- what the owner writes stays; archived bookings go on to count, counted before or not
UPDATE concert_booking.concerts SET popularity = 100 WHERE id = test.concert();
SELECT status FROM concert_booking.book_seats(test.seats('B-1', 'B-2'), test.booker('bob'));
CALL test.set_clock('2040-06-02 12:00');
SELECT archived_bookings FROM concert_booking.archive_past_schedules('2040-06-02');
SELECT counted_bookings FROM concert_booking.concerts WHERE id = test.concert();
SELECT * FROM concert_booking.refresh_popularity();
SELECT pg_temp.popularity();
SELECT * FROM concert_booking.refresh_popularity();

\t on
SELECT test.raises($$SELECT concert_booking.refresh_popularity('-1 second')$$);
SELECT test.raises($$SELECT concert_booking.record_interest(NULL)$$);
SELECT test.raises($$SELECT concert_booking.record_interest('00000000-0000-7000-8000-000000000000')$$);
