/*
 * row_lock.h - lock one row.
 */
#ifndef CONCERT_BOOKING_ROW_LOCK_H
#define CONCERT_BOOKING_ROW_LOCK_H

#include "row.h"

/* What a wait for a row needs to know, and what came of it. */
typedef struct RowWait
{
	RowTable   *table;
	ItemPointer tid;
	TupleTableSlot *slot;
	LockWaitPolicy policy;
	CompatUpdateIndexes update_indexes;
	bool		may_wait;
	TM_Result	result;
} RowWait;

extern TM_Result row_lock(RowWork *work, AnyTable any, TupleTableSlot *slot,
						  LockWaitPolicy wait);
extern bool row_find_after_statements(RowTable *table, TupleTableSlot *slot,
									  ItemPointer tid);

#endif							/* CONCERT_BOOKING_ROW_LOCK_H */
