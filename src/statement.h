/*
 * statement.h - one row written by the executor.
 */
#ifndef CONCERT_BOOKING_STATEMENT_H
#define CONCERT_BOOKING_STATEMENT_H

#include "tables_definition.h"

extern void statement_insert(TableId id, const RowValue *values, int count);
extern bool statement_update(TableId id, bool may_differ, const RowValue *keys,
							 int key_count, const RowValue *values, int count);
extern void statement_settle(const char *deferrable, const char *deferred);
extern bool statement_delete(TableId id, const RowValue *keys, int key_count);

#endif							/* CONCERT_BOOKING_STATEMENT_H */
