/*
 * lock.c - waits that end, and one at a time for whoever has the same key.
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
#include "storage/proc.h"
#include "utils/timestamp.h"

#include "compat.h"
#include "lock.h"
#include "settings.h"

/* What is left of a call's time to wait, which begins with its first wait. */
static int
time_left_ms(TimestampTz *ends_at)
{
	TimestampTz now = GetCurrentTimestamp();

	if (*ends_at == 0)
		*ends_at = now + (int64) settings_lock_wait_ms * 1000;
	return (int) Max((*ends_at - now) / 1000, 1);
}

/*
 * Runs something that waits for a lock, with an end: false when the time was
 * over, and then the caller must raise an error, because the wait was left in the
 * middle. An end of DT_NOEND is none. A shorter lock_timeout of the session's own raises its own.
 */
bool
lock_wait(TimestampTz *ends_at, void (*wait)(void *arg), void *arg)
{
	MemoryContext context = CurrentMemoryContext;
	volatile bool in_time = true;
	int			left_ms;
	int			begun;
	char		value[16];

	left_ms = settings_lock_wait_ms == 0 || *ends_at == DT_NOEND ? 0 : time_left_ms(ends_at);
	if (left_ms == 0 || (LockTimeout > 0 && LockTimeout < left_ms))
	{
		wait(arg);
		return true;
	}
	snprintf(value, sizeof(value), "%d", left_ms);
	begun = settings_begin("lock_timeout", value);
	PG_TRY();
	{
		wait(arg);
	}
	PG_CATCH();
	{
		if (geterrcode() != ERRCODE_LOCK_NOT_AVAILABLE)
			PG_RE_THROW();
		MemoryContextSwitchTo(context);
		FlushErrorState();
		in_time = false;
	}
	PG_END_TRY();
	settings_end(begun);
	return in_time;
}

static void
wait_for_key(void *tag)
{
	(void) LockAcquire((LOCKTAG *) tag, ExclusiveLock, false, false);
}

/* False when others have kept the key for too long: see lock_wait(). */
bool
lock_key(Oid table, const void *key, Size length, TimestampTz *wait_ends_at)
{
	uint64		hash = hash_bytes_extended(key, (int) length, 0);
	LOCKTAG		tag;

	SET_LOCKTAG_OBJECT(tag, MyDatabaseId, table, (uint32) hash,
					   (uint16) (hash >> 32));
	return LockAcquire(&tag, ExclusiveLock, false, true) != LOCKACQUIRE_NOT_AVAIL ||
		lock_wait(wait_ends_at, wait_for_key, &tag);
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

/* Gives back what lock_claim() has claimed. */
void
lock_disclaim(Oid table, uint32 hash, uint16 number)
{
	LOCKTAG		tag;

	SET_LOCKTAG_OBJECT(tag, MyDatabaseId, table, hash, number);
	/* a transaction that fails takes the locks of its session with it */
	if (compat_lock_held(&tag, ExclusiveLock))
		(void) LockRelease(&tag, ExclusiveLock, true);
}
