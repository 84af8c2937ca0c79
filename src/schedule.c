/*
 * schedule.c - what a schedule allows: window, term, limit, cut-off.
 *
 * Locking: the schedule's row is only read. Who changes it (an operator) does
 * not stop a sale that is under way; cancel_schedule() does, by locking the
 * seats. A per-booker limit is guarded by row_lock_key() on schedule and booker.
 */
#include "postgres.h"

#include "utils/builtins.h"

#include "clock.h"
#include "errors.h"
#include "hold_row.h"
#include "row_read.h"
#include "same.h"
#include "schedule.h"
#include "settings.h"

/* As the constraints of concert_schedules have it: one year, a hundred years. */
#define HOLD_DAYS_LIMIT		(12 * DAYS_PER_MONTH)
#define CANCEL_DAYS_LIMIT	(100 * 12 * DAYS_PER_MONTH)

static const char *
why_concert_closed(RowWork *work, const pg_uuid_t *concert_id)
{
	ConcertTable *concerts = row_table(work, TABLE_CONCERTS);
	TupleTableSlot *slot = row_slot(work, concerts);

	if (!row_find_again(concerts, concert_id, slot) ||
		row_get_bool(concerts, slot, CONCERT_IS_DELETED))
		return "concert_withdrawn";
	if (row_text_is(concerts, slot, CONCERT_STATUS, "active"))
		return NULL;
	if (row_text_is(concerts, slot, CONCERT_STATUS, "postponed"))
		return "concert_postponed";
	return "concert_cancelled";
}

/*
 * The zone whose days and months a schedule's are: the venue's. Few schedules
 * have such a term, so it is looked for only then.
 */
static text *
venue_zone(RowWork *work, const pg_uuid_t *concert_id)
{
	ConcertTable *concerts = row_table(work, TABLE_CONCERTS);
	VenueTable *venues = row_table(work, TABLE_VENUES);
	TupleTableSlot *concert = row_slot(work, concerts);
	TupleTableSlot *venue = row_slot(work, venues);

	if (!row_find_again(concerts, concert_id, concert) ||
		!row_find_uuid(venues, INDEX_ID,
					   row_get_uuid(concerts, concert, CONCERT_VENUE_ID), venue))
		return cstring_to_text("UTC");	/* the concert is being deleted */
	return row_get_text(venues, venue, VENUE_TIMEZONE);
}

/*
 * A duration of the schedule, NULL where it has none. The CHECK constraints have
 * the same bounds; rows that were there before them can have anything.
 */
static Interval *
get_duration(ScheduleTable *schedules, TupleTableSlot *slot, ScheduleColumn column,
			 const char *name, int most_days, const pg_uuid_t *schedule_id)
{
	bool		isnull;
	Datum		datum = row_get(schedules, slot, column, &isnull);

	if (isnull)
		return NULL;
	if (!clock_span_is_within(DatumGetIntervalP(datum), most_days))
		errors_duration_out_of_range(name, schedule_id);
	return DatumGetIntervalP(datum);
}

/* Whether the performance was cancelled. Rows of before version 0.2 have no status. */
static bool
is_cancelled(ScheduleTable *schedules, TupleTableSlot *slot)
{
	return schedules->table.shape->attno[SCHEDULE_STATUS] != InvalidAttrNumber &&
		row_text_is(schedules, slot, SCHEDULE_STATUS, "cancelled");
}

/* The schedule's row and what it allows, durations apart; NULL: there is none. */
static TupleTableSlot *
read_schedule(RowWork *work, const pg_uuid_t *id, Schedule *schedule)
{
	ScheduleTable *schedules;
	TupleTableSlot *slot;
	bool		isnull;
	Datum		limit;

	row_open(work, SCHEDULE_TABLES);
	schedules = row_table(work, TABLE_SCHEDULES);
	slot = row_slot(work, schedules);
	if (!row_find_again(schedules, id, slot))
		return NULL;
	memset(schedule, 0, sizeof(Schedule));
	schedule->id = *id;
	schedule->concert_id = *row_get_uuid(schedules, slot, SCHEDULE_CONCERT_ID);
	schedule->opens_at = DT_NOBEGIN;
	schedule->closes_at = DT_NOEND;
	row_get_timestamp(schedules, slot, SCHEDULE_STARTS_AT, &schedule->starts_at);
	row_get_timestamp(schedules, slot, SCHEDULE_OPENS_AT, &schedule->opens_at);
	row_get_timestamp(schedules, slot, SCHEDULE_CLOSES_AT, &schedule->closes_at);
	schedule->payment_required = row_get_bool(schedules, slot, SCHEDULE_PAYMENT_REQUIRED);
	schedule->refund_ladder = row_get(schedules, slot, SCHEDULE_REFUND_LADDER, &isnull);
	limit = row_get(schedules, slot, SCHEDULE_MAX_SEATS, &isnull);
	if (!isnull)
		schedule->max_seats_per_booker = DatumGetInt16(limit);
	if (is_cancelled(schedules, slot))
		schedule->closed_why = "schedule_cancelled";
	else if (!row_get_bool(schedules, slot, SCHEDULE_IS_BOOKING_OPEN))
		schedule->closed_why = "box_office_closed";
	else
		schedule->closed_why =
			why_concert_closed(work, &schedule->concert_id);
	return slot;
}

