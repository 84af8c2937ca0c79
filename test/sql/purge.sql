-- purge_cancelled_bookings(): what was cancelled long ago goes, and nothing else.
\i test/fixtures/world.sql

\o /dev/null
SELECT concert_booking.book_seats(test.seats(label), test.booker('alice'))
FROM unnest('{A-1,A-2,A-3,A-4,B-1}'::text[]) AS l (label);
SELECT concert_booking.book_seats(ARRAY[test.seat('A-1', 2)], test.booker('alice'));
CALL test.set_clock('2040-05-02 12:00');
SELECT concert_booking.cancel_booking(b.id, 'ill', b.user_id) FROM concert_booking.bookings b
JOIN concert_booking.booking_seats bs ON bs.booking_id = b.id WHERE bs.seat_id = ANY (test.seats('A-1', 'A-2', 'A-3'));
CALL test.set_clock('2040-05-09 12:00');
SELECT concert_booking.cancel_booking(b.id, 'ill', b.user_id) FROM concert_booking.bookings b
JOIN concert_booking.booking_seats bs ON bs.booking_id = b.id WHERE bs.seat_id = test.seat('A-4');
\o
SELECT * FROM concert_booking.purge_cancelled_bookings('2040-05-02');
SELECT * FROM concert_booking.purge_cancelled_bookings('2040-05-08', 2);
SELECT * FROM concert_booking.purge_cancelled_bookings('2040-05-08', 2);
SELECT * FROM concert_booking.purge_cancelled_bookings('2040-05-08', 2);
SELECT b.status, s.seat_number, bs.active FROM concert_booking.bookings b
JOIN concert_booking.booking_seats bs ON bs.booking_id = b.id JOIN concert_booking.seats s ON s.id = bs.seat_id ORDER BY 1, 2;
SELECT count(*) FROM concert_booking.booking_seats;
-- the log remembers that there was a booking, and what was purged
SELECT event_type, count(*) FROM concert_booking.booking_events GROUP BY 1 ORDER BY 1;
SELECT detail FROM concert_booking.booking_events WHERE event_type = 'bookings_purged' ORDER BY occurred_at;
SELECT * FROM concert_booking.check_integrity();

-- in the archive too
CALL test.set_clock('2040-06-02 12:00');
SELECT archived_bookings FROM concert_booking.archive_past_schedules('2040-06-02');
SELECT * FROM concert_booking.purge_cancelled_bookings('2040-06-01');
SELECT status, count(*) FROM concert_booking.archived_bookings GROUP BY 1;

\t on
SELECT test.raises($$SELECT concert_booking.purge_cancelled_bookings(NULL)$$);
SELECT test.raises($$SELECT concert_booking.purge_cancelled_bookings('2040-06-03')$$);
SELECT test.raises($$SELECT concert_booking.purge_cancelled_bookings('2040-06-01', 0)$$);
SELECT test.raises($$SELECT concert_booking.purge_cancelled_bookings('2040-06-01', 100001)$$);
