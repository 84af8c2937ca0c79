-- what an editor does, to one of the concerts that are sold
\set k random(0, 999)
UPDATE concert_booking.concerts SET rating = rating WHERE id = (SELECT concert_id FROM bench.sold WHERE k = :k);
