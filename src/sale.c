/*
 * sale.c - book seats: those that are held, or straight away.
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
#include "availability.h"
#include "booking_number.h"
#include "clock.h"
#include "deadline.h"
#include "errors.h"
#include "event.h"
#include "idempotency_key.h"
#include "uuid_v7.h"

PG_FUNCTION_INFO_V1(concert_booking_confirm_booking);
PG_FUNCTION_INFO_V1(concert_booking_book_seats);

static void confirm(RowWork *work, const SaleRequest *request, Receipt *receipt);
static void book(RowWork *work, const SaleRequest *request, Receipt *receipt);

/* -------- called by SQL -------- */

/* confirm_booking(): books seats that the booker holds. */
Datum
concert_booking_confirm_booking(PG_FUNCTION_ARGS)
{
	SaleRequest request = {0};
	RowWork		work;
	Receipt		receipt;
	TupleDesc	tupdesc = receipt_desc(fcinfo);
	Datum		result;

	request.schedule_id = arguments_required_uuid(fcinfo, 0, "concert_schedule_id");
	if (!PG_ARGISNULL(3))
		request.seat_count = arguments_seat_ids(fcinfo, 3, &request.seat_ids);
	sale_request_read(fcinfo, 4, &request);
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

	request.seat_count = arguments_seat_ids(fcinfo, 0, &request.seat_ids);
	sale_request_read(fcinfo, 3, &request);
	PreventCommandIfReadOnly("book_seats()");

	row_begin(&work, SEAT_TABLES);
	book(&work, &request, &receipt);
	result = receipt_datum(&work, &receipt, tupdesc);
	row_end(&work);
	PG_RETURN_DATUM(result);
}

/* -------- selling -------- */

/* Writes one seat sold. False when it was changed and has to be judged again. */
static bool
sell_seat(RowWork *work, Seat *seat, const Booker *booker)
{
	SeatValue	values[] = {
		ROW_VALUE(SEAT_STATUS, seat_status_datum(SEAT_STATUS_RESERVED)),
		ROW_NULL(SEAT_HOLD_EXPIRES_AT),
		ROW_VALUE(SEAT_UPDATED_AT, TimestampTzGetDatum(clock_now())),
	};

	return seat_update(work, seat, booker, values, lengthof(values));
}

/*
 * The seats are written, so that their prices are settled; now their holds go and
 * the booking comes. It is made at the instant by which the sale was judged, so
 * that a booking is never younger than the end of the hold that it came from.
 */
static void
write_booking(RowWork *work, const SaleRequest *request, SeatSet *set,
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
	{
		set->by_id[i]->sold_for = seat_price(work, set->by_id[i]);
		booking->total_price += set->by_id[i]->sold_for;
	}
	for (i = 0; i < set->count; i++)
		seat_drop_hold(work, set->by_id[i]);
	booking_insert(work, request, booking);
	booking_read_again(work, booking);
	sale_request_check_total(request, booking->total_price);
	for (i = 0; i < set->count; i++)
		booking_insert_seat(work, booking, set->by_id[i]);
	receipt->seat_numbers = receipt_seat_numbers(work, set);
	event_log(work, "booking_confirmed", schedule_id, &booking->id,
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
	schedule_lock_limit(work, &schedule, &request->booker);
	find_seats_to_confirm(work, request, &set);

	for (i = 0; i < set.count; i++)
	{
		Seat	   *seat = set.by_id[i];

		if (sell_seat(work, seat, &request->booker))
			continue;
		if (!is_to_confirm(work, seat, &schedule.id))
			errors_hold_expired(seat_refuse(work, NIL, seat,
											SEAT_REASON_NOT_HELD));
		if (!sell_seat(work, seat, &request->booker))
			errors_serialization();
	}
	now = clock_now();
	check_deadlines(work, &set, now);
	write_booking(work, request, &set, &schedule.id, now, receipt);
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
	if (schedule.max_seats_per_booker > 0)
	{
		schedule_lock_limit(work, &schedule, &request->booker);
		now = clock_now();
		seat_set_read(work, &set, &request->booker, now);
		schedule_check_limit(work, &schedule, &request->booker,
							 seat_set_check_free(work, &set), now);
	}

	for (i = 0; i < set.count; i++)
	{
		Seat	   *seat = set.by_id[i];

		if (sell_seat(work, seat, &request->booker))
			continue;
		if ((!seat_is_claimable(seat) &&
			 !(seat->found && seat->state == SEAT_MINE)) ||
			!seat_is_of(work, seat, &schedule.id))
			seat_refuse_taken(work, seat, &schedule.id);
		if (!sell_seat(work, seat, &request->booker))
			errors_serialization();
	}
	now = clock_now();
	schedule_check_open(&schedule, now);
	write_booking(work, request, &set, &schedule.id, now, receipt);
}
