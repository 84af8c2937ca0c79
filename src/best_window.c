/*
 * best_window.c - the seats of one window, read as far as somebody looks.
 *
 * A window is read from its front, BEST_LOAD_SEATS and the rest of a row at a
 * time: the best row that has a place is found without the rows behind it.
 *
 * Locking: none; a seat is judged again when it is taken.
 *
 * Memory: the arrays live in the window's context and grow with what is read. A
 * call looks at all seats through one slot.
 */
#include "postgres.h"

#include "access/nbtree.h"
#include "common/hashfn.h"
#include "utils/fmgroids.h"
#include "utils/memutils.h"

#include "best_window.h"
#include "clock.h"
#include "deadline.h"
#include "seat.h"

static RowScan
scan_from(const BestLook *look, int32 ordinal, ScanDirection direction)
{
	SeatTable  *seats = row_table(look->work, TABLE_SEATS);
	ScanKeyData keys[2];
	bool		forward = direction == ForwardScanDirection;

	row_key_uuid(&keys[0], 1, &look->wish->schedule_id);
	ScanKeyInit(&keys[1], 2,
				forward ? BTGreaterEqualStrategyNumber : BTLessEqualStrategyNumber,
				forward ? F_INT4GE : F_INT4LE, Int32GetDatum(ordinal));
	return row_scan_in(seats, INDEX_SEAT_ORDINAL, 2, keys, direction);
}

/*
 * By the seat's row alone where it tells the hold's end: the hold's row is read
 * when the seat is taken.
 */
static bool
looks_free(RowWork *work, TupleTableSlot *slot, TimestampTz now)
{
	SeatTable  *seats = row_table(work, TABLE_SEATS);
	TimestampTz deadline;

	if (row_text_is(seats, slot, SEAT_STATUS, "available"))
		return true;
	if (!row_text_is(seats, slot, SEAT_STATUS, "temp_reserved"))
		return false;
	if (!row_get_timestamp(seats, slot, SEAT_HOLD_EXPIRES_AT, &deadline))
		deadline = seat_undated_deadline(work, row_get_uuid(seats, slot, SEAT_ID));
	return deadline_is_over(deadline, now);
}

static uint32
text_hash(const text *value)
{
	return hash_bytes((const unsigned char *) VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value));
}

static uint32
row_hash(SeatTable *seats, TupleTableSlot *slot)
{
	text	   *section = row_get_text(seats, slot, SEAT_SECTION);
	text	   *label = row_get_text(seats, slot, SEAT_ROW);
	uint32		hash = 0;

	if (section != NULL)
		hash = text_hash(section);
	if (label != NULL)
		hash = hash_combine(hash, text_hash(label));
	return hash;
}

static void *
more_memory(MemoryContext context, void *old, Size size)
{
	return old == NULL ? MemoryContextAllocHuge(context, size) : repalloc_huge(old, size);
}

/* Room for as many seats again. */
static void
make_room(BestWindow *window)
{
	int			room = Max(window->room * 2, SEAT_WINDOW_SEATS);

	window->seats = more_memory(window->context, window->seats,
								sizeof(ChoiceSeat) * (Size) room);
	window->ids = more_memory(window->context, window->ids,
							  sizeof(pg_uuid_t) * (Size) room);
	window->room = room;
}

/* Adds the seat in the slot. */
static void
add_seat(const BestLook *look, BestWindow *window, TimestampTz now)
{
	SeatTable  *seats = row_table(look->work, TABLE_SEATS);
	ChoiceSeat *seat;
	bool		isnull;
	Datum		seat_index;

	if (window->count == window->room)
		make_room(window);
	window->ids[window->count] = *row_get_uuid(seats, look->slot, SEAT_ID);
	seat = &window->seats[window->count];
	seat->row = window->row;
	seat_index = row_get(seats, look->slot, SEAT_INDEX, &isnull);
	seat->seat_index = isnull ? SEAT_CHOICE_NO_INDEX : DatumGetInt32(seat_index);
	seat->is_free = looks_free(look->work, look->slot, now);
	window->count++;
}

/*
 * The row that the window before ends in; false where there is none. (The seat at
 * its end may be gone.)
 */
static bool
find_row_before(const BestLook *look, int64 ordinal, uint32 *hash)
{
	SeatTable  *seats = row_table(look->work, TABLE_SEATS);
	RowScan		scan = scan_from(look, (int32) ordinal, BackwardScanDirection);
	bool		found = row_scan_next(&scan, look->slot);

	row_scan_end(&scan);
	if (found)
		*hash = row_hash(seats, look->slot);
	return found;
}

