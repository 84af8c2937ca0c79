-- seat_status() with since: polls share one look, and are told what changed
\i test/fixtures/world.sql
-- so long that no poll of this test looks by chance; test.later() makes the next one look
SET concert_booking.share_seat_status = '1h';
SET concert_booking.hold_duration = '5d';
INSERT INTO concert_booking.concert_schedules (id, concert_id, concert_date, concert_time)
VALUES (test.schedule(3), test.concert(), '2040-06-03', '19:00');
SELECT concert_booking.generate_seats(test.schedule(3), '{A,B}', 20, 'R', 150000) AS seats;
CREATE FUNCTION test.later(span interval DEFAULT '2 hours') RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	PERFORM set_config('concert_booking.test_clock_offset',
		(current_setting('concert_booking.test_clock_offset')::interval + span)::text, false);
	RETURN 'later';
END
$$;
-- what a poll is told; a version by a number, in the order in which they were met
CREATE TEMP TABLE versions (number integer, name text UNIQUE);
CREATE FUNCTION test.poll(since integer DEFAULT NULL, schedule integer DEFAULT 3) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	told concert_booking.seat_statuses;
BEGIN
	told := concert_booking.seat_status(test.schedule(schedule),
		coalesce((SELECT v.name FROM pg_temp.versions v WHERE v.number = since), ''));
	INSERT INTO pg_temp.versions SELECT (SELECT count(*) + 1 FROM pg_temp.versions), told.version
	ON CONFLICT DO NOTHING;
	RETURN format('version %s: ', (SELECT v.number FROM pg_temp.versions v WHERE v.name = told.version))
		|| coalesce(told.statuses, format('%s %s', told.changed_positions, told.changed_statuses));
END
$$;
CREATE VIEW test.exact AS SELECT statuses FROM concert_booking.seat_status(test.schedule(3));
\t on

-- all letters, then what changed: when the next look is due, and by any version that is known
SELECT test.poll();
SELECT test.poll(1);
SELECT seat_number FROM concert_booking.hold_seat((SELECT id FROM concert_booking.seats WHERE concert_schedule_id = test.schedule(3) AND seat_number = 'A-2'), test.booker('alice'));
SELECT test.poll(1), statuses FROM test.exact;
SELECT test.later();
SELECT test.poll(1);
SELECT test.poll(2);
SELECT b.seat_numbers FROM concert_booking.book_seats(ARRAY(SELECT id FROM concert_booking.seats WHERE concert_schedule_id = test.schedule(3) AND seat_number IN ('A-1', 'B-20')), test.booker('bob')) b;
SELECT test.later();
SELECT test.poll(2), test.poll(2);
SELECT test.poll(1);
SELECT test.poll(3);
SELECT test.poll();

-- without since, or null: the seats as they are now, whatever is shared; who goes on from there is told what changed where the shared look had the same letters
SELECT s.version AS exact, s.changed_positions, s.changed_statuses FROM concert_booking.seat_status(test.schedule(3), NULL) s \gset
SELECT statuses, changed_positions, changed_statuses FROM concert_booking.seat_status(test.schedule(3), :'exact');
UPDATE concert_booking.seats SET status = 'unavailable' WHERE concert_schedule_id = test.schedule(3) AND ordinal = 30;
SELECT version AS newer, statuses, changed_positions, changed_statuses FROM concert_booking.seat_status(test.schedule(3)) \gset
\echo :statuses
SELECT s.version = :'exact' AS is_older, s.statuses, s.changed_positions FROM concert_booking.seat_status(test.schedule(3), :'newer') s;
SELECT test.later();
SELECT s.version = :'newer' AS is_known, s.statuses, s.changed_positions FROM concert_booking.seat_status(test.schedule(3), :'newer') s;
SELECT statuses, changed_positions, changed_statuses FROM concert_booking.seat_status(test.schedule(3), :'exact');
UPDATE concert_booking.seats SET status = 'available' WHERE concert_schedule_id = test.schedule(3) AND ordinal = 30;
SELECT test.later();
SELECT test.poll(3);

-- a hold that lapses by time alone; what came back to what it was has the version that it had
SELECT test.later('6 days');
SELECT test.poll(3);
UPDATE concert_booking.seats SET status = 'unavailable' WHERE concert_schedule_id = test.schedule(3) AND seat_number = 'A-7';
SELECT test.later();
SELECT test.poll(4);
UPDATE concert_booking.seats SET status = 'available' WHERE concert_schedule_id = test.schedule(3) AND seat_number = 'A-7';
SELECT test.later();
SELECT test.poll(5);
SELECT test.poll(4);

