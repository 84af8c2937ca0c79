-- What a report refuses, and what it answers where there is nothing to report.
\i test/fixtures/world.sql
\t on
SELECT test.raises('SELECT concert_booking.sales_report()');
SELECT test.raises('SELECT concert_booking.schedule_report(NULL, NULL)');
SELECT test.raises('SELECT concert_booking.sales_report(test.concert())');
SELECT test.raises('SELECT concert_booking.schedule_report(test.concert())');
SELECT test.raises('SELECT concert_booking.sales_report(concert_id => test.schedule())');
SELECT test.raises('SELECT concert_booking.schedule_report(concert_id => test.schedule())');
INSERT INTO concert_booking.concerts (id, venue_id, title)
VALUES ('c0000000-0000-7000-8000-000000000002', '0e000000-0000-7000-8000-000000000001', 'Winter Nights');
SELECT test.raises($$SELECT concert_booking.sales_report(test.schedule(), 'c0000000-0000-7000-8000-000000000002')$$);
SELECT test.raises($$SELECT concert_booking.schedule_report(test.schedule(), 'c0000000-0000-7000-8000-000000000002')$$);
\t off

-- a concert without schedules, a schedule that sold nothing, one without seats
SELECT count(*) FROM concert_booking.sales_report(concert_id => 'c0000000-0000-7000-8000-000000000002');
SELECT count(*) FROM concert_booking.schedule_report(concert_id => 'c0000000-0000-7000-8000-000000000002');
SELECT count(*) FROM concert_booking.sales_report(test.schedule(), test.concert());
INSERT INTO concert_booking.concert_schedules (id, concert_id, concert_date, concert_time)
VALUES (test.schedule(3), test.concert(), '2040-06-01', '14:00');
SELECT right(concert_schedule_id::text, 1) AS schedule, concert_time, seat_grade, total_seats, sold_seats, occupancy_percent, amount, paid, refund_due, total_count
FROM concert_booking.schedule_report(concert_id => test.concert());
