-- C only: the twin numbers nothing
-- concert_booking.shard: the number in each id and booking number, and ids of another shard told as such
\i test/fixtures/world.sql
SELECT concert_booking.shard_of(concert_booking.uuid_v7()) AS from_the_start;
SHOW concert_booking.shard;
SELECT shard, count(*) AS ids, count(*) FILTER (WHERE concert_booking.shard_of(i.id) = shard) AS of_it,
	   count(*) FILTER (WHERE i.id::text ~ '^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-') AS version_7
FROM generate_series(0, 31, 31) AS shard
CROSS JOIN LATERAL (SELECT set_config('concert_booking.shard', shard::text, true)) AS s
CROSS JOIN LATERAL (SELECT concert_booking.uuid_v7() AS id FROM generate_series(1, 100 + length(s::text) * 0)) AS i
GROUP BY 1 ORDER BY 1;
SELECT concert_booking.shard_of('01a203fc-502a-7639-a5ae-5155ce1a65c6'), concert_booking.shard_of('ffffffff-ffff-ffff-ffff-ffffffffffff'),
	   concert_booking.shard_of('00000000-0000-0000-0000-000000000000'), concert_booking.shard_of(NULL);
-- a server that nobody has numbered is alone: it speaks of no other shard
SELECT test.raises(format('SELECT concert_booking.hold_seat(%L, %L)', '01a203fc-502a-7639-8300-000000000001', test.booker('bob')));
SELECT count(*) FROM concert_booking.seat_map('01a203fc-502a-7639-8300-000000000001');
SET concert_booking.shard = 0;
SELECT test.raises('SELECT concert_booking.seat_map(''01a203fc-502a-7639-8300-000000000001'')');
RESET concert_booking.shard;
SELECT count(*) FROM concert_booking.seat_map('01a203fc-502a-7639-8300-000000000001');
SET concert_booking.shard = 32;
SET concert_booking.shard = -2;

-- all that a sale on shard 7 makes has its number
SET concert_booking.shard = 7;
SELECT booking_id AS id, booking_number AS number, concert_booking.shard_of(booking_id) AS shard,
	   concert_booking.shard_of_booking_number(booking_number) AS shard_of_number
FROM concert_booking.book_seats(test.seats('A-1', 'A-2'), test.booker('alice')) \gset s_
\echo :s_shard :s_shard_of_number
SELECT left(:'s_number', 1) AS first_symbol, concert_booking.shard_of_booking_number(lower(replace(:'s_number', '-', ' '))) AS as_typed;
SELECT concert_booking.hold_seat(test.seat('B-1'), test.booker('bob')) \g /dev/null
SELECT 'hold' AS what, concert_booking.shard_of(id) FROM concert_booking.temp_reservations
UNION ALL SELECT 'line', concert_booking.shard_of(id) FROM concert_booking.booking_seats
UNION ALL SELECT DISTINCT 'event', concert_booking.shard_of(id) FROM concert_booking.booking_events;
SELECT concert_booking.shard_of(ticket_code) AS renewed_code, ticket_code::text ~ '-4[0-9a-f]{3}-' AS is_random
FROM concert_booking.renew_tickets(:'s_id');
SELECT concert_booking.shard_of_booking_number('o000-0000-0000-0') AS letter_o, concert_booking.shard_of_booking_number('I000-0000-0000-') AS no_check,
	   concert_booking.shard_of_booking_number('') AS empty, concert_booking.shard_of_booking_number(NULL) AS "null";

-- an id of shard 3 is not here, and is told as such; one of shard 7, of no shard (version 4) or of a server without a number is just unknown
SET concert_booking.shard = 7;
CREATE FUNCTION pg_temp.of_shard(shard integer) RETURNS text LANGUAGE sql AS
$$ SELECT '01a203fc-502a-7639-' || lpad(to_hex(128 + shard), 2, '0') || '00-000000000001' $$;
SELECT test.raises(format('SELECT concert_booking.hold_seats(%L, %L)', ARRAY[pg_temp.of_shard(3), pg_temp.of_shard(7)]::uuid[], test.booker('bob')));
SELECT test.raises(format('SELECT concert_booking.hold_seat(%L, %L)', pg_temp.of_shard(7), test.booker('bob')));
SELECT test.raises(format('SELECT concert_booking.hold_seat(%L, %L)', '01a203fc-502a-4639-8300-000000000001', test.booker('bob')));
SELECT test.raises(format('SELECT concert_booking.release_seats(%L, %L)', ARRAY[pg_temp.of_shard(3)]::uuid[], test.booker('bob')));
SELECT test.raises(format('SELECT concert_booking.block_seats(%L)', ARRAY[test.seat('A-3')::text, pg_temp.of_shard(3)]::uuid[]));
SELECT test.raises(format('SELECT concert_booking.%s(%L)', f.name, pg_temp.of_shard(3)))
FROM unnest('{seat_map,seat_map_json,seat_status,seat_grades,price_types,schedule_detail,concert_detail,cancel_schedule,booking_log,renew_tickets}'::text[]) AS f (name);
SELECT test.raises(format('SELECT concert_booking.%s(%L, user_id => %L)', f.name, pg_temp.of_shard(3), test.booker('bob')))
FROM unnest('{extend_holds,confirm_booking,begin_payment,cancel_booking,cancel_payment,quote_cancellation}'::text[]) AS f (name);
SELECT test.raises(format('SELECT concert_booking.check_in(ticket_code => %L)', pg_temp.of_shard(3)));
SELECT test.raises(format('SELECT concert_booking.booking_detail(%L, %L)', pg_temp.of_shard(3), test.booker('bob')));
-- an empty answer of a schedule that is here stays one, whatever its id says
SET concert_booking.shard = 9;
SELECT count(*) FROM concert_booking.price_types(test.schedule());
SELECT test.raises(format('SELECT concert_booking.booking_detail(%L, %L)', :'s_id', test.booker('bob')));
SET concert_booking.shard = -1;
SELECT test.raises(format('SELECT concert_booking.hold_seat(%L, %L)', pg_temp.of_shard(3), test.booker('bob')));

-- a client decides nothing
SET ROLE pg_monitor;
SET concert_booking.shard = 3;
RESET ROLE;
