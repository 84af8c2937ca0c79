/*
 * sale.c
 *	  Load generator for what pgbench cannot do: go on after an error.
 *
 * Being refused is the everyday life of a sale, and pgbench (before version 19)
 * ends a client at its first error. This one keeps CLIENTS blocking connections,
 * a thread each, and measures every call.
 *
 *	sale sell SIDE CLIENTS SEATS ABANDON SECONDS [REDIS_SOCKET]
 *		sell SEATS seats of schedule 0 until none is left, or for SECONDS: choose
 *		one to four seats side by side among the best free ones, hold them, give
 *		them back in ABANDON percent of the cases, else confirm.
 *		SIDE: extension, best, twin, seed_a, redis, null, null_async, empty.
 *	sale repeat SQL CLIENTS SECONDS FIRST COUNT
 *		execute SQL, prepared, with seat ids FIRST .. FIRST + COUNT - 1 as $1,
 *		whether it succeeds or not.
 *
 * The connection is libpq's environment. When every client has been through its
 * work WARM_UPS times (what a new connection's first calls cost belongs to the
 * connection), it prints the line "warm" and waits for a line, or the end, of its
 * input; then the clock starts. The answer is one JSON object; the connections stay
 * until another line, or the end. So whoever started it can look at all of them
 * while they do nothing. All clients see one seat map (as if each polled the seat status for nothing), so
 * that the sides differ in the sale only.
 *
 * Memory: nothing is freed, the process is short-lived.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sale.h"

#define MAX_SAMPLES (1 << 20)
#define BEST_WINDOW 1000
#define BOOKERS 50000
#define WARM_UPS 3

#define FREE 0
#define HELD 1
#define SOLD 2

int			seat_count;
const char *redis_socket;
atomic_int	attempts;

static const Side *side;
static int	abandon_percent;
static const char *repeated_sql;
static int	first_seat;

/* What the seat map shows. */
static _Atomic char *seat_states;
static atomic_int first_unsold;
static atomic_int sold;
static atomic_bool stopping;
static int64_t started_us;
static int	sold_before;		/* while warming up */
static pthread_barrier_t warm;
static void (*step) (Client *client);

static void
add_sample(Samples *samples, int64_t since_us)
{
	if (samples->us == NULL)
		samples->us = malloc(MAX_SAMPLES * sizeof(uint32_t));
	if (samples->count < MAX_SAMPLES)
		samples->us[samples->count++] = (uint32_t) (now_us() - since_us);
}

static int
draw(Client *client, int below)
{
	return rand_r(&client->random_state) % below;
}

/* -------- choosing -------- */

/*
 * One to four seats side by side, somewhere among the best BEST_WINDOW that look
 * free. Where there are not so many neighbours left, take what there is.
 */
static bool
choose_party(Client *client, Party *party)
{
	static const int SIZES[] = {1, 1, 2, 2, 2, 2, 2, 3, 4, 4};
	int			wanted = SIZES[draw(client, 10)];
	int			skip = draw(client, BEST_WINDOW);
	int			first = first_unsold;
	int			free_seats = 0;

	while (first < seat_count && seat_states[first] == SOLD)
		first++;
	first_unsold = first;
	for (int seat = first; seat < seat_count && free_seats < BEST_WINDOW; seat++)
		free_seats += seat_states[seat] == FREE;
	if (free_seats == 0)
		return false;
	skip %= free_seats;
	party->size = 0;
	for (int seat = first; seat < seat_count && party->size < wanted; seat++)
	{
		if (seat_states[seat] != FREE)
		{
			if (party->size > 0)
				break;			/* fewer side by side than wanted */
		}
		else if (skip > 0)
			skip--;
		else
			party->seats[party->size++] = seat;
	}
	return party->size > 0;
}

static void
write_booker_id(Party *party)
{
	int			booker = atomic_fetch_add(&attempts, 1) % BOOKERS;

	snprintf(party->booker_id, ID_SIZE, "00000000-0000-4000-8000-%lld", 100000000000LL + booker);
}

/* Nothing but SOLD ends a sale: a late FREE or HELD must not hide it. */
static void
mark(Party *party, char from, char to)
{
	for (int i = 0; i < party->size; i++)
	{
		char		expected = from;

		atomic_compare_exchange_strong(&seat_states[party->seats[i]], &expected, to);
	}
}

bool
claim_seats(Party *party)
{
	for (int i = 0; i < party->size; i++)
	{
		char		expected = FREE;

		if (atomic_compare_exchange_strong(&seat_states[party->seats[i]], &expected, HELD))
			continue;
		party->size = i;
		mark(party, HELD, FREE);
		return false;
	}
	return true;
}

static void
mark_sold(Party *party)
{
	for (int i = 0; i < party->size; i++)
		seat_states[party->seats[i]] = SOLD;
	atomic_fetch_add(&sold, party->size);
}

/* -------- the clients -------- */

static void
open_connection(Client *client)
{
	client->conn = PQconnectdb("");
	if (PQstatus(client->conn) != CONNECTION_OK)
		die("connect", PQerrorMessage(client->conn));
}

