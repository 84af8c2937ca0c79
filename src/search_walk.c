/*
 * search_walk.c - going along the rows of a statement, as far as wanted.
 *
 * A statement is not run to its end: its rows are fetched by turns, and what has been
 * looked at once is not looked at again. Along schedules or prices a concert has its
 * place where its first row of the list is; a walk remembers the concerts that it met.
 *
 * Memory: the ids that a page keeps, those that a walk met, or a source has collected,
 * in the memory of the caller's SPI connection.
 *
 * Not done here: whose turn it is (search_page.c).
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/timestamp.h"

#include "search_plan.h"
#include "search_walk.h"

/* Rows of one fetch: no more than are likely to be wanted, nor than memory is cheap. */
#define MIN_FETCH 16
#define MAX_FETCH 1000

/* A concert that a walk along schedules or prices has met. */
typedef struct MetConcert
{
	pg_uuid_t	id;				/* key */
	bool		is_done;		/* it has its place, here or at or before the cursor */
} MetConcert;

static void
close_stream(SearchStream *stream)
{
	if (stream->portal != NULL)
		SPI_cursor_close(stream->portal);
	stream->portal = NULL;
	stream->has_ended = true;
}

/* The next rows, in SPI_tuptable; returns how many. */
static uint64
fetch(const Search *search, SearchStream *stream, int64 rows)
{
	CHECK_FOR_INTERRUPTS();
	if (stream->portal == NULL)
		stream->portal = search_plan_open(search, stream->what);
	SPI_cursor_fetch(stream->portal, true, rows);
	if (SPI_processed < rows)
		close_stream(stream);
	return SPI_processed;
}

static Datum
value_of(const SPITupleTable *table, uint64 row, int column, bool *isnull)
{
	return SPI_getbinval(table->vals[row], table->tupdesc, column + 1, isnull);
}

static const pg_uuid_t *
id_of(const SPITupleTable *table, uint64 row, int column)
{
	bool		isnull;

	return DatumGetUUIDP(value_of(table, row, column, &isnull));
}

static bool
is_true(const SPITupleTable *table, uint64 row, int column)
{
	bool		isnull;
	Datum		value = value_of(table, row, column, &isnull);

	return !isnull && DatumGetBool(value);
}

/* -------- walks -------- */

/* Begins before the first row; where a cursor splits the order, what ties with it first. */
void
search_walk_init(SearchWalk *walk, const Search *search, SearchStatement what)
{
	memset(walk, 0, sizeof(SearchWalk));
	walk->search = *search;
	if (what == STATEMENT_WALK && search_walks_by_key(search) &&
		search_has(search, PARAM_AFTER_ID))
		walk->legs[walk->leg_count++].what = STATEMENT_WALK_TIES;
	walk->legs[walk->leg_count++].what = what;
	walk->has_schedules = search_walks_by_key(search) || what == STATEMENT_WALK_DATES;
}

/* How many of those that match are left out, and how many are kept behind them. */
void
search_walk_keep(SearchWalk *walk, int skipped, int kept)
{
	walk->skipped = skipped;
	walk->kept = kept;
	walk->wanted = skipped + kept;
	walk->ids = palloc(kept * sizeof(pg_uuid_t));
	walk->keys = palloc(kept * sizeof(int64));
}

/* Whether all rows were looked at. */
bool
search_walk_has_ended(const SearchWalk *walk)
{
	return walk->leg == walk->leg_count;
}

/* -------- concerts met -------- */

