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
	struct RowWork *work;
	TableId		id;
	TableShape *shape;
	Relation	rel;
	ResultRelInfo *rri;			/* NULL until something is written */
	TupleTableSlot *write_slot;
	TupleTableSlot *lock_slot;
	Relation   *written_index;	/* as many as the shape has, NULL: not opened */
	IndexInfo  *written_info;
	bool		statement_ran;	/* a statement has written it */
	ItemPointerData locked;		/* the version that the call has locked last */
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
	bool		wrote;
	bool		statements_ran;	/* and what the owner has hung on the tables */
	TimestampTz wait_ends_at;	/* when waiting is over; 0: nothing was waited for */
	bool		owner_known;
	Oid			caller;
	int			caller_security;
	struct SeatChanges *seat_changes;	/* see notify.c */
	void (*at_end)(struct RowWork *work);
} RowWork;

/* A walk over the rows that an index finds, or over all. */
typedef struct RowScan
{
	Snapshot	snapshot;		/* its own: a refresh does not touch it */
	IndexScanDesc scan;
	TableScanDesc table_scan;	/* instead of scan */
	ScanDirection direction;
} RowScan;

/* Tables, to be opened together. */
#define ROW_TABLES(id) (1 << (id))

extern void row_begin(RowWork *work, int tables);
extern void row_end(RowWork *work);
extern void row_refresh(RowWork *work);

extern void row_open(RowWork *work, int tables);
extern RowTable *row_table(RowWork *work, TableId id);
extern void row_lock_key(RowWork *work, TableId id, const void *key, Size length);
extern TupleTableSlot *row_slot(RowWork *work, RowTable *table);

extern bool row_find_uuid(RowTable *table, TableIndex index,
						  const pg_uuid_t *key, TupleTableSlot *slot);
extern bool row_find_again(RowTable *table, const pg_uuid_t *id,
						   TupleTableSlot *slot);
extern RowScan row_scan(RowTable *table, TableIndex index, int nkeys,
						ScanKey keys);
extern RowScan row_scan_in(RowTable *table, TableIndex index, int nkeys,
						   ScanKey keys, ScanDirection direction);
extern RowScan row_scan_from(RowTable *table, BlockNumber block);
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
extern bool row_update_newest(RowWork *work, RowTable *table,
							  TupleTableSlot *slot, const RowValue *values,
							  int count);
extern bool row_delete_newest(RowWork *work, RowTable *table,
							  TupleTableSlot *slot);
extern void row_insert(RowWork *work, RowTable *table, const RowValue *values,
					   int count);
extern void row_insert_event(RowWork *work, TimestampTz occurred_at,
							 const RowValue *values, int count);

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
