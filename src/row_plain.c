/*
 * row_plain.c - write rows of a plain table.
 *
 * See row.c for why, and plain.c for which tables these are.
 */
#include "postgres.h"

#include "access/xact.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "errors.h"
#include "errors_tables.h"
#include "lock.h"
#include "row_lock.h"
#include "row_plain.h"

/* What the executor wants to know of a table that is written. */
static ResultRelInfo *
result_rel(RowWork *work, RowTable *table)
{
	if (table->rri != NULL)
		return table->rri;
	table->rri = makeNode(ResultRelInfo);
	table->rri->ri_RelationDesc = table->rel;
	table->write_slot = ExecInitExtraTupleSlot(work->estate,
											   RelationGetDescr(table->rel),
											   &TTSOpsVirtual);
	return table->rri;
}

/* Room for the table's indexes, and what was compiled for them with the shape. */
static void
make_index_list(RowTable *table)
{
	ResultRelInfo *rri = table->rri;
	TableShape *shape = table->shape;
	int			i;

	if (table->written_index != NULL || shape->index_count == 0)
		return;
	rri->ri_IndexRelationDescs = palloc(shape->index_count * sizeof(Relation));
	rri->ri_IndexRelationInfo = palloc(shape->index_count * sizeof(IndexInfo *));
	table->written_info = palloc(shape->index_count * sizeof(IndexInfo));
	for (i = 0; i < shape->index_count; i++)
	{
		table->written_info[i] = *shape->index_infos[i];
		table->written_info[i].ii_AmCache = NULL;
		table->written_info[i].ii_Context = CurrentMemoryContext;
	}
	table->written_index = palloc0(shape->index_count * sizeof(Relation));
}

/*
 * Opens the indexes that get an entry for the row. The executor would open all of
 * them and then pass over those whose predicate leaves the row out.
 */
static void
open_indexes_for(RowWork *work, RowTable *table, TupleTableSlot *slot)
{
	ResultRelInfo *rri = table->rri;
	ExprContext *econtext = GetPerTupleExprContext(work->estate);
	int			i;

	make_index_list(table);
	econtext->ecxt_scantuple = slot;
	rri->ri_NumIndices = 0;
	for (i = 0; i < table->shape->index_count; i++)
	{
		IndexInfo  *info = &table->written_info[i];

		if (info->ii_PredicateState != NULL &&
			!ExecQual(info->ii_PredicateState, econtext))
			continue;
		if (table->written_index[i] == NULL)
			table->written_index[i] = index_open(table->shape->index_oids[i],
												 RowExclusiveLock);
		rri->ri_IndexRelationDescs[rri->ri_NumIndices] = table->written_index[i];
		rri->ri_IndexRelationInfo[rri->ri_NumIndices] = info;
		rri->ri_NumIndices++;
	}
}

/*
 * NOT NULL and CHECK, without the failing row in DETAIL: it would show what is
 * personal.
 */
static void
check_constraints(RowWork *work, RowTable *table, TupleTableSlot *slot)
{
	TupleDesc	tupdesc = RelationGetDescr(table->rel);
	TableShape *shape = table->shape;
	ExprContext *econtext;
	int			i;

	slot_getallattrs(slot);
	for (i = 0; i < tupdesc->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(tupdesc, i);

		if (attribute->attnotnull && slot->tts_isnull[i])
			errors_not_null_violation(table->rel, i + 1);
	}
	if (shape->check_count == 0)
		return;
	econtext = GetPerTupleExprContext(work->estate);
	econtext->ecxt_scantuple = slot;
	for (i = 0; i < shape->check_count; i++)
	{
		if (!ExecCheck(shape->check_exprs[i], econtext))
			errors_check_violation(table->rel, shape->check_names[i]);
	}
}

static void
set_values(RowTable *table, TupleTableSlot *slot, const RowValue *values,
		   int count)
{
	int			i;

	for (i = 0; i < count; i++)
	{
		int			at = table->shape->attno[values[i].column] - 1;

		if (unlikely(at < 0))	/* an optional column that is missing */
			continue;
		slot->tts_values[at] = values[i].value;
		slot->tts_isnull[at] = values[i].isnull;
	}
}

/* Where the isolation level forbids to build on what the snapshot cannot see. */
static Snapshot
crosscheck_snapshot(void)
{
	return IsolationUsesXactSnapshot() ? GetTransactionSnapshot() : InvalidSnapshot;
}

/* The row as it was read, with the new values, in the table's write slot. */
static TupleTableSlot *
make_new_version(RowTable *table, TupleTableSlot *slot, const RowValue *values,
				 int count)
{
	TupleTableSlot *new_slot = table->write_slot;
	int			natts = RelationGetDescr(table->rel)->natts;

	slot_getallattrs(slot);
	ExecClearTuple(new_slot);
	memcpy(new_slot->tts_values, slot->tts_values, natts * sizeof(Datum));
	memcpy(new_slot->tts_isnull, slot->tts_isnull, natts * sizeof(bool));
	set_values(table, new_slot, values, count);
	ExecStoreVirtualTuple(new_slot);
	new_slot->tts_tableOid = RelationGetRelid(table->rel);
	return new_slot;
}

static void
update_tuple(void *arg)
{
	RowWait    *wait = arg;
	LockTupleMode lockmode;
	TM_FailureData failure;

	wait->result = table_tuple_update(wait->table->rel, wait->tid, wait->slot,
									  GetCurrentCommandId(true),
									  GetActiveSnapshot(), crosscheck_snapshot(),
									  wait->may_wait, &failure, &lockmode,
									  &wait->update_indexes);
}

