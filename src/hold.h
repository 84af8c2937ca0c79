/*
 * hold.h - what bookings share with holds.
 */
#ifndef CONCERT_BOOKING_HOLD_H
#define CONCERT_BOOKING_HOLD_H

#include "schedule.h"
#include "seat.h"

extern const pg_uuid_t *hold_check_seats(RowWork *work, SeatSet *set);
extern int	hold_check_free(RowWork *work, SeatSet *set);
COMPAT_NORETURN hold_refuse_taken(RowWork *work, Seat *seat,
								  const pg_uuid_t *schedule_id);
extern void hold_find_all(RowWork *work, const Booker *booker,
						  const pg_uuid_t *schedule_id, SeatSet *set);
extern void hold_claim(RowWork *work, SeatSet *set, const Booker *booker,
					   const Schedule *schedule);
extern void hold_return(FunctionCallInfo fcinfo, RowWork *work, SeatSet *set);
extern void hold_sort_by_ordinal(RowWork *work, SeatSet *set);

#endif							/* CONCERT_BOOKING_HOLD_H */
