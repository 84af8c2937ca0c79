/*
 * sale.h
 *	  What the sale (sale.c) and its sides (sale_sides.c) share.
 */
#ifndef BENCH_SALE_H
#define BENCH_SALE_H

#include <libpq-fe.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LOAD_NAME "sale"
#include "load.h"

#define MAX_PARTY 4
#define ID_SIZE 40

typedef struct Samples
{
	uint32_t   *us;
	size_t		count;
} Samples;

typedef struct Client
{
	pthread_t	thread;
	int			number;			/* 0 .. clients - 1 */
	PGconn	   *conn;
	int			redis;			/* socket, or -1 */
	unsigned	random_state;
	Samples		hold;
	Samples		refusal;
	Samples		confirm;
	Samples		release;
	long		lost;			/* held, and yet refused at the confirm */
} Client;

typedef struct Party
{
	int			size;
	int			seats[MAX_PARTY];
	char		seat_ids[MAX_PARTY][ID_SIZE];
	char		array[MAX_PARTY * ID_SIZE + 2];
	char		booker_id[ID_SIZE];
} Party;

typedef struct Side
{
	const char *name;
	void (*prepare)(Client *client);
	bool (*hold)(Client *client, Party *party);
	bool (*confirm)(Client *client, Party *party);
	void (*release)(Client *client, Party *party);
} Side;

extern int	seat_count;
extern const char *redis_socket;
extern atomic_int attempts;		/* parties that have tried */

/* NULL where there is no such side. */
extern const Side *find_side(const char *name);

extern void prepare(Client *client, const char *name, const char *sql);

/*
 * Execute; true when it succeeded with at least one row returned or changed,
 * false when it was refused. Any other error ends the run.
 */
extern bool execute(Client *client, const char *name, const char *const *values, int count, char *answer);

/* Whether no other client has them; then they are held in the seat map. */
extern bool claim_seats(Party *party);

/* The seats' ids, ascending, each and as one array. */
extern void write_seat_ids(Party *party);

#endif							/* BENCH_SALE_H */
