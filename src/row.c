/*
 * row.c - find, lock, insert, update and delete one row.
 *
 * The executor's own row API, as logical replication's apply uses it, with what
 * that API expects around it: an EState that knows the opened relations, an
 * after-trigger level, a pushed snapshot. It costs half of the same work
 * through SPI, because nothing is parsed, planned or started up.
 *
 * Locking: tables are locked like the executor locks them. A row is judged on
 * the latest committed state, whatever the isolation level: row_update()
 * succeeds only if the row is still as it was read, waiting for whoever is
 * changing it, and otherwise answers TM_Updated or TM_Deleted; the caller then
 * takes row_lock(), which brings the newest version, judges again and updates.
 * An update that succeeds at once proves as much as a lock taken before it and
 * saves that lock's 59 bytes of WAL. In REPEATABLE READ and SERIALIZABLE the
 * server's crosscheck refuses (40001) to build on a row that was changed after
 * the transaction's snapshot.
 *
 * Memory: everything of a call lives in its EState's query context, which is
 * the current context from row_begin() to row_end(). Results are made in
 * work->caller_context.
 *
 * Privileges: between row_begin() and row_end() the current user is the tables'
 * owner, as in the server's own foreign-key triggers, so that clients need no
 * table privilege and triggers run with the owner's.
 *
 * Not done here: statement triggers are not fired and row security is not
 * consulted, as in logical replication. Two kinds of row trigger are left out,
 * because the call has done their work: see tables.c.
 */
#include "postgres.h"

#include "access/nbtree.h"
#include "access/relscan.h"
#include "access/table.h"
#include "access/xact.h"
#include "executor/nodeModifyTable.h"
#include "partitioning/partbounds.h"
#include "partitioning/partdesc.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/partcache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "errors.h"
#include "row.h"

/* -------- a call's frame -------- */

void
row_begin(RowWork *work)
{
	tables_enter();
	memset(work, 0, sizeof(RowWork));
	work->caller_context = CurrentMemoryContext;
	GetUserIdAndSecContext(&work->caller, &work->caller_security);
	work->estate = CreateExecutorState();
	MemoryContextSwitchTo(work->estate->es_query_cxt);
	PushActiveSnapshot(GetLatestSnapshot());
	work->estate->es_snapshot = GetActiveSnapshot();
	AfterTriggerBeginQuery();
}

static void
end_scans(RowTable *table)
{
	int			i;

	for (i = 0; i < TABLE_MAX_INDEXES; i++)
	{
		if (table->scan[i] != NULL)
			index_endscan(table->scan[i]);
		table->scan[i] = NULL;
	}
}

static void
close_table(RowTable *table)
{
	int			i;

	end_scans(table);
	for (i = 0; i < TABLE_MAX_INDEXES; i++)
	{
		if (table->index[i] != NULL)
			index_close(table->index[i], NoLock);
	}
	if (table->rri != NULL)
	{
		for (i = 0; i < table->rri->ri_NumIndices; i++)
		{
			compat_index_insert_cleanup(table->rri->ri_IndexRelationDescs[i],
										table->rri->ri_IndexRelationInfo[i]);
			index_close(table->rri->ri_IndexRelationDescs[i], NoLock);
		}
	}
	table_close(table->rel, NoLock);
}

/*
 * Fires what waits, closes everything (locks stay until commit) and goes back
 * to the caller's context and user. What was written is visible to the next
 * call of the same statement.
 */
void
row_end(RowWork *work)
{
	int			i;

	if (work->at_end != NULL)
		work->at_end(work);
	AfterTriggerEndQuery(work->estate);
	ExecResetTupleTable(work->estate->es_tupleTable, false);
	for (i = 0; i < TABLE_COUNT; i++)
	{
		if (work->table[i] != NULL)
			close_table(work->table[i]);
	}
	if (work->partition != NULL)
		close_table(work->partition);
	PopActiveSnapshot();
	MemoryContextSwitchTo(work->caller_context);
	FreeExecutorState(work->estate);
	if (work->owner_known)
		SetUserIdAndSecContext(work->caller, work->caller_security);
	if (work->wrote)
		CommandCounterIncrement();
	tables_leave();
}

/*
 * Looks at the world anew: own changes of this call and what others have
 * committed meanwhile. Slots already read stay as they are.
 */
