/*
 * hold.c - hold, extend, release and expire.
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
#include "common/hashfn.h"
#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/hsearch.h"

#include "arguments.h"
#include "async_holds.h"
#include "clock.h"
#include "errors.h"
#include "event.h"
#include "hold.h"
#include "notify.h"
#include "schedule.h"
#include "uuid_v7.h"

/* A wait longer than this while writing seats starts their term again. */
#define TERM_SLACK_US (100 * 1000)

PG_FUNCTION_INFO_V1(concert_booking_hold_seat);
PG_FUNCTION_INFO_V1(concert_booking_hold_seats);
PG_FUNCTION_INFO_V1(concert_booking_extend_holds);
PG_FUNCTION_INFO_V1(concert_booking_release_seats);
PG_FUNCTION_INFO_V1(concert_booking_expire_holds);

static void hold_set(RowWork *work, SeatSet *set, const Booker *booker);
static void extend_set(RowWork *work, SeatSet *set, const Booker *booker,
					   const Schedule *schedule);
static int	release_set(RowWork *work, SeatSet *set, const Booker *booker,
						bool named);
static int	expire_batch(RowWork *work, int batch_size);

/* -------- called by SQL -------- */

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

Datum
concert_booking_hold_seats(PG_FUNCTION_ARGS)
{
	pg_uuid_t  *seat_ids;
	int			count = arguments_seat_ids(fcinfo, 0, &seat_ids);
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
	hold_find_all(&work, &booker, schedule_id, &set);
	extend_set(&work, &set, &booker, &schedule);
	hold_sort_by_ordinal(&work, &set);
	hold_return(fcinfo, &work, &set);
	row_end(&work);
	async_holds_end();
	return (Datum) 0;
}

Datum
concert_booking_release_seats(PG_FUNCTION_ARGS)
{
	bool		named = !PG_ARGISNULL(0);
	pg_uuid_t  *seat_ids = NULL;
	int			count = named ? arguments_seat_ids(fcinfo, 0, &seat_ids) : 0;
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
		hold_find_all(&work, &booker, NULL, &set);
	released = release_set(&work, &set, &booker, named);
	row_end(&work);
	async_holds_end();
	PG_RETURN_INT32(released);
}

Datum
concert_booking_expire_holds(PG_FUNCTION_ARGS)
{
	RowWork		work;
	int			expired;

	if (PG_ARGISNULL(0))
		errors_argument_null("batch_size");
	if (PG_GETARG_INT32(0) < 1 || PG_GETARG_INT32(0) > 1000000)
		errors_argument_value("batch_size", "Use 1 to 1,000,000.");
	PreventCommandIfReadOnly("expire_holds()");

	row_begin(&work, SEAT_TABLES);
	expired = expire_batch(&work, PG_GETARG_INT32(0));
	row_end(&work);
	PG_RETURN_INT32(expired);
}

/* -------- what several commands share -------- */

/*
 * Refuses seats that do not exist, and seats of two schedules. Returns the one
 * schedule's id.
 */
const pg_uuid_t *
hold_check_seats(RowWork *work, SeatSet *set)
{
	const pg_uuid_t *schedule_id = NULL;
	List	   *unknown = NIL;
	int			i;

	for (i = 0; i < set->count; i++)
	{
		if (!set->seats[i].found)
			unknown = seat_refuse(work, unknown, &set->seats[i],
								  SEAT_REASON_UNKNOWN);
	}
	if (unknown != NIL)
		errors_no_such_seats(unknown);
	for (i = 0; i < set->count; i++)
	{
		const pg_uuid_t *id = seat_schedule_id(work, &set->seats[i]);

		if (schedule_id != NULL && memcmp(schedule_id, id, UUID_LEN) != 0)
			errors_two_schedules();
		schedule_id = id;
	}
	return schedule_id;
}

/*
 * Refuses seats that a look without locks shows taken. Returns how many are to
 * be claimed; the others are the booker's already.
 */
