/*
 * sale_request.c - what a sale is asked to do: the arguments of confirm and book.
 */
#include "postgres.h"

#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"

#include "arguments.h"
#include "errors.h"
#include "phone.h"
#include "sale_request.h"
#include "same.h"
#include "settings.h"
#include "uuid_v7.h"

#define NAME_LIMIT 100
#define EMAIL_LIMIT 255
#define KEY_LIMIT 255
#define REASON_LIMIT 1000
#define PRICE_TYPES_RULE "Pass an object of seat ids and codes, such as {\"<seat id>\": \"child\"}."

/*
 * The expected total, the last argument. The functions of 0.1 have none: they
 * call this library from its installation until ALTER EXTENSION UPDATE.
 */
static void
read_expected_total(FunctionCallInfo fcinfo, int position, SaleRequest *request)
{
	if (PG_NARGS() <= position || PG_ARGISNULL(position))
		return;
	request->has_expected_total = true;
	request->expected_total = PG_GETARG_INT64(position);
	if (request->expected_total < 0)
		errors_argument_value("expected_total", "Pass a sum of 0 or more, or null.");
}

/* The code that the sale names for a seat; NULL: none. */
text *
sale_request_price_type(const SaleRequest *request, const pg_uuid_t *seat_id)
{
	int			i;

	for (i = 0; i < request->price_type_count; i++)
	{
		if (same_uuid(&request->price_types[i].seat_id, seat_id))
			return request->price_types[i].code;
	}
	return NULL;
}

/* One entry of price_types: a seat's id and a code. The same id can be spelled twice. */
static void
read_price_type(const JsonbValue *key, const JsonbValue *value, SaleRequest *request)
{
	SeatPriceType *price_type = &request->price_types[request->price_type_count];

	if (!arguments_parse_uuid(key->val.string.val, key->val.string.len,
							  &price_type->seat_id) ||
		value->type != jbvString || value->val.string.len == 0 ||
		sale_request_price_type(request, &price_type->seat_id) != NULL)
		errors_argument_value("price_types", PRICE_TYPES_RULE);
	price_type->code = cstring_to_text_with_len(value->val.string.val,
												value->val.string.len);
	request->price_type_count++;
}

/* The price types, the argument behind the total: {"seat_id": "code", ...}. */
static void
read_price_types(FunctionCallInfo fcinfo, int position, SaleRequest *request)
{
	Jsonb	   *object;
	JsonbIterator *iterator;
	JsonbValue	key;
	JsonbValue	value;
	int			count;
	int			most;

	if (PG_NARGS() <= position || PG_ARGISNULL(position))
		return;
	object = PG_GETARG_JSONB_P(position);
	if (!JB_ROOT_IS_OBJECT(object))
		errors_argument_value("price_types", PRICE_TYPES_RULE);
	count = JB_ROOT_COUNT(object);
	most = Max(settings_max_seats_per_call, request->seat_count);
	if (count > most)
		errors_too_many_seats(count, most);
	request->price_types = palloc(sizeof(SeatPriceType) * Max(count, 1));
	iterator = JsonbIteratorInit(&object->root);
	(void) JsonbIteratorNext(&iterator, &value, true);	/* the object begins */
	while (JsonbIteratorNext(&iterator, &key, true) == WJB_KEY)
	{
		(void) JsonbIteratorNext(&iterator, &value, true);
		read_price_type(&key, &value, request);
	}
}

/* The seats of a call; whoever acts for others may name more than the public. */
int
sale_request_seat_ids(FunctionCallInfo fcinfo, int position, pg_uuid_t **ids)
{
	int			limit = settings_max_seats_per_call;

	if (!PG_ARGISNULL(position))
	{
		ArrayType  *array = PG_GETARG_ARRAYTYPE_P(position);

		if (ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array)) > limit &&
			booker_acts_for_others())
			limit = Max(limit, settings_max_seats_per_desk_call);
	}
	return arguments_seat_ids(fcinfo, position, limit, ids);
}

/*
 * What only the desk may ask for, the arguments behind the price types: a sale to
 * somebody who is not known, and one that costs nothing.
 */
static void
read_desk(FunctionCallInfo fcinfo, int position, SaleRequest *request)
{
	if (PG_NARGS() <= position)
		return;
	request->is_walk_in = !PG_ARGISNULL(position) && PG_GETARG_BOOL(position);
	request->free_reason = arguments_text(fcinfo, position + 1, "free_reason", REASON_LIMIT);
	if (!request->is_walk_in && request->free_reason == NULL)
		return;
	if (!booker_acts_for_others())
		errors_staff_only("only the box office sells in this way");
	if (request->is_walk_in && !PG_ARGISNULL(1))
		errors_argument_value("walk_in", "Leave user_id out, or walk_in: a member is known.");
	if (request->is_walk_in && request->idempotency_key != NULL && PG_ARGISNULL(2))
		errors_argument_value("idempotency_key", "Pass session_id with it: a key is its booker's.");
	if (request->free_reason != NULL && request->price_type_count > 0)
		errors_argument_value("free_reason", "Leave price_types out: every seat is free.");
}

/* Who books; a walk-in gets a session that nobody knows, unless the desk names one. */
static void
read_booker(FunctionCallInfo fcinfo, SaleRequest *request)
{
	pg_uuid_t  *session_id = arguments_uuid(fcinfo, 2);

	if (request->is_walk_in && session_id == NULL)
		session_id = uuid_v7_make(palloc(sizeof(pg_uuid_t)));
	booker_resolve(&request->booker, arguments_uuid(fcinfo, 1), session_id);
	if (!request->booker.is_member && !request->is_walk_in &&
		(request->customer_name == NULL || request->customer_phone == NULL))
		errors_customer_missing();
}

/*
 * The booker, the texts, the total, the price types and what the desk asks for; the
 * booker is argument 1 and 2 of every sale.
 */
void
sale_request_read(FunctionCallInfo fcinfo, int first_text, SaleRequest *request)
{
	request->customer_name = arguments_text(fcinfo, first_text, "customer_name",
											NAME_LIMIT);
	request->customer_phone = arguments_text(fcinfo, first_text + 1,
											 "customer_phone", SALE_REQUEST_PHONE_LIMIT);
	request->customer_email = arguments_text(fcinfo, first_text + 2,
											 "customer_email", EMAIL_LIMIT);
	request->idempotency_key = arguments_text(fcinfo, first_text + 3,
											  "idempotency_key", KEY_LIMIT);
	if (request->customer_phone != NULL &&
		phone_normalize(request->customer_phone) == NULL)
		errors_argument_value("customer_phone", "Pass a number with digits.");
	read_expected_total(fcinfo, first_text + 4, request);
	read_price_types(fcinfo, first_text + 5, request);
	read_desk(fcinfo, first_text + 6, request);
	read_booker(fcinfo, request);
}

/* PT422 when the booker was going to pay another sum. */
void
sale_request_check_total(const SaleRequest *request, int64 total)
{
	if (request->has_expected_total && request->expected_total != total)
		errors_total_differs(request->expected_total, total);
}
