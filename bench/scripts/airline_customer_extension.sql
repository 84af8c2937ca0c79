-- UpdateCustomer: what a member keeps about himself here is his wishlist
\set n 100000000000 + :first_seat + :client_id * :slice + random(0, :slice - 1)
\set add random(0, 1)
\if :add
SELECT concert_booking.add_wishlist('00000000-0000-7000-9000-100000000000', ('00000000-0000-4000-8000-' || :n)::uuid);
\else
SELECT concert_booking.remove_wishlist('00000000-0000-7000-9000-100000000000', ('00000000-0000-4000-8000-' || :n)::uuid);
\endif
