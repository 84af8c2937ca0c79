/*
 * availability.c - a schedule's counts without a hot row.
 *
 * A row that every sale must update caps a schedule at one sale a flush. So a
 * sale tries to lock its schedule's row without waiting. Whoever gets it counts
 * there; whoever does not counts in a slot: one of a few rows of
 * availability_changes, taken in the same way, or a new one where all are
 * locked. The row plus the slots is exact at every instant.
 *
 * What a sale reads stays small whatever dead rows a long snapshot keeps. The
 * schedule's row is changed only while its page has room, so that its index
 * entry still leads to it; afterwards sales use slots, and the minute job brings
 * the row up to date. A slot is changed in its place while its page has room,
 * and gets the next version where it has to move: version is the last column of
 * the key, so that the newest version is the last entry of the slot's range, the
 * first that a backward scan meets. From there the scan skips to the next slot.
 * Slots are emptied and never deleted: an id whose rows are all dead could not be
 * skipped. There are as many as sales were ever in flight at once.
 *
 * Locking: the schedule's row and the slots come last in a call and are never
 * waited for. Which slot is taken does not matter, so slots are looked for among
 * what is committed now, which SERIALIZABLE does not track; what one holds is
 * read once it is locked.
 */
#include "postgres.h"

#include "access/heapam.h"
#include "access/relscan.h"
#include "access/stratnum.h"
#include "access/xact.h"
#include "catalog/pg_am.h"
#include "common/int.h"
#include "storage/bufmgr.h"
#include "utils/fmgroids.h"
#include "utils/inval.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "availability.h"
#include "clock.h"
#include "errors.h"
#include "row_read.h"
#include "row_write.h"
#include "same.h"
#include "uuid_v7.h"

/* A sale that has the schedule's row empties a few slots; see fold_slots(). */
#define FOLD_LOOKS 16
#define FOLD_SLOTS 4

/* So many dead entries behind a slot, and the scan starts anew below it. */
#define SKIP_AFTER 3

/* From one slot of a schedule to the next, newest id first. */
typedef struct SlotWalk
{
	ChangeTable *changes;
	RowScan		scan;
	ScanKeyData keys[2];
	pg_uuid_t	last;			/* the slot found last */
	bool		found;
	int			dead;			/* entries met since */
} SlotWalk;

/* The slot that this backend used last, for each few schedules. */
typedef struct OwnSlot
{
	pg_uuid_t	schedule_id;
	pg_uuid_t	id;
} OwnSlot;

#define OWN_SLOTS 64

static OwnSlot own_slots[OWN_SLOTS];

/* Where the last fold of this backend stopped looking. */
static OwnSlot fold_stop;

static const pg_uuid_t last_uuid = {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
									 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}};

static OwnSlot *
own_slot(const pg_uuid_t *schedule_id)
{
	/* The last bytes of a uuid are random. */
	return &own_slots[schedule_id->data[15] % OWN_SLOTS];
}

/* -------- walking over slots -------- */

static void
key_slot(ScanKey key, StrategyNumber strategy, const pg_uuid_t *id)
{
	RegProcedure operation = F_UUID_EQ;

	if (strategy == BTLessStrategyNumber)
		operation = F_UUID_LT;
	else if (strategy == BTLessEqualStrategyNumber)
		operation = F_UUID_LE;
	ScanKeyInit(key, 2, strategy, operation, UUIDPGetDatum(id));
}

/*
 * Begins with the newest slot whose id is before a given one, or that one as
 * well. snapshot is the call's, or SnapshotSelf to look for a slot to take.
 */
static void
walk_begin(SlotWalk *walk, ChangeTable *changes, const pg_uuid_t *schedule_id,
		   StrategyNumber strategy, const pg_uuid_t *id, Snapshot snapshot)
{
	memset(walk, 0, sizeof(SlotWalk));
	walk->changes = changes;
	row_key_uuid(&walk->keys[0], 1, schedule_id);
	key_slot(&walk->keys[1], strategy, id);
	walk->scan = row_scan_in(changes, INDEX_CHANGE_SCHEDULE, 2, walk->keys,
							 BackwardScanDirection);
	if (snapshot == NULL)
		return;
	walk->scan.scan->xs_snapshot = snapshot;
	index_rescan(walk->scan.scan, walk->keys, 2, NULL, 0);
}

static void
skip_dead_versions(SlotWalk *walk)
{
	key_slot(&walk->keys[1], BTLessStrategyNumber, &walk->last);
	index_rescan(walk->scan.scan, walk->keys, 2, NULL, 0);
	walk->found = false;
	walk->dead = 0;
}

