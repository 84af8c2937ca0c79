/*
 * Random calls, one transaction each, with what each answers and what the data
 * are like afterwards:
 *
 *   psql -v seed=0.5 -v steps=300 [-v show=1] -f test/twin/random_calls.sql
 *
 * The calls depend on the seed alone, so that two databases that obey the same
 * rules print the same, whoever implements them. For each call it prints the
 * call, the answer, and how many invariants are broken with a hash of the data;
 * show=1 prints the data instead.
 *
 * The clock is set for each call to a whole minute of its own, and every term
 * ends half a minute later: no outcome hangs on how long a call took.
 */
\i test/fixtures/world.sql
\t on
\pset fieldsep '\n   '
SET concert_booking.hold_duration = '630s';
SET concert_booking.max_hold_duration = '1530s';
SET concert_booking.payment_window = '1230s';
SET concert_booking.max_seats_per_call = 5;
SET concert_booking.max_seats_per_desk_call = 6;

-- two small halls, the second with a limit, and one that two windows of a search share
UPDATE concert_booking.concert_schedules SET max_seats_per_booker = 4 WHERE id = test.schedule(2);
INSERT INTO concert_booking.seats (id, concert_schedule_id, seat_number, seat_grade, price, ordinal)
SELECT ('5ea70000-0000-7000-8000-0000000002' || 99 - n)::uuid, test.schedule(2), 'B-' || n - 2, 'S', 90000, n
FROM generate_series(3, 9) AS n;
INSERT INTO concert_booking.concert_schedules (id, concert_id, concert_date, concert_time)
VALUES (test.schedule(3), test.concert(), '2040-06-03', '19:00');
INSERT INTO concert_booking.seats (id, concert_schedule_id, seat_number, seat_grade, price, ordinal, section, status)
SELECT ('5ea70000-0000-7000-8000-000000003' || 999 - n)::uuid, test.schedule(3),
	   format('%s-%s', (n - 1) / 20 + 1, (n - 1) % 20 + 1),
	   CASE WHEN n % 7 = 0 THEN 'S' ELSE 'R' END, 100000 + n % 3 * 10000, n,
	   CASE WHEN n <= 220 THEN 'Stalls' ELSE 'Balcony' END,
	   CASE WHEN n BETWEEN 235 AND 280 THEN 'available' ELSE 'unavailable' END
FROM generate_series(1, 320) AS n;

-- rates, and refunds that get less while the calls are made
INSERT INTO concert_booking.price_types (concert_id, code, name, percent_off, amount_off, max_per_booking, sale_until) VALUES
	(test.concert(), 'child', 'Child', 50, NULL, NULL, NULL),
	(test.concert(), 'senior', 'Senior', NULL, 33333, 1, NULL),
	(test.concert(), 'early', 'Early', 10, NULL, NULL, '2040-05-01 15:00:30'),
	(test.concert(), 'free', 'Free', 100, NULL, 1, NULL);
UPDATE concert_booking.concert_schedules
SET refund_ladder = '{"steps": [{"hours": 748, "percent": 100}, {"hours": 744, "percent": 70}, {"hours": 740, "percent": 33}], "fee": 1000}';

CREATE OR REPLACE FUNCTION test.pick(VARIADIC choices text[]) RETURNS text
LANGUAGE sql VOLATILE AS $$ SELECT choices[1 + floor(random() * cardinality(choices))::integer] $$;

CREATE OR REPLACE FUNCTION test.random_seat(schedule text) RETURNS text
LANGUAGE sql VOLATILE AS $$
	SELECT CASE WHEN random() < 0.02 THEN '''5ea70000-0000-7000-8000-00000000dead'''
		   ELSE format('test.seat(%L, %s)', test.pick('A-1', 'A-2', 'B-1', 'B-2', 'B-3', 'B-4'), schedule) END
$$;

-- one to five seats, most often of one schedule; now and then one seat twice
CREATE OR REPLACE FUNCTION test.random_seats() RETURNS text
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
	seats text[] := '{}';
	schedule text := test.pick('1', '1', '2');
	seat text;
BEGIN
	FOR i IN 0 .. floor(random() ^ 2 * 5.2) LOOP
		seat := test.random_seat(CASE WHEN random() < 0.03 THEN test.pick('1', '2', '3') ELSE schedule END);
		CONTINUE WHEN seat = ANY (seats) AND random() < 0.95;
		seats := seats || seat;
	END LOOP;
	RETURN 'ARRAY[' || array_to_string(seats, ', ') || ']::uuid[]';
