/*
 * search_statement.c - the statements of the list of concerts.
 *
 * One statement for each combination of filters and order is put together from
 * what was asked for, planned once a backend and kept: planning costs more than
 * running, because the statement reads no seat and stops at the end of the page.
 * A search by text is planned for each text, because a word that every second
 * concert has is found along the order's index and a rare one by trigrams.
 *
 * Locking: none; the snapshot of the caller's statement decides for all of them.
 *
 * Memory: the kept plans, some 50 kB each; the cache is emptied when it holds
 * MAX_PLANS.
 *
 * Not done here: who runs them (search.c).
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "utils/hsearch.h"

#include "search_statement.h"

#define MAX_PLANS 128

static Oid	param_types[PARAMS] = {
	TEXTOID, TEXTOID, DATEOID, DATEOID, TEXTOID,
	INT4OID, INT4OID, TIMESTAMPTZOID,
	TIMESTAMPTZOID, INT8OID, UUIDOID,
	INT4OID, INT4OID
};

/* What a statement tells. */
typedef enum Asked
{
	ASKED_ROWS, ASKED_COUNT, ASKED_NEXT_CHANGE
} Asked;

typedef struct KeptPlan
{
	uint32		shape;			/* key: what it tells, the conditions, the order */
	SPIPlanPtr	plan;
} KeptPlan;

static HTAB *kept_plans = NULL;

static bool
has(const Search *search, SearchParam param)
{
	return search->nulls[param] == ' ';
}

/* Gives a parameter a value. */
void
search_set(Search *search, SearchParam param, Datum value)
{
	search->values[param] = value;
	search->nulls[param] = ' ';
}

/* -------- their text -------- */

/*
 * Whether a schedule can be booked, now or later; the same rule as is_offered() in
 * sql/catalogue/calendar.sql, which functions of 0.1 have not.
 */
#define OFFERED \
	"cs.is_booking_open AND cs.starts_at > $8" \
	" AND (cs.booking_opens_at IS NULL OR cs.booking_opens_at < cs.starts_at)" \
	" AND (cs.booking_closes_at IS NULL OR cs.booking_closes_at > $8)"

/* When it can be: long ago stands for now. */
#define OPENING \
	"CASE WHEN cs.booking_opens_at > $8 THEN cs.booking_opens_at ELSE '-infinity' END"

/* When the first of the schedules that match opens. */
static const char *
first_opening(const Search *search)
{
	return search->offered_only ? "min(" OPENING ") AS opens_at" :
								  "min(CASE WHEN " OFFERED " THEN " OPENING " END) AS opens_at";
}

static bool
is_by_price(const Search *search)
{
	return has(search, PARAM_PRICE_FROM) || has(search, PARAM_PRICE_TO);
}

/* The schedules that match, with their prices where these choose. */
static void
append_schedules(StringInfo sql, const Search *search)
{
	appendStringInfo(sql,
					 " FROM concert_booking.concert_schedules cs%s"
					 " WHERE cs.lowest_price IS NOT NULL",
					 is_by_price(search) ? " JOIN concert_booking.schedule_prices p"
										   " ON p.concert_schedule_id = cs.id" :
										   "");
	if (search->has_status)
		appendStringInfoString(sql, " AND cs.status <> 'cancelled'");
	if (has(search, PARAM_PRICE_FROM))
		appendStringInfoString(sql, " AND p.price >= $6");
	if (has(search, PARAM_PRICE_TO))
		appendStringInfoString(sql, " AND p.price <= $7 AND cs.lowest_price <= $7");
	if (has(search, PARAM_DATE_FROM))
		appendStringInfoString(sql, " AND cs.concert_date >= $3");
	if (has(search, PARAM_DATE_TO))
		appendStringInfoString(sql, " AND cs.concert_date <= $4");
	if (search->offered_only)
		appendStringInfoString(sql, " AND " OFFERED);
}