/* Reads what the schedule allows; false when there is no such schedule. */
bool
schedule_find(RowWork *work, const pg_uuid_t *id, Schedule *schedule)
{
	TupleTableSlot *slot = read_schedule(work, id, schedule);
	ScheduleTable *schedules = row_table(work, TABLE_SCHEDULES);

	if (slot == NULL)
		return false;
	schedule->hold_duration = get_duration(schedules, slot, SCHEDULE_HOLD_DURATION,
										   "hold_duration", HOLD_DAYS_LIMIT, id);
	schedule->cancel_until = get_duration(schedules, slot, SCHEDULE_CANCEL_UNTIL,
										  "cancel_until", CANCEL_DAYS_LIMIT, id);
	schedule->payment_window = get_duration(schedules, slot, SCHEDULE_PAYMENT_WINDOW,
											"payment_window", HOLD_DAYS_LIMIT, id);
	if (schedule->hold_duration != NULL &&
		clock_span_has_days(schedule->hold_duration))
		schedule->hold_zone = venue_zone(work, &schedule->concert_id);
	return true;
}

/*
 * The same for money that has arrived, which is never refused: it asks for no
 * duration, so one that is out of bounds is none of its business.
 */
bool
schedule_find_for_charge(RowWork *work, const pg_uuid_t *id, Schedule *schedule)
{
	return read_schedule(work, id, schedule) != NULL;
}

/*
 * PT423 unless a live hold may be confirmed. The end of the sales window is not
 * looked at: the hold was bounded by it when it was made, and stays a promise
 * when the window's end is brought forward.
 */
void
schedule_check_still_sold(const Schedule *schedule, TimestampTz now)
{
	if (schedule->closed_why != NULL)
		errors_booking_closed(schedule->closed_why);
	if (schedule->starts_at <= now)
		errors_booking_closed("started");
}

/* PT423 unless holds may be extended. */
void
schedule_check_not_closed(const Schedule *schedule, TimestampTz now)
{
	if (schedule->closed_why == NULL && schedule->closes_at <= now)
		errors_booking_closed("window_over");
	schedule_check_still_sold(schedule, now);
}

/* PT423 or PT425 unless seats may be sold now. */
void
schedule_check_open(const Schedule *schedule, TimestampTz now)
{
	schedule_check_not_closed(schedule, now);
	if (schedule->opens_at > now)
		errors_booking_not_open(schedule->opens_at);
}

/*
 * The window by the schedule's newest row. PT409 where the performance was moved
 * since the call has read it: the buyer wanted another evening.
 */
static void
read_again(RowWork *work, Schedule *schedule)
{
	Schedule	newest;

	row_refresh(work);
	if (!schedule_find_for_charge(work, &schedule->id, &newest))
		errors_no_such_schedule(&schedule->id);
	if (newest.starts_at != schedule->starts_at)
		errors_schedule_changing(&schedule->id);
	schedule->closed_why = newest.closed_why;
	schedule->opens_at = newest.opens_at;
	schedule->closes_at = newest.closes_at;
}

/*
 * schedule_check_open() by the newest row, for a call that met a seat that somebody
 * has changed meanwhile: cancel_schedule() and postpone_schedule() change each seat
 * that is not blocked, so that nobody who has read the schedule before sells one
 * after it.
 */
void
schedule_check_again(RowWork *work, Schedule *schedule)
{
	read_again(work, schedule);
	schedule_check_open(schedule, clock_now());
}

/* The same for a call that sells what is held. */
void
schedule_check_still_there(RowWork *work, Schedule *schedule)
{
	read_again(work, schedule);
	schedule_check_still_sold(schedule, clock_now());
}

/* Whether seats may be sold now. */
bool
schedule_is_open(const Schedule *schedule, TimestampTz now)
{
	return schedule->closed_why == NULL && schedule->closes_at > now &&
		schedule->starts_at > now && schedule->opens_at <= now;
}

static TimestampTz
full_term(const Schedule *schedule, TimestampTz now)
{
	if (schedule->hold_duration != NULL)
		return clock_add(now, schedule->hold_duration, schedule->hold_zone);
	return clock_add_us(now, (int64) settings_hold_duration_ms * 1000);
}

/*
 * A hold ends with the window: a hold that lives can always be confirmed in
 * time, and its countdown says so.
 */
