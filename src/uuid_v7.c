/*
 * uuid_v7.c - time-ordered ids (RFC 9562, version 7).
 *
 * 48 bits of milliseconds, 12 bits of the millisecond's fraction, 57 random bits
 * and the five of the shard (see shard.c). The fraction orders the ids of one
 * backend (method 3 of the RFC's 6.2); an id that would not be greater than the last
 * one takes the next fraction.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/timestamp.h"

#include "random_bytes.h"
#include "shard.h"
#include "uuid_v7.h"

/* Microseconds from 1970-01-01 to PostgreSQL's epoch. */
#define UNIX_EPOCH_US \
	((int64) (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * USECS_PER_DAY)

PG_FUNCTION_INFO_V1(concert_booking_uuid_v7);

static uint64 last_tick = 0;

/* uuid_v7(): a new id in the order of time. */
Datum
concert_booking_uuid_v7(PG_FUNCTION_ARGS)
{
	pg_uuid_t  *uuid = palloc(sizeof(pg_uuid_t));

	uuid_v7_make(uuid);
	PG_RETURN_UUID_P(uuid);
}

/*
 * A tick is a millisecond's 4,096th: milliseconds in the upper 48 bits, the
 * fraction in the lower 12, as the layout wants them.
 */
static uint64
next_tick(void)
{
	uint64		now_us = (uint64) (GetCurrentTimestamp() + UNIX_EPOCH_US);
	uint64		tick = ((now_us / 1000) << 12) | ((now_us % 1000) * 4096 / 1000);

	if (tick <= last_tick)
		tick = last_tick + 1;
	last_tick = tick;
	return tick;
}

/* Fills uuid in and returns it. */
pg_uuid_t *
uuid_v7_make(pg_uuid_t *uuid)
{
	uint64		tick = next_tick();
	int			i;

	for (i = 0; i < 6; i++)
		uuid->data[i] = (uint8) (tick >> (52 - 8 * i));
	uuid->data[6] = 0x70 | ((tick >> 8) & 0x0f);
	uuid->data[7] = tick & 0xff;
	random_bytes_draw(uuid->data + 8);
	uuid->data[8] = shard_mark(0x80 | (uuid->data[8] & 0x3f));
	return uuid;
}
