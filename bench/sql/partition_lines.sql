-- A line for each of the last bookings. Variable: lines (how many).
BEGIN;
SELECT part.make('part.booking_seats', 'concert_booking.booking_seats');
INSERT INTO part.booking_seats (id, booking_id, seat_id, price, active, created_at)
SELECT part.ordered_id(n, 11), part.ordered_id(n, 1), part.ordered_id(n, 12), 60000, n % 20 <> 7, timestamptz '2026-10-01'
FROM part.world w, generate_series(w.bookings - least(w.bookings, :lines), w.bookings - 1) n;
COMMIT;
SELECT * FROM part.make_indexes('part.booking_seats', 'concert_booking.booking_seats');
