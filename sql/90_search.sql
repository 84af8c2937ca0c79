/*
 * Search: the list of concerts. schedule_prices and
 * concert_schedules.lowest_price are kept by triggers, so that no search reads
 * a seat: its time does not depend on how many there are.
 */

CREATE TYPE concert_booking.concert_listing AS (
	concert_id uuid,
	title text,
	poster_url text,
	genre text,
	performers text,
	venue_name text,
	venue_address text,
	nearest_date date,
	min_price integer,
	cursor text
);
COMMENT ON TYPE concert_booking.concert_listing IS
	'One concert of a list.';
COMMENT ON COLUMN concert_booking.concert_listing.concert_id IS 'the concert';
COMMENT ON COLUMN concert_booking.concert_listing.title IS 'title';
COMMENT ON COLUMN concert_booking.concert_listing.poster_url IS 'address of the poster';
COMMENT ON COLUMN concert_booking.concert_listing.genre IS 'genre';
COMMENT ON COLUMN concert_booking.concert_listing.performers IS 'who performs';
COMMENT ON COLUMN concert_booking.concert_listing.venue_name IS 'name of the venue';
COMMENT ON COLUMN concert_booking.concert_listing.venue_address IS 'address of the venue';
COMMENT ON COLUMN concert_booking.concert_listing.nearest_date IS 'first date among the schedules that match';
COMMENT ON COLUMN concert_booking.concert_listing.min_price IS 'lowest price in won among the seats that match';
COMMENT ON COLUMN concert_booking.concert_listing.cursor IS 'after_cursor of the page that follows this row';

/*
 * search_concerts(...) - concerts that match every filter given.
 *
 * A concert is listed when it is active and not deleted and has a schedule
 * with a seat that matches: the dates and bookable_only choose among its
 * schedules, the prices among their seats, and nearest_date and min_price are
 * those of what was chosen.
 * Arguments: search_text, part of the title or the performers, any case, %, _
 * and \ mean themselves, up to 300 characters; genre; date_from and date_to,
 * both included, in the venue's time zone; region, part of the venue's
 * address; price_from and price_to in won, both included; bookable_only, only
 * schedules whose seats can be held now; sort_by: latest (newest concert
 * first), popularity (highest first) or price (lowest first), the newest id
 * first among equals; page_size, 1 to 1,000; page_offset, rows to leave out;
 * after_cursor, the cursor of a row got with the same sort_by: the page
 * begins behind it, however deep at the same cost. Null and '' mean no filter.
 * Returns: rows in this order. Tables written: none.
 * Errors: 22001, 22004, 22023. Source: A 3.1; B 1 (bookable_only).
 *
 * One statement serves every combination: it is planned for the arguments of
 * each call (force_custom_plan), which leaves only the conditions asked for
 * and walks the index of the order where that is the shorter way.
 */
CREATE FUNCTION concert_booking.search_concerts(
	search_text text DEFAULT NULL,
	genre text DEFAULT NULL,
	date_from date DEFAULT NULL,
	date_to date DEFAULT NULL,
	region text DEFAULT NULL,
	price_from integer DEFAULT NULL,
	price_to integer DEFAULT NULL,
	bookable_only boolean DEFAULT false,
	sort_by text DEFAULT 'latest',
	page_size integer DEFAULT 20,
	page_offset integer DEFAULT 0,
	after_cursor text DEFAULT NULL)
RETURNS SETOF concert_booking.concert_listing
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 20
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $fn$
#variable_conflict use_variable
DECLARE
	text_pattern text;
	region_pattern text;
	cursor_parts text[];
	after_instant timestamptz;
	after_number bigint;
	after_id uuid;
	judged_at timestamptz;
