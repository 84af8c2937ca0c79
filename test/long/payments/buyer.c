/*
 * buyer.c
 *		What buyers do, and the webhooks of their payments.
 *
 * A buyer takes a party of free seats, begins to pay, and goes through one of the
 * stories below; the provider writes down what it charged, and its webhook calls
 * until it is answered, at once or later, from one connection or from three.
 *
 * Schedules of the first kind are hot: few seats for everybody, whose payments
 * have little time. The others are cold: seats are dealt to the buyers in parties,
 * and come back when they are given up.
 */
#include <stdlib.h>
#include <string.h>

#include "driver.h"

#define HOT_SCHEDULES	8		/* as in world.sql, like the next two */
#define HOT_SEATS		60
#define COLD_SEATS		1000
#define FIRST_COLD		100000	/* number of the first cold seat */
#define CONNECTIONS		3		/* from which one webhook may come at once */
#define MOST_PARTY		3
#define MOST_LATER		256		/* webhooks that wait, for one buyer */
#define MOST_BOOKED		64		/* bookings that a buyer remembers */
#define LATEST_US		500000

typedef struct Party
{
	int			number;			/* of a cold one; -1: hot */
	int			schedule;
	int			size;
	int			seats[MOST_PARTY];
} Party;

typedef struct Booking
{
	Party		party;
	char		id[ID_SIZE];
	char		booker[ID_SIZE];
	int64_t		total;
} Booking;

typedef struct Later
{
	Charge		charge;
	int64_t		at_us;
} Later;

typedef struct Buyer
{
	Rng			rng;
	Session		sessions[CONNECTIONS];
	int		   *parties;		/* free cold ones: a ring */
	int			party_count;
	int			party_first;
	int			party_room;
	int			booked_count;
	Booking		booked[MOST_BOOKED];
	int			later_count;
	Later		later[MOST_LATER];
} Buyer;

int64_t		payments_wanted = 1000;
int			buyer_count = 16;
int			cold_seats = 1000;
uint64_t	seed = 1;
atomic_llong stories[STORY_COUNT];

const char *const story_names[STORY_COUNT] = {
	[STORY_PAYS] = "paid", [STORY_PAYS_LATE] = "late", [STORY_TWO_PARTS] = "two_parts",
	[STORY_TOO_LITTLE] = "too_little", [STORY_TOO_MUCH] = "too_much", [STORY_TWICE] = "paid_twice",
	[STORY_GIVES_UP_AND_PAYS] = "given_up", [STORY_NEVER] = "never_paid", [STORY_UNKNOWN] = "unknown",
	[STORY_BOOKS_FIRST] = "booked_first", [STORY_AFTER_CANCEL] = "after_cancel", [STORY_TOLD_AGAIN] = "told_again",
	[STORY_AT_ONCE] = "told_at_once", [STORY_OTHER_AMOUNT] = "other_amount"
};

/* In proportion; what is drawn otherwise has none. */
static const int weights[STORY_COUNT] = {
	[STORY_PAYS] = 62, [STORY_PAYS_LATE] = 10, [STORY_TWO_PARTS] = 4, [STORY_TOO_LITTLE] = 2,
	[STORY_TOO_MUCH] = 4, [STORY_TWICE] = 4, [STORY_GIVES_UP_AND_PAYS] = 4, [STORY_NEVER] = 2,
	[STORY_UNKNOWN] = 3, [STORY_BOOKS_FIRST] = 5
};

static atomic_llong bookers;

/* -------- seats -------- */

static void
write_seat(char *id, int seat)
{
	snprintf(id, ID_SIZE, "00000000-0000-7000-8000-%lld", 100000000000LL + seat);
}

void
write_schedule(char *id, int schedule)
{
	snprintf(id, ID_SIZE, "00000000-0000-7000-9000-%lld", 100000000000LL + schedule);
}

/* Seven parties have ten seats. */
static Party
cold_party(int number)
{
	static const int sizes[] = {1, 1, 2, 1, 3, 1, 1};
	static const int first[] = {0, 1, 2, 4, 5, 8, 9};
	Party		party = {.number = number, .size = sizes[number % 7]};
	int			seat = number / 7 * 10 + first[number % 7];

	party.schedule = HOT_SCHEDULES + seat / COLD_SEATS;
	for (int i = 0; i < party.size; i++)
		party.seats[i] = FIRST_COLD + seat + i;
	return party;
}

static Party
hot_party(Rng *rng)
{
	Party		party = {.number = -1, .schedule = rng_below(rng, HOT_SCHEDULES), .size = 1 + rng_below(rng, MOST_PARTY)};
	int			seat = rng_below(rng, HOT_SEATS - MOST_PARTY);

	for (int i = 0; i < party.size; i++)
		party.seats[i] = party.schedule * HOT_SEATS + seat + i;
	return party;
}

static void
give_back(Buyer *buyer, const Party *party)
{
	if (party->number >= 0)
		buyer->parties[(buyer->party_first + buyer->party_count++) % buyer->party_room] = party->number;
}

