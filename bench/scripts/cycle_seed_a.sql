-- system A's statements, one by one as an application sends them
\set k :client_id * :slice + random(0, :slice - 1)
\set n 100000000000 + :first_seat + :k
\set s 100000000000 + :first_schedule + :k / :schedule_seats
\set number random(1, 1000000000000000)
BEGIN;
SELECT status FROM seed_a.seats WHERE id = ('00000000-0000-7000-8000-' || :n)::uuid FOR UPDATE;
INSERT INTO seed_a.temp_reservations (user_id, seat_id, expires_at) VALUES (('00000000-0000-4000-8000-' || :n)::uuid, ('00000000-0000-7000-8000-' || :n)::uuid, now() + interval '10 minutes');
UPDATE seed_a.seats SET status = 'temp_reserved', updated_at = now() WHERE id = ('00000000-0000-7000-8000-' || :n)::uuid;
COMMIT;
BEGIN;
INSERT INTO seed_a.bookings (user_id, concert_schedule_id, booking_number) VALUES (('00000000-0000-4000-8000-' || :n)::uuid, ('00000000-0000-7000-9000-' || :s)::uuid, :number) RETURNING id AS booking \gset
INSERT INTO seed_a.booking_seats (booking_id, seat_id) SELECT :booking, seat_id FROM seed_a.temp_reservations WHERE user_id = ('00000000-0000-4000-8000-' || :n)::uuid;
UPDATE seed_a.seats SET status = 'reserved', updated_at = now() WHERE id IN (SELECT seat_id FROM seed_a.temp_reservations WHERE user_id = ('00000000-0000-4000-8000-' || :n)::uuid);
DELETE FROM seed_a.temp_reservations WHERE user_id = ('00000000-0000-4000-8000-' || :n)::uuid;
UPDATE seed_a.concert_schedules SET available_seats = available_seats - 1, is_sold_out = (available_seats - 1 = 0), updated_at = now() WHERE id = ('00000000-0000-7000-9000-' || :s)::uuid;
COMMIT;
BEGIN;
UPDATE seed_a.bookings SET status = 'cancelled', cancelled_at = now(), cancellation_reason = NULL, updated_at = now() WHERE id = :booking AND user_id = ('00000000-0000-4000-8000-' || :n)::uuid AND status = 'confirmed';
UPDATE seed_a.seats SET status = 'available', updated_at = now() WHERE id IN (SELECT seat_id FROM seed_a.booking_seats WHERE booking_id = :booking);
UPDATE seed_a.concert_schedules cs SET available_seats = available_seats + (SELECT count(*) FROM seed_a.booking_seats WHERE booking_id = :booking), is_sold_out = false, updated_at = now() WHERE id = (SELECT concert_schedule_id FROM seed_a.bookings WHERE id = :booking);
COMMIT;
