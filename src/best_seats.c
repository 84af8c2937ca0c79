/*
 * best_seats.c - the best free seats, chosen under the locks.
 *
 * A schedule is looked at in windows: runs of whole rows of about WINDOW_SEATS
 * seats in seat order (ordinal 1 is the best seat). A quiet call begins at the
 * first window. In a rush, when callers meet, each works in a window of its own
 * and remembers for a moment what it saw there, so that hundreds of them neither
 * wait for each other nor look at the same seats again; what is remembered only
 * saves looking, every seat is judged and locked before it is given.
 *
 * Locking: seats are locked in ascending id without waiting (SKIP LOCKED). A
 * call that finds seats merely locked looks once more, then waits a moment at a
 * time up to WAIT_MS, and refuses only after a look at every seat.
 *
 * Memory: what a backend remembers lives in one context a search, thrown away
 * when the search was not used for CONTENDED_US.
 */
#include "postgres.h"

#include "access/nbtree.h"
#include "common/hashfn.h"
#include "fmgr.h"
#include "storage/ipc.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/memutils.h"

#include "arguments.h"
#include "async_holds.h"
#include "availability.h"
#include "clock.h"
#include "errors.h"
#include "hold.h"
#include "lock.h"
#include "schedule.h"
#include "seat_walk.h"
#include "settings.h"

#define WINDOW_SEATS 256
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

/* Up to this many windows a search looks at all of them, best first. */
#define SMALL_PLAN_WINDOWS 4

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
	int			number;			/* -1: none begun */
	TimestampTz loaded_at;
	int			count;
	int			room;
	WindowSeat *seats;
	bool		is_whole;		/* nothing is left to load */
	int32		next_ordinal;	/* where to go on */
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
	int			window_count;
	int			spread;			/* how far to jump where others are */
	TimestampTz contended_at;	/* when others were met last */
	TimestampTz ahead_over_at;	/* when all windows looked used up */
	bool		met_lock;		/* this look met a seat that others had locked */
	Window		window;
} Search;

