/*
 * hold_row.h - the row of a hold: whose it is, until when, at what price.
 */
#ifndef CONCERT_BOOKING_HOLD_ROW_H
#define CONCERT_BOOKING_HOLD_ROW_H

#include "booker.h"
#include "row_read.h"
#include "row_write.h"

/* A hold to be written. */
typedef struct HoldRow
{
	const Booker *booker;
	const pg_uuid_t *seat_id;
	const pg_uuid_t *schedule_id;
	TimestampTz held_since;
	TimestampTz deadline;
	int32		price;
} HoldRow;

extern bool hold_row_find(RowWork *work, const pg_uuid_t *seat_id,
						  TupleTableSlot *slot);
extern void hold_row_find_all(RowWork *work, RowSearch *searches, int count);
extern int	hold_row_find_seats(RowWork *work, const Booker *booker,
								const pg_uuid_t *schedule_id,
								pg_uuid_t **seat_ids);
extern int64 hold_row_count_live(RowWork *work, const Booker *booker,
								 const pg_uuid_t *schedule_id, TimestampTz now);

extern bool hold_row_find_pending(RowWork *work, const Booker *booker,
								  const pg_uuid_t *schedule_id,
								  TimestampTz now, pg_uuid_t *booking_id);
extern const pg_uuid_t *hold_row_booking_id(RowWork *work, TupleTableSlot *slot);
extern bool hold_row_is_of(RowWork *work, TupleTableSlot *slot,
						   const Booker *booker);
extern TimestampTz hold_row_deadline(RowWork *work, TupleTableSlot *slot);
extern bool hold_row_price(RowWork *work, TupleTableSlot *slot, int32 *price);

extern void hold_row_insert(RowWork *work, RowBatch *batch, const HoldRow *hold);
extern bool hold_row_keep(RowWork *work, TupleTableSlot *slot,
						  const pg_uuid_t *booking_id, TimestampTz pay_by);
extern bool hold_row_extend(RowWork *work, TupleTableSlot *slot,
							TimestampTz deadline);

#endif							/* CONCERT_BOOKING_HOLD_ROW_H */
