/*
 * sale.c - book seats: those that are held, at once or once they are paid, or
 * straight away.
 *
 * Locking: idempotency key, booker's limit, then seats in ascending id, then
 * holds and new rows, and the schedule's row last without waiting.
 *
 * A confirm sells what is live at the instant of the sale: deadlines are looked
 * at again after the last seat was written, because a write can wait.
 *
 * Memory: everything in the call's query context; results in the caller's.
 */
#include "postgres.h"

#include "access/xact.h"
#include "fmgr.h"
#include "utils/builtins.h"

#include "arguments.h"
#include "async_holds.h"
#include "availability.h"
#include "booking_number.h"
#include "clock.h"
#include "deadline.h"
#include "errors.h"
#include "errors_payment.h"
#include "event.h"
#include "hold_row.h"
#include "idempotency_key.h"
#include "pending.h"
#include "price_type.h"
#include "settings.h"
#include "uuid_v7.h"

PG_FUNCTION_INFO_V1(concert_booking_confirm_booking);
PG_FUNCTION_INFO_V1(concert_booking_begin_payment);
PG_FUNCTION_INFO_V1(concert_booking_book_seats);

static void confirm(RowWork *work, const SaleRequest *request, Receipt *receipt);
static void begin(RowWork *work, const SaleRequest *request, Receipt *receipt);
static void book(RowWork *work, const SaleRequest *request, Receipt *receipt);

/* -------- called by SQL -------- */

/* The arguments of a sale of what the booker holds. */
static void
read_held_request(FunctionCallInfo fcinfo, SaleRequest *request)
{
	request->schedule_id = arguments_required_uuid(fcinfo, 0, "concert_schedule_id");
	if (!PG_ARGISNULL(3))
		request->seat_count = arguments_seat_ids(fcinfo, 3, settings_max_seats_per_call,
												 &request->seat_ids);
	sale_request_read(fcinfo, 4, request);
}

/* begin_payment(): keeps seats that the booker holds until they are paid. */
Datum
concert_booking_begin_payment(PG_FUNCTION_ARGS)
{
	SaleRequest request = {0};
	RowWork		work;
	Receipt		receipt;
	TupleDesc	tupdesc = receipt_desc(fcinfo);
	Datum		result;

	read_held_request(fcinfo, &request);
	PreventCommandIfReadOnly("begin_payment()");

	async_holds_forbid();
	row_begin(&work, BOOKING_TABLES);
	begin(&work, &request, &receipt);
	result = receipt_datum(&work, &receipt, tupdesc);
	row_end(&work);
	PG_RETURN_DATUM(result);
}

/* confirm_booking(): books seats that the booker holds. */
Datum
concert_booking_confirm_booking(PG_FUNCTION_ARGS)
{
	SaleRequest request = {0};
	RowWork		work;
	Receipt		receipt;
	TupleDesc	tupdesc = receipt_desc(fcinfo);
	Datum		result;

	read_held_request(fcinfo, &request);
	PreventCommandIfReadOnly("confirm_booking()");

	row_begin(&work, BOOKING_TABLES);
	confirm(&work, &request, &receipt);
	result = receipt_datum(&work, &receipt, tupdesc);
	row_end(&work);
	PG_RETURN_DATUM(result);
}

/* book_seats(): books seats straight away, held by the booker or free. */
Datum
concert_booking_book_seats(PG_FUNCTION_ARGS)
{
	SaleRequest request = {0};
	RowWork		work;
	Receipt		receipt;
	TupleDesc	tupdesc = receipt_desc(fcinfo);
	Datum		result;

	request.seat_count = sale_request_seat_ids(fcinfo, 0, &request.seat_ids);
	sale_request_read(fcinfo, 3, &request);
	PreventCommandIfReadOnly("book_seats()");

	row_begin(&work, SEAT_TABLES);
	book(&work, &request, &receipt);
	result = receipt_datum(&work, &receipt, tupdesc);
	row_end(&work);
	PG_RETURN_DATUM(result);
}

/* -------- selling -------- */