/* The conditions on the concert. */
static void
append_conditions(StringInfo sql, const Search *search)
{
	appendStringInfoString(sql,
						   " WHERE c.is_deleted = false AND c.status = 'active'"
						   " AND m.min_price IS NOT NULL");
	if (has(search, PARAM_TEXT))
		appendStringInfoString(sql, " AND (c.title ILIKE $1 OR c.performers ILIKE $1)");
	if (has(search, PARAM_GENRE))
		appendStringInfoString(sql, " AND c.genre = $2");
	if (has(search, PARAM_REGION))
		appendStringInfoString(sql,
							   " AND c.venue_id = ANY (ARRAY(SELECT x.id"
							   " FROM concert_booking.venues x WHERE x.address LIKE $5))");
}

/*
 * Where every concert has to be looked at, because the order is by price or all are
 * counted and nothing narrows the concerts, grouping all schedules at once is
 * cheaper than a look at each concert's.
 */
static bool
takes_every_concert(const Search *search, Asked asked)
{
	return (search->order == ORDER_PRICE || asked == ASKED_COUNT) &&
		!has(search, PARAM_TEXT) && !has(search, PARAM_GENRE) &&
		!has(search, PARAM_REGION);
}

/* The concerts that match, each with what its schedules tell. */
static void
append_source(StringInfo sql, const Search *search, Asked asked)
{
	bool		every_concert = takes_every_concert(search, asked);

	appendStringInfo(sql,
					 " FROM concert_booking.concerts c"
					 " JOIN concert_booking.venues v ON v.id = c.venue_id"
					 " JOIN LATERAL (SELECT min(cs.concert_date) AS nearest_date,"
					 " min(%s) AS min_price, %s",
					 is_by_price(search) ? "p.price" : "cs.lowest_price",
					 every_concert ? "cs.concert_id" : first_opening(search));
	append_schedules(sql, search);
	appendStringInfoString(sql,
						   every_concert ? " GROUP BY cs.concert_id) m ON m.concert_id = c.id" :
										   " AND cs.concert_id = c.id) m ON true");
	append_conditions(sql, search);
}

/*
 * When a concert opens. Where every concert is looked at, that is asked of those of
 * the page only: the server computes it behind LIMIT.
 */
static void
append_opening(StringInfo sql, const Search *search)
{
	if (!takes_every_concert(search, ASKED_ROWS))
		appendStringInfoString(sql, "nullif(m.opens_at, '-infinity')");
	else
	{
		appendStringInfo(sql, "nullif((SELECT %s", first_opening(search));
		append_schedules(sql, search);
		appendStringInfoString(sql, " AND cs.concert_id = c.id), '-infinity')");
	}
}

