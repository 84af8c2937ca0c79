/*
 * payment.c - money has arrived: what it buys, and what of it goes back.
 *
 * A payment is never refused. It becomes one row of the ledger, whose outcome
 * says what came of it, and a call that is made again answers from that row.
 *
 * Locking: the payment's reference, the booker's limit, the booking's row, then
 * seats in ascending id, their holds and lines, the ledger, and the schedule's row
 * last without waiting. Waits have no end of ours here: see row.h.
 *
 * Memory: everything in the call's query context; results in the caller's.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "fmgr.h"
#include "utils/builtins.h"

#include "arguments.h"
#include "async_holds.h"
#include "availability.h"
#include "clock.h"
#include "event.h"
#include "ledger.h"
#include "pending.h"
#include "receipt.h"

#define PROVIDER_LIMIT 50
#define REFERENCE_LIMIT 255

PG_FUNCTION_INFO_V1(concert_booking_confirm_payment);

/* A charge and the booking that it is for. */
typedef struct Settlement
{
	RowWork    *work;
	Charge	   *charge;
	Pending		pending;
	Schedule	schedule;
	Booker		booker;
	TimestampTz now;			/* read once the booking was locked */
	bool		recorded;		/* in the ledger */
	bool		sold;			/* its seats, by this charge */
} Settlement;

static const char *take_charge(RowWork *work, Charge *charge);
static void settle(Settlement *settlement);
static void owe(Settlement *settlement, int64 amount);
static void record(Settlement *settlement);

/* -------- called by SQL -------- */

static Datum
outcome_datum(RowWork *work, const Charge *charge, const char *status,
			  TupleDesc tupdesc)
{
	Datum		values[] = {
		CStringGetTextDatum(charge->outcome),
		UUIDPGetDatum(&charge->booking_id),
		status == NULL ? (Datum) 0 : CStringGetTextDatum(status),
		Int64GetDatum(charge->refund_due),
	};
	bool		nulls[lengthof(values)] = {false};
	MemoryContext old;
	Datum		result;

	nulls[2] = status == NULL;
	old = MemoryContextSwitchTo(work->caller_context);
	result = HeapTupleGetDatum(heap_form_tuple(tupdesc, values, nulls));
	MemoryContextSwitchTo(old);
	return result;
}

/* confirm_payment(): records a charge and settles it. */
Datum
concert_booking_confirm_payment(PG_FUNCTION_ARGS)
{
	Charge		charge = {0};
	TupleDesc	tupdesc = receipt_desc(fcinfo);
	RowWork		work;
	const char *status;
	Datum		result;

	charge.booking_id = *arguments_required_uuid(fcinfo, 0, "booking_id");
	charge.amount = arguments_amount(fcinfo, 1);
	charge.provider = arguments_required_text(fcinfo, 2, "provider", PROVIDER_LIMIT);
	charge.reference = arguments_required_text(fcinfo, 3, "reference", REFERENCE_LIMIT);
	PreventCommandIfReadOnly("confirm_payment()");

	async_holds_forbid();
	row_begin(&work, BOOKING_TABLES | LEDGER_TABLES);
	work.wait_ends_at = DT_NOEND;
	booking_check_payable(&work);
	status = take_charge(&work, &charge);
	result = outcome_datum(&work, &charge, status, tupdesc);
	row_end(&work);
	PG_RETURN_DATUM(result);
}

/* -------- the booking -------- */

/* Whose the booking in slot is. */
static void
read_booker(RowWork *work, TupleTableSlot *slot, Booker *booker)
{
	BookingTable *bookings = row_table(work, TABLE_BOOKINGS);
	const pg_uuid_t *user_id = row_get_uuid(bookings, slot, BOOKING_USER_ID);
	const pg_uuid_t *session_id = row_get_uuid(bookings, slot, BOOKING_SESSION_ID);

	memset(booker, 0, sizeof(Booker));
	booker->is_member = user_id != NULL;
	if (user_id != NULL)
		booker->id = *user_id;
	else if (session_id != NULL)
		booker->id = *session_id;
}

/* What the schedule allows, and which refund rules it has, by its newest row. */
static void
read_schedule(Settlement *settlement)
{
	if (!schedule_find_for_charge(settlement->work, &settlement->pending.booking.schedule_id,
								  &settlement->schedule))
		elog(ERROR, "a booking has no schedule");
}

/* Finds the booking and locks it; false when there is none. */
static bool
lock_booking(Settlement *settlement, TupleTableSlot *slot)
{
	RowWork    *work = settlement->work;
	Booking    *booking = &settlement->pending.booking;

	if (!booking_find(work, &settlement->charge->booking_id, slot))
		return false;
	booking_read(work, slot, booking);
	read_schedule(settlement);
	read_booker(work, slot, &settlement->booker);
	if (strcmp(booking->status, "confirmed") != 0 &&
		strcmp(booking->status, "cancelled") != 0)
		schedule_lock_limit(work, &settlement->schedule, &settlement->booker);
	if (row_lock(work, row_table(work, TABLE_BOOKINGS), slot, LockWaitBlock) != TM_Ok)
		return false;
	row_refresh(work);
	return true;
}

/*
 * Records a charge, unless it was before, with what it buys. The booking's status
 * afterwards; NULL where there is no such booking.
 */
