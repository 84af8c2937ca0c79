/*
 * seat_choice.c - which of the free seats are the best.
 *
 * Plain C on an array: nothing here needs a server. test/unit/seat_choice.c
 * compares it with a slow, obvious choice.
 */
#include "postgres.h"

#include "seat_choice.h"

/* Whether two seats of one row are neighbours. */
static bool
are_neighbours(const ChoiceSeat *left, const ChoiceSeat *right)
{
	return left->seat_index + 1 == right->seat_index;
}

/* The end of the run of free neighbours that begins at first. */
static int
run_end(const ChoiceSeat *seats, int row_last, int first)
{
	int			end = first + 1;

	while (end < row_last && seats[end].is_free &&
		   are_neighbours(&seats[end - 1], &seats[end]))
		end++;
	return end;
}

static int
row_end_at(const ChoiceSeat *seats, int count, int first)
{
	int			end = first;

	while (end < count && seats[end].row == seats[first].row)
		end++;
	return end;
}

/*
 * The place in a run that is nearest to the row's middle and leaves no single
 * free seat beside it; -1 where every place would.
 */
static int
place_in_run(int run_first, int run_last, int middle2, int seat_count,
			 bool may_strand)
{
	int			best = -1;
	int			best_distance = PG_INT32_MAX;
	int			first;

	for (first = run_first; first + seat_count <= run_last; first++)
	{
		int			left = first - run_first;
		int			right = run_last - (first + seat_count);
		int			distance = abs(2 * first + seat_count - middle2);

		if (!may_strand && (left == 1 || right == 1))
			continue;
		if (distance < best_distance)
		{
			best = first;
			best_distance = distance;
		}
	}
	return best;
}

/* The best place for adjacent seats in one row; -1 where there is none. */
static int
place_in_row(const ChoiceSeat *seats, int row_first, int row_last, int seat_count,
			 bool may_strand)
{
	int			middle2 = row_first + row_last;
	int			best = -1;
	int			at = row_first;

	while (at < row_last)
	{
		int			end;
		int			place;

		if (!seats[at].is_free)
		{
			at++;
			continue;
		}
		end = run_end(seats, row_last, at);
		place = place_in_run(at, end, middle2, seat_count, may_strand);
		if (place >= 0 &&
			(best < 0 ||
			 abs(2 * place + seat_count - middle2) <
				 abs(2 * best + seat_count - middle2)))
			best = place;
		at = end;
	}
	return best;
}

/*
 * Finds neighbours in the best row that has a place for them, nearest to the
 * row's middle; unless may_strand, they leave no single free seat alone. Puts
 * their positions into block; false where there is no such place.
 */
bool
seat_choice_adjacent(const ChoiceSeat *seats, int count, int seat_count,
					 bool may_strand, int *block)
{
	int			at = 0;
	int			i;

	while (at < count)
	{
		int			end = row_end_at(seats, count, at);
		int			place = place_in_row(seats, at, end, seat_count, may_strand);

		if (place >= 0)
		{
			for (i = 0; i < seat_count; i++)
				block[i] = place + i;
			return true;
		}
		at = end;
	}
	return false;
}

/* Puts the positions of the first free seats into block; false for want of some. */
bool
seat_choice_any(const ChoiceSeat *seats, int count, int seat_count, int *block)
{
	int			found = 0;
	int			i;

	for (i = 0; i < count && found < seat_count; i++)
	{
		if (seats[i].is_free)
			block[found++] = i;
	}
	return found == seat_count;
}
