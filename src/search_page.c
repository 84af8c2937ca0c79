/*
 * search_page.c - which concerts are on a page of the list, and how many there are.
 *
 * A page is found along the order's index, until it is full, or among the concerts
 * that match one filter, if these are few. Nobody knows beforehand which is shorter: a
 * frequent word fills the page at once, a rare one is looked for in vain along the
 * order. So the first rows of the walk are looked at; if the page would be full soon,
 * going on like that, the walk goes on, and if not, the filters are tried, by turns
 * that double. Each goes on where it stopped. Of the filter that is at its end first,
 * what the others do not have is left out.
 */
#include "postgres.h"

#include "executor/spi.h"

#include "search_page.h"
#include "search_plan.h"

/*
 * What a turn may cost, in units of about a microsecond: the first one, and the last
 * one of a source, whose ids are kept in memory.
 */
#define FIRST_COST 400
#define LAST_COST 25600

/* Of a turn of the filters, the walk has this part besides: it was judged by too few rows. */
#define SAMPLE 4

/* One way is gone on along, without the others, if that is likely to cost no more. */
#define EASY_COST 5000

/* A source of fewer concerts is looked at as it is; one of more is too large. */
#define MIN_IDS 100
#define MAX_IDS 12800

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

/*
 * The filters that have an index of their own; a region has one for its genres. Words
 * come last: their index is read to its end before there is a first row.
 */
static void
add_sources(SourceList *list, const Search *search)
{
	list->count = 0;
	if (search_has(search, PARAM_REGION))
		add_source(list, search, STATEMENT_SOURCE_REGION);
	else if (search_has(search, PARAM_GENRE))
		add_source(list, search, STATEMENT_SOURCE_GENRE);
	if (search_is_by_date(search))
		add_source(list, search, STATEMENT_SOURCE_DATES);
	if (search->offered_only && search->order != ORDER_DATE)
		add_source(list, search, STATEMENT_SOURCE_OFFERED);
	if (search_is_by_price(search))
		add_source(list, search, STATEMENT_SOURCE_PRICES);
	if (search_has(search, PARAM_TEXT))
		add_source(list, search, STATEMENT_SOURCE_TEXT);
}

/* How many rows of a source so much pays for: most are entries of an index. */
static int64
source_rows(const SearchSource *source, int64 cost)
{
	switch (source->stream.what)
	{
		case STATEMENT_SOURCE_TEXT:
			return source->search->by_bigrams ? cost : cost / 3;
		case STATEMENT_SOURCE_OFFERED:
			return cost;
		default:
			return cost * 4;
	}
}

/* What a row of a walk costs: other tables' rows are looked up for it. */
static int
row_cost(const SearchWalk *walk)
{
	const Search *search = &walk->search;
	int			cost = search->order == ORDER_LATEST && !walk->has_schedules ? 1 : 2;

	if (search_has(search, PARAM_TEXT))
		cost += search->matching == MATCH_ANY_CASE ? 2 : 1;
	if (search_is_by_price(search))
		cost += 2;
	if (search_has(search, PARAM_REGION))
		cost++;
	return cost;
}

/* What a walk that goes on as it began costs to its end. */
static double
expected_cost(const SearchWalk *walk)
{
	return (double) (walk->wanted - walk->found) * walk->looked_at *
		row_cost(walk) / Max(walk->found, 0.5);
}

/*
 * Collects on, an equal part of each that is not too large. Returns the source that is
 * at its end, or null.
 */
static SearchSource *
collect(SourceList *list, int64 cost)
{
	int			i;

	for (i = 0; i < list->count; i++)
	{
		SearchSource *source = &list->sources[i];
		int64		rows = source_rows(source, cost / list->count);

		search_source_on(source, Min(rows, MAX_IDS - source->count));
		if (source->stream.has_ended)
			return source;
	}
	return NULL;
}

/* What it costs to find the page among the concerts of a source. */
static int64
ids_cost(const SearchSource *source)
{
	return (int64) source->count * (search_walks_by_key(source->search) ? 5 : 3);
}

/*
 * Leaves of a source what the others have as well, as far as it costs less to collect
 * these than to look at its concerts.
 */
