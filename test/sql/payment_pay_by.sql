-- pay_by is the payment window from now: the schedule's, else the setting's; never past the start.
\i test/fixtures/world.sql
\i test/fixtures/orders.sql

SELECT test.begin('alice', 'A-1') AS alices \gset
SET concert_booking.payment_window = '50min';
SELECT test.begin('bob', 'A-2') AS bobs \gset
UPDATE concert_booking.concert_schedules SET payment_window = '12 min 30 s' WHERE id = test.schedule();
SELECT concert_booking.hold_seat(test.seat('A-3'), session_id => test.booker('gina')) IS NOT NULL AS held;
SELECT status, to_char(pay_by, 'HH24:MI:SS') AS pay_by FROM concert_booking.begin_payment(test.schedule(),
	session_id => test.booker('gina'), customer_name => 'Gina', customer_phone => '010-1234-5678');
SELECT booker, pay_by FROM test.orders;
SELECT seat, held_by, until, same_end FROM test.taken;

-- a change of the window is for the next one; days are the venue's
UPDATE concert_booking.concert_schedules SET payment_window = '2 days' WHERE id = test.schedule();
SELECT concert_booking.hold_seat(test.seat('A-4'), session_id => test.booker('hugo')) IS NOT NULL AS held;
SELECT to_char(pay_by, 'MM-DD HH24:MI') AS pay_by FROM concert_booking.begin_payment(test.schedule(),
	session_id => test.booker('hugo'), customer_name => 'Hugo', customer_phone => '010-1234-5678');
SELECT booker, status, pay_by FROM test.orders;

-- who cannot have the whole window has what is left of it, also when the sale ends before
CALL test.set_clock('2040-06-01 18:50');
UPDATE concert_booking.concert_schedules SET booking_closes_at = '2040-06-01 18:55' WHERE id = test.schedule();
SELECT test.begin('alice', 'B-1') AS late \gset
SELECT status, pay_by FROM test.orders WHERE lines LIKE '%B-1%';

-- the start is the end of it
CALL test.set_clock('2040-06-01 19:00');
SELECT status FROM test.orders WHERE lines LIKE '%B-1%';
SELECT * FROM concert_booking.check_integrity();