END
$$;

CREATE OR REPLACE FUNCTION test.random_booker() RETURNS text
LANGUAGE sql VOLATILE AS $$
	SELECT CASE WHEN random() < 0.02 THEN test.pick('user_id => NULL', 'user_id => test.booker(''alice''), session_id => test.booker(''gina'')')
		   ELSE test.pick('user_id => test.booker(''alice'')', 'user_id => test.booker(''alice'')',
						  'user_id => test.booker(''bob'')', 'session_id => test.booker(''gina'')',
						  'session_id => test.booker(''gina'')', 'session_id => test.booker(''hugo'')',
						  'session_id => test.booker(''bob'')') END
$$;

CREATE OR REPLACE FUNCTION test.random_customer() RETURNS text
LANGUAGE sql VOLATILE AS $$
	SELECT CASE WHEN random() < 0.1 THEN ''
				ELSE format(', customer_name => %L, customer_phone => %L', test.pick('Kim', 'Kim', 'Kim', 'Lee'),
							test.pick('010-1234-5678', '010-1234-5678', '010-1234-5678', '010-1234-5678', '010-1234-5678', '010-1234-5678', '+82 10 1234 5678', 'none')) END
		|| CASE WHEN random() < 0.4 THEN format(', idempotency_key => %L', test.pick('k1', 'k2', 'k3', 'k4')) ELSE '' END
		|| CASE WHEN random() < 0.85 THEN ''
				ELSE format(', expected_total => %s', test.pick('120000', '150000', '150000', '270000', '300000', '-1')) END
$$;

-- as random_customer(), and now and then a rate for a seat or two
CREATE OR REPLACE FUNCTION test.random_sale(schedule text) RETURNS text
LANGUAGE sql VOLATILE AS $$
	SELECT test.random_customer()
		|| CASE WHEN random() < 0.8 THEN ''
				ELSE format(', price_types => jsonb_build_object(test.seat(%L, %s), %L)',
							test.pick('A-1', 'A-2', 'B-1', 'B-2'), schedule, test.pick('child', 'child', 'senior', 'early', 'free', 'none', '')) END
$$;

-- the booking that was made as the last but n, or the first one, whatever its id
CREATE OR REPLACE FUNCTION test.late_booking(n integer) RETURNS concert_booking.bookings
LANGUAGE sql STABLE AS $$
	SELECT b FROM concert_booking.bookings b ORDER BY b.created_at DESC
	OFFSET greatest(0, least(n, (SELECT count(*) FROM concert_booking.bookings) - 1)) LIMIT 1
$$;

-- the pending booking that was made as the last; where there is none, the last one
CREATE OR REPLACE FUNCTION test.late_pending() RETURNS concert_booking.bookings
LANGUAGE sql STABLE AS $$
	SELECT b FROM concert_booking.bookings b ORDER BY b.status = 'pending' DESC, b.created_at DESC LIMIT 1
$$;

-- some seats of a booking, by their place in it
CREATE OR REPLACE FUNCTION test.seats_of(b concert_booking.bookings, place integer, seats integer) RETURNS uuid[]
LANGUAGE sql STABLE AS $$
	SELECT array_agg(l.id)
	FROM (SELECT s.id FROM concert_booking.booking_seats bs JOIN concert_booking.seats s ON s.id = bs.seat_id
		  WHERE bs.booking_id = b.id ORDER BY s.ordinal OFFSET place LIMIT seats) l
$$;

-- a booking, and who asks for it: its booker or, now and then, somebody else
CREATE OR REPLACE FUNCTION test.random_late(who text, OUT booking text, OUT booker text)
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
	booking := CASE WHEN random() < 0.5 THEN '(test.late_pending())'
					ELSE format('(test.late_booking(%s))', floor(random() ^ 2 * 6)) END;
	booker := CASE WHEN random() < 0.1 THEN who
				   ELSE format('user_id => %1$s.user_id, session_id => %1$s.session_id', booking) END;
END
$$;

-- the live hold that was made as the last
CREATE OR REPLACE FUNCTION test.late_hold() RETURNS concert_booking.temp_reservations
LANGUAGE sql STABLE AS $$
	SELECT t FROM concert_booking.temp_reservations t
	WHERE t.booking_id IS NULL AND t.expires_at > test.now() ORDER BY t.created_at DESC, t.seat_id LIMIT 1
$$;

