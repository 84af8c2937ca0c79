-- A live hold is a promise: booking_closes_at brought forward under it does not refuse its confirm.
\i test/fixtures/world.sql
CREATE FUNCTION pg_temp.tries(call text) RETURNS text LANGUAGE sql AS
$$ SELECT test.raises(format('SELECT concert_booking.%s', call)) $$;

SELECT count(*) FROM concert_booking.hold_seats(test.seats('A-1', 'A-2', 'A-3', 'A-4'), test.booker('alice'));
SELECT seat_number FROM concert_booking.hold_seat(test.seat('B-1'), test.booker('bob'));
CALL test.set_clock('2040-05-01 12:02');
UPDATE concert_booking.concert_schedules SET booking_closes_at = '2040-05-01 12:01' WHERE id = test.schedule();

-- what is new obeys the new end: holds, extensions, and book_seats, also of seats that one holds
SELECT pg_temp.tries($$hold_seat(test.seat('B-2'), test.booker('alice'))$$);
SELECT pg_temp.tries($$hold_best_seats(test.schedule(), 1, user_id => test.booker('alice'))$$);
SELECT pg_temp.tries($$extend_holds(test.schedule(), test.booker('alice'))$$);
SELECT pg_temp.tries($$book_seats(test.seats('A-1'), test.booker('alice'))$$);
SELECT pg_temp.tries($$book_seats(test.seats('B-2'), test.booker('alice'))$$);

-- the holds live on as they were told, and each can be confirmed
SELECT seat, held_by, until FROM test.taken;
SELECT seat_numbers FROM concert_booking.confirm_booking(test.schedule(), test.booker('alice'), seat_ids => test.seats('A-1'));

-- but not where the box office, the concert or the performance says no
UPDATE concert_booking.concert_schedules SET is_booking_open = false WHERE id = test.schedule();
SELECT pg_temp.tries($$confirm_booking(test.schedule(), test.booker('alice'))$$);
UPDATE concert_booking.concert_schedules SET is_booking_open = true WHERE id = test.schedule();
UPDATE concert_booking.concerts SET status = 'postponed';
SELECT pg_temp.tries($$confirm_booking(test.schedule(), test.booker('alice'))$$);
UPDATE concert_booking.concerts SET status = 'active';
UPDATE concert_booking.concert_schedules SET concert_date = '2040-05-01', concert_time = '12:00', status_changed_at = test.now() WHERE id = test.schedule();
SELECT pg_temp.tries($$confirm_booking(test.schedule(), test.booker('alice'))$$);
UPDATE concert_booking.concert_schedules SET concert_date = '2040-06-01', concert_time = '19:00', status_changed_at = test.now() WHERE id = test.schedule();

SELECT seat_numbers FROM concert_booking.confirm_booking(test.schedule(), test.booker('alice'));

-- and not a moment after the hold's own end
CALL test.set_clock('2040-05-01 12:11');
SELECT pg_temp.tries($$confirm_booking(test.schedule(), test.booker('bob'))$$);
SELECT seat, status, sold_to FROM test.taken;
SELECT * FROM concert_booking.check_integrity();
