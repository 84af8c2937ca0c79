/*
 * seat_set.c - the seats of one call: as they were asked for, and in lock order.
 *
 * Locking: none here. Whoever writes the seats goes along by_id, in ascending id.
 *
 * Memory: the call's query context.
 */
#include "postgres.h"

#include "clock.h"
#include "hold_row.h"
#include "same.h"
#include "seat_set.h"

static int
compare_seats(const void *a, const void *b)
{
	const Seat *const *left = a;
	const Seat *const *right = b;

	return memcmp(&(*left)->id, &(*right)->id, UUID_LEN);
}

/* Makes the set of these seats; they are not read yet. */
void
seat_set_make(SeatSet *set, const pg_uuid_t *ids, int count)
{
	int			i;

	set->count = count;
	set->seats = palloc0(sizeof(Seat) * Max(count, 1));
	set->by_id = palloc(sizeof(Seat *) * Max(count, 1));
	for (i = 0; i < count; i++)
	{
		set->seats[i].id = ids[i];
		set->by_id[i] = &set->seats[i];
	}
	qsort(set->by_id, count, sizeof(Seat *), compare_seats);
}

/* Reads and judges every seat, without locks. */
void
seat_set_read(RowWork *work, SeatSet *set, const Booker *booker, TimestampTz now)
{
	seat_read_all(work, set->by_id, set->count, booker, now);
}

/*
 * Refuses seats that do not exist, and seats of two schedules. Returns the one
 * schedule's id.
 */
const pg_uuid_t *
seat_set_check(RowWork *work, SeatSet *set)
{
	const pg_uuid_t *schedule_id = NULL;
	List	   *unknown = NIL;
	int			i;

	for (i = 0; i < set->count; i++)
	{
		if (!set->seats[i].found)
			unknown = seat_refuse(work, unknown, &set->seats[i],
								  SEAT_REASON_UNKNOWN);
	}
	if (unknown != NIL)
		errors_no_such_seats(unknown);
	for (i = 0; i < set->count; i++)
	{
		const pg_uuid_t *id = seat_schedule_id(work, &set->seats[i]);

		if (schedule_id != NULL && !same_uuid(schedule_id, id))
			errors_two_schedules();
		schedule_id = id;
	}
	return schedule_id;
}

/*
 * Refuses seats that a look without locks shows taken. Returns how many are to
 * be claimed; the others are the booker's already.
 */
int
seat_set_check_free(RowWork *work, SeatSet *set)
{
	List	   *taken = NIL;
	int			claims = 0;
	int			i;

	for (i = 0; i < set->count; i++)
	{
		Seat	   *seat = &set->seats[i];

		if (seat_is_claimable(seat))
			claims++;
		else if (seat->state != SEAT_MINE)
			taken = seat_refuse(work, taken, seat, seat_reason(seat));
	}
	if (taken != NIL)
		errors_seats_taken(taken);
	return claims;
}

/*
 * All seats that the booker has a hold on, live or lapsed, on one schedule or
 * (NULL) on any.
 */
void
seat_set_find_held(RowWork *work, const Booker *booker, const pg_uuid_t *schedule_id,
				   SeatSet *set)
{
	pg_uuid_t  *ids;
	int			count = hold_row_find_seats(work, booker, schedule_id, &ids);

	seat_set_make(set, ids, count);
	seat_set_read(work, set, booker, clock_now());
}

typedef struct OrderedSeat
{
	int32		ordinal;
	Seat		seat;
} OrderedSeat;

static int
compare_ordinals(const void *a, const void *b)
{
	int32		left = ((const OrderedSeat *) a)->ordinal;
	int32		right = ((const OrderedSeat *) b)->ordinal;

	return left < right ? -1 : left > right;
}

/* Puts the set into seat order; by_id is void afterwards. */
void
seat_set_sort_by_ordinal(RowWork *work, SeatSet *set)
{
	SeatTable  *seats = row_table(work, TABLE_SEATS);
	OrderedSeat *ordered = palloc(sizeof(OrderedSeat) * Max(set->count, 1));
	int			i;

	for (i = 0; i < set->count; i++)
	{
		ordered[i].seat = set->seats[i];
		ordered[i].ordinal = set->seats[i].found ?
			row_get_int(seats, set->seats[i].slot, SEAT_ORDINAL) :
			0;
	}
	qsort(ordered, set->count, sizeof(OrderedSeat), compare_ordinals);
	for (i = 0; i < set->count; i++)
		set->seats[i] = ordered[i].seat;
	set->by_id = NULL;
}
