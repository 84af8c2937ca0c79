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
	cursor text,
	opens_at timestamptz,
	total_count bigint
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
COMMENT ON COLUMN concert_booking.concert_listing.opens_at IS 'when the first of the schedules that match can be booked; null: one can be booked now, or none ever';
COMMENT ON COLUMN concert_booking.concert_listing.total_count IS 'number of rows on all pages together, 1001: more than 1,000; null unless with_total';

/*
 * containing(search_text) - the LIKE pattern of texts that contain this one;
 * %, _ and \ in it mean themselves. Internal.
 *
 * Returns: text, null for null. Tables written: none. Errors: none.
 */
CREATE FUNCTION concert_booking.containing(search_text text)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $fn$
	SELECT '%' || replace(replace(replace(search_text, '\', '\\'), '%', '\%'), '_', '\_') || '%'
$fn$;
COMMENT ON FUNCTION concert_booking.containing(text) IS
	'Internal: the LIKE pattern of texts that contain this one literally.';

/*
 * search_concerts(...) - concerts that match every filter given.
 *
 * A concert is listed when it is active and not deleted and has a schedule
 * with a seat that matches: the dates and bookable_only choose among its
 * schedules that are not cancelled, the prices among their seats, and
 * nearest_date, min_price and opens_at are those of what was chosen.
 * Arguments: search_text, part of the title or the performers, any case, %, _
 * and \ mean themselves, up to 300 characters; genre; date_from and date_to,
 * both included, in the venue's time zone; region, part of the venue's
 * address; price_from and price_to in won, both included; bookable_only, only
 * schedules whose seats can be held now or later (opens_at); sort_by: latest (newest concert
 * first), popularity (highest first), price (lowest first) or date (nearest_date,
 * earliest first), the newest id first among equals; page_size, 1 to 1,000;
 * page_offset, rows to leave out; after_cursor, the cursor of a row got with the same
 * sort_by: the page begins behind it, however deep at the same cost; with_total,
 * whether to count what matches on all pages, as far as 1,000: 1,001 stands for more.
 * Null and '' mean no filter.
 * Returns: rows in this order. Tables written: none.
 * Errors: 22001, 22004, 22023. Source: A 3.1; B 1 (bookable_only), B flow 1 (opens
 * later).
 *
 * SET search_path: unlike the commands, it reads the tables by SQL.
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
	after_cursor text DEFAULT NULL,
	with_total boolean DEFAULT false)
RETURNS SETOF concert_booking.concert_listing
LANGUAGE c STABLE PARALLEL RESTRICTED ROWS 20
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'concert_booking_search_concerts';

COMMENT ON FUNCTION concert_booking.search_concerts(text, text, date, date, text, integer, integer, boolean, text, integer, integer, text, boolean) IS
	'Concerts that match every filter given.
Filters: part of title or performers, genre, dates, region, prices, bookable_only. sort_by: latest, popularity, price, date. Pages by page_offset, or by after_cursor, the cursor of the last row. bookable_only: now or later, see opens_at.';
