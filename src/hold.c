/*
 * hold.c - hold, extend and release seats.
 *
 * Locking: see seat.c. A hold that must wait for somebody's change of the seat
 * is judged again by a clock read after the wait; a deadline that was set before
 * a long wait is set anew, so that nobody gets less than the term.
 *
 * Memory: everything in the call's query context; see row.c.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "fmgr.h"
#include "utils/builtins.h"

#include "arguments.h"
#include "async_holds.h"
#include "clock.h"
#include "deadline.h"
#include "errors.h"
#include "hold.h"
#include "hold_row.h"
#include "schedule.h"
#include "settings.h"

/* A wait longer than this while writing seats starts their term again. */
#define TERM_SLACK_US (100 * 1000)

PG_FUNCTION_INFO_V1(concert_booking_hold_seat);
PG_FUNCTION_INFO_V1(concert_booking_hold_seats);
PG_FUNCTION_INFO_V1(concert_booking_extend_holds);
PG_FUNCTION_INFO_V1(concert_booking_release_seats);

static void hold_set(RowWork *work, SeatSet *set, const Booker *booker);
static void extend_set(RowWork *work, SeatSet *set, const Booker *booker,
					   const Schedule *schedule);
static int	release_set(RowWork *work, SeatSet *set, const Booker *booker,
						bool named);

/* -------- called by SQL -------- */

