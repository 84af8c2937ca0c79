/*
 * search_plan.h - the plans of the statements of the list of concerts.
 */
#ifndef CONCERT_BOOKING_SEARCH_PLAN_H
#define CONCERT_BOOKING_SEARCH_PLAN_H

#include "executor/spi.h"

#include "search_statement.h"

extern int	search_plan_begin(void);
extern void search_plan_run(const Search *search, SearchStatement what);
extern Portal search_plan_open(const Search *search, SearchStatement what);

#endif							/* CONCERT_BOOKING_SEARCH_PLAN_H */
