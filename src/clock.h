/*
 * clock.h - the only "now" of this extension.
 */
#ifndef CONCERT_BOOKING_CLOCK_H
#define CONCERT_BOOKING_CLOCK_H

#include "datatype/timestamp.h"
#include "utils/timestamp.h"

extern TimestampTz clock_now(void);
extern bool clock_span_has_days(const Interval *span);
extern bool clock_span_is_within(const Interval *span, int most_days);
extern TimestampTz clock_add(TimestampTz from, const Interval *span, text *zone);
extern TimestampTz clock_subtract(TimestampTz from, const Interval *span,
								  text *zone);
extern TimestampTz clock_add_us(TimestampTz from, int64 span_us);

#endif							/* CONCERT_BOOKING_CLOCK_H */
