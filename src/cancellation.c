/*
 * cancellation.c - take a booking back, whole or some of its seats.
 *
 * Locking: the booking's row, then seats in ascending id, then their rows in
 * booking_seats, what is due back, and the schedule's row last without waiting.
 *
 * Memory: everything in the call's query context; results in the caller's.
 */
#include "postgres.h"

#include "access/xact.h"
#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/json.h"

#include "arguments.h"
#include "async_holds.h"
#include "availability.h"
#include "clock.h"
#include "errors.h"
#include "errors_payment.h"
#include "event.h"
#include "ledger.h"
#include "pending.h"
#include "receipt.h"
#include "refund.h"
#include "same.h"

#define NUMBER_LIMIT 50
#define REASON_LIMIT 1000

PG_FUNCTION_INFO_V1(concert_booking_cancel_booking);
PG_FUNCTION_INFO_V1(concert_booking_cancel_seats);
PG_FUNCTION_INFO_V1(concert_booking_cancel_payment);
PG_FUNCTION_INFO_V1(concert_booking_cancel_guest_booking);

/* What is to be cancelled. */
typedef struct Cancellation
{
	bool		is_payment;		/* only a pending booking */
	pg_uuid_t  *seat_ids;		/* NULL: all */
	int			seat_count;
	text	   *reason;
	bool		overrides;		/* staff sets the cut-off aside */
} Cancellation;

static Datum cancel_own(FunctionCallInfo fcinfo, const Cancellation *cancellation,
						int booker_at);
static void cancel(RowWork *work, TupleTableSlot *slot,
				   const Cancellation *cancellation, Receipt *receipt);

/* -------- called by SQL -------- */

/* Whether staff asks to set the cut-off aside, and says why. */
static bool
read_override(FunctionCallInfo fcinfo, int position, const text *reason)
{
	/* the function of 0.1 has no such argument */
	if (PG_NARGS() <= position || PG_ARGISNULL(position) || !PG_GETARG_BOOL(position))
		return false;
	if (!booker_acts_for_others())
		errors_staff_only("only staff may override");
	if (reason == NULL)
		errors_argument_null("reason");
	return true;
}

/* cancel_booking(): cancels a booking of the caller's, by its id. */
Datum
concert_booking_cancel_booking(PG_FUNCTION_ARGS)
{
	Cancellation cancellation = {0};

	(void) arguments_required_uuid(fcinfo, 0, "booking_id");
	cancellation.reason = arguments_text(fcinfo, 1, "reason", REASON_LIMIT);
	cancellation.overrides = read_override(fcinfo, 4, cancellation.reason);
	PreventCommandIfReadOnly("cancel_booking()");
	return cancel_own(fcinfo, &cancellation, 2);
}

/* cancel_seats(): cancels some seats of a booking of the caller's. */
Datum
concert_booking_cancel_seats(PG_FUNCTION_ARGS)
{
	Cancellation cancellation = {0};

	(void) arguments_required_uuid(fcinfo, 0, "booking_id");
	cancellation.seat_count = sale_request_seat_ids(fcinfo, 1, &cancellation.seat_ids);
	cancellation.reason = arguments_text(fcinfo, 2, "reason", REASON_LIMIT);
	cancellation.overrides = read_override(fcinfo, 5, cancellation.reason);
	PreventCommandIfReadOnly("cancel_seats()");
	return cancel_own(fcinfo, &cancellation, 3);
}

/* cancel_payment(): gives up a pending booking of the caller's. */
Datum
concert_booking_cancel_payment(PG_FUNCTION_ARGS)
{
	Cancellation cancellation = {.is_payment = true};

	(void) arguments_required_uuid(fcinfo, 0, "booking_id");
	PreventCommandIfReadOnly("cancel_payment()");
	return cancel_own(fcinfo, &cancellation, 1);
}

