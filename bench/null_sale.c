/*
 * null_sale.c
 *	  A sale without rules, for the workload flash_sale: the rows, index entries
 *	  and WAL of the extension's hold, confirm and release, and nothing else.
 *
 * What is written is a copy of a row that the extension wrote (bench.null_rows(),
 * sql/null_sale.sql) with other ids in it, put into tables that have the same
 * columns and indexes and no constraint, trigger or foreign key. Nobody is asked
 * who he is, no seat is judged, nothing is locked but what an update locks, and
 * the answer is a number. A server cannot sell with fewer steps and leave the same
 * rows; what the extension takes longer is what its rules cost.
 *
 * Two calls must not meet at one seat: the client sees to it.
 *
 * Memory: the copied rows in TopMemoryContext for the life of the backend; all
 * else in the call's context.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/indexing.h"
#include "catalog/namespace.h"
#include "common/hashfn.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"

PG_MODULE_MAGIC;

PG_FUNCTION_INFO_V1(null_hold);
PG_FUNCTION_INFO_V1(null_confirm);
PG_FUNCTION_INFO_V1(null_release);

#define MOST_COLUMNS 6

/* A table without rules: the columns that change from row to row, the first its key. */
typedef struct NullTable
{
	const char *name;
	const char *columns[MOST_COLUMNS];
	AttrNumber	attributes[MOST_COLUMNS];
	Oid			relation_id;
	Oid			key_index_id;
	HeapTuple	model;			/* the row that is copied */
	/* for one call */
	Relation	relation;
	CatalogIndexState indexes;
} NullTable;

static NullTable seats = {"null_seats", {"id", "status", "hold_expires_at", "updated_at"}};
static NullTable holds = {"null_temp_reservations", {"seat_id", "id", "user_id"}};
static NullTable bookings = {"null_bookings", {"id", "booking_number", "user_id", "created_at"}};
static NullTable booking_seats = {"null_booking_seats", {"id", "booking_id", "seat_id"}};
static NullTable events = {"null_booking_events", {"id", "booking_id", "occurred_at"}};
static NullTable slots = {"null_availability_changes", {"id", "available_change", "version"}};

/* -------- tables -------- */

/* The model of a table, the only row of bench.<name>_model. */
static HeapTuple
read_model(const char *name)
{
	Oid			id = get_relname_relid(psprintf("%s_model", name), get_namespace_oid("bench", false));
	Relation	relation = table_open(id, AccessShareLock);
	SysScanDesc scan = systable_beginscan(relation, InvalidOid, false, GetActiveSnapshot(), 0, NULL);
	HeapTuple	tuple = systable_getnext(scan);
	MemoryContext caller = MemoryContextSwitchTo(TopMemoryContext);

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "%s_model has no row", name);
	tuple = heap_copytuple(tuple);
	MemoryContextSwitchTo(caller);
	systable_endscan(scan);
	table_close(relation, AccessShareLock);
	return tuple;
}

/* Its unique index whose only column is the key; none where no row is looked for. */
static Oid
find_key_index(NullTable *table)
{
	for (int i = 0; i < table->indexes->ri_NumIndices; i++)
	{
		Form_pg_index form = table->indexes->ri_IndexRelationDescs[i]->rd_index;

		if (form->indisunique && form->indnkeyatts == 1 && form->indkey.values[0] == table->attributes[0])
			return form->indexrelid;
	}
	return InvalidOid;
}

static void
open_table(NullTable *table)
{
	if (OidIsValid(table->relation_id))
	{
		table->relation = table_open(table->relation_id, RowExclusiveLock);
		table->indexes = CatalogOpenIndexes(table->relation);
		return;
	}
	table->relation = table_open(get_relname_relid(table->name, get_namespace_oid("bench", false)), RowExclusiveLock);
	table->indexes = CatalogOpenIndexes(table->relation);
	for (int i = 0; i < MOST_COLUMNS && table->columns[i] != NULL; i++)
		table->attributes[i] = SPI_fnumber(RelationGetDescr(table->relation), table->columns[i]);
	table->key_index_id = find_key_index(table);
	if (table != &seats)
		table->model = read_model(table->name);
	table->relation_id = RelationGetRelid(table->relation);
}

static void
close_table(NullTable *table)
{
	CatalogCloseIndexes(table->indexes);
	table_close(table->relation, RowExclusiveLock);
}

/* -------- rows -------- */

/* The row with other values in its first columns. */
static HeapTuple
changed(NullTable *table, HeapTuple row, int count, const Datum *values)
{
	Datum		all[MaxHeapAttributeNumber];
	bool		nulls[MaxHeapAttributeNumber] = {false};
	bool		replaced[MaxHeapAttributeNumber] = {false};

	for (int i = 0; i < count; i++)
	{
		all[table->attributes[i] - 1] = values[i];
		replaced[table->attributes[i] - 1] = true;
	}
	return heap_modify_tuple(row, RelationGetDescr(table->relation), all, nulls, replaced);
}

static void
insert_row(NullTable *table, int count, const Datum *values)
{
	CatalogTupleInsertWithInfo(table->relation, changed(table, table->model, count, values), table->indexes);
}

