/*
 * tables.c - our relations: where they are, how they look.
 *
 * The owner of the data may change the tables, so nothing is taken for granted
 * but names. What the catalogues say is read once a backend into a TableShape
 * and again after DDL. A table that cannot be served (a column gone or of another
 * type, not an ordinary table) is refused with the same error at every call.
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
 * Not done here: reading or writing rows (row.c); what makes a table plain
 * (plain.c).
 */
#include "postgres.h"

#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/relation.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/index.h"
#include "catalog/namespace.h"
#include "catalog/pg_am.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_type.h"
#include "commands/defrem.h"
#include "lib/stringinfo.h"
#include "optimizer/optimizer.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "errors.h"
#include "plain.h"
#include "tables.h"

#define SCHEMA_NAME "concert_booking"

PG_FUNCTION_INFO_V1(concert_booking_require_tables);

/* What a column must be, because values are read as this type and unasked. */
typedef struct ColumnDefinition
{
	const char *name;
	Oid			type;			/* TEXTOID: text or varchar */
	bool		is_nullable;
	int			limit;			/* the longest text that we write, 0: any */
	bool		is_optional;	/* tables of an older version lack it */
} ColumnDefinition;

/* By which columns rows are looked up, and the index that create_tables() makes. */
typedef struct SearchDefinition
{
	const char *index;
	int			count;			/* of columns */
	int			columns[2];
	bool		is_ordered;		/* the order of the index matters */
} SearchDefinition;

/* A foreign key whose check our calls have done. */
typedef struct ParentDefinition
{
	int			column;
	TableId		parent;
} ParentDefinition;

#define MAX_PARENTS 2

typedef struct TableDefinition
{
	const char *name;
	ColumnDefinition columns[TABLE_MAX_COLUMNS + 1];
	SearchDefinition searches[TABLE_MAX_INDEXES + 1];
	bool		inserts;		/* our calls do */
	bool		deletes;
	uint32		updated;		/* columns, as bits, that they update */
	ParentDefinition parents[MAX_PARENTS];
	int			parent_count;
	PlainTrigger triggers[12];
} TableDefinition;

#define COLUMN(number) (1U << (number))

/*
 * A parent that a foreign key of ours names is the seat that the call has
 * locked, the booking that it has just inserted, or the schedule, which cannot
 * go while one of its seats is locked (deleting it deletes the seats). Triggers
 * of ours fill columns that our calls always give, or follow changes for which
 * our calls account themselves.
 */
