/*
 * driver.c
 *		The load of the history checker: many clients, one process, one journal.
 *
 *	driver --journal FILE [--seed N] [--clients N] [--ops N] [--seconds N]
 *		   [--profile NAME] [--without KIND]... [--http] [--home CONNINFO]...
 *
 * Connects as libpq's environment says, to a database that world.sql has
 * filled (--home: to read the world from several, which have it together), and sends requests until --ops of them were sent or --seconds are
 * over, or SIGTERM comes. Every request is in the journal before it is sent. What is drawn comes
 * from --seed; how the clients meet is up to the machine.
 *
 * Profiles:
 *	serial	one client, also in transactions: every reply has one right answer
 *	pure	single calls, some of them in a transaction that naps before it
 *			commits: no deadlock and no serialization failure is allowed
 *	crowd	the same with calls for several seats of one small schedule: all
 *			wait for each other
 *	mixed	adds transactions of several calls, with savepoints, rollbacks, naps
 *			under lock, and all isolation levels
 *	storm	adds statement and lock timeouts of 1 to 20 ms, cancel requests and
 *			broken connections
 *	crash	a thinner storm, and a key for every sale: for a server that is
 *			killed meanwhile (test/long/crash)
 *	failover	the same without cancel requests: one that comes while a commit
 *			waits for a standby ends the wait, not the commit
 *	payment	the same as pure, and seats that are sold when they are paid
 *	serial-payment	the same of one client
 *	payment-crash	that with lost connections and cancel requests, for a server that
 *			is killed between charge and answer
 *	async	mostly holds, extensions and releases, for a server that need not
 *			flush them (concert_booking.async_holds) and is killed: few sales, whose
 *			flush would save the holds before them
 *	cluster	single calls as web clients send them, also of payment: with --http through
 *			PostgREST, and through whatever is in front of it (http/)
 *	serial-cluster	the same of one client
 *	cluster-crash	that with a key for every sale: for a proxy, a pool or a PostgREST
 *			that is killed meanwhile
 *
 * What a web client cannot do is not in the profiles of clusters: a transaction of
 * several calls, a savepoint, a nap under lock, a timeout of its own, a cancel request,
 * and AUDIT_PAYMENTS_SQL, which looks at tables that no role may read.
 *
 * A connection that breaks is made again. A sale whose reply was lost is
 * repeated under its key until there is a reply, anything else with chance one
 * half. A payment is what the provider of the application tells: it stands in the
 * journal before anybody hears of it, and is told until it is answered.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "driver.h"

#define MAX_CLIENTS		128
#define MAX_HOMES		32
#define RETRY_US		20000	/* between attempts to connect */
#define PATIENCE_US		120000000	/* no server, or no reply, for that long: give up */
#define STOP_PATIENCE_US 5000000	/* the same once asked to stop */

typedef struct Profile
{
	const char *name;
	double		transaction;	/* chance that a call opens a transaction */
	int			calls;			/* most calls in it */
	double		timeout;		/* chance of a new timeout before a call */
	double		cancel;			/* chance that a call is cancelled */
	double		disconnect;		/* chance that a transaction ends by hanging up */
	bool		keys;			/* every sale has an idempotency key */
	bool		crowd;
	const double *weight;		/* null: those of the plan */
} Profile;

/* Calls, in proportion. Cancels are frequent: else the house is soon full. */
static Plan plan = {.weight = {
	[HOLD] = 20, [HOLD_MANY] = 14, [HOLD_BEST] = 5, [EXTEND] = 4,
	[RELEASE] = 6, [RELEASE_ALL] = 2, [CONFIRM] = 6, [CONFIRM_NAMED] = 9,
	[BOOK] = 8, [CANCEL] = 16, [CANCEL_GUEST] = 6, [EXPIRE] = 3,
	[BLOCK] = 0.7, [UNBLOCK] = 1.4, [CANCEL_SCHEDULE] = 0.01, [AUDIT] = 0.3,
	[SEAT_STATUS] = 1, [SEAT_MAP] = 0.5
}};

