/*
 * journal.c
 *		The clock, the dice and the written record of a run.
 *
 * One line before a request is sent and one after its reply, in the order in
 * which this process did either. Fields are separated by tabs:
 *
 *	Q  time_us  request  client  transaction  kind  name=value ...
 *	A  time_us  request  code  rows | message | detail
 *
 * code is "OK", a SQLSTATE, or "LOST" when the connection broke and nobody
 * told whether the request was done, "UNSENT" when it got no further than a proxy. Rows are joined with ';', their columns
 * with '|', null is '~'. Time is the machine's own (CLOCK_REALTIME), the one
 * that the server reads too, so that deadlines can be compared exactly.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "driver.h"

static FILE *journal;
static int	last_request;

int64_t
now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t) ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

/* splitmix64: one word of state, and the same numbers everywhere */
uint64_t
rng_next(Rng *rng)
{
	uint64_t	z = (rng->state += UINT64_C(0x9E3779B97F4A7C15));

	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

int
rng_below(Rng *rng, int bound)
{
	return (int) (rng_next(rng) % (uint64_t) bound);
}

bool
rng_chance(Rng *rng, double probability)
{
	return (double) (rng_next(rng) >> 11) / (double) (UINT64_C(1) << 53) < probability;
}

void
journal_open(const char *path)
{
	journal = fopen(path, "w");
	if (journal == NULL)
		die("cannot write %s", path);
}

void
journal_close(void)
{
	if (fclose(journal) != 0)
		die("the journal was not written whole");
}

int
journal_request(int client, int transaction, const char *kind, const char *args)
{
	last_request++;
	fprintf(journal, "Q\t%lld\t%d\t%d\t%d\t%s%s%s\n", (long long) now_us(),
			last_request, client, transaction, kind, args[0] ? "\t" : "", args);
	return last_request;
}

/* A message must not break the line or the field. */
static void
write_clean(const char *text)
{
	for (; text != NULL && *text; text++)
		fputc(*text == '\t' || *text == '\n' ? ' ' : *text, journal);
}

static void
write_rows(const PGresult *result)
{
	for (int row = 0; row < PQntuples(result); row++)
	{
		for (int column = 0; column < PQnfields(result); column++)
		{
			fputs(column > 0 ? "|" : row > 0 ? ";" : "", journal);
			if (PQgetisnull(result, row, column))
				fputc('~', journal);
			else
				write_clean(PQgetvalue(result, row, column));
		}
	}
}

void
journal_reply(int request, const Response *reply)
{
	fprintf(journal, "A\t%lld\t%d\t%s\t", (long long) now_us(), request, reply->code);
	if (reply->rows != NULL)
		write_rows(reply->rows);
	else if (strcmp(reply->code, "OK") != 0 && reply->message != NULL)
	{
		write_clean(reply->message);
		fputc('\t', journal);
		write_clean(reply->detail);
	}
	fputc('\n', journal);
}
