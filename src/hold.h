/*
 * hold.h - what bookings share with holds.
 */
#ifndef CONCERT_BOOKING_HOLD_H
#define CONCERT_BOOKING_HOLD_H

#include "schedule.h"
#include "seat_set.h"

extern void hold_claim(RowWork *work, SeatSet *set, const Booker *booker,
					   Schedule *schedule);
extern void hold_return(FunctionCallInfo fcinfo, RowWork *work, SeatSet *set);

#endif							/* CONCERT_BOOKING_HOLD_H */
