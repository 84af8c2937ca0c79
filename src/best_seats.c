/*
 * best_seats.c - the best free seats, chosen under the locks.
 *
 * A schedule is looked at in windows: runs of whole rows of about
 * SEAT_WINDOW_SEATS seats in seat order (the lowest ordinal is the best seat). A
 * small schedule is one window. A quiet call begins at the first window. In a
 * rush, when callers meet, each works in a window of its own and remembers for a
 * moment what it saw there, so that hundreds of them neither wait for each other
 * nor look at the same seats again; what is remembered only saves looking, every
 * seat is judged and locked before it is given.
 *
 * Locking: seats are locked in ascending id without waiting (SKIP LOCKED). A
 * call that finds seats merely locked looks once more, then waits a moment at a
 * time up to WAIT_MS, and refuses only after a look at every seat. Several seats
 * are locked and held in a subtransaction: when one of them is not to be had, it
 * is rolled back, and no lock stays on the others.
 *
 * Memory: what a backend remembers lives in one context a search, thrown away
 * when the search was not used for CONTENDED_US. A call looks at all seats
 * through one slot.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/nbtree.h"
#include "access/xact.h"
#include "common/hashfn.h"
#include "fmgr.h"
#include "storage/ipc.h"
#include "storage/procarray.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/memutils.h"
#include "utils/resowner.h"
#include "utils/snapmgr.h"

#include "arguments.h"
#include "async_holds.h"
#include "availability.h"
#include "clock.h"
#include "errors.h"
#include "hold.h"
#include "lock.h"
#include "schedule.h"
#include "seat_walk.h"
#include "seat_windows.h"
#include "settings.h"

#define LOAD_SEATS 32
#define REMEMBER_US (5 * USECS_PER_SEC)
#define CONTENDED_US (10 * USECS_PER_SEC)
#define SEARCHES 8
#define WAIT_MS 1000
#define WAIT_STEP_US (5 * 1000)

/* How many blocks a search loses to others before it leaves a window to them. */
#define PATIENCE 2

/* In a rush so many windows are looked into before all seats are counted. */
#define NEAR_WINDOWS 4

/* In a rush a single seat is left alone once so many windows had nothing better. */
#define STRAND_WINDOWS 8

PG_FUNCTION_INFO_V1(concert_booking_hold_best_seats);

/* Beside no seat_index, which is 32 bits wide. */
#define NO_INDEX PG_INT64_MIN

/* What a caller wants. */
typedef struct Wish
{
	pg_uuid_t	schedule_id;
	int			seat_count;
	bool		adjacent;
	text	   *grade;			/* NULL: any */
	text	   *section;		/* NULL: any */
	bool		has_max_price;
	int32		max_price;
	Booker		booker;			/* for whom */
} Wish;

/* A seat as a window remembers it. */
typedef struct WindowSeat
{
	pg_uuid_t	id;
	int			row;			/* seats of one row have one number */
	int64		seat_index;		/* NO_INDEX: it has no neighbours */
	bool		is_free;
} WindowSeat;

/* Loaded from its front, some rows at a time, as far as somebody wanted to look. */
typedef struct Window
{
	int			number;			/* -1: none begun, or loading was broken off */
	int64		before;			/* its seats have higher ordinals than this */
	int64		end;			/* and none that is higher than this */
	TimestampTz loaded_at;
	int			count;			/* of seats that match */
	int			room;
	WindowSeat *seats;
	bool		is_whole;		/* nothing is left to load */
	int32		next_ordinal;	/* where to go on */
	int			passed;			/* seats so far, whether they match or not */
	int			passed_end;		/* of them behind the window's end */
	int			row;			/* rows so far */
	uint32		row_before;		/* hash of the row of the seat before */
	bool		in_tail;		/* in the rest of a row of the window before */
} Window;

/* A search of this backend: one schedule, one filter. */
typedef struct Search
{
	MemoryContext context;
	Oid			claim_table;	/* of the claimed window, or InvalidOid */
	uint32		claim_hash;
	uint16		claim_number;
	uint64		key;			/* of schedule and filter */
	TimestampTz used_at;
	int			spread;			/* how far to jump where others are */
	TimestampTz contended_at;	/* when others were met last */
	TimestampTz ahead_over_at;	/* when all windows looked used up */
	bool		met_lock;		/* this look met a seat that others had locked */
	Window		window;
} Search;

/* One call. */
typedef struct Hunt
{
	RowWork    *work;
	const Wish *wish;
	Schedule   *schedule;
	Search	   *search;
	SeatWindows *windows;
	TupleTableSlot *slot;		/* for looking at seats */
	int		   *block;			/* seats of the window to be given together */
	SeatSet    *set;			/* the same seats, read to be taken */
} Hunt;

/* What became of an attempt to take a block. */
typedef enum Attempt
{
	ATTEMPT_TAKEN,				/* ours now */
	ATTEMPT_GONE,				/* somebody has it */
	ATTEMPT_LOCKED				/* somebody is about to have it */
} Attempt;