static void
narrow(SourceList *list, SearchSource *source)
{
	int			i;

	for (i = 0; i < list->count; i++)
	{
		SearchSource *other = &list->sources[i];

		if (other == source || source->count < MIN_IDS)
			continue;
		search_source_on(other, source_rows(other, ids_cost(source)) - other->count);
		if (other->stream.has_ended)
			search_source_intersect(source, other);
	}
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

/* Whether the page is likely to be full soon. */
static bool
is_promising(const SearchWalk *walk, int64 cost)
{
	return expected_cost(walk) <= Max(cost, walk->found > 1 ? EASY_COST : 0);
}

/*
 * Tries the newest concerts by their schedules' dates, from the first one on, where that
 * finds all of them; the walk that is likely to cost less is left.
 */
static void
try_dates(SearchWalk *walk, int64 cost)
{
	SearchWalk	other;

	search_plan_run(&walk->search, STATEMENT_UNFILLED);
	SPI_freetuptable(SPI_tuptable);
	if (SPI_processed > 0)
		return;
	search_walk_init(&other, &walk->search, STATEMENT_WALK_DATES);
	search_walk_keep(&other, walk->skipped, walk->kept);
	search_walk_on(&other, cost / row_cost(&other));
	if (expected_cost(&other) < expected_cost(walk) || is_done(&other))
	{
		search_walk_close(walk);
		*walk = other;
	}
	else
		search_walk_close(&other);
}

/* Goes on along the order or among the sources. Returns a source that is at its end. */
static SearchSource *
take_turns(SearchWalk *walk, SourceList *list)
{
	int64		cost = Max(FIRST_COST, 2 * walk->wanted * row_cost(walk));
	bool		tries_dates = search_can_walk_dates(&walk->search);
	SearchSource *source = NULL;

	search_walk_on(walk, cost / row_cost(walk));
	for (; cost <= LAST_COST && !is_done(walk) && source == NULL; cost *= 2)
	{
		if (is_promising(walk, cost))
			search_walk_on(walk, cost / row_cost(walk));
		else
		{
			source = collect(list, cost);
			if (source == NULL && tries_dates)
				try_dates(walk, cost);
			else if (source == NULL)
				search_walk_on(walk, cost / (SAMPLE * row_cost(walk)));
			tries_dates = false;
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
	bool		counts = with_total && !search_has(search, PARAM_AFTER_ID);
	int			i;

	add_sources(&list, search);
	search_walk_init(&walk, search, STATEMENT_WALK);
	search_walk_keep(&walk, search->page_offset, search->page_size);
	if (list.count > 0)
		source = take_turns(&walk, &list);
	if (source != NULL)
	{
		narrow(&list, source);
		if (!counts)
			search_walk_on(&walk, ids_cost(source) / (2 * row_cost(&walk)));
		if (is_done(&walk))
			source = NULL;
		else
			walk_ids(&walk, search, source, counts);
	}
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

/* Which one is likely to be at its end first. */
static int
find_cheapest(const SearchWalk *walks, int count)
{
	int			cheapest = 0;
	int			i;

	for (i = 1; i < count; i++)
	{
		if (expected_cost(&walks[i]) < expected_cost(&walks[cheapest]))
			cheapest = i;
	}
	return cheapest;
}

/*
 * Each is looked at; then the one that is likely to be at its end first goes on, and
 * the others a little, because they may end without having found enough.
 */
static int64
count_by_turns(SearchWalk *walks, int count)
{
	int			cheapest = count;	/* not known yet */
	int64		cost;
	int			i;

	for (cost = FIRST_COST;; cost *= 2)
	{
		for (i = 0; i < count; i++)
		{
			int64		part = cheapest == count || cheapest == i ? cost : cost / SAMPLE;

			search_walk_on(&walks[i], part / row_cost(&walks[i]));
			if (is_done(&walks[i]))
				return walks[i].found;
		}
		cheapest = find_cheapest(walks, count);
		if (expected_cost(&walks[cheapest]) <= EASY_COST)
			search_walk_on(&walks[cheapest],
						   EASY_COST / row_cost(&walks[cheapest]));
		if (is_done(&walks[cheapest]))
			return walks[cheapest].found;
	}
}

/*
 * How many concerts match on all pages together, at most COUNT_LIMIT. In whatever
 * order and by whichever filter they are counted, they are as many.
 */
int64
search_page_total(const Search *search)
{
	SearchWalk	walks[MAX_COUNTS];
	int64		total;
	int			count = 0;
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
	total = count_by_turns(walks, count);
	for (i = 0; i < count; i++)
		search_walk_close(&walks[i]);
	return total;
}
