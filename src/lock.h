/*
 * lock.h - one at a time for whoever has the same key.
 */
#ifndef CONCERT_BOOKING_LOCK_H
#define CONCERT_BOOKING_LOCK_H

#include "datatype/timestamp.h"

extern bool lock_wait(TimestampTz *ends_at, void (*wait)(void *arg), void *arg);
extern bool lock_key(Oid table, const void *key, Size length,
					 TimestampTz *wait_ends_at);
extern bool lock_claim(Oid table, uint32 hash, uint16 number);
extern void lock_disclaim(Oid table, uint32 hash, uint16 number);

#endif							/* CONCERT_BOOKING_LOCK_H */
