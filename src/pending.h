/*
 * pending.h - the seats that are kept for a booking while it is being paid.
 */
#ifndef CONCERT_BOOKING_PENDING_H
#define CONCERT_BOOKING_PENDING_H

#include "booking.h"

/* A pending booking, its row locked, with its lines and seats in lock order. */
typedef struct Pending
{
	TupleTableSlot *slot;		/* the booking's row */
	Booking		booking;
	int			count;
	BookedSeat *lines;			/* lines[i] is of seats.by_id[i] */
	SeatSet		seats;
} Pending;

extern void pending_read(RowWork *work, TupleTableSlot *slot, Pending *pending);
extern bool pending_lock_seats(RowWork *work, Pending *pending);
extern void pending_sell(RowWork *work, Pending *pending, const Schedule *schedule,
						 bool is_paid, TimestampTz now);
extern void pending_free_seats(RowWork *work, Pending *pending);

#endif							/* CONCERT_BOOKING_PENDING_H */
