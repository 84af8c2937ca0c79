/*
 * search_page.c - which concerts are on a page of the list, and how many there are.
 *
 * A page is found along the order's index, until it is full, or among the concerts
 * that match one filter, if these are few. Nobody knows beforehand which is shorter: a
 * frequent word fills the page at once, a rare one is looked for in vain along the
 * order. So the first rows of the walk are looked at; if the page would be full soon,
 * going on like that, the walk goes on, and if not, the filters are tried, by turns
 * that double. Each goes on where it stopped.
 */
#include "postgres.h"

#include "executor/spi.h"

#include "search_page.h"

/*
 * What a turn may cost, in units of about a microsecond: the first one, and the last
 * one of a source, whose ids are kept in memory.
 */
#define FIRST_COST 400
#define LAST_COST 25600

/* Of a turn of the filters, the walk has this part besides: it was judged by too few rows. */
#define SAMPLE 4

/* A count goes on along one way if that is likely to cost no more. */
#define COUNT_COST 6000

#define MAX_SOURCES 6
#define MAX_COUNTS 5

typedef struct SourceList
{
	SearchSource sources[MAX_SOURCES];
	int			count;
} SourceList;

static void
add_source(SourceList *list, const Search *search, SearchStatement what)
{
	SearchSource *source = &list->sources[list->count++];

	memset(source, 0, sizeof(SearchSource));
	source->search = search;
	source->stream.what = what;
}

/* The filters that have an index of their own, but for what the walk is within anyway. */
static void
add_sources(SourceList *list, const Search *search)
{
	bool		is_by_date = search_is_by_date(search);

	list->count = 0;
	if (search_has(search, PARAM_TEXT))
		add_source(list, search, STATEMENT_SOURCE_TEXT);
	if (search_has(search, PARAM_GENRE) && search_walks_by_key(search))
		add_source(list, search, STATEMENT_SOURCE_GENRE);
	if (search_has(search, PARAM_REGION))
		add_source(list, search, STATEMENT_SOURCE_REGION);
	if (is_by_date && search->order != ORDER_DATE)
		add_source(list, search, STATEMENT_SOURCE_DATES);
	if (search->offered_only && search->order != ORDER_DATE)
		add_source(list, search, STATEMENT_SOURCE_OFFERED);
	if (search_is_by_price(search) && search->order != ORDER_PRICE)
		add_source(list, search, STATEMENT_SOURCE_PRICES);
}

/* What a row of a source costs, with a look at the concert, or at its schedules, later. */
static int
source_cost(const Search *search, SearchStatement what)
{
	return (what == STATEMENT_SOURCE_TEXT && !search->by_bigrams ? 4 : 2) +
		(search_walks_by_key(search) ? 3 : 0);
}

/* What a row of a walk costs: other tables' rows are looked up for it. */
static int
row_cost(const Search *search)
{
	if (search_walks_by_key(search))
		return 4;
	return (search->order == ORDER_LATEST ? 1 : 2) +
		(search_is_by_date(search) || search_is_by_price(search) ||
				 search->offered_only ?
			 2 :
			 0);
}

/* What a walk that goes on as it began costs to its end. */
static double
expected_cost(const SearchWalk *walk)
{
	return (double) (walk->wanted - walk->found) * walk->looked_at *
		row_cost(&walk->search) / Max(walk->found, 0.5);
}

/* Collects on. Returns the source that is at its end, or null. */
static SearchSource *
collect(SourceList *list, int64 cost)
{
	int			i;

	for (i = 0; i < list->count; i++)
	{
		SearchSource *source = &list->sources[i];

		search_source_on(source,
						 cost / source_cost(source->search, source->stream.what));
		if (source->stream.has_ended)
			return source;
	}
	return NULL;
}

/*
 * Finds the page among the ids of a source, from its first row on; and counts on, if
 * asked to: what is sorted is there.
 */
static void
walk_ids(SearchWalk *walk, const Search *search, const SearchSource *source, bool with_total)
{
	search_walk_close(walk);
	search_walk_init(walk, search, STATEMENT_WALK_IDS);
	search_walk_keep(walk, search->page_offset, search->page_size);
	if (with_total)
		walk->wanted = Max(walk->wanted, COUNT_LIMIT);
	search_set_ids(&walk->search, source->ids, source->count);
	search_walk_on(walk, PG_INT64_MAX);
}