/* A booking by its id, argument 0; the booker is argument booker_at and the next. */
static Datum
cancel_own(FunctionCallInfo fcinfo, const Cancellation *cancellation, int booker_at)
{
	TupleDesc	tupdesc = receipt_desc(fcinfo);
	Booker		booker;
	RowWork		work;
	BookingTable *bookings;
	TupleTableSlot *slot;
	Receipt		receipt;
	Datum		result;

	booker_resolve_or_staff(&booker, arguments_uuid(fcinfo, booker_at),
							arguments_uuid(fcinfo, booker_at + 1));

	row_begin(&work, BOOKING_TABLES);
	bookings = row_table(&work, TABLE_BOOKINGS);
	slot = row_slot(&work, bookings);
	if (!booking_find(&work, PG_GETARG_UUID_P(0), slot) ||
		!booker_is(&booker, row_get_uuid(bookings, slot, BOOKING_USER_ID),
				   row_get_uuid(bookings, slot, BOOKING_SESSION_ID)))
		errors_no_such_booking(PG_GETARG_UUID_P(0));
	cancel(&work, slot, cancellation, &receipt);
	result = receipt_datum(&work, &receipt, tupdesc);
	row_end(&work);
	PG_RETURN_DATUM(result);
}

/* cancel_guest_booking(): cancels a guest's booking, by its number and phone. */
Datum
concert_booking_cancel_guest_booking(PG_FUNCTION_ARGS)
{
	Cancellation cancellation = {0};
	text	   *booking_number = arguments_required_text(fcinfo, 0,
														 "booking_number", NUMBER_LIMIT);
	text	   *phone = arguments_required_text(fcinfo, 1, "customer_phone",
												SALE_REQUEST_PHONE_LIMIT);
	TupleDesc	tupdesc = receipt_desc(fcinfo);
	RowWork		work;
	TupleTableSlot *slot;
	Receipt		receipt;
	Datum		result;

	cancellation.reason = arguments_text(fcinfo, 2, "reason", REASON_LIMIT);
	PreventCommandIfReadOnly("cancel_guest_booking()");

	row_begin(&work, BOOKING_TABLES);
	slot = row_slot(&work, row_table(&work, TABLE_BOOKINGS));
	if (!booking_find_of_guest(&work, booking_number, phone, slot))
		errors_no_such_booking(NULL);
	cancel(&work, slot, &cancellation, &receipt);
	result = receipt_datum(&work, &receipt, tupdesc);
	row_end(&work);
	PG_RETURN_DATUM(result);
}

/* -------- the log -------- */

/* What the log keeps of an override: why. Who it was is the actor. */
static const char *
override_detail(const Cancellation *cancellation)
{
	StringInfoData json;

	if (!cancellation->overrides)
		return NULL;
	initStringInfo(&json);
	appendStringInfoString(&json, "{\"override\": true, \"reason\": ");
	escape_json(&json, text_to_cstring(cancellation->reason));
	appendStringInfoChar(&json, '}');
	return json.data;
}

/* -------- a pending booking -------- */

/* Gives the seats of a pending booking back; what was paid in part is due. */
static void
give_up(RowWork *work, TupleTableSlot *slot, const Cancellation *cancellation,
		Receipt *receipt)
{
	Pending		pending;
	BookingEnd	end = {.reason = cancellation->reason, .at = clock_now()};

	async_holds_forbid();
	pending_read(work, slot, &pending);
	pending_free_seats(work, &pending);
	end.seat_count = pending.booking.seat_count;
	end.total_price = pending.booking.total_price;
	booking_end(work, slot, &end);
	ledger_add_due(work, &pending.booking.id,
				   ledger_credit(work, &pending.booking.id), end.at);
	event_log_detail(work, "booking_cancelled", &pending.booking.schedule_id,
					 &pending.booking.id, pending.count,
					 override_detail(cancellation));
	receipt->booking = pending.booking;
	receipt->booking.status = "cancelled";
	receipt->booking.is_cancelled = true;
	receipt->booking.cancelled_at = end.at;
	receipt->booking.refund_due = ledger_due(work, &pending.booking.id);
	receipt->seat_numbers = receipt_seat_numbers(work, &pending.seats);
}

/* -------- seats that were sold -------- */

/* The lines of a confirmed booking, and which of them are cancelled. */
typedef struct Cut
{
	int			count;			/* lines, cancelled ones of before included */
	BookedSeat *lines;
	int			chosen_count;
	BookedSeat **chosen;		/* active lines, in ascending seat id */
	int64		chosen_price;
	int			left_count;		/* active ones that stay */
	int64		gone_price;		/* of those that were cancelled before */
} Cut;