static const TableDefinition definitions[TABLE_COUNT] = {
	[TABLE_VENUES] = {
		.name = "venues",
		.columns = {
			{"id", UUIDOID},
			{"timezone", TEXTOID},
		},
		.searches = {{"venues_pkey", 1, {VENUE_ID}}},
	},
	[TABLE_CONCERTS] = {
		.name = "concerts",
		.columns = {
			{"id", UUIDOID},
			{"status", TEXTOID},
			{"is_deleted", BOOLOID},
			{"venue_id", UUIDOID},
		},
		.searches = {{"concerts_pkey", 1, {CONCERT_ID}}},
	},
	[TABLE_SCHEDULES] = {
		.name = "concert_schedules",
		.columns = {
			{"id", UUIDOID},
			{"concert_id", UUIDOID},
			{"starts_at", TIMESTAMPTZOID},
			{"total_seats", INT4OID},
			{"available_seats", INT4OID},
			{"is_sold_out", BOOLOID},
			{"is_booking_open", BOOLOID},
			{"booking_opens_at", TIMESTAMPTZOID, true},
			{"booking_closes_at", TIMESTAMPTZOID, true},
			{"hold_duration", INTERVALOID, true},
			{"max_seats_per_booker", INT2OID, true},
			{"cancel_until", INTERVALOID, true},
			{"updated_at", TIMESTAMPTZOID},
			{"layout_version", INT4OID},
		},
		.searches = {{"concert_schedules_pkey", 1, {SCHEDULE_ID}}},
		.updated = COLUMN(SCHEDULE_AVAILABLE_SEATS) |
			COLUMN(SCHEDULE_IS_SOLD_OUT) | COLUMN(SCHEDULE_UPDATED_AT),
		.triggers = {
			{"update_concert_schedules_updated_at", "moddatetime"},
			{"start_totals", "start_totals"},
			{"fill_schedule_start", "fill_schedule_start"},
		},
	},
	[TABLE_SEATS] = {
		.name = "seats",
		.columns = {
			{"id", UUIDOID},
			{"concert_schedule_id", UUIDOID},
			{"seat_number", TEXTOID},
			{"seat_grade", TEXTOID},
			{"price", INT4OID},
			{"status", TEXTOID},
			{"ordinal", INT4OID},
			{"section", TEXTOID, true},
			{"row_label", TEXTOID, true},
			{"seat_index", INT4OID, true},
			{"hold_expires_at", TIMESTAMPTZOID, true},
			{"updated_at", TIMESTAMPTZOID},
		},
		.searches = {
			{"seats_pkey", 1, {SEAT_ID}},
			{"unique_seat_ordinal", 2, {SEAT_SCHEDULE_ID, SEAT_ORDINAL}, true},
		},
		.updated = COLUMN(SEAT_STATUS) | COLUMN(SEAT_HOLD_EXPIRES_AT) |
			COLUMN(SEAT_UPDATED_AT),
		.triggers = {
			{"update_seats_updated_at", "moddatetime"},
			{"fill_seat", "fill_seat"},
			{"follow_seats_insert", "follow_seats_insert"},
			{"follow_seats_update", "follow_seats_update"},
			{"follow_seats_delete", "follow_seats_delete"},
			{"follow_layout_insert", "follow_layout"},
			{"follow_layout_update", "follow_layout"},
			{"follow_layout_delete", "follow_layout"},
		},
	},
	[TABLE_HOLDS] = {
		.name = "temp_reservations",
		.columns = {
			{"id", UUIDOID},
			{"user_id", UUIDOID, true},
			{"session_id", UUIDOID, true},
			{"seat_id", UUIDOID},
			{"concert_schedule_id", UUIDOID},
			{"held_since", TIMESTAMPTZOID},
			{"expires_at", TIMESTAMPTZOID},
			{"created_at", TIMESTAMPTZOID},
			{"price", INT4OID, true, 0, true},
		},
		.searches = {
			{"unique_temp_seat", 1, {HOLD_SEAT_ID}},
			{"idx_temp_reservations_user_id", 2, {HOLD_USER_ID, HOLD_SCHEDULE_ID}},
			{"idx_temp_reservations_session_id", 2, {HOLD_SESSION_ID, HOLD_SCHEDULE_ID}},
		},
		.inserts = true,
		.deletes = true,
		.updated = COLUMN(HOLD_EXPIRES_AT),
		.parents = {{HOLD_SEAT_ID, TABLE_SEATS}, {HOLD_SCHEDULE_ID, TABLE_SCHEDULES}},
		.parent_count = 2,
		.triggers = {
			{"fill_hold", "fill_hold"},
			{"follow_holds_delete", "follow_holds_delete"},
		},
	},
	[TABLE_BOOKINGS] = {
		.name = "bookings",
		.columns = {
			{"id", UUIDOID},
			{"user_id", UUIDOID, true},
			{"session_id", UUIDOID, true},
			{"concert_schedule_id", UUIDOID},
			{"booking_number", TEXTOID, false, 20},
			{"status", TEXTOID},
			{"customer_name", TEXTOID, true, 100},
			{"customer_phone", TEXTOID, true, 20},
			{"customer_email", TEXTOID, true, 255},
			{"seat_count", INT4OID},
			{"total_price", INT8OID},
			{"idempotency_key", TEXTOID, true, 255},
			{"cancelled_at", TIMESTAMPTZOID, true},
			{"cancellation_reason", TEXTOID, true},
			{"created_at", TIMESTAMPTZOID},
			{"updated_at", TIMESTAMPTZOID},
		},
		.searches = {
			{"bookings_pkey", 1, {BOOKING_ID}},
			{"bookings_booking_number_key", 1, {BOOKING_NUMBER}},
			{"idx_bookings_user_status", 1, {BOOKING_USER_ID}},
			{"idx_bookings_session_id", 1, {BOOKING_SESSION_ID}},
			{"idx_bookings_user_key", 2, {BOOKING_USER_ID, BOOKING_IDEMPOTENCY_KEY}},
			{"idx_bookings_session_key", 2, {BOOKING_SESSION_ID, BOOKING_IDEMPOTENCY_KEY}},
			{"idx_bookings_idempotency_key", 1, {BOOKING_IDEMPOTENCY_KEY}},
		},
		.inserts = true,
		.updated = COLUMN(BOOKING_STATUS) | COLUMN(BOOKING_CANCELLED_AT) |
			COLUMN(BOOKING_CANCELLATION_REASON) | COLUMN(BOOKING_UPDATED_AT),
		.parents = {{BOOKING_SCHEDULE_ID, TABLE_SCHEDULES}},
		.parent_count = 1,
		.triggers = {{"update_bookings_updated_at", "moddatetime"}},
	},
	[TABLE_BOOKING_SEATS] = {
		.name = "booking_seats",
		.columns = {
			{"id", UUIDOID},
			{"booking_id", UUIDOID},
			{"seat_id", UUIDOID},
			{"price", INT4OID},
			{"active", BOOLOID},
			{"created_at", TIMESTAMPTZOID},
		},
		.searches = {
			{"booking_seats_pkey", 1, {BOOKING_SEAT_ID}},
			{"unique_booking_seat", 1, {BOOKING_SEAT_BOOKING_ID}},
		},
		.inserts = true,
		.updated = COLUMN(BOOKING_SEAT_ACTIVE),
		.parents = {{BOOKING_SEAT_BOOKING_ID, TABLE_BOOKINGS}, {BOOKING_SEAT_SEAT_ID, TABLE_SEATS}},
		.parent_count = 2,
		.triggers = {{"fill_booking_seat", "fill_booking_seat"}},
	},
	[TABLE_CHANGES] = {
		.name = "availability_changes",
		.columns = {
			{"id", UUIDOID},
			{"concert_schedule_id", UUIDOID},
			{"available_change", INT4OID},
			{"created_at", TIMESTAMPTZOID},
			{"version", INT8OID, .is_optional = true},
		},
		.searches = {{"availability_changes_pkey", 2, {CHANGE_SCHEDULE_ID, CHANGE_ID}, true}},
		.inserts = true,
		.deletes = true,			/* of 0.1's tables */
		.updated = COLUMN(CHANGE_AVAILABLE) | COLUMN(CHANGE_VERSION),
		.parents = {{CHANGE_SCHEDULE_ID, TABLE_SCHEDULES}},
		.parent_count = 1,
	},
	[TABLE_EVENTS] = {
		.name = "booking_events",
		.columns = {
			{"id", UUIDOID},
			{"occurred_at", TIMESTAMPTZOID},
			{"event_type", TEXTOID},
			{"concert_schedule_id", UUIDOID, true},
			{"booking_id", UUIDOID, true},
			{"seat_count", INT4OID},
			{"actor", NAMEOID},
			{"detail", JSONBOID, true},
		},
		.inserts = true,
		.triggers = {{"refuse_change", "refuse_change"}},
	},
};

