/*
 * tables.c - our relations: where they are, how they look.
 *
 * The owner of the data may add columns, indexes, constraints and triggers, so
 * nothing is taken for granted but names. What the catalogues say is read once
 * a backend into a TableShape and again after DDL.
 *
 * Locking: a shape is used under a lock of its table (row.c takes it first), so
 * that nothing it describes can change meanwhile.
 *
 * Memory: a shape lives in its own context below TopMemoryContext. An
 * invalidation only marks it stale, because it can arrive while a call uses the
 * shape; the next use builds a new one, and the old one's context is deleted
 * when no call is active.
 *
 * Not done here: reading or writing rows (row.c).
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/relation.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/index.h"
#include "catalog/namespace.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_type.h"
#include "optimizer/optimizer.h"
#include "rewrite/rewriteHandler.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "errors.h"
#include "tables.h"

#define SCHEMA_NAME "concert_booking"

PG_FUNCTION_INFO_V1(concert_booking_require_tables);

/* What a column must be, because values are read as this type and unasked. */
typedef struct ColumnDefinition
{
	const char *name;
	Oid			type;			/* TEXTOID: text or varchar */
	bool		is_nullable;
} ColumnDefinition;

typedef struct TableDefinition
{
	const char *name;
	bool		writable;
	ColumnDefinition columns[TABLE_MAX_COLUMNS + 1];
	const char *indexes[TABLE_MAX_INDEXES + 1];

	/* The columns that our updates change, ending with NULL. */
	const char *updated[6];
} TableDefinition;

static const TableDefinition definitions[TABLE_COUNT] = {
	[TABLE_CONCERTS] = {
		.name = "concerts",
		.columns = {
			{"id", UUIDOID},
			{"status", TEXTOID},
			{"is_deleted", BOOLOID},
		},
		.indexes = {"concerts_pkey"},
	},
	[TABLE_SCHEDULES] = {
		.name = "concert_schedules",
		.writable = true,
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
		.indexes = {"concert_schedules_pkey"},
		.updated = {"available_seats", "is_sold_out", "updated_at"},
	},
	[TABLE_SEATS] = {
		.name = "seats",
		.writable = true,
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
		.indexes = {"seats_pkey", "unique_seat_ordinal"},
		.updated = {"status", "hold_expires_at", "updated_at"},
	},
	[TABLE_HOLDS] = {
		.name = "temp_reservations",
		.writable = true,
		.columns = {
			{"id", UUIDOID},
			{"user_id", UUIDOID, true},
			{"session_id", UUIDOID, true},
			{"seat_id", UUIDOID},
			{"concert_schedule_id", UUIDOID},
			{"held_since", TIMESTAMPTZOID},
			{"expires_at", TIMESTAMPTZOID},
			{"created_at", TIMESTAMPTZOID},
		},
		.indexes = {"unique_temp_seat", "idx_temp_reservations_user_id",
			"idx_temp_reservations_session_id"},
		.updated = {"expires_at"},
	},
	[TABLE_BOOKINGS] = {
		.name = "bookings",
		.writable = true,
		.columns = {
			{"id", UUIDOID},
			{"user_id", UUIDOID, true},
			{"session_id", UUIDOID, true},
			{"concert_schedule_id", UUIDOID},
			{"booking_number", TEXTOID},
			{"status", TEXTOID},
			{"customer_name", TEXTOID, true},
			{"customer_phone", TEXTOID, true},
			{"customer_email", TEXTOID, true},
			{"seat_count", INT4OID},
			{"total_price", INT8OID},
			{"idempotency_key", TEXTOID, true},
			{"cancelled_at", TIMESTAMPTZOID, true},
			{"cancellation_reason", TEXTOID, true},
			{"created_at", TIMESTAMPTZOID},
			{"updated_at", TIMESTAMPTZOID},
		},
		.indexes = {"bookings_pkey", "bookings_booking_number_key",
			"idx_bookings_user_status", "idx_bookings_session_id",
			"idx_bookings_idempotency_key"},
		.updated = {"status", "cancelled_at", "cancellation_reason",
			"updated_at"},
	},
	[TABLE_BOOKING_SEATS] = {
		.name = "booking_seats",
		.writable = true,
		.columns = {
			{"id", UUIDOID},
			{"booking_id", UUIDOID},
			{"seat_id", UUIDOID},
			{"price", INT4OID},
			{"active", BOOLOID},
			{"created_at", TIMESTAMPTZOID},
		},
		.indexes = {"booking_seats_pkey", "unique_booking_seat"},
		.updated = {"active"},
	},
	[TABLE_CHANGES] = {
		.name = "availability_changes",
		.writable = true,
		.columns = {
			{"id", UUIDOID},
			{"concert_schedule_id", UUIDOID},
			{"available_change", INT4OID},
			{"created_at", TIMESTAMPTZOID},
		},
		.indexes = {"availability_changes_pkey"},
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
	},
};