static const double crowd_weight[KIND_COUNT] = {
	[HOLD] = 5, [HOLD_MANY] = 40, [EXTEND] = 3, [RELEASE] = 5,
	[RELEASE_ALL] = 10, [CONFIRM_NAMED] = 5, [BOOK] = 20, [CANCEL] = 20,
	[CANCEL_GUEST] = 5, [EXPIRE] = 3, [AUDIT] = 0.3,
	[SEAT_STATUS] = 1, [SEAT_MAP] = 0.5
};

/* Where holds do not lapse, they are given back: else the house is soon held. */
static const double long_weight[KIND_COUNT] = {
	[HOLD] = 20, [HOLD_MANY] = 14, [HOLD_BEST] = 5, [EXTEND] = 4,
	[RELEASE] = 16, [RELEASE_ALL] = 8, [CONFIRM] = 6, [CONFIRM_NAMED] = 9,
	[BOOK] = 8, [CANCEL] = 16, [CANCEL_GUEST] = 6, [EXPIRE] = 3,
	[BLOCK] = 0.7, [UNBLOCK] = 1.4, [CANCEL_SCHEDULE] = 0.01, [AUDIT] = 0.3,
	[SEAT_STATUS] = 1, [SEAT_MAP] = 0.5
};

static const double async_weight[KIND_COUNT] = {
	[HOLD] = 24, [HOLD_MANY] = 14, [HOLD_BEST] = 5, [EXTEND] = 6,
	[RELEASE] = 18, [RELEASE_ALL] = 10, [CONFIRM] = 0.6, [CONFIRM_NAMED] = 0.6,
	[BOOK] = 0.6, [CANCEL] = 3, [CANCEL_GUEST] = 1, [EXPIRE] = 0.1,
	[BLOCK] = 0.05, [UNBLOCK] = 0.1, [AUDIT] = 0.3,
	[SEAT_STATUS] = 1, [SEAT_MAP] = 0.5
};

static const double payment_weight[KIND_COUNT] = {
	[HOLD] = 14, [HOLD_MANY] = 16, [HOLD_BEST] = 2, [EXTEND] = 2,
	[RELEASE] = 2, [RELEASE_ALL] = 1, [CONFIRM] = 1, [CONFIRM_NAMED] = 2,
	[BOOK] = 3, [CANCEL] = 12, [CANCEL_GUEST] = 4, [EXPIRE] = 3,
	[BLOCK] = 0.4, [UNBLOCK] = 1, [CANCEL_SCHEDULE] = 0.05, [AUDIT] = 0.3,
	[SEAT_STATUS] = 1, [SEAT_MAP] = 0.3,
	[BEGIN_PAYMENT] = 24, [CONFIRM_PAYMENT] = 24, [CANCEL_PAYMENT] = 3,
	[CANCEL_SEATS] = 5, [DUE_REFUNDS] = 3, [RECORD_REFUND] = 6,
	[EXPIRE_BOOKINGS] = 2, [AUDIT_PAYMENTS] = 0.5
};

/*
 * Everything that has a function; the house is often looked at, for a cluster answers
 * that from a replica. Few calls ask all servers at once.
 */
static const double cluster_weight[KIND_COUNT] = {
	[HOLD] = 18, [HOLD_MANY] = 14, [HOLD_BEST] = 4, [EXTEND] = 3,
	[RELEASE] = 5, [RELEASE_ALL] = 1, [CONFIRM] = 4, [CONFIRM_NAMED] = 6,
	[BOOK] = 6, [CANCEL] = 14, [CANCEL_GUEST] = 6, [EXPIRE] = 2,
	[BLOCK] = 0.6, [UNBLOCK] = 1.2, [CANCEL_SCHEDULE] = 0.02, [AUDIT] = 0.3,
	[SEAT_STATUS] = 6, [SEAT_MAP] = 3,
	[BEGIN_PAYMENT] = 10, [CONFIRM_PAYMENT] = 10, [CANCEL_PAYMENT] = 2,
	[CANCEL_SEATS] = 2, [DUE_REFUNDS] = 1, [RECORD_REFUND] = 2,
	[EXPIRE_BOOKINGS] = 1
};

