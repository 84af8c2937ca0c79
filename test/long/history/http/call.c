/*
 * call.c
 *		A request as a web client sends it to PostgREST.
 *
 * Everything that changes something is a POST with JSON; seat_status() and
 * seat_map() are a GET, so that a cluster may answer them from a replica. A member
 * is who the token says, a guest is a session_id without a token, and the house has
 * a role for each kind of work. Which server has the seat is nobody's business here.
 */
#include <stdlib.h>
#include <string.h>

#include <jwt.h>

#include "http.h"

#define MAX_BOOKERS		(SHARED_BOOKERS + 2 * 128)
#define HOUSE_ID		"00000000-0000-4000-8000-ffffffffffff"
#define TOKEN_TERM_S	86400

typedef enum Role
{
	BOOKER, ANYBODY, CLERK, MANAGER, PAYMENTS, STAFF
} Role;

#define ROLE_COUNT (STAFF + 1)

static const char *const role_names[ROLE_COUNT] = {
	[BOOKER] = "web_member", [CLERK] = "web_clerk", [MANAGER] = "web_manager",
	[PAYMENTS] = "web_payments", [STAFF] = "web_staff"
};

static const struct
{
	const char *function;
	Role		role;
	bool		reads;			/* by GET */
}			functions[KIND_COUNT] = {
	[HOLD] = {"hold_seat", BOOKER, false},
	[HOLD_MANY] = {"hold_seats", BOOKER, false},
	[HOLD_BEST] = {"hold_best_seats", BOOKER, false},
	[EXTEND] = {"extend_holds", BOOKER, false},
	[RELEASE] = {"release_seats", BOOKER, false},
	[RELEASE_ALL] = {"release_seats", BOOKER, false},
	[CONFIRM] = {"confirm_booking", BOOKER, false},
	[CONFIRM_NAMED] = {"confirm_booking", BOOKER, false},
	[BOOK] = {"book_seats", BOOKER, false},
	[CANCEL] = {"cancel_booking", BOOKER, false},
	[CANCEL_GUEST] = {"cancel_guest_booking", ANYBODY, false},
	[BEGIN_PAYMENT] = {"begin_payment", BOOKER, false},
	[CANCEL_PAYMENT] = {"cancel_payment", BOOKER, false},
	[CANCEL_SEATS] = {"cancel_seats", BOOKER, false},
	[EXPIRE] = {"expire_holds", STAFF, false},
	[BLOCK] = {"block_seats", CLERK, false},
	[UNBLOCK] = {"unblock_seats", CLERK, false},
	[CANCEL_SCHEDULE] = {"cancel_schedule", MANAGER, false},
	[AUDIT] = {"check_integrity", STAFF, false},
	[SEAT_STATUS] = {"seat_status", ANYBODY, true},
	[SEAT_MAP] = {"seat_map", ANYBODY, true},
	[CONFIRM_PAYMENT] = {"confirm_payment", PAYMENTS, false},
	[DUE_REFUNDS] = {"due_refunds", PAYMENTS, false},
	[RECORD_REFUND] = {"record_refund", PAYMENTS, false},
	[EXPIRE_BOOKINGS] = {"expire_bookings", STAFF, false},
};

/* -------- tokens -------- */

static char *member_tokens[MAX_BOOKERS];	/* of the even ones */
static char *role_tokens[ROLE_COUNT];

static char *
make_token(const char *secret, const char *role, const char *person)
{
	jwt_t	   *jwt;
	char	   *token;

	if (jwt_new(&jwt) != 0 ||
		jwt_set_alg(jwt, JWT_ALG_HS256, (const unsigned char *) secret, strlen(secret)) != 0 ||
		jwt_add_grant(jwt, "role", role) != 0 ||
		jwt_add_grant(jwt, "sub", person) != 0 ||
		jwt_add_grant_int(jwt, "exp", now_us() / 1000000 + TOKEN_TERM_S) != 0 ||
		(token = jwt_encode_str(jwt)) == NULL)
		die("no token can be made");
	jwt_free(jwt);
	return token;
}

void
tokens_make(const char *secret, int client_count)
{
	char		person[ID_SIZE];

	for (int booker = 0; booker < SHARED_BOOKERS + 2 * client_count; booker += 2)
	{
		snprintf(person, sizeof(person), BOOKER_ID, booker);
		member_tokens[booker] = make_token(secret, role_names[BOOKER], person);
	}
	for (int role = CLERK; role < ROLE_COUNT; role++)
		role_tokens[role] = make_token(secret, role_names[role], HOUSE_ID);
}