/*
 * Foreign keys whose check our calls have done: the parent is the seat that the
 * call has locked, the booking it has just inserted, or the schedule, which
 * cannot go while one of its seats is locked (deleting it deletes the seats).
 */
static const char *const checked_foreign_keys[] = {
	"seats_concert_schedule_id_fkey",
	"temp_reservations_seat_id_fkey",
	"temp_reservations_concert_schedule_id_fkey",
	"bookings_concert_schedule_id_fkey",
	"booking_seats_booking_id_fkey",
	"booking_seats_seat_id_fkey",
	"availability_changes_concert_schedule_id_fkey",
};

/* Triggers that fill columns which our calls always give. */
static const char *const filling_triggers[] = {
	"fill_hold", "fill_booking_seat", "fill_schedule_start", "fill_seat",
};

static TableShape *shapes[TABLE_COUNT];
static TableShape *partition_shape;
static bool stale[TABLE_COUNT];
static bool partition_stale;

/* Contexts of replaced shapes, and how many calls are active. */
static List *garbage = NIL;
static int	active_calls = 0;

static void
forget_shape(Datum arg, Oid relid)
{
	int			i;

	for (i = 0; i < TABLE_COUNT; i++)
	{
		if (shapes[i] && (relid == InvalidOid || shapes[i]->relid == relid))
			stale[i] = true;
	}
	if (partition_shape &&
		(relid == InvalidOid || partition_shape->relid == relid))
		partition_stale = true;
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
	CacheRegisterRelcacheCallback(forget_shape, (Datum) 0);
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

static void
discard_shape(TableShape *shape)
{
	MemoryContext old = MemoryContextSwitchTo(TopMemoryContext);

	garbage = lappend(garbage, shape->context);
	MemoryContextSwitchTo(old);
}

const char *
tables_name(TableId id)
{
	return definitions[id].name;
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
		if (shape->attno[i] == InvalidAttrNumber)
			errors_tables_missing(psprintf("%s.%s", definition->name,
										   column->name));
		check_column(rel, column, shape->attno[i]);
	}
}

static void
find_indexes(TableShape *shape, const TableDefinition *definition, Oid schema)
{
	int			i;

	for (i = 0; definition->indexes[i] != NULL; i++)
	{
		shape->index[i] = get_relname_relid(definition->indexes[i], schema);
		if (!OidIsValid(shape->index[i]))
			errors_tables_missing(definition->indexes[i]);
	}
}

static bool
name_in(const char *name, const char *const *names, int count)
{
	int			i;

	for (i = 0; i < count; i++)
	{
		if (strcmp(name, names[i]) == 0)
			return true;
	}
	return false;
}

/* Whether a trigger's work is done by our calls themselves. */
static bool
trigger_is_done(Trigger *trigger, const TableDefinition *definition)
{
	char	   *stamp = psprintf("update_%s_updated_at", definition->name);
	char	   *constraint;

	if (!trigger->tgisinternal)
		return name_in(trigger->tgname, filling_triggers,
					   lengthof(filling_triggers)) ||
			strcmp(trigger->tgname, stamp) == 0;
	if (trigger->tgfoid != F_RI_FKEY_CHECK_INS &&
		trigger->tgfoid != F_RI_FKEY_CHECK_UPD)
		return false;
	constraint = get_constraint_name(trigger->tgconstraint);
	return constraint != NULL &&
		name_in(constraint, checked_foreign_keys,
				lengthof(checked_foreign_keys));
}