/* hold_seat(): holds one seat. */
Datum
concert_booking_hold_seat(PG_FUNCTION_ARGS)
{
	pg_uuid_t  *seat_id = arguments_required_uuid(fcinfo, 0, "seat_id");
	Booker		booker;
	RowWork		work;
	SeatSet		set;
	TupleDesc	tupdesc;
	Datum		values[SEAT_HOLD_COLUMNS];
	bool		nulls[SEAT_HOLD_COLUMNS];
	HeapTuple	result;

	PreventCommandIfReadOnly("hold_seat()");
	booker_resolve(&booker, arguments_uuid(fcinfo, 1), arguments_uuid(fcinfo, 2));
	if (get_call_result_type(fcinfo, NULL, &tupdesc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");

	async_holds_begin();
	row_begin(&work, SEAT_TABLES);
	seat_set_make(&set, seat_id, 1);
	hold_set(&work, &set, &booker);
	seat_hold_values(&work, &set.seats[0], set.seats[0].deadline, values, nulls);
	MemoryContextSwitchTo(work.caller_context);
	result = heap_form_tuple(tupdesc, values, nulls);
	MemoryContextSwitchTo(work.estate->es_query_cxt);
	row_end(&work);
	async_holds_end();
	PG_RETURN_DATUM(HeapTupleGetDatum(result));
}

/* hold_seats(): holds all the seats or none. */
Datum
concert_booking_hold_seats(PG_FUNCTION_ARGS)
{
	pg_uuid_t  *seat_ids;
	int			count = arguments_seat_ids(fcinfo, 0, settings_max_seats_per_call, &seat_ids);
	Booker		booker;
	RowWork		work;
	SeatSet		set;

	PreventCommandIfReadOnly("hold_seats()");
	booker_resolve(&booker, arguments_uuid(fcinfo, 1), arguments_uuid(fcinfo, 2));
	compat_materialized_srf(fcinfo);

	async_holds_begin();
	row_begin(&work, SEAT_TABLES);
	seat_set_make(&set, seat_ids, count);
	hold_set(&work, &set, &booker);
	hold_return(fcinfo, &work, &set);
	row_end(&work);
	async_holds_end();
	return (Datum) 0;
}

/* extend_holds(): gives the live holds of a booker on a schedule a fresh term. */
Datum
concert_booking_extend_holds(PG_FUNCTION_ARGS)
{
	pg_uuid_t  *schedule_id = arguments_required_uuid(fcinfo, 0,
													  "concert_schedule_id");
	Booker		booker;
	RowWork		work;
	Schedule	schedule;
	SeatSet		set;

	PreventCommandIfReadOnly("extend_holds()");
	booker_resolve(&booker, arguments_uuid(fcinfo, 1), arguments_uuid(fcinfo, 2));
	compat_materialized_srf(fcinfo);

	async_holds_begin();
	row_begin(&work, SCHEDULE_TABLES | SEAT_TABLES);
	if (!schedule_find(&work, schedule_id, &schedule))
		errors_no_such_schedule(schedule_id);
	schedule_check_not_closed(&schedule, clock_now());
	schedule_lock_limit(&work, &schedule, &booker);
	seat_set_find_held(&work, &booker, schedule_id, &set);
	extend_set(&work, &set, &booker, &schedule);
	seat_set_sort_by_ordinal(&work, &set);
	hold_return(fcinfo, &work, &set);
	row_end(&work);
	async_holds_end();
	return (Datum) 0;
}

/* release_seats(): gives the named seats back, or all that the booker holds. */
Datum
concert_booking_release_seats(PG_FUNCTION_ARGS)
{
	bool		named = !PG_ARGISNULL(0);
	pg_uuid_t  *seat_ids = NULL;
	int			count = named ? arguments_seat_ids(fcinfo, 0, settings_max_seats_per_call,
												   &seat_ids) :
								0;
	Booker		booker;
	RowWork		work;
	SeatSet		set;
	int			released;

	PreventCommandIfReadOnly("release_seats()");
	booker_resolve(&booker, arguments_uuid(fcinfo, 1), arguments_uuid(fcinfo, 2));

	async_holds_begin();
	row_begin(&work, SEAT_TABLES);
	if (named)
	{
		seat_set_make(&set, seat_ids, count);
		seat_set_read(&work, &set, &booker, clock_now());
	}
	else
		seat_set_find_held(&work, &booker, NULL, &set);
	released = release_set(&work, &set, &booker, named);
	row_end(&work);
	async_holds_end();
	PG_RETURN_INT32(released);
}

/* Hands over the set's live seats of the booker, in the order of the set. */
void
hold_return(FunctionCallInfo fcinfo, RowWork *work, SeatSet *set)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	int			i;

	for (i = 0; i < set->count; i++)
	{
		Datum		values[SEAT_HOLD_COLUMNS];
		bool		nulls[SEAT_HOLD_COLUMNS];

		if (set->seats[i].state != SEAT_MINE)
			continue;
		seat_hold_values(work, &set->seats[i], set->seats[i].deadline,
						 values, nulls);
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
	}
}

/* -------- hold -------- */

static bool
write_deadline(RowWork *work, Seat *seat, const Booker *booker,
			   TimestampTz deadline, TimestampTz now)
{
	SeatValue	values[] = {
		ROW_VALUE(SEAT_STATUS, seat_status_datum(SEAT_STATUS_HELD)),
		ROW_VALUE(SEAT_HOLD_EXPIRES_AT, TimestampTzGetDatum(deadline)),
		ROW_VALUE(SEAT_UPDATED_AT, TimestampTzGetDatum(now)),
	};

	if (!seat_update(work, seat, booker, values, lengthof(values)))
		return false;
	seat->deadline = deadline;
	return true;
}

/*
 * Claims one seat; a concurrent call of the same booker may have made it theirs
 * meanwhile, which is as good.
 */
static void
claim_seat(RowWork *work, Seat *seat, const Booker *booker,
		   Schedule *schedule, TimestampTz now)
{
	if (write_deadline(work, seat, booker,
					   schedule_hold_deadline(schedule, now), now))
		return;
	if (!seat->found || !seat_is_of(work, seat, &schedule->id))
		seat_refuse_taken(work, seat, &schedule->id);
	if (seat->state == SEAT_MINE)
		return;
	if (!seat_is_claimable(seat))
		seat_refuse_taken(work, seat, &schedule->id);
	schedule_check_again(work, schedule);
	now = clock_now();
	if (!write_deadline(work, seat, booker,
						schedule_hold_deadline(schedule, now), now))
		errors_serialization();
}

/* True if the wait was long, or outlasted a term that it was to begin. */
static bool
has_waited_long(const SeatSet *set, TimestampTz began)
{
	TimestampTz now = clock_now();
	bool		is_long = now - began > TERM_SLACK_US;
	int			i;

	for (i = 0; i < set->count; i++)
		is_long |= set->seats[i].changed &&
			deadline_is_over(set->seats[i].deadline, now);
	return is_long;
}

/*
 * After such a wait every claimed seat gets its term from now, unless booking
 * has closed meanwhile.
 */
static void
restart_terms(RowWork *work, SeatSet *set, const Booker *booker,
			  const Schedule *schedule)
{
	SeatTable  *seats = row_table(work, TABLE_SEATS);
	TimestampTz now = clock_now();
	int			i;

	schedule_check_open(schedule, now);
	row_refresh(work);
	for (i = 0; i < set->count; i++)
	{
		Seat	   *seat = set->by_id[i];
		bool		had_hold = seat->has_hold;

		if (!seat->changed)
			continue;
		if (!row_find_uuid(seats, INDEX_ID, &seat->id, seat->slot) ||
			!write_deadline(work, seat, booker,
							schedule_hold_deadline(schedule, now), now))
			elog(ERROR, "a seat that this call has locked was changed");
		seat->has_hold = had_hold;
	}
}

static void
insert_hold(RowWork *work, RowBatch *batch, Seat *seat, const Booker *booker,
			const pg_uuid_t *schedule_id, TimestampTz now)
{
	HoldRow		hold = {
		.booker = booker,
		.seat_id = &seat->id,
		.schedule_id = schedule_id,
		.held_since = now,
		.deadline = seat->deadline,
		.price = seat_price(work, seat),
	};

	hold_row_insert(work, batch, &hold);
}

/* The seats are claimed: holds that have lapsed go, the booker's come. */
static void
write_holds(RowWork *work, SeatSet *set, const Booker *booker,
			const pg_uuid_t *schedule_id)
{
	TimestampTz now = clock_now();
	RowBatch	batch;
	int			i;

	row_batch_begin(&batch, work, row_table(work, TABLE_HOLDS), set->count);
	for (i = 0; i < set->count; i++)
	{
		Seat	   *seat = set->by_id[i];

		if (!seat->changed)
			continue;
		seat_drop_hold(work, seat);
		insert_hold(work, &batch, seat, booker, schedule_id, now);
		seat->state = SEAT_MINE;
	}
	row_batch_end(&batch);
}

/*
 * Claims every seat of the set that is not the booker's yet, in lock order, or
 * raises. The rules have been checked; only the seats are judged here.
 */
void
hold_claim(RowWork *work, SeatSet *set, const Booker *booker,
		   Schedule *schedule)
{
	TimestampTz now = clock_now();
	int			i;

	for (i = 0; i < set->count; i++)
	{
		if (set->by_id[i]->state != SEAT_MINE)
			claim_seat(work, set->by_id[i], booker, schedule, now);
	}
	if (has_waited_long(set, now))
		restart_terms(work, set, booker, schedule);
	write_holds(work, set, booker, &schedule->id);
}

/* Holds every seat of the set or raises. */
static void
hold_set(RowWork *work, SeatSet *set, const Booker *booker)
{
	TimestampTz now = clock_now();
	const pg_uuid_t *schedule_id;
	Schedule	schedule;
	int			claims;

	seat_set_read(work, set, booker, now);
	schedule_id = seat_set_check(work, set);
	claims = seat_set_check_free(work, set);
	if (claims == 0)
		return;

	if (!schedule_find(work, schedule_id, &schedule))
		errors_no_such_schedule(schedule_id);
	schedule_check_open(&schedule, now);
	if (schedule.max_seats_per_booker > 0)
	{
		/* What the same booker has just taken in another call is theirs now. */
		schedule_lock_limit(work, &schedule, booker);
		now = clock_now();
		seat_set_read(work, set, booker, now);
		schedule_check_again(work, &schedule);
		claims = seat_set_check_free(work, set);
		schedule_check_limit(work, &schedule, booker, claims, now);
	}

	hold_claim(work, set, booker, &schedule);
}

/* -------- extend -------- */

/* The hold's row follows the seat's, unless somebody took it from the booker. */
static void
extend_hold_row(RowWork *work, Seat *seat, const Booker *booker)
{
	if (!hold_row_extend(work, seat->hold_slot, seat->deadline) ||
		!seat_hold_is_of(work, seat, booker))
		errors_not_held(seat_refuse(work, NIL, seat, SEAT_REASON_NOT_HELD));
}

static TimestampTz
extended_deadline(RowWork *work, Seat *seat, const Schedule *schedule,
				  TimestampTz now)
{
	TimestampTz held_since = now;

	row_get_timestamp(row_table(work, TABLE_HOLDS),
					  seat->hold_slot, HOLD_HELD_SINCE, &held_since);
	return schedule_extended_deadline(schedule, now, held_since, seat->deadline);
}

/*
 * Gives one live hold a fresh term. The row is locked first, so that the clock
 * is read after any wait: a hold that ended meanwhile stays ended.
 */
static void
extend_seat(RowWork *work, Seat *seat, const Booker *booker,
			const Schedule *schedule)
{
	SeatTable  *seats = row_table(work, TABLE_SEATS);
	TimestampTz now;
	TimestampTz deadline;
	TimestampTz told;

	seat_reread(work, seat, booker);
	if (!seat->found || seat->state != SEAT_MINE)
		return;
	now = clock_now();
	deadline = extended_deadline(work, seat, schedule, now);
	/* nothing to write, unless hand-written SQL left the deadline null */
	if (deadline == seat->deadline &&
		row_get_timestamp(seats, seat->slot, SEAT_HOLD_EXPIRES_AT, &told))
		return;
	if (!write_deadline(work, seat, booker, deadline, now))
		errors_serialization();
}

static void
extend_set(RowWork *work, SeatSet *set, const Booker *booker,
		   const Schedule *schedule)
{
	int			live = 0;
	int			i;

	for (i = 0; i < set->count; i++)
	{
		Seat	   *seat = set->by_id[i];

		if (!seat->found || seat->state != SEAT_MINE)
			continue;
		extend_seat(work, seat, booker, schedule);
		if (seat->found && seat->state == SEAT_MINE)
			live++;
	}
	if (live == 0)
		errors_no_live_hold(&schedule->id);
	for (i = 0; i < set->count; i++)
	{
		if (set->by_id[i]->changed)
			extend_hold_row(work, set->by_id[i], booker);
	}
}

/* -------- release -------- */

static bool
belongs_to_booker(RowWork *work, Seat *seat, const Booker *booker)
{
	return seat->found &&
		(seat->state == SEAT_MINE || seat->state == SEAT_LAPSED) &&
		seat_hold_is_of(work, seat, booker);
}

/*
 * Gives one seat back, unless it is not the booker's any more. A named one must
 * still be a live hold after any wait.
 */
static void
release_seat(RowWork *work, Seat *seat, const Booker *booker, bool named)
{
	if (seat_free(work, seat, booker))
		return;
	if (!belongs_to_booker(work, seat, booker) ||
		(named && seat->state != SEAT_MINE))
		return;
	if (!seat_free(work, seat, booker))
		errors_serialization();
}

/*
 * Gives the booker's holds of the set back. Named seats must all be live holds;
 * otherwise lapsed ones are cleared away too, uncounted.
 */
static int
release_set(RowWork *work, SeatSet *set, const Booker *booker, bool named)
{
	List	   *not_held = NIL;
	int			released = 0;
	int			i;

	for (i = 0; named && i < set->count; i++)
	{
		Seat	   *seat = &set->seats[i];

		if (!seat->found || seat->state != SEAT_MINE)
			not_held = seat_refuse(work, not_held, seat, SEAT_REASON_NOT_HELD);
	}
	if (not_held != NIL)
		errors_not_held(not_held);

	for (i = 0; i < set->count; i++)
	{
		if (belongs_to_booker(work, set->by_id[i], booker))
			release_seat(work, set->by_id[i], booker, named);
	}
	for (i = 0; i < set->count; i++)
	{
		Seat	   *seat = set->by_id[i];

		if (seat->changed)
		{
			if (seat->state == SEAT_MINE)
				released++;
			seat_drop_hold(work, seat);
		}
		else if (named)
			errors_not_held(seat_refuse(work, NIL, seat, SEAT_REASON_NOT_HELD));
	}
	return released;
}
