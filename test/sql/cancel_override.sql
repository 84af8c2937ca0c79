-- override: staff set the cut-off aside, with a reason, and the log keeps who it was.
\i test/fixtures/world.sql
\i test/fixtures/orders.sql
CREATE ROLE regress_booking_member;
CREATE ROLE regress_booking_staff;
GRANT USAGE ON SCHEMA concert_booking TO regress_booking_member, regress_booking_staff;
GRANT EXECUTE ON FUNCTION concert_booking.cancel_booking, concert_booking.cancel_seats TO regress_booking_member, regress_booking_staff;
GRANT EXECUTE ON FUNCTION concert_booking.acts_for_others TO regress_booking_staff;
UPDATE concert_booking.concert_schedules SET refund_ladder = '{"steps": [{"hours": 1, "percent": 50}]}';
SELECT test.begin('alice', 'A-1', 'A-2', 'A-3') AS alices \gset
SELECT test.pay(:'alices', 450000, 'charge 1');
UPDATE concert_booking.concert_schedules SET cancel_until = '60 days';
CREATE FUNCTION pg_temp.cancelling(id uuid, arguments text) RETURNS text LANGUAGE sql AS $$
	SELECT test.raises(format('SELECT concert_booking.cancel_booking(%L%s)', id, arguments))
$$;

-- a member, also with a backend's trust; false and null are as without it
SET ROLE regress_booking_member;
SELECT pg_temp.cancelling(:'alices', $$, 'flood', test.booker('alice'), override => true$$);
SELECT pg_temp.cancelling(:'alices', $$, user_id => test.booker('alice'), override => true$$) LIKE '42501%' AS whatever_is_missing;
SELECT left(pg_temp.cancelling(:'alices', $$, 'flood', test.booker('alice'), override => false$$), 5) AS too_late,
	   left(pg_temp.cancelling(:'alices', $$, 'flood', test.booker('alice'), override => NULL$$), 5) AS null_too;

-- staff without a reason; staff without it
SET ROLE regress_booking_staff;
SET request.jwt.claims = '{"sub": "57af0000-0000-4000-8000-000000000009"}';
SELECT pg_temp.cancelling(:'alices', ', override => true');
SELECT left(pg_temp.cancelling(:'alices', $$, 'flood'$$), 5) AS too_late;
SELECT pg_temp.cancelling(test.concert(), $$, 'flood', override => true$$);

-- one seat, the rest; refunds are by the rules all the same
SELECT status, seat_numbers, refund_due FROM concert_booking.cancel_seats(:'alices', test.seats('A-2'), 'a "flood"', override => true);
SELECT status, seat_numbers, refund_due FROM concert_booking.cancel_seats(:'alices', test.seats('A-2'), 'again', override => true);
SET request.jwt.claims = '{"role": "service_role"}';
SELECT status, seat_numbers, refund_due FROM concert_booking.cancel_booking(:'alices', 'flood', override => true);
RESET ROLE;
RESET request.jwt.claims;

-- a pending booking, in time: the log keeps it as well; without claims the actor is the role
SELECT test.begin('bob', 'B-1') AS bobs \gset
SELECT status FROM concert_booking.cancel_booking(:'bobs', 'asked by phone', test.booker('bob'), override => true);
SELECT e.event_type, e.seat_count, replace(e.actor, current_user, 'owner') AS actor, e.detail
FROM concert_booking.booking_events e ORDER BY e.occurred_at, e.id;
SELECT booker, status, lines, due FROM test.orders;
SELECT status, cancellation_reason FROM concert_booking.bookings ORDER BY created_at;
SELECT * FROM concert_booking.check_integrity();
DROP OWNED BY regress_booking_member, regress_booking_staff;
DROP ROLE regress_booking_member, regress_booking_staff;