/* -------- arguments -------- */

static void
set_text(json_t *body, const char *name, const char *text)
{
	if (text[0])
		json_object_set_new(body, name, json_string(text));
}

static void
set_seats(json_t *body, const Request *request)
{
	json_t	   *seats = json_array();

	for (int i = 0; i < request->seat_count; i++)
		json_array_append_new(seats, json_string(world.seats[request->seats[i]].id));
	json_object_set_new(body, "seat_ids", seats);
}

static void
set_schedule(json_t *body, const Request *request)
{
	set_text(body, "concert_schedule_id", world.schedules[request->schedule].id);
}

static void
set_phone(json_t *body, const Request *request)
{
	char		phone[32];

	snprintf(phone, sizeof(phone), "010-0000-%04d", request->booker);
	set_text(body, "customer_phone", phone);
}

static void
set_customer(json_t *body, const Request *request)
{
	char		name[32];

	set_text(body, "idempotency_key", request->key);
	if (request->booker % 2 == 0)
		return;
	snprintf(name, sizeof(name), "guest %d", request->booker);
	set_text(body, "customer_name", name);
	set_phone(body, request);
}

static void
set_best(json_t *body, const Request *request)
{
	set_schedule(body, request);
	json_object_set_new(body, "seat_count", json_integer(request->number));
	json_object_set_new(body, "adjacent", json_boolean(request->flag));
	set_text(body, "seat_grade", request->grade);
	set_text(body, "section", request->section);
	if (request->max_price)
		json_object_set_new(body, "max_price", json_integer(request->max_price));
}

static void
set_payment(json_t *body, const Request *request)
{
	set_text(body, "booking_id", request->text);
	json_object_set_new(body, "amount", json_integer(request->number));
	set_text(body, "provider", "bank");
	set_text(body, "reference", request->key);
}

static void
set_arguments(json_t *body, const Request *request)
{
	switch (request->kind)
	{
		case HOLD:
			set_text(body, "seat_id", world.seats[request->seats[0]].id);
			break;
		case HOLD_MANY:
		case RELEASE:
		case BLOCK:
		case UNBLOCK:
			set_seats(body, request);
			break;
		case HOLD_BEST:
			set_best(body, request);
			break;
		case EXTEND:
		case CANCEL_SCHEDULE:
			set_schedule(body, request);
			break;
		case CONFIRM:
		case CONFIRM_NAMED:
		case BEGIN_PAYMENT:
			set_schedule(body, request);
			set_customer(body, request);
			if (request->kind != CONFIRM)
				set_seats(body, request);
			break;
		case BOOK:
			set_seats(body, request);
			set_customer(body, request);
			break;
		case CANCEL:
		case CANCEL_PAYMENT:
			set_text(body, "booking_id", request->text);
			break;
		case CANCEL_SEATS:
			set_text(body, "booking_id", request->text);
			set_seats(body, request);
			break;
		case CANCEL_GUEST:
			set_text(body, "booking_number", request->text);
			set_phone(body, request);
			break;
		case CONFIRM_PAYMENT:
		case RECORD_REFUND:
			set_payment(body, request);
			break;
		case EXPIRE:
		case EXPIRE_BOOKINGS:
			json_object_set_new(body, "batch_size", json_integer(request->number));
			break;
		case DUE_REFUNDS:
			json_object_set_new(body, "page_size", json_integer(request->number));
			break;
		default:
			break;
	}
}

void
call_make(Call *call, const Request *request)
{
	char		person[ID_SIZE];
	Role		role = functions[request->kind].role;

	if (functions[request->kind].function == NULL)
		die("\"%s\" cannot be called by HTTP", kind_name(request->kind));
	call->token = role_tokens[role];
	call->body = NULL;
	if (functions[request->kind].reads)
	{
		snprintf(call->path, PATH_SIZE, "/rpc/%s?concert_schedule_id=%s",
				 functions[request->kind].function, world.schedules[request->schedule].id);
		return;
	}
	snprintf(call->path, PATH_SIZE, "/rpc/%s", functions[request->kind].function);
	call->body = json_object();
	set_arguments(call->body, request);
	if (request->kind == CANCEL || request->kind == CANCEL_SEATS)
		set_text(call->body, "reason", "history");
	if (role != BOOKER)
		return;
	if (request->booker % 2 == 0)
		call->token = member_tokens[request->booker];
	else
	{
		snprintf(person, sizeof(person), BOOKER_ID, request->booker);
		set_text(call->body, "session_id", person);
	}
}