/* A table as this backend knows it. */
typedef struct KnownTable
{
	Oid			relid;			/* looked at last */
	Oid			parents[MAX_PARENTS + 1];	/* on whose foreign keys it builds */
	uint64		news;			/* counts what may have changed it */
	TableShape *shape;			/* the last complete one, or NULL */
} KnownTable;

static KnownTable known_tables[TABLE_COUNT];
static KnownTable known_partition;

/* Contexts of replaced shapes, and how many calls are active. */
static List *garbage = NIL;
static int	active_calls = 0;

static void
hear_news(KnownTable *known, Oid relid)
{
	bool		concerns = relid == InvalidOid || relid == known->relid;
	int			i;

	for (i = 0; i <= MAX_PARENTS; i++)
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

void
tables_leave(void)
{
	if (active_calls > 0)
		active_calls--;
}

const char *
tables_name(TableId id)
{
	return definitions[id].name;
}

const char *
tables_column_name(TableId id, int column)
{
	return definitions[id].columns[column].name;
}

Oid
tables_column_type(TableId id, int column)
{
	return definitions[id].columns[column].type;
}

/* How many columns rows are looked up by. */
int
tables_search_count(TableId id, TableIndex index)
{
	return definitions[id].searches[index].count;
}

/* The column that stands at a position (from 0) of what rows are looked up by. */
int
tables_search_column(TableId id, TableIndex index, int position)
{
	Assert(position < definitions[id].searches[index].count);
	return definitions[id].searches[index].columns[position];
}

static Oid
find_schema(void)
{
	return get_namespace_oid(SCHEMA_NAME, false);
}

/* What create_tables() makes; the names in definitions are among them. */
static const char *const required[] = {
	"venues", "concerts", "concert_schedules", "seats", "schedule_prices",
	"bookings", "booking_seats", "temp_reservations", "wishlists",
	"availability_changes", "booking_events", "archived_schedules",
	"archived_bookings", "interest_marks", "access_grants",
	"schedule_availability",
};

/* require_tables(): refuse where create_tables() has not been, or not lately. */
Datum
concert_booking_require_tables(PG_FUNCTION_ARGS)
{
	Oid			schema = find_schema();
	int			i;

	for (i = 0; i < lengthof(required); i++)
	{
		if (!OidIsValid(get_relname_relid(required[i], schema)))
			errors_tables_missing(required[i]);
	}
	PG_RETURN_VOID();
}

/* One of the extension's own functions. */
Oid
tables_function(const char *name, int nargs, const Oid *argtypes)
{
	oidvector  *args = buildoidvector(argtypes, nargs);

	return GetSysCacheOid3(PROCNAMEARGSNSP, Anum_pg_proc_oid,
						   CStringGetDatum(name), PointerGetDatum(args),
						   ObjectIdGetDatum(find_schema()));
}

/*
 * The tables must belong to whoever owns the schema: a stranger's table under
 * one of our names would run the stranger's triggers.
 */
static void
check_owner(Relation rel)
{
	HeapTuple	tuple = SearchSysCache1(NAMESPACEOID,
										ObjectIdGetDatum(RelationGetNamespace(rel)));
	Oid			schema_owner;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for namespace %u",
			 RelationGetNamespace(rel));
	schema_owner = ((Form_pg_namespace) GETSTRUCT(tuple))->nspowner;
	ReleaseSysCache(tuple);
	if (rel->rd_rel->relowner != schema_owner)
		errors_tables_foreign(RelationGetRelationName(rel));
}