-- more than an eighth of the seats: all letters are shorter
UPDATE concert_booking.seats SET status = 'unavailable' WHERE concert_schedule_id = test.schedule(3) AND ordinal BETWEEN 4 AND 8;
SELECT test.later();
SELECT test.poll(4);
UPDATE concert_booking.seats SET status = 'unavailable' WHERE concert_schedule_id = test.schedule(3) AND ordinal = 9;
SELECT test.later();
SELECT test.poll(4);
SELECT test.poll(6);

-- what is no version is none: all letters
SELECT count(*) FROM unnest(ARRAY['', ' ', '0', '-', '--', '1-', '-1', 'x', '2', '2-', '2-x', '2-1 ', '2--1', '2-+1', '99999999999-1', '-9223372036854775809-1',
	'2-99999999999999999999999', '2-1', '1-0', '0-0', '한국', repeat('9', 39), repeat('9', 1000000), repeat('x', 1000000),
	E'2-1\n', (SELECT name || '0' FROM versions WHERE number = 7), (SELECT name || ' ' FROM versions WHERE number = 7), (SELECT name || '-1' FROM versions WHERE number = 7), '0' || E'\u00a0']) since,
	concert_booking.seat_status(test.schedule(3), since) s
WHERE s.statuses = (TABLE test.exact) AND s.changed_positions IS NULL AND s.changed_statuses IS NULL AND s.version = (SELECT name FROM versions WHERE number = 7);

-- what a transaction has written, it sees, and nobody else does
BEGIN;
UPDATE concert_booking.seats SET status = 'available' WHERE concert_schedule_id = test.schedule(3) AND ordinal = 9;
SELECT statuses FROM concert_booking.seat_status(test.schedule(3), (SELECT name FROM versions WHERE number = 7));
SELECT s.version = v.name AS known_by_its_letters, statuses, changed_positions, changed_statuses
FROM versions v, concert_booking.seat_status(test.schedule(3), v.name) s WHERE v.number = 6;
ROLLBACK;
SELECT test.poll(7);
SELECT test.later();
SELECT test.poll(7);

-- a transaction with one snapshot looks for itself, with that snapshot
UPDATE concert_booking.seats SET status = 'available' WHERE concert_schedule_id = test.schedule(3) AND ordinal = 9;
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT statuses = (TABLE test.exact) AS as_in_its_snapshot FROM concert_booking.seat_status(test.schedule(3), (SELECT name FROM versions WHERE number = 7));
COMMIT;
SELECT test.poll(7);

-- without sharing each poll looks; a version that names the same letters is still known
SET concert_booking.share_seat_status = 0;
SELECT test.poll(7);
SELECT test.poll(6);
SET concert_booking.share_seat_status = '1h';

-- another layout: all letters, and its number tells
SELECT test.later();
SELECT test.poll(7);
INSERT INTO concert_booking.seats (concert_schedule_id, seat_number, seat_grade, price) VALUES (test.schedule(3), 'C-1', 'S', 1);
SELECT test.poll(6);
SELECT test.later();
SELECT test.poll(6);
UPDATE concert_booking.seats SET price = 2 WHERE concert_schedule_id = test.schedule(3) AND seat_number = 'C-1';
SELECT test.later();
SELECT test.poll(8);
SELECT s.layout_version = e.layout_version AS layout, s.seat_count = e.seat_count AS seats
FROM concert_booking.seat_status(test.schedule(3), '') s, concert_booking.seat_status(test.schedule(3)) e;

-- each schedule by itself; one without seats; one that is gone; none
SELECT test.poll(schedule => 1);
SELECT test.poll(9, schedule => 1);
DELETE FROM concert_booking.seats WHERE concert_schedule_id = test.schedule(2);
SELECT test.poll(schedule => 2);
SELECT test.poll(11, schedule => 2);
DELETE FROM concert_booking.schedule_prices WHERE concert_schedule_id = test.schedule(2);
DELETE FROM concert_booking.concert_schedules WHERE id = test.schedule(2);
SELECT test.later('1 day');
SELECT test.raises($$SELECT concert_booking.seat_status(test.schedule(2), '')$$);
SELECT test.raises($$SELECT concert_booking.seat_status(test.schedule(2), '2-1')$$);
SELECT test.raises($$SELECT concert_booking.seat_status(NULL, '')$$);
SELECT test.raises($$SELECT concert_booking.seat_status('00000000-0000-7000-8000-000000000000', '')$$);

-- a clock that was set back
SELECT test.later('-1 year');
UPDATE concert_booking.seats SET status = 'unavailable' WHERE id = test.seat('A-3');
SELECT test.poll(10, schedule => 1);
UPDATE concert_booking.seats SET status = 'unavailable' WHERE id = test.seat('A-4');
SELECT test.poll(10, schedule => 1);
\t off
DROP FUNCTION test.poll, test.later;
DROP VIEW test.exact;
