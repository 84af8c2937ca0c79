/*
 * search.c - the list of concerts.
 *
 * One statement for each combination of filters and order is put together from
 * what was asked for, planned once a backend and kept: planning costs more than
 * running, because the statement reads no seat and stops at the end of the page.
 * A search by text is planned for each text, because a word that every second
 * concert has is found along the order's index and a rare one by trigrams.
 *
 * Locking: none; the snapshot of the statement decides.
 *
 * Privileges: the statement runs as the owner of the tables, with the search_path
 * that the function's declaration pins, so that clients need no table privilege
 * and nobody's operators are called.
 *
 * Memory: the kept plans, some 50 kB each; the cache is emptied when it holds
 * MAX_PLANS.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"

#include "clock.h"
#include "compat.h"
#include "errors.h"
#include "http.h"
#include "settings.h"
#include "tables.h"

#define MAX_PLANS 128
#define MAX_TEXT_LENGTH 300
#define LISTING_COLUMNS 10
#define MAX_PAGE_SIZE 1000
#define MAX_PAGE_OFFSET 1000000

PG_FUNCTION_INFO_V1(concert_booking_search_concerts);

/* The arguments of search_concerts(), in its order. */
enum
{
	ARG_TEXT, ARG_GENRE, ARG_DATE_FROM, ARG_DATE_TO, ARG_REGION,
	ARG_PRICE_FROM, ARG_PRICE_TO, ARG_BOOKABLE_ONLY, ARG_SORT_BY,
	ARG_PAGE_SIZE, ARG_PAGE_OFFSET, ARG_AFTER_CURSOR
};

/*
 * The parameters of every statement, $1 and so on. A parameter that has a value
 * stands for a condition of the statement.
 */
enum
{
	PARAM_TEXT, PARAM_GENRE, PARAM_DATE_FROM, PARAM_DATE_TO, PARAM_REGION,
	PARAM_PRICE_FROM, PARAM_PRICE_TO, PARAM_BOOKABLE_AT,
	PARAM_AFTER_INSTANT, PARAM_AFTER_NUMBER, PARAM_AFTER_ID,
	PARAM_PAGE_SIZE, PARAM_PAGE_OFFSET,
	PARAMS
};

static Oid	param_types[PARAMS] = {
	TEXTOID, TEXTOID, DATEOID, DATEOID, TEXTOID,
	INT4OID, INT4OID, TIMESTAMPTZOID,
	TIMESTAMPTZOID, INT8OID, UUIDOID,
	INT4OID, INT4OID
};

typedef enum ListOrder
{
	ORDER_LATEST, ORDER_POPULARITY, ORDER_PRICE
} ListOrder;

static const char *const order_names[] = {"latest", "popularity", "price"};

typedef struct Search
{
	ListOrder	order;
	Datum		values[PARAMS];
	char		nulls[PARAMS];	/* 'n' or ' ', as SPI wants them */
} Search;

typedef struct KeptPlan
{
	int			shape;			/* key: the conditions, and the order */
	SPIPlanPtr	plan;
} KeptPlan;

static HTAB *kept_plans = NULL;

static void read_filters(FunctionCallInfo fcinfo, Search *search);
static void read_page(FunctionCallInfo fcinfo, Search *search);
static void read_cursor(Search *search, const char *cursor);
static SPIPlanPtr find_plan(const Search *search);
static void put_rows(ReturnSetInfo *rsinfo, const Search *search);

/* search_concerts(): a page of concerts, each with its next date and lowest price. */
Datum
concert_booking_search_concerts(PG_FUNCTION_ARGS)
{
	Search		search;
	TableShape *shape;
	Relation	concerts;
	Oid			caller;
	int			caller_security;
	int			pinned;

	memset(search.nulls, 'n', sizeof(search.nulls));
	read_filters(fcinfo, &search);
	read_page(fcinfo, &search);
	http_cache_answer("list");
	compat_materialized_srf(fcinfo);

	tables_enter();
	concerts = tables_open(TABLE_CONCERTS, AccessShareLock, &shape);
	GetUserIdAndSecContext(&caller, &caller_security);
	SetUserIdAndSecContext(shape->owner,
						   caller_security | SECURITY_LOCAL_USERID_CHANGE);
	pinned = settings_pin_search_path();
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	if (SPI_execute_plan(find_plan(&search), search.values, search.nulls,
						 true, 0) != SPI_OK_SELECT)
		elog(ERROR, "SPI_execute_plan failed");
	put_rows((ReturnSetInfo *) fcinfo->resultinfo, &search);
	SPI_finish();
	settings_end(pinned);
	SetUserIdAndSecContext(caller, caller_security);
	table_close(concerts, NoLock);
	tables_leave();
	return (Datum) 0;
}

