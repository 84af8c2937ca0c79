/*
 * seat_look.h - what a schedule's seats were when somebody looked, and since when.
 */
#ifndef CONCERT_BOOKING_SEAT_LOOK_H
#define CONCERT_BOOKING_SEAT_LOOK_H

#include "seat_version.h"

/* What a poll is told: all letters, or, where these are NULL, the changes. */
typedef struct SeatNews
{
	SeatVersion version;
	int			seat_count;
	char	   *letters;		/* of all seats, in seat order */
	int			change_count;
	int32	   *positions;		/* of what changed, from 1 */
	char	   *changed;		/* their letters */
} SeatNews;

/* In so many bytes as seat_look_size() says. */
typedef struct SeatLook SeatLook;

extern Size seat_look_size(int seat_count);
extern void seat_look_begin(SeatLook *look, const SeatNews *seen);
extern bool seat_look_fits(const SeatLook *look, const SeatNews *seen);
extern void seat_look_renew(SeatLook *look, const SeatNews *seen);
extern void seat_look_tell(SeatLook *look, const SeatVersion *since, SeatNews *news);

#endif							/* CONCERT_BOOKING_SEAT_LOOK_H */
