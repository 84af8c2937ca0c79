/*
 * row_read.h - find rows, walk over them, read their columns.
 */
#ifndef CONCERT_BOOKING_ROW_READ_H
#define CONCERT_BOOKING_ROW_READ_H

#include "row.h"
#include "utils/snapshot.h"
#include "utils/uuid.h"

/* A walk over the rows that an index finds, or over all. */
typedef struct RowScan
{
	Snapshot	snapshot;		/* its own: a refresh does not touch it */
	IndexScanDesc scan;
	TableScanDesc table_scan;	/* instead of scan */
	ScanDirection direction;
} RowScan;

/* A row to be found, and whether it was. */
typedef struct RowSearch
{
	const pg_uuid_t *key;
	TupleTableSlot *slot;
	bool		found;
} RowSearch;

extern bool row_find_uuid(AnyTable any, TableIndex index,
						  const pg_uuid_t *key, TupleTableSlot *slot);
extern void row_find_uuids(AnyTable any, TableIndex index,
						   RowSearch *searches, int count);
extern bool row_find_again(AnyTable any, const pg_uuid_t *id,
						   TupleTableSlot *slot);
extern RowScan row_scan(AnyTable any, TableIndex index, int nkeys,
						ScanKey keys);
extern RowScan row_scan_in(AnyTable any, TableIndex index, int nkeys,
						   ScanKey keys, ScanDirection direction);
extern RowScan row_scan_from(AnyTable any, BlockNumber block);
extern bool row_scan_next(RowScan *scan, TupleTableSlot *slot);
extern void row_scan_end(RowScan *scan);
extern void row_key_uuid(ScanKey key, AttrNumber position,
						 const pg_uuid_t *value);

/* By a column's number. */
extern Datum row_read(AnyTable any, TupleTableSlot *slot, int column,
					  bool *isnull);
extern pg_uuid_t *row_read_uuid(AnyTable any, TupleTableSlot *slot, int column);
extern bool row_read_timestamp(AnyTable any, TupleTableSlot *slot, int column,
							   TimestampTz *value);
extern int32 row_read_int(AnyTable any, TupleTableSlot *slot, int column);
extern bool row_read_bool(AnyTable any, TupleTableSlot *slot, int column);
extern text *row_read_text(AnyTable any, TupleTableSlot *slot, int column);
extern bool row_read_text_is(AnyTable any, TupleTableSlot *slot, int column,
							 const char *value);

/* The same by the constants of the table's own columns. */
#define row_get(table, slot, column, isnull) \
	row_read(table, slot, ROW_COLUMN(table, column), isnull)
#define row_get_uuid(table, slot, column) \
	row_read_uuid(table, slot, ROW_COLUMN(table, column))
#define row_get_timestamp(table, slot, column, value) \
	row_read_timestamp(table, slot, ROW_COLUMN(table, column), value)
#define row_get_int(table, slot, column) \
	row_read_int(table, slot, ROW_COLUMN(table, column))
#define row_get_bool(table, slot, column) \
	row_read_bool(table, slot, ROW_COLUMN(table, column))
#define row_get_text(table, slot, column) \
	row_read_text(table, slot, ROW_COLUMN(table, column))
#define row_text_is(table, slot, column, value) \
	row_read_text_is(table, slot, ROW_COLUMN(table, column), value)

#endif							/* CONCERT_BOOKING_ROW_READ_H */
