/*
 * notify.c - telling who listens that seats have changed.
 *
 * With concert_booking.notify_seat_changes a call that changes what a seat map
 * shows says so once for each schedule, however many seats it changed:
 *
 *	{"concert_schedule_id": "...", "reserved": [17, 18]}
 *
 * The keys are seats.status, the numbers seats.ordinal, as in seat_status(). It
 * goes to the channel concert_booking_seats or, where
 * concert_booking.notify_function names a function, to that instead. What does
 * not fit into a notification becomes {"concert_schedule_id": "...",
 * "reload": true}. Nobody learns who holds or bought a seat.
 *
 * Off by default: a transaction that notifies holds one lock of the whole
 * server from before its commit is flushed until after, so that such commits
 * come one by one. A notify_function has no such lock.
 *
 * Memory: what is collected lives in the call's query context.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "commands/async.h"
#include "fmgr.h"
#include "lib/stringinfo.h"
#include "parser/parse_func.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"

#include "arguments.h"
#include "clock.h"
#include "deadline.h"
#include "errors.h"
#include "notify.h"
#include "row_read.h"
#include "same.h"
#include "settings.h"

#define CHANNEL "concert_booking_seats"

/* A notification must be shorter; async.c keeps the number to itself. */
#define PAYLOAD_LIMIT (BLCKSZ - NAMEDATALEN - 128)

PG_FUNCTION_INFO_V1(concert_booking_announce_seats);

/* One seat that is shown otherwise now. */
typedef struct SeatChange
{
	pg_uuid_t	schedule_id;
	int32		ordinal;
	int			place;			/* the later change of a seat counts */
	const char *status;
} SeatChange;

/* What a call has changed so far. */
typedef struct SeatChanges
{
	int			count;
	int			room;
	SeatChange *changes;
} SeatChanges;

static void add_change(SeatChanges *changes, const pg_uuid_t *schedule_id,
					   int32 ordinal, const char *status);
static void announce(SeatChanges *changes);

/* -------- called by SQL -------- */

/* For changes that were made by SQL statements. */
Datum
concert_booking_announce_seats(PG_FUNCTION_ARGS)
{
	pg_uuid_t  *schedule_id = arguments_required_uuid(fcinfo, 0,
													  "concert_schedule_id");
	SeatChanges changes = {0};
	Datum	   *ordinals;
	Datum	   *statuses;
	int			count;
	int			status_count;
	int			i;

	if (PG_ARGISNULL(1))
		errors_argument_null("ordinals");
	if (PG_ARGISNULL(2))
		errors_argument_null("statuses");
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(1), INT4OID, sizeof(int32), true,
					  TYPALIGN_INT, &ordinals, NULL, &count);
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(2), TEXTOID, -1, false,
					  TYPALIGN_INT, &statuses, NULL, &status_count);
	if (count != status_count)
		errors_argument_value("statuses", "Pass one for each ordinal.");
	for (i = 0; i < count; i++)
		add_change(&changes, schedule_id, DatumGetInt32(ordinals[i]),
				   TextDatumGetCString(statuses[i]));
	if (settings_notify_seat_changes && count > 0)
		announce(&changes);
	PG_RETURN_VOID();
}

/* -------- collecting -------- */

static void
add_change(SeatChanges *changes, const pg_uuid_t *schedule_id, int32 ordinal,
		   const char *status)
{
	SeatChange *change;

	if (changes->count == changes->room)
	{
		changes->room = Max(8, changes->room * 2);
		changes->changes = changes->changes == NULL ?
			palloc(sizeof(SeatChange) * changes->room) :
			repalloc_huge(changes->changes, sizeof(SeatChange) * changes->room);
	}
	change = &changes->changes[changes->count];
	change->schedule_id = *schedule_id;
	change->ordinal = ordinal;
	change->place = changes->count++;
	change->status = status;
}

static void
announce_work(RowWork *work)
{
	announce(work->seat_changes);
}

static bool
hold_is_live(SeatTable *seats, TupleTableSlot *slot)
{
	TimestampTz deadline;

	return row_get_timestamp(seats, slot, SEAT_HOLD_EXPIRES_AT, &deadline) &&
		!deadline_is_over(deadline, clock_now());
}

/*
 * A seat's row, as it stands in the slot, was given new values. An extended
 * hold looks as before and is not told; one that had lapsed looked free.
 */
void
notify_seat_changed(RowWork *work, TupleTableSlot *seat_slot,
					const SeatValue *values, int count)
{
	SeatTable  *seats;
	MemoryContext old;
	char	   *status;
	int			i;

	if (!settings_notify_seat_changes)
		return;
	seats = row_table(work, TABLE_SEATS);
	for (i = 0; i < count && values[i].column != SEAT_STATUS; i++)
		;
	if (i == count)
		return;
	old = MemoryContextSwitchTo(work->estate->es_query_cxt);
	status = TextDatumGetCString(values[i].value);
	if (work->seat_changes == NULL)
	{
		work->seat_changes = palloc0(sizeof(SeatChanges));
		work->at_end = announce_work;
	}
	if (!row_text_is(seats, seat_slot, SEAT_STATUS, status) ||
		!hold_is_live(seats, seat_slot))
		add_change(work->seat_changes,
				   row_get_uuid(seats, seat_slot, SEAT_SCHEDULE_ID),
				   row_get_int(seats, seat_slot, SEAT_ORDINAL), status);
	MemoryContextSwitchTo(old);
}

