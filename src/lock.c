/*
 * lock.c - one at a time for whoever has the same key.
 *
 * A rule about rows that do not exist yet (a limit, an idempotency key) has no
 * row to lock. These locks are the server's object locks with one of our tables
 * as the class: unlike advisory locks they share no key space with anybody
 * else's. Two keys with the same 48-bit hash only wait for each other.
 *
 * Locking: taken before any row of the call, key before limit; held until the
 * transaction ends.
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "miscadmin.h"
#include "storage/lock.h"

#include "compat.h"
#include "lock.h"

void
lock_key(Oid table, const void *key, Size length)
{
	uint64		hash = hash_bytes_extended(key, (int) length, 0);
	LOCKTAG		tag;

	SET_LOCKTAG_OBJECT(tag, MyDatabaseId, table, (uint32) hash,
					   (uint16) (hash >> 32));
	(void) LockAcquire(&tag, ExclusiveLock, false, false);
}

/*
 * Claims a numbered part of something for this backend, past the transaction,
 * without waiting; false when another backend has it. A claim is a hint: nothing
 * is protected by it, and a claim left behind ends with its backend.
 */
bool
lock_claim(Oid table, uint32 hash, uint16 number)
{
	LOCKTAG		tag;

	SET_LOCKTAG_OBJECT(tag, MyDatabaseId, table, hash, number);
	return LockAcquire(&tag, ExclusiveLock, true, true) != LOCKACQUIRE_NOT_AVAIL;
}

void
lock_disclaim(Oid table, uint32 hash, uint16 number)
{
	LOCKTAG		tag;

	SET_LOCKTAG_OBJECT(tag, MyDatabaseId, table, hash, number);
	/* a transaction that fails takes the locks of its session with it */
	if (compat_lock_held(&tag, ExclusiveLock))
		(void) LockRelease(&tag, ExclusiveLock, true);
}
