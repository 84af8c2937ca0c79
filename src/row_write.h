/*
 * row_write.h - insert, update and delete one row of any of our tables.
 */
#ifndef CONCERT_BOOKING_ROW_WRITE_H
#define CONCERT_BOOKING_ROW_WRITE_H

#include "row.h"
#include "row_lock.h"

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

/* With values of the table's own type. */
#define row_update(work, table, slot, values, count) \
	row_update_values(work, table, slot, ROW_VALUES(table, values), count)
#define row_update_newest(work, table, slot, values, count) \
	row_update_newest_values(work, table, slot, ROW_VALUES(table, values), count)
#define row_insert(work, table, values, count) \
	row_insert_values(work, table, ROW_VALUES(table, values), count)

#endif							/* CONCERT_BOOKING_ROW_WRITE_H */