static void
sell_once(Client *client, Party *party)
{
	int64_t		begin_us = now_us();

	if (!side->hold(client, party))
	{
		add_sample(&client->refusal, begin_us);
		return;
	}
	add_sample(&client->hold, begin_us);
	mark(party, FREE, HELD);
	begin_us = now_us();
	if (draw(client, 100) < abandon_percent)
	{
		side->release(client, party);
		add_sample(&client->release, begin_us);
		mark(party, HELD, FREE);
		return;
	}
	if (!side->confirm(client, party))
	{
		client->lost++;
		mark(party, HELD, FREE);
		return;
	}
	add_sample(&client->confirm, begin_us);
	mark_sold(party);
}

static void
sell(Client *client)
{
	Party		party;

	if (!choose_party(client, &party))
	{
		usleep(1000);			/* all held: perhaps somebody gives up */
		return;
	}
	write_seat_ids(&party);
	write_booker_id(&party);
	sell_once(client, &party);
}

static void
repeat(Client *client)
{
	int64_t		begin_us = now_us();
	char		seat_id[ID_SIZE];
	const char *values[] = {seat_id};
	bool		good;

	snprintf(seat_id, ID_SIZE, "00000000-0000-7000-8000-%lld",
			 100000000000LL + first_seat + draw(client, seat_count));
	good = execute(client, "repeat", values, 1, NULL);
	add_sample(good ? &client->hold : &client->refusal, begin_us);
}

/* The last step that warms up and the first that counts have two barriers between them. */
static void *
work(void *argument)
{
	Client	   *client = argument;

	for (int i = 0; i < WARM_UPS; i++)
		step(client);
	client->hold.count = client->refusal.count = client->confirm.count = client->release.count = 0;
	pthread_barrier_wait(&warm);
	pthread_barrier_wait(&warm);
	while (!stopping && sold < seat_count)
		step(client);
	return NULL;
}

/* -------- the answer -------- */

static void
print_samples(const char *name, Client *clients, int count, size_t offset)
{
	Samples		all = {0};

	for (int i = 0; i < count; i++)
	{
		Samples    *samples = (Samples *) ((char *) &clients[i] + offset);

		all.us = realloc(all.us, (all.count + samples->count + 1) * sizeof(uint32_t));
		memcpy(all.us + all.count, samples->us, samples->count * sizeof(uint32_t));
		all.count += samples->count;
	}
	printf("\"%s\": {\"count\": %zu, \"us\": ", name, all.count);
	print_percentiles(all.us, all.count);
	printf("}, ");
}

static void
print_result(Client *clients, int count, int64_t ended_us)
{
	long		lost = 0;

	for (int i = 0; i < count; i++)
		lost += clients[i].lost;
	printf("{");
	print_samples("hold", clients, count, offsetof(Client, hold));
	print_samples("refusal", clients, count, offsetof(Client, refusal));
	print_samples("confirm", clients, count, offsetof(Client, confirm));
	print_samples("release", clients, count, offsetof(Client, release));
	printf("\"sold\": %d, \"sold_before\": %d, \"lost\": %ld, \"seconds\": %.3f}\n", sold, sold_before, lost,
		   (double) (ended_us - started_us) / 1e6);
}

static void
run_clients(int count, int seconds)
{
	Client	   *clients = calloc(count, sizeof(Client));

	pthread_barrier_init(&warm, NULL, count + 1);
	for (int i = 0; i < count; i++)
	{
		clients[i].number = i;
		clients[i].random_state = i + 1;
		open_connection(&clients[i]);
		if (side != NULL)
			side->prepare(&clients[i]);
		else
			prepare(&clients[i], "repeat", repeated_sql);
	}
	for (int i = 0; i < count; i++)
		pthread_create(&clients[i].thread, NULL, work, &clients[i]);
	pthread_barrier_wait(&warm);
	printf("warm\n");
	fflush(stdout);
	getchar();
	started_us = now_us();
	sold_before = sold;
	pthread_barrier_wait(&warm);
	while (now_us() - started_us < (int64_t) seconds * 1000000 && (side == NULL || sold < seat_count))
		usleep(1000);
	stopping = true;
	for (int i = 0; i < count; i++)
		pthread_join(clients[i].thread, NULL);
	print_result(clients, count, now_us());
	fflush(stdout);
	getchar();
}

int
main(int argc, char **argv)
{
	if (argc >= 7 && strcmp(argv[1], "sell") == 0)
	{
		side = find_side(argv[2]);
		if (side == NULL)
			die(argv[2], "no such side");
		seat_count = atoi(argv[4]);
		abandon_percent = atoi(argv[5]);
		redis_socket = argc > 7 ? argv[7] : "";
		seat_states = calloc(seat_count, sizeof(*seat_states));
		step = sell;
		run_clients(atoi(argv[3]), atoi(argv[6]));
		return 0;
	}
	if (argc == 7 && strcmp(argv[1], "repeat") == 0)
	{
		repeated_sql = argv[2];
		first_seat = atoi(argv[5]);
		seat_count = atoi(argv[6]);
		step = repeat;
		run_clients(atoi(argv[3]), atoi(argv[4]));
		return 0;
	}
	fprintf(stderr, "usage: see the head of bench/sale.c\n");
	return 2;
}
