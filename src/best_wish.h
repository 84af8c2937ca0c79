/*
 * best_wish.h - what a caller of hold_best_seats() asks for.
 */
#ifndef CONCERT_BOOKING_BEST_WISH_H
#define CONCERT_BOOKING_BEST_WISH_H

#include "booker.h"
#include "fmgr.h"
#include "row.h"

/* What a caller wants. */
typedef struct BestWish
{
	pg_uuid_t	schedule_id;
	int			seat_count;
	bool		adjacent;
	text	   *grade;			/* NULL: any */
	text	   *section;		/* NULL: any */
	bool		has_max_price;
	int32		max_price;
	Booker		booker;			/* for whom */
} BestWish;

extern void best_wish_read(FunctionCallInfo fcinfo, BestWish *wish);
extern uint64 best_wish_key(const BestWish *wish);
extern bool best_wish_is_met(const BestWish *wish, SeatTable *seats, TupleTableSlot *slot);

#endif							/* CONCERT_BOOKING_BEST_WISH_H */
