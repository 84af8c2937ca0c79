-- forget_booker(): who it was is gone from every table, what was sold stays as it was.
\i test/fixtures/world.sql
INSERT INTO test.bookers VALUES ('desk', 'de5c0000-0000-4000-8000-000000000009') ON CONFLICT DO NOTHING;
-- the tables in which any of these texts stands
CREATE FUNCTION test.traces(VARIADIC texts text[]) RETURNS TABLE (table_name name, row_count bigint) LANGUAGE plpgsql AS $$
BEGIN
	FOR table_name IN
		SELECT c.relname FROM pg_class c
		WHERE c.relnamespace = 'concert_booking'::regnamespace AND c.relkind IN ('r', 'v', 'm') ORDER BY c.relname COLLATE "C"
	LOOP
		EXECUTE format('SELECT count(*) FROM concert_booking.%I t WHERE t::text ILIKE ANY (SELECT ''%%'' || x || ''%%'' FROM unnest($1) x)', table_name)
		INTO row_count USING texts;
		IF row_count > 0 THEN
			RETURN NEXT;
		END IF;
	END LOOP;
END
$$;
-- everything that a report could be made of
CREATE VIEW test.figures AS
SELECT 'booking' AS kind, b.id, to_jsonb(b) - '{user_id,session_id,customer_name,customer_phone,customer_email,idempotency_key,cancellation_reason,is_anonymous,free_reason,updated_at}'::text[]
	|| jsonb_build_object('is_free', b.free_reason IS NOT NULL) AS figures
FROM concert_booking.bookings b
UNION ALL SELECT 'line', l.id, to_jsonb(l) FROM concert_booking.booking_seats l
UNION ALL SELECT 'archived booking', a.id, (to_jsonb(a) - '{user_id,session_id,customer_phone,customer_email,booking}'::text[])
	|| (a.booking - '{user_id,session_id,customer_name,customer_phone,customer_email,idempotency_key,cancellation_reason,is_anonymous,free_reason}'::text[])
	|| jsonb_build_object('is_free', a.booking ->> 'free_reason' IS NOT NULL)
FROM concert_booking.archived_bookings a
UNION ALL SELECT 'payment', p.id, to_jsonb(p) FROM concert_booking.payments p
UNION ALL SELECT 'refund', r.booking_id, to_jsonb(r) FROM concert_booking.refunds_due r
UNION ALL SELECT 'seat', s.id, to_jsonb(s) - '{updated_at}'::text[] FROM concert_booking.seats s WHERE s.status IN ('reserved', 'unavailable')
UNION ALL SELECT 'event', e.id, to_jsonb(e) - '{actor,detail}'::text[] || jsonb_build_object('detail', e.detail - '{reason,by}'::text[])
FROM concert_booking.booking_events e WHERE e.event_type <> 'booker_forgotten'
UNION ALL SELECT 'sales report', test.concert(), jsonb_agg(to_jsonb(r) ORDER BY to_jsonb(r)) FROM concert_booking.sales_report(concert_id => test.concert()) r
UNION ALL SELECT 'schedule report', test.concert(), jsonb_agg(to_jsonb(r) ORDER BY to_jsonb(r)) FROM concert_booking.schedule_report(concert_id => test.concert()) r;

CREATE FUNCTION test.traces_of_alice() RETURNS TABLE (table_name name, row_count bigint) LANGUAGE sql AS
$$ SELECT * FROM test.traces('Alice Kim', '010-2222-3333', 'alice@example.com', 'key-of-alice', test.booker('alice')::text) $$;

\o /dev/null
-- Alice, signed in: two seats, one of which the desk cancels for her; one paid twice over; one that she cancels; one free; one to come
SET request.jwt.claims = '{"sub": "a11ce000-0000-4000-8000-000000000001", "role": "authenticated"}';
SELECT booking_id AS two FROM concert_booking.book_seats(test.seats('A-1', 'A-2'), customer_name => 'Alice Kim', customer_phone => '010-2222-3333',
	customer_email => 'Alice@example.com', idempotency_key => 'key-of-alice') \gset
