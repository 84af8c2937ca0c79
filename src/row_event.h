/*
 * row_event.h - insert one row of the event log, into its partition.
 */
#ifndef CONCERT_BOOKING_ROW_EVENT_H
#define CONCERT_BOOKING_ROW_EVENT_H

#include "row.h"

extern void row_insert_event(RowWork *work, TimestampTz occurred_at,
							 const EventValue *new_values, int count);

#endif							/* CONCERT_BOOKING_ROW_EVENT_H */