-- whose payment begins: most often who has such a hold
CREATE OR REPLACE FUNCTION test.random_beginner(schedule text, who text) RETURNS text
LANGUAGE sql VOLATILE AS $$
	SELECT CASE WHEN random() < 0.2 THEN schedule || ', ' || who
				ELSE '(test.late_hold()).concert_schedule_id, (test.late_hold()).user_id, (test.late_hold()).session_id' END
$$;

-- money that arrives: enough, or not, or too much; with a number of its own, or an old one
CREATE OR REPLACE FUNCTION test.random_payment(booking text) RETURNS text
LANGUAGE sql VOLATILE AS $$
	SELECT format('concert_booking.confirm_payment(%s, %s, ''toss'', ''charge %s'') p',
		CASE WHEN random() < 0.03 THEN test.pick('NULL', 'test.concert()') ELSE booking || '.id' END,
		CASE WHEN random() < 0.02 THEN '0'
			 ELSE format(test.pick('greatest(1, test.missing(%1$s))', 'greatest(1, test.missing(%1$s))', 'greatest(1, %1$s.total_price)',
								   '1 + %1$s.total_price / 2', '%1$s.total_price + 1000'), booking) END,
		floor(random() * CASE WHEN random() < 0.1 THEN 20 ELSE 10000 END))
$$;

-- what a booking still costs; more than it costs: nothing of it was paid
CREATE OR REPLACE FUNCTION test.missing(b concert_booking.bookings) RETURNS bigint
LANGUAGE sql STABLE AS $$
	SELECT b.total_price - coalesce(sum(p.amount - p.refund_due), 0)::bigint
	FROM concert_booking.payments p WHERE p.booking_id = b.id AND p.kind = 'charge'
$$;

CREATE OR REPLACE FUNCTION test.in_minutes(minutes integer) RETURNS timestamptz
LANGUAGE sql VOLATILE AS $$ SELECT date_trunc('minute', test.now()) + make_interval(mins => minutes, secs => 30) $$;

-- who holds a seat for bob by hand looks at the limit first
CREATE OR REPLACE FUNCTION test.bob_may_have(schedule uuid) RETURNS boolean
LANGUAGE sql STABLE AS $$
	SELECT coalesce(cs.max_seats_per_booker, 100) >
		(SELECT count(*) FROM concert_booking.temp_reservations t
		 WHERE t.user_id = test.booker('bob') AND t.concert_schedule_id = cs.id) +
		(SELECT coalesce(sum(b.seat_count), 0) FROM concert_booking.bookings b
		 WHERE b.user_id = test.booker('bob') AND b.concert_schedule_id = cs.id AND b.status = 'confirmed')
	FROM concert_booking.concert_schedules cs WHERE cs.id = schedule
$$;