/* Seats of a window that would be given together. */
typedef struct SeatBlock
{
	int		   *seats;			/* indexes into the window, seat_count of them */
} SeatBlock;

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
	row_begin(&work);
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
claim_window(RowWork *work, const Wish *wish, Search *search, int number)
{
	Oid			table = row_table(work, TABLE_SEATS, RowExclusiveLock)->shape->relid;
	uint32		hash = hash_bytes(wish->schedule_id.data, UUID_LEN);

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
			searches[i].used_at > now - CONTENDED_US)
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
scan_from(RowWork *work, const Wish *wish, int32 ordinal, ScanDirection direction)
{
	RowTable   *seats = row_table(work, TABLE_SEATS, RowExclusiveLock);
	ScanKeyData keys[2];
	bool		forward = direction == ForwardScanDirection;

	row_key_uuid(&keys[0], 1, &wish->schedule_id);
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
	RowTable   *seats = row_table(work, TABLE_SEATS, RowExclusiveLock);
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
remember_seat(RowWork *work, Search *search, TupleTableSlot *slot, int row,
			  TimestampTz now)
{
	RowTable   *seats = row_table(work, TABLE_SEATS, RowExclusiveLock);
	Window	   *window = &search->window;
	WindowSeat *seat;
	bool		isnull;
	Datum		seat_index;

	if (window->count == window->room)
	{
		window->room = Max(window->room * 2, WINDOW_SEATS);
		window->seats = window->seats == NULL ?
			MemoryContextAlloc(search->context,
							   sizeof(WindowSeat) * window->room) :
			repalloc(window->seats, sizeof(WindowSeat) * window->room);
	}
	seat = &window->seats[window->count++];
	seat->id = *row_get_uuid(seats, slot, SEAT_ID);
	seat->row = row;
	seat_index = row_get(seats, slot, SEAT_INDEX, &isnull);
	seat->seat_index = isnull ? NO_INDEX : DatumGetInt32(seat_index);
	seat->is_free = looks_free(work, slot, now);
}

static void
begin_window(Search *search, const Wish *wish, int number)
{
	Window	   *window = &search->window;

	window->number = number;
	window->loaded_at = clock_now();
	window->count = 0;
	window->is_whole = false;
	window->row = 0;
	window->row_before = 0;
	window->in_tail = wish->adjacent && number > 0;
	window->next_ordinal = number * WINDOW_SEATS + (window->in_tail ? 0 : 1);
}

/* Notes that a row begins; drops the rest of one that the window before has whole. */
static void
begin_row(Window *window, uint32 hash, bool is_near)
{
	if (window->in_tail && window->row > 0 && is_near)
		window->count = 0;
	window->in_tail = window->in_tail && window->row == 0 &&
		hash == window->row_before;
	window->row++;
	window->row_before = hash;
}

/*
 * Loads some more of the window begun: LOAD_SEATS, and on to the end of a row.
 * The window is ordinals after number * WINDOW_SEATS, WINDOW_SEATS of them, and
 * for adjacent seats on to the end of the last row (at most as many again).
 */
static void
load_more(RowWork *work, Search *search, const Wish *wish)
{
	RowTable   *seats = row_table(work, TABLE_SEATS, RowExclusiveLock);
	TupleTableSlot *slot = row_slot(work, seats);
	Window	   *window = &search->window;
	int32		first = window->number * WINDOW_SEATS + 1;
	int32		last = first + WINDOW_SEATS - 1;
	int			enough = window->count + LOAD_SEATS;
	TimestampTz now = clock_now();
	RowScan		scan = scan_from(work, wish, window->next_ordinal,
								 ForwardScanDirection);

	window->is_whole = true;
	while (row_scan_next(&scan, slot))
	{
		int32		ordinal = row_get_int(seats, slot, SEAT_ORDINAL);
		uint32		hash = row_hash(seats, slot);
		bool		begins = hash != window->row_before || window->row == 0;

		if (ordinal < first)
		{
			window->row_before = hash;
			continue;
		}
		if (ordinal > last &&
			(!wish->adjacent || ordinal > last + WINDOW_SEATS ||
			 hash != window->row_before))
			break;
		if (window->count >= enough && !window->in_tail &&
			(begins || !wish->adjacent))
		{
			window->next_ordinal = ordinal;
			window->is_whole = false;
			break;
		}
		if (begins)
			begin_row(window, hash, ordinal <= first + WINDOW_SEATS);
		if (seat_matches(seats, slot, wish))
			remember_seat(work, search, slot, window->row, now);
	}
	row_scan_end(&scan);
}

/*
 * Loads free seats in place of a window, more than enough for the wish: from the
 * front, or in a rush from the own window on and then from the front. Rows mean
 * nothing in it. True if these are all.
 */
static bool
load_free_seats(RowWork *work, Search *search, const Wish *wish, int32 first)
{
	RowTable   *seats = row_table(work, TABLE_SEATS, RowExclusiveLock);
	TupleTableSlot *slot = row_slot(work, seats);
	Window	   *window = &search->window;
	TimestampTz now = clock_now();
	int			enough = wish->seat_count +
		(is_rush(search) ? WINDOW_SEATS : LOAD_SEATS);
	int32		ordinal = first;
	bool		is_wrapped = false;

	window->loaded_at = now;
	window->count = 0;
	window->is_whole = true;
	for (;;)
	{
		RowScan		scan = scan_from(work, wish, ordinal, ForwardScanDirection);

		while (window->count < enough && row_scan_next(&scan, slot))
		{
			ordinal = row_get_int(seats, slot, SEAT_ORDINAL);
			if (is_wrapped && ordinal >= first)
				break;
			if (looks_free(work, slot, now) && seat_matches(seats, slot, wish))
				remember_seat(work, search, slot, 1, now);
		}
		row_scan_end(&scan);
		if (is_wrapped || first == 1 || window->count == enough)
			break;
		is_wrapped = true;
		ordinal = 1;
	}
	window->number = Max(ordinal - 1, 0) / WINDOW_SEATS;
	return window->count < enough;
}

/* How many windows the schedule has. */
static int
count_windows(RowWork *work, const Wish *wish)
{
	RowTable   *seats = row_table(work, TABLE_SEATS, RowExclusiveLock);
	TupleTableSlot *slot = row_slot(work, seats);
	RowScan		scan = scan_from(work, wish, PG_INT32_MAX, BackwardScanDirection);
	int			count = 0;

	if (row_scan_next(&scan, slot))
		count = row_get_int(seats, slot, SEAT_ORDINAL) / WINDOW_SEATS + 1;
	row_scan_end(&scan);
	return count;
}

/*
 * Whether a window looks used up, by its last seat alone: windows are sold from
 * the front.
 */
static bool
window_looks_used(RowWork *work, const Wish *wish, int number)
{
	RowTable   *seats = row_table(work, TABLE_SEATS, RowExclusiveLock);
	TupleTableSlot *slot = row_slot(work, seats);
	RowScan		scan = scan_from(work, wish, (number + 1) * WINDOW_SEATS,
								 BackwardScanDirection);
	bool		used = row_scan_next(&scan, slot) &&
		!looks_free(work, slot, clock_now());

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
				SeatBlock *block)
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
				block->seats[i] = place + i;
			return true;
		}
		at = end;
	}
	return false;
}

