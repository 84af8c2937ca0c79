/*
 * tables_shape.c - where the columns and the indexes of one relation are.
 *
 * A table that cannot be served (a column gone or of another type, not an
 * ordinary table) is refused with the same error at every call.
 */
#include "postgres.h"

#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/index.h"
#include "catalog/pg_am.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_type.h"
#include "commands/defrem.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "errors_tables.h"
#include "tables_shape.h"

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
	bool		is_log = definition == &tables_definitions[TABLE_EVENTS];

	if (is_log &&
		(rel->rd_rel->relkind == RELKIND_PARTITIONED_TABLE || rel->rd_rel->relispartition))
		return;
	if (rel->rd_rel->relkind != RELKIND_RELATION ||
		rel->rd_tableam != GetHeapamTableAmRoutine() || has_children(rel))
		errors_table_kind(RelationGetRelationName(rel));
}

static bool
has_type(Form_pg_attribute attribute, const ColumnDefinition *column)
{
	Oid			type = getBaseType(attribute->atttypid);

	return (type == VARCHAROID ? TEXTOID : type) == column->type;
}

/*
 * Whether a column of a name that 0.1 did not know is none of ours: the owner of
 * tables of 0.1 may have had it for something else. create_tables() has it renamed.
 */
static bool
is_owners_own(Relation rel, const ColumnDefinition *column, AttrNumber attno)
{
	Form_pg_attribute attribute = TupleDescAttr(RelationGetDescr(rel), attno - 1);

	return column->is_optional &&
		(!has_type(attribute, column) || attribute->attnotnull == column->is_nullable) &&
		!OidIsValid(get_relname_relid(tables_name(TABLE_PAYMENTS),
									  RelationGetNamespace(rel)));
}

/* An owner who changed a column's type would have us read wild memory. */
static void
check_column(Relation rel, const ColumnDefinition *column, AttrNumber attno)
{
	Form_pg_attribute attribute = TupleDescAttr(RelationGetDescr(rel), attno - 1);

	if (!has_type(attribute, column) ||
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
		if (shape->attno[i] != InvalidAttrNumber &&
			is_owners_own(rel, column, shape->attno[i]))
			shape->attno[i] = InvalidAttrNumber;
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

/* -------- the shape -------- */

/* Fills in what reading needs to know of a relation; it may be refused. */
void
tables_fill_shape(TableShape *shape, Relation rel,
				  const TableDefinition *definition)
{
	check_owner(rel);
	check_kind(rel, definition);
	shape->relid = RelationGetRelid(rel);
	shape->owner = rel->rd_rel->relowner;
	find_columns(shape, rel, definition);
	find_indexes(shape, rel, definition);
}
