/*
 * plain.c - whether a table is as create_tables() made it.
 *
 * row_plain.c writes into plain tables below the executor, because there is nothing
 * to be done for such a write that it does not do. Where this file finds
 * anything else (a trigger, a rule, a generated column, a constraint that can
 * be deferred, code of the owner's in an index or a CHECK), the executor writes
 * (statement.c), and the answer is the same. So in doubt a table is not plain.
 *
 * A column that the owner has added, nullable and without a default, leaves a
 * table plain, and so do indexes and CHECK constraints made of the server's own
 * immutable functions: row_plain.c keeps them as the executor does.
 *
 * Locking: the caller has locked the table.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/transam.h"
#include "catalog/pg_am.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_type.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "utils/array.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "plain.h"

/* -------- expressions -------- */

static bool
is_foreign_function(Oid function, void *context)
{
	const PlainUse *use = context;

	return function >= FirstNormalObjectId && function != use->own_function;
}

/* True for what runs, or might run, code that is not the server's. */
static bool
has_foreign_code(Node *node, void *context)
{
	if (node == NULL)
		return false;
	if (IsA(node, CoerceToDomain) || IsA(node, NextValueExpr) ||
		IsA(node, SubPlan) || IsA(node, SubLink) ||
		check_functions_in_node(node, is_foreign_function, context))
		return true;
	return expression_tree_walker(node, has_foreign_code, context);
}

static bool
expression_is_plain(Node *node, const PlainUse *use)
{
	return !has_foreign_code(node, (void *) use) &&
		!contain_mutable_functions(node);
}

/* -------- columns -------- */

static int
known_column(const PlainUse *use, AttrNumber attno)
{
	int			i;

	for (i = 0; i < use->known_count; i++)
	{
		if (use->known[i] == attno)
			return i;
	}
	return -1;
}

/* Whether any value that we write fits as it is: no domain, no shorter type. */
static bool
written_column_is_plain(Form_pg_attribute attribute, Oid type, int limit)
{
	if (attribute->atttypid == type)
		return attribute->atttypmod == -1;
	return type == TEXTOID && attribute->atttypid == VARCHAROID &&
		(attribute->atttypmod == -1 ||
		 (limit > 0 && attribute->atttypmod >= limit + VARHDRSZ));
}

static bool
columns_are_plain(Relation rel, const PlainUse *use)
{
	int			i;

	for (i = 0; i < RelationGetDescr(rel)->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(RelationGetDescr(rel), i);
		int			known = known_column(use, i + 1);

		if (attribute->attisdropped)
			continue;
		if (attribute->attgenerated != '\0' || attribute->attidentity != '\0')
			return false;
		if (known >= 0)
		{
			if (use->is_written[known] &&
				!written_column_is_plain(attribute, use->types[known],
										 use->limits[known]))
				return false;
		}
		else if (use->inserts &&
				 (attribute->atthasdef || attribute->attnotnull ||
				  get_typtype(attribute->atttypid) == TYPTYPE_DOMAIN))
			return false;
	}
	return true;
}

/* -------- constraints -------- */

static bool
checks_are_plain(Relation rel, const PlainUse *use)
{
	TupleConstr *constr = RelationGetDescr(rel)->constr;
	int			i;

	for (i = 0; constr != NULL && i < constr->num_check; i++)
	{
		if (!expression_is_plain(stringToNode(constr->check[i].ccbin), use))
			return false;
	}
	return true;
}

/* -------- indexes -------- */

static bool
index_columns_are_plain(Relation index)
{
	int			i;

	for (i = 0; i < RelationGetDescr(index)->natts; i++)
	{
		if (TupleDescAttr(RelationGetDescr(index), i)->atttypid >= FirstNormalObjectId)
			return false;
	}
	for (i = 0; i < IndexRelationGetNumberOfKeyAttributes(index); i++)
	{
		if (index->rd_opfamily[i] >= FirstNormalObjectId)
			return false;
	}
	return true;
}

static bool
index_is_plain(Relation index, const PlainUse *use)
{
	Form_pg_index form = index->rd_index;

	return form->indisvalid && form->indisready && form->indislive &&
		form->indimmediate && !form->indisexclusion &&
		index_columns_are_plain(index) &&
		expression_is_plain((Node *) RelationGetIndexExpressions(index), use) &&
		expression_is_plain((Node *) RelationGetIndexPredicate(index), use);
}

static bool
indexes_are_plain(Relation rel, const PlainUse *use)
{
	List	   *oids = RelationGetIndexList(rel);
	bool		plain = true;
	ListCell   *cell;

	foreach(cell, oids)
	{
		Relation	index = index_open(lfirst_oid(cell), AccessShareLock);

		plain = plain && index_is_plain(index, use);
		index_close(index, AccessShareLock);
	}
	list_free(oids);
	return plain;
}

/* -------- triggers -------- */