/* PT402 where the schedule sells against payment only. */
static void
check_payment(const Schedule *schedule, const SaleRequest *request)
{
	if (unlikely(schedule->payment_required) && !booker_may_owe(&request->booker))
		errors_payment_required(&schedule->id);
}

/*
 * The booking that the seats become, at their prices. The seats are written, so
 * that their prices are settled. It is made at the instant by which the sale was
 * judged, so that a booking is never younger than the end of the hold that it came
 * from.
 */
static void
make_booking(RowWork *work, const SaleRequest *request, SeatSet *set,
			 const pg_uuid_t *schedule_id, TimestampTz now, Receipt *receipt)
{
	char		number[BOOKING_NUMBER_SIZE];
	Booking    *booking = &receipt->booking;
	int			i;

	memset(receipt, 0, sizeof(Receipt));
	uuid_v7_make(&booking->id);
	booking_number_make(number);
	booking->number = cstring_to_text(number);
	booking->schedule_id = *schedule_id;
	booking->status = "confirmed";
	booking->seat_count = set->count;
	booking->created_at = now;
	for (i = 0; i < set->count; i++)
		set->by_id[i]->sold_for = request->free_reason != NULL ? 0 :
																 seat_price(work, set->by_id[i]);
	if (request->price_type_count > 0)
		row_refresh(work);		/* what has changed while the call waited for seats */
	price_type_apply(request, set, schedule_id, now);
	for (i = 0; i < set->count; i++)
		booking->total_price += set->by_id[i]->sold_for;
}

/* Writes the booking and its lines. */
static void
insert_booking(RowWork *work, const SaleRequest *request, SeatSet *set,
			   Receipt *receipt)
{
	Booking    *booking = &receipt->booking;

	booking_insert(work, request, booking);
	booking_read_again(work, booking);
	sale_request_check_total(request, booking->total_price);
	booking_insert_seats(work, booking, set);
	receipt->seat_numbers = receipt_seat_numbers(work, set);
}

/* The seats are sold: their holds go and the booking comes. */
static void
write_booking(RowWork *work, const SaleRequest *request, SeatSet *set,
			  const pg_uuid_t *schedule_id, TimestampTz now, Receipt *receipt)
{
	int			i;

	make_booking(work, request, set, schedule_id, now, receipt);
	for (i = 0; i < set->count; i++)
		seat_drop_hold(work, set->by_id[i]);
	insert_booking(work, request, set, receipt);
	event_log(work, "booking_confirmed", schedule_id, &receipt->booking.id,
			  set->count);
	availability_change(work, schedule_id, -set->count);
}

/* -------- confirm -------- */

/* Whether a seat is a live hold of the booker's on the schedule. */
static bool
is_to_confirm(RowWork *work, Seat *seat, const pg_uuid_t *schedule_id)
{
	return seat->found && seat->state == SEAT_MINE &&
		seat_is_of(work, seat, schedule_id);
}

/* The seats of the set that are not. */
static List *
list_not_held(RowWork *work, SeatSet *set, const pg_uuid_t *schedule_id)
{
	List	   *not_held = NIL;
	int			i;

	for (i = 0; i < set->count; i++)
	{
		Seat	   *seat = &set->seats[i];

		if (!is_to_confirm(work, seat, schedule_id))
			not_held = seat_refuse(work, not_held, seat, SEAT_REASON_NOT_HELD);
	}
	return not_held;
}

/* Reduces the set to live holds: a lapsed one was never there. */
static void
keep_live(RowWork *work, SeatSet *set, const pg_uuid_t *schedule_id)
{
	SeatSet		all = *set;
	pg_uuid_t  *ids = palloc(sizeof(pg_uuid_t) * Max(all.count, 1));
	int			live = 0;
	int			i;

	for (i = 0; i < all.count; i++)
	{
		if (is_to_confirm(work, &all.seats[i], schedule_id))
			ids[live++] = all.seats[i].id;
	}
	seat_set_make(set, ids, live);
	for (live = 0, i = 0; i < all.count; i++)
	{
		if (is_to_confirm(work, &all.seats[i], schedule_id))
			set->seats[live++] = all.seats[i];
	}
}

