/*
 * errors_tables.h - every reason for which a table cannot be served or written.
 */
#ifndef CONCERT_BOOKING_ERRORS_TABLES_H
#define CONCERT_BOOKING_ERRORS_TABLES_H

#include "compat.h"
#include "utils/relcache.h"

COMPAT_NORETURN errors_tables_missing(const char *what);
COMPAT_NORETURN errors_column_changed(const char *table, const char *column,
									  Oid type, bool is_nullable);
COMPAT_NORETURN errors_functions_missing(const char *function);
COMPAT_NORETURN errors_table_kind(const char *table);
COMPAT_NORETURN errors_tables_foreign(const char *table);
COMPAT_NORETURN errors_row_suppressed(const char *table);
COMPAT_NORETURN errors_not_null_violation(Relation rel, AttrNumber attno);
COMPAT_NORETURN errors_check_violation(Relation rel, const char *constraint);

#endif							/* CONCERT_BOOKING_ERRORS_TABLES_H */
