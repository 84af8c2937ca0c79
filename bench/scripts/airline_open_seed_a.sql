\set s 100000000000 + random(1, 1000)
SELECT id, seat_number, seat_grade, price, position_x, position_y, status FROM seed_a.seats WHERE concert_schedule_id = ('00000000-0000-7000-9000-' || :s)::uuid AND status = 'available' ORDER BY seat_number;
