/*
 * answer.c
 *		PostgREST's JSON as the reply that libpq would have given.
 *
 * An error has the SQLSTATE as "code" and the DETAIL as "details". An error of
 * PostgreSQL says for sure what was done: nothing. So does HAProxy's PT503, that the shard
 * cannot be reached, of a call for one shard. Where else the way to it has failed (a proxy's or a pool's error, an
 * answer of which a part is missing), the call may have been done or not, and its reply is
 * lost. "UNSENT": nobody took the connection, or PostgREST had none.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/evp.h>

#include "http.h"

#define MAX_COLUMNS		12
#define VALUE_SIZE		(MAX_SEATS + 64)
#define HTTP_PARTIAL	206		/* a list of which a server's part is missing */

typedef enum Format
{
	PLAIN, INSTANT, LIST
} Format;

typedef struct Column
{
	const char *name;
	Format		format;
} Column;

#define HOLD_COLUMNS	{"seat_id", PLAIN}, {"expires_at", INSTANT}
#define RECEIPT_COLUMNS	{"booking_id", PLAIN}, {"booking_number", PLAIN}, \
	{"concert_schedule_id", PLAIN}, {"status", PLAIN}, {"seat_count", PLAIN}, \
	{"total_price", PLAIN}, {"seat_numbers", LIST}, {"created_at", INSTANT}, {"cancelled_at", INSTANT}
#define PAID_RECEIPT_COLUMNS	RECEIPT_COLUMNS, {"pay_by", INSTANT}, {"refund_due", PLAIN}
#define OUTCOME_COLUMNS	{"outcome", PLAIN}, {"booking_id", PLAIN}, {"status", PLAIN}, {"refund_due", PLAIN}

/* The columns of the journal, as request.c selects them. */
static const Column columns[KIND_COUNT][MAX_COLUMNS] = {
	[HOLD] = {HOLD_COLUMNS}, [HOLD_MANY] = {HOLD_COLUMNS},
	[HOLD_BEST] = {HOLD_COLUMNS}, [EXTEND] = {HOLD_COLUMNS},
	[RELEASE] = {{"released_seats", PLAIN}}, [RELEASE_ALL] = {{"released_seats", PLAIN}},
	[CONFIRM] = {RECEIPT_COLUMNS}, [CONFIRM_NAMED] = {RECEIPT_COLUMNS},
	[BOOK] = {RECEIPT_COLUMNS}, [CANCEL] = {RECEIPT_COLUMNS},
	[CANCEL_GUEST] = {RECEIPT_COLUMNS},
	[BEGIN_PAYMENT] = {PAID_RECEIPT_COLUMNS}, [CANCEL_PAYMENT] = {PAID_RECEIPT_COLUMNS},
	[CANCEL_SEATS] = {PAID_RECEIPT_COLUMNS},
	[CONFIRM_PAYMENT] = {OUTCOME_COLUMNS}, [RECORD_REFUND] = {OUTCOME_COLUMNS},
	[DUE_REFUNDS] = {{"booking_id", PLAIN}, {"amount", PLAIN}},
	[EXPIRE_BOOKINGS] = {{"expired_bookings", PLAIN}}, [EXPIRE] = {{"expired_holds", PLAIN}},
	[BLOCK] = {{"blocked_seats", PLAIN}}, [UNBLOCK] = {{"unblocked_seats", PLAIN}},
	[SEAT_STATUS] = {{"statuses", PLAIN}},
};

/* -------- values -------- */

/* 2026-11-22T16:00:00.123456+00:00 in microseconds. */
static int64_t
read_instant(const char *text)
{
	struct tm	tm = {0};
	const char *rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
	int64_t		us = 0;
	int			hours,
				minutes = 0;

	if (rest != NULL && *rest == '.')
		for (int unit = 100000; *++rest >= '0' && *rest <= '9'; unit /= 10)
			us += (*rest - '0') * unit;
	if (rest == NULL)
		rest = "";
	if (sscanf(rest, "%3d:%2d", &hours, &minutes) < 1)
		die("\"%s\" is no instant", text);
	minutes = *rest == '-' ? 60 * hours - minutes : 60 * hours + minutes;
	return ((int64_t) timegm(&tm) - 60 * minutes) * 1000000 + us;
}

