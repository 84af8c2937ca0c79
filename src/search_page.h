/*
 * search_page.h - which concerts are on a page of the list, and how many there are.
 */
#ifndef CONCERT_BOOKING_SEARCH_PAGE_H
#define CONCERT_BOOKING_SEARCH_PAGE_H

#include "search_walk.h"

/* No list is counted further: "more than a thousand". */
#define COUNT_LIMIT 1001

/* The concerts of a page in their order, with their sort keys. */
typedef struct SearchPage
{
	pg_uuid_t  *ids;
	int64	   *keys;
	int			count;
	int64		total;			/* of the list; -1: not known */
} SearchPage;

extern void search_page_find(const Search *search, bool with_total, SearchPage *page);
extern int64 search_page_total(const Search *search);

#endif							/* CONCERT_BOOKING_SEARCH_PAGE_H */
