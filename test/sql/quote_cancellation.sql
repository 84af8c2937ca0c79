-- quote_cancellation(): what cancelling a booking, or some seats of it, would bring now. The rows of paid bookings are made by hand.
\i test/fixtures/world.sql
UPDATE concert_booking.concert_schedules
SET refund_ladder = '{"steps": [{"hours": 240, "percent": 100}, {"hours": 24, "percent": 50}], "fee": 1000}', cancel_until = '2 hours'
WHERE id = test.schedule();

-- paid by alice, unpaid by bob, paid by gina without a ladder, pending of hugo, who has paid 50,000 of 240,000 won
SELECT booking_id AS alices FROM concert_booking.book_seats(test.seats('A-1', 'A-2', 'A-3'), test.booker('alice')) \gset
SELECT booking_id AS bobs FROM concert_booking.book_seats(test.seats('A-4'), test.booker('bob')) \gset
SELECT booking_id AS ginas FROM concert_booking.book_seats(test.seats('B-1'), session_id => test.booker('gina'),
	customer_name => 'Gina', customer_phone => '010-1234-5678') \gset
CREATE FUNCTION test.pay(booking uuid, won bigint, wholly boolean DEFAULT true) RETURNS void LANGUAGE sql AS $$
	INSERT INTO concert_booking.payments (booking_id, kind, amount, provider, reference, outcome, actor)
	SELECT booking, 'charge', won, 'toss', 'c' || count(*), CASE WHEN wholly THEN 'confirmed' ELSE 'amount_short' END, current_user
	FROM concert_booking.payments;
	UPDATE concert_booking.bookings b SET paid_at = test.now(), refund_ladder = cs.refund_ladder
	FROM concert_booking.concert_schedules cs
	WHERE wholly AND b.id = booking AND cs.id = b.concert_schedule_id
$$;
SELECT test.pay(:'alices', 450000);
SELECT test.pay(:'ginas', 120000);
UPDATE concert_booking.bookings SET refund_ladder = NULL WHERE id = :'ginas';
SELECT gen_random_uuid() AS hugos \gset
INSERT INTO concert_booking.bookings (id, session_id, customer_name, customer_phone, concert_schedule_id, booking_number, status, seat_count, total_price, pay_by)
VALUES (:'hugos', test.booker('hugo'), 'Hugo', '010-1', test.schedule(), 'HUGOS', 'pending', 2, 240000, '2040-05-01 12:35');
INSERT INTO concert_booking.booking_seats (booking_id, seat_id, price, active)
SELECT :'hugos', seat_id, 120000, false FROM unnest(test.seats('B-3', 'B-4')) AS seat_id;
INSERT INTO concert_booking.temp_reservations (seat_id, session_id, booking_id, expires_at)
SELECT seat_id, test.booker('hugo'), :'hugos', '2040-05-01 12:35' FROM unnest(test.seats('B-3', 'B-4')) AS seat_id;
UPDATE concert_booking.seats SET status = 'temp_reserved', hold_expires_at = '2040-05-01 12:35' WHERE id = ANY (test.seats('B-3', 'B-4'));
SELECT test.pay(:'hugos', 30000, false), test.pay(:'hugos', 20000, false);
CREATE FUNCTION test.quote(booking uuid, who text, seat_ids uuid[] DEFAULT NULL)
RETURNS TABLE (same_booking boolean, seat_count integer, refund_due bigint, cancellation_fee bigint, cancellable_until timestamptz, is_cancellable boolean)
LANGUAGE sql AS $$
	SELECT q.booking_id = booking, q.seat_count, q.refund_due, q.cancellation_fee, q.cancellable_until, q.is_cancellable
	FROM concert_booking.quote_cancellation(booking, seat_ids, CASE WHEN who IN ('alice', 'bob') THEN test.booker(who) END,
		CASE WHEN who IN ('gina', 'hugo') THEN test.booker(who) END) q
$$;

