/*
 * row_write.c - insert, update and delete rows of any of our tables.
 *
 * Locking: a row is judged on the latest committed state, whatever the
 * isolation level: row_update() succeeds only if the row is still as it was read,
 * waiting for whoever is changing it, and otherwise answers TM_Updated or
 * TM_Deleted; the caller then takes row_lock(), which brings the newest version,
 * judges again and updates. An update that succeeds at once proves as much as a
 * lock taken before it and saves that lock's 59 bytes of WAL. In REPEATABLE READ
 * and SERIALIZABLE the server's crosscheck refuses (40001) to build on a row that
 * was changed after the transaction's snapshot.
 */
#include "postgres.h"

#include "access/xact.h"
#include "utils/snapmgr.h"

#include "errors.h"
#include "errors_tables.h"
#include "row_lock.h"
#include "row_plain.h"
#include "row_read.h"
#include "row_write.h"
#include "statement.h"

/*
 * Before a statement the row is locked, so that the statement finds it as it was
 * judged. TM_Ok if it still is as it was read.
 */
static TM_Result
lock_as_read(RowWork *work, RowTable *table, TupleTableSlot *slot)
{
	ItemPointerData read_tid = slot->tts_tid;
	TM_Result	result = row_lock(work, table, slot, LockWaitBlock);

	if (result == TM_Ok && !ItemPointerEquals(&read_tid, &slot->tts_tid))
		return TM_Updated;
	return result;
}

/* The row's key as values, for a statement's WHERE. */
static int
key_values(RowTable *table, TupleTableSlot *slot, RowValue *keys)
{
	int			count = tables_search_count(table->id, INDEX_ID);
	int			i;

	for (i = 0; i < count; i++)
	{
		keys[i].column = tables_search_column(table->id, INDEX_ID, i);
		keys[i].value = row_read(table, slot, keys[i].column, &keys[i].isnull);
	}
	return count;
}

/* The values of columns that the table has; returns how many. */
static int
present_values(RowTable *table, const RowValue *values, int count,
			   RowValue present[TABLE_MAX_COLUMNS])
{
	int			kept = 0;
	int			i;

	for (i = 0; i < count; i++)
	{
		if (table->shape->attno[values[i].column] != InvalidAttrNumber)
			present[kept++] = values[i];
	}
	return kept;
}

/* A statement was executed, and whatever the owner has hung on the table. */
static void
follow_statement(RowWork *work, RowTable *table)
{
	table->statement_ran = true;
	work->wrote = true;
	work->statements_ran = true;
	row_refresh(work);
}

/*
 * A statement has written no row. In a transaction with one snapshot it does not
 * find one that is younger; otherwise a trigger, a rule or a policy kept it out.
 */
static void
refuse_unwritten(RowTable *table, TupleTableSlot *slot)
{
	ItemPointerData tid = slot->tts_tid;

	if (IsolationUsesXactSnapshot() &&
		!table_tuple_fetch_row_version(table->rel, &tid, GetTransactionSnapshot(),
									   table->lock_slot))
		errors_serialization();
	errors_row_suppressed(tables_name(table->id));
}

/* Whether the row is still as it was read, where a statement may have changed it. */
static TM_Result
check_after_statements(RowWork *work, RowTable *table, TupleTableSlot *slot)
{
	ItemPointerData tid;

	if (!work->statements_ran)
		return TM_Ok;
	if (!row_find_after_statements(table, slot, &tid))
		return TM_Deleted;
	return ItemPointerEquals(&tid, &slot->tts_tid) ? TM_Ok : TM_Updated;
}

/*
 * Writes new values over the row as it was read. TM_Ok, or TM_Updated or
 * TM_Deleted when somebody has changed it since, or TM_WouldBlock after a wait
 * that was too long: nothing is written then.
 */
TM_Result
row_update_values(RowWork *work, AnyTable any, TupleTableSlot *slot,
				  const RowValue *values, int count)
{
	RowTable   *table = any.table;
	RowValue	keys[2];
	RowValue	present[TABLE_MAX_COLUMNS];
	TM_Result	result;

	if (likely(table->shape->is_plain))
	{
		result = check_after_statements(work, table, slot);
		return result != TM_Ok ? result :
								 row_update_plain(work, table, slot, values, count);
	}
	result = lock_as_read(work, table, slot);
	if (result != TM_Ok)
		return result;
	if (!statement_update(table->id, table->shape->may_differ, keys,
						  key_values(table, slot, keys), present,
						  present_values(table, values, count, present)))
		refuse_unwritten(table, slot);
	follow_statement(work, table);
	return TM_Ok;
}

