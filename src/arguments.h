/*
 * arguments.h - unpacking and checking what a caller passes.
 */
#ifndef CONCERT_BOOKING_ARGUMENTS_H
#define CONCERT_BOOKING_ARGUMENTS_H

#include "fmgr.h"
#include "utils/uuid.h"

extern pg_uuid_t *arguments_uuid(FunctionCallInfo fcinfo, int position);
extern pg_uuid_t *arguments_required_uuid(FunctionCallInfo fcinfo, int position,
										  const char *name);
extern text *arguments_text(FunctionCallInfo fcinfo, int position,
							const char *name, int limit);
extern text *arguments_required_text(FunctionCallInfo fcinfo, int position,
									 const char *name, int limit);
extern int	arguments_seat_ids(FunctionCallInfo fcinfo, int position,
							   pg_uuid_t **ids);

#endif							/* CONCERT_BOOKING_ARGUMENTS_H */
