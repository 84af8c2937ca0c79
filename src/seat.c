/*
 * seat.c - states of a seat, lock order, claim and free.
 *
 *	free ---hold---> held ---confirm---> reserved ---cancel---> free
 *	                  |
 *	                  +--release, expiry--> free
 *
 * A held seat is free again at the instant its hold expires, whether or not
 * anything has been written since.
 *
 * Locking: the seat's row is the lock of everything about the seat: its hold
 * row and its owner in booking_seats change only while it is locked, and every
 * change of a hold changes the seat's row too. A call reads its seats without
 * locks first (that refuses what is visibly taken without a transaction id), then
 * writes them in ascending id.
 */
#include "postgres.h"

#include "utils/builtins.h"

#include "clock.h"
#include "deadline.h"
#include "hold_row.h"
#include "notify.h"
#include "same.h"
#include "seat.h"

static const char *const status_names[] = {
	[SEAT_STATUS_AVAILABLE] = "available",
	[SEAT_STATUS_HELD] = "temp_reserved",
	[SEAT_STATUS_RESERVED] = "reserved",
	[SEAT_STATUS_BLOCKED] = "unavailable",
};

/* A status as a text that lives for ever: a sweep writes a million of them. */
Datum
seat_status_datum(SeatStatus status)
{
	static char texts[lengthof(status_names)][VARHDRSZ + 16] pg_attribute_aligned(8);
	char	   *value = texts[status];
	size_t		length = strlen(status_names[status]);

	Assert(length <= 16);
	SET_VARSIZE(value, VARHDRSZ + length);
	memcpy(VARDATA(value), status_names[status], length);
	return PointerGetDatum(value);
}

static TupleTableSlot *
hold_slot(RowWork *work, Seat *seat)
{
	if (seat->hold_slot == NULL)
		seat->hold_slot = row_slot(work, row_table(work, TABLE_HOLDS));
	return seat->hold_slot;
}

static void
find_hold(RowWork *work, Seat *seat)
{
	seat->has_hold = hold_row_find(work, &seat->id, hold_slot(work, seat));
}

/* Whether the seat has a hold that is the booker's, live or not. */
bool
seat_hold_is_of(RowWork *work, Seat *seat, const Booker *booker)
{
	return seat->has_hold && hold_row_is_of(work, seat->hold_slot, booker);
}

/* The deadline by the hold's row; where there is none, nobody holds the seat. */
static TimestampTz
hold_deadline(RowWork *work, Seat *seat)
{
	return seat->has_hold ? hold_row_deadline(work, seat->hold_slot) : DT_NOBEGIN;
}

/* The deadline of a held seat whose row does not tell it. */
TimestampTz
seat_undated_deadline(RowWork *work, const pg_uuid_t *id)
{
	Seat		seat = {.id = *id};

	find_hold(work, &seat);
	return hold_deadline(work, &seat);
}

/*
 * The seat's row names the deadline; where hand-written SQL left it null, the
 * hold's row does, which has been looked for.
 */
static void
judge_held(RowWork *work, Seat *seat, const Booker *booker, TimestampTz now)
{
	SeatTable  *seats = row_table(work, TABLE_SEATS);

	if (!row_get_timestamp(seats, seat->slot, SEAT_HOLD_EXPIRES_AT,
						   &seat->deadline))
		seat->deadline = hold_deadline(work, seat);
	if (deadline_is_over(seat->deadline, now))
		seat->state = SEAT_LAPSED;
	else if (seat_hold_is_of(work, seat, booker))
		seat->state = SEAT_MINE;
	else
		seat->state = SEAT_HELD;
}

static bool
has_status(RowWork *work, Seat *seat, SeatStatus status)
{
	return row_text_is(row_table(work, TABLE_SEATS), seat->slot, SEAT_STATUS,
					   status_names[status]);
}

/* Judges a seat whose hold has been looked for where its status says held. */
static void
judge_found(RowWork *work, Seat *seat, const Booker *booker, TimestampTz now)
{
	if (has_status(work, seat, SEAT_STATUS_AVAILABLE))
		seat->state = SEAT_FREE;
	else if (has_status(work, seat, SEAT_STATUS_HELD))
		judge_held(work, seat, booker, now);
	else if (has_status(work, seat, SEAT_STATUS_RESERVED))
		seat->state = SEAT_RESERVED;
	else
		seat->state = SEAT_BLOCKED;
}

static void
judge(RowWork *work, Seat *seat, const Booker *booker, TimestampTz now)
{
	seat->has_hold = false;
	if (has_status(work, seat, SEAT_STATUS_HELD))
		find_hold(work, seat);
	judge_found(work, seat, booker, now);
}

static TupleTableSlot *
seat_slot(RowWork *work, Seat *seat)
{
	if (seat->slot == NULL)
		seat->slot = row_slot(work, row_table(work, TABLE_SEATS));
	return seat->slot;
}

