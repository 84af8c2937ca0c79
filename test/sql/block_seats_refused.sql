-- block_seats() and unblock_seats() refuse bad lists of seats, and change nothing.
\i test/fixtures/world.sql

SELECT test.raises(format('SELECT concert_booking.%s(%s)', f.name, a.list))
FROM unnest(ARRAY['block_seats', 'unblock_seats']) WITH ORDINALITY AS f (name, place)
CROSS JOIN unnest(ARRAY['NULL', '''{}''', 'ARRAY[test.seat(''A-1''), NULL]',
	'ARRAY[test.seats(''A-1''), test.seats(''A-2'')]', 'test.seats(''A-1'', ''A-2'', ''A-1'')',
	'ARRAY[test.seat(''A-1''), ''00000000-0000-0000-0000-000000000001'', ''00000000-0000-0000-0000-000000000000'']',
	'(SELECT array_agg(concert_booking.uuid_v7()) FROM generate_series(1, 100001))'])
	WITH ORDINALITY AS a (list, place)
ORDER BY f.place, a.place;
SELECT test.raises($$SELECT concert_booking.block_seats(test.seats('A-1'), repeat('x', 1001))$$);
SELECT concert_booking.block_seats(test.seats('A-1'), repeat('x', 1000));

SELECT schedule, seat, status FROM test.taken;
SELECT event_type, seat_count FROM test.events;
