/*
 * clock.h - the only "now" of this extension.
 */
#ifndef CONCERT_BOOKING_CLOCK_H
#define CONCERT_BOOKING_CLOCK_H

#include "datatype/timestamp.h"

extern TimestampTz clock_now(void);
extern TimestampTz clock_add(TimestampTz from, const Interval *span);

#endif							/* CONCERT_BOOKING_CLOCK_H */
