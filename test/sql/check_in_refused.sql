-- What the door is refused, by the arguments alone: nothing is changed, whatever they are.
\i test/fixtures/world.sql
SELECT booking_number AS number, booking_id AS id FROM concert_booking.book_seats(test.seats('A-1'), test.booker('alice')) \gset
SELECT test.raises('SELECT concert_booking.check_in()');
SELECT test.raises(format('SELECT concert_booking.check_in(%L, ticket_code => gen_random_uuid())', :'number'));
SELECT test.raises('SELECT concert_booking.check_in(ticket_code => gen_random_uuid(), seat_ids => test.seats(''A-1''))');
SELECT test.raises(format('SELECT concert_booking.check_in(%L, gate => repeat(''x'', 51))', :'number'));
SELECT test.raises('SELECT concert_booking.check_in(''no number'')');
SELECT left(test.raises('SELECT concert_booking.check_in('''')'), 5);
SELECT test.raises(format('SELECT concert_booking.check_in(%L, ''{}'')', :'number'));
SELECT test.raises(format('SELECT concert_booking.check_in(%L, ARRAY[NULL::uuid])', :'number'));
SELECT test.raises(format('SELECT concert_booking.check_in(%L, test.seats(''A-1'', ''A-1''))', :'number'));
SELECT test.raises(format('SELECT concert_booking.check_in(%L, ARRAY[test.seats(''A-1'', ''A-2'')])', :'number'));
SELECT test.raises(format('SELECT concert_booking.check_in(%L, array_fill(test.seat(''A-1''), ARRAY[10001]))', :'number'));
SELECT test.raises(format('SELECT concert_booking.check_in(%L, test.seats(''A-2'', ''A-1''))', :'number'));
SELECT left(test.raises(format('SELECT concert_booking.check_in(%L, concert_schedule_id => gen_random_uuid())', :'number')), 5);

SELECT test.raises('SELECT concert_booking.undo_check_in()');
SELECT test.raises(format('SELECT concert_booking.undo_check_in(%L, reason => repeat(''x'', 1001))', :'number'));
SELECT left(test.raises('SELECT concert_booking.undo_check_in(''no number'')'), 5);
SELECT test.raises(format('SELECT concert_booking.undo_check_in(%L, test.seats(''A-2''))', :'number'));

SELECT test.raises('SELECT concert_booking.renew_tickets(NULL)');
SELECT test.raises('SELECT concert_booking.renew_tickets(gen_random_uuid())');
SELECT test.raises(format('SELECT concert_booking.renew_tickets(%L, ''{}'')', :'id'));
SELECT left(test.raises(format('SELECT concert_booking.renew_tickets(%L, test.seats(''A-2''))', :'id')), 5);

SELECT test.raises('SELECT concert_booking.door_list(NULL)');
SELECT test.raises('SELECT concert_booking.door_list(''5c000000-0000-7000-8000-00000000000f'')');
SELECT test.raises('SELECT concert_booking.door_list(test.schedule(), 0)');
SELECT test.raises('SELECT concert_booking.door_list(test.schedule(), 100001)');
SELECT test.raises('SELECT concert_booking.door_list(test.schedule(), 1, -1)');
SELECT test.raises('SELECT concert_booking.door_list(test.schedule(), NULL)');

-- nothing was done; a read-only transaction may look only
SELECT event_type FROM concert_booking.booking_events;
BEGIN READ ONLY;
SELECT seat_number, checked_in_at FROM concert_booking.door_list(test.schedule());
SELECT left(test.raises(format('SELECT concert_booking.check_in(%L)', :'number')), 5);
ROLLBACK;

-- a caller's search_path and time zone change nothing
CREATE FUNCTION test.clock() RETURNS timestamptz LANGUAGE sql AS $$ SELECT timestamptz '1999-01-01' $$;
SET search_path = test, concert_booking, public;
SET timezone = 'Pacific/Kiritimati';
SELECT to_char(checked_in_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') AS utc FROM concert_booking.check_in(:'number');
RESET search_path;
SET timezone = 'Asia/Seoul';
DROP FUNCTION test.clock;
SELECT * FROM concert_booking.check_integrity();
