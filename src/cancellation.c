/*
 * cancellation.c - take a booking back, whole.
 *
 * Locking: the booking's row, then seats in ascending id, then their rows in
 * booking_seats, and the schedule's row last without waiting.
 *
 * Memory: everything in the call's query context; results in the caller's.
 */
#include "postgres.h"

#include "access/xact.h"
#include "fmgr.h"

#include "arguments.h"
#include "availability.h"
#include "clock.h"
#include "errors.h"
#include "event.h"
#include "receipt.h"

#define NUMBER_LIMIT 50
#define REASON_LIMIT 1000

PG_FUNCTION_INFO_V1(concert_booking_cancel_booking);
PG_FUNCTION_INFO_V1(concert_booking_cancel_guest_booking);

static void cancel(RowWork *work, TupleTableSlot *slot, text *reason,
				   Receipt *receipt);

/* -------- called by SQL -------- */

/* cancel_booking(): cancels a booking of the caller's, by its id. */
Datum
concert_booking_cancel_booking(PG_FUNCTION_ARGS)
{
	pg_uuid_t  *booking_id = arguments_required_uuid(fcinfo, 0, "booking_id");
	text	   *reason = arguments_text(fcinfo, 1, "reason", REASON_LIMIT);
	TupleDesc	tupdesc = receipt_desc(fcinfo);
	Booker		booker;
	RowWork		work;
	BookingTable *bookings;
	TupleTableSlot *slot;
	Receipt		receipt;
	Datum		result;

	PreventCommandIfReadOnly("cancel_booking()");
	booker_resolve_or_staff(&booker, arguments_uuid(fcinfo, 2),
							arguments_uuid(fcinfo, 3));

	row_begin(&work, BOOKING_TABLES);
	bookings = row_table(&work, TABLE_BOOKINGS);
	slot = row_slot(&work, bookings);
	if (!booking_find(&work, booking_id, slot) ||
		!booker_is(&booker, row_get_uuid(bookings, slot, BOOKING_USER_ID),
				   row_get_uuid(bookings, slot, BOOKING_SESSION_ID)))
		errors_no_such_booking();
	cancel(&work, slot, reason, &receipt);
	result = receipt_datum(&work, &receipt, tupdesc);
	row_end(&work);
	PG_RETURN_DATUM(result);
}

/* cancel_guest_booking(): cancels a guest's booking, by its number and phone. */
Datum
concert_booking_cancel_guest_booking(PG_FUNCTION_ARGS)
{
	text	   *booking_number = arguments_required_text(fcinfo, 0,
														 "booking_number", NUMBER_LIMIT);
	text	   *phone = arguments_required_text(fcinfo, 1, "customer_phone",
												SALE_REQUEST_PHONE_LIMIT);
	text	   *reason = arguments_text(fcinfo, 2, "reason", REASON_LIMIT);
	TupleDesc	tupdesc = receipt_desc(fcinfo);
	RowWork		work;
	TupleTableSlot *slot;
	Receipt		receipt;
	Datum		result;

	PreventCommandIfReadOnly("cancel_guest_booking()");

	row_begin(&work, BOOKING_TABLES);
	slot = row_slot(&work, row_table(&work, TABLE_BOOKINGS));
	if (!booking_find_of_guest(&work, booking_number, phone, slot))
		errors_no_such_booking();
	cancel(&work, slot, reason, &receipt);
	result = receipt_datum(&work, &receipt, tupdesc);
	row_end(&work);
	PG_RETURN_DATUM(result);
}

/* -------- the work -------- */

/* Takes one active line off its seat; the seat is free if it still is sold. */
static bool
give_back_seat(RowWork *work, Seat *seat)
{
	Booker		nobody = {0};

	if (!seat->found || seat->state != SEAT_RESERVED)
		return false;
	if (seat_free(work, seat, &nobody))
		return true;
	if (!seat->found || seat->state != SEAT_RESERVED)
		return false;
	if (!seat_free(work, seat, &nobody))
		errors_serialization();
	return true;
}

/* Frees exactly the seats that the booking still owns; returns how many. */
static int
give_back_seats(RowWork *work, const pg_uuid_t *booking_id)
{
	BookingSeatTable *lines = row_table(work, TABLE_BOOKING_SEATS);
	Booker		nobody = {0};
	BookedSeat *booked;
	SeatSet		set;
	int			count;
	int			freed = 0;
	int			i;

	booked = booking_find_seats(work, booking_id, &count);
	booking_make_set(&set, booked, count);
	seat_set_read(work, &set, &nobody, clock_now());
	for (i = 0; i < count; i++)
	{
		if (row_get_bool(lines, booked[i].slot, BOOKING_SEAT_ACTIVE) &&
			give_back_seat(work, set.by_id[i]))
			freed++;
	}
	for (i = 0; i < count; i++)
	{
		if (row_get_bool(lines, booked[i].slot, BOOKING_SEAT_ACTIVE))
			booking_end_seat(work, booked[i].slot);
	}
	return freed;
}

/*
 * Cancels the booking in slot, which the caller may cancel. Its row is locked
 * first, so that of two cancels one finds it cancelled.
 */
static void
cancel(RowWork *work, TupleTableSlot *slot, text *reason, Receipt *receipt)
{
	BookingTable *bookings = row_table(work, TABLE_BOOKINGS);
	Schedule	schedule;
	TimestampTz now;
	TimestampTz deadline;
	int			freed;

	switch (row_lock(work, bookings, slot, LockWaitBlock))
	{
		case TM_Ok:
			break;
		case TM_WouldBlock:
			errors_busy(NIL);
		default:
			errors_no_such_booking();
	}
	row_refresh(work);
	if (!row_text_is(bookings, slot, BOOKING_STATUS, "confirmed"))
	{
		receipt_read(work, slot, receipt);
		return;
	}
	if (!schedule_find(work, row_get_uuid(bookings, slot, BOOKING_SCHEDULE_ID),
					   &schedule))
		elog(ERROR, "a booking has no schedule");
	now = clock_now();
	deadline = schedule_cancel_deadline(work, &schedule);
	if (deadline <= now)
		errors_too_late_to_cancel(deadline);

	freed = give_back_seats(work, row_get_uuid(bookings, slot, BOOKING_ID));
	booking_end(work, slot, reason, now);
	receipt_read(work, slot, receipt);
	receipt->booking.status = "cancelled";
	receipt->booking.is_cancelled = true;
	receipt->booking.cancelled_at = now;
	event_log(work, "booking_cancelled", &receipt->booking.schedule_id,
			  &receipt->booking.id, freed);
	if (freed > 0)
		availability_change(work, &receipt->booking.schedule_id, freed);
}