/* -------- arguments -------- */

static bool
has(const Search *search, int param)
{
	return search->nulls[param] == ' ';
}

static void
set(Search *search, int param, Datum value)
{
	search->values[param] = value;
	search->nulls[param] = ' ';
}

/* A text that filters: null and '' do not. */
static text *
get_text(FunctionCallInfo fcinfo, int position, const char *name)
{
	text	   *value;
	int			length;

	if (PG_ARGISNULL(position))
		return NULL;
	value = PG_GETARG_TEXT_PP(position);
	length = pg_mbstrlen_with_len(VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value));
	if (length > MAX_TEXT_LENGTH)
		errors_argument_too_long(name, length, MAX_TEXT_LENGTH);
	return length == 0 ? NULL : value;
}

/* The LIKE pattern of texts that contain this one; %, _ and \ mean themselves. */
static Datum
containing(const text *value)
{
	StringInfoData pattern;
	int			i;

	initStringInfo(&pattern);
	appendStringInfoChar(&pattern, '%');
	for (i = 0; i < VARSIZE_ANY_EXHDR(value); i++)
	{
		char		c = VARDATA_ANY(value)[i];

		if (c == '%' || c == '_' || c == '\\')
			appendStringInfoChar(&pattern, '\\');
		appendStringInfoChar(&pattern, c);
	}
	appendStringInfoChar(&pattern, '%');
	return PointerGetDatum(cstring_to_text_with_len(pattern.data, pattern.len));
}

static void
read_filters(FunctionCallInfo fcinfo, Search *search)
{
	text	   *wanted = get_text(fcinfo, ARG_TEXT, "search_text");
	text	   *genre = get_text(fcinfo, ARG_GENRE, "genre");
	text	   *region = get_text(fcinfo, ARG_REGION, "region");

	if (wanted != NULL)
		set(search, PARAM_TEXT, containing(wanted));
	if (genre != NULL)
		set(search, PARAM_GENRE, PointerGetDatum(genre));
	if (region != NULL)
		set(search, PARAM_REGION, containing(region));
	if (!PG_ARGISNULL(ARG_DATE_FROM))
		set(search, PARAM_DATE_FROM, PG_GETARG_DATUM(ARG_DATE_FROM));
	if (!PG_ARGISNULL(ARG_DATE_TO))
		set(search, PARAM_DATE_TO, PG_GETARG_DATUM(ARG_DATE_TO));
	if (!PG_ARGISNULL(ARG_PRICE_FROM))
		set(search, PARAM_PRICE_FROM, PG_GETARG_DATUM(ARG_PRICE_FROM));
	if (!PG_ARGISNULL(ARG_PRICE_TO))
		set(search, PARAM_PRICE_TO, PG_GETARG_DATUM(ARG_PRICE_TO));
	if (PG_ARGISNULL(ARG_BOOKABLE_ONLY))
		errors_argument_null("bookable_only");
	if (PG_GETARG_BOOL(ARG_BOOKABLE_ONLY))
		set(search, PARAM_BOOKABLE_AT, TimestampTzGetDatum(clock_now()));
}

static ListOrder
get_order(FunctionCallInfo fcinfo)
{
	char	   *name;
	int			i;

	if (PG_ARGISNULL(ARG_SORT_BY))
		errors_argument_null("sort_by");
	name = text_to_cstring(PG_GETARG_TEXT_PP(ARG_SORT_BY));
	for (i = 0; i < lengthof(order_names); i++)
	{
		if (strcmp(name, order_names[i]) == 0)
			return i;
	}
	errors_argument_value("sort_by", "Use one of latest, popularity, price.");
}

