-- five calls on a seat of the client's own slice: held and given back, held and sold and cancelled
\set n 100000000000 + :client_id * :slice + random(0, :slice - 1)
SELECT concert_booking.hold_seat(('00000000-0000-7000-8000-' || :n)::uuid, ('00000000-0000-4000-8000-' || :n)::uuid);
SELECT concert_booking.release_seats(ARRAY[('00000000-0000-7000-8000-' || :n)::uuid], ('00000000-0000-4000-8000-' || :n)::uuid);
SELECT concert_booking.hold_seat(('00000000-0000-7000-8000-' || :n)::uuid, ('00000000-0000-4000-8000-' || :n)::uuid);
SELECT (concert_booking.confirm_booking('00000000-0000-7000-9000-100000000000', ('00000000-0000-4000-8000-' || :n)::uuid)).booking_id AS booking \gset
SELECT concert_booking.cancel_booking(:booking, NULL, ('00000000-0000-4000-8000-' || :n)::uuid);
