/*
 * seat.h - states of a seat, lock order, claim and free.
 */
#ifndef CONCERT_BOOKING_SEAT_H
#define CONCERT_BOOKING_SEAT_H

#include "booker.h"
#include "errors.h"
#include "row_read.h"
#include "row_write.h"

/* A seat as one booker finds it. */
typedef enum SeatState
{
	SEAT_FREE,
	SEAT_LAPSED,				/* held once; the hold is over */
	SEAT_MINE,					/* held by the booker, live */
	SEAT_HELD,					/* held by somebody else, live */
	SEAT_RESERVED,
	SEAT_BLOCKED
} SeatState;

/* What seats.status says. */
typedef enum SeatStatus
{
	SEAT_STATUS_AVAILABLE,
	SEAT_STATUS_HELD,
	SEAT_STATUS_RESERVED,
	SEAT_STATUS_BLOCKED
} SeatStatus;

typedef struct Seat
{
	pg_uuid_t	id;
	TupleTableSlot *slot;
	TupleTableSlot *hold_slot;	/* the hold's row where has_hold */
	bool		has_hold;
	bool		found;
	SeatState	state;
	TimestampTz deadline;		/* of the hold; valid in LAPSED, MINE, HELD */
	bool		changed;		/* written by this call */
	int32		sold_for;		/* price in the booking, once it is sold */
	text	   *price_type;		/* code; NULL: the full price */
} Seat;

/* The tables that tell what a seat is. */
#define SEAT_TABLES (ROW_TABLES(TABLE_SEATS) | ROW_TABLES(TABLE_HOLDS))

extern Datum seat_status_datum(SeatStatus status);
extern void seat_read(RowWork *work, Seat *seat, const Booker *booker,
					  TimestampTz now);
extern void seat_read_all(RowWork *work, Seat *const *seats, int count,
						  const Booker *booker, TimestampTz now);
extern bool seat_is_claimable(const Seat *seat);
extern TimestampTz seat_undated_deadline(RowWork *work, const pg_uuid_t *id);

extern bool seat_update(RowWork *work, Seat *seat, const Booker *booker,
						const SeatValue *values, int count);
extern bool seat_sell(RowWork *work, Seat *seat, const Booker *booker);
extern bool seat_is_kept_for(RowWork *work, Seat *seat, const pg_uuid_t *booking_id);
extern TM_Result seat_free_row(RowWork *work, TupleTableSlot *slot);
extern bool seat_free(RowWork *work, Seat *seat, const Booker *booker);
extern void seat_reread(RowWork *work, Seat *seat, const Booker *booker);
extern void seat_drop_hold(RowWork *work, Seat *seat);

extern int32 seat_price(RowWork *work, Seat *seat);
extern const pg_uuid_t *seat_schedule_id(RowWork *work, Seat *seat);
extern bool seat_is_of(RowWork *work, Seat *seat, const pg_uuid_t *schedule_id);
extern bool seat_hold_is_of(RowWork *work, Seat *seat, const Booker *booker);
extern List *seat_refuse(RowWork *work, List *refusals, Seat *seat,
						 SeatReason reason);
COMPAT_NORETURN seat_refuse_taken(RowWork *work, Seat *seat,
								  const pg_uuid_t *schedule_id);
extern SeatReason seat_reason(const Seat *seat);

/* The columns of type seat_hold. */
#define SEAT_HOLD_COLUMNS 6

extern void seat_hold_values(RowWork *work, Seat *seat, TimestampTz expires_at,
							 Datum values[SEAT_HOLD_COLUMNS],
							 bool nulls[SEAT_HOLD_COLUMNS]);

#endif							/* CONCERT_BOOKING_SEAT_H */
