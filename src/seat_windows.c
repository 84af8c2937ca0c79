/*
 * seat_windows.c - where the windows of a schedule begin and end.
 *
 * A window is the next SEAT_WINDOW_SEATS seats in seat order. Ordinals may have
 * gaps as wide as somebody liked to type, so the seats are counted: a walk over
 * the index of the seat order, entries only, goes as far as a window is asked
 * for and notes where each one ends. What was found is kept as long as the
 * schedule's layout_version and number of seats stay. Where that number is what
 * lies between the first and the last ordinal, there are no gaps and nothing to
 * walk over: so are the seats numbered that generate_seats() and import_seats()
 * make.
 *
 * The windows divide all numbers that an ordinal can be: the first one begins
 * before all and the last one ends behind all. So every seat is in one window,
 * whatever has changed since the walk; only how many are in it may be another
 * number. The same goes for entries of seats that are dead: they are counted.
 *
 * Locking: none.
 *
 * Memory: four bytes a window, for SCHEDULES schedules, as long as the backend
 * lives. An end counts only when it is written, and a walk that was broken off
 * goes on behind the last one.
 */
#include "postgres.h"

#include "access/itup.h"
#include "utils/fmgroids.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

#include "row_read.h"
#include "same.h"
#include "seat_windows.h"

/* Of how many schedules a backend remembers the windows. */
#define SCHEDULES 8

static SeatWindows remembered[SCHEDULES];
static uint64 uses = 0;

static SeatWindows *
least_used(void)
{
	SeatWindows *oldest = &remembered[0];
	int			i;

	for (i = 1; i < SCHEDULES; i++)
	{
		if (remembered[i].used < oldest->used)
			oldest = &remembered[i];
	}
	return oldest;
}

/*
 * The windows of a schedule, remembered or begun. The schedule's number of seats
 * only decides whether it is small: if somebody wrote a wrong one by hand, a
 * window is large or a small schedule has several.
 */
SeatWindows *
seat_windows_find(RowWork *work, const pg_uuid_t *schedule_id)
{
	ScheduleTable *schedules = row_table(work, TABLE_SCHEDULES);
	TupleTableSlot *slot = row_slot(work, schedules);
	bool		found = row_find_again(schedules, schedule_id, slot);
	int32		version = found ? row_get_int(schedules, slot, SCHEDULE_LAYOUT_VERSION) : 0;
	int32		total = found ? row_get_int(schedules, slot, SCHEDULE_TOTAL_SEATS) : 0;
	SeatWindows *windows;
	int			i;

	for (i = 0; i < SCHEDULES; i++)
	{
		windows = &remembered[i];
		if (!windows->is_valid || windows->layout_version != version ||
			windows->total_seats != total ||
			!same_uuid(&windows->schedule_id, schedule_id))
			continue;
		windows->used = ++uses;
		return windows;
	}
	windows = least_used();
	windows->schedule_id = *schedule_id;
	windows->layout_version = version;
	windows->total_seats = total;
	windows->used = ++uses;
	windows->known = 0;
	windows->is_complete = total <= SEAT_WINDOWS_SMALL;
	windows->is_valid = true;
	return windows;
}

static void
add_end(SeatWindows *windows, int32 ordinal)
{
	if (windows->known == windows->room)
	{
		int			room = Max(windows->room * 2, 64);
		Size		size = sizeof(int32) * (Size) room;

		windows->ends = windows->ends == NULL ?
			MemoryContextAlloc(TopMemoryContext, size) :
			repalloc_huge(windows->ends, size);
		windows->room = room;
	}
	windows->ends[windows->known] = ordinal;
	windows->known++;
}

/* The lowest ordinal or the highest; false where there is no seat. */
static bool
find_edge(RowWork *work, const SeatWindows *windows, ScanDirection direction,
		  int32 *ordinal)
{
	SeatTable  *seats = row_table(work, TABLE_SEATS);
	TupleTableSlot *slot = row_slot(work, seats);
	ScanKeyData key;
	RowScan		scan;
	bool		found;

	row_key_uuid(&key, 1, &windows->schedule_id);
	scan = row_scan_in(seats, INDEX_SEAT_ORDINAL, 1, &key, direction);
	found = row_scan_next(&scan, slot);
	row_scan_end(&scan);
	if (found)
		*ordinal = row_get_int(seats, slot, SEAT_ORDINAL);
	return found;
}

