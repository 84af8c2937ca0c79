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
	};
	bool		nulls[lengthof(values)] = {false};
	MemoryContext old;
	Datum		result;

	nulls[lengthof(values) - 1] = !booking->is_cancelled;
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

/* The receipt of a booking from its rows. */
void
receipt_read(RowWork *work, TupleTableSlot *slot, Receipt *receipt)
{
	Booker		nobody = {0};
	BookedSeat *booked;
	SeatSet		set;
	int			count;

	booking_read(work, slot, &receipt->booking);
	booked = booking_find_seats(work, &receipt->booking.id, &count);
	booking_make_set(&set, booked, count);
	seat_set_read(work, &set, &nobody, clock_now());
	receipt->seat_numbers = receipt_seat_numbers(work, &set);
}
