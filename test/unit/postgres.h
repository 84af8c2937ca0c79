/*
 * postgres.h - the little of PostgreSQL's own header that a unit test needs.
 *
 * It stands in for the server's header, so that a source file which works on plain
 * arrays can be compiled and tested without a server.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

typedef int32_t int32;
typedef int64_t int64;

#define PG_INT32_MAX INT32_MAX
#define PG_INT64_MIN INT64_MIN
