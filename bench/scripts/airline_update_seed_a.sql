\set k :client_id * :slice + random(0, :slice - 1)
\set n 100000000000 + :first_seat + :k
\set s 100000000000 + :first_schedule + :k / :schedule_seats
SELECT count(*) AS found, coalesce(max(bs.booking_id::text), '') AS booking FROM seed_a.booking_seats bs JOIN seed_a.bookings b ON b.id = bs.booking_id WHERE bs.seat_id = ('00000000-0000-7000-8000-' || :n)::uuid AND b.status = 'confirmed' \gset
\set k :client_id * :slice + random(0, :slice - 1)
\set m 100000000000 + :first_seat + :k
\set t 100000000000 + :first_schedule + :k / :schedule_seats
SELECT count(*) AS taken FROM seed_a.booking_seats bs JOIN seed_a.bookings b ON b.id = bs.booking_id WHERE bs.seat_id = ('00000000-0000-7000-8000-' || :m)::uuid AND b.status = 'confirmed' \gset
\if :found = 1 and :taken = 0
BEGIN;
SELECT seed_a.cancel_booking(:booking, ('00000000-0000-4000-8000-' || :n)::uuid, NULL);
SELECT seed_a.hold_seat(('00000000-0000-7000-8000-' || :m)::uuid, ('00000000-0000-4000-8000-' || :m)::uuid);
SELECT seed_a.confirm_booking(('00000000-0000-7000-9000-' || :t)::uuid, ('00000000-0000-4000-8000-' || :m)::uuid, ARRAY[('00000000-0000-7000-8000-' || :m)::uuid]);
COMMIT;
\endif
