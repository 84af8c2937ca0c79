/*
 * row.c - find, lock, insert, update and delete one row.
 *
 * Plain tables (plain.c) are written through the executor's own row API, as
 * logical replication's apply uses it: there is nothing for the executor to do
 * about such a write but index entries, NOT NULL and CHECK. It costs half of the
 * same work through SPI, because nothing is parsed, planned or started up. On
 * any other table a kept statement writes (statement.c), after the row was
 * found, locked and judged here in the same way.
 *
 * Locking: tables are locked like the executor locks them, and before the
 * snapshot with which they are read is taken. A row is judged on
 * the latest committed state, whatever the isolation level: row_update()
 * succeeds only if the row is still as it was read, waiting for whoever is
 * changing it, and otherwise answers TM_Updated or TM_Deleted; the caller then
 * takes row_lock(), which brings the newest version, judges again and updates.
 * An update that succeeds at once proves as much as a lock taken before it and
 * saves that lock's 59 bytes of WAL. In REPEATABLE READ and SERIALIZABLE the
 * server's crosscheck refuses (40001) to build on a row that was changed after
 * the transaction's snapshot.
 *
 * Waits end: what waits for a row for longer than concert_booking.lock_wait
 * answers TM_WouldBlock, and the caller must raise an error. (A wait behind
 * somebody who waits counts anew, and an index that waits for a row of the same
 * key, which only hand-written statements insert, waits as lock_timeout says.)
 *
 * Memory: everything of a call lives in its EState's query context, which is
 * the current context from row_begin() to row_end(). Results are made in
 * work->caller_context.
 *
 * Privileges: between row_begin() and row_end() the current user is the tables'
 * owner, as in the server's own foreign-key triggers, so that clients need no
 * table privilege and triggers run with the owner's. Row security is not
 * consulted when rows are found.
 */
#include "postgres.h"

#include "access/heapam.h"
#include "access/nbtree.h"
#include "access/relscan.h"
#include "access/table.h"
#include "access/xact.h"
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
#include "lock.h"
#include "row.h"
#include "statement.h"

/* -------- a call's frame -------- */

/* Begins a call that needs these tables, perhaps others later. */
void
row_begin(RowWork *work, int tables)
{
	tables_enter();
	memset(work, 0, sizeof(RowWork));
	work->caller_context = CurrentMemoryContext;
	GetUserIdAndSecContext(&work->caller, &work->caller_security);
	work->estate = CreateExecutorState();
	MemoryContextSwitchTo(work->estate->es_query_cxt);
	row_open(work, tables);
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
	for (i = 0; table->written_index != NULL && i < table->shape->index_count; i++)
	{
		if (table->written_index[i] == NULL)
			continue;
		compat_index_insert_cleanup(table->written_index[i],
									&table->written_info[i]);
		index_close(table->written_index[i], NoLock);
	}
	table_close(table->rel, NoLock);
}

/* What the owner has put off to COMMIT must not run there: see statement.c. */
static void
settle_statements(RowWork *work)
{
	int			i;

	for (i = 0; i < TABLE_COUNT; i++)
	{
		const char *deferrable;
		const char *deferred;

		if (work->table[i] == NULL || !work->table[i]->statement_ran)
			continue;
		tables_deferrable(work->table[i]->rel, &deferrable, &deferred);
		statement_settle(deferrable, deferred);
	}
}

/*
 * Closes everything (locks stay until commit) and goes back to the caller's
 * context and user. What was written is visible to the next
 * call of the same statement.
 */
void
row_end(RowWork *work)
{
	int			i;

	if (work->at_end != NULL)
		work->at_end(work);
	if (work->statements_ran)
		settle_statements(work);
	ExecResetTupleTable(work->estate->es_tupleTable, false);
	for (i = 0; i < TABLE_COUNT; i++)
	{
		if (work->table[i] != NULL)
			close_table(work->table[i]);
	}
	if (work->partition != NULL)
		close_table(work->partition);
	if (ActiveSnapshotSet() && work->estate->es_snapshot != NULL)
		PopActiveSnapshot();
	MemoryContextSwitchTo(work->caller_context);
	FreeExecutorState(work->estate);
	if (work->owner_known)
		SetUserIdAndSecContext(work->caller, work->caller_security);
	if (work->wrote)
		CommandCounterIncrement();
	tables_leave();
}

