-- Price types: which ones a page may offer, and what seats cost by them.
\i test/fixtures/world.sql

INSERT INTO concert_booking.price_types (concert_id, concert_schedule_id, code, name, percent_off, amount_off, max_per_booking, sale_from, sale_until) VALUES
	(test.concert(), NULL, 'child', 'Child', 50, NULL, 2, NULL, NULL),
	(test.concert(), NULL, 'senior', 'Senior', 33, NULL, NULL, NULL, NULL),
	(test.concert(), NULL, 'carer', 'Carer', 100, NULL, 1, NULL, NULL),
	(test.concert(), NULL, 'coupon', 'Coupon', NULL, 130000, NULL, NULL, NULL),
	(test.concert(), NULL, 'none off', 'Nothing off', 0, NULL, NULL, NULL, NULL),
	(test.concert(), NULL, 'early', 'Early bird', NULL, 1000, NULL, NULL, '2040-05-01 11:00'),
	(test.concert(), NULL, 'late', 'Last minute', NULL, 2000, NULL, '2040-05-31', '2040-06-01'),
	(test.concert(), NULL, 'hidden', 'Of the concert', 10, NULL, NULL, NULL, NULL),
	(NULL, test.schedule(1), 'hidden', 'Of the schedule', NULL, 5000, NULL, NULL, '2040-05-01 11:30'),
	(NULL, test.schedule(1), 'senior', 'Senior of the first night', 20, NULL, 3, NULL, NULL),
	(NULL, test.schedule(2), 'second', 'Second night', NULL, 1, NULL, NULL, NULL);

-- what a page may offer: by code, on sale now or later, the schedule's in place of the concert's
SELECT * FROM concert_booking.price_types(test.schedule(1));
SELECT code, name, percent_off FROM concert_booking.price_types(test.schedule(2));
SELECT count(*) FROM concert_booking.price_types(test.concert());
SELECT test.raises('SELECT concert_booking.price_types(NULL)');
-- an answer that caches keep as they keep a list
BEGIN;
SELECT set_config('request.method', 'GET', true) \g /dev/null
SELECT count(*) FROM concert_booking.price_types(test.schedule(1));
SELECT current_setting('response.headers') AS headers;
ROLLBACK;

-- what seats cost: seats by label, codes in the same order
CREATE FUNCTION test.cost(labels text[], codes text[], prices integer[], at timestamptz DEFAULT '2040-05-01 12:00', schedule integer DEFAULT 1)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	detail text;
BEGIN
	RETURN concert_booking.apply_price_types(test.schedule(schedule),
		ARRAY(SELECT test.seat(l) FROM unnest(labels) WITH ORDINALITY AS l (l, n) ORDER BY n), codes, prices, at)::text;
EXCEPTION WHEN SQLSTATE 'PT422' THEN
	GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
	RETURN (SELECT format('%s: %s %s, seat %s%s', SQLERRM, d ->> 'price_type', d ->> 'why', s.seat_number, ', at most ' || (d ->> 'max_per_booking'))
			FROM (SELECT detail::jsonb AS d) d LEFT JOIN concert_booking.seats s ON s.id = (d ->> 'seat_id')::uuid
			WHERE d ->> 'reason' = 'price_type');
END
$$;
\t on
-- per cents and won, in the order of the call; nobody pays less than nothing
SELECT test.cost('{B-1,A-1,A-2,A-3,A-4}', '{coupon,child,NULL,senior,carer}', '{120000,150000,150000,150000,150000}');
SELECT test.cost('{A-1,A-2}', '{coupon,none off}', '{150000,150000}');
-- half a won is rounded up: 50 % of 1, 3 and 5 won; a third off 1 to 5 won of the concert's senior
SELECT test.cost('{A-1,A-2}', '{child,child}', '{1,3}'), test.cost('{A-1}', '{child}', '{5}');
SELECT test.cost('{A-1,A-2,A-3,A-4,B-1}', '{senior,senior,senior,senior,senior}', '{1,2,3,4,5}', schedule => 2);
-- the largest price there is, and none
SELECT test.cost('{A-1,A-2}', '{child,child}', '{2147483647,0}');
SELECT test.cost('{}', '{}', '{}');