/* An owner who changed a column's type would have us read wild memory. */
static void
check_column(Relation rel, const ColumnDefinition *column, AttrNumber attno)
{
	Form_pg_attribute attribute = TupleDescAttr(RelationGetDescr(rel), attno - 1);
	Oid			type = getBaseType(attribute->atttypid);

	if (type == VARCHAROID)
		type = TEXTOID;
	if (type != column->type ||
		(!attribute->attnotnull && !column->is_nullable))
		errors_column_changed(RelationGetRelationName(rel), column->name,
							  column->type, column->is_nullable);
}

static void
find_columns(TableShape *shape, Relation rel, const TableDefinition *definition)
{
	int			i;

	for (i = 0; definition->columns[i].name != NULL; i++)
	{
		const ColumnDefinition *column = &definition->columns[i];

		shape->attno[i] = get_attnum(shape->relid, column->name);
		if (shape->attno[i] == InvalidAttrNumber && column->is_optional)
			continue;
		if (shape->attno[i] == InvalidAttrNumber)
			errors_tables_missing(psprintf("%s.%s", definition->name,
										   column->name));
		check_column(rel, column, shape->attno[i]);
	}
}

/* -------- indexes to search -------- */

/* Whether a predicate only leaves out rows that the search cannot want: nulls. */
static bool
predicate_is_harmless(Relation index, TableShape *shape,
					  const SearchDefinition *search)
{
	ListCell   *cell;

	foreach(cell, RelationGetIndexPredicate(index))
	{
		NullTest   *test = (NullTest *) lfirst(cell);
		Node	   *arg = IsA(test, NullTest) ? (Node *) test->arg : NULL;
		bool		is_searched = false;
		int			i;

		if (arg != NULL && IsA(arg, RelabelType))
			arg = (Node *) ((RelabelType *) arg)->arg;
		if (arg == NULL || !IsA(arg, Var) || test->nulltesttype != IS_NOT_NULL)
			return false;
		for (i = 0; i < search->count; i++)
			is_searched |= shape->attno[search->columns[i]] == ((Var *) arg)->varattno;
		if (!is_searched)
			return false;
	}
	return true;
}

