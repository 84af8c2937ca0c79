/*
 * seat_status.c - the states of all seats of a schedule, for polling.
 *
 * A client loads the seat map once and polls one character a seat after that,
 * which costs a fortieth of the seats as JSON (see seat_walk.c).
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "common/hashfn.h"
#include "fmgr.h"
#include "utils/builtins.h"

#include "arguments.h"
#include "errors.h"
#include "http.h"
#include "seat_walk.h"
#include "tables.h"

PG_FUNCTION_INFO_V1(concert_booking_seat_status);

static int	read_layout_version(const pg_uuid_t *schedule_id);
static void name_answer(const SeatStates *seats, int layout_version);

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

	tables_enter();
	values[0] = Int32GetDatum(read_layout_version(schedule_id));
	seat_walk(schedule_id, false, &seats);
	tables_leave();

	http_cache_answer("seat_status");
	name_answer(&seats, DatumGetInt32(values[0]));
	values[1] = Int32GetDatum(seats.count);
	values[2] = PointerGetDatum(cstring_to_text_with_len(seats.states, seats.count));
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(tupdesc, values, nulls)));
}

static int
read_layout_version(const pg_uuid_t *schedule_id)
{
	TableShape *shape = tables_shape(TABLE_SCHEDULES);
	Relation	schedules = table_open(shape->relid, AccessShareLock);
	TupleTableSlot *slot = seat_walk_find_row(schedules, shape->index[INDEX_ID],
											  schedule_id);
	bool		isnull;
	int			version;

	if (slot == NULL)
		errors_no_such_schedule(schedule_id);
	version = DatumGetInt32(slot_getattr(slot,
										 shape->attno[SCHEDULE_LAYOUT_VERSION],
										 &isnull));
	ExecDropSingleTupleTableSlot(slot);
	table_close(schedules, NoLock);
	return version;
}

/*
 * The entity tag by which a web client that knows this answer is told so. The
 * layout's version and 64 bits of the letters: two plans of a schedule that
 * differ and share a tag are not met in practice.
 */
static void
name_answer(const SeatStates *seats, int layout_version)
{
	uint64		letters = DatumGetUInt64(hash_any_extended((unsigned char *) seats->states,
														   seats->count, 0));

	(void) http_not_modified(psprintf("\"%d-" UINT64_FORMAT "\"",
									  layout_version, letters));
}
