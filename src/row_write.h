/*
 * row_write.h - insert, update and delete rows of any of our tables.
 */
#ifndef CONCERT_BOOKING_ROW_WRITE_H
#define CONCERT_BOOKING_ROW_WRITE_H

#include "row.h"
#include "row_lock.h"

/*
 * Rows of one table that are inserted together. What their values point to is not
 * copied and has to live until row_batch_end().
 */
typedef struct RowBatch
{
	RowWork    *work;
	RowTable   *table;
	int			room;			/* the most that are added */
	int			count;			/* that wait */
	TupleTableSlot **slots;		/* NULL: no row waits */
} RowBatch;

extern TM_Result row_delete(RowWork *work, AnyTable any, TupleTableSlot *slot);
extern bool row_delete_newest(RowWork *work, AnyTable any,
							  TupleTableSlot *slot);

/* With columns by their numbers. */
extern TM_Result row_update_values(RowWork *work, AnyTable any,
								   TupleTableSlot *slot,
								   const RowValue *values, int count);
extern bool row_update_newest_values(RowWork *work, AnyTable any,
									 TupleTableSlot *slot,
									 const RowValue *values, int count);
extern void row_insert_values(RowWork *work, AnyTable any,
							  const RowValue *values, int count);
extern void row_insert_by_statement(RowWork *work, RowTable *table,
									const RowValue *values, int count);
extern void row_batch_begin(RowBatch *batch, RowWork *work, AnyTable any, int room);
extern void row_batch_add_values(RowBatch *batch, const RowValue *values, int count);
extern void row_batch_end(RowBatch *batch);

/* With values of the table's own type. */
#define row_update(work, table, slot, values, count) \
	row_update_values(work, table, slot, ROW_VALUES(table, values), count)
#define row_update_newest(work, table, slot, values, count) \
	row_update_newest_values(work, table, slot, ROW_VALUES(table, values), count)
#define row_insert(work, table, values, count) \
	row_insert_values(work, table, ROW_VALUES(table, values), count)
#define row_batch_add(batch, table, values, count) \
	row_batch_add_values(batch, ROW_VALUES(table, values), count)

#endif							/* CONCERT_BOOKING_ROW_WRITE_H */
