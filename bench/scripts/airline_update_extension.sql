-- UpdateReservation: move a booking to another seat, both or nothing
\set k :client_id * :slice + random(0, :slice - 1)
\set n 100000000000 + :first_seat + :k
\set s 100000000000 + :first_schedule + :k / :schedule_seats
SELECT count(*) AS found, coalesce(max(bs.booking_id::text), '') AS booking FROM concert_booking.booking_seats bs WHERE bs.seat_id = ('00000000-0000-7000-8000-' || :n)::uuid AND bs.active \gset
\set k :client_id * :slice + random(0, :slice - 1)
\set m 100000000000 + :first_seat + :k
\set t 100000000000 + :first_schedule + :k / :schedule_seats
SELECT count(*) AS taken FROM concert_booking.booking_seats bs WHERE bs.seat_id = ('00000000-0000-7000-8000-' || :m)::uuid AND bs.active \gset
\if :found = 1 and :taken = 0
BEGIN;
SELECT concert_booking.cancel_booking(:booking, NULL, ('00000000-0000-4000-8000-' || :n)::uuid);
SELECT concert_booking.book_seats(ARRAY[('00000000-0000-7000-8000-' || :m)::uuid], ('00000000-0000-4000-8000-' || :m)::uuid);
COMMIT;
\endif
