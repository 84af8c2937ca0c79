/*
 * columns.c - what the compiler has to say about columns and tables.
 *
 * As it is, this compiles. With WRONG defined as a number, one line is added that
 * mixes up two tables, and must not compile.
 */
#include "postgres.h"

#include "row_read.h"
#include "row_write.h"

extern int64 columns_right(RowWork *work, TupleTableSlot *slot);

int64
columns_right(RowWork *work, TupleTableSlot *slot)
{
	SeatTable  *seats = row_table(work, TABLE_SEATS);
	HoldTable  *holds = row_table(work, TABLE_HOLDS);
	SeatColumn	one = SEAT_PRICE;
	bool		isnull;
	TimestampTz deadline = 0;
	SeatValue	values[] = {
		ROW_VALUE(SEAT_STATUS, (Datum) 0),
		ROW_NULL(SEAT_HOLD_EXPIRES_AT),
#if WRONG == 1
		ROW_VALUE(HOLD_EXPIRES_AT, (Datum) 0),
#elif WRONG == 2
		ROW_NULL(HOLD_EXPIRES_AT),
#elif WRONG == 3
		ROW_NULLABLE(HOLD_EXPIRES_AT, slot),
#endif
	};

#if WRONG == 4
	(void) row_get(holds, slot, SEAT_ID, &isnull);
#elif WRONG == 5
	(void) row_get_uuid(seats, slot, HOLD_ID);
#elif WRONG == 6
	(void) row_get_timestamp(row_table(work, TABLE_SEATS), slot, HOLD_EXPIRES_AT, &deadline);
#elif WRONG == 7
	(void) row_get_int(holds, slot, SEAT_PRICE);
#elif WRONG == 8
	(void) row_get_bool(seats, slot, BOOKING_SEAT_ACTIVE);
#elif WRONG == 9
	(void) row_get_text(seats, slot, BOOKING_STATUS);
#elif WRONG == 10
	(void) row_text_is(holds, slot, SEAT_STATUS, "available");
#elif WRONG == 11
	(void) row_get(holds, slot, one, &isnull);
#elif WRONG == 12
	(void) row_update(work, holds, slot, values, lengthof(values));
#elif WRONG == 13
	(void) row_update_newest(work, holds, slot, values, lengthof(values));
#elif WRONG == 14
	row_insert(work, row_table(work, TABLE_HOLDS), values, lengthof(values));
#elif WRONG == 15
	seats = row_table(work, TABLE_HOLDS);
#elif WRONG == 16
	(void) row_slot(work, slot);
#elif WRONG == 17
	values[0].column = HOLD_ID;
#elif defined(WRONG)
	return 0;					/* one too many: this compiles */
#endif
	(void) row_update(work, seats, slot, values, lengthof(values));
	(void) row_find_uuid(holds, INDEX_HOLD_SEAT,
						 row_get_uuid(seats, slot, SEAT_ID), row_slot(work, holds));
	(void) row_get_timestamp(holds, slot, HOLD_EXPIRES_AT, &deadline);
	return deadline + row_get_int(seats, slot, one) +
		(int64) row_get(row_table(work, TABLE_BOOKING_SEATS), slot,
						BOOKING_SEAT_PRICE, &isnull);
}