-- too many of one code in a call; another code has a count of its own
SELECT test.cost('{A-1,A-2,A-3}', '{child,child,child}', '{1,1,1}');
SELECT test.cost('{A-1,A-2,A-3,A-4}', '{child,carer,child,NULL}', '{100,100,100,100}');
SELECT test.cost('{A-1,A-2,A-3,A-4}', '{NULL,senior,senior,senior}', '{100,100,100,100}');
SELECT test.cost('{A-1,A-2,A-3,A-4}', '{senior,senior,senior,senior}', '{100,100,100,100}');
-- sale_from is in the window, sale_until is not
SELECT test.cost('{A-1}', '{late}', '{10000}', '2040-05-30 23:59:59.999999');
SELECT test.cost('{A-1}', '{late}', '{10000}', '2040-05-31 00:00');
SELECT test.cost('{A-1}', '{late}', '{10000}', '2040-05-31 23:59:59.999999');
SELECT test.cost('{A-1}', '{late}', '{10000}', '2040-06-01 00:00');
-- the schedule's hides the concert's, also when it is not on sale any more
SELECT test.cost('{A-1}', '{hidden}', '{10000}', '2040-05-01 11:29');
SELECT test.cost('{A-1}', '{hidden}', '{10000}');
SELECT test.cost('{A-1}', '{hidden}', '{10000}', schedule => 2);
-- a code is what it is, to the letter; one of another schedule is unknown
SELECT test.cost('{A-1,A-2}', '{child,Child}', '{1,1}');
SELECT test.cost('{A-1}', '{"child "}', '{1}');
SELECT test.cost('{A-1}', '{second}', '{1}');
SELECT test.cost('{A-1}', '{""}', '{1}');
-- the first seat that cannot have it is told
SELECT test.cost('{A-3,A-2,A-1}', '{child,early,nobody}', '{1,1,1}');
\t off

-- the whole refusal; a code that somebody made up neither breaks the JSON nor fills the log
SELECT test.raises(format($$SELECT concert_booking.apply_price_types(test.schedule(), ARRAY[test.seat('A-1')], ARRAY[%L], '{1}', now())$$, code))
FROM unnest(ARRAY[E'"}\\\n', repeat('x', 100000), $$'; DROP TABLE x; --$$]) AS code;

-- what the table refuses
\t on
SELECT split_part(test.raises(format('INSERT INTO concert_booking.price_types (concert_id, concert_schedule_id, code, name, '
	'percent_off, amount_off, max_per_booking, sale_from, sale_until) VALUES (%s)', v)), E'\n', 1)
FROM unnest(ARRAY[
	$$test.concert(), test.schedule(), 'x', 'X', 1, NULL, NULL, NULL, NULL$$,
	$$NULL, NULL, 'x', 'X', 1, NULL, NULL, NULL, NULL$$,
	$$test.concert(), NULL, ' ', 'X', 1, NULL, NULL, NULL, NULL$$,
	$$test.concert(), NULL, 'x', 'X', NULL, NULL, NULL, NULL, NULL$$,
	$$test.concert(), NULL, 'x', 'X', 1, 1, NULL, NULL, NULL$$,
	$$test.concert(), NULL, 'x', 'X', 101, NULL, NULL, NULL, NULL$$,
	$$test.concert(), NULL, 'x', 'X', -1, NULL, NULL, NULL, NULL$$,
	$$test.concert(), NULL, 'x', 'X', NULL, -1, NULL, NULL, NULL$$,
	$$test.concert(), NULL, 'x', 'X', 1, NULL, 0, NULL, NULL$$,
	$$test.concert(), NULL, 'x', 'X', 1, NULL, NULL, '2040-06-01', '2040-06-01'$$,
	$$test.concert(), NULL, 'child', 'A second one', 1, NULL, NULL, NULL, NULL$$,
	$$NULL, test.schedule(1), 'senior', 'A second one', 1, NULL, NULL, NULL, NULL$$]) AS v;
\t off
-- they go with their schedule
DELETE FROM concert_booking.concert_schedules WHERE id = test.schedule(2);
SELECT count(*) FILTER (WHERE concert_id IS NOT NULL) AS of_concert, count(*) FILTER (WHERE concert_schedule_id IS NOT NULL) AS of_schedules
FROM concert_booking.price_types;
DROP FUNCTION test.cost;
SELECT * FROM concert_booking.check_integrity();
