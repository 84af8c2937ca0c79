/*
 * search_statement.h - the statements of the list of concerts.
 */
#ifndef CONCERT_BOOKING_SEARCH_STATEMENT_H
#define CONCERT_BOOKING_SEARCH_STATEMENT_H

#include "executor/spi.h"
#include "utils/timestamp.h"

/*
 * The parameters of every statement, $1 and so on. A parameter that has a value
 * stands for a condition of the statement, but for the instant at which schedules
 * are judged.
 */
typedef enum SearchParam
{
	PARAM_TEXT, PARAM_GENRE, PARAM_DATE_FROM, PARAM_DATE_TO, PARAM_REGION,
	PARAM_PRICE_FROM, PARAM_PRICE_TO, PARAM_JUDGED_AT,
	PARAM_AFTER_INSTANT, PARAM_AFTER_NUMBER, PARAM_AFTER_ID,
	PARAM_PAGE_SIZE, PARAM_PAGE_OFFSET,
	PARAMS
} SearchParam;

typedef enum ListOrder
{
	ORDER_LATEST, ORDER_POPULARITY, ORDER_PRICE
} ListOrder;

typedef struct Search
{
	ListOrder	order;
	bool		offered_only;	/* schedules that can be booked, now or later */
	bool		has_status;		/* schedules have one: the tables are not those of 0.1 */
	Datum		values[PARAMS];
	char		nulls[PARAMS];	/* 'n' or ' ', as SPI wants them */
} Search;

/* The columns of a row that search_statement_rows() finds. */
enum
{
	FOUND_CONCERT_ID, FOUND_SORT_KEY = 9, FOUND_OPENS_AT, FOUND_COLUMNS
};

extern void search_set(Search *search, SearchParam param, Datum value);
extern void search_statement_rows(const Search *search);
extern int64 search_statement_count(const Search *search);
extern TimestampTz search_statement_next_change(TimestampTz instant);

#endif							/* CONCERT_BOOKING_SEARCH_STATEMENT_H */
