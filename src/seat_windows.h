/*
 * seat_windows.h - where the windows of a schedule begin and end.
 */
#ifndef CONCERT_BOOKING_SEAT_WINDOWS_H
#define CONCERT_BOOKING_SEAT_WINDOWS_H

#include "row.h"

/* Seats of a window; the last one of a schedule may have fewer. */
#define SEAT_WINDOW_SEATS 256

/* A schedule of up to so many seats is one window. */
#define SEAT_WINDOWS_SMALL 1024

/* The windows of a schedule as far as somebody wanted to know. */
typedef struct SeatWindows
{
	bool		is_valid;
	pg_uuid_t	schedule_id;
	int32		layout_version;
	int32		total_seats;	/* by the schedule's row: a hint */
	uint64		used;			/* the higher, the later */
	bool		is_complete;	/* nothing is left to walk over */
	int			known;
	int			room;
	int32	   *ends;			/* known ordinals of windows' last seats */
} SeatWindows;

extern SeatWindows *seat_windows_find(RowWork *work, const pg_uuid_t *schedule_id);
extern bool seat_windows_has(RowWork *work, SeatWindows *windows, int number);
extern int	seat_windows_count(RowWork *work, SeatWindows *windows);
extern int	seat_windows_at(const SeatWindows *windows, int32 ordinal);
extern bool seat_windows_is_small(const SeatWindows *windows);
extern int64 seat_windows_before(const SeatWindows *windows, int number);
extern int64 seat_windows_end(const SeatWindows *windows, int number);

#endif							/* CONCERT_BOOKING_SEAT_WINDOWS_H */
