/*
 * driver.c
 *		The load of the reconciliation: buyers, a pretend payment provider, workers
 *		that send money back, sweeps.
 *
 *	driver --folder FOLDER [--seed N] [--payments N] [--buyers N] [--seats N] [--schedules N]
 *
 * Connects as libpq's environment says, to a database that world.sql has filled
 * with --seats cold seats, and goes on until the provider has charged --payments
 * times and every webhook was answered. FOLDER/provider.log is what the provider
 * did, FOLDER/progress has the number of charges. --schedules of the cold schedules
 * are called off meanwhile. What is drawn comes from --seed; how the
 * threads meet is up to the machine.
 *
 * A connection that breaks is made again. Webhooks are repeated until they are
 * answered. A worker that sends money back may die after the provider has done
 * it: the next one asks the provider under the same reference.
 */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "driver.h"

#define MOST_BUYERS		64
#define REFUND_WORKERS	2
#define SWEEP_US		200000
#define PROGRESS_US		20000

static char folder[1024];
static int	called_off;
static atomic_bool buyers_are_done;
static atomic_llong deaths;		/* of refund workers */

/* -------- money back -------- */

/* False when the worker dies of it. */
static bool
send_back(Session *session, Rng *rng, char due[MOST_COLUMNS][VALUE_SIZE])
{
	char		amount[VALUE_SIZE],
				reference[2 * VALUE_SIZE];
	const char *values[] = {due[0], amount, provider_names[0], reference};

	if (rng_chance(rng, 0.002))
		return false;
	snprintf(amount, VALUE_SIZE, "%lld", (long long) provider_refund(due[0], atoll(due[2]), atoll(due[1])));
	snprintf(reference, sizeof(reference), "%s+%s", due[0], due[2]);
	if (rng_chance(rng, 0.005))
		return false;
	/* what was recorded is in no queue any more: nobody else would repeat it */
	if (session_insist(session, CALL_RECORD, values, NULL) != REPLY_DONE)
		return false;
	provider_recorded(due[0], atoll(due[2]));
	return true;
}

/* What a dead worker has left to be recorded is waited for. */
static bool
work_is_left(void)
{
	return !buyers_are_done || provider_unrecorded() > 0;
}

static void *
refunds_run(void *number)
{
	Session		session = {NULL};
	Rng			rng = {seed * UINT64_C(7000003) + (intptr_t) number};
	Answer	   *due = malloc(sizeof(Answer));

	while (work_is_left())
	{
		if (session_call(&session, CALL_DUE, NULL, due) != REPLY_DONE)
			continue;
		for (int i = 0; i < due->rows; i++)
			if (!send_back(&session, &rng, due->values[i]))
			{
				atomic_fetch_add(&deaths, 1);
				if (session.conn != NULL)
					session_hang_up(&session);
				break;
			}
		if (due->rows < MOST_ROWS)
			usleep(SWEEP_US);
	}
	free(due);
	session_hang_up(&session);
	return NULL;
}

/* -------- the house -------- */

/* Call off the cold schedules 1, 2, ..., at even distances of the run. */
static void
call_off(Session *session, int *done)
{
	char		schedule[ID_SIZE];
	const char *values[] = {schedule};

	if (*done == called_off || provider_charges() < payments_wanted / (called_off + 1) * (*done + 1))
		return;
	write_schedule(schedule, FIRST_CALLED_OFF + *done);
	if (session_insist(session, CALL_CANCEL_SCHEDULE, values, NULL) == REPLY_DONE)
		(*done)++;
}

static void *
house_run(void *unused)
{
	Session		session = {NULL};
	int			done = 0;

	while (!buyers_are_done)
	{
		(void) session_call(&session, CALL_EXPIRE_HOLDS, NULL, NULL);
		(void) session_call(&session, CALL_EXPIRE_BOOKINGS, NULL, NULL);
		call_off(&session, &done);
		usleep(SWEEP_US);
	}
	session_hang_up(&session);
	return unused;
}

