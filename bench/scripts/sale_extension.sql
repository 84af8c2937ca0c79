-- hold and confirm, each seat once, as the web clients of web.c do
\set n 100000000000 + :client_id * :slice + :i
\set i :i + 1
SELECT concert_booking.hold_seat(('00000000-0000-7000-8000-' || :n)::uuid, session_id => ('00000000-0000-4000-8000-' || :n)::uuid);
SELECT concert_booking.confirm_booking('00000000-0000-7000-9000-100000000000', session_id => ('00000000-0000-4000-8000-' || :n)::uuid, customer_name => 'Hong Gildong', customer_phone => '010-1234-5678');
