/*
 * schedule.c - what a schedule allows: window, term, limit, cut-off.
 *
 * Locking: the schedule's row is only read. Who changes it (an operator) does
 * not stop a sale that is under way; cancel_schedule() does, by locking the
 * seats. A per-booker limit is guarded by lock_key() on schedule and booker.
 */
#include "postgres.h"

#include "utils/fmgrprotos.h"

#include "clock.h"
#include "errors.h"
#include "lock.h"
#include "schedule.h"
#include "settings.h"

static const char *
why_concert_closed(RowWork *work, const pg_uuid_t *concert_id)
{
	RowTable   *concerts = row_table(work, TABLE_CONCERTS, AccessShareLock);
	TupleTableSlot *slot = row_slot(work, concerts);

	if (!row_find_again(concerts, concert_id, slot) ||
		row_get_bool(concerts, slot, CONCERT_IS_DELETED))
		return "The concert was withdrawn.";
	if (row_text_is(concerts, slot, CONCERT_STATUS, "active"))
		return NULL;
	if (row_text_is(concerts, slot, CONCERT_STATUS, "postponed"))
		return "The concert is postponed.";
	return "The concert is cancelled.";
}

static Interval *
get_interval(RowTable *schedules, TupleTableSlot *slot, int column)
{
	bool		isnull;
	Datum		datum = row_get(schedules, slot, column, &isnull);

	return isnull ? NULL : DatumGetIntervalP(datum);
}

bool
schedule_find(RowWork *work, const pg_uuid_t *id, Schedule *schedule)
{
	RowTable   *schedules = row_table(work, TABLE_SCHEDULES, RowExclusiveLock);
	TupleTableSlot *slot = row_slot(work, schedules);
	bool		isnull;
	Datum		limit;

	if (!row_find_again(schedules, id, slot))
		return false;
	memset(schedule, 0, sizeof(Schedule));
	schedule->id = *id;
	schedule->opens_at = DT_NOBEGIN;
	schedule->closes_at = DT_NOEND;
	row_get_timestamp(schedules, slot, SCHEDULE_STARTS_AT, &schedule->starts_at);
	row_get_timestamp(schedules, slot, SCHEDULE_OPENS_AT, &schedule->opens_at);
	row_get_timestamp(schedules, slot, SCHEDULE_CLOSES_AT, &schedule->closes_at);
	schedule->hold_duration = get_interval(schedules, slot, SCHEDULE_HOLD_DURATION);
	schedule->cancel_until = get_interval(schedules, slot, SCHEDULE_CANCEL_UNTIL);
	limit = row_get(schedules, slot, SCHEDULE_MAX_SEATS, &isnull);
	if (!isnull)
		schedule->max_seats_per_booker = DatumGetInt16(limit);
	if (!row_get_bool(schedules, slot, SCHEDULE_IS_BOOKING_OPEN))
		schedule->closed_why = "The box office has closed the schedule.";
	else
		schedule->closed_why =
			why_concert_closed(work, row_get_uuid(schedules, slot, SCHEDULE_CONCERT_ID));
	return true;
}

/* PT423 unless a sale that has begun may go on. */
void
schedule_check_not_closed(const Schedule *schedule, TimestampTz now)
{
	if (schedule->closed_why != NULL)
		errors_booking_closed(schedule->closed_why);
	if (schedule->closes_at <= now)
		errors_booking_closed("The time for booking is over.");
	if (schedule->starts_at <= now)
		errors_booking_closed("The performance has started.");
}

/* PT423 or PT425 unless seats may be sold now. */
void
schedule_check_open(const Schedule *schedule, TimestampTz now)
{
	schedule_check_not_closed(schedule, now);
	if (schedule->opens_at > now)
		errors_booking_not_open(schedule->opens_at);
}

static TimestampTz
full_term(const Schedule *schedule, TimestampTz now)
{
	if (schedule->hold_duration != NULL)
		return clock_add(now, schedule->hold_duration);
	return now + (int64) settings_hold_duration_ms * 1000;
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

TimestampTz
schedule_extended_deadline(const Schedule *schedule, TimestampTz now,
						   TimestampTz held_since, TimestampTz old_deadline)
{
	TimestampTz end = schedule_hold_deadline(schedule, now);

	end = Min(end, held_since + (int64) settings_max_hold_duration_ms * 1000);
	return Max(end, old_deadline);
}

/* The instant from which on a booking cannot be cancelled. */
TimestampTz
schedule_cancel_deadline(const Schedule *schedule)
{
	if (schedule->cancel_until == NULL)
		return schedule->starts_at -
			(int64) settings_cancel_until_s * USECS_PER_SEC;
	return DatumGetTimestampTz(DirectFunctionCall2(timestamptz_mi_interval,
												   TimestampTzGetDatum(schedule->starts_at),
												   IntervalPGetDatum(schedule->cancel_until)));
}

/*
 * One call at a time for a booker on a limited schedule: what adds seats, what
 * turns holds into bookings and what keeps holds from ending, so that every count
 * sees each seat once.
 */
void
schedule_lock_limit(RowWork *work, const Schedule *schedule, const Booker *booker)
{
	struct
	{
		pg_uuid_t	schedule_id;
		pg_uuid_t	booker_id;
	}			key;

	if (schedule->max_seats_per_booker == 0)
		return;
	key.schedule_id = schedule->id;
	key.booker_id = booker->id;
	lock_key(row_table(work, TABLE_HOLDS, RowExclusiveLock)->shape->relid,
			 &key, sizeof(key));
	row_refresh(work);
}

static int64
count_live_holds(RowWork *work, const Schedule *schedule, const Booker *booker,
				 TimestampTz now)
{
	RowTable   *holds = row_table(work, TABLE_HOLDS, RowExclusiveLock);
	TupleTableSlot *slot = row_slot(work, holds);
	ScanKeyData keys[2];
	RowScan		scan;
	int64		count = 0;

	row_key_uuid(&keys[0], 1, &booker->id);
	row_key_uuid(&keys[1], 2, &schedule->id);
	scan = row_scan(holds,
					booker->is_member ? INDEX_HOLD_USER : INDEX_HOLD_SESSION,
					2, keys);
	while (row_scan_next(&scan, slot))
	{
		TimestampTz expires_at = 0;

		row_get_timestamp(holds, slot, HOLD_EXPIRES_AT, &expires_at);
		if (expires_at > now)
			count++;
	}
	row_scan_end(&scan);
	return count;
}

static int64
count_booked_seats(RowWork *work, const Schedule *schedule, const Booker *booker)
{
	RowTable   *bookings = row_table(work, TABLE_BOOKINGS, RowExclusiveLock);
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

		if (memcmp(schedule_id, &schedule->id, UUID_LEN) == 0 &&
			row_text_is(bookings, slot, BOOKING_STATUS, "confirmed"))
			count += row_get_int(bookings, slot, BOOKING_SEAT_COUNT);
	}
	row_scan_end(&scan);
	return count;
}

/*
 * PT422 when new_seats more would break the schedule's limit. The caller has
 * taken schedule_lock_limit().
 */
void
schedule_check_limit(RowWork *work, const Schedule *schedule,
					 const Booker *booker, int new_seats, TimestampTz now)
{
	int64		wanted;

	if (schedule->max_seats_per_booker == 0)
		return;
	wanted = count_live_holds(work, schedule, booker, now) +
		count_booked_seats(work, schedule, booker) + new_seats;
	if (wanted > schedule->max_seats_per_booker)
		errors_booker_limit(wanted, schedule->max_seats_per_booker);
}
