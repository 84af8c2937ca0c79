/*
 * define_popularity() - the table concert_interest and what belongs to it.
 * Internal: see table_parts().
 *
 * No index but the key: a look changes its row in place.
 */
CREATE FUNCTION concert_booking.define_popularity()
RETURNS TABLE (kind text, table_name text, name text, definition text, comment text)
LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	RETURN QUERY
	VALUES
	('table', 'concert_interest', NULL, $table$
		CREATE TABLE concert_booking.concert_interest (
			concert_id uuid PRIMARY KEY REFERENCES concert_booking.concerts (id) ON DELETE CASCADE,
			new_looks integer NOT NULL DEFAULT 0,
			minute_start timestamptz,
			minute_looks integer NOT NULL DEFAULT 0,
			interest double precision NOT NULL DEFAULT 0,
			counted_interest integer NOT NULL DEFAULT 0,
			decayed_at timestamptz,
			CONSTRAINT chk_concert_interest_looks CHECK (new_looks >= 0 AND minute_looks >= 0 AND interest >= 0)
		) WITH (fillfactor = 50)$table$,
	 'Looks at a concert, one row a concert: record_interest() notes them, refresh_popularity() counts them.'),
	('column', 'concert_interest', 'concert_id', NULL, 'the concert'),
	('column', 'concert_interest', 'new_looks', NULL, 'looks that popularity does not hold yet'),
	('column', 'concert_interest', 'minute_start', NULL, 'the minute of the last look; null: none since 0.1'),
	('column', 'concert_interest', 'minute_looks', NULL, 'how many looks were noted in that minute'),
	('column', 'concert_interest', 'interest', NULL, 'the looks that were counted, less a tenth of them for each day since'),
	('column', 'concert_interest', 'counted_interest', NULL, 'what of it concerts.popularity holds'),
	('column', 'concert_interest', 'decayed_at', NULL, 'until when the days are taken off; null: nothing was counted yet'),
	('constraint', 'concert_interest', 'chk_concert_interest_looks', NULL, 'a number of looks is not negative');
END
$fn$;
COMMENT ON FUNCTION concert_booking.define_popularity() IS
	'Internal: the table concert_interest and what belongs to it.';

/*
 * drop_interest_marks() - the looks that 0.1 has noted and not counted go into
 * concert_interest, and its table interest_marks goes. Internal: a step of
 * create_tables() and of run_upkeep().
 *
 * Locking: ACCESS EXCLUSIVE on concerts, because interest_marks refers to it, until
 * the transaction ends. It is not waited for: while somebody reads concerts, the
 * table stays for the next time, and nothing uses it.
 * Returns: whether it is gone. Tables written: concert_interest, interest_marks.
 * Errors: none.
 */
CREATE FUNCTION concert_booking.drop_interest_marks()
RETURNS boolean
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET client_min_messages = warning
AS $fn$
BEGIN
	IF to_regclass('concert_booking.interest_marks') IS NULL THEN
		RETURN true;
	END IF;
	FOR attempt IN 1 .. 20 LOOP
		BEGIN
			LOCK TABLE concert_booking.concerts, concert_booking.interest_marks IN ACCESS EXCLUSIVE MODE NOWAIT;
			INSERT INTO concert_booking.concert_interest AS i (concert_id, new_looks)
			SELECT m.concert_id, least(count(*), 1000000000) FROM concert_booking.interest_marks m GROUP BY 1
			ON CONFLICT (concert_id) DO UPDATE
			SET new_looks = least(i.new_looks::bigint + excluded.new_looks, 1000000000);
			DROP TABLE concert_booking.interest_marks;
			RETURN true;
		EXCEPTION
			WHEN lock_not_available THEN
				PERFORM pg_sleep(0.005);
			WHEN dependent_objects_still_exist THEN
				RETURN false;		/* something of the owner's needs it: it is theirs */
		END;
	END LOOP;
	RETURN false;
END
$fn$;
COMMENT ON FUNCTION concert_booking.drop_interest_marks() IS
	'Internal: the uncounted looks of 0.1 into concert_interest.';
