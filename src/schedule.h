/*
 * schedule.h - what a schedule allows: window, term, limit, cut-off.
 */
#ifndef CONCERT_BOOKING_SCHEDULE_H
#define CONCERT_BOOKING_SCHEDULE_H

#include "booker.h"
#include "row.h"

typedef struct Schedule
{
	pg_uuid_t	id;
	pg_uuid_t	concert_id;
	const char *closed_why;		/* NULL while nothing but time closes it */
	TimestampTz starts_at;
	TimestampTz opens_at;		/* DT_NOBEGIN without a bound */
	TimestampTz closes_at;		/* DT_NOEND without a bound */
	Interval   *hold_duration;	/* NULL: the setting */
	text	   *hold_zone;		/* of the venue; NULL unless the term needs it */
	Interval   *cancel_until;	/* NULL: the setting */
	int			max_seats_per_booker;	/* 0: no limit */
	bool		payment_required;
	Interval   *payment_window;	/* NULL: the setting */
	Datum		refund_ladder;	/* jsonb; 0: the whole price comes back */
} Schedule;

/* The tables that tell what a schedule allows. */
#define SCHEDULE_TABLES (ROW_TABLES(TABLE_SCHEDULES) | ROW_TABLES(TABLE_CONCERTS))

extern bool schedule_find(RowWork *work, const pg_uuid_t *id, Schedule *schedule);
extern bool schedule_find_for_charge(RowWork *work, const pg_uuid_t *id,
									 Schedule *schedule);
extern void schedule_check_open(const Schedule *schedule, TimestampTz now);
extern void schedule_check_again(RowWork *work, Schedule *schedule);
extern void schedule_check_still_there(RowWork *work, Schedule *schedule);
extern void schedule_check_still_sold(const Schedule *schedule, TimestampTz now);
extern void schedule_check_not_closed(const Schedule *schedule, TimestampTz now);
extern TimestampTz schedule_hold_deadline(const Schedule *schedule,
										  TimestampTz now);
extern TimestampTz schedule_extended_deadline(const Schedule *schedule,
											  TimestampTz now,
											  TimestampTz held_since,
											  TimestampTz old_deadline);
extern TimestampTz schedule_cancel_deadline(RowWork *work,
											const Schedule *schedule);
extern bool schedule_is_open(const Schedule *schedule, TimestampTz now);
extern TimestampTz schedule_pay_by(RowWork *work, const Schedule *schedule,
								   TimestampTz now);
extern void schedule_lock_booker(RowWork *work, const Schedule *schedule,
								 const Booker *booker);
extern void schedule_lock_limit(RowWork *work, const Schedule *schedule,
								const Booker *booker);
extern bool schedule_limit_allows(RowWork *work, const Schedule *schedule,
								  const Booker *booker, int new_seats,
								  TimestampTz now);
extern void schedule_check_limit(RowWork *work, const Schedule *schedule,
								 const Booker *booker, int new_seats,
								 TimestampTz now);

#endif							/* CONCERT_BOOKING_SCHEDULE_H */
