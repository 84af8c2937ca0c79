/*
 * availability.c - a schedule's counts without a hot row.
 *
 * A row that every sale must update caps a schedule at one sale a flush. So a
 * sale tries to lock its schedule's row without waiting: whoever gets it folds
 * its own change and all committed availability_changes into the row; whoever
 * does not leaves one row in availability_changes and goes on. The row plus
 * what is pending is exact at every instant.
 *
 * Locking: the schedule's row comes last in a call and is never waited for. The
 * pending rows are read after the lock was obtained, so that the last folder's
 * commit is seen.
 */
#include "postgres.h"

#include "access/xact.h"

#include "availability.h"
#include "clock.h"
#include "errors.h"
#include "uuid_v7.h"

static void
leave_change(RowWork *work, const pg_uuid_t *schedule_id, int available_change)
{
	pg_uuid_t	id;
	RowValue	values[] = {
		ROW_VALUE(CHANGE_ID, UUIDPGetDatum(uuid_v7_make(&id))),
		ROW_VALUE(CHANGE_SCHEDULE_ID, UUIDPGetDatum(schedule_id)),
		ROW_VALUE(CHANGE_AVAILABLE, Int32GetDatum(available_change)),
		ROW_VALUE(CHANGE_CREATED_AT, TimestampTzGetDatum(clock_now())),
	};

	row_insert(work, row_table(work, TABLE_CHANGES, RowExclusiveLock), values,
			   lengthof(values));
}

/* The sum of the pending rows; where a list is given, each in a slot of it. */
static int
sum_pending(RowWork *work, const pg_uuid_t *schedule_id, List **pending)
{
	RowTable   *changes = row_table(work, TABLE_CHANGES, RowExclusiveLock);
	TupleTableSlot *slot = row_slot(work, changes);
	int			sum = 0;
	ScanKeyData key;
	RowScan		scan;

	row_key_uuid(&key, 1, schedule_id);
	scan = row_scan(changes, INDEX_CHANGE_SCHEDULE, 1, &key);
	while (row_scan_next(&scan, slot))
	{
		sum += row_get_int(changes, slot, CHANGE_AVAILABLE);
		if (pending == NULL)
			continue;
		*pending = lappend(*pending, slot);
		slot = row_slot(work, changes);
	}
	row_scan_end(&scan);
	return sum;
}

static void
delete_pending(RowWork *work, List *pending)
{
	RowTable   *changes = row_table(work, TABLE_CHANGES, RowExclusiveLock);
	ListCell   *cell;

	foreach(cell, pending)
	{
		if (row_delete(work, changes, lfirst(cell)) != TM_Ok)
			errors_serialization();
	}
}

static void
write_counts(RowWork *work, RowTable *schedules, TupleTableSlot *slot,
			 int available, int total)
{
	RowValue	values[] = {
		ROW_VALUE(SCHEDULE_AVAILABLE_SEATS, Int32GetDatum(available)),
		ROW_VALUE(SCHEDULE_IS_SOLD_OUT,
					 BoolGetDatum(total > 0 && available == 0)),
		ROW_VALUE(SCHEDULE_UPDATED_AT, TimestampTzGetDatum(clock_now())),
	};

	if (row_update(work, schedules, slot, values, lengthof(values)) != TM_Ok)
		elog(ERROR, "a schedule that this call has locked was changed");
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
	RowTable   *schedules = row_table(work, TABLE_SCHEDULES, RowExclusiveLock);
	TupleTableSlot *slot = row_slot(work, schedules);
	List	   *pending = NIL;
	int			pending_sum;
	int			available;
	int			total;

	if (IsolationUsesXactSnapshot() ||
		!row_find_again(schedules, schedule_id, slot) ||
		row_lock(work, schedules, slot, LockWaitSkip) != TM_Ok)
	{
		leave_change(work, schedule_id, available_change);
		return;
	}
	row_refresh(work);
	pending_sum = sum_pending(work, schedule_id, &pending);
	total = row_get_int(schedules, slot, SCHEDULE_TOTAL_SEATS);
	available = row_get_int(schedules, slot, SCHEDULE_AVAILABLE_SEATS) +
		available_change + pending_sum;
	if (available < 0 || available > total)
	{
		leave_change(work, schedule_id, available_change);
		return;
	}
	delete_pending(work, pending);
	write_counts(work, schedules, slot, available, total);
}

/* Seats that are free or held, by the schedule's counts; no schedule has none. */
int
availability_count(RowWork *work, const pg_uuid_t *schedule_id)
{
	RowTable   *schedules = row_table(work, TABLE_SCHEDULES, RowExclusiveLock);
	TupleTableSlot *slot = row_slot(work, schedules);

	if (!row_find_again(schedules, schedule_id, slot))
		return 0;
	return row_get_int(schedules, slot, SCHEDULE_AVAILABLE_SEATS) +
		sum_pending(work, schedule_id, NULL);
}