static const Profile profiles[] = {
	{.name = "serial", .transaction = 0.1, .calls = 4},
	{.name = "pure", .transaction = 0.2, .calls = 1},
	{.name = "crowd", .transaction = 0.5, .calls = 1, .crowd = true, .weight = crowd_weight},
	{.name = "mixed", .transaction = 0.15, .calls = 4},
	{.name = "storm", .transaction = 0.15, .calls = 4, .timeout = 0.03, .cancel = 0.02, .disconnect = 0.1},
	{.name = "crash", .transaction = 0.1, .calls = 4, .timeout = 0.01, .cancel = 0.01, .disconnect = 0.1,
	.keys = true, .weight = long_weight},
	{.name = "failover", .transaction = 0.1, .calls = 4, .disconnect = 0.1, .keys = true,
	.weight = long_weight},
	{.name = "async", .transaction = 0.1, .calls = 4, .timeout = 0.01, .cancel = 0.01, .disconnect = 0.1,
	.keys = true, .weight = async_weight},
	{.name = "payment", .transaction = 0.1, .calls = 1, .weight = payment_weight},
	{.name = "serial-payment", .transaction = 0.05, .calls = 4, .weight = payment_weight},
	{.name = "payment-crash", .transaction = 0.05, .calls = 1, .cancel = 0.01, .disconnect = 0.1,
	.keys = true, .weight = payment_weight},
	{.name = "cluster", .calls = 1, .weight = cluster_weight},
	{.name = "serial-cluster", .calls = 1, .weight = cluster_weight},
	{.name = "cluster-crash", .calls = 1, .keys = true, .weight = cluster_weight},
};

typedef struct Client
{
	int			number;
	PGconn	   *conn;
	Rng			rng;
	Knowledge	known;
	Request		request;		/* in flight, or next */
	bool		drawn;			/* request is drawn and waits for its time */
	int			in_flight;		/* its number in the journal, 0: nothing is */
	bool		retry;			/* its reply was lost: send it again */
	int64_t		sent_us;
	int64_t		wake_us;		/* do nothing before */
	int64_t		cancel_us;		/* send a cancel request then, 0: never */
	int			transaction;	/* number of the open one, 0: none */
	int			calls_left;		/* in the open transaction */
	bool		savepoint;		/* there is one */
	bool		timeouts;		/* one was set */
	bool		done;
} Client;

static const Profile *profile = &profiles[2];
static Client clients[MAX_CLIENTS];
static int	client_count = 16;
static uint64_t seed = 1;
static int64_t ops = INT64_MAX;
static int64_t end_us = INT64_MAX;
static int64_t calls;
static int	transactions;
static int64_t counts[KIND_COUNT];
static int64_t successes[KIND_COUNT];
static int64_t lost_count;
static volatile sig_atomic_t stopped;
static const Wire *wire;		/* null: libpq */
static const char *homes[MAX_HOMES];	/* connection strings of the servers of this world */
static int	home_count;

void
die(const char *format,...)
{
	va_list		args;

	fprintf(stderr, "driver: ");
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(2);
}

/* -------- connections -------- */

static void
client_hang_up(Client *client)
{
	PQfinish(client->conn);
	client->conn = NULL;
	client->transaction = 0;
	client->savepoint = false;
	client->timeouts = false;
	client->wake_us = 0;
}

/* What a dying server says is in its log. */
static void
drop_notice(void *arg, const char *message)
{
	(void) arg;
	(void) message;
}

/* False if the server goes down meanwhile. */
static bool
session_prepare(PGconn *conn)
{
	static char sql[PREPARE_SIZE];
	PGresult   *result;
	const char *code;
	bool		done;

	if (sql[0] == '\0')
		requests_prepare_sql(&plan, sql, sizeof(sql));
	result = PQexec(conn, sql);
	done = PQresultStatus(result) == PGRES_COMMAND_OK;
	code = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	if (!done && code != NULL && strncmp(code, "57", 2) != 0)
		die("the calls cannot be prepared: %s", PQerrorMessage(conn));
	PQclear(result);
	return done;
}

