/*
 * plpgsql.sql - what plpgsql_check says of every PL/pgSQL function of the schema,
 * trigger functions beside each table that they serve. One line a finding; what
 * was looked into and is right is left out, by name.
 */
\pset format unaligned
\pset tuples_only on
SELECT p.oid::regprocedure || ' line ' || coalesce(c.lineno::text, '?') || ': ' || c.level || ': ' || c.message
FROM pg_proc p
JOIN pg_language l ON l.oid = p.prolang AND l.lanname = 'plpgsql'
LEFT JOIN LATERAL (
	/* a function of several triggers is checked with all their transition tables; one name is given once */
	SELECT t.tgrelid, max(t.tgoldtable) AS old_table, nullif(max(t.tgnewtable), max(t.tgoldtable)) AS new_table
	FROM pg_trigger t WHERE t.tgfoid = p.oid AND NOT t.tgisinternal AND t.tgparentid = 0
	GROUP BY t.tgrelid) t ON p.prorettype = 'trigger'::regtype
CROSS JOIN LATERAL plpgsql_check_function_tb(p.oid, coalesce(t.tgrelid, 0),
	oldtable => t.old_table, newtable => t.new_table, fatal_errors => false,
	other_warnings => true, extra_warnings => false, security_warnings => true) c
WHERE p.pronamespace = 'concert_booking'::regnamespace
  AND (p.proname, c.message) NOT IN (VALUES
	  /* built from literals of the extension's own functions */
	  ('create_tables', 'text type variable is not sanitized'),
	  ('complete_tables', 'text type variable is not sanitized'),
	  ('make_indexes', 'text type variable is not sanitized'),
	  ('fill_prices', 'text type variable is not sanitized'),
	  ('add_bounds', 'text type variable is not sanitized'),
	  ('add_columns', 'text type variable is not sanitized'),
	  ('validate_bounds', 'text type variable is not sanitized'),
	  /* regclass and %I */
	  ('link_users', 'text type variable is not sanitized'),
	  ('grant_tables', 'text type variable is not sanitized'),
	  ('revoke_tables', 'text type variable is not sanitized'),
	  /* a table of 0.1, looked for first */
	  ('drop_interest_marks', 'relation "concert_booking.interest_marks" does not exist'),
	  /* text[] from a query of text */
	  ('row_labels', 'target type is different type than source type'))
  /* a read is STABLE, though the functions by which it refuses or gives headers to its answer are not: they change no row */
  AND c.message NOT LIKE 'routine is marked as %, but expression is %'
ORDER BY 1;
