/*
 * booking.c - the rows of a booking: its own, and one a seat in booking_seats.
 *
 * Locking: a booking's row is locked before its seats; the row of a seat in
 * booking_seats changes only while the seat is locked.
 *
 * Memory: the call's query context.
 */
#include "postgres.h"

#include "catalog/pg_collation.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"

#include "booking.h"
#include "booking_number.h"
#include "clock.h"
#include "deadline.h"
#include "errors.h"
#include "errors_tables.h"
#include "phone.h"
#include "row_lock.h"
#include "same.h"
#include "uuid_v7.h"

/* -------- the booking's row -------- */

/* Whether there is room for payments: tables of before version 0.2 have none. */
bool
booking_is_payable(RowWork *work)
{
	BookingTable *bookings = row_table(work, TABLE_BOOKINGS);

	return bookings->table.shape->attno[BOOKING_PAY_BY] != InvalidAttrNumber;
}

/* A column that tables of an older version may lack. */
typedef struct NeededColumn
{
	TableId		table;
	int			column;
} NeededColumn;

static void
check_columns(RowWork *work, const NeededColumn *needed, int count)
{
	int			i;

	for (i = 0; i < count; i++)
	{
		if (row_any_table(work, needed[i].table)->shape->attno[needed[i].column] ==
			InvalidAttrNumber)
			errors_tables_missing(psprintf("%s.%s", tables_name(needed[i].table),
										   tables_column_name(needed[i].table,
															  needed[i].column)));
	}
}

/*
 * Refuses tables without one of the columns that a payment is told by: without
 * paid_at a second payment would be taken for the first.
 */
void
booking_check_payable(RowWork *work)
{
	static const NeededColumn needed[] = {
		{TABLE_BOOKINGS, BOOKING_PAY_BY},
		{TABLE_BOOKINGS, BOOKING_PAID_AT},
		{TABLE_BOOKINGS, BOOKING_REFUND_LADDER},
		{TABLE_BOOKING_SEATS, BOOKING_SEAT_PRICE_TYPE},
		{TABLE_BOOKING_SEATS, BOOKING_SEAT_CANCELLATION_FEE},
		{TABLE_HOLDS, HOLD_BOOKING_ID},
	};

	check_columns(work, needed, lengthof(needed));
}

/* Refuses tables without a column that tells who a walk-in is, or why it is free. */
void
booking_check_desk(RowWork *work)
{
	static const NeededColumn needed[] = {
		{TABLE_BOOKINGS, BOOKING_IS_ANONYMOUS},
		{TABLE_BOOKINGS, BOOKING_FREE_REASON},
	};

	check_columns(work, needed, lengthof(needed));
}

/* Finds a booking by its id; false when there is none. */
bool
booking_find(RowWork *work, const pg_uuid_t *booking_id, TupleTableSlot *slot)
{
	BookingTable *bookings = row_table(work, TABLE_BOOKINGS);

	return row_find_uuid(bookings, INDEX_ID, booking_id, slot);
}

/*
 * A guest's booking by number and phone. The phone is compared whether or not a
 * booking was found, so that both misses cost the same.
 */
bool
booking_find_of_guest(RowWork *work, text *booking_number, text *phone,
					  TupleTableSlot *slot)
{
	BookingTable *bookings = row_table(work, TABLE_BOOKINGS);
	char		number[BOOKING_NUMBER_SIZE];
	ScanKeyData key;
	RowScan		scan;
	bool		found;
	text	   *stored = NULL;
	bool		proven;

	if (!booking_number_parse(booking_number, number))
		return false;
	ScanKeyEntryInitialize(&key, 0, 1, BTEqualStrategyNumber, InvalidOid,
						   DEFAULT_COLLATION_OID, F_TEXTEQ,
						   CStringGetTextDatum(number));
	scan = row_scan(bookings, INDEX_BOOKING_NUMBER, 1, &key);
	found = row_scan_next(&scan, slot);
	row_scan_end(&scan);

	if (found)
		stored = row_get_text(bookings, slot, BOOKING_CUSTOMER_PHONE);
	proven = phone_equal(phone, stored != NULL ? stored : cstring_to_text("-"));
	return found && proven &&
		row_get_uuid(bookings, slot, BOOKING_USER_ID) == NULL;
}

