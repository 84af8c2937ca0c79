/*
 * search.c - the list of concerts.
 *
 * Locking: none; the snapshot of the statement decides.
 *
 * Privileges: the statement runs as the owner of the tables, with the search_path
 * that the function's declaration pins, so that clients need no table privilege
 * and nobody's operators are called.
 *
 * Not done here: which concerts are found, and how (search_page.c).
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"

#include "clock.h"
#include "compat.h"
#include "errors.h"
#include "http.h"
#include "search_page.h"
#include "search_plan.h"
#include "search_tables.h"
#include "settings.h"
#include "tables.h"

#define MAX_TEXT_LENGTH 300
#define LISTING_COLUMNS (LISTING_FOUND + 1)
#define MAX_PAGE_SIZE 1000
#define MAX_PAGE_OFFSET 1000000

PG_FUNCTION_INFO_V1(concert_booking_search_concerts);

/* The arguments of search_concerts(), in its order. */
enum
{
	ARG_TEXT, ARG_GENRE, ARG_DATE_FROM, ARG_DATE_TO, ARG_REGION,
	ARG_PRICE_FROM, ARG_PRICE_TO, ARG_BOOKABLE_ONLY, ARG_SORT_BY,
	ARG_PAGE_SIZE, ARG_PAGE_OFFSET, ARG_AFTER_CURSOR, ARG_WITH_TOTAL
};

static const char *const order_names[] = {"latest", "popularity", "price", "date"};

static TimestampTz find(Search *search, bool with_total, ReturnSetInfo *rsinfo);
static bool get_with_total(FunctionCallInfo fcinfo);
static void read_filters(FunctionCallInfo fcinfo, Search *search);
static void read_page(FunctionCallInfo fcinfo, Search *search);
static void read_cursor(Search *search, const char *cursor);
static TimestampTz get_next_change(const Search *search);
static void put_page(ReturnSetInfo *rsinfo, Search *search, bool with_total);

/* search_concerts(): a page of concerts, each with its next date and lowest price. */
Datum
concert_booking_search_concerts(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	bool		with_total = get_with_total(fcinfo);
	TimestampTz now = clock_now();
	TimestampTz next_change;
	Search		search;

	memset(&search, 0, sizeof(search));
	memset(search.nulls, 'n', sizeof(search.nulls));
	search_set(&search, PARAM_JUDGED_AT, TimestampTzGetDatum(now));
	read_filters(fcinfo, &search);
	read_page(fcinfo, &search);
	compat_materialized_srf(fcinfo);
	next_change = find(&search, with_total, rsinfo);
	http_cache_answer("list", next_change);
	return (Datum) 0;
}

/*
 * Hands over the page, as the owner of the tables. Returns when the list changes by
 * itself; nobody but a cache wants to know.
 */
static TimestampTz
find(Search *search, bool with_total, ReturnSetInfo *rsinfo)
{
	TimestampTz next_change = DT_NOEND;
	TableShape *shape;
	Relation	concerts;
	Oid			caller;
	int			caller_security;
	int			pinned;

	tables_enter();
	concerts = tables_open(TABLE_CONCERTS, AccessShareLock, &shape);
	search_tables_look(search, concerts);
	GetUserIdAndSecContext(&caller, &caller_security);
	SetUserIdAndSecContext(shape->owner,
						   caller_security | SECURITY_LOCAL_USERID_CHANGE);
	pinned = settings_pin_search_path();
	(void) search_plan_begin();
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	if (http_may_keep_answer())
		next_change = get_next_change(search);
	put_page(rsinfo, search, with_total);
	SPI_finish();
	settings_end(pinned);
	SetUserIdAndSecContext(caller, caller_security);
	table_close(concerts, NoLock);
	tables_leave();
	return next_change;
}

/* -------- arguments -------- */

