-- C only: it makes databases of other locales
-- bigrams(): a text that has a word by ILIKE has all characters and pairs of the word, whatever the locale and the encoding.
\pset format unaligned
\pset footer off
SELECT concert_booking.bigrams('아이유 IU', NULL);
SELECT concert_booking.bigrams('아이유', '유IU');
SELECT concert_booking.bigrams(NULL, 'A');
SELECT concert_booking.bigrams('AA', 'aa'), concert_booking.bigrams('AA', 'aa') = concert_booking.bigrams('aa', NULL) AS lowered;
SELECT concert_booking.bigrams('', NULL) = '{}' AS empty, concert_booking.bigrams(NULL, NULL) = '{}' AS of_null, concert_booking.bigrams('', '') = '{}' AS of_empty;
-- a combining mark is a character of its own, as for ILIKE; so is each jamo of a syllable that is taken apart
SELECT cardinality(concert_booking.bigrams(U&'e\0301', NULL)), concert_booking.bigrams(U&'\1112\1161\11AB', NULL) @> concert_booking.bigrams('한', NULL) AS same;
-- four bytes; what LIKE takes for a sign; a text of many characters
SELECT concert_booking.bigrams('🎸🎹', NULL), concert_booking.bigrams('%_\', NULL), cardinality(concert_booking.bigrams(repeat('가나', 500000), NULL));
-- all syllables that there are, five times: each token once
SELECT cardinality(b.bigrams) AS tokens, (SELECT count(DISTINCT t) FROM unnest(b.bigrams) t) AS different,
	   b.bigrams @> concert_booking.bigrams('힣가', '각갂') AS ends
FROM (SELECT string_agg(chr(44032 + i), '' ORDER BY i) AS all_syllables FROM generate_series(0, 11171) i) s, concert_booking.bigrams(repeat(s.all_syllables, 3), repeat(s.all_syllables, 2)) AS b (bigrams);
SELECT p.provolatile, p.proparallel, p.proisstrict FROM pg_proc p WHERE p.oid = 'concert_booking.bigrams(text, text)'::regprocedure;

-- whoever may write concerts may execute what the table's index is made of, after create_tables()
\i test/fixtures/world.sql
CREATE ROLE bigrams_writer;
CREATE ROLE "bigrams editor";
GRANT USAGE ON SCHEMA concert_booking TO bigrams_writer;
GRANT INSERT, UPDATE, SELECT ON concert_booking.concerts TO bigrams_writer;
GRANT UPDATE (title) ON concert_booking.concerts TO "bigrams editor";
SELECT r.rolname, has_function_privilege(r.oid, 'concert_booking.bigrams(text, text)', 'EXECUTE') AS may FROM pg_roles r WHERE r.rolname LIKE 'bigrams%' ORDER BY 1;
SELECT concert_booking.create_tables();
SELECT r.rolname, has_function_privilege(r.oid, 'concert_booking.bigrams(text, text)', 'EXECUTE') AS may FROM pg_roles r WHERE r.rolname LIKE 'bigrams%' ORDER BY 1;
SET ROLE bigrams_writer;
INSERT INTO concert_booking.concerts (id, venue_id, title) VALUES ('c0000000-0000-7000-8000-000000000002', '0e000000-0000-7000-8000-000000000001', '가을밤');
UPDATE concert_booking.concerts SET title = '겨울밤' WHERE id = 'c0000000-0000-7000-8000-000000000002';
RESET ROLE;
DELETE FROM concert_booking.concerts WHERE id = 'c0000000-0000-7000-8000-000000000002';
REVOKE ALL ON concert_booking.concerts FROM bigrams_writer, "bigrams editor";
REVOKE EXECUTE ON FUNCTION concert_booking.bigrams FROM bigrams_writer, "bigrams editor";
REVOKE USAGE ON SCHEMA concert_booking FROM bigrams_writer;
DROP ROLE bigrams_writer, "bigrams editor";

-- the same in each locale
\set letters 'U&\'aAbBiI\\0130\\0131\\00df\\1e9e\\00e9\\00c9\\03a3\\03c3\\03c2\\0301 %_\\\\\\ac00\\b098\\+01f3b8\''
\i test/fixtures/bigrams.sql
CREATE DATABASE bigrams_c TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C';
CREATE DATABASE bigrams_root TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'und' LOCALE 'C';
CREATE DATABASE bigrams_turkish TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'tr' LOCALE 'C';
CREATE DATABASE bigrams_euc_kr TEMPLATE template0 ENCODING 'EUC_KR' LOCALE 'C';
CREATE DATABASE bigrams_latin1 TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C';
\c bigrams_c
\i test/fixtures/bigrams.sql
SELECT concert_booking.bigrams('Été 가나', NULL);
\c bigrams_root
\i test/fixtures/bigrams.sql
SELECT concert_booking.bigrams('ÉTÉ İ ΟΔΟΣ', NULL);
\c bigrams_turkish
\i test/fixtures/bigrams.sql
SELECT concert_booking.bigrams('Iİ', NULL);
\set letters '\'aAbBiI %_\\가나다밤\''
\c bigrams_euc_kr
\i test/fixtures/bigrams.sql
SELECT concert_booking.bigrams('가나 B', NULL);
\set letters '\'aAbBiI %_\\éÉß\''
\c bigrams_latin1
\i test/fixtures/bigrams.sql
SELECT concert_booking.bigrams('Éa', NULL);

\c contrib_regression
DROP DATABASE bigrams_c;
DROP DATABASE bigrams_root;
DROP DATABASE bigrams_turkish;
DROP DATABASE bigrams_euc_kr;
DROP DATABASE bigrams_latin1;
