/*
 * search_statement.c - the text of the statements of the list of concerts.
 *
 * Each is put together for the filters and the order that were asked for. Their form
 * leaves the planner one way, because it is the right one also for tables that nobody
 * has analyzed: what an index is not to be chosen for stands in "(...) IS TRUE", and
 * what is asked about another table is a subquery of its own, run for the rows that
 * passed everything before it.
 *
 * Not done here: plans (search_plan.c), and which statements are run, and how far
 * (search_page.c).
 */
#include "postgres.h"

#include "search_condition.h"
#include "search_statement.h"

/* Whether the walk is along the prices of the schedules, not the schedules. */
static bool
walks_along_prices(const Search *search)
{
	return search->order == ORDER_PRICE && search_is_by_price(search);
}

static const char *
prices_table(const Search *search)
{
	return search->has_concert_id ?
		"concert_booking.schedule_prices" :
		"(SELECT x.concert_schedule_id, x.seat_grade, x.price, y.concert_id"
		" FROM concert_booking.schedule_prices x"
		" JOIN concert_booking.concert_schedules y ON y.id = x.concert_schedule_id)";
}

/* The first day on which a schedule can begin after $8, whatever its time zone. */
#define FIRST_DAY "($8 AT TIME ZONE 'UTC')::date - 2"

/* -------- walks -------- */

/* Whether the rows that are looked at, w, are schedules or prices, not concerts. */
static bool
walks_below_concerts(const Search *search, SearchStatement what)
{
	return search_walks_by_key(search) || what == STATEMENT_WALK_DATES;
}

static const char *
walked_table(const Search *search, SearchStatement what)
{
	if (!walks_below_concerts(search, what))
		return "concert_booking.concerts";
	return walks_along_prices(search) ? prices_table(search) :
										"concert_booking.concert_schedules";
}

static const char *
walked_key(const Search *search, SearchStatement what)
{
	switch (search->order)
	{
		case ORDER_LATEST:
			return walks_below_concerts(search, what) ? "w.concert_created_at" :
														"c.created_at";
		case ORDER_POPULARITY:
			return "c.popularity";
		case ORDER_PRICE:
			return search_is_by_price(search) ? "w.price" : "w.lowest_price";
		default:
			return "w.concert_date";
	}
}

/*
 * Whether a schedule, or a price, w is of the list. What was sorted has been asked for
 * what its own row tells.
 */
static void
append_matches(StringInfo sql, const Search *search, SearchStatement what)
{
	if (walks_along_prices(search))
	{
		appendStringInfoString(sql,
							   "(SELECT true FROM concert_booking.concert_schedules cs"
							   " WHERE cs.id = w.concert_schedule_id AND (");
		search_condition_schedule(sql, search, "cs");
		appendStringInfoString(sql, ") IS TRUE)");
	}
	else
	{
		if (what == STATEMENT_WALK_IDS)
			appendStringInfoString(sql, "true");
		else
			search_condition_schedule(sql, search, "w");
		search_condition_has_price(sql, search, "w", "");
	}
	appendStringInfoString(sql,
						   " AND (SELECT true FROM concert_booking.concerts c"
						   " WHERE c.id = w.concert_id AND (");
	search_condition_concert(sql, search);
	appendStringInfoString(sql, ") IS TRUE)");
}

/*
 * Where the walk begins and ends, besides the cursor. That a genre is no lower and no
 * higher than the one asked for, not that it equals it, is for the order by genre:
 * only an index that begins with it has that, so the planner cannot take another one.
 */
