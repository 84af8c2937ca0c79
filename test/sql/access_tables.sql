-- grant_access(): what each level reads and writes, tried column by column; what a manager makes by hand is derived and checked.
\i test/fixtures/world.sql
DO $$
DECLARE
	level text;
BEGIN
	FOREACH level IN ARRAY '{visitor,guest,member,payments,clerk,manager,monitor,staff,none}'::text[] LOOP
		EXECUTE format('CREATE ROLE %I', 'access_' || level);
		PERFORM concert_booking.grant_access('access_' || level, level);
	END LOOP;
END $$;

CREATE FUNCTION test.may(role name, statement text) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
	message text;
BEGIN
	EXECUTE format('SET LOCAL ROLE %I', role);
	EXECUTE statement;
	RAISE EXCEPTION USING ERRCODE = 'ZZ000';
EXCEPTION
	WHEN insufficient_privilege THEN
		GET STACKED DIAGNOSTICS message = MESSAGE_TEXT;
		RETURN message !~ '^permission denied for (table|view|schema) ';
	WHEN SQLSTATE 'ZZ000' THEN
		RETURN true;
END $$;
-- each level x each table and view x each column; a view is read only
CREATE TABLE test.tried AS
SELECT r.level, c.relname AS table_name, c.relispartition, a.attname AS column_name, a.attnum, v.verb,
	   test.may('access_' || r.level, format(v.statement, c.relname, a.attname, format_type(a.atttypid, NULL))) AS may
FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
CROSS JOIN unnest('{visitor,guest,member,payments,clerk,manager,monitor,staff,none}'::text[]) AS r (level)
CROSS JOIN (VALUES
	('SELECT', 'SELECT %2$I FROM concert_booking.%1$I LIMIT 0'),
	('INSERT', 'INSERT INTO concert_booking.%1$I (%2$I) SELECT NULL::%3$s WHERE false'),
	('UPDATE', 'UPDATE concert_booking.%1$I SET %2$I = NULL WHERE false'),
	('DELETE', 'DELETE FROM concert_booking.%1$I WHERE false')) AS v (verb, statement)
WHERE c.relnamespace = 'concert_booking'::regnamespace AND c.relkind IN ('r', 'p', 'v')
  AND (c.relkind <> 'v' OR v.verb = 'SELECT');
SELECT count(DISTINCT table_name) FILTER (WHERE NOT relispartition) > 15 AS tables, count(*) > 5000 AS tries FROM test.tried;

-- what may be done, and by whom
SELECT table_name, verb, columns, string_agg(level, ' ' ORDER BY level) AS levels
FROM (SELECT t.level, t.table_name, t.verb,
			 CASE WHEN bool_and(t.may) THEN 'all' ELSE string_agg(t.column_name, ' ' ORDER BY t.attnum) FILTER (WHERE t.may) END AS columns
	  FROM test.tried t GROUP BY 1, 2, 3 HAVING bool_or(t.may)) t
GROUP BY 1, 2, 3 ORDER BY 1, array_position('{SELECT,INSERT,UPDATE,DELETE}', verb), 3;
-- of these tables, what nobody but the owner writes at all
SELECT t.table_name, string_agg(t.column_name, ' ' ORDER BY t.attnum) AS derived
FROM (SELECT t.table_name, t.column_name, t.attnum FROM test.tried t
	  WHERE t.table_name IN (SELECT r.table_name FROM concert_booking.table_rights() r WHERE r.privilege IN ('INSERT', 'UPDATE'))
	  GROUP BY 1, 2, 3 HAVING NOT bool_or(t.may AND t.verb IN ('INSERT', 'UPDATE'))) t
GROUP BY 1 ORDER BY 1;
-- table_rights() says the same
SELECT t.table_name, t.verb, t.column_name FROM test.tried t WHERE t.level = 'manager' AND t.may
EXCEPT ALL
SELECT r.table_name, r.privilege, a.attname FROM concert_booking.table_rights() r
JOIN pg_attribute a ON a.attrelid = format('concert_booking.%I', r.table_name)::regclass AND a.attnum > 0 AND NOT a.attisdropped
	AND (r.column_names IS NULL OR a.attname = ANY (r.column_names))
WHERE r.level = 'manager';
SELECT r.table_name, r.privilege, c.name FROM concert_booking.table_rights() r, unnest(r.column_names) AS c (name)
EXCEPT SELECT t.table_name, t.verb, t.column_name FROM test.tried t WHERE t.level = 'manager' AND t.may;
-- no other right on a table, none that can be passed on, and none at all for all other levels
SELECT c.relname, r.rolname FROM pg_class c, pg_roles r
WHERE c.relnamespace = 'concert_booking'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'S') AND r.rolname LIKE 'access\_%'
  AND (has_table_privilege(r.oid, c.oid, 'TRUNCATE, REFERENCES, TRIGGER') OR has_any_column_privilege(r.oid, c.oid, 'REFERENCES')
	   OR has_any_column_privilege(r.oid, c.oid, 'SELECT WITH GRANT OPTION, INSERT WITH GRANT OPTION, UPDATE WITH GRANT OPTION')
	   OR r.rolname NOT IN ('access_manager', 'access_staff')
		  AND (has_table_privilege(r.oid, c.oid, 'SELECT, INSERT, UPDATE, DELETE') OR has_any_column_privilege(r.oid, c.oid, 'SELECT, INSERT, UPDATE')));

