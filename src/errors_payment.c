/*
 * errors_payment.c - why a call is refused that is about paying.
 *
 * The same rules as in errors.c.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "utils/json.h"

#include "errors.h"
#include "errors_payment.h"

#define ERRCODE_PAYMENT_REQUIRED	MAKE_SQLSTATE('P','T','4','0','2')
#define ERRCODE_UNDER_WAY			MAKE_SQLSTATE('P','T','4','0','9')
#define ERRCODE_RULE				MAKE_SQLSTATE('P','T','4','2','2')

/* The longest code of a price type, in characters. */
#define PRICE_TYPE_LIMIT		50

/* The schedule sells against payment only. */
void
errors_payment_required(const pg_uuid_t *schedule_id)
{
	ereport(ERROR,
			(errcode(ERRCODE_PAYMENT_REQUIRED),
			 errmsg("payment is required"),
			 errdetail_internal("{\"reason\": \"payment_required\", "
								"\"concert_schedule_id\": \"%s\"}",
								errors_uuid_text(schedule_id)),
			 errhint("Call begin_payment(); "
					 "the booking is confirmed when the money arrives.")));
}

/* The booker is paying for a booking of the schedule already. */
void
errors_payment_pending(const pg_uuid_t *booking_id)
{
	ereport(ERROR,
			(errcode(ERRCODE_UNDER_WAY),
			 errmsg("a payment is under way"),
			 errdetail_internal("{\"reason\": \"payment_pending\", \"booking_id\": \"%s\"}",
								errors_uuid_text(booking_id)),
			 errhint("Finish it, or give it up by cancel_payment().")));
}

/* A price type for a seat that is not sold by the call. */
void
errors_price_type_unplaced(const char *price_type)
{
	/* no code is longer than its column; what a caller made up need not come back whole */
	int			length = pg_mbcharcliplen(price_type, strlen(price_type), PRICE_TYPE_LIMIT);
	StringInfoData json;

	initStringInfo(&json);
	appendStringInfoString(&json, "{\"reason\": \"price_type\", \"price_type\": ");
	escape_json(&json, pnstrdup(price_type, length));
	appendStringInfoString(&json, ", \"why\": \"seat_not_in_selection\"}");
	ereport(ERROR,
			(errcode(ERRCODE_RULE),
			 errmsg("price type cannot be had"),
			 errdetail_internal("%s", json.data),
			 errhint("Name a price type for seats of this sale only.")));
}
