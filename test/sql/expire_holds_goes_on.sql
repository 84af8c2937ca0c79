-- C only: the twin begins at the oldest hold each time
-- A batch of expire_holds() goes on where the last one was full, so that a sweep
-- reads the table once or twice however many batches it takes.
\i test/fixtures/world.sql
SELECT seat_count FROM concert_booking.generate_seats(test.schedule(), concert_booking.row_labels(30, 'C'), 20, 'S', 1000) AS g (seat_count);
VACUUM concert_booking.temp_reservations;

-- 500 holds on several pages, in the order of the seats
SELECT count(concert_booking.hold_seat(s.id, test.booker('alice')))
FROM (SELECT id FROM concert_booking.seats WHERE price = 1000
	  ORDER BY ordinal LIMIT 500) s;
CREATE VIEW test.holds AS
SELECT count(*) AS holds, min((ctid::text::point)[0]) > 2 AS first_pages_are_empty FROM concert_booking.temp_reservations;
CALL test.set_clock('2040-05-01 13:00');
SELECT expired_holds FROM concert_booking.expire_holds(450);
SELECT * FROM test.holds;

-- a hold that begins on the first page is not the next: the batch goes on at the end
VACUUM concert_booking.temp_reservations;
CALL test.set_clock('2040-05-01 12:00');
SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-1'), test.booker('bob'));
CALL test.set_clock('2040-05-01 13:00');
SELECT expired_holds FROM concert_booking.expire_holds(10);
SELECT holds FROM test.holds;
SELECT seat, held_by FROM test.taken WHERE held_by = 'bob';

-- one sweep finds every lapsed hold all the same
SELECT expired_holds FROM concert_booking.expire_holds();
SELECT holds FROM test.holds;

-- also in a table that has shrunk or is another one meanwhile
SELECT count(concert_booking.hold_seat(s.id, test.booker('alice')))
FROM (SELECT id FROM concert_booking.seats WHERE price = 1000
	  ORDER BY ordinal LIMIT 500) s;
CALL test.set_clock('2040-05-01 14:00');
SELECT expired_holds FROM concert_booking.expire_holds(499);
VACUUM FULL concert_booking.temp_reservations;
SELECT expired_holds FROM concert_booking.expire_holds();
SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-2'), test.booker('bob'));
CALL test.set_clock('2040-05-01 15:00');
TRUNCATE concert_booking.temp_reservations;
SELECT expired_holds FROM concert_booking.expire_holds();
SELECT holds FROM test.holds;
DROP VIEW test.holds;