void
row_refresh(RowWork *work)
{
	int			i;

	for (i = 0; i < TABLE_COUNT; i++)
	{
		if (work->table[i] != NULL)
			end_scans(work->table[i]);
	}
	if (work->wrote)
		CommandCounterIncrement();
	PopActiveSnapshot();
	PushActiveSnapshot(GetLatestSnapshot());
	work->estate->es_snapshot = GetActiveSnapshot();
}

/* -------- tables -------- */

static RowTable *
open_table(RowWork *work, TableShape *shape, TableId id, LOCKMODE mode)
{
	RowTable   *table = palloc0(sizeof(RowTable));

	table->id = id;
	table->shape = shape;
	table->rel = table_open(shape->relid, mode);
	if (!work->owner_known)
	{
		work->owner_known = true;
		SetUserIdAndSecContext(shape->owner,
							   work->caller_security | SECURITY_LOCAL_USERID_CHANGE);
	}
	return table;
}

/*
 * A table of ours, opened once a call; the first request's mode must be enough
 * for all. The lock can bring news of DDL: the shape is asked for again.
 */
RowTable *
row_table(RowWork *work, TableId id, LOCKMODE mode)
{
	if (work->table[id] == NULL)
	{
		RowTable   *table = open_table(work, tables_shape(id), id, mode);
		TableShape *shape = tables_shape(id);

		if (shape->relid != RelationGetRelid(table->rel))
			elog(ERROR, "table \"%s\" was replaced while it was being opened",
				 tables_name(id));
		table->shape = shape;
		work->table[id] = table;
	}
	return work->table[id];
}

static Oid
find_event_partition(Relation parent, TimestampTz occurred_at)
{
	PartitionDesc partitions = RelationGetPartitionDesc(parent, true);
	PartitionKey key = RelationGetPartitionKey(parent);
	Datum		value = TimestampTzGetDatum(occurred_at);
	bool		equal;
	int			offset;
	int			index;

	if (partitions->nparts == 0)
		errors_tables_missing("booking_events_default");
	offset = partition_range_datum_bsearch(key->partsupfunc, key->partcollation,
										   partitions->boundinfo, 1, &value,
										   &equal);
	index = partitions->boundinfo->indexes[offset + 1];
	if (index < 0)
		index = partitions->boundinfo->default_index;
	if (index < 0)
		errors_tables_missing("booking_events_default");
	return partitions->oids[index];
}

/*
 * The partition of the event log that takes an instant. Whoever makes a
 * partition locks the default one, not the log: only what a look finds again
 * after its lock was obtained is the right one.
 */
RowTable *
row_event_partition(RowWork *work, TimestampTz occurred_at)
{
	Relation	parent;
	Oid			relid = InvalidOid;
	Oid			found;

	if (work->partition != NULL)
		return work->partition;

	parent = row_table(work, TABLE_EVENTS, RowExclusiveLock)->rel;
	while ((found = find_event_partition(parent, occurred_at)) != relid)
	{
		relid = found;
		LockRelationOid(relid, RowExclusiveLock);
	}
	work->partition = open_table(work, tables_partition_shape(relid),
								 TABLE_EVENTS, NoLock);
	return work->partition;
}

TupleTableSlot *
row_slot(RowWork *work, RowTable *table)
{
	return table_slot_create(table->rel, &work->estate->es_tupleTable);
}

/* -------- finding -------- */

static Relation
open_index(RowTable *table, TableIndex index)
{
	if (table->index[index] == NULL)
		table->index[index] = index_open(table->shape->index[index],
										 AccessShareLock);
	return table->index[index];
}

void
row_key_uuid(ScanKey key, AttrNumber position, const pg_uuid_t *value)
{
	ScanKeyInit(key, position, BTEqualStrategyNumber, F_UUID_EQ,
				UUIDPGetDatum(value));
}

/*
 * The row whose leading index column is key. It is copied out of its page, so
 * that no pin of ours keeps the page from being pruned.
 */
static IndexScanDesc
scan_uuid(RowTable *table, TableIndex index, const pg_uuid_t *key)
{
	ScanKeyData scankey;
	IndexScanDesc scan = table->scan[index];

	row_key_uuid(&scankey, 1, key);
	if (scan == NULL)
		scan = table->scan[index] =
			compat_index_beginscan(table->rel, open_index(table, index),
								   GetActiveSnapshot(), 1);
	index_rescan(scan, &scankey, 1, NULL, 0);
	return scan;
}

