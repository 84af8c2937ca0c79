/*
 * lock.h - one at a time for whoever has the same key.
 */
#ifndef CONCERT_BOOKING_LOCK_H
#define CONCERT_BOOKING_LOCK_H

extern void lock_key(Oid table, const void *key, Size length);
extern bool lock_claim(Oid table, uint32 hash, uint16 number);
extern void lock_disclaim(Oid table, uint32 hash, uint16 number);

#endif							/* CONCERT_BOOKING_LOCK_H */