/* Functions of 0.1 cannot ask for it, until ALTER EXTENSION UPDATE. */
static bool
get_with_total(FunctionCallInfo fcinfo)
{
	if (PG_NARGS() <= ARG_WITH_TOTAL)
		return false;
	if (PG_ARGISNULL(ARG_WITH_TOTAL))
		errors_argument_null("with_total");
	return PG_GETARG_BOOL(ARG_WITH_TOTAL);
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

	search->word = wanted;
	if (wanted != NULL)
		search_set(search, PARAM_TEXT, containing(wanted));
	if (genre != NULL)
		search_set(search, PARAM_GENRE, PointerGetDatum(genre));
	if (region != NULL)
		search_set(search, PARAM_REGION, containing(region));
	if (!PG_ARGISNULL(ARG_DATE_FROM))
		search_set(search, PARAM_DATE_FROM, PG_GETARG_DATUM(ARG_DATE_FROM));
	if (!PG_ARGISNULL(ARG_DATE_TO))
		search_set(search, PARAM_DATE_TO, PG_GETARG_DATUM(ARG_DATE_TO));
	if (!PG_ARGISNULL(ARG_PRICE_FROM))
		search_set(search, PARAM_PRICE_FROM, PG_GETARG_DATUM(ARG_PRICE_FROM));
	if (!PG_ARGISNULL(ARG_PRICE_TO))
		search_set(search, PARAM_PRICE_TO, PG_GETARG_DATUM(ARG_PRICE_TO));
	if (PG_ARGISNULL(ARG_BOOKABLE_ONLY))
		errors_argument_null("bookable_only");
	search->offered_only = PG_GETARG_BOOL(ARG_BOOKABLE_ONLY);
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
	errors_argument_value("sort_by", "Use one of latest, popularity, price, date.");
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
	search->page_size = get_count(fcinfo, ARG_PAGE_SIZE, "page_size", 1, MAX_PAGE_SIZE);
	search->page_offset = get_count(fcinfo, ARG_PAGE_OFFSET, "page_offset",
									0, MAX_PAGE_OFFSET);
	if (!PG_ARGISNULL(ARG_AFTER_CURSOR))
		read_cursor(search,
					text_to_cstring(PG_GETARG_TEXT_PP(ARG_AFTER_CURSOR)));
}

/*
 * A cursor is the order, the sort key and the id of a row: the page behind it
 * can be found whatever has become of the row. The key of latest is the
 * microsecond of birth and that of date the day, as PostgreSQL counts them.
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
		*end != ':' || !is_uuid(end + 1) ||
		(search->order == ORDER_DATE && (key < PG_INT32_MIN || key > PG_INT32_MAX)))
		errors_argument_value("after_cursor",
							  "Use the cursor of a row got with the same sort_by.");
	if (search->order == ORDER_LATEST)
		search_set(search, PARAM_AFTER_INSTANT, TimestampTzGetDatum(key));
	else if (search->order == ORDER_DATE)
		search_set(search, PARAM_AFTER_DATE, DateADTGetDatum((DateADT) key));
	else
		search_set(search, PARAM_AFTER_NUMBER, Int64GetDatum(key));
	search_set(search, PARAM_AFTER_ID,
			   DirectFunctionCall1(uuid_in, CStringGetDatum(end + 1)));
}

/* -------- the answer -------- */

/* The next opening, closing or start of any schedule; infinity: there is none. */
static TimestampTz
get_next_change(const Search *search)
{
	Datum		change;
	bool		isnull;

	search_plan_run(search, STATEMENT_NEXT_CHANGE);
	change = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull);
	return isnull ? DT_NOEND : DatumGetTimestampTz(change);
}

/* How many there are on all pages, -1 where nobody asked. */
static int64
get_total(const Search *search, const SearchPage *page, bool with_total)
{
	if (!with_total || page->count == 0)
		return -1;
	return page->total >= 0 ? page->total : search_page_total(search);
}

/*
 * Hands over the rows of the page, each with its cursor, the first opening, and how
 * many there are. Functions of 0.1 take the first columns.
 */
static void
put_page(ReturnSetInfo *rsinfo, Search *search, bool with_total)
{
	SearchPage	page;
	int64		total;
	uint64		i;

	Assert(rsinfo->setDesc->natts <= LISTING_COLUMNS);
	search_page_find(search, with_total, &page);
	if (page.count == 0)
		return;
	total = get_total(search, &page, with_total);
	search_set_ids(search, page.ids, page.count);
	search_plan_run(search, STATEMENT_LISTING);
	for (i = 0; i < SPI_processed; i++)
	{
		Datum		values[LISTING_COLUMNS];
		bool		nulls[LISTING_COLUMNS];
		int			place;

		heap_deform_tuple(SPI_tuptable->vals[i], SPI_tuptable->tupdesc,
						  values, nulls);
		place = DatumGetInt64(values[LISTING_PLACE]) - 1;
		values[LISTING_PLACE] =
			CStringGetTextDatum(make_cursor(search->order, page.keys[place],
											values[LISTING_CONCERT_ID]));
		values[LISTING_FOUND] = Int64GetDatum(total);
		nulls[LISTING_FOUND] = total < 0;
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
	}
}