/* The windows of a schedule whose seats are numbered without a gap. */
static void
number_through(RowWork *work, SeatWindows *windows)
{
	int32		first;
	int32		last;
	int64		end;

	if (!find_edge(work, windows, ForwardScanDirection, &first) ||
		!find_edge(work, windows, BackwardScanDirection, &last) ||
		(int64) last - first + 1 != windows->total_seats)
		return;
	for (end = (int64) first + SEAT_WINDOW_SEATS - 1; end < last; end += SEAT_WINDOW_SEATS)
	{
		CHECK_FOR_INTERRUPTS();
		add_end(windows, (int32) end);
	}
	windows->is_complete = true;
}

/* Goes on until the end of a window is known, or to the last seat. */
static void
walk_to(RowWork *work, SeatWindows *windows, int number)
{
	SeatTable  *seats = row_table(work, TABLE_SEATS);
	Relation	index = index_open(seats->table.shape->index[INDEX_SEAT_ORDINAL],
								   AccessShareLock);
	IndexScanDesc scan = compat_index_beginscan(seats->table.rel, index,
												GetActiveSnapshot(), 2);
	ScanKeyData keys[2];
	int			count = 0;
	int32		ordinal = 0;
	bool		isnull;

	row_key_uuid(&keys[0], 1, &windows->schedule_id);
	if (windows->known > 0)
		ScanKeyInit(&keys[1], 2, BTGreaterStrategyNumber, F_INT4GT,
					Int32GetDatum(windows->ends[windows->known - 1]));
	else
		ScanKeyInit(&keys[1], 2, BTGreaterEqualStrategyNumber, F_INT4GE,
					Int32GetDatum(PG_INT32_MIN));
	scan->xs_want_itup = true;
	index_rescan(scan, keys, 2, NULL, 0);
	while (windows->known <= number)
	{
		CHECK_FOR_INTERRUPTS();
		if (index_getnext_tid(scan, ForwardScanDirection) == NULL)
		{
			windows->is_complete = true;
			break;
		}
		if (count == SEAT_WINDOW_SEATS)
		{
			add_end(windows, ordinal);
			count = 0;
		}
		count++;
		ordinal = DatumGetInt32(index_getattr(scan->xs_itup, 2, scan->xs_itupdesc,
											  &isnull));
	}
	index_endscan(scan);
	index_close(index, NoLock);
}

/* Whether there is a window of that number; if so, its end is known then. */
bool
seat_windows_has(RowWork *work, SeatWindows *windows, int number)
{
	if (!windows->is_complete && windows->known == 0)
		number_through(work, windows);
	if (!windows->is_complete && windows->known <= number)
		walk_to(work, windows, number);
	return number <= windows->known;
}

/* How many windows there are, at the cost of a walk to the end. */
int
seat_windows_count(RowWork *work, SeatWindows *windows)
{
	(void) seat_windows_has(work, windows, PG_INT32_MAX - 1);
	return windows->known + 1;
}

/* The window of an ordinal, among those that are known. */
int
seat_windows_at(const SeatWindows *windows, int32 ordinal)
{
	int			low = 0;
	int			high = windows->known;

	while (low < high)
	{
		int			middle = low + (high - low) / 2;

		if (windows->ends[middle] < ordinal)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* A schedule that is one window is looked at as a whole. */
bool
seat_windows_is_small(const SeatWindows *windows)
{
	return windows->is_complete && windows->known == 0;
}

/* The seats of a window have higher ordinals than this. */
int64
seat_windows_before(const SeatWindows *windows, int number)
{
	Assert(number <= windows->known);
	return number > 0 ? windows->ends[number - 1] : PG_INT64_MIN;
}

/* And none that is higher than this. */
int64
seat_windows_end(const SeatWindows *windows, int number)
{
	return number < windows->known ? windows->ends[number] : PG_INT64_MAX;
}
