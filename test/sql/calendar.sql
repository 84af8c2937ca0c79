-- available_dates() and schedules_on(): what can be booked, in the venue's zone.
\i test/fixtures/world.sql

-- an evening in New York is the next day in Seoul
INSERT INTO concert_booking.venues (id, name, address, timezone)
VALUES ('0e000000-0000-7000-8000-000000000002', 'Village Hall', 'New York', 'America/New_York');
INSERT INTO concert_booking.concerts (id, venue_id, title)
VALUES ('c0000000-0000-7000-8000-000000000002', '0e000000-0000-7000-8000-000000000002', 'Matinee');
INSERT INTO concert_booking.concert_schedules (id, concert_id, concert_date, concert_time)
SELECT ('5d000000-0000-7000-8000-00000000000' || n)::uuid, 'c0000000-0000-7000-8000-000000000002', day, hour
FROM (VALUES (1, '2040-04-30'::date, '22:00'::time), (2, '2040-04-30', '23:30'),
			 (3, '2040-05-02', '20:00'), (4, '2040-05-02', '14:00'), (5, '2040-05-03', '14:00')) AS s (n, day, hour);
INSERT INTO concert_booking.seats (concert_schedule_id, seat_number, seat_grade, price)
SELECT cs.id, 'A-' || n, 'R', 1000 * n
FROM concert_booking.concert_schedules cs, generate_series(1, 3) n
WHERE cs.concert_id = 'c0000000-0000-7000-8000-000000000002' AND cs.id <> '5d000000-0000-7000-8000-000000000005';

-- the clock stands at 2040-05-01 12:00 in Seoul: 2040-04-30 23:00 in New York
SELECT * FROM concert_booking.available_dates('c0000000-0000-7000-8000-000000000002');
SELECT * FROM concert_booking.schedules_on('c0000000-0000-7000-8000-000000000002', '2040-04-30');
SELECT right(concert_schedule_id::text, 1) AS schedule, starts_at, concert_time, total_seats,
	   available_seats, is_sold_out, lowest_price
FROM concert_booking.schedules_on('c0000000-0000-7000-8000-000000000002', '2040-05-02');
SELECT right(concert_schedule_id::text, 1) AS schedule, total_seats, available_seats, is_sold_out, lowest_price
FROM concert_booking.schedules_on('c0000000-0000-7000-8000-000000000002', '2040-05-03');
SELECT * FROM concert_booking.schedules_on('c0000000-0000-7000-8000-000000000002', '2040-05-04');

-- a sale is seen, a hold is not; sold out is shown as such
SELECT count(*) FROM concert_booking.book_seats(test.seats('A-1', 'A-2'), test.booker('alice'));
SELECT count(*) FROM concert_booking.hold_seats(test.seats('A-3'), test.booker('bob'));
SELECT * FROM concert_booking.available_dates(test.concert());
SELECT count(*) FROM concert_booking.book_seats(ARRAY[test.seat('A-1', 2), test.seat('A-2', 2)], test.booker('alice'));
SELECT available_seats, is_sold_out FROM concert_booking.schedules_on(test.concert(), '2040-06-02');

-- started, closed, window over, cancelled: not there; what opens later is, with its opening
CALL test.set_clock('2040-06-01 18:59');
SELECT available_date FROM concert_booking.available_dates(test.concert());
CALL test.set_clock('2040-06-01 19:00:00');
SELECT available_date FROM concert_booking.available_dates(test.concert());
CALL test.set_clock('2040-05-01 12:00:00');
UPDATE concert_booking.concert_schedules SET booking_closes_at = '2040-05-01 11:59' WHERE id = test.schedule(1);
UPDATE concert_booking.concert_schedules SET booking_opens_at = '2040-05-01 12:10' WHERE id = test.schedule(2);
SELECT available_date, opens_at FROM concert_booking.available_dates(test.concert());
SELECT right(concert_schedule_id::text, 1) AS schedule, opens_at FROM concert_booking.schedules_on(test.concert(), '2040-06-02');
CALL test.set_clock('2040-05-01 12:10:00');
SELECT available_date, opens_at FROM concert_booking.available_dates(test.concert());
SELECT right(concert_schedule_id::text, 1) AS schedule, opens_at FROM concert_booking.schedules_on(test.concert(), '2040-06-02');
-- one that would open when it has started, or never, is not offered
UPDATE concert_booking.concert_schedules SET booking_opens_at = starts_at WHERE id = test.schedule(2);
SELECT available_date, opens_at FROM concert_booking.available_dates(test.concert());
UPDATE concert_booking.concert_schedules SET booking_opens_at = 'infinity' WHERE id = test.schedule(2);
SELECT available_date, opens_at FROM concert_booking.available_dates(test.concert());
UPDATE concert_booking.concert_schedules SET booking_opens_at = NULL WHERE id = test.schedule(2);
-- a day opens with its first schedule, and has no opening to come when one is on sale
UPDATE concert_booking.concert_schedules SET booking_opens_at = '2040-05-02 09:00' WHERE id = '5d000000-0000-7000-8000-000000000003';
SELECT available_date, schedule_count, available_seats, opens_at FROM concert_booking.available_dates('c0000000-0000-7000-8000-000000000002');
UPDATE concert_booking.concert_schedules SET booking_opens_at = '2040-05-02 10:00' WHERE id = '5d000000-0000-7000-8000-000000000004';
SELECT available_date, schedule_count, available_seats, opens_at FROM concert_booking.available_dates('c0000000-0000-7000-8000-000000000002');
-- a cancelled one is not there, a postponed one is at its new date
UPDATE concert_booking.concert_schedules SET status = 'cancelled' WHERE id = '5d000000-0000-7000-8000-000000000003';
UPDATE concert_booking.concert_schedules SET status = 'postponed', concert_date = '2040-05-05', previous_starts_at = starts_at,
	status_changed_at = test.now() WHERE id = '5d000000-0000-7000-8000-000000000004';
SELECT available_date, schedule_count, available_seats, opens_at FROM concert_booking.available_dates('c0000000-0000-7000-8000-000000000002');
SELECT right(concert_schedule_id::text, 1) AS schedule, starts_at, opens_at, status FROM concert_booking.schedules_on('c0000000-0000-7000-8000-000000000002', '2040-05-05');
UPDATE concert_booking.concert_schedules SET is_booking_open = false WHERE id = test.schedule(2);
SELECT available_date FROM concert_booking.available_dates(test.concert());
UPDATE concert_booking.concerts SET status = 'postponed' WHERE id = 'c0000000-0000-7000-8000-000000000002';
SELECT available_date FROM concert_booking.available_dates('c0000000-0000-7000-8000-000000000002');
SELECT count(*) FROM concert_booking.schedules_on('c0000000-0000-7000-8000-000000000002', '2040-05-02');
UPDATE concert_booking.concerts SET status = 'active', is_deleted = true WHERE id = 'c0000000-0000-7000-8000-000000000002';
SELECT available_date FROM concert_booking.available_dates('c0000000-0000-7000-8000-000000000002');

\t on
SELECT test.raises($$SELECT concert_booking.available_dates(NULL)$$);
SELECT test.raises($$SELECT concert_booking.schedules_on(NULL, '2040-06-01')$$);
SELECT test.raises($$SELECT concert_booking.schedules_on(test.concert(), NULL)$$);