static void
delete_tuple(void *arg)
{
	RowWait    *wait = arg;
	TM_FailureData failure;

	wait->result = table_tuple_delete(wait->table->rel, wait->tid,
									  GetCurrentCommandId(true),
									  GetActiveSnapshot(), crosscheck_snapshot(),
									  wait->may_wait, &failure, false);
}

/*
 * Writes at once, or waits for whoever is changing the row. A row that the call
 * has locked itself counts as being modified too, but needs no wait. With its
 * assertions on, heap_update() does not answer that a row is being modified: in
 * such a server every write that may have to wait begins with its end set.
 */
static TM_Result
write_or_wait(RowWork *work, RowWait *wait, void (*write)(void *arg))
{
	work->wrote = true;
	wait->may_wait = ItemPointerIsValid(&wait->table->locked) &&
		ItemPointerEquals(wait->tid, &wait->table->locked);
#ifdef USE_ASSERT_CHECKING
	wait->result = TM_BeingModified;
	if (wait->may_wait)
#endif
		write(wait);
	if (wait->result == TM_BeingModified)
	{
		wait->may_wait = true;
		if (!lock_wait(&work->wait_ends_at, write, wait))
			return TM_WouldBlock;
	}
	if (wait->result != TM_Ok && wait->result != TM_Updated &&
		wait->result != TM_Deleted)
		elog(ERROR, "unexpected result %d of a row write", wait->result);
	return wait->result;
}

static void
hide_row(void *arg)
{
	errors_hide_row();
}

/* An index that refuses the row shows nothing of it. */
static void
insert_index_entries(RowWork *work, RowTable *table, TupleTableSlot *slot,
					 bool is_update, CompatUpdateIndexes which)
{
	ErrorContextCallback context = {.previous = error_context_stack, .callback = hide_row};

	error_context_stack = &context;
	compat_insert_index_tuples(table->rri, slot, work->estate, is_update, which);
	error_context_stack = context.previous;
}

/* Writes new values over the row as it was read; see row_update(). */
TM_Result
row_update_plain(RowWork *work, RowTable *table, TupleTableSlot *slot,
				 const RowValue *values, int count)
{
	RowWait		wait = {.table = table, .tid = &slot->tts_tid};
	TupleTableSlot *new_slot;
	TM_Result	result;

	(void) result_rel(work, table);
	wait.slot = new_slot = make_new_version(table, slot, values, count);
	CheckCmdReplicaIdentity(table->rel, CMD_UPDATE);
	check_constraints(work, table, new_slot);
	result = write_or_wait(work, &wait, update_tuple);
	if (result == TM_Ok && wait.update_indexes != COMPAT_UPDATE_NONE)
	{
		open_indexes_for(work, table, new_slot);
		insert_index_entries(work, table, new_slot, true, wait.update_indexes);
	}
	ResetPerTupleExprContext(work->estate);
	return result;
}

/* Deletes the row as it was read. */
TM_Result
row_delete_plain(RowWork *work, RowTable *table, TupleTableSlot *slot)
{
	RowWait		wait = {.table = table, .tid = &slot->tts_tid};

	CheckCmdReplicaIdentity(table->rel, CMD_DELETE);
	return write_or_wait(work, &wait, delete_tuple);
}

/* A new row of these values in the slot, NOT NULL and CHECK looked at. */
static void
fill_row(RowWork *work, RowTable *table, TupleTableSlot *slot,
		 const RowValue *values, int count)
{
	int			natts = RelationGetDescr(table->rel)->natts;

	ExecClearTuple(slot);
	memset(slot->tts_values, 0, natts * sizeof(Datum));
	memset(slot->tts_isnull, true, natts * sizeof(bool));
	set_values(table, slot, values, count);
	ExecStoreVirtualTuple(slot);
	slot->tts_tableOid = RelationGetRelid(table->rel);
	check_constraints(work, table, slot);
}

static void
insert_entries(RowWork *work, RowTable *table, TupleTableSlot *slot)
{
	open_indexes_for(work, table, slot);
	if (table->rri->ri_NumIndices > 0)
		insert_index_entries(work, table, slot, false, COMPAT_UPDATE_NONE);
	ResetPerTupleExprContext(work->estate);
}

/* Inserts a row. */
void
row_insert_plain(RowWork *work, RowTable *table, const RowValue *values, int count)
{
	(void) result_rel(work, table);
	fill_row(work, table, table->write_slot, values, count);
	work->wrote = true;
	table_tuple_insert(table->rel, table->write_slot, GetCurrentCommandId(true), 0,
					   NULL);
	insert_entries(work, table, table->write_slot);
}

/* A row to be inserted with others; what its values point to is not copied. */
TupleTableSlot *
row_make_plain(RowWork *work, RowTable *table, const RowValue *values, int count)
{
	TupleTableSlot *slot = ExecInitExtraTupleSlot(work->estate,
												  RelationGetDescr(table->rel),
												  &TTSOpsVirtual);

	(void) result_rel(work, table);
	fill_row(work, table, slot, values, count);
	ResetPerTupleExprContext(work->estate);
	return slot;
}

/*
 * Inserts such rows: a page is locked once, and told to the log once, for as many
 * of them as go into it; the entries of the indexes come one by one, row by row.
 */
void
row_insert_plain_rows(RowWork *work, RowTable *table, TupleTableSlot **slots,
					  int count)
{
	int			i;

	work->wrote = true;
	table_multi_insert(table->rel, slots, count, GetCurrentCommandId(true), 0, NULL);
	for (i = 0; i < count; i++)
		insert_entries(work, table, slots[i]);
}