static void
append_range(StringInfo sql, const Search *search, SearchStatement what)
{
	if (!walks_below_concerts(search, what))
	{
		if (search_has(search, PARAM_GENRE))
			appendStringInfo(sql, " AND c.genre >= $2%s AND c.is_deleted = false",
							 search_has(search, PARAM_AFTER_ID) ? "" : " AND c.genre <= $2");
		else if (search->order == ORDER_POPULARITY)
			appendStringInfoString(sql, " AND c.is_deleted = false");
	}
	else if (walks_along_prices(search))
		search_condition_price(sql, search, "w");
	else
	{
		if (search->order == ORDER_PRICE)
			appendStringInfo(sql, " AND w.lowest_price IS NOT NULL%s",
							 search->has_status ? " AND w.status <> 'cancelled'" : "");
		if (search_has(search, PARAM_DATE_FROM))
			appendStringInfoString(sql, " AND w.concert_date >= $3");
		if (search_has(search, PARAM_DATE_TO))
			appendStringInfoString(sql, " AND w.concert_date <= $4");
		if (search->offered_only && search->order == ORDER_DATE)
			appendStringInfoString(sql, " AND w.concert_date >= " FIRST_DAY);
	}
}

/* What is behind the cursor, or the part of it that this walk takes. */
static void
append_cursor(StringInfo sql, const Search *search, SearchStatement what)
{
	const char *key = walked_key(search, what);
	const char *value = search->order == ORDER_DATE ? "$11" : "$10";

	if (!search_has(search, PARAM_AFTER_ID))
		return;
	if (what == STATEMENT_WALK_DATES)
		appendStringInfo(sql, " AND (%s, w.concert_id) < ($9, $12)", key);
	else if (!search_walks_by_key(search))
	{
		bool		in_genre = search_has(search, PARAM_GENRE);

		appendStringInfo(sql, " AND (%s%s, c.id) < (%s%s, $12)", in_genre ? "c.genre, " : "",
						 key, in_genre ? "$2, " : "",
						 search->order == ORDER_LATEST ? "$9" : "$10");
	}
	else if (what == STATEMENT_WALK_TIES)
		appendStringInfo(sql, " AND %s = %s AND w.concert_id < $12", key, value);
	else if (what == STATEMENT_WALK)
		appendStringInfo(sql, " AND %s > %s", key, value);
	else
		appendStringInfo(sql, " AND (%1$s > %2$s OR %1$s = %2$s AND w.concert_id < $12)",
						 key, value);
}

static void
append_order(StringInfo sql, const Search *search, SearchStatement what)
{
	const char *key = walked_key(search, what);

	if (walks_below_concerts(search, what))
		appendStringInfo(sql, " ORDER BY %s%s, w.concert_id DESC", key,
						 what == STATEMENT_WALK_DATES ? " DESC" : "");
	else
		appendStringInfo(sql, " ORDER BY %s%s DESC, c.id DESC",
						 search_has(search, PARAM_GENRE) ? "c.genre DESC, " : "", key);
}

/*
 * The concerts of PARAM_IDS, or their schedules or prices, sorted. Each OFFSET 0 keeps
 * the planner from another way: the ids first, then the sort, and what is asked about
 * other rows last, because that is asked of the first ones only.
 */
static void
append_sorted(StringInfo sql, const Search *search)
{
	bool		by_key = search_walks_by_key(search);

	appendStringInfoString(sql, " FROM (SELECT * FROM (SELECT ");
	if (!by_key)
		appendStringInfo(sql, "c.id, %s, c.is_deleted, c.status, c.genre, c.venue_id%s"
							  " FROM concert_booking.concerts c"
							  " WHERE c.id = ANY ($14) AND (true",
						 walked_key(search, STATEMENT_WALK_IDS),
						 search_has(search, PARAM_TEXT) ? ", c.title, c.performers" : "");
	else if (walks_along_prices(search))
		appendStringInfoString(sql,
							   "cs.concert_id, w.concert_schedule_id, w.seat_grade, w.price"
							   " FROM concert_booking.concert_schedules cs CROSS JOIN LATERAL"
							   " (SELECT * FROM concert_booking.schedule_prices p"
							   " WHERE p.concert_schedule_id = cs.id OFFSET 0) w"
							   " WHERE cs.concert_id = ANY ($14) AND (true");
	else
	{
		appendStringInfoString(sql,
							   "w.id, w.concert_id, w.concert_date, w.lowest_price"
							   " FROM concert_booking.concert_schedules w"
							   " WHERE w.concert_id = ANY ($14) AND (");
		search_condition_schedule(sql, search, "w");
	}
	append_range(sql, search, STATEMENT_WALK_IDS);
	appendStringInfo(sql, ") IS TRUE OFFSET 0) %s", by_key ? "w" : "c");
	appendStringInfoString(sql, " WHERE true");
	append_cursor(sql, search, STATEMENT_WALK_IDS);
	append_order(sql, search, STATEMENT_WALK_IDS);
	appendStringInfo(sql, " OFFSET 0) %s", by_key ? "w" : "c");
}

