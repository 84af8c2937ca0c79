/*
 * availability.h - a schedule's counts without a hot row.
 */
#ifndef CONCERT_BOOKING_AVAILABILITY_H
#define CONCERT_BOOKING_AVAILABILITY_H

#include "row.h"

extern void availability_change(RowWork *work, const pg_uuid_t *schedule_id,
								int available_change);
extern int	availability_count(RowWork *work, const pg_uuid_t *schedule_id);

#endif							/* CONCERT_BOOKING_AVAILABILITY_H */