/* False when the server does not take connections now. */
static bool
client_connect(Client *client)
{
	static int64_t last_success_us;
	PGconn	   *conn = PQconnectdb("application_name=history connect_timeout=10");

	if (PQstatus(conn) == CONNECTION_OK && session_prepare(conn))
	{
		PQsetnonblocking(conn, 1);
		(void) PQsetNoticeProcessor(conn, drop_notice, NULL);
		client->conn = conn;
		last_success_us = now_us();
		return true;
	}
	if (last_success_us != 0 &&
		now_us() > last_success_us + (stopped ? STOP_PATIENCE_US : PATIENCE_US))
		die("no server: %s", PQerrorMessage(conn));
	PQfinish(conn);
	client->wake_us = now_us() + RETRY_US;
	return false;
}

/* -------- what a client does next -------- */

static bool
time_is_up(void)
{
	return stopped || calls >= ops || now_us() >= end_us;
}

static void
plan_begin(Client *client)
{
	static const char *const levels[] = {
		"READ COMMITTED", "READ COMMITTED", "READ COMMITTED",
		"REPEATABLE READ", "SERIALIZABLE"
	};
	int			choices = profile->calls > 1 ? 5 : 3;

	memset(&client->request, 0, sizeof(Request));
	client->request.kind = BEGIN;
	snprintf(client->request.text, sizeof(client->request.text), "%s",
			 levels[rng_below(&client->rng, choices)]);
	client->transaction = ++transactions;
	client->calls_left = 1 + rng_below(&client->rng, profile->calls);
	client->savepoint = false;
}

static void
plan_plain(Client *client, Kind kind)
{
	memset(&client->request, 0, sizeof(Request));
	client->request.kind = kind;
}

static void
plan_timeout(Client *client)
{
	plan_plain(client, SET_TIMEOUT);
	snprintf(client->request.text, sizeof(client->request.text), "%s",
			 rng_chance(&client->rng, 0.5) ? "statement_timeout" : "lock_timeout");
	/* a short one is taken back soon, or nothing long would ever finish */
	client->request.number = client->timeouts ? 0 : 1 + rng_below(&client->rng, 20);
	client->timeouts = !client->timeouts;
}

/* Inside a transaction. False: the client hung up instead. */
static bool
plan_in_transaction(Client *client)
{
	bool		broken = PQtransactionStatus(client->conn) == PQTRANS_INERROR;

	if (rng_chance(&client->rng, profile->disconnect / 4))
	{
		client_hang_up(client);
		return false;
	}
	if (broken && client->savepoint && rng_chance(&client->rng, 0.7))
		plan_plain(client, ROLLBACK_TO);
	else if (broken)
		plan_plain(client, rng_chance(&client->rng, 0.5) ? ROLLBACK : COMMIT);
	else if (client->calls_left <= 0 || time_is_up())
		plan_plain(client, rng_chance(&client->rng, profile->crowd ? 0.4 : 0.75) ? COMMIT : ROLLBACK);
	else if (client->savepoint && rng_chance(&client->rng, 0.15))
		plan_plain(client, ROLLBACK_TO);
	else if (profile->calls > 1 && !client->savepoint && rng_chance(&client->rng, 0.4))
		plan_plain(client, SAVEPOINT);
	else
	{
		client->calls_left--;
		request_draw(&client->request, &plan, &client->rng, client->number,
					 &client->known, false);
	}
	return true;
}

/* Puts the next request into client->request; false if there is none now. */
static bool
client_plan(Client *client)
{
	if (client->retry)
	{
		client->retry = false;
		return true;
	}
	if (client->transaction != 0)
		return plan_in_transaction(client);
	if (time_is_up())
	{
		client->done = true;
		return false;
	}
	if (rng_chance(&client->rng, profile->transaction))
		plan_begin(client);
	else if (rng_chance(&client->rng, client->timeouts ? 0.1 : profile->timeout))
		plan_timeout(client);
	else
		request_draw(&client->request, &plan, &client->rng, client->number,
					 &client->known, true);
	return true;
}