static bool
is_same_id(const pg_uuid_t *a, const pg_uuid_t *b)
{
	return a == NULL || b == NULL ? a == b : same_uuid(a, b);
}

/*
 * Locks the booking in slot, which the caller has found to be the booker's. Whoever
 * was forgotten while this waited has no booking any more.
 */
void
booking_lock(RowWork *work, TupleTableSlot *slot)
{
	BookingTable *bookings = row_table(work, TABLE_BOOKINGS);
	const pg_uuid_t *user_id = row_get_uuid(bookings, slot, BOOKING_USER_ID);
	const pg_uuid_t *session_id = row_get_uuid(bookings, slot, BOOKING_SESSION_ID);
	pg_uuid_t	ids[2];

	if (user_id != NULL)
		user_id = memcpy(&ids[0], user_id, UUID_LEN);
	if (session_id != NULL)
		session_id = memcpy(&ids[1], session_id, UUID_LEN);
	switch (row_lock(work, bookings, slot, LockWaitBlock))
	{
		case TM_Ok:
			break;
		case TM_WouldBlock:
			errors_busy(NIL);
		default:
			errors_no_such_booking(NULL);
	}
	row_refresh(work);
	if (!is_same_id(user_id, row_get_uuid(bookings, slot, BOOKING_USER_ID)) ||
		!is_same_id(session_id, row_get_uuid(bookings, slot, BOOKING_SESSION_ID)))
		errors_no_such_booking(NULL);
}

/*
 * The status in the booking's row, as a text that lives for ever. One that is none
 * of ours is nobody's to sell, to pay or to cancel.
 */
static const char *
read_status(BookingTable *bookings, TupleTableSlot *slot)
{
	static const char *const statuses[] = {
		"confirmed", "pending", "expired", "cancelled"
	};
	int			i;

	for (i = 0; i < lengthof(statuses) - 1; i++)
	{
		if (row_text_is(bookings, slot, BOOKING_STATUS, statuses[i]))
			break;
	}
	return statuses[i];
}

/*
 * Reads a booking from its row. A pending one that is over is expired, swept or
 * not.
 */
void
booking_read(RowWork *work, TupleTableSlot *slot, Booking *booking)
{
	BookingTable *bookings = row_table(work, TABLE_BOOKINGS);
	TimestampTz paid_at;
	bool		isnull;

	memset(booking, 0, sizeof(Booking));
	booking->id = *row_get_uuid(bookings, slot, BOOKING_ID);
	booking->number = row_get_text(bookings, slot, BOOKING_NUMBER);
	booking->schedule_id = *row_get_uuid(bookings, slot, BOOKING_SCHEDULE_ID);
	booking->status = read_status(bookings, slot);
	booking->seat_count = row_get_int(bookings, slot, BOOKING_SEAT_COUNT);
	booking->total_price = DatumGetInt64(row_get(bookings, slot,
												 BOOKING_TOTAL_PRICE, &isnull));
	row_get_timestamp(bookings, slot, BOOKING_CREATED_AT, &booking->created_at);
	booking->is_cancelled = row_get_timestamp(bookings, slot,
											  BOOKING_CANCELLED_AT,
											  &booking->cancelled_at);
	booking->has_pay_by = row_get_timestamp(bookings, slot, BOOKING_PAY_BY,
											&booking->pay_by);
	booking->is_paid = row_get_timestamp(bookings, slot, BOOKING_PAID_AT, &paid_at);
	booking->was_pending = strcmp(booking->status, "pending") == 0;
	if (booking->was_pending &&
		(!booking->has_pay_by || deadline_is_over(booking->pay_by, clock_now())))
		booking->status = "expired";
}