/* Reads and judges one seat, without a lock. */
void
seat_read(RowWork *work, Seat *seat, const Booker *booker, TimestampTz now)
{
	seat->found = row_find_uuid(row_table(work, TABLE_SEATS), INDEX_ID, &seat->id,
								seat_slot(work, seat));
	if (seat->found)
		judge(work, seat, booker, now);
}

/* Looks for the holds of those seats that are held. */
static void
find_holds(RowWork *work, Seat *const *seats, int count)
{
	RowSearch  *searches = palloc(sizeof(RowSearch) * count);
	Seat	  **held = palloc(sizeof(Seat *) * count);
	int			held_count = 0;
	int			i;

	for (i = 0; i < count; i++)
	{
		if (!seats[i]->found)
			continue;
		seats[i]->has_hold = false;
		if (!has_status(work, seats[i], SEAT_STATUS_HELD))
			continue;
		searches[held_count].key = &seats[i]->id;
		searches[held_count].slot = hold_slot(work, seats[i]);
		held[held_count++] = seats[i];
	}
	if (held_count > 0)
		hold_row_find_all(work, searches, held_count);
	for (i = 0; i < held_count; i++)
		held[i]->has_hold = searches[i].found;
}

/* Reads and judges seats, without locks; in ascending order of their ids. */
void
seat_read_all(RowWork *work, Seat *const *seats, int count, const Booker *booker,
			  TimestampTz now)
{
	RowSearch  *searches = palloc(sizeof(RowSearch) * Max(count, 1));
	int			i;

	for (i = 0; i < count; i++)
	{
		searches[i].key = &seats[i]->id;
		searches[i].slot = seat_slot(work, seats[i]);
	}
	row_find_uuids(row_table(work, TABLE_SEATS), INDEX_ID, searches, count);
	for (i = 0; i < count; i++)
		seats[i]->found = searches[i].found;
	find_holds(work, seats, count);
	for (i = 0; i < count; i++)
	{
		if (seats[i]->found)
			judge_found(work, seats[i], booker, now);
	}
}

/* Whether nobody has the seat: a hold may begin, or a sale. */
bool
seat_is_claimable(const Seat *seat)
{
	return seat->found &&
		(seat->state == SEAT_FREE || seat->state == SEAT_LAPSED);
}

/*
 * After somebody else's change: locks the seat, waiting for that somebody, and
 * judges its newest version by a clock read after the lock was obtained.
 */
void
seat_reread(RowWork *work, Seat *seat, const Booker *booker)
{
	SeatTable  *seats = row_table(work, TABLE_SEATS);
	TM_Result	result = row_lock(work, seats, seat->slot, LockWaitBlock);

	if (result == TM_WouldBlock)
		errors_busy(seat_refuse(work, NIL, seat, SEAT_REASON_BUSY));
	seat->found = result == TM_Ok;
	row_refresh(work);
	if (seat->found)
		judge(work, seat, booker, clock_now());
}

/* Writes new values over the seat whose row is in slot, and announces them. */
static TM_Result
write_row(RowWork *work, TupleTableSlot *slot, const SeatValue *values, int count)
{
	TM_Result	result = row_update(work, row_table(work, TABLE_SEATS), slot,
									values, count);

	if (result == TM_Ok)
		notify_seat_changed(work, slot, values, count);
	return result;
}

/* What came of a write. After somebody's change the seat is read again. */
static bool
is_written(RowWork *work, Seat *seat, const Booker *booker, TM_Result result)
{
	if (result == TM_Ok)
	{
		seat->changed = true;
		return true;
	}
	if (result == TM_WouldBlock)
		errors_busy(seat_refuse(work, NIL, seat, SEAT_REASON_BUSY));
	seat_reread(work, seat, booker);
	return false;
}

/*
 * Writes new values over the seat as it was judged. False when somebody has
 * changed it: the seat is locked and judged again, and the caller decides.
 */
bool
seat_update(RowWork *work, Seat *seat, const Booker *booker,
			const SeatValue *values, int count)
{
	return is_written(work, seat, booker,
					  write_row(work, seat->slot, values, count));
}

/* Writes the seat as sold; false as in seat_update(). */
bool
seat_sell(RowWork *work, Seat *seat, const Booker *booker)
{
	SeatValue	values[] = {
		ROW_VALUE(SEAT_STATUS, seat_status_datum(SEAT_STATUS_RESERVED)),
		ROW_NULL(SEAT_HOLD_EXPIRES_AT),
		ROW_VALUE(SEAT_UPDATED_AT, TimestampTzGetDatum(clock_now())),
	};

	return seat_update(work, seat, booker, values, lengthof(values));
}

/* Whether the seat is kept for a pending booking, live or lapsed. */
bool
seat_is_kept_for(RowWork *work, Seat *seat, const pg_uuid_t *booking_id)
{
	const pg_uuid_t *kept_for = NULL;

	if (seat->found && (seat->state == SEAT_HELD || seat->state == SEAT_LAPSED) &&
		seat->has_hold)
		kept_for = hold_row_booking_id(work, seat->hold_slot);
	return kept_for != NULL && same_uuid(kept_for, booking_id);
}