SELECT concert_booking.hold_seats(test.seats('A-3'));
SELECT booking_id AS paid FROM concert_booking.begin_payment(test.schedule(), customer_name => 'Alice Kim', idempotency_key => 'key-of-alice-2') \gset
SELECT booking_id AS cancelled FROM concert_booking.book_seats(test.seats('A-4')) \gset
SELECT concert_booking.cancel_booking(:'cancelled', 'Alice Kim is ill');
RESET request.jwt.claims;
SELECT concert_booking.confirm_payment(:'paid', 150000, 'toss', 't1');
SELECT concert_booking.confirm_payment(:'paid', 150000, 'toss', 't2');
SET request.jwt.claims = '{"sub": "de5c0000-0000-4000-8000-000000000009", "role": "desk"}';
SELECT concert_booking.cancel_seats(:'two', test.seats('A-2'), 'Alice Kim has called', test.booker('alice'), override => true);
SELECT concert_booking.book_seats(test.seats('B-1'), test.booker('alice'), free_reason => 'Alice Kim writes for a newspaper');
RESET request.jwt.claims;
-- guests: the desk uses one session for two of them
SELECT booking_number AS ginas FROM concert_booking.book_seats(test.seats('B-2'), session_id => test.booker('gina'), customer_name => 'Gina Lee', customer_phone => '010-4444-5555') \gset
SELECT concert_booking.book_seats(test.seats('B-3'), session_id => test.booker('gina'), customer_name => 'Lee, Gina', customer_phone => '+82 10 4444 5555');
SELECT concert_booking.book_seats(test.seats('B-4'), session_id => test.booker('gina'), customer_name => 'Hugo Park', customer_phone => '010-6666-7777');
-- schedule 1 goes into the archive
CALL test.set_clock('2040-06-02 12:00');
SELECT concert_booking.archive_past_schedules('2040-06-02');
SET request.jwt.claims = '{"sub": "a11ce000-0000-4000-8000-000000000001", "role": "authenticated"}';
SELECT booking_id AS tonight, booking_number AS number FROM concert_booking.book_seats(ARRAY[test.seat('A-1', 2)], customer_name => 'Alice Kim',
	customer_phone => '010-2222-3333', idempotency_key => 'key-of-alice-3') \gset
SELECT concert_booking.hold_seat(test.seat('A-2', 2));
SELECT concert_booking.add_wishlist(test.concert());
RESET request.jwt.claims;
\o
SELECT * FROM test.traces_of_alice();
CREATE TEMP TABLE before AS SELECT * FROM test.figures;
SELECT kind, jsonb_array_length(figures) AS lines FROM before WHERE kind LIKE '%report' ORDER BY 1;

-- Alice is forgotten
SELECT * FROM concert_booking.forget_booker(test.booker('alice'));
SELECT * FROM test.traces_of_alice();
SELECT coalesce(b.kind, f.kind) AS kind, b.figures AS was, f.figures AS is
FROM before b FULL JOIN test.figures f USING (kind, id) WHERE b.figures IS DISTINCT FROM f.figures;
SELECT actor, detail, count(*) FROM concert_booking.booking_events WHERE event_type LIKE '%cancelled' OR actor = 'forgotten' GROUP BY 1, 2 ORDER BY 1, 2;
SELECT detail FROM concert_booking.booking_events WHERE event_type = 'booker_forgotten';
SELECT count(*) AS bookings, count(*) FILTER (WHERE (booking ->> 'is_anonymous')::boolean) AS anonymous FROM concert_booking.archived_bookings;
-- a second time there is nothing
SELECT * FROM concert_booking.forget_booker(test.booker('alice'));
SELECT count(*) AS events FROM concert_booking.booking_events WHERE event_type = 'booker_forgotten';
SELECT * FROM concert_booking.check_integrity();

-- the guest with this number, and what the same session has booked for the same phone number; somebody else of that session stays
SELECT * FROM test.traces('Gina', '44445555', '4444-5555', '4444 5555');
SELECT count(*) FROM concert_booking.hold_seat(test.seat('A-2', 2), session_id => test.booker('gina'));
SELECT * FROM concert_booking.forget_booker(booking_number => :'ginas');
SELECT * FROM test.traces('Gina', '44445555', '4444-5555', '4444 5555');
SELECT * FROM test.traces('Hugo Park');
SELECT * FROM concert_booking.forget_booker(booking_number => :'ginas');
SELECT coalesce(b.kind, f.kind) AS kind, b.figures AS was, f.figures AS is
FROM before b FULL JOIN test.figures f USING (kind, id) WHERE b.figures IS DISTINCT FROM f.figures;

-- a forgotten booking goes on: the desk finds it by its number, and cancels it; a ticket of the archive is shown
SELECT status, customer_name, seat_count FROM concert_booking.find_bookings(:'number');
SELECT status FROM concert_booking.find_bookings(:'ginas');
SET request.jwt.claims = '{"sub": "de5c0000-0000-4000-8000-000000000009", "role": "desk"}';
SELECT status, seat_count FROM concert_booking.cancel_booking(:'tonight', 'no show', override => true);
RESET request.jwt.claims;
-- and its old booker has no booking any more
SELECT count(*) FROM concert_booking.my_bookings(user_id => test.booker('alice'));
SELECT * FROM concert_booking.check_integrity();

-- while somebody pays, nobody is forgotten; when it is over, what was paid in part is due
SELECT count(*) FROM concert_booking.hold_seat(test.seat('A-2', 2), test.booker('bob'));
SELECT booking_id AS bobs, booking_number AS bobs_number FROM concert_booking.begin_payment(test.schedule(2), test.booker('bob'), customer_name => 'Bob Choi') \gset
SELECT outcome FROM concert_booking.confirm_payment(:'bobs', 1000, 'toss', 't3');
SELECT regexp_replace(test.raises($$SELECT concert_booking.forget_booker(test.booker('bob'))$$), :'bobs', 'bobs');
SELECT count(*) AS holds FROM concert_booking.temp_reservations;
CALL test.set_clock('2040-06-02 18:00');
SELECT * FROM concert_booking.forget_booker(booking_number => lower(:'bobs_number'));
SELECT status, is_anonymous FROM concert_booking.bookings WHERE id = :'bobs';
SELECT amount FROM concert_booking.refunds_due WHERE booking_id = :'bobs';
SELECT * FROM test.traces('Bob Choi', test.booker('bob')::text);
-- money that comes even later: nobody is known for whom the seat could be taken again
SELECT outcome, status, refund_due FROM concert_booking.confirm_payment(:'bobs', 149000, 'toss', 't4');
SELECT * FROM concert_booking.check_integrity();

