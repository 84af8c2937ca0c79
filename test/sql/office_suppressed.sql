-- A BEFORE UPDATE trigger of the owner's that returns NULL suppresses a change: the commands of the box office refuse, and change nothing.
\i test/fixtures/world.sql
\i test/fixtures/orders.sql
SELECT booking_id AS alices, booking_number AS number FROM concert_booking.book_seats(test.seats('A-1', 'A-2'), test.booker('alice')) \gset
SELECT test.pay(:'alices', 300000, 'charge 1');
SELECT bs.id AS code FROM concert_booking.booking_seats bs WHERE bs.seat_id = test.seat('A-2') \gset
SELECT seat_number FROM concert_booking.check_in(:'number', test.seats('A-1'), 'west');
SELECT * FROM concert_booking.cancel_schedule(test.schedule(2));
INSERT INTO concert_booking.concert_schedules (id, concert_id, concert_date, concert_time) VALUES (test.schedule(3), test.concert(), '2040-06-03', '19:00');
INSERT INTO concert_booking.seats (concert_schedule_id, seat_number, seat_grade, price) VALUES (test.schedule(3), 'A-1', 'R', 1);
CREATE FUNCTION test.suppress() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE FUNCTION test.state() RETURNS text LANGUAGE sql AS $$
	SELECT md5(string_agg(t.line, ' ' ORDER BY t.line)) FROM (
		SELECT b::text FROM concert_booking.bookings b UNION ALL SELECT bs::text FROM concert_booking.booking_seats bs
		UNION ALL SELECT s::text FROM concert_booking.seats s UNION ALL SELECT cs::text FROM concert_booking.concert_schedules cs
		UNION ALL SELECT r::text FROM concert_booking.refunds_due r UNION ALL SELECT e::text FROM concert_booking.booking_events e) t (line) $$;
-- a statement while changes of a table's rows are suppressed, of one row perhaps
CREATE FUNCTION test.with_trigger(table_name text, statement text, condition text DEFAULT 'true', event text DEFAULT 'UPDATE') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	answer text;
	before constant text := test.state();
BEGIN
	EXECUTE format('CREATE TRIGGER suppress BEFORE %s ON concert_booking.%I FOR EACH ROW WHEN (%s) EXECUTE FUNCTION test.suppress()', event, table_name, condition);
	answer := test.raises(statement);
	EXECUTE format('DROP TRIGGER suppress ON concert_booking.%I', table_name);
	RETURN answer || CASE WHEN test.state() = before THEN '' ELSE ' (but something has changed)' END;
END $$;
\t on
SELECT test.with_trigger('booking_seats', format('SELECT concert_booking.renew_tickets(%L)', :'alices'));
SELECT test.with_trigger('booking_seats', format('SELECT concert_booking.renew_tickets(%L)', :'alices'), format('old.seat_id = %L', test.seat('A-2')));
SELECT test.with_trigger('booking_seats', format('SELECT concert_booking.undo_check_in(%L)', :'number'));
SELECT test.with_trigger('booking_seats', format($$SELECT concert_booking.reconcile_check_ins(test.schedule(), '[{"ticket_code": "%s", "at": "2040-05-01T03:00:01Z"}]')$$, :'code'));
SELECT test.with_trigger('concert_schedules', $$SELECT concert_booking.postpone_schedule(test.schedule(), '2040-07-01', '19:00')$$);
SELECT t, test.with_trigger(t, $$SELECT concert_booking.postpone_schedule(test.schedule(), '2040-07-01', '19:00')$$) FROM unnest('{booking_seats,seats}'::text[]) t;
SELECT test.with_trigger('seats', $$UPDATE concert_booking.concert_schedules SET concert_time = '20:00' WHERE id = test.schedule(3)$$);
SELECT test.with_trigger('concert_schedules', 'SELECT concert_booking.reinstate_schedule(test.schedule(2))');
-- each table that a cancellation writes
SELECT t, test.with_trigger(t, 'SELECT concert_booking.cancel_schedule(test.schedule())') FROM unnest('{bookings,booking_seats,seats}'::text[]) t;
SELECT test.with_trigger('refunds_due', 'SELECT concert_booking.cancel_schedule(test.schedule())', event => 'INSERT');
SELECT test.with_trigger('seats', 'SELECT concert_booking.cancel_schedule(test.schedule())', format('old.id = %L', test.seat('B-4')));
SELECT test.with_trigger('concert_schedules', 'SELECT concert_booking.cancel_schedule(test.schedule())', 'old.status <> new.status');
\t off
-- without the trigger each of them goes through
SELECT count(*) FROM concert_booking.renew_tickets(:'alices');
SELECT concert_booking.undo_check_in(:'number');
SELECT affected_bookings FROM concert_booking.postpone_schedule(test.schedule(), '2040-07-01', '19:00');
SELECT * FROM concert_booking.cancel_schedule(test.schedule());
SELECT * FROM concert_booking.cancel_schedule(test.schedule());
SELECT * FROM concert_booking.reinstate_schedule(test.schedule(2));
SELECT * FROM concert_booking.check_integrity();
DROP FUNCTION test.suppress, test.state, test.with_trigger;
