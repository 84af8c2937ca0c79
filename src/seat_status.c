/*
 * seat_status.c - the states of all seats of a schedule, for polling.
 *
 * A client loads the seat map once and polls one character a seat after that,
 * which costs a fortieth of the seats as JSON (see seat_walk.c).
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "common/hashfn.h"
#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/snapmgr.h"

#include "arguments.h"
#include "errors.h"
#include "http.h"
#include "seat_walk.h"
#include "tables.h"

PG_FUNCTION_INFO_V1(concert_booking_seat_status);

static int	read_seats(const pg_uuid_t *schedule_id, SeatStates *seats);
static const char *name_answer(const SeatStates *seats, int layout_version);

/* seat_status(): what every seat of a schedule is, one letter a seat. */
Datum
concert_booking_seat_status(PG_FUNCTION_ARGS)
{
	pg_uuid_t  *schedule_id = arguments_required_uuid(fcinfo, 0,
													  "concert_schedule_id");
	SeatStates	seats;
	TupleDesc	tupdesc;
	Datum		values[3];
	bool		nulls[3] = {false, false, false};

	if (get_call_result_type(fcinfo, NULL, &tupdesc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");

	values[0] = Int32GetDatum(read_seats(schedule_id, &seats));

	http_cache_tagged_answer("seat_status", DT_NOEND,
							 name_answer(&seats, DatumGetInt32(values[0])));
	values[1] = Int32GetDatum(seats.count);
	values[2] = PointerGetDatum(cstring_to_text_with_len(seats.states, seats.count));
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(tupdesc, values, nulls)));
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

/*
 * The entity tag by which a web client that knows this answer is told so. The
 * layout's version and 64 bits of the letters: two plans of a schedule that
 * differ and share a tag are not met in practice.
 */
static const char *
name_answer(const SeatStates *seats, int layout_version)
{
	uint64		letters = DatumGetUInt64(hash_any_extended((unsigned char *) seats->states,
														   seats->count, 0));

	return psprintf("\"%d-" UINT64_FORMAT "\"", layout_version, letters);
}
