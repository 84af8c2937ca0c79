/*
 * load.h
 *	  What the load generators share: the end of a run that cannot go on, the
 *	  clock, and how times are told. LOAD_NAME is the program's name.
 */
#ifndef BENCH_LOAD_H
#define BENCH_LOAD_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static void __attribute__((noreturn))
die(const char *what, const char *why)
{
	fprintf(stderr, LOAD_NAME ": %s: %s\n", what, why);
	exit(1);
}

static inline int64_t
now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t) now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static inline int
compare_samples(const void *a, const void *b)
{
	uint32_t	left = *(const uint32_t *) a;
	uint32_t	right = *(const uint32_t *) b;

	return (left > right) - (left < right);
}

/* Sorts the samples and prints their percentiles as a JSON object. */
static inline void
print_percentiles(uint32_t *samples, size_t count)
{
	static const double SHARES[] = {0.5, 0.95, 0.99, 0.999, 1};

	if (count > 0)
		qsort(samples, count, sizeof(uint32_t), compare_samples);
	printf("{");
	for (int i = 0; count > 0 && i < 5; i++)
		printf("%s\"%g\": %u", i == 0 ? "" : ", ", SHARES[i] * 100,
			   samples[(size_t) ((double) (count - 1) * SHARES[i])]);
	printf("}");
}

#endif							/* BENCH_LOAD_H */
