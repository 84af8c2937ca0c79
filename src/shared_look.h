/*
 * shared_look.h - the last look at the seats of a schedule, for all who poll it.
 */
#ifndef CONCERT_BOOKING_SHARED_LOOK_H
#define CONCERT_BOOKING_SHARED_LOOK_H

#include "datatype/timestamp.h"
#include "utils/uuid.h"

#include "seat_look.h"

/* Whose turn it is to look. */
typedef struct LookTurn
{
	pg_uuid_t	schedule_id;
	TimestampTz began_at;
	uint64		serial;			/* of the look to be replaced; 0: there is none */
} LookTurn;

extern bool shared_look_ask(const pg_uuid_t *schedule_id, const SeatVersion *since,
							LookTurn *turn, SeatNews *news);
extern bool shared_look_publish(const LookTurn *turn, const SeatVersion *since,
								SeatNews *news);

#endif							/* CONCERT_BOOKING_SHARED_LOOK_H */
