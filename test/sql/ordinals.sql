-- Ordinals are an order and nothing more: they may be negative, begin anywhere and have gaps.
\i test/fixtures/world.sql
UPDATE concert_booking.seats s SET ordinal = o.ordinal
FROM (VALUES ('A-1', -2147483648), ('A-2', -7), ('A-3', -6), ('A-4', 0), ('B-1', 1000), ('B-2', 1001), ('B-3', 2000000000), ('B-4', 2147483647)) AS o (seat_number, ordinal)
WHERE s.concert_schedule_id = test.schedule() AND s.seat_number = o.seat_number;
SELECT count(*) FROM concert_booking.book_seats(test.seats('A-2'), test.booker('alice'));
SELECT concert_booking.block_seats(test.seats('B-4'));

-- answers come in this order, whatever order the seats were named in
SELECT seat_number FROM concert_booking.hold_seats(test.seats('A-4', 'A-1', 'B-3'), test.booker('bob'));
SELECT seat_number FROM concert_booking.extend_holds(test.schedule(), test.booker('bob'));
SELECT seat_number, ordinal, status FROM concert_booking.seat_map(test.schedule());
SELECT statuses FROM concert_booking.seat_status(test.schedule());
SELECT s.statuses = (SELECT string_agg(CASE m.status WHEN 'available' THEN 'a' WHEN 'temp_reserved' THEN 't' WHEN 'reserved' THEN 'r' ELSE 'u' END, '' ORDER BY m.ordinal)
					 FROM concert_booking.seat_map(test.schedule()) m) AS letters_are_the_map
FROM concert_booking.seat_status(test.schedule()) s;
SELECT seat_numbers FROM concert_booking.confirm_booking(test.schedule(), test.booker('bob'));

-- seats that are made come behind the last one, here below zero
UPDATE concert_booking.seats SET ordinal = -10 - ordinal WHERE concert_schedule_id = test.schedule(2);
SELECT concert_booking.generate_seats(test.schedule(2), '{C}', 2, 'S', 1000);
INSERT INTO concert_booking.seats (concert_schedule_id, seat_number, seat_grade, price) VALUES (test.schedule(2), 'standing', 'S', 1);
SELECT seat_number, ordinal FROM concert_booking.seat_map(test.schedule(2));
SELECT statuses FROM concert_booking.seat_status(test.schedule(2));

-- a layout that is copied or imported counts from 1
SELECT * FROM concert_booking.copy_seats(test.schedule(2), test.schedule(2));
SELECT seat_number, ordinal FROM concert_booking.seat_map(test.schedule(2));
SELECT * FROM concert_booking.check_integrity();
