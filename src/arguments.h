/*
 * arguments.h - unpacking and checking what a caller passes.
 */
#ifndef CONCERT_BOOKING_ARGUMENTS_H
#define CONCERT_BOOKING_ARGUMENTS_H

#include "fmgr.h"
#include "utils/uuid.h"

/* The most that one payment may be, in won: sums of millions of them fit. */
#define ARGUMENTS_AMOUNT_LIMIT INT64CONST(1000000000000)

extern pg_uuid_t *arguments_uuid(FunctionCallInfo fcinfo, int position);
extern pg_uuid_t *arguments_required_uuid(FunctionCallInfo fcinfo, int position,
										  const char *name);
extern text *arguments_text(FunctionCallInfo fcinfo, int position,
							const char *name, int limit);
extern text *arguments_required_text(FunctionCallInfo fcinfo, int position,
									 const char *name, int limit);
extern int	arguments_seat_ids(FunctionCallInfo fcinfo, int position,
							   int limit, pg_uuid_t **ids);
extern bool arguments_parse_uuid(const char *source, int length, pg_uuid_t *uuid);
extern int64 arguments_amount(FunctionCallInfo fcinfo, int position);

#endif							/* CONCERT_BOOKING_ARGUMENTS_H */