static bool
is_named(const Cancellation *cancellation, const pg_uuid_t *seat_id)
{
	int			i;

	for (i = 0; i < cancellation->seat_count; i++)
	{
		if (same_uuid(&cancellation->seat_ids[i], seat_id))
			return true;
	}
	return cancellation->seat_ids == NULL;
}

/* PT404 for seats that are no line of the booking. */
static void
refuse_strangers(RowWork *work, const Cancellation *cancellation, const Cut *cut)
{
	List	   *strangers = NIL;
	int			i;
	int			j;

	for (i = 0; i < cancellation->seat_count; i++)
	{
		Seat		seat = {.id = cancellation->seat_ids[i]};

		for (j = 0; j < cut->count; j++)
		{
			if (same_uuid(&cut->lines[j].seat_id, &seat.id))
				break;
		}
		if (j == cut->count)
			strangers = seat_refuse(work, strangers, &seat, SEAT_REASON_NOT_BOOKED);
	}
	if (strangers != NIL)
		errors_not_booked(strangers);
}

/* PT409 for chosen seats whose bookers are in the house. */
static void
refuse_checked_in(RowWork *work, const Cut *cut)
{
	Booker		nobody = {0};
	List	   *inside = NIL;
	int			i;

	for (i = 0; i < cut->chosen_count; i++)
	{
		Seat		seat = {.id = cut->chosen[i]->seat_id};

		if (!cut->chosen[i]->is_checked_in)
			continue;
		seat_read(work, &seat, &nobody, clock_now());
		inside = seat_refuse(work, inside, &seat, SEAT_REASON_CHECKED_IN);
	}
	if (inside != NIL)
		errors_checked_in(inside);
}

/* Finds the lines to be cancelled. */
static void
make_cut(RowWork *work, const pg_uuid_t *booking_id,
		 const Cancellation *cancellation, Cut *cut)
{
	int			i;

	memset(cut, 0, sizeof(Cut));
	cut->lines = booking_find_seats(work, booking_id, &cut->count);
	cut->chosen = palloc(sizeof(BookedSeat *) * Max(cut->count, 1));
	refuse_strangers(work, cancellation, cut);
	for (i = 0; i < cut->count; i++)
	{
		BookedSeat *line = &cut->lines[i];

		if (!line->is_active)
			cut->gone_price += line->price;
		else if (is_named(cancellation, &line->seat_id))
		{
			cut->chosen[cut->chosen_count++] = line;
			cut->chosen_price += line->price;
		}
		else
			cut->left_count++;
	}
}

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

/* Frees the seats of the chosen lines that the booking still owns; returns how many. */
static int
give_back_seats(RowWork *work, const Cut *cut)
{
	pg_uuid_t  *ids = palloc(sizeof(pg_uuid_t) * Max(cut->chosen_count, 1));
	Booker		nobody = {0};
	SeatSet		set;
	int			freed = 0;
	int			i;

	for (i = 0; i < cut->chosen_count; i++)
		ids[i] = cut->chosen[i]->seat_id;
	seat_set_make(&set, ids, cut->chosen_count);
	seat_set_read(work, &set, &nobody, clock_now());
	for (i = 0; i < set.count; i++)
	{
		if (give_back_seat(work, set.by_id[i]))
			freed++;
	}
	return freed;
}

/*
 * Ends the chosen lines. Of a paid booking what the refund rules leave is due
 * back, unless it has gone back already, and the rest is a fee.
 */
static void
end_lines(RowWork *work, TupleTableSlot *slot, const Booking *booking,
		  const Schedule *schedule, const Cut *cut, TimestampTz now)
{
	int32	   *refunds = NULL;
	int64		due = 0;
	bool		isnull;
	int			i;

	if (booking->is_paid)
		refunds = refund_of_seats(row_get(row_table(work, TABLE_BOOKINGS), slot,
										  BOOKING_REFUND_LADDER, &isnull),
								  cut->chosen, cut->chosen_count,
								  schedule->starts_at, now);
	for (i = 0; i < cut->chosen_count; i++)
	{
		int32		refund = refunds == NULL ? 0 : refunds[i];

		booking_end_seat(work, cut->chosen[i]->slot, booking->is_paid,
						 cut->chosen[i]->price - refund);
		due += refund;
	}
	if (due > 0)
		ledger_owe(work, &booking->id, due, 0, now);
}