/* A value as libpq would have told it; false for null. */
static bool
write_value(char *text, size_t size, const json_t *value, Format format)
{
	size_t		used = 0;

	if (value == NULL || json_is_null(value))
		return false;
	text[0] = '\0';
	if (format == INSTANT)
		snprintf(text, size, "%lld", (long long) read_instant(json_string_value(value)));
	else if (format == LIST)
		for (size_t i = 0; i < json_array_size(value) && used < size; i++)
			used += snprintf(text + used, size - used, "%s%s", i ? "," : "",
							 json_string_value(json_array_get(value, i)));
	else if (json_is_integer(value))
		snprintf(text, size, "%lld", (long long) json_integer_value(value));
	else if (json_is_string(value))
		snprintf(text, size, "%s", json_string_value(value));
	else
		die("an answer with a value of another type");
	return true;
}

/* -------- rows -------- */

static PGresult *
make_rows(int column_count)
{
	PGresult   *rows = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
	PGresAttDesc attributes[MAX_COLUMNS];

	memset(attributes, 0, sizeof(attributes));
	for (int i = 0; i < column_count; i++)
		attributes[i].name = (char *) "";
	if (rows == NULL || !PQsetResultAttrs(rows, column_count, attributes))
		die("no room for an answer");
	return rows;
}

static void
set_value(PGresult *rows, int row, int column, char *text)
{
	if (!PQsetvalue(rows, row, column, text, text == NULL ? -1 : (int) strlen(text)))
		die("no room for an answer");
}

/* One object is one row, and a value without a name the only column. */
static PGresult *
read_rows(Kind kind, const json_t *body)
{
	size_t		row_count = json_is_array(body) ? json_array_size(body) : 1;
	int			column_count = 0;
	char		text[VALUE_SIZE];
	PGresult   *rows;

	while (columns[kind][column_count].name != NULL)
		column_count++;
	if (column_count == 0)
		die("what \"%s\" answers is not known", kind_name(kind));
	rows = make_rows(column_count);
	for (size_t row = 0; row < row_count; row++)
	{
		const json_t *object = json_is_array(body) ? json_array_get(body, row) : body;

		for (int i = 0; i < column_count; i++)
		{
			const Column *column = &columns[kind][i];
			const json_t *value = json_is_object(object) ? json_object_get(object, column->name) : object;

			if (json_is_object(object) && value == NULL)
				die("\"%s\" answers without \"%s\"", kind_name(kind), column->name);
			set_value(rows, row, i, write_value(text, sizeof(text), value, column->format) ? text : NULL);
		}
	}
	return rows;
}

/* The letters of a map as seat_status() has them, and which seats they are of. */
static PGresult *
read_map(const json_t *body)
{
	PGresult   *rows = make_rows(2);
	EVP_MD_CTX *digest = EVP_MD_CTX_new();
	char		letters[MAX_SEATS + 1] = "";
	unsigned char bytes[EVP_MAX_MD_SIZE];
	char		ids[2 * EVP_MAX_MD_SIZE + 1] = "";
	unsigned int size;
	size_t		count = json_array_size(body);

	if (digest == NULL || !EVP_DigestInit(digest, EVP_md5()) || count > MAX_SEATS)
		die("a map cannot be read");
	for (size_t i = 0; i < count; i++)
	{
		const json_t *seat = json_array_get(body, i);
		const char *id = json_string_value(json_object_get(seat, "seat_id"));

		letters[i] = json_string_value(json_object_get(seat, "status"))[0];
		(void) EVP_DigestUpdate(digest, ",", i > 0);
		(void) EVP_DigestUpdate(digest, id, strlen(id));
	}
	(void) EVP_DigestFinal(digest, bytes, &size);
	EVP_MD_CTX_free(digest);
	for (unsigned int i = 0; i < size; i++)
		snprintf(ids + 2 * i, 3, "%02x", bytes[i]);
	set_value(rows, 0, 0, letters);
	set_value(rows, 0, 1, ids);
	return rows;
}

