/*
 * seat_walk.h - the states of all seats of a schedule at once.
 */
#ifndef CONCERT_BOOKING_SEAT_WALK_H
#define CONCERT_BOOKING_SEAT_WALK_H

#include "executor/tuptable.h"
#include "utils/relcache.h"
#include "utils/uuid.h"

#include "tables.h"

/* In seat order. A state is a (available), t (held), r (sold) or u (blocked). */
typedef struct SeatStates
{
	int			count;
	char	   *states;
	int32	   *ordinals;		/* if wanted, and of available seats only */
} SeatStates;

extern void seat_walk(const pg_uuid_t *schedule_id, bool with_ordinals,
					  SeatStates *result);
extern TupleTableSlot *seat_walk_find_row(Relation rel, const TableShape *shape,
										  TableIndex search, AttrNumber attno,
										  const pg_uuid_t *id);

#endif							/* CONCERT_BOOKING_SEAT_WALK_H */
