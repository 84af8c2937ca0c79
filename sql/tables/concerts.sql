/*
 * Concerts. An index of theirs calls a function, which comes before it.
 */

/*
 * bigrams(title, performers) - the characters of two texts, and their pairs of
 * neighbouring characters, lower-cased, each once: what a word is looked for by.
 *
 * A text that has the word by ILIKE has all pairs of the word, or its only
 * character; the reverse is for ILIKE to say. Pairs find words of two syllables,
 * which have no trigram, and those of any script in the C locale too.
 * Null is no text. Returns: text[], empty where there is no character. Tables
 * written: none. Errors: none.
 *
 * Whoever writes a concert runs what the table's index is made of, as himself, and
 * so needs EXECUTE: see grant_bigrams().
 */
CREATE FUNCTION concert_booking.bigrams(title text, performers text)
RETURNS text[]
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'concert_booking_bigrams';

COMMENT ON FUNCTION concert_booking.bigrams(text, text) IS
	'The characters and pairs of characters of a concert''s texts, by which search finds words.
An index of concerts is made of it: whoever writes concerts needs EXECUTE.';

/*
 * grant_bigrams() - whoever may write concerts may execute what their index is made
 * of, as they could before there was the index. Internal: a step of create_tables().
 *
 * Returns: nothing. Tables written: none. Errors: none.
 */
CREATE FUNCTION concert_booking.grant_bigrams()
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $fn$
DECLARE
	writer record;
BEGIN
	FOR writer IN
		SELECT w.id, CASE WHEN w.id <> 0 THEN pg_get_userbyid(w.id) END AS name
		FROM (SELECT c.relowner FROM pg_class c WHERE c.oid = 'concert_booking.concerts'::regclass
			  UNION
			  SELECT a.grantee FROM pg_class c, aclexplode(c.relacl) a
			  WHERE c.oid = 'concert_booking.concerts'::regclass AND a.privilege_type IN ('INSERT', 'UPDATE')
			  UNION
			  SELECT a.grantee FROM pg_attribute t, aclexplode(t.attacl) a
			  WHERE t.attrelid = 'concert_booking.concerts'::regclass AND a.privilege_type IN ('INSERT', 'UPDATE')) w (id)
		WHERE NOT EXISTS (SELECT FROM pg_proc p, aclexplode(p.proacl) a
						  WHERE p.oid = 'concert_booking.bigrams(text, text)'::regprocedure AND a.grantee = w.id)
	LOOP
		IF writer.name IS NULL THEN
			GRANT EXECUTE ON FUNCTION concert_booking.bigrams(text, text) TO PUBLIC;
		ELSE
			EXECUTE format('GRANT EXECUTE ON FUNCTION concert_booking.bigrams(text, text) TO %I', writer.name);
		END IF;
	END LOOP;
END
$fn$;
COMMENT ON FUNCTION concert_booking.grant_bigrams() IS
	'Internal: whoever may write concerts may execute bigrams().';

/*
 * define_concerts() - the table concerts and what belongs to it. Internal: see
 * table_parts().
 */
