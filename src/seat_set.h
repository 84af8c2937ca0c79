/*
 * seat_set.h - the seats of one call: as they were asked for, and in lock order.
 */
#ifndef CONCERT_BOOKING_SEAT_SET_H
#define CONCERT_BOOKING_SEAT_SET_H

#include "seat.h"

/* The seats of a call: as asked for, and in lock order. */
typedef struct SeatSet
{
	int			count;
	Seat	   *seats;
	Seat	  **by_id;
} SeatSet;

extern void seat_set_make(SeatSet *set, const pg_uuid_t *ids, int count);
extern void seat_set_read(RowWork *work, SeatSet *set, const Booker *booker,
						  TimestampTz now);
extern const pg_uuid_t *seat_set_check(RowWork *work, SeatSet *set);
extern int	seat_set_check_free(RowWork *work, SeatSet *set);
extern void seat_set_find_held(RowWork *work, const Booker *booker,
							   const pg_uuid_t *schedule_id, SeatSet *set);
extern void seat_set_sort_by_ordinal(RowWork *work, SeatSet *set);

#endif							/* CONCERT_BOOKING_SEAT_SET_H */
