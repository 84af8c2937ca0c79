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
 * Where windows begin and end is told by seat_windows.c, their seats are read by
 * best_window.c, which of them are best is decided by seat_choice.c, best_block.c
 * takes them, and best_search.c remembers. This file decides where to look next.
 *
 * Locking: seats are locked without waiting (see best_block.c). A call that finds
 * seats merely locked looks once more, then waits a moment at a time up to WAIT_MS,
 * and refuses only after a look at every seat.
 */
#include "postgres.h"

#include "access/xact.h"
#include "fmgr.h"

#include "arguments.h"
#include "async_holds.h"
#include "availability.h"
#include "best_block.h"
#include "best_search.h"
#include "clock.h"
#include "errors.h"
#include "seat_walk.h"

#define WAIT_MS 1000
#define WAIT_STEP_US (5 * 1000)

/* How many blocks a search loses to others before it leaves a window to them. */
#define PATIENCE 2

/* In a rush so many windows are looked into before all seats are counted. */
#define NEAR_WINDOWS 4

/* In a rush a single seat is left alone once so many windows had nothing better. */
#define STRAND_WINDOWS 8

PG_FUNCTION_INFO_V1(concert_booking_hold_best_seats);

/* One call: how it looks, what it takes, and what the backend remembers. */
typedef struct Hunt
{
	BestLook	look;
	BestBlock	block;			/* seats of the window to be given together */
	BestSearch *search;
	bool		met_lock;		/* this look met a seat that others had locked */
} Hunt;

/* What a look around has noted of a window, as bits. */
#define NOTE_CLAIMED 1			/* not looked at yet: somebody works there */
#define NOTE_STRANDS 2			/* it has a place that leaves a single seat */
#define NOTE_LOCKED 4			/* it has seats that somebody is about to have */

static void hold_best(RowWork *work, const BestWish *wish, SeatSet *set);

/* hold_best_seats(): holds the best seats and returns the holds in seat order. */
Datum
concert_booking_hold_best_seats(PG_FUNCTION_ARGS)
{
	BestWish	wish;
	RowWork		work;
	SeatSet		set;

	best_wish_read(fcinfo, &wish);
	PreventCommandIfReadOnly("hold_best_seats()");
	booker_resolve(&wish.booker, arguments_uuid(fcinfo, 6), arguments_uuid(fcinfo, 7));
	compat_materialized_srf(fcinfo);

	async_holds_begin();
	row_begin(&work, SEAT_TABLES | SCHEDULE_TABLES);
	hold_best(&work, &wish, &set);
	seat_set_sort_by_ordinal(&work, &set);
	hold_return(fcinfo, &work, &set);
	row_end(&work);
	async_holds_end();
	return (Datum) 0;
}

/* -------- searching -------- */

/*
 * In a rush what was seen a moment ago is good enough to look ahead from, and
 * the own window is looked at again when that is older. Otherwise the search
 * begins at the best seats.
 */
static void
freshen_window(Hunt *hunt)
{
	BestSearch *search = hunt->search;
	bool		contended = best_search_is_rush(search);
	int			number = search->window.number;

	if (contended && number >= 0 &&
		best_search_is_fresh(search->window.loaded_at))
		return;
	if (!contended)
		search->spread = 0;
	if (!contended || number < 0 ||
		!seat_windows_has(hunt->look.work, hunt->look.windows, number))
		number = 0;
	best_window_begin(&hunt->look, &search->window, number);
}

/*
 * Whether the search goes round the windows from its own on. A small plan is
 * looked at from the front by everybody.
 */
static bool
goes_around(const Hunt *hunt)
{
	return hunt->search->window.number >= 0 && best_search_is_rush(hunt->search) &&
		!seat_windows_is_small(hunt->look.windows);
}

/* What others are about to take they may give back. */
static void
wait_a_moment(RowWork *work)
{
	CHECK_FOR_INTERRUPTS();
	pg_usleep(WAIT_STEP_US);
	row_refresh(work);
}

static bool
choose(const Hunt *hunt, bool may_strand)
{
	return best_window_choose(&hunt->search->window, hunt->look.wish, may_strand,
							  hunt->block.places);
}

/*
 * Takes a block from the window in hand. hunt->met_lock tells that a seat was
 * locked by somebody. patience is how many blocks may be lost to others before
 * the window is left to them.
 */
static bool
take_from_window(Hunt *hunt, bool may_strand, int patience)
{
	BestSearch *search = hunt->search;

	while (patience > 0)
	{
		BestAttempt attempt;

		CHECK_FOR_INTERRUPTS();
		if (!choose(hunt, may_strand))
		{
			if (search->window.is_whole)
				return false;
			best_window_load_more(&hunt->look, &search->window);
			continue;
		}
		attempt = best_block_take(&hunt->block);
		if (attempt == ATTEMPT_TAKEN)
			return true;
		if (attempt == ATTEMPT_LOCKED)
			hunt->met_lock = true;
		best_search_note_contention(search, hunt->look.windows);
		patience--;
		row_refresh(hunt->look.work);
	}
	return false;
}

