-- seat n is held by booker n already; each is given back once
\set n 100000000000 + :client_id * :slice + :i
\set i :i + 1
SELECT concert_booking.release_seats(ARRAY[('00000000-0000-7000-8000-' || :n)::uuid], ('00000000-0000-4000-8000-' || :n)::uuid);