static int
get_count(FunctionCallInfo fcinfo, int position, const char *name, int lowest,
		  int highest)
{
	int			count;

	if (PG_ARGISNULL(position))
		errors_argument_null(name);
	count = PG_GETARG_INT32(position);
	if (count < lowest || count > highest)
		errors_argument_value(name, psprintf("Use %d to %d.", lowest, highest));
	return count;
}

static void
read_page(FunctionCallInfo fcinfo, Search *search)
{
	search->order = get_order(fcinfo);
	set(search, PARAM_PAGE_SIZE,
		Int32GetDatum(get_count(fcinfo, ARG_PAGE_SIZE, "page_size",
								1, MAX_PAGE_SIZE)));
	set(search, PARAM_PAGE_OFFSET,
		Int32GetDatum(get_count(fcinfo, ARG_PAGE_OFFSET, "page_offset",
								0, MAX_PAGE_OFFSET)));
	if (!PG_ARGISNULL(ARG_AFTER_CURSOR))
		read_cursor(search,
					text_to_cstring(PG_GETARG_TEXT_PP(ARG_AFTER_CURSOR)));
}

/*
 * A cursor is the order, the sort key and the id of a row: the page behind it
 * can be found whatever has become of the row. The key of latest is the
 * microsecond of birth, as PostgreSQL counts them.
 */
static char *
make_cursor(ListOrder order, int64 key, Datum id)
{
	return psprintf("%s:" INT64_FORMAT ":%s", order_names[order], key,
					DatumGetCString(DirectFunctionCall1(uuid_out, id)));
}

/* Whether a text is a uuid in its usual form, from beginning to end. */
static bool
is_uuid(const char *source)
{
	int			i;

	for (i = 0; i < 36; i++)
	{
		if (i == 8 || i == 13 || i == 18 || i == 23 ?
				source[i] != '-' :
				!isxdigit((unsigned char) source[i]))
			return false;
	}
	return source[i] == '\0';
}

static void
read_cursor(Search *search, const char *cursor)
{
	const char *name = order_names[search->order];
	size_t		length = strlen(name);
	char	   *end;
	int64		key;

	errno = 0;
	if (strncmp(cursor, name, length) != 0 || cursor[length] != ':' ||
		isspace((unsigned char) cursor[length + 1]) ||
		(key = strtoll(cursor + length + 1, &end, 10), errno != 0) ||
		*end != ':' || !is_uuid(end + 1))
		errors_argument_value("after_cursor",
							  "Use the cursor of a row got with the same sort_by.");
	if (search->order == ORDER_LATEST)
		set(search, PARAM_AFTER_INSTANT, TimestampTzGetDatum(key));
	else
		set(search, PARAM_AFTER_NUMBER, Int64GetDatum(key));
	set(search, PARAM_AFTER_ID,
		DirectFunctionCall1(uuid_in, CStringGetDatum(end + 1)));
}

/* -------- the statement -------- */

/* The schedules that match, and what each of their seats costs. */
static void
append_schedules(StringInfo sql, const Search *search)
{
	bool		by_price = has(search, PARAM_PRICE_FROM) ||
		has(search, PARAM_PRICE_TO);

	appendStringInfo(sql,
					 "min(cs.concert_date) AS nearest_date, min(%s) AS min_price"
					 " FROM concert_booking.concert_schedules cs%s"
					 " WHERE cs.lowest_price IS NOT NULL",
					 by_price ? "p.price" : "cs.lowest_price",
					 by_price ? " JOIN concert_booking.schedule_prices p"
								" ON p.concert_schedule_id = cs.id" :
								"");
	if (has(search, PARAM_PRICE_FROM))
		appendStringInfoString(sql, " AND p.price >= $6");
	if (has(search, PARAM_PRICE_TO))
		appendStringInfoString(sql, " AND p.price <= $7 AND cs.lowest_price <= $7");
	if (has(search, PARAM_DATE_FROM))
		appendStringInfoString(sql, " AND cs.concert_date >= $3");
	if (has(search, PARAM_DATE_TO))
		appendStringInfoString(sql, " AND cs.concert_date <= $4");
	if (has(search, PARAM_BOOKABLE_AT))
		appendStringInfoString(sql,
							   " AND concert_booking.is_bookable(cs.is_booking_open,"
							   " cs.booking_opens_at, cs.booking_closes_at,"
							   " cs.starts_at, $8)");
}

