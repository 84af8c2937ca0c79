/*
 * search_statement.h - the statements of the list of concerts.
 */
#ifndef CONCERT_BOOKING_SEARCH_STATEMENT_H
#define CONCERT_BOOKING_SEARCH_STATEMENT_H

#include "search_question.h"

/*
 * What a statement finds. A walk, and what is counted, is one row for each row that
 * was looked at: the concert, its sort key, and whether it belongs to the list; along
 * schedules or prices a concert comes once for each of them. A source is one row for
 * each row that matches one filter: the concert, and whether its own row, where that
 * was read, matches what else it tells at once.
 */
typedef enum SearchStatement
{
	STATEMENT_NEXT_CHANGE,		/* when lists change by themselves */
	STATEMENT_LISTING,			/* a page, by its ids */
	STATEMENT_WALK,				/* along the order's index; behind the key of the cursor */
	STATEMENT_WALK_TIES,		/* the same, what has the key of the cursor */
	STATEMENT_WALK_DATES,		/* the newest concerts by their schedules' dates */
	STATEMENT_WALK_IDS,			/* the walk among PARAM_IDS */
	STATEMENT_UNFILLED,			/* a schedule that WALK_DATES would not find */
	STATEMENT_EARLIER,			/* which of PARAM_IDS have a place at or before the cursor */
	STATEMENT_SOURCE_TEXT,
	STATEMENT_SOURCE_GENRE,
	STATEMENT_SOURCE_REGION,
	STATEMENT_SOURCE_DATES,
	STATEMENT_SOURCE_OFFERED,
	STATEMENT_SOURCE_PRICES,
	STATEMENT_COUNT_TEXT,		/* along what matches the text */
	STATEMENT_COUNT_REGION /* along the concerts of the region */
} SearchStatement;

/* The columns of a row of STATEMENT_LISTING; the place counts from 1. */
enum
{
	LISTING_CONCERT_ID, LISTING_PLACE = 9, LISTING_OPENS_AT, LISTING_FOUND
};

/* The columns of a row that was looked at. */
enum
{
	LOOKED_CONCERT_ID, LOOKED_KEY, LOOKED_MATCHES, LOOKED_COLUMNS
};

/* The columns of a row of a source. */
enum
{
	SOURCE_CONCERT_ID, SOURCE_MATCHES
};

extern char *search_statement_make(const Search *search, SearchStatement what);
extern uint32 search_statement_shape(const Search *search, SearchStatement what);

#endif							/* CONCERT_BOOKING_SEARCH_STATEMENT_H */
