/*
 * tables_writing.c - how one relation is written.
 *
 * A plain table (plain.c) is written row by row below the executor; its CHECK
 * constraints and indexes are compiled here once. Of any other table we need to
 * know what the owner's triggers may do.
 */
#include "postgres.h"

#include "access/relation.h"
#include "access/table.h"
#include "catalog/index.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "optimizer/optimizer.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "errors_tables.h"
#include "plain.h"
#include "tables_schema.h"
#include "tables_writing.h"

/* -------- plain tables -------- */

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

static bool
judge_plain(TableShape *shape, Relation rel, const TableDefinition *definition)
{
	Oid			types[TABLE_MAX_COLUMNS];
	int			limits[TABLE_MAX_COLUMNS];
	bool		is_written[TABLE_MAX_COLUMNS];
	bool		is_updated[TABLE_MAX_COLUMNS];
	PlainForeignKey foreign_keys[TABLE_MAX_PARENTS];
	static const Oid argtypes[] = {TEXTOID};
	PlainUse	use = {
		.is_log = definition == &tables_definitions[TABLE_EVENTS],
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
		is_updated[i] = (definition->updated & TABLES_COLUMN(i)) != 0;
		is_written[i] = is_updated[i] || definition->inserts;
	}
	use.known_count = i;
	for (i = 0; i < definition->parent_count; i++)
	{
		foreign_keys[i].attno = shape->attno[definition->parents[i].column];
		foreign_keys[i].parent = tables_relid(definition->parents[i].parent);
		if (definition->parents[i].parent == TABLE_SCHEDULES &&
			!seats_pin_schedules(tables_relid(TABLE_SEATS), foreign_keys[i].parent))
			foreign_keys[i].parent = InvalidOid;
	}
	return plain_judge(rel, &use);
}

/* -------- other tables -------- */

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
		appendStringInfo(deferrable, "%s" TABLES_SCHEMA ".%s",
						 deferrable->len > 0 ? ", " : "", name);
		if (trigger->tginitdeferred)
			appendStringInfo(deferred, "%s" TABLES_SCHEMA ".%s",
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

/* -------- both -------- */

/*
 * As the owner: EXECUTE on the functions in an index or a CHECK is asked for when
 * the expression is compiled, and the caller need not have it.
 */
void
tables_prepare_writing(TableShape *shape, Relation rel,
					   const TableDefinition *definition)
{
	Oid			caller;
	int			caller_security;

	shape->is_plain = judge_plain(shape, rel, definition);
	if (!shape->is_plain)
	{
		/* our own triggers there have to ask it: see statement.c */
		if ((definition == &tables_definitions[TABLE_SEATS] ||
			 definition == &tables_definitions[TABLE_HOLDS]) &&
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
