/*
 * provider.c
 *		The pretend provider. It moves money, and its log is what the
 *		reconciliation believes.
 *
 * A line is written before anybody is told, so that whoever dies later finds it:
 *
 *	C  provider  reference  booking  amount		money came in
 *	A  provider  reference  outcome  refund_due	a webhook of that charge was answered
 *	R  provider  reference  booking  amount		money went back
 *
 * A refund is asked for under an idempotency reference: the booking and what was
 * refunded of it before. Who asks again is told what was done.
 *
 * Locking: one mutex; write() under it, so that the lines do not mix.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "driver.h"

/* What was refunded under a reference; amount 0: a free place. */
typedef struct Refund
{
	char		booking[ID_SIZE];
	int64_t		before;
	int64_t		amount;
	bool		recorded;		/* in the ledger, too */
} Refund;

const char *const provider_names[PROVIDERS] = {"card", "transfer"};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int	log_file;
static atomic_llong charges;
static int64_t references[PROVIDERS];
static Refund *refunds;
static uint64_t refund_places;	/* a power of two */
static uint64_t refund_count;
static atomic_llong unrecorded;

void
provider_open(const char *path, int64_t most_refunds)
{
	log_file = open(path, O_CREAT | O_EXCL | O_WRONLY | O_APPEND, 0644);
	if (log_file < 0)
		die("cannot write %s", path);
	for (refund_places = 1024; (int64_t) refund_places < 2 * most_refunds; refund_places *= 2)
		;
	refunds = calloc(refund_places, sizeof(Refund));
	if (refunds == NULL)
		die("no memory for %lld refunds", (long long) most_refunds);
}

void
provider_close(void)
{
	if (fsync(log_file) != 0 || close(log_file) != 0)
		die("the provider's log was not written whole");
}

int64_t
provider_charges(void)
{
	return charges;
}

static void
write_line(const char *line, int length)
{
	if (write(log_file, line, length) != length)
		die("the provider's log was not written");
}

/* Both providers count from 1 on, so that their references are the same. */
Charge
provider_charge(Rng *rng, const char *booking, int64_t amount)
{
	Charge		charge = {.provider = rng_below(rng, PROVIDERS), .amount = amount};
	char		line[256];

	snprintf(charge.booking, ID_SIZE, "%s", booking);
	pthread_mutex_lock(&mutex);
	charge.number = ++references[charge.provider];
	write_line(line, snprintf(line, sizeof(line), "C\t%s\tcharge-%lld\t%s\t%lld\n", provider_names[charge.provider],
							  (long long) charge.number, charge.booking, (long long) charge.amount));
	pthread_mutex_unlock(&mutex);
	atomic_fetch_add(&charges, 1);
	return charge;
}

void
provider_answered(const Charge *charge, const char *outcome, const char *refund_due)
{
	char		line[256];

	pthread_mutex_lock(&mutex);
	write_line(line, snprintf(line, sizeof(line), "A\t%s\tcharge-%lld\t%s\t%s\n", provider_names[charge->provider],
							  (long long) charge->number, outcome, refund_due));
	pthread_mutex_unlock(&mutex);
}

static Refund *
find_refund(const char *booking, int64_t before)
{
	uint64_t	hash = (uint64_t) before * UINT64_C(0x9E3779B97F4A7C15);

	for (const char *c = booking; *c; c++)
		hash = (hash ^ (unsigned char) *c) * UINT64_C(0x100000001B3);
	hash ^= hash >> 29;
	while (refunds[hash % refund_places].amount != 0 &&
		   (refunds[hash % refund_places].before != before || strcmp(refunds[hash % refund_places].booking, booking) != 0))
		hash++;
	return &refunds[hash % refund_places];
}

/* What was refunded under this reference, now or before. */
int64_t
provider_refund(const char *booking, int64_t before, int64_t amount)
{
	Refund	   *refund;
	char		line[256];

	pthread_mutex_lock(&mutex);
	refund = find_refund(booking, before);
	if (refund->amount == 0)
	{
		if (++refund_count > refund_places * 3 / 4)
			die("more refunds than expected");
		snprintf(refund->booking, ID_SIZE, "%s", booking);
		refund->before = before;
		refund->amount = amount;
		atomic_fetch_add(&unrecorded, 1);
		write_line(line, snprintf(line, sizeof(line), "R\t%s\t%s+%lld\t%s\t%lld\n", provider_names[0],
								  booking, (long long) before, booking, (long long) amount));
	}
	amount = refund->amount;
	pthread_mutex_unlock(&mutex);
	return amount;
}

/* The refund under this reference stands in the ledger. */
void
provider_recorded(const char *booking, int64_t before)
{
	Refund	   *refund;

	pthread_mutex_lock(&mutex);
	refund = find_refund(booking, before);
	if (!refund->recorded)
		atomic_fetch_sub(&unrecorded, 1);
	refund->recorded = true;
	pthread_mutex_unlock(&mutex);
}

/* How many refunds were made and do not stand in the ledger yet, as far as the workers know. */
int64_t
provider_unrecorded(void)
{
	return unrecorded;
}
