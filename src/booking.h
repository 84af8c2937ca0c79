/*
 * booking.h - the rows of a booking: its own, and one a seat in booking_seats.
 */
#ifndef CONCERT_BOOKING_BOOKING_H
#define CONCERT_BOOKING_BOOKING_H

#include "sale_request.h"
#include "schedule.h"
#include "seat_set.h"

/* What a sale and a cancellation read and write. */
#define BOOKING_TABLES (SEAT_TABLES | SCHEDULE_TABLES | \
						ROW_TABLES(TABLE_BOOKINGS) | ROW_TABLES(TABLE_BOOKING_SEATS) | \
						ROW_TABLES(TABLE_EVENTS) | ROW_TABLES(TABLE_CHANGES))

typedef struct Booking
{
	pg_uuid_t	id;
	text	   *number;
	pg_uuid_t	schedule_id;
	const char *status;
	int32		seat_count;
	int64		total_price;
	TimestampTz created_at;
	bool		is_cancelled;
	TimestampTz cancelled_at;
	bool		has_pay_by;		/* a payment was asked for */
	TimestampTz pay_by;
	bool		is_paid;
	bool		was_pending;	/* by its row; status tells whether it still is */
	int64		refund_due;		/* for the receipt; see receipt.c */
} Booking;

/* A line of booking_seats, kept while its seats are walked in lock order. */
typedef struct BookedSeat
{
	pg_uuid_t	seat_id;
	int32		price;
	bool		is_active;
	bool		is_checked_in;
	TupleTableSlot *slot;
} BookedSeat;

/* How a booking ends, or goes on with fewer seats. */
typedef struct BookingEnd
{
	text	   *reason;
	int			seat_count;		/* that it has, or had when it ended */
	int64		total_price;	/* of these */
	TimestampTz at;
} BookingEnd;

extern bool booking_is_payable(RowWork *work);
extern void booking_check_payable(RowWork *work);
extern void booking_check_desk(RowWork *work);
extern bool booking_find(RowWork *work, const pg_uuid_t *booking_id,
						 TupleTableSlot *slot);
extern bool booking_find_of_guest(RowWork *work, text *booking_number,
								  text *phone, TupleTableSlot *slot);
extern void booking_lock(RowWork *work, TupleTableSlot *slot);
extern void booking_read(RowWork *work, TupleTableSlot *slot, Booking *booking);
extern void booking_insert(RowWork *work, const SaleRequest *request,
						   Booking *booking);
extern void booking_read_again(RowWork *work, Booking *booking);
extern void booking_touch(RowWork *work, TupleTableSlot *slot, TimestampTz now);
extern void booking_expire(RowWork *work, TupleTableSlot *slot, TimestampTz now);
extern void booking_confirm(RowWork *work, TupleTableSlot *slot, bool is_paid,
							Datum refund_ladder, TimestampTz now);
extern void booking_shrink(RowWork *work, TupleTableSlot *slot, const BookingEnd *end);
extern void booking_end(RowWork *work, TupleTableSlot *slot, const BookingEnd *end);

extern BookedSeat *booking_find_seats(RowWork *work, const pg_uuid_t *booking_id,
									  int *count);
extern int	booking_keep_active(BookedSeat *booked, int count);
extern void booking_make_set(SeatSet *set, const BookedSeat *booked, int count);
extern void booking_insert_seats(RowWork *work, const Booking *booking,
								 SeatSet *set);
extern void booking_begin_seat(RowWork *work, TupleTableSlot *slot);
extern void booking_end_seat(RowWork *work, TupleTableSlot *slot, bool is_paid,
							 int32 fee);

#endif							/* CONCERT_BOOKING_BOOKING_H */