/* Writes the row of a new booking. */
void
booking_insert(RowWork *work, const SaleRequest *request, Booking *booking)
{
	Datum		now = TimestampTzGetDatum(booking->created_at);
	BookingValue values[] = {
		ROW_VALUE(BOOKING_ID, UUIDPGetDatum(&booking->id)),
		ROW_NULLABLE(BOOKING_USER_ID, booker_user_id(&request->booker)),
		ROW_NULLABLE(BOOKING_SESSION_ID, booker_session_id(&request->booker)),
		ROW_VALUE(BOOKING_SCHEDULE_ID, UUIDPGetDatum(&booking->schedule_id)),
		ROW_VALUE(BOOKING_NUMBER, PointerGetDatum(booking->number)),
		ROW_VALUE(BOOKING_STATUS, CStringGetTextDatum(booking->status)),
		ROW_NULLABLE(BOOKING_CUSTOMER_NAME, request->customer_name),
		ROW_NULLABLE(BOOKING_CUSTOMER_PHONE, request->customer_phone),
		ROW_NULLABLE(BOOKING_CUSTOMER_EMAIL, request->customer_email),
		ROW_VALUE(BOOKING_SEAT_COUNT, Int32GetDatum(booking->seat_count)),
		ROW_VALUE(BOOKING_TOTAL_PRICE, Int64GetDatum(booking->total_price)),
		ROW_NULLABLE(BOOKING_IDEMPOTENCY_KEY, request->idempotency_key),
		ROW_NULL(BOOKING_CANCELLED_AT),
		ROW_NULL(BOOKING_CANCELLATION_REASON),
		ROW_VALUE(BOOKING_CREATED_AT, now),
		ROW_VALUE(BOOKING_UPDATED_AT, now),
		{BOOKING_PAY_BY, TimestampTzGetDatum(booking->pay_by), !booking->has_pay_by},
		ROW_VALUE(BOOKING_IS_ANONYMOUS, BoolGetDatum(request->is_walk_in)),
		ROW_NULLABLE(BOOKING_FREE_REASON, request->free_reason),
	};

	row_insert(work, row_table(work, TABLE_BOOKINGS), values,
			   lengthof(values));
}

/*
 * A trigger of the owner's may have made the booking another one: a fee, a number
 * of his own. Its lines need the id that was given.
 */
void
booking_read_again(RowWork *work, Booking *booking)
{
	BookingTable *bookings = row_table(work, TABLE_BOOKINGS);
	TupleTableSlot *slot;

	if (likely(bookings->table.shape->is_plain))
		return;
	slot = row_slot(work, bookings);
	if (!row_find_uuid(bookings, INDEX_ID, &booking->id, slot))
		errors_row_suppressed(tables_name(TABLE_BOOKINGS));
	booking_read(work, slot, booking);
}

static void
update_booking(RowWork *work, TupleTableSlot *slot, const BookingValue *values,
			   int count)
{
	if (!row_update_newest(work, row_table(work, TABLE_BOOKINGS), slot, values, count))
		errors_no_such_booking(NULL);
}

/*
 * Something was paid of the pending booking in slot. Its row is written, so that who
 * decides by an older snapshot that it is over is refused, and not mistaken.
 */
void
booking_touch(RowWork *work, TupleTableSlot *slot, TimestampTz now)
{
	BookingValue values[] = {
		ROW_VALUE(BOOKING_UPDATED_AT, TimestampTzGetDatum(now)),
	};

	update_booking(work, slot, values, lengthof(values));
}

/* The pending booking in slot is over. */
void
booking_expire(RowWork *work, TupleTableSlot *slot, TimestampTz now)
{
	BookingValue values[] = {
		ROW_VALUE(BOOKING_STATUS, CStringGetTextDatum("expired")),
		ROW_VALUE(BOOKING_UPDATED_AT, TimestampTzGetDatum(now)),
	};

	update_booking(work, slot, values, lengthof(values));
}

