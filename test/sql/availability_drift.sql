-- C only: the twin folds through SQL
-- A count that somebody has written wrongly by hand does not stop a sale.
\i test/fixtures/world.sql

UPDATE concert_booking.concert_schedules SET available_seats = 0 WHERE id = test.schedule();
SELECT status, seat_count FROM concert_booking.book_seats(test.seats('A-1', 'A-2'), test.booker('alice'));
SELECT available_change FROM concert_booking.availability_changes;
SELECT invariant FROM concert_booking.check_integrity() ORDER BY 1;

-- and is mended by a recount
SELECT schedule_id = test.schedule() AS this_schedule, measure, stored, counted FROM concert_booking.reconcile_availability();
SELECT * FROM test.availability;
SELECT * FROM concert_booking.check_integrity();