/* -------- telling -------- */

/* By schedule, status, ordinal. */
static int
compare_for_payload(const void *a, const void *b)
{
	const SeatChange *left = a;
	const SeatChange *right = b;
	int			order = memcmp(&left->schedule_id, &right->schedule_id, UUID_LEN);

	if (order == 0)
		order = strcmp(left->status, right->status);
	if (order == 0)
		order = left->ordinal < right->ordinal ? -1 : left->ordinal > right->ordinal;
	return order;
}

/* By schedule and ordinal, what came later first. */
static int
compare_by_seat(const void *a, const void *b)
{
	const SeatChange *left = a;
	const SeatChange *right = b;
	int			order = memcmp(&left->schedule_id, &right->schedule_id, UUID_LEN);

	if (order == 0)
		order = left->ordinal < right->ordinal ? -1 : left->ordinal > right->ordinal;
	if (order == 0)
		order = left->place > right->place ? -1 : 1;
	return order;
}

static bool
same_schedule(const SeatChange *a, const SeatChange *b)
{
	return same_uuid(&a->schedule_id, &b->schedule_id);
}

static bool
same_seat(const SeatChange *a, const SeatChange *b)
{
	return a->ordinal == b->ordinal && same_schedule(a, b);
}

/* A call can change a seat twice: its last state is kept. */
static void
keep_last(SeatChanges *changes)
{
	int			kept = 0;
	int			i;

	qsort(changes->changes, changes->count, sizeof(SeatChange), compare_by_seat);
	for (i = 0; i < changes->count; i++)
	{
		if (kept == 0 ||
			!same_seat(&changes->changes[kept - 1], &changes->changes[i]))
			changes->changes[kept++] = changes->changes[i];
	}
	changes->count = kept;
	qsort(changes->changes, changes->count, sizeof(SeatChange),
		  compare_for_payload);
}

static void
begin_payload(StringInfo payload, const SeatChange *change)
{
	resetStringInfo(payload);
	appendStringInfo(payload, "{\"concert_schedule_id\": \"%s\"",
					 DatumGetCString(DirectFunctionCall1(uuid_out,
														 UUIDPGetDatum(&change->schedule_id))));
}

/* The function that the setting names: schema and name, never searched for. */
static void
call_function(const char *payload)
{
	List	   *name = settings_notify_function();
	Oid			argtypes[] = {JSONBOID};
	Oid			function = LookupFuncName(name, lengthof(argtypes), argtypes, false);
	FmgrInfo	flinfo;
	int			pinned;
	LOCAL_FCINFO(fcinfo, 1);

	if (compat_function_aclcheck(function, GetUserId()) != ACLCHECK_OK)
		aclcheck_error(ACLCHECK_NO_PRIV, OBJECT_FUNCTION, NameListToString(name));
	CommandCounterIncrement();
	pinned = settings_pin_search_path();
	fmgr_info(function, &flinfo);
	InitFunctionCallInfoData(*fcinfo, &flinfo, 1, InvalidOid, NULL, NULL);
	fcinfo->args[0].value = DirectFunctionCall1(jsonb_in, CStringGetDatum(payload));
	fcinfo->args[0].isnull = false;
	(void) FunctionCallInvoke(fcinfo);	/* it may well return null */
	settings_end(pinned);
}

static void
send_payload(StringInfo payload)
{
	if (settings_notify_function() == NIL)
		Async_Notify(CHANNEL, payload->data);
	else
		call_function(payload->data);
}

/* Tells the changes of one schedule; returns how many these were. */
static int
announce_schedule(const SeatChange *changes, int count, StringInfo payload)
{
	int			i;

	begin_payload(payload, &changes[0]);
	for (i = 0; i < count && same_schedule(&changes[i], &changes[0]); i++)
	{
		if (i == 0 || strcmp(changes[i].status, changes[i - 1].status) != 0)
			appendStringInfo(payload, "%s, \"%s\": [%d", i == 0 ? "" : "]",
							 changes[i].status, changes[i].ordinal);
		else
			appendStringInfo(payload, ", %d", changes[i].ordinal);
	}
	appendStringInfoString(payload, "]}");
	if (payload->len >= PAYLOAD_LIMIT)
	{
		begin_payload(payload, &changes[0]);
		appendStringInfoString(payload, ", \"reload\": true}");
	}
	send_payload(payload);
	return i;
}

static void
announce(SeatChanges *changes)
{
	StringInfoData payload;
	int			told = 0;

	keep_last(changes);
	initStringInfo(&payload);
	while (told < changes->count)
	{
		CHECK_FOR_INTERRUPTS();
		told += announce_schedule(&changes->changes[told],
								  changes->count - told, &payload);
	}
}