int
hold_check_free(RowWork *work, SeatSet *set)
{
	List	   *taken = NIL;
	int			claims = 0;
	int			i;

	for (i = 0; i < set->count; i++)
	{
		Seat	   *seat = &set->seats[i];

		if (seat_is_claimable(seat))
			claims++;
		else if (seat->state != SEAT_MINE)
			taken = seat_refuse(work, taken, seat, seat_reason(seat));
	}
	if (taken != NIL)
		errors_seats_taken(taken);
	return claims;
}

/* Refuses a seat that is not what the call needs after it was read again. */
void
hold_refuse_taken(RowWork *work, Seat *seat, const pg_uuid_t *schedule_id)
{
	if (!seat->found || !seat_is_of(work, seat, schedule_id))
		errors_no_such_seats(seat_refuse(work, NIL, seat, SEAT_REASON_UNKNOWN));
	errors_seats_taken(seat_refuse(work, NIL, seat, seat_reason(seat)));
}

/*
 * All seats that the booker has a hold on, live or lapsed, on one schedule or
 * (NULL) on any.
 */
void
hold_find_all(RowWork *work, const Booker *booker, const pg_uuid_t *schedule_id,
			  SeatSet *set)
{
	RowTable   *holds = row_table(work, TABLE_HOLDS);
	TupleTableSlot *slot = row_slot(work, holds);
	ScanKeyData keys[2];
	RowScan		scan;
	pg_uuid_t  *ids = palloc(sizeof(pg_uuid_t) * 8);
	int			room = 8;
	int			count = 0;

	row_key_uuid(&keys[0], 1, &booker->id);
	if (schedule_id != NULL)
		row_key_uuid(&keys[1], 2, schedule_id);
	scan = row_scan(holds,
					booker->is_member ? INDEX_HOLD_USER : INDEX_HOLD_SESSION,
					schedule_id == NULL ? 1 : 2, keys);
	while (row_scan_next(&scan, slot))
	{
		if (count == room)
		{
			room *= 2;
			ids = repalloc(ids, sizeof(pg_uuid_t) * room);
		}
		ids[count++] = *row_get_uuid(holds, slot, HOLD_SEAT_ID);
	}
	row_scan_end(&scan);
	seat_set_make(set, ids, count);
	seat_set_read(work, set, booker, clock_now());
}

typedef struct OrderedSeat
{
	int32		ordinal;
	Seat		seat;
} OrderedSeat;

static int
compare_ordinals(const void *a, const void *b)
{
	int32		left = ((const OrderedSeat *) a)->ordinal;
	int32		right = ((const OrderedSeat *) b)->ordinal;

	return left < right ? -1 : left > right;
}

/* Puts the set into seat order; by_id is void afterwards. */
void
hold_sort_by_ordinal(RowWork *work, SeatSet *set)
{
	RowTable   *seats = row_table(work, TABLE_SEATS);
	OrderedSeat *ordered = palloc(sizeof(OrderedSeat) * Max(set->count, 1));
	int			i;

	for (i = 0; i < set->count; i++)
	{
		ordered[i].seat = set->seats[i];
		ordered[i].ordinal = set->seats[i].found ?
			row_get_int(seats, set->seats[i].slot, SEAT_ORDINAL) :
			0;
	}
	qsort(ordered, set->count, sizeof(OrderedSeat), compare_ordinals);
	for (i = 0; i < set->count; i++)
		set->seats[i] = ordered[i].seat;
	set->by_id = NULL;
}

/* -------- hold -------- */

