-- What of a round's async.told is not there after a crash, which came later than
-- :killed_at (seconds) and than all that was told:
-- bookings, of them lost, numbers given twice, holds, of them lost, how long
-- before the crash the first lost one was certainly committed, and how many of
-- them although a hold or a booking is there that was written after their commit:
-- WAL is flushed in order. A client's next line began after the commit.
CREATE TEMP TABLE lines AS
SELECT split_part(line, '|', 1) AS kind, split_part(line, '|', 2)::integer AS seat,
	   split_part(line, '|', 3)::numeric AS told_at, split_part(line, '|', 4) AS number
FROM async.told;
DELETE FROM async.told;

SELECT greatest(:killed_at, max(told_at)) AS killed_at FROM lines \gset

CREATE TEMP TABLE held AS
SELECT l.seat, l.told_at, lead(l.told_at) OVER (PARTITION BY (l.seat - 101) / 1000 ORDER BY l.seat) AS committed_before,
	   EXISTS (SELECT FROM concert_booking.temp_reservations t
			   WHERE t.seat_id = async.seat(l.seat) AND t.session_id = async.session(l.seat)) AS is_there
FROM lines l WHERE l.kind = 'hold';

CREATE TEMP TABLE booked AS
SELECT l.told_at,
	   EXISTS (SELECT FROM concert_booking.bookings b JOIN concert_booking.booking_seats bs ON bs.booking_id = b.id AND bs.active
			   WHERE b.booking_number = l.number AND b.status = 'confirmed'
				 AND b.session_id = async.session(l.seat) AND bs.seat_id = async.seat(l.seat)) AS is_there
FROM lines l WHERE l.kind = 'book';

INSERT INTO async.rounds (books, holds, lost, oldest_ms)
SELECT (SELECT count(*) FROM booked), count(*), count(*) FILTER (WHERE NOT is_there),
	   max(round((:killed_at - committed_before) * 1000)) FILTER (WHERE NOT is_there)
FROM held;

SELECT r.books,
	   (SELECT count(*) FROM booked WHERE NOT is_there),
	   (SELECT count(number) - count(DISTINCT number) FROM (
			SELECT number FROM lines WHERE kind = 'book'
			UNION ALL
			SELECT b.booking_number FROM concert_booking.bookings b
			WHERE b.booking_number NOT IN (SELECT number FROM lines WHERE kind = 'book')) AS numbers),
	   r.holds, r.lost, r.oldest_ms,
	   (SELECT count(*) FROM held
		WHERE NOT is_there
		  AND committed_before < (SELECT max(told_at) FROM (SELECT told_at FROM held WHERE is_there
															UNION ALL
															SELECT told_at FROM booked WHERE is_there) AS there))
FROM async.rounds r ORDER BY r.round DESC LIMIT 1;
