-- begin_payment: every refusal, and what a refusal leaves as it was.
\i test/fixtures/world.sql
\i test/fixtures/orders.sql
CREATE FUNCTION pg_temp.beginning(arguments text) RETURNS text LANGUAGE sql AS $$
	SELECT test.raises(format('SELECT concert_booking.begin_payment(%s)', arguments))
$$;

-- arguments, in their order
SELECT pg_temp.beginning($$NULL, test.booker('alice')$$);
SELECT pg_temp.beginning($$test.schedule(), test.booker('alice'), seat_ids => '{}'$$);
SELECT pg_temp.beginning($$test.schedule(), test.booker('alice'), customer_name => ' '$$);
SELECT pg_temp.beginning($$test.schedule(), test.booker('alice'), customer_phone => 'none'$$);
SELECT pg_temp.beginning($$test.schedule(), test.booker('alice'), expected_total => -1$$);
SELECT pg_temp.beginning($$test.schedule(), test.booker('alice'), price_types => '[]'$$);
SELECT pg_temp.beginning($$test.schedule()$$);
SELECT pg_temp.beginning($$test.schedule(), session_id => test.booker('gina')$$);
BEGIN READ ONLY;
SELECT pg_temp.beginning($$test.schedule(), test.booker('alice')$$);
ROLLBACK;

-- the schedule, its window
SELECT pg_temp.beginning($$test.concert(), test.booker('alice')$$);
SELECT count(*) AS held FROM concert_booking.hold_seats(test.seats('A-1', 'A-2'), test.booker('alice'));
UPDATE concert_booking.concert_schedules SET is_booking_open = false WHERE id = test.schedule();
SELECT pg_temp.beginning($$test.schedule(), test.booker('alice')$$);
UPDATE concert_booking.concert_schedules SET is_booking_open = true WHERE id = test.schedule();

-- no hold, somebody else's, another total
SELECT pg_temp.beginning($$test.schedule(), test.booker('bob')$$);
SELECT pg_temp.beginning($$test.schedule(2), test.booker('alice')$$);
SELECT pg_temp.beginning($$test.schedule(), test.booker('alice'), seat_ids => test.seats('A-1', 'A-3')$$);
SELECT pg_temp.beginning($$test.schedule(), test.booker('alice'), expected_total => 150000$$);
SELECT count(*) AS bookings FROM concert_booking.bookings;
SELECT seat, held_by, until FROM test.taken;

-- the end of the window is not looked at: the hold was a promise
UPDATE concert_booking.concert_schedules SET booking_closes_at = '2040-05-01 12:00' WHERE id = test.schedule();
SELECT status, total_price FROM concert_booking.begin_payment(test.schedule(), test.booker('alice'), expected_total => 300000);
UPDATE concert_booking.concert_schedules SET booking_closes_at = NULL WHERE id = test.schedule();

-- a second one on the same schedule, while the first is under way; the first stays
SELECT count(*) AS held FROM concert_booking.hold_seats(test.seats('A-3'), test.booker('alice'));
SELECT replace(pg_temp.beginning($$test.schedule(), test.booker('alice')$$), b.id::text, 'the first') AS refusal
FROM concert_booking.bookings b;
SELECT booker, status, lines FROM test.orders;
SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-1', 2), test.booker('alice'));
SELECT status FROM concert_booking.begin_payment(test.schedule(2), test.booker('alice'));
SELECT test.begin('bob', 'B-1') IS NOT NULL AS others_may;

-- over, and not yet swept: the next may begin
CALL test.set_clock('2040-05-01 12:36');
SELECT pg_temp.beginning($$test.schedule(), test.booker('alice')$$);
SELECT test.begin('alice', 'A-4') IS NOT NULL AS begun;
SELECT booker, status, lines FROM test.orders;
SELECT * FROM concert_booking.check_integrity();