static void
take_snapshot(RowWork *work)
{
	if (work->estate->es_snapshot != NULL)
		PopActiveSnapshot();
	work->estate->es_snapshot = NULL;
	PushActiveSnapshot(GetLatestSnapshot());
	work->estate->es_snapshot = GetActiveSnapshot();
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
	take_snapshot(work);
}

/* -------- tables -------- */

static RowTable *
make_table(RowWork *work, TableId id, Relation rel, TableShape *shape)
{
	RowTable   *table = palloc0(sizeof(RowTable));

	table->work = work;
	table->id = id;
	table->shape = shape;
	table->rel = rel;
	ItemPointerSetInvalid(&table->locked);
	if (!work->owner_known)
	{
		work->owner_known = true;
		SetUserIdAndSecContext(shape->owner,
							   work->caller_security | SECURITY_LOCAL_USERID_CHANGE);
	}
	return table;
}

static void
open_table(RowWork *work, TableId id)
{
	LOCKMODE	mode = id == TABLE_VENUES || id == TABLE_CONCERTS ? AccessShareLock :
																	RowExclusiveLock;
	TableShape *shape;
	Relation	rel = tables_open(id, mode, &shape);

	work->table[id] = make_table(work, id, rel, shape);
}

/*
 * Opens those of the tables that are not open yet. A snapshot from before a lock
 * was obtained may be older than the table's rows (a rewriting ALTER TABLE puts
 * all of them there anew), so the world is looked at anew.
 */
void
row_open(RowWork *work, int tables)
{
	bool		opened = false;
	int			id;

	for (id = 0; id < TABLE_COUNT; id++)
	{
		if ((tables & ROW_TABLES(id)) == 0 || work->table[id] != NULL)
			continue;
		open_table(work, id);
		opened = true;
	}
	if (opened)
		row_refresh(work);
}

/* A table of ours, opened once a call. */
RowTable *
row_table(RowWork *work, TableId id)
{
	if (unlikely(work->table[id] == NULL))
		row_open(work, ROW_TABLES(id));
	return work->table[id];
}

/*
 * One at a time for whoever has the same key, until the transaction ends. What
 * the one before has done is seen afterwards.
 */
void
row_lock_key(RowWork *work, TableId id, const void *key, Size length)
{
	if (!lock_key(row_table(work, id)->shape->relid, key, length,
				  &work->wait_ends_at))
		errors_busy(NIL);
	row_refresh(work);
}

/* Whether the log is cut by instants, as create_tables() has cut it. */
static bool
is_cut_by_instant(RowTable *log)
{
	PartitionKey key = RelationGetPartitionKey(log->rel);

	return key->strategy == PARTITION_STRATEGY_RANGE && key->partnatts == 1 &&
		key->partattrs[0] == log->shape->attno[EVENT_OCCURRED_AT];
}