-- a month before: all but the fee of three seats; of one; nothing paid; no ladder; what was paid in part
SELECT * FROM test.quote(:'alices', 'alice');
SELECT * FROM test.quote(:'alices', 'alice', test.seats('A-2'));
SELECT * FROM test.quote(:'bobs', 'bob');
SELECT * FROM test.quote(:'ginas', 'gina');
SELECT * FROM test.quote(:'hugos', 'hugo');
-- a pending booking goes as a whole
SELECT * FROM test.quote(:'hugos', 'hugo', test.seats('B-3'));
-- what is due back already, or gone, is not due again
INSERT INTO concert_booking.refunds_due (booking_id, amount) VALUES (:'hugos', 15000);
INSERT INTO concert_booking.payments (booking_id, kind, amount, provider, reference, outcome, actor)
VALUES (:'hugos', 'refund', 5000, 'toss', 'r1', 'recorded', current_user);
SELECT * FROM test.quote(:'hugos', 'hugo');

-- the ladder is that of the payment; a later one is for later payments
UPDATE concert_booking.concert_schedules SET refund_ladder = '{"steps": [{"hours": 0, "percent": 10}]}';
SELECT * FROM test.quote(:'alices', 'alice');
-- the clock: before the last 240 hours, in them, before the cut-off and after it, after the start
CALL test.set_clock('2040-05-22 18:59');
SELECT * FROM test.quote(:'alices', 'alice');
CALL test.set_clock('2040-05-22 19:00');
SELECT * FROM test.quote(:'alices', 'alice');
CALL test.set_clock('2040-06-01 16:59');
SELECT * FROM test.quote(:'alices', 'alice');
SELECT is_cancellable FROM test.quote(:'bobs', 'bob');
CALL test.set_clock('2040-06-01 17:00');
SELECT * FROM test.quote(:'ginas', 'gina');
CALL test.set_clock('2040-06-01 20:00');
SELECT * FROM test.quote(:'alices', 'alice');
SELECT * FROM test.quote(:'ginas', 'gina');
-- the cut-off is the schedule's, else the setting's
SET concert_booking.cancel_until = '1d';
SELECT cancellable_until FROM test.quote(:'ginas', 'gina');
UPDATE concert_booking.concert_schedules SET cancel_until = NULL;
SELECT cancellable_until FROM test.quote(:'ginas', 'gina');
RESET concert_booking.cancel_until;
SELECT cancellable_until FROM test.quote(:'ginas', 'gina');
-- a pending booking is over at pay_by, swept or not
CALL test.set_clock('2040-05-01 12:34');
SELECT is_cancellable FROM test.quote(:'hugos', 'hugo');
CALL test.set_clock('2040-05-01 12:35');
SELECT * FROM test.quote(:'hugos', 'hugo');

-- a seat that was cancelled before counts nothing
UPDATE concert_booking.booking_seats SET active = false, cancellation_fee = 1000 WHERE booking_id = :'alices' AND seat_id = test.seat('A-1');
UPDATE concert_booking.seats SET status = 'available' WHERE id = test.seat('A-1');
UPDATE concert_booking.bookings SET seat_count = 2, total_price = 300000 WHERE id = :'alices';
INSERT INTO concert_booking.refunds_due (booking_id, amount) VALUES (:'alices', 149000);
SELECT * FROM test.quote(:'alices', 'alice');
SELECT * FROM test.quote(:'alices', 'alice', test.seats('A-1'));
SELECT * FROM test.quote(:'alices', 'alice', test.seats('A-1', 'A-3'));
-- a price that a price type has brought down
UPDATE concert_booking.booking_seats SET price = 501, price_type = 'child' WHERE booking_id = :'alices' AND seat_id = test.seat('A-3');
CALL test.set_clock('2040-05-31');
SELECT * FROM test.quote(:'alices', 'alice', test.seats('A-3'));
-- a booking that has ended
UPDATE concert_booking.booking_seats SET active = false WHERE booking_id = :'alices';
UPDATE concert_booking.bookings SET status = 'cancelled', cancelled_at = test.now() WHERE id = :'alices';
SELECT * FROM test.quote(:'alices', 'alice');
UPDATE concert_booking.bookings SET status = 'expired' WHERE id = :'hugos';
SELECT * FROM test.quote(:'hugos', 'hugo');

