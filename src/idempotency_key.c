/*
 * idempotency_key.c - a sale that is asked for again answers as it did then.
 *
 * Locking: calls of one booker with the same key wait for each other, before
 * they touch a row.
 */
#include "postgres.h"

#include "catalog/pg_collation.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"

#include "errors.h"
#include "idempotency_key.h"
#include "same.h"

/* The booking that the booker made with the key. */
static bool
find_by_key(RowWork *work, const SaleRequest *request, TupleTableSlot *slot)
{
	BookingTable *bookings = row_table(work, TABLE_BOOKINGS);
	TableIndex	index = request->booker.is_member ? INDEX_BOOKING_USER_KEY :
													INDEX_BOOKING_SESSION_KEY;
	ScanKeyData keys[2];
	RowScan		scan;
	int			count = 0;
	bool		found;

	/* tables of 0.1, with many bookings, may have an index for both only */
	if (!OidIsValid(bookings->table.shape->index[index]) &&
		OidIsValid(bookings->table.shape->index[INDEX_BOOKING_OLD_KEY]))
		index = INDEX_BOOKING_OLD_KEY;
	else
		row_key_uuid(&keys[count++], 1, &request->booker.id);
	ScanKeyEntryInitialize(&keys[count], 0, count + 1, BTEqualStrategyNumber,
						   InvalidOid, DEFAULT_COLLATION_OID, F_TEXTEQ,
						   PointerGetDatum(request->idempotency_key));
	scan = row_scan(bookings, index, count + 1, keys);
	do
	{
		found = row_scan_next(&scan, slot);
	} while (found &&
			 !booker_is(&request->booker,
						row_get_uuid(bookings, slot, BOOKING_USER_ID),
						row_get_uuid(bookings, slot, BOOKING_SESSION_ID)));
	row_scan_end(&scan);
	return found;
}

static int
compare_ids(const void *a, const void *b)
{
	return memcmp(a, b, UUID_LEN);
}

/* Whether the seats of a booking have the price types that a call names. */
static bool
has_same_price_types(RowWork *work, const pg_uuid_t *booking_id, const SaleRequest *request)
{
	BookingSeatTable *lines = row_table(work, TABLE_BOOKING_SEATS);
	int			count;
	int			named = 0;
	BookedSeat *booked = booking_find_seats(work, booking_id, &count);
	int			i;

	for (i = 0; i < count; i++)
	{
		text	   *code = sale_request_price_type(request, &booked[i].seat_id);

		if (!same_text(code, row_get_text(lines, booked[i].slot, BOOKING_SEAT_PRICE_TYPE)))
			return false;
		if (code != NULL)
			named++;
	}
	return named == request->price_type_count;
}

/* Whether a booking has exactly the seats that a call names. */
static bool
has_same_seats(RowWork *work, const pg_uuid_t *booking_id, const SaleRequest *request)
{
	pg_uuid_t  *wanted = palloc(sizeof(pg_uuid_t) * request->seat_count);
	BookedSeat *booked;
	int			count;
	int			i;

	booked = booking_find_seats(work, booking_id, &count);
	if (count != request->seat_count)
		return false;
	memcpy(wanted, request->seat_ids, sizeof(pg_uuid_t) * count);
	qsort(wanted, count, sizeof(pg_uuid_t), compare_ids);
	for (i = 0; i < count; i++)
	{
		if (!same_uuid(&wanted[i], &booked[i].seat_id))
			return false;
	}
	return true;
}

/* The total when the booking was made: seats that were cancelled since count. */
static int64
total_as_made(RowWork *work, const Booking *booking)
{
	int64		total = booking->total_price;
	BookedSeat *booked;
	int			count;
	int			i;

	if (strcmp(booking->status, "confirmed") != 0)
		return total;			/* of all its seats */
	booked = booking_find_seats(work, &booking->id, &count);
	for (i = 0; i < count; i++)
	{
		if (!booked[i].is_active)
			total += booked[i].price;
	}
	return total;
}

/*
 * A call that was made before answers as it did then. True with the receipt, or
 * PT422 when the key was used for something else or for another sum. Calls of
 * one booker with the same key wait for each other here, before they touch a row.
 */
bool
idempotency_key_answer(RowWork *work, const SaleRequest *request, Receipt *receipt)
{
	BookingTable *bookings;
	TupleTableSlot *slot;
	Size		length;
	char	   *key;

	if (request->idempotency_key == NULL)
		return false;
	bookings = row_table(work, TABLE_BOOKINGS);
	length = VARSIZE_ANY_EXHDR(request->idempotency_key);
	key = palloc(1 + UUID_LEN + length);
	key[0] = request->booker.is_member;
	memcpy(key + 1, &request->booker.id, UUID_LEN);
	memcpy(key + 1 + UUID_LEN, VARDATA_ANY(request->idempotency_key), length);
	row_lock_key(work, TABLE_BOOKINGS, key, 1 + UUID_LEN + length);

	slot = row_slot(work, bookings);
	if (!find_by_key(work, request, slot))
		return false;
	receipt_open(work);
	if (!find_by_key(work, request, slot))
		return false;
	if ((request->schedule_id != NULL &&
		 !same_uuid(request->schedule_id,
					row_get_uuid(bookings, slot, BOOKING_SCHEDULE_ID))) ||
		!same_text(request->customer_name,
				   row_get_text(bookings, slot, BOOKING_CUSTOMER_NAME)) ||
		!same_text(request->customer_phone,
				   row_get_text(bookings, slot, BOOKING_CUSTOMER_PHONE)) ||
		!same_text(request->customer_email,
				   row_get_text(bookings, slot, BOOKING_CUSTOMER_EMAIL)) ||
		!same_text(request->free_reason,
				   row_get_text(bookings, slot, BOOKING_FREE_REASON)) ||
		(request->seat_ids != NULL &&
		 !has_same_seats(work, row_get_uuid(bookings, slot, BOOKING_ID), request)) ||
		!has_same_price_types(work, row_get_uuid(bookings, slot, BOOKING_ID), request))
		errors_key_reused();
	receipt_read(work, slot, receipt);
	if (request->has_expected_total)
		sale_request_check_total(request, total_as_made(work, &receipt->booking));
	return true;
}
