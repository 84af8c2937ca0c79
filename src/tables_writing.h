/*
 * tables_writing.h - how one relation is written.
 */
#ifndef CONCERT_BOOKING_TABLES_WRITING_H
#define CONCERT_BOOKING_TABLES_WRITING_H

#include "tables_shape.h"

extern void tables_prepare_writing(TableShape *shape, Relation rel,
								   const TableDefinition *definition);
extern void tables_deferrable(Relation rel, const char **deferrable_names,
							  const char **deferred_names);

#endif							/* CONCERT_BOOKING_TABLES_WRITING_H */
