/*
 * errors.h - every reason for which a call is refused.
 */
#ifndef CONCERT_BOOKING_ERRORS_H
#define CONCERT_BOOKING_ERRORS_H

#include "compat.h"
#include "nodes/pg_list.h"
#include "utils/relcache.h"
#include "utils/uuid.h"

/* Why one seat cannot be had. */
typedef enum SeatReason
{
	SEAT_REASON_UNKNOWN,
	SEAT_REASON_HELD,
	SEAT_REASON_RESERVED,
	SEAT_REASON_BLOCKED,
	SEAT_REASON_NOT_HELD,
	SEAT_REASON_BUSY,
	SEAT_REASON_NOT_BOOKED,
	SEAT_REASON_CHECKED_IN
} SeatReason;

/* One line of a refusal's DETAIL; seat_number is NULL where it is not known. */
typedef struct SeatRefusal
{
	pg_uuid_t	seat_id;
	const char *seat_number;
	SeatReason	reason;
} SeatRefusal;

/* Arguments. */
COMPAT_NORETURN errors_argument_null(const char *argument);
COMPAT_NORETURN errors_argument_value(const char *argument, const char *rule);
COMPAT_NORETURN errors_argument_too_long(const char *argument, int length, int limit);
COMPAT_NORETURN errors_too_many_seats(int count, int limit);
COMPAT_NORETURN errors_customer_missing(void);

/* The booker. */
COMPAT_NORETURN errors_no_booker(void);
COMPAT_NORETURN errors_two_bookers(void);
COMPAT_NORETURN errors_not_your_identity(void);
COMPAT_NORETURN errors_claims_unreadable(void);

/* What is named does not exist, or not for this booker. */
COMPAT_NORETURN errors_no_such_seats(List *refusals);
COMPAT_NORETURN errors_no_such_schedule(const pg_uuid_t *schedule_id);
COMPAT_NORETURN errors_no_such_booking(const pg_uuid_t *booking_id);
COMPAT_NORETURN errors_not_held(List *refusals);

/* The seats, the rules, the window. */
COMPAT_NORETURN errors_seats_taken(List *refusals);
COMPAT_NORETURN errors_busy(List *refusals);
COMPAT_NORETURN errors_no_best_seats(int seat_count, bool adjacent);
COMPAT_NORETURN errors_hold_expired(List *refusals);
COMPAT_NORETURN errors_no_live_hold(const pg_uuid_t *schedule_id);
COMPAT_NORETURN errors_two_schedules(void);
COMPAT_NORETURN errors_schedule_changing(const pg_uuid_t *schedule_id);
COMPAT_NORETURN errors_booker_limit(int64 wanted, int limit);
COMPAT_NORETURN errors_key_reused(void);
COMPAT_NORETURN errors_total_differs(int64 expected_total, int64 total);
COMPAT_NORETURN errors_booking_closed(const char *reason);
COMPAT_NORETURN errors_booking_not_open(TimestampTz opens_at);
COMPAT_NORETURN errors_too_late_to_cancel(TimestampTz deadline);
COMPAT_NORETURN errors_not_booked(List *refusals);
COMPAT_NORETURN errors_checked_in(List *refusals);
COMPAT_NORETURN errors_staff_only(const char *message);

/* The schedule's row, the transaction. */
COMPAT_NORETURN errors_duration_out_of_range(const char *column,
											 const pg_uuid_t *schedule_id);
COMPAT_NORETURN errors_serialization(void);

/* A uuid as text. */
extern char *errors_uuid_text(const pg_uuid_t *uuid);

/* In an error context callback. */
extern void errors_hide_row(void);

#endif							/* CONCERT_BOOKING_ERRORS_H */
