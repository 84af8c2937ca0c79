-- begin_payment: live holds become a pending booking, whose seats are kept until pay_by.
\i test/fixtures/world.sql
\i test/fixtures/orders.sql

SELECT seat_number FROM concert_booking.hold_seats(test.seats('A-2', 'A-1'), test.booker('alice'));
CALL test.set_clock('2040-05-01 12:09');
SELECT status, seat_count, total_price, seat_numbers, concert_schedule_id = test.schedule() AS same_schedule,
	   length(booking_number) AS number, to_char(created_at, 'HH24:MI') AS created, cancelled_at,
	   to_char(pay_by, 'HH24:MI') AS pay_by, refund_due
FROM concert_booking.begin_payment(test.schedule(), test.booker('alice'), customer_name => 'Alice');
SELECT id AS alices FROM concert_booking.bookings \gset
SELECT * FROM test.orders;
SELECT * FROM test.taken;

-- nothing is sold yet, and nothing is logged
SELECT * FROM test.availability WHERE schedule = '1';
SELECT * FROM test.events;

-- to every ordinary command the seats are somebody else's, also to who is paying
SELECT test.raises($$SELECT concert_booking.hold_seat(test.seat('A-1'), test.booker('alice'))$$);
SELECT test.raises($$SELECT concert_booking.book_seats(test.seats('A-1', 'A-2', 'A-3'), test.booker('alice'))$$);
SELECT test.raises($$SELECT concert_booking.confirm_booking(test.schedule(), test.booker('alice'))$$);
SELECT test.raises($$SELECT concert_booking.confirm_booking(test.schedule(), test.booker('alice'), seat_ids => test.seats('A-1'))$$);
SELECT test.raises($$SELECT * FROM concert_booking.extend_holds(test.schedule(), test.booker('alice'))$$);
SELECT test.raises($$SELECT concert_booking.release_seats(test.seats('A-1'), test.booker('alice'))$$);
SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-3'), test.booker('alice'));
SELECT seat_number FROM concert_booking.extend_holds(test.schedule(), test.booker('alice'));
SELECT concert_booking.release_seats(user_id => test.booker('alice')) AS released;
SELECT * FROM test.taken;

-- kept beyond the longest hold, and no sweep takes them
CALL test.set_clock('2040-05-01 12:43');
SELECT concert_booking.expire_holds() AS expired;
SELECT test.raises($$SELECT concert_booking.hold_seat(test.seat('A-2'), test.booker('bob'))$$) LIKE 'PT409%' AS kept;
SELECT * FROM concert_booking.check_integrity();

-- over at pay_by, swept or not: the seats are anybody's again
CALL test.set_clock('2040-05-01 12:45');
SELECT status, seats, lines FROM test.orders;
SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-2'), test.booker('bob'));
SELECT concert_booking.expire_holds() AS expired;
SELECT seat, held_by, until FROM test.taken;
SELECT status, seat_numbers FROM concert_booking.cancel_payment(:'alices', test.booker('alice'));
SELECT seat, held_by, until FROM test.taken;
SELECT * FROM concert_booking.check_integrity();
