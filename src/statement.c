/*
 * statement.c - one row written by the executor.
 *
 * For tables that are not plain (plain.c): one INSERT, UPDATE or DELETE, planned
 * once a backend and kept, so that every trigger, constraint, default, domain,
 * generated column, policy, rule and publication of the owner's behaves as in
 * any other statement. The caller has found the row, locked it and judged it.
 *
 * Privileges: the current user is the tables' owner, and the search_path is
 * pinned, so that code of the owner's never finds what the caller has put in its
 * way. For the same reason a deferred trigger of the owner's runs at the end of
 * the call and not at COMMIT, where it would run as the caller, or (from
 * PostgreSQL 18 on) as the owner with the caller's search_path.
 *
 * Our own statement triggers follow statements written by hand, and would count
 * ours twice: they ask is_own_write() first.
 */
#include "postgres.h"

#include "executor/spi.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/fmgrprotos.h"

#include "errors.h"
#include "errors_tables.h"
#include "settings.h"
#include "statement.h"

PG_FUNCTION_INFO_V1(concert_booking_is_own_write);
PG_FUNCTION_INFO_V1(concert_booking_own_write_may_differ);

typedef enum StatementKind
{
	STATEMENT_INSERT,
	STATEMENT_UPDATE,
	STATEMENT_DELETE,
	STATEMENT_KINDS
} StatementKind;

/* A kept plan and the columns for which it was made. */
typedef struct KeptStatement
{
	SPIPlanPtr	plan;
	uint32		columns;
} KeptStatement;

#define MAX_PARAMETERS (TABLE_MAX_COLUMNS + 2)

/* What is about to be executed: values first, then keys. */
typedef struct Statement
{
	StatementKind kind;
	TableId		id;
	bool		may_differ;
	int			value_count;
	int			count;
	int			columns[MAX_PARAMETERS];
	Datum		values[MAX_PARAMETERS];
	char		nulls[MAX_PARAMETERS];
} Statement;

/*
 * Of each kind there are few sets of columns: with or without what tables of an
 * older version lack. No plan is ever freed, because it may be running: a trigger
 * of the owner's can make a call.
 */
#define COLUMN_SETS 4

static KeptStatement kept[TABLE_COUNT][STATEMENT_KINDS][COLUMN_SETS];

/* The depth at which triggers of our statement run; 0: there is none. */
static int	own_trigger_depth = 0;

/* Whether the owner's triggers may have changed the row; valid beside a depth. */
static bool own_row_may_differ = false;

/* -------- called by SQL -------- */

static int
trigger_depth(void)
{
	return DatumGetInt32(OidFunctionCall0(F_PG_TRIGGER_DEPTH));
}

/* In a trigger: whether it follows a statement of the commands. */
Datum
concert_booking_is_own_write(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(own_trigger_depth != 0 && own_trigger_depth == trigger_depth());
}

/*
 * own_write_may_differ(): in such a trigger, whether the owner's code may have
 * changed the row.
 */
Datum
concert_booking_own_write_may_differ(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(own_row_may_differ);
}

/* -------- plans -------- */

/* "a = $1, b = $2" from the columns first to last, with a separator. */
static void
append_assignments(StringInfo text, const Statement *statement, int first,
				   int last, const char *separator)
{
	int			i;

	for (i = first; i < last; i++)
		appendStringInfo(text, "%s%s = $%d", i == first ? "" : separator,
						 tables_column_name(statement->id, statement->columns[i]),
						 i + 1);
}

static void
append_insert(StringInfo text, const Statement *statement)
{
	int			i;

	appendStringInfo(text, "INSERT INTO concert_booking.%s (",
					 tables_name(statement->id));
	for (i = 0; i < statement->count; i++)
		appendStringInfo(text, "%s%s", i == 0 ? "" : ", ",
						 tables_column_name(statement->id, statement->columns[i]));
	appendStringInfoString(text, ") VALUES (");
	for (i = 0; i < statement->count; i++)
		appendStringInfo(text, "%s$%d", i == 0 ? "" : ", ", i + 1);
	appendStringInfoChar(text, ')');
}

static char *
statement_text(const Statement *statement)
{
	StringInfoData text;

	initStringInfo(&text);
	if (statement->kind == STATEMENT_INSERT)
	{
		append_insert(&text, statement);
		return text.data;
	}
	if (statement->kind == STATEMENT_UPDATE)
	{
		appendStringInfo(&text, "UPDATE concert_booking.%s SET ",
						 tables_name(statement->id));
		append_assignments(&text, statement, 0, statement->value_count, ", ");
	}
	else
		appendStringInfo(&text, "DELETE FROM concert_booking.%s",
						 tables_name(statement->id));
	appendStringInfoString(&text, " WHERE ");
	append_assignments(&text, statement, statement->value_count,
					   statement->count, " AND ");
	return text.data;
}

static uint32
statement_columns(const Statement *statement)
{
	uint32		columns = 0;
	int			i;

	for (i = 0; i < statement->value_count; i++)
		columns |= 1U << statement->columns[i];
	return columns;
}