/* Whether a column of the index is the wanted one, in its usual order. */
static bool
column_serves(Relation index, int position, AttrNumber attno, Oid type)
{
	Oid			opclass = GetDefaultOpClass(type, BTREE_AM_OID);

	return index->rd_index->indkey.values[position] == attno &&
		index->rd_opfamily[position] == get_opclass_family(opclass) &&
		index->rd_indoption[position] == 0 &&
		index->rd_indcollation[position] ==
		(type == TEXTOID ? DEFAULT_COLLATION_OID : InvalidOid);
}

static bool
index_serves(Relation index, TableShape *shape,
			 const TableDefinition *definition, const SearchDefinition *search)
{
	int			i;

	if (!index->rd_index->indisvalid ||
		index->rd_rel->relam != BTREE_AM_OID ||
		IndexRelationGetNumberOfKeyAttributes(index) < search->count)
		return false;
	for (i = 0; i < search->count; i++)
	{
		if (!column_serves(index, i, shape->attno[search->columns[i]],
						   definition->columns[search->columns[i]].type))
			return false;
	}
	return predicate_is_harmless(index, shape, search);
}

/* The table's index for a search: the one of our name, or any that serves. */
static Oid
find_index(Relation rel, TableShape *shape, const TableDefinition *definition,
		   const SearchDefinition *search)
{
	List	   *oids = RelationGetIndexList(rel);
	Oid			found = InvalidOid;
	ListCell   *cell;

	foreach(cell, oids)
	{
		Relation	index = index_open(lfirst_oid(cell), AccessShareLock);
		bool		is_ours = strcmp(RelationGetRelationName(index), search->index) == 0;

		if ((is_ours || !OidIsValid(found)) &&
			index_serves(index, shape, definition, search))
			found = lfirst_oid(cell);
		index_close(index, AccessShareLock);
	}
	list_free(oids);
	return found;
}

static void
find_indexes(TableShape *shape, Relation rel, const TableDefinition *definition)
{
	int			i;

	for (i = 0; definition->searches[i].index != NULL; i++)
	{
		shape->index[i] = find_index(rel, shape, definition,
									 &definition->searches[i]);
		if (!OidIsValid(shape->index[i]) && definition->searches[i].is_ordered)
			errors_tables_missing(definition->searches[i].index);
	}
}

/* -------- for writing -------- */

static void
compile_checks(TableShape *shape, Relation rel)
{
	TupleConstr *constr = rel->rd_att->constr;
	int			i;

	if (constr == NULL || constr->num_check == 0)
		return;
	shape->check_count = constr->num_check;
	shape->check_exprs = palloc0(constr->num_check * sizeof(ExprState *));
	shape->check_names = palloc0(constr->num_check * sizeof(char *));
	for (i = 0; i < constr->num_check; i++)
	{
		Expr	   *expr;

		if (!compat_check_enforced(&constr->check[i]))
			continue;
		expr = expression_planner(stringToNode(constr->check[i].ccbin));
		shape->check_exprs[i] = ExecInitExpr(expr, NULL);
		shape->check_names[i] = pstrdup(constr->check[i].ccname);
	}
}

/* What index insertion needs, expressions and predicates compiled. */
static void
compile_indexes(TableShape *shape, Relation rel)
{
	List	   *oids = RelationGetIndexList(rel);
	ListCell   *cell;

	shape->index_count = list_length(oids);
	shape->index_oids = palloc(list_length(oids) * sizeof(Oid));
	shape->index_infos = palloc(list_length(oids) * sizeof(IndexInfo *));
	foreach(cell, oids)
	{
		int			i = foreach_current_index(cell);
		Relation	index = index_open(lfirst_oid(cell), AccessShareLock);
		IndexInfo  *info = BuildIndexInfo(index);
		ListCell   *expr;

		index_close(index, AccessShareLock);
		foreach(expr, info->ii_Expressions)
			info->ii_ExpressionsState =
				lappend(info->ii_ExpressionsState,
						ExecInitExpr(lfirst(expr), NULL));
		if (info->ii_Predicate != NIL)
			info->ii_PredicateState = ExecInitQual(info->ii_Predicate, NULL);
		shape->index_oids[i] = lfirst_oid(cell);
		shape->index_infos[i] = info;
	}
}