/* The row with that key, to be freed by the caller's context. */
static HeapTuple
find_row(NullTable *table, Datum key)
{
	ScanKeyData scan_key;
	SysScanDesc scan;
	HeapTuple	tuple;

	ScanKeyInit(&scan_key, table->attributes[0], BTEqualStrategyNumber, F_UUID_EQ, key);
	scan = systable_beginscan(table->relation, table->key_index_id, true, GetActiveSnapshot(), 1, &scan_key);
	tuple = systable_getnext(scan);
	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "%s has no such row", table->name);
	tuple = heap_copytuple(tuple);
	systable_endscan(scan);
	return tuple;
}

static void
update_row(NullTable *table, Datum key, int count, const Datum *values)
{
	HeapTuple	row = find_row(table, key);
	Datum		all[MOST_COLUMNS];

	all[0] = key;
	memcpy(all + 1, values, count * sizeof(Datum));
	CatalogTupleUpdateWithInfo(table->relation, &row->t_self, changed(table, row, count + 1, all), table->indexes);
}

static void
delete_row(NullTable *table, Datum key)
{
	CatalogTupleDelete(table->relation, &find_row(table, key)->t_self);
}

/* -------- ids -------- */

/* Ordered by time, as the extension's are. */
static Datum
make_id(void)
{
	static uint64 made = 0;
	pg_uuid_t  *id = palloc(sizeof(pg_uuid_t));
	uint64		us = (uint64) GetCurrentTimestamp();
	uint64		high = us << 8 | 0x70;
	uint64		low = (uint64) MyProcPid << 32 | (uint32) ++made;

	for (int i = 0; i < 8; i++)
	{
		id->data[i] = (unsigned char) (high >> (56 - 8 * i));
		id->data[8 + i] = (unsigned char) (low >> (56 - 8 * i));
	}
	return UUIDPGetDatum(id);
}

/* In no order, as the extension's are. */
static Datum
make_number(Datum id)
{
	uint64		hash = DatumGetUInt64(hash_any_extended((unsigned char *) DatumGetUUIDP(id), UUID_LEN, 0));

	return CStringGetTextDatum(psprintf("%016llX", (unsigned long long) hash));
}

/* -------- called by SQL -------- */

static int
read_seats(FunctionCallInfo fcinfo, int argument, Datum **ids)
{
	int			count;

	deconstruct_array(PG_GETARG_ARRAYTYPE_P(argument), UUIDOID, UUID_LEN, false, TYPALIGN_CHAR, ids, NULL, &count);
	return count;
}

static void
update_seat(Datum seat_id, const char *status, TimestampTz held_until)
{
	Datum		values[] = {CStringGetTextDatum(status), TimestampTzGetDatum(held_until),
	TimestampTzGetDatum(GetCurrentTimestamp())};

	update_row(&seats, seat_id, 3, values);
}

/* null_hold(seat_ids, user_id, async): async is the extension's async_holds. */
Datum
null_hold(PG_FUNCTION_ARGS)
{
	Datum	   *ids;
	int			count = read_seats(fcinfo, 0, &ids);

	open_table(&seats);
	open_table(&holds);
	for (int i = 0; i < count; i++)
	{
		Datum		values[] = {ids[i], make_id(), PG_GETARG_DATUM(1)};

		update_seat(ids[i], "temp_reserved", GetCurrentTimestamp() + USECS_PER_HOUR);
		insert_row(&holds, 3, values);
	}
	close_table(&holds);
	close_table(&seats);
	if (PG_GETARG_BOOL(2))
		set_config_option("synchronous_commit", "off", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_LOCAL, true, 0, false);
	PG_RETURN_INT32(count);
}

/* null_confirm(seat_ids, user_id, slot_id): the slot is the client's own. */
Datum
null_confirm(PG_FUNCTION_ARGS)
{
	Datum	   *ids;
	int			count = read_seats(fcinfo, 0, &ids);
	Datum		booking_id = make_id();
	Datum		now = TimestampTzGetDatum(GetCurrentTimestamp());
	Datum		booking[] = {booking_id, make_number(booking_id), PG_GETARG_DATUM(1), now};
	Datum		event[] = {make_id(), booking_id, now};
	Datum		change[] = {Int32GetDatum(-count)};

	open_table(&seats);
	open_table(&holds);
	open_table(&bookings);
	open_table(&booking_seats);
	open_table(&events);
	open_table(&slots);
	insert_row(&bookings, 4, booking);
	for (int i = 0; i < count; i++)
	{
		Datum		sold[] = {make_id(), booking_id, ids[i]};

		update_seat(ids[i], "reserved", GetCurrentTimestamp());
		insert_row(&booking_seats, 3, sold);
		delete_row(&holds, ids[i]);
	}
	insert_row(&events, 3, event);
	update_row(&slots, PG_GETARG_DATUM(2), 1, change);
	close_table(&slots);
	close_table(&events);
	close_table(&booking_seats);
	close_table(&bookings);
	close_table(&holds);
	close_table(&seats);
	PG_RETURN_INT32(count);
}

/* null_release(seat_ids, async) */
Datum
null_release(PG_FUNCTION_ARGS)
{
	Datum	   *ids;
	int			count = read_seats(fcinfo, 0, &ids);

	open_table(&seats);
	open_table(&holds);
	for (int i = 0; i < count; i++)
	{
		update_seat(ids[i], "available", GetCurrentTimestamp());
		delete_row(&holds, ids[i]);
	}
	close_table(&holds);
	close_table(&seats);
	if (PG_GETARG_BOOL(1))
		set_config_option("synchronous_commit", "off", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_LOCAL, true, 0, false);
	PG_RETURN_INT32(count);
}
