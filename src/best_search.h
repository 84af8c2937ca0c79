/*
 * best_search.h - what a backend remembers of its searches for best seats.
 */
#ifndef CONCERT_BOOKING_BEST_SEARCH_H
#define CONCERT_BOOKING_BEST_SEARCH_H

#include "best_window.h"

/* A search of this backend: one schedule, one filter. */
typedef struct BestSearch
{
	MemoryContext context;
	Oid			claim_table;	/* of the claimed window, or InvalidOid */
	uint32		claim_hash;
	uint16		claim_number;
	uint64		key;			/* of schedule and filter */
	TimestampTz used_at;
	int			spread;			/* how far to jump where others are */
	TimestampTz contended_at;	/* when others were met last */
	TimestampTz ahead_over_at;	/* when all windows looked used up */
	BestWindow	window;
} BestSearch;

extern BestSearch *best_search_find(const BestWish *wish);
extern bool best_search_claim(BestSearch *search, const BestLook *look, int number);
extern bool best_search_is_rush(const BestSearch *search);
extern bool best_search_is_fresh(TimestampTz instant);
extern void best_search_note_contention(BestSearch *search, const SeatWindows *windows);
extern int	best_search_jump(const BestSearch *search);

#endif							/* CONCERT_BOOKING_BEST_SEARCH_H */