/* Copied out of its page, so that no pin of ours keeps the page from pruning. */
static bool
walk_next(SlotWalk *walk, TupleTableSlot *slot)
{
	IndexScanDesc scan = walk->scan.scan;

	while (index_getnext_tid(scan, walk->scan.direction) != NULL)
	{
		CHECK_FOR_INTERRUPTS();
		if (index_fetch_heap(scan, slot))
		{
			ExecMaterializeSlot(slot);
			table_index_fetch_reset(scan->xs_heapfetch);
			walk->last = *row_get_uuid(walk->changes, slot, CHANGE_ID);
			walk->found = true;
			walk->dead = 0;
			return true;
		}
		if (walk->found && ++walk->dead >= SKIP_AFTER)
			skip_dead_versions(walk);
	}
	return false;
}

static void
walk_end(SlotWalk *walk)
{
	row_scan_end(&walk->scan);
}

static int64
sum_slots(RowWork *work, const pg_uuid_t *schedule_id)
{
	ChangeTable *changes = row_table(work, TABLE_CHANGES);
	TupleTableSlot *slot = row_slot(work, changes);
	int64		sum = 0;
	SlotWalk	walk;

	walk_begin(&walk, changes, schedule_id, BTLessEqualStrategyNumber,
			   &last_uuid, NULL);
	while (walk_next(&walk, slot))
		sum += row_get_int(changes, slot, CHANGE_AVAILABLE);
	walk_end(&walk);
	return sum;
}

/* -------- changing a row where it stands -------- */

/*
 * Whether the row's next version fits into its page: then the update is HOT and
 * no index learns of it. Somebody else may take the room meanwhile, which costs
 * an index entry and nothing else.
 */
static bool
has_room(AnyTable any, TupleTableSlot *slot)
{
	Relation	rel = any.table->rel;
	Size		needed;
	Buffer		buffer;
	bool		fits;

	if (rel->rd_rel->relam != HEAP_TABLE_AM_OID)
		return true;
	needed = MAXALIGN(ExecFetchSlotHeapTuple(slot, false, NULL)->t_len);
	buffer = ReadBuffer(rel, ItemPointerGetBlockNumber(&slot->tts_tid));
	heap_page_prune_opt(rel, buffer);
	LockBuffer(buffer, BUFFER_LOCK_SHARE);
	fits = PageGetHeapFreeSpace(BufferGetPage(buffer)) >= needed;
	UnlockReleaseBuffer(buffer);
	return fits;
}

static bool
has_versions(ChangeTable *changes)
{
	return changes->table.shape->attno[CHANGE_VERSION] != InvalidAttrNumber;
}

/*
 * Plans of the view that were made while the table was empty read all of it. As
 * it grows, dead versions and all, they are made anew: whenever a slot leaves a
 * page whose number is 16 or twice, four times, ... as much.
 */
static void
refresh_plans(ChangeTable *changes, TupleTableSlot *slot)
{
	BlockNumber block = ItemPointerGetBlockNumber(&slot->tts_tid);

	if (block >= 16 && (block & (block - 1)) == 0)
		CacheInvalidateRelcache(changes->table.rel);
}

/*
 * Writes a locked slot. Tables of 0.1 have no version until create_tables() was
 * run: there a change that was folded is deleted, as 0.1 expects it.
 */
static TM_Result
write_slot(RowWork *work, ChangeTable *changes, TupleTableSlot *slot, int32 change)
{
	ChangeValue values[2] = {ROW_VALUE(CHANGE_AVAILABLE, Int32GetDatum(change))};
	int			count = 1;

	if (!has_versions(changes))
	{
		if (change == 0)
			return row_delete(work, changes, slot);
	}
	else if (!has_room(changes, slot))
	{
		bool		isnull;
		int64		version = DatumGetInt64(row_get(changes, slot,
													CHANGE_VERSION, &isnull));

		refresh_plans(changes, slot);
		if (!pg_add_s64_overflow(version, 1, &version))
			values[count++] =
				(ChangeValue) ROW_VALUE(CHANGE_VERSION, Int64GetDatum(version));
	}
	return row_update(work, changes, slot, values, count);
}

/* -------- counting in a slot -------- */

/*
 * Whether a transaction with one snapshot may change this version. Asked before
 * the slot is locked, because a lock that is of no use lasts until commit.
 */
