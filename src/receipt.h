/*
 * receipt.h - what a sale and a cancellation return: the booking and its seats.
 */
#ifndef CONCERT_BOOKING_RECEIPT_H
#define CONCERT_BOOKING_RECEIPT_H

#include "booking.h"

typedef struct Receipt
{
	Booking		booking;
	Datum		seat_numbers;	/* text[] */
} Receipt;

extern int64 receipt_refund_due(RowWork *work, const Booking *booking);
extern void receipt_open(RowWork *work);
extern void receipt_read(RowWork *work, TupleTableSlot *slot, Receipt *receipt);
extern Datum receipt_seat_numbers(RowWork *work, SeatSet *set);
extern TupleDesc receipt_desc(FunctionCallInfo fcinfo);
extern Datum receipt_datum(RowWork *work, const Receipt *receipt,
						   TupleDesc tupdesc);

#endif							/* CONCERT_BOOKING_RECEIPT_H */