/* Begins to read a window that there is; no seat is loaded yet. */
void
best_window_begin(const BestLook *look, BestWindow *window, int number)
{
	bool		exists = seat_windows_has(look->work, look->windows, number);

	Assert(exists);
	window->number = -1;
	window->before = seat_windows_before(look->windows, exists ? number : 0);
	window->end = seat_windows_end(look->windows, exists ? number : 0);
	window->loaded_at = clock_now();
	window->count = 0;
	window->is_whole = false;
	window->passed = 0;
	window->passed_end = 0;
	window->row = 0;
	window->row_before = 0;
	window->next_ordinal = (int32) Max(window->before, PG_INT32_MIN - INT64CONST(1)) + 1;
	window->in_tail = look->wish->adjacent && number > 0 &&
		find_row_before(look, window->before, &window->row_before);
	window->number = number;
}

/* Notes that a row begins; drops the rest of one that the window before has whole. */
static void
begin_row(BestWindow *window, uint32 hash)
{
	if (window->in_tail && window->row > 0 && window->passed <= SEAT_WINDOW_SEATS)
		window->count = 0;
	window->in_tail = window->in_tail && window->row == 0 &&
		hash == window->row_before;
	window->row++;
	window->row_before = hash;
}

/*
 * Loads some more of the window begun: BEST_LOAD_SEATS, and on to the end of a row;
 * for adjacent seats the last row is followed behind the window's end (for as many
 * seats again at most).
 */
void
best_window_load_more(const BestLook *look, BestWindow *window)
{
	SeatTable  *seats = row_table(look->work, TABLE_SEATS);
	int			number = window->number;
	bool		adjacent = look->wish->adjacent;
	int			enough = window->count + Max(BEST_LOAD_SEATS, window->count / 4);
	TimestampTz now = clock_now();
	RowScan		scan = scan_from(look, window->next_ordinal, ForwardScanDirection);
	bool		is_whole = true;

	window->number = -1;
	while (row_scan_next(&scan, look->slot))
	{
		int32		ordinal = row_get_int(seats, look->slot, SEAT_ORDINAL);
		uint32		hash = row_hash(seats, look->slot);
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
		if (best_wish_is_met(look->wish, seats, look->slot))
			add_seat(look, window, now);
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
bool
best_window_load_free(const BestLook *look, BestWindow *window, int32 first,
					  int64 enough)
{
	SeatTable  *seats = row_table(look->work, TABLE_SEATS);
	TimestampTz now = clock_now();
	int32		ordinal = first;
	bool		is_wrapped = false;

	window->number = -1;
	window->loaded_at = now;
	window->count = 0;
	window->row = 1;
	for (;;)
	{
		RowScan		scan = scan_from(look, ordinal, ForwardScanDirection);

		while (window->count < enough && row_scan_next(&scan, look->slot))
		{
			ordinal = row_get_int(seats, look->slot, SEAT_ORDINAL);
			if (is_wrapped && ordinal >= first)
				break;
			if (looks_free(look->work, look->slot, now) &&
				best_wish_is_met(look->wish, seats, look->slot))
				add_seat(look, window, now);
		}
		row_scan_end(&scan);
		if (is_wrapped || first == PG_INT32_MIN || window->count >= enough)
			break;
		is_wrapped = true;
		ordinal = PG_INT32_MIN;
	}
	window->is_whole = true;
	window->number = seat_windows_at(look->windows, ordinal);
	window->before = seat_windows_before(look->windows, window->number);
	return window->count < enough;
}

/*
 * Whether a window looks used up, by its last seat alone: windows are sold from
 * the front.
 */
bool
best_window_looks_used(const BestLook *look, int number)
{
	int64		end = seat_windows_end(look->windows, number);
	RowScan		scan = scan_from(look, (int32) Min(end, PG_INT32_MAX),
								 BackwardScanDirection);
	bool		used = row_scan_next(&scan, look->slot) &&
		!looks_free(look->work, look->slot, clock_now());

	row_scan_end(&scan);
	return used;
}

/*
 * Chooses seats of what is loaded and puts their positions into block; false where
 * there are none.
 */
bool
best_window_choose(const BestWindow *window, const BestWish *wish, bool may_strand,
				   int *block)
{
	if (wish->adjacent)
		return seat_choice_adjacent(window->seats, window->count, wish->seat_count,
									may_strand, block);
	return seat_choice_any(window->seats, window->count, wish->seat_count, block);
}