-- a manager makes a season: defaults and triggers do their work
SELECT status FROM concert_booking.book_seats(ARRAY[test.seat('A-1', 2)], test.booker('alice'));
SET ROLE access_manager;
INSERT INTO concert_booking.venues (name, address, timezone) VALUES ('Harbour Hall', 'Busan', 'Asia/Tokyo') RETURNING id AS venue \gset
INSERT INTO concert_booking.concerts (venue_id, title, genre) VALUES (:'venue', 'Autumn Leaves', 'pop') RETURNING id AS concert \gset
INSERT INTO concert_booking.concert_schedules (concert_id, concert_date, concert_time, refund_ladder)
VALUES (:'concert', '2040-07-01', '19:00', '{"steps": [{"hours": 24, "percent": 50}], "fee": 1000}') RETURNING id AS schedule \gset
SELECT generated_seats FROM concert_booking.generate_seats(:'schedule', concert_booking.row_labels(2), 3, 'R', 90000);
SELECT starts_at, total_seats, available_seats, lowest_price, status FROM concert_booking.concert_schedules WHERE id = :'schedule';
UPDATE concert_booking.seats SET price = 120000, seat_grade = 'VIP' WHERE concert_schedule_id = :'schedule' AND row_label = 'A';
UPDATE concert_booking.seats SET price = 80000 WHERE concert_schedule_id = :'schedule' AND row_label = 'B';
SELECT seat_grade, price, seat_count FROM concert_booking.schedule_prices WHERE concert_schedule_id = :'schedule' ORDER BY price;
UPDATE concert_booking.concert_schedules SET concert_time = '20:00', is_booking_open = false WHERE id = :'schedule';
UPDATE concert_booking.venues SET timezone = 'UTC' WHERE id = :'venue';
SELECT starts_at, lowest_price, layout_version > 1 AS new_layout, updated_at >= created_at AS told
FROM concert_booking.concert_schedules WHERE id = :'schedule';
INSERT INTO concert_booking.price_types (concert_id, code, name, percent_off) VALUES (:'concert', 'child', 'Child', 50) RETURNING id AS child \gset
UPDATE concert_booking.price_types SET percent_off = 40 WHERE id = :'child' RETURNING code, percent_off;
DELETE FROM concert_booking.price_types WHERE id = :'child' RETURNING code;
UPDATE concert_booking.concerts SET status = 'postponed', is_deleted = true WHERE id = :'concert' RETURNING status, is_deleted;
SELECT total_seats, available_seats, is_sold_out FROM concert_booking.schedule_availability WHERE concert_schedule_id = :'schedule';

-- what is derived, what a function has to do, and what names people is refused
\t on
SELECT test.raises(statement) FROM (VALUES
	(1, $$UPDATE concert_booking.concert_schedules SET starts_at = now()$$),
	(2, $$UPDATE concert_booking.concert_schedules SET total_seats = 9$$),
	(3, $$UPDATE concert_booking.concert_schedules SET status = 'cancelled'$$),
	(4, $$UPDATE concert_booking.concert_schedules SET concert_id = concert_id$$),
	(5, $$INSERT INTO concert_booking.concert_schedules (concert_id, concert_date, concert_time, status) VALUES (test.concert(), '2040-08-01', '19:00', 'cancelled')$$),
	(6, $$UPDATE concert_booking.concerts SET popularity = 100$$),
	(7, $$UPDATE concert_booking.seats SET status = 'available'$$),
	(8, $$INSERT INTO concert_booking.seats (concert_schedule_id, seat_number, seat_grade, price) VALUES (test.schedule(), 'Z-1', 'R', 1)$$),
	(9, $$DELETE FROM concert_booking.concerts$$),
	(10, $$SELECT FROM concert_booking.bookings$$),
	(11, $$SELECT FROM concert_booking.booking_events$$),
	(12, $$TRUNCATE concert_booking.price_types$$),
	(13, $$CREATE TRIGGER mine BEFORE UPDATE ON concert_booking.seats FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()$$)) AS s (n, statement)
ORDER BY n;
-- the checks of the tables hold for a manager too
SELECT split_part(test.raises(statement), E'\n', 1) FROM (VALUES
	(1, $$INSERT INTO concert_booking.venues (name, address, timezone) VALUES ('Nowhere', 'x', 'Mars/Base')$$),
	(2, $$UPDATE concert_booking.concert_schedules SET refund_ladder = '{"steps": 1}'$$),
	(3, $$UPDATE concert_booking.seats SET price = -1$$),
	(4, $$UPDATE concert_booking.concert_schedules SET concert_time = '20:00' WHERE id = test.schedule(2)$$)) AS s (n, statement)
ORDER BY n;
SET ROLE access_clerk;
SELECT test.raises($$SELECT FROM concert_booking.seats$$);
SELECT test.raises($$INSERT INTO concert_booking.venues (name, address) VALUES ('Mine', 'x')$$);
RESET ROLE;
\t off
SELECT * FROM concert_booking.check_integrity();
DROP TABLE test.tried;
DROP FUNCTION test.may;
DROP OWNED BY access_visitor, access_guest, access_member, access_payments, access_clerk, access_manager, access_monitor, access_staff, access_none;
DROP ROLE access_visitor, access_guest, access_member, access_payments, access_clerk, access_manager, access_monitor, access_staff, access_none;