static void
append_walk(StringInfo sql, const Search *search, SearchStatement what)
{
	bool		below = walks_below_concerts(search, what);

	appendStringInfo(sql, "SELECT %s, %s, ", below ? "w.concert_id" : "c.id",
					 walked_key(search, what));
	if (below)
		append_matches(sql, search, what);
	else
		search_condition_listed(sql, search);
	if (what == STATEMENT_WALK_IDS)
	{
		append_sorted(sql, search);
		return;
	}
	appendStringInfo(sql, " FROM %s %s WHERE true", walked_table(search, what),
					 below ? "w" : "c");
	append_range(sql, search, what);
	append_cursor(sql, search, what);
	append_order(sql, search, what);
}

/*
 * Which of the concerts of PARAM_IDS have a schedule, or a price, of the list that is
 * not behind the cursor; their own rows have been asked.
 */
static void
append_earlier(StringInfo sql, const Search *search)
{
	const char *value = search->order == ORDER_DATE ? "$11" : "$10";
	const char *key = search->order == ORDER_DATE ? "cs.concert_date" :
		walks_along_prices(search)				  ? "p.price" :
													"cs.lowest_price";
	char	   *before = psprintf(" AND (%1$s < %2$s OR %1$s = %2$s"
								  " AND cs.concert_id >= $12)",
								  key, value);
	bool		of_price = walks_along_prices(search);

	appendStringInfoString(sql, "SELECT f.id FROM unnest($14) AS f (id) WHERE ");
	search_condition_has_schedule(sql, search, "f.id", of_price ? "" : before,
								  of_price ? before : "");
}

/* -------- sources -------- */

/*
 * The concerts of the region, or those of the genre there: one venue after the other.
 * Where the id is all that is wanted of them, only the index is read.
 */
static void
append_region(StringInfo sql, const Search *search, const char *wanted)
{
	const char *genre = search_has(search, PARAM_GENRE) ? ", c.genre" : "";
	const char *value = search_has(search, PARAM_GENRE) ? ", $2" : "";

	appendStringInfo(sql,
					 " FROM concert_booking.venues x CROSS JOIN LATERAL"
					 " (SELECT %3$s FROM concert_booking.concerts c"
					 " WHERE ROW(c.venue_id%1$s) >= ROW(x.id%2$s)"
					 " AND ROW(c.venue_id%1$s) <= ROW(x.id%2$s)"
					 " ORDER BY c.venue_id, c.genre) c WHERE x.address LIKE $5",
					 genre, value, wanted);
}

/* The concerts that match one filter, by its own index. */
static void
append_source(StringInfo sql, const Search *search, SearchStatement what)
{
	switch (what)
	{
		case STATEMENT_SOURCE_GENRE:
			appendStringInfoString(sql,
								   " FROM concert_booking.concerts c"
								   " WHERE c.genre = $2 AND c.is_deleted = false");
			break;
		case STATEMENT_SOURCE_REGION:
			append_region(sql, search, "c.id");
			break;
		case STATEMENT_COUNT_REGION:
			append_region(sql, search, "*");
			break;
		case STATEMENT_SOURCE_DATES:
			appendStringInfoString(sql, " FROM concert_booking.concert_schedules w WHERE true");
			if (search_has(search, PARAM_DATE_FROM))
				appendStringInfoString(sql, " AND w.concert_date >= $3");
			if (search_has(search, PARAM_DATE_TO))
				appendStringInfoString(sql, " AND w.concert_date <= $4");
			break;
		case STATEMENT_SOURCE_OFFERED:
			appendStringInfoString(sql,
								   " FROM concert_booking.concert_schedules w"
								   " WHERE w.starts_at > $8 AND (");
			search_condition_offered(sql, "w");
			appendStringInfoString(sql, ") IS TRUE");
			break;
		case STATEMENT_SOURCE_PRICES:
			appendStringInfo(sql, " FROM %s w WHERE true", prices_table(search));
			search_condition_price(sql, search, "w");
			break;
		default:
			appendStringInfo(sql, " FROM concert_booking.concerts c WHERE %s",
							 search->by_bigrams ?
								 "concert_booking.bigrams(c.title, c.performers) @> $13" :
								 "(c.title ILIKE $1 OR c.performers ILIKE $1)");
	}
}

