-- hold_seats: every kind of bad list.
\i test/fixtures/world.sql
CREATE FUNCTION pg_temp.holding(list text) RETURNS text LANGUAGE sql AS $$
	SELECT test.raises(format('SELECT * FROM concert_booking.hold_seats(%s, test.booker(''alice''))', list))
$$;

SELECT pg_temp.holding($$NULL$$);
SELECT pg_temp.holding($$'{}'$$);
SELECT pg_temp.holding($$ARRAY[test.seats('A-1'), test.seats('A-2')]$$);
SELECT pg_temp.holding($$ARRAY[ARRAY[test.seats('A-1')]]$$);
SELECT pg_temp.holding($$ARRAY[test.seat('A-1'), NULL]$$);
SELECT pg_temp.holding($$test.seats('A-1', 'A-2', 'A-1')$$);
-- meant: invalid input syntax for type uuid: "not-a-uuid"
SELECT pg_temp.holding($$'{not-a-uuid}'$$);

-- an array may start anywhere
SELECT array_lower(list, 1) AS starts_at,
	   (SELECT string_agg(h.seat_number, ' ') FROM concert_booking.hold_seats(list, test.booker('alice')) h) AS held
FROM (SELECT format('[-3:-2]={%s,%s}', test.seat('A-1'), test.seat('A-2'))::uuid[] AS list) AS a;

-- one more than the limit, which is counted before the elements are looked at
SELECT pg_temp.holding($$ARRAY(SELECT concert_booking.uuid_v7() FROM generate_series(1, 20))$$) ~ '^PT404' AS twenty_are_looked_up;
SELECT pg_temp.holding($$ARRAY(SELECT concert_booking.uuid_v7() FROM generate_series(1, 21))$$);
SELECT pg_temp.holding($$array_fill(test.seat('A-1'), ARRAY[21])$$);
SELECT pg_temp.holding($$array_fill(test.seat('A-1'), ARRAY[1000000])$$);

-- the limit is a setting
SET concert_booking.max_seats_per_call = 2;
SELECT pg_temp.holding($$test.seats('A-1', 'A-2')$$);
SELECT pg_temp.holding($$test.seats('A-1', 'A-2', 'A-3')$$);
RESET concert_booking.max_seats_per_call;

SELECT seat, status FROM test.taken;
SELECT * FROM concert_booking.check_integrity();
