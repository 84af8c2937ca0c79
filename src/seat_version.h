/*
 * seat_version.h - the name of what a poll was told.
 */
#ifndef CONCERT_BOOKING_SEAT_VERSION_H
#define CONCERT_BOOKING_SEAT_VERSION_H

/* Two answers of one schedule with the same version are the same. */
typedef struct SeatVersion
{
	int32		layout;			/* the schedule's layout_version */
	uint64		letters;		/* a sum of the letters */
} SeatVersion;

extern SeatVersion seat_version_of(int32 layout, const char *letters, int count);
extern bool seat_version_same(const SeatVersion *a, const SeatVersion *b);
extern char *seat_version_name(const SeatVersion *version);
extern bool seat_version_parse(const char *name, SeatVersion *version);

#endif							/* CONCERT_BOOKING_SEAT_VERSION_H */
