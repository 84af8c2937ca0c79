/*
 * hold_row.c - the row of a hold: whose it is, until when, at what price.
 *
 * Locking: the row changes only while its seat is locked; see seat.c.
 *
 * Memory: the call's query context.
 */
#include "postgres.h"

#include "deadline.h"
#include "hold_row.h"
#include "uuid_v7.h"

/* Whether there is a hold on the seat, live or not; the slot gets its row. */
bool
hold_row_find(RowWork *work, const pg_uuid_t *seat_id, TupleTableSlot *slot)
{
	return row_find_uuid(row_table(work, TABLE_HOLDS), INDEX_HOLD_SEAT, seat_id,
						 slot);
}

/* The same for seats in ascending order of their ids. */
void
hold_row_find_all(RowWork *work, RowSearch *searches, int count)
{
	row_find_uuids(row_table(work, TABLE_HOLDS), INDEX_HOLD_SEAT, searches, count);
}

/*
 * Whether the hold is the booker's to use. One that is kept for a pending booking
 * is that booking's, even to its own booker.
 */
bool
hold_row_is_of(RowWork *work, TupleTableSlot *slot, const Booker *booker)
{
	HoldTable  *holds = row_table(work, TABLE_HOLDS);

	return hold_row_booking_id(work, slot) == NULL &&
		booker_is(booker,
				  row_get_uuid(holds, slot, HOLD_USER_ID),
				  row_get_uuid(holds, slot, HOLD_SESSION_ID));
}

/* The instant at which the hold ends. */
TimestampTz
hold_row_deadline(RowWork *work, TupleTableSlot *slot)
{
	TimestampTz deadline = DT_NOBEGIN;

	row_get_timestamp(row_table(work, TABLE_HOLDS), slot, HOLD_EXPIRES_AT,
					  &deadline);
	return deadline;
}

/* The price that was promised; false in a hold of before version 0.2. */
bool
hold_row_price(RowWork *work, TupleTableSlot *slot, int32 *price)
{
	bool		isnull;
	Datum		datum = row_get(row_table(work, TABLE_HOLDS), slot, HOLD_PRICE,
								&isnull);

	if (!isnull)
		*price = DatumGetInt32(datum);
	return !isnull;
}

/* Adds the row of a new hold to a batch of holds. */
void
hold_row_insert(RowWork *work, RowBatch *batch, const HoldRow *hold)
{
	pg_uuid_t  *id = palloc(sizeof(pg_uuid_t));
	HoldValue	values[] = {
		ROW_VALUE(HOLD_ID, UUIDPGetDatum(uuid_v7_make(id))),
		ROW_NULLABLE(HOLD_USER_ID, booker_user_id(hold->booker)),
		ROW_NULLABLE(HOLD_SESSION_ID, booker_session_id(hold->booker)),
		ROW_VALUE(HOLD_SEAT_ID, UUIDPGetDatum(hold->seat_id)),
		ROW_VALUE(HOLD_SCHEDULE_ID, UUIDPGetDatum(hold->schedule_id)),
		ROW_VALUE(HOLD_HELD_SINCE, TimestampTzGetDatum(hold->held_since)),
		ROW_VALUE(HOLD_EXPIRES_AT, TimestampTzGetDatum(hold->deadline)),
		ROW_VALUE(HOLD_CREATED_AT, TimestampTzGetDatum(hold->held_since)),
		ROW_VALUE(HOLD_PRICE, Int32GetDatum(hold->price)),
	};

	row_batch_add(batch, row_table(work, TABLE_HOLDS), values, lengthof(values));
}

/* The pending booking that the seat is kept for; NULL: an ordinary hold. */
const pg_uuid_t *
hold_row_booking_id(RowWork *work, TupleTableSlot *slot)
{
	return row_get_uuid(row_table(work, TABLE_HOLDS), slot, HOLD_BOOKING_ID);
}