static void
client_send(Client *client)
{
	const Request *request = &client->request;
	char		sql[SQL_SIZE];
	char		args[SQL_SIZE];

	request_sql(request, sql, sizeof(sql));
	request_args(request, args, sizeof(args));
	client->in_flight = journal_request(client->number, client->transaction,
										kind_name(request->kind), args);
	client->sent_us = now_us();
	client->cancel_us = 0;
	counts[request->kind]++;
	if (request->kind < BEGIN)
	{
		calls++;
		if (rng_chance(&client->rng, profile->cancel))
			client->cancel_us = client->sent_us + rng_below(&client->rng, 20000);
	}
	/* a connection that is broken already shows when the reply is read */
	if (wire != NULL)
		wire->send(client->number, request);
	else
		(void) PQsendQuery(client->conn, sql);
}

static void
client_step(Client *client)
{
	if (wire == NULL && client->conn == NULL && !client_connect(client))
		return;
	if (!client->drawn && !client_plan(client))
		return;
	client->drawn = true;
	if (client->request.not_before_us > now_us())
	{
		client->wake_us = client->request.not_before_us;
		return;
	}
	client->drawn = false;
	client_send(client);
}

/* -------- replies -------- */

/* Naps under lock make others wait; elsewhere there is no time to lose. */
static void
client_nap(Client *client)
{
	client->wake_us = 0;
	if (client->transaction != 0 && rng_chance(&client->rng, 0.3))
		client->wake_us = now_us() + rng_below(&client->rng, 20000);
}

static void
client_lose(Client *client, const Response *reply)
{
	const Request *request = &client->request;

	journal_reply(client->in_flight, reply);
	client->in_flight = 0;
	lost_count++;
	/* a transaction is not repeated: its calls went with it */
	client->retry = client->transaction == 0 && request->kind < BEGIN &&
		(request->key[0] || rng_chance(&client->rng, 0.5));
	client_hang_up(client);
}

static void
client_succeed(Client *client, const PGresult *rows)
{
	const Request *request = &client->request;

	successes[request->kind]++;
	if (rows != NULL)
		knowledge_learn(&client->known, request, rows);
	if (request->kind == SAVEPOINT)
		client->savepoint = true;
	if (request->kind == COMMIT || request->kind == ROLLBACK)
		client->transaction = 0;
}

/* Who hears of nobody for too long gives up. */
static void
check_patience(bool is_answer)
{
	static int64_t last_answer_us;

	if (is_answer || last_answer_us == 0)
		last_answer_us = now_us();
	else if (now_us() > last_answer_us + (stopped ? STOP_PATIENCE_US : PATIENCE_US))
		die("no server answers");
}

/* The way to the server has failed before the call was sent on: it is sent again. */
static bool
was_not_sent(const Response *reply)
{
	return strcmp(reply->code, "UNSENT") == 0 || strcmp(reply->code, "PT503") == 0;
}

static void
client_answer(Client *client, const Response *reply)
{
	bool		is_lost = strcmp(reply->code, "LOST") == 0;

	check_patience(!is_lost && !was_not_sent(reply));
	if (is_lost)
	{
		client_lose(client, reply);
		if (wire != NULL)
			client->wake_us = now_us() + RETRY_US;
		return;
	}
	journal_reply(client->in_flight, reply);
	if (strcmp(reply->code, "OK") == 0 || strcmp(reply->code, "UNDONE") == 0)
		client_succeed(client, reply->rows);
	else
	{
		if (client->conn != NULL && PQtransactionStatus(client->conn) == PQTRANS_IDLE)
			client->transaction = 0;	/* BEGIN or COMMIT has failed */
		/* a provider tells until it is answered: what was cancelled, too */
		client->retry = was_not_sent(reply) || (kind_has_reference(client->request.kind) &&
												strncmp(reply->code, "57", 2) == 0);
	}
	client->in_flight = 0;
	client_nap(client);
	if (was_not_sent(reply))
		client->wake_us = now_us() + 5 * RETRY_US;
}

