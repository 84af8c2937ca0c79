/*
 * clock.c - the only "now" of this extension.
 *
 * A deadline is judged by the wall clock, read when it is needed: now() is the
 * start of the transaction, which is older than any wait for a row lock.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "clock.h"
#include "settings.h"

PG_FUNCTION_INFO_V1(concert_booking_clock);

Datum
concert_booking_clock(PG_FUNCTION_ARGS)
{
	PG_RETURN_TIMESTAMPTZ(clock_now());
}

/* The instant, shifted by the setting for tests. */
TimestampTz
clock_now(void)
{
	return GetCurrentTimestamp() + settings_clock_offset_us();
}

/* from + span, by the calendar where span has days or months. */
TimestampTz
clock_add(TimestampTz from, const Interval *span)
{
	if (span->month == 0 && span->day == 0)
		return from + span->time;
	return DatumGetTimestampTz(DirectFunctionCall2(timestamptz_pl_interval,
												   TimestampTzGetDatum(from),
												   IntervalPGetDatum(span)));
}