CREATE FUNCTION concert_booking.define_concerts()
RETURNS TABLE (kind text, table_name text, name text, definition text, comment text)
LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	RETURN QUERY
	VALUES
	('table', 'concerts', NULL, $table$
		CREATE TABLE concert_booking.concerts (
			id uuid PRIMARY KEY,
			venue_id uuid NOT NULL REFERENCES concert_booking.venues (id) ON DELETE RESTRICT,
			title varchar(300) NOT NULL,
			poster_url text,
			description text,
			genre varchar(50),
			performers text,
			rating varchar(20),
			running_time integer,
			status text NOT NULL DEFAULT 'active',
			is_deleted boolean NOT NULL DEFAULT false,
			popularity integer NOT NULL DEFAULT 0,
			counted_bookings integer NOT NULL DEFAULT 0,
			created_at timestamptz NOT NULL DEFAULT now(),
			updated_at timestamptz NOT NULL DEFAULT now(),
			CONSTRAINT chk_concerts_status CHECK (status IN ('active', 'cancelled', 'postponed')),
			CONSTRAINT chk_concerts_running_time CHECK (running_time > 0)
		)$table$,
	 'What is performed.'),
	('column', 'concerts', 'id', 'concert_booking.uuid_v7()', 'the concert'),
	('column', 'concerts', 'venue_id', NULL, 'where it takes place'),
	('column', 'concerts', 'title', NULL, 'title'),
	('column', 'concerts', 'poster_url', NULL, 'address of the poster''s image'),
	('column', 'concerts', 'description', NULL, 'what it is about'),
	('column', 'concerts', 'genre', NULL, 'genre; search filters by it'),
	('column', 'concerts', 'performers', NULL, 'who performs; search looks in it'),
	('column', 'concerts', 'rating', NULL, 'who is admitted, such as all or 15'),
	('column', 'concerts', 'running_time', NULL, 'length in minutes'),
	('column', 'concerts', 'status', NULL, 'active, cancelled or postponed; only an active concert can be booked'),
	('column', 'concerts', 'is_deleted', NULL, 'taken off the catalogue, kept for the bookings'),
	('column', 'concerts', 'popularity', NULL, 'rises with bookings; search sorts by it'),
	('column', 'concerts', 'counted_bookings', NULL, 'confirmed bookings that popularity holds already'),
	('constraint', 'concerts', 'chk_concerts_status', NULL, 'the statuses there are'),
	('constraint', 'concerts', 'chk_concerts_running_time', NULL, 'a length is positive'),
	('index', 'concerts', 'idx_concerts_venue_genre',
	 'CREATE INDEX idx_concerts_venue_genre ON concert_booking.concerts (venue_id, genre, id)',
	 'The concerts of a venue, and those of a genre there.'),
	('index', 'concerts', 'idx_concerts_created_at',
	 'CREATE INDEX idx_concerts_created_at ON concert_booking.concerts (created_at, id)',
	 'Newest concerts first.'),
	('index', 'concerts', 'idx_concerts_genre_created_at',
	 'CREATE INDEX idx_concerts_genre_created_at ON concert_booking.concerts (genre, created_at, id) WHERE is_deleted = false',
	 'Newest concerts of a genre first.'),
	('index', 'concerts', 'idx_concerts_popularity',
	 'CREATE INDEX idx_concerts_popularity ON concert_booking.concerts (popularity, id) WHERE is_deleted = false',
	 'Most popular concerts first.'),
	('index', 'concerts', 'idx_concerts_genre_popularity',
	 'CREATE INDEX idx_concerts_genre_popularity ON concert_booking.concerts (genre, popularity, id) WHERE is_deleted = false',
	 'Most popular concerts of a genre first.'),
	('index', 'concerts', 'idx_concerts_bigrams',
	 'CREATE INDEX idx_concerts_bigrams ON concert_booking.concerts USING gin (concert_booking.bigrams(title, performers))',
	 'Search within titles and performers by words of any length.'),
	('index', 'concerts', 'idx_concerts_title_trgm',
	 'CREATE INDEX idx_concerts_title_trgm ON concert_booking.concerts USING gin (title %I.gin_trgm_ops)',
	 'Search within titles.'),
	('index', 'concerts', 'idx_concerts_performers_trgm',
	 'CREATE INDEX idx_concerts_performers_trgm ON concert_booking.concerts USING gin (performers %I.gin_trgm_ops)',
	 'Search within performers.'),
	('trigger', 'concerts', 'update_concerts_updated_at',
	 'BEFORE UPDATE ON concert_booking.concerts FOR EACH ROW EXECUTE FUNCTION %I.moddatetime(''updated_at'')', NULL),
	('trigger', 'concerts', 'refresh_schedule_starts',
	 'AFTER UPDATE OF venue_id, created_at ON concert_booking.concerts FOR EACH ROW WHEN (((old.venue_id IS DISTINCT FROM new.venue_id) OR (old.created_at IS DISTINCT FROM new.created_at))) EXECUTE FUNCTION concert_booking.refresh_schedule_starts()', NULL);
END
$fn$;
COMMENT ON FUNCTION concert_booking.define_concerts() IS
	'Internal: the table concerts and what belongs to it.';