static void
client_receive(Client *client, const PGresult *result)
{
	Response		reply = {.code = "OK"};

	switch (PQresultStatus(result))
	{
		case PGRES_TUPLES_OK:
			reply.rows = result;
			break;
		case PGRES_COMMAND_OK:
			/* "ROLLBACK" as the answer to COMMIT is what matters here */
			if (strcmp(PQcmdStatus((PGresult *) result), "ROLLBACK") == 0)
				reply.code = "UNDONE";
			break;
		default:
			reply.code = PQresultErrorField(result, PG_DIAG_SQLSTATE);
			reply.message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
			reply.detail = PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL);
			/* 57P0x: the server is going down, with or without our work */
			if (reply.code == NULL || strncmp(reply.code, "57P0", 4) == 0)
				reply.code = "LOST";
			break;
	}
	client_answer(client, &reply);
}

/* Read what has come; a request is answered once its last result is here. */
static void
client_read(Client *client)
{
	static const Response lost = {.code = "LOST"};
	PGresult   *result,
			   *next;

	if (!PQconsumeInput(client->conn))
	{
		client_lose(client, &lost);
		return;
	}
	if (PQisBusy(client->conn))
		return;
	result = PQgetResult(client->conn);
	if (result == NULL)
	{
		client_lose(client, &lost);
		return;
	}
	while ((next = PQgetResult(client->conn)) != NULL)
		PQclear(next);
	client_receive(client, result);
	PQclear(result);
}

static void
client_cancel(Client *client)
{
	PGcancel   *cancel = PQgetCancel(client->conn);
	char		error[256];

	client->cancel_us = 0;
	if (cancel != NULL)
	{
		(void) PQcancel(cancel, error, sizeof(error));
		PQfreeCancel(cancel);
	}
}

/* -------- the loop -------- */

/* When somebody has something to do, whether replies come or not. */
static int64_t
next_wake(void)
{
	int64_t		wake = now_us() + 1000000;

	for (int i = 0; i < client_count; i++)
	{
		const Client *client = &clients[i];

		if (client->in_flight && client->cancel_us && client->cancel_us < wake)
			wake = client->cancel_us;
		else if (!client->in_flight && !client->done && client->wake_us < wake)
			wake = client->wake_us;
	}
	return wake;
}

/* What has come by libpq. */
static void
read_sockets(int64_t wake)
{
	static struct pollfd fds[MAX_CLIENTS];
	int64_t		now = now_us();
	struct timespec timeout = {0, 0};

	for (int i = 0; i < client_count; i++)
	{
		fds[i] = (struct pollfd){.fd = -1};
		if (clients[i].in_flight)
		{
			fds[i].fd = PQsocket(clients[i].conn);
			fds[i].events = POLLIN | (PQflush(clients[i].conn) == 1 ? POLLOUT : 0);
		}
	}
	if (wake > now)
		timeout.tv_nsec = (wake - now) * 999;	/* a second at most */
	(void) ppoll(fds, client_count, &timeout, NULL);
	for (int i = 0; i < client_count; i++)
		if (clients[i].in_flight && (fds[i].fd < 0 || fds[i].revents))
			client_read(&clients[i]);
}

/* What has come by another way. */
static void
read_wire(int64_t wake)
{
	int			client;
	Response		reply;

	wire->wait(wake);
	while (wire->receive(&client, &reply))
		client_answer(&clients[client], &reply);
}

static bool
run_once(void)
{
	bool		busy = false;

	if (wire != NULL)
		read_wire(next_wake());
	else
		read_sockets(next_wake());
	for (int i = 0; i < client_count; i++)
	{
		Client	   *client = &clients[i];

		if (client->in_flight && client->cancel_us && client->cancel_us <= now_us())
			client_cancel(client);
		if (client->in_flight && now_us() > client->sent_us + PATIENCE_US)
			die("client %d, request %d: no reply", i, client->in_flight);
		if (!client->in_flight && !client->done && client->wake_us <= now_us())
			client_step(client);
		busy |= !client->done;
	}
	return busy;
}

static void
report(int64_t took_us)
{
	printf("driver: profile %s, seed %llu, %d clients, %lld calls in %.1f s, %lld replies lost\n",
		   profile->name, (unsigned long long) seed, client_count,
		   (long long) calls, took_us / 1e6, (long long) lost_count);
	for (int i = 0; i < KIND_COUNT; i++)
		if (counts[i] > 0)
			printf("driver:   %-16s %9lld sent %9lld done\n", kind_name(i),
				   (long long) counts[i], (long long) successes[i]);
}

