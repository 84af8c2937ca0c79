/*
 * tables.c - our relations, as this backend knows them, and their opening.
 *
 * The owner of the data may change the tables, so nothing is taken for granted
 * but names. What the catalogues say is read once a backend into a TableShape
 * and again after DDL.
 *
 * Locking: a table is locked by its name before its shape is looked at, so that
 * nothing that the shape describes can change while it is used. Indexes can be
 * replaced meanwhile (REINDEX CONCURRENTLY); the server waits for our lock before
 * the old one goes.
 *
 * Memory: a shape lives in its own context below TopMemoryContext and becomes the
 * table's only when it is complete. News of DDL only counts up, because it can
 * arrive while a call uses the shape, or makes it; the next use makes a new
 * one, and the old one's context is deleted when no call is active.
 *
 * Not done here: reading or writing rows (row_read.c, row_write.c).
 */
#include "postgres.h"

#include "access/table.h"
#include "access/xact.h"
#include "storage/lmgr.h"
#include "utils/inval.h"
#include "utils/memutils.h"
#include "utils/rel.h"

#include "errors_tables.h"
#include "tables.h"
#include "tables_schema.h"
#include "tables_writing.h"

/* A table as this backend knows it. */
typedef struct KnownTable
{
	Oid			relid;			/* looked at last */
	Oid			parents[TABLE_MAX_PARENTS + 1];	/* on whose foreign keys it builds */
	uint64		news;			/* counts what may have changed it */
	TableShape *shape;			/* the last complete one, or NULL */
} KnownTable;

static KnownTable known_tables[TABLE_COUNT];
static KnownTable known_partition;

/* Contexts of replaced shapes, and how many calls are active. */
static List *garbage = NIL;
static int	active_calls = 0;

/* -------- news of changes -------- */

static void
hear_news(KnownTable *known, Oid relid)
{
	bool		concerns = relid == InvalidOid || relid == known->relid;
	int			i;

	for (i = 0; i <= TABLE_MAX_PARENTS; i++)
		concerns |= relid == known->parents[i];
	if (concerns)
		known->news++;
}

static void
hear_of_change(Datum arg, Oid relid)
{
	int			i;

	for (i = 0; i < TABLE_COUNT; i++)
		hear_news(&known_tables[i], relid);
	hear_news(&known_partition, relid);
}

/* An error leaves calls active that are gone. */
static void
end_calls(XactEvent event, void *arg)
{
	if (event == XACT_EVENT_COMMIT || event == XACT_EVENT_ABORT ||
		event == XACT_EVENT_PREPARE)
		active_calls = 0;
}

/* Listens to changes of tables and ends of transactions, once a backend. */
void
tables_watch(void)
{
	CacheRegisterRelcacheCallback(hear_of_change, (Datum) 0);
	RegisterXactCallback(end_calls, NULL);
}

/* A call begins; calls nest when an owner's trigger makes one. */
void
tables_enter(void)
{
	if (active_calls == 0)
	{
		ListCell   *cell;

		foreach(cell, garbage)
			MemoryContextDelete(lfirst(cell));
		list_free(garbage);
		garbage = NIL;
	}
	active_calls++;
}

/* A call ends. */
void
tables_leave(void)
{
	if (active_calls > 0)
		active_calls--;
}

/* -------- shapes -------- */

/* The parents as they are called now, and the seats that pin a schedule. */
static void
find_parents(KnownTable *known, const TableDefinition *definition)
{
	int			i;

	memset(known->parents, 0, sizeof(known->parents));
	for (i = 0; i < definition->parent_count; i++)
		known->parents[i] = tables_relid(definition->parents[i].parent);
	if (definition->parent_count > 0)
		known->parents[TABLE_MAX_PARENTS] = tables_relid(TABLE_SEATS);
}

/*
 * Reads the catalogues into a new shape. Every step can fail; the shape is the
 * caller's only when all have been taken.
 */
static TableShape *
build_shape(const TableDefinition *definition, Relation rel)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext,
												  "concert_booking table",
												  ALLOCSET_SMALL_SIZES);
	MemoryContext old = MemoryContextSwitchTo(context);
	TableShape *shape = palloc0(sizeof(TableShape));

	shape->context = context;
	tables_fill_shape(shape, rel, definition);
	if (definition->inserts || definition->updated != 0)
		tables_prepare_writing(shape, rel, definition);
	MemoryContextSwitchTo(old);
	return shape;
}

static bool
is_fresh(const KnownTable *known, Oid relid)
{
	return known->shape != NULL && known->shape->relid == relid &&
		known->shape->news == known->news;
}

/* Makes a shape in place of the one known, under a lock of the table. */
static void
renew_shape(KnownTable *known, const TableDefinition *definition, Relation rel)
{
	TableShape *shape;
	MemoryContext old;
	int			rounds = 0;

	known->relid = RelationGetRelid(rel);
	find_parents(known, definition);
	do
	{
		uint64		news = known->news;

		CHECK_FOR_INTERRUPTS();
		shape = build_shape(definition, rel);
		shape->news = news;
		/* a server that discards its caches all the time has news without end */
	} while (shape->news != known->news && ++rounds < 10);

	old = MemoryContextSwitchTo(TopMemoryContext);
	if (known->shape != NULL)
		garbage = lappend(garbage, known->shape->context);
	MemoryContextSwitchTo(old);
	MemoryContextSetParent(shape->context, TopMemoryContext);
	known->shape = shape;
}

/* -------- opening -------- */

/* Locks the table that has the name, once the lock is there. */
static Oid
lock_by_name(TableId id, LOCKMODE mode)
{
	KnownTable *known = &known_tables[id];

	for (;;)
	{
		Oid			relid = known->shape != NULL && is_fresh(known, known->shape->relid) ?
			known->shape->relid :
			tables_relid(id);

		if (!OidIsValid(relid))
			errors_tables_missing(tables_definitions[id].name);
		LockRelationOid(relid, mode);
		if (is_fresh(known, relid) ||
			tables_relid(id) == relid)
			return relid;
		UnlockRelationOid(relid, mode);
	}
}

/*
 * One of our tables, locked, and its shape. The caller takes the snapshot with
 * which it reads afterwards: one from before a wait for the lock would not see
 * the rows of a table that was rewritten meanwhile.
 */
Relation
tables_open(TableId id, LOCKMODE mode, TableShape **shape)
{
	KnownTable *known = &known_tables[id];
	Oid			relid = lock_by_name(id, mode);
	Relation	rel = table_open(relid, NoLock);

	if (unlikely(!is_fresh(known, relid)))
		renew_shape(known, &tables_definitions[id], rel);
	*shape = known->shape;
	return rel;
}

/* The shape of a locked partition of the event log; the last one used is kept. */
TableShape *
tables_partition_shape(Relation partition)
{
	if (unlikely(!is_fresh(&known_partition, RelationGetRelid(partition))))
		renew_shape(&known_partition, &tables_definitions[TABLE_EVENTS], partition);
	return known_partition.shape;
}