static bool
write_deadline(RowWork *work, Seat *seat, const Booker *booker,
			   TimestampTz deadline, TimestampTz now)
{
	RowValue	values[] = {
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
		   const Schedule *schedule, TimestampTz now)
{
	if (write_deadline(work, seat, booker,
					   schedule_hold_deadline(schedule, now), now))
		return;
	if (!seat->found || !seat_is_of(work, seat, &schedule->id))
		hold_refuse_taken(work, seat, &schedule->id);
	if (seat->state == SEAT_MINE)
		return;
	if (!seat_is_claimable(seat))
		hold_refuse_taken(work, seat, &schedule->id);
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
		is_long |= set->seats[i].changed && set->seats[i].deadline <= now;
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
	RowTable   *seats = row_table(work, TABLE_SEATS);
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
insert_hold(RowWork *work, Seat *seat, const Booker *booker,
			const pg_uuid_t *schedule_id, TimestampTz now)
{
	pg_uuid_t	id;
	RowValue	values[] = {
		ROW_VALUE(HOLD_ID, UUIDPGetDatum(uuid_v7_make(&id))),
		ROW_NULLABLE(HOLD_USER_ID, booker_user_id(booker)),
		ROW_NULLABLE(HOLD_SESSION_ID, booker_session_id(booker)),
		ROW_VALUE(HOLD_SEAT_ID, UUIDPGetDatum(&seat->id)),
		ROW_VALUE(HOLD_SCHEDULE_ID, UUIDPGetDatum(schedule_id)),
		ROW_VALUE(HOLD_HELD_SINCE, TimestampTzGetDatum(now)),
		ROW_VALUE(HOLD_EXPIRES_AT, TimestampTzGetDatum(seat->deadline)),
		ROW_VALUE(HOLD_CREATED_AT, TimestampTzGetDatum(now)),
		ROW_VALUE(HOLD_PRICE, Int32GetDatum(seat_price(work, seat))),
	};

	row_insert(work, row_table(work, TABLE_HOLDS), values,
			   lengthof(values));
}

/*
 * Claims every seat of the set that is not the booker's yet, in lock order, or
 * raises. The rules have been checked; only the seats are judged here.
 */
void
hold_claim(RowWork *work, SeatSet *set, const Booker *booker,
		   const Schedule *schedule)
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

	now = clock_now();
	for (i = 0; i < set->count; i++)
	{
		Seat	   *seat = set->by_id[i];

		if (!seat->changed)
			continue;
		seat_drop_hold(work, seat);
		insert_hold(work, seat, booker, &schedule->id, now);
		seat->state = SEAT_MINE;
	}
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
	schedule_id = hold_check_seats(work, set);
	claims = hold_check_free(work, set);
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
		claims = hold_check_free(work, set);
		schedule_check_limit(work, &schedule, booker, claims, now);
	}

	hold_claim(work, set, booker, &schedule);
}

/* -------- extend -------- */

