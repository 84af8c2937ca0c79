-- reconcile_check_ins() enters what gates without a connection saw: the earliest instant wins, in whatever order the lists come.
\i test/fixtures/world.sql
SELECT booking_number AS alices, booking_id AS alices_id FROM concert_booking.book_seats(test.seats('A-1', 'A-2'), test.booker('alice')) \gset
SELECT booking_number AS bobs, booking_id AS bobs_id FROM concert_booking.book_seats(test.seats('A-3', 'A-4'), test.booker('bob')) \gset
CALL test.set_clock('2040-06-01 18:45');
CREATE TABLE test.codes AS SELECT l.seat_number AS seat, l.ticket_code AS code FROM concert_booking.door_list(test.schedule()) l;
-- a list of scans: 'A-1 west 18:30:00', ...
CREATE FUNCTION test.scans(VARIADIC told text[]) RETURNS jsonb LANGUAGE sql STABLE AS $$
	SELECT jsonb_agg(jsonb_build_object('ticket_code', coalesce(c.code::text, split_part(t.scan, ' ', 1)), 'gate', nullif(split_part(t.scan, ' ', 2), '-'),
										'at', '2040-06-01T' || split_part(t.scan, ' ', 3) || '+09:00') ORDER BY t.n)
	FROM unnest(told) WITH ORDINALITY AS t (scan, n) LEFT JOIN test.codes c ON c.seat = split_part(t.scan, ' ', 1) $$;
CREATE FUNCTION test.reconcile(scans jsonb) RETURNS TABLE (n integer, seat text, outcome text, at text, gate text) LANGUAGE sql AS $$
	SELECT r.n, r.seat_number, r.outcome, to_char(r.checked_in_at, 'MM-DD HH24:MI'), r.gate
	FROM concert_booking.reconcile_check_ins(test.schedule(), scans) r ORDER BY r.n $$;
CREATE VIEW test.inside AS
SELECT s.seat_number AS seat, to_char(bs.checked_in_at, 'MM-DD HH24:MI') AS at, bs.gate
FROM concert_booking.booking_seats bs JOIN concert_booking.seats s ON s.id = bs.seat_id WHERE bs.active ORDER BY s.ordinal;

-- twice in one list: by the same gate within 30 seconds, later, and by another gate; and a QR code that is none of ours
SELECT * FROM test.reconcile(test.scans('A-1 west 18:30:20', 'A-1 west 18:30:00', 'A-1 west 18:30:31', 'A-1 east 18:30:05',
	'https://example.com/ west 18:30:00', 'A-2 - 18:31:00'));
-- the same list again: nothing changes
CREATE TABLE test.before AS SELECT * FROM test.inside;
SELECT n, seat, outcome FROM test.reconcile(test.scans('A-1 west 18:30:20', 'A-1 west 18:30:00', 'A-1 west 18:30:31', 'A-1 east 18:30:05',
	'https://example.com/ west 18:30:00', 'A-2 - 18:31:00'));
SELECT count(*) AS changed FROM (TABLE test.before EXCEPT TABLE test.inside) x;
-- what is known already is told as well: a ticket that came through a gate with a connection, earlier or later
SELECT seat_number FROM concert_booking.check_in(:'bobs', test.seats('A-3', 'A-4'), 'south');
SELECT * FROM test.reconcile(test.scans('A-3 west 18:44:50', 'A-4 west 18:46:40'));
-- and it is not let in once more
SELECT left(test.raises(format('SELECT concert_booking.check_in(%L, gate => ''south'')', :'alices')), 5);

SELECT event_type, booking_id = :'alices_id' AS alices, seat_count, detail FROM concert_booking.schedule_log(test.schedule())
WHERE event_type LIKE 'check%' ORDER BY occurred_at;

-- lists that contradict each other, in any order and in parts, some scans from the future: the end is the same
CREATE FUNCTION test.orders() RETURNS TABLE (ends bigint, tried bigint) LANGUAGE plpgsql AS $$
DECLARE
	ending text;
	endings text[] := '{}';
BEGIN
	PERFORM setseed(0.14);
	FOR i IN 1 .. 30 LOOP
		PERFORM concert_booking.undo_check_in(b.booking_number) FROM concert_booking.bookings b WHERE b.concert_schedule_id = test.schedule();
		PERFORM concert_booking.reconcile_check_ins(test.schedule(), p.part)
		FROM (SELECT p.part_of, jsonb_agg(p.scan ORDER BY random()) AS part
			  FROM (SELECT floor(random() * 4) AS part_of, scan
					FROM jsonb_array_elements(test.scans('A-1 west 18:30:20', 'A-1 east 18:30:20', 'A-1 - 18:30:20', 'A-1 north 18:29:59', 'A-1 - 18:29:59',
						'A-2 west 18:10:00', 'A-2 west 18:10:10', 'A-2 east 18:09:50', 'A-3 - 18:31:00', 'A-3 b 18:31:00', 'A-3 a 18:31:00', 'A-4 - 18:00:00',
						'A-1 a 23:59:59', 'A-2 east 19:30:00', 'A-4 west 19:00:00')) scan) p
			  GROUP BY 1) p;
		SELECT string_agg(concat_ws(' ', s.seat, s.at, s.gate), ', ') INTO ending FROM test.inside s;
		endings := endings || ending;
	END LOOP;
	RETURN QUERY SELECT count(DISTINCT e), count(*) FROM unnest(endings) e;
END $$;
SELECT * FROM test.orders();
TABLE test.inside;

