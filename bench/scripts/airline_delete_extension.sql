-- DeleteReservation: cancel the booking of a seat, if it has one
\set k :client_id * :slice + random(0, :slice - 1)
\set n 100000000000 + :first_seat + :k
\set s 100000000000 + :first_schedule + :k / :schedule_seats
SELECT count(*) AS found, coalesce(max(bs.booking_id::text), '') AS booking FROM concert_booking.booking_seats bs WHERE bs.seat_id = ('00000000-0000-7000-8000-' || :n)::uuid AND bs.active \gset
\if :found
SELECT concert_booking.cancel_booking(:booking, NULL, ('00000000-0000-4000-8000-' || :n)::uuid);
\endif
