-- booking_log() and schedule_log(): what happened, newest first, and who did it: the person where one was signed in, else the role.
\i test/fixtures/world.sql
SELECT booking_id AS alices FROM concert_booking.book_seats(test.seats('A-1', 'A-2'), test.booker('alice')) \gset
CALL test.set_clock('2040-05-01 12:01');
SET request.jwt.claims = '{"sub": "c1e40000-0000-4000-8000-000000000004", "role": "clerk"}';
SELECT status FROM concert_booking.cancel_seats(:'alices', test.seats('A-2'), 'asked at the desk', test.booker('alice'));
CALL test.set_clock('2040-05-01 12:02');
SELECT concert_booking.block_seats(test.seats('A-2'), 'pillar');
CALL test.set_clock('2040-05-01 12:03');
SELECT seat_number FROM concert_booking.check_in((SELECT b.booking_number FROM concert_booking.bookings b WHERE b.id = :'alices'), gate => 'north');
CALL test.set_clock('2040-05-01 12:04');
SELECT c.outcome FROM concert_booking.door_list(test.schedule()) l, concert_booking.reconcile_check_ins(test.schedule(),
	jsonb_build_array(jsonb_build_object('ticket_code', l.ticket_code, 'gate', 'west', 'at', '2040-05-01T12:02:30+09:00'))) c;
-- claims that name no person, or that nobody can read: the role
SET request.jwt.claims = '{"sub": "somebody"}';
CALL test.set_clock('2040-05-01 12:05');
SELECT concert_booking.unblock_seats(test.seats('A-2'));
RESET request.jwt.claims;

CREATE VIEW test.lines AS
SELECT to_char(l.occurred_at, 'HH24:MI') AS at, l.event_type, l.booking_id IS NOT NULL AS of_booking, l.seat_count,
	   replace(l.actor, current_user, 'owner') AS actor, l.detail, l.total_count
FROM concert_booking.schedule_log(test.schedule()) l;
TABLE test.lines;
SELECT event_type, seat_count, replace(actor, current_user, 'owner') AS actor, total_count FROM concert_booking.booking_log(:'alices');

-- pages
SELECT event_type, total_count FROM concert_booking.booking_log(:'alices', 1, 1);
SELECT event_type, total_count FROM concert_booking.schedule_log(test.schedule(), 2, 5);
SELECT count(*) FROM concert_booking.schedule_log(test.schedule(), 1, 100);
-- a schedule to which nothing has happened
SELECT count(*) FROM concert_booking.schedule_log(test.schedule(2));

-- what is archived or gone has its lines still
CALL test.set_clock('2040-07-01');
SELECT archived_schedules FROM concert_booking.archive_past_schedules('2040-06-02 12:00');
SELECT event_type, replace(actor, current_user, 'owner') AS actor FROM concert_booking.schedule_log(test.schedule(), 1);
SELECT count(*) FROM concert_booking.booking_log(:'alices');
DELETE FROM concert_booking.archived_schedules;
SELECT count(*) FROM concert_booking.booking_log(:'alices');
SELECT count(*) FROM concert_booking.schedule_log(test.schedule());

-- arguments
SELECT test.raises('SELECT concert_booking.booking_log(NULL)');
SELECT test.raises('SELECT concert_booking.booking_log(gen_random_uuid())');
SELECT test.raises('SELECT concert_booking.booking_log(gen_random_uuid(), 1001)');
SELECT test.raises('SELECT concert_booking.schedule_log(NULL)');
SELECT test.raises('SELECT concert_booking.schedule_log(''5c000000-0000-7000-8000-00000000000f'')');
SELECT test.raises('SELECT concert_booking.schedule_log(gen_random_uuid(), page_offset => 1000001)');
DROP VIEW test.lines;
SELECT * FROM concert_booking.check_integrity();