static bool
may_be_changed(TupleTableSlot *slot)
{
	bool		isnull;
	TransactionId xmin;

	if (!IsolationUsesXactSnapshot())
		return true;
	xmin = DatumGetTransactionId(slot_getsysattr(slot,
												 MinTransactionIdAttributeNumber,
												 &isnull));
	return TransactionIdIsCurrentTransactionId(xmin) ||
		!XidInMVCCSnapshot(xmin, GetTransactionSnapshot());
}

/* Counts in a slot unless somebody else has it. */
static bool
take_slot(RowWork *work, ChangeTable *changes, TupleTableSlot *slot,
		  int available_change)
{
	int32		change;

	return may_be_changed(slot) &&
		row_lock(work, changes, slot, LockWaitSkip) == TM_Ok &&
		!pg_add_s32_overflow(row_get_int(changes, slot, CHANGE_AVAILABLE),
							 available_change, &change) &&
		write_slot(work, changes, slot, change) == TM_Ok;
}

static void
insert_slot(RowWork *work, ChangeTable *changes, const pg_uuid_t *schedule_id,
			int available_change, pg_uuid_t *id)
{
	ChangeValue values[] = {
		ROW_VALUE(CHANGE_ID, UUIDPGetDatum(uuid_v7_make(id))),
		ROW_VALUE(CHANGE_SCHEDULE_ID, UUIDPGetDatum(schedule_id)),
		ROW_VALUE(CHANGE_AVAILABLE, Int32GetDatum(available_change)),
		ROW_VALUE(CHANGE_CREATED_AT, TimestampTzGetDatum(clock_now())),
		ROW_VALUE(CHANGE_VERSION, Int64GetDatum(0)),
	};

	row_insert(work, changes, values,
			   lengthof(values) - (has_versions(changes) ? 0 : 1));
}

/* Counts in the slot that this backend used last, unless somebody has it. */
static bool
take_own_slot(RowWork *work, ChangeTable *changes, const OwnSlot *own,
			  int available_change)
{
	TupleTableSlot *slot = row_slot(work, changes);
	bool		taken;
	SlotWalk	walk;

	walk_begin(&walk, changes, &own->schedule_id, BTEqualStrategyNumber,
			   &own->id, SnapshotSelf);
	taken = walk_next(&walk, slot) &&
		take_slot(work, changes, slot, available_change);
	walk_end(&walk);
	return taken;
}

/* Counts in any slot that nobody has, else in a new one; *id is which. */
static void
take_any_slot(RowWork *work, ChangeTable *changes, const pg_uuid_t *schedule_id,
			  int available_change, pg_uuid_t *id)
{
	TupleTableSlot *slot = row_slot(work, changes);
	bool		taken = false;
	SlotWalk	walk;

	walk_begin(&walk, changes, schedule_id, BTLessEqualStrategyNumber,
			   &last_uuid, SnapshotSelf);
	while (!taken && walk_next(&walk, slot))
		taken = take_slot(work, changes, slot, available_change);
	walk_end(&walk);
	if (taken)
		*id = walk.last;
	else
		insert_slot(work, changes, schedule_id, available_change, id);
}

static void
leave_change(RowWork *work, const pg_uuid_t *schedule_id, int available_change)
{
	ChangeTable *changes = row_table(work, TABLE_CHANGES);
	OwnSlot    *own = own_slot(schedule_id);
	pg_uuid_t	id;

	if (!has_versions(changes))
	{
		insert_slot(work, changes, schedule_id, available_change, &id);
		return;
	}
	if (same_uuid(&own->schedule_id, schedule_id) &&
		take_own_slot(work, changes, own, available_change))
		return;
	take_any_slot(work, changes, schedule_id, available_change, &id);
	own->schedule_id = *schedule_id;
	own->id = id;
}

/* -------- counting in the schedule's row -------- */

static void
write_counts(RowWork *work, ScheduleTable *schedules, TupleTableSlot *slot,
			 int available, int total)
{
	ScheduleValue values[] = {
		ROW_VALUE(SCHEDULE_AVAILABLE_SEATS, Int32GetDatum(available)),
		ROW_VALUE(SCHEDULE_IS_SOLD_OUT,
				  BoolGetDatum(total > 0 && available == 0)),
		ROW_VALUE(SCHEDULE_UPDATED_AT, TimestampTzGetDatum(clock_now())),
	};

	if (row_update(work, schedules, slot, values, lengthof(values)) != TM_Ok)
		elog(ERROR, "a schedule that this call has locked was changed");
}

/*
 * Locks slots to be emptied into the schedule's row and returns how many. A burst
 * may leave more than one sale should read: each looks at a few, and the next of
 * this backend goes on below them.
 */