/* What a look around has noted of a window, as bits. */
#define NOTE_CLAIMED 1			/* not looked at yet: somebody works there */
#define NOTE_STRANDS 2			/* it has a place that leaves a single seat */
#define NOTE_LOCKED 4			/* it has seats that somebody is about to have */

static Search searches[SEARCHES];
static uint32 jump_state = 0;
static bool disclaims_at_exit = false;

/* -------- called by SQL -------- */

static void hold_best(RowWork *work, const Wish *wish, SeatSet *set);
static bool is_rush(const Search *search);
static bool goes_around(const Hunt *hunt);

static void
read_wish(FunctionCallInfo fcinfo, Wish *wish)
{
	memset(wish, 0, sizeof(Wish));
	wish->schedule_id = *arguments_required_uuid(fcinfo, 0, "concert_schedule_id");
	if (PG_ARGISNULL(1))
		errors_argument_null("seat_count");
	wish->seat_count = PG_GETARG_INT32(1);
	if (wish->seat_count < 1)
		errors_argument_value("seat_count", "Ask for at least one seat.");
	if (wish->seat_count > settings_max_seats_per_call)
		errors_too_many_seats(wish->seat_count, settings_max_seats_per_call);
	wish->grade = arguments_text(fcinfo, 2, "seat_grade", 20);
	wish->has_max_price = !PG_ARGISNULL(3);
	if (wish->has_max_price)
		wish->max_price = PG_GETARG_INT32(3);
	if (wish->has_max_price && wish->max_price < 0)
		errors_argument_value("max_price", "Pass a price of 0 or more, or null.");
	if (PG_ARGISNULL(4))
		errors_argument_null("adjacent");
	wish->adjacent = PG_GETARG_BOOL(4);
	wish->section = arguments_text(fcinfo, 5, "section", 100);
}

Datum
concert_booking_hold_best_seats(PG_FUNCTION_ARGS)
{
	Wish		wish;
	RowWork		work;
	SeatSet		set;

	read_wish(fcinfo, &wish);
	PreventCommandIfReadOnly("hold_best_seats()");
	booker_resolve(&wish.booker, arguments_uuid(fcinfo, 6), arguments_uuid(fcinfo, 7));
	compat_materialized_srf(fcinfo);

	async_holds_begin();
	row_begin(&work, SEAT_TABLES | SCHEDULE_TABLES);
	hold_best(&work, &wish, &set);
	hold_sort_by_ordinal(&work, &set);
	hold_return(fcinfo, &work, &set);
	row_end(&work);
	async_holds_end();
	return (Datum) 0;
}

/* -------- searches that are remembered -------- */

static uint64
wish_key(const Wish *wish)
{
	uint64		key = hash_bytes_extended(wish->schedule_id.data, UUID_LEN,
										  wish->has_max_price ? wish->max_price + 1 : 0);

	if (wish->grade != NULL)
		key = hash_bytes_extended((const unsigned char *) VARDATA_ANY(wish->grade),
								  VARSIZE_ANY_EXHDR(wish->grade), key);
	if (wish->section != NULL)
		key = hash_bytes_extended((const unsigned char *) VARDATA_ANY(wish->section),
								  VARSIZE_ANY_EXHDR(wish->section), ~key);
	return wish->adjacent ? key : ~key;
}

/*
 * In a rush each backend works in a window of its own. The claim protects
 * nothing; it tells others who meet a rush to look elsewhere.
 */
static void
disclaim_window(Search *search)
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

