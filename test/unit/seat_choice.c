/*
 * seat_choice.c - the choice of the best seats, without a server.
 *
 * Prints TAP. First some rows whose right answer is written down; then the choice
 * is compared with a slow, obvious one: for every state of every row of up to ten
 * seats, and in thousands of random halls. The numbers are not random in another
 * run: the generator is this file's own and begins where it always does.
 *
 * A row is written as text: a free seat 'o', a taken one 'x', a free seat without
 * an index '?', an aisle ' ', and '/' between two rows.
 */
#include "postgres.h"

#include <stdio.h>
#include <string.h>

#include "../../src/seat_choice.h"

#define MOST_SEATS 400
#define MOST_WANTED 9
#define HALLS 20000

/* Seats to choose from, and behind them one that nobody may look at. */
typedef struct Hall
{
	int			count;
	ChoiceSeat	seats[MOST_SEATS + 1];
} Hall;

static int	tests = 0;
static int	failures = 0;

static void
ok(bool good, const char *what)
{
	tests++;
	if (!good)
		failures++;
	printf("%s %d - %s\n", good ? "ok" : "not ok", tests, what);
}

/* -------- the slow, obvious choice -------- */

static bool
is_neighbour_free(const Hall *hall, int left, int right)
{
	return left >= 0 && right < hall->count &&
		hall->seats[left].is_free && hall->seats[right].is_free &&
		hall->seats[left].row == hall->seats[right].row &&
		hall->seats[left].seat_index + 1 == hall->seats[right].seat_index;
}

/* Whether all these seats are free, and each is the neighbour of the one before. */
static bool
is_block(const Hall *hall, int first, int wanted)
{
	if (first + wanted > hall->count || !hall->seats[first].is_free)
		return false;
	for (int i = first + 1; i < first + wanted; i++)
	{
		if (!is_neighbour_free(hall, i - 1, i))
			return false;
	}
	return true;
}

/* Whether the seat beside the block would be the only free one there. */
static bool
leaves_one_alone(const Hall *hall, int first, int wanted)
{
	int			last = first + wanted - 1;

	return (is_neighbour_free(hall, first - 1, first) && !is_neighbour_free(hall, first - 2, first - 1)) ||
		(is_neighbour_free(hall, last, last + 1) && !is_neighbour_free(hall, last + 1, last + 2));
}

/* Twice the distance between the middle of the block and the middle of its row. */
static int
distance(const Hall *hall, int first, int wanted)
{
	int			row_first = first;
	int			row_last = first;

	while (row_first > 0 && hall->seats[row_first - 1].row == hall->seats[first].row)
		row_first--;
	while (row_last + 1 < hall->count && hall->seats[row_last + 1].row == hall->seats[first].row)
		row_last++;
	return abs((first + first + wanted - 1) - (row_first + row_last));
}

/* Every block there is is looked at; the better one stays. -1: there is none. */
static int
best_block(const Hall *hall, int wanted, bool may_strand)
{
	int			best = -1;

	for (int first = 0; first < hall->count; first++)
	{
		if (!is_block(hall, first, wanted) ||
			(!may_strand && leaves_one_alone(hall, first, wanted)))
			continue;
		if (best < 0 ||
			(hall->seats[first].row == hall->seats[best].row &&
			 distance(hall, first, wanted) < distance(hall, best, wanted)))
			best = first;
	}
	return best;
}

/* -------- comparing -------- */

/* Behind the last seat comes one that would be taken gladly, if it were looked at. */
static void
tempt(Hall *hall)
{
	ChoiceSeat *bait = &hall->seats[hall->count];

	*bait = (ChoiceSeat){.is_free = true};
	if (hall->count > 0)
	{
		*bait = bait[-1];
		bait->seat_index++;
		bait->is_free = true;
	}
}

static bool
agrees_adjacent(const Hall *hall, int wanted, bool may_strand)
{
	int			block[MOST_SEATS];
	int			expected = best_block(hall, wanted, may_strand);
	bool		found = seat_choice_adjacent(hall->seats, hall->count, wanted, may_strand, block);

	if (found != (expected >= 0))
		return false;
	for (int i = 0; found && i < wanted; i++)
	{
		if (block[i] != expected + i)
			return false;
	}
	return true;
}

static bool
agrees_any(const Hall *hall, int wanted)
{
	int			block[MOST_SEATS];
	int			free_seats = 0;
	bool		found = seat_choice_any(hall->seats, hall->count, wanted, block);

	for (int i = 0; i < hall->count; i++)
	{
		if (!hall->seats[i].is_free)
			continue;
		if (found && free_seats < wanted && block[free_seats] != i)
			return false;
		free_seats++;
	}
	return found == (free_seats >= wanted);
}

/* -------- rows whose right answer is written down -------- */

static void
read_hall(Hall *hall, const char *text)
{
	int			row = 1;
	int64		seat_index = 1;

	hall->count = 0;
	for (; *text != '\0'; text++)
	{
		if (*text == '/')
			row++;
		else if (*text != ' ')
			hall->seats[hall->count++] = (ChoiceSeat){
				.row = row,
				.seat_index = *text == '?' ? SEAT_CHOICE_NO_INDEX : seat_index,
				.is_free = *text != 'x'
			};
		seat_index = *text == '/' ? 1 : seat_index + 1;
	}
	tempt(hall);
}

