/*
 * settings.c - what an administrator decides.
 *
 * Every setting is for superusers (or ALTER DATABASE ... SET by one, or GRANT
 * SET ON PARAMETER): a client that could lengthen its own holds would decide
 * what the database has to decide.
 */
#include "postgres.h"

#include "nodes/value.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/timestamp.h"
#include "utils/varlena.h"

#include "compat.h"
#include "settings.h"

/*
 * How long a hold lasts where the schedule does not say. Ten minutes let a
 * person type a name and pay; shorter terms return abandoned seats sooner.
 */
int			settings_hold_duration_ms = 10 * 60 * 1000;

/* How long extend_holds() can keep one hold alive, counted from its start. */
int			settings_max_hold_duration_ms = 30 * 60 * 1000;

/* The most seats that one call may name; bounds a call's locks and memory. */
int			settings_max_seats_per_call = 20;

/* The same where whoever may act for others sells or takes back: a school, a club. */
int			settings_max_seats_per_desk_call = 500;

/* How long before the start cancelling ends, where the schedule does not say. */
int			settings_cancel_until_s = 0;

/*
 * How long seats are kept for a payment where the schedule does not say. The
 * payment pages of the large providers stay open for at least 30 minutes.
 */
int			settings_payment_window_ms = 35 * 60 * 1000;

/*
 * How long one call waits for what others have locked. A client that fell asleep
 * with seats locked must not keep the others for ever; 0: it may.
 */
int			settings_lock_wait_ms = 5 * 1000;

/*
 * The number of this server among those that share the sales: it stands in each id
 * and in each booking number, so that a call finds its server. 0 from the start: ids
 * that were made without it could not be routed later. -1: random bits in its place.
 */
int			settings_shard = 0;

/* Whether somebody has given this server its number: then there are others. */
bool		settings_is_numbered = false;

/*
 * Whether a transaction that only holds commits without waiting for the flush.
 * A crash can then forget the last holds, never a booking.
 */
bool		settings_async_holds = false;

/*
 * Whether each call that changes seats notifies once for each schedule. It
 * serialises the commits of all sales of the server, see notify.c: for live
 * seat maps of one hall, not for a rush.
 */
bool		settings_log_refusals = false;
bool		settings_notify_seat_changes = false;

/* What to call with each notification in place of NOTIFY: schema and name. */
static char *notify_function;

/*
 * How long web clients and the caches between may keep an answer. Seats change
 * by the second, a layout and the lists hardly. 0: not at all.
 */
int			settings_cache_seat_status_s = 1;
int			settings_cache_seat_map_s = 60;
int			settings_cache_lists_s = 60;

/*
 * How old what a poll is told may be: so long the polls of a schedule share one
 * look at its seats. 0: each looks for itself.
 */
int			settings_share_seat_status_ms = 100;

/* How far: a thousand years leave room for every term and cut-off. */
#define CLOCK_DAYS_LIMIT (1000 * 366)

/* An interval added to the clock, so that tests of expiry need not sleep. */
static char *test_clock_offset;
static bool test_clock_offset_read = false;
static int64 test_clock_offset_us = 0;

/* False where the clock could not be moved so far. */
static bool
parse_interval_us(const char *text, int64 *offset_us)
{
	Interval   *span;
	int64		days;

	span = DatumGetIntervalP(DirectFunctionCall3(interval_in,
												 CStringGetDatum(text),
												 ObjectIdGetDatum(InvalidOid),
												 Int32GetDatum(-1)));
	days = span->day + (int64) span->month * DAYS_PER_MONTH;
	if (days > CLOCK_DAYS_LIMIT || days < -CLOCK_DAYS_LIMIT ||
		span->time / USECS_PER_DAY > CLOCK_DAYS_LIMIT ||
		span->time / USECS_PER_DAY < -CLOCK_DAYS_LIMIT)
		return false;
	*offset_us = span->time + days * USECS_PER_DAY;
	return true;
}