static void *
progress_run(void *unused)
{
	char		path[1100],
				next[1100];

	snprintf(path, sizeof(path), "%s/progress", folder);
	snprintf(next, sizeof(next), "%s/progress.new", folder);
	while (!buyers_are_done)
	{
		FILE	   *file = fopen(next, "w");

		if (file == NULL || fprintf(file, "%lld\n", (long long) provider_charges()) < 0 || fclose(file) != 0 ||
			rename(next, path) != 0)
			die("cannot write %s", path);
		usleep(PROGRESS_US);
	}
	return unused;
}

/* -------- options, report -------- */

static void
read_options(int argc, char **argv)
{
	static const struct option options[] = {
		{"folder", required_argument, NULL, 'f'},
		{"seed", required_argument, NULL, 's'},
		{"payments", required_argument, NULL, 'p'},
		{"buyers", required_argument, NULL, 'b'},
		{"seats", required_argument, NULL, 'c'},
		{"schedules", required_argument, NULL, 'o'},
		{NULL, 0, NULL, 0}
	};
	int			option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
		switch (option)
		{
			case 'f': snprintf(folder, sizeof(folder), "%s", optarg); break;
			case 's': seed = strtoull(optarg, NULL, 10); break;
			case 'p': payments_wanted = atoll(optarg); break;
			case 'b': buyer_count = atoi(optarg); break;
			case 'c': cold_seats = atoi(optarg); break;
			case 'o': called_off = atoi(optarg); break;
			default: exit(2);
		}
	if (folder[0] == '\0' || buyer_count < 1 || buyer_count > MOST_BUYERS)
		die("--folder is needed, --buyers is 1 to %d", MOST_BUYERS);
}

static void
report(int64_t took_us)
{
	int64_t		all = 0,
				lost = 0;

	for (int call = 0; call < CALL_COUNT; call++)
	{
		lost += call_count(call, REPLY_LOST);
		all += call_count(call, REPLY_DONE) + call_count(call, REPLY_REFUSED) + call_count(call, REPLY_LOST);
	}
	printf("driver: seed %llu, %d buyers, %lld payments, %lld calls in %.1f s, %lld replies lost, %lld workers died\n",
		   (unsigned long long) seed, buyer_count, (long long) provider_charges(), (long long) all, took_us / 1e6,
		   (long long) lost, (long long) deaths);
	for (int call = 0; call < CALL_COUNT; call++)
		printf("driver:   %-16s %9lld done %9lld refused %6lld lost\n", call_name(call),
			   (long long) call_count(call, REPLY_DONE), (long long) call_count(call, REPLY_REFUSED),
			   (long long) call_count(call, REPLY_LOST));
	for (int story = 0; story < STORY_COUNT; story++)
		printf("story: %s=%lld\n", story_names[story], (long long) stories[story]);
}

static pthread_t
start(void *(*run) (void *), int number)
{
	pthread_t	thread;

	if (pthread_create(&thread, NULL, run, (void *) (intptr_t) number) != 0)
		die("no thread");
	return thread;
}

int
main(int argc, char **argv)
{
	pthread_t	buyers[MOST_BUYERS],
				others[REFUND_WORKERS + 2];
	char		path[1100];
	int64_t		began_us = now_us();

	read_options(argc, argv);
	snprintf(path, sizeof(path), "%s/provider.log", folder);
	provider_open(path, payments_wanted);
	for (int i = 0; i < REFUND_WORKERS; i++)
		others[i] = start(refunds_run, i);
	others[REFUND_WORKERS] = start(house_run, 0);
	others[REFUND_WORKERS + 1] = start(progress_run, 0);
	for (int i = 0; i < buyer_count; i++)
		buyers[i] = start(buyer_run, i);
	for (int i = 0; i < buyer_count; i++)
		pthread_join(buyers[i], NULL);
	buyers_are_done = true;
	for (int i = 0; i < REFUND_WORKERS + 2; i++)
		pthread_join(others[i], NULL);
	provider_close();
	report(now_us() - began_us);
	return 0;
}
