/*
 * best_search.c - what a backend remembers of its searches for best seats.
 *
 * A search is one schedule and one filter. When callers meet there is a rush: for
 * CONTENDED_US each backend then works in a window of its own, which it claims, and
 * looks for REMEMBER_US at what it saw there. What is remembered only saves looking.
 *
 * Locking: a claim is an object lock of the session. It protects nothing: it tells
 * others who meet a rush to look elsewhere. Nobody waits for it.
 *
 * Memory: one context a search, SEARCHES of them; one that was not used for
 * CONTENDED_US is thrown away when its place is needed.
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "storage/ipc.h"
#include "utils/memutils.h"

#include "best_search.h"
#include "clock.h"
#include "lock.h"

#define REMEMBER_US (5 * USECS_PER_SEC)
#define CONTENDED_US (10 * USECS_PER_SEC)
#define SEARCHES 8

static BestSearch searches[SEARCHES];
static uint32 jump_state = 0;
static bool disclaims_at_exit = false;

static void
disclaim_window(BestSearch *search)
{
	if (OidIsValid(search->claim_table))
		lock_disclaim(search->claim_table, search->claim_hash,
					  search->claim_number);
	search->claim_table = InvalidOid;
}

/*
 * The server drops user locks when a backend ends, but not session locks of the
 * kind that claims are: the next backend in the same slot would be told that it
 * holds them already.
 */
static void
disclaim_all(int code, Datum arg)
{
	int			i;

	for (i = 0; i < SEARCHES; i++)
		disclaim_window(&searches[i]);
}

/* Claims a window in place of the one before; false when another backend has it. */
bool
best_search_claim(BestSearch *search, const BestLook *look, int number)
{
	Oid			table = row_table(look->work, TABLE_SEATS)->table.shape->relid;
	uint32		hash = hash_bytes(look->wish->schedule_id.data, UUID_LEN);

	if (!disclaims_at_exit)
	{
		before_shmem_exit(disclaim_all, (Datum) 0);
		disclaims_at_exit = true;
	}
	disclaim_window(search);
	if (!lock_claim(table, hash, (uint16) number))
		return false;
	search->claim_table = table;
	search->claim_hash = hash;
	search->claim_number = (uint16) number;
	return true;
}

static void
forget_search(BestSearch *search)
{
	disclaim_window(search);
	if (search->context != NULL)
		MemoryContextDelete(search->context);
	memset(search, 0, sizeof(BestSearch));
}

/* Whether it was lately; a clock that was set back leaves nothing lately. */
static bool
is_since(TimestampTz instant, TimestampTz now, int64 span_us)
{
	return instant <= now && instant > now - span_us;
}

/*
 * The backend's search for a wish; a new one in place of the one that was not
 * used for longest. Two wishes with one key would only share a starting point:
 * every seat is compared with the wish before it is given.
 */
BestSearch *
best_search_find(const BestWish *wish)
{
	TimestampTz now = clock_now();
	uint64		key = best_wish_key(wish);
	BestSearch *oldest = &searches[0];
	int			i;

	for (i = 0; i < SEARCHES; i++)
	{
		if (searches[i].context != NULL && searches[i].key == key &&
			is_since(searches[i].used_at, now, CONTENDED_US))
		{
			searches[i].used_at = now;
			return &searches[i];
		}
		if (searches[i].used_at < oldest->used_at)
			oldest = &searches[i];
	}
	forget_search(oldest);
	oldest->context = AllocSetContextCreate(TopMemoryContext,
											"concert_booking best seats",
											ALLOCSET_DEFAULT_SIZES);
	oldest->key = key;
	oldest->used_at = now;
	oldest->window.context = oldest->context;
	oldest->window.number = -1;
	return oldest;
}

/* Whether this backend has met others lately, so that it keeps out of their way. */
bool
best_search_is_rush(const BestSearch *search)
{
	return is_since(search->contended_at, clock_now(), CONTENDED_US);
}

/* Whether what was seen then is good enough to look ahead from, in a rush. */
bool
best_search_is_fresh(TimestampTz instant)
{
	return is_since(instant, clock_now(), REMEMBER_US);
}

/* Somebody else is taking seats here: spread over more windows. */
void
best_search_note_contention(BestSearch *search, const SeatWindows *windows)
{
	int			others = Max(windows->total_seats / SEAT_WINDOW_SEATS, 0);

	search->contended_at = clock_now();
	search->spread = Min(search->spread * 2 + 1, others);
}

/* A number below bound; need not be good, must be cheap and differ by backend. */
static int
jump_below(int bound)
{
	if (jump_state == 0)
		jump_state = (uint32) MyProcPid * 2654435761U | 1;
	jump_state ^= jump_state << 13;
	jump_state ^= jump_state >> 17;
	jump_state ^= jump_state << 5;
	return (int) (jump_state % (uint32) bound);
}

/* How many windows to pass over, so that backends spread: by chance, below spread. */
int
best_search_jump(const BestSearch *search)
{
	return search->spread > 0 ? jump_below(search->spread) : 0;
}