static const char *
take_charge(RowWork *work, Charge *charge)
{
	Settlement	settlement = {.work = work, .charge = charge};
	TupleTableSlot *slot = row_slot(work, row_table(work, TABLE_BOOKINGS));
	const char *status = NULL;

	ledger_lock_reference(work, charge);
	if (ledger_find_charge(work, charge))
	{
		if (!booking_find(work, &charge->booking_id, slot))
			return NULL;
		booking_read(work, slot, &settlement.pending.booking);
		return settlement.pending.booking.status;
	}

	if (lock_booking(&settlement, slot))
	{
		settlement.now = clock_now();
		pending_read(work, slot, &settlement.pending);
		settle(&settlement);
		status = settlement.pending.booking.status;
	}
	else
	{
		ledger_lock_unknown(work, &charge->booking_id);
		settlement.now = clock_now();
		owe(&settlement, charge->amount);
	}
	record(&settlement);
	if (settlement.sold)
		availability_change(work, &settlement.schedule.id, -settlement.pending.count);
	return status;
}

/* -------- what the money buys -------- */

/*
 * Writes the charge into the ledger, once. Before the booking is written: a trigger
 * of the owner's on it finds the money there.
 */
static void
record(Settlement *settlement)
{
	if (!settlement->recorded)
		ledger_insert_charge(settlement->work, settlement->charge, settlement->now);
	settlement->recorded = true;
}

/* So much of the charge goes back, unless it has gone back already. */
static void
owe(Settlement *settlement, int64 amount)
{
	Charge	   *charge = settlement->charge;

	charge->outcome = "refund_due";
	charge->refund_due = amount;
	ledger_owe(settlement->work, &charge->booking_id, amount, charge->amount,
			   settlement->now);
}

/* The booking is paid; what is too much goes back. */
static void
pay_price(Settlement *settlement, int64 price)
{
	Charge	   *charge = settlement->charge;

	charge->outcome = "confirmed";
	/* of a total that the owner has lowered more may have been paid before */
	ledger_add_due(settlement->work, &charge->booking_id, -price, settlement->now);
	if (charge->amount > price)
		owe(settlement, charge->amount - Max(price, 0));
}

/* The seats are the booking's, for whose price pay_price() has seen to. */
static void
sell(Settlement *settlement)
{
	record(settlement);
	pending_sell(settlement->work, &settlement->pending, &settlement->schedule, true,
				 settlement->now);
	settlement->sold = true;
}

/* A pending booking is over; its holds are for the sweep. */
static void
expire(Settlement *settlement)
{
	Pending    *pending = &settlement->pending;
	Booking    *booking = &pending->booking;

	booking_expire(settlement->work, pending->slot, settlement->now);
	booking->status = "expired";
	event_log(settlement->work, "booking_expired", &booking->schedule_id,
			  &booking->id, pending->count);
}

/* In time: what is still missing, together with what was paid before. */
static void
settle_pending(Settlement *settlement)
{
	Pending    *pending = &settlement->pending;
	Charge	   *charge = settlement->charge;
	int64		credit = ledger_credit(settlement->work, &charge->booking_id);
	int64		missing = pending->booking.total_price - credit;

	if (charge->amount < missing)
	{
		charge->outcome = "amount_short";
		booking_touch(settlement->work, pending->slot, settlement->now);
		return;
	}
	if (pending_lock_seats(settlement->work, pending))
	{
		read_schedule(settlement);
		pay_price(settlement, missing);
		sell(settlement);
		return;
	}
	/* somebody's own SQL took a seat away, or pay_by came while this waited for one */
	pending_free_seats(settlement->work, pending);
	expire(settlement);
	ledger_add_due(settlement->work, &charge->booking_id, credit, settlement->now);
	owe(settlement, charge->amount);
}

/*
 * Whether the seats of a booking that is over can be sold once more; then they are
 * locked. Booking can close while the call waits for them.
 */
static bool
can_sell_again(Settlement *settlement)
{
	Pending    *pending = &settlement->pending;

	if (settlement->charge->amount < pending->booking.total_price ||
		!schedule_is_open(&settlement->schedule, settlement->now) ||
		!schedule_limit_allows(settlement->work, &settlement->schedule,
							   &settlement->booker, pending->count,
							   settlement->now) ||
		!pending_lock_seats(settlement->work, pending))
		return false;
	read_schedule(settlement);
	return schedule_is_open(&settlement->schedule, clock_now());
}

/*
 * Too late: as a new sale at the old price, if every seat is still to be had. What
 * was paid in part before does not count: it was due back when the booking was
 * over, whether or not anybody has noticed.
 */
static void
settle_late(Settlement *settlement)
{
	Pending    *pending = &settlement->pending;
	Charge	   *charge = settlement->charge;
	bool		was_pending = pending->booking.was_pending;
	int64		credit = was_pending ?
		ledger_credit(settlement->work, &charge->booking_id) :
		0;

	if (can_sell_again(settlement))
	{
		ledger_add_due(settlement->work, &charge->booking_id, credit, settlement->now);
		pay_price(settlement, pending->booking.total_price);
		sell(settlement);
		return;
	}
	if (was_pending)
		expire(settlement);
	ledger_add_due(settlement->work, &charge->booking_id, credit, settlement->now);
	owe(settlement, charge->amount);
}

/* A booking that was sold without a payment is paid now, in one sum. */
static void
settle_unpaid(Settlement *settlement)
{
	Pending    *pending = &settlement->pending;
	int64		price = pending->booking.total_price;

	if (price == 0 || settlement->charge->amount < price)
	{
		owe(settlement, settlement->charge->amount);
		return;
	}
	pay_price(settlement, price);
	record(settlement);
	booking_confirm(settlement->work, pending->slot, true,
					settlement->schedule.refund_ladder, settlement->now);
}

static void
settle(Settlement *settlement)
{
	const Booking *booking = &settlement->pending.booking;

	if (strcmp(booking->status, "pending") == 0)
		settle_pending(settlement);
	else if (strcmp(booking->status, "expired") == 0)
		settle_late(settlement);
	else if (strcmp(booking->status, "confirmed") == 0 && !booking->is_paid)
		settle_unpaid(settlement);
	else
		owe(settlement, settlement->charge->amount);
}