/*
 * The booking in slot is sold; where it is paid, the refund rules of that instant
 * (jsonb; 0: none) stay with it.
 */
void
booking_confirm(RowWork *work, TupleTableSlot *slot, bool is_paid,
				Datum refund_ladder, TimestampTz now)
{
	BookingValue values[] = {
		ROW_VALUE(BOOKING_STATUS, CStringGetTextDatum("confirmed")),
		ROW_VALUE(BOOKING_UPDATED_AT, TimestampTzGetDatum(now)),
		{BOOKING_PAID_AT, TimestampTzGetDatum(now), !is_paid},
		{BOOKING_REFUND_LADDER, refund_ladder, !is_paid || refund_ladder == (Datum) 0},
	};

	update_booking(work, slot, values, lengthof(values));
}

/*
 * The booking in slot goes on with fewer seats, of which end tells the rest. A
 * reason that was given before stays where none is given now.
 */
void
booking_shrink(RowWork *work, TupleTableSlot *slot, const BookingEnd *end)
{
	BookingValue values[] = {
		ROW_VALUE(BOOKING_SEAT_COUNT, Int32GetDatum(end->seat_count)),
		ROW_VALUE(BOOKING_TOTAL_PRICE, Int64GetDatum(end->total_price)),
		ROW_VALUE(BOOKING_UPDATED_AT, TimestampTzGetDatum(end->at)),
		ROW_NULLABLE(BOOKING_CANCELLATION_REASON, end->reason),
	};

	update_booking(work, slot, values,
				   lengthof(values) - (end->reason == NULL ? 1 : 0));
}

/*
 * Marks the booking in slot as cancelled. Its counts are of all the seats that it
 * had, so that it tells what was cancelled.
 */
void
booking_end(RowWork *work, TupleTableSlot *slot, const BookingEnd *end)
{
	BookingValue values[] = {
		ROW_VALUE(BOOKING_STATUS, CStringGetTextDatum("cancelled")),
		ROW_VALUE(BOOKING_CANCELLED_AT, TimestampTzGetDatum(end->at)),
		ROW_VALUE(BOOKING_SEAT_COUNT, Int32GetDatum(end->seat_count)),
		ROW_VALUE(BOOKING_TOTAL_PRICE, Int64GetDatum(end->total_price)),
		ROW_VALUE(BOOKING_UPDATED_AT, TimestampTzGetDatum(end->at)),
		ROW_NULLABLE(BOOKING_CANCELLATION_REASON, end->reason),
	};

	update_booking(work, slot, values,
				   lengthof(values) - (end->reason == NULL ? 1 : 0));
}

/* -------- its seats -------- */

static int
compare_booked(const void *a, const void *b)
{
	return memcmp(a, b, UUID_LEN);
}

/* The lines of a booking in ascending seat id; *count says how many. */
BookedSeat *
booking_find_seats(RowWork *work, const pg_uuid_t *booking_id, int *count)
{
	BookingSeatTable *lines = row_table(work, TABLE_BOOKING_SEATS);
	ScanKeyData key;
	RowScan		scan;
	int			room = 8;
	BookedSeat *booked = palloc(sizeof(BookedSeat) * room);
	TupleTableSlot *slot = row_slot(work, lines);
	TimestampTz checked_in_at;

	*count = 0;
	row_key_uuid(&key, 1, booking_id);
	scan = row_scan(lines, INDEX_BOOKING_SEAT_BOOKING, 1, &key);
	while (row_scan_next(&scan, slot))
	{
		if (*count == room)
		{
			room *= 2;
			booked = repalloc(booked, sizeof(BookedSeat) * room);
		}
		booked[*count].seat_id = *row_get_uuid(lines, slot, BOOKING_SEAT_SEAT_ID);
		booked[*count].price = row_get_int(lines, slot, BOOKING_SEAT_PRICE);
		booked[*count].is_active = row_get_bool(lines, slot, BOOKING_SEAT_ACTIVE);
		booked[*count].is_checked_in = row_get_timestamp(lines, slot, BOOKING_SEAT_CHECKED_IN_AT,
														 &checked_in_at);
		booked[*count].slot = slot;
		(*count)++;
		slot = row_slot(work, lines);
	}
	row_scan_end(&scan);
	qsort(booked, *count, sizeof(BookedSeat), compare_booked);
	return booked;
}