BEGIN
	PERFORM concert_booking.check_length('search_text', search_text, 300);
	PERFORM concert_booking.check_length('region', region, 300);
	PERFORM concert_booking.check_choice('sort_by', sort_by, '{latest,popularity,price}');
	PERFORM concert_booking.check_page(page_size, page_offset);
	IF bookable_only IS NULL THEN
		PERFORM concert_booking.refuse_null('bookable_only');
	END IF;
	IF after_cursor IS NOT NULL THEN
		cursor_parts := regexp_match(after_cursor,
			CASE sort_by WHEN 'latest' THEN '^latest:(-?(?:[0-9]{1,11}\.[0-9]{6}|Infinity))'
						 ELSE '^' || sort_by || ':(-?[0-9]{1,10})' END
			|| ':([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$');
		IF cursor_parts IS NULL THEN
			PERFORM concert_booking.refuse_value('after_cursor', 'Use the cursor of a row got with the same sort_by.');
		ELSIF sort_by = 'latest' THEN
			after_instant := to_timestamp(cursor_parts[1]::double precision);
		ELSE
			after_number := cursor_parts[1];
		END IF;
		after_id := cursor_parts[2];
	END IF;
	PERFORM concert_booking.cache_answer('list');
	text_pattern := concert_booking.containing(nullif(search_text, ''));
	region_pattern := concert_booking.containing(nullif(region, ''));
	genre := nullif(genre, '');
	IF bookable_only THEN
		judged_at := concert_booking.clock();
	END IF;

	RETURN QUERY
	SELECT c.id, c.title::text, c.poster_url, c.genre::text, c.performers,
		   v.name::text, v.address, m.nearest_date, m.min_price,
		   format('%s:%s:%s', sort_by,
				  CASE sort_by WHEN 'latest' THEN extract(epoch FROM c.created_at)
							   WHEN 'popularity' THEN c.popularity
							   ELSE m.min_price END, c.id)
	FROM concert_booking.concerts c
	JOIN concert_booking.venues v ON v.id = c.venue_id
	CROSS JOIN LATERAL (
		SELECT min(x.concert_date) AS nearest_date, min(x.price) AS min_price
		FROM (SELECT cs.concert_date,
					 CASE WHEN price_from IS NULL AND price_to IS NULL THEN cs.lowest_price
						  ELSE (SELECT min(p.price) FROM concert_booking.schedule_prices p
								WHERE p.concert_schedule_id = cs.id
								  AND (price_from IS NULL OR p.price >= price_from)
								  AND (price_to IS NULL OR p.price <= price_to)) END AS price
			  FROM concert_booking.concert_schedules cs
			  WHERE cs.concert_id = c.id
				AND (date_from IS NULL OR cs.concert_date >= date_from)
				AND (date_to IS NULL OR cs.concert_date <= date_to)
				AND (NOT bookable_only
					 OR concert_booking.is_bookable(cs.is_booking_open, cs.booking_opens_at,
													cs.booking_closes_at, cs.starts_at, judged_at))
			  OFFSET 0) x				/* looks each price up once */
		WHERE x.price IS NOT NULL) m
	WHERE c.is_deleted = false
	  AND c.status = 'active'
	  AND m.min_price IS NOT NULL
	  AND (text_pattern IS NULL OR c.title ILIKE text_pattern OR c.performers ILIKE text_pattern)
	  AND (search_concerts.genre IS NULL OR c.genre = search_concerts.genre)
	  AND (region_pattern IS NULL OR v.address LIKE region_pattern)
	  AND (after_id IS NULL
		   OR sort_by = 'latest' AND (c.created_at, c.id) < (after_instant, after_id)
		   OR sort_by = 'popularity' AND (c.popularity, c.id) < (after_number, after_id)
		   OR sort_by = 'price'
			  AND (m.min_price > after_number OR m.min_price = after_number AND c.id < after_id))
	ORDER BY CASE WHEN sort_by = 'latest' THEN c.created_at END DESC,
			 CASE WHEN sort_by = 'popularity' THEN c.popularity END DESC,
			 CASE WHEN sort_by = 'price' THEN m.min_price END,
			 c.id DESC
	LIMIT page_size OFFSET page_offset;
END
$fn$;
COMMENT ON FUNCTION concert_booking.search_concerts(text, text, date, date, text, integer, integer, boolean, text, integer, integer, text) IS
	'Concerts that match every filter given.
Filters: part of title or performers, genre, dates, region, prices, bookable_only. sort_by: latest, popularity, price. Pages by page_offset, or by after_cursor, the cursor of the last row.';
