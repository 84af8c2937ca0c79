/*
 * notify.h - telling who listens that seats have changed.
 */
#ifndef CONCERT_BOOKING_NOTIFY_H
#define CONCERT_BOOKING_NOTIFY_H

#include "row.h"

extern void notify_seat_changed(RowWork *work, TupleTableSlot *seat_slot,
								const SeatValue *values, int count);

#endif							/* CONCERT_BOOKING_NOTIFY_H */