TimestampTz
schedule_hold_deadline(const Schedule *schedule, TimestampTz now)
{
	TimestampTz end = full_term(schedule, now);

	end = Min(end, schedule->closes_at);
	return Min(end, schedule->starts_at);
}

/* Until when seats are kept for a payment that begins now; not past the start. */
TimestampTz
schedule_pay_by(RowWork *work, const Schedule *schedule, TimestampTz now)
{
	const Interval *span = schedule->payment_window;
	TimestampTz end;

	if (span == NULL)
		end = clock_add_us(now, (int64) settings_payment_window_ms * 1000);
	else
		end = clock_add(now, span,
						clock_span_has_days(span) ?
							venue_zone(work, &schedule->concert_id) :
							NULL);
	return Min(end, schedule->starts_at);
}

/* A fresh term from now, within max_hold_duration; never earlier than before. */
TimestampTz
schedule_extended_deadline(const Schedule *schedule, TimestampTz now,
						   TimestampTz held_since, TimestampTz old_deadline)
{
	TimestampTz end = schedule_hold_deadline(schedule, now);

	end = Min(end, clock_add_us(held_since, (int64) settings_max_hold_duration_ms * 1000));
	return Max(end, old_deadline);
}

/* The instant from which on a booking cannot be cancelled. */
TimestampTz
schedule_cancel_deadline(RowWork *work, const Schedule *schedule)
{
	const Interval *span = schedule->cancel_until;

	if (span == NULL)
		return clock_add_us(schedule->starts_at,
							-(int64) settings_cancel_until_s * USECS_PER_SEC);
	return clock_subtract(schedule->starts_at, span,
						  clock_span_has_days(span) ?
							  venue_zone(work, &schedule->concert_id) :
							  NULL);
}

/* One call at a time for a booker on a schedule. */
void
schedule_lock_booker(RowWork *work, const Schedule *schedule, const Booker *booker)
{
	struct
	{
		pg_uuid_t	schedule_id;
		pg_uuid_t	booker_id;
		bool		is_member;	/* members and guests share no ids */
	}			key;

	key.schedule_id = schedule->id;
	key.booker_id = booker->id;
	key.is_member = booker->is_member;
	row_lock_key(work, TABLE_HOLDS, &key, sizeof(key));
}

/*
 * The same on a limited schedule: what adds seats, what turns holds into bookings
 * and what keeps holds from ending, so that every count sees each seat once.
 */
void
schedule_lock_limit(RowWork *work, const Schedule *schedule, const Booker *booker)
{
	if (schedule->max_seats_per_booker == 0)
		return;
	row_open(work, ROW_TABLES(TABLE_BOOKINGS));
	schedule_lock_booker(work, schedule, booker);
}

static int64
count_booked_seats(RowWork *work, const Schedule *schedule, const Booker *booker)
{
	BookingTable *bookings = row_table(work, TABLE_BOOKINGS);
	TupleTableSlot *slot = row_slot(work, bookings);
	ScanKeyData key;
	RowScan		scan;
	int64		count = 0;

	row_key_uuid(&key, 1, &booker->id);
	scan = row_scan(bookings,
					booker->is_member ? INDEX_BOOKING_USER : INDEX_BOOKING_SESSION,
					1, &key);
	while (row_scan_next(&scan, slot))
	{
		pg_uuid_t  *schedule_id = row_get_uuid(bookings, slot, BOOKING_SCHEDULE_ID);

		if (same_uuid(schedule_id, &schedule->id) &&
			row_text_is(bookings, slot, BOOKING_STATUS, "confirmed"))
			count += row_get_int(bookings, slot, BOOKING_SEAT_COUNT);
	}
	row_scan_end(&scan);
	return count;
}

static int64
count_wanted(RowWork *work, const Schedule *schedule, const Booker *booker,
			 int new_seats, TimestampTz now)
{
	return hold_row_count_live(work, booker, &schedule->id, now) +
		count_booked_seats(work, schedule, booker) + new_seats;
}

/*
 * Whether new_seats more keep to the schedule's limit. The caller has taken
 * schedule_lock_limit().
 */
bool
schedule_limit_allows(RowWork *work, const Schedule *schedule,
					  const Booker *booker, int new_seats, TimestampTz now)
{
	return schedule->max_seats_per_booker == 0 ||
		count_wanted(work, schedule, booker, new_seats, now) <=
		schedule->max_seats_per_booker;
}

/* The same; PT422 when they would break it. */
void
schedule_check_limit(RowWork *work, const Schedule *schedule,
					 const Booker *booker, int new_seats, TimestampTz now)
{
	int64		wanted;

	if (schedule->max_seats_per_booker == 0)
		return;
	wanted = count_wanted(work, schedule, booker, new_seats, now);
	if (wanted > schedule->max_seats_per_booker)
		errors_booker_limit(wanted, schedule->max_seats_per_booker);
}