static int
lock_slots(RowWork *work, ChangeTable *changes, const pg_uuid_t *schedule_id,
		   TupleTableSlot **slots)
{
	bool		goes_on = same_uuid(&fold_stop.schedule_id, schedule_id);
	pg_uuid_t	from = goes_on ? fold_stop.id : last_uuid;
	bool		more = true;
	int			looks = 0;
	int			count = 0;
	SlotWalk	walk;

	walk_begin(&walk, changes, schedule_id,
			   goes_on ? BTLessStrategyNumber : BTLessEqualStrategyNumber,
			   &from, SnapshotSelf);
	slots[0] = row_slot(work, changes);
	while (looks++ < FOLD_LOOKS && count < FOLD_SLOTS &&
		   (more = walk_next(&walk, slots[count])))
	{
		if (row_get_int(changes, slots[count], CHANGE_AVAILABLE) != 0 &&
			row_lock(work, changes, slots[count], LockWaitSkip) == TM_Ok &&
			++count < FOLD_SLOTS)
			slots[count] = row_slot(work, changes);
	}
	walk_end(&walk);
	memset(&fold_stop, 0, sizeof(fold_stop));
	if (more)
	{
		fold_stop.schedule_id = *schedule_id;
		fold_stop.id = walk.last;
	}
	return count;
}

/*
 * Empties slots into *available. What cannot be true there, because the sales
 * that explain it are in other slots, stays in the last one. False if there is
 * none for it.
 */
static bool
fold_slots(RowWork *work, const pg_uuid_t *schedule_id, int64 *available,
		   int total)
{
	ChangeTable *changes = row_table(work, TABLE_CHANGES);
	TupleTableSlot *slots[FOLD_SLOTS];
	int			count = lock_slots(work, changes, schedule_id, slots);
	int64		sum = *available;
	int64		rest;
	int			i;

	for (i = 0; i < count; i++)
		sum += row_get_int(changes, slots[i], CHANGE_AVAILABLE);
	*available = Max(0, Min(total, sum));
	rest = sum - *available;
	if (rest < PG_INT32_MIN || rest > PG_INT32_MAX || (count == 0 && rest != 0))
		return false;
	for (i = 0; i < count; i++)
	{
		if (write_slot(work, changes, slots[i],
					   i == count - 1 ? (int32) rest : 0) != TM_Ok)
			elog(ERROR, "a slot that this call has locked was changed");
	}
	return true;
}

/* Into the locked row of the schedule; false where that cannot be true. */
static bool
count_in_row(RowWork *work, ScheduleTable *schedules, TupleTableSlot *slot,
			 const pg_uuid_t *schedule_id, int available_change)
{
	int			total = row_get_int(schedules, slot, SCHEDULE_TOTAL_SEATS);
	int64		available = available_change +
		(int64) row_get_int(schedules, slot, SCHEDULE_AVAILABLE_SEATS);

	if (!fold_slots(work, schedule_id, &available, total))
		return false;
	write_counts(work, schedules, slot, (int) available, total);
	return true;
}

/*
 * Accounts for seats sold (negative) or given back (positive). A transaction
 * with one snapshot always leaves a change: it may not build on a row that was
 * changed after its snapshot, and a sale must not fail for a count. For the same
 * reason counts that cannot be true, because somebody wrote them by hand, are
 * left to reconcile_availability().
 */
void
availability_change(RowWork *work, const pg_uuid_t *schedule_id,
					int available_change)
{
	ScheduleTable *schedules = row_table(work, TABLE_SCHEDULES);
	TupleTableSlot *slot = row_slot(work, schedules);

	if (IsolationUsesXactSnapshot() ||
		!row_find_again(schedules, schedule_id, slot) ||
		!has_room(schedules, slot) ||
		row_lock(work, schedules, slot, LockWaitSkip) != TM_Ok ||
		!count_in_row(work, schedules, slot, schedule_id, available_change))
		leave_change(work, schedule_id, available_change);
}

/* Seats that are free or held, by the schedule's counts; no schedule has none. */
int
availability_count(RowWork *work, const pg_uuid_t *schedule_id)
{
	ScheduleTable *schedules = row_table(work, TABLE_SCHEDULES);
	TupleTableSlot *slot = row_slot(work, schedules);
	int64		count;

	if (!row_find_again(schedules, schedule_id, slot))
		return 0;
	count = row_get_int(schedules, slot, SCHEDULE_AVAILABLE_SEATS) +
		sum_slots(work, schedule_id);
	return (int) Max(PG_INT32_MIN, Min(PG_INT32_MAX, count));
}