/* Whether a trigger or a rule of the owner's may change a row that we write. */
static bool
owner_may_change_rows(Relation rel, const TableDefinition *definition)
{
	int			i;

	for (i = 0; rel->trigdesc != NULL && i < rel->trigdesc->numtriggers; i++)
	{
		Trigger    *trigger = &rel->trigdesc->triggers[i];

		if (TRIGGER_FOR_BEFORE(trigger->tgtype) &&
			!plain_is_our_trigger(trigger, definition->triggers))
			return true;
	}
	return rel->rd_rules != NULL;
}

/* The owner's triggers that can be put off to COMMIT, named for SET CONSTRAINTS. */
static void
append_deferrable(Relation rel, StringInfo deferrable, StringInfo deferred)
{
	int			i;

	for (i = 0; rel->trigdesc != NULL && i < rel->trigdesc->numtriggers; i++)
	{
		Trigger    *trigger = &rel->trigdesc->triggers[i];
		const char *name = quote_identifier(trigger->tgname);

		if (trigger->tgisinternal || !trigger->tgdeferrable)
			continue;
		appendStringInfo(deferrable, "%s" SCHEMA_NAME ".%s",
						 deferrable->len > 0 ? ", " : "", name);
		if (trigger->tginitdeferred)
			appendStringInfo(deferred, "%s" SCHEMA_NAME ".%s",
							 deferred->len > 0 ? ", " : "", name);
	}
}

/* Those of a table; of the log with all its partitions. */
void
tables_deferrable(Relation rel, const char **deferrable_names,
				  const char **deferred_names)
{
	StringInfoData deferrable;
	StringInfoData deferred;
	ListCell   *cell;

	initStringInfo(&deferrable);
	initStringInfo(&deferred);
	append_deferrable(rel, &deferrable, &deferred);
	if (rel->rd_rel->relkind == RELKIND_PARTITIONED_TABLE)
	{
		foreach(cell, find_all_inheritors(RelationGetRelid(rel), AccessShareLock, NULL))
		{
			Relation	partition = relation_open(lfirst_oid(cell), NoLock);

			append_deferrable(partition, &deferrable, &deferred);
			relation_close(partition, NoLock);
		}
	}
	*deferrable_names = deferrable.len > 0 ? deferrable.data : NULL;
	*deferred_names = deferred.len > 0 ? deferred.data : NULL;
}

/*
 * Whether a schedule cannot go while one of its seats is locked: as long as seats
 * have their foreign key. The table of seats is the first that every call locks.
 */
static bool
seats_pin_schedules(Oid seats_id, Oid schedules_id)
{
	Relation	seats = table_open(seats_id, AccessShareLock);
	AttrNumber	attno = get_attnum(seats_id, "concert_schedule_id");
	bool		pinned = false;
	ListCell   *cell;

	foreach(cell, RelationGetFKeyList(seats))
	{
		ForeignKeyCacheInfo *key = lfirst(cell);

		pinned |= key->confrelid == schedules_id && key->nkeys == 1 &&
			key->conkey[0] == attno;
	}
	table_close(seats, NoLock);
	return pinned;
}

static Oid
our_relid(TableId id)
{
	return get_relname_relid(definitions[id].name, find_schema());
}

/* The parents as they are called now, and the seats that pin a schedule. */
static void
find_parents(KnownTable *known, const TableDefinition *definition)
{
	int			i;

	memset(known->parents, 0, sizeof(known->parents));
	for (i = 0; i < definition->parent_count; i++)
		known->parents[i] = our_relid(definition->parents[i].parent);
	if (definition->parent_count > 0)
		known->parents[MAX_PARENTS] = our_relid(TABLE_SEATS);
}

