-- hold, confirm, cancel; a client keeps to its own slice of seats
\set k :client_id * :slice + random(0, :slice - 1)
\set n 100000000000 + :first_seat + :k
\set s 100000000000 + :first_schedule + :k / :schedule_seats
SELECT concert_booking.hold_seat(('00000000-0000-7000-8000-' || :n)::uuid, ('00000000-0000-4000-8000-' || :n)::uuid);
SELECT (concert_booking.confirm_booking(('00000000-0000-7000-9000-' || :s)::uuid, ('00000000-0000-4000-8000-' || :n)::uuid)).booking_id AS booking \gset
SELECT concert_booking.cancel_booking(:booking, NULL, ('00000000-0000-4000-8000-' || :n)::uuid);
