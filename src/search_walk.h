/*
 * search_walk.h - going along the rows of a statement, as far as wanted.
 */
#ifndef CONCERT_BOOKING_SEARCH_WALK_H
#define CONCERT_BOOKING_SEARCH_WALK_H

#include "utils/hsearch.h"
#include "utils/portal.h"
#include "utils/uuid.h"

#include "search_statement.h"

/* A statement in the middle of its rows. */
typedef struct SearchStream
{
	SearchStatement what;
	Portal		portal;			/* null: not begun, or ended */
	bool		has_ended;
} SearchStream;

/* Going along one or two statements for what belongs to the list. */
typedef struct SearchWalk
{
	Search		search;
	SearchStream legs[2];		/* one after the other */
	int			leg;
	int			leg_count;
	bool		has_schedules;	/* its rows are these, or prices: a concert may come again */
	int			skipped;		/* the first that match are not kept */
	int			kept;			/* as many as these are, behind the skipped */
	int			wanted;			/* how many are to be found, with all */
	int			found;
	int64		looked_at;		/* rows */
	HTAB	   *met;			/* concerts; null: none, or each comes only once */
	pg_uuid_t  *ids;			/* those kept */
	int64	   *keys;
} SearchWalk;

/* Collecting the ids of what matches one filter, and may match the others. */
typedef struct SearchSource
{
	const Search *search;
	SearchStream stream;
	pg_uuid_t  *ids;
	int			count;
	int			room;
} SearchSource;

extern void search_walk_init(SearchWalk *walk, const Search *search, SearchStatement what);
extern void search_walk_keep(SearchWalk *walk, int skipped, int kept);
extern void search_walk_on(SearchWalk *walk, int64 rows);
extern bool search_walk_has_ended(const SearchWalk *walk);
extern void search_walk_close(SearchWalk *walk);
extern void search_source_on(SearchSource *source, int64 rows);
extern void search_source_intersect(SearchSource *source, const SearchSource *other);
extern void search_source_close(SearchSource *source);
extern void search_set_ids(Search *search, const pg_uuid_t *ids, int count);

#endif							/* CONCERT_BOOKING_SEARCH_WALK_H */
