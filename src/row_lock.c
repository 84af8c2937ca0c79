/*
 * row_lock.c - lock one row.
 *
 * Waits end: what waits for a row for longer than concert_booking.lock_wait
 * answers TM_WouldBlock, and the caller must raise an error. (A wait behind
 * somebody who waits counts anew, and an index that waits for a row of the same
 * key, which only hand-written statements insert, waits as lock_timeout says.)
 */
#include "postgres.h"

#include "access/xact.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "lock.h"
#include "row_lock.h"
#include "row_read.h"

static void
lock_tuple(void *arg)
{
	RowWait    *wait = arg;
	TM_FailureData failure;

	wait->result = table_tuple_lock(wait->table->rel, wait->tid,
									GetActiveSnapshot(), wait->slot,
									GetCurrentCommandId(false),
									LockTupleNoKeyExclusive, wait->policy,
									TUPLE_LOCK_FLAG_FIND_LAST_VERSION, &failure);
}

/*
 * What the owner has hung on the tables may have written this row after it was
 * read: its newest version is what the key finds. False when it is gone.
 */
bool
row_find_after_statements(RowTable *table, TupleTableSlot *slot, ItemPointer tid)
{
	TupleTableSlot *found = row_slot(table->work, table);
	ScanKeyData keys[2];
	RowScan		scan;
	bool		exists;
	int			count;
	int			i;

	count = tables_search_count(table->id, INDEX_ID);
	for (i = 0; i < count; i++)
		row_key_uuid(&keys[i], i + 1,
					 row_read_uuid(table, slot,
								   tables_search_column(table->id, INDEX_ID, i)));
	scan = row_scan(table, INDEX_ID, count, keys);
	exists = row_scan_next(&scan, found);
	row_scan_end(&scan);
	if (exists)
		*tid = found->tts_tid;
	return exists;
}

/*
 * Locks the row and brings its newest version into slot, waiting or not.
 * TM_Ok, TM_Deleted, or TM_WouldBlock where it would have had to wait, or has
 * waited too long; the slot is as before then.
 */
TM_Result
row_lock(RowWork *work, AnyTable any, TupleTableSlot *slot,
		 LockWaitPolicy policy)
{
	RowTable   *table = any.table;
	ItemPointerData tid = slot->tts_tid;
	RowWait		wait = {.table = table, .tid = &tid, .policy = LockWaitSkip};

	if (work->statements_ran && !row_find_after_statements(table, slot, &tid))
		return TM_Deleted;
	if (table->lock_slot == NULL)
		table->lock_slot = row_slot(work, table);
	wait.slot = table->lock_slot;
	work->wrote = true;
	lock_tuple(&wait);
	if (wait.result == TM_WouldBlock && policy == LockWaitBlock)
	{
		wait.policy = LockWaitBlock;
		ExecClearTuple(wait.slot);
		if (!lock_wait(&work->wait_ends_at, lock_tuple, &wait))
			return TM_WouldBlock;
	}
	if (wait.result == TM_Ok)
	{
		ExecCopySlot(slot, wait.slot);
		ExecMaterializeSlot(slot);
		slot->tts_tid = wait.slot->tts_tid;
		slot->tts_tableOid = wait.slot->tts_tableOid;
		table->locked = slot->tts_tid;
	}
	else if (wait.result != TM_Deleted && wait.result != TM_WouldBlock)
		elog(ERROR, "unexpected result %d of a row lock", wait.result);
	ExecClearTuple(wait.slot);
	return wait.result;
}