/* As a row of SQL is written. */
static PGresult *
read_cancelled_schedule(const json_t *body)
{
	static const char *const names[] = {"cancelled_bookings", "cancelled_seats", "removed_holds", "refund_due"};
	PGresult   *rows = make_rows(1);
	char		text[128] = "(";
	size_t		used = 1;

	for (int i = 0; i < 4; i++)
		used += snprintf(text + used, sizeof(text) - used, "%s%lld", i ? "," : "",
						 (long long) json_integer_value(json_object_get(body, names[i])));
	snprintf(text + used, sizeof(text) - used, ")");
	set_value(rows, 0, 0, text);
	return rows;
}

/*
 * The three counts of AUDIT_SQL (request.c) are here what check_integrity() finds, which
 * has each of them among its own, and more: nothing.
 */
static PGresult *
read_audit(const json_t *body)
{
	PGresult   *rows = make_rows(3);
	char		found[32];
	char		zero[] = "0";

	snprintf(found, sizeof(found), "%zu", json_array_size(body));
	if (json_array_size(body) > 0)
		fprintf(stderr, "driver: check_integrity() finds %s\n", json_dumps(body, JSON_COMPACT));
	set_value(rows, 0, 0, found);
	set_value(rows, 0, 1, zero);
	set_value(rows, 0, 2, zero);
	return rows;
}

/* -------- replies -------- */

/* Whether all servers are asked, of which some may have done it when another one fails. */
static bool
asks_all(Kind kind)
{
	return kind == RELEASE_ALL || kind == EXPIRE || kind == EXPIRE_BOOKINGS || kind == DUE_REFUNDS;
}

/* PostgREST's own, of a call for which it had no connection: PGRST001 is of one that it has lost. */
static bool
has_not_begun(const char *code)
{
	return code != NULL && (strcmp(code, "PGRST000") == 0 || strcmp(code, "PGRST002") == 0 ||
							strcmp(code, "PGRST003") == 0);
}

/* Class 08 and 57P0x are of a server that is gone, PT502 and PT504 of a proxy that has lost one. */
static bool
tells_what_was_done(Kind kind, const char *code)
{
	if (code == NULL || strlen(code) != 5 || strncmp(code, "08", 2) == 0 || strncmp(code, "57P0", 4) == 0)
		return false;
	return strcmp(code, "PT502") != 0 && strcmp(code, "PT504") != 0 &&
		(strcmp(code, "PT503") != 0 || !asks_all(kind));
}

static void
read_error(Response *reply, Kind kind, const json_t *body)
{
	static char *text;
	const char *code = json_string_value(json_object_get(body, "code"));
	const json_t *details = json_object_get(body, "details");

	free(text);					/* a proxy's details are no text */
	text = json_is_object(details) || json_is_array(details) ? json_dumps(details, 0) : NULL;
	reply->message = json_string_value(json_object_get(body, "message"));
	reply->detail = text ? text : json_string_value(details);
	if (has_not_begun(code))
		reply->code = "UNSENT";
	else if (tells_what_was_done(kind, code))
		reply->code = code;
}

void
answer_read(Response *reply, const Request *request, long status, json_t *body)
{
	*reply = (Response){.code = "LOST", .message = "no answer"};
	if (body == NULL)
		return;
	if (status >= 300)
	{
		read_error(reply, request->kind, body);
		return;
	}
	reply->message = "a part is missing";
	if (status == HTTP_PARTIAL)
		return;
	reply->code = "OK";
	if (request->kind == SEAT_MAP)
		reply->rows = read_map(body);
	else if (request->kind == CANCEL_SCHEDULE)
		reply->rows = read_cancelled_schedule(body);
	else if (request->kind == AUDIT)
		reply->rows = read_audit(body);
	else
		reply->rows = read_rows(request->kind, body);
}

void
answer_free(const Response *reply)
{
	PQclear((PGresult *) reply->rows);
}