-- the desk's session is its customers' too: whoever buys at the counter takes no hold of the next one along, with or without a phone number
SELECT booking_number AS walk_in FROM concert_booking.book_seats(ARRAY[test.seat('A-1', 2)], session_id => test.booker('gina'), walk_in => true) \gset
SELECT booking_number AS with_phone FROM concert_booking.book_seats(ARRAY[test.seat('A-2', 2)], session_id => test.booker('gina'), walk_in => true,
	customer_name => 'Iris Han', customer_phone => '010-8888-9999') \gset
INSERT INTO concert_booking.seats (concert_schedule_id, seat_number, seat_grade, price) VALUES (test.schedule(2), 'C-1', 'R', 150000);
SELECT count(*) FROM concert_booking.hold_seat(test.seat('C-1', 2), session_id => test.booker('gina'));
SELECT * FROM concert_booking.forget_booker(booking_number => :'walk_in');
SELECT * FROM concert_booking.forget_booker(booking_number => :'with_phone');
SELECT count(*) AS holds FROM concert_booking.temp_reservations;

-- a trigger of the owner's that keeps the row as it was: nobody is told that somebody is forgotten who is not
SELECT a.booking_number AS hugos FROM concert_booking.archived_bookings a WHERE a.session_id = test.booker('gina') \gset
SELECT booking_number AS irises FROM concert_booking.book_seats(ARRAY[test.seat('C-1', 2)], session_id => test.booker('gina'), customer_name => 'Iris Han', customer_phone => '010-8888-9999') \gset
CREATE FUNCTION test.keep_row() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE TRIGGER keep_row BEFORE UPDATE ON concert_booking.bookings FOR EACH ROW EXECUTE FUNCTION test.keep_row();
CREATE TRIGGER keep_row BEFORE UPDATE ON concert_booking.archived_bookings FOR EACH ROW EXECUTE FUNCTION test.keep_row();
\t on
SELECT test.raises(format('SELECT concert_booking.forget_booker(booking_number => %L)', n)) FROM unnest(ARRAY[:'irises', :'hugos']) n;
\t off
DROP TRIGGER keep_row ON concert_booking.bookings;
DROP TRIGGER keep_row ON concert_booking.archived_bookings;
DROP FUNCTION test.keep_row;
SELECT * FROM concert_booking.forget_booker(booking_number => :'irises');
SELECT * FROM concert_booking.forget_booker(booking_number => :'hugos');
SELECT * FROM test.traces('Hugo Park', 'Iris Han');

\t on
SELECT test.raises('SELECT concert_booking.forget_booker()');
SELECT test.raises($$SELECT concert_booking.forget_booker(test.booker('bob'), 'X')$$);
SELECT test.raises($$SELECT concert_booking.forget_booker(booking_number => 'AAAA-BBBB-CCCC-D')$$);
SELECT test.raises($$SELECT concert_booking.forget_booker(booking_number => '')$$);
SELECT * FROM concert_booking.forget_booker('00000000-0000-4000-8000-000000000000');

-- the log is append-only as before: but for these words, and these only while they are being forgotten
SELECT left(test.raises($$UPDATE concert_booking.booking_events SET actor = 'forgotten'$$), 32);
SET booking_events.forgets = 'on';
SELECT change, left(test.raises('UPDATE concert_booking.booking_events SET ' || change), 32) FROM unnest(ARRAY[
	$$actor = 'somebody else'$$, $$seat_count = seat_count + 1$$, $$occurred_at = occurred_at + interval '1 second'$$,
	$$detail = '{"reason": "better"}'$$, $$detail = coalesce(detail, '{}') || '{"more": 1}'$$, $$detail = NULL$$, $$booking_id = NULL$$]) AS c (change);
SELECT left(test.raises('DELETE FROM concert_booking.booking_events'), 32);
RESET booking_events.forgets;
\t off

-- the user can be deleted
CREATE TABLE test.users (id uuid PRIMARY KEY);
INSERT INTO test.users SELECT id FROM test.bookers;
SELECT concert_booking.link_users('test.users') \g /dev/null
DELETE FROM test.users WHERE id IN (test.booker('alice'), test.booker('bob'));
ALTER TABLE concert_booking.bookings DROP CONSTRAINT fk_bookings_user;
ALTER TABLE concert_booking.temp_reservations DROP CONSTRAINT fk_temp_reservations_user;
ALTER TABLE concert_booking.wishlists DROP CONSTRAINT fk_wishlists_user;
DROP TABLE test.users;
DROP VIEW test.figures;
DROP FUNCTION test.traces_of_alice, test.traces;
DELETE FROM test.bookers WHERE name = 'desk';
