/*
 * search_condition.h - what a concert, a schedule or a price has to be to belong to
 * a list.
 */
#ifndef CONCERT_BOOKING_SEARCH_CONDITION_H
#define CONCERT_BOOKING_SEARCH_CONDITION_H

#include "lib/stringinfo.h"

#include "search_question.h"

extern void search_condition_offered(StringInfo sql, const char *alias);
extern void search_condition_schedule(StringInfo sql, const Search *search,
									  const char *alias);
extern void search_condition_price(StringInfo sql, const Search *search, const char *alias);
extern void search_condition_has_price(StringInfo sql, const Search *search,
									   const char *alias, const char *price_condition);
extern void search_condition_has_schedule(StringInfo sql, const Search *search,
										  const char *concert_id,
										  const char *schedule_condition,
										  const char *price_condition);
extern void search_condition_concert(StringInfo sql, const Search *search);
extern void search_condition_listed(StringInfo sql, const Search *search);
extern void search_condition_opening(StringInfo sql, const Search *search);

#endif							/* CONCERT_BOOKING_SEARCH_CONDITION_H */