/* Writes the seat whose row is in slot as free, as it stands there. */
TM_Result
seat_free_row(RowWork *work, TupleTableSlot *slot)
{
	SeatValue	values[] = {
		ROW_VALUE(SEAT_STATUS, seat_status_datum(SEAT_STATUS_AVAILABLE)),
		ROW_NULL(SEAT_HOLD_EXPIRES_AT),
		ROW_VALUE(SEAT_UPDATED_AT, TimestampTzGetDatum(clock_now())),
	};

	return write_row(work, slot, values, lengthof(values));
}

/*
 * Sets a seat free as it was judged: its hold is given back, or its booking
 * cancelled. False as in seat_update().
 */
bool
seat_free(RowWork *work, Seat *seat, const Booker *booker)
{
	return is_written(work, seat, booker, seat_free_row(work, seat->slot));
}

/* Deletes the seat's hold row; the seat's row has been written before. */
void
seat_drop_hold(RowWork *work, Seat *seat)
{
	HoldTable  *holds = row_table(work, TABLE_HOLDS);

	Assert(seat->changed);
	if (!seat->has_hold)
		return;
	(void) row_delete_newest(work, holds, seat->hold_slot);
	seat->has_hold = false;
}

/*
 * What the booker is told, and pays: the price of the live hold, whatever the
 * seat has come to cost since. A seat that is not held yet, and a hold of before
 * version 0.2, which has no price of its own, cost what the seat's row says.
 */
int32
seat_price(RowWork *work, Seat *seat)
{
	int32		price;

	if (seat->state == SEAT_MINE && seat->has_hold &&
		hold_row_price(work, seat->hold_slot, &price))
		return price;
	return row_get_int(row_table(work, TABLE_SEATS),
					   seat->slot, SEAT_PRICE);
}

/* The schedule of the seat, by its row. */
const pg_uuid_t *
seat_schedule_id(RowWork *work, Seat *seat)
{
	return row_get_uuid(row_table(work, TABLE_SEATS),
						seat->slot, SEAT_SCHEDULE_ID);
}

/* An owner's statement can move a seat to another schedule. */
bool
seat_is_of(RowWork *work, Seat *seat, const pg_uuid_t *schedule_id)
{
	return same_uuid(seat_schedule_id(work, seat), schedule_id);
}

/* Why the seat is not to be had, as a refusal gives it. */
SeatReason
seat_reason(const Seat *seat)
{
	switch (seat->state)
	{
		case SEAT_RESERVED:
			return SEAT_REASON_RESERVED;
		case SEAT_BLOCKED:
			return SEAT_REASON_BLOCKED;
		default:
			return SEAT_REASON_HELD;
	}
}

/* Adds a line to a refusal. */
List *
seat_refuse(RowWork *work, List *refusals, Seat *seat, SeatReason reason)
{
	SeatTable  *seats = row_table(work, TABLE_SEATS);
	SeatRefusal *refusal = palloc0(sizeof(SeatRefusal));

	refusal->seat_id = seat->id;
	refusal->reason = reason;
	if (seat->found)
		refusal->seat_number =
			text_to_cstring(row_get_text(seats, seat->slot, SEAT_NUMBER));
	return lappend(refusals, refusal);
}

/* Refuses a seat that is not what the call needs after it was read again. */
void
seat_refuse_taken(RowWork *work, Seat *seat, const pg_uuid_t *schedule_id)
{
	if (!seat->found || !seat_is_of(work, seat, schedule_id))
		errors_no_such_seats(seat_refuse(work, NIL, seat, SEAT_REASON_UNKNOWN));
	errors_seats_taken(seat_refuse(work, NIL, seat, seat_reason(seat)));
}

/* The seat as a row of type seat_hold; the values point into the call's memory. */
void
seat_hold_values(RowWork *work, Seat *seat, TimestampTz expires_at,
				 Datum values[SEAT_HOLD_COLUMNS], bool nulls[SEAT_HOLD_COLUMNS])
{
	static const SeatColumn columns[SEAT_HOLD_COLUMNS - 2] = {
		SEAT_ID, SEAT_SCHEDULE_ID, SEAT_NUMBER, SEAT_GRADE
	};
	SeatTable  *seats = row_table(work, TABLE_SEATS);
	int			i;

	for (i = 0; i < lengthof(columns); i++)
		values[i] = row_get(seats, seat->slot, columns[i], &nulls[i]);
	values[lengthof(columns)] = Int32GetDatum(seat_price(work, seat));
	nulls[lengthof(columns)] = false;
	values[lengthof(columns) + 1] = TimestampTzGetDatum(expires_at);
	nulls[lengthof(columns) + 1] = false;
}
