/*
 * errors_arguments.c - why a call is refused for what it was given.
 *
 * The same rules as in errors.c.
 */
#include "postgres.h"

#include "errors.h"

/* An argument that is needed is null. */
void
errors_argument_null(const char *argument)
{
	ereport(ERROR,
			(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
			 errmsg("argument must not be null"),
			 errdetail("The argument is \"%s\".", argument),
			 errhint("Pass a value for it.")));
}

/* An argument's value is not allowed; the rule becomes the hint. */
void
errors_argument_value(const char *argument, const char *rule)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("argument has an invalid value"),
			 errdetail("The argument is \"%s\".", argument),
			 errhint("%s", rule)));
}

/* A text argument has more characters than its column takes. */
void
errors_argument_too_long(const char *argument, int length, int limit)
{
	ereport(ERROR,
			(errcode(ERRCODE_STRING_DATA_RIGHT_TRUNCATION),
			 errmsg("argument is too long"),
			 errdetail("The argument \"%s\" has %d characters.", argument, length),
			 errhint("Use at most %d characters.", limit)));
}

/* A call names more seats than max_seats_per_call. */
void
errors_too_many_seats(int count, int limit)
{
	ereport(ERROR,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			 errmsg("too many seats in one call"),
			 errdetail("The call names %d seats; the limit is %d.", count, limit),
			 errhint("Ask for fewer seats, or raise concert_booking.max_seats_per_call.")));
}

/* A sale to a guest without the customer's name or phone number. */
void
errors_customer_missing(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
			 errmsg("a guest's booking needs a name and a phone number"),
			 errhint("Pass customer_name and customer_phone.")));
}
