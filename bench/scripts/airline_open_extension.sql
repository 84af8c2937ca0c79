-- FindOpenSeats: the free seats of one schedule
\set s 100000000000 + random(1, 1000)
SELECT m.* FROM concert_booking.seat_map(('00000000-0000-7000-9000-' || :s)::uuid) m WHERE m.status = 'available';
