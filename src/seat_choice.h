/*
 * seat_choice.h - which of the free seats are the best.
 */
#ifndef CONCERT_BOOKING_SEAT_CHOICE_H
#define CONCERT_BOOKING_SEAT_CHOICE_H

/* Beside no seat_index, which is 32 bits wide. */
#define SEAT_CHOICE_NO_INDEX PG_INT64_MIN

/* A seat to choose from. Seats are in seat order, those of a row together. */
typedef struct ChoiceSeat
{
	int			row;			/* seats of one row have one number */
	int64		seat_index;		/* SEAT_CHOICE_NO_INDEX: it has no neighbours */
	bool		is_free;
} ChoiceSeat;

extern bool seat_choice_adjacent(const ChoiceSeat *seats, int count, int seat_count,
								 bool may_strand, int *block);
extern bool seat_choice_any(const ChoiceSeat *seats, int count, int seat_count, int *block);

#endif							/* CONCERT_BOOKING_SEAT_CHOICE_H */
