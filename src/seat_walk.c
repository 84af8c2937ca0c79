/*
 * seat_walk.c - the states of all seats of a schedule at once.
 *
 * Seats that were made together lie together: the walk first goes along the
 * index of the seat order and only collects addresses, and then locks each page
 * once for all seats on it that follow each other, not once for each seat. That
 * and reading two columns in place make a seat cost a tenth of what it costs
 * the executor.
 *
 * Locking: none but the pages'. The active snapshot decides, as in any read; a
 * tuple that it sees is not removed under it. The caller has taken it after it
 * had locked the tables of seats and holds.
 *
 * Memory: six bytes a seat for the addresses, one for the state, four for the
 * ordinal, in the caller's context.
 *
 * Not done here: row security is not consulted, as in the commands.
 */
#include "postgres.h"

#ifndef WIN32
#include <sched.h>
#endif

#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/relscan.h"
#include "access/table.h"
#include "fmgr.h"
#include "storage/bufmgr.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "clock.h"
#include "compat.h"
#include "deadline.h"
#include "seat_walk.h"
#include "tables.h"

/* A held seat whose own row does not say until when. */
typedef struct UndatedSeat
{
	int			position;
	pg_uuid_t	id;
} UndatedSeat;

/* A walk under way. */
typedef struct Walk
{
	TableShape *shape;
	Relation	seats;
	Snapshot	snapshot;
	TimestampTz now;
	ItemPointerData *addresses;
	int			address_count;
	SeatStates *result;
	List	   *undated;
} Walk;

/* How many pages, or addresses, a walk does before it lets others run: 50 us. */
#define PAGES_A_TURN 16
#define ADDRESSES_A_TURN 1024

static void collect_addresses(Walk *walk, const pg_uuid_t *schedule_id);
static void read_states(Walk *walk);
static void date_undated(Walk *walk);

/* Reads the states of all seats of a schedule that the active snapshot sees. */
void
seat_walk(const pg_uuid_t *schedule_id, bool with_ordinals, SeatStates *result)
{
	Walk		walk = {0};

	memset(result, 0, sizeof(SeatStates));
	walk.result = result;
	walk.seats = tables_open(TABLE_SEATS, AccessShareLock, &walk.shape);
	walk.snapshot = GetActiveSnapshot();
	walk.now = clock_now();
	collect_addresses(&walk, schedule_id);
	result->states = palloc_extended(walk.address_count + 1, MCXT_ALLOC_HUGE);
	if (with_ordinals)
		result->ordinals = palloc_extended((walk.address_count + 1) * sizeof(int32),
										   MCXT_ALLOC_HUGE);
	read_states(&walk);
	date_undated(&walk);
	table_close(walk.seats, NoLock);
	pfree(walk.addresses);
}

/*
 * The one row with an id in a column, in a slot to be dropped by the caller;
 * NULL when the snapshot sees none. Where no index serves, the table is read.
 */
TupleTableSlot *
seat_walk_find_row(Relation rel, const TableShape *shape, TableIndex search,
				   AttrNumber attno, const pg_uuid_t *id)
{
	SysScanDesc scan;
	ScanKeyData key;
	TupleTableSlot *slot = table_slot_create(rel, NULL);
	HeapTuple	tuple;

	ScanKeyInit(&key, attno, BTEqualStrategyNumber, F_UUID_EQ, UUIDPGetDatum(id));
	scan = systable_beginscan(rel, shape->index[search],
							  OidIsValid(shape->index[search]),
							  GetActiveSnapshot(), 1, &key);
	tuple = systable_getnext(scan);
	if (HeapTupleIsValid(tuple))
		ExecForceStoreHeapTuple(heap_copytuple(tuple), slot, true);
	systable_endscan(scan);
	if (!TTS_EMPTY(slot))
		return slot;
	ExecDropSingleTupleTableSlot(slot);
	return NULL;
}

/*
 * A walk over a big house keeps a core for milliseconds. Whoever has been woken
 * meanwhile, a buyer with a short call, goes first.
 */
static void
give_way(void)
{
	CHECK_FOR_INTERRUPTS();
#ifndef WIN32
	(void) sched_yield();
#endif
}

/* The addresses of the schedule's seats, in seat order. */
static void
collect_addresses(Walk *walk, const pg_uuid_t *schedule_id)
{
	Relation	index = index_open(walk->shape->index[INDEX_SEAT_ORDINAL],
								   AccessShareLock);
	IndexScanDesc scan = compat_index_beginscan(walk->seats, index,
												walk->snapshot, 1);
	int			room = 1024;
	ScanKeyData key;
	ItemPointer address;

	walk->addresses = palloc(room * sizeof(ItemPointerData));
	ScanKeyInit(&key, 1, BTEqualStrategyNumber, F_UUID_EQ,
				UUIDPGetDatum(schedule_id));
	index_rescan(scan, &key, 1, NULL, 0);
	while ((address = index_getnext_tid(scan, ForwardScanDirection)) != NULL)
	{
		if (walk->address_count == room)
		{
			room *= 2;
			walk->addresses = repalloc_huge(walk->addresses,
											room * sizeof(ItemPointerData));
		}
		walk->addresses[walk->address_count++] = *address;
		if (walk->address_count % ADDRESSES_A_TURN == 0)
			give_way();
	}
	index_endscan(scan);
	index_close(index, NoLock);
}

