/*
 * random_bytes.c - strong random bytes, drawn in a batch.
 *
 * A call into the strong generator costs more than the id that is made of its
 * bytes. A forked backend starts with an empty batch: the postmaster never makes
 * ids.
 */
#include "postgres.h"

#include "random_bytes.h"

#define BATCH_BYTES 512

static uint8 batch[BATCH_BYTES];
static int	used = BATCH_BYTES;

/* Eight bytes that nobody else gets. */
void
random_bytes_draw(uint8 bytes[RANDOM_BYTES])
{
	if (used + RANDOM_BYTES > BATCH_BYTES)
	{
		if (!pg_strong_random(batch, BATCH_BYTES))
			elog(ERROR, "could not draw random bytes");
		used = 0;
	}
	memcpy(bytes, batch + used, RANDOM_BYTES);
	memset(batch + used, 0, RANDOM_BYTES);
	used += RANDOM_BYTES;
}
