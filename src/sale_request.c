/*
 * sale_request.c - what a sale is asked to do: the arguments of confirm and book.
 */
#include "postgres.h"

#include "arguments.h"
#include "errors.h"
#include "phone.h"
#include "sale_request.h"

#define NAME_LIMIT 100
#define EMAIL_LIMIT 255
#define KEY_LIMIT 255

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

/*
 * The booker, the texts and the total; the booker is argument 1 and 2 of both
 * sales.
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
