/*
 * pending.c - the seats that are kept for a booking while it is being paid.
 *
 * The hold of such a seat names the booking and lasts until pay_by; to everybody
 * else it is somebody's hold, and over when it is over. So the seats of a booking
 * that was not paid in time are free without anybody's work.
 *
 * Locking: the booking's row is locked by the caller, then seats in ascending id,
 * then their holds and lines. Seats are locked before any is written, because a
 * payment is settled either way and must not leave half of a claim behind.
 *
 * Memory: the call's query context.
 */
#include "postgres.h"

#include "clock.h"
#include "errors.h"
#include "event.h"
#include "pending.h"

/* Reads the booking in slot with its lines. */
void
pending_read(RowWork *work, TupleTableSlot *slot, Pending *pending)
{
	pending->slot = slot;
	booking_read(work, slot, &pending->booking);
	pending->lines = booking_find_seats(work, &pending->booking.id, &pending->count);
	booking_make_set(&pending->seats, pending->lines, pending->count);
}

/* Whether the booking can have the seat: it is kept for it, or free. */
static bool
is_to_be_had(RowWork *work, Seat *seat, const Booking *booking)
{
	return seat->found && seat_is_of(work, seat, &booking->schedule_id) &&
		(seat_is_kept_for(work, seat, &booking->id) || seat_is_claimable(seat));
}

/* Locks one seat; whether the booking can have it. */
static bool
lock_seat(RowWork *work, Seat *seat, const Booking *booking)
{
	Booker		nobody = {0};

	seat_read(work, seat, &nobody, clock_now());
	if (!seat->found)
		return false;
	seat_reread(work, seat, &nobody);
	return is_to_be_had(work, seat, booking);
}

/*
 * Locks the seats; whether all of them are to be had: kept for the booking, or
 * free. It stops at the first that is not.
 */
bool
pending_lock_seats(RowWork *work, Pending *pending)
{
	int			i;

	for (i = 0; i < pending->count; i++)
	{
		if (!lock_seat(work, pending->seats.by_id[i], &pending->booking))
			return false;
	}
	return pending->count > 0;
}

/*
 * Writes one seat as sold that this call has locked. An owner's trigger on another
 * seat may have written it since; a transaction's snapshot may be older than it.
 */
static void
sell_seat(RowWork *work, Seat *seat, const Booking *booking)
{
	Booker		nobody = {0};

	if (seat_sell(work, seat, &nobody))
		return;
	if (!is_to_be_had(work, seat, booking) || !seat_sell(work, seat, &nobody))
		errors_serialization();
}

/*
 * Sells the seats, which pending_lock_seats() has found to be had. The schedule's
 * counts, which come last, are for the caller to change.
 */
void
pending_sell(RowWork *work, Pending *pending, const Schedule *schedule,
			 bool is_paid, TimestampTz now)
{
	Booking    *booking = &pending->booking;
	int			i;

	for (i = 0; i < pending->count; i++)
		sell_seat(work, pending->seats.by_id[i], booking);
	for (i = 0; i < pending->count; i++)
		seat_drop_hold(work, pending->seats.by_id[i]);
	for (i = 0; i < pending->count; i++)
		booking_begin_seat(work, pending->lines[i].slot);
	booking_confirm(work, pending->slot, is_paid, schedule->refund_ladder, now);
	booking->status = "confirmed";
	event_log(work, "booking_confirmed", &booking->schedule_id, &booking->id,
			  pending->count);
}

/*
 * Sets one seat free that is still kept for the booking. After somebody's change it
 * is judged again and locked, so that a second change is one that the
 * transaction's snapshot does not see.
 */
static void
free_seat(RowWork *work, Seat *seat, const Booking *booking)
{
	Booker		nobody = {0};

	seat_read(work, seat, &nobody, clock_now());
	if (!seat_is_kept_for(work, seat, &booking->id) || seat_free(work, seat, &nobody))
		return;
	if (seat_is_kept_for(work, seat, &booking->id) && !seat_free(work, seat, &nobody))
		errors_serialization();
}

/* Sets the seats free that are still kept for the booking. */
void
pending_free_seats(RowWork *work, Pending *pending)
{
	int			i;

	for (i = 0; i < pending->count; i++)
		free_seat(work, pending->seats.by_id[i], &pending->booking);
	for (i = 0; i < pending->count; i++)
	{
		if (pending->seats.by_id[i]->changed)
			seat_drop_hold(work, pending->seats.by_id[i]);
	}
}