-- what people at the box office do by hand
CREATE OR REPLACE FUNCTION test.random_statement(schedule text) RETURNS text
LANGUAGE sql VOLATILE AS $$
	SELECT format(test.pick(
		'UPDATE concert_booking.seats SET status = ''unavailable'' WHERE id = %1$s AND status = ''available'' RETURNING seat_number',
		'UPDATE concert_booking.seats SET status = ''available'' WHERE id = %1$s AND status = ''unavailable'' RETURNING seat_number',
		'UPDATE concert_booking.seats SET status = ''available'' WHERE id = %1$s AND status = ''unavailable'' RETURNING seat_number',
		'UPDATE concert_booking.seats SET price = price + 1000 WHERE id = %1$s RETURNING price',
		'UPDATE concert_booking.booking_seats SET checked_in_at = test.now() WHERE seat_id = %1$s AND active RETURNING price',
		'UPDATE concert_booking.seats SET price = abs(270000 - price) WHERE concert_schedule_id = test.schedule(%2$s) AND seat_number < ''B'' RETURNING 3',
		'UPDATE concert_booking.seats SET price = 120000 WHERE id = %1$s RETURNING price',
		'UPDATE concert_booking.temp_reservations SET price = NULL WHERE seat_id = %1$s RETURNING 4',
		'UPDATE concert_booking.seats SET seat_index = %3$s WHERE id = %1$s RETURNING seat_index',
		'DELETE FROM concert_booking.temp_reservations WHERE seat_id = %1$s AND booking_id IS NULL RETURNING to_char(expires_at, ''DD HH24:MI'')',
		'WITH taken AS (UPDATE concert_booking.seats SET status = ''temp_reserved'' WHERE id = %1$s AND status = ''available'' AND test.bob_may_have(concert_schedule_id) RETURNING id, concert_schedule_id)
		 INSERT INTO concert_booking.temp_reservations (user_id, seat_id, concert_schedule_id, expires_at)
		 SELECT test.booker(''bob''), t.id, t.concert_schedule_id, test.in_minutes(7) FROM taken t RETURNING 1',
		'WITH taken AS (UPDATE concert_booking.seats SET status = ''temp_reserved'' WHERE id = %1$s AND status = ''available'' AND test.bob_may_have(concert_schedule_id) RETURNING id, concert_schedule_id)
		 INSERT INTO concert_booking.temp_reservations (user_id, seat_id, concert_schedule_id, expires_at)
		 SELECT test.booker(''bob''), t.id, t.concert_schedule_id, test.in_minutes(-1) FROM taken t RETURNING 2',
		'UPDATE concert_booking.concert_schedules SET is_booking_open = NOT is_booking_open WHERE id = test.schedule(%2$s) RETURNING is_booking_open',
		'UPDATE concert_booking.concert_schedules SET is_booking_open = true WHERE id = test.schedule(%2$s) RETURNING 1',
		'UPDATE concert_booking.concert_schedules SET hold_duration = %4$L WHERE id = test.schedule(%2$s) RETURNING hold_duration',
		'UPDATE concert_booking.concert_schedules SET booking_opens_at = test.in_minutes(5) WHERE id = test.schedule(%2$s) RETURNING 1',
		'UPDATE concert_booking.concert_schedules SET booking_closes_at = test.in_minutes(8) WHERE id = test.schedule(%2$s) RETURNING 1',
		'UPDATE concert_booking.concert_schedules SET booking_closes_at = NULL WHERE id = test.schedule(%2$s) RETURNING 1',
		'UPDATE concert_booking.concert_schedules SET booking_closes_at = NULL WHERE id = test.schedule(%2$s) RETURNING 1',
		'UPDATE concert_booking.concert_schedules SET booking_closes_at = NULL, is_booking_open = true RETURNING 1',
		'UPDATE concert_booking.concert_schedules SET cancel_until = starts_at - test.in_minutes(%5$s) WHERE id = test.schedule(%2$s) RETURNING 1',
		'UPDATE concert_booking.concert_schedules SET cancel_until = NULL WHERE id = test.schedule(%2$s) RETURNING 1',
		'UPDATE concert_booking.concert_schedules SET payment_window = %7$L WHERE id = test.schedule(%2$s) RETURNING payment_window',
		'UPDATE concert_booking.concert_schedules SET refund_ladder = %8$L WHERE id = test.schedule(%2$s) RETURNING refund_ladder',
		'UPDATE concert_booking.concerts SET status = ''%6$s'' RETURNING status',
		'UPDATE concert_booking.concerts SET status = ''active'' RETURNING 1',
		'UPDATE concert_booking.concerts SET status = ''active'' RETURNING 2'),
		test.random_seat(schedule), schedule, test.pick('NULL', '1', '2', '3', '4'), test.pick('210 s', NULL),
		test.pick('-1', '10'), test.pick('active', 'postponed'), test.pick('330 s', NULL),
		test.pick(NULL, '{"steps": [{"hours": 745, "percent": 90}, {"hours": 0, "percent": 1}], "fee": 2000}'))
$$;

CREATE OR REPLACE FUNCTION test.random_call() RETURNS text
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
	number constant text := test.pick('1', '1', '1', '2', '2');
	schedule constant text := CASE WHEN random() < 0.02 THEN '''5c000000-0000-7000-8000-00000000dead''' ELSE format('test.schedule(%s)', number) END;
	who constant text := test.random_booker();
	late constant record := test.random_late(who);
	dice constant integer := floor(random() * 150);
