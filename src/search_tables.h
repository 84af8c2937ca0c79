/*
 * search_tables.h - what the tables offer to a search.
 */
#ifndef CONCERT_BOOKING_SEARCH_TABLES_H
#define CONCERT_BOOKING_SEARCH_TABLES_H

#include "utils/rel.h"

#include "search_question.h"

extern void search_tables_look(Search *search, Relation concerts);

#endif							/* CONCERT_BOOKING_SEARCH_TABLES_H */
