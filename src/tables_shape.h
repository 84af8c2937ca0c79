/*
 * tables_shape.h - what is known of one relation.
 */
#ifndef CONCERT_BOOKING_TABLES_SHAPE_H
#define CONCERT_BOOKING_TABLES_SHAPE_H

#include "compat.h"
#include "nodes/execnodes.h"
#include "tables_definition.h"

/*
 * What is known of one relation. Made once a backend and again after DDL; what
 * it points to lives in its own memory context.
 */
typedef struct TableShape
{
	MemoryContext context;
	Oid			relid;
	Oid			owner;
	uint64		news;			/* the table's news when this was made */
	AttrNumber	attno[TABLE_MAX_COLUMNS];	/* 0: an optional one is missing */
	Oid			index[TABLE_MAX_INDEXES];	/* InvalidOid: the table is read */
	bool		is_plain;		/* see plain.c */
	bool		may_differ;		/* the owner's triggers may change what is written */

	/* For writing a plain table: see row_plain.c. */
	int			check_count;	/* compiled CHECK constraints */
	ExprState **check_exprs;
	char	  **check_names;
	int			index_count;
	Oid		   *index_oids;		/* every index to be kept up */
	IndexInfo **index_infos;
} TableShape;

extern void tables_fill_shape(TableShape *shape, Relation rel,
							  const TableDefinition *definition);

#endif							/* CONCERT_BOOKING_TABLES_SHAPE_H */