BEGIN
	RETURN CASE
		WHEN dice < 12 THEN format('concert_booking.hold_seat(%s, %s) h', test.random_seat(number), who)
		WHEN dice < 25 THEN format('concert_booking.hold_seats(%s, %s) h', test.random_seats(), who)
		WHEN dice < 31 THEN format('concert_booking.hold_best_seats(%s, %s, adjacent => %s, max_price => %s, %s) h', schedule,
			test.pick('1', '2', '3', '4', '6'), test.pick('true', 'true', 'false'), test.pick('NULL', 'NULL', '120000'), who)
		WHEN dice < 37 THEN format('concert_booking.hold_best_seats(test.schedule(3), %s, seat_grade => %s, section => %s, %s) h',
			test.pick('1', '2', '3', '4', '5'), test.pick('NULL', 'NULL', '''R'''), test.pick('NULL', 'NULL', '''Balcony'''), who)
		WHEN dice < 44 THEN format('concert_booking.extend_holds(%s, %s) h', schedule, who)
		WHEN dice < 48 THEN format('concert_booking.release_seats(%s, %s)', test.random_seats(), who)
		WHEN dice < 50 THEN format('concert_booking.release_seats(%s)', who)
		WHEN dice < 62 THEN format('concert_booking.confirm_booking(%s, %s%s) r', schedule, who, test.random_sale(number))
		WHEN dice < 66 THEN format('concert_booking.confirm_booking(%s, %s, seat_ids => %s%s) r', schedule, who,
			test.random_seats(), test.random_sale(number))
		WHEN dice < 70 THEN format('concert_booking.book_seats(%s, %s%s) r', test.random_seats(), who, test.random_sale(number))
		WHEN dice < 72 THEN format('concert_booking.book_seats(%s, %s%s%s) r', test.random_seats(), who,
			CASE WHEN random() < 0.5 THEN test.random_sale(number) ELSE '' END,
			test.pick(', walk_in => true', ', free_reason => ''press''', ', walk_in => true, free_reason => ''press''', ', free_reason => '' '''))
		WHEN dice < 80 THEN format('concert_booking.cancel_booking((test.late_booking(%s)).id, NULL, %s) r',
			floor(random() ^ 2 * 8), who)
		WHEN dice < 85 THEN format('concert_booking.cancel_guest_booking((test.late_booking(%s)).booking_number, %L) r',
			floor(random() ^ 2 * 8), test.pick('01012345678', '01012345678', '010-9999-9999'))
		-- which lapsed holds a limited batch takes first is nobody's promise
		WHEN dice < 87 THEN 'concert_booking.expire_holds()'
		WHEN dice < 91 THEN format('concert_booking.begin_payment(%s%s) r', test.random_beginner(schedule, who), test.random_sale(number))
		WHEN dice < 103 THEN format('concert_booking.begin_payment(test.schedule(%1$s), %2$s, seat_ids => (SELECT array_agg(h.seat_id) FROM concert_booking.hold_seats(%3$s, %2$s) h)%4$s) r',
			number, who, test.random_seats(), test.random_sale(number))
		WHEN dice < 121 THEN test.random_payment(late.booking)
		WHEN dice < 123 THEN format('concert_booking.cancel_payment(%s.id, %s) r', late.booking, late.booker)
		WHEN dice < 128 THEN format('concert_booking.cancel_seats(%s.id, %s, ''flu'', %s) r', late.booking,
			CASE WHEN random() < 0.2 THEN test.random_seats()
				 ELSE format('test.seats_of(%s, %s, %s)', late.booking, test.pick('0', '0', '1', '2'), test.pick('1', '2')) END, late.booker)
		WHEN dice < 130 THEN format('concert_booking.cancel_booking(%s.id, ''flood'', %s, override => true) r', late.booking, late.booker)
		WHEN dice < 132 THEN 'concert_booking.expire_bookings()'
		WHEN dice < 135 THEN format('concert_booking.record_refund(%1$s.id, (SELECT d.amount - d.amount / %2$s FROM concert_booking.refunds_due d WHERE d.booking_id = %1$s.id), ''toss'', ''refund %3$s'') p',
			late.booking, test.pick('2', '1000000'), floor(random() * 100))
		ELSE test.random_statement(number) END;
END
$$;