/*
 * A trigger of UPDATE OF columns fires if one of them is among those that we
 * change; we always change the same ones.
 */
static bool
trigger_watches_updates(Trigger *trigger, TableShape *shape,
						const TableDefinition *definition)
{
	int			i;
	int			j;

	for (i = 0; i < trigger->tgnattr; i++)
	{
		for (j = 0; definition->updated[j] != NULL; j++)
		{
			if (get_attnum(shape->relid, definition->updated[j]) ==
				trigger->tgattr[i])
				return true;
		}
	}
	return false;
}

/* Row triggers on the other side of foreign keys: our updates keep all keys. */
static bool
trigger_follows_keys(Trigger *trigger)
{
	return trigger->tgisinternal &&
		TRIGGER_FOR_UPDATE(trigger->tgtype) &&
		RI_FKey_trigger_type(trigger->tgfoid) != RI_TRIGGER_NONE;
}

static bool
changes_rows_before_update(TriggerDesc *triggers)
{
	int			i;

	for (i = 0; i < triggers->numtriggers; i++)
	{
		if (TRIGGER_FOR_ROW(triggers->triggers[i].tgtype) &&
			TRIGGER_FOR_BEFORE(triggers->triggers[i].tgtype) &&
			TRIGGER_FOR_UPDATE(triggers->triggers[i].tgtype))
			return true;
	}
	return false;
}

static void
set_trigger_flags(TriggerDesc *triggers)
{
	int			i;

	memset(((char *) triggers) + offsetof(TriggerDesc, trig_insert_before_row),
		   0, sizeof(TriggerDesc) - offsetof(TriggerDesc, trig_insert_before_row));
	for (i = 0; i < triggers->numtriggers; i++)
	{
		int16		type = triggers->triggers[i].tgtype;

		if (!TRIGGER_FOR_ROW(type))
			continue;
		triggers->trig_insert_before_row |=
			TRIGGER_FOR_INSERT(type) && TRIGGER_FOR_BEFORE(type);
		triggers->trig_insert_after_row |=
			TRIGGER_FOR_INSERT(type) && TRIGGER_FOR_AFTER(type);
		triggers->trig_update_before_row |=
			TRIGGER_FOR_UPDATE(type) && TRIGGER_FOR_BEFORE(type);
		triggers->trig_update_after_row |=
			TRIGGER_FOR_UPDATE(type) && TRIGGER_FOR_AFTER(type);
		triggers->trig_delete_before_row |=
			TRIGGER_FOR_DELETE(type) && TRIGGER_FOR_BEFORE(type);
		triggers->trig_delete_after_row |=
			TRIGGER_FOR_DELETE(type) && TRIGGER_FOR_AFTER(type);
	}
}

/* Keeps the row triggers that row.c has to fire. */
static void
keep_row_triggers(TriggerDesc *triggers, TableShape *shape,
				  const TableDefinition *definition)
{
	bool		keys_can_change;
	int			kept = 0;
	int			i;

	for (i = 0; i < triggers->numtriggers; i++)
	{
		Trigger    *trigger = &triggers->triggers[i];

		if (!TRIGGER_FOR_ROW(trigger->tgtype) ||
			trigger_is_done(trigger, definition))
			continue;
		if (trigger->tgnattr > 0 && TRIGGER_FOR_UPDATE(trigger->tgtype))
		{
			if (trigger_watches_updates(trigger, shape, definition))
				trigger->tgnattr = 0;
			else if (TRIGGER_FOR_INSERT(trigger->tgtype) ||
					 TRIGGER_FOR_DELETE(trigger->tgtype))
				trigger->tgtype &= ~TRIGGER_TYPE_UPDATE;
			else
				continue;
		}
		triggers->triggers[kept++] = *trigger;
	}
	triggers->numtriggers = kept;

	/* A BEFORE trigger of the owner's might change a key after all. */
	keys_can_change = changes_rows_before_update(triggers);
	for (kept = 0, i = 0; i < triggers->numtriggers; i++)
	{
		if (!keys_can_change && trigger_follows_keys(&triggers->triggers[i]))
			continue;
		triggers->triggers[kept++] = triggers->triggers[i];
	}
	triggers->numtriggers = kept;
	set_trigger_flags(triggers);
}

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

