/*
 * driver.h
 *		Shared by the files of the history driver (see driver.c).
 *
 * world.c		the schedules and seats of this run
 * journal.c	the written record, and the clock
 * request.c	what to ask for next, as SQL and as a line of the journal
 * driver.c		connections, the event loop
 * http/		the same calls by HTTP, for clients of PostgREST (built in if asked for)
 */
#ifndef DRIVER_H
#define DRIVER_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <libpq-fe.h>

#define MAX_SCHEDULES	16
#define MAX_SEATS		1024
#define MAX_PICK		6		/* seats in one request */
#define MAX_KNOWN		24		/* holds or bookings a client remembers */
#define SHARED_BOOKERS	12		/* bookers that every client may act for */
#define Min(a, b)		((a) < (b) ? (a) : (b))
#define ID_SIZE			40		/* text of a uuid */
#define NUMBER_SIZE		64		/* text of a booking number */
#define WISH_SIZE		16		/* text of a grade or a section */
#define SQL_SIZE		2048
#define PREPARE_SIZE	16384

/* -------- world -------- */

typedef struct Schedule
{
	char		id[ID_SIZE];
	int			first_seat;		/* its seats stand together in World.seats */
	int			seat_count;
	int64_t		hold_us;		/* term of a hold */
	int64_t		show;			/* when it begins */
	int			home;			/* which of the servers of this world has it */
} Schedule;

typedef struct Seat
{
	char		id[ID_SIZE];
	int			schedule;
} Seat;

typedef struct World
{
	int			home_count;		/* servers that have it together */
	int			schedule_count;
	int			seat_count;
	Schedule	schedules[MAX_SCHEDULES];
	Seat		seats[MAX_SEATS];
} World;

extern World world;
extern void world_load(PGconn **homes, int home_count);
extern int	world_find_seat(const char *id);
extern int	world_find_schedule(const char *id);

/* -------- clock, randomness, journal -------- */

extern int64_t now_us(void);

typedef struct Rng
{
	uint64_t	state;
} Rng;

extern uint64_t rng_next(Rng *rng);
extern int	rng_below(Rng *rng, int bound);
extern bool rng_chance(Rng *rng, double probability);

extern void journal_open(const char *path);
extern void journal_close(void);
extern int	journal_request(int client, int transaction, const char *kind,
							const char *args);
/* What came of a request. Null: there is none. */
typedef struct Response
{
	const char *code;			/* "OK", "UNDONE" (of COMMIT), a SQLSTATE, "LOST", "UNSENT" */
	const PGresult *rows;
	const char *message;
	const char *detail;
} Response;

extern void journal_reply(int request, const Response *reply);

/* -------- requests -------- */

typedef enum Kind
{
	HOLD, HOLD_MANY, HOLD_BEST, EXTEND, RELEASE, RELEASE_ALL, CONFIRM,
	CONFIRM_NAMED, BOOK, CANCEL, CANCEL_GUEST, BEGIN_PAYMENT, CANCEL_PAYMENT,
	CANCEL_SEATS, EXPIRE, BLOCK, UNBLOCK, CANCEL_SCHEDULE, AUDIT, SEAT_STATUS,
	SEAT_MAP, CONFIRM_PAYMENT, DUE_REFUNDS, RECORD_REFUND, EXPIRE_BOOKINGS,
	AUDIT_PAYMENTS,
	/* asked for by the state of a transaction, never drawn */
	BEGIN, SAVEPOINT, ROLLBACK_TO, COMMIT, ROLLBACK, SET_TIMEOUT
} Kind;

#define KIND_COUNT (SET_TIMEOUT + 1)

/* One call as a client makes it; kept whole so that it can be repeated. */
typedef struct Request
{
	Kind		kind;
	int			booker;
	int			schedule;
	int			seat_count;
	int			seats[MAX_PICK];
	int			number;			/* a count, a batch size, an amount, a timeout in ms */
	bool		flag;			/* adjacent */
	char		grade[WISH_SIZE];	/* of the best seats, "" for any */
	char		section[WISH_SIZE];	/* the same */
	int			max_price;		/* the same, 0 for any */
	bool		alone;			/* not in a transaction */
	char		key[32];		/* idempotency key, reference of a payment, "" for none */
	char		text[NUMBER_SIZE];	/* booking, booking number, isolation level */
	int64_t		not_before_us;	/* send it at this instant, 0: at once */
} Request;

typedef struct KnownHold
{
	int			booker;
	int			seat;
	int64_t		expires_us;
} KnownHold;

typedef struct KnownBooking
{
	int			booker;
	bool		shared;			/* other clients may know it too */
	char		id[ID_SIZE];
	char		number[NUMBER_SIZE];
	int			total;			/* what it costs */
	int			charged;		/* what was asked of its booker so far */
	int64_t		pay_by_us;		/* 0: it was sold without asking for payment */
	int			schedule;
	int			seat_count;
	int			seats[MAX_PICK];
} KnownBooking;

typedef struct KnownRefund
{
	char		id[ID_SIZE];	/* the booking */
	int			amount;
} KnownRefund;

/* What a client has learnt; only a hint where to try next, never the truth. */
typedef struct Knowledge
{
	int			hold_count;
	KnownHold	holds[MAX_KNOWN];
	int			booking_count;
	KnownBooking bookings[MAX_KNOWN];
	int			refund_count;
	KnownRefund refunds[MAX_KNOWN];	/* this client has claimed them */
} Knowledge;

typedef struct Plan
{
	double		weight[KIND_COUNT];
	bool		keys;			/* give every sale an idempotency key */
	bool		crowd;			/* several seats of the first schedule, always */
} Plan;

extern const char *kind_name(Kind kind);
extern bool kind_has_reference(Kind kind);
extern void request_draw(Request *request, const Plan *plan, Rng *rng,
						 int client, Knowledge *known, bool alone);
extern void requests_prepare_sql(const Plan *plan, char *sql, size_t size);
extern void request_sql(const Request *request, char *sql, size_t size);
extern void request_args(const Request *request, char *args, size_t size);
extern void knowledge_learn(Knowledge *known, const Request *request,
							const PGresult *result);

/* -------- another way to the server than libpq -------- */

/* Of each client one call at a time. */
typedef struct Wire
{
	void		(*open) (int client_count);
	void		(*send) (int client, const Request *request);
	void		(*wait) (int64_t until_us);	/* until something has come */
	bool		(*receive) (int *client, Response *reply);	/* false: nothing more is here */
	void		(*close) (void);
} Wire;

/* Null where the driver was built without it (http/). */
extern const Wire http_wire __attribute__((weak));

#define BOOKER_ID "00000000-0000-4000-8000-%012x"

extern _Noreturn void die(const char *format,...)
			__attribute__((format(printf, 1, 2)));

#endif