bool
row_find_uuid(RowTable *table, TableIndex index, const pg_uuid_t *key,
			  TupleTableSlot *slot)
{
	IndexScanDesc scan = scan_uuid(table, index, key);
	bool		found = index_getnext_slot(scan, ForwardScanDirection, slot);

	if (found)
		ExecMaterializeSlot(slot);
	table_index_fetch_reset(scan->xs_heapfetch);
	return found;
}

/* Where a row was found last; a slot of the memory for each few ids. */
typedef struct Remembered
{
	Oid			relid;
	pg_uuid_t	id;
	ItemPointerData root;		/* where the index entry points */
	ItemPointerData version;	/* where the row was */
} Remembered;

#define REMEMBERED_ROWS 64

static Remembered remembered[REMEMBERED_ROWS];

static Remembered *
remembered_row(RowTable *table, const pg_uuid_t *id)
{
	/* The last bytes of a uuid are random. */
	return &remembered[(id->data[15] ^ table->id) % REMEMBERED_ROWS];
}

/* The visible version of the row to which an index entry points. */
static bool
fetch_from_root(RowTable *table, ItemPointerData root, TupleTableSlot *slot)
{
	IndexFetchTableData *fetch = table_index_fetch_begin(table->rel);
	bool		call_again = false;
	bool		found = table_index_fetch_tuple(fetch, &root, GetActiveSnapshot(),
												slot, &call_again, NULL);

	if (found)
		ExecMaterializeSlot(slot);
	table_index_fetch_end(fetch);
	return found;
}

static bool
is_row(RowTable *table, const pg_uuid_t *id, TupleTableSlot *slot)
{
	pg_uuid_t  *found = row_get_uuid(table, slot, 0);

	return found != NULL && memcmp(found, id, UUID_LEN) == 0;
}

/*
 * Looks where the row was, then where its index entry pointed, which updates
 * that are HOT leave as it is. VACUUM may have cut off the page meanwhile, hence
 * the look at the size.
 */
static bool
fetch_remembered(RowTable *table, Remembered *memory, TupleTableSlot *slot)
{
	BlockNumber size;

	if (memory->relid != RelationGetRelid(table->rel))
		return false;
	size = RelationGetNumberOfBlocks(table->rel);
	if (ItemPointerGetBlockNumber(&memory->version) < size &&
		table_tuple_fetch_row_version(table->rel, &memory->version,
									  GetActiveSnapshot(), slot))
	{
		ExecMaterializeSlot(slot);
		return is_row(table, &memory->id, slot);
	}
	if (ItemPointerGetBlockNumber(&memory->root) >= size ||
		!fetch_from_root(table, memory->root, slot))
		return false;
	memory->version = slot->tts_tid;
	return is_row(table, &memory->id, slot);
}

/*
 * The row with an id, for rows that are read by every call and seldom change their
 * place: of all versions of a row one is visible, so a visible version with the
 * right id is the row. Saves the index and its lock.
 */
bool
row_find_again(RowTable *table, const pg_uuid_t *id, TupleTableSlot *slot)
{
	Remembered *memory = remembered_row(table, id);
	IndexScanDesc scan;
	ItemPointer tid;

	if (memcmp(&memory->id, id, UUID_LEN) == 0 &&
		fetch_remembered(table, memory, slot))
		return true;
	scan = scan_uuid(table, INDEX_ID, id);
	while ((tid = index_getnext_tid(scan, ForwardScanDirection)) != NULL)
	{
		memory->root = *tid;
		if (index_fetch_heap(scan, slot))
			break;
	}
	if (tid != NULL)
	{
		ExecMaterializeSlot(slot);
		memory->relid = RelationGetRelid(table->rel);
		memory->id = *id;
		memory->version = slot->tts_tid;
	}
	else
		memory->relid = InvalidOid;
	table_index_fetch_reset(scan->xs_heapfetch);
	return tid != NULL;
}

RowScan
row_scan_in(RowTable *table, TableIndex index, int nkeys, ScanKey keys,
			ScanDirection direction)
{
	RowScan		scan = {0};

	scan.scan = compat_index_beginscan(table->rel, open_index(table, index),
									   GetActiveSnapshot(), nkeys);
	scan.direction = direction;
	index_rescan(scan.scan, keys, nkeys, NULL, 0);
	return scan;
}

RowScan
row_scan(RowTable *table, TableIndex index, int nkeys, ScanKey keys)
{
	return row_scan_in(table, index, nkeys, keys, ForwardScanDirection);
}

