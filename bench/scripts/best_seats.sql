\set seats random(1, 4)
SELECT count(*) FROM concert_booking.hold_best_seats('00000000-0000-7000-9000-100000000000', :seats, user_id => gen_random_uuid());
