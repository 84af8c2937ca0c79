-- A check-in is taken back; a ticket that was lost gets another code.
\i test/fixtures/world.sql
SELECT booking_number AS number, booking_id AS id FROM concert_booking.book_seats(test.seats('A-1', 'A-2', 'A-3'), test.booker('alice')) \gset
CREATE VIEW test.door AS SELECT l.seat_number AS seat, l.ticket_code, to_char(l.checked_in_at, 'HH24:MI') AS at, l.gate
FROM concert_booking.door_list(test.schedule()) l;

SELECT count(*) FROM concert_booking.check_in(:'number', test.seats('A-1', 'A-2'), 'north');
SELECT concert_booking.undo_check_in(:'number', test.seats('A-2', 'A-3'), reason => 'wrong booking') AS undone;
SELECT seat, at, gate FROM test.door;
-- again: nothing to take back, nothing logged; the seat gets in again, at another gate
SELECT concert_booking.undo_check_in(:'number', test.seats('A-2')) AS undone;
SELECT seat_number, gate FROM concert_booking.check_in(:'number', test.seats('A-2'), 'south');
SELECT ticket_code AS code FROM test.door WHERE seat = 'A-2' \gset
SELECT concert_booking.undo_check_in(ticket_code => :'code') AS undone;
SELECT concert_booking.undo_check_in(:'number') AS undone;
SELECT seat, at, gate FROM test.door;
SELECT event_type, seat_count, detail FROM concert_booking.booking_log(:'id') ORDER BY occurred_at;

-- until it is renewed, a ticket's code is the id of its line: a sale makes none
SELECT count(*) FILTER (WHERE ticket_code IS NULL) AS by_id, count(*) FROM concert_booking.booking_seats;
SELECT seat, ticket_code AS old_code INTO test.old FROM test.door;
CREATE TABLE test.new AS SELECT r.* FROM concert_booking.renew_tickets(:'id', test.seats('A-2', 'A-1')) r;
SELECT seat_number, r.seat_id = test.seat(r.seat_number) AS seat, r.ticket_code = d.ticket_code AS on_the_list, r.ticket_code <> o.old_code AS is_new
FROM test.new r JOIN test.old o ON o.seat = r.seat_number JOIN test.door d ON d.seat = r.seat_number;
SELECT o.seat, left(test.raises(format('SELECT concert_booking.check_in(ticket_code => %L)', o.old_code)), 20) AS by_old_code,
	   left(test.raises(format('SELECT concert_booking.check_in(ticket_code => %L)', d.ticket_code)), 20) AS by_new_code
FROM test.old o JOIN test.door d USING (seat) ORDER BY seat;
-- all of them, and again; whoever is inside stays inside
SELECT count(*) FROM concert_booking.renew_tickets(:'id');
SELECT count(DISTINCT ticket_code) AS codes, count(*) FILTER (WHERE at IS NOT NULL) AS inside FROM test.door;
SELECT test.raises(format('SELECT concert_booking.check_in(ticket_code => %L, gate => ''north'')', d.ticket_code)) ~ '"checked_in"' AS used FROM test.door d WHERE d.seat = 'A-1';
SELECT event_type, seat_count, detail FROM concert_booking.booking_log(:'id') WHERE event_type = 'tickets_renewed' ORDER BY occurred_at;
-- no code in any line of the log
SELECT count(*) AS leaks FROM concert_booking.booking_events e, test.door d WHERE e::text ~ d.ticket_code::text;

-- not for a seat that was given back, nor for a booking that is cancelled
SELECT concert_booking.undo_check_in(:'number');
SELECT status FROM concert_booking.cancel_seats(:'id', test.seats('A-3'), user_id => test.booker('alice'));
SELECT test.raises(format('SELECT concert_booking.renew_tickets(%L, test.seats(''A-2'', ''A-3''))', :'id'));
SELECT seat_number FROM concert_booking.renew_tickets(:'id');
SELECT status FROM concert_booking.cancel_booking(:'id', user_id => test.booker('alice'));
SELECT test.raises(format('SELECT concert_booking.renew_tickets(%L)', :'id'));
DROP VIEW test.door;
DROP TABLE test.old, test.new;
SELECT * FROM concert_booking.check_integrity();
