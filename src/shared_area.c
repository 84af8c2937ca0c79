/*
 * shared_area.c - memory that all backends share, to be had without preloading.
 *
 * Whoever needs it first makes it: a few dozen of the bytes that PostgreSQL keeps
 * spare in its main shared memory (the anchor) tell the others where the area is,
 * which grows by itself. Where it cannot be had - no spare bytes, no room in
 * /dev/shm - nobody is refused anything: the server's log says why, the caller
 * does without, and this backend tries again after a minute.
 *
 * Locking: one lock for all that is in the area. It is kept for microseconds and
 * nothing that can fail happens meanwhile, so that whoever has it never leaves
 * anything half done. A backend that is killed with it restarts the server, as
 * with any lock of this kind, and then the memory is made anew.
 *
 * Memory: AREA_LIMIT bytes at most, for all databases of the server, until it
 * restarts; DROP EXTENSION does not give it back. A backend that has it once keeps
 * it mapped for the rest of its life.
 *
 * Not done here: what is in the area (shared_look.c).
 */
#include "postgres.h"

#include "access/xact.h"
#include "storage/shmem.h"
#include "utils/memutils.h"
#include "utils/resowner.h"
#include "utils/timestamp.h"

#include "shared_area.h"

/* What there is at most: the looks at 3 million seats in big halls. */
#define AREA_LIMIT ((Size) 32 * 1024 * 1024)

#define PAUSE_US (60 * USECS_PER_SEC)

/* In the main shared memory: where everything else is. */
typedef struct Anchor
{
	LWLock		lock;
	int			tranche;
	bool		is_made;		/* whether the rest is valid */
	dsa_handle	area;
	dsa_pointer root;
} Anchor;

/* A version of its own for each release: two may run beside each other. */
#define ANCHOR_NAME "concert_booking " CONCERT_BOOKING_VERSION

static Anchor *anchor = NULL;
static dsa_area *area = NULL;	/* NULL: this backend does not have it */
static void *root = NULL;
static TimestampTz rests_until = DT_NOBEGIN;

/* -------- what may fail -------- */

static void
give_up(ErrorData *error)
{
	if (error->sqlerrcode == ERRCODE_QUERY_CANCELED)
		ReThrowError(error);
	rests_until = GetCurrentTimestamp() + PAUSE_US;
	error->elevel = LOG_SERVER_ONLY;
	ThrowErrorData(error);
	FreeErrorData(error);
}

/*
 * Does something in a subtransaction: if it fails, locks and mappings are given
 * back, and false is returned.
 */
static bool
attempt(void (*step)(void *argument), void *argument)
{
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	ErrorData *volatile error = NULL;

	BeginInternalSubTransaction(NULL);
	PG_TRY();
	{
		step(argument);
		ReleaseCurrentSubTransaction();
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		FlushErrorState();
		RollbackAndReleaseCurrentSubTransaction();
	}
	PG_END_TRY();
	MemoryContextSwitchTo(context);
	CurrentResourceOwner = owner;
	if (error != NULL)
		give_up(error);
	return error == NULL;
}

/* -------- the area -------- */

static void
find_anchor(void)
{
	Anchor	   *found;
	bool		is_there;

	LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
	found = ShmemInitStruct(ANCHOR_NAME, sizeof(Anchor), &is_there);
	if (!is_there)
	{
		found->tranche = LWLockNewTrancheId();
		found->is_made = false;
		LWLockInitialize(&found->lock, found->tranche);
	}
	LWLockRelease(AddinShmemInitLock);
	LWLockRegisterTranche(found->tranche, "concert_booking");
	anchor = found;
}

/* An area in which there is nothing but the root, all zeros. */
static dsa_area *
make_area(Size root_size)
{
	dsa_area   *made = dsa_create(anchor->tranche);

	dsa_set_size_limit(made, AREA_LIMIT);
	anchor->root = dsa_allocate_extended(made, root_size, DSA_ALLOC_ZERO);
	anchor->area = dsa_get_handle(made);
	dsa_pin(made);
	anchor->is_made = true;
	return made;
}

static void
enter_area(void *root_size)
{
	dsa_area   *found;

	if (anchor == NULL)
		find_anchor();
	LWLockAcquire(&anchor->lock, LW_EXCLUSIVE);
	found = anchor->is_made ? dsa_attach(anchor->area) :
							  make_area(*(Size *) root_size);
	root = dsa_get_address(found, anchor->root);
	dsa_pin_mapping(found);
	LWLockRelease(&anchor->lock);
	area = found;
}

static void
enter_area_for_good(void *root_size)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext,
												  "concert_booking shared area",
												  ALLOCSET_SMALL_SIZES);
	MemoryContext old = MemoryContextSwitchTo(context);

	enter_area(root_size);
	MemoryContextSwitchTo(old);
	MemoryContextSetParent(context, TopMemoryContext);
}

/* Whether nothing new is to be had for now: this has failed a moment ago. */
bool
shared_area_rests(void)
{
	return IsInParallelMode() || GetCurrentTimestamp() < rests_until;
}

/*
 * What all backends have in common: root_size bytes, zeros to begin with. NULL
 * where there is no such memory.
 */
void *
shared_area_open(Size root_size)
{
	if (area == NULL && !shared_area_rests())
		(void) attempt(enter_area_for_good, &root_size);
	return area != NULL ? root : NULL;
}

/* From here to shared_area_unlock() nothing can be interrupted. */
void
shared_area_lock(LWLockMode mode)
{
	LWLockAcquire(&anchor->lock, mode);
}

/* Ends what shared_area_lock() began. */
void
shared_area_unlock(void)
{
	LWLockRelease(&anchor->lock);
}

/* -------- pieces of it -------- */

typedef struct Wish
{
	Size		size;
	dsa_pointer piece;
} Wish;

static void
allocate(void *argument)
{
	Wish	   *wish = argument;

	wish->piece = dsa_allocate_extended(area, wish->size,
										DSA_ALLOC_HUGE | DSA_ALLOC_NO_OOM);
}

/* A piece of the area, not filled; InvalidDsaPointer if there is no room. */
dsa_pointer
shared_area_allocate(Size size)
{
	Wish		wish = {.size = size, .piece = InvalidDsaPointer};

	if (shared_area_rests() || !attempt(allocate, &wish))
		return InvalidDsaPointer;
	return wish.piece;
}

/* Gives a piece back. */
void
shared_area_free(dsa_pointer piece)
{
	dsa_free(area, piece);
}

/* Where a piece is in this backend. */
void *
shared_area_address(dsa_pointer piece)
{
	return dsa_get_address(area, piece);
}
