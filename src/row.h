/*
 * row.h - find, lock, insert, update and delete one row.
 */
#ifndef CONCERT_BOOKING_ROW_H
#define CONCERT_BOOKING_ROW_H

#include "compat.h"
#include "tables.h"
#include "utils/snapshot.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"

/* One of our tables, opened for one call. */
typedef struct RowTable
{
	TableId		id;
	TableShape *shape;
	Relation	rel;
	ResultRelInfo *rri;			/* NULL until something is written */
	TupleTableSlot *write_slot;
	Relation	index[TABLE_MAX_INDEXES];
	IndexScanDesc scan[TABLE_MAX_INDEXES];
} RowTable;

/* What one call of ours does to the tables, from row_begin to row_end. */
typedef struct RowWork
{
	EState	   *estate;
	MemoryContext caller_context;
	RowTable   *table[TABLE_COUNT];
	RowTable   *partition;		/* of booking_events */
	bool		owner_known;
	bool		wrote;
	Oid			caller;
	int			caller_security;
	struct SeatChanges *seat_changes;	/* see notify.c */
	void (*at_end)(struct RowWork *work);
} RowWork;

/* A new value of one column. */
typedef struct RowValue
{
	int			column;			/* SeatColumn, HoldColumn, ... */
	Datum		value;
	bool		isnull;
} RowValue;

#define ROW_VALUE(column, datum) {(column), (datum), false}
#define ROW_NULL(column) {(column), (Datum) 0, true}
#define ROW_NULLABLE(column, pointer) \
	{(column), PointerGetDatum(pointer), (pointer) == NULL}

/* A walk over the rows that an index finds, or over all. */
typedef struct RowScan
{
	IndexScanDesc scan;
	TableScanDesc table_scan;	/* instead of scan */
	ScanDirection direction;
} RowScan;

extern void row_begin(RowWork *work);
extern void row_end(RowWork *work);
extern void row_refresh(RowWork *work);

extern RowTable *row_table(RowWork *work, TableId id, LOCKMODE mode);
extern RowTable *row_event_partition(RowWork *work, TimestampTz occurred_at);
extern TupleTableSlot *row_slot(RowWork *work, RowTable *table);

extern bool row_find_uuid(RowTable *table, TableIndex index,
						  const pg_uuid_t *key, TupleTableSlot *slot);
extern bool row_find_again(RowTable *table, const pg_uuid_t *id,
						   TupleTableSlot *slot);
extern RowScan row_scan(RowTable *table, TableIndex index, int nkeys,
						ScanKey keys);
extern RowScan row_scan_in(RowTable *table, TableIndex index, int nkeys,
						   ScanKey keys, ScanDirection direction);
extern RowScan row_scan_all(RowTable *table);
extern bool row_scan_next(RowScan *scan, TupleTableSlot *slot);
extern void row_scan_end(RowScan *scan);
extern void row_key_uuid(ScanKey key, AttrNumber position,
						 const pg_uuid_t *value);

extern TM_Result row_lock(RowWork *work, RowTable *table, TupleTableSlot *slot,
						  LockWaitPolicy wait);
extern TM_Result row_update(RowWork *work, RowTable *table,
							TupleTableSlot *slot, const RowValue *values,
							int count);
extern TM_Result row_delete(RowWork *work, RowTable *table,
							TupleTableSlot *slot);
extern void row_insert(RowWork *work, RowTable *table, const RowValue *values,
					   int count);

extern Datum row_get(RowTable *table, TupleTableSlot *slot, int column,
					 bool *isnull);
extern pg_uuid_t *row_get_uuid(RowTable *table, TupleTableSlot *slot, int column);
extern bool row_get_timestamp(RowTable *table, TupleTableSlot *slot, int column,
							  TimestampTz *value);
extern int32 row_get_int(RowTable *table, TupleTableSlot *slot, int column);
extern bool row_get_bool(RowTable *table, TupleTableSlot *slot, int column);
extern text *row_get_text(RowTable *table, TupleTableSlot *slot, int column);
extern bool row_text_is(RowTable *table, TupleTableSlot *slot, int column,
						const char *value);

#endif							/* CONCERT_BOOKING_ROW_H */
