-- hold, begin to pay, the webhook of the payment; a client sells its own slice of seats, each once
\set n 100000000000 + :client_id * :slice + :i
\set i :i + 1
SELECT concert_booking.hold_seat(('00000000-0000-7000-8000-' || :n)::uuid, ('00000000-0000-4000-8000-' || :n)::uuid);
SELECT (concert_booking.begin_payment('00000000-0000-7000-9000-100000000000', ('00000000-0000-4000-8000-' || :n)::uuid)).booking_id AS booking \gset
SELECT concert_booking.confirm_payment(:booking, 150000, 'card', 'charge-' || :n);
