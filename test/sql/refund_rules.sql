-- Refund ladders: which ones a schedule takes, and what comes back of a price.
\i test/fixtures/world.sql

-- taken: any order of steps, whole numbers in any writing, one step, twenty, a free cancellation to the start
CREATE FUNCTION test.takes(ladder text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	hint text;
BEGIN
	UPDATE concert_booking.concert_schedules SET refund_ladder = ladder::jsonb WHERE id = test.schedule();
	RETURN 'taken';
EXCEPTION WHEN SQLSTATE '22023' THEN
	GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
	RETURN hint;
END
$$;
\t on
SELECT test.takes(ladder) FROM unnest(ARRAY[
	'{"steps": [{"hours": 24, "percent": 50}, {"hours": 240, "percent": 100}], "fee": 1000}',
	'{"steps": [{"percent": 100.0, "hours": 2.4e2}, {"percent": 5e1, "hours": 24.000}], "fee": 1e3}',
	'{"fee": 0, "steps": [{"hours": 0, "percent": 100}]}',
	'{"steps": [{"hours": 876000, "percent": 0}], "fee": 1000000000}',
	'{"steps": [{"hours": 1, "percent": 70}, {"hours": 2, "percent": 70}]}']) AS ladder;
SELECT test.takes(jsonb_build_object('steps', jsonb_agg(jsonb_build_object('hours', n, 'percent', n)))::text) FROM generate_series(1, 20) n;
SELECT test.takes(NULL);

-- refused: the whole, then each part of it
SELECT test.raises($$UPDATE concert_booking.concert_schedules SET refund_ladder = '[]'$$);
SELECT test.raises($$INSERT INTO concert_booking.concert_schedules (concert_id, concert_date, concert_time, refund_ladder)
	VALUES (test.concert(), '2040-06-03', '19:00', 'null')$$);
SELECT left(ladder, 70) AS ladder, test.takes(ladder) AS answer FROM unnest(ARRAY[
	'null', '1', '"steps"', 'true', '[{"steps": [{"hours": 1, "percent": 1}]}]',
	'{}', '{"fee": 1}', '{"steps": null}', '{"steps": {"hours": 1, "percent": 1}}', '{"steps": "[]"}',
	'{"Steps": [{"hours": 1, "percent": 1}]}', '{"steps": [{"hours": 1, "percent": 1}], "fees": 1}', '{"steps": [{"hours": 1, "percent": 1}], "": 1}',
	'{"steps": []}', '{"steps": [[]]}', '{"steps": [[{"hours": 1, "percent": 1}]]}', '{"steps": [null]}', '{"steps": [1, 2]}',
	'{"steps": [{"hours": 1, "percent": 1}, "x"]}',
	'{"steps": [{}]}', '{"steps": [{"hours": 1}]}', '{"steps": [{"percent": 1}]}', '{"steps": [{"hours": 1, "percent": 1, "fee": 1}]}',
	'{"steps": [{"hours": null, "percent": 1}]}', '{"steps": [{"hours": "24", "percent": 1}]}', '{"steps": [{"hours": [24], "percent": 1}]}',
	'{"steps": [{"hours": {"hours": 1}, "percent": 1}]}', '{"steps": [{"hours": true, "percent": 1}]}',
	'{"steps": [{"hours": 1.5, "percent": 1}]}', '{"steps": [{"hours": 1e-1, "percent": 1}]}', '{"steps": [{"hours": -1, "percent": 1}]}',
	'{"steps": [{"hours": 876001, "percent": 1}]}', '{"steps": [{"hours": 1e400, "percent": 1}]}', '{"steps": [{"hours": 1e100000, "percent": 1}]}',
	'{"steps": [{"hours": 1, "percent": 101}]}', '{"steps": [{"hours": 1, "percent": -0.5}]}', '{"steps": [{"hours": 1, "percent": 99.999}]}',
	'{"steps": [{"hours": 1, "percent": "NaN"}]}', '{"steps": [{"hours": 1, "percent": "Infinity"}]}', '{"steps": [{"hours": 1, "percent": 4294967297}]}',
	'{"steps": [{"hours": 1, "percent": 1}], "fee": null}', '{"steps": [{"hours": 1, "percent": 1}], "fee": "1000"}',
	'{"steps": [{"hours": 1, "percent": 1}], "fee": -1}', '{"steps": [{"hours": 1, "percent": 1}], "fee": 0.5}',
	'{"steps": [{"hours": 1, "percent": 1}], "fee": 1000000001}', '{"steps": [{"hours": 1, "percent": 1}], "fee": [1]}',
	'{"steps": [{"hours": 1, "percent": 1}, {"hours": 1, "percent": 1}]}', '{"steps": [{"hours": 24, "percent": 1}, {"hours": 2.40e1, "percent": 50}]}',
	'{"steps": [{"hours": 1, "percent": 60}, {"hours": 24, "percent": 50}]}', '{"steps": [{"hours": 24, "percent": 50}, {"hours": 1, "percent": 60}]}',
	'{"steps": [{"hours": 1, "percent": 1}, {"hours": 3, "percent": 3}, {"hours": 2, "percent": 4}]}']) AS ladder;
SELECT test.takes(jsonb_build_object('steps', jsonb_agg(jsonb_build_object('hours', n, 'percent', n)))::text) FROM generate_series(1, 21) n;
SELECT test.takes('{"steps": ' || repeat('[', 3000) || repeat(']', 3000) || '}');
\t off
-- what was refused has changed nothing; a manager who may write the column and nothing else is told the same
SELECT count(*) FROM concert_booking.concert_schedules WHERE refund_ladder IS NOT NULL;
CREATE ROLE regress_refund_manager;
GRANT USAGE ON SCHEMA concert_booking TO regress_refund_manager;
GRANT SELECT, UPDATE (refund_ladder) ON concert_booking.concert_schedules TO regress_refund_manager;
SET ROLE regress_refund_manager;
SELECT test.raises($$UPDATE concert_booking.concert_schedules SET refund_ladder = '{"steps": []}'$$);
UPDATE concert_booking.concert_schedules SET refund_ladder = '{"steps": [{"hours": 24, "percent": 50}]}';
RESET ROLE;
SELECT DISTINCT refund_ladder FROM concert_booking.concert_schedules;
DROP OWNED BY regress_refund_manager;
DROP ROLE regress_refund_manager;

-- what comes back, by the time that is left: the step with the most hours that are left counts
CREATE FUNCTION test.refund(prices integer[], left_over interval,
	ladder jsonb DEFAULT '{"steps": [{"hours": 24, "percent": 50}, {"hours": 240, "percent": 100}, {"hours": 72, "percent": 75}], "fee": 1000}')
RETURNS integer[] LANGUAGE sql AS $$
	SELECT concert_booking.line_refunds(ladder, prices, '2040-06-01 19:00', timestamptz '2040-06-01 19:00' - left_over)
$$;
SELECT left_over, test.refund('{150000}', left_over) AS refund
FROM unnest('{500:00,240:00,239:59:59.999999,72:00,71:59:59.999999,24:00,23:59:59.999999,0:00,-0:00:01,-1000:00}'::interval[]) WITH ORDINALITY AS t (left_over, n)
ORDER BY n;
-- each seat by itself, in order; half a won is rounded up, and the fee takes no more than there is
SELECT test.refund('{150000,1999,2001,2000,1001,1,0,120000}', '24:00') AS with_fee,
	   test.refund('{1,2,3,4,5}', '24:00', '{"steps": [{"hours": 24, "percent": 50}]}') AS without,
	   test.refund('{2147483647,1}', '24:00', '{"steps": [{"hours": 0, "percent": 100}]}') AS largest;
SELECT test.refund('{}', '24:00') AS no_seats, test.refund('{150000}', '24:00', '{"steps": [{"hours": 2.4e1, "percent": 33.0}], "fee": 5e2}') AS numbers_in_any_writing;
-- a step of no hours counts to the start itself, and not after it
SELECT test.refund('{100}', '0:00', '{"steps": [{"hours": 0, "percent": 10}]}') AS at_start,
	   test.refund('{100}', '-0:00:00.000001', '{"steps": [{"hours": 0, "percent": 10}]}') AS after_it;
-- without a ladder the whole price, whenever it is
SELECT test.refund('{150000,0}', '1:00', NULL) AS before, test.refund('{150000,0}', '-1:00', NULL) AS after;
-- a hundred years ahead, and a day that never comes
SELECT concert_booking.line_refunds('{"steps": [{"hours": 876000, "percent": 30}, {"hours": 0, "percent": 20}]}', '{100}', starts_at, '2040-01-01') AS refund
FROM unnest('{2040-01-02,2140-06-01,infinity}'::timestamptz[]) AS starts_at;
-- hours are hours, also on nights when clocks change, whatever the session's zone
SELECT DISTINCT concert_booking.line_refunds('{"steps": [{"hours": 24, "percent": 100}]}', '{100}', '2024-03-10 12:00-04', '2024-03-09 12:00-05') AS after_23_hours,
	   concert_booking.line_refunds('{"steps": [{"hours": 24, "percent": 100}]}', '{100}', '2024-03-10 12:00-04', '2024-03-09 11:00-05') AS after_24
FROM unnest('{America/New_York,UTC}'::text[]) AS zone, set_config('timezone', zone, false);

DROP FUNCTION test.takes, test.refund;
SELECT * FROM concert_booking.check_integrity();
