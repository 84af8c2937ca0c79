/*
 * driver.h
 *		Shared by the files of the payment driver (see driver.c).
 *
 * provider.c	the pretend provider: it moves the money, and writes down what it did
 * session.c	connections that may break, and calls that are repeated
 * buyer.c		what buyers, and the webhooks of their payments, do
 * driver.c		threads, options, the report
 *
 * The dice and the clock are those of the history driver.
 */
#ifndef PAYMENTS_DRIVER_H
#define PAYMENTS_DRIVER_H

#include <pthread.h>
#include <stdatomic.h>

#include "../history/driver.h"

/* -------- provider -------- */

#define PROVIDERS		2

/* Money that has come in: the provider tells us until we have answered. */
typedef struct Charge
{
	int			provider;
	int64_t		number;			/* its reference */
	char		booking[ID_SIZE];
	int64_t		amount;
} Charge;

extern const char *const provider_names[PROVIDERS];
extern void provider_open(const char *path, int64_t most_refunds);
extern void provider_close(void);
extern Charge provider_charge(Rng *rng, const char *booking, int64_t amount);
extern void provider_answered(const Charge *charge, const char *outcome, const char *refund_due);
extern int64_t provider_refund(const char *booking, int64_t before, int64_t amount);
extern void provider_recorded(const char *booking, int64_t before);
extern int64_t provider_unrecorded(void);
extern int64_t provider_charges(void);

/* -------- sessions -------- */

#define MOST_ROWS		50
#define MOST_COLUMNS	4
#define VALUE_SIZE		64

typedef enum Call
{
	CALL_HOLD, CALL_BEGIN, CALL_CONFIRM, CALL_PAY, CALL_GIVE_UP, CALL_CANCEL, CALL_CANCEL_SEATS,
	CALL_DUE, CALL_RECORD, CALL_EXPIRE_HOLDS, CALL_EXPIRE_BOOKINGS, CALL_CANCEL_SCHEDULE
} Call;

#define CALL_COUNT (CALL_CANCEL_SCHEDULE + 1)

typedef enum Reply
{
	REPLY_DONE, REPLY_REFUSED, REPLY_LOST
} Reply;

typedef struct Answer
{
	int			rows;
	char		values[MOST_ROWS][MOST_COLUMNS][VALUE_SIZE];	/* null: "" */
} Answer;

typedef struct Session
{
	PGconn	   *conn;			/* NULL: to be made */
} Session;

extern void session_send(Session *session, Call call, const char *const *values);
extern Reply session_receive(Session *session, Call call, Answer *answer);
extern Reply session_call(Session *session, Call call, const char *const *values, Answer *answer);
extern Reply session_insist(Session *session, Call call, const char *const *values, Answer *answer);
extern void session_hang_up(Session *session);
extern const char *call_name(Call call);
extern int64_t call_count(Call call, Reply reply);

/* -------- buyers -------- */

typedef enum Story
{
	STORY_PAYS, STORY_PAYS_LATE, STORY_TWO_PARTS, STORY_TOO_LITTLE, STORY_TOO_MUCH, STORY_TWICE,
	STORY_GIVES_UP_AND_PAYS, STORY_NEVER, STORY_UNKNOWN, STORY_BOOKS_FIRST, STORY_AFTER_CANCEL,
	STORY_TOLD_AGAIN, STORY_AT_ONCE, STORY_OTHER_AMOUNT
} Story;

#define STORY_COUNT (STORY_OTHER_AMOUNT + 1)

/* Numbers of schedules; those before the first cold one are hot. */
#define FIRST_CALLED_OFF	9

extern int64_t payments_wanted;
extern int	buyer_count;
extern int	cold_seats;
extern uint64_t seed;
extern atomic_llong stories[STORY_COUNT];
extern const char *const story_names[STORY_COUNT];

extern void *buyer_run(void *number);
extern void write_schedule(char *id, int schedule);

#endif