static bool
is_done(const SearchWalk *walk)
{
	return walk->found == walk->wanted || search_walk_has_ended(walk);
}

/* Goes on along the order or among the sources. Returns a source that is at its end. */
static SearchSource *
take_turns(SearchWalk *walk, SourceList *list)
{
	int			unit = row_cost(&walk->search);
	int64		cost = Max(FIRST_COST, 2 * walk->wanted * unit);
	SearchSource *source = NULL;

	search_walk_on(walk, cost / unit);
	for (; cost <= LAST_COST && !is_done(walk) && source == NULL; cost *= 2)
	{
		if (expected_cost(walk) <= cost)
			search_walk_on(walk, cost / unit);
		else
		{
			source = collect(list, cost);
			if (source == NULL)
				search_walk_on(walk, cost / (SAMPLE * unit));
		}
	}
	return source;
}

/* Finds the concerts of a page, and how many the list has if that is near at hand. */
void
search_page_find(const Search *search, bool with_total, SearchPage *page)
{
	SourceList	list;
	SearchWalk	walk;
	SearchSource *source = NULL;
	int			i;

	add_sources(&list, search);
	search_walk_init(&walk, search, STATEMENT_WALK);
	search_walk_keep(&walk, search->page_offset, search->page_size);
	if (list.count > 0)
		source = take_turns(&walk, &list);
	if (source != NULL)
		walk_ids(&walk, search, source,
				 with_total && !search_has(search, PARAM_AFTER_ID));
	else
		search_walk_on(&walk, PG_INT64_MAX);

	page->ids = walk.ids;
	page->keys = walk.keys;
	page->count = Max(Min(walk.found - walk.skipped, walk.kept), 0);
	page->total = !search_has(search, PARAM_AFTER_ID) &&
			(walk.found < walk.wanted || (source != NULL && with_total)) ?
		Min(walk.found, COUNT_LIMIT) :
		-1;
	search_walk_close(&walk);
	for (i = 0; i < list.count; i++)
		search_source_close(&list.sources[i]);
}

/* -------- counting -------- */

static void
add_count(SearchWalk *walks, int *count, const Search *search, SearchStatement what,
		  ListOrder order)
{
	SearchWalk *walk = &walks[(*count)++];
	Search		all = *search;

	all.order = order;
	all.nulls[PARAM_AFTER_ID] = 'n';
	search_walk_init(walk, &all, what);
	walk->wanted = COUNT_LIMIT;
}

/*
 * How many concerts match on all pages together, at most COUNT_LIMIT. In whatever
 * order and by whichever filter they are counted, they are as many.
 */
int64
search_page_total(const Search *search)
{
	SearchWalk	walks[MAX_COUNTS];
	const SearchWalk *done = NULL;
	int			count = 0;
	int64		cost;
	int			i;

	add_count(walks, &count, search, STATEMENT_WALK, ORDER_LATEST);
	if (search_is_by_price(search))
		add_count(walks, &count, search, STATEMENT_WALK, ORDER_PRICE);
	if (search_is_by_date(search) || search->offered_only)
		add_count(walks, &count, search, STATEMENT_WALK, ORDER_DATE);
	if (search_has(search, PARAM_REGION))
		add_count(walks, &count, search, STATEMENT_COUNT_REGION, ORDER_LATEST);
	if (search_has(search, PARAM_TEXT))
		add_count(walks, &count, search, STATEMENT_COUNT_TEXT, ORDER_LATEST);
	for (cost = FIRST_COST; done == NULL; cost *= 2)
	{
		for (i = 0; i < count && done == NULL; i++)
		{
			int			unit = row_cost(&walks[i].search);

			search_walk_on(&walks[i], cost / unit);
			if (!is_done(&walks[i]) && expected_cost(&walks[i]) <= COUNT_COST)
				search_walk_on(&walks[i], COUNT_COST / unit);
			if (is_done(&walks[i]))
				done = &walks[i];
		}
	}
	for (i = 0; i < count; i++)
		search_walk_close(&walks[i]);
	return done->found;
}
