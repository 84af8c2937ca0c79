-- A hall for the campaign on this shard: one schedule of the hub's concert. Answers it and its seats.
SET client_min_messages = warning;
INSERT INTO concert_booking.concert_schedules (concert_id, concert_date, concert_time)
VALUES (:'concert', current_date + 100 + :number, '19:00') RETURNING id AS schedule \gset
SELECT concert_booking.generate_seats(:'schedule', ARRAY(SELECT 'R' || n FROM generate_series(1, :rows) AS n), 100, 'R', 100000) \g /dev/null
SELECT json_build_object('schedule', :'schedule', 'seats',
	(SELECT json_agg(s.id ORDER BY s.ordinal) FROM concert_booking.seats s WHERE s.concert_schedule_id = :'schedule'));
