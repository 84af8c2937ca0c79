/*
 * tables_schema.h - what is found by its name in our schema.
 */
#ifndef CONCERT_BOOKING_TABLES_SCHEMA_H
#define CONCERT_BOOKING_TABLES_SCHEMA_H

#include "compat.h"
#include "tables_definition.h"

#define TABLES_SCHEMA "concert_booking"

extern Oid	tables_schema(void);
extern Oid	tables_relid(TableId id);
extern Oid	tables_function(const char *name, int nargs, const Oid *argtypes);

#endif							/* CONCERT_BOOKING_TABLES_SCHEMA_H */
