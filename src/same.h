/*
 * same.h - whether two uuids, or two texts, are the same.
 *
 * Texts are compared byte by byte, without a collation.
 */
#ifndef CONCERT_BOOKING_SAME_H
#define CONCERT_BOOKING_SAME_H

#include "compat.h"
#include "utils/uuid.h"

/* Whether two uuids are the same; neither is NULL. */
static inline bool
same_uuid(const pg_uuid_t *a, const pg_uuid_t *b)
{
	return memcmp(a->data, b->data, UUID_LEN) == 0;
}

/* Whether two texts are the same; NULL is the same as NULL only. */
static inline bool
same_text(const text *a, const text *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return VARSIZE_ANY_EXHDR(a) == VARSIZE_ANY_EXHDR(b) &&
		memcmp(VARDATA_ANY(a), VARDATA_ANY(b), VARSIZE_ANY_EXHDR(a)) == 0;
}

#endif							/* CONCERT_BOOKING_SAME_H */