/* The window behind one, or so many further on; after the last comes the first. */
static int
window_behind(Hunt *hunt, int number, int jump)
{
	int			next = number + 1 + jump;

	if (seat_windows_has(hunt->look.work, hunt->look.windows, next))
		return next;
	return next % seat_windows_count(hunt->look.work, hunt->look.windows);
}

/*
 * Goes to a window that is not used up and, in a rush, that nobody works in.
 * False after as many steps as there are windows.
 */
static bool
move_on(Hunt *hunt, int *steps)
{
	BestSearch *search = hunt->search;
	bool		rush = best_search_is_rush(search);
	int			number = search->window.number;

	while (seat_windows_has(hunt->look.work, hunt->look.windows, ++*steps))
	{
		CHECK_FOR_INTERRUPTS();
		number = window_behind(hunt, number, rush ? best_search_jump(search) : 0);
		if (rush && !best_search_claim(search, &hunt->look, number))
			continue;
		if (best_window_looks_used(&hunt->look, number))
			continue;
		best_window_begin(&hunt->look, &search->window, number);
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
	BestSearch *search = hunt->search;
	bool		is_small = seat_windows_is_small(hunt->look.windows);
	int			steps = 0;

	if (is_small && !hunt->look.wish->adjacent)
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
			best_search_is_fresh(search->ahead_over_at))
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
	seat_walk(&round->hunt->look.wish->schedule_id, true, &states);
	for (i = 0; i < states.count; i++)
	{
		if (states.states[i] != 'a')
			continue;
		while (states.ordinals[i] > seat_windows_end(round->hunt->look.windows, number))
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
		round->hunt->look.wish->seat_count;
}

/* Looks into one window as it is now; takes a block or notes what it met. */
static bool
look_into(Round *round, int number, bool may_strand)
{
	Hunt	   *hunt = round->hunt;
	BestSearch *search = hunt->search;

	CHECK_FOR_INTERRUPTS();
	hunt->met_lock = false;
	best_window_begin(&hunt->look, &search->window, number);
	if (take_from_window(hunt, false, PG_INT32_MAX) ||
		(may_strand && take_from_window(hunt, true, PG_INT32_MAX)))
		return true;
	round->notes[number] = (hunt->met_lock ? NOTE_LOCKED : 0) |
		(choose(hunt, true) ? NOTE_STRANDS : 0);
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
			count_free_seats(round) < round->hunt->look.wish->seat_count)
			return false;
		if (!has_enough(round, number))
			continue;
		if (rush && !best_search_claim(round->hunt->search, &round->hunt->look, number))
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

	round.count = seat_windows_count(hunt->look.work, hunt->look.windows);
	round.first = goes_around(hunt) ? (hunt->search->window.number + 1) % round.count : 0;
	round.notes = palloc0(round.count);
	if (look_around(&round))
		return true;
	while (has_note(&round, NOTE_LOCKED) && clock_now() < deadline)
	{
		wait_a_moment(hunt->look.work);
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
	BestSearch *search = hunt->search;
	TimestampTz deadline = clock_now() + WAIT_MS * 1000;
	int32		first = PG_INT32_MIN;
	int64		spare = best_search_is_rush(search) ? SEAT_WINDOW_SEATS : BEST_LOAD_SEATS;

	if (goes_around(hunt) && search->window.before >= PG_INT32_MIN)
		first = (int32) search->window.before + 1;
	for (;;)
	{
		bool		are_all = best_window_load_free(&hunt->look, &search->window, first,
													hunt->look.wish->seat_count + spare);

		hunt->met_lock = false;
		if (take_from_window(hunt, true, PG_INT32_MAX))
			return true;
		if (are_all && (!hunt->met_lock || clock_now() >= deadline))
			return false;
		if (are_all)
			wait_a_moment(hunt->look.work);
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
	const BestWish *wish = hunt->look.wish;

	if (search_ahead(hunt))
		return;
	if (availability_count(hunt->look.work, &wish->schedule_id) < wish->seat_count ||
		!(wish->adjacent ? search_windows(hunt) : search_seats(hunt)))
		errors_no_best_seats(wish->seat_count, wish->adjacent);
}

static void
hold_best(RowWork *work, const BestWish *wish, SeatSet *set)
{
	Schedule	schedule;
	Hunt		hunt = {0};

	if (!schedule_find(work, &wish->schedule_id, &schedule))
		errors_no_such_schedule(&wish->schedule_id);
	schedule_check_open(&schedule, clock_now());
	schedule_lock_limit(work, &schedule, &wish->booker);
	schedule_check_limit(work, &schedule, &wish->booker, wish->seat_count, clock_now());

	memset(set, 0, sizeof(SeatSet));
	hunt.search = best_search_find(wish);
	hunt.look.work = work;
	hunt.look.wish = wish;
	hunt.look.windows = seat_windows_find(work, &wish->schedule_id);
	hunt.look.slot = row_slot(work, row_table(work, TABLE_SEATS));
	hunt.block.work = work;
	hunt.block.wish = wish;
	hunt.block.schedule = &schedule;
	hunt.block.window = &hunt.search->window;
	hunt.block.places = palloc(sizeof(int) * wish->seat_count);
	hunt.block.set = set;
	take_best(&hunt);
	/* the seats were looked for after the schedule was */
	schedule_check_again(work, &schedule);
}
