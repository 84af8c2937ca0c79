\set n 100000000000 + :first_seat + :client_id * :slice + random(0, :slice - 1)
\set add random(0, 1)
\if :add
INSERT INTO seed_a.wishlists (user_id, concert_id) VALUES (('00000000-0000-4000-8000-' || :n)::uuid, '00000000-0000-7000-9000-100000000000') ON CONFLICT DO NOTHING;
\else
DELETE FROM seed_a.wishlists WHERE user_id = ('00000000-0000-4000-8000-' || :n)::uuid AND concert_id = '00000000-0000-7000-9000-100000000000';
\endif
