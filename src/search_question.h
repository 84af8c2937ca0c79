/*
 * search_question.h - what a list of concerts was asked for.
 */
#ifndef CONCERT_BOOKING_SEARCH_QUESTION_H
#define CONCERT_BOOKING_SEARCH_QUESTION_H

/*
 * The parameters of every statement, $1 and so on. A filter or a cursor that has a
 * value stands for a condition of the statements.
 */
typedef enum SearchParam
{
	PARAM_TEXT, PARAM_GENRE, PARAM_DATE_FROM, PARAM_DATE_TO, PARAM_REGION,
	PARAM_PRICE_FROM, PARAM_PRICE_TO, PARAM_JUDGED_AT,
	PARAM_AFTER_INSTANT, PARAM_AFTER_NUMBER, PARAM_AFTER_DATE, PARAM_AFTER_ID,
	PARAM_BIGRAMS,				/* of the text */
	PARAM_IDS,					/* the concerts to look at */
	PARAMS
} SearchParam;

typedef enum ListOrder
{
	ORDER_LATEST, ORDER_POPULARITY, ORDER_PRICE, ORDER_DATE,
	ORDERS
} ListOrder;

/* How a title is searched for the text, from the cheapest to what is always right. */
typedef enum TextMatching
{
	MATCH_AS_IS,				/* the text has no letter that has another case */
	MATCH_LATIN,				/* its letters are A to Z, and only these have their cases */
	MATCH_ANY_CASE
} TextMatching;

typedef struct Search
{
	ListOrder	order;
	bool		offered_only;	/* schedules that can be booked, now or later */
	bool		has_status;		/* schedules have one: the tables are not those of 0.1 */
	bool		has_concert_id;	/* prices have one: likewise */
	bool		has_created_at;	/* schedules have a column for that of their concert */
	bool		by_bigrams;		/* the text is looked up by these, not by trigrams */
	TextMatching matching;
	const text *word;			/* the text; null: any */
	int			page_size;
	int			page_offset;
	Datum		values[PARAMS];
	char		nulls[PARAMS];	/* 'n' or ' ', as SPI wants them */
} Search;

extern bool search_has(const Search *search, SearchParam param);
extern void search_set(Search *search, SearchParam param, Datum value);
extern bool search_is_by_price(const Search *search);
extern bool search_is_by_date(const Search *search);
extern bool search_walks_by_key(const Search *search);
extern bool search_can_walk_dates(const Search *search);

#endif							/* CONCERT_BOOKING_SEARCH_QUESTION_H */