/* What is chosen, as positions from 0; "none". */
static void
chooses(const char *what, const char *text, const char *wish, const char *expected)
{
	Hall		hall;
	int			block[MOST_SEATS];
	int			wanted = wish[0] - '0';
	char		answer[100] = "";
	bool		found;

	read_hall(&hall, text);
	if (strcmp(wish + 1, " apart") == 0)
		found = seat_choice_any(hall.seats, hall.count, wanted, block);
	else
		found = seat_choice_adjacent(hall.seats, hall.count, wanted,
									 strcmp(wish + 1, " anyhow") == 0, block);
	for (int i = 0; found && i < wanted; i++)
		snprintf(answer + strlen(answer), sizeof(answer) - strlen(answer), "%s%d", i == 0 ? "" : " ", block[i]);
	ok(strcmp(found ? answer : "none", expected) == 0, what);
}

static void
test_rows(void)
{
	chooses("two seats come from the middle of the row", "oooooooooo", "2", "4 5");
	chooses("of two places as near to the middle the lower one is chosen", "ooooo", "2 anyhow", "1 2");
	chooses("the first row that has a place is the best", "xxoox/ooooo", "2", "2 3");
	chooses("no single seat is left alone", "ooooo", "2", "0 1");
	chooses("also where the row's middle is elsewhere", "xxxxxooox", "2", "none");
	chooses("but for want of a better place one may be", "xxxxxooox", "2 anyhow", "5 6");
	chooses("a row further back is better than a seat left alone", "ooo/oooo", "2", "3 4");
	chooses("seats beside an aisle are no neighbours", "oo oo", "3", "none");
	chooses("a seat without an index has no neighbour", "oo?oo", "3 anyhow", "none");
	chooses("and can be had alone", "xx?xx", "1", "2");
	chooses("the end of a row and the begin of the next are no neighbours", "xxxoo/ooxxx", "3 anyhow", "none");
	chooses("seats apart are the first free ones", "xoxo/oo", "3 apart", "1 3 4");
	chooses("fewer free seats than wanted are not enough", "xoxo/xx", "3 apart", "none");
	chooses("where there is no seat, none is chosen", "", "1", "none");
	chooses("nor apart", "", "1 apart", "none");
}

/* -------- every row of up to ten seats -------- */

static void
test_every_row(void)
{
	Hall		hall;
	bool		good = true;

	for (int seats = 0; seats <= 10; seats++)
	{
		for (int states = 0; states < 1 << seats; states++)
		{
			hall.count = seats;
			for (int i = 0; i < seats; i++)
				hall.seats[i] = (ChoiceSeat){1, i + 1, (states >> i & 1) != 0};
			tempt(&hall);
			for (int wanted = 1; wanted <= seats + 1; wanted++)
				good = good && agrees_adjacent(&hall, wanted, false) &&
					agrees_adjacent(&hall, wanted, true) && agrees_any(&hall, wanted);
		}
	}
	ok(good, "every state of every row of up to ten seats");
}

/* -------- random halls -------- */

static uint32_t dice_state = 20260701;

/* A number below bound, the same ones in each run (xorshift). */
static int
dice(int bound)
{
	dice_state ^= dice_state << 13;
	dice_state ^= dice_state >> 17;
	dice_state ^= dice_state << 5;
	return (int) (dice_state % (uint32_t) bound);
}

/* Up to ten rows of one to forty seats with aisles, gaps and seats without an index. */
static void
throw_hall(Hall *hall)
{
	int			free_percent = 5 + dice(95);
	int			gap_percent = dice(3) == 0 ? dice(30) : 0;
	int			rows = 1 + dice(10);

	hall->count = 0;
	for (int row = 1; row <= rows; row++)
	{
		int64		seat_index = dice(50) - 10;

		for (int i = dice(40); i >= 0; i--)
		{
			seat_index += dice(100) < gap_percent ? dice(4) : 1;
			hall->seats[hall->count++] = (ChoiceSeat){
				.row = row,
				.seat_index = dice(50) == 0 ? SEAT_CHOICE_NO_INDEX : seat_index,
				.is_free = dice(100) < free_percent
			};
		}
	}
	tempt(hall);
}

static void
test_random_halls(void)
{
	Hall		hall;
	int			bad = 0;
	int			with_block = 0;
	int			only_stranding = 0;
	char		what[100];

	for (int number = 0; number < HALLS; number++)
	{
		int			wanted = 1 + dice(MOST_WANTED);

		throw_hall(&hall);
		if (!agrees_adjacent(&hall, wanted, false) ||
			!agrees_adjacent(&hall, wanted, true) || !agrees_any(&hall, wanted))
		{
			if (bad++ == 0)
				printf("# hall %d, %d seats wanted\n", number, wanted);
		}
		if (best_block(&hall, wanted, false) >= 0)
			with_block++;
		else if (best_block(&hall, wanted, true) >= 0)
			only_stranding++;
	}
	snprintf(what, sizeof(what), "%d random halls", HALLS);
	ok(bad == 0, what);
	printf("# %d have a place, %d only one that leaves a seat alone\n", with_block, only_stranding);
	ok(with_block > HALLS / 4 && with_block < HALLS && only_stranding > HALLS / 100,
	   "with and without a place in them");
}

int
main(void)
{
	test_rows();
	test_every_row();
	test_random_halls();
	printf("1..%d\n", tests);
	return failures == 0 ? 0 : 1;
}