/* The receipt: of what is left, or of all that the booking had. */
static void
make_receipt(RowWork *work, const Booking *booking, Cut *cut,
			 const BookingEnd *end, Receipt *receipt)
{
	Booker		nobody = {0};
	SeatSet		set;
	bool		is_over = cut->left_count == 0;
	int			count = 0;
	int			i;

	receipt->booking = *booking;
	receipt->booking.seat_count = end->seat_count;
	receipt->booking.total_price = end->total_price;
	if (is_over)
	{
		receipt->booking.status = "cancelled";
		receipt->booking.is_cancelled = true;
		receipt->booking.cancelled_at = end->at;
	}
	receipt->booking.refund_due = receipt_refund_due(work, booking);
	for (i = 0; i < cut->chosen_count && !is_over; i++)
		cut->chosen[i]->is_active = false;
	count = is_over ? cut->count : booking_keep_active(cut->lines, cut->count);
	booking_make_set(&set, cut->lines, count);
	seat_set_read(work, &set, &nobody, end->at);
	receipt->seat_numbers = receipt_seat_numbers(work, &set);
}

/*
 * The total once the chosen lines are cancelled: of the seats that are left, or of
 * all that there were. An owner's trigger can have made it another sum than that of
 * the lines.
 */
static int64
total_after(const Booking *booking, const Cut *cut)
{
	if (cut->left_count > 0)
		return Max(booking->total_price - cut->chosen_price, 0);
	return booking->total_price + (booking->seat_count < cut->count ? cut->gone_price : 0);
}

/* Cancels seats of the confirmed booking in slot. */
static void
cancel_sold(RowWork *work, TupleTableSlot *slot, const Booking *booking,
			const Cancellation *cancellation, Receipt *receipt)
{
	BookingEnd	end = {.reason = cancellation->reason};
	Schedule	schedule;
	Cut			cut;
	TimestampTz deadline;
	bool		is_over;
	int			freed;

	if (!schedule_find(work, &booking->schedule_id, &schedule))
		elog(ERROR, "a booking has no schedule");
	make_cut(work, &booking->id, cancellation, &cut);
	if (cut.chosen_count == 0 && cancellation->seat_ids != NULL)
	{
		receipt_read(work, slot, receipt);
		return;
	}
	end.at = clock_now();
	deadline = schedule_cancel_deadline(work, &schedule);
	if (deadline <= end.at && !cancellation->overrides)
		errors_too_late_to_cancel(deadline);
	if (!cancellation->overrides)
		refuse_checked_in(work, &cut);

	freed = give_back_seats(work, &cut);
	is_over = cut.left_count == 0;
	end.seat_count = is_over ? cut.count : cut.left_count;
	end.total_price = total_after(booking, &cut);
	end_lines(work, slot, booking, &schedule, &cut, end.at);
	if (is_over)
		booking_end(work, slot, &end);
	else
		booking_shrink(work, slot, &end);
	event_log_detail(work, is_over ? "booking_cancelled" : "seats_cancelled",
					 &booking->schedule_id, &booking->id, freed,
					 override_detail(cancellation));
	if (freed > 0)
		availability_change(work, &booking->schedule_id, freed);
	make_receipt(work, booking, &cut, &end, receipt);
}

/*
 * Cancels the booking in slot, which the caller may cancel. Its row is locked
 * first, so that of two cancels one finds it cancelled.
 */
static void
cancel(RowWork *work, TupleTableSlot *slot, const Cancellation *cancellation,
	   Receipt *receipt)
{
	Booking		booking;
	Cut			cut;

	memset(receipt, 0, sizeof(Receipt));
	booking_lock(work, slot);
	booking_read(work, slot, &booking);
	if (strcmp(booking.status, "pending") == 0)
	{
		if (cancellation->seat_ids != NULL)
			errors_payment_pending(&booking.id);
		give_up(work, slot, cancellation, receipt);
	}
	else if (strcmp(booking.status, "confirmed") == 0 && !cancellation->is_payment)
		cancel_sold(work, slot, &booking, cancellation, receipt);
	else
	{
		make_cut(work, &booking.id, cancellation, &cut);
		receipt_read(work, slot, receipt);
	}
}
