-- hold and confirm, each seat of large_measures.sql once
\set n 100000000000 + :client_id * :slice + :i
\set s 100000000000 + (:client_id * :slice + :i) % 2000
\set i :i + 1
SELECT concert_booking.hold_seat(('00000000-0000-7000-8000-' || :n)::uuid, ('00000000-0000-4000-8000-' || :n)::uuid);
SELECT concert_booking.confirm_booking(('00000000-0000-7000-9000-' || :s)::uuid, ('00000000-0000-4000-8000-' || :n)::uuid);