/* -------- the others -------- */

/* A page of concerts, each with what its schedules tell. */
static void
append_listing(StringInfo sql, const Search *search)
{
	bool		by_price = search_is_by_price(search);

	appendStringInfo(sql,
					 "SELECT c.id, c.title::text, c.poster_url, c.genre::text, c.performers,"
					 " v.name::text, v.address, m.nearest_date, m.min_price, f.place,"
					 " nullif(m.opens_at, '-infinity')"
					 " FROM unnest($14) WITH ORDINALITY AS f (id, place)"
					 " JOIN concert_booking.concerts c ON c.id = f.id"
					 " JOIN concert_booking.venues v ON v.id = c.venue_id"
					 " JOIN LATERAL (SELECT min(cs.concert_date) AS nearest_date,"
					 " min(%s) AS min_price, ",
					 by_price ? "p.price" : "cs.lowest_price");
	search_condition_opening(sql, search);
	appendStringInfo(sql, " AS opens_at FROM concert_booking.concert_schedules cs%s"
						  " WHERE cs.concert_id = c.id AND (",
					 by_price ? " JOIN concert_booking.schedule_prices p"
								" ON p.concert_schedule_id = cs.id" :
								"");
	search_condition_schedule(sql, search, "cs");
	search_condition_price(sql, search, "p");
	appendStringInfoString(sql, ") IS TRUE) m ON true ORDER BY f.place");
}

/* The first opening, closing or start of all schedules after $8: three steps into indexes. */
static const char *const next_change_sql =
	"SELECT nullif(least("
	"(SELECT min(cs.booking_opens_at) FROM concert_booking.concert_schedules cs"
	" WHERE cs.booking_opens_at > $8),"
	"(SELECT min(cs.booking_closes_at) FROM concert_booking.concert_schedules cs"
	" WHERE cs.booking_closes_at > $8),"
	"(SELECT min(cs.starts_at) FROM concert_booking.concert_schedules cs"
	" WHERE cs.starts_at > $8)), 'infinity')";

/* In tables of 0.1, and in a snapshot from before they were filled, there are some. */
static const char *const unfilled_sql =
	"SELECT true FROM concert_booking.concert_schedules cs"
	" WHERE cs.concert_created_at IS NULL ORDER BY cs.concert_created_at, cs.concert_id LIMIT 1";

/* The text of a statement. */
char *
search_statement_make(const Search *search, SearchStatement what)
{
	StringInfoData sql;

	initStringInfo(&sql);
	switch (what)
	{
		case STATEMENT_NEXT_CHANGE:
			appendStringInfoString(&sql, next_change_sql);
			break;
		case STATEMENT_UNFILLED:
			appendStringInfoString(&sql, unfilled_sql);
			break;
		case STATEMENT_LISTING:
			append_listing(&sql, search);
			break;
		case STATEMENT_WALK:
		case STATEMENT_WALK_TIES:
		case STATEMENT_WALK_DATES:
		case STATEMENT_WALK_IDS:
			append_walk(&sql, search, what);
			break;
		case STATEMENT_EARLIER:
			append_earlier(&sql, search);
			break;
		case STATEMENT_COUNT_TEXT:
		case STATEMENT_COUNT_REGION:
			appendStringInfoString(&sql, "SELECT c.id, 0, ");
			search_condition_listed(&sql, search);
			append_source(&sql, search, what);
			break;
		case STATEMENT_SOURCE_GENRE:
		case STATEMENT_SOURCE_REGION:
			appendStringInfoString(&sql, "SELECT c.id, true");
			append_source(&sql, search, what);
			break;
		case STATEMENT_SOURCE_TEXT:
			appendStringInfo(&sql, "SELECT c.id, c.is_deleted = false AND c.status = 'active'%s",
							 search_has(search, PARAM_GENRE) ? " AND c.genre = $2" : "");
			append_source(&sql, search, what);
			break;
		default:
			appendStringInfoString(&sql, "SELECT w.concert_id, true");
			append_source(&sql, search, what);
	}
	return sql.data;
}