static void
stop(int signal)
{
	(void) signal;
	stopped = 1;
}

/* -------- options -------- */

static void
choose_profile(const char *name)
{
	for (size_t i = 0; i < sizeof(profiles) / sizeof(profiles[0]); i++)
		if (strcmp(profiles[i].name, name) == 0)
		{
			profile = &profiles[i];
			plan.keys = profile->keys;
			plan.crowd = profile->crowd;
			if (profile->weight != NULL)
				memcpy(plan.weight, profile->weight, sizeof(plan.weight));
			return;
		}
	die("there is no profile \"%s\"", name);
}

static void
leave_out(const char *name)
{
	for (int i = 0; i < BEGIN; i++)
		if (strcmp(kind_name(i), name) == 0)
		{
			plan.weight[i] = 0;
			return;
		}
	die("there is no call \"%s\"", name);
}

static void
choose_http(void)
{
	if (&http_wire == NULL)
		die("built without HTTP (test/long/history/build FILE http)");
	wire = &http_wire;
}

static void
add_home(const char *conninfo)
{
	if (home_count == MAX_HOMES)
		die("more than %d servers", MAX_HOMES);
	homes[home_count++] = conninfo;
}

static const char *
read_options(int argc, char **argv)
{
	static const struct option options[] = {
		{"journal", required_argument, NULL, 'j'},
		{"seed", required_argument, NULL, 's'},
		{"clients", required_argument, NULL, 'c'},
		{"ops", required_argument, NULL, 'o'},
		{"seconds", required_argument, NULL, 't'},
		{"profile", required_argument, NULL, 'p'},
		{"without", required_argument, NULL, 'w'},
		{"http", no_argument, NULL, 'h'},
		{"home", required_argument, NULL, 'm'},
		{NULL, 0, NULL, 0}
	};
	const char *journal = NULL;
	int			option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
		switch (option)
		{
			case 'j': journal = optarg; break;
			case 's': seed = strtoull(optarg, NULL, 10); break;
			case 'c': client_count = atoi(optarg); break;
			case 'o': ops = atoll(optarg); break;
			case 't': end_us = now_us() + atoll(optarg) * 1000000; break;
			case 'p': choose_profile(optarg); break;
			case 'w': leave_out(optarg); break;
			case 'h': choose_http(); break;
			case 'm': add_home(optarg); break;
			default: exit(2);
		}
	if (journal == NULL || client_count < 1 || client_count > MAX_CLIENTS)
		die("--journal FILE is needed, --clients is 1 to %d", MAX_CLIENTS);
	if (strncmp(profile->name, "serial", 6) == 0)
		client_count = 1;
	if (wire != NULL && (profile->transaction > 0 || profile->timeout > 0 || profile->cancel > 0))
		die("profile \"%s\" needs a connection of its own", profile->name);
	return journal;
}

/* The world, from the servers themselves, whatever way the calls take. */
static void
load_world(void)
{
	PGconn	   *conns[MAX_HOMES];

	if (home_count == 0)
		add_home("");
	for (int i = 0; i < home_count; i++)
	{
		conns[i] = PQconnectdb(homes[i]);
		if (PQstatus(conns[i]) != CONNECTION_OK)
			die("cannot connect: %s", PQerrorMessage(conns[i]));
	}
	world_load(conns, home_count);
	for (int i = 0; i < home_count; i++)
		PQfinish(conns[i]);
}

int
main(int argc, char **argv)
{
	const char *journal = read_options(argc, argv);
	int64_t		began_us;

	for (int i = 0; i < client_count; i++)
	{
		clients[i].number = i;
		clients[i].rng.state = seed * UINT64_C(1000003) + i;
		if (wire == NULL && !client_connect(&clients[i]))
			die("cannot connect");
	}
	if (wire != NULL)
		wire->open(client_count);
	load_world();
	journal_open(journal);
	(void) signal(SIGTERM, stop);
	began_us = now_us();
	while (run_once())
		;
	report(now_us() - began_us);
	journal_close();
	if (wire != NULL)
		wire->close();
	for (int i = 0; i < client_count; i++)
		PQfinish(clients[i].conn);
	return 0;
}
