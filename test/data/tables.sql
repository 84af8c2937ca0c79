/* tables.sql - every row of every table, as one checksum a table. */
\pset format unaligned
\pset tuples_only on
SELECT format('SELECT %L, count(*), md5(string_agg(t::text, E''\n'' ORDER BY t::text COLLATE "C")) FROM concert_booking.%I t',
			  c.relname, c.relname)
FROM pg_class c
WHERE c.relnamespace = 'concert_booking'::regnamespace AND c.relkind IN ('r', 'v')
ORDER BY c.relname COLLATE "C"
\gexec
