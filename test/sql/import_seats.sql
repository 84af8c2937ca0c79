-- import_seats(), copy_seats(): a layout in one call; no held or sold seat is lost.
\i test/fixtures/world.sql

CREATE FUNCTION pg_temp.layout(schedule integer) RETURNS TABLE (seat_number text, seat_grade text, price integer,
	x integer, y integer, status text, ordinal integer, section text, row_label text, seat_index integer)
LANGUAGE sql AS $$
	SELECT m.seat_number, m.seat_grade, m.price, m.position_x, m.position_y, m.status, m.ordinal, m.section,
		   m.row_label, m.seat_index
	FROM concert_booking.seat_map(test.schedule(schedule)) m
$$;
SELECT count(*) FROM concert_booking.book_seats(test.seats('A-2'), test.booker('alice'));
SELECT count(*) FROM concert_booking.hold_seats(test.seats('B-1'), test.booker('bob'));

-- the whole plan anew: order, prices, positions; new, changed and removed seats
SELECT * FROM concert_booking.import_seats(test.schedule(1), '[
	{"seat_number": "B-1", "seat_grade": "VIP", "price": 200000, "position_x": 1, "position_y": 2, "section": "floor"},
	{"seat_number": "A-10", "seat_grade": "R", "price": 150000, "status": "unavailable"},
	{"seat_number": "A-2", "seat_grade": "R", "price": 150000},
	{"seat_number": "A-1", "seat_grade": "R", "price": 150000, "row_label": "front", "seat_index": 7},
	{"seat_number": "Box", "seat_grade": "S", "price": 0}]');
SELECT * FROM pg_temp.layout(1);
SELECT * FROM test.taken;
SELECT * FROM test.availability;
SELECT seat_grade, price, seat_count FROM concert_booking.schedule_prices WHERE concert_schedule_id = test.schedule(1) ORDER BY 1, 2;
SELECT lowest_price FROM concert_booking.concert_schedules WHERE id = test.schedule(1);
-- the held seat sells at the price that its hold told
SELECT total_price FROM concert_booking.confirm_booking(test.schedule(1), test.booker('bob'));

-- the same list again changes nothing, in no way
SELECT layout_version AS version FROM concert_booking.concert_schedules WHERE id = test.schedule(2) \gset
SELECT * FROM concert_booking.import_seats(test.schedule(2), '[
	{"seat_number": "A-1", "seat_grade": "R", "price": 150000},
	{"seat_number": "A-2", "seat_grade": "R", "price": 150000}]');
SELECT layout_version - :version AS changes FROM concert_booking.concert_schedules WHERE id = test.schedule(2);
-- another order only
SELECT * FROM concert_booking.import_seats(test.schedule(2), '[
	{"seat_number": "A-2", "seat_grade": "R", "price": 150000},
	{"seat_number": "A-1", "seat_grade": "R", "price": 150000}]');
SELECT seat_number, ordinal FROM pg_temp.layout(2);

-- a copy: seats, order, prices, positions, blocked seats; no sale
SELECT * FROM concert_booking.copy_seats(test.schedule(1), test.schedule(2));
SELECT * FROM pg_temp.layout(2);
SELECT * FROM concert_booking.copy_seats(test.schedule(1), test.schedule(2));
SELECT * FROM concert_booking.copy_seats(test.schedule(1), test.schedule(1));

-- sold, held and once booked seats cannot go: nothing is changed, each is named
SELECT count(*) FROM concert_booking.hold_seats(test.seats('A-1'), test.booker('bob'));
SELECT count(*) FROM concert_booking.bookings b, LATERAL concert_booking.cancel_booking(b.id, NULL, b.user_id) c
WHERE b.user_id = test.booker('alice');
\t on
SELECT test.raises($$SELECT concert_booking.import_seats(test.schedule(1), '[{"seat_number": "Box", "seat_grade": "S", "price": 5}]')$$);
\t off
SELECT seat_number, price FROM pg_temp.layout(1);
-- a lapsed hold holds nobody up
CALL test.set_clock('2040-05-01 12:11');
SELECT * FROM concert_booking.import_seats(test.schedule(1), '[
	{"seat_number": "B-1", "seat_grade": "VIP", "price": 200000},
	{"seat_number": "A-2", "seat_grade": "R", "price": 150000}]');
SELECT count(*) FROM concert_booking.temp_reservations;
-- everything can go where nothing was ever booked
SELECT * FROM concert_booking.import_seats(test.schedule(2), '[]');
SELECT * FROM test.availability;
SELECT event_type, seat_count, detail FROM concert_booking.booking_events WHERE event_type = 'layout_imported' ORDER BY occurred_at;
SELECT * FROM concert_booking.check_integrity();

-- refusals
\t on
SELECT test.raises($$SELECT concert_booking.import_seats(NULL, '[]')$$);
SELECT test.raises($$SELECT concert_booking.import_seats(test.schedule(1), NULL)$$);
SELECT test.raises($$SELECT concert_booking.import_seats('00000000-0000-7000-8000-000000000000', '[]')$$);
SELECT test.raises($$SELECT concert_booking.import_seats(test.schedule(1), '{}')$$);
SELECT test.raises($$SELECT concert_booking.import_seats(test.schedule(1), '[1]')$$);
-- meant: invalid input syntax for type integer: "dear"
SELECT test.raises($$SELECT concert_booking.import_seats(test.schedule(1), '[{"seat_number": "A-1", "seat_grade": "R", "price": "dear"}]')$$);
SELECT test.raises(format($$SELECT concert_booking.import_seats(test.schedule(1), '[{"seat_number": "A-1", "seat_grade": "R", "price": 1}, %s]')$$, f.bad))
FROM (VALUES (1, '{"seat_grade": "R", "price": 1}'), (2, '{"seat_number": "", "seat_grade": "R", "price": 1}'),
	(3, '{"seat_number": "A-2", "price": 1}'), (4, '{"seat_number": "A-2", "seat_grade": "R"}'),
	(5, '{"seat_number": "A-2", "seat_grade": "R", "price": -1}'), (6, '{"seat_number": "A-1", "seat_grade": "R", "price": 1}'),
	(7, '{"seat_number": "A-2", "seat_grade": "R", "price": 1, "status": "reserved"}'),
	(8, '{"seat_number": "123456789012345678901", "seat_grade": "R", "price": 1}')) AS f (n, bad) ORDER BY n;
SELECT test.raises($$SELECT concert_booking.import_seats(test.schedule(1), (SELECT jsonb_agg(1) FROM generate_series(1, 100001)))$$);
SELECT test.raises($$SELECT concert_booking.copy_seats(NULL, test.schedule(1))$$);
SELECT test.raises($$SELECT concert_booking.copy_seats(test.schedule(1), NULL)$$);
SELECT test.raises($$SELECT concert_booking.copy_seats('00000000-0000-7000-8000-000000000000', test.schedule(1))$$);
SELECT test.raises($$SELECT concert_booking.copy_seats(test.schedule(1), '00000000-0000-7000-8000-000000000000')$$);
