/*
 * shared_look.c - who is told which look, without a server.
 *
 * Prints TAP. Compiled with the server's own headers. The clock, the shared memory and its lock are this file's own, so that
 * backends can stand still wherever a test wants: one ask and one publication each.
 */
#include <postgres.h>

#include <stdio.h>

#include "miscadmin.h"

#include "../../src/clock.h"
#include "../../src/settings.h"
#include "../../src/shared_area.h"
#include "../../src/shared_look.h"

/* The server has one of its own. */
#undef printf

#define SPAN_MS 100
#define SEATS 16

Oid			MyDatabaseId = 1;
int			settings_share_seat_status_ms = SPAN_MS;

static TimestampTz now;
static void *root = NULL;
static bool has_room = true;
static int	tests = 0;
static int	failures = 0;

/* -------- what is not tested here -------- */

TimestampTz
clock_now(void)
{
	return now;
}

void *
shared_area_open(Size root_size)
{
	if (root == NULL)
		root = calloc(1, root_size);
	return root;
}

void
shared_area_lock(LWLockMode mode)
{
	(void) mode;
}

void
shared_area_unlock(void)
{
}

bool
shared_area_rests(void)
{
	return !has_room;
}

dsa_pointer
shared_area_allocate(Size size)
{
	return has_room ? (dsa_pointer) (uintptr_t) malloc(size) : InvalidDsaPointer;
}

void
shared_area_free(dsa_pointer piece)
{
	free((void *) (uintptr_t) piece);
}

void *
shared_area_address(dsa_pointer piece)
{
	return (void *) (uintptr_t) piece;
}

uint32
hash_bytes(const unsigned char *bytes, int length)
{
	return bytes[length - 1];
}

void *
palloc_extended(Size size, int flags)
{
	(void) flags;
	return malloc(size);
}

/* -------- backends -------- */

typedef struct Backend
{
	LookTurn	turn;
	SeatNews	news;
	char		seen[2 * SEATS];
} Backend;

static void
ok(bool good, const char *what)
{
	tests++;
	if (!good)
		failures++;
	printf("%s %d - %s\n", good ? "ok" : "not ok", tests, what);
}

/* Asks so many milliseconds after the beginning; false: this one has to look. */
static bool
ask(Backend *backend, int schedule, int64 at_ms)
{
	pg_uuid_t	schedule_id = {.data = {[UUID_LEN - 1] = schedule}};

	now = INT64CONST(1000000000) + at_ms * 1000;
	return shared_look_ask(&schedule_id, NULL, &backend->turn, &backend->news);
}

/* What the backend sees: one letter for all of so many seats. */
static void
see(Backend *backend, char letter, int seats)
{
	memset(backend->seen, letter, sizeof(backend->seen));
	memset(&backend->news, 0, sizeof(SeatNews));
	backend->news.version.layout = seats;
	backend->news.version.letters = letter;
	backend->news.seat_count = seats;
	backend->news.letters = backend->seen;
}

static bool
publish(Backend *backend)
{
	return shared_look_publish(&backend->turn, NULL, &backend->news);
}

static bool
has(const Backend *backend, char letter)
{
	return backend->news.version.letters == (uint64) letter &&
		backend->news.letters[0] == letter;
}

/* A first look, 'a', at the beginning. */
static void
begin(int schedule)
{
	Backend		first;

	(void) ask(&first, schedule, 0);
	see(&first, 'a', SEATS);
	(void) publish(&first);
}

/* -------- tests -------- */

static void
test_one_look(void)
{
	Backend		first;
	Backend		second;

	ok(!ask(&first, 1, 0), "where nobody has looked one looks");
	see(&first, 'a', SEATS);
	ok(publish(&first) && has(&first, 'a'), "and is told what he saw");
	ok(ask(&second, 1, SPAN_MS - 1) && has(&second, 'a'), "as the others are, for a span");
	ok(!ask(&first, 1, SPAN_MS), "then one looks again");
	ok(ask(&second, 1, SPAN_MS) && has(&second, 'a'), "and the others have patience");
	ok(!ask(&second, 1, 10 * SPAN_MS), "but not for ever");
}

static void
test_stalled(void)
{
	Backend		stalled;
	Backend		later;
	Backend		other;

	begin(2);
	(void) ask(&stalled, 2, 5 * SPAN_MS);
	see(&stalled, 'b', SEATS);
	ok(!ask(&later, 2, 50 * SPAN_MS), "somebody stands still: another one looks");
	see(&later, 'c', SEATS);
	(void) publish(&stalled);
	ok(publish(&later) && has(&later, 'c'), "and is told no older look that was published meanwhile");
	ok(ask(&other, 2, 50 * SPAN_MS + 1) && has(&other, 'c'), "nor are the others");

	begin(3);
	(void) ask(&stalled, 3, 5 * SPAN_MS);
	see(&stalled, 'b', SEATS);
	(void) ask(&later, 3, 50 * SPAN_MS);
	see(&later, 'c', SEATS);
	(void) publish(&later);
	ok(publish(&stalled) && has(&stalled, 'c'), "who stood still is told the newer look");
	ok(ask(&other, 3, 50 * SPAN_MS + 1) && has(&other, 'c'), "which stays");
}

/* As above, with another plan, so that a look does not fit the place. */
static void
test_stalled_with_plans(void)
{
	Backend		stalled;
	Backend		later;
	Backend		other;

	begin(4);
	(void) ask(&stalled, 4, 5 * SPAN_MS);
	see(&stalled, 'b', SEATS);
	(void) ask(&later, 4, 50 * SPAN_MS);
	see(&later, 'c', 2 * SEATS);
	(void) publish(&stalled);
	ok(publish(&later) && has(&later, 'c'), "another plan: no older look is told");
	ok(ask(&other, 4, 50 * SPAN_MS + 1) && other.news.seat_count == 2 * SEATS, "it is published");
	ok(!ask(&later, 4, 60 * SPAN_MS), "without room one looks");
	see(&later, 'd', SEATS);
	has_room = false;
	ok(!publish(&later) && has(&later, 'd'), "and what he saw stays");
	has_room = true;
}

static void
test_clock_set_back(void)
{
	Backend		first;
	Backend		other;

	begin(5);
	ok(!ask(&first, 5, -50 * SPAN_MS), "the clock was set back: somebody looks");
	see(&first, 'b', SEATS);
	ok(publish(&first) && has(&first, 'b'), "and is told what he saw");
	ok(ask(&other, 5, -50 * SPAN_MS + 1) && has(&other, 'b'), "as the others are");
}

int
main(void)
{
	test_one_look();
	test_stalled();
	test_stalled_with_plans();
	test_clock_set_back();
	printf("1..%d\n", tests);
	return failures == 0 ? 0 : 1;
}
