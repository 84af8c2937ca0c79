/*
 * best_block.c - seats that are given together or not at all.
 *
 * Locking: seats are locked in ascending id without waiting (SKIP LOCKED). Several
 * seats are locked and held in a subtransaction: when one of them is not to be had,
 * it is rolled back, and no lock stays on the others.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "storage/procarray.h"
#include "utils/resowner.h"
#include "utils/snapmgr.h"

#include "best_block.h"
#include "clock.h"

/* Reads the block's seats as they are now, into the slots of the attempt before. */
static void
read_block(BestBlock *block)
{
	SeatSet    *set = block->set;
	int			count = block->wish->seat_count;
	pg_uuid_t  *ids = palloc(sizeof(pg_uuid_t) * count);
	SeatSet		before = *set;
	int			i;

	for (i = 0; i < count; i++)
		ids[i] = block->window->ids[block->places[i]];
	seat_set_make(set, ids, count);
	pfree(ids);
	for (i = 0; i < before.count; i++)
	{
		set->seats[i].slot = before.seats[i].slot;
		set->seats[i].hold_slot = before.seats[i].hold_slot;
	}
	if (before.count > 0)
	{
		pfree(before.seats);
		pfree(before.by_id);
	}
	seat_set_read(block->work, set, &block->wish->booker, clock_now());
}

/*
 * Whether somebody is changing the row, as it was read. A look that saves a
 * subtransaction; only the lock is sure.
 */
static bool
looks_locked(TupleTableSlot *slot)
{
	HeapTuple	tuple = ExecFetchSlotHeapTuple(slot, false, NULL);
	uint16		infomask = tuple->t_data->t_infomask;
	TransactionId xmax = HeapTupleHeaderGetRawXmax(tuple->t_data);

	if (infomask & (HEAP_XMAX_INVALID | HEAP_XMAX_COMMITTED | HEAP_XMAX_IS_MULTI) ||
		HEAP_XMAX_IS_KEYSHR_LOCKED(infomask))
		return false;
	return !TransactionIdIsCurrentTransactionId(xmax) &&
		TransactionIdIsInProgress(xmax);
}

/* Marks what a look at the block's seats has shown: taken ones, else locked ones. */
static BestAttempt
judge_block(BestBlock *block)
{
	SeatTable  *seats = row_table(block->work, TABLE_SEATS);
	ChoiceSeat *window_seats = block->window->seats;
	SeatSet    *set = block->set;
	BestAttempt attempt = ATTEMPT_TAKEN;
	int			i;

	for (i = 0; i < set->count; i++)
	{
		Seat	   *seat = &set->seats[i];

		if (seat_is_claimable(seat) && best_wish_is_met(block->wish, seats, seat->slot))
			continue;
		window_seats[block->places[i]].is_free = false;
		attempt = ATTEMPT_GONE;
	}
	for (i = 0; i < set->count && attempt != ATTEMPT_GONE; i++)
	{
		if (!looks_locked(set->seats[i].slot))
			continue;
		window_seats[block->places[i]].is_free = false;
		attempt = ATTEMPT_LOCKED;
	}
	return attempt;
}

/*
 * Locks the row as it was read, without waiting: what has changed since is
 * TM_Updated or TM_Deleted, and no lock is taken.
 */
static TM_Result
lock_as_read(RowWork *work, TupleTableSlot *slot)
{
	SeatTable  *seats = row_table(work, TABLE_SEATS);
	ItemPointerData tid = slot->tts_tid;
	TM_FailureData failure;
	TM_Result	result;

	work->wrote = true;
	result = table_tuple_lock(seats->table.rel, &tid, GetActiveSnapshot(), slot,
							  GetCurrentCommandId(false),
							  LockTupleNoKeyExclusive, LockWaitSkip, 0, &failure);
	if (result == TM_Ok)
		ExecMaterializeSlot(slot);
	else if (result != TM_Updated && result != TM_Deleted && result != TM_WouldBlock)
		elog(ERROR, "unexpected result %d of a row lock", result);
	return result;
}

/*
 * Locks the seats in the order of their ids and holds them. Where that fails, the
 * seats before the one that is not to be had stay locked.
 */
static BestAttempt
hold_block(BestBlock *block)
{
	SeatSet    *set = block->set;
	int			i;

	for (i = 0; i < set->count; i++)
	{
		Seat	   *seat = set->by_id[i];
		TM_Result	result = lock_as_read(block->work, seat->slot);

		if (result == TM_Ok)
			continue;
		if (result != TM_WouldBlock)
			return ATTEMPT_GONE;	/* or changed: it is read again */
		block->window->seats[block->places[seat - set->seats]].is_free = false;
		return ATTEMPT_LOCKED;
	}
	hold_claim(block->work, set, &block->wish->booker, block->schedule);
	return ATTEMPT_TAKEN;
}

/*
 * The same in a subtransaction, so that no lock stays where the block is not
 * taken. What is opened meanwhile belongs to the call as before: it outlives the
 * rollback. The seats are also written inside: a row that is locked by a
 * subtransaction and written by its parent gets a MultiXactId.
 */
static BestAttempt
hold_block_or_nothing(BestBlock *block)
{
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	volatile BestAttempt attempt = ATTEMPT_GONE;

	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(context);
	CurrentResourceOwner = owner;
	PG_TRY();
	{
		attempt = hold_block(block);
		if (attempt == ATTEMPT_TAKEN)
			ReleaseCurrentSubTransaction();
		else
			RollbackAndReleaseCurrentSubTransaction();
	}
	PG_CATCH();
	{
		ErrorData  *error;

		/* whoever catches it rolls back one subtransaction, their own */
		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		FlushErrorState();
		RollbackAndReleaseCurrentSubTransaction();
		MemoryContextSwitchTo(context);
		CurrentResourceOwner = owner;
		ReThrowError(error);
	}
	PG_END_TRY();
	MemoryContextSwitchTo(context);
	CurrentResourceOwner = owner;
	return attempt;
}

/* Holds the block or tells why not; then nothing of it is locked. */
BestAttempt
best_block_take(BestBlock *block)
{
	SeatSet    *set = block->set;
	BestAttempt attempt;
	int			i;

	read_block(block);
	attempt = judge_block(block);
	if (attempt != ATTEMPT_TAKEN)
		return attempt;
	attempt = set->count == 1 ? hold_block(block) : hold_block_or_nothing(block);
	for (i = 0; i < set->count && attempt == ATTEMPT_TAKEN; i++)
		block->window->seats[block->places[i]].is_free = false;
	return attempt;
}