/* Seats anywhere: the first free ones. */
static bool
choose_any(const Window *window, const Wish *wish, SeatBlock *block)
{
	int			found = 0;
	int			i;

	for (i = 0; i < window->count && found < wish->seat_count; i++)
	{
		if (window->seats[i].is_free)
			block->seats[found++] = i;
	}
	return found == wish->seat_count;
}

static bool
choose_block(const Window *window, const Wish *wish, bool may_strand,
			 SeatBlock *block)
{
	if (wish->adjacent)
		return choose_adjacent(window, wish, may_strand, block);
	return choose_any(window, wish, block);
}

/* -------- taking a block -------- */

/* Marks what a look at the block's seats has shown; true if all are free. */
static bool
all_claimable(RowWork *work, const Wish *wish, Search *search, SeatBlock *block,
			  SeatSet *set)
{
	RowTable   *seats = row_table(work, TABLE_SEATS, RowExclusiveLock);
	bool		all = true;
	int			i;

	for (i = 0; i < set->count; i++)
	{
		Seat	   *seat = &set->seats[i];

		if (seat_is_claimable(seat) && seat_matches(seats, seat->slot, wish))
			continue;
		search->window.seats[block->seats[i]].is_free = false;
		all = false;
	}
	return all;
}

static Attempt
take_block(RowWork *work, const Wish *wish, Search *search, SeatBlock *block,
		   SeatSet *set)
{
	pg_uuid_t  *ids = palloc(sizeof(pg_uuid_t) * wish->seat_count);
	Attempt		attempt = ATTEMPT_TAKEN;
	int			i;

	for (i = 0; i < wish->seat_count; i++)
		ids[i] = search->window.seats[block->seats[i]].id;
	seat_set_make(set, ids, wish->seat_count);
	seat_set_read(work, set, &wish->booker, clock_now());
	if (!all_claimable(work, wish, search, block, set))
		return ATTEMPT_GONE;

	for (i = 0; i < set->count && attempt == ATTEMPT_TAKEN; i++)
	{
		Seat	   *seat = set->by_id[i];

		if (!seat_try_lock(work, seat, &wish->booker))
			attempt = ATTEMPT_LOCKED;
		else if (!seat_is_claimable(seat))
			attempt = ATTEMPT_GONE;
		if (attempt != ATTEMPT_TAKEN)
			search->window.seats[block->seats[seat - set->seats]].is_free = false;
	}
	for (i = 0; i < set->count && attempt == ATTEMPT_TAKEN; i++)
		search->window.seats[block->seats[i]].is_free = false;
	return attempt;
}

/* -------- searching -------- */

static bool
is_rush(const Search *search)
{
	return search->contended_at > clock_now() - CONTENDED_US;
}

/*
 * In a rush what was seen a moment ago is good enough to look ahead from, and
 * the own window is looked at again when that is older. Otherwise the search
 * begins at the best seats.
 */
static void
freshen_window(RowWork *work, const Wish *wish, Search *search)
{
	TimestampTz now = clock_now();
	bool		contended = is_rush(search);

	if (contended && search->window.number >= 0 &&
		search->window.loaded_at > now - REMEMBER_US)
		return;
	search->window_count = count_windows(work, wish);
	if (search->window_count == 0)
		return;
	if (!contended)
		search->spread = 0;
	begin_window(search, wish,
				 contended && search->window.number >= 0 ?
					 search->window.number % search->window_count :
					 0);
}