/* The conditions on the concert, and where the page begins. */
static void
append_conditions(StringInfo sql, const Search *search)
{
	static const char *const after[] = {
		[ORDER_LATEST] = " AND (c.created_at, c.id) < ($9, $11)",
		[ORDER_POPULARITY] = " AND (c.popularity, c.id) < ($10, $11)",
		[ORDER_PRICE] = " AND (m.min_price > $10 OR m.min_price = $10 AND c.id < $11)",
	};

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
	if (has(search, PARAM_AFTER_ID))
		appendStringInfoString(sql, after[search->order]);
}

/*
 * Where every concert has to be looked at, because the order is by price and
 * nothing narrows the concerts, grouping all schedules at once is cheaper than
 * a look at each concert's.
 */
static char *
make_statement(const Search *search)
{
	static const char *const keys[] = {"c.created_at", "c.popularity", "m.min_price"};
	bool		every_concert = search->order == ORDER_PRICE &&
		!has(search, PARAM_TEXT) && !has(search, PARAM_GENRE) &&
		!has(search, PARAM_REGION);
	StringInfoData sql;

	initStringInfo(&sql);
	appendStringInfo(&sql,
					 "SELECT c.id, c.title::text, c.poster_url, c.genre::text,"
					 " c.performers, v.name::text, v.address, m.nearest_date, m.min_price, %s"
					 " FROM concert_booking.concerts c"
					 " JOIN concert_booking.venues v ON v.id = c.venue_id JOIN LATERAL (SELECT ",
					 keys[search->order]);
	if (every_concert)
		appendStringInfoString(&sql, "cs.concert_id, ");
	append_schedules(&sql, search);
	appendStringInfoString(&sql,
						   every_concert ? " GROUP BY cs.concert_id) m ON m.concert_id = c.id" :
										   " AND cs.concert_id = c.id) m ON true");
	append_conditions(&sql, search);
	appendStringInfo(&sql, " ORDER BY %s%s, c.id DESC LIMIT $12 OFFSET $13",
					 keys[search->order], search->order == ORDER_PRICE ? "" : " DESC");
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
	control.keysize = sizeof(int);
	control.entrysize = sizeof(KeptPlan);
	kept_plans = hash_create("concert_booking search plans", 16, &control,
							 HASH_ELEM | HASH_BLOBS);
}

static int
shape_of(const Search *search)
{
	int			shape = search->order;
	int			i;

	for (i = 0; i < PARAMS; i++)
		shape = shape << 1 | has(search, i);
	return shape;
}

/* The plan is kept only when it is whole: each step can fail. */
static SPIPlanPtr
find_plan(const Search *search)
{
	int			shape = shape_of(search);
	KeptPlan   *kept;
	SPIPlanPtr	plan;

	open_cache();
	kept = hash_search(kept_plans, &shape, HASH_FIND, NULL);
	if (kept != NULL)
		return kept->plan;

	plan = SPI_prepare_cursor(make_statement(search), PARAMS,
							  param_types,
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

/* -------- the answer -------- */

static int64
key_of(ListOrder order, Datum key)
{
	if (order == ORDER_LATEST)
		return DatumGetTimestampTz(key);
	return DatumGetInt32(key);
}

/* Hands over the rows found, each with its cursor in place of the sort key. */
static void
put_rows(ReturnSetInfo *rsinfo, const Search *search)
{
	uint64		i;

	for (i = 0; i < SPI_processed; i++)
	{
		Datum		values[LISTING_COLUMNS];
		bool		nulls[LISTING_COLUMNS];
		int64		key;

		heap_deform_tuple(SPI_tuptable->vals[i], SPI_tuptable->tupdesc,
						  values, nulls);
		key = key_of(search->order, values[LISTING_COLUMNS - 1]);
		values[LISTING_COLUMNS - 1] =
			CStringGetTextDatum(make_cursor(search->order, key, values[0]));
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
	}
}
