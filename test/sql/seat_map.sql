-- seat_map(), seat_grades(), seat_status(): true order, lapsed holds are free.
\i test/fixtures/world.sql

-- seats inserted by hand, in an order that is not theirs
DELETE FROM concert_booking.seats WHERE concert_schedule_id = test.schedule(2);
INSERT INTO concert_booking.seats (concert_schedule_id, seat_number, seat_grade, price)
VALUES (test.schedule(2), 'B-1', 'S', 2), (test.schedule(2), 'A-10', 'R', 3);
INSERT INTO concert_booking.seats (concert_schedule_id, seat_number, seat_grade, price)
VALUES (test.schedule(2), 'A-2', 'R', 5);
INSERT INTO concert_booking.seats (concert_schedule_id, seat_number, seat_grade, price)
VALUES (test.schedule(2), 'AA-1', 'S', 2), (test.schedule(2), 'A1', 'R', 3), (test.schedule(2), 'standing', 'S', 1),
	   (test.schedule(2), 'A_2', 'R', 4), (test.schedule(2), 'B-1000', 'S', 2);
SELECT seat_number, row_label, seat_index, ordinal FROM concert_booking.seat_map(test.schedule(2));
DELETE FROM concert_booking.seats WHERE concert_schedule_id = test.schedule(2);
INSERT INTO concert_booking.seats (concert_schedule_id, seat_number, seat_grade, price)
VALUES (test.schedule(2), '10-1', 'S', 2), (test.schedule(2), '9-20', 'S', 2), (test.schedule(2), '9-7', 'S', 2);
INSERT INTO concert_booking.seats (concert_schedule_id, seat_number, seat_grade, price, ordinal)
VALUES (test.schedule(2), 'Z-1', 'S', 2, 1);
SELECT seat_number, ordinal FROM concert_booking.seat_map(test.schedule(2));

-- every state; nobody is named
SELECT count(*) FROM concert_booking.book_seats(test.seats('A-2'), test.booker('alice'));
SELECT count(*) FROM concert_booking.hold_seats(test.seats('A-3', 'B-1'), test.booker('bob'));
SELECT * FROM concert_booking.block_seats(test.seats('B-4'));
SELECT seat_number, seat_grade, price, position_x, status, ordinal, section
FROM concert_booking.seat_map(test.schedule(1));
SELECT layout_version, seat_count, statuses FROM concert_booking.seat_status(test.schedule(1));
SELECT * FROM concert_booking.seat_grades(test.schedule(1));

-- ten minutes later, not swept: the holds are over
CALL test.set_clock('2040-05-01 12:11');
SELECT string_agg(left(status, 1), '' ORDER BY ordinal) FROM concert_booking.seat_map(test.schedule(1));
SELECT statuses FROM concert_booking.seat_status(test.schedule(1));
SELECT seat_grade, free_seats FROM concert_booking.seat_grades(test.schedule(1));
CALL test.set_clock('2040-05-01 12:00:00');

-- the seat's row does not say until when: the hold's row does; no hold, free
UPDATE concert_booking.seats SET hold_expires_at = NULL WHERE id = ANY (test.seats('A-3', 'B-1'));
DELETE FROM concert_booking.temp_reservations WHERE seat_id = test.seat('B-1');
SELECT string_agg(left(status, 1), '' ORDER BY ordinal) FROM concert_booking.seat_map(test.schedule(1));
SELECT statuses FROM concert_booking.seat_status(test.schedule(1));
SELECT seat_grade, free_seats FROM concert_booking.seat_grades(test.schedule(1));
UPDATE concert_booking.temp_reservations SET expires_at = test.now() - interval '1 second';
SELECT string_agg(left(status, 1), '' ORDER BY ordinal) FROM concert_booking.seat_map(test.schedule(1));
SELECT statuses FROM concert_booking.seat_status(test.schedule(1));
SELECT seat_grade, free_seats FROM concert_booking.seat_grades(test.schedule(1));

-- a seat that is gone, a seat of this transaction, none at all
SELECT layout_version AS version FROM concert_booking.seat_status(test.schedule(1)) \gset
BEGIN;
DELETE FROM concert_booking.seats WHERE id = test.seat('A-1');
INSERT INTO concert_booking.seats (concert_schedule_id, seat_number, seat_grade, price, status)
VALUES (test.schedule(1), 'C-1', 'S', 1, 'unavailable');
SELECT layout_version > :version AS other_layout, seat_count, statuses FROM concert_booking.seat_status(test.schedule(1));
ROLLBACK;
SELECT layout_version > :version AS other_layout, seat_count, statuses FROM concert_booking.seat_status(test.schedule(1));
DELETE FROM concert_booking.seats WHERE concert_schedule_id = test.schedule(2);
SELECT seat_count, statuses FROM concert_booking.seat_status(test.schedule(2));

-- the layout is another one after a price, a place or a number has changed; not after a sale
CREATE FUNCTION pg_temp.version() RETURNS integer LANGUAGE sql AS
$$ SELECT layout_version FROM concert_booking.seat_status(test.schedule(1)) $$;
SELECT pg_temp.version() AS version \gset
UPDATE concert_booking.seats SET status = 'unavailable' WHERE id = test.seat('B-2');
SELECT count(*) FROM concert_booking.book_seats(test.seats('B-3'), test.booker('alice'));
SELECT pg_temp.version() - :version AS changes;
UPDATE concert_booking.seats SET price = price WHERE concert_schedule_id = test.schedule(1);
SELECT pg_temp.version() - :version AS changes;
UPDATE concert_booking.seats SET price = price + 1 WHERE concert_schedule_id = test.schedule(1);
SELECT pg_temp.version() - :version AS changes;
UPDATE concert_booking.seats SET position_x = 1 WHERE id = test.seat('B-2');
SELECT pg_temp.version() - :version AS changes;

SELECT count(*) FROM concert_booking.seat_map('00000000-0000-7000-8000-000000000000');
SELECT count(*) FROM concert_booking.seat_grades('00000000-0000-7000-8000-000000000000');
\t on
SELECT test.raises($$SELECT concert_booking.seat_status('00000000-0000-7000-8000-000000000000')$$);
SELECT test.raises($$SELECT concert_booking.seat_status(NULL)$$);
SELECT test.raises($$SELECT concert_booking.seat_map(NULL)$$);
SELECT test.raises($$SELECT concert_booking.seat_grades(NULL)$$);