-- who may ask, and for what
SELECT set_config('test.bobs', :'bobs', false), set_config('test.ginas', :'ginas', false) \g /dev/null
\t on
SELECT call, test.raises('SELECT concert_booking.quote_cancellation(' || call || ')') FROM unnest(ARRAY[
	$$NULL, NULL, test.booker('bob')$$,
	$$current_setting('test.bobs')::uuid$$,
	$$current_setting('test.bobs')::uuid, NULL, test.booker('alice')$$,
	$$current_setting('test.bobs')::uuid, NULL, NULL, test.booker('bob')$$,
	$$current_setting('test.bobs')::uuid, NULL, test.booker('bob'), test.booker('gina')$$,
	$$current_setting('test.ginas')::uuid, NULL, test.booker('gina')$$,
	$$test.schedule(), NULL, test.booker('bob')$$,
	$$current_setting('test.bobs')::uuid, '{}', test.booker('bob')$$,
	$$current_setting('test.bobs')::uuid, ARRAY[test.seat('A-4'), NULL], test.booker('bob')$$,
	$$current_setting('test.bobs')::uuid, ARRAY[test.seat('A-4'), test.seat('A-4')], test.booker('bob')$$,
	$$current_setting('test.bobs')::uuid, ARRAY[ARRAY[test.seat('A-4')]], test.booker('bob')$$,
	$$current_setting('test.bobs')::uuid, array_fill(test.seat('A-4'), ARRAY[501]), test.booker('bob')$$,
	$$current_setting('test.bobs')::uuid, ARRAY[test.seat('B-1'), test.seat('A-4'), test.concert(), test.seat('A-1', 2)], test.booker('bob')$$,
	$$current_setting('test.ginas')::uuid, ARRAY[test.concert()], test.booker('bob')$$]) AS call;
\t off
-- by claims: one's own; staff that names nobody may ask for anybody's
CREATE ROLE regress_quote_web;
CREATE ROLE regress_quote_staff;
GRANT USAGE ON SCHEMA concert_booking TO regress_quote_web, regress_quote_staff;
GRANT EXECUTE ON FUNCTION concert_booking.quote_cancellation TO regress_quote_web, regress_quote_staff;
GRANT EXECUTE ON FUNCTION concert_booking.acts_for_others TO regress_quote_staff;
SET request.jwt.claims = '{"sub": "b0b00000-0000-4000-8000-000000000002"}';
SET ROLE regress_quote_web;
SELECT seat_count FROM concert_booking.quote_cancellation(:'bobs');
SELECT test.raises($$SELECT concert_booking.quote_cancellation(current_setting('test.ginas')::uuid)$$);
SELECT test.raises($$SELECT concert_booking.quote_cancellation(current_setting('test.bobs')::uuid, NULL, 'a11ce000-0000-4000-8000-000000000001')$$);
SET ROLE regress_quote_staff;
SELECT seat_count, refund_due FROM concert_booking.quote_cancellation(:'ginas');
RESET ROLE;
RESET request.jwt.claims;
DROP OWNED BY regress_quote_web, regress_quote_staff;
DROP ROLE regress_quote_web, regress_quote_staff;
-- it changes nothing, so a read-only transaction may ask, and no cache keeps the answer
BEGIN READ ONLY;
SELECT set_config('request.method', 'GET', true) \g /dev/null
SELECT seat_count FROM concert_booking.quote_cancellation(:'bobs', user_id => test.booker('bob'));
SELECT current_setting('response.headers') AS headers;
COMMIT;
-- a cut-off of a table of 0.1 that is out of bounds is refused as by the commands
BEGIN;
ALTER TABLE concert_booking.concert_schedules DROP CONSTRAINT chk_concert_schedules_cancel_bounds;
UPDATE concert_booking.concert_schedules SET cancel_until = until FROM (VALUES (1, interval '1 month -29 days'), (2, '300000 years')) v (n, until)
WHERE id = test.schedule(n);
SELECT test.raises($$SELECT concert_booking.quote_cancellation(current_setting('test.bobs')::uuid, user_id => test.booker('bob'))$$);
UPDATE concert_booking.concert_schedules SET cancel_until = '300000 years';
SELECT test.raises($$SELECT concert_booking.quote_cancellation(current_setting('test.bobs')::uuid, user_id => test.booker('bob'))$$);
ROLLBACK;
DROP FUNCTION test.pay, test.quote;