static Party
choose_party(Buyer *buyer)
{
	Party		party;

	if (buyer->party_count == 0 || rng_chance(&buyer->rng, 0.15))
		return hot_party(&buyer->rng);
	party = cold_party(buyer->parties[buyer->party_first]);
	buyer->party_first = (buyer->party_first + 1) % buyer->party_room;
	buyer->party_count--;
	return party;
}

static void
write_seats(char *array, const Party *party, int count)
{
	char		id[ID_SIZE];

	strcpy(array, "{");
	for (int i = 0; i < count; i++)
	{
		write_seat(id, party->seats[i]);
		strcat(strcat(array, i > 0 ? "," : ""), id);
	}
	strcat(array, "}");
}

/* -------- webhooks -------- */

/* Tell it from so many connections at once, and go on until one is answered. */
static void
tell(Buyer *buyer, const Charge *charge, int connections)
{
	char		amount[VALUE_SIZE],
				reference[VALUE_SIZE];
	const char *values[] = {charge->booking, amount, provider_names[charge->provider], reference};
	Answer		answer;
	bool		answered = false;

	snprintf(amount, VALUE_SIZE, "%lld", (long long) charge->amount);
	snprintf(reference, VALUE_SIZE, "charge-%lld", (long long) charge->number);
	while (!answered)
	{
		for (int i = 0; i < connections; i++)
			session_send(&buyer->sessions[i], CALL_PAY, values);
		for (int i = 0; i < connections; i++)
		{
			Reply		reply = session_receive(&buyer->sessions[i], CALL_PAY, &answer);

			if (reply == REPLY_REFUSED)
				die("confirm_payment() has refused %s", reference);
			if (reply == REPLY_DONE)
			{
				provider_answered(charge, answer.values[0][0], answer.values[0][1]);
				answered = true;
			}
		}
	}
}

/* Nothing of a known reference is changed by another amount, or another booking. */
static void
tell_otherwise(Buyer *buyer, const Charge *charge)
{
	Charge		other = *charge;

	if (rng_chance(&buyer->rng, 0.5))
		other.amount += 1000;
	else
		write_schedule(other.booking, 0);
	atomic_fetch_add(&stories[STORY_OTHER_AMOUNT], 1);
	tell(buyer, &other, 1);
}

static void
tell_later(Buyer *buyer, const Charge *charge)
{
	if (buyer->later_count == MOST_LATER)
		tell(buyer, charge, 1);
	else
		buyer->later[buyer->later_count++] = (Later){*charge, now_us() + rng_below(&buyer->rng, LATEST_US)};
}

static void
pay(Buyer *buyer, const char *booking, int64_t amount, bool late)
{
	Charge		charge = provider_charge(&buyer->rng, booking, amount);
	int			connections = 1;

	if (late || rng_chance(&buyer->rng, 0.1))
	{
		tell_later(buyer, &charge);
		return;
	}
	if (rng_chance(&buyer->rng, 0.08))
	{
		connections += 1 + rng_below(&buyer->rng, CONNECTIONS - 1);
		atomic_fetch_add(&stories[STORY_AT_ONCE], 1);
	}
	tell(buyer, &charge, connections);
	if (rng_chance(&buyer->rng, 0.04))
	{
		atomic_fetch_add(&stories[STORY_TOLD_AGAIN], 1);
		tell_later(buyer, &charge);
	}
	if (rng_chance(&buyer->rng, 0.01))
		tell_otherwise(buyer, &charge);
}

/* What is due to be told now; all of it when the run ends. */
static void
tell_what_waits(Buyer *buyer, bool all)
{
	int64_t		now = now_us();

	for (int i = buyer->later_count - 1; i >= 0; i--)
		if (all || buyer->later[i].at_us <= now)
		{
			Charge		charge = buyer->later[i].charge;

			buyer->later[i] = buyer->later[--buyer->later_count];
			tell(buyer, &charge, 1);
		}
}

/* -------- buying -------- */

static bool
hold(Buyer *buyer, const Booking *booking)
{
	char		seats[MOST_PARTY * ID_SIZE + 3];
	const char *values[] = {seats, booking->booker};

	write_seats(seats, &booking->party, booking->party.size);
	return session_call(&buyer->sessions[0], CALL_HOLD, values, NULL) == REPLY_DONE;
}

/* Every tenth under a key: these are repeated when the answer is lost. */
static bool
take(Buyer *buyer, Booking *booking, Call call)
{
	char		schedule[ID_SIZE];
	bool		keyed = rng_chance(&buyer->rng, 0.1);
	const char *values[] = {schedule, booking->booker, keyed ? booking->booker : NULL};
	Answer		answer;
	Reply		reply;

	write_schedule(schedule, booking->party.schedule);
	if (keyed)
		reply = session_insist(&buyer->sessions[0], call, values, &answer);
	else
		reply = session_call(&buyer->sessions[0], call, values, &answer);
	if (reply != REPLY_DONE)
		return false;
	snprintf(booking->id, ID_SIZE, "%.39s", answer.values[0][0]);
	booking->total = atoll(answer.values[0][1]);
	return true;
}

