-- book_seats at the desk: to a walk-in, more seats than a public call may name, for nothing with a reason.
\i test/fixtures/world.sql
\i test/fixtures/orders.sql
CREATE ROLE regress_desk_clerk;
CREATE ROLE regress_desk_guest;
SELECT concert_booking.grant_access('regress_desk_clerk', 'clerk') > concert_booking.grant_access('regress_desk_guest', 'guest') AS granted;
GRANT USAGE ON SCHEMA test TO regress_desk_clerk, regress_desk_guest;
CREATE FUNCTION pg_temp.booking(arguments text) RETURNS text LANGUAGE sql AS $$
	SELECT test.raises(format('SELECT concert_booking.book_seats(%s)', arguments))
$$;

CREATE FUNCTION test.first_number() RETURNS text LANGUAGE sql SECURITY DEFINER AS $$
	SELECT b.booking_number FROM concert_booking.bookings b ORDER BY b.created_at, b.id LIMIT 1
$$;

-- the public may not, with or without a web request
SET ROLE regress_desk_guest;
SELECT pg_temp.booking($$test.seats('A-1'), session_id => test.booker('gina'), walk_in => true$$);
SELECT pg_temp.booking($$test.seats('A-1'), user_id => test.booker('alice'), free_reason => 'press'$$);
SELECT left(pg_temp.booking($$test.seats('A-1'), walk_in => false$$), 5) AS as_if_left_out,
	   left(pg_temp.booking($$test.seats('A-1'), walk_in => NULL, free_reason => NULL$$), 5) AS null_too;
SET request.jwt.claims = '{"role": "anon"}';
SELECT left(pg_temp.booking($$test.seats('A-1'), walk_in => true$$), 5) AS by_the_web;

-- who stands at the desk; the clerk's own "sub" is not taken for the booker
SET ROLE regress_desk_clerk;
SET request.jwt.claims = '{"sub": "57af0000-0000-4000-8000-000000000009"}';
SELECT pg_temp.booking($$test.seats('A-1'), test.booker('alice'), walk_in => true$$);
SELECT pg_temp.booking($$test.seats('A-1'), walk_in => true, free_reason => ' '$$);
SELECT pg_temp.booking($$test.seats('A-1'), walk_in => true, free_reason => repeat('r', 1001)$$);
SELECT pg_temp.booking($$test.seats('A-1'), walk_in => true, free_reason => 'press', price_types => jsonb_build_object(test.seat('A-1'), 'child')$$);
SELECT pg_temp.booking($$test.seats('A-1'), walk_in => true, customer_phone => 'none'$$);
RESET ROLE;

-- a walk-in: no name, no phone, no limit, no payment
UPDATE concert_booking.concert_schedules SET max_seats_per_booker = 1, payment_required = true WHERE id = test.schedule();
SET ROLE regress_desk_clerk;
SELECT status, seat_numbers, total_price FROM concert_booking.book_seats(test.seats('A-1', 'A-2'), walk_in => true);
SELECT status, seat_numbers FROM concert_booking.book_seats(test.seats('A-3'), walk_in => true, customer_name => 'Park');
SELECT left(pg_temp.booking($$test.seats('A-4', 'B-1'), session_id => test.booker('gina'), customer_name => 'Gina', customer_phone => '010-1'$$), 5) AS a_guest_has_a_limit;
SELECT pg_temp.booking($$test.seats('A-1', 'A-4'), walk_in => true$$);

-- a sale that is sent twice is one, where the desk names it
SELECT pg_temp.booking($$test.seats('A-4'), walk_in => true, idempotency_key => 'till 1'$$);
SELECT seat_numbers, total_price FROM concert_booking.book_seats(test.seats('A-4'), session_id => test.booker('hugo'), walk_in => true, idempotency_key => 'till 1');
SELECT seat_numbers, total_price FROM concert_booking.book_seats(test.seats('A-4'), session_id => test.booker('hugo'), walk_in => true, idempotency_key => 'till 1');
SELECT left(pg_temp.booking($$test.seats('B-1'), session_id => test.booker('hugo'), walk_in => true, idempotency_key => 'till 1'$$), 5) AS another_seat,
	   left(pg_temp.booking($$test.seats('A-4'), session_id => test.booker('hugo'), walk_in => true, free_reason => 'press', idempotency_key => 'till 1'$$), 5) AS for_nothing;
RESET ROLE;

-- nobody proves to be a walk-in's booker: there is no phone
SET ROLE regress_desk_guest;
RESET request.jwt.claims;
SELECT test.raises(format($$SELECT concert_booking.find_guest_booking(%L, '000-0000-0000')$$, b.booking_number)) AS no_phone,
	   left(test.raises(format($$SELECT concert_booking.cancel_guest_booking(%L, '000-0000-0000')$$, b.booking_number)), 5) AS cancelled