static void
find_seats_to_confirm(RowWork *work, const SaleRequest *request, SeatSet *set)
{
	List	   *not_held;

	if (request->seat_ids == NULL)
	{
		seat_set_find_held(work, &request->booker, request->schedule_id, set);
		keep_live(work, set, request->schedule_id);
		if (set->count == 0)
			errors_no_live_hold(request->schedule_id);
		return;
	}
	seat_set_make(set, request->seat_ids, request->seat_count);
	seat_set_read(work, set, &request->booker, clock_now());
	not_held = list_not_held(work, set, request->schedule_id);
	if (not_held != NIL)
		errors_hold_expired(not_held);
}

/* Raises PT410 for a hold that ended before every seat was written. */
static void
check_deadlines(RowWork *work, SeatSet *set, TimestampTz now)
{
	List	   *ended = NIL;
	int			i;

	for (i = 0; i < set->count; i++)
	{
		if (deadline_is_over(set->seats[i].deadline, now))
			ended = seat_refuse(work, ended, &set->seats[i],
								SEAT_REASON_NOT_HELD);
	}
	if (ended != NIL)
		errors_hold_expired(ended);
}

static void
confirm(RowWork *work, const SaleRequest *request, Receipt *receipt)
{
	Schedule	schedule;
	SeatSet		set;
	TimestampTz now;
	int			i;

	if (idempotency_key_answer(work, request, receipt))
		return;
	if (!schedule_find(work, request->schedule_id, &schedule))
		errors_no_such_schedule(request->schedule_id);
	schedule_check_still_sold(&schedule, clock_now());
	check_payment(&schedule, request);
	schedule_lock_limit(work, &schedule, &request->booker);
	find_seats_to_confirm(work, request, &set);

	for (i = 0; i < set.count; i++)
	{
		Seat	   *seat = set.by_id[i];

		if (seat_sell(work, seat, &request->booker))
			continue;
		if (!is_to_confirm(work, seat, &schedule.id))
			errors_hold_expired(seat_refuse(work, NIL, seat,
											SEAT_REASON_NOT_HELD));
		schedule_check_still_there(work, &schedule);
		if (!seat_sell(work, seat, &request->booker))
			errors_serialization();
	}
	now = clock_now();
	check_deadlines(work, &set, now);
	write_booking(work, request, &set, &schedule.id, now, receipt);
}

/* -------- begin a payment -------- */

/* Writes one seat kept until pay_by; false as in seat_update(). */
static bool
keep_seat(RowWork *work, Seat *seat, const Booker *booker, TimestampTz pay_by)
{
	SeatValue	values[] = {
		ROW_VALUE(SEAT_HOLD_EXPIRES_AT, TimestampTzGetDatum(pay_by)),
		ROW_VALUE(SEAT_UPDATED_AT, TimestampTzGetDatum(clock_now())),
	};

	return seat_update(work, seat, booker, values, lengthof(values));
}

/* The seats are kept: their holds follow, and the booking comes. */
static void
write_pending(RowWork *work, const SaleRequest *request, SeatSet *set,
			  const Schedule *schedule, TimestampTz pay_by, Receipt *receipt)
{
	Booking    *booking = &receipt->booking;
	int			i;

	make_booking(work, request, set, &schedule->id, clock_now(), receipt);
	booking->status = "pending";
	booking->was_pending = true;
	booking->has_pay_by = true;
	booking->pay_by = pay_by;
	for (i = 0; i < set->count; i++)
	{
		if (!hold_row_keep(work, set->by_id[i]->hold_slot, &booking->id, pay_by))
			errors_hold_expired(seat_refuse(work, NIL, set->by_id[i],
											SEAT_REASON_NOT_HELD));
	}
	insert_booking(work, request, set, receipt);
}

