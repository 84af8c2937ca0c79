/*
 * sale_request.c - what a sale is asked to do: the arguments of confirm and book.
 */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/jsonb.h"

#include "arguments.h"
#include "errors.h"
#include "phone.h"
#include "sale_request.h"
#include "same.h"
#include "settings.h"

#define NAME_LIMIT 100
#define EMAIL_LIMIT 255
#define KEY_LIMIT 255
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

	if (PG_NARGS() <= position || PG_ARGISNULL(position))
		return;
	object = PG_GETARG_JSONB_P(position);
	if (!JB_ROOT_IS_OBJECT(object))
		errors_argument_value("price_types", PRICE_TYPES_RULE);
	count = JB_ROOT_COUNT(object);
	if (count > settings_max_seats_per_call)
		errors_too_many_seats(count, settings_max_seats_per_call);
	request->price_types = palloc(sizeof(SeatPriceType) * Max(count, 1));
	iterator = JsonbIteratorInit(&object->root);
	(void) JsonbIteratorNext(&iterator, &value, true);	/* the object begins */
	while (JsonbIteratorNext(&iterator, &key, true) == WJB_KEY)
	{
		(void) JsonbIteratorNext(&iterator, &value, true);
		read_price_type(&key, &value, request);
	}
}

/*
 * The booker, the texts, the total and the price types; the booker is argument 1
 * and 2 of every sale.
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
	booker_resolve(&request->booker, arguments_uuid(fcinfo, 1),
				   arguments_uuid(fcinfo, 2));
	if (!request->booker.is_member &&
		(request->customer_name == NULL || request->customer_phone == NULL))
		errors_customer_missing();
}

/* PT422 when the booker was going to pay another sum. */
void
sale_request_check_total(const SaleRequest *request, int64 total)
{
	if (request->has_expected_total && request->expected_total != total)
		errors_total_differs(request->expected_total, total);
}
