/*
 * search.c - the list of concerts.
 *
 * Locking: none; the snapshot of the statement decides.
 *
 * Privileges: the statement runs as the owner of the tables, with the search_path
 * that the function's declaration pins, so that clients need no table privilege
 * and nobody's operators are called.
 *
 * Not done here: the statements and their plans (search_statement.c).
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"

#include "clock.h"
#include "compat.h"
#include "errors.h"
#include "http.h"
#include "search_statement.h"
#include "settings.h"
#include "tables.h"
#include "tables_schema.h"

#define MAX_TEXT_LENGTH 300
#define LISTING_COLUMNS (FOUND_COLUMNS + 1)
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

static const char *const order_names[] = {"latest", "popularity", "price"};

static TimestampTz find(Search *search, bool with_total, ReturnSetInfo *rsinfo);
static bool get_with_total(FunctionCallInfo fcinfo);
static void read_filters(FunctionCallInfo fcinfo, Search *search);
static void read_page(FunctionCallInfo fcinfo, Search *search);
static void read_cursor(Search *search, const char *cursor);
static void put_rows(ReturnSetInfo *rsinfo, const Search *search, int64 total);

/* search_concerts(): a page of concerts, each with its next date and lowest price. */
Datum
concert_booking_search_concerts(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	bool		with_total = get_with_total(fcinfo);
	TimestampTz now = clock_now();
	TimestampTz next_change;
	Search		search;

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
	int64		total = -1;

	tables_enter();
	concerts = tables_open(TABLE_CONCERTS, AccessShareLock, &shape);
	search->has_status = get_attnum(tables_relid(TABLE_SCHEDULES), "status") != InvalidAttrNumber;
	GetUserIdAndSecContext(&caller, &caller_security);
	SetUserIdAndSecContext(shape->owner,
						   caller_security | SECURITY_LOCAL_USERID_CHANGE);
	pinned = settings_pin_search_path();
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	if (http_may_keep_answer())
		next_change = search_statement_next_change(
			DatumGetTimestampTz(search->values[PARAM_JUDGED_AT]));
	if (with_total)
		total = search_statement_count(search);
	search_statement_rows(search);
	put_rows(rsinfo, search, total);
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
	search_set(search, PARAM_PAGE_SIZE,
			   Int32GetDatum(get_count(fcinfo, ARG_PAGE_SIZE, "page_size",
									   1, MAX_PAGE_SIZE)));
	search_set(search, PARAM_PAGE_OFFSET,
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
		search_set(search, PARAM_AFTER_INSTANT, TimestampTzGetDatum(key));
	else
		search_set(search, PARAM_AFTER_NUMBER, Int64GetDatum(key));
	search_set(search, PARAM_AFTER_ID,
			   DirectFunctionCall1(uuid_in, CStringGetDatum(end + 1)));
}

/* -------- the answer -------- */

static int64
key_of(ListOrder order, Datum key)
{
	if (order == ORDER_LATEST)
		return DatumGetTimestampTz(key);
	return DatumGetInt32(key);
}

/*
 * Hands over the rows found, each with its cursor, the first opening, and how many
 * there are on all pages (-1: nobody asked). Functions of 0.1 take the first columns.
 */
static void
put_rows(ReturnSetInfo *rsinfo, const Search *search, int64 total)
{
	uint64		i;

	Assert(rsinfo->setDesc->natts <= LISTING_COLUMNS);
	for (i = 0; i < SPI_processed; i++)
	{
		Datum		values[LISTING_COLUMNS];
		bool		nulls[LISTING_COLUMNS];
		int64		key;

		heap_deform_tuple(SPI_tuptable->vals[i], SPI_tuptable->tupdesc,
						  values, nulls);
		key = key_of(search->order, values[FOUND_SORT_KEY]);
		values[FOUND_SORT_KEY] =
			CStringGetTextDatum(make_cursor(search->order, key, values[FOUND_CONCERT_ID]));
		values[FOUND_COLUMNS] = Int64GetDatum(total);
		nulls[FOUND_COLUMNS] = total < 0;
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
	}
}