/* A page of concerts, in its order. */
static void
append_rows(StringInfo sql, const Search *search)
{
	static const char *const keys[] = {"c.created_at", "c.popularity", "m.min_price"};
	static const char *const after[] = {
		[ORDER_LATEST] = " AND (c.created_at, c.id) < ($9, $11)",
		[ORDER_POPULARITY] = " AND (c.popularity, c.id) < ($10, $11)",
		[ORDER_PRICE] = " AND (m.min_price > $10 OR m.min_price = $10 AND c.id < $11)",
	};

	appendStringInfo(sql,
					 "SELECT c.id, c.title::text, c.poster_url, c.genre::text,"
					 " c.performers, v.name::text, v.address, m.nearest_date, m.min_price, %s, ",
					 keys[search->order]);
	append_opening(sql, search);
	append_source(sql, search, ASKED_ROWS);
	if (has(search, PARAM_AFTER_ID))
		appendStringInfoString(sql, after[search->order]);
	appendStringInfo(sql, " ORDER BY %s%s, c.id DESC LIMIT $12 OFFSET $13",
					 keys[search->order], search->order == ORDER_PRICE ? "" : " DESC");
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

static char *
make_statement(const Search *search, Asked asked)
{
	StringInfoData sql;

	initStringInfo(&sql);
	if (asked == ASKED_NEXT_CHANGE)
		appendStringInfoString(&sql, next_change_sql);
	else if (asked == ASKED_ROWS)
		append_rows(&sql, search);
	else
	{
		appendStringInfoString(&sql, "SELECT count(*)");
		append_source(&sql, search, asked);
	}
	return sql.data;
}

/* -------- plans -------- */

static void
open_cache(void)
{
	HASHCTL		control = {0};
	HASH_SEQ_STATUS scan;
	KeptPlan   *kept;

	if (kept_plans != NULL && hash_get_num_entries(kept_plans) < MAX_PLANS)
		return;
	if (kept_plans != NULL)
	{
		hash_seq_init(&scan, kept_plans);
		while ((kept = hash_seq_search(&scan)) != NULL)
			SPI_freeplan(kept->plan);
		hash_destroy(kept_plans);
		kept_plans = NULL;
	}
	control.keysize = sizeof(uint32);
	control.entrysize = sizeof(KeptPlan);
	kept_plans = hash_create("concert_booking search plans", 16, &control,
							 HASH_ELEM | HASH_BLOBS);
}

static uint32
shape_of(const Search *search, Asked asked)
{
	uint32		shape = asked;
	int			i;

	if (asked == ASKED_NEXT_CHANGE)
		return shape;
	shape = shape << 2 | search->order;
	shape = shape << 1 | search->offered_only;
	shape = shape << 1 | search->has_status;
	for (i = 0; i < PARAMS; i++)
		shape = shape << 1 | has(search, i);
	return shape;
}

/* The plan is kept only when it is whole: each step can fail. */
static SPIPlanPtr
find_plan(const Search *search, Asked asked)
{
	uint32		shape = shape_of(search, asked);
	KeptPlan   *kept;
	SPIPlanPtr	plan;

	open_cache();
	kept = hash_search(kept_plans, &shape, HASH_FIND, NULL);
	if (kept != NULL)
		return kept->plan;

	plan = SPI_prepare_cursor(make_statement(search, asked), PARAMS, param_types,
							  has(search, PARAM_TEXT) ?
								  CURSOR_OPT_CUSTOM_PLAN :
								  CURSOR_OPT_GENERIC_PLAN);
	if (plan == NULL)
		elog(ERROR, "SPI_prepare_cursor failed: %s",
			 SPI_result_code_string(SPI_result));
	kept = hash_search(kept_plans, &shape, HASH_ENTER, NULL);
	kept->plan = plan;
	SPI_keepplan(plan);
	return plan;
}

static void
run(const Search *search, Asked asked)
{
	if (SPI_execute_plan(find_plan(search, asked), (Datum *) search->values,
						 search->nulls, true, 0) != SPI_OK_SELECT)
		elog(ERROR, "SPI_execute_plan failed");
}

static Datum
only_value(bool *isnull)
{
	return SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, isnull);
}

/* The rows of the page, in SPI_tuptable: see FOUND_COLUMNS. */
void
search_statement_rows(const Search *search)
{
	run(search, ASKED_ROWS);
}

/* How many concerts match, on all pages together. */
int64
search_statement_count(const Search *search)
{
	bool		isnull;

	run(search, ASKED_COUNT);
	return DatumGetInt64(only_value(&isnull));
}

/*
 * When a list changes by itself: the next opening, closing or start of any schedule
 * after the instant; infinity: there is none.
 */
TimestampTz
search_statement_next_change(TimestampTz instant)
{
	Search		search;
	Datum		change;
	bool		isnull;

	memset(&search, 0, sizeof(search));
	memset(search.nulls, 'n', sizeof(search.nulls));
	search_set(&search, PARAM_JUDGED_AT, TimestampTzGetDatum(instant));
	run(&search, ASKED_NEXT_CHANGE);
	change = only_value(&isnull);
	return isnull ? DT_NOEND : DatumGetTimestampTz(change);
}