/*
 * Whether the search goes round the windows from its own on. A small plan is
 * looked at from the front by everybody.
 */
static bool
goes_around(const Search *search)
{
	return search->window.number >= 0 && is_rush(search) &&
		search->window_count > SMALL_PLAN_WINDOWS;
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
note_contention(Search *search, TimestampTz now)
{
	search->contended_at = now;
	search->spread = Min(search->spread * 2 + 1,
						 Max(search->window_count - 1, 0));
}

/*
 * Takes a block from the window in hand. search->met_lock tells that a seat was
 * locked by somebody. patience is how many blocks may be lost to others before
 * the window is left to them.
 */
static bool
take_from_window(RowWork *work, const Wish *wish, Search *search,
				 bool may_strand, int patience, SeatSet *set)
{
	SeatBlock	block;

	block.seats = palloc(sizeof(int) * wish->seat_count);
	while (patience > 0)
	{
		Attempt		attempt;

		CHECK_FOR_INTERRUPTS();
		if (!choose_block(&search->window, wish, may_strand, &block))
		{
			if (search->window.is_whole)
				return false;
			load_more(work, search, wish);
			continue;
		}
		attempt = take_block(work, wish, search, &block, set);
		if (attempt == ATTEMPT_TAKEN)
			return true;
		if (attempt == ATTEMPT_LOCKED)
			search->met_lock = true;
		note_contention(search, clock_now());
		patience--;
		row_refresh(work);
	}
	return false;
}

/*
 * Goes to a window that is not used up and, in a rush, that nobody works in.
 * False after as many steps as there are windows.
 */
static bool
move_on(RowWork *work, const Wish *wish, Search *search, int *steps)
{
	bool		rush = is_rush(search);

	while ((*steps)++ < search->window_count)
	{
		int			jump = rush && search->spread > 0 ?
			jump_below(search->spread) :
			0;

		search->window.number = (search->window.number + 1 + jump) %
			search->window_count;
		search->window.count = 0;
		search->window.is_whole = true;
		CHECK_FOR_INTERRUPTS();
		if (rush && !claim_window(work, wish, search, search->window.number))
			continue;
		if (search->window_count > SMALL_PLAN_WINDOWS &&
			window_looks_used(work, wish, search->window.number))
			continue;
		begin_window(search, wish, search->window.number);
		return true;
	}
	return false;
}

/*
 * The cheap look: the window in hand, then others that do not look used up,
 * unless in a rush all of them did a moment ago. In a small plan seats apart are
 * the first ones of all, whatever their windows.
 */
static bool
search_ahead(RowWork *work, const Wish *wish, Search *search,
			 SeatSet *set)
{
	int			patience;
	int			steps = 0;

	freshen_window(work, wish, search);
	if (search->window_count == 0 ||
		(!wish->adjacent && search->window_count <= SMALL_PLAN_WINDOWS))
		return false;
	patience = search->window_count > SMALL_PLAN_WINDOWS ? PATIENCE : PG_INT32_MAX;
	do
	{
		if (take_from_window(work, wish, search, false, patience, set))
		{
			search->spread /= 2;
			return true;
		}
		if (goes_around(search) &&
			search->ahead_over_at > clock_now() - REMEMBER_US)
			return false;
	} while (move_on(work, wish, search, &steps));
	search->ahead_over_at = clock_now();
	return false;
}

/* A thorough look at all windows. */
typedef struct Round
{
	RowWork    *work;
	const Wish *wish;
	Search	   *search;
	SeatSet    *set;
	int			first;			/* window to begin with */
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
	int			i;

	round->free_seats = palloc0(sizeof(int) * (round->search->window_count + 1));
	seat_walk(&round->wish->schedule_id, true, &states);
	for (i = 0; i < states.count; i++)
	{
		int			number;

		if (states.states[i] != 'a')
			continue;
		total++;
		number = (states.ordinals[i] - 1) / WINDOW_SEATS;
		if (number >= 0 && number < round->search->window_count)
			round->free_seats[number]++;
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
		round->wish->seat_count;
}

/* Looks into one window as it is now; takes a block or notes what it met. */
static bool
look_into(Round *round, int number, bool may_strand)
{
	RowWork    *work = round->work;
	const Wish *wish = round->wish;
	Search	   *search = round->search;
	SeatBlock	block;

	CHECK_FOR_INTERRUPTS();
	search->met_lock = false;
	begin_window(search, wish, number);
	if (take_from_window(work, wish, search, false, PG_INT32_MAX, round->set) ||
		(may_strand &&
		 take_from_window(work, wish, search, true, PG_INT32_MAX, round->set)))
		return true;
	block.seats = palloc(sizeof(int) * wish->seat_count);
	round->notes[number] = (search->met_lock ? NOTE_LOCKED : 0) |
		(choose_block(&search->window, wish, true, &block) ? NOTE_STRANDS : 0);
	return false;
}

/* Looks into the windows that have a note, in the order of the round. */
static bool
look_again(Round *round, uint8 note, bool may_strand)
{
	int			count = round->search->window_count;
	int			i;

	for (i = 0; i < count; i++)
	{
		int			number = (round->first + i) % count;

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
	Search	   *search = round->search;
	bool		rush = goes_around(search);
	int			stranding = 0;
	int			i;

	for (i = 0; i < search->window_count; i++)
	{
		int			number = (round->first + i) % search->window_count;

		if (i == (rush ? NEAR_WINDOWS : 0) &&
			count_free_seats(round) < round->wish->seat_count)
			return false;
		if (!has_enough(round, number))
			continue;
		if (rush && !claim_window(round->work, round->wish, search, number))
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

	for (i = 0; i < round->search->window_count; i++)
		all |= round->notes[i];
	return (all & note) != 0;
}

/* Adjacent seats, wherever they are; what is only locked gets a moment. */
static bool
search_windows(RowWork *work, const Wish *wish, Search *search, SeatSet *set)
{
	TimestampTz deadline = clock_now() + WAIT_MS * 1000;
	Round		round = {.work = work, .wish = wish, .search = search, .set = set};

	round.first = goes_around(search) ? search->window.number + 1 : 0;
	search->window_count = count_windows(work, wish);
	round.notes = palloc0(Max(search->window_count, 1));
	if (look_around(&round))
		return true;
	while (has_note(&round, NOTE_LOCKED) && clock_now() < deadline)
	{
		wait_a_moment(work);
		if (look_again(&round, NOTE_LOCKED, true))
			return true;
	}
	return false;
}

/* Seats anywhere; what is only locked gets a moment. */
static bool
search_seats(RowWork *work, const Wish *wish, Search *search, SeatSet *set)
{
	TimestampTz deadline = clock_now() + WAIT_MS * 1000;
	int32		first = goes_around(search) ? search->window.number * WINDOW_SEATS + 1 : 1;

	for (;;)
	{
		bool		are_all = load_free_seats(work, search, wish, first);

		search->met_lock = false;
		if (take_from_window(work, wish, search, true, PG_INT32_MAX, set))
			return true;
		if (are_all && (!search->met_lock || clock_now() >= deadline))
			return false;
		wait_a_moment(work);
	}
}

/*
 * Finds and locks the best seats or refuses: ahead of the others; else wherever
 * there are any, which takes a look at every seat, unless the schedule's count
 * tells that there are not enough.
 */
static void
take_best(RowWork *work, const Wish *wish, SeatSet *set)
{
	Search	   *search = find_search(wish, clock_now());

	if (search_ahead(work, wish, search, set))
		return;
	if (availability_count(work, &wish->schedule_id) < wish->seat_count ||
		!(wish->adjacent ? search_windows(work, wish, search, set) :
						   search_seats(work, wish, search, set)))
		errors_no_best_seats(wish->seat_count, wish->adjacent);
}

static void
hold_best(RowWork *work, const Wish *wish, SeatSet *set)
{
	Schedule	schedule;

	if (!schedule_find(work, &wish->schedule_id, &schedule))
		errors_no_such_schedule(&wish->schedule_id);
	schedule_check_open(&schedule, clock_now());
	schedule_lock_limit(work, &schedule, &wish->booker);
	schedule_check_limit(work, &schedule, &wish->booker, wish->seat_count, clock_now());
	take_best(work, wish, set);
	hold_claim(work, set, &wish->booker, &schedule);
}
