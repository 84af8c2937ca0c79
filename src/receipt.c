/*
 * receipt.c - what a sale and a cancellation return: the booking and its seats.
 *
 * Memory: the result is made in the caller's context.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "clock.h"
#include "ledger.h"
#include "receipt.h"

/* The row type of a receipt, as the function that is called declares it. */
TupleDesc
receipt_desc(FunctionCallInfo fcinfo)
{
	TupleDesc	tupdesc;

	if (get_call_result_type(fcinfo, NULL, &tupdesc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	return tupdesc;
}

/* The receipt as a row. */
Datum
receipt_datum(RowWork *work, const Receipt *receipt, TupleDesc tupdesc)
{
	const Booking *booking = &receipt->booking;
	Datum		values[] = {
		UUIDPGetDatum(&booking->id),
		PointerGetDatum(booking->number),
		UUIDPGetDatum(&booking->schedule_id),
		CStringGetTextDatum(booking->status),
		Int32GetDatum(booking->seat_count),
		Int64GetDatum(booking->total_price),
		receipt->seat_numbers,
		TimestampTzGetDatum(booking->created_at),
		TimestampTzGetDatum(booking->cancelled_at),
		TimestampTzGetDatum(booking->pay_by),
		Int64GetDatum(booking->refund_due),
	};
	bool		nulls[lengthof(values)] = {false};
	MemoryContext old;
	Datum		result;

	Assert(tupdesc->natts <= lengthof(values));	/* the type of 0.1 has less */
	nulls[8] = !booking->is_cancelled;
	nulls[9] = !booking->has_pay_by;
	old = MemoryContextSwitchTo(work->caller_context);
	result = HeapTupleGetDatum(heap_form_tuple(tupdesc, values, nulls));
	MemoryContextSwitchTo(old);
	return result;
}

/* The seats' numbers as text[], in seat order; by_id of the set is void afterwards. */
Datum
receipt_seat_numbers(RowWork *work, SeatSet *set)
{
	SeatTable  *seats = row_table(work, TABLE_SEATS);
	Datum	   *numbers = palloc(sizeof(Datum) * Max(set->count, 1));
	int			i;

	seat_set_sort_by_ordinal(work, set);
	for (i = 0; i < set->count; i++)
	{
		text	   *number = set->seats[i].found ?
			row_get_text(seats, set->seats[i].slot, SEAT_NUMBER) :
			NULL;

		numbers[i] = number == NULL ? CStringGetTextDatum("") :
									  PointerGetDatum(number);
	}
	return PointerGetDatum(construct_array(numbers, set->count, TEXTOID, -1,
										   false, TYPALIGN_INT));
}

/*
 * What has to go back to the booker. Of a pending booking that is over this is all
 * that was paid in part, whether or not anybody has tidied it.
 */
int64
receipt_refund_due(RowWork *work, const Booking *booking)
{
	int64		due;

	if (!booking_is_payable(work))
		return 0;
	due = ledger_due(work, &booking->id);
	if (booking->was_pending && strcmp(booking->status, "expired") == 0)
		due += ledger_credit(work, &booking->id);
	return due;
}

/*
 * Opens all that a receipt is read from. Opening a table brings a newer snapshot, and
 * a booking that is not locked has to be found after it: a cancellation between the
 * two would leave a confirmed booking without seats.
 */
void
receipt_open(RowWork *work)
{
	row_open(work, BOOKING_TABLES | (booking_is_payable(work) ? LEDGER_TABLES : 0));
}

/*
 * The receipt of a booking from its rows. A confirmed one has the seats that are
 * still its own, any other one those that it had.
 */
void
receipt_read(RowWork *work, TupleTableSlot *slot, Receipt *receipt)
{
	Booker		nobody = {0};
	BookedSeat *booked;
	SeatSet		set;
	int			count;

	booking_read(work, slot, &receipt->booking);
	receipt->booking.refund_due = receipt_refund_due(work, &receipt->booking);
	booked = booking_find_seats(work, &receipt->booking.id, &count);
	if (strcmp(receipt->booking.status, "confirmed") == 0)
		count = booking_keep_active(booked, count);
	booking_make_set(&set, booked, count);
	seat_set_read(work, &set, &nobody, clock_now());
	receipt->seat_numbers = receipt_seat_numbers(work, &set);
}