/* Raises what interval_in raises; there is nothing to add to it. */
static bool
check_test_clock_offset(char **newval, void **extra, GucSource source)
{
	int64		offset_us;

	if (strcmp(*newval, "0") == 0 || parse_interval_us(*newval, &offset_us))
		return true;
	GUC_check_errdetail("It must be an interval of at most a thousand years.");
	return false;
}

/* Notes whether the number is one that somebody has set. */
static bool
check_shard(int *newval, void **extra, GucSource source)
{
	*extra = compat_guc_strdup(source > PGC_S_DYNAMIC_DEFAULT ? "set" : "");
	return *extra != NULL;
}

static void
assign_shard(int newval, void *extra)
{
	settings_is_numbered = ((const char *) extra)[0] != '\0';
}

/* An assign hook must not fail: the text is read when it is needed. */
static void
assign_test_clock_offset(const char *newval, void *extra)
{
	test_clock_offset_read = false;
}

/* By how much the clock is shifted for tests. */
int64
settings_clock_offset_us(void)
{
	if (!test_clock_offset_read)
	{
		test_clock_offset_us = 0;
		(void) parse_interval_us(test_clock_offset, &test_clock_offset_us);
		test_clock_offset_read = true;
	}
	return test_clock_offset_us;
}

/* The parts of a dotted name, each a C string, in *name; NIL for "". */
static bool
split_name(const char *setting, List **name)
{
	*name = NIL;
	return setting[0] == '\0' ||
		(SplitIdentifierString(pstrdup(setting), '.', name) &&
		 list_length(*name) == 2);
}

/* A name without its schema would be searched for as the caller pleases. */
static bool
check_notify_function(char **newval, void **extra, GucSource source)
{
	List	   *name;

	if (split_name(*newval, &name))
		return true;
	GUC_check_errdetail("It must be a schema and a function, such as public.broadcast_seats.");
	return false;
}

/* The name of the function as the parser has it; NIL where there is none. */
List *
settings_notify_function(void)
{
	List	   *parts;
	List	   *name = NIL;
	ListCell   *cell;

	(void) split_name(notify_function, &parts);
	foreach(cell, parts)
		name = lappend(name, makeString(lfirst(cell)));
	return name;
}