static Oid
find_event_partition(RowTable *log, TimestampTz occurred_at)
{
	PartitionDesc partitions = RelationGetPartitionDesc(log->rel, true);
	PartitionKey key = RelationGetPartitionKey(log->rel);
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
static RowTable *
open_event_partition(RowWork *work, RowTable *log, TimestampTz occurred_at)
{
	Oid			relid = InvalidOid;
	Oid			found;
	Relation	rel;

	while ((found = find_event_partition(log, occurred_at)) != relid)
	{
		relid = found;
		LockRelationOid(relid, RowExclusiveLock);
	}
	rel = table_open(relid, NoLock);
	return make_table(work, TABLE_EVENTS, rel, tables_partition_shape(rel));
}

/* The plain table into which an event of an instant goes, or NULL. */
static RowTable *
plain_event_table(RowWork *work, TimestampTz occurred_at)
{
	RowTable   *log = row_table(work, TABLE_EVENTS);

	if (!log->shape->is_plain || log->rel->rd_rel->relispartition)
		return NULL;
	if (log->rel->rd_rel->relkind != RELKIND_PARTITIONED_TABLE)
		return log;
	if (work->partition == NULL && is_cut_by_instant(log))
		work->partition = open_event_partition(work, log, occurred_at);
	if (work->partition == NULL || !work->partition->shape->is_plain ||
		work->partition->rel->rd_rel->relkind != RELKIND_RELATION)
		return NULL;			/* the owner may have cut a month again */
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
 * that no pin of ours keeps the page from being pruned. Equal keys are in the
 * order of their places, so a scan from the end meets new versions before the
 * dead ones that a long snapshot keeps.
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

/* The same in a table that has no index for it. */
static bool
find_without_index(RowTable *table, TableIndex index, const pg_uuid_t *key,
				   TupleTableSlot *slot)
{
	ScanKeyData scankey;
	RowScan		scan;
	bool		found;

	row_key_uuid(&scankey, 1, key);
	scan = row_scan(table, index, 1, &scankey);
	found = row_scan_next(&scan, slot);
	row_scan_end(&scan);
	return found;
}

bool
row_find_uuid(RowTable *table, TableIndex index, const pg_uuid_t *key,
			  TupleTableSlot *slot)
{
	IndexScanDesc scan;
	bool		found;

	if (unlikely(!OidIsValid(table->shape->index[index])))
		return find_without_index(table, index, key, slot);
	scan = scan_uuid(table, index, key);
	found = index_getnext_slot(scan, BackwardScanDirection, slot);
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
	if (!OidIsValid(table->shape->index[INDEX_ID]))
		return find_without_index(table, INDEX_ID, id, slot);
	scan = scan_uuid(table, INDEX_ID, id);
	while ((tid = index_getnext_tid(scan, BackwardScanDirection)) != NULL)
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

/*
 * Without an index every row is compared, in no order: keys of equality. A key
 * of an index names its column by the place in the index, one of a table by its
 * own number.
 */
static RowScan
scan_table(RowTable *table, TableIndex index, int nkeys, ScanKey keys)
{
	RowScan		scan = {0};
	int			i;

	for (i = 0; i < nkeys; i++)
	{
		int			column = tables_search_column(table->id, index,
												  keys[i].sk_attno - 1);

		keys[i].sk_attno = table->shape->attno[column];
	}
	scan.snapshot = RegisterSnapshot(GetActiveSnapshot());
	scan.table_scan = table_beginscan(table->rel, scan.snapshot, nkeys, keys);
	scan.direction = ForwardScanDirection;
	return scan;
}

RowScan
row_scan_in(RowTable *table, TableIndex index, int nkeys, ScanKey keys,
			ScanDirection direction)
{
	RowScan		scan = {0};

	if (!OidIsValid(table->shape->index[index]))
		return scan_table(table, index, nkeys, keys);
	scan.snapshot = RegisterSnapshot(GetActiveSnapshot());
	scan.scan = compat_index_beginscan(table->rel, open_index(table, index),
									   scan.snapshot, nkeys);
	scan.direction = direction;
	index_rescan(scan.scan, keys, nkeys, NULL, 0);
	return scan;
}

RowScan
row_scan(RowTable *table, TableIndex index, int nkeys, ScanKey keys)
{
	return row_scan_in(table, index, nkeys, keys, ForwardScanDirection);
}

/* Every row of a table, from a block on and round to it; one too far is the first. */
RowScan
row_scan_from(RowTable *table, BlockNumber block)
{
	RowScan		scan = {0};

	scan.snapshot = RegisterSnapshot(GetActiveSnapshot());
	scan.table_scan = table_beginscan_strat(table->rel, scan.snapshot, 0, NULL,
											true, false);
	scan.direction = ForwardScanDirection;
	if (block < ((HeapScanDesc) scan.table_scan)->rs_nblocks)
		heap_setscanlimits(scan.table_scan, block, InvalidBlockNumber);
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
	UnregisterSnapshot(scan->snapshot);
}

/* -------- reading columns -------- */

/* An optional column that the table does not have is null. */
Datum
row_get(RowTable *table, TupleTableSlot *slot, int column, bool *isnull)
{
	AttrNumber	attno = table->shape->attno[column];

	if (unlikely(attno == InvalidAttrNumber))
	{
		*isnull = true;
		return (Datum) 0;
	}
	return slot_getattr(slot, attno, isnull);
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

/* -------- locking -------- */

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
static bool
find_after_statements(RowTable *table, TupleTableSlot *slot, ItemPointer tid)
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
					 row_get_uuid(table, slot,
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
row_lock(RowWork *work, RowTable *table, TupleTableSlot *slot,
		 LockWaitPolicy policy)
{
	ItemPointerData tid = slot->tts_tid;
	RowWait		wait = {.table = table, .tid = &tid, .policy = LockWaitSkip};

	if (work->statements_ran && !find_after_statements(table, slot, &tid))
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

/* -------- writing plain tables -------- */

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

static TM_Result
update_plain(RowWork *work, RowTable *table, TupleTableSlot *slot,
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

static void
insert_plain(RowWork *work, RowTable *table, const RowValue *values, int count)
{
	ResultRelInfo *rri = result_rel(work, table);
	TupleTableSlot *slot = table->write_slot;
	int			natts = RelationGetDescr(table->rel)->natts;

	ExecClearTuple(slot);
	memset(slot->tts_values, 0, natts * sizeof(Datum));
	memset(slot->tts_isnull, true, natts * sizeof(bool));
	set_values(table, slot, values, count);
	ExecStoreVirtualTuple(slot);
	slot->tts_tableOid = RelationGetRelid(table->rel);
	check_constraints(work, table, slot);
	open_indexes_for(work, table, slot);

	work->wrote = true;
	table_tuple_insert(table->rel, slot, GetCurrentCommandId(true), 0, NULL);
	if (rri->ri_NumIndices > 0)
		insert_index_entries(work, table, slot, false, COMPAT_UPDATE_NONE);
	ResetPerTupleExprContext(work->estate);
}

/* -------- writing any table -------- */

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
		keys[i].value = row_get(table, slot, keys[i].column, &keys[i].isnull);
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
	if (!find_after_statements(table, slot, &tid))
		return TM_Deleted;
	return ItemPointerEquals(&tid, &slot->tts_tid) ? TM_Ok : TM_Updated;
}

/*
 * Writes new values over the row as it was read. TM_Ok, or TM_Updated or
 * TM_Deleted when somebody has changed it since, or TM_WouldBlock after a wait
 * that was too long: nothing is written then.
 */
TM_Result
row_update(RowWork *work, RowTable *table, TupleTableSlot *slot,
		   const RowValue *values, int count)
{
	RowValue	keys[2];
	RowValue	present[TABLE_MAX_COLUMNS];
	TM_Result	result;

	if (likely(table->shape->is_plain))
	{
		result = check_after_statements(work, table, slot);
		return result != TM_Ok ? result :
								 update_plain(work, table, slot, values, count);
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
row_delete(RowWork *work, RowTable *table, TupleTableSlot *slot)
{
	RowWait		wait = {.table = table, .tid = &slot->tts_tid};
	RowValue	keys[2];
	TM_Result	result;

	if (likely(table->shape->is_plain))
	{
		result = check_after_statements(work, table, slot);
		if (result != TM_Ok)
			return result;
		CheckCmdReplicaIdentity(table->rel, CMD_DELETE);
		return write_or_wait(work, &wait, delete_tuple);
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
row_update_newest(RowWork *work, RowTable *table, TupleTableSlot *slot,
				  const RowValue *values, int count)
{
	TM_Result	result = row_update(work, table, slot, values, count);

	if (result == TM_Ok)
		return true;
	if (!lock_newest(work, table, slot, result))
		return false;
	if (row_update(work, table, slot, values, count) != TM_Ok)
		errors_serialization();
	return true;
}

bool
row_delete_newest(RowWork *work, RowTable *table, TupleTableSlot *slot)
{
	TM_Result	result = row_delete(work, table, slot);

	if (result == TM_Ok)
		return true;
	if (!lock_newest(work, table, slot, result))
		return false;
	if (row_delete(work, table, slot) != TM_Ok)
		errors_serialization();
	return true;
}

static void
insert_by_statement(RowWork *work, RowTable *table, const RowValue *values,
					int count)
{
	RowValue	present[TABLE_MAX_COLUMNS];

	statement_insert(table->id, present,
					 present_values(table, values, count, present));
	follow_statement(work, table);
}

void
row_insert(RowWork *work, RowTable *table, const RowValue *values, int count)
{
	if (likely(table->shape->is_plain))
		insert_plain(work, table, values, count);
	else
		insert_by_statement(work, table, values, count);
}

/* Into the log: into the partition of the instant, where both are plain. */
void
row_insert_event(RowWork *work, TimestampTz occurred_at, const RowValue *values,
				 int count)
{
	RowTable   *table = plain_event_table(work, occurred_at);

	if (table != NULL)
		insert_plain(work, table, values, count);
	else
		insert_by_statement(work, row_table(work, TABLE_EVENTS),
							values, count);
}
