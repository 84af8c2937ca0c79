-- begin_payment with an idempotency_key: the same call has the same answer.
\i test/fixtures/world.sql
\i test/fixtures/orders.sql
CREATE FUNCTION pg_temp.beginning(arguments text DEFAULT '') RETURNS concert_booking.booking_receipt LANGUAGE plpgsql AS $$
DECLARE
	r concert_booking.booking_receipt;
BEGIN
	EXECUTE format('SELECT * FROM concert_booking.begin_payment(test.schedule(), test.booker(''alice''), idempotency_key => ''order 1''%s)', arguments) INTO r;
	RETURN r;
END
$$;
SELECT seat_number FROM concert_booking.hold_seats(test.seats('A-1', 'A-2'), test.booker('alice'));
SELECT booking_id AS first FROM pg_temp.beginning() \gset

-- again, with the seats named, later, and with new holds that do not slip in
SELECT booking_id = :'first' AS same, status, seat_numbers FROM pg_temp.beginning();
CALL test.set_clock('2040-05-01 12:10');
SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-3'), test.booker('alice'));
SELECT booking_id = :'first' AS same, to_char(pay_by, 'HH24:MI') AS pay_by
FROM pg_temp.beginning($$, seat_ids => test.seats('A-2', 'A-1'), expected_total => 300000$$);

-- another content
SELECT test.raises($$SELECT pg_temp.beginning(', seat_ids => test.seats(''A-3'')')$$);
SELECT test.raises($$SELECT pg_temp.beginning(', customer_name => ''Alice''')$$);
SELECT test.raises($$SELECT pg_temp.beginning(', expected_total => 1')$$);

-- confirm_booking knows the key as well: it answers with what was begun
SELECT booking_id = :'first' AS same, status
FROM concert_booking.confirm_booking(test.schedule(), test.booker('alice'), idempotency_key => 'order 1');

-- after a refusal in the same transaction, and in REPEATABLE READ
BEGIN;
SELECT left(test.raises($$SELECT concert_booking.begin_payment(test.schedule(), test.booker('alice'))$$), 5) AS refused;
SELECT booking_id = :'first' AS same FROM pg_temp.beginning();
COMMIT;
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT booking_id = :'first' AS same FROM pg_temp.beginning();
SELECT test.pay(:'first', 300000, 'charge 1');
SELECT booking_id = :'first' AS same, status FROM pg_temp.beginning();
COMMIT;

-- whatever has become of it since; nothing is logged or counted twice
SELECT status FROM concert_booking.cancel_booking(:'first', NULL, test.booker('alice'));
SELECT booking_id = :'first' AS same, status, refund_due FROM pg_temp.beginning();
SELECT event_type, seat_count FROM test.events;
SELECT seat, held_by FROM test.taken;

-- over at pay_by: told so, and another key begins anew
SELECT booking_id AS second FROM concert_booking.begin_payment(test.schedule(), test.booker('alice'), idempotency_key => 'order 2') \gset
CALL test.set_clock('2040-05-01 13:00');
SELECT booking_id = :'second' AS same, status
FROM concert_booking.begin_payment(test.schedule(), test.booker('alice'), idempotency_key => 'order 2');
SELECT booker, status, lines, due FROM test.orders;
SELECT * FROM concert_booking.check_integrity();