static bool
column_is_known(TableShape *shape, const TableDefinition *definition,
				AttrNumber attno)
{
	int			i;

	for (i = 0; definition->columns[i].name != NULL; i++)
	{
		if (shape->attno[i] == attno)
			return true;
	}
	return false;
}

/* Defaults of the columns that the owner has added. */
static void
compile_defaults(TableShape *shape, Relation rel,
				 const TableDefinition *definition)
{
	int			i;

	shape->defaults = palloc0(rel->rd_att->natts * sizeof(ExprState *));
	for (i = 0; i < rel->rd_att->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(rel->rd_att, i);
		Node	   *expr;

		if (attribute->attisdropped || attribute->attgenerated != '\0' ||
			column_is_known(shape, definition, i + 1))
			continue;
		expr = build_column_default(rel, i + 1);
		if (expr != NULL)
			shape->defaults[i] =
				ExecInitExpr(expression_planner((Expr *) expr), NULL);
	}
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

	GetUserIdAndSecContext(&caller, &caller_security);
	SetUserIdAndSecContext(shape->owner,
						   caller_security | SECURITY_LOCAL_USERID_CHANGE);
	shape->writable = true;
	if (rel->trigdesc != NULL)
	{
		TriggerDesc *triggers = CopyTriggerDesc(rel->trigdesc);

		keep_row_triggers(triggers, shape, definition);
		if (triggers->numtriggers > 0)
			shape->triggers = triggers;
	}
	compile_checks(shape, rel);
	compile_indexes(shape, rel);
	compile_defaults(shape, rel, definition);
	SetUserIdAndSecContext(caller, caller_security);
}

/*
 * Reads the catalogues into a new shape. It becomes visible to others only when
 * it is complete: every step can fail.
 */
static TableShape *
build_shape(const TableDefinition *definition, Oid relid, bool writable)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext,
												  "concert_booking table",
												  ALLOCSET_SMALL_SIZES);
	MemoryContext old = MemoryContextSwitchTo(context);
	TableShape *shape = palloc0(sizeof(TableShape));
	Relation	rel = table_open(relid, AccessShareLock);

	check_owner(rel);
	shape->context = context;
	shape->relid = relid;
	shape->owner = rel->rd_rel->relowner;
	find_columns(shape, rel, definition);
	if (!rel->rd_rel->relispartition)
		find_indexes(shape, definition, RelationGetNamespace(rel));
	if (writable)
		prepare_writing(shape, rel, definition);
	table_close(rel, NoLock);
	MemoryContextSwitchTo(old);
	MemoryContextSetParent(context, TopMemoryContext);
	return shape;
}

TableShape *
tables_shape(TableId id)
{
	const TableDefinition *definition = &definitions[id];
	TableShape *shape;
	Oid			relid;

	if (likely(shapes[id] != NULL && !stale[id]))
		return shapes[id];

	relid = get_relname_relid(definition->name, find_schema());
	if (!OidIsValid(relid))
		errors_tables_missing(definition->name);
	stale[id] = false;
	shape = build_shape(definition, relid, definition->writable);
	if (shapes[id] != NULL)
		discard_shape(shapes[id]);
	shapes[id] = shape;
	return shape;
}

/* The shape of a partition of the event log; the last one used is kept. */
TableShape *
tables_partition_shape(Oid relid)
{
	TableShape *shape;

	if (likely(partition_shape != NULL && !partition_stale &&
			   partition_shape->relid == relid))
		return partition_shape;

	partition_stale = false;
	shape = build_shape(&definitions[TABLE_EVENTS], relid, true);
	if (partition_shape != NULL)
		discard_shape(partition_shape);
	partition_shape = shape;
	return shape;
}
