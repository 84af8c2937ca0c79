\set n 100000000000 + :client_id * :slice + random(0, :slice - 1)
SELECT concert_booking.hold_seat(('00000000-0000-7000-8000-' || :n)::uuid, ('00000000-0000-4000-8000-' || :n)::uuid);
SELECT concert_booking.release_seats(ARRAY[('00000000-0000-7000-8000-' || :n)::uuid], ('00000000-0000-4000-8000-' || :n)::uuid);
