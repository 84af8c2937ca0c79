/*
 * session.c
 *		Connections that may break at any time, and calls over them.
 *
 * A refusal is an answer; any other error ends the run. An answer that never
 * came leaves the caller without knowing whether the call was done.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "driver.h"

#define RETRY_US		20000	/* between attempts to connect */
#define PATIENCE_US		120000000	/* no server for that long: give up */

typedef struct Statement
{
	const char *name;
	int			values;
	const char *sql;
} Statement;

static const Statement statements[CALL_COUNT] = {
	[CALL_HOLD] = {"hold_seats", 2, "SELECT count(*) FROM concert_booking.hold_seats($1, $2)"},
	[CALL_BEGIN] = {"begin_payment", 3, "SELECT booking_id, total_price, status"
	" FROM concert_booking.begin_payment($1, $2, idempotency_key => $3)"},
	[CALL_CONFIRM] = {"confirm_booking", 3, "SELECT booking_id, total_price, status"
	" FROM concert_booking.confirm_booking($1, $2, idempotency_key => $3)"},
	[CALL_PAY] = {"confirm_payment", 4, "SELECT outcome, refund_due, status"
	" FROM concert_booking.confirm_payment($1, $2, $3, $4)"},
	[CALL_GIVE_UP] = {"cancel_payment", 2, "SELECT status FROM concert_booking.cancel_payment($1, $2)"},
	[CALL_CANCEL] = {"cancel_booking", 2, "SELECT status FROM concert_booking.cancel_booking($1, 'ill', $2)"},
	[CALL_CANCEL_SEATS] = {"cancel_seats", 3, "SELECT status FROM concert_booking.cancel_seats($1, $3, 'ill', $2)"},

	/*
	 * What was refunded before names the next refund. It is read in the statement
	 * that claims the row: later it could be another worker's refund already.
	 */
	[CALL_DUE] = {"due_refunds", 0, "SELECT d.booking_id, d.amount, s.refunded"
	" FROM concert_booking.due_refunds(50, '2 seconds') d, LATERAL concert_booking.payment_status(d.booking_id) s"},
	[CALL_RECORD] = {"record_refund", 4, "SELECT outcome, refund_due FROM concert_booking.record_refund($1, $2, $3, $4)"},
	[CALL_EXPIRE_HOLDS] = {"expire_holds", 0, "SELECT concert_booking.expire_holds(1000)"},
	[CALL_EXPIRE_BOOKINGS] = {"expire_bookings", 0, "SELECT concert_booking.expire_bookings(1000)"},
	[CALL_CANCEL_SCHEDULE] = {"cancel_schedule", 1, "SELECT cancelled_bookings FROM concert_booking.cancel_schedule($1, 'rain')"},
};

static atomic_llong counts[CALL_COUNT][REPLY_LOST + 1];

void
die(const char *format,...)
{
	va_list		args;

	fprintf(stderr, "driver: ");
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	_exit(2);					/* not exit(): other threads are at work */
}

const char *
call_name(Call call)
{
	return statements[call].name;
}

int64_t
call_count(Call call, Reply reply)
{
	return counts[call][reply];
}

/* What a dying server says is in its log. */
static void
drop_notice(void *arg, const char *message)
{
	(void) arg;
	(void) message;
}

/* False where the server is going down. */
static bool
prepare_all(PGconn *conn)
{
	bool		good = true;

	for (int call = 0; call < CALL_COUNT && good; call++)
	{
		PGresult   *result = PQprepare(conn, statements[call].name, statements[call].sql, 0, NULL);
		const char *code = PQresultErrorField(result, PG_DIAG_SQLSTATE);

		good = PQresultStatus(result) == PGRES_COMMAND_OK;
		if (!good && code != NULL && strncmp(code, "57P0", 4) != 0)
			die("%s: %s", statements[call].sql, PQerrorMessage(conn));
		PQclear(result);
	}
	return good;
}

static void
session_connect(Session *session)
{
	int64_t		until_us = now_us() + PATIENCE_US;

	for (;;)
	{
		session->conn = PQconnectdb("application_name=payments connect_timeout=10");
		(void) PQsetNoticeProcessor(session->conn, drop_notice, NULL);
		if (PQstatus(session->conn) == CONNECTION_OK && prepare_all(session->conn))
			return;
		if (now_us() > until_us)
			die("no server: %s", PQerrorMessage(session->conn));
		session_hang_up(session);
		usleep(RETRY_US);
	}
}

void
session_hang_up(Session *session)
{
	PQfinish(session->conn);
	session->conn = NULL;
}

/* A connection that is broken already shows when the answer is read. */
void
session_send(Session *session, Call call, const char *const *values)
{
	if (session->conn == NULL)
		session_connect(session);
	(void) PQsendQueryPrepared(session->conn, statements[call].name, statements[call].values, values, NULL, NULL, 0);
}

static void
keep_values(const PGresult *result, Answer *answer)
{
	answer->rows = Min(PQntuples(result), MOST_ROWS);
	for (int row = 0; row < answer->rows; row++)
		for (int column = 0; column < Min(PQnfields(result), MOST_COLUMNS); column++)
			snprintf(answer->values[row][column], VALUE_SIZE, "%s", PQgetvalue(result, row, column));
}

Reply
session_receive(Session *session, Call call, Answer *answer)
{
	PGresult   *result = PQgetResult(session->conn),
			   *next;
	const char *code = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	Reply		reply;

	if (PQresultStatus(result) == PGRES_TUPLES_OK)
	{
		reply = REPLY_DONE;
		if (answer != NULL)
			keep_values(result, answer);
	}
	/* 57P0x: the server is going down, with or without our work */
	else if (code == NULL || strncmp(code, "57P0", 4) == 0)
		reply = REPLY_LOST;
	else if (strncmp(code, "PT4", 3) == 0)
		reply = REPLY_REFUSED;
	else
		die("%s: %s %s", statements[call].name, code, PQresultErrorMessage(result));
	PQclear(result);

	/*
	 * The rows of a prepared statement are sent before it commits: a server that dies
	 * meanwhile may still push them out. They count once it is ready for the next.
	 */
	while (reply != REPLY_LOST && (next = PQgetResult(session->conn)) != NULL)
	{
		reply = REPLY_LOST;
		PQclear(next);
	}
	if (reply != REPLY_LOST && PQtransactionStatus(session->conn) != PQTRANS_IDLE)
		reply = REPLY_LOST;
	if (reply == REPLY_LOST)
		session_hang_up(session);
	atomic_fetch_add(&counts[call][reply], 1);
	return reply;
}

Reply
session_call(Session *session, Call call, const char *const *values, Answer *answer)
{
	session_send(session, call, values);
	return session_receive(session, call, answer);
}

/* Calls that may be repeated, until there is an answer. */
Reply
session_insist(Session *session, Call call, const char *const *values, Answer *answer)
{
	Reply		reply;

	do
		reply = session_call(session, call, values, answer);
	while (reply == REPLY_LOST);
	return reply;
}
