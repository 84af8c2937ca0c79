-- check_in() lets the seats of a booking in, all that are meant or none, and each once.
\i test/fixtures/world.sql
SELECT booking_number AS alices FROM concert_booking.book_seats(test.seats('A-2', 'A-1', 'B-1'), test.booker('alice'), customer_name => 'Alice') \gset
SELECT booking_number AS bobs FROM concert_booking.book_seats(test.seats('A-3', 'A-4'), test.booker('bob')) \gset
CREATE FUNCTION test.code(label text) RETURNS uuid LANGUAGE sql STABLE AS $$
	SELECT l.ticket_code FROM concert_booking.door_list(test.schedule()) l WHERE l.seat_number = label $$;
CREATE VIEW test.inside AS
SELECT s.seat_number AS seat, to_char(bs.checked_in_at, 'HH24:MI') AS at, bs.gate
FROM concert_booking.booking_seats bs JOIN concert_booking.seats s ON s.id = bs.seat_id WHERE bs.checked_in_at IS NOT NULL ORDER BY s.ordinal;

-- some seats of a booking, in seat order, however the number is typed
SELECT seat_number, seat_grade, section, row_label, price_type, customer_name, to_char(checked_in_at, 'HH24:MI') AS at, gate
FROM concert_booking.check_in(lower(replace(:'alices', '-', '')), test.seats('B-1', 'A-1'), 'north');

-- the same gate may ask again within 30 seconds, and gets the first instant
CALL test.set_clock('2040-05-01 12:00:12');
SELECT seat_number, to_char(checked_in_at, 'HH24:MI') AS at, gate FROM concert_booking.check_in(:'alices', test.seats('B-1', 'A-1'), 'north');
SELECT concert_booking.is_same_check_in('2040-05-01 12:00', 'north', '2040-05-01 12:00:30', 'north') AS in_time,
	concert_booking.is_same_check_in('2040-05-01 12:00', 'north', '2040-05-01 12:00:30.000001', 'north') AS later,
	concert_booking.is_same_check_in('2040-05-01 12:00', NULL, '2040-05-01 12:00', NULL) AS nameless,
	concert_booking.is_same_check_in('2040-05-01 12:00', NULL, '2040-05-01 12:00', 'north') AS one_nameless;
-- another gate may not, nor one without a name
SELECT regexp_replace(test.raises(format($$SELECT concert_booking.check_in(%L, test.seats('A-1'), 'south')$$, :'alices')), 'T12:00:[0-9.]+[+]09:00', ' the first instant') AS refused;
SELECT left(test.raises(format($$SELECT concert_booking.check_in(%L, test.seats('A-1'))$$, :'alices')), 5);
-- all or none: the third seat is not let in beside those that are inside
CALL test.set_clock('2040-05-01 12:01');
SELECT regexp_replace(test.raises(format($$SELECT concert_booking.check_in(%L, gate => 'north')$$, :'alices')), 'T12:00:[0-9.]+[+]09:00', ' the first instant', 'g') AS refused;
TABLE test.inside;
SELECT seat_number, gate FROM concert_booking.check_in(:'alices', test.seats('A-2'), 'south');
-- a seat that has come and one that comes now: one answer with both instants
SELECT seat_number, gate FROM concert_booking.check_in(:'bobs', test.seats('A-4'));
CALL test.set_clock('2040-05-01 12:01:12');
SELECT seat_number, to_char(checked_in_at, 'HH24:MI') AS at, gate FROM concert_booking.check_in(:'bobs', gate => '');
TABLE test.inside;

-- by the code of one ticket, as the QR code has it
SELECT booking_number AS ginas, booking_id AS ginas_id FROM concert_booking.book_seats(test.seats('B-2', 'B-3'), session_id => test.booker('gina'),
	customer_name => 'Gina', customer_phone => '010-1111-2222') \gset
SELECT test.code('B-2') AS code \gset
SELECT seat_number, customer_name, gate FROM concert_booking.check_in(ticket_code => :'code', gate => 'south', concert_schedule_id => test.schedule());
TABLE test.inside;
-- the gate of another performance sends it away, and tells when the ticket's own is
SELECT test.raises(format($$SELECT concert_booking.check_in(%L, concert_schedule_id => test.schedule(2))$$, :'ginas'));
-- a code that nobody has; a booking's id is none
SELECT test.raises($$SELECT concert_booking.check_in(ticket_code => gen_random_uuid())$$);
SELECT left(test.raises(format($$SELECT concert_booking.check_in(ticket_code => %L)$$, :'ginas_id')), 5);

