\set n 100000000000 + :client_id * :slice + :i
\set i :i + 1
SELECT seed_a.cancel_booking((SELECT bs.booking_id FROM seed_a.booking_seats bs WHERE bs.seat_id = ('00000000-0000-7000-8000-' || :n)::uuid), ('00000000-0000-4000-8000-' || :n)::uuid, NULL);
