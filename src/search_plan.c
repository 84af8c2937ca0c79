/*
 * search_plan.c - the plans of the statements of the list of concerts.
 *
 * A statement is planned once a backend and kept for all searches of its shape:
 * planning costs more than running. No plan depends on the values that are looked
 * for, nor on statistics, because the settings leave the planner one way.
 *
 * Locking: none; the snapshot of the caller's statement decides for all of them.
 *
 * Memory: the kept plans, some 50 kB each; the cache is emptied when it holds
 * MAX_PLANS.
 *
 * Not done here: the text of the statements (search_statement.c).
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/hsearch.h"

#include "search_plan.h"
#include "settings.h"

#define MAX_PLANS 128

static Oid	param_types[PARAMS] = {
	TEXTOID, TEXTOID, DATEOID, DATEOID, TEXTOID,
	INT4OID, INT4OID, TIMESTAMPTZOID,
	TIMESTAMPTZOID, INT8OID, DATEOID, UUIDOID,
	TEXTARRAYOID, UUIDARRAYOID
};

/*
 * What the planner may not do: read a table from end to end, sort where an index has
 * the order, join but row by row in the order written, or compile.
 */
static const struct
{
	const char *name;
	const char *value;
} pinned[] = {
	{"enable_seqscan", "off"},
	{"enable_bitmapscan", "off"},
	{"enable_indexscan", "on"},
	{"enable_indexonlyscan", "on"},
	{"enable_nestloop", "on"},
	{"enable_hashjoin", "off"},
	{"enable_mergejoin", "off"},
	{"enable_material", "off"},
	{"enable_memoize", "off"},
	{"enable_sort", "off"},
	{"enable_incremental_sort", "off"},
	{"join_collapse_limit", "1"},
	{"plan_cache_mode", "force_generic_plan"},
	{"jit", "off"},
};

typedef struct KeptPlan
{
	uint32		shape;			/* key */
	SPIPlanPtr	plan;
} KeptPlan;

static HTAB *kept_plans = NULL;

/* Pins the planner's settings, until settings_end() of what is returned. */
int
search_plan_begin(void)
{
	int			begun = settings_begin(pinned[0].name, pinned[0].value);
	int			i;

	for (i = 1; i < lengthof(pinned); i++)
		(void) settings_begin(pinned[i].name, pinned[i].value);
	return begun;
}

static void
open_cache(void)
{
	HASHCTL		control = {0};
	HASH_SEQ_STATUS scan;
	KeptPlan   *kept;

	if (kept_plans != NULL && hash_get_num_entries(kept_plans) < MAX_PLANS)
		return;
	if (kept_plans != NULL)
	{
		hash_seq_init(&scan, kept_plans);
		while ((kept = hash_seq_search(&scan)) != NULL)
			SPI_freeplan(kept->plan);
		hash_destroy(kept_plans);
		kept_plans = NULL;
	}
	control.keysize = sizeof(uint32);
	control.entrysize = sizeof(KeptPlan);
	kept_plans = hash_create("concert_booking search plans", 16, &control,
							 HASH_ELEM | HASH_BLOBS);
}

/* The plan is kept only when it is whole: each step can fail. */
static SPIPlanPtr
find_plan(const Search *search, SearchStatement what)
{
	uint32		shape = search_statement_shape(search, what);
	KeptPlan   *kept;
	SPIPlanPtr	plan;

	open_cache();
	kept = hash_search(kept_plans, &shape, HASH_FIND, NULL);
	if (kept != NULL)
		return kept->plan;

	plan = SPI_prepare_cursor(search_statement_make(search, what), PARAMS, param_types,
							  CURSOR_OPT_GENERIC_PLAN);
	if (plan == NULL)
		elog(ERROR, "SPI_prepare_cursor failed: %s",
			 SPI_result_code_string(SPI_result));
	kept = hash_search(kept_plans, &shape, HASH_ENTER, NULL);
	kept->plan = plan;
	SPI_keepplan(plan);
	return plan;
}

/* Runs a statement; its rows are in SPI_tuptable. */
void
search_plan_run(const Search *search, SearchStatement what)
{
	if (SPI_execute_plan(find_plan(search, what), (Datum *) search->values,
						 search->nulls, true, 0) != SPI_OK_SELECT)
		elog(ERROR, "SPI_execute_plan failed");
}

/* Begins a statement whose rows are fetched as they are wanted. */
Portal
search_plan_open(const Search *search, SearchStatement what)
{
	bool		by_words = what == STATEMENT_SOURCE_TEXT || what == STATEMENT_COUNT_TEXT;
	int			begun = settings_begin("enable_bitmapscan", by_words ? "on" : "off");
	Portal		portal;

	portal = SPI_cursor_open(NULL, find_plan(search, what), (Datum *) search->values,
							 search->nulls, true);
	if (portal == NULL)
		elog(ERROR, "SPI_cursor_open failed: %s", SPI_result_code_string(SPI_result));
	settings_end(begun);
	return portal;
}
