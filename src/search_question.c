/*
 * search_question.c - what a list of concerts was asked for: the filters, the order
 * and the page, as the parameters of its statements.
 */
#include "postgres.h"

#include "search_question.h"

/* Whether a parameter has a value. */
bool
search_has(const Search *search, SearchParam param)
{
	return search->nulls[param] == ' ';
}

/* Gives a parameter a value. */
void
search_set(Search *search, SearchParam param, Datum value)
{
	search->values[param] = value;
	search->nulls[param] = ' ';
}

/* Whether prices choose among the seats. */
bool
search_is_by_price(const Search *search)
{
	return search_has(search, PARAM_PRICE_FROM) || search_has(search, PARAM_PRICE_TO);
}

/* Whether dates choose among the schedules. */
bool
search_is_by_date(const Search *search)
{
	return search_has(search, PARAM_DATE_FROM) || search_has(search, PARAM_DATE_TO);
}

/* Whether the order is one of the schedules, ascending, with many of one key. */
bool
search_walks_by_key(const Search *search)
{
	return search->order == ORDER_PRICE || search->order == ORDER_DATE;
}

/*
 * Whether the newest concerts can be walked along by their schedules, whose index has
 * the dates too: a concert that has none of those asked for is passed by within it.
 */
bool
search_can_walk_dates(const Search *search)
{
	return search->order == ORDER_LATEST && search->has_created_at &&
		search_is_by_date(search) && !search_has(search, PARAM_GENRE);
}
