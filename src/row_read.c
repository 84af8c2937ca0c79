/*
 * row_read.c - find rows, walk over them, read their columns.
 */
#include "postgres.h"

#include "access/heapam.h"
#include "access/nbtree.h"
#include "access/relscan.h"
#include "access/xact.h"
#include "utils/fmgroids.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "row_read.h"
#include "same.h"

/* -------- finding -------- */

static Relation
open_index(RowTable *table, TableIndex index)
{
	if (table->index[index] == NULL)
		table->index[index] = index_open(table->shape->index[index],
										 AccessShareLock);
	return table->index[index];
}

/* A scan key: the column at this place of the index is the uuid. */
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

/*
 * The row of the scan that is visible; the slot still points into its page. root
 * gets the place to which the index entry points.
 */
static bool
fetch_by_index(IndexScanDesc scan, TupleTableSlot *slot, ItemPointer root)
{
	ItemPointer tid;

	while ((tid = index_getnext_tid(scan, BackwardScanDirection)) != NULL)
	{
		*root = *tid;
		if (index_fetch_heap(scan, slot))
			return true;
	}
	return false;
}

/* Finds one row by the first column of an index; false where there is none. */
bool
row_find_uuid(AnyTable any, TableIndex index, const pg_uuid_t *key,
			  TupleTableSlot *slot)
{
	RowTable   *table = any.table;
	ItemPointerData root;
	IndexScanDesc scan;
	bool		found;

	if (unlikely(!OidIsValid(table->shape->index[index])))
		return find_without_index(table, index, key, slot);
	scan = scan_uuid(table, index, key);
	found = fetch_by_index(scan, slot, &root);
	if (found)
		ExecMaterializeSlot(slot);
	table_index_fetch_reset(scan->xs_heapfetch);
	return found;
}

/* -------- finding several -------- */

/* Whether no two rows that are visible at once have the same key. */
static bool
keys_are_unique(RowTable *table, TableIndex index)
{
	Form_pg_index form = open_index(table, index)->rd_index;

	return form->indisunique && form->indimmediate && form->indnkeyatts == 1;
}

/*
 * Whether to look beside a row before the index is asked. A serializable transaction
 * that looks at a row of another key would depend on it.
 */
static bool
may_look_beside(RowTable *table, TableIndex index)
{
	return !IsolationIsSerializable() && keys_are_unique(table, index);
}

/*
 * The row to which the next place of root's page leads, if that is the row of the
 * key; root follows.
 */
static bool
fetch_beside(RowTable *table, TableIndex index, ItemPointer root,
			 const RowSearch *search)
{
	IndexScanDesc scan = table->scan[index];
	int			column = tables_search_column(table->id, index, 0);
	bool		call_again = false;
	ItemPointerData tid;
	pg_uuid_t  *found;

	ItemPointerSetOffsetNumber(root, ItemPointerGetOffsetNumber(root) + 1);
	tid = *root;
	if (!table_index_fetch_tuple(scan->xs_heapfetch, &tid, scan->xs_snapshot,
								 search->slot, &call_again, NULL))
		return false;
	found = row_read_uuid(table, search->slot, column);
	if (found != NULL && same_uuid(found, search->key))
		return true;
	ExecClearTuple(search->slot);
	return false;
}

/*
 * Finds several rows as row_find_uuid() finds one. With the keys in ascending order
 * the next row is often beside the last one in its page, where it was put with it:
 * of all versions of a row one is visible, so a visible version there with the right
 * key is the row, and neither the index nor the page is looked for. That is tried
 * for as long as it pays.
 */
void
row_find_uuids(AnyTable any, TableIndex index, RowSearch *searches, int count)
{
	RowTable   *table = any.table;
	bool		has_root = false;
	ItemPointerData root;
	int			hopes;
	int			i;

	if (unlikely(!OidIsValid(table->shape->index[index])))
	{
		for (i = 0; i < count; i++)
			searches[i].found = find_without_index(table, index, searches[i].key,
												   searches[i].slot);
		return;
	}
	hopes = count > 1 && may_look_beside(table, index) ? 1 : 0;
	for (i = 0; i < count; i++)
	{
		RowSearch  *search = &searches[i];

		CHECK_FOR_INTERRUPTS();
		search->found = false;
		if (has_root && hopes > 0)
		{
			search->found = fetch_beside(table, index, &root, search);
			hopes += search->found ? 1 : -1;
		}
		if (!search->found)
			search->found = has_root =
				fetch_by_index(scan_uuid(table, index, search->key), search->slot,
							   &root);
		if (search->found)
			ExecMaterializeSlot(search->slot);
	}
	if (table->scan[index] != NULL)
		table_index_fetch_reset(table->scan[index]->xs_heapfetch);
}

