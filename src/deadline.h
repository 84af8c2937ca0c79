/*
 * deadline.h - when a hold is over.
 */
#ifndef CONCERT_BOOKING_DEADLINE_H
#define CONCERT_BOOKING_DEADLINE_H

#include "datatype/timestamp.h"

/*
 * Whether a hold with this deadline is over. A hold lives until its deadline, and
 * not at the deadline itself. now is a clock read after any wait (clock_now()).
 */
static inline bool
deadline_is_over(TimestampTz deadline, TimestampTz now)
{
	return deadline <= now;
}

#endif							/* CONCERT_BOOKING_DEADLINE_H */
