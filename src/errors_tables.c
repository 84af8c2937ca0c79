/*
 * errors_tables.c - every reason for which a table cannot be served or written.
 *
 * These are for the owner of the tables. They are no refusals: their codes are the
 * server's, and log_refusals does not keep them out of the log.
 */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/rel.h"

#include "errors_tables.h"

/* A table, a column or an index that create_tables() makes is not there. */
void
errors_tables_missing(const char *what)
{
	ereport(ERROR,
			(errcode(ERRCODE_UNDEFINED_TABLE),
			 errmsg("the tables of concert_booking are missing or out of date"),
			 errdetail("There is no \"%s\".", what),
			 errhint("Run SELECT concert_booking.create_tables().")));
}

/* A column has another type, or may be null. */
void
errors_column_changed(const char *table, const char *column, Oid type,
					  bool is_nullable)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATATYPE_MISMATCH),
			 errmsg("a column of concert_booking's tables was changed"),
			 errdetail("Column \"%s\" of table \"%s\" must be of type %s%s.",
					   column, table, format_type_be(type),
					   is_nullable ? "" : " and not null"),
			 errhint("Change it back by ALTER TABLE; "
					 "to have another type beside it, add a column.")));
}

/* The library is newer than the extension's SQL. */
void
errors_functions_missing(const char *function)
{
	ereport(ERROR,
			(errcode(ERRCODE_UNDEFINED_FUNCTION),
			 errmsg("the functions of concert_booking are out of date"),
			 errdetail("There is no \"%s\", which a table that its owner has changed needs.",
					   function),
			 errhint("Run ALTER EXTENSION concert_booking UPDATE "
					 "and SELECT concert_booking.create_tables().")));
}

/* A table that is not an ordinary one. */
void
errors_table_kind(const char *table)
{
	ereport(ERROR,
			(errcode(ERRCODE_WRONG_OBJECT_TYPE),
			 errmsg("a table of concert_booking is not an ordinary table"),
			 errdetail("\"%s\" is partitioned, has children, "
					   "or is not a table of PostgreSQL's own kind.",
					   table),
			 errhint("Make it an ordinary table again; "
					 "a table of yours may inherit from none of these.")));
}

/* A table that belongs to somebody else than the schema. */
void
errors_tables_foreign(const char *table)
{
	ereport(ERROR,
			(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			 errmsg("a table of concert_booking belongs to another role"),
			 errdetail("\"%s\" does not belong to the owner of the schema.", table),
			 errhint("Give the table to the owner of the schema concert_booking.")));
}

/* The owner's trigger, rule or policy has kept a row from being written. */
void
errors_row_suppressed(const char *table)
{
	ereport(ERROR,
			(errcode(ERRCODE_TRIGGERED_DATA_CHANGE_VIOLATION),
			 errmsg("a trigger suppressed a change that booking needs"),
			 errdetail("The table is \"%s\".", table),
			 errhint("Let the BEFORE trigger return the row, or raise an error of its own.")));
}

/* A constraint that the owner has added; the row itself is nobody's business. */
void
errors_not_null_violation(Relation rel, AttrNumber attno)
{
	ereport(ERROR,
			(errcode(ERRCODE_NOT_NULL_VIOLATION),
			 errmsg("null value violates a not-null constraint"),
			 errtablecol(rel, attno),
			 errdetail("The column is \"%s\" of \"%s\".",
					   NameStr(TupleDescAttr(RelationGetDescr(rel), attno - 1)->attname),
					   RelationGetRelationName(rel)),
			 errhint("Give the column a default, or make it nullable.")));
}

/* A CHECK that the owner has added refuses the row. */
void
errors_check_violation(Relation rel, const char *constraint)
{
	ereport(ERROR,
			(errcode(ERRCODE_CHECK_VIOLATION),
			 errmsg("new row violates a check constraint"),
			 errtableconstraint(rel, constraint),
			 errdetail("The constraint is \"%s\" of \"%s\".", constraint,
					   RelationGetRelationName(rel)),
			 errhint("Look at what the constraint demands.")));
}