static void
remember(Buyer *buyer, const Booking *booking)
{
	int			place = buyer->booked_count;

	if (place == MOST_BOOKED)
		place = rng_below(&buyer->rng, MOST_BOOKED);
	else
		buyer->booked_count++;
	buyer->booked[place] = *booking;
}

static Story
draw_story(Rng *rng)
{
	int			all = 0,
				drawn,
				story = 0;

	for (int i = 0; i < STORY_COUNT; i++)
		all += weights[i];
	for (drawn = rng_below(rng, all); drawn >= weights[story]; story++)
		drawn -= weights[story];
	return story;
}

static void
live_story(Buyer *buyer, const Booking *booking, Story story)
{
	const char *values[] = {booking->id, booking->booker};
	int64_t		part = 1 + rng_below(&buyer->rng, booking->total - 1);

	switch (story)
	{
		case STORY_TWO_PARTS:
			pay(buyer, booking->id, part, false);
			pay(buyer, booking->id, booking->total - part, false);
			break;
		case STORY_TOO_LITTLE:
			pay(buyer, booking->id, part, false);
			break;
		case STORY_TOO_MUCH:
			pay(buyer, booking->id, booking->total + part, false);
			break;
		case STORY_TWICE:
			pay(buyer, booking->id, booking->total, rng_chance(&buyer->rng, 0.3));
			pay(buyer, booking->id, booking->total, false);
			break;
		case STORY_GIVES_UP_AND_PAYS:
			(void) session_insist(&buyer->sessions[1], CALL_GIVE_UP, values, NULL);
			pay(buyer, booking->id, booking->total, false);
			break;
		case STORY_BOOKS_FIRST:
			pay(buyer, booking->id, rng_chance(&buyer->rng, 0.7) ? booking->total : part, false);
			break;
		case STORY_NEVER:
			break;
		default:
			pay(buyer, booking->id, booking->total, story == STORY_PAYS_LATE);
			break;
	}
}

static void
buy(Buyer *buyer)
{
	Story		story = draw_story(&buyer->rng);
	Booking		booking;

	snprintf(booking.booker, ID_SIZE, "00000000-0000-4000-8000-%012lld", (long long) atomic_fetch_add(&bookers, 1));
	if (story == STORY_UNKNOWN)
	{
		atomic_fetch_add(&stories[story], 1);
		pay(buyer, booking.booker, 1000 + rng_below(&buyer->rng, 100000), false);
		return;
	}
	booking.party = choose_party(buyer);
	if (!hold(buyer, &booking) ||
		!take(buyer, &booking, story == STORY_BOOKS_FIRST ? CALL_CONFIRM : CALL_BEGIN))
	{
		give_back(buyer, &booking.party);
		return;
	}
	atomic_fetch_add(&stories[story], 1);
	live_story(buyer, &booking, story);
	remember(buyer, &booking);
}

/* All of a booking, or its first seat; what is bought of it is forgotten then. */
static void
cancel(Buyer *buyer)
{
	int			place = rng_below(&buyer->rng, buyer->booked_count);
	Booking		booking = buyer->booked[place];
	char		seats[ID_SIZE + 3];
	const char *values[] = {booking.id, booking.booker, seats};

	if (booking.party.size > 1 && rng_chance(&buyer->rng, 0.3))
	{
		write_seats(seats, &booking.party, 1);
		(void) session_insist(&buyer->sessions[0], CALL_CANCEL_SEATS, values, NULL);
		return;
	}
	(void) session_insist(&buyer->sessions[0], CALL_CANCEL, values, NULL);
	give_back(buyer, &booking.party);
	buyer->booked[place] = buyer->booked[--buyer->booked_count];
	if (rng_chance(&buyer->rng, 0.05))
	{
		atomic_fetch_add(&stories[STORY_AFTER_CANCEL], 1);
		pay(buyer, booking.id, booking.total, false);
	}
}

/* -------- a buyer -------- */

static void *
must_calloc(size_t count, size_t size)
{
	void	   *memory = calloc(count, size);

	if (memory == NULL)
		die("no memory for a buyer");
	return memory;
}

static Buyer *
buyer_make(int number)
{
	Buyer	   *buyer = must_calloc(1, sizeof(Buyer));
	int			parties = cold_seats / 10 * 7;

	buyer->rng.state = seed * UINT64_C(1000003) + number;
	buyer->party_room = parties / buyer_count + 2;
	buyer->parties = must_calloc(buyer->party_room, sizeof(int));
	for (int party = number; party < parties; party += buyer_count)
		buyer->parties[buyer->party_count++] = party;
	return buyer;
}

void *
buyer_run(void *number)
{
	Buyer	   *buyer = buyer_make((int) (intptr_t) number);

	while (provider_charges() < payments_wanted)
	{
		tell_what_waits(buyer, false);
		if (buyer->booked_count > MOST_BOOKED / 2 && rng_chance(&buyer->rng, 0.4))
			cancel(buyer);
		else
			buy(buyer);
	}
	tell_what_waits(buyer, true);
	for (int i = 0; i < CONNECTIONS; i++)
		session_hang_up(&buyer->sessions[i]);
	return NULL;
}
