/*
 * shard.h - whose an id is, where several servers share the sales.
 */
#ifndef CONCERT_BOOKING_SHARD_H
#define CONCERT_BOOKING_SHARD_H

#include "utils/uuid.h"

/* What shard_elsewhere() answers for an id that may be this server's. */
#define SHARD_NONE (-1)

extern uint8 shard_mark(uint8 bits);
extern int	shard_elsewhere(const pg_uuid_t *id);

#endif							/* CONCERT_BOOKING_SHARD_H */