static bool
claim_window(Hunt *hunt, int number)
{
	Search	   *search = hunt->search;
	Oid			table = row_table(hunt->work, TABLE_SEATS)->shape->relid;
	uint32		hash = hash_bytes(hunt->wish->schedule_id.data, UUID_LEN);

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
forget_search(Search *search)
{
	disclaim_window(search);
	if (search->context != NULL)
		MemoryContextDelete(search->context);
	memset(search, 0, sizeof(Search));
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
static Search *
find_search(const Wish *wish, TimestampTz now)
{
	uint64		key = wish_key(wish);
	Search	   *oldest = &searches[0];
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
	oldest->window.number = -1;
	return oldest;
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

/* -------- looking at seats -------- */

static RowScan
scan_from(const Hunt *hunt, int32 ordinal, ScanDirection direction)
{
	RowTable   *seats = row_table(hunt->work, TABLE_SEATS);
	ScanKeyData keys[2];
	bool		forward = direction == ForwardScanDirection;

	row_key_uuid(&keys[0], 1, &hunt->wish->schedule_id);
	ScanKeyInit(&keys[1], 2,
				forward ? BTGreaterEqualStrategyNumber : BTLessEqualStrategyNumber,
				forward ? F_INT4GE : F_INT4LE, Int32GetDatum(ordinal));
	return row_scan_in(seats, INDEX_SEAT_ORDINAL, 2, keys, direction);
}

static bool
text_matches(const text *wanted, const text *stored)
{
	return wanted == NULL ||
		(stored != NULL &&
		 VARSIZE_ANY_EXHDR(wanted) == VARSIZE_ANY_EXHDR(stored) &&
		 memcmp(VARDATA_ANY(wanted), VARDATA_ANY(stored),
				VARSIZE_ANY_EXHDR(wanted)) == 0);
}

static bool
seat_matches(RowTable *seats, TupleTableSlot *slot, const Wish *wish)
{
	return text_matches(wish->grade, row_get_text(seats, slot, SEAT_GRADE)) &&
		text_matches(wish->section, row_get_text(seats, slot, SEAT_SECTION)) &&
		(!wish->has_max_price ||
		 row_get_int(seats, slot, SEAT_PRICE) <= wish->max_price);
}

/*
 * By the seat's row alone where it tells the hold's end: the hold's row is read
 * when the seat is taken.
 */
static bool
looks_free(RowWork *work, TupleTableSlot *slot, TimestampTz now)
{
	RowTable   *seats = row_table(work, TABLE_SEATS);
	TimestampTz deadline;

	if (row_text_is(seats, slot, SEAT_STATUS, "available"))
		return true;
	if (!row_text_is(seats, slot, SEAT_STATUS, "temp_reserved"))
		return false;
	if (!row_get_timestamp(seats, slot, SEAT_HOLD_EXPIRES_AT, &deadline))
		deadline = seat_undated_deadline(work, row_get_uuid(seats, slot, SEAT_ID));
	return deadline <= now;
}

static uint32
row_hash(RowTable *seats, TupleTableSlot *slot)
{
	text	   *section = row_get_text(seats, slot, SEAT_SECTION);
	text	   *label = row_get_text(seats, slot, SEAT_ROW);
	uint32		hash = 0;

	if (section != NULL)
		hash = hash_bytes((unsigned char *) VARDATA_ANY(section),
						  VARSIZE_ANY_EXHDR(section));
	if (label != NULL)
		hash = hash_combine(hash, hash_bytes((unsigned char *) VARDATA_ANY(label), VARSIZE_ANY_EXHDR(label)));
	return hash;
}

static void
remember_seat(const Hunt *hunt, int row, TimestampTz now)
{
	RowTable   *seats = row_table(hunt->work, TABLE_SEATS);
	Window	   *window = &hunt->search->window;
	WindowSeat *seat;
	bool		isnull;
	Datum		seat_index;

	if (window->count == window->room)
	{
		int			room = Max(window->room * 2, SEAT_WINDOW_SEATS);
		Size		size = sizeof(WindowSeat) * (Size) room;

		window->seats = window->seats == NULL ?
			MemoryContextAlloc(hunt->search->context, size) :
			repalloc_huge(window->seats, size);
		window->room = room;
	}
	seat = &window->seats[window->count];
	seat->id = *row_get_uuid(seats, hunt->slot, SEAT_ID);
	seat->row = row;
	seat_index = row_get(seats, hunt->slot, SEAT_INDEX, &isnull);
	seat->seat_index = isnull ? NO_INDEX : DatumGetInt32(seat_index);
	seat->is_free = looks_free(hunt->work, hunt->slot, now);
	window->count++;
}

/*
 * The row that the window before ends in; false where there is none. (The seat at
 * its end may be gone.)
 */
static bool
find_row_before(const Hunt *hunt, int64 ordinal, uint32 *hash)
{
	RowTable   *seats = row_table(hunt->work, TABLE_SEATS);
	RowScan		scan = scan_from(hunt, (int32) ordinal, BackwardScanDirection);
	bool		found = row_scan_next(&scan, hunt->slot);

	row_scan_end(&scan);
	if (found)
		*hash = row_hash(seats, hunt->slot);
	return found;
}

/* Begins a window that there is. */
static void
begin_window(Hunt *hunt, int number)
{
	Window	   *window = &hunt->search->window;
	bool		exists = seat_windows_has(hunt->work, hunt->windows, number);

	Assert(exists);
	window->number = -1;
	window->before = seat_windows_before(hunt->windows, exists ? number : 0);
	window->end = seat_windows_end(hunt->windows, exists ? number : 0);
	window->loaded_at = clock_now();
	window->count = 0;
	window->is_whole = false;
	window->passed = 0;
	window->passed_end = 0;
	window->row = 0;
	window->row_before = 0;
	window->next_ordinal = (int32) Max(window->before, PG_INT32_MIN - INT64CONST(1)) + 1;
	window->in_tail = hunt->wish->adjacent && number > 0 &&
		find_row_before(hunt, window->before, &window->row_before);
	window->number = number;
}

/* Notes that a row begins; drops the rest of one that the window before has whole. */
static void
begin_row(Window *window, uint32 hash)
{
	if (window->in_tail && window->row > 0 && window->passed <= SEAT_WINDOW_SEATS)
		window->count = 0;
	window->in_tail = window->in_tail && window->row == 0 &&
		hash == window->row_before;
	window->row++;
	window->row_before = hash;
}

/*
 * Loads some more of the window begun: LOAD_SEATS, and on to the end of a row; for
 * adjacent seats the last row is followed behind the window's end (for as many
 * seats again at most).
 */
static void
load_more(Hunt *hunt)
{
	RowTable   *seats = row_table(hunt->work, TABLE_SEATS);
	Window	   *window = &hunt->search->window;
	int			number = window->number;
	bool		adjacent = hunt->wish->adjacent;
	int			enough = window->count + Max(LOAD_SEATS, window->count / 4);
	TimestampTz now = clock_now();
	RowScan		scan = scan_from(hunt, window->next_ordinal, ForwardScanDirection);
	bool		is_whole = true;

	window->number = -1;
	while (row_scan_next(&scan, hunt->slot))
	{
		int32		ordinal = row_get_int(seats, hunt->slot, SEAT_ORDINAL);
		uint32		hash = row_hash(seats, hunt->slot);
		bool		begins = hash != window->row_before || window->row == 0;

		if (ordinal > window->end &&
			(!adjacent || window->passed_end == SEAT_WINDOW_SEATS ||
			 hash != window->row_before))
			break;
		if (window->count >= enough && !window->in_tail && (begins || !adjacent))
		{
			window->next_ordinal = ordinal;
			is_whole = false;
			break;
		}
		if (begins)
			begin_row(window, hash);
		if (seat_matches(seats, hunt->slot, hunt->wish))
			remember_seat(hunt, window->row, now);
		window->passed++;
		if (ordinal > window->end)
			window->passed_end++;
	}
	row_scan_end(&scan);
	window->is_whole = is_whole;
	window->number = number;
}

/*
 * Loads free seats in place of a window, up to a number: from the front, or in a
 * rush from the own window on and then from the front. Rows mean nothing in it.
 * True if these are all.
 */
static bool
load_free_seats(Hunt *hunt, int32 first, int64 enough)
{
	RowTable   *seats = row_table(hunt->work, TABLE_SEATS);
	Window	   *window = &hunt->search->window;
	TimestampTz now = clock_now();
	int32		ordinal = first;
	bool		is_wrapped = false;

	window->number = -1;
	window->loaded_at = now;
	window->count = 0;
	for (;;)
	{
		RowScan		scan = scan_from(hunt, ordinal, ForwardScanDirection);

		while (window->count < enough && row_scan_next(&scan, hunt->slot))
		{
			ordinal = row_get_int(seats, hunt->slot, SEAT_ORDINAL);
			if (is_wrapped && ordinal >= first)
				break;
			if (looks_free(hunt->work, hunt->slot, now) &&
				seat_matches(seats, hunt->slot, hunt->wish))
				remember_seat(hunt, 1, now);
		}
		row_scan_end(&scan);
		if (is_wrapped || first == PG_INT32_MIN || window->count >= enough)
			break;
		is_wrapped = true;
		ordinal = PG_INT32_MIN;
	}
	window->is_whole = true;
	window->number = seat_windows_at(hunt->windows, ordinal);
	window->before = seat_windows_before(hunt->windows, window->number);
	return window->count < enough;
}

/*
 * Whether a window looks used up, by its last seat alone: windows are sold from
 * the front.
 */
static bool
window_looks_used(Hunt *hunt, int number)
{
	int64		end = seat_windows_end(hunt->windows, number);
	RowScan		scan = scan_from(hunt, (int32) Min(end, PG_INT32_MAX),
								 BackwardScanDirection);
	bool		used = row_scan_next(&scan, hunt->slot) &&
		!looks_free(hunt->work, hunt->slot, clock_now());

	row_scan_end(&scan);
	return used;
}

/* -------- choosing a block -------- */

/* Whether two seats of a window are neighbours. */
static bool
are_neighbours(const WindowSeat *left, const WindowSeat *right)
{
	return left->row == right->row && left->seat_index + 1 == right->seat_index;
}

/* The end of the run of free neighbours that begins at first. */
static int
run_end(const Window *window, int first)
{
	int			end = first + 1;

	while (end < window->count && window->seats[end].is_free &&
		   are_neighbours(&window->seats[end - 1], &window->seats[end]))
		end++;
	return end;
}

static int
row_end_at(const Window *window, int first)
{
	int			end = first;

	while (end < window->count && window->seats[end].row == window->seats[first].row)
		end++;
	return end;
}

/*
 * The place in a run that is nearest to the row's middle and leaves no single
 * free seat beside it; -1 where every place would.
 */
static int
place_in_run(int run_first, int run_last, int middle2, int seat_count,
			 bool may_strand)
{
	int			best = -1;
	int			best_distance = PG_INT32_MAX;
	int			first;

	for (first = run_first; first + seat_count <= run_last; first++)
	{
		int			left = first - run_first;
		int			right = run_last - (first + seat_count);
		int			distance = abs(2 * first + seat_count - middle2);

		if (!may_strand && (left == 1 || right == 1))
			continue;
		if (distance < best_distance)
		{
			best = first;
			best_distance = distance;
		}
	}
	return best;
}

/* The best place for adjacent seats in one row; -1 where there is none. */
static int
place_in_row(const Window *window, int row_first, int row_last, int seat_count,
			 bool may_strand)
{
	int			middle2 = row_first + row_last;
	int			best = -1;
	int			at = row_first;

	while (at < row_last)
	{
		int			end;
		int			place;

		if (!window->seats[at].is_free)
		{
			at++;
			continue;
		}
		end = run_end(window, at);
		place = place_in_run(at, end, middle2, seat_count, may_strand);
		if (place >= 0 &&
			(best < 0 ||
			 abs(2 * place + seat_count - middle2) <
				 abs(2 * best + seat_count - middle2)))
			best = place;
		at = end;
	}
	return best;
}

/* Adjacent seats: the best row that has a place. */
static bool
choose_adjacent(const Window *window, const Wish *wish, bool may_strand,
				int *block)
{
	int			at = 0;
	int			i;

	while (at < window->count)
	{
		int			end = row_end_at(window, at);
		int			place = place_in_row(window, at, end, wish->seat_count,
										 may_strand);

		if (place >= 0)
		{
			for (i = 0; i < wish->seat_count; i++)
				block[i] = place + i;
			return true;
		}
		at = end;
	}
	return false;
}

/* Seats anywhere: the first free ones. */
static bool
choose_any(const Window *window, const Wish *wish, int *block)
{
	int			found = 0;
	int			i;

	for (i = 0; i < window->count && found < wish->seat_count; i++)
	{
		if (window->seats[i].is_free)
			block[found++] = i;
	}
	return found == wish->seat_count;
}

static bool
choose_block(const Hunt *hunt, bool may_strand)
{
	const Window *window = &hunt->search->window;

	if (hunt->wish->adjacent)
		return choose_adjacent(window, hunt->wish, may_strand, hunt->block);
	return choose_any(window, hunt->wish, hunt->block);
}

/* -------- taking a block -------- */

/* Reads the block's seats as they are now, into the slots of the attempt before. */
static void
read_block(Hunt *hunt)
{
	SeatSet    *set = hunt->set;
	int			count = hunt->wish->seat_count;
	pg_uuid_t  *ids = palloc(sizeof(pg_uuid_t) * count);
	SeatSet		before = *set;
	int			i;

	for (i = 0; i < count; i++)
		ids[i] = hunt->search->window.seats[hunt->block[i]].id;
	seat_set_make(set, ids, count);
	pfree(ids);
	for (i = 0; i < before.count; i++)
	{
		set->seats[i].slot = before.seats[i].slot;
		set->seats[i].hold_slot = before.seats[i].hold_slot;
	}
	if (before.count > 0)
	{
		pfree(before.seats);
		pfree(before.by_id);
	}
	seat_set_read(hunt->work, set, &hunt->wish->booker, clock_now());
}

/*
 * Whether somebody is changing the row, as it was read. A look that saves a
 * subtransaction; only the lock is sure.
 */
static bool
looks_locked(TupleTableSlot *slot)
{
	HeapTuple	tuple = ExecFetchSlotHeapTuple(slot, false, NULL);
	uint16		infomask = tuple->t_data->t_infomask;
	TransactionId xmax = HeapTupleHeaderGetRawXmax(tuple->t_data);

	if (infomask & (HEAP_XMAX_INVALID | HEAP_XMAX_COMMITTED | HEAP_XMAX_IS_MULTI) ||
		HEAP_XMAX_IS_KEYSHR_LOCKED(infomask))
		return false;
	return !TransactionIdIsCurrentTransactionId(xmax) &&
		TransactionIdIsInProgress(xmax);
}

/* Marks what a look at the block's seats has shown: taken ones, else locked ones. */
static Attempt
judge_block(Hunt *hunt)
{
	RowTable   *seats = row_table(hunt->work, TABLE_SEATS);
	WindowSeat *window_seats = hunt->search->window.seats;
	SeatSet    *set = hunt->set;
	Attempt		attempt = ATTEMPT_TAKEN;
	int			i;

	for (i = 0; i < set->count; i++)
	{
		Seat	   *seat = &set->seats[i];

		if (seat_is_claimable(seat) && seat_matches(seats, seat->slot, hunt->wish))
			continue;
		window_seats[hunt->block[i]].is_free = false;
		attempt = ATTEMPT_GONE;
	}
	for (i = 0; i < set->count && attempt != ATTEMPT_GONE; i++)
	{
		if (!looks_locked(set->seats[i].slot))
			continue;
		window_seats[hunt->block[i]].is_free = false;
		attempt = ATTEMPT_LOCKED;
	}
	return attempt;
}

/*
 * Locks the row as it was read, without waiting: what has changed since is
 * TM_Updated or TM_Deleted, and no lock is taken.
 */
static TM_Result
lock_as_read(RowWork *work, TupleTableSlot *slot)
{
	RowTable   *seats = row_table(work, TABLE_SEATS);
	ItemPointerData tid = slot->tts_tid;
	TM_FailureData failure;
	TM_Result	result;

	work->wrote = true;
	result = table_tuple_lock(seats->rel, &tid, GetActiveSnapshot(), slot,
							  GetCurrentCommandId(false),
							  LockTupleNoKeyExclusive, LockWaitSkip, 0, &failure);
	if (result == TM_Ok)
		ExecMaterializeSlot(slot);
	else if (result != TM_Updated && result != TM_Deleted && result != TM_WouldBlock)
		elog(ERROR, "unexpected result %d of a row lock", result);
	return result;
}

/*
 * Locks the seats in the order of their ids and holds them. Where that fails, the
 * seats before the one that is not to be had stay locked.
 */
static Attempt
hold_block(Hunt *hunt)
{
	SeatSet    *set = hunt->set;
	int			i;

	for (i = 0; i < set->count; i++)
	{
		Seat	   *seat = set->by_id[i];
		TM_Result	result = lock_as_read(hunt->work, seat->slot);

		if (result == TM_Ok)
			continue;
		if (result != TM_WouldBlock)
			return ATTEMPT_GONE;	/* or changed: it is read again */
		hunt->search->window.seats[hunt->block[seat - set->seats]].is_free = false;
		return ATTEMPT_LOCKED;
	}
	hold_claim(hunt->work, set, &hunt->wish->booker, hunt->schedule);
	return ATTEMPT_TAKEN;
}

/*
 * The same in a subtransaction, so that no lock stays where the block is not
 * taken. What is opened meanwhile belongs to the call as before: it outlives the
 * rollback. The seats are also written inside: a row that is locked by a
 * subtransaction and written by its parent gets a MultiXactId.
 */
static Attempt
hold_block_or_nothing(Hunt *hunt)
{
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	volatile Attempt attempt = ATTEMPT_GONE;

	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(context);
	CurrentResourceOwner = owner;
	PG_TRY();
	{
		attempt = hold_block(hunt);
		if (attempt == ATTEMPT_TAKEN)
			ReleaseCurrentSubTransaction();
		else
			RollbackAndReleaseCurrentSubTransaction();
	}
	PG_CATCH();
	{
		ErrorData  *error;

		/* whoever catches it rolls back one subtransaction, their own */
		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		FlushErrorState();
		RollbackAndReleaseCurrentSubTransaction();
		MemoryContextSwitchTo(context);
		CurrentResourceOwner = owner;
		ReThrowError(error);
	}
	PG_END_TRY();
	MemoryContextSwitchTo(context);
	CurrentResourceOwner = owner;
	return attempt;
}

/* Holds the block or tells why not; then nothing of it is locked. */
static Attempt
take_block(Hunt *hunt)
{
	SeatSet    *set = hunt->set;
	Attempt		attempt;
	int			i;

	read_block(hunt);
	attempt = judge_block(hunt);
	if (attempt != ATTEMPT_TAKEN)
		return attempt;
	attempt = set->count == 1 ? hold_block(hunt) : hold_block_or_nothing(hunt);
	for (i = 0; i < set->count && attempt == ATTEMPT_TAKEN; i++)
		hunt->search->window.seats[hunt->block[i]].is_free = false;
	return attempt;
}

/* -------- searching -------- */

static bool
is_rush(const Search *search)
{
	return is_since(search->contended_at, clock_now(), CONTENDED_US);
}

/*
 * In a rush what was seen a moment ago is good enough to look ahead from, and
 * the own window is looked at again when that is older. Otherwise the search
 * begins at the best seats.
 */
static void
freshen_window(Hunt *hunt)
{
	Search	   *search = hunt->search;
	bool		contended = is_rush(search);
	int			number = search->window.number;

	if (contended && number >= 0 &&
		is_since(search->window.loaded_at, clock_now(), REMEMBER_US))
		return;
	if (!contended)
		search->spread = 0;
	if (!contended || number < 0 ||
		!seat_windows_has(hunt->work, hunt->windows, number))
		number = 0;
	begin_window(hunt, number);
}

/*
 * Whether the search goes round the windows from its own on. A small plan is
 * looked at from the front by everybody.
 */
static bool
goes_around(const Hunt *hunt)
{
	return hunt->search->window.number >= 0 && is_rush(hunt->search) &&
		!seat_windows_is_small(hunt->windows);
}

/* What others are about to take they may give back. */
static void
wait_a_moment(RowWork *work)
{
	CHECK_FOR_INTERRUPTS();
	pg_usleep(WAIT_STEP_US);
	row_refresh(work);
}

/* Somebody else is taking seats here: spread over more windows. */
static void
note_contention(Hunt *hunt)
{
	Search	   *search = hunt->search;
	int			others = Max(hunt->windows->total_seats / SEAT_WINDOW_SEATS, 0);

	search->contended_at = clock_now();
	search->spread = Min(search->spread * 2 + 1, others);
}

/*
 * Takes a block from the window in hand. search->met_lock tells that a seat was
 * locked by somebody. patience is how many blocks may be lost to others before
 * the window is left to them.
 */
static bool
take_from_window(Hunt *hunt, bool may_strand, int patience)
{
	Search	   *search = hunt->search;

	while (patience > 0)
	{
		Attempt		attempt;

		CHECK_FOR_INTERRUPTS();
		if (!choose_block(hunt, may_strand))
		{
			if (search->window.is_whole)
				return false;
			load_more(hunt);
			continue;
		}
		attempt = take_block(hunt);
		if (attempt == ATTEMPT_TAKEN)
			return true;
		if (attempt == ATTEMPT_LOCKED)
			search->met_lock = true;
		note_contention(hunt);
		patience--;
		row_refresh(hunt->work);
	}
	return false;
}

/* The window behind one, or so many further on; after the last comes the first. */
static int
window_behind(Hunt *hunt, int number, int jump)
{
	int			next = number + 1 + jump;

	if (seat_windows_has(hunt->work, hunt->windows, next))
		return next;
	return next % seat_windows_count(hunt->work, hunt->windows);
}

/*
 * Goes to a window that is not used up and, in a rush, that nobody works in.
 * False after as many steps as there are windows.
 */
static bool
move_on(Hunt *hunt, int *steps)
{
	Search	   *search = hunt->search;
	bool		rush = is_rush(search);
	int			number = search->window.number;

	while (seat_windows_has(hunt->work, hunt->windows, ++*steps))
	{
		int			jump = rush && search->spread > 0 ?
			jump_below(search->spread) :
			0;

		CHECK_FOR_INTERRUPTS();
		number = window_behind(hunt, number, jump);
		if (rush && !claim_window(hunt, number))
			continue;
		if (window_looks_used(hunt, number))
			continue;
		begin_window(hunt, number);
		return true;
	}
	return false;
}

/*
 * The cheap look: the window in hand, then others that do not look used up,
 * unless in a rush all of them did a moment ago. In a small plan seats apart are
 * the first ones of all.
 */
static bool
search_ahead(Hunt *hunt)
{
	Search	   *search = hunt->search;
	bool		is_small = seat_windows_is_small(hunt->windows);
	int			steps = 0;

	if (is_small && !hunt->wish->adjacent)
		return false;
	freshen_window(hunt);
	do
	{
		if (take_from_window(hunt, false, is_small ? PG_INT32_MAX : PATIENCE))
		{
			search->spread /= 2;
			return true;
		}
		if (goes_around(hunt) &&
			is_since(search->ahead_over_at, clock_now(), REMEMBER_US))
			return false;
	} while (move_on(hunt, &steps));
	search->ahead_over_at = clock_now();
	return false;
}

/* A thorough look at all windows. */
typedef struct Round
{
	Hunt	   *hunt;
	int			first;			/* window to begin with */
	int			count;			/* of windows */
	int		   *free_seats;		/* of each window, at the last count; or NULL */
	uint8	   *notes;			/* of each window */
} Round;

/*
 * Counts the free seats of each window, whatever their grade, at a quarter of the
 * cost of loading the windows.
 */
static int
count_free_seats(Round *round)
{
	SeatStates	states;
	int			total = 0;
	int			number = 0;
	int			i;

	round->free_seats = palloc0(sizeof(int) * (round->count + 1));
	seat_walk(&round->hunt->wish->schedule_id, true, &states);
	for (i = 0; i < states.count; i++)
	{
		if (states.states[i] != 'a')
			continue;
		while (states.ordinals[i] > seat_windows_end(round->hunt->windows, number))
			number++;
		round->free_seats[number]++;
		total++;
	}
	pfree(states.states);
	pfree(states.ordinals);
	return total;
}

/* A window's last row may end in the next one. */
static bool
has_enough(const Round *round, int number)
{
	return round->free_seats == NULL ||
		round->free_seats[number] + round->free_seats[number + 1] >=
		round->hunt->wish->seat_count;
}

/* Looks into one window as it is now; takes a block or notes what it met. */
static bool
look_into(Round *round, int number, bool may_strand)
{
	Hunt	   *hunt = round->hunt;
	Search	   *search = hunt->search;

	CHECK_FOR_INTERRUPTS();
	search->met_lock = false;
	begin_window(hunt, number);
	if (take_from_window(hunt, false, PG_INT32_MAX) ||
		(may_strand && take_from_window(hunt, true, PG_INT32_MAX)))
		return true;
	round->notes[number] = (search->met_lock ? NOTE_LOCKED : 0) |
		(choose_block(hunt, true) ? NOTE_STRANDS : 0);
	return false;
}

/* Looks into the windows that have a note, in the order of the round. */
static bool
look_again(Round *round, uint8 note, bool may_strand)
{
	int			i;

	for (i = 0; i < round->count; i++)
	{
		int			number = (round->first + i) % round->count;

		if ((round->notes[number] & note) && look_into(round, number, may_strand))
			return true;
	}
	return false;
}

/*
 * Every window that has seats enough: once for a place that leaves no single
 * seat, then for any. From the front; in a rush from the own window on, those
 * last in which others work, and only where the next few give nothing are the
 * seats of all counted.
 */
static bool
look_around(Round *round)
{
	bool		rush = goes_around(round->hunt);
	int			stranding = 0;
	int			i;

	for (i = 0; i < round->count; i++)
	{
		int			number = (round->first + i) % round->count;

		CHECK_FOR_INTERRUPTS();
		if (i == (rush ? NEAR_WINDOWS : 0) &&
			count_free_seats(round) < round->hunt->wish->seat_count)
			return false;
		if (!has_enough(round, number))
			continue;
		if (rush && !claim_window(round->hunt, number))
			round->notes[number] = NOTE_CLAIMED;
		else if (look_into(round, number, rush && stranding >= STRAND_WINDOWS))
			return true;
		else if (round->notes[number] & NOTE_STRANDS)
			stranding++;
	}
	return look_again(round, NOTE_CLAIMED, false) ||
		look_again(round, NOTE_STRANDS, true);
}

static bool
has_note(const Round *round, uint8 note)
{
	uint8		all = 0;
	int			i;

	for (i = 0; i < round->count; i++)
		all |= round->notes[i];
	return (all & note) != 0;
}

/* Adjacent seats, wherever they are; what is only locked gets a moment. */
static bool
search_windows(Hunt *hunt)
{
	TimestampTz deadline = clock_now() + WAIT_MS * 1000;
	Round		round = {.hunt = hunt};

	round.count = seat_windows_count(hunt->work, hunt->windows);
	round.first = goes_around(hunt) ? (hunt->search->window.number + 1) % round.count : 0;
	round.notes = palloc0(round.count);
	if (look_around(&round))
		return true;
	while (has_note(&round, NOTE_LOCKED) && clock_now() < deadline)
	{
		wait_a_moment(hunt->work);
		if (look_again(&round, NOTE_LOCKED, true))
			return true;
	}
	return false;
}

/*
 * Seats anywhere; what is only locked gets a moment. Free seats enough for the
 * wish are loaded, and more only when others have all of these.
 */
static bool
search_seats(Hunt *hunt)
{
	Search	   *search = hunt->search;
	TimestampTz deadline = clock_now() + WAIT_MS * 1000;
	int32		first = PG_INT32_MIN;
	int64		spare = is_rush(search) ? SEAT_WINDOW_SEATS : LOAD_SEATS;

	if (goes_around(hunt) && search->window.before >= PG_INT32_MIN)
		first = (int32) search->window.before + 1;
	for (;;)
	{
		bool		are_all = load_free_seats(hunt, first,
											  hunt->wish->seat_count + spare);

		search->met_lock = false;
		if (take_from_window(hunt, true, PG_INT32_MAX))
			return true;
		if (are_all && (!search->met_lock || clock_now() >= deadline))
			return false;
		if (are_all)
			wait_a_moment(hunt->work);
		else
			spare *= 2;
	}
}

/*
 * Finds the best seats and holds them or refuses: ahead of the others; else
 * wherever there are any, which takes a look at every seat, unless the schedule's
 * count tells that there are not enough.
 */
static void
take_best(Hunt *hunt)
{
	const Wish *wish = hunt->wish;

	if (search_ahead(hunt))
		return;
	if (availability_count(hunt->work, &wish->schedule_id) < wish->seat_count ||
		!(wish->adjacent ? search_windows(hunt) : search_seats(hunt)))
		errors_no_best_seats(wish->seat_count, wish->adjacent);
}

static void
hold_best(RowWork *work, const Wish *wish, SeatSet *set)
{
	Schedule	schedule;
	Hunt		hunt = {.work = work, .wish = wish, .schedule = &schedule, .set = set};

	if (!schedule_find(work, &wish->schedule_id, &schedule))
		errors_no_such_schedule(&wish->schedule_id);
	schedule_check_open(&schedule, clock_now());
	schedule_lock_limit(work, &schedule, &wish->booker);
	schedule_check_limit(work, &schedule, &wish->booker, wish->seat_count, clock_now());

	memset(set, 0, sizeof(SeatSet));
	hunt.search = find_search(wish, clock_now());
	hunt.windows = seat_windows_find(work, &wish->schedule_id);
	hunt.slot = row_slot(work, row_table(work, TABLE_SEATS));
	hunt.block = palloc(sizeof(int) * wish->seat_count);
	take_best(&hunt);
}
