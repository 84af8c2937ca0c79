-- price_types of a sale: each seat is sold at the price of its type, and keeps the code.
\i test/fixtures/world.sql
\i test/fixtures/orders.sql
INSERT INTO concert_booking.price_types (concert_id, code, name, percent_off, max_per_booking, sale_until) VALUES
	(test.concert(), 'child', 'Child', 50, NULL, NULL),
	(test.concert(), 'senior', 'Senior', 33, 1, NULL),
	(test.concert(), 'early', 'Early bird', 10, NULL, '2040-05-01 12:30');
INSERT INTO concert_booking.price_types (concert_schedule_id, code, name, amount_off) VALUES (test.schedule(), 'wheelchair', 'Wheelchair', 140000);
CREATE FUNCTION pg_temp.types(VARIADIC types text[]) RETURNS jsonb LANGUAGE sql AS $$
	SELECT jsonb_object_agg(test.seat(split_part(t, ' ', 1)), split_part(t, ' ', 2)) FROM unnest(types) AS t
$$;

-- book_seats, and the same key again
SELECT seat_count, total_price FROM concert_booking.book_seats(test.seats('A-1', 'B-1'), test.booker('alice'), idempotency_key => 'order 1',
	price_types => pg_temp.types('A-1 senior'), expected_total => 220500);
SELECT seat_count, total_price FROM concert_booking.book_seats(test.seats('A-1', 'B-1'), test.booker('alice'), idempotency_key => 'order 1',
	price_types => jsonb_build_object(upper(test.seat('A-1')::text), 'senior'));
SELECT test.raises($$SELECT concert_booking.book_seats(test.seats('A-1', 'B-1'), test.booker('alice'), idempotency_key => 'order 1')$$);
SELECT test.raises($$SELECT concert_booking.book_seats(test.seats('A-1', 'B-1'), test.booker('alice'), idempotency_key => 'order 1',
	price_types => pg_temp.types('A-1 child'))$$) LIKE 'PT422 the idempotency key%' AS another_type,
	   test.raises($$SELECT concert_booking.book_seats(test.seats('A-1', 'B-1'), test.booker('alice'), idempotency_key => 'order 1',
	price_types => pg_temp.types('A-1 senior', 'A-2 senior'))$$) LIKE 'PT422 the idempotency key%' AS one_more;

-- confirm_booking: of the price that the hold has told; no price is below 0
SELECT count(*) AS held FROM concert_booking.hold_seats(test.seats('A-2', 'B-2'), test.booker('bob'));
UPDATE concert_booking.seats SET price = 1 WHERE id = test.seat('A-2');
SELECT total_price FROM concert_booking.confirm_booking(test.schedule(), test.booker('bob'), price_types => pg_temp.types('B-2 wheelchair', 'A-2 child'));

-- begin_payment; what is paid is what was agreed to, whatever becomes of the type
SELECT count(*) AS held FROM concert_booking.hold_seats(test.seats('A-3', 'A-4'), test.booker('alice'));
SELECT booking_id AS third FROM concert_booking.begin_payment(test.schedule(), test.booker('alice'),
	price_types => pg_temp.types('A-3 early', 'A-4 wheelchair')) \gset
DELETE FROM concert_booking.price_types WHERE code = 'wheelchair';
UPDATE concert_booking.price_types SET percent_off = 20 WHERE code = 'early';
SELECT test.pay(:'third', 145000, 'charge 1');
SELECT booker, status, total, lines FROM test.orders;

-- refused: the types, one by one; nothing is held, sold or written by it
CREATE FUNCTION pg_temp.booking(types text) RETURNS text LANGUAGE sql AS $$
	SELECT test.raises(format('SELECT concert_booking.book_seats(test.seats(''B-4'', ''B-3''), test.booker(''bob''), price_types => %s)', types))
$$;
CALL test.set_clock('2040-05-01 12:30');
SELECT pg_temp.booking($$pg_temp.types('B-3 early')$$);
SELECT pg_temp.booking($$pg_temp.types('B-3 wheelchair')$$);
SELECT pg_temp.booking($$pg_temp.types('B-3 senior', 'B-4 senior')$$);
SELECT pg_temp.booking($$pg_temp.types('A-1 child', 'B-3 child')$$);
SELECT pg_temp.booking($$pg_temp.types('A-1 ' || repeat('코', 60))$$);
SELECT pg_temp.booking($$'"child"'$$);
SELECT pg_temp.booking($$'{"B-3": "child"}'$$) = pg_temp.booking($$'"child"'$$) AS no_id,
	   pg_temp.booking($$jsonb_build_object(test.seat('B-3'), 5)$$) = pg_temp.booking($$'"child"'$$) AS no_text,
	   pg_temp.booking($$jsonb_build_object(test.seat('B-3'), '')$$) = pg_temp.booking($$'"child"'$$) AS empty,
	   pg_temp.booking($$jsonb_build_object('5EA70000-0000-7000-8000-00000000019A', 'child', '5ea70000-0000-7000-8000-00000000019a', 'child')$$) = pg_temp.booking($$'"child"'$$) AS twice;
SET concert_booking.max_seats_per_call = 2;
SELECT pg_temp.booking($$pg_temp.types('B-3 child', 'B-4 child', 'A-1 child')$$);
RESET concert_booking.max_seats_per_call;
SELECT seat, status FROM test.taken WHERE seat IN ('B-3', 'B-4');

-- an empty object is none
SELECT total_price FROM concert_booking.book_seats(test.seats('B-4'), test.booker('bob'), price_types => '{}', idempotency_key => 'order 9');
SELECT total_price FROM concert_booking.book_seats(test.seats('B-4'), test.booker('bob'), idempotency_key => 'order 9');
SELECT * FROM concert_booking.check_integrity();