static MetConcert *
meet(SearchWalk *walk, const pg_uuid_t *id, bool *is_new)
{
	MetConcert *met;
	bool		is_known;

	if (walk->met == NULL)
	{
		HASHCTL		control = {0};

		control.keysize = sizeof(pg_uuid_t);
		control.entrysize = sizeof(MetConcert);
		control.hcxt = CurrentMemoryContext;
		walk->met = hash_create("concert_booking concerts met", 64, &control,
								HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	}
	met = hash_search(walk->met, id, HASH_ENTER, &is_known);
	if (!is_known)
		met->is_done = false;
	*is_new = !is_known;
	return met;
}

/* Those of the ids that have a place at or before the cursor are done. */
static void
look_before_cursor(SearchWalk *walk, const pg_uuid_t *ids, int count)
{
	Search		asked = walk->search;
	uint64		row;

	search_set_ids(&asked, ids, count);
	search_plan_run(&asked, STATEMENT_EARLIER);
	for (row = 0; row < SPI_processed; row++)
	{
		bool		is_new;

		meet(walk, id_of(SPI_tuptable, row, 0), &is_new)->is_done = true;
	}
	SPI_freetuptable(SPI_tuptable);
	pfree(DatumGetPointer(asked.values[PARAM_IDS]));
}

/* Behind a cursor: each concert is asked once a walk, however many rows it has. */
static void
meet_behind_cursor(SearchWalk *walk, const SPITupleTable *table, uint64 rows)
{
	pg_uuid_t  *ids = palloc(rows * sizeof(pg_uuid_t));
	int			count = 0;
	uint64		row;

	for (row = 0; row < rows; row++)
	{
		bool		is_new;

		if (!is_true(table, row, LOOKED_MATCHES))
			continue;
		ids[count] = *id_of(table, row, LOOKED_CONCERT_ID);
		(void) meet(walk, &ids[count], &is_new);
		if (is_new)
			count++;
	}
	if (count > 0)
		look_before_cursor(walk, ids, count);
	pfree(ids);
}

/* Whether a row that matches is its concert's place in the list. */
static bool
is_place(SearchWalk *walk, const pg_uuid_t *id)
{
	MetConcert *met;
	bool		is_new;

	if (!walk->has_schedules)
		return true;
	met = meet(walk, id, &is_new);
	if (met->is_done)
		return false;
	met->is_done = true;
	return true;
}

/* -------- rows -------- */

static void
keep(SearchWalk *walk, const SPITupleTable *table, uint64 row)
{
	int			place = walk->found - walk->skipped;
	bool		isnull;
	Datum		key;

	if (place < 0 || place >= walk->kept)
		return;
	walk->ids[place] = *id_of(table, row, LOOKED_CONCERT_ID);
	key = value_of(table, row, LOOKED_KEY, &isnull);
	walk->keys[place] = walk->search.order == ORDER_LATEST ?
		DatumGetTimestampTz(key) :
		DatumGetInt32(key);
}

static void
look_at(SearchWalk *walk, const SPITupleTable *table, uint64 rows)
{
	uint64		row;

	if (search_walks_by_key(&walk->search) && search_has(&walk->search, PARAM_AFTER_ID))
		meet_behind_cursor(walk, table, rows);
	for (row = 0; row < rows && walk->found < walk->wanted; row++)
	{
		if (!is_true(table, row, LOOKED_MATCHES) ||
			!is_place(walk, id_of(table, row, LOOKED_CONCERT_ID)))
			continue;
		keep(walk, table, row);
		walk->found++;
	}
}

/* Looks at so many rows more, or at fewer if enough is found. */
void
search_walk_on(SearchWalk *walk, int64 rows)
{
	while (rows > 0 && walk->found < walk->wanted && !search_walk_has_ended(walk))
	{
		SearchStream *stream = &walk->legs[walk->leg];
		int64		wanted = Max(walk->wanted - walk->found, MIN_FETCH);
		uint64		fetched = fetch(&walk->search, stream,
									Min(rows, Min(wanted, MAX_FETCH)));
		SPITupleTable *table = SPI_tuptable;

		walk->looked_at += fetched;
		look_at(walk, table, fetched);
		SPI_freetuptable(table);
		rows -= fetched;
		if (stream->has_ended)
			walk->leg++;
	}
}

/* Gives up the rest of the rows. */
void
search_walk_close(SearchWalk *walk)
{
	int			i;

	for (i = 0; i < walk->leg_count; i++)
		close_stream(&walk->legs[i]);
	if (walk->met != NULL)
		hash_destroy(walk->met);
	walk->met = NULL;
}

/* -------- sources -------- */

static void
collect(SearchSource *source, uint64 rows)
{
	uint64		row;

	if (source->room - source->count < rows)
	{
		source->room = Max(source->room * 2, source->count + (int) rows);
		source->ids = source->ids == NULL ?
			palloc(source->room * sizeof(pg_uuid_t)) :
			repalloc(source->ids, source->room * sizeof(pg_uuid_t));
	}
	for (row = 0; row < rows; row++)
	{
		if (is_true(SPI_tuptable, row, SOURCE_MATCHES))
			source->ids[source->count++] = *id_of(SPI_tuptable, row, SOURCE_CONCERT_ID);
	}
}

/* Collects so many rows more. */
void
search_source_on(SearchSource *source, int64 rows)
{
	while (rows > 0 && !source->stream.has_ended)
	{
		uint64		fetched = fetch(source->search, &source->stream, Min(rows, MAX_FETCH));

		collect(source, fetched);
		SPI_freetuptable(SPI_tuptable);
		rows -= fetched;
	}
}

/* Keeps the concerts that another one, which is at its end, has too; each once. */
void
search_source_intersect(SearchSource *source, const SearchSource *other)
{
	HASHCTL		control = {0};
	HTAB	   *wanted;
	int			count = 0;
	int			i;

	control.keysize = sizeof(pg_uuid_t);
	control.entrysize = sizeof(pg_uuid_t);
	control.hcxt = CurrentMemoryContext;
	wanted = hash_create("concert_booking concerts of two sources", source->count + 1,
						 &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	for (i = 0; i < source->count; i++)
		(void) hash_search(wanted, &source->ids[i], HASH_ENTER, NULL);
	for (i = 0; i < other->count; i++)
	{
		const pg_uuid_t *id = hash_search(wanted, &other->ids[i], HASH_REMOVE, NULL);

		if (id != NULL)
			source->ids[count++] = other->ids[i];
	}
	source->count = count;
	hash_destroy(wanted);
}

/* Gives up the rest. */
void
search_source_close(SearchSource *source)
{
	close_stream(&source->stream);
}

/* Gives PARAM_IDS its value. */
void
search_set_ids(Search *search, const pg_uuid_t *ids, int count)
{
	Datum	   *values = palloc(count * sizeof(Datum));
	int			i;

	for (i = 0; i < count; i++)
		values[i] = UUIDPGetDatum(&ids[i]);
	search_set(search, PARAM_IDS,
			   PointerGetDatum(construct_array(values, count, UUIDOID, UUID_LEN, false,
											   TYPALIGN_CHAR)));
	pfree(values);
}
