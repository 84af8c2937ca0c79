/*
 * seat_status.c - the states of a schedule's seats, for polling.
 *
 * A client loads the seat map once and polls one character a seat after that,
 * which costs a fortieth of the seats as JSON (see seat_walk.c), or what changed
 * since a poll before.
 *
 * Polls that name one share one look at the seats (shared_look.c), where that is
 * allowed. A transaction that has written anything sees more than others may, and
 * one with a single snapshot less: these look for themselves, and so does
 * everybody while the setting is 0 or there is no memory to share.
 */
#include "postgres.h"

#include "access/detoast.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/snapmgr.h"

#include "arguments.h"
#include "errors.h"
#include "http.h"
#include "seat_walk.h"
#include "settings.h"
#include "shared_look.h"
#include "tables.h"

/* The longest name that a version has. */
#define NAME_LIMIT 40

#define STATUSES_COLUMNS 6

PG_FUNCTION_INFO_V1(concert_booking_seat_status);

static void look(const pg_uuid_t *schedule_id, SeatNews *news);
static bool read_version(FunctionCallInfo fcinfo, int position, SeatVersion *version);
static void find_news(const pg_uuid_t *schedule_id, const SeatVersion *since,
					  SeatNews *news);
static Datum pack_news(const SeatNews *news, const char *name, TupleDesc tupdesc);

/* seat_status(): what every seat of a schedule is, or which ones have changed. */
Datum
concert_booking_seat_status(PG_FUNCTION_ARGS)
{
	pg_uuid_t  *schedule_id = arguments_required_uuid(fcinfo, 0,
													  "concert_schedule_id");
	SeatVersion since;
	SeatNews	news;
	TupleDesc	tupdesc;
	char	   *name;

	if (get_call_result_type(fcinfo, NULL, &tupdesc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");

	if (PG_NARGS() <= 1 || PG_ARGISNULL(1))	/* the function of 0.1 has one */
		look(schedule_id, &news);
	else if (read_version(fcinfo, 1, &since))
		find_news(schedule_id, &since, &news);
	else
		find_news(schedule_id, NULL, &news);

	name = seat_version_name(&news.version);
	http_cache_tagged_answer("seat_status", DT_NOEND, psprintf("\"%s\"", name));
	PG_RETURN_DATUM(pack_news(&news, name, tupdesc));
}

static int
read_layout_version(Relation schedules, TableShape *shape,
					const pg_uuid_t *schedule_id)
{
	TupleTableSlot *slot = seat_walk_find_row(schedules, shape, INDEX_ID,
											  shape->attno[SCHEDULE_ID],
											  schedule_id);
	bool		isnull;
	int			version;

	if (slot == NULL)
		errors_no_such_schedule(schedule_id);
	version = DatumGetInt32(slot_getattr(slot,
										 shape->attno[SCHEDULE_LAYOUT_VERSION],
										 &isnull));
	ExecDropSingleTupleTableSlot(slot);
	return version;
}

/*
 * The statement's snapshot is older than the locks, and sees no row of a table
 * that was rewritten while this waited. A transaction with one snapshot goes
 * without a newer one, as in any statement.
 */
static bool
push_newer_snapshot(void)
{
	if (IsolationUsesXactSnapshot() || IsInParallelMode())
		return false;
	PushActiveSnapshot(GetLatestSnapshot());
	return true;
}

/* The states of the seats, and the version of their layout. */
static int
read_seats(const pg_uuid_t *schedule_id, SeatStates *seats)
{
	TableShape *shapes[3];
	Relation	schedules;
	Relation	others[2];
	bool		pushed;
	int			version;

	tables_enter();
	others[0] = tables_open(TABLE_SEATS, AccessShareLock, &shapes[1]);
	others[1] = tables_open(TABLE_HOLDS, AccessShareLock, &shapes[2]);
	schedules = tables_open(TABLE_SCHEDULES, AccessShareLock, &shapes[0]);
	pushed = push_newer_snapshot();
	version = read_layout_version(schedules, shapes[0], schedule_id);
	seat_walk(schedule_id, false, seats);
	if (pushed)
		PopActiveSnapshot();
	table_close(others[1], NoLock);
	table_close(others[0], NoLock);
	table_close(schedules, NoLock);
	tables_leave();
	return version;
}

/* All that there is to see now. */
static void
look(const pg_uuid_t *schedule_id, SeatNews *news)
{
	SeatStates	seats;
	int			layout = read_seats(schedule_id, &seats);

	memset(news, 0, sizeof(SeatNews));
	news->version = seat_version_of(layout, seats.states, seats.count);
	news->seat_count = seats.count;
	news->letters = seats.states;
}

/* -------- since a version -------- */

/* False for what no version is called; what is long is not read. */
static bool
read_version(FunctionCallInfo fcinfo, int position, SeatVersion *version)
{
	return toast_raw_datum_size(PG_GETARG_DATUM(position)) <= VARHDRSZ + NAME_LIMIT &&
		seat_version_parse(text_to_cstring(PG_GETARG_TEXT_PP(position)), version);
}

static bool
may_share(void)
{
	return settings_share_seat_status_ms > 0 && !IsolationUsesXactSnapshot() &&
		!IsInParallelMode() && !TransactionIdIsValid(GetTopTransactionIdIfAny());
}

/* Whoever has looked and published is told like all others what has changed. */
static void
find_news(const pg_uuid_t *schedule_id, const SeatVersion *since, SeatNews *news)
{
	bool		shares = may_share();
	LookTurn	turn;

	if (shares && shared_look_ask(schedule_id, since, &turn, news))
		return;
	look(schedule_id, news);
	if (shares && shared_look_publish(&turn, since, news))
		return;
	if (since != NULL && seat_version_same(since, &news->version))
		news->letters = NULL;
}

/* -------- the answer -------- */

/* The places of the seats that changed, and their letters. */
static void
pack_changes(const SeatNews *news, Datum *values)
{
	Datum	   *positions = palloc_extended(sizeof(Datum) * (Size) (news->change_count + 1),
											MCXT_ALLOC_HUGE);
	int			i;

	for (i = 0; i < news->change_count; i++)
		positions[i] = Int32GetDatum(news->positions[i]);
	values[0] = PointerGetDatum(construct_array(positions, news->change_count, INT4OID,
												sizeof(int32), true, TYPALIGN_INT));
	values[1] = PointerGetDatum(cstring_to_text_with_len(news->changed,
														 news->change_count));
}

/* The row, of which the type of 0.1 has the first three columns. */
static Datum
pack_news(const SeatNews *news, const char *name, TupleDesc tupdesc)
{
	Datum		values[STATUSES_COLUMNS] = {0};
	bool		nulls[STATUSES_COLUMNS] = {false};

	Assert(tupdesc->natts <= STATUSES_COLUMNS);
	values[0] = Int32GetDatum(news->version.layout);
	values[1] = Int32GetDatum(news->seat_count);
	nulls[2] = news->letters == NULL;
	values[3] = CStringGetTextDatum(name);
	nulls[4] = nulls[5] = news->letters != NULL;
	if (news->letters != NULL)
		values[2] = PointerGetDatum(cstring_to_text_with_len(news->letters,
															 news->seat_count));
	else
		pack_changes(news, &values[4]);
	return HeapTupleGetDatum(heap_form_tuple(tupdesc, values, nulls));
}
