/*
 * Four performances of forty seats: schedules 1 and 3 are sold by booking, 2 and 4
 * against payment.
 */
INSERT INTO concert_booking.venues (id, name, address)
VALUES ('0e000000-0000-4000-8000-000000000001', 'Olympic Hall', 'Seoul');
INSERT INTO concert_booking.concerts (id, venue_id, title)
VALUES ('c0000000-0000-4000-8000-000000000001', '0e000000-0000-4000-8000-000000000001', 'Winter Tour');
INSERT INTO concert_booking.concert_schedules (id, concert_id, concert_date, concert_time, payment_required)
SELECT ('5c000000-0000-4000-8000-00000000000' || n)::uuid, 'c0000000-0000-4000-8000-000000000001',
	   date '2040-12-20' + n, '19:00', n % 2 = 0
FROM generate_series(1, 4) n;
SELECT concert_booking.generate_seats(cs.id, '{A}', 40, 'R', 150000) FROM concert_booking.concert_schedules cs;
