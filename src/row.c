/*
 * row.c - one call's work on the tables: begin, open, look anew, end.
 *
 * Plain tables (plain.c) are written through the executor's own row API, as
 * logical replication's apply uses it: there is nothing for the executor to do
 * about such a write but index entries, NOT NULL and CHECK. It costs half of the
 * same work through SPI, because nothing is parsed, planned or started up. On
 * any other table a kept statement writes (statement.c), after the row was
 * found, locked and judged in the same way.
 *
 * Locking: tables are locked like the executor locks them, and before the
 * snapshot with which they are read is taken. How a row is locked: row_write.c.
 *
 * Memory: everything of a call lives in its EState's query context, which is
 * the current context from row_begin() to row_end(). Results are made in
 * work->caller_context.
 *
 * Privileges: between row_begin() and row_end() the current user is the tables'
 * owner, as in the server's own foreign-key triggers, so that clients need no
 * table privilege and triggers run with the owner's. Row security is not
 * consulted when rows are found.
 */
#include "postgres.h"

#include "access/table.h"
#include "access/xact.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "errors.h"
#include "lock.h"
#include "row.h"
#include "statement.h"
#include "tables_writing.h"

/* -------- a call's frame -------- */

/* Begins a call that needs these tables, perhaps others later. */
void
row_begin(RowWork *work, int tables)
{
	tables_enter();
	memset(work, 0, sizeof(RowWork));
	work->caller_context = CurrentMemoryContext;
	GetUserIdAndSecContext(&work->caller, &work->caller_security);
	work->estate = CreateExecutorState();
	MemoryContextSwitchTo(work->estate->es_query_cxt);
	row_open(work, tables);
}

static void
end_scans(RowTable *table)
{
	int			i;

	for (i = 0; i < TABLE_MAX_INDEXES; i++)
	{
		if (table->scan[i] != NULL)
			index_endscan(table->scan[i]);
		table->scan[i] = NULL;
	}
}

static void
close_table(RowTable *table)
{
	int			i;

	end_scans(table);
	for (i = 0; i < TABLE_MAX_INDEXES; i++)
	{
		if (table->index[i] != NULL)
			index_close(table->index[i], NoLock);
	}
	for (i = 0; table->written_index != NULL && i < table->shape->index_count; i++)
	{
		if (table->written_index[i] == NULL)
			continue;
		compat_index_insert_cleanup(table->written_index[i],
									&table->written_info[i]);
		index_close(table->written_index[i], NoLock);
	}
	table_close(table->rel, NoLock);
}

/* What the owner has put off to COMMIT must not run there: see statement.c. */
static void
settle_statements(RowWork *work)
{
	int			i;

	for (i = 0; i < TABLE_COUNT; i++)
	{
		const char *deferrable;
		const char *deferred;

		if (work->table[i] == NULL || !work->table[i]->statement_ran)
			continue;
		tables_deferrable(work->table[i]->rel, &deferrable, &deferred);
		statement_settle(deferrable, deferred);
	}
}

/*
 * Closes everything (locks stay until commit) and goes back to the caller's
 * context and user. What was written is visible to the next
 * call of the same statement.
 */
void
row_end(RowWork *work)
{
	int			i;

	if (work->at_end != NULL)
		work->at_end(work);
	if (work->statements_ran)
		settle_statements(work);
	ExecResetTupleTable(work->estate->es_tupleTable, false);
	for (i = 0; i < TABLE_COUNT; i++)
	{
		if (work->table[i] != NULL)
			close_table(work->table[i]);
	}
	if (work->partition != NULL)
		close_table(work->partition);
	if (ActiveSnapshotSet() && work->estate->es_snapshot != NULL)
		PopActiveSnapshot();
	MemoryContextSwitchTo(work->caller_context);
	FreeExecutorState(work->estate);
	if (work->owner_known)
		SetUserIdAndSecContext(work->caller, work->caller_security);
	if (work->wrote)
		CommandCounterIncrement();
	tables_leave();
}

static void
take_snapshot(RowWork *work)
{
	if (work->estate->es_snapshot != NULL)
		PopActiveSnapshot();
	work->estate->es_snapshot = NULL;
	PushActiveSnapshot(GetLatestSnapshot());
	work->estate->es_snapshot = GetActiveSnapshot();
}

/*
 * Looks at the world anew: own changes of this call and what others have
 * committed meanwhile. Slots already read stay as they are.
 */
void
row_refresh(RowWork *work)
{
	int			i;

	for (i = 0; i < TABLE_COUNT; i++)
	{
		if (work->table[i] != NULL)
			end_scans(work->table[i]);
	}
	if (work->wrote)
		CommandCounterIncrement();
	take_snapshot(work);
}

/* -------- tables -------- */

/*
 * A relation that was opened, as a table of the call; from here on the call
 * acts as its owner.
 */
RowTable *
row_make_table(RowWork *work, TableId id, Relation rel, TableShape *shape)
{
	RowTable   *table = palloc0(sizeof(RowTable));

	table->work = work;
	table->id = id;
	table->shape = shape;
	table->rel = rel;
	ItemPointerSetInvalid(&table->locked);
	if (!work->owner_known)
	{
		work->owner_known = true;
		SetUserIdAndSecContext(shape->owner,
							   work->caller_security | SECURITY_LOCAL_USERID_CHANGE);
	}
	return table;
}

static void
open_table(RowWork *work, TableId id)
{
	LOCKMODE	mode = id == TABLE_VENUES || id == TABLE_CONCERTS ? AccessShareLock :
																	RowExclusiveLock;
	TableShape *shape;
	Relation	rel = tables_open(id, mode, &shape);

	work->table[id] = row_make_table(work, id, rel, shape);
}

/*
 * Opens those of the tables that are not open yet. A snapshot from before a lock
 * was obtained may be older than the table's rows (a rewriting ALTER TABLE puts
 * all of them there anew), so the world is looked at anew.
 */
void
row_open(RowWork *work, int tables)
{
	bool		opened = false;
	int			id;

	for (id = 0; id < TABLE_COUNT; id++)
	{
		if ((tables & ROW_TABLES(id)) == 0 || work->table[id] != NULL)
			continue;
		open_table(work, id);
		opened = true;
	}
	if (opened)
		row_refresh(work);
}

/* A table of ours, opened once a call. */
RowTable *
row_any_table(RowWork *work, TableId id)
{
	if (unlikely(work->table[id] == NULL))
		row_open(work, ROW_TABLES(id));
	return work->table[id];
}

/*
 * One at a time for whoever has the same key, until the transaction ends. What
 * the one before has done is seen afterwards.
 */
void
row_lock_key(RowWork *work, TableId id, const void *key, Size length)
{
	if (!lock_key(row_any_table(work, id)->shape->relid, key, length,
				  &work->wait_ends_at))
		errors_busy(NIL);
	row_refresh(work);
}

/* A slot for rows of the table, which lives as long as the call. */
TupleTableSlot *
row_slot(RowWork *work, AnyTable any)
{
	return table_slot_create(any.table->rel, &work->estate->es_tupleTable);
}