/* Keeps the lines that own their seats, in their order; returns how many. */
int
booking_keep_active(BookedSeat *booked, int count)
{
	int			kept = 0;
	int			i;

	for (i = 0; i < count; i++)
	{
		if (booked[i].is_active)
			booked[kept++] = booked[i];
	}
	return kept;
}

/* The seats of the lines, as a set. */
void
booking_make_set(SeatSet *set, const BookedSeat *booked, int count)
{
	pg_uuid_t  *ids = palloc(sizeof(pg_uuid_t) * Max(count, 1));
	int			i;

	for (i = 0; i < count; i++)
		ids[i] = booked[i].seat_id;
	seat_set_make(set, ids, count);
}

static void
add_line(RowWork *work, RowBatch *batch, const Booking *booking, Seat *seat)
{
	pg_uuid_t  *id = palloc(sizeof(pg_uuid_t));
	BookingSeatValue values[] = {
		ROW_VALUE(BOOKING_SEAT_ID, UUIDPGetDatum(uuid_v7_make(id))),
		ROW_VALUE(BOOKING_SEAT_BOOKING_ID, UUIDPGetDatum(&booking->id)),
		ROW_VALUE(BOOKING_SEAT_SEAT_ID, UUIDPGetDatum(&seat->id)),
		ROW_VALUE(BOOKING_SEAT_PRICE, Int32GetDatum(seat->sold_for)),
		ROW_VALUE(BOOKING_SEAT_ACTIVE, BoolGetDatum(!booking->was_pending)),
		ROW_NULLABLE(BOOKING_SEAT_PRICE_TYPE, seat->price_type),
		ROW_NULLABLE(BOOKING_SEAT_GRADE,
					 row_get_text(row_table(work, TABLE_SEATS), seat->slot, SEAT_GRADE)),
		ROW_VALUE(BOOKING_SEAT_CREATED_AT,
				  TimestampTzGetDatum(booking->created_at)),
	};

	row_batch_add(batch, row_table(work, TABLE_BOOKING_SEATS), values,
				  lengthof(values));
}

/* Writes the lines of the seats, in ascending order of their ids. */
void
booking_insert_seats(RowWork *work, const Booking *booking, SeatSet *set)
{
	RowBatch	batch;
	int			i;

	row_batch_begin(&batch, work, row_table(work, TABLE_BOOKING_SEATS), set->count);
	for (i = 0; i < set->count; i++)
		add_line(work, &batch, booking, set->by_id[i]);
	row_batch_end(&batch);
}

/* The seat of the line is the booking's from here on. */
void
booking_begin_seat(RowWork *work, TupleTableSlot *slot)
{
	BookingSeatValue values[] = {
		ROW_VALUE(BOOKING_SEAT_ACTIVE, BoolGetDatum(true)),
	};

	(void) row_update_newest(work, row_table(work, TABLE_BOOKING_SEATS), slot, values,
							 lengthof(values));
}

/*
 * The line stays as history; the seat may be sold again. Of one that was paid the
 * house keeps a fee.
 */
void
booking_end_seat(RowWork *work, TupleTableSlot *slot, bool is_paid, int32 fee)
{
	BookingSeatValue values[] = {
		ROW_VALUE(BOOKING_SEAT_ACTIVE, BoolGetDatum(false)),
		{BOOKING_SEAT_CANCELLATION_FEE, Int32GetDatum(fee), !is_paid},
	};

	(void) row_update_newest(work,
							 row_table(work, TABLE_BOOKING_SEATS),
							 slot, values, lengthof(values));
}