static void
note_ordinal(Walk *walk, HeapTuple tuple, TupleDesc tupdesc)
{
	bool		isnull;

	if (walk->result->ordinals != NULL)
		walk->result->ordinals[walk->result->count] =
			DatumGetInt32(heap_getattr(tuple, walk->shape->attno[SEAT_ORDINAL],
									   tupdesc, &isnull));
}

static void
note_undated(Walk *walk, HeapTuple tuple, TupleDesc tupdesc)
{
	UndatedSeat *seat = palloc(sizeof(UndatedSeat));
	bool		isnull;
	Datum		id = heap_getattr(tuple, walk->shape->attno[SEAT_ID], tupdesc,
								  &isnull);

	Assert(!isnull);
	seat->position = walk->result->count;
	seat->id = *DatumGetUUIDP(id);
	walk->undated = lappend(walk->undated, seat);
	note_ordinal(walk, tuple, tupdesc);
}

/* A seat's state by its own row; a lapsed hold leaves the seat available. */
static char
judge_seat(Walk *walk, HeapTuple tuple, TupleDesc tupdesc)
{
	bool		isnull;
	Datum		status = heap_getattr(tuple, walk->shape->attno[SEAT_STATUS],
									  tupdesc, &isnull);
	Datum		deadline;
	char		state;

	Assert(!isnull);
	state = *VARDATA_ANY(DatumGetPointer(status));
	if (state != 't')
		return state;
	deadline = heap_getattr(tuple, walk->shape->attno[SEAT_HOLD_EXPIRES_AT],
							tupdesc, &isnull);
	if (isnull)
		note_undated(walk, tuple, tupdesc);
	else if (deadline_is_over(DatumGetTimestampTz(deadline), walk->now))
		return 'a';
	return state;
}

/* Goes through the addresses, a page at a time as long as they share one. */
static void
read_states(Walk *walk)
{
	TupleDesc	tupdesc = RelationGetDescr(walk->seats);
	Buffer		buffer = InvalidBuffer;
	BlockNumber block = InvalidBlockNumber;
	int			pages = 0;
	int			i;

	for (i = 0; i < walk->address_count; i++)
	{
		ItemPointerData address = walk->addresses[i];
		HeapTupleData tuple;
		char		state;

		if (ItemPointerGetBlockNumber(&address) != block)
		{
			if (BufferIsValid(buffer))
				UnlockReleaseBuffer(buffer);
			if (++pages % PAGES_A_TURN == 0)
				give_way();
			block = ItemPointerGetBlockNumber(&address);
			buffer = ReadBuffer(walk->seats, block);
			LockBuffer(buffer, BUFFER_LOCK_SHARE);
		}
		if (!heap_hot_search_buffer(&address, walk->seats, buffer, walk->snapshot,
									&tuple, NULL, true))
			continue;
		state = judge_seat(walk, &tuple, tupdesc);
		if (state == 'a')
			note_ordinal(walk, &tuple, tupdesc);
		walk->result->states[walk->result->count++] = state;
	}
	if (BufferIsValid(buffer))
		UnlockReleaseBuffer(buffer);
}

/*
 * Hand-written SQL can leave hold_expires_at null: then the hold's row tells,
 * and where there is none, nobody holds the seat (see seat.c).
 */
static void
date_undated(Walk *walk)
{
	TableShape *shape;
	Relation	holds;
	ListCell   *cell;

	if (walk->undated == NIL)
		return;
	holds = tables_open(TABLE_HOLDS, AccessShareLock, &shape);
	foreach(cell, walk->undated)
	{
		UndatedSeat *seat = lfirst(cell);
		TupleTableSlot *slot = seat_walk_find_row(holds, shape, INDEX_HOLD_SEAT,
												  shape->attno[HOLD_SEAT_ID],
												  &seat->id);
		TimestampTz deadline = DT_NOBEGIN;
		bool		isnull;

		if (slot != NULL)
		{
			deadline = DatumGetTimestampTz(slot_getattr(slot,
														shape->attno[HOLD_EXPIRES_AT],
														&isnull));
			ExecDropSingleTupleTableSlot(slot);
		}
		if (deadline_is_over(deadline, walk->now))
			walk->result->states[seat->position] = 'a';
	}
	table_close(holds, NoLock);
}
