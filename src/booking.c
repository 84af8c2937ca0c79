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
#include "errors.h"
#include "errors_tables.h"
#include "phone.h"
#include "uuid_v7.h"

/* -------- the booking's row -------- */

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

/* Reads a booking from its row, as it is stored. */
void
booking_read(RowWork *work, TupleTableSlot *slot, Booking *booking)
{
	BookingTable *bookings = row_table(work, TABLE_BOOKINGS);
	bool		isnull;

	memset(booking, 0, sizeof(Booking));
	booking->id = *row_get_uuid(bookings, slot, BOOKING_ID);
	booking->number = row_get_text(bookings, slot, BOOKING_NUMBER);
	booking->schedule_id = *row_get_uuid(bookings, slot, BOOKING_SCHEDULE_ID);
	booking->status = row_text_is(bookings, slot, BOOKING_STATUS, "confirmed") ?
		"confirmed" :
		"cancelled";
	booking->seat_count = row_get_int(bookings, slot, BOOKING_SEAT_COUNT);
	booking->total_price = DatumGetInt64(row_get(bookings, slot,
												 BOOKING_TOTAL_PRICE, &isnull));
	row_get_timestamp(bookings, slot, BOOKING_CREATED_AT, &booking->created_at);
	booking->is_cancelled = row_get_timestamp(bookings, slot,
											  BOOKING_CANCELLED_AT,
											  &booking->cancelled_at);
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
		ROW_VALUE(BOOKING_STATUS, CStringGetTextDatum("confirmed")),
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

/* Marks the booking in slot as cancelled. */
void
booking_end(RowWork *work, TupleTableSlot *slot, text *reason, TimestampTz now)
{
	BookingValue values[] = {
		ROW_VALUE(BOOKING_STATUS, CStringGetTextDatum("cancelled")),
		ROW_VALUE(BOOKING_CANCELLED_AT, TimestampTzGetDatum(now)),
		ROW_NULLABLE(BOOKING_CANCELLATION_REASON, reason),
		ROW_VALUE(BOOKING_UPDATED_AT, TimestampTzGetDatum(now)),
	};

	if (!row_update_newest(work, row_table(work, TABLE_BOOKINGS),
						   slot, values, lengthof(values)))
		errors_no_such_booking();
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
		booked[*count].slot = slot;
		(*count)++;
		slot = row_slot(work, lines);
	}
	row_scan_end(&scan);
	qsort(booked, *count, sizeof(BookedSeat), compare_booked);
	return booked;
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

/* Writes the line of one seat. */
void
booking_insert_seat(RowWork *work, const Booking *booking, Seat *seat)
{
	pg_uuid_t	id;
	BookingSeatValue values[] = {
		ROW_VALUE(BOOKING_SEAT_ID, UUIDPGetDatum(uuid_v7_make(&id))),
		ROW_VALUE(BOOKING_SEAT_BOOKING_ID, UUIDPGetDatum(&booking->id)),
		ROW_VALUE(BOOKING_SEAT_SEAT_ID, UUIDPGetDatum(&seat->id)),
		ROW_VALUE(BOOKING_SEAT_PRICE, Int32GetDatum(seat->sold_for)),
		ROW_VALUE(BOOKING_SEAT_ACTIVE, BoolGetDatum(true)),
		ROW_VALUE(BOOKING_SEAT_CREATED_AT,
				  TimestampTzGetDatum(booking->created_at)),
	};

	row_insert(work, row_table(work, TABLE_BOOKING_SEATS),
			   values, lengthof(values));
}

/* The line stays as history; the seat may be sold again. */
void
booking_end_seat(RowWork *work, TupleTableSlot *slot)
{
	BookingSeatValue values[] = {
		ROW_VALUE(BOOKING_SEAT_ACTIVE, BoolGetDatum(false)),
	};

	(void) row_update_newest(work,
							 row_table(work, TABLE_BOOKING_SEATS),
							 slot, values, lengthof(values));
}
