/*
 * row_plain.h - write rows of a plain table.
 */
#ifndef CONCERT_BOOKING_ROW_PLAIN_H
#define CONCERT_BOOKING_ROW_PLAIN_H

#include "row.h"

extern TM_Result row_update_plain(RowWork *work, RowTable *table,
								  TupleTableSlot *slot,
								  const RowValue *values, int count);
extern TM_Result row_delete_plain(RowWork *work, RowTable *table,
								  TupleTableSlot *slot);
extern void row_insert_plain(RowWork *work, RowTable *table,
							 const RowValue *values, int count);
extern TupleTableSlot *row_make_plain(RowWork *work, RowTable *table,
									  const RowValue *values, int count);
extern void row_insert_plain_rows(RowWork *work, RowTable *table,
								  TupleTableSlot **slots, int count);

#endif							/* CONCERT_BOOKING_ROW_PLAIN_H */
