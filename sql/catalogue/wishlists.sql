/*
 * Wishlists: the concerts that a member has marked. The member is the
 * signed-in one, or user_id, as everywhere (sql/selling/holds.sql); a guest has none.
 */

CREATE TYPE concert_booking.wishlist_entry AS (
	concert_id uuid,
	title text,
	poster_url text,
	genre text,
	performers text,
	venue_name text,
	venue_address text,
	nearest_date date,
	min_price integer,
	status text,
	wishlisted_at timestamptz,
	total_count bigint
);
COMMENT ON TYPE concert_booking.wishlist_entry IS
	'One concert of a wishlist.';
COMMENT ON COLUMN concert_booking.wishlist_entry.concert_id IS 'the concert';
COMMENT ON COLUMN concert_booking.wishlist_entry.title IS 'title';
COMMENT ON COLUMN concert_booking.wishlist_entry.poster_url IS 'address of the poster';
COMMENT ON COLUMN concert_booking.wishlist_entry.genre IS 'genre';
COMMENT ON COLUMN concert_booking.wishlist_entry.performers IS 'who performs';
COMMENT ON COLUMN concert_booking.wishlist_entry.venue_name IS 'name of the venue';
COMMENT ON COLUMN concert_booking.wishlist_entry.venue_address IS 'address of the venue';
COMMENT ON COLUMN concert_booking.wishlist_entry.nearest_date IS 'first date to come, null when all are past';
COMMENT ON COLUMN concert_booking.wishlist_entry.min_price IS 'lowest price in won of the schedules to come';
COMMENT ON COLUMN concert_booking.wishlist_entry.status IS 'active, cancelled or postponed';
COMMENT ON COLUMN concert_booking.wishlist_entry.wishlisted_at IS 'when the member marked it';
COMMENT ON COLUMN concert_booking.wishlist_entry.total_count IS 'number of rows on all pages together';

/*
 * add_wishlist(concert_id, user_id) - mark a concert.
 *
 * Marking it again changes nothing. Returns: added, whether it was new.
 * Tables written: wishlists. Errors: 22004, 42501, PT401, PT404 (unknown or
 * deleted concert). Source: A 2.9.
 */
CREATE FUNCTION concert_booking.add_wishlist(
	concert_id uuid,
	user_id uuid DEFAULT NULL,
	OUT added boolean)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
#variable_conflict use_column
DECLARE
	member_id uuid;
BEGIN
	PERFORM concert_booking.require_tables();
	IF add_wishlist.concert_id IS NULL THEN
		PERFORM concert_booking.refuse_null('concert_id');
	END IF;
	member_id := concert_booking.resolve_member(add_wishlist.user_id);
	INSERT INTO concert_booking.wishlists (user_id, concert_id)
	SELECT member_id, c.id FROM concert_booking.concerts c
	WHERE c.id = add_wishlist.concert_id AND c.is_deleted = false
	ON CONFLICT DO NOTHING;
	added := FOUND;
	IF NOT added AND NOT EXISTS (SELECT FROM concert_booking.concerts c
								 WHERE c.id = add_wishlist.concert_id AND c.is_deleted = false) THEN
		PERFORM concert_booking.refuse_unknown_concert(add_wishlist.concert_id);
	END IF;
END
$fn$;
COMMENT ON FUNCTION concert_booking.add_wishlist(uuid, uuid) IS
	'Put a concert on one''s wishlist. Returns whether it was new there.';

/*
 * remove_wishlist(concert_id, user_id) - take the mark off.
 *
 * Taking it off again changes nothing. Returns: removed, whether there was one.
 * Tables written: wishlists. Errors: 22004, 42501, PT401. Source: A 2.9.
 */
CREATE FUNCTION concert_booking.remove_wishlist(
	concert_id uuid,
	user_id uuid DEFAULT NULL,
	OUT removed boolean)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
#variable_conflict use_column
DECLARE
	member_id uuid;
BEGIN
	PERFORM concert_booking.require_tables();
	IF remove_wishlist.concert_id IS NULL THEN
		PERFORM concert_booking.refuse_null('concert_id');
	END IF;
	member_id := concert_booking.resolve_member(remove_wishlist.user_id);
	DELETE FROM concert_booking.wishlists w
	WHERE w.user_id = member_id
	  AND w.concert_id = remove_wishlist.concert_id;
	removed := FOUND;
END
$fn$;
COMMENT ON FUNCTION concert_booking.remove_wishlist(uuid, uuid) IS
	'Take a concert off one''s wishlist. Returns whether it was there.';

/*
 * my_wishlist(user_id) - the concerts that the member has marked.
 *
 * Cancelled and postponed concerts stay, with their status; deleted ones go.
 * Cancelled schedules are not to come.
 * Arguments: user_id; page_size, 1 to 1,000; page_offset, rows to leave out.
 * Returns: last marked first; each row has the number of all. Tables written: none.
 * Errors: 22004, 22023, 42501, PT401. Source: A 2.9.
 */
CREATE FUNCTION concert_booking.my_wishlist(
	user_id uuid DEFAULT NULL,
	page_size integer DEFAULT 20,
	page_offset integer DEFAULT 0)
RETURNS SETOF concert_booking.wishlist_entry
LANGUAGE plpgsql STABLE ROWS 20
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
#variable_conflict use_column
DECLARE
	member_id uuid;
	judged_at constant timestamptz := concert_booking.clock();
BEGIN
	PERFORM concert_booking.require_tables();
	PERFORM concert_booking.check_page(my_wishlist.page_size, my_wishlist.page_offset);
	PERFORM concert_booking.cache_answer('personal');
	member_id := concert_booking.resolve_member(my_wishlist.user_id);
	RETURN QUERY
	SELECT p.id, p.title, p.poster_url, p.genre, p.performers, v.name::text, v.address,
		   m.nearest_date, m.min_price, p.status, p.wishlisted_at, p.total_count
	FROM (
		SELECT c.id, c.title::text, c.poster_url, c.genre::text, c.performers, c.venue_id, c.status,
			   w.created_at AS wishlisted_at, count(*) OVER () AS total_count,
			   row_number() OVER (ORDER BY w.created_at DESC, w.id DESC) AS place
		FROM concert_booking.wishlists w
		JOIN concert_booking.concerts c ON c.id = w.concert_id
		WHERE w.user_id = member_id AND c.is_deleted = false
		ORDER BY place
		LIMIT my_wishlist.page_size OFFSET my_wishlist.page_offset) p
	JOIN concert_booking.venues v ON v.id = p.venue_id
	CROSS JOIN LATERAL (
		SELECT min(cs.concert_date) AS nearest_date, min(cs.lowest_price) AS min_price
		FROM concert_booking.concert_schedules cs
		WHERE cs.concert_id = p.id AND cs.starts_at > judged_at AND cs.status <> 'cancelled') m
	ORDER BY p.place;
END
$fn$;
COMMENT ON FUNCTION concert_booking.my_wishlist(uuid, integer, integer) IS
	'The concerts on one''s wishlist, last marked first.';
