/*
 * sweep.c - clear away holds that are over.
 *
 * Nothing waits for a sweep: a seat is free at the instant its hold ends. The
 * sweep makes the rows say so.
 *
 * Locking: the seat's row, then the hold's, neither waited for. What somebody
 * else has locked is his business, or the next sweep's.
 */
#include "postgres.h"

#include "access/xact.h"
#include "common/hashfn.h"
#include "fmgr.h"
#include "utils/hsearch.h"

#include "clock.h"
#include "deadline.h"
#include "errors.h"
#include "event.h"
#include "hold_row.h"
#include "seat.h"

PG_FUNCTION_INFO_V1(concert_booking_expire_holds);

static int	expire_batch(RowWork *work, int batch_size);

/* expire_holds(): clears away at most batch_size holds that are over. */
Datum
concert_booking_expire_holds(PG_FUNCTION_ARGS)
{
	RowWork		work;
	int			expired;

	if (PG_ARGISNULL(0))
		errors_argument_null("batch_size");
	if (PG_GETARG_INT32(0) < 1 || PG_GETARG_INT32(0) > 1000000)
		errors_argument_value("batch_size", "Use 1 to 1,000,000.");
	PreventCommandIfReadOnly("expire_holds()");

	row_begin(&work, SEAT_TABLES);
	expired = expire_batch(&work, PG_GETARG_INT32(0));
	row_end(&work);
	PG_RETURN_INT32(expired);
}

/* How many holds of one schedule a sweep has ended. */
typedef struct ScheduleCount
{
	pg_uuid_t	schedule_id;
	int			seats;
} ScheduleCount;

static HTAB *
make_counts(void)
{
	HASHCTL		control = {0};

	control.keysize = sizeof(pg_uuid_t);
	control.entrysize = sizeof(ScheduleCount);
	control.hcxt = CurrentMemoryContext;
	return hash_create("concert_booking expired holds", 16, &control,
					   HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
}

static void
add_count(HTAB *counts, const pg_uuid_t *schedule_id)
{
	bool		found;
	ScheduleCount *count = hash_search(counts, schedule_id, HASH_ENTER, &found);

	if (!found)
		count->seats = 0;
	count->seats++;
}

/* Whether the locked seat's hold is really over. */
static bool
seat_is_lapsed(SeatTable *seats, TupleTableSlot *slot)
{
	TimestampTz deadline;

	return !row_text_is(seats, slot, SEAT_STATUS, "temp_reserved") ||
		!row_get_timestamp(seats, slot, SEAT_HOLD_EXPIRES_AT, &deadline) ||
		deadline_is_over(deadline, clock_now());
}

/*
 * Ends one lapsed hold: its seat and its row are locked without waiting, the
 * seat judged by its newest version. False when it is somebody else's business
 * now.
 */
static bool
expire_hold(RowWork *work, TupleTableSlot *hold_slot, TupleTableSlot *seat_slot)
{
	SeatTable  *seats = row_table(work, TABLE_SEATS);
	HoldTable  *holds = row_table(work, TABLE_HOLDS);

	if (!row_find_uuid(seats, INDEX_ID,
					   row_get_uuid(holds, hold_slot, HOLD_SEAT_ID), seat_slot) ||
		row_lock(work, seats, seat_slot, LockWaitSkip) != TM_Ok ||
		!seat_is_lapsed(seats, seat_slot) ||
		row_lock(work, holds, hold_slot, LockWaitSkip) != TM_Ok)
		return false;
	if (row_text_is(seats, seat_slot, SEAT_STATUS, "temp_reserved") &&
		seat_free_row(work, seat_slot) != TM_Ok)
		return false;
	(void) row_delete_newest(work, holds, hold_slot);
	return true;
}

static void
log_counts(RowWork *work, HTAB *counts)
{
	HASH_SEQ_STATUS status;
	ScheduleCount *count;

	hash_seq_init(&status, counts);
	while ((count = hash_seq_search(&status)) != NULL)
		event_log(work, "holds_expired", &count->schedule_id, NULL,
				  count->seats);
}

/* Where the last batch of this backend was full. */
static BlockNumber sweep_block = 0;

/*
 * Sweeps up to batch_size lapsed holds. The whole table is read: it holds no more
 * than the seats that are held now, and an index on expires_at would cost every
 * hold more than all sweeps together. A long snapshot keeps its dead rows as well:
 * so a batch goes on where the last one was full, and round to there. One that is
 * not full has seen every page.
 */
static int
expire_batch(RowWork *work, int batch_size)
{
	SeatTable  *seats = row_table(work, TABLE_SEATS);
	HoldTable  *holds = row_table(work, TABLE_HOLDS);
	TupleTableSlot *hold_slot = row_slot(work, holds);
	TupleTableSlot *seat_slot = row_slot(work, seats);
	HTAB	   *counts = make_counts();
	TimestampTz now = clock_now();
	RowScan		scan = row_scan_from(holds, sweep_block);
	int			expired = 0;

	while (expired < batch_size && row_scan_next(&scan, hold_slot))
	{
		if (deadline_is_over(hold_row_deadline(work, hold_slot), now) &&
			expire_hold(work, hold_slot, seat_slot))
		{
			add_count(counts, row_get_uuid(holds, hold_slot, HOLD_SCHEDULE_ID));
			expired++;
			sweep_block = ItemPointerGetBlockNumber(&hold_slot->tts_tid);
		}
	}
	row_scan_end(&scan);
	log_counts(work, counts);
	return expired;
}
