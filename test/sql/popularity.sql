-- popularity: bookings that stand and noted looks, counted once each; looks are forgotten by and by.
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
SELECT * FROM concert_booking.refresh_popularity('1 minute');
CREATE VIEW pg_temp.interest AS
SELECT c.title, i.new_looks AS new, round(i.interest::numeric, 2) AS interest, i.counted_interest AS counted, c.popularity
FROM concert_booking.concert_interest i JOIN concert_booking.concerts c ON c.id = i.concert_id ORDER BY 1;
SELECT * FROM pg_temp.interest;

-- a day takes a tenth of them: nothing before it is over; two days at once, beside new looks, below a half all
CALL test.set_clock('2040-05-03 11:00');
SELECT * FROM concert_booking.refresh_popularity('1 minute');
CALL test.set_clock('2040-05-03 12:10');
SELECT * FROM concert_booking.refresh_popularity('1 minute');
SELECT * FROM pg_temp.interest;
CALL test.set_clock('2040-05-05 12:10');
SELECT concert_booking.record_interest(test.concert()) FROM generate_series(1, 2) \g /dev/null
SELECT * FROM concert_booking.refresh_popularity('1 minute');
SELECT * FROM pg_temp.interest;
CALL test.set_clock('2040-05-30 12:10');
SELECT * FROM concert_booking.refresh_popularity('1 minute');
SELECT * FROM pg_temp.interest;
SELECT * FROM concert_booking.refresh_popularity('1 minute');
-- what comes then begins anew
SELECT concert_booking.record_interest(test.concert()) \g /dev/null
SELECT * FROM concert_booking.refresh_popularity('1 minute');
CALL test.set_clock('2040-05-31 11:00');
SELECT * FROM concert_booking.refresh_popularity('1 minute');
CALL test.set_clock('2040-05-31 12:20');
SELECT * FROM concert_booking.refresh_popularity('1 minute');
SELECT * FROM pg_temp.interest;

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
SELECT test.raises($$SELECT concert_booking.refresh_popularity('300000 years')$$);
SELECT test.raises($$SELECT concert_booking.refresh_popularity('1000 years')$$);
SELECT test.raises($$SELECT concert_booking.record_interest(NULL)$$);
SELECT test.raises($$SELECT concert_booking.record_interest('00000000-0000-7000-8000-000000000000')$$);
-- a concert that was taken off the catalogue
UPDATE concert_booking.concerts SET is_deleted = true WHERE id = test.concert();
SELECT test.raises($$SELECT concert_booking.record_interest(test.concert())$$);
UPDATE concert_booking.concerts SET is_deleted = false;
-- figures that nobody has: no overflow stops the job
UPDATE concert_booking.concerts SET popularity = 2147483647 WHERE id = test.concert();
UPDATE concert_booking.concert_interest SET new_looks = 2000000000;
SELECT * FROM concert_booking.refresh_popularity();
SELECT pg_temp.popularity();

-- bookings that were counted elsewhere: not where they are counted here (test/cluster has servers that share the sales)
SELECT test.raises('SELECT concert_booking.refresh_popularity(bookings => ''{}'')');
SELECT test.raises(format('SELECT concert_booking.refresh_popularity(bookings => %L)', b))
FROM unnest(ARRAY['[]', '1', '{"a": "1"}', '{"a": -1}', '{"a": 1.5}', '{"a": 2147483648}', '{"a": null}']) AS x (b);