-- a seat that was given back, by its seat and by its code
SELECT test.code('B-3') AS old_code \gset
SELECT seat_numbers FROM concert_booking.cancel_seats(:'ginas_id', test.seats('B-3'), session_id => test.booker('gina'));
SELECT test.raises(format($$SELECT concert_booking.check_in(%L, test.seats('B-2', 'B-3'), 'south')$$, :'ginas'));
SELECT left(test.raises(format($$SELECT concert_booking.check_in(ticket_code => %L)$$, :'old_code')), 26);

-- a booking that is not confirmed
SELECT seat_number FROM concert_booking.hold_seats(test.seats('B-4'), test.booker('bob'));
SELECT booking_number AS pending FROM concert_booking.begin_payment(test.schedule(), test.booker('bob')) \gset
SELECT test.raises(format($$SELECT concert_booking.check_in(%L)$$, :'pending'));
CALL test.set_clock('2040-05-01 12:40');
SELECT test.raises(format($$SELECT concert_booking.check_in(%L)$$, :'pending'));
SELECT status FROM concert_booking.cancel_booking(:'ginas_id', 'left', session_id => test.booker('gina'), override => true);
SELECT test.raises(format($$SELECT concert_booking.check_in(%L)$$, :'ginas'));

-- what was sold stands on the list at the door: grade and price type of the sale, not of today
INSERT INTO concert_booking.price_types (concert_id, code, name, percent_off) VALUES (test.concert(), 'child', 'Child', 50);
SELECT booking_number AS walk_in FROM concert_booking.book_seats(ARRAY[test.seat('A-1', 2)], walk_in => true,
	price_types => jsonb_build_object(test.seat('A-1', 2), 'child')) \gset
UPDATE concert_booking.seats SET seat_grade = 'VIP' WHERE concert_schedule_id = test.schedule(2);
SELECT seat_number, seat_grade, price_type, customer_name FROM concert_booking.check_in(:'walk_in');

-- the log has what was done, once each
SELECT e.event_type, e.seat_count, e.detail FROM concert_booking.schedule_log(test.schedule()) e WHERE e.event_type LIKE 'check%' ORDER BY e.occurred_at;

-- 500 seats of one booking
INSERT INTO concert_booking.concert_schedules (id, concert_id, concert_date, concert_time) VALUES (test.schedule(3), test.concert(), '2040-06-03', '19:00');
SELECT concert_booking.generate_seats(test.schedule(3), concert_booking.row_labels(25), 20, 'S', 1000);
SELECT booking_number AS school FROM concert_booking.book_seats(ARRAY(SELECT s.id FROM concert_booking.seats s WHERE s.concert_schedule_id = test.schedule(3)),
	test.booker('bob')) \gset
SELECT count(*), count(DISTINCT checked_in_at) AS instants, min(seat_number), max(seat_number) FROM concert_booking.check_in(:'school', gate => 'bus');
SELECT count(*) FROM concert_booking.check_in(:'school', gate => 'bus');
SELECT count(*) FROM concert_booking.booking_events WHERE event_type = 'checked_in' AND concert_schedule_id = test.schedule(3);

-- a trigger of the owner's that suppresses the change lets nobody in
CREATE FUNCTION test.suppress() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE TRIGGER suppress BEFORE UPDATE ON concert_booking.booking_seats FOR EACH ROW EXECUTE FUNCTION test.suppress();
SELECT status FROM concert_booking.book_seats(ARRAY[test.seat('A-2', 2)], test.booker('alice'));
SELECT ticket_code AS code FROM concert_booking.door_list(test.schedule(2)) WHERE seat_number = 'A-2' \gset
SELECT test.raises(format($$SELECT concert_booking.check_in(ticket_code => %L)$$, :'code'));
DROP TRIGGER suppress ON concert_booking.booking_seats;
DROP FUNCTION test.suppress;
DROP VIEW test.inside;
DROP FUNCTION test.code;
SELECT * FROM concert_booking.check_integrity();
