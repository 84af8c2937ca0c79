/*
 * refund.h - what of a paid price comes back when a seat is cancelled.
 */
#ifndef CONCERT_BOOKING_REFUND_H
#define CONCERT_BOOKING_REFUND_H

#include "booking.h"

extern int32 *refund_of_seats(Datum refund_ladder, BookedSeat *const *seats,
							  int count, TimestampTz starts_at, TimestampTz now);

#endif							/* CONCERT_BOOKING_REFUND_H */