/* Sets a setting until settings_end(), or until the transaction fails. */
int
settings_begin(const char *name, const char *value)
{
	int			begun = NewGUCNestLevel();

	(void) set_config_option(name, value, PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
	return begun;
}

/*
 * Code of the owner's runs with the owner's rights: it must not find what the
 * caller has put in its way. Nobody else can make anything in these schemas.
 */
int
settings_pin_search_path(void)
{
	return settings_begin("search_path", "pg_catalog, concert_booking, pg_temp");
}

/* Takes back what settings_begin() has set. */
void
settings_end(int begun)
{
	AtEOXact_GUC(true, begun);
}

static void
define_cache_age(const char *name, const char *description, int *age)
{
	DefineCustomIntVariable(name, description, NULL, age, *age, 0, INT_MAX / 2,
							PGC_SUSET, GUC_UNIT_S, NULL, NULL, NULL);
}

/* How old an answer of ours may be, here and in the caches between. */
static void
define_ages(void)
{
	define_cache_age("concert_booking.cache_seat_status",
					 "How long HTTP caches may keep the states of seats.",
					 &settings_cache_seat_status_s);
	define_cache_age("concert_booking.cache_seat_map",
					 "How long HTTP caches may keep a seat plan.",
					 &settings_cache_seat_map_s);
	define_cache_age("concert_booking.cache_lists",
					 "How long HTTP caches may keep concerts, dates and schedules.",
					 &settings_cache_lists_s);
	DefineCustomIntVariable("concert_booking.share_seat_status",
							"How long the polls of a schedule share one look at its seats "
							"(0: each looks for itself).",
							NULL, &settings_share_seat_status_ms,
							100, 0, INT_MAX, PGC_SUSET,
							GUC_UNIT_MS, NULL, NULL, NULL);
}

static void
define_seat_limits(void)
{
	DefineCustomIntVariable("concert_booking.max_seats_per_call",
							"The most seats that one call may name.",
							NULL, &settings_max_seats_per_call,
							20, 1, 1000, PGC_SUSET,
							0, NULL, NULL, NULL);
	DefineCustomIntVariable("concert_booking.max_seats_per_desk_call",
							"The most seats that the box office may sell in one call.",
							NULL, &settings_max_seats_per_desk_call,
							500, 1, 10000, PGC_SUSET,
							0, NULL, NULL, NULL);
}

/* Defines the settings, once a backend. */
void
settings_define(void)
{
	DefineCustomIntVariable("concert_booking.hold_duration",
							"How long a hold lasts where its schedule does not say.",
							NULL, &settings_hold_duration_ms,
							10 * 60 * 1000, 1, INT_MAX, PGC_SUSET,
							GUC_UNIT_MS, NULL, NULL, NULL);
	DefineCustomIntVariable("concert_booking.max_hold_duration",
							"How long extensions can keep one hold alive, from its start.",
							NULL, &settings_max_hold_duration_ms,
							30 * 60 * 1000, 1, INT_MAX, PGC_SUSET,
							GUC_UNIT_MS, NULL, NULL, NULL);
	define_seat_limits();
	DefineCustomIntVariable("concert_booking.cancel_until",
							"How long before the start cancelling ends, "
							"where the schedule does not say.",
							NULL, &settings_cancel_until_s,
							0, 0, INT_MAX, PGC_SUSET,
							GUC_UNIT_S, NULL, NULL, NULL);
	DefineCustomIntVariable("concert_booking.payment_window",
							"How long seats are kept for a payment "
							"where the schedule does not say.",
							NULL, &settings_payment_window_ms,
							35 * 60 * 1000, 1, INT_MAX, PGC_SUSET,
							GUC_UNIT_MS, NULL, NULL, NULL);
	DefineCustomIntVariable("concert_booking.lock_wait",
							"How long a call waits for what others have locked (0: without end).",
							NULL, &settings_lock_wait_ms,
							5 * 1000, 0, INT_MAX, PGC_SUSET,
							GUC_UNIT_MS, NULL, NULL, NULL);
	DefineCustomIntVariable("concert_booking.shard",
							"The number of this server in the ids and the booking numbers "
							"that it makes (-1: none).",
							NULL, &settings_shard,
							0, -1, 31, PGC_SUSET,
							0, check_shard, assign_shard, NULL);
	DefineCustomBoolVariable("concert_booking.async_holds",
							 "Whether a transaction that only holds commits "
							 "without waiting for the flush.",
							 NULL, &settings_async_holds,
							 false, PGC_SUSET, 0, NULL, NULL, NULL);
	DefineCustomBoolVariable("concert_booking.log_refusals",
							 "Whether the server's log gets a line "
							 "for each refusal (SQLSTATE class PT).",
							 NULL, &settings_log_refusals,
							 false, PGC_SUSET, 0, NULL, NULL, NULL);
	DefineCustomBoolVariable("concert_booking.notify_seat_changes",
							 "Whether each call that changes seats "
							 "notifies the channel concert_booking_seats.",
							 NULL, &settings_notify_seat_changes,
							 false, PGC_SUSET, 0, NULL, NULL, NULL);
	DefineCustomStringVariable("concert_booking.notify_function",
							   "The function that gets each notification in place of the channel.",
							   NULL, &notify_function,
							   "", PGC_SUSET, 0,
							   check_notify_function, NULL, NULL);
	define_ages();
	DefineCustomStringVariable("concert_booking.test_clock_offset",
							   "An interval added to the clock, for tests of expiry.",
							   NULL, &test_clock_offset,
							   "0", PGC_SUSET, GUC_NOT_IN_SAMPLE,
							   check_test_clock_offset,
							   assign_test_clock_offset, NULL);
	compat_guc_prefix("concert_booking");
}
