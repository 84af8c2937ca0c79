-- forget_booker(): who has paid, and been paid back, is gone from the ledger too; its figures stay.
\i test/fixtures/world.sql
CREATE FUNCTION test.sign_in(who text) RETURNS text LANGUAGE sql AS
$$ SELECT set_config('request.jwt.claims', jsonb_build_object('sub', test.booker(who), 'role', 'authenticated')::text, false) $$;
CREATE VIEW test.entries AS
SELECT coalesce(k.name, p.actor) AS actor, p.kind, p.amount, p.provider, p.reference, p.outcome, p.refund_due
FROM concert_booking.payments p LEFT JOIN test.bookers k ON k.id::text = p.actor ORDER BY p.id;

-- each reports a payment, cancels and records what went back; the worker of the house records a payment of Alice's
\o /dev/null
SELECT test.sign_in('bob');
SELECT concert_booking.hold_seats(test.seats('B-1'));
SELECT booking_id AS bobs FROM concert_booking.begin_payment(test.schedule(), customer_name => 'Bob Choi') \gset
SELECT concert_booking.confirm_payment(:'bobs', 120000, 'toss', 'b1');
SELECT test.sign_in('alice');
SELECT concert_booking.hold_seats(test.seats('A-1'));
SELECT booking_id AS alices FROM concert_booking.begin_payment(test.schedule(), customer_name => 'Alice Kim') \gset
SELECT concert_booking.confirm_payment(:'alices', 150000, 'toss', 'a1');
SELECT concert_booking.cancel_booking(:'alices');
SELECT concert_booking.record_refund(:'alices', 150000, 'toss', 'a2');
RESET request.jwt.claims;
SELECT concert_booking.confirm_payment(:'alices', 150000, 'toss', 'a3');
\o
CREATE TEMP TABLE before AS SELECT p.id, to_jsonb(p) - 'actor' AS entry FROM concert_booking.payments p;
SELECT replace(actor, current_user, 'the house') AS actor, kind, amount, reference, outcome FROM test.entries;

-- Alice forgets herself: the log does not tell who did that
SELECT test.sign_in('alice') \g /dev/null
SELECT * FROM concert_booking.forget_booker(test.booker('alice'));
RESET request.jwt.claims;
SELECT replace(actor, current_user, 'the house') AS actor, kind, amount, reference, outcome FROM test.entries;
SELECT count(*) AS changed FROM before b FULL JOIN concert_booking.payments p USING (id) WHERE b.entry IS DISTINCT FROM to_jsonb(p) - 'actor';
SELECT actor, event_type FROM concert_booking.booking_events WHERE event_type = 'booker_forgotten';
SELECT count(*) AS traces FROM concert_booking.booking_events e WHERE e::text LIKE '%' || test.booker('alice') || '%';
-- Bob is forgotten by somebody else: that one is told
SELECT test.sign_in('hugo') \g /dev/null
SELECT * FROM concert_booking.forget_booker(test.booker('bob'));
RESET request.jwt.claims;
SELECT k.name AS actor FROM concert_booking.booking_events e JOIN test.bookers k ON k.id::text = e.actor WHERE e.event_type = 'booker_forgotten';
SELECT DISTINCT replace(actor, current_user, 'the house') AS actor FROM test.entries ORDER BY 1;

-- the ledger is append-only as before: but for this word, and that only while somebody is being forgotten
\t on
SELECT left(test.raises($$UPDATE concert_booking.payments SET actor = 'forgotten'$$), 41);
SET payments.forgets = 'on';
SELECT change, left(test.raises('UPDATE concert_booking.payments SET ' || change), 41) FROM unnest(ARRAY[
	$$actor = 'somebody else'$$, $$amount = amount + 1$$, $$reference = 'x' || reference$$, $$booking_id = id$$, $$outcome = 'refund_due'$$,
	$$actor = 'forgotten', created_at = created_at + interval '1 second'$$]) AS c (change);
SELECT left(test.raises('DELETE FROM concert_booking.payments'), 41);
RESET payments.forgets;
\t off
SELECT * FROM concert_booking.check_integrity();
DROP VIEW test.entries;
DROP FUNCTION test.sign_in;
