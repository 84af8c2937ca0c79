\set k :client_id * :slice + random(0, :slice - 1)
\set n 100000000000 + :first_seat + :k
\set s 100000000000 + :first_schedule + :k / :schedule_seats
SELECT seed_a.hold_seat(('00000000-0000-7000-8000-' || :n)::uuid, ('00000000-0000-4000-8000-' || :n)::uuid);
SELECT seed_a.confirm_booking(('00000000-0000-7000-9000-' || :s)::uuid, ('00000000-0000-4000-8000-' || :n)::uuid) AS booking \gset
SELECT seed_a.cancel_booking(:booking, ('00000000-0000-4000-8000-' || :n)::uuid, NULL);
