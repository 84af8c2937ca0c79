/*
 * safeupdate.c - a stand-in for the library that Supabase loads for its API
 * role: an UPDATE or DELETE without a WHERE is refused, wherever in a session it
 * is parsed, in functions too.
 */
#include "postgres.h"

#include "fmgr.h"
#include "nodes/parsenodes.h"
#include "parser/analyze.h"

PG_MODULE_MAGIC;

extern PGDLLEXPORT void _PG_init(void);

static post_parse_analyze_hook_type earlier_hook = NULL;

static void
check_query(Query *query)
{
	ListCell   *cell;

	foreach(cell, query->cteList)
	{
		CommonTableExpr *cte = lfirst(cell);

		if (IsA(cte->ctequery, Query))
			check_query((Query *) cte->ctequery);
	}
	if ((query->commandType == CMD_UPDATE || query->commandType == CMD_DELETE) &&
		query->jointree->quals == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_CARDINALITY_VIOLATION),
				 errmsg("%s requires a WHERE clause",
						query->commandType == CMD_UPDATE ? "UPDATE" : "DELETE")));
}

static void
check_statement(ParseState *pstate, Query *query, JumbleState *jstate)
{
	if (earlier_hook)
		earlier_hook(pstate, query, jstate);
	check_query(query);
}

void
_PG_init(void)
{
	earlier_hook = post_parse_analyze_hook;
	post_parse_analyze_hook = check_statement;
}