/* Deletes the row as it was read; otherwise answers as row_update(). */
TM_Result
row_delete(RowWork *work, AnyTable any, TupleTableSlot *slot)
{
	RowTable   *table = any.table;
	RowValue	keys[2];
	TM_Result	result;

	if (likely(table->shape->is_plain))
	{
		result = check_after_statements(work, table, slot);
		return result != TM_Ok ? result : row_delete_plain(work, table, slot);
	}
	result = lock_as_read(work, table, slot);
	if (result != TM_Ok)
		return result;
	if (!statement_delete(table->id, keys, key_values(table, slot, keys)))
		refuse_unwritten(table, slot);
	follow_statement(work, table);
	return TM_Ok;
}

/*
 * After somebody's change of a row: its newest version, locked. False when it is
 * gone.
 */
static bool
lock_newest(RowWork *work, RowTable *table, TupleTableSlot *slot,
			TM_Result result)
{
	if (result == TM_Updated)
		result = row_lock(work, table, slot, LockWaitBlock);
	if (result == TM_WouldBlock)
		errors_busy(NIL);
	row_refresh(work);
	return result == TM_Ok;
}

/*
 * Writes new values over the row, whoever has changed it since it was read. False
 * when it is gone. Only a transaction with one snapshot can fail by this (40001).
 */
bool
row_update_newest_values(RowWork *work, AnyTable any, TupleTableSlot *slot,
						 const RowValue *values, int count)
{
	RowTable   *table = any.table;
	TM_Result	result = row_update_values(work, table, slot, values, count);

	if (result == TM_Ok)
		return true;
	if (!lock_newest(work, table, slot, result))
		return false;
	if (row_update_values(work, table, slot, values, count) != TM_Ok)
		errors_serialization();
	return true;
}

/*
 * Deletes the row, whoever has changed it since it was read; see
 * row_update_newest().
 */
bool
row_delete_newest(RowWork *work, AnyTable any, TupleTableSlot *slot)
{
	RowTable   *table = any.table;
	TM_Result	result = row_delete(work, table, slot);

	if (result == TM_Ok)
		return true;
	if (!lock_newest(work, table, slot, result))
		return false;
	if (row_delete(work, table, slot) != TM_Ok)
		errors_serialization();
	return true;
}

/* Inserts a row by a statement, whatever the owner has hung on the table. */
void
row_insert_by_statement(RowWork *work, RowTable *table,
						const RowValue *values, int count)
{
	RowValue	present[TABLE_MAX_COLUMNS];

	statement_insert(table->id, present,
					 present_values(table, values, count, present));
	follow_statement(work, table);
}

/* Inserts a row. */
void
row_insert_values(RowWork *work, AnyTable any, const RowValue *values, int count)
{
	RowTable   *table = any.table;

	if (likely(table->shape->is_plain))
		row_insert_plain(work, table, values, count);
	else
		row_insert_by_statement(work, table, values, count);
}

/* -------- several rows -------- */

/*
 * Begins a batch of at most so many rows. Those of a plain table wait until the
 * batch ends; a row of any other table, and one that comes alone, is inserted at
 * once.
 */
void
row_batch_begin(RowBatch *batch, RowWork *work, AnyTable any, int room)
{
	batch->work = work;
	batch->table = any.table;
	batch->room = room;
	batch->count = 0;
	batch->slots = NULL;
	if (room > 1 && batch->table->shape->is_plain)
		batch->slots = palloc(room * sizeof(TupleTableSlot *));
}

/* Adds a row. */
void
row_batch_add_values(RowBatch *batch, const RowValue *values, int count)
{
	if (batch->slots == NULL)
	{
		row_insert_values(batch->work, batch->table, values, count);
		return;
	}
	Assert(batch->count < batch->room);
	batch->slots[batch->count++] = row_make_plain(batch->work, batch->table, values,
												  count);
}

/* Inserts what waits, in the order in which it came. */
void
row_batch_end(RowBatch *batch)
{
	if (batch->count > 0)
		row_insert_plain_rows(batch->work, batch->table, batch->slots, batch->count);
	batch->count = 0;
}