-- a gate whose clock is wrong: before the sale it counts as of the sale, in the future as of the call; sent again, it is told as the same
SELECT concert_booking.undo_check_in(:'alices') + concert_booking.undo_check_in(:'bobs') AS undone;
SELECT jsonb_agg(jsonb_build_object('ticket_code', c.code, 'gate', 'old', 'at', '1970-01-01T00:00:00Z')
	|| CASE c.seat WHEN 'A-1' THEN '{"at": "2099-12-31 23:59:59.5-0330"}' ELSE '{}' END::jsonb) AS wrong_clock
FROM test.codes c WHERE c.seat IN ('A-1', 'A-3') \gset
SELECT seat, outcome, at, gate FROM test.reconcile(:'wrong_clock') ORDER BY seat;
SELECT seat, outcome, at, gate FROM test.reconcile(:'wrong_clock') ORDER BY seat;
-- somebody comes with it once more, through a gate that is right or wrong about the time
SELECT left(test.raises(format('SELECT concert_booking.check_in(%L, test.seats(''A-1''), ''south'')', :'alices')), 5);
SELECT seat, outcome, at, gate FROM test.reconcile(test.scans('A-1 west 23:00:00', 'A-1 - 23:00:00'));
CALL test.set_clock('2040-06-01 18:50');
SELECT seat, outcome, at, gate FROM test.reconcile(:'wrong_clock') ORDER BY seat;
-- an instant that was, told later, is earlier
SELECT seat, outcome, at, gate FROM test.reconcile(test.scans('A-1 west 18:30:00'));
-- all are from the future: the gate that comes first in the alphabet, and the list that comes first
SELECT seat, outcome, at, gate FROM test.reconcile(test.scans('A-4 west 22:00:00', 'A-4 east 23:00:00', 'A-4 - 21:00:00'));
CALL test.set_clock('2040-06-01 18:52');
SELECT seat, outcome, at, gate FROM test.reconcile(test.scans('A-4 east 21:00:00', 'A-4 a 21:00:00', 'A-4 east 18:51:00'));

-- tickets that were given back, renewed, of another performance, or of a booking that was not paid
SELECT concert_booking.undo_check_in(:'alices') AS undone;
SELECT seat_numbers FROM concert_booking.cancel_seats(:'alices_id', test.seats('A-1'), user_id => test.booker('alice'));
SELECT seat_number FROM concert_booking.renew_tickets(:'alices_id');
SELECT n, seat, outcome, at, gate FROM test.reconcile(test.scans('A-1 west 18:30:00', 'A-2 west 18:30:00'));
SELECT outcome FROM concert_booking.reconcile_check_ins(test.schedule(2), test.scans('A-3 west 18:30:00'));
SELECT seat_number FROM concert_booking.hold_seats(ARRAY[test.seat('A-1', 2)], test.booker('bob'));
SELECT b.booking_number IS NOT NULL AS begun FROM concert_booking.begin_payment(test.schedule(2), test.booker('bob')) b;
SELECT r.outcome FROM concert_booking.booking_seats bs, concert_booking.reconcile_check_ins(test.schedule(2),
	jsonb_build_array(jsonb_build_object('ticket_code', bs.id, 'at', '2040-06-01T09:30Z'))) r WHERE bs.seat_id = test.seat('A-1', 2);
TABLE test.inside;

-- an empty list is one; nothing is logged of it
SELECT count(*) FROM concert_booking.reconcile_check_ins(test.schedule(), '[]');

-- what is no list of scans changes nothing: which entry it is, is told
CREATE FUNCTION test.reason(scans jsonb) RETURNS text LANGUAGE sql AS
$$ SELECT test.raises(format('SELECT concert_booking.reconcile_check_ins(test.schedule(), %L)', scans)) $$;
SELECT test.reason(NULL);
SELECT test.reason('{}');
SELECT test.raises('SELECT concert_booking.reconcile_check_ins(NULL, ''[]'')');
SELECT test.raises('SELECT concert_booking.reconcile_check_ins(''5c000000-0000-7000-8000-00000000000f'', ''[]'')');
SELECT test.reason('[{"ticket_code": "x", "at": "2040-06-01T18:30:00Z"}, 5]');
SELECT left(test.reason(jsonb_build_array(e)), 5) AS code, substring(test.reason(jsonb_build_array(e)) FROM 'entry . is[a-z ]*') AS entry, e
FROM (VALUES ('null'::jsonb), ('[]'), ('{"at": "2040-06-01T18:30:00Z"}'), ('{"ticket_code": 5, "at": "2040-06-01T18:30:00Z"}'), ('{"ticket_code": "x"}'),
	('{"ticket_code": "x", "at": 1}'), ('{"ticket_code": "x", "at": "now"}'), ('{"ticket_code": "x", "at": "infinity"}'), ('{"ticket_code": "x", "at": "2040-06-01T18:30:00"}'),
	('{"ticket_code": "x", "at": "2040-02-30T18:30:00Z"}'), ('{"ticket_code": "x", "at": "2040-06-01T18:30:00+99:00"}'), ('{"ticket_code": "x", "at": "0000-01-01T00:00:00Z"}'),
	('{"ticket_code": "x", "gate": 1, "at": "2040-06-01T18:30:00Z"}'), (jsonb_build_object('ticket_code', 'x', 'gate', repeat('g', 51), 'at', '2040-06-01T18:30:00Z'))) AS v (e);
SELECT substring(test.reason(jsonb_agg(jsonb_build_object('ticket_code', 'x', 'at', CASE i WHEN 3 THEN '2040-13-01T18:30:00Z' ELSE '2040-06-01T18:30:00Z' END))) FROM 'entry . is[a-z ]*')
FROM generate_series(1, 5) i;
SELECT test.reason(jsonb_agg(1)) FROM generate_series(1, 100001);
DROP VIEW test.inside;
DROP TABLE test.codes, test.before;
DROP FUNCTION test.scans, test.reconcile, test.orders, test.reason;
SELECT * FROM concert_booking.check_integrity();
