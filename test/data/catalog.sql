/*
 * catalog.sql - everything that is defined in or about the schema, one line a
 * thing, sorted: two databases with the same lines are made alike. Variable
 * functions: 1 lists the functions too, with body, privileges and comment.
 */
\pset format unaligned
\pset tuples_only on
\pset fieldsep ' | '
SET search_path = pg_catalog;

WITH relations AS (
	SELECT c.* FROM pg_class c
	WHERE c.relnamespace = 'concert_booking'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
), lines (kind, name, definition) AS (
	SELECT 'schema', n.nspname::text, concat_ws(' ', pg_get_userbyid(n.nspowner), n.nspacl, obj_description(n.oid, 'pg_namespace'))
	FROM pg_namespace n WHERE n.nspname = 'concert_booking'
	UNION ALL
	SELECT 'relation', r.relname, concat_ws(' ', r.relkind, pg_get_userbyid(r.relowner), r.relacl, r.reloptions,
		   r.relrowsecurity, r.relforcerowsecurity, r.relreplident, r.relpersistence,
		   pg_get_partkeydef(r.oid), pg_get_expr(r.relpartbound, r.oid), obj_description(r.oid, 'pg_class'),
		   CASE WHEN r.relkind IN ('v', 'm') THEN pg_get_viewdef(r.oid) END)
	FROM relations r
	UNION ALL
	SELECT 'column', r.relname || '.' || a.attname,
		   concat_ws(' ', format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN 'not null' END,
					 pg_get_expr(d.adbin, d.adrelid), a.attacl, a.attstorage, col_description(r.oid, a.attnum))
	FROM relations r JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
	LEFT JOIN pg_attrdef d ON d.adrelid = r.oid AND d.adnum = a.attnum
	UNION ALL
	SELECT 'constraint', r.relname || '.' || k.conname,
		   concat_ws(' ', pg_get_constraintdef(k.oid), k.convalidated, obj_description(k.oid, 'pg_constraint'))
	/* NOT NULL stands with the columns; its name is PostgreSQL's own, since 18 */
	FROM relations r JOIN pg_constraint k ON k.conrelid = r.oid AND k.contype <> 'n'
	UNION ALL
	SELECT 'index', i.relname, concat_ws(' ', pg_get_indexdef(i.oid), x.indisvalid, i.reloptions)
	FROM relations r JOIN pg_index x ON x.indrelid = r.oid JOIN pg_class i ON i.oid = x.indexrelid
	UNION ALL
	SELECT 'trigger', r.relname || '.' || t.tgname, concat_ws(' ', pg_get_triggerdef(t.oid), t.tgenabled)
	FROM relations r JOIN pg_trigger t ON t.tgrelid = r.oid AND NOT t.tgisinternal
	UNION ALL
	SELECT 'policy', r.relname || '.' || p.polname,
		   concat_ws(' ', p.polcmd, p.polpermissive, (SELECT array_agg(u::regrole ORDER BY u) FROM unnest(p.polroles) u),
					 pg_get_expr(p.polqual, r.oid), pg_get_expr(p.polwithcheck, r.oid))
	FROM relations r JOIN pg_policy p ON p.polrelid = r.oid
	UNION ALL
	SELECT 'publication', p.pubname || ' ' || r.relname, ''
	FROM pg_publication p JOIN pg_publication_rel pr ON pr.prpubid = p.oid JOIN relations r ON r.oid = pr.prrelid
	UNION ALL
	SELECT 'member', pg_describe_object(d.classid, d.objid, 0), e.extname
	FROM pg_extension e JOIN pg_depend d ON d.refobjid = e.oid AND d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e'
	WHERE e.extname = 'concert_booking'
	UNION ALL
	SELECT 'function', p.oid::regprocedure::text,
		   CASE :functions WHEN 1 THEN concat_ws(' ', pg_get_functiondef(p.oid), pg_get_userbyid(p.proowner),
				ARRAY (SELECT a::text FROM unnest(coalesce(p.proacl, acldefault('f', p.proowner))) a ORDER BY 1), obj_description(p.oid, 'pg_proc')) ELSE '' END
	FROM pg_proc p WHERE p.pronamespace = 'concert_booking'::regnamespace AND p.prokind IN ('f', 'p')
	UNION ALL
	SELECT 'type', t.typname, concat_ws(' ', t.typacl, obj_description(t.oid, 'pg_type'),
		   (SELECT string_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || ' '
							  || coalesce(col_description(a.attrelid, a.attnum), ''), ', ' ORDER BY a.attnum)
			FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
			WHERE c.oid = t.typrelid AND c.relkind = 'c' AND a.attnum > 0))
	FROM pg_type t LEFT JOIN pg_class c ON c.oid = t.typrelid
	WHERE t.typnamespace = 'concert_booking'::regnamespace AND (t.typtype <> 'c' OR c.relkind = 'c') AND t.typelem = 0
)
SELECT l.kind, l.name, regexp_replace(l.definition, E'[ \t\n]+', ' ', 'g')
FROM lines l ORDER BY l.kind COLLATE "C", l.name COLLATE "C", l.definition COLLATE "C";
