/*
 * uuid_v7.c - time-ordered ids (RFC 9562, version 7).
 *
 * 48 bits of milliseconds, 12 bits of the millisecond's fraction, 62 random
 * bits. The fraction orders the ids of one backend (method 3 of the RFC's 6.2);
 * an id that would not be greater than the last one takes the next fraction.
 *
 * Memory: random bytes are drawn in a batch, because a call into the strong
 * generator costs more than the rest of a uuid. A forked backend starts with an
 * empty batch: the postmaster never makes ids.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/timestamp.h"

#include "uuid_v7.h"

#define RANDOM_BATCH_BYTES 512
#define RANDOM_BYTES_EACH 8

/* Microseconds from 1970-01-01 to PostgreSQL's epoch. */
#define UNIX_EPOCH_US \
	((int64) (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * USECS_PER_DAY)

PG_FUNCTION_INFO_V1(concert_booking_uuid_v7);

static uint8 random_batch[RANDOM_BATCH_BYTES];
static int	random_used = RANDOM_BATCH_BYTES;
static uint64 last_tick = 0;

Datum
concert_booking_uuid_v7(PG_FUNCTION_ARGS)
{
	pg_uuid_t  *uuid = palloc(sizeof(pg_uuid_t));

	uuid_v7_make(uuid);
	PG_RETURN_UUID_P(uuid);
}

static const uint8 *
draw_random_bytes(void)
{
	const uint8 *bytes;

	if (random_used + RANDOM_BYTES_EACH > RANDOM_BATCH_BYTES)
	{
		if (!pg_strong_random(random_batch, RANDOM_BATCH_BYTES))
			elog(ERROR, "could not draw random bytes");
		random_used = 0;
	}
	bytes = random_batch + random_used;
	random_used += RANDOM_BYTES_EACH;
	return bytes;
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
	memcpy(uuid->data + 8, draw_random_bytes(), RANDOM_BYTES_EACH);
	uuid->data[8] = 0x80 | (uuid->data[8] & 0x3f);
	return uuid;
}
