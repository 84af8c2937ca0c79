-- Everything is described, for those who look with psql, PostgREST or pgAdmin.
\ir ../fixtures/pgtap.sql
BEGIN;

CREATE TEMP VIEW described AS
SELECT 'schema' AS kind, n.nspname::text AS name, obj_description(n.oid, 'pg_namespace') AS comment
FROM pg_namespace n WHERE n.nspname = 'concert_booking'
UNION ALL
SELECT CASE c.relkind WHEN 'c' THEN 'type' WHEN 'v' THEN 'view' WHEN 'i' THEN 'index' WHEN 'I' THEN 'index' ELSE 'table' END,
	   c.relname, CASE c.relkind WHEN 'c' THEN obj_description(c.reltype, 'pg_type') ELSE obj_description(c.oid, 'pg_class') END
FROM pg_class c
WHERE c.relnamespace = 'concert_booking'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'c', 'i', 'I', 'm', 'S')
  -- an index of a constraint is described there, one of a partition at its parent
  AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = c.oid)
  AND NOT (c.relkind = 'i' AND c.relispartition)
UNION ALL
SELECT 'column', c.relname || '.' || a.attname, col_description(c.oid, a.attnum)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relnamespace = 'concert_booking'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'c', 'm')
UNION ALL
-- primary and foreign keys speak for themselves
SELECT 'constraint', k.conrelid::regclass || '.' || k.conname, obj_description(k.oid, 'pg_constraint')
FROM pg_constraint k
WHERE k.connamespace = 'concert_booking'::regnamespace AND k.contype IN ('c', 'u', 'x')
  AND k.conname NOT LIKE '%\_key'
UNION ALL
SELECT 'function', p.oid::regprocedure::text, obj_description(p.oid, 'pg_proc')
FROM pg_proc p WHERE p.pronamespace = 'concert_booking'::regnamespace
UNION ALL
SELECT 'extension', e.extname, obj_description(e.oid, 'pg_extension')
FROM pg_extension e WHERE e.extname = 'concert_booking';

SELECT plan((SELECT count(*)::integer FROM described) + 2);
SELECT ok(length(btrim(comment)) > 0, format('%s %s is described', kind, name))
FROM described ORDER BY kind, name COLLATE "C";

SELECT is(array_agg(DISTINCT kind ORDER BY kind),
	ARRAY['column', 'constraint', 'extension', 'function', 'index', 'schema', 'table', 'type', 'view'],
	'nothing was left out') FROM described;
SELECT is_empty($$
	SELECT p.proname FROM pg_proc p
	WHERE p.pronamespace = 'concert_booking'::regnamespace AND p.prorettype = 'trigger'::regtype
	  AND obj_description(p.oid, 'pg_proc') NOT LIKE 'Trigger: %'$$, 'a trigger function says that it is one');

SELECT * FROM finish();
ROLLBACK;