FROM test.first_number() AS b (booking_number);
RESET ROLE;

-- for nothing; a total that is expected is checked all the same
UPDATE concert_booking.concert_schedules SET max_seats_per_booker = NULL, payment_required = false WHERE id = test.schedule();
SET ROLE regress_desk_clerk;
SELECT left(pg_temp.booking($$test.seats('B-1'), test.booker('bob'), free_reason => 'press', expected_total => 150000$$), 5) AS not_free;
SELECT status, seat_numbers, total_price, refund_due FROM concert_booking.book_seats(test.seats('B-1', 'B-2'), test.booker('bob'), free_reason => 'press', expected_total => 0);
RESET ROLE;
SELECT b.seat_count, b.total_price, b.is_anonymous, b.free_reason, b.user_id IS NULL AS no_member, b.session_id IS NULL AS no_session,
	   b.customer_name, (SELECT array_agg(bs.seat_grade ORDER BY bs.seat_grade) FROM concert_booking.booking_seats bs WHERE bs.booking_id = b.id) AS grades
FROM concert_booking.bookings b ORDER BY b.created_at, b.id;

-- more seats than the public may name, to a limit; the public keeps its own
SELECT concert_booking.generate_seats(test.schedule(2), ARRAY['K'], 12, 'K', 1000);
SET concert_booking.max_seats_per_call = 2;
SET concert_booking.max_seats_per_desk_call = 10;
CREATE FUNCTION pg_temp.row_k(n integer) RETURNS uuid[] LANGUAGE sql AS $$
	SELECT array_agg(s.id) FROM concert_booking.seats s WHERE s.concert_schedule_id = test.schedule(2) AND s.row_label = 'K' AND s.seat_index <= n
$$;
SELECT pg_temp.row_k(3) AS three, pg_temp.row_k(10) AS ten, pg_temp.row_k(11) AS eleven \gset
SET ROLE regress_desk_guest;
RESET request.jwt.claims;
SELECT pg_temp.booking(format('%L, %L', :'three', test.booker('alice')));
SET ROLE regress_desk_clerk;
SELECT pg_temp.booking(format('%L, walk_in => true', :'eleven'));
SELECT seat_count, total_price, booking_id AS school FROM concert_booking.book_seats(:'ten', test.booker('alice')) \gset
SELECT :seat_count AS seats, :total_price AS total;
SELECT q.seat_count, q.is_cancellable FROM concert_booking.quote_cancellation(:'school', :'three', test.booker('alice')) q;
SELECT status, seat_count FROM concert_booking.cancel_seats(:'school', :'three', 'a class less', test.booker('alice'));
SELECT test.raises(format('SELECT concert_booking.hold_seats(%L, test.booker(''alice''))', :'three'));
RESET ROLE;
RESET concert_booking.max_seats_per_call;
RESET concert_booking.max_seats_per_desk_call;

-- who is in the house cannot give the seat back, unless the desk says so
UPDATE concert_booking.booking_seats bs SET checked_in_at = test.now() WHERE bs.seat_id = test.seat('B-1') AND bs.active;
SELECT b.id AS bobs FROM concert_booking.bookings b WHERE b.user_id = test.booker('bob') \gset
SELECT a.is_cancellable AS whole, o.is_cancellable AS other_seat
FROM concert_booking.quote_cancellation(:'bobs', user_id => test.booker('bob')) a,
	 concert_booking.quote_cancellation(:'bobs', test.seats('B-2'), test.booker('bob')) o;
SELECT test.raises(format('SELECT concert_booking.cancel_booking(%L, user_id => test.booker(''bob''))', :'bobs'));
SELECT test.raises(format('SELECT concert_booking.cancel_seats(%L, test.seats(''B-1''), user_id => test.booker(''bob''))', :'bobs'));
SELECT status, seat_numbers FROM concert_booking.cancel_seats(:'bobs', test.seats('B-2'), user_id => test.booker('bob'));
SET ROLE regress_desk_clerk;
SELECT status, seat_numbers FROM concert_booking.cancel_booking(:'bobs', 'fell ill in the hall', test.booker('bob'), override => true);
RESET ROLE;

SELECT e.event_type, e.seat_count, replace(e.actor, current_user, 'owner') AS actor, e.detail FROM concert_booking.booking_events e
WHERE e.event_type <> 'seats_generated' ORDER BY e.occurred_at, e.id;
SELECT * FROM concert_booking.check_integrity();
DROP OWNED BY regress_desk_clerk, regress_desk_guest;
DROP ROLE regress_desk_clerk, regress_desk_guest;