/* Every row of a table, in no order. */
RowScan
row_scan_all(RowTable *table)
{
	RowScan		scan = {0};

	scan.table_scan = table_beginscan(table->rel, GetActiveSnapshot(), 0, NULL);
	scan.direction = ForwardScanDirection;
	return scan;
}

bool
row_scan_next(RowScan *scan, TupleTableSlot *slot)
{
	CHECK_FOR_INTERRUPTS();
	if (scan->table_scan != NULL ?
			!table_scan_getnextslot(scan->table_scan, scan->direction, slot) :
			!index_getnext_slot(scan->scan, scan->direction, slot))
		return false;
	ExecMaterializeSlot(slot);
	return true;
}

void
row_scan_end(RowScan *scan)
{
	if (scan->table_scan != NULL)
		table_endscan(scan->table_scan);
	else
		index_endscan(scan->scan);
}

/* -------- reading columns -------- */

Datum
row_get(RowTable *table, TupleTableSlot *slot, int column, bool *isnull)
{
	return slot_getattr(slot, table->shape->attno[column], isnull);
}

pg_uuid_t *
row_get_uuid(RowTable *table, TupleTableSlot *slot, int column)
{
	bool		isnull;
	Datum		datum = row_get(table, slot, column, &isnull);

	return isnull ? NULL : DatumGetUUIDP(datum);
}

/* False where the column is null. */
bool
row_get_timestamp(RowTable *table, TupleTableSlot *slot, int column,
				  TimestampTz *value)
{
	bool		isnull;
	Datum		datum = row_get(table, slot, column, &isnull);

	if (!isnull)
		*value = DatumGetTimestampTz(datum);
	return !isnull;
}

/* Of a column that is not null. */
int32
row_get_int(RowTable *table, TupleTableSlot *slot, int column)
{
	bool		isnull;
	Datum		datum = row_get(table, slot, column, &isnull);

	Assert(!isnull);
	return DatumGetInt32(datum);
}

bool
row_get_bool(RowTable *table, TupleTableSlot *slot, int column)
{
	bool		isnull;
	Datum		datum = row_get(table, slot, column, &isnull);

	return !isnull && DatumGetBool(datum);
}

text *
row_get_text(RowTable *table, TupleTableSlot *slot, int column)
{
	bool		isnull;
	Datum		datum = row_get(table, slot, column, &isnull);

	return isnull ? NULL : DatumGetTextPP(datum);
}

bool
row_text_is(RowTable *table, TupleTableSlot *slot, int column, const char *value)
{
	text	   *stored = row_get_text(table, slot, column);
	size_t		length = strlen(value);

	return stored != NULL && VARSIZE_ANY_EXHDR(stored) == length &&
		memcmp(VARDATA_ANY(stored), value, length) == 0;
}

/* -------- writing -------- */

/* What the executor wants to know of a table that is written. */
static ResultRelInfo *
result_rel(RowWork *work, RowTable *table)
{
	ResultRelInfo *rri = table->rri;
	TableShape *shape = table->shape;

	if (rri != NULL)
		return rri;
	Assert(shape->writable);
	rri = makeNode(ResultRelInfo);
	rri->ri_RelationDesc = table->rel;
	if (shape->triggers != NULL)
	{
		int			n = shape->triggers->numtriggers;

		rri->ri_TrigDesc = shape->triggers;
		rri->ri_TrigFunctions = palloc0(n * sizeof(FmgrInfo));
		rri->ri_TrigWhenExprs = palloc0(n * sizeof(ExprState *));
		work->estate->es_opened_result_relations =
			lappend(work->estate->es_opened_result_relations, rri);
	}
	table->rri = rri;
	table->write_slot = ExecInitExtraTupleSlot(work->estate,
											   RelationGetDescr(table->rel),
											   &TTSOpsVirtual);
	return rri;
}

