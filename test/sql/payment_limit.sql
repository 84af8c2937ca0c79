-- Seats that are being paid count towards the booker's limit, once, until they are sold or free.
\i test/fixtures/world.sql
\i test/fixtures/orders.sql
UPDATE concert_booking.concert_schedules SET max_seats_per_booker = 3 WHERE id = test.schedule();

-- held, begun, sold: two seats each time
SELECT test.begin('alice', 'A-1', 'A-2') AS alices \gset
SELECT test.raises($$SELECT * FROM concert_booking.hold_seats(test.seats('A-3', 'A-4'), test.booker('alice'))$$);
SELECT test.raises($$SELECT concert_booking.book_seats(test.seats('A-3', 'A-4'), test.booker('alice'))$$);
SELECT test.raises($$SELECT * FROM concert_booking.hold_best_seats(test.schedule(), 2, user_id => test.booker('alice'))$$) LIKE 'PT422%' AS best_too;
SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-3'), test.booker('alice'));
SELECT * FROM concert_booking.check_integrity();
SELECT test.pay(:'alices', 300000, 'charge 1');
SELECT test.raises($$SELECT concert_booking.hold_seat(test.seat('A-4'), test.booker('alice'))$$);
SELECT seat, status, held_by, sold_to FROM test.taken;

-- a seat of it cancelled, or all: there is room again
SELECT seat_numbers FROM concert_booking.cancel_seats(:'alices', test.seats('A-1'), NULL, test.booker('alice'));
SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-4'), test.booker('alice'));
SELECT test.raises($$SELECT concert_booking.hold_seat(test.seat('B-1'), test.booker('alice'))$$) LIKE 'PT422%' AS full_again;

-- given up: free at once, and counted no more
SELECT test.begin('bob', 'B-1', 'B-2', 'B-3') AS bobs \gset
SELECT test.raises($$SELECT concert_booking.hold_seat(test.seat('B-4'), test.booker('bob'))$$);
SELECT status FROM concert_booking.cancel_payment(:'bobs', test.booker('bob'));
SELECT count(*) AS held FROM concert_booking.hold_seats(test.seats('B-4', 'B-3'), test.booker('bob'));

-- over at pay_by: counted no more, swept or not
SELECT test.begin('bob', 'B-2') AS bobs \gset
CALL test.set_clock('2040-05-01 12:36');
SELECT count(*) AS held FROM concert_booking.hold_seats(test.seats('B-1', 'B-3', 'B-4'), test.booker('bob'));
SELECT seat, status, held_by, sold_to FROM test.taken;
SELECT * FROM concert_booking.check_integrity();
