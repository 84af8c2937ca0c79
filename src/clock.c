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

/* clock(): the instant by which holds, windows and bookings are judged. */
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

/*
 * Whether span has days or months, which are as long as the calendar of some
 * zone says.
 */
bool
clock_span_has_days(const Interval *span)
{
	return span->day != 0 || span->month != 0;
}

/*
 * Whether span is 0 or longer and at most so many days, a month counted as 30.
 * Each part by itself: '1 month -29 days' is shorter than nothing in February.
 */
bool
clock_span_is_within(const Interval *span, int most_days)
{
	int64		days = (int64) span->month * DAYS_PER_MONTH + span->day +
		span->time / USECS_PER_DAY;

	return span->month >= 0 && span->day >= 0 && span->time >= 0 &&
		(days < most_days ||
		 (days == most_days && span->time % USECS_PER_DAY == 0));
}

/*
 * The ends of the calendar, where nothing can be added any more; what comes
 * within a century of them counts as the end itself.
 */
static bool
is_at_an_end(TimestampTz instant, TimestampTz *end)
{
	const int64 century_us = 36525 * USECS_PER_DAY;

	if (instant < MIN_TIMESTAMP + century_us)
		*end = DT_NOBEGIN;
	else if (instant >= END_TIMESTAMP - century_us)
		*end = DT_NOEND;
	else
		return false;
	return true;
}

/* The instant a span after another; one that is too far away is infinite. */
TimestampTz
clock_add_us(TimestampTz from, int64 span_us)
{
	TimestampTz end;

	return is_at_an_end(from, &end) ? end : from + span_us;
}

/*
 * Days and months are counted on the clock of the zone, as timestamptz + interval
 * counts them on that of the session, which a client may choose; the rest of
 * the span is time that passes. The caller has bounded the span.
 */
static TimestampTz
move_by(TimestampTz from, const Interval *span, int sign, text *zone)
{
	Interval	days = {0};
	TimestampTz end;
	Datum		there;

	if (is_at_an_end(from, &end))
		return end;
	if (clock_span_has_days(span))
	{
		days.day = sign * span->day;
		days.month = sign * span->month;
		there = DirectFunctionCall2(timestamptz_zone, PointerGetDatum(zone),
									TimestampTzGetDatum(from));
		there = DirectFunctionCall2(timestamp_pl_interval, there,
									IntervalPGetDatum(&days));
		from = DatumGetTimestampTz(DirectFunctionCall2(timestamp_zone,
													   PointerGetDatum(zone),
													   there));
	}
	return from + sign * span->time;
}

/* zone is needed only where span has days or months. */
TimestampTz
clock_add(TimestampTz from, const Interval *span, text *zone)
{
	return move_by(from, span, 1, zone);
}

/* The instant a span before another; see clock_add(). */
TimestampTz
clock_subtract(TimestampTz from, const Interval *span, text *zone)
{
	return move_by(from, span, -1, zone);
}