/* A booking that costs nothing has nothing to wait for. */
static void
sell_for_nothing(RowWork *work, const Schedule *schedule, Receipt *receipt)
{
	TupleTableSlot *slot = row_slot(work, row_table(work, TABLE_BOOKINGS));
	Pending		pending;

	row_refresh(work);
	if (!booking_find(work, &receipt->booking.id, slot))
		elog(ERROR, "a booking that this call has made is gone");
	pending_read(work, slot, &pending);
	if (!pending_lock_seats(work, &pending))
		elog(ERROR, "a seat that this call has kept was changed");
	pending_sell(work, &pending, schedule, false, receipt->booking.created_at);
	availability_change(work, &schedule->id, -pending.count);
	receipt->booking.status = "confirmed";
}

static void
begin(RowWork *work, const SaleRequest *request, Receipt *receipt)
{
	Schedule	schedule;
	SeatSet		set;
	pg_uuid_t	pending_id;
	TimestampTz pay_by;
	int			i;

	booking_check_payable(work);
	if (idempotency_key_answer(work, request, receipt))
		return;
	if (!schedule_find(work, request->schedule_id, &schedule))
		errors_no_such_schedule(request->schedule_id);
	schedule_check_still_sold(&schedule, clock_now());
	schedule_lock_booker(work, &schedule, &request->booker);
	if (hold_row_find_pending(work, &request->booker, &schedule.id, clock_now(),
							  &pending_id))
		errors_payment_pending(&pending_id);
	find_seats_to_confirm(work, request, &set);

	pay_by = schedule_pay_by(work, &schedule, clock_now());
	for (i = 0; i < set.count; i++)
	{
		Seat	   *seat = set.by_id[i];

		if (keep_seat(work, seat, &request->booker, pay_by))
			continue;
		if (!is_to_confirm(work, seat, &schedule.id))
			errors_hold_expired(seat_refuse(work, NIL, seat,
											SEAT_REASON_NOT_HELD));
		schedule_check_still_there(work, &schedule);
		if (!keep_seat(work, seat, &request->booker, pay_by))
			errors_serialization();
	}
	check_deadlines(work, &set, clock_now());
	write_pending(work, request, &set, &schedule, pay_by, receipt);
	if (receipt->booking.total_price == 0)
		sell_for_nothing(work, &schedule, receipt);
}

/* -------- book -------- */

static void
book(RowWork *work, const SaleRequest *request, Receipt *receipt)
{
	TimestampTz now;
	Schedule	schedule;
	SeatSet		set;
	const pg_uuid_t *schedule_id;
	int			i;

	if (request->is_walk_in || request->free_reason != NULL)
		booking_check_desk(work);
	if (idempotency_key_answer(work, request, receipt))
		return;
	now = clock_now();
	seat_set_make(&set, request->seat_ids, request->seat_count);
	seat_set_read(work, &set, &request->booker, now);
	schedule_id = seat_set_check(work, &set);
	(void) seat_set_check_free(work, &set);
	row_open(work, BOOKING_TABLES);
	if (!schedule_find(work, schedule_id, &schedule))
		errors_no_such_schedule(schedule_id);
	schedule_check_open(&schedule, now);
	check_payment(&schedule, request);
	if (schedule.max_seats_per_booker > 0 && !request->is_walk_in)
	{
		schedule_lock_limit(work, &schedule, &request->booker);
		now = clock_now();
		seat_set_read(work, &set, &request->booker, now);
		schedule_check_again(work, &schedule);
		schedule_check_limit(work, &schedule, &request->booker,
							 seat_set_check_free(work, &set), now);
	}

	for (i = 0; i < set.count; i++)
	{
		Seat	   *seat = set.by_id[i];

		if (seat_sell(work, seat, &request->booker))
			continue;
		if ((!seat_is_claimable(seat) &&
			 !(seat->found && seat->state == SEAT_MINE)) ||
			!seat_is_of(work, seat, &schedule.id))
			seat_refuse_taken(work, seat, &schedule.id);
		schedule_check_again(work, &schedule);
		if (!seat_sell(work, seat, &request->booker))
			errors_serialization();
	}
	now = clock_now();
	schedule_check_open(&schedule, now);
	write_booking(work, request, &set, &schedule.id, now, receipt);
}
