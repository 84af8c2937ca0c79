/*
 * async_holds.c - holds that do not wait for the flush.
 *
 * With concert_booking.async_holds a transaction that has written nothing but
 * holds, extensions and releases commits as with synchronous_commit = off. A
 * crash can forget the last such holds (at most three times wal_writer_delay),
 * never a booking: whatever else writes WAL in the transaction, ours or not,
 * makes it wait as usual, and its flush takes the earlier holds with it. Who
 * confirms a forgotten hold gets PT410.
 *
 * How it is known: the backend counts its WAL records. The transaction began
 * without a transaction id when our first call came, and all records since were
 * written inside our calls. Anything unclear (an error caught by a savepoint, a
 * page pruned by a read, a call inside a call) counts as something else. What an
 * owner's row trigger writes beside a hold belongs to the hold, unless it sells
 * or cancels.
 */
#include "postgres.h"

#include "access/xact.h"
#include "executor/instrument.h"

#include "async_holds.h"
#include "settings.h"

typedef enum Watch
{
	WATCH_NOTHING,				/* no call of ours in this transaction yet */
	WATCH_HOLDS,				/* nothing but our calls has written */
	WATCH_LOST					/* something else has */
} Watch;

static Watch watch = WATCH_NOTHING;
static int64 records_at_start;	/* when the first call began */
static int64 records_at_call;	/* when the current call began */
static int64 own_records;		/* written inside our calls */

/* The setting that this commit overrides; valid while overriding. */
static bool overriding = false;
static int	overridden_commit;

/* A call that only holds, extends or releases begins. */
void
async_holds_begin(void)
{
	if (!settings_async_holds || watch == WATCH_LOST)
		return;
	records_at_call = pgWalUsage.wal_records;
	if (watch == WATCH_NOTHING)
	{
		watch = TransactionIdIsValid(GetTopTransactionIdIfAny()) ?
			WATCH_LOST :
			WATCH_HOLDS;
		records_at_start = records_at_call;
		own_records = 0;
	}
}

/* The call that has begun ends. */
void
async_holds_end(void)
{
	if (watch == WATCH_HOLDS)
		own_records += pgWalUsage.wal_records - records_at_call;
	/* When this call was inside another, none of it is counted twice. */
	records_at_call = pgWalUsage.wal_records;
}

/* The transaction does what must not be forgotten, if inside a hold's trigger. */
void
async_holds_forbid(void)
{
	watch = WATCH_LOST;
}

/* Only for this commit: the setting itself is the session's business. */
static void
override_commit(void)
{
	if (watch == WATCH_HOLDS && settings_async_holds &&
		synchronous_commit > SYNCHRONOUS_COMMIT_OFF &&
		pgWalUsage.wal_records - records_at_start == own_records)
	{
		overridden_commit = synchronous_commit;
		overriding = true;
		synchronous_commit = SYNCHRONOUS_COMMIT_OFF;
	}
}

static void
end_transaction(void)
{
	if (overriding)
		synchronous_commit = overridden_commit;
	overriding = false;
	watch = WATCH_NOTHING;
}

static void
follow_transaction(XactEvent event, void *arg)
{
	switch (event)
	{
		case XACT_EVENT_PRE_COMMIT:
			override_commit();
			break;
		case XACT_EVENT_COMMIT:
		case XACT_EVENT_ABORT:
		case XACT_EVENT_PREPARE:
			end_transaction();
			break;
		default:
			break;
	}
}

/* Has every transaction of this backend followed; once, at load. */
void
async_holds_watch(void)
{
	RegisterXactCallback(follow_transaction, NULL);
}
