/*
 * best_block.h - seats that are given together or not at all.
 */
#ifndef CONCERT_BOOKING_BEST_BLOCK_H
#define CONCERT_BOOKING_BEST_BLOCK_H

#include "best_window.h"
#include "hold.h"

/* Seats chosen in a window, to be held for a call. */
typedef struct BestBlock
{
	RowWork    *work;
	const BestWish *wish;
	Schedule   *schedule;
	BestWindow *window;
	int		   *places;			/* positions of the seats in the window */
	SeatSet    *set;			/* the same seats, read to be taken */
} BestBlock;

/* What became of an attempt to take a block. */
typedef enum BestAttempt
{
	ATTEMPT_TAKEN,				/* ours now */
	ATTEMPT_GONE,				/* somebody has it */
	ATTEMPT_LOCKED				/* somebody is about to have it */
} BestAttempt;

extern BestAttempt best_block_take(BestBlock *block);

#endif							/* CONCERT_BOOKING_BEST_BLOCK_H */