-- the call with what is worth seeing of its answer
CREATE OR REPLACE FUNCTION test.asking(call text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE
		WHEN call LIKE '% h' THEN 'SELECT string_agg(concat_ws('' '', h.seat_number, h.price, to_char(h.expires_at, ''DD HH24:MI'')), '', '') FROM ' || call
		WHEN call LIKE '% r' THEN 'SELECT concat_ws('' '', r.status, r.seat_count, r.total_price, r.seat_numbers, to_char(r.created_at, ''DD HH24:MI''), to_char(r.cancelled_at, ''DD HH24:MI''), to_char(r.pay_by, ''DD HH24:MI''), r.refund_due) FROM ' || call
		WHEN call LIKE '% p' THEN 'SELECT concat_ws('' '', p.outcome, p.status, p.refund_due) FROM ' || call
		WHEN call LIKE 'concert_booking.%' THEN 'SELECT ' || call
		ELSE call END
$$;

-- everything that two implementations must leave alike, without ids and numbers;
-- an instant that was not the test's clock's is not compared
CREATE OR REPLACE FUNCTION test.minute(instant timestamptz) RETURNS text
LANGUAGE sql STABLE AS $$ SELECT to_char(instant, 'DD HH24:MI') WHERE instant > '2040-01-01' $$;

CREATE OR REPLACE FUNCTION test.state() RETURNS text
LANGUAGE sql STABLE AS $$
	SELECT concat_ws(E'\n   ',
		(SELECT string_agg(t::text, ' ') FROM test.taken t WHERE t.status <> 'unavailable'),
		(SELECT string_agg(a::text, ' ') FROM test.availability a),
		(SELECT string_agg(concat_ws(' ', cs.available_seats, cs.is_sold_out), ', ' ORDER BY cs.id) FROM concert_booking.concert_schedules cs),
		(SELECT coalesce(sum(available_change), 0) FROM concert_booking.availability_changes),
		(SELECT string_agg(concat_ws(' ', u.name, b.status, b.seat_count, b.total_price, b.customer_name, b.customer_phone,
									 b.idempotency_key, test.minute(b.created_at), test.minute(b.cancelled_at), b.cancellation_reason,
									 test.minute(b.pay_by), test.minute(b.paid_at), b.refund_ladder,
									 (SELECT string_agg(concat_ws(' ', p.kind, p.amount, p.reference, p.outcome, p.refund_due), ' ' ORDER BY p.created_at)
									  FROM concert_booking.payments p WHERE p.booking_id = b.id),
									 (SELECT d.amount FROM concert_booking.refunds_due d WHERE d.booking_id = b.id),
									 (SELECT string_agg(concat_ws(' ', s.seat_number, bs.price, bs.price_type, bs.active, bs.cancellation_fee), ' ' ORDER BY s.ordinal)
									  FROM concert_booking.booking_seats bs JOIN concert_booking.seats s ON s.id = bs.seat_id
									  WHERE bs.booking_id = b.id)), ', ' ORDER BY b.created_at)
		 FROM concert_booking.bookings b JOIN test.bookers u ON u.id = coalesce(b.user_id, b.session_id)),
		(SELECT string_agg(concat_ws(' ', u.name, t.user_id IS NULL, right(t.seat_id::text, 4), right(t.concert_schedule_id::text, 1),
									 test.minute(t.held_since), test.minute(t.expires_at), test.minute(t.created_at), t.price,
									 t.booking_id IS NOT NULL), ', ' ORDER BY t.seat_id)
		 FROM concert_booking.temp_reservations t JOIN test.bookers u ON u.id = coalesce(t.user_id, t.session_id)),
		(SELECT concat_ws(' ', count(*), sum(p.amount), sum(p.refund_due)) FROM concert_booking.payments p),
		(SELECT concat_ws(' ', count(*), sum(d.amount)) FROM concert_booking.refunds_due d),
		(SELECT string_agg(e.detail::text, ' ' ORDER BY e.occurred_at) FROM concert_booking.booking_events e WHERE e.detail ? 'override'),
		(SELECT string_agg(e::text, ' ' ORDER BY e)
		 FROM (SELECT event_type, schedule, seat_count, count(*) FROM test.events GROUP BY 1, 2, 3) e))
$$;

CREATE OR REPLACE FUNCTION test.answer(call text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	code text;
	message text;
	detail text;
	hint text;
	result text;
BEGIN
	EXECUTE test.asking(call) INTO result;
	RETURN coalesce(result, 'nothing');
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, message = MESSAGE_TEXT,
		detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
	/* The server's own DETAIL shows whole rows, with instants of its clock. */
	RETURN concat_ws(' | ', code, message, CASE WHEN code NOT LIKE '23%' THEN regexp_replace(detail, '"booking_id": "[^"]*"', 'its booking') END, hint);
END
$$;

\set ECHO none
\if :{?show}
\set state test.state()
\else
\set state md5(test.state())
\endif
SELECT setseed(:seed) \g /dev/null
SELECT format('CALL test.set_clock(%L)', timestamptz '2040-05-01 12:00' + minute * interval '1 minute'),
	   format('SELECT ''%s. '' || %L, test.answer(%L)', n, call, call),
	   format('SELECT ''   '' || count(*) || '' broken '' || coalesce(string_agg(invariant, '', ''), ''''), (SELECT %s) FROM concert_booking.check_integrity()', :'state')
FROM (SELECT n, test.random_call() AS call, sum(1 + floor(random() * 4)) OVER (ORDER BY n) AS minute
	  FROM generate_series(1, :steps) AS n) AS calls
ORDER BY n \gexec