/* Opens every index, with what was compiled for it when the shape was built. */
static void
open_all_indexes(RowWork *work, RowTable *table)
{
	ResultRelInfo *rri = table->rri;
	TableShape *shape = table->shape;
	int			i;

	if (rri->ri_IndexRelationDescs != NULL || shape->index_count == 0)
		return;
	rri->ri_IndexRelationDescs = palloc(shape->index_count * sizeof(Relation));
	rri->ri_IndexRelationInfo = palloc(shape->index_count * sizeof(IndexInfo *));
	for (i = 0; i < shape->index_count; i++)
	{
		IndexInfo  *info = palloc(sizeof(IndexInfo));

		*info = *shape->index_infos[i];
		info->ii_AmCache = NULL;
		info->ii_Context = CurrentMemoryContext;
		rri->ri_IndexRelationDescs[i] = index_open(shape->index_oids[i],
												   RowExclusiveLock);
		rri->ri_IndexRelationInfo[i] = info;
		rri->ri_NumIndices = i + 1;
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

static bool
has_stored_generated(RowTable *table)
{
	TupleConstr *constr = RelationGetDescr(table->rel)->constr;

	return constr != NULL && constr->has_generated_stored;
}

static void
set_values(RowTable *table, TupleTableSlot *slot, const RowValue *values,
		   int count)
{
	int			i;

	for (i = 0; i < count; i++)
	{
		int			at = table->shape->attno[values[i].column] - 1;

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

/*
 * Locks the row and brings its newest version into slot, waiting or not.
 * TM_Ok, TM_Deleted, or TM_WouldBlock where it would have had to wait.
 */
TM_Result
row_lock(RowWork *work, RowTable *table, TupleTableSlot *slot,
		 LockWaitPolicy wait)
{
	TM_FailureData failure;
	TM_Result	result;
	ItemPointerData tid = slot->tts_tid;

	work->wrote = true;
	result = table_tuple_lock(table->rel, &tid, GetActiveSnapshot(), slot,
							  GetCurrentCommandId(false),
							  LockTupleNoKeyExclusive, wait,
							  TUPLE_LOCK_FLAG_FIND_LAST_VERSION, &failure);
	if (result == TM_Ok)
		ExecMaterializeSlot(slot);
	else if (result != TM_Deleted && result != TM_WouldBlock)
		elog(ERROR, "unexpected result %d of a row lock", result);
	return result;
}

/* A BEFORE trigger must see the newest version: it is locked first. */
static TM_Result
lock_for_triggers(RowWork *work, RowTable *table, TupleTableSlot *slot)
{
	ItemPointerData read_tid = slot->tts_tid;
	TM_Result	result = row_lock(work, table, slot, LockWaitBlock);

	if (result == TM_Ok && !ItemPointerEquals(&read_tid, &slot->tts_tid))
		return TM_Updated;
	return result;
}

static void
fire_before_update(RowWork *work, RowTable *table, TupleTableSlot *slot,
				   TupleTableSlot *new_slot)
{
	EPQState	epq;
	TM_Result	result = TM_Ok;
	TM_FailureData failure;
	bool		goes_on;

	compat_epq_init(&epq, work->estate);
	goes_on = compat_before_update(work->estate, &epq, table->rri,
								   &slot->tts_tid, new_slot, &result, &failure);
	EvalPlanQualEnd(&epq);
	if (!goes_on)
		errors_row_suppressed(RelationGetRelationName(table->rel));
}

/*
 * Writes new values over the row as it was read. TM_Ok, or TM_Updated or
 * TM_Deleted when somebody has changed it since: nothing is written then.
 */
TM_Result
row_update(RowWork *work, RowTable *table, TupleTableSlot *slot,
		   const RowValue *values, int count)
{
	ResultRelInfo *rri = result_rel(work, table);
	TupleTableSlot *new_slot = table->write_slot;
	int			natts = RelationGetDescr(table->rel)->natts;
	CompatUpdateIndexes update_indexes = COMPAT_UPDATE_NONE;
	LockTupleMode lockmode;
	TM_FailureData failure;
	TM_Result	result;

	if (rri->ri_TrigDesc != NULL && rri->ri_TrigDesc->trig_update_before_row)
	{
		result = lock_for_triggers(work, table, slot);
		if (result != TM_Ok)
			return result;
	}

	slot_getallattrs(slot);
	ExecClearTuple(new_slot);
	memcpy(new_slot->tts_values, slot->tts_values, natts * sizeof(Datum));
	memcpy(new_slot->tts_isnull, slot->tts_isnull, natts * sizeof(bool));
	set_values(table, new_slot, values, count);
	ExecStoreVirtualTuple(new_slot);
	new_slot->tts_tableOid = RelationGetRelid(table->rel);

	if (rri->ri_TrigDesc != NULL && rri->ri_TrigDesc->trig_update_before_row)
		fire_before_update(work, table, slot, new_slot);
	if (has_stored_generated(table))
		ExecComputeStoredGenerated(rri, work->estate, new_slot, CMD_UPDATE);
	check_constraints(work, table, new_slot);

	work->wrote = true;
	result = table_tuple_update(table->rel, &slot->tts_tid, new_slot,
								GetCurrentCommandId(true), GetActiveSnapshot(),
								crosscheck_snapshot(), true, &failure,
								&lockmode, &update_indexes);
	if (result == TM_Updated || result == TM_Deleted)
		return result;
	if (result != TM_Ok)
		elog(ERROR, "unexpected result %d of a row update", result);
	if (update_indexes != COMPAT_UPDATE_NONE)
	{
		open_all_indexes(work, table);
		compat_insert_index_tuples(rri, new_slot, work->estate, true,
								   update_indexes);
	}
	if (rri->ri_TrigDesc != NULL)
		compat_after_update(work->estate, rri, &slot->tts_tid, new_slot, NIL);
	ResetPerTupleExprContext(work->estate);
	return TM_Ok;
}

/* Deletes the row as it was read; TM_Updated or TM_Deleted as in row_update. */
TM_Result
row_delete(RowWork *work, RowTable *table, TupleTableSlot *slot)
{
	ResultRelInfo *rri = result_rel(work, table);
	TM_FailureData failure;
	TM_Result	result;

	if (rri->ri_TrigDesc != NULL && rri->ri_TrigDesc->trig_delete_before_row)
	{
		EPQState	epq;
		bool		goes_on;

		result = lock_for_triggers(work, table, slot);
		if (result != TM_Ok)
			return result;
		compat_epq_init(&epq, work->estate);
		goes_on = compat_before_delete(work->estate, &epq, rri, &slot->tts_tid,
									   &result, &failure);
		EvalPlanQualEnd(&epq);
		if (!goes_on)
			errors_row_suppressed(RelationGetRelationName(table->rel));
	}
	work->wrote = true;
	result = table_tuple_delete(table->rel, &slot->tts_tid,
								GetCurrentCommandId(true), GetActiveSnapshot(),
								crosscheck_snapshot(), true, &failure, false);
	if (result == TM_Updated || result == TM_Deleted)
		return result;
	if (result != TM_Ok)
		elog(ERROR, "unexpected result %d of a row deletion", result);
	if (rri->ri_TrigDesc != NULL)
		compat_after_delete(work->estate, rri, &slot->tts_tid);
	ResetPerTupleExprContext(work->estate);
	return TM_Ok;
}

/* Defaults of the columns that we do not know, null for the others. */
static void
set_defaults(RowWork *work, RowTable *table, TupleTableSlot *slot)
{
	int			natts = RelationGetDescr(table->rel)->natts;
	int			i;

	memset(slot->tts_values, 0, natts * sizeof(Datum));
	memset(slot->tts_isnull, true, natts * sizeof(bool));
	for (i = 0; i < natts; i++)
	{
		if (table->shape->defaults[i] != NULL)
			slot->tts_values[i] =
				ExecEvalExpr(table->shape->defaults[i],
							 GetPerTupleExprContext(work->estate),
							 &slot->tts_isnull[i]);
	}
}

void
row_insert(RowWork *work, RowTable *table, const RowValue *values, int count)
{
	ResultRelInfo *rri = result_rel(work, table);
	TupleTableSlot *slot = table->write_slot;

	open_all_indexes(work, table);
	ExecClearTuple(slot);
	set_defaults(work, table, slot);
	set_values(table, slot, values, count);
	ExecStoreVirtualTuple(slot);
	slot->tts_tableOid = RelationGetRelid(table->rel);

	if (rri->ri_TrigDesc != NULL && rri->ri_TrigDesc->trig_insert_before_row &&
		!ExecBRInsertTriggers(work->estate, rri, slot))
		errors_row_suppressed(RelationGetRelationName(table->rel));
	if (has_stored_generated(table))
		ExecComputeStoredGenerated(rri, work->estate, slot, CMD_INSERT);
	check_constraints(work, table, slot);

	work->wrote = true;
	table_tuple_insert(table->rel, slot, GetCurrentCommandId(true), 0, NULL);
	if (rri->ri_NumIndices > 0)
		compat_insert_index_tuples(rri, slot, work->estate, false,
								   COMPAT_UPDATE_NONE);
	if (rri->ri_TrigDesc != NULL)
		ExecARInsertTriggers(work->estate, rri, slot, NIL, NULL);
	ResetPerTupleExprContext(work->estate);
}
