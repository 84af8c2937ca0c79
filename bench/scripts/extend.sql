\set n 100000000000 + :client_id * :slice + random(0, :slice - 1)
SELECT concert_booking.extend_holds('00000000-0000-7000-9000-100000000000', ('00000000-0000-4000-8000-' || :n)::uuid);