static bool
judge_plain(TableShape *shape, Relation rel, const TableDefinition *definition)
{
	Oid			types[TABLE_MAX_COLUMNS];
	int			limits[TABLE_MAX_COLUMNS];
	bool		is_written[TABLE_MAX_COLUMNS];
	bool		is_updated[TABLE_MAX_COLUMNS];
	PlainForeignKey foreign_keys[MAX_PARENTS];
	static const Oid argtypes[] = {TEXTOID};
	PlainUse	use = {
		.is_log = definition == &definitions[TABLE_EVENTS],
		.inserts = definition->inserts,
		.deletes = definition->deletes,
		.known = shape->attno,
		.types = types,
		.limits = limits,
		.is_written = is_written,
		.is_updated = is_updated,
		.own_function = tables_function("normalize_phone",
										   lengthof(argtypes), argtypes),
		.triggers = definition->triggers,
		.foreign_key_count = definition->parent_count,
		.foreign_keys = foreign_keys,
	};
	int			i;

	for (i = 0; definition->columns[i].name != NULL; i++)
	{
		types[i] = definition->columns[i].type;
		limits[i] = definition->columns[i].limit;
		is_updated[i] = (definition->updated & COLUMN(i)) != 0;
		is_written[i] = is_updated[i] || definition->inserts;
	}
	use.known_count = i;
	for (i = 0; i < definition->parent_count; i++)
	{
		foreign_keys[i].attno = shape->attno[definition->parents[i].column];
		foreign_keys[i].parent = our_relid(definition->parents[i].parent);
		if (definition->parents[i].parent == TABLE_SCHEDULES &&
			!seats_pin_schedules(our_relid(TABLE_SEATS), foreign_keys[i].parent))
			foreign_keys[i].parent = InvalidOid;
	}
	return plain_judge(rel, &use);
}

/*
 * As the owner: EXECUTE on the functions in an index or a CHECK is asked for when
 * the expression is compiled, and the caller need not have it.
 */
static void
prepare_writing(TableShape *shape, Relation rel,
				const TableDefinition *definition)
{
	Oid			caller;
	int			caller_security;

	shape->is_plain = judge_plain(shape, rel, definition);
	if (!shape->is_plain)
	{
		/* our own triggers there have to ask it: see statement.c */
		if ((definition == &definitions[TABLE_SEATS] ||
			 definition == &definitions[TABLE_HOLDS]) &&
			!OidIsValid(tables_function("is_own_write", 0, NULL)))
			errors_functions_missing("is_own_write");
		shape->may_differ = owner_may_change_rows(rel, definition);
		return;
	}
	GetUserIdAndSecContext(&caller, &caller_security);
	SetUserIdAndSecContext(shape->owner,
						   caller_security | SECURITY_LOCAL_USERID_CHANGE);
	compile_checks(shape, rel);
	compile_indexes(shape, rel);
	SetUserIdAndSecContext(caller, caller_security);
}

/* -------- shapes -------- */

static bool
has_children(Relation rel)
{
	return rel->rd_rel->relhassubclass &&
		find_inheritance_children(RelationGetRelid(rel), NoLock) != NIL;
}

/* Rows are found, locked and read below the executor: an ordinary table only. */
static void
check_kind(Relation rel, const TableDefinition *definition)
{
	bool		is_log = definition == &definitions[TABLE_EVENTS];

	if (is_log && (rel->rd_rel->relkind == RELKIND_PARTITIONED_TABLE || rel->rd_rel->relispartition))
		return;
	if (rel->rd_rel->relkind != RELKIND_RELATION ||
		rel->rd_tableam != GetHeapamTableAmRoutine() || has_children(rel))
		errors_table_kind(RelationGetRelationName(rel));
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

	check_owner(rel);
	check_kind(rel, definition);
	shape->context = context;
	shape->relid = RelationGetRelid(rel);
	shape->owner = rel->rd_rel->relowner;
	find_columns(shape, rel, definition);
	find_indexes(shape, rel, definition);
	if (definition->inserts || definition->updated != 0)
		prepare_writing(shape, rel, definition);
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

/* Locks the table that has the name, once the lock is there. */
static Oid
lock_by_name(TableId id, LOCKMODE mode)
{
	KnownTable *known = &known_tables[id];

	for (;;)
	{
		Oid			relid = known->shape != NULL && is_fresh(known, known->shape->relid) ?
			known->shape->relid :
			get_relname_relid(definitions[id].name, find_schema());

		if (!OidIsValid(relid))
			errors_tables_missing(definitions[id].name);
		LockRelationOid(relid, mode);
		if (is_fresh(known, relid) ||
			get_relname_relid(definitions[id].name, find_schema()) == relid)
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
		renew_shape(known, &definitions[id], rel);
	*shape = known->shape;
	return rel;
}

/* The shape of a locked partition of the event log; the last one used is kept. */
TableShape *
tables_partition_shape(Relation partition)
{
	if (unlikely(!is_fresh(&known_partition, RelationGetRelid(partition))))
		renew_shape(&known_partition, &definitions[TABLE_EVENTS], partition);
	return known_partition.shape;
}