/* The statement's plan, kept from its first use on. */
static SPIPlanPtr
find_plan(const Statement *statement)
{
	KeptStatement *known = kept[statement->id][statement->kind];
	uint32		columns = statement_columns(statement);
	Oid			types[MAX_PARAMETERS];
	SPIPlanPtr	plan;
	int			set = 0;
	int			i;

	while (set < COLUMN_SETS && known[set].plan != NULL)
	{
		if (known[set].columns == columns)
			return known[set].plan;
		set++;
	}
	for (i = 0; i < statement->count; i++)
		types[i] = tables_column_type(statement->id, statement->columns[i]);
	plan = SPI_prepare(statement_text(statement), statement->count, types);
	if (plan == NULL)
		elog(ERROR, "could not plan a statement: %s",
			 SPI_result_code_string(SPI_result));
	if (set < COLUMN_SETS && SPI_keepplan(plan) == 0)
	{
		known[set].columns = columns;
		known[set].plan = plan;
	}
	return plan;
}

/* -------- executing -------- */

static void
add_columns(Statement *statement, const RowValue *values, int count)
{
	int			i;

	for (i = 0; i < count; i++)
	{
		int			at = statement->count++;

		Assert(at < MAX_PARAMETERS);
		statement->columns[at] = values[i].column;
		statement->values[at] = values[i].value;
		statement->nulls[at] = values[i].isnull ? 'n' : ' ';
	}
}

/* Says, beside an error of the owner's code, how that code was called. */
static void
tell_context(void *arg)
{
	errors_hide_row();
	errcontext("write to \"%s\" by concert_booking, "
			   "with search_path = pg_catalog, concert_booking, pg_temp",
			   tables_name(*(TableId *) arg));
}

/* Executes the plan; returns how many rows it has written. */
static uint64
execute_plan(Statement *statement)
{
	int			outer_depth = own_trigger_depth;
	bool		outer_may_differ = own_row_may_differ;
	volatile int result = 0;

	PG_TRY();
	{
		SPIPlanPtr	plan = find_plan(statement);

		own_trigger_depth = trigger_depth() + 1;
		own_row_may_differ = statement->may_differ;
		result = SPI_execute_plan(plan, statement->values, statement->nulls,
								  false, 0);
	}
	PG_FINALLY();
	{
		own_trigger_depth = outer_depth;
		own_row_may_differ = outer_may_differ;
	}
	PG_END_TRY();
	if (result < 0)
		elog(ERROR, "could not execute a statement: %s",
			 SPI_result_code_string(result));
	return SPI_processed;
}

static uint64
execute(Statement *statement)
{
	ErrorContextCallback context = {
		.previous = error_context_stack,
		.callback = tell_context,
		.arg = &statement->id,
	};
	uint64		rows;
	int			pinned;

	error_context_stack = &context;
	pinned = settings_pin_search_path();
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "could not connect to the server's SQL interface");
	rows = execute_plan(statement);
	SPI_finish();
	settings_end(pinned);
	error_context_stack = context.previous;
	return rows;
}

static void
set_constraints(const char *names, const char *when)
{
	if (SPI_execute(psprintf("SET CONSTRAINTS %s %s", names, when), false, 0) !=
		SPI_OK_UTILITY)
		elog(ERROR, "could not settle deferred triggers");
}

/*
 * Runs the triggers of the owner's that wait for COMMIT: all that can be put off,
 * of which some begin so. Either list can be NULL.
 */
void
statement_settle(const char *deferrable, const char *deferred)
{
	int			pinned;

	if (deferrable == NULL)
		return;
	pinned = settings_pin_search_path();
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "could not connect to the server's SQL interface");
	set_constraints(deferrable, "IMMEDIATE");
	if (deferred != NULL)
		set_constraints(deferred, "DEFERRED");
	SPI_finish();
	settings_end(pinned);
}

/* Raises an error where a trigger, a rule or a policy has kept the row out. */
void
statement_insert(TableId id, const RowValue *values, int count)
{
	Statement	statement = {.kind = STATEMENT_INSERT, .id = id, .value_count = count};

	add_columns(&statement, values, count);
	if (execute(&statement) != 1)
		errors_row_suppressed(tables_name(id));
}

/* False where no row was written. */
bool
statement_update(TableId id, bool may_differ, const RowValue *keys,
				 int key_count, const RowValue *values, int count)
{
	Statement	statement = {
		.kind = STATEMENT_UPDATE,
		.id = id,
		.may_differ = may_differ,
		.value_count = count,
	};

	add_columns(&statement, values, count);
	add_columns(&statement, keys, key_count);
	return execute(&statement) == 1;
}

/* False where no row was deleted. */
bool
statement_delete(TableId id, const RowValue *keys, int key_count)
{
	Statement	statement = {.kind = STATEMENT_DELETE, .id = id};

	add_columns(&statement, keys, key_count);
	return execute(&statement) == 1;
}