/* -------- finding where it was -------- */

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
	pg_uuid_t  *found = row_read_uuid(table, slot, 0);

	return found != NULL && same_uuid(found, id);
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
row_find_again(AnyTable any, const pg_uuid_t *id, TupleTableSlot *slot)
{
	RowTable   *table = any.table;
	Remembered *memory = remembered_row(table, id);
	IndexScanDesc scan;
	bool		found;

	if (same_uuid(&memory->id, id) &&
		fetch_remembered(table, memory, slot))
		return true;
	if (!OidIsValid(table->shape->index[INDEX_ID]))
		return find_without_index(table, INDEX_ID, id, slot);
	scan = scan_uuid(table, INDEX_ID, id);
	found = fetch_by_index(scan, slot, &memory->root);
	if (found)
	{
		ExecMaterializeSlot(slot);
		memory->relid = RelationGetRelid(table->rel);
		memory->id = *id;
		memory->version = slot->tts_tid;
	}
	else
		memory->relid = InvalidOid;
	table_index_fetch_reset(scan->xs_heapfetch);
	return found;
}

/* -------- walking -------- */

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

/*
 * Begins a walk over the rows that the keys choose, in the index's order or
 * against it.
 */
RowScan
row_scan_in(AnyTable any, TableIndex index, int nkeys, ScanKey keys,
			ScanDirection direction)
{
	RowTable   *table = any.table;
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

/* Begins a walk over the rows that the keys choose. */
RowScan
row_scan(AnyTable any, TableIndex index, int nkeys, ScanKey keys)
{
	return row_scan_in(any, index, nkeys, keys, ForwardScanDirection);
}

/* Every row of a table, from a block on and round to it; one too far is the first. */
RowScan
row_scan_from(AnyTable any, BlockNumber block)
{
	RowTable   *table = any.table;
	RowScan		scan = {0};

	scan.snapshot = RegisterSnapshot(GetActiveSnapshot());
	scan.table_scan = table_beginscan_strat(table->rel, scan.snapshot, 0, NULL,
											true, false);
	scan.direction = ForwardScanDirection;
	if (block < ((HeapScanDesc) scan.table_scan)->rs_nblocks)
		heap_setscanlimits(scan.table_scan, block, InvalidBlockNumber);
	return scan;
}

/* The next row of a walk; false at its end. */
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

/* Ends a walk. */
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
row_read(AnyTable any, TupleTableSlot *slot, int column, bool *isnull)
{
	RowTable   *table = any.table;
	AttrNumber	attno = table->shape->attno[column];

	if (unlikely(attno == InvalidAttrNumber))
	{
		*isnull = true;
		return (Datum) 0;
	}
	return slot_getattr(slot, attno, isnull);
}

/* NULL where the column is null. */
pg_uuid_t *
row_read_uuid(AnyTable any, TupleTableSlot *slot, int column)
{
	bool		isnull;
	Datum		datum = row_read(any, slot, column, &isnull);

	return isnull ? NULL : DatumGetUUIDP(datum);
}

/* False where the column is null. */
bool
row_read_timestamp(AnyTable any, TupleTableSlot *slot, int column,
				   TimestampTz *value)
{
	bool		isnull;
	Datum		datum = row_read(any, slot, column, &isnull);

	if (!isnull)
		*value = DatumGetTimestampTz(datum);
	return !isnull;
}

/* Of a column that is not null. */
int32
row_read_int(AnyTable any, TupleTableSlot *slot, int column)
{
	bool		isnull;
	Datum		datum = row_read(any, slot, column, &isnull);

	Assert(!isnull);
	return DatumGetInt32(datum);
}

/* Null is false. */
bool
row_read_bool(AnyTable any, TupleTableSlot *slot, int column)
{
	bool		isnull;
	Datum		datum = row_read(any, slot, column, &isnull);

	return !isnull && DatumGetBool(datum);
}

/* NULL where the column is null. */
text *
row_read_text(AnyTable any, TupleTableSlot *slot, int column)
{
	bool		isnull;
	Datum		datum = row_read(any, slot, column, &isnull);

	return isnull ? NULL : DatumGetTextPP(datum);
}

/* Whether the column is this text; null is none. */
bool
row_read_text_is(AnyTable any, TupleTableSlot *slot, int column, const char *value)
{
	text	   *stored = row_read_text(any, slot, column);
	size_t		length = strlen(value);

	return stored != NULL && VARSIZE_ANY_EXHDR(stored) == length &&
		memcmp(VARDATA_ANY(stored), value, length) == 0;
}