/* A trigger of ours, of the name and with the function that we gave it. */
bool
plain_is_our_trigger(Trigger *trigger, const PlainTrigger *ours)
{
	char	   *function = get_func_name(trigger->tgfoid);

	for (; function != NULL && ours->name != NULL; ours++)
	{
		if (strcmp(trigger->tgname, ours->name) == 0)
			return strcmp(function, ours->function) == 0;
	}
	return false;
}

/* The check of a parent that the call has locked, or that a locked seat pins. */
static bool
is_done_check(Form_pg_constraint constraint, AttrNumber attno,
			  const PlainUse *use)
{
	int			i;

	for (i = 0; i < use->foreign_key_count; i++)
	{
		if (use->foreign_keys[i].attno == attno &&
			use->foreign_keys[i].parent == constraint->confrelid)
			return true;
	}
	return false;
}

/* The only column of a constraint's key, or of the key that it names. */
static AttrNumber
only_column(HeapTuple tuple, int catalogue_column)
{
	bool		isnull;
	Datum		datum = SysCacheGetAttr(CONSTROID, tuple, catalogue_column, &isnull);
	ArrayType  *array = isnull ? NULL : DatumGetArrayTypeP(datum);

	if (array == NULL || ARR_NDIM(array) != 1 || ARR_DIMS(array)[0] != 1)
		return InvalidAttrNumber;
	return *(int16 *) ARR_DATA_PTR(array);
}

/* Our rows name a parent by its id, which nobody but the server's check needs. */
static bool
child_key_is_plain(HeapTuple tuple, const PlainUse *use)
{
	Form_pg_constraint constraint = (Form_pg_constraint) GETSTRUCT(tuple);
	AttrNumber	parent_key = only_column(tuple, Anum_pg_constraint_confkey);
	char	   *parent_column = get_attname(constraint->confrelid, parent_key, true);
	AttrNumber	attno = only_column(tuple, Anum_pg_constraint_conkey);
	int			known = known_column(use, attno);

	if (parent_column != NULL && strcmp(parent_column, "id") == 0 &&
		is_done_check(constraint, attno, use))
		return true;
	/* where nothing is inserted, a key that we do not change needs no check */
	return !use->inserts && attno != InvalidAttrNumber &&
		(known < 0 || !use->is_updated[known]);
}

/* Somebody's rows name ours by a key that we neither change nor delete. */
static bool
parent_key_is_plain(HeapTuple tuple, const PlainUse *use)
{
	AttrNumber	attno = only_column(tuple, Anum_pg_constraint_confkey);
	int			known = known_column(use, attno);

	return !use->deletes && attno != InvalidAttrNumber &&
		(known < 0 || !use->is_updated[known]);
}

static bool
foreign_key_is_plain(Trigger *trigger, const PlainUse *use)
{
	int			kind = RI_FKey_trigger_type(trigger->tgfoid);
	HeapTuple	tuple;
	bool		plain;

	if (kind == RI_TRIGGER_NONE)
		return false;
	tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(trigger->tgconstraint));
	if (!HeapTupleIsValid(tuple))
		return false;
	plain = kind == RI_TRIGGER_FK ? child_key_is_plain(tuple, use) :
									parent_key_is_plain(tuple, use);
	ReleaseSysCache(tuple);
	return plain;
}

static bool
triggers_are_plain(Relation rel, const PlainUse *use)
{
	TriggerDesc *triggers = rel->trigdesc;
	int			i;

	for (i = 0; triggers != NULL && i < triggers->numtriggers; i++)
	{
		Trigger    *trigger = &triggers->triggers[i];

		if (trigger->tgisinternal ? !foreign_key_is_plain(trigger, use) :
									!plain_is_our_trigger(trigger, use->triggers))
			return false;
	}
	return true;
}

/* -------- the fact -------- */

/* The owner can take rights from himself, and then no statement may write. */
static bool
owner_may_write(Relation rel, const PlainUse *use)
{
	AclMode		mode = ACL_SELECT | ACL_UPDATE | (use->inserts ? ACL_INSERT : 0) |
		(use->deletes ? ACL_DELETE : 0);
	AclMode		has = pg_class_aclmask(RelationGetRelid(rel), rel->rd_rel->relowner,
									   mode, ACLMASK_ALL);

	return has == mode;
}

/* Whether the table is plain for this use of it. */
bool
plain_judge(Relation rel, const PlainUse *use)
{
	return ((rel->rd_rel->relkind == RELKIND_RELATION &&
			 rel->rd_rel->relam == HEAP_TABLE_AM_OID) ||
			rel->rd_rel->relkind == RELKIND_PARTITIONED_TABLE) &&
		(use->is_log || !rel->rd_rel->relispartition) &&
		rel->rd_rules == NULL &&
		!(rel->rd_rel->relrowsecurity && rel->rd_rel->relforcerowsecurity) &&
		owner_may_write(rel, use) &&
		columns_are_plain(rel, use) &&
		checks_are_plain(rel, use) &&
		indexes_are_plain(rel, use) &&
		triggers_are_plain(rel, use);
}