/* What was asked for as bits: one for each parameter that has a value, and the rest. */
enum
{
	ASKED_OFFERED = 1 << PARAMS,
	ASKED_STATUS = 2 << PARAMS,
	ASKED_CONCERT_ID = 4 << PARAMS,
	ASKED_BIGRAMS = 8 << PARAMS,
	ASKED_MATCHING = 16 << PARAMS,	/* two bits */
	ASKED_ORDER = 64 << PARAMS	/* two bits */
};

#define ASKED(param) (1 << (param))
#define ASKED_DATES (ASKED(PARAM_DATE_FROM) | ASKED(PARAM_DATE_TO))
#define ASKED_PRICES (ASKED(PARAM_PRICE_FROM) | ASKED(PARAM_PRICE_TO))
#define ASKED_EVERYTHING (ASKED_ORDER * 4 - 1)
#define ASKED_NO_ORDER (ASKED_ORDER - 1 - ASKED(PARAM_AFTER_ID))

/* What the text of each statement depends on. */
static const uint32 depends_on[] = {
	[STATEMENT_NEXT_CHANGE] = 0,
	[STATEMENT_LISTING] = ASKED_DATES | ASKED_PRICES | ASKED_OFFERED | ASKED_STATUS,
	[STATEMENT_WALK] = ASKED_EVERYTHING,
	[STATEMENT_WALK_TIES] = ASKED_EVERYTHING,
	[STATEMENT_WALK_DATES] = ASKED_EVERYTHING,
	[STATEMENT_WALK_IDS] = ASKED_EVERYTHING,
	[STATEMENT_UNFILLED] = 0,
	[STATEMENT_EARLIER] = ASKED_DATES | ASKED_PRICES | ASKED_OFFERED | ASKED_STATUS |
		ASKED_ORDER * 3,
	[STATEMENT_SOURCE_TEXT] = ASKED(PARAM_GENRE) | ASKED_BIGRAMS,
	[STATEMENT_SOURCE_GENRE] = 0,
	[STATEMENT_SOURCE_REGION] = ASKED(PARAM_GENRE),
	[STATEMENT_SOURCE_DATES] = ASKED_DATES,
	[STATEMENT_SOURCE_OFFERED] = 0,
	[STATEMENT_SOURCE_PRICES] = ASKED_PRICES | ASKED_CONCERT_ID,
	[STATEMENT_COUNT_TEXT] = ASKED_NO_ORDER,
	[STATEMENT_COUNT_REGION] = ASKED_NO_ORDER,
};

/* A number that is the same for all searches to which a statement has the same text. */
uint32
search_statement_shape(const Search *search, SearchStatement what)
{
	uint32		asked = search->order * ASKED_ORDER;
	int			i;

	StaticAssertStmt(PARAMS + 8 <= 24 && ORDERS <= 4, "the statement is in the other bits");
	for (i = 0; i < PARAM_BIGRAMS; i++)
		asked |= search_has(search, i) ? ASKED(i) : 0;
	asked |= search->offered_only ? ASKED_OFFERED : 0;
	asked |= search->has_status ? ASKED_STATUS : 0;
	asked |= search->has_concert_id ? ASKED_CONCERT_ID : 0;
	asked |= search->by_bigrams ? ASKED_BIGRAMS : 0;
	asked |= search->matching * ASKED_MATCHING;
	return (asked & depends_on[what]) | (uint32) what << 24;
}