/* Keeps the seat for a pending booking; false when the row is gone. */
bool
hold_row_keep(RowWork *work, TupleTableSlot *slot, const pg_uuid_t *booking_id,
			  TimestampTz pay_by)
{
	HoldValue	values[] = {
		ROW_VALUE(HOLD_EXPIRES_AT, TimestampTzGetDatum(pay_by)),
		ROW_VALUE(HOLD_BOOKING_ID, UUIDPGetDatum(booking_id)),
	};

	return row_update_newest(work, row_table(work, TABLE_HOLDS), slot, values,
							 lengthof(values));
}

/* Gives the hold another end; false when the row is gone. */
bool
hold_row_extend(RowWork *work, TupleTableSlot *slot, TimestampTz deadline)
{
	HoldValue	values[] = {
		ROW_VALUE(HOLD_EXPIRES_AT, TimestampTzGetDatum(deadline)),
	};

	return row_update_newest(work, row_table(work, TABLE_HOLDS), slot, values,
							 lengthof(values));
}

/*
 * The holds of a booker, live or lapsed, on one schedule or (NULL) on any. The
 * scan has copied the keys.
 */
static RowScan
scan_holds(HoldTable *holds, const Booker *booker, const pg_uuid_t *schedule_id)
{
	ScanKeyData keys[2];

	row_key_uuid(&keys[0], 1, &booker->id);
	if (schedule_id != NULL)
		row_key_uuid(&keys[1], 2, schedule_id);
	return row_scan(holds,
					booker->is_member ? INDEX_HOLD_USER : INDEX_HOLD_SESSION,
					schedule_id == NULL ? 1 : 2, keys);
}

/* The seats on which the booker has holds, live or lapsed; returns how many. */
int
hold_row_find_seats(RowWork *work, const Booker *booker,
					const pg_uuid_t *schedule_id, pg_uuid_t **seat_ids)
{
	HoldTable  *holds = row_table(work, TABLE_HOLDS);
	TupleTableSlot *slot = row_slot(work, holds);
	RowScan		scan = scan_holds(holds, booker, schedule_id);
	int			room = 8;
	int			count = 0;

	*seat_ids = palloc(sizeof(pg_uuid_t) * room);
	while (row_scan_next(&scan, slot))
	{
		if (count == room)
		{
			room *= 2;
			*seat_ids = repalloc(*seat_ids, sizeof(pg_uuid_t) * room);
		}
		(*seat_ids)[count++] = *row_get_uuid(holds, slot, HOLD_SEAT_ID);
	}
	row_scan_end(&scan);
	return count;
}

/*
 * The live pending booking of the booker on the schedule: what a live hold is kept
 * for. False where there is none.
 */
bool
hold_row_find_pending(RowWork *work, const Booker *booker, const pg_uuid_t *schedule_id,
					  TimestampTz now, pg_uuid_t *booking_id)
{
	HoldTable  *holds = row_table(work, TABLE_HOLDS);
	TupleTableSlot *slot = row_slot(work, holds);
	RowScan		scan = scan_holds(holds, booker, schedule_id);
	bool		found = false;

	while (!found && row_scan_next(&scan, slot))
	{
		const pg_uuid_t *kept_for = hold_row_booking_id(work, slot);

		found = kept_for != NULL &&
			!deadline_is_over(hold_row_deadline(work, slot), now);
		if (found)
			*booking_id = *kept_for;
	}
	row_scan_end(&scan);
	return found;
}

/* How many live holds the booker has on the schedule. */
int64
hold_row_count_live(RowWork *work, const Booker *booker,
					const pg_uuid_t *schedule_id, TimestampTz now)
{
	HoldTable  *holds = row_table(work, TABLE_HOLDS);
	TupleTableSlot *slot = row_slot(work, holds);
	RowScan		scan = scan_holds(holds, booker, schedule_id);
	int64		count = 0;

	while (row_scan_next(&scan, slot))
	{
		if (!deadline_is_over(hold_row_deadline(work, slot), now))
			count++;
	}
	row_scan_end(&scan);
	return count;
}
