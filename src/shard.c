/*
 * shard.c - whose an id is, where several servers share the sales.
 *
 * The low five bits of the ninth byte of an id, and the first symbol of a booking
 * number, are the number of the shard that made it (concert_booking.shard): whoever
 * routes a call reads it there. Any uuid has such bits; only those of version 7 are
 * taken for ids of a shard, and only where somebody has set the number.
 */
#include "postgres.h"

#include "fmgr.h"

#include "settings.h"
#include "shard.h"

#define SHARD_BITS 5
#define SHARD_MASK ((1 << SHARD_BITS) - 1)
#define SHARD_BYTE 8

PG_FUNCTION_INFO_V1(concert_booking_shard_of);
PG_FUNCTION_INFO_V1(concert_booking_shard_elsewhere);
PG_FUNCTION_INFO_V1(concert_booking_mark_shard);

/* Random bits with the number of this shard in their low five, if it has one. */
uint8
shard_mark(uint8 bits)
{
	if (settings_shard < 0)
		return bits;
	return (uint8) ((bits & ~SHARD_MASK) | settings_shard);
}

/*
 * The number of the shard that made the id, SHARD_NONE for one that may be of here.
 * A server that nobody has numbered is alone: there is no other shard to speak of.
 */
int
shard_elsewhere(const pg_uuid_t *id)
{
	int			shard = id->data[SHARD_BYTE] & SHARD_MASK;
	bool		is_version_7 = (id->data[6] & 0xf0) == 0x70 &&
		(id->data[SHARD_BYTE] & 0xc0) == 0x80;

	if (!settings_is_numbered || settings_shard < 0 || !is_version_7 || shard == settings_shard)
		return SHARD_NONE;
	return shard;
}

/* shard_of(): the number of the shard in an id. */
Datum
concert_booking_shard_of(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	PG_RETURN_INT32(PG_GETARG_UUID_P(0)->data[SHARD_BYTE] & SHARD_MASK);
}

/* shard_elsewhere(): the same, null where the id may be of this server. */
Datum
concert_booking_shard_elsewhere(PG_FUNCTION_ARGS)
{
	int			shard = shard_elsewhere(PG_GETARG_UUID_P(0));

	if (shard == SHARD_NONE)
		PG_RETURN_NULL();
	PG_RETURN_INT32(shard);
}

/* mark_shard(): a random uuid with the number of this shard in it. */
Datum
concert_booking_mark_shard(PG_FUNCTION_ARGS)
{
	pg_uuid_t  *marked = palloc(sizeof(pg_uuid_t));

	*marked = *PG_GETARG_UUID_P(0);
	marked->data[SHARD_BYTE] = shard_mark(marked->data[SHARD_BYTE]);
	PG_RETURN_UUID_P(marked);
}