/* The hold's row follows the seat's, unless somebody took it from the booker. */
static void
extend_hold_row(RowWork *work, Seat *seat, const Booker *booker)
{
	RowValue	values[] = {
		ROW_VALUE(HOLD_EXPIRES_AT, TimestampTzGetDatum(seat->deadline)),
	};

	if (!row_update_newest(work, row_table(work, TABLE_HOLDS),
						   seat->hold_slot, values, lengthof(values)) ||
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
	RowTable   *seats = row_table(work, TABLE_SEATS);
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

/* Sets a seat free whose hold is given back or over; its hold row follows. */
static bool
free_seat(RowWork *work, Seat *seat, const Booker *booker)
{
	RowValue	values[] = {
		ROW_VALUE(SEAT_STATUS, seat_status_datum(SEAT_STATUS_AVAILABLE)),
		ROW_NULL(SEAT_HOLD_EXPIRES_AT),
		ROW_VALUE(SEAT_UPDATED_AT, TimestampTzGetDatum(clock_now())),
	};

	return seat_update(work, seat, booker, values, lengthof(values));
}

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
	if (free_seat(work, seat, booker))
		return;
	if (!belongs_to_booker(work, seat, booker) ||
		(named && seat->state != SEAT_MINE))
		return;
	if (!free_seat(work, seat, booker))
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

/* -------- expire -------- */

/* How many holds of one schedule a sweep has ended. */
typedef struct ScheduleCount
{
	pg_uuid_t	schedule_id;
	int			seats;
} ScheduleCount;

static HTAB *
make_counts(void)
{
	HASHCTL		control = {0};

	control.keysize = sizeof(pg_uuid_t);
	control.entrysize = sizeof(ScheduleCount);
	control.hcxt = CurrentMemoryContext;
	return hash_create("concert_booking expired holds", 16, &control,
					   HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
}

static void
add_count(HTAB *counts, const pg_uuid_t *schedule_id)
{
	bool		found;
	ScheduleCount *count = hash_search(counts, schedule_id, HASH_ENTER, &found);

	if (!found)
		count->seats = 0;
	count->seats++;
}

/* Whether the locked seat's hold is really over. */
static bool
seat_is_lapsed(RowTable *seats, TupleTableSlot *slot)
{
	TimestampTz deadline;

	return !row_text_is(seats, slot, SEAT_STATUS, "temp_reserved") ||
		!row_get_timestamp(seats, slot, SEAT_HOLD_EXPIRES_AT, &deadline) ||
		deadline <= clock_now();
}

/*
 * Ends one lapsed hold: its seat and its row are locked without waiting, the
 * seat judged by its newest version. False when it is somebody else's business
 * now.
 */
static bool
expire_hold(RowWork *work, TupleTableSlot *hold_slot, TupleTableSlot *seat_slot)
{
	RowTable   *seats = row_table(work, TABLE_SEATS);
	RowTable   *holds = row_table(work, TABLE_HOLDS);
	RowValue	values[] = {
		ROW_VALUE(SEAT_STATUS, seat_status_datum(SEAT_STATUS_AVAILABLE)),
		ROW_NULL(SEAT_HOLD_EXPIRES_AT),
		ROW_VALUE(SEAT_UPDATED_AT, TimestampTzGetDatum(clock_now())),
	};

	if (!row_find_uuid(seats, INDEX_ID,
					   row_get_uuid(holds, hold_slot, HOLD_SEAT_ID), seat_slot) ||
		row_lock(work, seats, seat_slot, LockWaitSkip) != TM_Ok ||
		!seat_is_lapsed(seats, seat_slot) ||
		row_lock(work, holds, hold_slot, LockWaitSkip) != TM_Ok)
		return false;
	if (row_text_is(seats, seat_slot, SEAT_STATUS, "temp_reserved"))
	{
		if (row_update(work, seats, seat_slot, values, lengthof(values)) != TM_Ok)
			return false;
		notify_seat_changed(work, seat_slot, values, lengthof(values));
	}
	(void) row_delete_newest(work, holds, hold_slot);
	return true;
}

static void
log_counts(RowWork *work, HTAB *counts)
{
	HASH_SEQ_STATUS status;
	ScheduleCount *count;

	hash_seq_init(&status, counts);
	while ((count = hash_seq_search(&status)) != NULL)
		event_log(work, "holds_expired", &count->schedule_id, NULL,
				  count->seats);
}

/* Where the last batch of this backend was full. */
static BlockNumber sweep_block = 0;

/*
 * Sweeps up to batch_size lapsed holds. The whole table is read: it holds no more
 * than the seats that are held now, and an index on expires_at would cost every
 * hold more than all sweeps together. A long snapshot keeps its dead rows as well:
 * so a batch goes on where the last one was full, and round to there. One that is
 * not full has seen every page.
 */
static int
expire_batch(RowWork *work, int batch_size)
{
	RowTable   *seats = row_table(work, TABLE_SEATS);
	RowTable   *holds = row_table(work, TABLE_HOLDS);
	TupleTableSlot *hold_slot = row_slot(work, holds);
	TupleTableSlot *seat_slot = row_slot(work, seats);
	HTAB	   *counts = make_counts();
	TimestampTz now = clock_now();
	TimestampTz deadline = DT_NOEND;
	RowScan		scan = row_scan_from(holds, sweep_block);
	int			expired = 0;

	while (expired < batch_size && row_scan_next(&scan, hold_slot))
	{
		row_get_timestamp(holds, hold_slot, HOLD_EXPIRES_AT, &deadline);
		if (deadline <= now && expire_hold(work, hold_slot, seat_slot))
		{
			add_count(counts, row_get_uuid(holds, hold_slot, HOLD_SCHEDULE_ID));
			expired++;
			sweep_block = ItemPointerGetBlockNumber(&hold_slot->tts_tid);
		}
	}
	row_scan_end(&scan);
	log_counts(work, counts);
	return expired;
}
