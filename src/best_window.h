/*
 * best_window.h - the seats of one window, read as far as somebody looks.
 */
#ifndef CONCERT_BOOKING_BEST_WINDOW_H
#define CONCERT_BOOKING_BEST_WINDOW_H

#include "best_wish.h"
#include "seat_choice.h"
#include "seat_windows.h"

/* So many seats are read at a time, and the rest of a row. */
#define BEST_LOAD_SEATS 32

/* How a call looks at the seats of its schedule. */
typedef struct BestLook
{
	RowWork    *work;
	const BestWish *wish;
	SeatWindows *windows;
	TupleTableSlot *slot;
} BestLook;

/* The seats that match a wish, as far as they are loaded: from the window's front. */
typedef struct BestWindow
{
	MemoryContext context;		/* of its arrays */
	int			number;			/* -1: none begun, or loading was broken off */
	int64		before;			/* its seats have higher ordinals than this */
	int64		end;			/* and none that is higher than this */
	TimestampTz loaded_at;
	int			count;			/* of seats that match */
	int			room;
	ChoiceSeat *seats;
	pg_uuid_t  *ids;			/* of the same seats */
	bool		is_whole;		/* nothing is left to load */
	int32		next_ordinal;	/* where to go on */
	int			passed;			/* seats so far, whether they match or not */
	int			passed_end;		/* of them behind the window's end */
	int			row;			/* rows so far */
	uint32		row_before;		/* hash of the row of the seat before */
	bool		in_tail;		/* in the rest of a row of the window before */
} BestWindow;

extern void best_window_begin(const BestLook *look, BestWindow *window, int number);
extern void best_window_load_more(const BestLook *look, BestWindow *window);
extern bool best_window_load_free(const BestLook *look, BestWindow *window,
								  int32 first, int64 enough);
extern bool best_window_looks_used(const BestLook *look, int number);
extern bool best_window_choose(const BestWindow *window, const BestWish *wish,
							   bool may_strand, int *block);

#endif							/* CONCERT_BOOKING_BEST_WINDOW_H */
